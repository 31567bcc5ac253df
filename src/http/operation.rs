//! Is the service well, and what does it offer?
//!
//! Answers for those who run it and for programs that find their way. None of them reads the register, so none is turned
//! away when the service is busy.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
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
    /// Sequence number that every view has reached.
    seq: u64,
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
        entity: "/v1/entities/{id}",
        record: "/v1/sources/{source}/records/{id}",
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
pub(super) async fn readyz(State(service): State<Service>) -> Result<Json<ReadyResponse>, Problem> {
    let state = service.registry.store.state();
    if service.registry.index.sequence() != state.sequence {
        return Err(Problem::new(&NOT_READY, "the search index is behind the record log; build the register again"));
    }
    let (n_records, n_entities) = (state.n_records, state.n_entities);
    Ok(Json(ReadyResponse { status: "ready", seq: state.sequence, n_records, n_entities }))
}

/// Measurements as Prometheus text.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn metrics(State(service): State<Service>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], service.metrics.render())
}
