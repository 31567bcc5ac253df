//! `POST /reconcile/extend` and `GET /reconcile/extend/propose`: what does the register know of these entities?
//!
//! Values are the golden ones. An id that no entity has gets a row without values, as the specification expects.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};

use super::client::{Client, ClientParameters};
use super::form::FormOrJson;
use super::query::read_json;
use super::response::TypeResponse;
use crate::error::Error;
use crate::http::Service;
use crate::http::limits::{ID_BYTES_MAX, N_EXTEND_CELLS_MAX, N_EXTEND_IDS_MAX, N_EXTEND_PROPERTIES_MAX};
use crate::http::parameters::Parameters;
use crate::http::problem::{CommonProblems, EXTENSION_TOO_LARGE, INVALID_FORM, INVALID_QUERY, PROBLEM_JSON, Problem};
use crate::http::work::JsonBytes;
use crate::registry::{Form, Golden, Registry};

/// A data extension query; the same in both versions.
#[derive(Debug, Deserialize, ToSchema)]
pub(in crate::http) struct ExtendRequest {
    /// Entity ids.
    pub(super) ids: Vec<String>,
    /// What is wanted of each.
    pub(super) properties: Vec<PropertyRequest>,
}

/// A property that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub(in crate::http) struct PropertyRequest {
    /// Name of the field.
    id: String,
    /// `limit`: values at most; `as_written`: days and numbers as texts.
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
}

/// A data extension response of version 1.0-draft; in 0.2 `rows` is an object, by entity and property.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ExtendResponse {
    /// The properties.
    meta: Vec<TypeResponse>,
    /// The entities, in the order of the query.
    rows: Vec<RowResponse>,
}

/// An entity's values.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct RowResponse {
    /// The id of the query.
    id: String,
    /// In the order of the query.
    properties: Vec<ValuesResponse>,
}

/// The values of a property.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ValuesResponse {
    /// Name of the field.
    id: String,
    /// Golden values, the best first: `{"str": …}`, `{"int": …}`, `{"float": …}` or `{"date": …}`.
    #[schema(value_type = Vec<Object>)]
    values: Vec<Value>,
}

/// Of which entities properties are proposed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ProposeParameters {
    /// Id of a type; all types if empty.
    #[serde(default, rename = "type")]
    kind: String,
    /// Properties wanted.
    limit: Option<i64>,
}

/// Properties that can be fetched.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ProposeResponse {
    /// In the order of the schema.
    properties: Vec<ProposedProperty>,
    /// The type of the query.
    #[serde(rename = "type")]
    kind: String,
    /// The limit of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<i64>,
}

/// A property that can be fetched.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ProposedProperty {
    /// Name of the field.
    id: String,
    /// Its label.
    name: String,
    /// Its label in the other language, and how values are read.
    description: String,
}

/// Golden values of entities: JSON is answered as 1.0-draft, a form with the field `extend` as 0.2.
#[utoipa::path(post, path = "/reconcile/extend", tag = "reconciliation", params(ClientParameters),
    request_body(content = ExtendRequest, example = json!(
        {"ids": ["E00000000000000"], "properties": [{"id": "uscc"}, {"id": "phone", "settings": {"limit": 1}}]})),
    responses(
        (status = 200, body = ExtendResponse),
        (status = 408, body = Problem, content_type = PROBLEM_JSON, description = "The body did not arrive in time"),
        (status = 413, body = Problem, content_type = PROBLEM_JSON, description = "More ids or properties than allowed"),
        (status = 422, body = Problem, content_type = PROBLEM_JSON, description = "It is not a data extension query"),
        CommonProblems
    ))]
pub(in crate::http) async fn extend(
    State(service): State<Service>,
    client: Client,
    body: FormOrJson,
) -> Result<Response, Problem> {
    let json = match body {
        FormOrJson::Form(fields) => {
            let query = fields.extend.ok_or_else(|| Problem::new(&INVALID_FORM, "give the field extend"))?;
            extend_0(&service, &client, query).await?
        }
        FormOrJson::Json(body) => {
            let language = client.language;
            let answer = move |registry: &Registry| {
                let query = checked(read_json(&body, "the body")?)?;
                let meta = meta(registry, &query, language);
                Ok(ExtendResponse { meta, rows: rows(registry, query)? })
            };
            service.answer(answer).await?
        }
    };
    Ok(client.respond(json))
}

/// Answers a data extension query of version 0.2.
pub(super) async fn extend_0(service: &Service, client: &Client, query: String) -> Result<JsonBytes, Problem> {
    let language = client.language;
    let answer = move |registry: &Registry| {
        let query = checked(read_json(query.as_bytes(), "extend")?)?;
        let meta = meta(registry, &query, language);
        let by_property = |row: RowResponse| {
            let values = row.properties.into_iter().map(|one| (one.id, Value::Array(one.values)));
            (row.id, Value::Object(values.collect()))
        };
        let rows: Map<String, Value> = rows(registry, query)?.into_iter().map(by_property).collect();
        Ok(json!({"meta": meta, "rows": rows}))
    };
    service.answer(answer).await
}

