//! Which entities does a text mean?
//!
//! Three steps, each with a bound. *Walk*: the rarest grams of the query are looked up and their posting lists added
//! up, rarest first, until a budget of postings is spent ([`walk`]). *Weigh*: the letters of the few thousand entities
//! found are read from a column and compared with **all** grams of the query, so that the common grams, which were too
//! expensive to walk, still count. *Rank*: the best are compared exactly by edit distance ([`rank`]). Codes and entity
//! ids are looked up as they stand before all that ([`exact`]), and a whole one is the answer.
//!
//! A search proposes; it never says that two things are the same. Pinyin and synonyms are not searched, nor the inside
//! of a code: only codes that begin, or whose organisation part begins, with the query.

use std::path::Path;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::IndexError;
use crate::directory::{damaged_files, guarded};
use crate::schema::{CHANNELS, Channel, Facet};
use crate::tokenize::{canonical, canonical_code};
use crate::write::EntityDoc;

use answer::{facet_counts, hit};
use brief::Brief;
use rank::RankedText;
use view::{CHECKED_BYTES_MAX, DocKey, Filter, View};

mod answer;
mod brief;
mod exact;
mod rank;
mod view;
mod walk;

/// Most hits of one answer.
pub const LIMIT_MAX: usize = 100;
/// Entities that are compared exactly per channel, hence the end of paging. Beyond 200 recall no longer grows.
pub const RANKED_MAX: usize = 200;
/// Letters of a query that are looked at.
pub const QUERY_CHARS_MAX: usize = 100;

/// Values listed per facet.
pub const FACET_VALUES_MAX: usize = 50;

/// Letters up to which a query is first tried as a person; longer, transliterated names are tried if nothing else fits.
const PERSON_CHARS_MAX: usize = 5;
/// Characters of which an address has at least one and a name hardly any.
const ADDRESS_MARKS: &str = "路街巷弄号栋幢楼室座村里道";
/// If the best entity is less similar than this, the query is tried on every channel.
const SCORE_SURE: f32 = 0.6;

/// What is sought.
#[derive(Debug, Clone, Copy, Default)]
pub struct SearchQuery<'a> {
    /// A name in any form, an address, a person, a code or the beginning of one, an entity id.
    pub text: &'a str,
    /// Only entities of this kind.
    pub kind: Option<&'a str>,
    /// Only entities of this district.
    pub district: Option<&'a str>,
    /// Only entities of this industry.
    pub industry: Option<&'a str>,
    /// Only entities of this status.
    pub status: Option<&'a str>,
    /// Most hits wanted, cut at [`LIMIT_MAX`].
    pub limit: usize,
    /// Hits to skip; nothing is found beyond [`RANKED_MAX`] per channel.
    pub offset: usize,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchAnswer {
    /// Best first; equal scores by shorter name, then in an order fixed by the ids.
    pub hits: Vec<Hit>,
    /// Entities that share at least half of the query's information, counted among the bounded candidates.
    pub n_total_estimate: usize,
    /// The values of every facet among the entities counted in `n_total_estimate`, most frequent first.
    pub facets: Vec<FacetCounts>,
}

/// One entity found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Entity id.
    pub id: String,
    /// Similarity in 0..=1; 1 for an equal name, code or id.
    pub score: f32,
    /// The display name.
    pub name: String,
    /// What matched, best first.
    pub why: Vec<Why>,
    /// Byte ranges of the display name that the query covers.
    pub highlights: Vec<std::ops::Range<usize>>,
    /// The entity as it was indexed.
    pub entity: EntityDoc,
}

/// One reason for a hit.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// Where the query matched.
    pub field: MatchedField,
    /// The value it matched, as it was indexed.
    pub text: String,
    /// Similarity of query and value in 0..=1.
    pub score: f32,
}

/// Where a query can match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchedField {
    /// The entity id.
    Id,
    /// A code.
    Code,
    /// A text field.
    Text(Channel),
}

/// How often each value of a facet occurs among the entities found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCounts {
    /// The facet.
    pub facet: Facet,
    /// Value and number of entities, most frequent first, then by value.
    pub counts: Vec<(String, usize)>,
}

/// One entity proposed to resolve.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrieved {
    /// Entity id.
    pub id: String,
    /// Similarity in 0..=1.
    pub score: f32,
}

