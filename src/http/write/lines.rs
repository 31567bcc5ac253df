//! How is a body of many lines received? Few at a time, because they are large.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use tokio::sync::OwnedSemaphorePermit;

use crate::http::Service;
use crate::http::body::{Bounds, receive_within};
use crate::http::limits::{LINES_BYTES_MAX, LINES_TIME_MAX, N_LINES_BODIES_MAX};
use crate::http::problem::{NOT_LINES, OVERLOADED, Problem};

/// Media types of lines of JSON.
const MEDIA_TYPES: [&str; 3] = ["application/x-ndjson", "application/jsonl", "application/jsonlines"];

/// The bytes of a body that claims to be lines of JSON, with the right to hold them.
pub(in crate::http) struct LinesBody {
    pub(super) bytes: Bytes,
    pub(super) slot: OwnedSemaphorePermit,
}

impl FromRequest<Service> for LinesBody {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Service) -> Result<Self, Problem> {
        if !may_be_lines(request.headers()) {
            return Err(Problem::new(&NOT_LINES, format!("send content-type: {}", MEDIA_TYPES[0])));
        }
        let busy = |_| Problem::new(&OVERLOADED, format!("{N_LINES_BODIES_MAX} large bodies are held; try again"));
        let slot = service.lines_slots.clone().try_acquire_owned().map_err(busy)?;
        let bounds = Bounds { n_bytes_max: LINES_BYTES_MAX, time_max: LINES_TIME_MAX };
        let bytes = receive_within(bounds, request.into_body()).await?;
        Ok(Self { bytes, slot })
    }
}

fn may_be_lines(headers: &HeaderMap) -> bool {
    let Some(declared) = headers.get(CONTENT_TYPE) else { return true };
    let essence = declared.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    MEDIA_TYPES.iter().any(|known| essence.eq_ignore_ascii_case(known))
}
