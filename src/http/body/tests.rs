//! Which bodies are received?

use std::task::{Context, Poll};

use axum::http::HeaderValue;
use hyper::body::Frame;

use super::*;

const LONG: Duration = Duration::from_secs(30);

/// A body of which nothing ever arrives.
struct Silence;

impl HttpBody for Silence {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}

async fn check(body: Body, time_max: Duration, expect: Result<usize, u16>) {
    let received = receive_within(Bounds { n_bytes_max: BODY_BYTES_MAX, time_max }, body).await;
    assert_eq!(received.map(|bytes| bytes.len()).map_err(|problem| problem.status().as_u16()), expect);
}

#[tokio::test]
async fn sizes() {
    for n_bytes in [0, 1, BODY_BYTES_MAX] {
        check(Body::from(vec![b' '; n_bytes]), LONG, Ok(n_bytes)).await;
    }
    for n_bytes in [BODY_BYTES_MAX + 1, BODY_BYTES_DRAINED_MAX + 1] {
        check(Body::from(vec![b' '; n_bytes]), LONG, Err(413)).await;
    }
}

#[tokio::test]
async fn time() {
    check(Body::new(Silence), Duration::ZERO, Err(408)).await;
}

#[test]
fn declarations() {
    for (declared, expect) in [
        ("application/json", true),
        ("APPLICATION/JSON;charset=utf-8", true),
        ("application/vnd.api+json", true),
        ("text/json", false),
        ("application/x-www-form-urlencoded", false),
        ("", false),
    ] {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(declared))]);
        assert_eq!(may_be_json(&headers), expect, "{declared}");
    }
    assert!(may_be_json(&HeaderMap::new()));
}
