//! How do the words of two texts agree: is one among the other, are they alike, how many do they share?
//!
//! All three are symmetric, and blind to the order of words: departments write Last, First and First Last. Which words may
//! be paired is decided for every two words; that each is used once, by a maximum matching (Kuhn 1955).

use rapidfuzz::distance::{jaro_winkler, osa};

use super::{N_WORDS_MAX, Selection, Word};

/// Whether the words of one text, at least so many, all stand in the other, each as often.
///
/// ```
/// use minglu_rules::words::{Words, contain};
/// let of = Words::of;
/// assert!(contain(of("Meyer, Susan").all(), of("Susan Meyer Thomas").all(), 2));
/// assert!(contain(of("王杰").all(), of("Wang Jie").all(), 2));
/// assert!(!contain(of("Susan").all(), of("Susan Meyer").all(), 2));
/// ```
pub fn contain(a: Selection<'_>, b: Selection<'_>, n_words_min: usize) -> bool {
    let (n_a, n_b) = (a.iter().count(), b.iter().count());
    let n_shorter = n_a.min(n_b);
    n_shorter >= n_words_min.max(1) && n_shared(a, b) == n_shorter
}

/// Share of the words of both that stand in both: 1 for the same words, 0 for none in common (Jaccard).
///
/// ```
/// use minglu_rules::words::{Words, overlap};
/// let (a, b) = (Words::of("Worldwide Exports"), Words::of("Universal Exports Worldwide"));
/// assert!((overlap(a.all(), b.all()) - 2.0 / 3.0).abs() < 1e-9);
/// assert_eq!(overlap(Words::of("王").all(), Words::of("李").all()), 0.0);
/// ```
pub fn overlap(a: Selection<'_>, b: Selection<'_>) -> f64 {
    let n_shared = n_shared(a, b);
    let n_all = a.iter().count() + b.iter().count() - n_shared;
    if n_all == 0 { 0.0 } else { n_shared as f64 / n_all as f64 }
}

/// Whether every word of the shorter text, which has at least so many, is paired with an alike word of the other.
///
/// Two words are alike if they are equal, if one is the initial of the other, if both stand for the same name (Bob,
/// Robert), if one of three letters or more begins the other (Pat, Patricia), if few letters part them, or if they sound
/// alike. At least one pair must be more than an initial.
///
/// ```
/// use minglu_rules::words::{Words, are_alike};
/// let alike = |a: &str, b: &str| are_alike(Words::of(a).all(), Words::of(b).all(), 2);
/// assert!(alike("Smith, Bob", "Robert E Smith") && alike("B Smith", "Bob Smith"));
/// assert!(alike("Кузнецов Иван", "Ivan Kuznetsov"));
/// assert!(alike("欧阳娜娜", "Nana Ouyang"), "syllables are joined where the other text joins them");
/// assert!(!alike("Mark Kusha", "Marsha Kusha"));
/// ```
pub fn are_alike(a: Selection<'_>, b: Selection<'_>, n_words_min: usize) -> bool {
    let (mut few, mut many) = (Placed::all(a), Placed::all(b));
    join_parts(&mut few, &many);
    join_parts(&mut many, &few);
    if few.len() > many.len() {
        std::mem::swap(&mut few, &mut many);
    }
    if few.len() < n_words_min.max(1) {
        return false;
    }
    let mut edges = [0_u32; N_WORDS_MAX];
    let mut more_than_initials = false;
    for (edge, word) in edges.iter_mut().zip(&few) {
        for (position, other) in many.iter().enumerate() {
            let found = alikeness(word, other);
            *edge |= u32::from(found != Alikeness::No) << position;
            more_than_initials |= found == Alikeness::Word;
        }
        // A word without a partner ends the search for the others.
        if *edge == 0 {
            return false;
        }
    }
    more_than_initials && is_matched(&edges[..few.len()])
}

/// A word with its letters.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) letters: &'a str,
    pub(super) word: &'a Word,
}

