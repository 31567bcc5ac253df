//! Which term of its vocabulary does a category mean?
//!
//! Asked when all values of a row have been read; a category without a vocabulary keeps its folded text.

use super::{Issue, IssueKind};
use crate::model::{FieldValue, Value};
use crate::schema::Schema;

/// Replaces categories by their terms; returns those that no list has, which stay as they were.
pub(super) fn read_terms(values: &mut [FieldValue], whole: &str, schema: &Schema) -> Vec<Issue> {
    let mut unknown = Vec::new();
    for FieldValue { value, raw_start, raw_len, field } in values {
        let Some(vocabulary) = schema.spec(*field).vocabulary else { continue };
        let start = *raw_start as usize;
        let raw = whole.get(start..start + usize::from(*raw_len)).unwrap_or_default();
        match vocabulary.term(raw) {
            Some(term) => *value = Value::Text((term != raw).then(|| Box::new(term.into()))),
            // One of several terms: nothing is wrong with the value, and it stays as written.
            None if vocabulary.knows(raw) => {}
            None => unknown.push(Issue { field: *field, kind: IssueKind::UnknownTerm, value: raw.to_string() }),
        }
    }
    unknown
}
