//! What does a batch ask?
//!
//! The two versions say the same in different words; both are read into `registry`'s question. The batch is read first
//! and the queries one by one, so that a wrong query does not spoil its neighbors.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::http::limits::{N_CONDITIONS_MAX, N_QUERY_VALUES_MAX, N_RECONCILE_QUERIES_MAX, VALUE_CHARS_MAX};
use crate::http::problem::{BATCH_TOO_LARGE, INVALID_JSON, INVALID_PARAMETER, INVALID_QUERY, Problem};
use crate::registry::{Condition, N_CANDIDATES_MAX, Qualifier, Quantifier, ReconcileQuery, Target};

/// Candidates in an answer unless asked otherwise; OpenRefine shows three of them.
const N_CANDIDATES_DEFAULT: usize = 10;

/// A query of version 0.2. Words that it does not know are left alone, as in 1.0-draft: drafts add some.
#[derive(Deserialize)]
struct Query0 {
    query: Option<String>,
    #[serde(default, rename = "type")]
    types: Option<OneOrMany>,
    #[serde(default)]
    type_strict: TypeStrict,
    limit: Option<f64>,
    #[serde(default)]
    properties: Vec<Property>,
}

/// What it means that several types are given.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum TypeStrict {
    /// One of them; an entity here has only one.
    Any,
    /// One of them, if it is known.
    #[default]
    Should,
    /// All of them.
    All,
}

