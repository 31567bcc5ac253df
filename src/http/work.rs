//! When, where and for how long is the register read for a request?
//!
//! On a thread of its own, never on those that move bytes. A request is admitted or refused at once, so that the queue has
//! an end; its slot is given back when the work ends, not when the client goes, so that abandoned work counts as well.
//! Work that nobody waits for any more is not begun.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::Service;
use super::limits::WORK_TIME_MAX;
use super::problem::{DEADLINE, OVERLOADED, Problem};
use crate::registry::Registry;

/// What a handler answers.
pub(super) type Answer = Result<JsonBytes, Problem>;

/// JSON that was written where it was computed.
#[derive(Debug)]
pub(super) struct JsonBytes(Bytes);

impl Service {
    /// Computes an answer from the register.
    pub(super) async fn answer<T: Serialize>(
        &self,
        compute: impl FnOnce(&Registry) -> Result<T, Problem> + Send + 'static,
    ) -> Answer {
        let registry = self.registry.clone();
        answer_within(WORK_TIME_MAX, &self.work_slots, move || compute(&registry)).await
    }
}

/// Computes an answer and writes it as JSON, if there is a slot, as long as there is time.
async fn answer_within<T: Serialize>(
    time_max: Duration,
    slots: &Arc<Semaphore>,
    compute: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Answer {
    let busy = |_| Problem::new(&OVERLOADED, "too many requests are being answered; try again");
    let slot = slots.clone().try_acquire_owned().map_err(busy)?;
    // A set of one, because dropping it takes work that has not begun out of the queue.
    let mut work = JoinSet::new();
    work.spawn_blocking(move || {
        let _slot = slot;
        let value = compute()?;
        let bytes = serde_json::to_vec(&value).map_err(|error| Problem::internal(&error))?;
        Ok(JsonBytes(bytes.into()))
    });
    match timeout(time_max, work.join_next()).await {
        Ok(Some(Ok(answer))) => answer,
        Ok(Some(Err(error))) => Err(Problem::internal(&error)),
        Ok(None) => Err(Problem::internal(&"there was no work")),
        Err(_) => Err(Problem::new(&DEADLINE, format!("there is no answer within {} seconds", time_max.as_secs()))),
    }
}

impl IntoResponse for JsonBytes {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

#[cfg(test)]
mod tests;
