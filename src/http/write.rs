//! `PUT` and `DELETE /v1/sources/{source}/records/{id}`, `POST /v1/sources/{source}/records`: what is to be changed?
//!
//! Bodies become changes on the threads that read the register; the change itself is made by the one writer, and a handler
//! waits for it without a thread. An answer means that the change is on the disk and can be read.

mod idempotency;
mod lines;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::Service;
use super::body::JsonBody;
use super::limits::WRITE_TIME_MAX;
use super::parameters::{Id, PathParameters};
use super::problem::{
    BATCH_TOO_LARGE, CommonProblems, DEADLINE, DISK_FULL, INVALID_JSON, INVALID_RECORD, KEY_REUSED, NOT_FOUND,
    OVERLOADED, PROBLEM_JSON, Problem, READ_ONLY,
};
use super::work::{Answer, JsonBytes, to_json};
use crate::living::{Living, MISSING, Refusal, Request, WriteAnswer, section_of};
use crate::registry::Registry;
use crate::update::delivery::{Act, Change, Row};
use idempotency::IdempotencyKey;
use lines::LinesBody;

/// Puts a record in the place of what was there under its id.
#[utoipa::path(put, path = "/v1/sources/{source}/records/{id}", tag = "changes",
    params(
        ("source" = String, Path, description = "Name of the source"),
        ("id" = String, Path, description = "Id of the record there"),
        ("Idempotency-Key" = Option<String>, Header, description = "A repetition under the same key is answered as the first time and changes nothing")
    ),
    request_body(content = Object, description = "The row by columns of the source",
        example = json!({"企业名称": "深圳市远帆信息技术有限公司", "统一社会信用代码": "91440300MA5F000181"})),
    responses(
        (status = 200, body = WriteAnswer, description = "The change is durable and can be read"),
        (status = 403, body = Problem, content_type = PROBLEM_JSON, description = "The service only reads"),
        (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "No such source"),
        (status = 413, body = Problem, content_type = PROBLEM_JSON, description = "The body is too large"),
        (status = 415, body = Problem, content_type = PROBLEM_JSON, description = "The body is not declared as JSON"),
        (status = 422, body = Problem, content_type = PROBLEM_JSON, description = "The row cannot be used, or the key was used for another request"),
        (status = 507, body = Problem, content_type = PROBLEM_JSON, description = "The disk is full"),
        CommonProblems
    ))]
pub(super) async fn put_record(
    State(service): State<Service>,
    PathParameters((Id(source), Id(id))): PathParameters<(Id, Id)>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Answer {
    let read = move |registry: &Registry| {
        known_source(registry, &source)?;
        let raw = text(&body)?.trim();
        if raw.contains('\n') {
            // A stored row is one line, as in a file.
            return one_line(raw).map(|raw| request((source, id), Some(raw), key, &body));
        }
        Ok(request((source, id), Some(raw.into()), key, &body))
    };
    one(service.write(read).await?)
}

/// Deletes a record.
#[utoipa::path(delete, path = "/v1/sources/{source}/records/{id}", tag = "changes",
    params(
        ("source" = String, Path, description = "Name of the source"),
        ("id" = String, Path, description = "Id of the record there"),
        ("Idempotency-Key" = Option<String>, Header, description = "A repetition under the same key is answered as the first time and changes nothing")
    ),
    responses(
        (status = 200, body = WriteAnswer, description = "The change is durable and can be read"),
        (status = 403, body = Problem, content_type = PROBLEM_JSON, description = "The service only reads"),
        (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "No such source or record"),
        (status = 422, body = Problem, content_type = PROBLEM_JSON, description = "The key was used for another request"),
        (status = 507, body = Problem, content_type = PROBLEM_JSON, description = "The disk is full"),
        CommonProblems
    ))]
pub(super) async fn delete_record(
    State(service): State<Service>,
    PathParameters((Id(source), Id(id))): PathParameters<(Id, Id)>,
    key: IdempotencyKey,
) -> Answer {
    let read = move |registry: &Registry| {
        known_source(registry, &source)?;
        Ok(request((source, id), None, key, b""))
    };
    one(service.write(read).await?)
}

/// Puts and deletes many records in one step: a line is a row by columns, or `{"@delete": "ID"}`.
#[utoipa::path(post, path = "/v1/sources/{source}/records", tag = "changes",
    params(
        ("source" = String, Path, description = "Name of the source"),
        ("Idempotency-Key" = Option<String>, Header, description = "A repetition under the same key is answered as the first time and changes nothing")
    ),
    request_body(content = String, content_type = "application/x-ndjson", description = "A JSON object a line"),
    responses(
        (status = 200, body = WriteAnswer, description = "Lines that can be used are durable, all of them together; others are listed"),
        (status = 403, body = Problem, content_type = PROBLEM_JSON, description = "The service only reads"),
        (status = 404, body = Problem, content_type = PROBLEM_JSON, description = "No such source"),
        (status = 413, body = Problem, content_type = PROBLEM_JSON, description = "The body is too large, or has too many lines"),
        (status = 415, body = Problem, content_type = PROBLEM_JSON, description = "The body is declared as something else than lines of JSON"),
        (status = 422, body = Problem, content_type = PROBLEM_JSON, description = "The key was used for another request"),
        (status = 507, body = Problem, content_type = PROBLEM_JSON, description = "The disk is full"),
        CommonProblems
    ))]
