//! By what is a repetition of a request known? The header `Idempotency-Key`, which may be absent.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::http::problem::{INVALID_PARAMETER, Problem};
use crate::living::{Idempotency, N_KEY_BYTES_MAX};

/// The name of the header.
const HEADER: &str = "idempotency-key";

/// The key of a request, if it has one.
pub(in crate::http) struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    /// The key with what was asked under it.
    pub(super) fn of(self, parts: &[&[u8]]) -> Option<Idempotency> {
        self.0.map(|key| Idempotency::new(key, parts))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(HEADER).iter();
        let Some(value) = values.next() else { return Ok(Self(None)) };
        let key = value.to_str().unwrap_or_default();
        let is_key = (1..=N_KEY_BYTES_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        match is_key && values.next().is_none() {
            true => Ok(Self(Some(key.into()))),
            false => {
                let rule = format!("one Idempotency-Key of 1 to {N_KEY_BYTES_MAX} ASCII characters without blanks");
                Err(Problem::new(&INVALID_PARAMETER, rule))
            }
        }
    }
}
