//! `POST /reconcile` with `queries`, `POST /reconcile/match`

use serde_json::{Value, json};

use super::super::app::{TestApp, encoded};
use super::{FORM, JSON, ask_0, ask_1, assert_open, candidates_0, candidates_1, names};

#[test]
fn what_is_exact_comes_first_and_is_sure() {
    let app = TestApp::start();
    let id = app.entity_of("market", "M6");
    for text in [
        "深圳市蓝礁生物科技有限公司",
        "91440300MA5H04061J",
        " 91440300 ma5h04061j ",
        "market:M6",
        "社保:社-004",
        id.as_str(),
    ] {
        let found = candidates_0(&app, json!({"query": text}));
        assert_eq!((&found[0]["id"], &found[0]["score"]), (&json!(id), &json!(100.0)), "{text}: {found:#?}");
        // A name alone is no proof: what resolve would leave to a person is left to a person here.
        let is_name = text == "深圳市蓝礁生物科技有限公司";
        assert_eq!(found[0]["match"], !is_name, "{text}: {found:#?}");
        let found = candidates_1(&app, json!({"conditions": [{"matchType": "name", "propertyValue": text}]}));
        assert_eq!(found[0]["id"], id, "{text}");
    }
    let found = candidates_1(&app, json!({"conditions": [{"matchType": "id", "propertyValue": id}]}));
    assert_eq!((&found[0]["id"], &found[0]["match"]), (&json!(id), &json!(true)));
}

#[test]
fn both_versions_give_the_same_candidates() {
    let app = TestApp::start();
    let old = candidates_0(
        &app,
        json!({"query": "远帆餐饮", "limit": 3, "properties": [{"pid": "phone", "v": "0755-86006006"}]}),
    );
    let new = candidates_1(
        &app,
        json!({"limit": 3, "conditions": [
            {"matchType": "name", "propertyValue": "远帆餐饮"},
            {"matchType": "property", "propertyId": "phone", "propertyValue": "0755-86006006"}
        ]}),
    );
    assert_eq!(old, new);
    assert_eq!(old[0]["name"], "深圳市远帆餐饮有限公司");
    assert!(old.len() <= 3);
}

#[test]
fn a_code_beside_a_name_makes_it_sure() {
    let app = TestApp::start();
    let query = json!({"query": "远帆信息", "properties": [{"pid": "uscc", "v": "91440300MA5F000181"}]});
    let found = candidates_0(&app, query);
    assert_eq!((&found[0]["id"], &found[0]["match"]), (&json!(app.entity_of("market", "M1")), &json!(true)));
    let feature = |id: &str| {
        let features = found[0]["features"].as_array().expect("features").clone();
        features.into_iter().find(|feature| feature["id"] == id).unwrap_or_else(|| panic!("no {id}: {found:#?}"))
    };
    assert_eq!(feature("code_equal")["value"], true);
    assert_eq!(feature("name_equal")["value"], false);
    assert!(feature("weight:code")["value"].as_f64().is_some_and(|bits| bits > 5.0));
    assert!(feature("weight:code")["name"].as_str().is_some_and(|name| name.starts_with("统一社会信用代码: ")));
}

#[test]
fn a_stranger_is_not_sure() {
    let app = TestApp::start();
    for text in ["杭州西湖龙井茶叶有限公司", "远帆", "深圳", "91440300MA5F00018X", "E00000000000000", "market:M99"]
    {
        let found = candidates_0(&app, json!({"query": text}));
        assert!(found.iter().all(|candidate| candidate["match"] == false), "{text}: {found:#?}");
    }
}

