//! How similar is each candidate to the text, over all of its grams and letters?
//!
//! Two passes. The first reads the letters of every candidate and weighs which grams of the query they hold; the second
//! compares the best exactly. The similarity is a weighted mean of four measures in 0..=1:
//!
//! * coverage: the share of the query's information (inverse document frequency) found in the value;
//! * Dice's coefficient of the grams;
//! * optimal string alignment (Damerau–Levenshtein without overlapping edits), normalized by the longer text;
//! * Jaro–Winkler.
//!
//! Coverage is what an abbreviation keeps, alignment what a slip of the pen keeps. An equal text is 1 by definition.

use hashbrown::HashMap;
use rapidfuzz::distance::{jaro_winkler, osa};

use super::RANKED_MAX;
use super::view::{DocKey, View};
use super::walk::QueryGram;
use crate::schema::Channel;

/// Shares of the measures, chosen on the damage model of `benches/query.rs`.
const COVERAGE_SHARE: f32 = 0.45;
const DICE_SHARE: f32 = 0.1;
const OSA_SHARE: f32 = 0.35;
const JARO_WINKLER_SHARE: f32 = 0.1;
/// Share of coverage in the first pass; the rest is Dice.
const FIRST_COVERAGE_SHARE: f32 = 0.7;
/// An entity that covers this share of the query's information counts as similar in totals and facets.
const SIMILAR_COVERAGE_MIN: f32 = 0.5;

/// The ranking of one channel.
pub(super) struct Ranking {
    /// Document, which of its values is most similar, and how similar; at most [`RANKED_MAX`].
    pub(super) best: Vec<(DocKey, usize, f32)>,
    /// Every candidate that counts as similar.
    pub(super) similar: Vec<DocKey>,
}

/// A query text prepared for comparison with many values.
pub(super) struct RankedText {
    letters: Vec<u64>,
    /// Gram of one or two letters to its bit.
    bits: HashMap<(u64, u64), u32>,
    /// Weight of each bit; the last is that of the most common gram.
    weights: Vec<f32>,
    expected: u128,
    expected_weight: f32,
    alignment: osa::BatchComparator<u64>,
    jaro_winkler: jaro_winkler::BatchComparator<u64>,
}

/// What one pass over the letters of a value tells.
#[derive(Clone, Copy, Default)]
struct Overlap {
    coverage: f32,
    dice: f32,
}

/// Ranks the candidates of one channel; equal scores by rank key.
pub(super) fn rank(view: &View, channel: Channel, text: &RankedText, candidates: &[DocKey]) -> Ranking {
    let mut letters = Vec::new();
    let mut first = Vec::with_capacity(candidates.len());
    let mut similar = Vec::new();
    for &key in candidates {
        view.segment(key).read_letters(channel, key.doc_id, &mut letters);
        let overlaps = values(&letters).map(|value| text.overlap(value));
        let best = overlaps.max_by(|a, b| a.first_score().total_cmp(&b.first_score())).unwrap_or_default();
        if best.coverage >= SIMILAR_COVERAGE_MIN {
            similar.push(key);
        }
        first.push((best.first_score(), view.rank_key(key), key));
    }
    if first.len() > RANKED_MAX {
        first.select_nth_unstable_by(RANKED_MAX - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        first.truncate(RANKED_MAX);
    }
    let best = first.into_iter().map(|(_, _, key)| {
        view.segment(key).read_letters(channel, key.doc_id, &mut letters);
        let scores = values(&letters).map(|value| text.similarity(value)).enumerate();
        // Of equal values the first counts: the display name before a former one.
        let (value_idx, score) = scores.fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
        (key, value_idx, score)
    });
    Ranking { best: best.collect(), similar }
}

impl RankedText {
    /// Prepares a text whose grams were looked up.
    pub(super) fn new(text: &str, grams: &[QueryGram]) -> RankedText {
        let letters: Vec<u64> = text.chars().map(u64::from).collect();
        let mut bits = HashMap::with_capacity(grams.len());
        let mut weights = Vec::with_capacity(grams.len());
        let mut expected = 0;
        for gram in grams {
            let mut chars = gram.text.chars().map(u64::from);
            let (Some(last), before) = (chars.next_back(), chars.next_back().unwrap_or(0)) else { continue };
            if chars.next().is_none() && bits.insert((before, last), weights.len() as u32).is_none() {
                expected |= u128::from(gram.is_expected) << weights.len();
                weights.push(f32::from(gram.weight));
            }
        }
        let mut ranked = RankedText {
            alignment: osa::BatchComparator::new(letters.iter().copied()),
            jaro_winkler: jaro_winkler::BatchComparator::new(letters.iter().copied()),
            letters,
            bits,
            weights,
            expected,
            expected_weight: 0.0,
        };
        ranked.expected_weight = ranked.weight_of(expected);
        ranked
    }

    /// Similarity of the text and a value in 0..=1.
    fn similarity(&self, value: &[u64]) -> f32 {
        if value == self.letters {
            return 1.0;
        }
        let overlap = self.overlap(value);
        let alignment = self.alignment.normalized_similarity(value.iter().copied()) as f32;
        let jaro_winkler = self.jaro_winkler.normalized_similarity(value.iter().copied()) as f32;
        COVERAGE_SHARE * overlap.coverage
            + DICE_SHARE * overlap.dice
            + OSA_SHARE * alignment
            + JARO_WINKLER_SHARE * jaro_winkler
    }

    fn overlap(&self, value: &[u64]) -> Overlap {
        let mut held = 0_u128;
        let mut before = 0;
        for &letter in value {
            if let Some(bit) = self.bits.get(&(0, letter)) {
                held |= 1 << bit;
            }
            if let Some(bit) = self.bits.get(&(before, letter)) {
                held |= 1 << bit;
            }
            before = letter;
        }
        let n_grams = n_grams(self.letters.len()) + n_grams(value.len());
        let n_shared = (held & self.expected).count_ones() as f32;
        Overlap {
            coverage: (self.weight_of(held) / self.expected_weight.max(1.0)).min(1.0),
            dice: (2.0 * n_shared / n_grams.max(1) as f32).min(1.0),
        }
    }

    fn weight_of(&self, mut held: u128) -> f32 {
        let mut weight = 0.0;
        while held != 0 {
            weight += self.weights[held.trailing_zeros() as usize];
            held &= held - 1;
        }
        weight
    }
}

impl Overlap {
    fn first_score(self) -> f32 {
        FIRST_COVERAGE_SHARE * self.coverage + (1.0 - FIRST_COVERAGE_SHARE) * self.dice
    }
}

/// The values of a channel: letters up to each zero.
fn values(letters: &[u64]) -> impl Iterator<Item = &[u64]> {
    letters.strip_suffix(&[0]).into_iter().flat_map(|letters| letters.split(|&letter| letter == 0))
}

/// Letters and pairs of neighbors in a text.
fn n_grams(n_letters: usize) -> usize {
    (2 * n_letters).saturating_sub(1)
}