/// An opened index: an unchanging snapshot, cheap to clone and safe to share between threads.
///
/// It holds its files open, and stays as it is whatever is committed, merged or tidied away later.
#[derive(Clone)]
pub struct SearchIndex {
    view: Arc<View>,
}

impl SearchIndex {
    /// Opens the index in `dir` as of its last commit.
    ///
    /// The list of segments and all smaller files are checked against their checksums, and larger ones only by
    /// [`validate`](SearchIndex::validate). A million entities in 292 MB were opened in 70 milliseconds, and validated
    /// in half a second.
    pub fn open(dir: &Path) -> Result<SearchIndex, IndexError> {
        guarded(|| Ok(SearchIndex { view: Arc::new(View::open(dir, CHECKED_BYTES_MAX)?) }))
    }

    /// The same index as of its last commit; this snapshot stays as it is.
    ///
    /// Only new segments are opened, and of known ones only which documents are dead.
    pub fn refresh(&self) -> Result<SearchIndex, IndexError> {
        guarded(|| Ok(SearchIndex { view: Arc::new(self.view.refresh()?) }))
    }

    /// The names of the files of the index in `dir` that are damaged, none if all is well; reads every byte.
    pub fn validate(dir: &Path) -> Result<Vec<String>, IndexError> {
        damaged_files(dir)
    }

    /// The last sequence number of the record log that the index reflects.
    pub fn sequence(&self) -> u64 {
        self.view.sequence
    }

    /// Number of entities in the index.
    pub fn n_entities(&self) -> u64 {
        self.view.n_docs
    }

    /// Number of segments, each of which a query visits.
    pub fn n_segments(&self) -> usize {
        self.view.segments.len()
    }

    /// Deleted and replaced documents that wait for a merge; they are never found.
    pub fn n_dead(&self) -> u64 {
        self.view.n_docs_listed - self.view.n_docs
    }

    /// Finds what a person typed.
    pub fn search(&self, query: &SearchQuery) -> Result<SearchAnswer, IndexError> {
        guarded(|| search(&self.view, query))
    }

    /// Finds the entities that a record with these names and codes may belong to, best first.
    ///
    /// Only whole codes and names count here; whether a record belongs to an entity is decided elsewhere.
    pub fn retrieve(&self, names: &[&str], codes: &[&str], limit: usize) -> Result<Vec<Retrieved>, IndexError> {
        guarded(|| retrieve(&self.view, (names, codes), limit))
    }
}

/// An entity found, with the best reason per field.
#[derive(Debug, Clone)]
struct Match {
    key: DocKey,
    rank_key: u64,
    score: f32,
    reasons: Vec<Reason>,
}

/// Why an entity was found; the text is fetched only for the hits of a page.
#[derive(Debug, Clone, Copy)]
struct Reason {
    field: MatchedField,
    /// Which value of the field; unused for ids.
    value_idx: usize,
    score: f32,
}

/// What the steps of one query have found so far.
#[derive(Default)]
struct Found {
    matches: HashMap<DocKey, Match>,
    similar: Vec<DocKey>,
}

impl Found {
    fn add(&mut self, view: &View, key: DocKey, reason: Reason) {
        let rank_key = view.rank_key(key);
        let fresh = || Match { key, rank_key, score: 0.0, reasons: Vec::new() };
        let found = self.matches.entry(key).or_insert_with(fresh);
        found.score = found.score.max(reason.score);
        match found.reasons.iter_mut().find(|known| known.field == reason.field) {
            Some(known) if known.score >= reason.score => {}
            Some(known) => *known = reason,
            None => found.reasons.push(reason),
        }
    }

    fn best_score(&self) -> f32 {
        self.matches.values().map(|found| found.score).fold(0.0, f32::max)
    }

    /// The matches in the order of the answer, and the distinct entities that count as similar.
    fn into_parts(self) -> (Vec<Match>, Vec<DocKey>) {
        let mut matches: Vec<Match> = self.matches.into_values().collect();
        matches.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.rank_key.cmp(&b.rank_key)));
        let mut similar = self.similar;
        similar.sort_unstable();
        similar.dedup();
        (matches, similar)
    }
}

