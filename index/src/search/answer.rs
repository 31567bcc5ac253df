//! How does a match become something a person can read?
//!
//! Reasons are turned back into the values as they were indexed, the letters shared with the query into ranges of the
//! display name, and the categories of everything similar into counts. Only the hits of one page come here.

use std::ops::Range;

use hashbrown::{HashMap, HashSet};

use super::view::{DocKey, View};
use super::{FACET_VALUES_MAX, FacetCounts, Hit, Match, MatchedField, Reason, Why};
use crate::IndexError;
use crate::schema::FACETS;
use crate::tokenize::{canonical, canonical_code};
use crate::write::{EntityDoc, channel_values};

/// The hit of a match; `text` is the canonical query.
pub(super) fn hit(view: &View, found: &Match, text: &str) -> Result<Hit, IndexError> {
    let entity = view.entity(found.key)?;
    let name = entity.names.first().cloned().unwrap_or_default();
    let mut why: Vec<Why> = found.reasons.iter().map(|reason| explain(&entity, reason, text)).collect();
    why.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.field.cmp(&b.field)));
    Ok(Hit { id: entity.id.clone(), score: found.score, highlights: highlights(&name, text), name, why, entity })
}

/// Byte ranges of `name` whose letters stand in `text` as a pair of neighbors; single letters if there is no pair.
pub(super) fn highlights(name: &str, text: &str) -> Vec<Range<usize>> {
    let letters: Vec<(Range<usize>, char)> = letters_with_place(name);
    let sought: Vec<char> = text.chars().collect();
    let pairs: HashSet<(char, char)> = sought.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let mut is_marked = vec![false; letters.len()];
    for (idx, pair) in letters.windows(2).enumerate() {
        if pairs.contains(&(pair[0].1, pair[1].1)) {
            is_marked[idx] = true;
            is_marked[idx + 1] = true;
        }
    }
    if !is_marked.contains(&true) {
        is_marked = letters.iter().map(|(_, letter)| sought.contains(letter)).collect();
    }
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for ((place, _), _) in letters.into_iter().zip(is_marked).filter(|(_, is_marked)| *is_marked) {
        match ranges.last_mut() {
            Some(last) if last.end >= place.start => last.end = last.end.max(place.end),
            _ => ranges.push(place),
        }
    }
    ranges
}

/// Counts the categories of some documents.
pub(super) fn facet_counts(view: &View, keys: &[DocKey]) -> Vec<FacetCounts> {
    let mut answer = Vec::with_capacity(FACETS.len());
    for (facet_idx, facet) in FACETS.into_iter().enumerate() {
        // First by numbers, which each segment has its own of, then by values.
        let mut n_docs: HashMap<(u32, usize), usize> = HashMap::new();
        for key in keys {
            if let Some(place) = view.segment(*key).facet(facet_idx, key.doc_id) {
                *n_docs.entry((key.segment_idx, place)).or_default() += 1;
            }
        }
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for ((segment_idx, place), n_docs) in n_docs {
            let value = view.segments[segment_idx as usize].facet_values(facet_idx).get(place);
            *counts.entry(value.map_or("", String::as_str)).or_default() += n_docs;
        }
        counts.remove("");
        let mut counts: Vec<(String, usize)> = counts.into_iter().map(|(value, n)| (value.to_owned(), n)).collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.truncate(FACET_VALUES_MAX);
        answer.push(FacetCounts { facet, counts });
    }
    answer
}

fn explain(entity: &EntityDoc, reason: &Reason, text: &str) -> Why {
    let matched = match reason.field {
        MatchedField::Id => Some(&entity.id),
        MatchedField::Code => matched_code(entity, &canonical_code(text)),
        MatchedField::Text(channel) => channel_values(entity, channel).get(reason.value_idx),
    };
    Why { field: reason.field, text: matched.cloned().unwrap_or_default(), score: reason.score }
}

/// The first code that holds the query; a lookup found one that begins with it or whose organisation part does.
fn matched_code<'a>(entity: &'a EntityDoc, code: &str) -> Option<&'a String> {
    let holds = |candidate: &&String| canonical_code(candidate).contains(code);
    entity.codes.iter().find(holds).or(entity.codes.first())
}

/// The canonical letters of a text, each with the bytes of the character it comes from.
fn letters_with_place(text: &str) -> Vec<(Range<usize>, char)> {
    let mut letters = Vec::new();
    let mut utf8 = [0; 4];
    for (start, c) in text.char_indices() {
        let place = start..start + c.len_utf8();
        letters.extend(canonical(c.encode_utf8(&mut utf8)).chars().map(|letter| (place.clone(), letter)));
    }
    letters
}