#[test]
fn scores_fall_and_stay_in_range() {
    let app = TestApp::start();
    for text in ["深圳市远帆信息技术有限公司", "远帆", "海棠餐饮管理", "深圳市", "91440300MA5F00026U"]
    {
        let found = candidates_0(&app, json!({"query": text, "limit": 50}));
        let scores: Vec<f64> = found.iter().filter_map(|candidate| candidate["score"].as_f64()).collect();
        assert_eq!(scores.len(), found.len());
        assert!(scores.iter().all(|score| (0.0..=100.0).contains(score)), "{text}: {scores:?}");
        assert!(scores.is_sorted_by(|a, b| a >= b), "{text}: {scores:?}");
        let ids = |feature: &Value| feature["id"].as_str().expect("an id").to_owned();
        for candidate in &found {
            let mut ids: Vec<String> = candidate["features"].as_array().expect("features").iter().map(ids).collect();
            let n_ids = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), n_ids, "ids of features are unique");
        }
    }
}

#[test]
fn a_branch_is_not_its_parent() {
    let app = TestApp::start();
    let found = candidates_0(&app, json!({"query": "深圳市远帆信息技术有限公司福田分公司"}));
    assert_eq!(found[0]["id"], app.entity_of("market", "M2"));
    let parent = found.iter().find(|candidate| candidate["id"] == app.entity_of("market", "M1"));
    assert!(
        parent.is_none_or(|parent| parent["match"] == false && parent["score"].as_f64() < Some(100.0)),
        "{found:#?}"
    );
}

#[test]
fn a_query_does_not_depend_on_its_neighbors() {
    let app = TestApp::start();
    let queries = ["深圳市鹏翔物流有限公司", "远帆", "91440300MA5H04061J"].map(|text| json!({"query": text}));
    let together = ask_0(&app, &json!({"a": queries[0], "b": queries[1], "c": queries[2]}));
    for (key, query) in ["a", "b", "c"].iter().zip(&queries) {
        assert_eq!(together[key]["result"], json!(candidates_0(&app, query.clone())), "{query}");
    }
}

#[test]
fn conditions_can_be_required() {
    let app = TestApp::start();
    let ask = |condition: Value| {
        let name = json!({"matchType": "name", "propertyValue": "深圳市远帆"});
        candidates_1(&app, json!({"limit": 50, "conditions": [name, condition]}))
    };
    let industry = |value: Value, quantifier: &str| {
        ask(json!({"matchType": "property", "propertyId": "industry", "propertyValue": value, "required": true,
            "matchQuantifier": quantifier}))
    };
    assert_eq!(names(&industry(json!("6210"), "any")), ["深圳市远帆餐饮有限公司"]);
    assert_eq!(names(&industry(json!(["6210", "9999"]), "any")), ["深圳市远帆餐饮有限公司"]);
    assert!(industry(json!(["6210", "6510"]), "all").is_empty());
    let others = industry(json!(["6210", "9999"]), "none");
    assert!(!others.is_empty() && !names(&others).contains(&"深圳市远帆餐饮有限公司"), "{others:#?}");
    assert!(industry(json!("9999"), "any").is_empty());
    let unknown = |quantifier: &str| {
        ask(json!({"matchType": "property", "propertyId": "shoe_size", "propertyValue": 43, "required": true,
            "matchQuantifier": quantifier}))
    };
    assert!(unknown("any").is_empty(), "an unknown property has no values");
    assert!(!unknown("none").is_empty());
}

#[test]
fn qualifiers_say_how_values_are_compared() {
    let app = TestApp::start();
    let found = |property: &str, value: &str, qualifier: &str| {
        let name = json!({"matchType": "name", "propertyValue": "深圳市鹏翔物流有限公司"});
        let condition = json!({"matchType": "property", "propertyId": property, "propertyValue": value,
            "required": true, "matchQualifier": qualifier});
        let found = candidates_1(&app, json!({"conditions": [name, condition]}));
        found.iter().any(|candidate| candidate["name"] == "深圳市鹏翔物流有限公司")
    };
    for (property, value, qualifier, expected) in [
        ("phone", "0755-27003003", "ExactMatch", true),
        ("phone", "075527003003", "ExactMatch", false),
        ("phone", "(0755)27003003", "CloseMatch", true),
        ("uscc", "91440300 ma5g 020498", "CloseMatch", true),
        ("name", "深圳市鹏翔", "StartsWith", true),
        ("name", "鹏翔物流", "StartsWith", false),
        ("name", "鹏翔物流", "Contains", true),
        ("status", "注销", "Contains", false),
        ("status", "存续", "AtLeast", false),
    ] {
        assert_eq!(found(property, value, qualifier), expected, "{property} {value} {qualifier}");
    }
}

