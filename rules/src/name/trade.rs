//! Where does a trade name (字号) end when the words behind it are in no lexicon?
//!
//! No list of products is complete (喉箍, 变频器), but their characters tell: 机 and 板 are what industries are written
//! with, 鑫 and 鹭 what people call their firms. Two bags of characters, brands and industry words, and the lengths of
//! trade names give the likeliest cut: naive Bayes over the places where one is possible. It deliberately moves an end
//! to the left only, within what the lexicon left over (`industry.rs`), and never below the legal minimum.

use std::sync::LazyLock;

use super::industry::{self, N_TRADE_CHARS_MIN};
use super::lexicon::data_lines;

/// Shares of trade names by their number of characters, from 2; rounded from registered names. Longer ones are rare.
const LENGTHS: [f32; 3] = [0.61, 0.22, 0.155];
const LONGER: f32 = 0.005;

/// How often an industry begins with a word that no lexicon has, behind known words and without any.
const UNKNOWN_WORD: f32 = 0.15;
const UNKNOWN_INDUSTRY: f32 = 0.40;
/// How many characters that word has, from 1.
const UNKNOWN_LENGTHS: [f32; 4] = [0.12, 0.40, 0.25, 0.13];
const UNKNOWN_LONGER: f32 = 0.05;

/// Characters that either bag may hold; seen ones are some 4,000 of each.
const N_CHARACTERS: f32 = 8_000.0;
/// What a character counts that was never seen: less among industries, whose words are a closed world.
const UNSEEN_IN_BRANDS: f32 = 1.0;
const UNSEEN_IN_INDUSTRIES: f32 = 0.2;

/// The block of Chinese characters that the table covers; others end the search.
const FIRST: char = '\u{4E00}';
const LAST: char = '\u{9FFF}';

/// A trade name with what follows it is searched no further than this.
const N_CHARS_MAX: usize = 16;

/// By character: log of how much likelier it is in an industry than in a trade name.
static EVIDENCE: LazyLock<Box<[f32]>> = LazyLock::new(|| {
    let n_characters = LAST as usize - FIRST as usize + 1;
    let (mut brands, mut industries) = (vec![0.0; n_characters], vec![0.0; n_characters]);
    for line in data_lines(include_str!("../../data/name/brand_characters.tsv")) {
        let (char, count) = line.split_once('\t').unwrap_or((line, ""));
        let slot = char.chars().next().and_then(place).and_then(|place| brands.get_mut(place));
        slot.into_iter().for_each(|slot| *slot += count.parse::<f32>().unwrap_or(0.0));
    }
    for place in industry::words().flat_map(str::chars).filter_map(place) {
        industries[place] += 1.0;
    }
    let share = |counts: &[f32], unseen: f32| {
        let total = counts.iter().sum::<f32>() + unseen * N_CHARACTERS;
        counts.iter().map(|count| ((count + unseen) / total).ln()).collect::<Vec<f32>>()
    };
    let (brands, industries) = (share(&brands, UNSEEN_IN_BRANDS), share(&industries, UNSEEN_IN_INDUSTRIES));
    industries.iter().zip(&brands).map(|(industry, brand)| industry - brand).collect()
});

/// What stands behind the text in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    /// Words of the lexicon.
    Industry,
    /// The form, or nothing.
    Form,
}

/// Bytes of the trade name at the start of `text`, which is what stands between region and known industry.
///
/// Texts with other than Chinese characters are one trade name, because brackets, digits and letters are not counted.
pub(super) fn len_at_start(text: &str, follows: Follows) -> usize {
    let mut evidence = [0.0; N_CHARS_MAX];
    let mut n_chars = 0;
    for char in text.chars() {
        let (Some(slot), Some(place)) = (evidence.get_mut(n_chars), place(char)) else { return text.len() };
        *slot = EVIDENCE[place];
        n_chars += 1;
    }
    if n_chars <= N_TRADE_CHARS_MIN {
        return text.len();
    }
    let unknown = if follows == Follows::Industry { UNKNOWN_WORD } else { UNKNOWN_INDUSTRY };
    let (mut best, mut n_best, mut sum) = ((1.0 - unknown).ln() + prior(n_chars), n_chars, 0.0);
    for n_trade_chars in (N_TRADE_CHARS_MIN..n_chars).rev() {
        sum += evidence[n_trade_chars];
        let n_unknown = n_chars - n_trade_chars;
        let length = UNKNOWN_LENGTHS.get(n_unknown - 1).copied().unwrap_or(UNKNOWN_LONGER);
        let score = sum + unknown.ln() + length.ln() + prior(n_trade_chars);
        if score > best {
            (best, n_best) = (score, n_trade_chars);
        }
    }
    text.char_indices().nth(n_best).map_or(text.len(), |(idx, _)| idx)
}

fn prior(n_trade_chars: usize) -> f32 {
    LENGTHS.get(n_trade_chars - N_TRADE_CHARS_MIN).copied().unwrap_or(LONGER).ln()
}

fn place(char: char) -> Option<usize> {
    (FIRST..=LAST).contains(&char).then(|| char as usize - FIRST as usize)
}

#[cfg(test)]
mod tests;
