//! `GET /v1/why`

use super::app::TestApp;

#[test]
fn explains_one_entity() {
    let answer = TestApp::start().get_with("/v1/why", &[("a", "market:M1"), ("b", "社保:社-001")]).json();
    assert_eq!(answer["same_entity"], true, "{answer}");
    assert_eq!(answer["decision"], "match");
    assert!(answer["evidence"].as_array().is_some_and(|lines| !lines.is_empty()));
}

#[test]
fn explains_two_entities() {
    let answer = TestApp::start().get_with("/v1/why", &[("a", "market:M1"), ("b", "market:M2")]).json();
    assert_eq!(answer["same_entity"], false, "{answer}");
    assert!(answer["veto"].is_string(), "{answer}");
}

#[test]
fn prior_and_evidence_add_up() {
    let answer = TestApp::start().get_with("/v1/why", &[("a", "market:M3"), ("b", "社保:社-002")]).json();
    let number = |value: &serde_json::Value, name: &str| value[name].as_f64().expect("a number");
    let lines = answer["evidence"].as_array().expect("evidence").iter();
    let sum: f64 = lines.map(|line| number(line, "weight") + number(line, "term_frequency_adjustment")).sum();
    let total = number(&answer, "prior") + sum;
    assert!((total - number(&answer, "match_weight")).abs() < 1e-6, "{total} in {answer}");
}

#[test]
fn unknown_records_are_not_found() {
    let app = TestApp::start();
    let detail = app.get_with("/v1/why", &[("a", "market:M1"), ("b", "市场:无")]).problem(404, "not-found");
    assert!(detail.contains("市场:无"), "{detail}");
}

#[test]
fn wrong_references_are_refused() {
    let app = TestApp::start();
    let refused = |parameters: &[(&str, &str)], part: &str| {
        let detail = app.get_with("/v1/why", parameters).problem(400, "invalid-parameter");
        assert!(detail.contains(part), "{parameters:?}: {detail}");
    };
    refused(&[("a", "market:M1")], "missing field `b`");
    refused(&[("a", "market"), ("b", "market:M1")], "a: a record is given as SOURCE:ID");
    refused(&[("a", "market:M1"), ("b", "market:M2"), ("c", "x")], "unknown field `c`");
}