pub(super) async fn post_records(
    State(service): State<Service>,
    PathParameters(Id(source)): PathParameters<Id>,
    key: IdempotencyKey,
    LinesBody { bytes, slot }: LinesBody,
) -> Answer {
    let read = move |registry: &Registry| {
        known_source(registry, &source)?;
        let request = Request::of_lines(registry, &source, text(&bytes)?)?;
        Ok(Request { idempotency: key.of(&[b"POST", source.as_bytes(), &bytes]), ..request })
    };
    let written = service.write(read).await;
    // As long as the writer holds the lines.
    drop(slot);
    to_json(&written?)
}

impl Service {
    /// Reads a request and waits until it is done.
    async fn write(
        &self,
        read: impl FnOnce(&Registry) -> Result<Request, Problem> + Send + 'static,
    ) -> Result<WriteAnswer, Problem> {
        let living = self.served.living().ok_or_else(|| {
            Problem::new(&READ_ONLY, "this service only reads; changes go to the one that has the register")
        })?;
        // The slot of the job is given back here: whoever waits for the writer does not keep others from reading.
        let request = self.admit()?.step(read).await?;
        submit(living, request, WRITE_TIME_MAX).await
    }
}

async fn submit(living: &Arc<Living>, request: Request, time_max: Duration) -> Result<WriteAnswer, Problem> {
    let (reply, replied) = oneshot::channel();
    living.submit(request, move |outcome| drop(reply.send(outcome))).map_err(refused)?;
    match timeout(time_max, replied).await {
        Ok(Ok(outcome)) => outcome.map_err(refused),
        Ok(Err(error)) => Err(Problem::internal(&error)),
        Err(_) => {
            let seconds = time_max.as_secs();
            Err(Problem::new(
                &DEADLINE,
                format!(
                    "not done within {seconds} seconds, but it may be later; ask again under the same Idempotency-Key"
                ),
            ))
        }
    }
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Full(text) => Problem::new(&DISK_FULL, text),
        Refusal::KeyReused => Problem::new(&KEY_REUSED, "use a new key for a new request"),
        Refusal::TooLarge(text) => Problem::new(&BATCH_TOO_LARGE, text),
        Refusal::Busy => Problem::new(&OVERLOADED, "too many changes wait; try again"),
        Refusal::Failed(cause) => Problem::internal(&cause),
        Refusal::Stopped => Problem::internal(&"the writer has stopped"),
    }
}

/// The request of one record: put where there is a row, else deleted.
fn request((source, id): (String, String), raw: Option<String>, key: IdempotencyKey, body: &[u8]) -> Request {
    let method: &[u8] = if raw.is_some() { b"PUT" } else { b"DELETE" };
    let idempotency = key.of(&[method, source.as_bytes(), id.as_bytes(), body]);
    let act = match raw {
        Some(raw) => Act::Put { id: Some(id), row: Row::Json(raw) },
        None => Act::Delete { id },
    };
    Request { idempotency, ..Request::one(Change { source, act }) }
}

/// The answer to a request of one record, which is refused if its only line is.
fn one(answer: WriteAnswer) -> Result<JsonBytes, Problem> {
    match answer.rejected.first() {
        None => to_json(&answer),
        Some(rejected) if rejected.reason == MISSING => Err(Problem::new(&NOT_FOUND, MISSING)),
        Some(rejected) => Err(Problem::new(&INVALID_RECORD, rejected.reason.clone())),
    }
}

fn known_source(registry: &Registry, source: &str) -> Result<(), Problem> {
    match section_of(registry, source) {
        Some(_) => Ok(()),
        None => Err(Problem::new(&NOT_FOUND, format!("no source '{source}' that records are delivered to"))),
    }
}

fn text(body: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(body).map_err(|error| Problem::new(&INVALID_JSON, format!("the body is not UTF-8: {error}")))
}

/// A JSON value without the line ends between its parts.
fn one_line(raw: &str) -> Result<String, Problem> {
    let value: serde_json::Value = serde_json::from_str(raw)
        .map_err(|error| Problem::new(&INVALID_RECORD, format!("the body is not JSON: {error}")))?;
    Ok(value.to_string())
}
