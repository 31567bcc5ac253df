//! `GET /v1/entities/{id}`: what is known of an entity?

use axum::extract::State;

use super::Service;
use super::parameters::{Id, PathParameters};
use super::problem::{CommonProblems, NOT_FOUND, PROBLEM_JSON, Problem};
use super::work::Answer;
use crate::registry::{EntityAnswer, Registry};

/// An entity with golden values, conflicts, records and relations.
#[utoipa::path(get, path = "/v1/entities/{id}", tag = "things",
    params(("id" = String, Path, description = "Entity id")),
    responses(
        (status = 200, body = EntityAnswer),
        (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "No such entity"),
        CommonProblems
    ))]
pub(super) async fn entity(State(service): State<Service>, PathParameters(Id(id)): PathParameters<Id>) -> Answer {
    service.answer(move |registry| find(registry, &id)).await
}

/// The entity of an id.
pub(super) fn find(registry: &Registry, id: &str) -> Result<EntityAnswer, Problem> {
    registry.entity(id)?.ok_or_else(|| Problem::new(&NOT_FOUND, format!("no entity has the id '{id}'")))
}
