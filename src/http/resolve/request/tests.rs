//! Which bodies are questions, and what is said of the others?

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// The shape of an accepted body and its number of queries, or the problem's status.
fn check(body: &str, expect: Result<(&str, usize), u16>) {
    let shape = read_request(body.as_bytes()).map(|request| match request {
        ResolveRequest::One(_) => ("one", 1),
        ResolveRequest::Keyed(request) => ("keyed", request.queries.len()),
        ResolveRequest::Listed(queries) => ("listed", queries.len()),
    });
    assert_eq!(shape.map_err(|problem| problem.status().as_u16()), expect, "{body}");
}

fn check_query(query: Value, expect: Result<(), &str>) {
    let detail = read_query(query.clone()).map(|_| ()).map_err(|problem| json!(problem)["detail"].to_string());
    match expect {
        Ok(()) => assert_eq!(detail, Ok(()), "{query}"),
        Err(part) => assert!(detail.as_ref().is_err_and(|text| text.contains(part)), "{query}: {detail:?}"),
    }
}

#[test]
fn shapes() {
    check(r#"{"values":{"name":"腾讯"}}"#, Ok(("one", 1)));
    check(r#"{"queries":{"甲":{},"乙":{}}}"#, Ok(("keyed", 2)));
    check(r#"[{},{},{}]"#, Ok(("listed", 3)));
    check("[]", Ok(("listed", 0)));
}

#[test]
fn wrong_shapes() {
    check("", Err(400));
    check("{", Err(400));
    check(r#"{"queries":[]}"#, Err(422));
    check(r#"{"queries":{},"limit":1}"#, Err(422));
    check(&"[".repeat(100_000), Err(400));
}

#[test]
fn batches_are_bounded() {
    check(&json!(vec![json!({}); N_QUERIES_MAX]).to_string(), Ok(("listed", N_QUERIES_MAX)));
    check(&json!(vec![json!({}); N_QUERIES_MAX + 1]).to_string(), Err(413));
}

#[test]
fn queries() {
    check_query(json!({"values": {"name": "腾讯"}}), Ok(()));
    check_query(json!({"kind": "enterprise", "limit": 3, "values": {"phone": ["1", "2"]}}), Ok(()));
}

#[test]
fn wrong_queries() {
    check_query(json!(7), Err("a query is an object"));
    check_query(json!({"kind": "enterprise"}), Err("values: give an object"));
    check_query(json!({"values": {"name": 7}}), Err("values.name: a text"));
    check_query(json!({"values": {"name": ["a", null]}}), Err("values.name: a text"));
    check_query(json!({"values": {"name": "长".repeat(VALUE_CHARS_MAX + 1)}}), Err("at most 1000 characters"));
    check_query(json!({"values": {"phone": vec!["1"; N_QUERY_VALUES_MAX + 1]}}), Err("101 given"));
    check_query(json!({"values": {}, "nmae": 1}), Err("unknown field `nmae`"));
    check_query(json!({"values": {}, "limit": -1}), Err("-1"));
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let _ = read_request(&bytes).map(|_| ());
    }
}
