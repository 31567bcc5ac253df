//! `GET /reconcile/preview`, `GET /reconcile/view/{id}`

use std::fs;
use std::sync::Arc;

use minglu::config::Config;
use minglu::pipeline;
use minglu::progress::Quiet;

use super::super::app::{TestApp, data_dir};
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
fn a_preview_shows_no_number_of_a_person() {
    const CONFIG: &str = r#"
[register]
division = "440300"

[[source]]
name = "residents"
rank = 1
kind = "person"
path = "residents.csv"
record_id = "id"
fields = { name = "name", id_number = "number", phone = "phone" }
"#;
    let dir = Arc::new(tempfile::tempdir().expect("there is room for a temporary directory"));
    // The number of GB 11643-1999, annex A.
    let rows = "id,name,number,phone\n1,欧阳鹭,11010519491231002X,13800138001\n";
    fs::write(dir.path().join("residents.csv"), rows).expect("the file is written");
    fs::write(dir.path().join("minglu.toml"), CONFIG).expect("the file is written");
    let config = Config::read(&dir.path().join("minglu.toml")).expect("the configuration is right");
    pipeline::build(&config, &data_dir(&dir), &Quiet).expect("the register is built");
    let app = TestApp::start_with(dir);
    let reply = app.get(&format!("/reconcile/preview?id={}", app.entity_of("residents", "1")));
    assert!(reply.text.contains("欧阳鹭") && reply.text.contains("13800138001"), "{}", reply.text);
    assert!(!reply.text.to_uppercase().contains("11010519491231002X"), "{}", reply.text);
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
