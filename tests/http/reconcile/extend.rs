//! `POST /reconcile/extend`, `POST /reconcile` with `extend`, `GET /reconcile/extend/propose`

use serde_json::{Value, json};

use super::super::app::{TestApp, encoded};
use super::conformance::{V0_2, V1_0};
use super::{FORM, JSON, assert_open};

/// Asks in both versions and gives the rows of 0.2; those of 1.0-draft must say the same.
#[track_caller]
fn extended(app: &TestApp, query: &Value) -> Value {
    V0_2.check("extend_query", query);
    let form = format!("extend={}", encoded(&query.to_string()));
    let old = app.send("POST", "/reconcile", FORM, &form).json();
    V0_2.check("extend_response", &old);
    assert_eq!(app.send("POST", "/reconcile/extend", FORM, &form).json(), old, "a form is 0.2 at either address");
    let reply = app.send("POST", "/reconcile/extend", JSON, &query.to_string());
    assert_open(&reply);
    let new = reply.json();
    V1_0.check("extend_response", &new);
    assert_eq!(new["meta"], old["meta"]);
    for row in new["rows"].as_array().expect("rows") {
        for property in row["properties"].as_array().expect("properties") {
            let (id, property_id) = (row["id"].as_str().expect("id"), property["id"].as_str().expect("id"));
            assert_eq!(property["values"], old["rows"][id][property_id]);
        }
    }
    old
}

#[test]
fn values_are_golden_ones() {
    let app = TestApp::start();
    let (one, other) = (app.entity_of("market", "M6"), app.entity_of("market", "M5"));
    let query =
        json!({"ids": [one, other, "E0"], "properties": [{"id": "uscc"}, {"id": "phone"}, {"id": "shoe_size"}]});
    let answer = extended(&app, &query);
    assert_eq!(answer["meta"][0], json!({"id": "uscc", "name": "统一社会信用代码"}));
    assert_eq!(answer["meta"][2], json!({"id": "shoe_size", "name": "shoe_size"}));
    assert_eq!(answer["rows"][&one]["uscc"], json!([{"str": "91440300MA5H04061J"}]));
    assert_eq!(answer["rows"][&one]["phone"].as_array().map(Vec::len), Some(2), "several values: {answer}");
    assert_eq!(answer["rows"][&other]["uscc"], json!([{"str": "91440300MA5G0305XE"}]));
    assert_eq!(answer["rows"]["E0"], json!({"uscc": [], "phone": [], "shoe_size": []}));
}

#[test]
fn settings_are_heeded_as_openrefine_sends_them() {
    let app = TestApp::start();
    let id = app.entity_of("market", "M6");
    for limit in [json!(1), json!("1")] {
        let query = json!({"ids": [id], "properties": [{"id": "phone", "settings": {"limit": limit}}]});
        assert_eq!(extended(&app, &query)["rows"][&id]["phone"].as_array().map(Vec::len), Some(1), "{limit}");
    }
    for limit in [json!(0), json!("all"), json!(-1), json!(null)] {
        let query = json!({"ids": [id], "properties": [{"id": "phone", "settings": {"limit": limit}}]});
        assert_eq!(extended(&app, &query)["rows"][&id]["phone"].as_array().map(Vec::len), Some(2), "{limit}");
    }
}

#[test]
fn properties_are_proposed_by_type() {
    let app = TestApp::start();
    let propose = |query: &str| {
        let reply = app.get(&format!("/reconcile/extend/propose{query}"));
        assert_open(&reply);
        let answer = reply.json();
        V0_2.check("propose_response", &answer);
        V1_0.check("propose_response", &answer);
        answer
    };
    let all = propose("?type=enterprise");
    assert_eq!(all["type"], "enterprise");
    assert_eq!(all["properties"].as_array().map(Vec::len), Some(24));
    assert_eq!(propose("?type=")["properties"], all["properties"]);
    let some = propose("?type=enterprise&limit=3");
    assert_eq!((some["properties"].as_array().map(Vec::len), &some["limit"]), (Some(3), &json!(3)));
    assert_eq!(propose("?type=ship")["properties"], json!([]));
}

#[test]
fn extension_is_bounded() {
    let app = TestApp::start();
    let refused = |ids: usize, properties: usize| {
        let properties: Vec<Value> = (0..properties).map(|i| json!({"id": format!("p{i}")})).collect();
        let query = json!({"ids": vec!["E0"; ids], "properties": properties});
        let reply = app.send("POST", "/reconcile/extend", JSON, &query.to_string());
        assert_open(&reply);
        reply.problem(413, "extension-too-large")
    };
    assert!(refused(1001, 1).contains("at most 1000"));
    assert!(refused(1, 65).contains("at most 64"));
    assert!(refused(1000, 11).contains("at most 10000 cells"));
}

#[test]
fn what_is_no_query_is_explained() {
    let app = TestApp::start();
    app.send("POST", "/reconcile/extend", JSON, "{}").problem(400, "invalid-json");
    app.send("POST", "/reconcile/extend", JSON, "[").problem(400, "invalid-json");
    app.send("POST", "/reconcile/extend", FORM, "queries=%7B%7D").problem(400, "invalid-form");
    app.send("POST", "/reconcile/extend", FORM, "extend=%FF").problem(400, "invalid-json");
}
