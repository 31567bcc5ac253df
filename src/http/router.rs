//! Which address leads to which handler, and through what?
//!
//! Every route is registered together with its description, so that none is missing from the OpenAPI document.

use std::any::Any;

use axum::Router;
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::{HeaderValue, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::{METHOD_NOT_ALLOWED, NO_SUCH_ROUTE, Problem};
use super::reconcile::{cors, extend, flyout, matching, preview, root, suggest};
use super::{Service, entity, history, metrics, operation, record, resolve, search, why, write};

/// The head of the OpenAPI document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Minglu 名录",
        description = "Search, resolve and explain the enterprises of a city, and keep them up to date. Conventions, limits and quirks: docs/API.md."
    ),
    tags(
        (name = "questions", description = "What one comes for"),
        (name = "things", description = "Entities and records by id"),
        (name = "changes", description = "Records come, change and go; what follows can be followed"),
        (name = "reconciliation", description = "The W3C Entity Reconciliation API, 0.2 and 1.0-draft"),
        (name = "operation", description = "For those who run the service")
    )
)]
struct Document;

/// The OpenAPI 3.1 document as it is served and kept in docs/openapi.json.
pub fn openapi_json() -> String {
    let (_, document) = routes().split_for_parts();
    let mut text = document.to_pretty_json().expect("the document is made of texts, lists and maps");
    text.push('\n');
    text
}

/// The whole service.
pub(super) fn router(service: Service) -> Router {
    let (router, _) = routes().split_for_parts();
    // The last layer is the first to see a request: measured is also what panicked.
    router
        .fallback(no_such_route)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(cors::open))
        .layer(SetResponseHeaderLayer::overriding(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(from_fn_with_state(service.metrics.clone(), metrics::measure))
        .with_state(service)
}

fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(search::search))
        .routes(routes!(resolve::resolve))
        .routes(routes!(why::why))
        .routes(routes!(entity::entity))
        .routes(routes!(history::history))
        .routes(routes!(history::changes))
        .routes(routes!(record::record, write::put_record, write::delete_record))
        .routes(routes!(write::post_records))
        .routes(routes!(record::record_entity))
        .routes(routes!(root::get_root, root::post_root))
        .routes(routes!(matching::matching))
        .routes(routes!(suggest::suggest_entity))
        .routes(routes!(suggest::suggest_property))
        .routes(routes!(suggest::suggest_type))
        .routes(routes!(flyout::flyout))
        .routes(routes!(preview::preview))
        .routes(routes!(preview::view))
        .routes(routes!(extend::extend))
        .routes(routes!(extend::propose))
        .routes(routes!(operation::links))
        .routes(routes!(operation::openapi))
        .routes(routes!(operation::healthz))
        .routes(routes!(operation::readyz))
        .routes(routes!(operation::metrics))
}

async fn no_such_route(uri: Uri) -> Problem {
    Problem::new(&NO_SUCH_ROUTE, format!("nothing is at {}; see /openapi.json", uri.path()))
}

async fn method_not_allowed() -> Problem {
    Problem::new(&METHOD_NOT_ALLOWED, "see the header Allow, and /openapi.json")
}

fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied());
    Problem::internal(&text.unwrap_or("panic without a text")).into_response()
}
