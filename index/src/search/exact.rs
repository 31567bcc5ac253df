//! Which entity carries this id or this code?
//!
//! Dictionary lookups only. A code is found whole or by its beginning; the number of codes that a beginning may stand
//! for is bounded, so a short one finds some of many, in the order of the codes.

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, TERMINATED};

use super::view::{DocKey, Filter, View};
use super::{Found, MatchedField, Reason};
use crate::IndexError;

/// Characters that must be typed before a code is looked up by its beginning.
pub(super) const CODE_CHARS_MIN: usize = 4;
/// Codes that a beginning is expanded to.
pub(super) const CODES_EXPANDED_MAX: usize = 50;
/// Entities taken per code and segment; more carry it only if it is a placeholder.
pub(super) const DOCS_PER_CODE_MAX: usize = 50;

/// Score of the beginning of a code; it grows to 1 with the share of the code that was typed.
const BEGINNING_SCORE_MIN: f32 = 0.5;

/// Adds the entity with this id.
pub(super) fn find_id(view: &View, id: &str, filter: &Filter, found: &mut Found) -> Result<(), IndexError> {
    for (segment_idx, segment) in view.segments.iter().enumerate() {
        if let Some(info) = segment.ids.terms().get(id.as_bytes())? {
            for key in documents(&segment.ids, &info, segment_idx)? {
                add(view, key, reason(MatchedField::Id, 1.0), filter, found);
            }
        }
    }
    Ok(())
}

/// Adds the entities that carry exactly this code, which must be [`canonical`](crate::tokenize::canonical_code).
pub(super) fn find_whole_code(view: &View, code: &str, filter: &Filter, found: &mut Found) -> Result<(), IndexError> {
    for (segment_idx, segment) in view.segments.iter().enumerate() {
        if let Some(info) = segment.codes.terms().get(code.as_bytes())? {
            for key in documents(&segment.codes, &info, segment_idx)? {
                add(view, key, reason(MatchedField::Code, 1.0), filter, found);
            }
        }
    }
    Ok(())
}

/// Adds the entities with a code, or an organisation part of one, that begins with `code`.
pub(super) fn find_codes(view: &View, code: &str, filter: &Filter, found: &mut Found) -> Result<(), IndexError> {
    let is_code = code.len() >= CODE_CHARS_MIN && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_code {
        return Ok(());
    }
    // '[' follows 'Z', the last character of a code: the range holds every code that begins with `code`.
    let past_last = format!("{code}[");
    let mut expanded = Vec::new();
    for (segment_idx, segment) in view.segments.iter().enumerate() {
        let mut stream = segment.codes.terms().range().ge(code).lt(&past_last).into_stream()?;
        for _ in 0..CODES_EXPANDED_MAX {
            let Some((term, info)) = stream.next() else { break };
            expanded.push((term.to_vec(), segment_idx, info.clone()));
        }
    }
    // The first codes over all segments, so that the bound bites the same way however entities are segmented.
    expanded.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    for (term, segment_idx, info) in expanded.into_iter().take(CODES_EXPANDED_MAX) {
        let share = code.len() as f32 / term.len().max(1) as f32;
        let score = BEGINNING_SCORE_MIN + (1.0 - BEGINNING_SCORE_MIN) * share;
        for key in documents(&view.segments[segment_idx].codes, &info, segment_idx)? {
            add(view, key, reason(MatchedField::Code, score), filter, found);
        }
    }
    Ok(())
}

fn reason(field: MatchedField, score: f32) -> Reason {
    Reason { field, value_idx: 0, score }
}

fn add(view: &View, key: DocKey, reason: Reason, filter: &Filter, found: &mut Found) {
    if filter.passes(view, key) {
        found.add(view, key, reason);
        found.similar.push(key);
    }
}

fn documents(lists: &InvertedIndexReader, info: &TermInfo, segment_idx: usize) -> Result<Vec<DocKey>, IndexError> {
    let mut postings = lists.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    let mut keys = Vec::new();
    while postings.doc() != TERMINATED && keys.len() < DOCS_PER_CODE_MAX {
        keys.push(DocKey { segment_idx: segment_idx as u32, doc_id: postings.doc() });
        postings.advance();
    }
    Ok(keys)
}
