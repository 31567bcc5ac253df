//! When, where and for how long is the register read for a request?
//!
//! On threads of its own, never on those that move bytes. A request is admitted or refused at once, so that the queue has
//! an end. It comes as a [`Job`] of one or more steps, each queued by itself: a batch does not make others wait for more
//! than a query. Batches take turns, so that under load some are finished instead of all being late. The slot of a job is given back when its work ends, not when the client goes, so that abandoned work
//! counts as well; steps that nobody waits for any more are not begun.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::Service;
use super::limits::WORK_TIME_MAX;
use super::problem::{DEADLINE, OVERLOADED, Problem};
use crate::registry::Registry;

/// What a handler answers.
pub(super) type Answer = Result<JsonBytes, Problem>;

/// JSON that was written where it was computed.
#[derive(Debug, PartialEq)]
pub(super) struct JsonBytes(Bytes);

impl JsonBytes {
    /// The text.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The right to read the register for one request.
pub(super) struct Job {
    registry: Arc<Registry>,
    turns: Arc<Semaphore>,
    pass: Pass,
}

impl Service {
    /// Admits a request, or refuses it at once.
    pub(super) fn admit(&self) -> Result<Job, Problem> {
        let pass = Pass::new(&self.work_slots, WORK_TIME_MAX)?;
        Ok(Job { registry: self.served.registry(), turns: self.batch_turns.clone(), pass })
    }

    /// Admits a request of one step and answers it.
    pub(super) async fn answer<T: Serialize>(
        &self,
        compute: impl FnOnce(&Registry) -> Result<T, Problem> + Send + 'static,
    ) -> Answer {
        self.admit()?.answer(compute).await
    }
}

impl Job {
    /// The register that the whole answer is of.
    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Waits until a batch may begin; the next one begins when the turn is dropped.
    ///
    /// If all batches ran at once, under load all of them would be late; in turns, those that begin are finished.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.pass.turn(&self.turns).await
    }

    /// One step.
    pub(super) async fn step<T: Send + 'static>(
        &self,
        compute: impl FnOnce(&Registry) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let registry = self.registry.clone();
        self.pass.step(move || compute(&registry)).await
    }

    /// The last step, whose result is the answer.
    pub(super) async fn answer<T: Serialize>(
        &self,
        compute: impl FnOnce(&Registry) -> Result<T, Problem> + Send + 'static,
    ) -> Answer {
        self.step(move |registry| to_json(&compute(registry)?)).await
    }
}

/// A slot until a deadline.
struct Pass {
    slot: Arc<OwnedSemaphorePermit>,
    time_max: Duration,
    deadline: Instant,
}

impl Pass {
    fn new(slots: &Arc<Semaphore>, time_max: Duration) -> Result<Pass, Problem> {
        let busy = |_| Problem::new(&OVERLOADED, "too many requests are being answered; try again");
        let slot = slots.clone().try_acquire_owned().map_err(busy)?;
        Ok(Pass { slot: Arc::new(slot), time_max, deadline: Instant::now() + time_max })
    }

    async fn turn<'a>(&self, turns: &'a Semaphore) -> Result<SemaphorePermit<'a>, Problem> {
        match timeout_at(self.deadline, turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(error)) => Err(Problem::internal(&error)),
            Err(_) => Err(self.too_late()),
        }
    }

    async fn step<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let slot = self.slot.clone();
        // A set of one, because dropping it takes work that has not begun out of the queue.
        let mut work = JoinSet::new();
        work.spawn_blocking(move || {
            let _slot = slot;
            compute()
        });
        match timeout_at(self.deadline, work.join_next()).await {
            Ok(Some(Ok(result))) => result,
            Ok(Some(Err(error))) => Err(Problem::internal(&error)),
            Ok(None) => Err(Problem::internal(&"there was no work")),
            Err(_) => Err(self.too_late()),
        }
    }

    fn too_late(&self) -> Problem {
        Problem::new(&DEADLINE, format!("there is no answer within {} seconds", self.time_max.as_secs()))
    }
}

/// Writes JSON; what costs time is written within a step.
pub(super) fn to_json(value: &impl Serialize) -> Answer {
    let bytes = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
    Ok(JsonBytes(bytes.into()))
}

impl IntoResponse for JsonBytes {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

#[cfg(test)]
mod tests;
