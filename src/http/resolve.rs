//! `POST /v1/resolve`: who is this, or are these?
//!
//! One query, several under keys of the caller's, or a list. Each query of a batch is answered by itself: one that cannot
//! be answered carries its own problem and the others their candidates.

mod request;

#[cfg(any(test, fuzzing))]
pub(super) mod fuzz;

use std::collections::BTreeMap;

use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Service;
use super::body::JsonBody;
use super::problem::{CommonProblems, INVALID_QUERY, PROBLEM_JSON, Problem};
use super::work::{Answer, Job};
use crate::registry::{Candidate, Query, QueryError, Registry};
use request::{ResolveRequest, read_query, read_request};

/// What the queries may mean, in the shape in which they were asked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum ResolveResponse {
    /// The answer to one query.
    One(OneResponse),
    /// Answers under the caller's keys.
    Keyed(KeyedResponse),
    /// Answers in the order of the queries.
    Listed(ListedResponse),
}

/// The answer to one query.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OneResponse {
    /// Sequence number that the answer reflects.
    seq: u64,
    /// Entities that the query may mean, best first.
    candidates: Vec<Candidate>,
}

/// Answers under the caller's keys.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyedResponse {
    /// Sequence number that the answers reflect.
    seq: u64,
    /// Answers, sorted by key.
    results: BTreeMap<String, Outcome>,
}

/// Answers in the order of the queries.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListedResponse {
    /// Sequence number that the answers reflect.
    seq: u64,
    /// Answers.
    results: Vec<Outcome>,
}

/// What became of a query in a batch.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    /// Entities that the query may mean, best first.
    Candidates(Vec<Candidate>),
    /// Why there is no answer.
    Problem(Problem),
}

/// Entities that records may mean, with verdict, probability and evidence.
#[utoipa::path(post, path = "/v1/resolve", tag = "questions",
    request_body(content = ResolveRequest<Query>, examples(
        ("one" = (value = json!({"values": {"name": "腾讯计算机", "phone": ["0755-86013388"]}, "limit": 3}))),
        ("keyed" = (value = json!({"queries": {"row 1": {"values": {"uscc": "91440300708461136T"}}}}))),
        ("listed" = (value = json!([{"values": {"name": "腾讯计算机"}}])))
    )),
    responses(
        (status = 200, body = ResolveResponse),
        (status = 408, body = Problem, content_type = PROBLEM_JSON, description = "The body did not arrive in time"),
        (status = 413, body = Problem, content_type = PROBLEM_JSON, description = "The body or the batch is too large"),
        (status = 415, body = Problem, content_type = PROBLEM_JSON, description = "The body is not declared as JSON"),
        (status = 422, body = Problem, content_type = PROBLEM_JSON, description = "The query cannot be answered"),
        CommonProblems
    ))]
pub(super) async fn resolve(State(service): State<Service>, JsonBody(body): JsonBody) -> Answer {
    let job = service.admit()?;
    let seq = job.registry().store.state().sequence;
    match job.step(move |_| read_request(&body)).await? {
        ResolveRequest::One(query) => {
            let one = move |registry: &Registry| Ok(OneResponse { seq, candidates: candidates(registry, query)? });
            job.answer(|registry| one(registry).map(ResolveResponse::One)).await
        }
        ResolveRequest::Keyed(request) => {
            let _turn = job.turn().await?;
            let mut results = BTreeMap::new();
            for (key, query) in request.queries {
                results.insert(key, outcome(&job, query).await?);
            }
            job.answer(move |_| Ok(ResolveResponse::Keyed(KeyedResponse { seq, results }))).await
        }
        ResolveRequest::Listed(queries) => {
            let _turn = job.turn().await?;
            let mut results = Vec::with_capacity(queries.len());
            for query in queries {
                results.push(outcome(&job, query).await?);
            }
            job.answer(move |_| Ok(ResolveResponse::Listed(ListedResponse { seq, results }))).await
        }
    }
}

/// A query of a batch: its own problem is its outcome, only the job's ends the batch.
async fn outcome(job: &Job, query: Value) -> Result<Outcome, Problem> {
    let answer = |registry: &Registry| candidates(registry, query).map_or_else(Outcome::Problem, Outcome::Candidates);
    job.step(move |registry| Ok(answer(registry))).await
}

fn candidates(registry: &Registry, query: Value) -> Result<Vec<Candidate>, Problem> {
    registry.resolve(&read_query(query)?).map_err(|error| match error {
        QueryError::Invalid(text) => Problem::new(&INVALID_QUERY, text),
        QueryError::Failed(error) => error.into(),
    })
}
