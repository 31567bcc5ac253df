//! How is a body received?
//!
//! Within bounds of size, time and number, and only if it says that it is JSON, or says nothing. What is in it is read
//! elsewhere, away from the threads that move bytes.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use tokio::time::timeout;

use super::Service;
use super::limits::{BODY_BYTES_DRAINED_MAX, BODY_BYTES_MAX, BODY_TIME_MAX, N_BODIES_MAX};
use super::problem::{BODY_TOO_LARGE, BODY_TOO_SLOW, INVALID_JSON, NOT_JSON, OVERLOADED, Problem};

/// The bytes of a body that claims to be JSON.
pub(super) struct JsonBody(pub(super) Bytes);

impl FromRequest<Service> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Service) -> Result<Self, Problem> {
        if !may_be_json(request.headers()) {
            return Err(Problem::new(&NOT_JSON, "send content-type: application/json"));
        }
        receive_bounded(service, request.into_body()).await.map(JsonBody)
    }
}

/// Receives a body of any type, within the bounds of all.
pub(super) async fn receive_bounded(service: &Service, body: Body) -> Result<Bytes, Problem> {
    let busy = |_| Problem::new(&OVERLOADED, format!("{N_BODIES_MAX} bodies are arriving; try again"));
    let _slot = service.body_slots.try_acquire().map_err(busy)?;
    receive_within(Bounds { n_bytes_max: BODY_BYTES_MAX, time_max: BODY_TIME_MAX }, body).await
}

/// How large and how slow a body may be.
pub(super) struct Bounds {
    pub(super) n_bytes_max: usize,
    pub(super) time_max: Duration,
}

/// Receives a body within bounds.
pub(super) async fn receive_within(bounds: Bounds, body: Body) -> Result<Bytes, Problem> {
    let Bounds { n_bytes_max, time_max } = bounds;
    let too_slow = |_| Problem::new(&BODY_TOO_SLOW, format!("a body has {} seconds to arrive", time_max.as_secs()));
    timeout(time_max, receive(body, n_bytes_max)).await.map_err(too_slow)?
}

/// Receives a body. One that is too large is read on for a while, since a client that still sends does not listen.
async fn receive(mut body: Body, n_bytes_max: usize) -> Result<Bytes, Problem> {
    let mut received = Vec::new();
    let mut n_bytes = 0;
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let broken = |error| Problem::new(&INVALID_JSON, format!("the body broke off: {error}"));
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        n_bytes += data.len();
        if n_bytes <= n_bytes_max {
            received.extend_from_slice(&data);
        } else if n_bytes > n_bytes_max.max(BODY_BYTES_DRAINED_MAX) {
            break;
        }
    }
    if n_bytes > n_bytes_max {
        return Err(Problem::new(&BODY_TOO_LARGE, format!("a body has at most {n_bytes_max} bytes")));
    }
    Ok(received.into())
}

fn may_be_json(headers: &HeaderMap) -> bool {
    let Some(declared) = headers.get(CONTENT_TYPE) else { return true };
    let essence = declared.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

#[cfg(test)]
mod tests;
