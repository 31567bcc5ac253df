//! `GET /v1/sources/{source}/records/{id}` and `…/entity`

use super::app::{TestApp, record_path};

#[test]
fn shows_the_row_as_received() {
    let record = TestApp::start().get(&record_path("market", "M3")).json();
    assert_eq!((&record["source"], &record["record_id"]), (&"market".into(), &"M3".into()));
    assert_eq!(record["columns"]["企业名称"], "深圳市海棠餐饮管理有限公司");
    assert_eq!(record["values"]["uscc"][0], "91440300MA5F010377");
    assert!(record["raw"].as_str().is_some_and(|raw| raw.starts_with("M3,深圳市海棠餐饮管理有限公司,")), "{record}");
    assert_eq!(record["line"], 4);
}

#[test]
fn names_may_be_chinese_and_ids_may_have_slashes() {
    let app = TestApp::start();
    let record = app.get(&record_path("社保", "社/003 甲")).json();
    assert_eq!(record["record_id"], "社/003 甲");
    assert_eq!(record["entity"], app.entity_of("社保", "社/003 甲"));
    assert_eq!(app.entity_of("社保", "社/003 甲"), app.entity_of("market", "M4"));
}

#[test]
fn records_lead_to_their_entity() {
    let app = TestApp::start();
    let entity = app.get(&format!("{}/entity", record_path("社保", "社-005"))).json();
    assert_eq!(entity["anchor"], "社保:社-005");
    assert_eq!(entity["values"]["name"][0]["value"], "深圳市白鹭园林绿化有限公司");
}

#[test]
fn unknown_records_are_not_found() {
    let app = TestApp::start();
    for (source, id) in [("market", "M99"), ("tax", "M1"), ("市场", "甲"), ("market", "社-001")] {
        let detail = app.get(&record_path(source, id)).problem(404, "not-found");
        assert_eq!(detail, format!("source '{source}' has no record '{id}'"));
        app.get(&format!("{}/entity", record_path(source, id))).problem(404, "not-found");
    }
}

#[test]
fn a_zero_byte_is_no_part_of_a_name() {
    // The store parts source and id by a zero byte: this one would read like another record's key.
    TestApp::start().get(&record_path("market\0M1", "M1")).problem(400, "invalid-parameter");
}