impl<'a> Placed<'a> {
    pub(super) fn all(selection: Selection<'a>) -> Vec<Placed<'a>> {
        selection.selected().map(|word| Placed { letters: selection.words.letters(word), word }).collect()
    }
}

/// Joins two or three neighbors that make one word of the other text: XIU YING and XIUYING, DE LA CRUZ and DELACRUZ.
pub(super) fn join_parts<'a>(words: &mut Vec<Placed<'a>>, others: &[Placed<'a>]) {
    for n_parts in [3, 2] {
        let mut at = 0;
        while at + n_parts <= words.len() {
            let parts = &words[at..at + n_parts];
            if let Some(whole) = others.iter().find(|other| is_chain(other.letters, parts)) {
                words.splice(at..at + n_parts, [*whole]);
            }
            at += 1;
        }
    }
}

fn is_chain(whole: &str, parts: &[Placed<'_>]) -> bool {
    let mut rest = whole;
    parts.iter().all(|part| {
        let found = rest.strip_prefix(part.letters);
        rest = found.unwrap_or_default();
        found.is_some()
    }) && rest.is_empty()
}

/// How two words are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alikeness {
    No,
    /// One is the first letter of the other.
    Initial,
    Word,
}

/// Shortest word that may stand for a longer one that it begins.
const SHORT_FORM_LETTERS_MIN: usize = 3;
/// Shortest word in which one wrong letter is forgiven, if the first one is right; as Elasticsearch's AUTO has it from
/// about here on.
const ONE_EDIT_LETTERS_MIN: usize = 5;
/// Shortest word in which the first letter may be the wrong one.
const FIRST_LETTER_EDIT_LETTERS_MIN: usize = 7;
/// Shortest word in which two wrong letters are forgiven.
const TWO_EDITS_LETTERS_MIN: usize = 8;
/// Shortest word that is compared by its sound: LI and LU sound alike without vowels.
const SOUND_LETTERS_MIN: usize = 3;
/// Shortest word whose consonants alone tell it: KEELEY and KAYLEE. In shorter ones vowels matter: JOHN and JANE.
const SOUND_ALONE_LETTERS_MIN: usize = 5;
/// Least Jaro–Winkler similarity of two shorter words of one sound: ZARA and SARAH have 0.78, JOHN and JANE 0.67.
const SOUND_SIMILARITY_MIN: f64 = 0.75;

fn alikeness(a: &Placed<'_>, b: &Placed<'_>) -> Alikeness {
    if a.letters == b.letters {
        return if a.letters.len() == 1 { Alikeness::Initial } else { Alikeness::Word };
    }
    let (short, long) = if a.letters.len() <= b.letters.len() { (a, b) } else { (b, a) };
    if [short, long].iter().any(|word| word.letters.bytes().any(|byte| byte.is_ascii_digit())) {
        return Alikeness::No;
    }
    let begins = long.letters.starts_with(short.letters);
    if short.letters.len() == 1 {
        return if begins { Alikeness::Initial } else { Alikeness::No };
    }
    let same_name = a.word.variants.iter().any(|group| b.word.variants.contains(group));
    let short_form = begins && short.letters.len() >= SHORT_FORM_LETTERS_MIN;
    if same_name || short_form || sound_alike(short, long) || few_edits(short.letters, long.letters) {
        Alikeness::Word
    } else {
        Alikeness::No
    }
}

fn sound_alike(short: &Placed<'_>, long: &Placed<'_>) -> bool {
    let sound = short.word.sound;
    if sound == 0 || sound != long.word.sound || short.letters.len() < SOUND_LETTERS_MIN {
        return false;
    }
    // Without written vowels there is nothing else to compare.
    let consonantal = short.word.consonantal || long.word.consonantal;
    let long_enough = short.letters.len() >= SOUND_ALONE_LETTERS_MIN;
    let similarity = || jaro_winkler::similarity(short.letters.bytes(), long.letters.bytes());
    consonantal || long_enough || similarity() >= SOUND_SIMILARITY_MIN
}

fn few_edits(short: &str, long: &str) -> bool {
    let same_beginning = short.as_bytes()[0] == long.as_bytes()[0];
    let n_edits_max = match short.len() {
        TWO_EDITS_LETTERS_MIN.. => 2,
        FIRST_LETTER_EDIT_LETTERS_MIN.. => 1,
        ONE_EDIT_LETTERS_MIN.. if same_beginning => 1,
        _ => return false,
    };
    long.len() - short.len() <= n_edits_max && osa::distance(short.bytes(), long.bytes()) <= n_edits_max
}

/// Words that both have, each as often as both have it.
fn n_shared(a: Selection<'_>, b: Selection<'_>) -> usize {
    let mut used = 0_u64;
    let mut n = 0;
    for word in a.iter() {
        let found = b.iter().enumerate().find(|(position, other)| used >> position & 1 == 0 && *other == word);
        if let Some((position, _)) = found {
            used |= 1 << position;
            n += 1;
        }
    }
    n
}

/// Whether every left node can have a right node of its own; `edges[i]` is the set of those it may have.
fn is_matched(edges: &[u32]) -> bool {
    let mut left_of = [usize::MAX; u32::BITS as usize];
    (0..edges.len()).all(|node| find_partner(node, edges, &mut left_of, &mut 0))
}

/// Finds a free right node, moving others to another partner where that helps.
fn find_partner(node: usize, edges: &[u32], left_of: &mut [usize; 32], tried: &mut u32) -> bool {
    let mut open = edges[node] & !*tried;
    while open != 0 {
        let right = open.trailing_zeros() as usize;
        *tried |= 1 << right;
        if left_of[right] == usize::MAX || find_partner(left_of[right], edges, left_of, tried) {
            left_of[right] = node;
            return true;
        }
        open = edges[node] & !*tried;
    }
    false
}
