//! `GET /reconcile/suggest/…`

use serde_json::{Value, json};

use super::super::app::TestApp;
use super::assert_open;
use super::conformance::{V0_2, V1_0};

#[track_caller]
fn suggested(app: &TestApp, subject: &str, parameters: &[(&str, &str)]) -> Vec<Value> {
    let reply = app.get_with(&format!("/reconcile/suggest/{subject}"), parameters);
    assert_open(&reply);
    let answer = reply.json();
    let name = format!("suggest_{subject}");
    V0_2.check(&name, &answer);
    V1_0.check(&name, &answer);
    answer["result"].as_array().expect("a result").clone()
}

#[test]
fn entities_are_found_while_one_types() {
    let app = TestApp::start();
    let id = app.entity_of("market", "M6");
    for prefix in ["蓝礁", "蓝礁生物", "深圳市蓝礁生物科技有限公司", "91440300MA5H0406", "market:M6", &id]
    {
        let found = suggested(&app, "entity", &[("prefix", prefix)]);
        assert_eq!(found[0]["id"], id, "{prefix}");
        assert_eq!(found[0]["notable"], json!([{"id": "enterprise", "name": "企业"}]));
        assert!(found[0]["description"].as_str().is_some_and(|text| text.contains("91440300MA5H04061J")));
    }
    assert!(suggested(&app, "entity", &[("prefix", "")]).is_empty());
    assert!(suggested(&app, "entity", &[]).is_empty());
}

#[test]
fn suggestions_come_in_pages() {
    let app = TestApp::start();
    let ids = |parameters: &[(&str, &str)]| -> Vec<Value> {
        let mut all = vec![("prefix", "深圳市")];
        all.extend(parameters);
        suggested(&app, "entity", &all).into_iter().map(|entity| entity["id"].clone()).collect()
    };
    let whole = ids(&[("limit", "50")]);
    assert!(whole.len() > 3);
    assert_eq!(ids(&[("limit", "2")]), whole[..2]);
    assert_eq!(ids(&[("limit", "2"), ("offset", "1")]), whole[1..3]);
    assert_eq!(ids(&[("limit", "2"), ("cursor", "1")]), whole[1..3], "as 0.2 calls it");
    assert_eq!(ids(&[("limit", "99999"), ("offset", "-3")]), whole);
    assert!(ids(&[("offset", "99999999999")]).is_empty());
}

#[test]
fn properties_are_those_of_the_schema_in_two_languages() {
    let app = TestApp::start();
    let found = suggested(&app, "property", &[("prefix", "信用")]);
    assert_eq!((&found[0]["id"], &found[0]["name"]), (&json!("uscc"), &json!("统一社会信用代码")));
    assert!(found[0]["description"].as_str().is_some_and(|text| text.contains("unified social credit code")));
    let qualifiers = found[0]["matchQualifiers"].as_array().expect("qualifiers").clone();
    assert!(qualifiers.iter().any(|qualifier| qualifier["id"] == "ExactMatch"));
    assert!(qualifiers.iter().all(|qualifier| qualifier["id"] != "AtLeast"), "codes have no order");
    let capital = &suggested(&app, "property", &[("prefix", "capital")])[0];
    assert_eq!(capital["matchQualifiers"].as_array().map(Vec::len), Some(6));
    let found = suggested(&app, "property", &[("prefix", "CREDIT"), ("lang", "en")]);
    assert_eq!((&found[0]["id"], &found[0]["name"]), (&json!("uscc"), &json!("unified social credit code")));
    assert_eq!(suggested(&app, "property", &[("prefix", "uscc")])[0]["id"], "uscc", "an id is a prefix too");
    assert_eq!(suggested(&app, "property", &[("prefix", ""), ("limit", "50")]).len(), 24, "all of them");
    assert!(suggested(&app, "property", &[("prefix", "鞋码")]).is_empty());
}

#[test]
fn types_are_the_kinds_of_the_register() {
    let app = TestApp::start();
    let all = suggested(&app, "type", &[("prefix", "")]);
    assert_eq!(all, [json!({"id": "enterprise", "name": "企业", "description": "enterprise"})]);
    assert_eq!(suggested(&app, "type", &[("prefix", "企")]), all);
    assert_eq!(suggested(&app, "type", &[("prefix", "enter")]), all);
    assert!(suggested(&app, "type", &[("prefix", "船")]).is_empty());
}

#[test]
fn wrong_parameters_are_explained() {
    let app = TestApp::start();
    let detail = app.get_with("/reconcile/suggest/entity", &[("prefix", &"长".repeat(201))]);
    assert!(detail.problem(400, "invalid-parameter").contains("at most 200"));
    app.get("/reconcile/suggest/entity?prefix=x&limit=many").problem(400, "invalid-parameter");
    app.get("/reconcile/suggest/ship?prefix=x").problem(404, "no-such-route");
}
