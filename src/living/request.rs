//! What does a client ask to be changed?
//!
//! Texts become changes here, away from the writer: a line that is no object, or deletes nothing, is rejected with its number,
//! and each change knows its record, so that the writer can tell which requests go together.

use minglu_graph::store::value::StoredSource;
use serde_json::Value;
use xxhash_rust::xxh3::Xxh3Default;

use super::answer::RejectedLine;
use crate::config::{DERIVED_MARK, Format};
use crate::error::Result;
use crate::ingest::{Columns, id_of_row};
use crate::registry::Registry;
use crate::update::delivery::{Act, Change, Row};

/// Bytes of an idempotency key; a UUID has 36.
pub const N_KEY_BYTES_MAX: usize = 255;

/// The key of a line that deletes a record.
const DELETE: &str = "@delete";

/// Changes that are made together or not at all.
#[derive(Debug, Default)]
pub struct Request {
    /// The changes.
    pub changes: Vec<Change>,
    /// The line of each of them.
    pub lines: Vec<u64>,
    /// Lines that are no change.
    pub rejected: Vec<RejectedLine>,
    /// By what a repetition is known.
    pub idempotency: Option<Idempotency>,
}

/// By what a repetition of a request is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The key that the client chose.
    pub key: String,
    /// Hash of what was asked under it.
    pub hash: u64,
}

impl Idempotency {
    /// A key for a request of these parts.
    pub fn new(key: String, parts: &[&[u8]]) -> Self {
        let mut hasher = Xxh3Default::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self { key, hash: hasher.digest() }
    }
}

impl Request {
    /// One change.
    pub fn one(change: Change) -> Self {
        Self { changes: vec![change], lines: vec![1], ..Self::default() }
    }

    /// Reads lines of JSON: rows by column, and `{"@delete": "ID"}`.
    pub fn of_lines(registry: &Registry, source: &str, text: &str) -> Result<Self> {
        let mut request = Self::default();
        let Some(columns) = json_columns(registry, source)? else { return Ok(request) };
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            match read_line(&columns, text) {
                Ok(act) => {
                    request.changes.push(Change { source: source.into(), act });
                    request.lines.push(line);
                }
                Err(reason) => request.rejected.push(RejectedLine { line, reason }),
            }
        }
        Ok(request)
    }

    /// Adds a change of a line.
    pub fn push(&mut self, line: u64, change: Change) {
        self.changes.push(change);
        self.lines.push(line);
    }

    /// Bytes of all rows.
    pub(super) fn n_bytes(&self) -> u64 {
        let n_bytes = |change: &Change| match &change.act {
            Act::Put { row: Row::Json(raw) | Row::Delivered { raw, .. }, .. } => raw.len() as u64,
            Act::Delete { .. } => 0,
        };
        self.changes.iter().map(n_bytes).sum()
    }

    /// Source and id of the records that are named.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.changes.iter().filter_map(|change| {
            let id = match &change.act {
                Act::Put { id, .. } => id.as_deref()?,
                Act::Delete { id } => id,
            };
            Some((change.source.as_str(), id))
        })
    }
}

/// Where the columns are in JSON rows of a source; none where there is no such source.
fn json_columns(registry: &Registry, source: &str) -> Result<Option<Columns>> {
    let Some(section_idx) = section_of(registry, source) else { return Ok(None) };
    let section = &registry.config.sections[section_idx];
    Columns::find_in(section, Format::JsonLines, &[]).map(Some)
}

/// The section of a source that records are delivered to.
pub(crate) fn section_of(registry: &Registry, source: &str) -> Option<usize> {
    let is_it = |known: &&StoredSource| known.name == source && !known.name.contains(DERIVED_MARK);
    registry.store.catalog().sources.iter().find(is_it).map(|known| known.section_idx as usize)
}

fn read_line(columns: &Columns, text: &str) -> std::result::Result<Act, String> {
    // Most lines are rows: only one that may delete is read twice.
    if text.contains(DELETE)
        && let Ok(Value::Object(object)) = serde_json::from_str(text)
        && let Some(id) = object.get(DELETE)
    {
        return match (id, object.len()) {
            (Value::String(id), 1) if !id.is_empty() && !id.contains('\0') => Ok(Act::Delete { id: id.clone() }),
            (Value::String(_), 1) => Err(format!("'{DELETE}' names no record")),
            _ => Err(format!("write {{\"{DELETE}\": \"ID\"}} and nothing else to delete a record")),
        };
    }
    Ok(Act::Put { id: id_of_row(columns, text), row: Row::Json(text.into()) })
}
