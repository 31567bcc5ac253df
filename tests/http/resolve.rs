//! `POST /v1/resolve`

use serde_json::{Value, json};

use super::app::TestApp;

const JSON: &str = "application/json";

#[test]
fn a_code_and_a_name_are_a_match() {
    let app = TestApp::start();
    let query = json!({"values": {"name": "深圳远帆信息技术有限公司", "uscc": "91440300MA5F000181"}});
    let answer = app.resolve(&query).json();
    let best = &answer["candidates"][0];
    assert_eq!(best["verdict"], "match", "{answer}");
    assert_eq!(best["entity"], app.entity_of("market", "M1"));
    assert_eq!(best["match_probability"], 1.0);
    assert!(best["evidence"].as_array().is_some_and(|lines| !lines.is_empty()));
}

#[test]
fn evidence_names_the_values_of_both_sides() {
    let query = json!({"values": {"name": "海棠餐饮管理有限公司", "phone": ["0755-83002002"], "legal_rep": "王建国"}});
    let answer = TestApp::start().resolve(&query).json();
    let lines = answer["candidates"][0]["evidence"].as_array().expect("evidence").clone();
    let person = lines.iter().find(|line| line["comparison"] == "person").expect("people were compared");
    assert_eq!((&person["a"], &person["b"]), (&json!("王建国"), &json!("王建国")), "{answer}");
}

#[test]
fn a_stranger_is_no_match() {
    let query = json!({"values": {"name": "杭州西湖龙井茶叶有限公司"}});
    let answer = TestApp::start().resolve(&query).json();
    let candidates = answer["candidates"].as_array().expect("candidates").clone();
    assert!(candidates.iter().all(|candidate| candidate["verdict"] != "match"), "{answer}");
}

#[test]
fn limit_bounds_the_candidates() {
    let query = json!({"limit": 1, "values": {"name": "深圳市远帆信息技术有限公司"}});
    let answer = TestApp::start().resolve(&query).json();
    assert_eq!(answer["candidates"].as_array().map(Vec::len), Some(1));
}

#[test]
fn keys_of_a_batch_come_back() {
    let app = TestApp::start();
    let queries = json!({"queries": {
        "第一行": {"values": {"uscc": "91440300MA5F010377", "name": "深圳市海棠餐饮管理有限公司"}},
        "row 2": {"values": {"name": "深圳市蓝礁生物科技有限公司"}}
    }});
    let answer = app.resolve(&queries).json();
    assert_eq!(answer["results"]["第一行"]["candidates"][0]["entity"], app.entity_of("market", "M3"));
    assert_eq!(answer["results"]["row 2"]["candidates"][0]["entity"], app.entity_of("market", "M6"));
}

#[test]
fn a_wrong_query_does_not_spoil_its_neighbors() {
    let good = json!({"values": {"name": "深圳华章印刷有限公司"}});
    let queries = json!([good, {"values": {"nmae": "x"}}, 7, {"kind": "ship", "values": {"name": "x"}}, good]);
    let answer = TestApp::start().resolve(&queries).json();
    let results = answer["results"].as_array().expect("results in order").clone();
    assert_eq!(results.len(), 5);
    for idx in [0, 4] {
        assert_eq!(results[idx]["candidates"][0]["name"], "深圳华章印刷有限公司", "{idx}");
    }
    for (idx, part) in [(1, "unknown field 'nmae'"), (2, "a query is an object"), (3, "no kind 'ship'")] {
        let problem = &results[idx]["problem"];
        assert_eq!(problem["status"], 422, "{problem}");
        assert!(problem["detail"].as_str().is_some_and(|text| text.contains(part)), "{problem}");
    }
}

#[test]
fn an_answer_does_not_depend_on_the_company() {
    let app = TestApp::start();
    let query = json!({"values": {"name": "深圳市鹏翔物流有限公司"}});
    let alone = app.resolve(&query).json()["candidates"].clone();
    assert_eq!(app.resolve(&json!([query])).json()["results"][0]["candidates"], alone);
    assert_eq!(app.resolve(&json!({"queries": {"k": query}})).json()["results"]["k"]["candidates"], alone);
}

#[test]
fn wrong_queries_are_explained() {
    let app = TestApp::start();
    let refused = |query: Value, part: &str| {
        let detail = app.resolve(&query).problem(422, "invalid-query");
        assert!(detail.contains(part), "{query}: {detail}");
    };
    refused(json!({}), "values: give an object of fields");
    refused(json!({"values": {}}), "at least one field");
    refused(json!({"values": {"nmae": "x"}}), "unknown field 'nmae'; one of: name,");
    refused(json!({"values": {"name": {"first": "x"}}}), "values.name: a text");
    refused(json!({"values": {"name": "x"}, "fuzzy": true}), "unknown field `fuzzy`");
    refused(json!({"queries": {}, "limit": 3}), "nothing beside it");
}

#[test]
fn bodies_that_are_not_json_are_refused() {
    let app = TestApp::start();
    let detail = app.send("POST", "/v1/resolve", JSON, "{\"values\": ").problem(400, "invalid-json");
    assert!(detail.contains("line 1"), "{detail}");
    app.send("POST", "/v1/resolve", JSON, "").problem(400, "invalid-json");
    app.send("POST", "/v1/resolve", "text/csv", "name\n远帆").problem(415, "not-json");
}

#[test]
fn json_may_be_declared_in_many_ways() {
    let app = TestApp::start();
    let body = json!({"values": {"name": "深圳华章印刷有限公司"}}).to_string();
    for content_type in ["application/json", "Application/JSON; charset=utf-8", "application/ld+json"] {
        app.send("POST", "/v1/resolve", content_type, &body).json();
    }
}

#[test]
fn batches_and_bodies_are_bounded() {
    let app = TestApp::start();
    let query = json!({"values": {"name": "深圳华章印刷有限公司"}});
    assert_eq!(app.resolve(&json!(vec![query.clone(); 100])).json()["results"].as_array().map(Vec::len), Some(100));
    let detail = app.resolve(&json!(vec![query; 101])).problem(413, "batch-too-large");
    assert!(detail.contains("101 queries; a batch has at most 100"), "{detail}");
    for n_bytes in [(1 << 20) + 1, 12 << 20] {
        let detail = app.send("POST", "/v1/resolve", JSON, &" ".repeat(n_bytes)).problem(413, "body-too-large");
        assert!(detail.contains("1048576"), "{detail}");
    }
}
