//! `/reconcile`: does the service speak the W3C Reconciliation API, as the specifications and as real clients have it?
//!
//! Every answer that these tests receive is also held against JSON Schemas of its version, see [`conformance`].

mod conformance;

mod city;
mod extend;
mod manifest;
mod matching;
mod openrefine;
mod page;
mod suggest;

use serde_json::{Value, json};

use super::app::{Reply, TestApp, encoded};
use conformance::{V0_2, V1_0};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Asks a batch of version 0.2, as a form.
#[track_caller]
fn ask_0(app: &TestApp, queries: &Value) -> Value {
    V0_2.check("query_batch", queries);
    let body = format!("queries={}", encoded(&queries.to_string()));
    let answer = app.send("POST", "/reconcile", FORM, &body).json();
    V0_2.check("result_batch", &answer);
    answer
}

/// Asks a batch of version 1.0-draft, as JSON.
#[track_caller]
fn ask_1(app: &TestApp, queries: Value) -> Value {
    let batch = json!({"queries": queries});
    V1_0.check("query_batch", &batch);
    let answer = app.send("POST", "/reconcile/match", JSON, &batch.to_string()).json();
    V1_0.check("result_batch", &answer);
    answer
}

/// The candidates of one query of version 0.2.
#[track_caller]
fn candidates_0(app: &TestApp, query: Value) -> Vec<Value> {
    let answer = ask_0(app, &json!({"q0": query}));
    answer["q0"]["result"].as_array().expect("there is a result").clone()
}

/// The candidates of one query of version 1.0-draft.
#[track_caller]
fn candidates_1(app: &TestApp, query: Value) -> Vec<Value> {
    ask_1(app, json!([query]))["results"][0]["candidates"].as_array().expect("there are candidates").clone()
}

/// Names in the order of an answer.
fn names(candidates: &[Value]) -> Vec<&str> {
    candidates.iter().filter_map(|candidate| candidate["name"].as_str()).collect()
}

/// An answer that any origin may read.
#[track_caller]
fn assert_open(reply: &Reply) {
    assert_eq!(reply.header("access-control-allow-origin"), "*", "{} {}", reply.status, reply.text);
}
