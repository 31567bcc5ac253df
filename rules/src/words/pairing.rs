//! Which words of two names are written for each other, how alike are they, and what is left on each side?
//!
//! [`are_alike`](super::are_alike) asks whether a name may be the other and says yes or no; this measures. Words are paired
//! one to one, the most alike first; words that were joined or parted (VladimirPutin, Plat Ono Vich) are joined before.
//! What a bearer's names may lack is for [`crate::party`] to say.

use rapidfuzz::distance::osa;

use super::agree::{Placed, join_parts};
use super::{Selection, Word};

/// How the words of two names pair.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Pairing {
    /// Weight of the pairs.
    pub(crate) paired: f64,
    /// Weight of the pairs, each times how alike its words are.
    pub(crate) alike: f64,
    /// Pairs of more than an initial.
    pub(crate) n_pairs: usize,
    /// Weight of words without a partner, in the first and the second name.
    pub(crate) left: (f64, f64),
    /// Number of words of the first and the second name, once joined.
    pub(crate) n_words: (usize, usize),
}

/// Particles of names of many languages; they come and go.
const PARTICLES: &[&str] = &[
    "AL", "EL", "UL", "AD", "AS", "AR", "BIN", "BEN", "IBN", "BINT", "ABU", "ABD", "DE", "DEL", "DELLA", "DI", "DA",
    "DO", "DOS", "DAS", "DU", "LA", "LE", "LOS", "LAS", "VAN", "VON", "DER", "DEN", "TEN", "TER", "ZU", "ZUR", "AF",
    "AV", "Y", "E", "I", "OF", "THE", "AND", "O", "DIN", "UD", "HAJI", "HAJJI", "SHEIKH", "SHAIKH", "SAYYID", "MULLAH",
    "MAULAWI", "MAULAVI",
];
const PARTICLE_WEIGHT: f64 = 0.25;

/// Least likeness of two words that are written for each other.
const WORD_ALIKE_MIN: f64 = 0.6;
const INITIAL_ALIKE: f64 = 0.75;
const SAME_NAME_ALIKE: f64 = 0.85;
const SOUND_ALIKE: f64 = 0.85;
/// Shortest words whose equal sound counts.
const SOUND_LETTERS_MIN: usize = 4;
/// Least likeness by letters of words of one sound.
const SOUND_EDITS_MIN: f64 = 0.5;

/// Pairs the words of two names.
pub(crate) fn pair(a: Selection<'_>, b: Selection<'_>) -> Pairing {
    let (mut left, mut right) = (Placed::all(a), Placed::all(b));
    join_parts(&mut left, &right);
    join_parts(&mut right, &left);
    drop_repeats(&mut left);
    drop_repeats(&mut right);
    let mut found: Vec<(f64, bool, usize, usize)> = Vec::new();
    for (i, x) in left.iter().enumerate() {
        for (j, y) in right.iter().enumerate() {
            let (alike, is_initial) = word_likeness(x, y);
            if alike >= WORD_ALIKE_MIN {
                found.push((alike, is_initial, i, j));
            }
        }
    }
    // The most alike first; among equals those that stand at like places.
    found.sort_by(|x, y| {
        y.0.total_cmp(&x.0).then(x.2.abs_diff(x.3).cmp(&y.2.abs_diff(y.3))).then((x.2, x.3).cmp(&(y.2, y.3)))
    });
    let (mut used_left, mut used_right) = (0_u64, 0_u64);
    let mut pairing = Pairing { n_words: (left.len(), right.len()), ..Pairing::default() };
    for (alike, is_initial, i, j) in found {
        if used_left >> i & 1 == 1 || used_right >> j & 1 == 1 {
            continue;
        }
        used_left |= 1 << i;
        used_right |= 1 << j;
        let weight = weight(left[i].letters).min(weight(right[j].letters));
        pairing.paired += weight;
        pairing.alike += weight * alike;
        pairing.n_pairs += usize::from(!is_initial && weight == 1.0);
    }
    let rest = |words: &[Placed<'_>], used: u64| {
        words.iter().enumerate().filter(|(i, _)| used >> i & 1 == 0).map(|(_, word)| weight(word.letters)).sum()
    };
    pairing.left = (rest(&left, used_left), rest(&right, used_right));
    pairing
}

