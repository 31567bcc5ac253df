//! What does a client hear when it does not get what it asked for?
//!
//! One envelope for every refusal: problem details (RFC 9457). A 4xx says what is wrong and what is allowed; a 5xx says
//! nothing about the inside, which goes to the log. The kinds of problem are listed once, below.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use super::limits::RETRY_AFTER_SECONDS;

/// Media type of RFC 9457.
pub(super) const PROBLEM_JSON: &str = "application/problem+json";

/// What the names of kinds begin with. RFC 9457 asks for an absolute URI, RFC 2606 keeps this one from being anybody's.
const TYPE_BASE: &str = "https://minglu.invalid/problems/";

/// A refusal, as problem details (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The kind of problem, for programs.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "https://minglu.invalid/problems/invalid-parameter")]
    uri: String,
    /// The kind of problem, for people.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened this time.
    detail: String,
}

/// A kind of problem.
pub(super) struct Kind {
    name: &'static str,
    status: StatusCode,
    title: &'static str,
}

const fn kind(status: StatusCode, name: &'static str, title: &'static str) -> Kind {
    Kind { name, status, title }
}

pub(super) const INVALID_PARAMETER: Kind =
    kind(StatusCode::BAD_REQUEST, "invalid-parameter", "A parameter is missing or wrong");
pub(super) const INVALID_JSON: Kind = kind(StatusCode::BAD_REQUEST, "invalid-json", "The body is not JSON");
pub(super) const INVALID_FORM: Kind =
    kind(StatusCode::BAD_REQUEST, "invalid-form", "The form has not the right fields");
pub(super) const NO_SUCH_ROUTE: Kind = kind(StatusCode::NOT_FOUND, "no-such-route", "There is no such address");
pub(super) const NOT_FOUND: Kind = kind(StatusCode::NOT_FOUND, "not-found", "The register has no such thing");
pub(super) const METHOD_NOT_ALLOWED: Kind =
    kind(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "This address knows other methods");
pub(super) const BODY_TOO_SLOW: Kind =
    kind(StatusCode::REQUEST_TIMEOUT, "body-too-slow", "The body did not arrive in time");
pub(super) const BODY_TOO_LARGE: Kind = kind(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "The body is too large");
pub(super) const BATCH_TOO_LARGE: Kind =
    kind(StatusCode::PAYLOAD_TOO_LARGE, "batch-too-large", "The batch has too many queries");
pub(super) const EXTENSION_TOO_LARGE: Kind =
    kind(StatusCode::PAYLOAD_TOO_LARGE, "extension-too-large", "Too many values are asked for");
pub(super) const NOT_A_FORM: Kind =
    kind(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-a-form", "The body is declared as something else than a form");
pub(super) const NOT_JSON: Kind =
    kind(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", "The body is declared as something else than JSON");
pub(super) const NOT_LINES: Kind =
    kind(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-lines", "The body is declared as something else than lines of JSON");
pub(super) const READ_ONLY: Kind = kind(StatusCode::FORBIDDEN, "read-only", "The service only reads");
pub(super) const GONE: Kind = kind(StatusCode::GONE, "gone", "The register has this no more");
pub(super) const INVALID_RECORD: Kind =
    kind(StatusCode::UNPROCESSABLE_ENTITY, "invalid-record", "The record cannot be used");
pub(super) const KEY_REUSED: Kind = kind(
    StatusCode::UNPROCESSABLE_ENTITY,
    "idempotency-key-reused",
    "The idempotency key was used for another request",
);
pub(super) const DISK_FULL: Kind =
    kind(StatusCode::INSUFFICIENT_STORAGE, "disk-full", "The disk is full: nothing was changed");
pub(super) const INVALID_QUERY: Kind =
    kind(StatusCode::UNPROCESSABLE_ENTITY, "invalid-query", "The query cannot be answered");
pub(super) const INTERNAL: Kind = kind(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The service failed");
pub(super) const OVERLOADED: Kind = kind(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "The service is busy");
pub(super) const NOT_READY: Kind = kind(StatusCode::SERVICE_UNAVAILABLE, "not-ready", "The register is not ready");
pub(super) const DEADLINE: Kind = kind(StatusCode::GATEWAY_TIMEOUT, "deadline", "The answer took too long");

impl Problem {
    /// A problem of a kind.
    pub(super) fn new(kind: &Kind, detail: impl Into<String>) -> Problem {
        let uri = format!("{TYPE_BASE}{}", kind.name);
        Problem { uri, title: kind.title, status: kind.status.as_u16(), detail: detail.into() }
    }

    /// A failure of ours: the cause is logged, the client learns only that there was one.
    pub(super) fn internal(cause: &dyn std::fmt::Display) -> Problem {
        tracing::error!(%cause, "request failed");
        Problem::new(&INTERNAL, "the cause is in the log of the service")
    }

    /// The HTTP status.
    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<crate::error::Error> for Problem {
    fn from(error: crate::error::Error) -> Problem {
        Problem::internal(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = (status, [(CONTENT_TYPE, PROBLEM_JSON)], Json(self)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS.into());
        }
        response
    }
}

/// Problems that any question to the register may meet; for the OpenAPI document.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes answers, is never one")]
pub(super) enum CommonProblems {
    /// A parameter or the body cannot be read.
    #[response(status = 400, content_type = PROBLEM_JSON)]
    BadRequest(#[to_schema] Problem),
    /// The service failed.
    #[response(status = 500, content_type = PROBLEM_JSON)]
    Internal(#[to_schema] Problem),
    /// The service is busy; see the header Retry-After.
    #[response(status = 503, content_type = PROBLEM_JSON)]
    Overloaded(#[to_schema] Problem),
    /// The answer took too long.
    #[response(status = 504, content_type = PROBLEM_JSON)]
    Deadline(#[to_schema] Problem),
}
