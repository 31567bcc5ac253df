//! In which shape does a page of hits leave the program?
//!
//! Types of their own, so that the index can change without a promise being broken.

use std::collections::BTreeMap;
use std::ops::Range;

use minglu_index::schema::Channel;
use minglu_index::search::{Hit, MatchedField, SearchAnswer, Why};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::limits::N_VALUES_SHOWN_MAX;

/// A page of hits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchResponse {
    /// Sequence number that the answer reflects.
    seq: u64,
    /// Best first.
    hits: Vec<HitResponse>,
    /// About how many entities are similar, this page and all others.
    n_total_estimate: usize,
    /// How often each value occurs among similar entities, by facet: kind, district, industry, status.
    facets: BTreeMap<&'static str, Vec<FacetValue>>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// An entity found. Lists show the first values; the entity has them all.
#[derive(Debug, Serialize, ToSchema)]
struct HitResponse {
    /// Entity id.
    id: String,
    /// Kind of entity.
    kind: String,
    /// The display name.
    name: String,
    /// Similarity from 0 to 1; 1 is an equal name, code or id.
    score: f32,
    /// What matched, best first.
    why: Vec<WhyHit>,
    /// The display name in pieces, those that the query covers marked.
    highlights: Vec<Piece>,
    /// Short and former names.
    other_names: Vec<String>,
    /// Codes.
    codes: Vec<String>,
    /// Addresses.
    addresses: Vec<String>,
    /// People who hold a post.
    people: Vec<String>,
    /// District, as the facet names it; may be empty.
    district: String,
    /// Industry, likewise.
    industry: String,
    /// Status, likewise.
    status: String,
}

/// A reason for a hit.
#[derive(Debug, Serialize, ToSchema)]
struct WhyHit {
    /// Where the query matched: id, code, name, person or address.
    field: &'static str,
    /// The value it matched.
    text: String,
    /// Similarity from 0 to 1.
    score: f32,
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
struct Piece {
    /// The letters.
    text: String,
    /// The query covers them.
    matched: bool,
}

/// A value of a facet.
#[derive(Debug, Serialize, ToSchema)]
struct FacetValue {
    /// The value, to be used as a parameter.
    value: String,
    /// Similar entities that have it.
    n_entities: usize,
}

/// The response to a search.
pub(super) fn search_response(found: SearchAnswer, seq: u64, next_cursor: Option<String>) -> SearchResponse {
    let value = |(value, n_entities)| FacetValue { value, n_entities };
    let facets = found.facets.into_iter();
    SearchResponse {
        seq,
        hits: found.hits.into_iter().map(hit_response).collect(),
        n_total_estimate: found.n_total_estimate,
        facets: facets.map(|facet| (facet.facet.name(), facet.counts.into_iter().map(value).collect())).collect(),
        next_cursor,
    }
}

fn hit_response(hit: Hit) -> HitResponse {
    let entity = hit.entity;
    let shown = |values: Vec<String>| values.into_iter().take(N_VALUES_SHOWN_MAX).collect();
    HitResponse {
        id: hit.id,
        kind: entity.kind,
        score: hit.score,
        why: hit.why.into_iter().map(why_hit).collect(),
        highlights: pieces(&hit.name, &hit.highlights),
        name: hit.name,
        other_names: entity.names.into_iter().skip(1).take(N_VALUES_SHOWN_MAX).collect(),
        codes: shown(entity.codes),
        addresses: shown(entity.addresses),
        people: shown(entity.people),
        district: entity.district,
        industry: entity.industry,
        status: entity.status,
    }
}

fn why_hit(why: Why) -> WhyHit {
    let field = match why.field {
        MatchedField::Id => "id",
        MatchedField::Code => "code",
        MatchedField::Text(Channel::Name) => "name",
        MatchedField::Text(Channel::Person) => "person",
        MatchedField::Text(Channel::Address) => "address",
    };
    WhyHit { field, text: why.text, score: why.score }
}

/// A text cut at byte ranges. Pieces need no agreement on what a position counts, as ranges would between programs.
fn pieces(text: &str, ranges: &[Range<usize>]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(2 * ranges.len() + 1);
    let mut done = 0;
    let mut add = |range: Range<usize>, matched| {
        let letters = text.get(range).filter(|letters| !letters.is_empty());
        pieces.extend(letters.map(|letters| Piece { text: letters.into(), matched }));
    };
    for range in ranges {
        add(done..range.start, false);
        add(range.clone(), true);
        done = range.end;
    }
    add(done..text.len(), false);
    pieces
}

#[cfg(test)]
mod tests;
