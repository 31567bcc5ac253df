//! `GET /v1/entities/{id}`: what is, or was, known of an entity?
//!
//! An id that was superseded leads to the nearest heir.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};

use super::Service;
use super::history::{AsOfParameters, sequence_of};
use super::parameters::{Id, Parameters, PathParameters};
use super::problem::{CommonProblems, GONE, NOT_FOUND, PROBLEM_JSON, Problem};
use super::work::to_json;
use crate::registry::{EntityAnswer, Registry, Whereabouts};

/// An entity with golden values, conflicts, records and relations.
#[utoipa::path(get, path = "/v1/entities/{id}", tag = "things",
    params(("id" = String, Path, description = "Entity id"), AsOfParameters),
    responses(
        (status = 200, body = EntityAnswer),
        (status = 308, description = "Its records are in another entity: see Location"),
        (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "No such entity"),
        (status = 410, body = Problem, content_type = PROBLEM_JSON, description = "All its records were deleted"),
        CommonProblems
    ))]
pub(super) async fn entity(
    State(service): State<Service>,
    PathParameters(Id(id)): PathParameters<Id>,
    Parameters(parameters): Parameters<AsOfParameters>,
) -> Result<Response, Problem> {
    let find = move |registry: &Registry| {
        let asked = sequence_of(registry, &parameters)?;
        if asked.is_none()
            && let Some(found) = registry.entity(&id)?
        {
            return Ok(to_json(&found)?.into_response());
        }
        let sequence = asked.unwrap_or(registry.store.state().sequence);
        match registry.whereabouts(&id, sequence)? {
            Whereabouts::Here(stored) => Ok(to_json(&registry.earlier_answer(&id, &stored, sequence))?.into_response()),
            Whereabouts::Moved(heir) => {
                let query = asked.map(|sequence| format!("?as_of={sequence}")).unwrap_or_default();
                let location = format!("/v1/entities/{heir}{query}");
                Ok((StatusCode::PERMANENT_REDIRECT, [(LOCATION, location)]).into_response())
            }
            Whereabouts::Gone => Err(Problem::new(&GONE, format!("all records of '{id}' were deleted"))),
            Whereabouts::Unknown => Err(no_entity(&id)),
        }
    };
    service.admit()?.step(find).await
}

/// The entity of an id.
pub(super) fn find(registry: &Registry, id: &str) -> Result<EntityAnswer, Problem> {
    registry.entity(id)?.ok_or_else(|| no_entity(id))
}

fn no_entity(id: &str) -> Problem {
    Problem::new(&NOT_FOUND, format!("no entity has the id '{id}'"))
}
