//! Which few thousand entities share the rare grams of a text?
//!
//! Posting lists are added up rarest first, window by window, in small integers: the sum of a document does not depend
//! on the order or the segmentation, and a window of counters stays in the cache. Common grams are left to [`rank`],
//! which knows them from the letters of each candidate.
//!
//! [`rank`]: super::rank

use std::cmp::Reverse;

use hashbrown::HashSet;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::IndexRecordOption;

use super::brief::Brief;
use super::view::{DocKey, Filter, SegmentView, View};
use crate::IndexError;
use crate::schema::Channel;
use crate::tokenize::grams;

/// Postings added up per query and channel: about half a millisecond.
pub(super) const POSTINGS_WALKED_MAX: u64 = 200_000;
/// The walk ends when this share of the weight that the index can answer was walked: more changes recall by 0.001.
const WALKED_SHARE: f32 = 0.6;
/// The same share for short names, of which every character counts.
const BRIEF_WALKED_SHARE: f32 = 1.0;
/// What the full name of a joint-stock company holds.
const JOINT_STOCK: &str = "股份";
/// The rarest grams that are walked even if they alone exceed the budget.
pub(super) const RAREST_WALKED_MIN: usize = 2;
/// Candidates whose letters are read per query and channel.
pub(super) const CANDIDATES_MAX: usize = 1_000;
/// Distinct grams of a query that count; one bit each in the ranking.
pub(super) const QUERY_GRAMS_MAX: usize = 128;

/// Weight of a gram per unit of inverse document frequency: keeps the sum of 128 weights below 2^15.
const WEIGHT_PER_IDF: f32 = 16.0;
/// A swapped pair is weaker evidence than the pair itself.
const SWAPPED_SHARE: f32 = 0.5;
/// The highest weight: that of a gram which one document of eight million holds.
const WEIGHT_MAX: i16 = i16::MAX / QUERY_GRAMS_MAX as i16;
/// Documents whose counters are added up at a time: 32 KiB of counters, a first-level cache.
const WINDOW_DOCS: u32 = 1 << 14;
/// Counters that are tested at once for being below the floor.
const LANE_DOCS: usize = 16;
/// Candidates are pruned when there are this many times too many.
const PRUNE_FACTOR: usize = 4;

/// A gram that the query looks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct QueryGram {
    pub(super) text: String,
    pub(super) doc_freq: u64,
    pub(super) weight: i16,
    /// False for the swapped form of a pair, which the query does not really contain.
    pub(super) is_expected: bool,
}

/// The distinct grams of a text, rarest first, swapped pairs among them; at most [`QUERY_GRAMS_MAX`].
///
/// For a short name the mark of joint-stock companies is added: they bear short names, and their full ones are longer
/// than those of a thousand shops that hold the same characters.
pub(super) fn query_grams(
    view: &View,
    channel: Channel,
    text: &str,
    brief: Option<&Brief>,
) -> Result<Vec<QueryGram>, IndexError> {
    let mut pieces = Vec::new();
    grams(text, &mut pieces);
    let mut known: HashSet<String> = HashSet::with_capacity(2 * pieces.len());
    let mut out = Vec::with_capacity(2 * pieces.len());
    for piece in &pieces {
        if known.insert((*piece).to_owned()) {
            out.push(query_gram(view, channel, (*piece).to_owned(), true)?);
        }
    }
    for piece in pieces {
        let Some(swapped) = swapped(piece) else { continue };
        if known.insert(swapped.clone()) {
            out.push(query_gram(view, channel, swapped, false)?);
        }
    }
    if brief.is_some() && known.insert(JOINT_STOCK.to_owned()) {
        out.push(query_gram(view, channel, JOINT_STOCK.to_owned(), false)?);
    }
    out.retain(|gram| gram.is_expected || gram.doc_freq > 0);
    out.sort_by(|a, b| (a.doc_freq, &a.text).cmp(&(b.doc_freq, &b.text)));
    out.truncate(QUERY_GRAMS_MAX);
    Ok(out)
}

/// The documents with the highest sum of walked weights that pass the filter; ties by rank key.
pub(super) fn candidates(
    view: &View,
    channel: Channel,
    walked: &[QueryGram],
    filter: &Filter,
) -> Result<Vec<DocKey>, IndexError> {
    let mut best = Best { view, filter, floor: 1, found: Vec::new() };
    let mut counters = vec![0; WINDOW_DOCS as usize];
    for (segment_idx, segment) in view.segments.iter().enumerate() {
        let mut cursors = open_cursors(segment, channel, walked)?;
        for start in (0..segment.columns.max_doc).step_by(WINDOW_DOCS as usize) {
            let end = start.saturating_add(WINDOW_DOCS);
            cursors.iter_mut().for_each(|cursor| cursor.add_until(start, end, &mut counters));
            best.collect(&counters, segment_idx as u32, start);
            counters.fill(0);
        }
    }
    best.prune();
    Ok(best.found.into_iter().map(|(_, key)| key).collect())
}

/// A gram with its weight. Dead documents count as long as the posting lists hold them, among the documents as among
/// those with the gram, so that the ratio stays right where they die evenly; what is left moves a logarithm by less
/// than the share of dead documents.
fn query_gram(view: &View, channel: Channel, text: String, is_expected: bool) -> Result<QueryGram, IndexError> {
    let mut doc_freq = 0;
    for segment in &view.segments {
        doc_freq += segment.grams(channel).terms().get(text.as_bytes())?.map_or(0, |info| u64::from(info.doc_freq));
    }
    let share = if is_expected { 1.0 } else { SWAPPED_SHARE };
    let weight = (idf(view.n_docs_listed, doc_freq) * WEIGHT_PER_IDF * share) as i16;
    Ok(QueryGram { text, doc_freq, weight: weight.clamp(1, WEIGHT_MAX), is_expected })
}

