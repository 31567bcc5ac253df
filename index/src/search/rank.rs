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
//! Coverage is what an abbreviation keeps, alignment what a slip of the pen keeps. An equal text is 1 by definition, and
//! a value that holds the query as it stands is never far below.

use minglu_rules::name::NamePart;
use rapidfuzz::distance::{jaro_winkler, osa};

use super::brief::Brief;
use super::view::{DocKey, View};
use super::walk::QueryGram;
use super::{QUERY_CHARS_MAX, RANKED_MAX};
use crate::schema::{Channel, code_point};

/// Shares of the measures, chosen on the damage model of `benches/query.rs`.
const COVERAGE_SHARE: f32 = 0.45;
const DICE_SHARE: f32 = 0.1;
const OSA_SHARE: f32 = 0.35;
const JARO_WINKLER_SHARE: f32 = 0.1;
/// Share of coverage in the first pass; the rest is Dice.
const FIRST_COVERAGE_SHARE: f32 = 0.7;
/// Least similarity of a value that holds the query as it stands; above a wrong letter in a name of three.
const CONTAINED_SCORE_MIN: f32 = 0.7;
/// Letters of a query from which holding it says something.
const CONTAINED_LETTERS_MIN: usize = 2;
/// What a similarity short of equal is worth by channel: a person of nearly that name is hardly ever who was meant.
const CHANNEL_SHARES: [f32; 3] = [1.0, 0.8, 0.95];
/// An entity that covers this share of the query's information counts as similar in totals and facets.
const SIMILAR_COVERAGE_MIN: f32 = 0.5;

/// What the mean of the measures counts beside the fit of a short name: it parts names that fit equally well.
const MEAN_SHARE_OF_BRIEF: f32 = 0.04;

/// How much of what is missing to 1 is forgiven where the same letters stand in another order.
const OTHER_ORDER_SHARE: f32 = 0.5;
/// The same where one letter was left out.
const LETTER_LEFT_OUT_SHARE: f32 = 0.2;
/// What a similarity to a former or other name is worth.
const FORMER_SHARE: f32 = 0.99;
/// What the fit of a short name to a former or other name is worth.
const SHORT_OF_FORMER_SHARE: f32 = 0.93;

/// Least share of a short name's information that a value has.
const BRIEF_COVERAGE_MIN: f32 = 0.15;

/// Marks a gram that the query does not have; above [`QUERY_GRAMS_MAX`](super::walk::QUERY_GRAMS_MAX).
const NO_BIT: u8 = u8::MAX;
/// Marks a free slot of the alphabet; no code point is that high.
const NO_LETTER: u64 = u64::MAX;
/// Slots of the alphabet: more than twice [`QUERY_CHARS_MAX`], so that chains stay short.
const ALPHABET_SLOTS: usize = 256;
/// Takes the highest eight bits of a product as the slot.
const SLOT_SHIFT: u32 = 56;
/// 2^64 divided by the golden ratio: Fibonacci hashing (Knuth, vol. 3, 6.4).
const FIBONACCI: u64 = 0x9e37_79b9_7f4a_7c15;

/// The ranking of one channel.
pub(super) struct Ranking {
    /// Document, which of its values is most similar, and how similar; at most [`RANKED_MAX`].
    pub(super) best: Vec<(DocKey, usize, f32)>,
    /// Every candidate that counts as similar.
    pub(super) similar: Vec<DocKey>,
}

/// A query text prepared for comparison with many values.
pub(super) struct RankedText<'a> {
    letters: Vec<u64>,
    /// The letters in the order of their code points.
    sorted: Vec<u64>,
    alphabet: Alphabet,
    /// Bit of the gram made of the letter alone, by number of the letter; [`NO_BIT`] if none.
    single_bits: Vec<u8>,
    /// Bit of a pair, by the numbers of both letters.
    pair_bits: Vec<u8>,
    /// Weight of each bit.
    weights: Vec<f32>,
    expected: u128,
    expected_weight: f32,
    alignment: osa::BatchComparator<u64>,
    jaro_winkler: jaro_winkler::BatchComparator<u64>,
    /// The text as a short name, if it is one.
    brief: Option<&'a Brief>,
}

/// What one pass over the letters of a value tells.
#[derive(Clone, Copy, Default)]
struct Overlap {
    coverage: f32,
    dice: f32,
}

