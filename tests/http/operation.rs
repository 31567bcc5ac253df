//! `GET /`, `/healthz`, `/readyz`, `/metrics`

use super::app::TestApp;

#[test]
fn shows_where_to_begin() {
    let links = TestApp::start().get("/").json();
    assert_eq!(links["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(links["links"]["resolve"], "/v1/resolve");
}

#[test]
fn is_alive_and_ready() {
    let app = TestApp::start();
    assert_eq!(app.get("/healthz").json()["status"], "ok");
    let ready = app.get("/readyz").json();
    assert_eq!((&ready["status"], ready["n_records"].as_u64()), (&"ready".into(), Some(12)));
}

#[test]
fn counts_requests_by_route_and_status() {
    let app = TestApp::start();
    app.get_with("/v1/search", &[("q", "远帆")]).json();
    app.get_with("/v1/search", &[("q", "海棠")]).json();
    app.get("/v1/search").problem(400, "invalid-parameter");
    app.get("/v1/entities/E1").problem(404, "not-found");
    app.get("/v1/nothing/甲").problem(404, "no-such-route");
    let reply = app.get("/metrics");
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    for line in [
        "minglu_http_requests_total{method=\"GET\",route=\"/v1/search\",status=\"200\"} 2",
        "minglu_http_requests_total{method=\"GET\",route=\"/v1/search\",status=\"400\"} 1",
        "minglu_http_requests_total{method=\"GET\",route=\"/v1/entities/{id}\",status=\"404\"} 1",
        "minglu_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "minglu_http_request_duration_seconds_count{method=\"GET\",route=\"/v1/search\"} 3",
        "minglu_http_requests_in_flight 1",
        "minglu_records 12",
    ] {
        assert!(reply.text.lines().any(|found| found == line), "{line} is not in\n{}", reply.text);
    }
    assert!(!reply.text.contains("远帆"), "what was asked is nobody's business");
}
