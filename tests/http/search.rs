//! `GET /v1/search`

use serde_json::Value;

use super::app::TestApp;

fn names(page: &Value) -> Vec<&str> {
    page["hits"].as_array().expect("hits").iter().filter_map(|hit| hit["name"].as_str()).collect()
}

#[test]
fn finds_by_a_part_of_the_name() {
    let page = TestApp::start().get_with("/v1/search", &[("q", "蓝礁生物")]).json();
    let hit = &page["hits"][0];
    assert_eq!(hit["name"], "深圳市蓝礁生物科技有限公司");
    assert_eq!(hit["kind"], "enterprise");
    assert_eq!(hit["why"][0]["field"], "name");
    assert_eq!(hit["codes"][0], "91440300MA5H04061J");
    assert_eq!(page["seq"], 1);
}

#[test]
fn marks_what_the_query_covers() {
    let page = TestApp::start().get_with("/v1/search", &[("q", "蓝礁生物")]).json();
    let pieces = page["hits"][0]["highlights"].as_array().expect("pieces").clone();
    let joined: String = pieces.iter().filter_map(|piece| piece["text"].as_str()).collect();
    assert_eq!(joined, "深圳市蓝礁生物科技有限公司");
    assert!(pieces.iter().any(|piece| piece["matched"] == true && piece["text"] == "蓝礁生物"), "{pieces:?}");
}

#[test]
fn finds_by_code_person_and_id() {
    let app = TestApp::start();
    for (q, field) in [("91440300MA5H04061J", "code"), ("林晓峰", "person"), (&*app.entity_of("market", "M6"), "id")]
    {
        let page = app.get_with("/v1/search", &[("q", q)]).json();
        assert_eq!(page["hits"][0]["name"], "深圳市蓝礁生物科技有限公司", "{q}");
        let why = page["hits"][0]["why"].as_array().expect("reasons").clone();
        assert!(why.iter().any(|why| why["field"] == field), "{q}: {why:?}");
    }
}

#[test]
fn finds_nothing_without_complaint() {
    let page = TestApp::start().get_with("/v1/search", &[("q", "🦀")]).json();
    assert_eq!((names(&page).len(), page["n_total_estimate"].as_u64()), (0, Some(0)));
    assert!(page.get("next_cursor").is_none());
}

#[test]
fn counts_and_filters_by_facet() {
    let app = TestApp::start();
    let page = app.get_with("/v1/search", &[("q", "远帆")]).json();
    let counted = page["facets"]["industry"].as_array().expect("counts").clone();
    assert!(counted.iter().any(|count| count["value"] == "H6210"), "{counted:?}");
    let page = app.get_with("/v1/search", &[("q", "远帆"), ("industry", "6210")]).json();
    assert!(names(&page).contains(&"深圳市远帆餐饮有限公司"), "{page}");
    assert!(page["hits"].as_array().expect("hits").iter().all(|hit| hit["industry"] == "H6210"), "{page}");
    let page = app.get_with("/v1/search", &[("q", "远帆"), ("kind", "building")]).json();
    assert!(names(&page).is_empty(), "{page}");
}

#[test]
fn pages_are_the_answer_in_pieces() {
    let app = TestApp::start();
    let whole = app.get_with("/v1/search", &[("q", "深圳市"), ("limit", "50")]).json();
    assert!(names(&whole).len() > 2 && whole.get("next_cursor").is_none(), "{whole}");
    let mut pieces: Vec<String> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut parameters = vec![("q", "深圳市"), ("limit", "2")];
        parameters.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = app.get_with("/v1/search", &parameters).json();
        assert!((1..=2).contains(&names(&page).len()), "no page is empty: {page}");
        pieces.extend(names(&page).into_iter().map(str::to_owned));
        cursor = page["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(pieces, names(&whole));
}

#[test]
fn a_cursor_belongs_to_its_question() {
    let app = TestApp::start();
    let page = app.get_with("/v1/search", &[("q", "深圳市"), ("limit", "2")]).json();
    let cursor = page["next_cursor"].as_str().expect("there are more than two");
    let other = app.get_with("/v1/search", &[("q", "深圳"), ("cursor", cursor)]);
    assert!(other.problem(400, "invalid-parameter").contains("another search"));
    let broken = app.get_with("/v1/search", &[("q", "深圳"), ("cursor", "２-x")]);
    assert!(broken.problem(400, "invalid-parameter").starts_with("cursor: "));
}

#[test]
fn says_which_parameter_is_wrong() {
    let app = TestApp::start();
    let refused = |parameters: &[(&str, &str)], detail: &str| {
        let found = app.get_with("/v1/search", parameters).problem(400, "invalid-parameter");
        assert!(found.contains(detail), "{parameters:?}: {found}");
    };
    refused(&[], "missing field `q`");
    refused(&[("q", " ")], "q: a search text has 1 to 200 characters");
    refused(&[("q", &"长".repeat(201))], "q: a search text has 1 to 200 characters");
    refused(&[("q", "长"), ("limit", "51")], "limit: '51' is not a whole number from 1 to 50");
    refused(&[("q", "长"), ("limit", "many")], "limit: 'many' is not a whole number from 1 to 50");
    refused(&[("q", "长"), ("colour", "red")], "unknown field `colour`, expected one of `q`, `kind`");
    refused(&[("q", "长"), ("q", "短")], "duplicate field `q`");
}
