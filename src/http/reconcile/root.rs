//! `GET /reconcile` and `POST /reconcile`: the manifest, and the one address at which version 0.2 asks everything.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::client::{Client, ClientParameters};
use super::extend::extend_0;
use super::form::{FormBody, FormFields};
use super::manifest::manifest;
use super::matching::match_batch_0;
use super::response::ResultBatchResponse;
use crate::http::Service;
use crate::http::parameters::Parameters;
use crate::http::problem::{CommonProblems, INVALID_FORM, PROBLEM_JSON, Problem};
use crate::http::work::to_json;

/// A question of version 0.2 within an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct RootParameters {
    /// A reconciliation query batch of version 0.2, as JSON.
    queries: Option<String>,
    /// A data extension query, as JSON.
    extend: Option<String>,
}

/// The service manifest; or, with `queries` or `extend`, what `POST` answers (0.2).
#[utoipa::path(get, path = "/reconcile", tag = "reconciliation", params(RootParameters, ClientParameters), responses(
    (status = 200, body = Object, description = "The manifest of both versions"),
    (status = 413, body = Problem, content_type = PROBLEM_JSON, description = "The batch is too large"),
    CommonProblems
))]
pub(in crate::http) async fn get_root(
    State(service): State<Service>,
    client: Client,
    Parameters(asked): Parameters<RootParameters>,
) -> Result<Response, Problem> {
    match asked {
        RootParameters { queries: None, extend: None } => {
            Ok(client.respond(to_json(&manifest(&service.served.registry(), &client))?))
        }
        RootParameters { queries, extend } => answer(&service, client, FormFields { queries, extend }).await,
    }
}

/// Candidates for each query of a batch, or values of properties (0.2).
#[utoipa::path(post, path = "/reconcile", tag = "reconciliation", params(ClientParameters),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "`queries`: a reconciliation query batch of version 0.2 as JSON; or `extend`: a data extension query"),
    responses(
        (status = 200, body = ResultBatchResponse),
        (status = 408, body = Problem, content_type = PROBLEM_JSON, description = "The body did not arrive in time"),
        (status = 413, body = Problem, content_type = PROBLEM_JSON, description = "The body or the batch is too large"),
        (status = 415, body = Problem, content_type = PROBLEM_JSON, description = "The body is not a form"),
        (status = 422, body = Problem, content_type = PROBLEM_JSON, description = "The question cannot be answered"),
        CommonProblems
    ))]
pub(in crate::http) async fn post_root(
    State(service): State<Service>,
    client: Client,
    FormBody(fields): FormBody,
) -> Result<Response, Problem> {
    answer(&service, client, fields).await
}

async fn answer(service: &Service, client: Client, fields: FormFields) -> Result<Response, Problem> {
    let json = match fields {
        FormFields { queries: Some(batch), extend: None } => match_batch_0(service, &client, batch).await?,
        FormFields { queries: None, extend: Some(query) } => extend_0(service, &client, query).await?,
        _ => return Err(Problem::new(&INVALID_FORM, "give either the field queries or the field extend")),
    };
    Ok(client.respond(json))
}
