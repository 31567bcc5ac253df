//! What did the service do, and how long did it take?
//!
//! Prometheus text of a recorder that belongs to one service, so that several can live in one process. Labels are routes
//! as they stand in the router and methods that HTTP defines: a client cannot make new ones up. What was asked is never
//! recorded, since it may be personal.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

const N_REQUESTS: &str = "minglu_http_requests_total";
const SECONDS: &str = "minglu_http_request_duration_seconds";
const N_IN_FLIGHT: &str = "minglu_http_requests_in_flight";
const N_RECORDS: &str = "minglu_records";
const N_ENTITIES: &str = "minglu_entities";

/// Upper bounds of the latency histogram: a few milliseconds are expected, ten seconds is the deadline.
const SECONDS_BOUNDS: [f64; 11] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0];

/// Route of requests that no route matches.
const NO_ROUTE: &str = "none";
/// Status of requests whose client left before the answer.
const ABANDONED: &str = "abandoned";

/// The measurements of one service.
pub(super) struct Metrics {
    recorder: PrometheusRecorder,
}

impl Metrics {
    /// Measurements of a service over a register of this size.
    pub(super) fn new(n_records: u64, n_entities: u64) -> Metrics {
        let builder = PrometheusBuilder::new().set_buckets(&SECONDS_BOUNDS).expect("there are bounds");
        let recorder = builder.build_recorder();
        with_local_recorder(&recorder, || {
            describe_counter!(N_REQUESTS, "Requests answered, by method, route and status");
            describe_histogram!(SECONDS, "Time from the headers to the answer, by method and route");
            describe_gauge!(N_IN_FLIGHT, "Requests being answered");
            describe_gauge!(N_RECORDS, "Records in the register");
            describe_gauge!(N_ENTITIES, "Entities in the register");
            gauge!(N_IN_FLIGHT).set(0);
            gauge!(N_RECORDS).set(n_records as f64);
            gauge!(N_ENTITIES).set(n_entities as f64);
        });
        Metrics { recorder }
    }

    /// The measurements as Prometheus text.
    pub(super) fn render(&self) -> String {
        self.recorder.handle().render()
    }

    /// Tells how large the register is.
    pub(super) fn tell_size(&self, n_records: u64, n_entities: u64) {
        with_local_recorder(&self.recorder, || {
            gauge!(N_RECORDS).set(n_records as f64);
            gauge!(N_ENTITIES).set(n_entities as f64);
        });
    }

    /// Folds single measurements into the histogram.
    pub(super) fn upkeep(&self) {
        self.recorder.handle().run_upkeep();
    }
}

/// Measures a request.
pub(super) async fn measure(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let mut running = Running::start(metrics, &request);
    let response = next.run(request).await;
    running.status = Some(response.status());
    response
}

/// A request that is being answered; counted when it ends, however it ends.
struct Running {
    metrics: Arc<Metrics>,
    method: &'static str,
    route: String,
    started: Instant,
    status: Option<StatusCode>,
}

impl Running {
    fn start(metrics: Arc<Metrics>, request: &Request) -> Running {
        let route = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
        with_local_recorder(&metrics.recorder, || gauge!(N_IN_FLIGHT).increment(1));
        Running { method: method_name(request.method()), route, metrics, started: Instant::now(), status: None }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let seconds = self.started.elapsed().as_secs_f64();
        let status = self.status.map_or_else(|| ABANDONED.to_owned(), |status| status.as_u16().to_string());
        tracing::debug!(self.method, self.route, status, seconds, "request");
        let route = std::mem::take(&mut self.route);
        with_local_recorder(&self.metrics.recorder, || {
            gauge!(N_IN_FLIGHT).decrement(1);
            histogram!(SECONDS, "method" => self.method, "route" => route.clone()).record(seconds);
            counter!(N_REQUESTS, "method" => self.method, "route" => route, "status" => status).increment(1);
        });
    }
}

fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}