/// The properties that entities of a type have.
#[utoipa::path(get, path = "/reconcile/extend/propose", tag = "reconciliation",
    params(ProposeParameters, ClientParameters), responses((status = 200, body = ProposeResponse), CommonProblems))]
pub(in crate::http) async fn propose(
    State(service): State<Service>,
    client: Client,
    Parameters(asked): Parameters<ProposeParameters>,
) -> Result<Response, Problem> {
    let language = client.language;
    let list = move |registry: &Registry| {
        let kind = (!asked.kind.is_empty()).then_some(asked.kind.as_str());
        let n_max = asked.limit.filter(|limit| *limit > 0).map_or(usize::MAX, |limit| limit as usize);
        let properties = registry.properties(kind, language).into_iter().take(n_max);
        let properties =
            properties.map(|term| ProposedProperty { id: term.id, name: term.name, description: term.description });
        Ok(ProposeResponse { properties: properties.collect(), kind: asked.kind, limit: asked.limit })
    };
    Ok(client.respond(service.answer(list).await?))
}

/// Bounds a query before anything is looked up.
pub(super) fn checked(query: ExtendRequest) -> Result<ExtendRequest, Problem> {
    let (n_ids, n_properties) = (query.ids.len(), query.properties.len());
    let too_large = |what: String| Err(Problem::new(&EXTENSION_TOO_LARGE, what));
    if n_ids > N_EXTEND_IDS_MAX {
        return too_large(format!("{n_ids} ids; at most {N_EXTEND_IDS_MAX}"));
    }
    if n_properties > N_EXTEND_PROPERTIES_MAX {
        return too_large(format!("{n_properties} properties; at most {N_EXTEND_PROPERTIES_MAX}"));
    }
    if n_ids * n_properties > N_EXTEND_CELLS_MAX {
        return too_large(format!("{n_ids} ids times {n_properties} properties; at most {N_EXTEND_CELLS_MAX} cells"));
    }
    let ids = query.ids.iter().chain(query.properties.iter().map(|property| &property.id));
    if ids.into_iter().any(|id| id.len() > ID_BYTES_MAX) {
        return Err(Problem::new(&INVALID_QUERY, format!("an id has at most {ID_BYTES_MAX} bytes")));
    }
    Ok(query)
}

fn meta(registry: &Registry, query: &ExtendRequest, language: crate::registry::Language) -> Vec<TypeResponse> {
    let known = registry.properties(None, language);
    let named = |property: &PropertyRequest| {
        let name = known.iter().find(|term| term.id == property.id).map_or(&property.id, |term| &term.name);
        TypeResponse { id: property.id.clone(), name: name.clone() }
    };
    query.properties.iter().map(named).collect()
}

fn rows(registry: &Registry, query: ExtendRequest) -> Result<Vec<RowResponse>, Problem> {
    let mut rows = Vec::with_capacity(query.ids.len());
    for id in query.ids {
        let stored = if id.is_empty() { None } else { registry.store.entity(&id).map_err(Error::from)? };
        let values = |property: &PropertyRequest| {
            let setting = |name: &str| property.settings.get(name);
            let form = if setting("as_written").is_some_and(is_set) { Form::Written } else { Form::Typed };
            let limit = setting("limit").and_then(number).filter(|limit| *limit >= 1.0);
            let golden = stored.iter().flat_map(|stored| registry.golden_values(stored, &property.id, form));
            let golden = golden.take(limit.map_or(usize::MAX, |limit| limit as usize));
            ValuesResponse { id: property.id.clone(), values: golden.map(value).collect() }
        };
        rows.push(RowResponse { properties: query.properties.iter().map(values).collect(), id });
    }
    Ok(rows)
}

/// A setting is on. OpenRefine sends what its forms hold, which for a box is the text `on`.
fn is_set(setting: &Value) -> bool {
    matches!(setting, Value::Bool(true)) || setting.as_str().is_some_and(|text| matches!(text, "on" | "true" | "1"))
}

/// A setting as a number, which OpenRefine sends as a text.
fn number(setting: &Value) -> Option<f64> {
    setting.as_f64().or_else(|| setting.as_str()?.trim().parse().ok())
}

fn value(golden: Golden) -> Value {
    match golden {
        Golden::Text(text) => json!({"str": text}),
        Golden::Whole(number) => json!({"int": number}),
        Golden::Number(number) => json!({"float": number}),
        // The specification wants a time; a register knows the day.
        Golden::Day(day) => json!({"date": format!("{day}T00:00:00Z")}),
    }
}
