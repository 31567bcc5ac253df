//! `POST /reconcile/match`, and what both versions do with a batch: which entities do these cells mean?

use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value};

use super::client::{Client, ClientParameters};
use super::query::{read_batch_0, read_batch_1, read_query_0, read_query_1};
use super::response::{
    CandidateBatchResponse, CandidateResponse, CandidatesResponse, ResultBatchResponse, ResultResponse,
    candidate_response,
};
use crate::http::Service;
use crate::http::body::JsonBody;
use crate::http::problem::{CommonProblems, INVALID_QUERY, PROBLEM_JSON, Problem};
use crate::http::work::JsonBytes;
use crate::registry::{Language, QueryError, ReconcileQuery, Registry};

/// Candidates for each query of a batch (1.0-draft).
#[utoipa::path(post, path = "/reconcile/match", tag = "reconciliation", params(ClientParameters),
    request_body(content = Object, description = "A reconciliation query batch of version 1.0-draft", example = json!(
        {"queries": [{"type": "enterprise", "limit": 3, "conditions": [
            {"matchType": "name", "propertyValue": "腾讯计算机"},
            {"matchType": "property", "propertyId": "status", "propertyValue": "注销", "required": true, "matchQuantifier": "none"}
        ]}]})),
    responses(
        (status = 200, body = CandidateBatchResponse),
        (status = 408, body = Problem, content_type = PROBLEM_JSON, description = "The body did not arrive in time"),
        (status = 413, body = Problem, content_type = PROBLEM_JSON, description = "The body or the batch is too large"),
        (status = 415, body = Problem, content_type = PROBLEM_JSON, description = "The body is not declared as JSON"),
        (status = 422, body = Problem, content_type = PROBLEM_JSON, description = "It is not a batch"),
        CommonProblems
    ))]
pub(in crate::http) async fn matching(
    State(service): State<Service>,
    client: Client,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let job = service.admit()?;
    let queries = job.step(move |_| read_batch_1(&body)).await?;
    let _turn = job.turn().await?;
    let language = client.language;
    let mut results = Vec::with_capacity(queries.len());
    for query in queries {
        let answered = job.step(move |registry| Ok(answer(registry, query, read_query_1, language))).await?;
        results.push(CandidatesResponse::of(answered));
    }
    let json = job.answer(move |_| Ok(CandidateBatchResponse { results })).await?;
    Ok(client.respond(json))
}

/// Answers a batch of version 0.2.
pub(super) async fn match_batch_0(service: &Service, client: &Client, batch: String) -> Result<JsonBytes, Problem> {
    let job = service.admit()?;
    let queries = job.step(move |_| read_batch_0(&batch)).await?;
    let _turn = job.turn().await?;
    let language = client.language;
    let mut results = Map::new();
    for (key, query) in queries {
        let answer_one = move |registry: &Registry| {
            let answered = ResultResponse::of(answer(registry, query, read_query_0, language));
            serde_json::to_value(answered).map_err(|error| Problem::internal(&error))
        };
        results.insert(key, job.step(answer_one).await?);
    }
    job.answer(move |_| Ok(ResultBatchResponse { results })).await
}

/// Answers a query by itself: its own problem is its answer.
fn answer(
    registry: &Registry,
    query: Value,
    read: impl FnOnce(Value, &[String]) -> Result<ReconcileQuery, Problem>,
    language: Language,
) -> Result<Vec<CandidateResponse>, Problem> {
    let kinds: Vec<String> = registry.models.iter().map(|model| model.schema.kind.clone()).collect();
    let found = registry.reconcile(&read(query, &kinds)?).map_err(|error| match error {
        QueryError::Invalid(text) => Problem::new(&INVALID_QUERY, text),
        QueryError::Failed(error) => error.into(),
    })?;
    Ok(found.into_iter().map(|found| candidate_response(registry, found, language)).collect())
}