fn weight(letters: &str) -> f64 {
    if PARTICLES.contains(&letters) { PARTICLE_WEIGHT } else { 1.0 }
}

/// A word said twice is one word.
fn drop_repeats(words: &mut Vec<Placed<'_>>) {
    let mut at = 1;
    while at < words.len() {
        if words[..at].iter().any(|word| word.letters == words[at].letters && word.letters.len() > 3) {
            words.remove(at);
        } else {
            at += 1;
        }
    }
}

/// How alike two words are, and whether one is only the initial of the other.
fn word_likeness(a: &Placed<'_>, b: &Placed<'_>) -> (f64, bool) {
    let is_initial = a.letters.len() == 1 || b.letters.len() == 1;
    // Many characters share a reading: two characters are one or two words, whatever their letters.
    if let (Some(x), Some(y)) = (a.word.character, b.word.character) {
        return (if x == y { 1.0 } else { 0.0 }, false);
    }
    if a.letters == b.letters {
        return (1.0, false);
    }
    if share_group(a.word, b.word) {
        return (SAME_NAME_ALIKE, false);
    }
    if [a, b].iter().any(|word| word.letters.bytes().any(|byte| byte.is_ascii_digit())) {
        return (digits_likeness(a.letters, b.letters), false);
    }
    if is_initial {
        let begins = a.letters.as_bytes().first() == b.letters.as_bytes().first();
        return (if begins { INITIAL_ALIKE } else { 0.0 }, true);
    }
    let by_letters = letters_likeness(a.letters, b.letters);
    let same_sound = a.word.sound != 0 && a.word.sound == b.word.sound;
    let consonantal = a.word.consonantal || b.word.consonantal;
    let n_letters = a.letters.len().min(b.letters.len());
    let sounds = same_sound && (consonantal || (n_letters >= SOUND_LETTERS_MIN && by_letters >= SOUND_EDITS_MIN));
    // How many edits a word of that length may have.
    let n_letters_max = a.letters.len().max(b.letters.len());
    let n_edits = osa::distance(a.letters.bytes(), b.letters.bytes());
    let is_typo = n_edits <= n_edits_max(n_letters_max);
    let alike = if is_typo { by_letters } else { 0.0 };
    (if sounds { alike.max(SOUND_ALIKE) } else { alike }, false)
}

/// Digits typed for letters that look like them: Ig0r Sech1n.
fn digits_likeness(a: &str, b: &str) -> f64 {
    let has_letter = |text: &str| text.bytes().filter(|byte| byte.is_ascii_alphabetic()).count() >= 2;
    if !(has_letter(a) && has_letter(b)) {
        return 0.0;
    }
    let plain = |text: &str| -> String {
        let as_letter = |char| match char {
            '0' => 'O',
            '1' => 'I',
            '3' => 'E',
            '4' => 'A',
            '5' => 'S',
            '9' => 'G',
            other => other,
        };
        text.chars().map(as_letter).collect()
    };
    if plain(a) == plain(b) { SAME_NAME_ALIKE } else { 0.0 }
}

fn share_group(a: &Word, b: &Word) -> bool {
    a.variants.iter().any(|group| b.variants.contains(group))
}

fn letters_likeness(a: &str, b: &str) -> f64 {
    osa::normalized_similarity(a.bytes(), b.bytes())
}

/// One slip for every four letters, and one at least in a word of three.
fn n_edits_max(n_letters: usize) -> usize {
    match n_letters {
        0..=2 => 0,
        3..=6 => 1,
        7..=10 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests;