/// Ranks the candidates of one channel; equal scores by rank key.
pub(super) fn rank(view: &View, channel: Channel, text: &RankedText<'_>, candidates: &[DocKey]) -> Ranking {
    let (mut letters, mut scratch) = (Vec::new(), Vec::new());
    let mut weighed = Vec::with_capacity(candidates.len());
    let mut similar = Vec::new();
    for &key in candidates {
        view.segment(key).read_letters(channel, key.doc_id, &mut letters);
        let fit = text.best_fit(&letters, &mut scratch);
        letters.iter_mut().for_each(|letter| *letter = code_point(*letter));
        let overlaps = values(&letters).map(|value| text.overlap(value));
        let best = overlaps.max_by(|a, b| a.first_score().total_cmp(&b.first_score())).unwrap_or_default();
        if best.coverage >= SIMILAR_COVERAGE_MIN {
            similar.push(key);
        }
        // All grams of a short name were walked: some candidates share only its place.
        if fit.is_none() || best.coverage >= BRIEF_COVERAGE_MIN {
            weighed.push((fit.unwrap_or(best.first_score()), key));
        }
    }
    keep_best(view, &mut weighed, RANKED_MAX);
    let best = weighed.into_iter().map(|(_, key)| {
        view.segment(key).read_letters(channel, key.doc_id, &mut letters);
        let scores = values(&letters).map(|value| text.similarity(value, &mut scratch)).enumerate();
        let scores = scores.map(|(value_idx, score)| (value_idx, score * text.share_of(channel, value_idx, score)));
        // Of equal values the first counts: the display name before a former one.
        let (value_idx, score) = scores.fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
        let share = if score < 1.0 { CHANNEL_SHARES[channel as usize] } else { 1.0 };
        (key, value_idx, score * share)
    });
    Ranking { best: best.collect(), similar }
}