#[test]
fn what_is_opposed_without_being_required_falls_back() {
    let app = TestApp::start();
    let oppose =
        json!({"matchType": "property", "propertyId": "status", "propertyValue": "存续", "matchQuantifier": "none"});
    let name = json!({"matchType": "name", "propertyValue": "深圳市鹏翔物流有限公司"});
    let score = |conditions: Value| candidates_1(&app, json!({"conditions": conditions}))[0]["score"].as_f64();
    assert!(score(json!([name, oppose])) < score(json!([name])));
}

#[test]
fn types_narrow_where_they_are_known() {
    let app = TestApp::start();
    let count = |kind: &str, strict: &str| {
        candidates_0(&app, json!({"query": "深圳华章印刷有限公司", "type": kind, "type_strict": strict})).len()
    };
    assert!(count("enterprise", "any") > 0);
    assert!(count("http://www.wikidata.org/entity/Q4830453", "should") > 0, "one that nobody knows filters nothing");
    assert_eq!(count("http://www.wikidata.org/entity/Q4830453", "any"), 0);
}

#[test]
fn batches_are_bounded_by_what_the_manifest_says() {
    let app = TestApp::start();
    let n_max = app.get("/reconcile").json()["batchSize"].as_u64().expect("a number") as usize;
    let batch = |n: usize| -> Value { (0..n).map(|i| (format!("q{i}"), json!({"query": "市"}))).collect() };
    assert_eq!(ask_0(&app, &batch(n_max)).as_object().map(serde_json::Map::len), Some(n_max));
    let body = format!("queries={}", encoded(&batch(n_max + 1).to_string()));
    let reply = app.send("POST", "/reconcile", FORM, &body);
    assert_open(&reply);
    assert!(reply.problem(413, "batch-too-large").contains("at most 100"));
    app.get_with("/reconcile", &[("queries", &batch(n_max + 1).to_string())]).problem(413, "batch-too-large");
    let query = json!({"conditions": [{"matchType": "name", "propertyValue": "市"}]});
    let too_many = json!({"queries": vec![query; n_max + 1]});
    app.send("POST", "/reconcile/match", JSON, &too_many.to_string()).problem(413, "batch-too-large");
}

#[test]
fn order_of_answers_is_that_of_queries() {
    let app = TestApp::start();
    let texts = ["深圳华章印刷有限公司", "深圳市蓝礁生物科技有限公司", "深圳市鹏翔物流有限公司"];
    let queries: Vec<Value> =
        texts.iter().map(|text| json!({"conditions": [{"matchType": "name", "propertyValue": text}]})).collect();
    let answer = ask_1(&app, json!(queries));
    for (result, text) in answer["results"].as_array().expect("results").iter().zip(texts) {
        assert_eq!(result["candidates"][0]["name"], text);
    }
}

#[test]
fn what_is_no_batch_is_explained() {
    let app = TestApp::start();
    for (body, status, kind) in [
        ("queries=%7B", 400, "invalid-json"),
        ("queries=%5B%5D", 400, "invalid-parameter"),
        ("", 400, "invalid-form"),
        ("query=x", 400, "invalid-form"),
        ("queries=%7B%7D&extend=%7B%7D", 400, "invalid-form"),
        ("queries=%7B%7D&queries=%7B%7D", 400, "invalid-form"),
        ("extend=%7B%7D", 400, "invalid-json"),
    ] {
        let reply = app.send("POST", "/reconcile", FORM, body);
        assert_open(&reply);
        reply.problem(status, kind);
    }
}
