//! `GET /v1/search`: which entities does a text mean?
//!
//! A page of what [`minglu_index::search`] finds, in the shape that leaves the program.

mod cursor;
mod response;

#[cfg(any(test, fuzzing))]
pub(super) mod fuzz;

use axum::extract::State;
use minglu_index::search::SearchQuery;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Service;
use super::parameters::{NHits, Parameters, QueryText};
use super::problem::{CommonProblems, INVALID_PARAMETER, Problem};
use super::work::Answer;
use crate::registry::Registry;
use cursor::Cursor;
use response::{SearchResponse, search_response};

/// What is sought.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParameters {
    /// A name in any form, an address, a person, a code or its beginning, an entity id.
    #[param(value_type = String, min_length = 1, max_length = 200, example = "腾讯计算机")]
    q: QueryText,
    /// Only entities of this kind.
    #[param(example = "enterprise")]
    kind: Option<String>,
    /// Only entities of this district, as a facet names it.
    district: Option<String>,
    /// Only entities of this industry, as a facet names it.
    industry: Option<String>,
    /// Only entities of this status, as a facet names it.
    status: Option<String>,
    /// Hits on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50, default = 10)]
    limit: NHits,
    /// Where the last page said that the next one begins; everything but `limit` must be as it was.
    cursor: Option<String>,
}

/// Fuzzy search over names, codes, people and addresses.
#[utoipa::path(get, path = "/v1/search", tag = "questions", params(SearchParameters),
    responses((status = 200, body = SearchResponse), CommonProblems))]
pub(super) async fn search(
    State(service): State<Service>,
    Parameters(parameters): Parameters<SearchParameters>,
) -> Answer {
    service.answer(move |registry| page(registry, &parameters)).await
}

fn page(registry: &Registry, parameters: &SearchParameters) -> Result<SearchResponse, Problem> {
    let seq = registry.store.state().sequence;
    let cursor = match &parameters.cursor {
        None => Cursor::first(parameters, seq),
        Some(text) => Cursor::read(text, parameters, seq).map_err(|text| Problem::new(&INVALID_PARAMETER, text))?,
    };
    let NHits(n_hits) = parameters.limit;
    let mut found = registry.search(&SearchQuery {
        text: &parameters.q.0,
        kind: parameters.kind.as_deref(),
        district: parameters.district.as_deref(),
        industry: parameters.industry.as_deref(),
        status: parameters.status.as_deref(),
        limit: n_hits + 1,
        offset: cursor.offset,
    })?;
    let next = (found.hits.len() > n_hits).then(|| cursor.after(n_hits).to_string());
    found.hits.truncate(n_hits);
    Ok(search_response(found, seq, next))
}