impl<'a> RankedText<'a> {
    /// Prepares a text whose grams were looked up.
    pub(super) fn new(text: &str, grams: &[QueryGram], brief: Option<&'a Brief>) -> RankedText<'a> {
        let letters: Vec<u64> = text.chars().map(u64::from).collect();
        let mut sorted = letters.clone();
        sorted.sort_unstable();
        let alphabet = Alphabet::new(&letters);
        let n_letters = alphabet.n_letters;
        let mut single_bits = vec![NO_BIT; n_letters];
        let mut pair_bits = vec![NO_BIT; n_letters * n_letters];
        let mut weights = Vec::with_capacity(grams.len());
        let mut expected = 0;
        for gram in grams {
            let bit = match gram_letters(&alphabet, &gram.text) {
                Some((None, last)) => &mut single_bits[last],
                Some((Some(before), last)) => &mut pair_bits[before * n_letters + last],
                None => continue,
            };
            *bit = weights.len() as u8;
            expected |= u128::from(gram.is_expected) << weights.len();
            weights.push(f32::from(gram.weight));
        }
        let mut ranked = RankedText {
            alignment: osa::BatchComparator::new(letters.iter().copied()),
            jaro_winkler: jaro_winkler::BatchComparator::new(letters.iter().copied()),
            letters,
            sorted,
            alphabet,
            single_bits,
            pair_bits,
            weights,
            expected,
            expected_weight: 0.0,
            brief,
        };
        ranked.expected_weight = ranked.weight_of(expected);
        ranked
    }

    /// How well a short name fits the best of several packed values; none if the text is no short name.
    fn best_fit(&self, packed: &[u64], scratch: &mut Vec<(char, NamePart)>) -> Option<f32> {
        let brief = self.brief?;
        Some(values(packed).map(|value| brief.fit(value, scratch)).fold(0.0, f32::max))
    }

    /// What a similarity is worth: a short name is hardly ever made of a name that is no more, and any display name is
    /// likelier meant than another one as similar.
    fn share_of(&self, channel: Channel, value_idx: usize, score: f32) -> f32 {
        match self.brief {
            _ if channel != Channel::Name || value_idx == 0 || score >= 1.0 => 1.0,
            Some(_) => SHORT_OF_FORMER_SHARE,
            None => FORMER_SHARE,
        }
    }

    /// Similarity of the text and a packed value in 0..=1.
    fn similarity(&self, packed: &[u64], scratch: &mut Vec<(char, NamePart)>) -> f32 {
        let value: Vec<u64> = packed.iter().map(|&letter| code_point(letter)).collect();
        if value == self.letters {
            return 1.0;
        }
        let mean = self.mean(&value);
        match self.brief {
            Some(brief) => (1.0 - MEAN_SHARE_OF_BRIEF) * brief.fit(packed, scratch) + MEAN_SHARE_OF_BRIEF * mean,
            None => mean,
        }
    }

    /// The weighted mean of the measures.
    fn mean(&self, value: &[u64]) -> f32 {
        let overlap = self.overlap(value);
        let alignment = self.alignment.normalized_similarity(value.iter().copied()) as f32;
        let jaro_winkler = self.jaro_winkler.normalized_similarity(value.iter().copied()) as f32;
        let mean = COVERAGE_SHARE * overlap.coverage
            + DICE_SHARE * overlap.dice
            + OSA_SHARE * alignment
            + JARO_WINKLER_SHARE * jaro_winkler;
        let explained = self.explained(value, alignment);
        (mean + (1.0 - mean) * explained).max(self.containment(value))
    }

    /// How far a slip explains the difference better than another name would: the same letters in another order, or one
    /// letter left out. A wrong letter explains nothing, because any letter could stand there.
    fn explained(&self, value: &[u64], alignment: f32) -> f32 {
        let is_longer_by_one = value.len() == self.letters.len() + 1;
        if is_longer_by_one && (1.0 - alignment) * (value.len() as f32) < 1.5 {
            return LETTER_LEFT_OUT_SHARE;
        }
        if value.len() != self.letters.len() {
            return 0.0;
        }
        let mut sorted = value.to_vec();
        sorted.sort_unstable();
        if sorted == self.sorted { OTHER_ORDER_SHARE } else { 0.0 }
    }

    /// A value that holds the whole text somewhere is similar however long it is; zero for any other.
    fn containment(&self, value: &[u64]) -> f32 {
        let n_letters = self.letters.len();
        if n_letters < CONTAINED_LETTERS_MIN || !value.windows(n_letters).any(|window| window == self.letters) {
            return 0.0;
        }
        CONTAINED_SCORE_MIN + (1.0 - CONTAINED_SCORE_MIN) * n_letters as f32 / value.len() as f32
    }

    fn overlap(&self, value: &[u64]) -> Overlap {
        let mut held = 0_u128;
        let mut before = None;
        for &letter in value {
            let number = self.alphabet.number(letter);
            if let Some(number) = number {
                held |= bit_mask(self.single_bits[number]);
                if let Some(before) = before {
                    held |= bit_mask(self.pair_bits[before * self.alphabet.n_letters + number]);
                }
            }
            before = number;
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

/// The distinct letters of a query, numbered: a small hash table with open addressing.
struct Alphabet {
    slots: Vec<(u64, u8)>,
    n_letters: usize,
}

impl Alphabet {
    fn new(letters: &[u64]) -> Alphabet {
        let mut alphabet = Alphabet { slots: vec![(NO_LETTER, 0); ALPHABET_SLOTS], n_letters: 0 };
        for &letter in letters.iter().take(QUERY_CHARS_MAX) {
            let slot = alphabet.slot(letter);
            if alphabet.slots[slot].0 == NO_LETTER {
                alphabet.slots[slot] = (letter, alphabet.n_letters as u8);
                alphabet.n_letters += 1;
            }
        }
        alphabet
    }

    fn number(&self, letter: u64) -> Option<usize> {
        let (known, number) = self.slots[self.slot(letter)];
        (known == letter).then_some(usize::from(number))
    }

    /// The slot that holds the letter, or the free slot where it belongs.
    fn slot(&self, letter: u64) -> usize {
        let mut slot = (letter.wrapping_mul(FIBONACCI) >> SLOT_SHIFT) as usize;
        while self.slots[slot].0 != letter && self.slots[slot].0 != NO_LETTER {
            slot = (slot + 1) % ALPHABET_SLOTS;
        }
        slot
    }
}

/// The numbers of the letters of a gram; none if it has another letter or more than two.
fn gram_letters(alphabet: &Alphabet, gram: &str) -> Option<(Option<usize>, usize)> {
    let mut chars = gram.chars().map(u64::from);
    match (chars.next()?, chars.next(), chars.next()) {
        (last, None, _) => Some((None, alphabet.number(last)?)),
        (before, Some(last), None) => Some((Some(alphabet.number(before)?), alphabet.number(last)?)),
        _ => None,
    }
}

/// The mask of a bit, zero for [`NO_BIT`].
fn bit_mask(bit: u8) -> u128 {
    if bit == NO_BIT { 0 } else { 1 << bit }
}

/// Keeps the `n_max` highest scores; rank keys are read only where scores tie at the edge.
fn keep_best(view: &View, weighed: &mut Vec<(f32, DocKey)>, n_max: usize) {
    if weighed.len() <= n_max {
        return;
    }
    let (_, edge, _) = weighed.select_nth_unstable_by(n_max - 1, |a, b| b.0.total_cmp(&a.0));
    let edge = edge.0;
    let tied = weighed.iter().filter(|(score, _)| *score == edge);
    let mut tied: Vec<_> = tied.map(|&(_, key)| (view.rank_key(key), key)).collect();
    weighed.retain(|&(score, _)| score > edge);
    tied.sort_unstable();
    let n_kept = n_max - weighed.len();
    weighed.extend(tied.into_iter().take(n_kept).map(|(_, key)| (edge, key)));
}

/// The values of a channel: letters up to each zero.
fn values(letters: &[u64]) -> impl Iterator<Item = &[u64]> {
    letters.strip_suffix(&[0]).into_iter().flat_map(|letters| letters.split(|&letter| letter == 0))
}

/// Letters and pairs of neighbors in a text.
fn n_grams(n_letters: usize) -> usize {
    (2 * n_letters).saturating_sub(1)
}