#[derive(Deserialize)]
struct Property {
    pid: String,
    v: Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A query of version 1.0-draft.
#[derive(Deserialize)]
struct Query1 {
    #[serde(rename = "type")]
    kind: Option<String>,
    limit: Option<f64>,
    conditions: Vec<Condition1>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Condition1 {
    match_type: MatchType,
    property_id: Option<String>,
    property_value: Value,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    match_quantifier: Quantifier,
    #[serde(default)]
    match_qualifier: Qualifier,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum MatchType {
    Name,
    Id,
    Property,
}

/// The queries of a batch of version 0.2, under the client's keys.
pub(super) fn read_batch_0(text: &str) -> Result<Map<String, Value>, Problem> {
    let queries: Value = read_json(text.as_bytes(), "queries")?;
    let Value::Object(queries) = queries else {
        return Err(Problem::new(
            &INVALID_PARAMETER,
            "queries: give an object, for example {\"q0\": {\"query\": \"…\"}}",
        ));
    };
    check_size(queries.len())?;
    Ok(queries)
}

/// The queries of a batch of version 1.0-draft, in order.
pub(super) fn read_batch_1(body: &[u8]) -> Result<Vec<Value>, Problem> {
    let body: Value = read_json(body, "the body")?;
    let queries = match body {
        Value::Object(mut fields) => fields.remove("queries"),
        _ => None,
    };
    let Some(Value::Array(queries)) = queries else {
        let example = "{\"queries\": [{\"conditions\": [{\"matchType\": \"name\", \"propertyValue\": \"…\"}]}]}";
        return Err(Problem::new(&INVALID_QUERY, format!("a batch is {example}")));
    };
    check_size(queries.len())?;
    Ok(queries)
}

/// A query of version 0.2.
pub(super) fn read_query_0(query: Value, kinds: &[String]) -> Result<ReconcileQuery, Problem> {
    let query: Query0 = serde_json::from_value(query).map_err(|error| invalid(error.to_string()))?;
    let mut conditions: Vec<Condition> = query.query.into_iter().map(Condition::name).collect();
    for property in query.properties {
        conditions.push(Condition {
            target: Target::Property(property.pid),
            values: texts(property.v)?,
            ..Condition::name(String::new())
        });
    }
    let types = match query.types {
        None => vec![],
        Some(OneOrMany::One(kind)) => vec![kind],
        Some(OneOrMany::Many(kinds)) => kinds,
    };
    checked(ReconcileQuery { kinds: kinds_of(types, query.type_strict, kinds), conditions, limit: limit(query.limit) })
}

/// A query of version 1.0-draft.
pub(super) fn read_query_1(query: Value, kinds: &[String]) -> Result<ReconcileQuery, Problem> {
    let query: Query1 = serde_json::from_value(query).map_err(|error| invalid(error.to_string()))?;
    let conditions = query.conditions.into_iter().map(read_condition).collect::<Result<Vec<_>, _>>()?;
    let types = query.kind.into_iter().collect();
    checked(ReconcileQuery { kinds: kinds_of(types, TypeStrict::Should, kinds), conditions, limit: limit(query.limit) })
}

fn read_condition(condition: Condition1) -> Result<Condition, Problem> {
    let target = match (condition.match_type, condition.property_id) {
        (MatchType::Name, _) => Target::Name,
        (MatchType::Id, _) => Target::Id,
        (MatchType::Property, Some(property)) => Target::Property(property),
        (MatchType::Property, None) => return Err(invalid("a condition of matchType property needs a propertyId")),
    };
    Ok(Condition {
        target,
        values: texts(condition.property_value)?,
        required: condition.required,
        quantifier: condition.match_quantifier,
        qualifier: condition.match_qualifier,
    })
}

/// The values of a condition as texts. An entity stands for its name, since it may be of another service.
fn texts(value: Value) -> Result<Vec<String>, Problem> {
    let values = if let Value::Array(values) = value { values } else { vec![value] };
    let text = |value: Value| match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Object(mut entity) => match (entity.remove("name"), entity.remove("id")) {
            (Some(Value::String(name)), _) => Ok(name),
            (_, Some(Value::String(id))) => Ok(id),
            _ => Err(invalid("a value that is an entity needs an id")),
        },
        Value::Null | Value::Array(_) => Err(invalid("a value is a text, a number, a boolean or an entity")),
    };
    values.into_iter().map(text).collect()
}

/// The kinds that may answer: none known and none wanted are two things.
fn kinds_of(types: Vec<String>, strict: TypeStrict, known: &[String]) -> Option<Vec<String>> {
    let mut wanted: Vec<String> = types.iter().filter(|kind| known.contains(kind)).cloned().collect();
    wanted.sort();
    wanted.dedup();
    let distinct = |types: &[String]| types.iter().collect::<std::collections::BTreeSet<_>>().len();
    match strict {
        // Whether a type is a filter is the service's choice: one that nobody knows filters nothing.
        _ if types.is_empty() => None,
        TypeStrict::Should if wanted.is_empty() => None,
        TypeStrict::All if distinct(&types) > 1 => Some(vec![]),
        _ => Some(wanted),
    }
}

/// Candidates wanted. Zero and less are how some clients say that they do not mind.
fn limit(asked: Option<f64>) -> usize {
    match asked {
        Some(number) if number >= 1.0 => (number as usize).min(N_CANDIDATES_MAX),
        _ => N_CANDIDATES_DEFAULT,
    }
}

/// Bounds a query before anything is made of it.
fn checked(query: ReconcileQuery) -> Result<ReconcileQuery, Problem> {
    let values = || query.conditions.iter().flat_map(|condition| &condition.values);
    let is_long = |text: &String| text.chars().nth(VALUE_CHARS_MAX).is_some();
    if query.conditions.is_empty() {
        return Err(invalid("a query needs a text, a property or a condition"));
    }
    if query.conditions.len() > N_CONDITIONS_MAX {
        return Err(invalid(format!("{} conditions; at most {N_CONDITIONS_MAX}", query.conditions.len())));
    }
    if values().count() > N_QUERY_VALUES_MAX {
        return Err(invalid(format!("{} values; at most {N_QUERY_VALUES_MAX}", values().count())));
    }
    if values().any(is_long) {
        return Err(invalid(format!("a value has at most {VALUE_CHARS_MAX} characters")));
    }
    Ok(query)
}

fn check_size(n_queries: usize) -> Result<(), Problem> {
    if n_queries > N_RECONCILE_QUERIES_MAX {
        let detail = format!("{n_queries} queries; a batch has at most {N_RECONCILE_QUERIES_MAX}, see batchSize");
        return Err(Problem::new(&BATCH_TOO_LARGE, detail));
    }
    Ok(())
}

/// Reads JSON that stands in a part of a request.
pub(super) fn read_json<T: serde::de::DeserializeOwned>(bytes: &[u8], place: &str) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| Problem::new(&INVALID_JSON, format!("{place}: {error}")))
}

fn invalid(detail: impl Into<String>) -> Problem {
    Problem::new(&INVALID_QUERY, detail)
}

#[cfg(test)]
mod tests;
