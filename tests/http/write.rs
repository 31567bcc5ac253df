//! `PUT`, `DELETE`, `POST /v1/sources/…`, and what follows: redirects, histories, the feed of changes

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::app::{Reply, TestApp, data_dir, encoded, own_register, record_path};

/// Longer than the index ever lags.
const PATIENCE: Duration = Duration::from_secs(20);

/// The unit that only 社保 knows, as market would deliver it.
fn white_egret() -> Value {
    json!({"企业名称": "深圳市白鹭园林绿化有限公司", "住所": "深圳市罗湖区东门中路1011号", "电话": "0755-25007007", "法定代表人": "何雪梅"})
}

fn put(app: &TestApp, source: &str, id: &str, row: &Value) -> Reply {
    app.send("PUT", &record_path(source, id), "application/json", &row.to_string())
}

fn delete(app: &TestApp, source: &str, id: &str) -> Reply {
    app.send("DELETE", &record_path(source, id), "application/json", "")
}

fn post(app: &TestApp, source: &str, lines: &str) -> Reply {
    app.send("POST", &format!("/v1/sources/{}/records", encoded(source)), "application/x-ndjson", lines)
}

fn sequence(app: &TestApp) -> u64 {
    app.get("/readyz").json()["seq"].as_u64().expect("a ready service says where it is")
}

/// Fates of the entities that an answer tells of, sorted.
fn fates(answer: &Value) -> Vec<(String, String)> {
    let text = |entity: &Value, key: &str| entity[key].as_str().expect("a text").to_owned();
    let entities = answer["entities"].as_array().expect("entities").iter();
    let mut fates: Vec<_> = entities.map(|entity| (text(entity, "fate"), text(entity, "id"))).collect();
    fates.sort();
    fates
}

#[test]
fn a_change_can_be_read_once_it_is_answered_and_found_soon_after() {
    let app = TestApp::start_living(own_register());
    let before = app.entity_of("market", "M4");
    let row = json!({"id": "M4", "企业名称": "深圳市云杉仓储有限公司", "统一社会信用代码": "91440300MA5G020498",
        "住所": "深圳市宝安区航城大道199号"});
    let answer = put(&app, "market", "M4", &row).json();
    assert_eq!((answer["accepted"].as_u64(), answer["unchanged"].as_u64()), (Some(1), Some(0)));
    let told = answer["entities"].as_array().expect("entities");
    let changed = told.iter().find(|entity| entity["id"] == before).expect("the entity of the record is told");
    assert!(changed["fields"].as_array().expect("fields").contains(&json!("name")), "{answer}");

    let record = app.get(&record_path("market", "M4")).json();
    assert_eq!(record["columns"]["企业名称"], "深圳市云杉仓储有限公司");
    assert_eq!((&record["seq"], &record["earlier"][0]["seq"]), (&answer["seq"], &json!(1)));
    let earlier = app.get(&format!("{}?as_of=1", record_path("market", "M4"))).json();
    assert_eq!(earlier["columns"]["企业名称"], "深圳市鹏翔物流有限公司");
    let entity = app.get(&format!("/v1/entities/{before}")).json();
    assert_eq!(entity["values"]["name"][0]["value"], "深圳市云杉仓储有限公司");

    let started = Instant::now();
    while app.get_with("/v1/search", &[("q", "云杉仓储")]).json()["hits"][0]["id"] != before {
        assert!(started.elapsed() < PATIENCE, "the search index does not follow");
        std::thread::yield_now();
    }
    let again = put(&app, "market", "M4", &row).json();
    assert_eq!((again["unchanged"].as_u64(), &again["seq"]), (Some(1), &answer["seq"]));
}

#[test]
fn records_join_and_part_and_old_ids_lead_to_heirs() {
    let app = TestApp::start_living(own_register());
    let old = app.entity_of("社保", "社-005");
    let joined = put(&app, "market", "M9", &white_egret()).json();
    let new = app.entity_of("market", "M9");
    assert_eq!(app.entity_of("社保", "社-005"), new);
    assert_eq!(fates(&joined), [("created".into(), new.clone()), ("gone".into(), old.clone())]);

    let moved = app.get(&format!("/v1/entities/{old}"));
    assert_eq!((moved.status, moved.header("location")), (308, format!("/v1/entities/{new}").as_str()));
    let at = joined["seq"].as_u64().expect("a sequence");
    let moved = app.get(&format!("/v1/entities/{old}?as_of={at}"));
    assert_eq!(moved.header("location"), format!("/v1/entities/{new}?as_of={at}"));
    let before = app.get(&format!("/v1/entities/{old}?as_of=1")).json();
    assert_eq!((&before["seq"], &before["anchor"]), (&json!(1), &json!("社保:社-005")));
    app.get(&format!("/v1/entities/{new}?as_of=1")).problem(404, "not-found");

    let parted = delete(&app, "market", "M9").json();
    assert_eq!(fates(&parted), [("created".into(), old.clone()), ("gone".into(), new.clone())]);
    assert_eq!(app.get(&format!("/v1/entities/{new}")).header("location"), format!("/v1/entities/{old}"));
    app.get(&record_path("market", "M9")).problem(404, "not-found");

    delete(&app, "社保", "社-005").json();
    app.get(&format!("/v1/entities/{old}")).problem(410, "gone");
    app.get(&format!("/v1/entities/{new}")).problem(410, "gone");
    let history = app.get(&format!("/v1/entities/{old}/history")).json();
    let versions = history["versions"].as_array().expect("versions");
    let told: Vec<&str> = versions.iter().filter_map(|version| version["fate"].as_str()).collect();
    assert_eq!(told, ["created", "gone", "created", "gone"], "{history}");
    assert_eq!(versions[1]["to"], json!([new]));
}

