//! Tests of the two languages in which batches are written.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn kinds() -> Vec<String> {
    vec!["enterprise".into(), "person".into()]
}

fn read_0(query: Value) -> ReconcileQuery {
    let text = query.to_string();
    read_query_0(query, &kinds()).unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
}

fn read_1(query: Value) -> ReconcileQuery {
    let text = query.to_string();
    read_query_1(query, &kinds()).unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
}

#[test]
fn both_versions_say_the_same() {
    let old =
        read_0(json!({"query": "明鹭", "type": "person", "limit": 3, "properties": [{"pid": "phone", "v": "1"}]}));
    let new = read_1(json!({"type": "person", "limit": 3, "conditions": [
        {"matchType": "name", "propertyValue": "明鹭"},
        {"matchType": "property", "propertyId": "phone", "propertyValue": "1"}
    ]}));
    assert_eq!((&old.kinds, &old.conditions, old.limit), (&new.kinds, &new.conditions, new.limit));
}

#[test]
fn values_come_in_many_shapes() {
    let check = |v: Value, texts: &[&str]| {
        let query = read_0(json!({"properties": [{"pid": "name", "v": v}]}));
        assert_eq!(query.conditions[0].values, texts);
    };
    check(json!("明鹭"), &["明鹭"]);
    check(json!(500), &["500"]);
    check(json!(true), &["true"]);
    check(json!({"id": "E1", "name": "明鹭"}), &["明鹭"]);
    check(json!({"id": "E1"}), &["E1"]);
    check(json!(["明鹭", {"id": "E1"}, 5]), &["明鹭", "E1", "5"]);
}

#[test]
fn types_are_filters_where_they_are_known() {
    let check = |types: Value, strict: &str, expected: Option<&[&str]>| {
        let query = read_0(json!({"query": "x", "type": types, "type_strict": strict}));
        let expected = expected.map(|kinds| kinds.iter().map(|kind| kind.to_string()).collect::<Vec<_>>());
        assert_eq!(query.kinds, expected, "{types} {strict}");
    };
    check(json!("person"), "should", Some(&["person"]));
    check(json!(["person", "ship"]), "any", Some(&["person"]));
    check(json!("ship"), "should", None);
    check(json!("ship"), "any", Some(&[]));
    check(json!(["person", "enterprise"]), "all", Some(&[]));
    check(json!(["person", "person"]), "all", Some(&["person"]));
    assert_eq!(read_0(json!({"query": "x"})).kinds, None);
}

#[test]
fn limits_are_brought_into_range() {
    let check =
        |limit: Value, expected: usize| assert_eq!(read_0(json!({"query": "x", "limit": limit})).limit, expected);
    check(json!(3), 3);
    check(json!(0), N_CANDIDATES_DEFAULT);
    check(json!(-1), N_CANDIDATES_DEFAULT);
    check(json!(1e300), N_CANDIDATES_MAX);
    check(json!(null), N_CANDIDATES_DEFAULT);
}

#[test]
fn wrong_queries_are_explained() {
    let refused_0 = |query: Value| assert!(read_query_0(query.clone(), &kinds()).is_err(), "{query}");
    refused_0(json!({}));
    refused_0(json!("明鹭"));
    refused_0(json!({"query": 5}));
    refused_0(json!({"query": "x", "type_strict": "perhaps"}));
    refused_0(json!({"properties": [{"pid": "name"}]}));
    refused_0(json!({"properties": [{"pid": "name", "v": [["x"]]}]}));
    refused_0(json!({"query": "长".repeat(VALUE_CHARS_MAX + 1)}));
    let refused_1 = |query: Value| assert!(read_query_1(query.clone(), &kinds()).is_err(), "{query}");
    refused_1(json!({}));
    refused_1(json!({"conditions": []}));
    refused_1(json!({"properties": [{"matchType": "name", "propertyValue": "x"}]}));
    refused_1(json!({"conditions": [{"propertyValue": "x"}]}));
    refused_1(json!({"conditions": [{"matchType": "property", "propertyValue": "x"}]}));
    refused_1(json!({"conditions": [{"matchType": "name", "propertyValue": "x", "matchQualifier": "Nearly"}]}));
    let many = vec![json!({"matchType": "name", "propertyValue": "x"}); N_CONDITIONS_MAX + 1];
    refused_1(json!({"conditions": many}));
}

proptest! {
    #[test]
    fn nothing_makes_the_readers_panic(text in any::<String>()) {
        let _ = read_batch_0(&text);
        let _ = read_batch_1(text.as_bytes());
        let query = json!({"query": text, "properties": [{"pid": text, "v": text}], "type": text});
        prop_assert!(read_query_0(query, &kinds()).is_ok() || text.chars().count() > VALUE_CHARS_MAX);
    }
}