fn search(view: &View, query: &SearchQuery) -> Result<SearchAnswer, IndexError> {
    let Some(filter) = Filter::new(view, query) else { return Ok(SearchAnswer::default()) };
    let text = query_text(query.text);
    let brief = Brief::of(query.text);
    let mut found = Found::default();
    exact::find_id(view, query.text.trim(), &filter, &mut found)?;
    exact::find_codes(view, &canonical_code(query.text), &filter, &mut found)?;
    if found.best_score() < 1.0 {
        find_in_channels(view, (&text, brief.as_ref()), &filter, &mut found)?;
    }
    let (matches, similar) = found.into_parts();
    let page = matches.iter().skip(query.offset).take(query.limit.min(LIMIT_MAX));
    let hits = page.map(|found| hit(view, found, &text)).collect::<Result<_, _>>()?;
    Ok(SearchAnswer { hits, n_total_estimate: similar.len(), facets: facet_counts(view, &similar) })
}

fn retrieve(view: &View, (names, codes): (&[&str], &[&str]), limit: usize) -> Result<Vec<Retrieved>, IndexError> {
    let mut found = Found::default();
    for code in codes {
        exact::find_whole_code(view, &canonical_code(code), &Filter::NONE, &mut found)?;
    }
    for name in names {
        find_name(view, (&query_text(name), Brief::of(name).as_ref()), &Filter::NONE, &mut found)?;
    }
    let (matches, _) = found.into_parts();
    let best = matches.iter().take(limit.min(RANKED_MAX));
    best.map(|found| Ok(Retrieved { id: view.id(found.key)?, score: found.score })).collect()
}

fn query_text(text: &str) -> String {
    canonical(text).chars().take(QUERY_CHARS_MAX).collect()
}

/// True if a text is likely to speak of what the channel holds.
fn is_likely(channel: Channel, text: &str) -> bool {
    match channel {
        Channel::Name => true,
        Channel::Person => text.chars().count() <= PERSON_CHARS_MAX,
        Channel::Address => text.chars().any(|c| c.is_ascii_digit() || ADDRESS_MARKS.contains(c)),
    }
}

/// Searches the likely channels, and the others if nothing good was found.
fn find_in_channels(
    view: &View,
    (text, brief): (&str, Option<&Brief>),
    filter: &Filter,
    found: &mut Found,
) -> Result<(), IndexError> {
    let mut find = |channel: Channel| match channel {
        Channel::Name => find_name(view, (text, brief), filter, found),
        _ => find_text(view, channel, (text, None), filter, found),
    };
    let (first, others): (Vec<Channel>, Vec<Channel>) =
        CHANNELS.into_iter().partition(|&channel| is_likely(channel, text));
    for channel in first {
        find(channel)?;
    }
    if found.best_score() < SCORE_SURE {
        for channel in others {
            find_text(view, channel, (text, None), filter, found)?;
        }
    }
    Ok(())
}

/// Searches the names: for a short name with a mark of an exchange, as it stands and without the mark.
fn find_name(
    view: &View,
    (text, brief): (&str, Option<&Brief>),
    filter: &Filter,
    found: &mut Found,
) -> Result<(), IndexError> {
    match brief {
        Some(brief) if brief.text() != text => {
            find_text(view, Channel::Name, (&brief.text(), Some(brief)), filter, found)?;
            // Somebody may bear the mark in the name.
            find_text(view, Channel::Name, (text, None), filter, found)
        }
        _ => find_text(view, Channel::Name, (text, brief), filter, found),
    }
}

/// Walks, weighs and ranks one channel; `brief` is the text as a short name, if it is one.
fn find_text(
    view: &View,
    channel: Channel,
    (text, brief): (&str, Option<&Brief>),
    filter: &Filter,
    found: &mut Found,
) -> Result<(), IndexError> {
    let grams = walk::query_grams(view, channel, text, brief)?;
    let candidates = walk::candidates(view, channel, walk::walked(&grams, brief), filter)?;
    let ranked = RankedText::new(text, &grams, brief);
    let ranking = rank::rank(view, channel, &ranked, &candidates);
    for (key, value_idx, score) in ranking.best {
        found.add(view, key, Reason { field: MatchedField::Text(channel), value_idx, score });
    }
    found.similar.extend(ranking.similar);
    Ok(())
}

#[cfg(test)]
mod tests;
