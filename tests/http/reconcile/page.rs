//! `GET /reconcile/preview`, `GET /reconcile/view/{id}`

use super::super::app::TestApp;
use super::assert_open;

#[test]
fn a_preview_is_a_page_that_needs_nothing_else() {
    let app = TestApp::start();
    let id = app.entity_of("market", "M6");
    let reply = app.get(&format!("/reconcile/preview?id={id}"));
    assert_open(&reply);
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(reply.text.starts_with("<!DOCTYPE html><html lang=\"zh\">"));
    for part in ["深圳市蓝礁生物科技有限公司", "统一社会信用代码", "91440300MA5H04061J", "企业", &id]
    {
        assert!(reply.text.contains(part), "{part}: {}", reply.text);
    }
    let english = app.get(&format!("/reconcile/preview?id={id}&lang=en"));
    assert!(english.text.contains("<html lang=\"en\">") && english.text.contains("unified social credit code"));
}

#[test]
fn the_whole_entity_is_at_the_address_of_the_manifest() {
    let app = TestApp::start();
    let id = app.entity_of("market", "M6");
    let template = app.get("/reconcile").json()["view"]["url"].as_str().expect("a template").to_owned();
    let path = template.split_once("/reconcile").map(|(_, rest)| rest.replace("{{id}}", &id)).expect("it is ours");
    let reply = app.get(&format!("/reconcile{path}"));
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/html; charset=utf-8"));
    for part in ["深圳市蓝礁生物科技有限公司", "market:M6", "社保:社-004", "来源记录"] {
        assert!(reply.text.contains(part), "{part}: {}", reply.text);
    }
    // A client of 1.0-draft reads {{id}} as {id} in braces.
    assert_eq!(app.get(&format!("/reconcile/view/%7B{id}%7D")).text, reply.text);
}

#[test]
fn unknown_ids_are_problems() {
    let app = TestApp::start();
    for path in ["/reconcile/preview?id=E0", "/reconcile/view/E0", "/reconcile/flyout/entity?id=E0"] {
        let reply = app.get(path);
        assert_open(&reply);
        reply.problem(404, "not-found");
    }
    app.get("/reconcile/preview?id=").problem(400, "invalid-parameter");
    app.get("/reconcile/flyout/ship?id=E0").problem(400, "invalid-parameter");
}
