//! What holds of the parameters and bodies of requests, whatever somebody sends?
//!
//! Only what is read away from connections: the address, a few headers, the body as it has arrived. No register is asked.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::extract::FromRequestParts;
use axum::http::Request;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::parameters::{Parameters, RecordReference};
use super::problem::Problem;
use super::{reconcile, resolve, search};

/// A request: the first byte says which part of it, the rest is that part. What is accepted is within its bounds, what is
/// refused is a 4xx that says why.
pub fn parameters(data: &[u8]) {
    let Some((&part, data)) = data.split_first() else { return };
    match part % 7 {
        0 => search::fuzz::check(data),
        1 => resolve::fuzz::check(data),
        2 => reconcile::fuzz::check_queries(data),
        3 => reconcile::fuzz::check_form(data),
        4 => reconcile::fuzz::check_extend(data),
        5 => reconcile::fuzz::check_address(data),
        _ => check_reference(&String::from_utf8_lossy(data)),
    }
}

fn check_reference(text: &str) {
    if let Ok(reference) = RecordReference::try_from(text.to_owned()) {
        assert_eq!(format!("{}:{}", reference.source, reference.id), text);
        assert!(!reference.source.is_empty() && !reference.source.contains(':') && !reference.id.is_empty());
        assert!(!text.contains('\0'));
    }
}

/// The head of a request with these bytes behind the question mark; those that no address can have are percent-encoded.
pub(super) fn request_of(query: &[u8]) -> Parts {
    let mut uri = String::from("/?");
    for byte in query {
        match byte {
            b'!' | b'$'..=b';' | b'=' | b'?'..=b'_' | b'a'..=b'z' | b'~' => uri.push(char::from(*byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    Request::get(uri).body(()).expect("every byte may stand in an address").into_parts().0
}

/// The parameters of an address, as handlers get them.
pub(super) fn read<T: DeserializeOwned>(query: &[u8]) -> Option<T> {
    let mut parts = request_of(query);
    match now(Parameters::from_request_parts(&mut parts, &())) {
        Ok(Parameters(parameters)) => Some(parameters),
        Err(problem) => refused(&problem),
    }
}

/// Checks a refusal, and is none.
pub(super) fn refused<T>(problem: &Problem) -> Option<T> {
    assert!(problem.status().is_client_error(), "whoever sent it is not told: {problem:?}");
    let json = serde_json::to_value(problem).expect("a problem is JSON");
    assert!(json["detail"].as_str().is_some_and(|detail| !detail.trim().is_empty()), "{problem:?}");
    None
}

/// The outcome of a future that waits for nothing.
pub(super) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    }
    .expect("nothing is waited for")
}
