//! What OpenRefine really sends, in the order in which a person meets it.
//!
//! The shapes of the requests are those of its source: recon-manager.js (manifest), StandardReconConfig (batches),
//! suggest-4_3a.js (suggest, flyout), extend-data-preview-dialog.js (proposals), ReconciledDataExtensionJob (extension).

use serde_json::{Value, json};

use super::super::app::{TestApp, encoded};
use super::conformance::V0_2;
use super::{FORM, assert_open};

/// Headers of its pages, which are served from another origin.
const JQUERY: [(&str, &str); 2] =
    [("accept", "application/json, text/javascript, */*; q=0.01"), ("origin", "http://127.0.0.1:3333")];

/// The JSON within a call of a function.
#[track_caller]
fn unwrapped(script: &str, callback: &str) -> Value {
    let call = script.strip_prefix("/**/").and_then(|rest| rest.strip_prefix(callback)).expect("a call");
    let argument = call.strip_prefix('(').and_then(|rest| rest.strip_suffix(");")).expect("brackets");
    serde_json::from_str(argument).expect("JSON is JavaScript")
}

#[test]
fn a_service_is_added_reconciled_with_and_extended_from() {
    let app = TestApp::start();
    // "Add standard service": the manifest.
    let manifest = app.get_as("/reconcile", &JQUERY).json();
    V0_2.check("manifest", &manifest);
    for space in ["identifierSpace", "schemaSpace"] {
        assert!(manifest[space].as_str().is_some_and(|space| space.starts_with("http://")), "{space}");
    }

    // "Start reconciling": types are guessed from the first rows, then all rows are sent ten at a time.
    let guess = json!({"q0": {"query": "深圳市鹏翔物流有限公司", "limit": 3}, "q1": {"query": "海棠餐饮", "limit": 3}});
    let batch = |queries: &Value| {
        let reply = app.send("POST", "/reconcile", FORM, &format!("queries={}", encoded(&queries.to_string())));
        assert_open(&reply);
        let answer = reply.json();
        V0_2.check("result_batch", &answer);
        answer
    };
    assert_eq!(batch(&guess)["q0"]["result"][0]["type"][0]["id"], "enterprise");
    let row = json!({"q0": {"query": "鹏翔物流", "type": "enterprise", "type_strict": "should",
        "properties": [{"pid": "uscc", "v": "91440300MA5G020498"}, {"pid": "phone", "v": "0755-27003003"}]}});
    let answer = batch(&row);
    let best = &answer["q0"]["result"][0];
    assert_eq!((&best["match"], &best["name"]), (&json!(true), &json!("深圳市鹏翔物流有限公司")));

    // Hovering over a candidate shows the preview in a frame.
    let id = best["id"].as_str().expect("an id");
    let preview = manifest["preview"]["url"].as_str().expect("a template").replace("{{id}}", &encoded(id));
    let path = &preview[preview.find("/reconcile").expect("it is ours")..];
    assert!(app.get(path).text.contains("深圳市鹏翔物流有限公司"));

    // "Add columns from reconciled values": proposals, then values.
    let propose = &manifest["extend"]["propose_properties"];
    let path = propose["service_path"].as_str().expect("a path");
    let proposed = app.get_as(&format!("{path}?type=enterprise"), &JQUERY).json();
    V0_2.check("propose_response", &proposed);
    assert!(proposed["properties"].as_array().is_some_and(|list| list.iter().any(|one| one["id"] == "legal_rep")));
    let extend =
        json!({"ids": [id], "properties": [{"id": "legal_rep"}, {"id": "status", "settings": {"limit": "1"}}]});
    let answer = app.send("POST", "/reconcile", FORM, &format!("extend={}", encoded(&extend.to_string()))).json();
    V0_2.check("extend_response", &answer);
    assert_eq!(answer["rows"][id]["legal_rep"][0]["str"], "赵小红");
    assert_eq!(answer["rows"][id]["status"][0]["str"], "存续");
}

#[test]
fn suggestions_and_flyouts_are_where_the_manifest_says() {
    let app = TestApp::start();
    let manifest = app.get_as("/reconcile", &JQUERY).json();
    for (subject, typed, id) in [
        ("entity", "鹏翔物流", app.entity_of("market", "M4")),
        ("property", "状态", "status".into()),
        ("type", "企", "enterprise".into()),
    ] {
        let service = &manifest["suggest"][subject];
        let path = service["service_path"].as_str().expect("a path");
        // Its suggest box sends what Freebase once took, and breaks caches with a time.
        let query =
            format!("prefix={}&type=enterprise&type_strict=any&schema=enterprise&key=&_=1700000000000", encoded(typed));
        let answer = app.get_as(&format!("{path}?{query}"), &JQUERY).json();
        V0_2.check(&format!("suggest_{subject}"), &answer);
        assert_eq!(answer["result"][0]["id"], id, "{subject}: {answer}");
        let flyout = service["flyout_service_path"].as_str().expect("a path").replace("${id}", &encoded(&id));
        let answer = app.get_as(&flyout, &JQUERY).json();
        V0_2.check("flyout", &answer);
        assert_eq!(answer["id"], id);
        assert!(answer["html"].as_str().is_some_and(|html| html.starts_with("<h1>")), "{answer}");
    }
}

#[test]
fn old_clients_wrap_every_answer_in_a_call() {
    let app = TestApp::start();
    let id = app.entity_of("market", "M4");
    let queries = json!({"q0": {"query": "鹏翔物流"}}).to_string();
    let extend = json!({"ids": [id], "properties": [{"id": "uscc"}]}).to_string();
    for (path, name) in [
        ("/reconcile?".to_owned(), "manifest"),
        (format!("/reconcile?queries={}&", encoded(&queries)), "result_batch"),
        (format!("/reconcile?extend={}&", encoded(&extend)), "extend_response"),
        ("/reconcile/suggest/entity?prefix=%E8%BF%9C%E5%B8%86&".to_owned(), "suggest_entity"),
        (format!("/reconcile/flyout/entity?id={id}&"), "flyout"),
        ("/reconcile/extend/propose?type=enterprise&".to_owned(), "propose_response"),
    ] {
        let callback = "jQuery1910_17000";
        let reply = app.get(&format!("{path}callback={callback}&_=1700000000001"));
        assert_open(&reply);
        assert_eq!((reply.status, reply.header("content-type")), (200, "text/javascript; charset=utf-8"), "{path}");
        V0_2.check(name, &unwrapped(&reply.text, callback));
    }
    assert!(unwrapped(&app.get("/reconcile?callback=f").text, "f")["suggest"]["entity"].is_object());
    for callback in ["alert(1)//", "", "a%20b", "%3Cscript%3E"] {
        app.get(&format!("/reconcile?callback={callback}")).problem(400, "invalid-parameter");
    }
}