#[test]
fn the_history_of_a_value() {
    let app = TestApp::start_living(own_register());
    let id = app.entity_of("market", "M3");
    let row = |name: &str, phone: &str| {
        json!({"企业名称": name, "统一社会信用代码": "91440300MA5F010377",
            "住所": "深圳市福田区福华三路88号2楼", "电话": phone, "法定代表人": "王建国"})
    };
    put(&app, "market", "M3", &row("深圳市海棠餐饮管理有限公司", "0755-83002003")).json();
    let seq = put(&app, "market", "M3", &row("深圳市海棠花餐饮管理有限公司", "0755-83002003")).json()["seq"].clone();
    let history = app.get(&format!("/v1/entities/{id}/history?field=name")).json();
    assert_eq!(history["n_versions"], 2, "{history}");
    assert_eq!(history["versions"][0]["values"], json!(["深圳市海棠餐饮管理有限公司"]));
    assert_eq!((&history["versions"][1]["seq"], &history["versions"][1]["cause"]), (&seq, &json!("records")));
    assert_eq!(app.get(&format!("/v1/entities/{id}/history")).json()["n_versions"], 3);
    app.get(&format!("/v1/entities/{id}/history?field=nmae")).problem(400, "invalid-parameter");
    app.get("/v1/entities/E0/history").problem(404, "not-found");

    let at = history["versions"][1]["at"].as_str().expect("a time").to_owned();
    let entity = app.get(&format!("/v1/entities/{id}?as_of={}", encoded(&at))).json();
    assert_eq!((&entity["seq"], &entity["values"]["name"][0]["value"]), (&seq, &json!("深圳市海棠花餐饮管理有限公司")));
    for (as_of, detail) in [("1999-12-31", "built later"), ("99999", "the register is at"), ("gestern", "as_of: ")] {
        let said = app.get(&format!("/v1/entities/{id}?as_of={as_of}")).problem(400, "invalid-parameter");
        assert!(said.contains(detail), "{said}");
    }
}

#[test]
fn lines_that_cannot_be_used_do_not_keep_others_out() {
    let app = TestApp::start_living(own_register());
    let (first, mut good) = (sequence(&app), white_egret());
    good["id"] = json!("M9");
    let lines = format!(
        "{good}\n\n{{\"id\": \n{{\"@delete\": \"M4\"}}\n{{\"@delete\": \"M77\"}}\n{{\"id\": \"M8\", \"企业名\": \"甲\"}}\n{{\"@delete\": 4}}\n"
    );
    let answer = post(&app, "market", &lines).json();
    assert_eq!((&answer["seq"], &answer["accepted"]), (&json!(first + 1), &json!(2)), "{answer}");
    let rejected = answer["rejected"].as_array().expect("rejected");
    let told: Vec<u64> = rejected.iter().filter_map(|line| line["line"].as_u64()).collect();
    assert_eq!(told, [3, 5, 6, 7], "{answer}");
    assert!(rejected[2]["reason"].as_str().is_some_and(|reason| reason.contains("企业名称")), "{answer}");
    app.get(&record_path("market", "M4")).problem(404, "not-found");
    app.get(&record_path("market", "M9")).json();
}

#[test]
fn one_record_that_cannot_be_used_is_refused() {
    let app = TestApp::start_living(own_register());
    let first = sequence(&app);
    for body in
        ["", "[]", "{", "{\"企业名称\": \"\"}", "{\"企业名\": \"甲\"}", "{\"id\": \"M5\", \"企业名称\": \"甲\"}"]
    {
        app.send("PUT", &record_path("market", "M9"), "application/json", body).problem(422, "invalid-record");
    }
    put(&app, "nobody", "M9", &white_egret()).problem(404, "not-found");
    post(&app, "nobody", "{}").problem(404, "not-found");
    delete(&app, "market", "M9").problem(404, "not-found");
    delete(&app, "nobody", "M1").problem(404, "not-found");
    app.send("PUT", &record_path("market", "M9"), "text/plain", "{}").problem(415, "not-json");
    app.send("POST", "/v1/sources/market/records", "text/csv", "id").problem(415, "not-lines");
    assert_eq!(sequence(&app), first);
    put(&TestApp::start(), "market", "M9", &white_egret()).problem(403, "read-only");
}

