//! `GET /openapi.json`, docs/openapi.json
//!
//! The document is under snapshot, so that no change of the interface goes unseen. To renew it:
//!
//! ```text
//! MINGLU_UPDATE=1 cargo test --release -p minglu --test main http::openapi
//! ```

use std::path::{Path, PathBuf};

use minglu::http::openapi_json;
use serde_json::Value;

use super::app::TestApp;

const RENEW: &str = "MINGLU_UPDATE=1 cargo test --release -p minglu --test main http::openapi";

fn document() -> Value {
    serde_json::from_str(&openapi_json()).expect("the document is JSON")
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths").iter();
    let of_path = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().expect("methods").clone().into_iter();
        methods.map(|(method, operation)| (path.clone(), method, operation)).collect::<Vec<_>>()
    };
    paths.flat_map(of_path).collect()
}

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn the_committed_document_is_the_served_one() {
    let path = in_repository("docs/openapi.json");
    if std::env::var_os("MINGLU_UPDATE").is_some() {
        std::fs::write(&path, openapi_json()).expect("the repository can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == openapi_json(), "docs/openapi.json is not what the service says; if that is meant: {RENEW}");
    assert_eq!(TestApp::start().get("/openapi.json").text, committed);
}

#[test]
fn it_is_openapi_3_1() {
    assert!(document()["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
}

#[test]
fn every_documented_operation_is_routed() {
    let app = TestApp::start();
    let operations = operations(&document());
    assert_eq!(operations.len(), 27);
    for (path, method, _) in operations {
        let reply = app.send(&method.to_uppercase(), &path.replace(['{', '}'], ""), "application/json", "");
        assert!(reply.status != 405 && !reply.text.contains("no-such-route"), "{method} {path}: {}", reply.text);
    }
}

#[test]
fn every_route_is_documented() {
    // Routes are registered with `routes!`, which takes the description along; `.route(` would go round it.
    let mut n_files = 0;
    let mut pending = vec![in_repository("src/http"), in_repository("src/http.rs")];
    while let Some(path) = pending.pop() {
        if let Ok(entries) = std::fs::read_dir(&path) {
            pending.extend(entries.map(|entry| entry.expect("the folder can be read").path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("source is text");
        for word in [".route(", ".route_service(", ".nest(", ".nest_service("] {
            assert!(!text.contains(word), "{}: use routes!(…) instead of {word}…)", path.display());
        }
        n_files += 1;
    }
    assert!(n_files > 10);
}

#[test]
fn every_operation_and_parameter_is_described() {
    for (path, method, operation) in operations(&document()) {
        assert!(operation["summary"].is_string(), "{method} {path} has no summary");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{method} {path}: {parameter}");
        }
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let is_refusal = status.starts_with(['4', '5']);
            assert_eq!(
                response["content"]["application/problem+json"].is_object(),
                is_refusal,
                "{method} {path} {status}"
            );
        }
    }
}

#[test]
fn limits_are_those_of_the_service() {
    let document = document();
    let search = &document["paths"]["/v1/search"]["get"]["parameters"];
    let parameter = |name: &str| {
        let found = search.as_array().expect("parameters").iter().find(|parameter| parameter["name"] == name);
        found.expect("search has it")["schema"].clone()
    };
    assert_eq!(parameter("limit")["maximum"], 50);
    assert_eq!(parameter("limit")["default"], 10);
    assert_eq!(parameter("q")["maxLength"], 200);
}
