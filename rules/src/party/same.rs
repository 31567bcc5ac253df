//! Do two names, alone, name one person or one organization?
//!
//! A number from 0 to 1 and one fixed threshold, for screening a name against a list where nothing else is known. It asks
//! what clerks do to a name: they misspell it, change the order of its words, transliterate it, leave words out or add
//! them. They do not put one word in the place of another: a word without a partner on *both* sides is another name.
//! Records are never joined by it; [`crate::compare`] and [`crate::score`] weigh names with other fields.

use rapidfuzz::distance::osa;

use super::PartyName;
use crate::words::{Pairing, overlap, pair};

/// Who bears a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearer {
    /// A person: names of one word say little, initials are names.
    Person,
    /// An organization, a ship: one word may be all that is written.
    Organization,
}

/// Likeness from which two names are taken for one.
pub const SAME_MIN: f64 = 0.7;

/// How much a word that only one name has weighs: names are cut and completed.
const EXTRA_WEIGHT: f64 = 0.25;
/// How much two words that stand against each other weigh.
const CONFLICT_WEIGHT: f64 = 2.5;
/// Letters of a whole name for each slip that is forgiven when words are joined otherwise.
const LETTERS_PER_SLIP: usize = 12;
/// What two names of the same letters in another partition are worth.
const JOINED_LIKENESS: f64 = 0.9;
/// Least likeness of a single word to another where nothing else is said.
const SINGLE_WORD_MIN: f64 = 0.8;
/// Likeness of names that are the same but for the kind of legal form, or for the place in brackets.
const OTHER_FORM_FACTOR: f64 = 0.69;
/// Letters of an acronym.
const ACRONYM_LETTERS: std::ops::RangeInclusive<usize> = 3..=6;

/// Whether two names, alone, are taken for those of one bearer.
///
/// ```
/// use minglu_rules::party::{Bearer, is_same, parse};
/// let same = |a: &str, b: &str| is_same(&parse(a), &parse(b), Bearer::Person);
/// assert!(same("王秀英", "Wang Xiuying") && same("Smith, John", "Jon Smith"));
/// assert!(!same("王秀英", "王秀兰") && !same("John Smith", "Peter Smith"));
/// ```
pub fn is_same(a: &PartyName, b: &PartyName, bearer: Bearer) -> bool {
    likeness(a, b, bearer) >= SAME_MIN
}

/// How alike two names are, from 0 to 1; symmetric.
///
/// ```
/// use minglu_rules::party::{Bearer, likeness, parse};
/// let alike = |a: &str, b: &str| likeness(&parse(a), &parse(b), Bearer::Organization);
/// assert_eq!(alike("明鹭 Minglu GmbH", "Minglu 明鹭 Gesellschaft mit beschränkter Haftung"), 1.0);
/// assert!(alike("Minglu Data Ltd", "Minglu Data Cooperative") < 0.7);
/// ```
pub fn likeness(a: &PartyName, b: &PartyName, bearer: Bearer) -> f64 {
    if a.words.is_empty() || b.words.is_empty() || is_other_generation(a, b) {
        return 0.0;
    }
    let form = match (a.form, b.form) {
        (Some(x), Some(y)) if x != y => OTHER_FORM_FACTOR,
        _ => 1.0,
    };
    let other = form * comment_factor(a, b, bearer);
    let pairing = pair(a.words.all(), b.words.all());
    let by_words = by_words(&pairing, bearer);
    let joined = if is_joined(a, b) { JOINED_LIKENESS } else { 0.0 };
    let acronym = match bearer {
        Bearer::Organization if is_acronym(a, b) || is_acronym(b, a) => JOINED_LIKENESS,
        _ => 0.0,
    };
    other * by_words.max(joined).max(acronym)
}

fn is_other_generation(a: &PartyName, b: &PartyName) -> bool {
    matches!((a.generation, b.generation), (Some(x), Some(y)) if x != y)
}

/// Organizations of one name in two places are two: Bank of … (Schweiz), Bank of … (Austria).
fn comment_factor(a: &PartyName, b: &PartyName, bearer: Bearer) -> f64 {
    let (a, b) = (a.comment.all(), b.comment.all());
    let both = a.iter().next().is_some() && b.iter().next().is_some();
    if bearer == Bearer::Organization && both && overlap(a, b) == 0.0 { OTHER_FORM_FACTOR } else { 1.0 }
}

fn by_words(pairing: &Pairing, bearer: Bearer) -> f64 {
    let Pairing { paired, alike, n_pairs, left, n_words } = *pairing;
    if n_pairs == 0 {
        return 0.0;
    }
    let conflict = left.0.min(left.1);
    let extra = left.0.max(left.1) - conflict;
    let likeness = alike / (paired + EXTRA_WEIGHT * extra + CONFLICT_WEIGHT * conflict);
    let is_single = n_words.0.min(n_words.1) == 1;
    let is_enough = match (bearer, is_single) {
        (_, false) => true,
        (Bearer::Person, true) => n_words == (1, 1) && alike >= SINGLE_WORD_MIN * paired,
        (Bearer::Organization, true) => alike >= SINGLE_WORD_MIN * paired,
    };
    if is_enough { likeness } else { likeness.min(SAME_MIN - 0.05) }
}

/// Whether two names have the same letters in the same order, but for a slip in every dozen.
fn is_joined(a: &PartyName, b: &PartyName) -> bool {
    let joined = |name: &PartyName| name.words.text().replace(' ', "");
    if a.words.has_characters() && b.words.has_characters() {
        return false;
    }
    let (a, b) = (joined(a), joined(b));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let n_slips_max = a.len().max(b.len()) / LETTERS_PER_SLIP;
    a.len().abs_diff(b.len()) <= n_slips_max
        && digits(&a) == digits(&b)
        && osa::distance(a.bytes(), b.bytes()) <= n_slips_max
}

/// Whether the first name is one word of the initials of the second.
fn is_acronym(short: &PartyName, long: &PartyName) -> bool {
    let letters = short.words.text();
    let initials: String = long.words.text().split(' ').filter_map(|word| word.chars().next()).collect();
    ACRONYM_LETTERS.contains(&letters.len()) && letters == initials
}

#[cfg(test)]
mod tests;
