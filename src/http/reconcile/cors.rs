//! May a page from elsewhere read the answer?
//!
//! Yes: both versions of the specification make it a duty for every address of the service, refusals included. Only what is
//! under `/reconcile` is opened; the rest of the service keeps to its own origin.

use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::PATH;

/// Seconds for which a browser may remember what it was told; browsers cut it at two hours.
const PREFLIGHT_SECONDS: &str = "7200";

/// Answers preflights and opens answers, for addresses of the reconciliation service.
pub(in crate::http) async fn open(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_ours = path.strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if !is_ours {
        return next.run(request).await;
    }
    let mut response = match *request.method() {
        Method::OPTIONS => preflight(),
        _ => next.run(request).await,
    };
    add(response.headers_mut(), &[(ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after")]);
    response
}

fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, OPTIONS"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "accept, accept-language, authorization, content-type, x-requested-with"),
        (ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS),
    ];
    add(response.headers_mut(), &headers);
    response
}

fn add(headers: &mut HeaderMap, added: &[(axum::http::HeaderName, &'static str)]) {
    for (name, value) in added {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
