//! `GET /v1/why`: why are two records one entity, or not?

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Service;
use super::parameters::{Parameters, RecordReference};
use super::problem::{CommonProblems, INVALID_QUERY, NOT_FOUND, PROBLEM_JSON, Problem};
use super::work::Answer;
use crate::error::Error;
use crate::registry::{Registry, WhyAnswer};

/// Two records.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhyParameters {
    /// A record as SOURCE:ID.
    #[param(value_type = String, example = "market:440301000000001")]
    a: RecordReference,
    /// Another record as SOURCE:ID.
    #[param(value_type = String, example = "tax:9144030012345678X9")]
    b: RecordReference,
}

/// What each comparison of two records contributed, and what the law says.
#[utoipa::path(get, path = "/v1/why", tag = "questions", params(WhyParameters), responses(
    (status = 200, body = WhyAnswer),
    (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "No such record"),
    (status = 422, body = Problem, content_type = PROBLEM_JSON, description = "Records of different kinds"),
    CommonProblems
))]
pub(super) async fn why(
    State(service): State<Service>,
    Parameters(WhyParameters { a, b }): Parameters<WhyParameters>,
) -> Answer {
    service.answer(move |registry| explain(registry, &a, &b)).await
}

fn explain(registry: &Registry, a: &RecordReference, b: &RecordReference) -> Result<WhyAnswer, Problem> {
    match registry.why((&a.source, &a.id), (&b.source, &b.id)) {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => {
            let both =
                format!("at least one of {}:{} and {}:{} is not in the register", a.source, a.id, b.source, b.id);
            Err(Problem::new(&NOT_FOUND, both))
        }
        Err(Error::Usage(text)) => Err(Problem::new(&INVALID_QUERY, text)),
        Err(error) => Err(error.into()),
    }
}
