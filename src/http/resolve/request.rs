//! What does the body of a resolve request ask?
//!
//! The shape is read first and the queries one by one, so that a wrong query does not spoil its neighbors. Whether fields
//! and kinds exist, the register knows.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;

use crate::http::limits::{N_QUERIES_MAX, N_QUERY_VALUES_MAX, VALUE_CHARS_MAX};
use crate::http::problem::{BATCH_TOO_LARGE, INVALID_JSON, INVALID_QUERY, Problem};
use crate::registry::Query;

/// One query, several under keys of the caller's, or a list of them.
// Described with `Query`, received with any JSON for a query, to be read by itself.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub(super) enum ResolveRequest<Q> {
    /// One query.
    One(Q),
    /// Queries under keys that the answer repeats.
    Keyed(KeyedRequest<Q>),
    /// Queries that the answer follows in order.
    Listed(Vec<Q>),
}

/// Queries under keys that the answer repeats.
#[derive(Debug, ToSchema)]
pub(super) struct KeyedRequest<Q> {
    /// The queries, at most 100.
    pub(super) queries: BTreeMap<String, Q>,
}

/// The queries in a body.
pub(super) fn read_request(body: &[u8]) -> Result<ResolveRequest<Value>, Problem> {
    let body: Value = serde_json::from_slice(body).map_err(|error| Problem::new(&INVALID_JSON, error.to_string()))?;
    let request = match body {
        Value::Array(queries) => ResolveRequest::Listed(queries),
        Value::Object(mut fields) if fields.contains_key("queries") => match (fields.remove("queries"), fields.len()) {
            (Some(Value::Object(queries)), 0) => {
                ResolveRequest::Keyed(KeyedRequest { queries: queries.into_iter().collect() })
            }
            _ => return Err(invalid("a batch is {\"queries\": {KEY: QUERY, …}} and nothing beside it")),
        },
        query => ResolveRequest::One(query),
    };
    let n_queries = match &request {
        ResolveRequest::One(_) => 1,
        ResolveRequest::Keyed(request) => request.queries.len(),
        ResolveRequest::Listed(queries) => queries.len(),
    };
    if n_queries > N_QUERIES_MAX {
        let detail = format!("{n_queries} queries; a batch has at most {N_QUERIES_MAX}");
        return Err(Problem::new(&BATCH_TOO_LARGE, detail));
    }
    Ok(request)
}

/// A query of a request.
pub(super) fn read_query(query: Value) -> Result<Query, Problem> {
    if !query.is_object() {
        return Err(invalid("a query is an object, for example {\"values\": {\"name\": \"…\"}}"));
    }
    check_values(query.get("values").unwrap_or(&Value::Null))?;
    serde_json::from_value(query).map_err(|error| invalid(error.to_string()))
}

/// Bounds the values before anything is made of them.
fn check_values(values: &Value) -> Result<(), Problem> {
    let Value::Object(fields) = values else {
        return Err(invalid("values: give an object of fields, for example {\"name\": \"…\"}"));
    };
    let mut n_values = 0;
    for (field, given) in fields {
        let given = if let Value::Array(list) = given { list.as_slice() } else { std::slice::from_ref(given) };
        n_values += given.len();
        if !given.iter().all(is_text) {
            let allowed = format!("a text of at most {VALUE_CHARS_MAX} characters, or a list of such");
            return Err(invalid(format!("values.{field}: {allowed}")));
        }
    }
    if n_values > N_QUERY_VALUES_MAX {
        return Err(invalid(format!("values: {n_values} given, at most {N_QUERY_VALUES_MAX} are allowed")));
    }
    Ok(())
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.chars().nth(VALUE_CHARS_MAX).is_none())
}

fn invalid(detail: impl Into<String>) -> Problem {
    Problem::new(&INVALID_QUERY, detail)
}

#[cfg(test)]
mod tests;
