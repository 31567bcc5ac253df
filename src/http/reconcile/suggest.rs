//! `GET /reconcile/suggest/{entity, property, type}`: what may the person at the keyboard mean?

use axum::extract::State;
use axum::response::Response;
use minglu_index::search::SearchQuery;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::client::{Client, ClientParameters};
use super::response::TypeResponse;
use crate::http::Service;
use crate::http::limits::{N_SUGGESTIONS_DEFAULT, N_SUGGESTIONS_MAX, QUERY_CHARS_MAX, SUGGEST_OFFSET_MAX};
use crate::http::parameters::Parameters;
use crate::http::problem::{CommonProblems, INVALID_PARAMETER, Problem};
use crate::registry::{Language, Registry, Term};

/// What was typed. Other parameters are left alone: clients send some of their own.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct SuggestParameters {
    /// What was typed so far; empty for everything, where that is a list one can read.
    #[serde(default)]
    #[param(max_length = 200)]
    prefix: String,
    /// Suggestions wanted, at most 50.
    limit: Option<i64>,
    /// Suggestions to skip, at most 200.
    offset: Option<i64>,
    /// The same, as version 0.2 calls it.
    cursor: Option<i64>,
    /// Only entities, or properties, of this type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// The same, as OpenRefine calls it when it asks for properties.
    schema: Option<String>,
}

/// Entities that may be meant.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct SuggestEntityResponse {
    /// Best first.
    result: Vec<SuggestedEntity>,
}

/// An entity that may be meant.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct SuggestedEntity {
    /// Entity id.
    id: String,
    /// Its golden name.
    name: String,
    /// What tells it from its namesakes.
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    /// Its kind.
    notable: [TypeResponse; 1],
}

/// Properties that may be meant.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct SuggestPropertyResponse {
    /// In the order of the schema.
    result: Vec<SuggestedProperty>,
}

/// A property that may be meant.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct SuggestedProperty {
    /// Name of the field.
    id: String,
    /// Its label.
    name: String,
    /// Its label in the other language, and how values are read.
    description: String,
    /// How values of conditions may be compared with those of entities (1.0-draft).
    #[serde(rename = "matchQualifiers")]
    match_qualifiers: Vec<TypeResponse>,
}

/// Types that may be meant.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct SuggestTypeResponse {
    /// In the order of the configuration.
    result: Vec<SuggestedType>,
}

/// A type that may be meant.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct SuggestedType {
    /// Name of the kind.
    id: String,
    /// Its label.
    name: String,
    /// Its label in the other language.
    description: String,
}

/// Entities by name, code, id, address or person.
#[utoipa::path(get, path = "/reconcile/suggest/entity", tag = "reconciliation",
    params(SuggestParameters, ClientParameters), responses((status = 200, body = SuggestEntityResponse), CommonProblems))]
pub(in crate::http) async fn suggest_entity(
    State(service): State<Service>,
    client: Client,
    Parameters(asked): Parameters<SuggestParameters>,
) -> Result<Response, Problem> {
    let language = client.language;
    Ok(client.respond(service.answer(move |registry| entities(registry, &asked, language)).await?))
}

/// Properties by label or name.
#[utoipa::path(get, path = "/reconcile/suggest/property", tag = "reconciliation",
    params(SuggestParameters, ClientParameters), responses((status = 200, body = SuggestPropertyResponse), CommonProblems))]
pub(in crate::http) async fn suggest_property(
    State(service): State<Service>,
    client: Client,
    Parameters(asked): Parameters<SuggestParameters>,
) -> Result<Response, Problem> {
    let language = client.language;
    let list = move |registry: &Registry| {
        let (prefix, (offset, limit)) = (asked.prefix()?, asked.window());
        let known = |kind: &&str| registry.models.iter().any(|model| model.schema.kind == *kind);
        let kind = asked.schema.as_deref().or(asked.kind.as_deref()).filter(known);
        let properties = registry.properties(kind, language).into_iter().filter(|term| is_meant(term, prefix));
        let suggested = |Term { id, name, description }| {
            let qualifiers = registry.qualifiers(&id, language).into_iter();
            let match_qualifiers =
                qualifiers.map(|(id, name)| TypeResponse { id: id.into(), name: name.into() }).collect();
            SuggestedProperty { id, name, description, match_qualifiers }
        };
        Ok(SuggestPropertyResponse { result: properties.skip(offset).take(limit).map(suggested).collect() })
    };
    Ok(client.respond(service.answer(list).await?))
}

