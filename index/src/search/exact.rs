//! Which entity carries this id or this code?
//!
//! Dictionary lookups only. A code is found whole or by its beginning; the number of codes that a beginning may stand
//! for is bounded, so a short one finds some of many, in the order of the codes.

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, TERMINATED};

use super::view::{DocKey, Filter, SegmentView, View};
use super::{Found, MatchedField, Reason};
use crate::IndexError;

/// Characters that must be typed before a code is looked up by its beginning.
pub(super) const CODE_CHARS_MIN: usize = 4;
/// Codes that a beginning is expanded to.
pub(super) const CODES_EXPANDED_MAX: usize = 50;
/// Codes of a segment that are read to find them among codes of dead documents; merges keep those a fifth of all.
const CODES_READ_MAX: usize = 2_000;
/// Entities taken per code and segment; more carry it only if it is a placeholder.
pub(super) const DOCS_PER_CODE_MAX: usize = 50;

/// Score of the beginning of a code; it grows to 1 with the share of the code that was typed.
const BEGINNING_SCORE_MIN: f32 = 0.5;

/// Adds the entity with this id.
pub(super) fn find_id(view: &View, id: &str, filter: &Filter, found: &mut Found) -> Result<(), IndexError> {
    for (segment_idx, segment) in view.segments.iter().enumerate() {
        if let Some(info) = segment.columns.ids.terms().get(id.as_bytes())? {
            for doc_id in living(segment, &segment.columns.ids, &info)? {
                let key = DocKey { segment_idx: segment_idx as u32, doc_id };
                add(view, key, reason(MatchedField::Id, 1.0), filter, found);
            }
        }
    }
    Ok(())
}

/// Adds the entities that carry exactly this code, which must be [`canonical`](crate::tokenize::canonical_code).
pub(super) fn find_whole_code(view: &View, code: &str, filter: &Filter, found: &mut Found) -> Result<(), IndexError> {
    for (segment_idx, segment) in view.segments.iter().enumerate() {
        if let Some(info) = segment.columns.codes.terms().get(code.as_bytes())? {
            for doc_id in living(segment, &segment.columns.codes, &info)? {
                let key = DocKey { segment_idx: segment_idx as u32, doc_id };
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
        let mut stream = segment.columns.codes.terms().range().ge(code).lt(&past_last).into_stream()?;
        let mut n_taken = 0;
        for _ in 0..CODES_READ_MAX {
            let Some((term, info)) = stream.next() else { break };
            // A code that only dead documents carry may not take the place of another.
            let docs = living(segment, &segment.columns.codes, info)?;
            if docs.is_empty() {
                continue;
            }
            expanded.push((term.to_vec(), segment_idx, docs));
            n_taken += 1;
            if n_taken == CODES_EXPANDED_MAX {
                break;
            }
        }
    }
    // The first codes over all segments, so that the bound bites the same way however entities are segmented.
    expanded.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    // One code may stand in several segments.
    for (term, segment_idx, docs) in expanded.chunk_by(|a, b| a.0 == b.0).take(CODES_EXPANDED_MAX).flatten() {
        let share = code.len() as f32 / term.len().max(1) as f32;
        let score = BEGINNING_SCORE_MIN + (1.0 - BEGINNING_SCORE_MIN) * share;
        for &doc_id in docs {
            let key = DocKey { segment_idx: *segment_idx as u32, doc_id };
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

/// The first living documents of a posting list.
fn living(segment: &SegmentView, lists: &InvertedIndexReader, info: &TermInfo) -> Result<Vec<u32>, IndexError> {
    let mut postings = lists.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    let mut docs = Vec::new();
    while postings.doc() != TERMINATED && docs.len() < DOCS_PER_CODE_MAX {
        if !segment.is_dead(postings.doc()) {
            docs.push(postings.doc());
        }
        postings.advance();
    }
    Ok(docs)
}
