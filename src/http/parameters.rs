//! How do the parts of an address become checked values?
//!
//! The extractors answer with a problem that names the parameter and says what is allowed. Values with a rule are types:
//! a handler never sees a text that is too long or a number out of range.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::limits::{ID_BYTES_MAX, N_HITS_DEFAULT, N_HITS_MAX, QUERY_CHARS_MAX};
use super::problem::{INVALID_PARAMETER, Problem};

/// The parameters after the question mark.
pub(super) struct Parameters<T>(pub(super) T);

/// The parameters within the path, percent-decoded.
pub(super) struct PathParameters<T>(pub(super) T);

/// An id in an address: of an entity, a source, or a record.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Id(pub(super) String);

/// A search text.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct QueryText(pub(super) String);

/// Hits on a page.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct NHits(pub(super) usize);

/// A record as `SOURCE:ID`; a source has no colon.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct RecordReference {
    pub(super) source: String,
    pub(super) id: String,
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Query(parameters) = Query::try_from_uri(&parts.uri).map_err(|rejection| wrong(&rejection.body_text()))?;
        Ok(Parameters(parameters))
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathParameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let extracted = Path::from_request_parts(parts, state).await;
        let Path(parameters) = extracted.map_err(|rejection| wrong(&rejection.body_text()))?;
        Ok(PathParameters(parameters))
    }
}

/// The text of a rejection without axum's opening words.
fn wrong(text: &str) -> Problem {
    let openings = ["Failed to deserialize query string: ", "Invalid URL: "];
    let text = openings.iter().find_map(|opening| text.strip_prefix(opening)).unwrap_or(text);
    Problem::new(&INVALID_PARAMETER, text)
}

impl TryFrom<String> for Id {
    type Error = String;

    fn try_from(text: String) -> Result<Id, String> {
        // Keys of the store part source and id by a zero byte.
        if text.is_empty() || text.len() > ID_BYTES_MAX || text.contains('\0') {
            return Err(format!("an id has 1 to {ID_BYTES_MAX} bytes, none of them zero"));
        }
        Ok(Id(text))
    }
}

impl TryFrom<String> for QueryText {
    type Error = String;

    fn try_from(text: String) -> Result<QueryText, String> {
        let n_chars = text.chars().take(QUERY_CHARS_MAX + 1).count();
        if text.trim().is_empty() || n_chars > QUERY_CHARS_MAX {
            return Err(format!("a search text has 1 to {QUERY_CHARS_MAX} characters, not all of them blank"));
        }
        Ok(QueryText(text))
    }
}

impl TryFrom<String> for NHits {
    type Error = String;

    fn try_from(text: String) -> Result<NHits, String> {
        let number = usize::from_str(&text).ok().filter(|number| (1..=N_HITS_MAX).contains(number));
        number.map(NHits).ok_or_else(|| format!("'{text}' is not a whole number from 1 to {N_HITS_MAX}"))
    }
}

impl Default for NHits {
    fn default() -> NHits {
        NHits(N_HITS_DEFAULT)
    }
}

impl TryFrom<String> for RecordReference {
    type Error = String;

    fn try_from(text: String) -> Result<RecordReference, String> {
        let parts =
            text.split_once(':').map(|(source, id)| (Id::try_from(source.to_owned()), Id::try_from(id.to_owned())));
        match parts {
            Some((Ok(Id(source)), Ok(Id(id)))) => Ok(RecordReference { source, id }),
            _ => Err("a record is given as SOURCE:ID, for example market:440301".into()),
        }
    }
}

#[cfg(test)]
mod tests;
