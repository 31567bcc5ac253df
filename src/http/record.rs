//! `GET /v1/sources/{source}/records/{id}` and `…/entity`: what was delivered, and to whom does it belong?
//!
//! Entities are best looked up by the key of one of their records: it stays while ids may change.

use axum::extract::State;

use super::history::{AsOfParameters, sequence_of};
use super::parameters::{Id, Parameters, PathParameters};
use super::problem::{CommonProblems, NOT_FOUND, PROBLEM_JSON, Problem};
use super::work::Answer;
use super::{Service, entity};
use crate::error::Error;
use crate::registry::{EntityAnswer, RecordAnswer, Registry};

/// A record as received and as understood.
#[utoipa::path(get, path = "/v1/sources/{source}/records/{id}", tag = "things",
    params(
        ("source" = String, Path, description = "Name of the source"),
        ("id" = String, Path, description = "Id of the record there"),
        AsOfParameters
    ),
    responses(
        (status = 200, body = RecordAnswer),
        (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "No such record"),
        CommonProblems
    ))]
pub(super) async fn record(
    State(service): State<Service>,
    PathParameters((Id(source), Id(id))): PathParameters<(Id, Id)>,
    Parameters(parameters): Parameters<AsOfParameters>,
) -> Answer {
    let find = move |registry: &Registry| {
        let found = match sequence_of(registry, &parameters)? {
            None => registry.record_answer(&source, &id)?,
            Some(sequence) => registry.record_as_of(&source, &id, sequence)?,
        };
        found.ok_or_else(|| no_record(&source, &id))
    };
    service.answer(find).await
}

/// The entity of a record.
#[utoipa::path(get, path = "/v1/sources/{source}/records/{id}/entity", tag = "things",
    params(
        ("source" = String, Path, description = "Name of the source"),
        ("id" = String, Path, description = "Id of the record there")
    ),
    responses(
        (status = 200, body = EntityAnswer),
        (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "No such record"),
        CommonProblems
    ))]
pub(super) async fn record_entity(
    State(service): State<Service>,
    PathParameters((Id(source), Id(id))): PathParameters<(Id, Id)>,
) -> Answer {
    let find = move |registry: &Registry| {
        let entity_id = registry.store.entity_of(&source, &id).map_err(Error::from)?;
        entity::find(registry, &entity_id.ok_or_else(|| no_record(&source, &id))?)
    };
    service.answer(find).await
}

/// There is no such record.
pub(super) fn no_record(source: &str, id: &str) -> Problem {
    Problem::new(&NOT_FOUND, format!("source '{source}' has no record '{id}'"))
}