/// Inverse document frequency as in BM25 (Robertson and Zaragoza 2009), never negative.
fn idf(n_docs: u64, doc_freq: u64) -> f32 {
    let rest = n_docs.saturating_sub(doc_freq) as f32;
    (1.0 + (rest + 0.5) / (doc_freq as f32 + 0.5)).ln()
}

/// The two characters of a pair in the other order.
fn swapped(piece: &str) -> Option<String> {
    let mut chars = piece.chars();
    let (first, second) = (chars.next()?, chars.next()?);
    (first != second && chars.next().is_none()).then(|| [second, first].into_iter().collect())
}

/// The rarest grams, until they carry enough of the information that is in the index, or the budget is spent.
pub(super) fn walked<'a>(grams: &'a [QueryGram], brief: Option<&Brief>) -> &'a [QueryGram] {
    let share = if brief.is_some() { BRIEF_WALKED_SHARE } else { WALKED_SHARE };
    let weight = |gram: &QueryGram| f32::from(gram.weight * i16::from(gram.is_expected && gram.doc_freq > 0));
    let enough = grams.iter().map(weight).sum::<f32>() * share;
    let (mut n_postings, mut walked_weight) = (0, 0.0);
    let n_absent = grams.partition_point(|gram| gram.doc_freq == 0);
    let mut n_walked = 0;
    for gram in grams {
        n_postings += gram.doc_freq;
        let is_rarest = n_walked < n_absent + RAREST_WALKED_MIN;
        if !is_rarest && (n_postings > POSTINGS_WALKED_MAX || walked_weight > enough) {
            break;
        }
        walked_weight += weight(gram);
        n_walked += 1;
    }
    &grams[..n_walked]
}

fn open_cursors(segment: &SegmentView, channel: Channel, walked: &[QueryGram]) -> Result<Vec<Cursor>, IndexError> {
    let lists = segment.grams(channel);
    let mut cursors = Vec::with_capacity(walked.len());
    for gram in walked {
        let Some(info) = lists.terms().get(gram.text.as_bytes())? else { continue };
        let postings = lists.read_block_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
        cursors.push(Cursor { postings, next_idx: 0, weight: gram.weight });
    }
    Ok(cursors)
}

/// A place in one posting list.
struct Cursor {
    postings: BlockSegmentPostings,
    next_idx: usize,
    weight: i16,
}

impl Cursor {
    /// Adds the weight to the counter of every remaining document before `end`; `start` is the first counter.
    fn add_until(&mut self, start: u32, end: u32, counters: &mut [i16]) {
        loop {
            let docs = &self.postings.docs()[self.next_idx..];
            let n_inside = match docs.last() {
                Some(&last) if last < end => docs.len(),
                Some(_) => docs.partition_point(|&doc| doc < end),
                None => return,
            };
            for &doc in &docs[..n_inside] {
                counters[(doc - start) as usize] += self.weight;
            }
            if n_inside < docs.len() {
                self.next_idx += n_inside;
                return;
            }
            self.postings.advance();
            self.next_idx = 0;
        }
    }
}

/// The best documents so far.
struct Best<'a> {
    view: &'a View,
    filter: &'a Filter,
    /// Sums below it cannot be among the best any more.
    floor: i16,
    found: Vec<(i16, DocKey)>,
}

impl Best<'_> {
    fn collect(&mut self, counters: &[i16], segment_idx: u32, start: u32) {
        for (lane, lane_start) in counters.chunks(LANE_DOCS).zip((start..).step_by(LANE_DOCS)) {
            // A maximum without branches is vectorized; signed counters because the oldest x86-64 has it only for them.
            if lane.iter().copied().fold(0, i16::max) >= self.floor {
                self.offer(lane, DocKey { segment_idx, doc_id: lane_start });
            }
        }
    }

    /// Takes what reaches the floor from a few counters; kept apart from the scan, which then stays in registers.
    #[inline(never)]
    fn offer(&mut self, lane: &[i16], first: DocKey) {
        for (&sum, doc_id) in lane.iter().zip(first.doc_id..) {
            let key = DocKey { doc_id, ..first };
            if sum >= self.floor && self.filter.passes(self.view, key) {
                self.found.push((sum, key));
            }
        }
        if self.found.len() > PRUNE_FACTOR * CANDIDATES_MAX {
            self.prune();
        }
    }

    /// Keeps the [`CANDIDATES_MAX`] best; rank keys are read only where sums tie at the edge.
    fn prune(&mut self) {
        if self.found.len() <= CANDIDATES_MAX {
            return;
        }
        let (_, edge, _) = self.found.select_nth_unstable_by_key(CANDIDATES_MAX - 1, |&(sum, _)| Reverse(sum));
        let edge = edge.0;
        let tied = self.found.iter().filter(|&&(sum, _)| sum == edge);
        let mut tied: Vec<_> = tied.map(|&(sum, key)| (self.view.rank_key(key), sum, key)).collect();
        self.found.retain(|&(sum, _)| sum > edge);
        let n_kept = CANDIDATES_MAX - self.found.len();
        tied.select_nth_unstable(n_kept - 1);
        self.found.extend(tied[..n_kept].iter().map(|&(_, sum, key)| (sum, key)));
        self.floor = edge;
    }
}
