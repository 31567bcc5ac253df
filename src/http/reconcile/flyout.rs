//! `GET /reconcile/flyout/{subject}`: what is that suggestion, in a few lines? (0.2 only)

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::client::{Client, ClientParameters};
use super::page::{entity_card, term_card};
use crate::http::Service;
use crate::http::parameters::{Id, Parameters, PathParameters};
use crate::http::problem::{CommonProblems, NOT_FOUND, PROBLEM_JSON, Problem};
use crate::registry::{Language, Registry, Term};

/// What may be suggested.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::http) enum Subject {
    /// An entity.
    Entity,
    /// A property.
    Property,
    /// A type.
    Type,
}

/// Which one.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct IdParameters {
    /// Id of an entity, a property or a type.
    #[param(value_type = String)]
    pub(super) id: Id,
}

/// A few lines about a suggestion.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct FlyoutResponse {
    /// The id asked for.
    id: String,
    /// A piece of HTML, complete in itself.
    html: String,
}

/// A few lines about a suggestion, as HTML within JSON (0.2).
#[utoipa::path(get, path = "/reconcile/flyout/{subject}", tag = "reconciliation",
    params(("subject" = Subject, Path, description = "What was suggested"), IdParameters, ClientParameters),
    responses(
        (status = 200, body = FlyoutResponse),
        (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "No such thing"),
        CommonProblems
    ))]
pub(in crate::http) async fn flyout(
    State(service): State<Service>,
    client: Client,
    PathParameters(subject): PathParameters<Subject>,
    Parameters(IdParameters { id: Id(id) }): Parameters<IdParameters>,
) -> Result<Response, Problem> {
    let language = client.language;
    let show = move |registry: &Registry| {
        let html = html(registry, subject, &id, language)?;
        let html = html.ok_or_else(|| Problem::new(&NOT_FOUND, format!("nothing to suggest has the id '{id}'")))?;
        Ok(FlyoutResponse { id, html })
    };
    Ok(client.respond(service.answer(show).await?))
}

fn html(registry: &Registry, subject: Subject, id: &str, language: Language) -> Result<Option<String>, Problem> {
    let terms = match subject {
        Subject::Entity => {
            let entity = registry.entity(id)?;
            return Ok(entity.map(|entity| entity_card(registry, &entity, language)));
        }
        Subject::Property => registry.properties(None, language),
        Subject::Type => registry.kinds(language),
    };
    let found: Option<Term> = terms.into_iter().find(|term| term.id == id);
    Ok(found.as_ref().map(term_card))
}
