//! `GET /v1/entities/{id}/history`, `GET /v1/changes`: what was known before, and what changed since?

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Service;
use super::limits::{N_CHANGES_DEFAULT, N_CHANGES_MAX};
use super::parameters::{Id, Parameters, PathParameters};
use super::problem::{CommonProblems, INVALID_PARAMETER, NOT_FOUND, PROBLEM_JSON, Problem};
use super::work::Answer;
use crate::registry::{AsOf, ChangeLine, HistoryAnswer, Registry};

/// When an answer is to be of.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AsOfParameters {
    /// A sequence number, a time of RFC 3339, or a date, which means its end in UTC; now if absent.
    #[param(example = "2026-03-02T09:30:00Z")]
    pub(super) as_of: Option<String>,
}

/// Of which versions a history is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryParameters {
    /// Only versions that changed this field, with its values.
    #[param(example = "name")]
    field: Option<String>,
}

/// Which part of the feed is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangesParameters {
    /// The sequence number after which to begin; 0 is from the beginning.
    #[serde(default)]
    after: u64,
    /// Lines wanted; the last sequence is always told to its end.
    #[param(minimum = 1, maximum = 10000, default = 1000)]
    limit: Option<usize>,
}

/// The last line of a part of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResumeLine {
    /// Where to go on: `after` of the next request.
    resume_after: u64,
}

/// How an entity became what it is, or how one of its values did.
#[utoipa::path(get, path = "/v1/entities/{id}/history", tag = "things",
    params(("id" = String, Path, description = "Entity id, also of one that is no more"), HistoryParameters),
    responses(
        (status = 200, body = HistoryAnswer),
        (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "There never was such an entity"),
        CommonProblems
    ))]
pub(super) async fn history(
    State(service): State<Service>,
    PathParameters(Id(id)): PathParameters<Id>,
    Parameters(HistoryParameters { field }): Parameters<HistoryParameters>,
) -> Answer {
    let find = move |registry: &Registry| {
        let is_field = |name: &String| registry.models.iter().any(|model| model.schema.field(name).is_some());
        if let Some(name) = field.as_ref().filter(|name| !is_field(name)) {
            return Err(Problem::new(&INVALID_PARAMETER, format!("field: no kind has the field '{name}'")));
        }
        let found = registry.history(&id, field.as_deref())?;
        found.ok_or_else(|| Problem::new(&NOT_FOUND, format!("no entity ever had the id '{id}'")))
    };
    service.answer(find).await
}

/// Entities that came, changed or went, a JSON object a line; the last line says where to go on.
#[utoipa::path(get, path = "/v1/changes", tag = "changes", params(ChangesParameters),
    responses(
        (status = 200, body = ChangeLine, content_type = "application/x-ndjson",
            description = "Lines of changes, then one of `resume_after`"),
        CommonProblems
    ))]
pub(super) async fn changes(
    State(service): State<Service>,
    Parameters(ChangesParameters { after, limit }): Parameters<ChangesParameters>,
) -> Result<Response, Problem> {
    let limit = limit.unwrap_or(N_CHANGES_DEFAULT);
    if !(1..=N_CHANGES_MAX).contains(&limit) {
        let rule = format!("limit: '{limit}' is not a whole number from 1 to {N_CHANGES_MAX}");
        return Err(Problem::new(&INVALID_PARAMETER, rule));
    }
    let text = service.admit()?.step(move |registry| lines(registry, after, limit)).await?;
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], text).into_response())
}

fn lines(registry: &Registry, after: u64, limit: usize) -> Result<String, Problem> {
    let last = registry.store.state().sequence;
    if after > last {
        let rule = format!("after: the register is at {last}; if it was built anew, begin again with 0");
        return Err(Problem::new(&INVALID_PARAMETER, rule));
    }
    let (changes, resume_after) = registry.changes(after, limit)?;
    let mut text = String::new();
    for change in &changes {
        add_line(&mut text, change)?;
    }
    add_line(&mut text, &ResumeLine { resume_after })?;
    Ok(text)
}

fn add_line(text: &mut String, line: &impl Serialize) -> Result<(), Problem> {
    text.push_str(&serde_json::to_string(line).map_err(|error| Problem::internal(&error))?);
    text.push('\n');
    Ok(())
}

/// The sequence that is meant; none is now.
pub(super) fn sequence_of(registry: &Registry, parameters: &AsOfParameters) -> Result<Option<u64>, Problem> {
    let Some(text) = &parameters.as_of else { return Ok(None) };
    let wrong = |why: String| Problem::new(&INVALID_PARAMETER, format!("as_of: {why}"));
    let asked = AsOf::parse(text).ok_or_else(|| {
        wrong(format!("'{text}' is no sequence number, time or date; write 12, 2026-03-02T09:30:00Z or 2026-03-02"))
    })?;
    let last = registry.store.state().sequence;
    match registry.sequence_as_of(asked)? {
        Some(sequence) if sequence <= last => Ok(Some(sequence)),
        Some(_) => Err(wrong(format!("the register is at {last}"))),
        None => Err(wrong("the register was built later; what was before is not known".into())),
    }
}
