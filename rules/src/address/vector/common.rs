//! What do two addresses have in common, from either side?
//!
//! Symmetric. What the parser could not name is compared here, by characters.

use super::cover::{Cover, Pairs, bits};
use super::names::longest_common;
use super::{AddressReading, MEASURE_MAX, fifteenths, step};
use serde::Serialize;

/// What is measured of two addresses together; the body of an address is its text behind divisions and street.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CommonMeasure {
    /// What both bodies tell, in steps of eight bits.
    Told,
    /// What the most telling run of characters in both bodies tells, in steps of eight bits.
    MostTellingRun,
    /// The same by the sound of the characters.
    SoundRun,
    /// The longest run in both bodies, in characters.
    LongestRun,
    /// The longest run in both whole texts.
    WholeLongestRun,
    /// Common pairs of characters among all pairs of both whole texts, in fifteenths.
    Bigrams,
    /// The same of the bodies.
    BodyBigrams,
    /// Characters that stay if one body is edited into the other, in fifteenths.
    Edits,
    /// The longest run of a name that the other body has.
    NameRun,
    /// The longest beginning of a name that the other body has.
    NameStart,
    /// Equal characters at the end.
    EndRun,
    /// Equal characters at the start of the bodies.
    StartRun,
    /// Of the two names that have most in common: the common share of what both tell, in fifteenths.
    BestNameShare,
    /// What is common to these names, in steps of eight bits.
    BestNameTold,
    /// What only one of these names tells: the less of both sides, in steps of eight bits.
    BestNameRest,
}

/// All common measures, in the order of an [`AddressVector`](super::AddressVector).
pub const COMMON_MEASURES: [CommonMeasure; 15] = [
    CommonMeasure::Told,
    CommonMeasure::MostTellingRun,
    CommonMeasure::SoundRun,
    CommonMeasure::LongestRun,
    CommonMeasure::WholeLongestRun,
    CommonMeasure::Bigrams,
    CommonMeasure::BodyBigrams,
    CommonMeasure::Edits,
    CommonMeasure::NameRun,
    CommonMeasure::NameStart,
    CommonMeasure::EndRun,
    CommonMeasure::StartRun,
    CommonMeasure::BestNameShare,
    CommonMeasure::BestNameTold,
    CommonMeasure::BestNameRest,
];

/// The measures of two addresses, in the order of [`COMMON_MEASURES`].
pub(super) fn measures(a: &AddressReading, b: &AddressReading) -> Vec<u8> {
    let (x, y) = (&a.body, &b.body);
    let (left, right) = (Cover::new(x, &b.body_pairs), Cover::new(y, &a.body_pairs));
    let (left_sound, right_sound) = (Cover::by_sound(a, b), Cover::by_sound(b, a));
    let names = BestNames::new(a, b);
    let measure = |measure: &CommonMeasure| {
        step(match measure {
            CommonMeasure::Told => bits(left.told_covered.min(right.told_covered)),
            CommonMeasure::MostTellingRun => bits(left.best_run.min(right.best_run)),
            CommonMeasure::SoundRun => bits(left_sound.best_run.min(right_sound.best_run)),
            CommonMeasure::LongestRun => longest_common(x, y),
            CommonMeasure::WholeLongestRun => longest_common(&a.whole, &b.whole),
            CommonMeasure::Bigrams => a.whole_pairs.jaccard(&b.whole_pairs),
            CommonMeasure::BodyBigrams => a.body_pairs.jaccard(&b.body_pairs),
            CommonMeasure::Edits => edits(x, y),
            CommonMeasure::NameRun => name_run(a, b).max(name_run(b, a)),
            CommonMeasure::NameStart => name_start(a, b).max(name_start(b, a)),
            CommonMeasure::EndRun => x.iter().rev().zip(y.iter().rev()).take_while(|(a, b)| a == b).count(),
            CommonMeasure::StartRun => x.iter().zip(y.iter()).take_while(|(a, b)| a == b).count(),
            CommonMeasure::BestNameShare => fifteenths(names.both, names.both + names.left + names.right),
            CommonMeasure::BestNameTold => bits(names.both),
            CommonMeasure::BestNameRest => bits(names.left.min(names.right)),
        })
    };
    COMMON_MEASURES.iter().map(measure).collect()
}

fn edits(a: &[char], b: &[char]) -> usize {
    let similarity = rapidfuzz::distance::indel::normalized_similarity(a.iter().copied(), b.iter().copied());
    (similarity * f64::from(MEASURE_MAX)) as usize
}

fn name_run(a: &AddressReading, b: &AddressReading) -> usize {
    a.names().map(|name| longest_common(&name.chars().collect::<Vec<_>>(), &b.body)).max().unwrap_or(0)
}

fn name_start(a: &AddressReading, b: &AddressReading) -> usize {
    let longest = |name: &str| {
        let name: Vec<char> = name.chars().collect();
        (2..=name.len()).take_while(|n| b.body.windows(*n).any(|run| run == &name[..*n])).last().unwrap_or(0)
    };
    a.names().map(longest).max().unwrap_or(0)
}

/// What the two names tell that have most in common, in tenths of bits.
#[derive(Default)]
struct BestNames {
    both: u32,
    left: u32,
    right: u32,
}

impl BestNames {
    fn new(a: &AddressReading, b: &AddressReading) -> BestNames {
        let with_pairs = |name: &str| {
            let chars: Vec<char> = name.chars().collect();
            let pairs = Pairs::of(&chars);
            (chars, pairs)
        };
        let rights: Vec<(Vec<char>, Pairs)> = b.names().map(with_pairs).collect();
        let mut best = BestNames::default();
        for (left, left_pairs) in a.names().map(with_pairs) {
            for (right, right_pairs) in &rights {
                let (x, y) = (Cover::new(&left, right_pairs), Cover::new(right, &left_pairs));
                let both = x.told_covered.min(y.told_covered);
                let found = BestNames { both, left: x.untold(), right: y.untold() };
                // Of equally good pairs the one with the lesser rest on either side, so that the order does not matter.
                let rank =
                    |names: &BestNames| (names.worth(), names.both, std::cmp::Reverse(names.left.min(names.right)));
                if found.both > 0 && (best.both == 0 || rank(&found) > rank(&best)) {
                    best = found;
                }
            }
        }
        best
    }

    /// Twice what is common less what is not.
    fn worth(&self) -> i64 {
        i64::from(self.both) * 2 - i64::from(self.left) - i64::from(self.right)
    }
}
