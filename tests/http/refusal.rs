//! What all requests have in common: routes, methods, headers, broken clients.

use std::io::Write;

use super::app::{TestApp, talk};

#[test]
fn unknown_addresses_are_problems() {
    let app = TestApp::start();
    for path in ["/v1", "/v1/", "/v1/search/", "/v2/search", "/v1/entities/", "/favicon.ico", "/v1/sources/a"] {
        let detail = app.get(path).problem(404, "no-such-route");
        assert!(detail.contains(path), "{detail}");
    }
}

#[test]
fn wrong_methods_are_problems_and_name_the_right_ones() {
    let app = TestApp::start();
    for (method, path, allowed) in [
        ("POST", "/v1/search", "GET,HEAD"),
        ("DELETE", "/v1/entities/E1", "GET,HEAD"),
        ("PUT", "/v1/resolve", "POST"),
        ("BREW", "/healthz", "GET,HEAD"),
    ] {
        let reply = app.send(method, path, "application/json", "{}");
        reply.problem(405, "method-not-allowed");
        assert_eq!(reply.header("allow"), allowed, "{method} {path}");
    }
}

#[test]
fn answers_are_not_to_be_guessed_at() {
    let app = TestApp::start();
    for path in ["/", "/v1/search", "/nothing", "/metrics"] {
        assert_eq!(app.get(path).header("x-content-type-options"), "nosniff", "{path}");
    }
}

#[test]
fn bodies_of_unknown_length_are_bounded_too() {
    let app = TestApp::start();
    let mut stream = app.connect().expect("the server accepts");
    let head = "POST /v1/resolve HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("the server reads");
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..20 {
        stream.write_all(chunk.as_bytes()).expect("the server reads on");
    }
    let answer = talk(&mut stream, b"0\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("body-too-large"), "{answer}");
}

#[test]
fn nonsense_does_not_hurt() {
    let app = TestApp::start();
    for nonsense in [
        &b"\r\n\r\n\0\xff"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /v1/search?q=%zz%f HTTP/1.1\r\nconnection: close\r\nhost: a\r\n\r\n",
    ] {
        let mut stream = app.connect().expect("the server accepts");
        let answer = talk(&mut stream, nonsense);
        assert!(!answer.contains("HTTP/1.1 5"), "{answer}");
    }
    let mut stream = app.connect().expect("the server accepts");
    let long = format!("GET /?{} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", "a".repeat(100_000));
    let answer = talk(&mut stream, long.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    app.get("/healthz").json();
}
