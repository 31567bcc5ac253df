//! Who runs a firm, and what number do they answer?
//!
//! Surnames follow their real shares; given names are composed, so that common ones repeat across thousands of people.
//! It deliberately keeps no families, and no list of who owns what: ownership is drawn by `unit`.

use super::lexicon::LEXICON;
use super::random::{Stream, below, chance, pick, pick_by_weight, stream};

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// Their identity number is `codes::identity_number` of it.
    pub(super) number: u64,
    pub(super) name: String,
    pub(super) mobile: String,
}

/// Given names of one character, about one person in six.
const SINGLE_GIVEN_NAME: f64 = 0.16;
/// Openings of mobile numbers of the three networks.
const MOBILE_PREFIXES: [&str; 16] =
    ["138", "139", "137", "136", "135", "134", "159", "158", "150", "188", "186", "185", "133", "189", "181", "177"];

/// The person with this number.
pub(super) fn person(seed: u64, number: u64) -> Person {
    let mut rng = stream(seed, Stream::Person, number);
    let mut name = String::from(LEXICON.surnames[pick_by_weight(&mut rng, &LEXICON.surname_sums)]);
    // The smaller of two draws favours the front of the lists, where the frequent characters are.
    let mut common = |list: &[char]| {
        let n = list.len() as u64;
        list[below(&mut rng, n).min(below(&mut rng, n)) as usize]
    };
    let double = [common(&LEXICON.given[1]), common(&LEXICON.given[2])];
    let single = common(&LEXICON.given[0]);
    if chance(&mut rng, SINGLE_GIVEN_NAME) {
        name.push(single);
    } else {
        name.extend(double);
    }
    let mobile = format!("{}{:08}", pick(&mut rng, &MOBILE_PREFIXES), below(&mut rng, 100_000_000));
    Person { number, name, mobile }
}

/// A fixed line of the city, with or without an extension: 0755-82601234转801.
pub(super) fn landline(seed: u64, number: u64) -> (String, Option<String>) {
    const HAS_EXTENSION: f64 = 0.2;
    let mut rng = stream(seed, Stream::Phone, number);
    let line = format!("{}{:07}", pick(&mut rng, &["2", "8", "3"]), below(&mut rng, 10_000_000));
    let extension = chance(&mut rng, HAS_EXTENSION).then(|| (801 + below(&mut rng, 90)).to_string());
    (line, extension)
}
