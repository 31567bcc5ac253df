//! Is the service well, and what does it offer?
//!
//! Answers for those who run it and for programs that find their way. None of them reads the register, so none is turned
//! away when the service is busy.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use minglu_graph::store::value::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Service;
use super::problem::{NOT_READY, PROBLEM_JSON, Problem};
use super::router::openapi_json;

/// Where to begin.
#[derive(Serialize, ToSchema)]
pub(super) struct LinksResponse {
    /// Name of the program.
    name: &'static str,
    /// Version of the program.
    version: &'static str,
    /// Addresses; those in braces are templates (RFC 6570).
    links: Links,
}

/// Addresses of the service.
#[derive(Serialize, ToSchema)]
pub(super) struct Links {
    /// Fuzzy search.
    search: &'static str,
    /// Who is this?
    resolve: &'static str,
    /// An entity.
    entity: &'static str,
    /// How an entity became what it is.
    history: &'static str,
    /// Entities that came, changed or went.
    changes: &'static str,
    /// A record.
    record: &'static str,
    /// Why two records are, or are not, one.
    why: &'static str,
    /// The W3C Reconciliation API.
    reconcile: &'static str,
    /// The description of all of it.
    openapi: &'static str,
}

/// A sign of life.
#[derive(Serialize, ToSchema)]
pub(super) struct HealthResponse {
    /// `ok`.
    status: &'static str,
}

/// The register is served.
#[derive(Serialize, ToSchema)]
pub(super) struct ReadyResponse {
    /// `ready`.
    status: &'static str,
    /// Sequence number of the last change.
    seq: u64,
    /// Sequence number that search has reached.
    index_seq: u64,
    /// Records in the register.
    n_records: u64,
    /// Entities in the register.
    n_entities: u64,
}

/// Where to begin.
#[utoipa::path(get, path = "/", tag = "operation", responses((status = 200, body = LinksResponse)))]
pub(super) async fn links() -> Json<LinksResponse> {
    let links = Links {
        search: "/v1/search{?q,kind,district,industry,status,limit,cursor}",
        resolve: "/v1/resolve",
        entity: "/v1/entities/{id}{?as_of}",
        history: "/v1/entities/{id}/history{?field}",
        changes: "/v1/changes{?after,limit}",
        record: "/v1/sources/{source}/records/{id}{?as_of}",
        why: "/v1/why{?a,b}",
        reconcile: "/reconcile",
        openapi: "/openapi.json",
    };
    Json(LinksResponse { name: "Minglu 名录", version: env!("CARGO_PKG_VERSION"), links })
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "operation",
    responses((status = 200, content_type = "application/json", description = "OpenAPI 3.1")))]
pub(super) async fn openapi() -> impl IntoResponse {
    static DOCUMENT: LazyLock<String> = LazyLock::new(openapi_json);
    ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

/// The process is alive.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, body = HealthResponse)))]
pub(super) async fn healthz() -> Json<HealthResponse> {
    Json(HealthResponse { status: "ok" })
}

/// The register is open and its views agree.
#[utoipa::path(get, path = "/readyz", tag = "operation", responses(
    (status = 200, body = ReadyResponse),
    (status = 503, body = Problem, content_type = PROBLEM_JSON, description = "Not yet")
))]
pub(super) async fn readyz(Shared(service): Shared<Service>) -> Result<Json<ReadyResponse>, Problem> {
    let registry = service.served.registry();
    let State { sequence: seq, n_records, n_entities, .. } = registry.store.state();
    let index_seq = registry.index.sequence();
    match service.served.living() {
        Some(living) if !living.has_caught_up() => {
            Err(Problem::new(&NOT_READY, format!("the search index is at {index_seq} of {seq} and catching up")))
        }
        None if index_seq != seq => {
            let advice = "the search index is behind the record log; serve the register for writing, or build it again";
            Err(Problem::new(&NOT_READY, advice))
        }
        _ => Ok(Json(ReadyResponse { status: "ready", seq, index_seq, n_records, n_entities })),
    }
}

/// Measurements as Prometheus text.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn metrics(Shared(service): Shared<Service>) -> impl IntoResponse {
    let state = service.served.registry().store.state();
    service.metrics.tell_size(state.n_records, state.n_entities);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], service.metrics.render())
}