#[test]
fn a_repetition_is_answered_as_the_first_time() {
    let register = own_register();
    let app = TestApp::start_living(Arc::clone(&register));
    let (path, headers) =
        (record_path("market", "M9"), [("content-type", "application/json"), ("idempotency-key", "a-1")]);
    let first = app.send_as("PUT", &path, &headers, &white_egret().to_string());
    let seq = first.json()["seq"].clone();
    delete(&app, "market", "M9").json();
    let again = app.send_as("PUT", &path, &headers, &white_egret().to_string());
    assert_eq!((again.status, &again.text), (200, &first.text));
    app.get(&path).problem(404, "not-found");
    app.send_as("PUT", &path, &headers, "{\"企业名称\": \"甲\"}").problem(422, "idempotency-key-reused");
    app.send_as("PUT", &path, &[("idempotency-key", "a b")], "{}").problem(400, "invalid-parameter");
    let refused = [("content-type", "application/json"), ("idempotency-key", "a-2")];
    for _ in 0..2 {
        app.send_as("PUT", &path, &refused, "{}").problem(422, "invalid-record");
    }
    drop(app);
    let app = TestApp::start_living(register);
    assert_eq!(json!(sequence(&app)), json!(seq.as_u64().expect("a sequence") + 1));
    assert_eq!(app.send_as("PUT", &path, &headers, &white_egret().to_string()).text, first.text);
}

#[test]
fn the_feed_is_resumed_without_gaps() {
    let app = TestApp::start_living(own_register());
    put(&app, "market", "M9", &white_egret()).json();
    delete(&app, "market", "M9").json();
    delete(&app, "market", "M4").json();
    let read = |after: u64, limit: u64| {
        let reply = app.get(&format!("/v1/changes?after={after}&limit={limit}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, "application/x-ndjson"), "{}", reply.text);
        let mut lines: Vec<Value> =
            reply.text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
        let last = lines.pop().expect("a last line");
        (lines, last["resume_after"].as_u64().expect("where to go on"))
    };
    let (all, end) = read(0, 1000);
    assert_eq!(end, sequence(&app));
    assert!(
        all.len() >= 5 && all.iter().all(|line| line["at"].as_str().is_some_and(|at| at.ends_with('Z'))),
        "{all:?}"
    );
    let (mut after, mut pieces) = (0, Vec::new());
    loop {
        let (lines, next) = read(after, 1);
        assert!(lines.iter().all(|line| line["seq"] == lines[0]["seq"]), "{lines:?}");
        pieces.extend(lines);
        if next == after {
            break;
        }
        after = next;
    }
    assert_eq!(pieces, all);
    app.get("/v1/changes?after=99999").problem(400, "invalid-parameter");
    app.get("/v1/changes?limit=0").problem(400, "invalid-parameter");
}

#[test]
fn one_directory_has_one_writer() {
    let register = own_register();
    let _app = TestApp::start_living(Arc::clone(&register));
    let data = data_dir(&register).to_string_lossy().into_owned();
    let file = register.path().join("m.csv").to_string_lossy().into_owned();
    for arguments in [
        vec!["serve", "--listen", "127.0.0.1:0", "--data", &data],
        vec!["ingest", "--data", &data, "--source", "market", &file],
        vec!["delete", "--data", &data, "--source", "market", "--record-id", "M1"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_minglu")).args(&arguments).output().expect("the program starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("another process is writing here") && said.trim_end().lines().count() == 1, "{said}");
    }
}

#[test]
fn many_at_once_are_all_done() {
    let register = own_register();
    let app = TestApp::start_living(Arc::clone(&register));
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let app = &app;
            scope.spawn(move || {
                let mut last = 0;
                for number in 0..10 {
                    let row = json!({"企业名称": format!("深圳市第{writer}号{number}店有限公司")});
                    let seq =
                        put(app, "market", &format!("W{writer}"), &row).json()["seq"].as_u64().expect("a sequence");
                    assert!(seq > last, "sequences rise");
                    last = seq;
                    let record = app.get(&record_path("market", &format!("W{writer}"))).json();
                    assert_eq!(record["columns"]["企业名称"], row["企业名称"]);
                }
            });
        }
    });
    drop(app);
    assert_eq!(minglu::verify::verify(&data_dir(&register)).expect("it can be read"), Vec::<String>::new());
}
