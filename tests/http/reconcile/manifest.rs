//! `GET /reconcile`

use serde_json::json;

use super::super::app::TestApp;
use super::assert_open;
use super::conformance::{V0_2, V1_0};

#[test]
fn one_document_is_valid_in_both_versions() {
    let reply = TestApp::start().get("/reconcile");
    assert_open(&reply);
    let manifest = reply.json();
    V0_2.check("manifest", &manifest);
    V1_0.check("manifest", &manifest);
    assert_eq!(manifest["versions"], json!(["0.2", "1.0-draft"]));
    assert_eq!(manifest["defaultTypes"], json!([{"id": "enterprise", "name": "企业"}]));
    assert_eq!((&manifest["batchSize"], &manifest["standardizedScore"]), (&json!(100), &json!(true)));
}

#[test]
fn suggest_services_are_declared_as_each_version_has_them() {
    let app = TestApp::start();
    // What jQuery sends when it is told to expect JSON, hence OpenRefine.
    let jquery = ("accept", "application/json, text/javascript, */*; q=0.01");
    let old = app.get_as("/reconcile", &[jquery]).json();
    V0_2.check("manifest", &old);
    let service = &old["suggest"]["entity"];
    assert_eq!(service["service_path"], "/reconcile/suggest/entity");
    assert_eq!(service["flyout_service_path"], "/reconcile/flyout/entity?id=${id}");
    assert_eq!(app.get("/reconcile?version=0.2").json(), old);
    let new = app.get("/reconcile?version=1.0-draft").json();
    V1_0.check("manifest", &new);
    assert_eq!(new["suggest"], json!({"entity": true, "property": true, "type": true}));
    assert!(new["view"]["url"].as_str().is_some_and(|url| url.ends_with("/reconcile/view/{id}")));
    app.get("/reconcile?version=0.3").problem(400, "invalid-parameter");
}

#[test]
fn addresses_are_those_by_which_the_client_came() {
    let app = TestApp::start();
    let manifest = app.get_as("/reconcile", &[("host", "minglu.example:8640")]).json();
    assert_eq!(manifest["view"]["url"], "http://minglu.example:8640/reconcile/view/{{id}}");
    assert_eq!(manifest["preview"]["url"], "http://minglu.example:8640/reconcile/preview?id={{id}}");
    let forged = app.get_as("/reconcile", &[("host", "a/\"><b")]);
    assert_open(&forged);
    assert_eq!(forged.status, 400, "{}", forged.text);
}

#[test]
fn labels_follow_the_language() {
    let app = TestApp::start();
    let check = |path: &str, accept: &str, name: &str, tag: &str| {
        let reply = app.get_as(path, &[("accept-language", accept)]);
        assert_eq!(reply.json()["defaultTypes"][0]["name"], name, "{path} {accept}");
        assert_eq!(reply.header("content-language"), tag, "{path} {accept}");
    };
    check("/reconcile", "", "企业", "zh");
    check("/reconcile", "en-US,en;q=0.9,zh;q=0.8", "enterprise", "en");
    check("/reconcile", "zh-CN,zh;q=0.9,en;q=0.8", "企业", "zh");
    check("/reconcile?lang=en", "zh-CN", "enterprise", "en");
    check("/reconcile?lang=zh-Hans", "en", "企业", "zh");
}

#[test]
fn every_address_answers_preflights() {
    let app = TestApp::start();
    for path in ["/reconcile", "/reconcile/match", "/reconcile/extend", "/reconcile/suggest/entity", "/reconcile/x"] {
        let reply = app.send("OPTIONS", path, "", "");
        assert_open(&reply);
        assert_eq!((reply.status, reply.text.as_str()), (204, ""), "{path}");
        assert!(reply.header("access-control-allow-methods").contains("POST"), "{path}");
        assert!(reply.header("access-control-allow-headers").contains("content-type"), "{path}");
    }
    assert_eq!(app.get("/v1/search?q=x").header("access-control-allow-origin"), "", "the rest is not opened");
    assert_eq!(app.get("/reconciled").header("access-control-allow-origin"), "");
}

#[test]
fn refusals_are_open_too() {
    let app = TestApp::start();
    let json = "application/json";
    for (reply, status) in [
        (app.get("/reconcile/nothing"), 404),
        (app.get("/reconcile/match"), 405),
        (app.get("/reconcile/preview?id=E0"), 404),
        (app.get("/reconcile/preview"), 400),
        (app.send("POST", "/reconcile", json, "{}"), 415),
        (app.send("POST", "/reconcile/match", json, "{"), 400),
        (app.send("POST", "/reconcile/match", json, "[]"), 422),
        (app.send("POST", "/reconcile/match", "text/csv", "x"), 415),
        (app.send("POST", "/reconcile/match", json, &" ".repeat((1 << 20) + 1)), 413),
    ] {
        assert_open(&reply);
        assert_eq!(reply.status, status, "{}", reply.text);
        assert_eq!(reply.header("content-type"), "application/problem+json");
    }
}