/// Types by label or name.
#[utoipa::path(get, path = "/reconcile/suggest/type", tag = "reconciliation",
    params(SuggestParameters, ClientParameters), responses((status = 200, body = SuggestTypeResponse), CommonProblems))]
pub(in crate::http) async fn suggest_type(
    State(service): State<Service>,
    client: Client,
    Parameters(asked): Parameters<SuggestParameters>,
) -> Result<Response, Problem> {
    let language = client.language;
    let list = move |registry: &Registry| {
        let (prefix, (offset, limit)) = (asked.prefix()?, asked.window());
        let types = registry.kinds(language).into_iter().filter(|term| is_meant(term, prefix));
        let suggested = |Term { id, name, description }| SuggestedType { id, name, description };
        Ok(SuggestTypeResponse { result: types.skip(offset).take(limit).map(suggested).collect() })
    };
    Ok(client.respond(service.answer(list).await?))
}

impl SuggestParameters {
    pub(super) fn prefix(&self) -> Result<&str, Problem> {
        let prefix = self.prefix.trim();
        if prefix.chars().nth(QUERY_CHARS_MAX).is_some() {
            let allowed = format!("prefix: at most {QUERY_CHARS_MAX} characters");
            return Err(Problem::new(&INVALID_PARAMETER, allowed));
        }
        Ok(prefix)
    }

    /// Suggestions to skip, and to give.
    pub(super) fn window(&self) -> (usize, usize) {
        let offset = self.offset.or(self.cursor).unwrap_or(0);
        // Zero and less are how some clients say that they do not mind.
        let limit = self.limit.filter(|limit| *limit > 0).map_or(N_SUGGESTIONS_DEFAULT, |limit| limit as usize);
        (usize::try_from(offset).unwrap_or(0).min(SUGGEST_OFFSET_MAX), limit.min(N_SUGGESTIONS_MAX))
    }
}

fn entities(
    registry: &Registry,
    asked: &SuggestParameters,
    language: Language,
) -> Result<SuggestEntityResponse, Problem> {
    let (prefix, (offset, limit)) = (asked.prefix()?, asked.window());
    if prefix.is_empty() {
        return Ok(SuggestEntityResponse { result: vec![] });
    }
    let known = |kind: &&str| registry.models.iter().any(|model| model.schema.kind == *kind);
    let kind = asked.kind.as_deref().filter(known);
    let named = registry.entity_named(prefix)?;
    let query = SearchQuery { text: prefix, kind, limit: offset + limit, ..SearchQuery::default() };
    let found = registry.search(&query)?.hits.into_iter().map(|hit| hit.id);
    let mut ids: Vec<String> = named.clone().into_iter().collect();
    ids.extend(found.filter(|id| Some(id) != named.as_ref()));
    let mut result = Vec::with_capacity(limit);
    for id in ids.into_iter().skip(offset).take(limit) {
        result.extend(suggested_entity(registry, id, language)?);
    }
    Ok(SuggestEntityResponse { result })
}

fn suggested_entity(registry: &Registry, id: String, language: Language) -> Result<Option<SuggestedEntity>, Problem> {
    let Some(stored) = registry.store.entity(&id).map_err(crate::error::Error::from)? else { return Ok(None) };
    let notable = [registry.kind(stored.model_idx as usize, language).into()];
    let (name, description) = (registry.name_of(&stored), registry.description(&stored));
    Ok(Some(SuggestedEntity { id, name, description, notable }))
}

/// A term contains what was typed, in its label, its label in the other language, or its name.
fn is_meant(term: &Term, typed: &str) -> bool {
    let typed = typed.to_lowercase();
    [&term.id, &term.name, &term.description].into_iter().any(|text| text.to_lowercase().contains(&typed))
}
