//! `GET /v1/entities/{id}`

use serde_json::json;

use super::app::{TestApp, encoded};

#[test]
fn shows_values_with_their_records() {
    let app = TestApp::start();
    let id = app.entity_of("market", "M1");
    let entity = app.get(&format!("/v1/entities/{id}")).json();
    assert_eq!(entity["id"], id);
    assert_eq!(entity["kind"], "enterprise");
    assert_eq!(entity["anchor"], "market:M1");
    assert_eq!(entity["values"]["name"][0]["value"], "深圳市远帆信息技术有限公司");
    assert_eq!(entity["values"]["uscc"][0]["from"], json!(["market:M1", "社保:社-001"]));
    let records = entity["records"].as_array().expect("records").clone();
    assert_eq!(records.len(), 2, "{entity}");
}

#[test]
fn a_branch_is_an_entity_of_its_own() {
    let app = TestApp::start();
    assert_ne!(app.entity_of("market", "M1"), app.entity_of("market", "M2"));
}

#[test]
fn unknown_ids_are_not_found() {
    let app = TestApp::start();
    for id in ["E0000000000000", "深圳", "../../etc/passwd", "a/b", "' OR 1=1"] {
        let detail = app.get(&format!("/v1/entities/{}", encoded(id))).problem(404, "not-found");
        assert!(detail.contains(id), "{detail}");
    }
}

#[test]
fn impossible_ids_are_refused() {
    let app = TestApp::start();
    app.get("/v1/entities/%00").problem(400, "invalid-parameter");
    app.get("/v1/entities/%FF%FE").problem(400, "invalid-parameter");
    app.get(&format!("/v1/entities/{}", "E".repeat(2000))).problem(400, "invalid-parameter");
}
