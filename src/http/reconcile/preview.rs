//! `GET /reconcile/preview` and `GET /reconcile/view/{id}`: an entity as a page, small and whole.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::client::{Client, ClientParameters};
use super::flyout::IdParameters;
use super::page::{entity_page, preview_page};
use crate::http::Service;
use crate::http::parameters::{Id, Parameters, PathParameters};
use crate::http::problem::{CommonProblems, NOT_FOUND, PROBLEM_JSON, Problem};
use crate::registry::{EntityAnswer, Language, Registry};

/// A page loads nothing and runs nothing, whatever a department wrote into its table; anybody may frame it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// An entity in 430 by 300 pixels, as HTML.
#[utoipa::path(get, path = "/reconcile/preview", tag = "reconciliation", params(IdParameters, ClientParameters),
    responses(
        (status = 200, body = String, content_type = "text/html", description = "A page that needs no other"),
        (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "No such entity"),
        CommonProblems
    ))]
pub(in crate::http) async fn preview(
    State(service): State<Service>,
    client: Client,
    Parameters(IdParameters { id: Id(id) }): Parameters<IdParameters>,
) -> Result<Response, Problem> {
    page(&service, &client, id, preview_page).await
}

/// An entity with all its values, their records, and what lost, as HTML.
#[utoipa::path(get, path = "/reconcile/view/{id}", tag = "reconciliation",
    params(("id" = String, Path, description = "Entity id"), ClientParameters),
    responses(
        (status = 200, body = String, content_type = "text/html", description = "A page that needs no other"),
        (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "No such entity"),
        CommonProblems
    ))]
pub(in crate::http) async fn view(
    State(service): State<Service>,
    client: Client,
    PathParameters(Id(id)): PathParameters<Id>,
) -> Result<Response, Problem> {
    page(&service, &client, id, entity_page).await
}

async fn page(
    service: &Service,
    client: &Client,
    id: String,
    write: fn(&Registry, &EntityAnswer, Language) -> String,
) -> Result<Response, Problem> {
    let language = client.language;
    let job = service.admit()?;
    let show = move |registry: &Registry| {
        // A client of 1.0-draft may read the template of 0.2, {{id}}, as {id} within braces.
        let bare = id.strip_prefix('{').and_then(|id| id.strip_suffix('}')).unwrap_or(&id);
        let entity = registry.entity(bare)?;
        let entity = entity.ok_or_else(|| Problem::new(&NOT_FOUND, format!("no entity has the id '{bare}'")))?;
        Ok(write(registry, &entity, language))
    };
    let html = job.step(show).await?;
    let mut response = ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
    client.mark(response.headers_mut());
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}
