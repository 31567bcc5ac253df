//! Into which pieces does a Chinese text fall, so that a damaged copy still shares most of them?
//!
//! Three kinds of piece: *grams* (single characters and pairs, over extended grapheme clusters of UAX #29), which
//! survive any damage of one character; *words* of the jieba dictionary, which carry meaning but fall apart on trade
//! names that are in no dictionary; and *text keys*, stable hashes of both for blocking. The hidden Markov model of
//! jieba stays off: it glues unknown characters into pairs that change with their surroundings, and a key must not.
//!
//! Nothing here weighs a piece. How rare a gram is, is asked of the index or of the frozen model.

use std::sync::LazyLock;

use jieba_rs::Jieba;
use minglu_rules::text::fold;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3::xxh3_64;

/// Characters of one text that are looked at; the register's longest names have about a hundred.
pub const TEXT_CHARS_MAX: usize = 512;

/// Length from which a run of ASCII letters and digits is a gram of its own; shorter ones are singles and pairs.
const RUN_CHARS_MIN: usize = 3;

/// The one dictionary of the process: 50 MB and a quarter of a second, paid at the first use.
static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// The form in which texts are compared: folded, letters and digits only, an inner bracket moved to the front.
///
/// `鑫盛（深圳）科技有限公司` and `深圳鑫盛科技有限公司` become the same text. A bracket at the end, such as
/// `（有限合伙）`, says something else and stays where it is.
///
/// ```
/// use minglu_index::tokenize::canonical;
/// assert_eq!(canonical("鑫盛（深圳）科技 有限公司"), "深圳鑫盛科技有限公司");
/// assert_eq!(canonical("鑫盛科技中心（有限合伙）"), "鑫盛科技中心有限合伙");
/// assert_eq!(canonical("鑫盛科技（集团）股份有限公司"), "鑫盛科技集团股份有限公司");
/// ```
pub fn canonical(text: &str) -> String {
    let folded = fold(text);
    let (front, head, tail) = split_inner_bracket(&folded);
    let letters = [front, head, tail].into_iter().flat_map(str::chars).filter(|c| c.is_alphanumeric());
    letters.take(TEXT_CHARS_MAX).collect()
}

/// The form in which codes are compared: folded, upper case, letters and digits only.
///
/// ```
/// assert_eq!(minglu_index::tokenize::canonical_code(" 91440300-708461136t"), "91440300708461136T");
/// ```
pub fn canonical_code(text: &str) -> String {
    let letters = fold(text);
    let letters = letters.chars().filter(|c| c.is_alphanumeric());
    letters.take(TEXT_CHARS_MAX).flat_map(char::to_uppercase).collect()
}

/// Fills `out` with every cluster of `text`, every pair of neighbors and every whole number or Latin word of three or
/// more characters, repeats included.
///
/// House numbers and Latin words are what makes an address or a foreign name rare, and their pairs are everywhere.
///
/// ```
/// let mut grams = Vec::new();
/// minglu_index::tokenize::grams("腾讯云", &mut grams);
/// assert_eq!(grams, ["腾", "讯", "腾讯", "云", "讯云"]);
/// minglu_index::tokenize::grams("路969号", &mut grams);
/// assert!(grams.contains(&"969"));
/// ```
pub fn grams<'a>(text: &'a str, out: &mut Vec<&'a str>) {
    out.clear();
    if text.chars().all(stands_alone) {
        push_grams(text, text.chars().map(char::len_utf8), out);
    } else {
        push_grams(text, text.graphemes(true).map(str::len), out);
    }
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    out.extend(runs.filter(|run| run.len() >= RUN_CHARS_MIN));
}

/// Fills `out` with the dictionary words of `text` in search mode: long words and the shorter words inside them.
///
/// ```
/// let mut words = Vec::new();
/// minglu_index::tokenize::words("深圳市腾讯计算机系统有限公司", &mut words);
/// assert!(words.contains(&"腾讯") && words.contains(&"计算机"));
/// ```
pub fn words<'a>(text: &'a str, out: &mut Vec<&'a str>) {
    out.clear();
    out.extend(JIEBA.cut_for_search(text, false).into_iter().map(|token| token.word));
}

/// Fills `out` with the blocking keys of a text: sorted, distinct XXH3 hashes of its pairs and longer words.
///
/// A key depends on the characters alone, so it is the same in every process and version. The caller keeps the keys
/// that are rarest under the frozen model.
///
/// ```
/// use minglu_index::tokenize::text_keys;
/// let (mut left, mut right) = (Vec::new(), Vec::new());
/// text_keys("深圳市腾讯计算机系统有限公司", &mut left);
/// text_keys("腾讯计算机", &mut right);
/// assert!(right.iter().all(|key| left.contains(key)));
/// ```
pub fn text_keys(text: &str, out: &mut Vec<u64>) {
    let text = canonical(text);
    let mut pieces = Vec::new();
    out.clear();
    grams(&text, &mut pieces);
    out.extend(pieces.iter().filter(|piece| has_two_chars(piece)).map(|piece| xxh3_64(piece.as_bytes())));
    words(&text, &mut pieces);
    out.extend(pieces.iter().filter(|piece| has_two_chars(piece)).map(|piece| xxh3_64(piece.as_bytes())));
    out.sort_unstable();
    out.dedup();
}

/// The gram tokenizer of the search index; its input is already [`canonical`].
#[derive(Clone, Default)]
pub(crate) struct GramTokenizer {
    token: Token,
}

impl Tokenizer for GramTokenizer {
    type TokenStream<'a> = GramStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> GramStream<'a> {
        let mut pieces = Vec::with_capacity(text.len());
        grams(text, &mut pieces);
        self.token.reset();
        GramStream { pieces: pieces.into_iter(), token: &mut self.token }
    }
}

/// The grams of one text on their way into the index; positions and offsets are not kept.
pub(crate) struct GramStream<'a> {
    pieces: std::vec::IntoIter<&'a str>,
    token: &'a mut Token,
}

impl TokenStream for GramStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(piece) = self.pieces.next() else { return false };
        self.token.text.clear();
        self.token.text.push_str(piece);
        self.token.position = 0;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// True if the character is always a grapheme cluster of its own: ASCII letters and digits, and plain Han characters.
fn stands_alone(c: char) -> bool {
    c.is_ascii_alphanumeric() || ('\u{3400}'..='\u{9fff}').contains(&c)
}

fn push_grams<'a>(text: &'a str, cluster_lengths: impl Iterator<Item = usize>, out: &mut Vec<&'a str>) {
    let mut before = None;
    let mut start = 0;
    for length in cluster_lengths {
        let end = start + length;
        out.push(&text[start..end]);
        if let Some(before) = before {
            out.push(&text[before..end]);
        }
        before = Some(start);
        start = end;
    }
}

fn has_two_chars(piece: &str) -> bool {
    piece.chars().nth(1).is_some()
}

/// What in brackets is no place: it belongs to the words behind it.
const KEPT_IN_PLACE: [&str; 2] = ["集团", "控股"];

/// Splits at the first bracket that has text on both sides into (inside, before, after); else ("", text, "").
fn split_inner_bracket(text: &str) -> (&str, &str, &str) {
    let whole = ("", text, "");
    let Some((head, rest)) = text.split_once('(') else { return whole };
    let Some((inside, tail)) = rest.split_once(')') else { return whole };
    let is_place = !KEPT_IN_PLACE.contains(&inside);
    if head.is_empty() || !is_place || !tail.chars().any(char::is_alphanumeric) { whole } else { (inside, head, tail) }
}

#[cfg(test)]
mod tests;
