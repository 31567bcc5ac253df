//! How much of one text does another one have?
//!
//! Counted in pairs of characters, which in Chinese are about as telling as words. The order of the pairs does not count:
//! 翠湖花园3栋 and 3栋翠湖花园 cover each other.

use super::{AddressReading, fifteenths, information};
use crate::words::homophone;

/// Tenths of bits that make one step of a measure.
const N_TENTHS_OF_BITS_A_STEP: u32 = 80;

/// What of a text another one has.
#[derive(Default)]
pub(super) struct Cover {
    pub(super) n_chars: u32,
    /// Characters that stand in a common pair.
    pub(super) n_covered: u32,
    /// What the text tells, in tenths of bits.
    pub(super) told: u32,
    /// What of it the other tells too.
    pub(super) told_covered: u32,
    /// What the most telling common run tells.
    pub(super) best_run: u32,
}

impl Cover {
    /// Of a text by the pairs of characters of another.
    pub(super) fn new(text: &[char], other: &Pairs) -> Cover {
        Cover::of(text, text, other)
    }

    /// Of a name by the text of an address.
    pub(super) fn of_name(name: &str, other: &AddressReading) -> Cover {
        Cover::new(&name.chars().collect::<Vec<_>>(), &other.body_pairs)
    }

    /// Of the text of an address by the sounds of another.
    pub(super) fn by_sound(a: &AddressReading, b: &AddressReading) -> Cover {
        Cover::of(&a.body, &a.sounds, &b.sound_pairs)
    }

    /// Of a text whose characters are written otherwise for the comparison, one by one.
    fn of(text: &[char], written: &[char], other: &Pairs) -> Cover {
        let mut cover = Cover { n_chars: text.len() as u32, ..Cover::default() };
        let (mut run, mut covered_until) = (0, 0);
        for (idx, (pair, written)) in text.windows(2).zip(written.windows(2)).enumerate() {
            let told = information::of_pair(pair[0], pair[1]);
            cover.told += told;
            if !other.has(written[0], written[1]) {
                run = 0;
                continue;
            }
            cover.n_covered += (idx + 2 - covered_until.max(idx)) as u32;
            covered_until = idx + 2;
            cover.told_covered += told;
            run += told;
            cover.best_run = cover.best_run.max(run);
        }
        cover
    }

    /// The covered share of the characters.
    pub(super) fn share(&self) -> usize {
        fifteenths(self.n_covered, self.n_chars)
    }

    /// The covered share of what the text tells.
    pub(super) fn told_share(&self) -> usize {
        fifteenths(self.told_covered, self.told)
    }

    /// What is told and not covered.
    pub(super) fn untold(&self) -> u32 {
        self.told - self.told_covered
    }
}

/// Tenths of bits in steps of eight bits.
pub(super) fn bits(told: u32) -> usize {
    (told / N_TENTHS_OF_BITS_A_STEP) as usize
}

/// The different pairs of neighbouring characters of a text, in order.
#[derive(Clone, Debug)]
pub(super) struct Pairs(Vec<(char, char)>);

impl Pairs {
    pub(super) fn of(text: &[char]) -> Pairs {
        let mut pairs: Vec<(char, char)> = text.windows(2).map(|pair| (pair[0], pair[1])).collect();
        pairs.sort_unstable();
        pairs.dedup();
        Pairs(pairs)
    }

    fn has(&self, first: char, second: char) -> bool {
        self.0.binary_search(&(first, second)).is_ok()
    }

    /// The common pairs among all of both, in fifteenths.
    pub(super) fn jaccard(&self, other: &Pairs) -> usize {
        let n_both = self.0.iter().filter(|(first, second)| other.has(*first, *second)).count();
        fifteenths(n_both as u32, (self.0.len() + other.0.len() - n_both) as u32)
    }
}

/// The characters by their sounds.
pub(super) fn sounds_of(text: &[char]) -> Vec<char> {
    text.iter().map(|c| homophone(*c)).collect()
}
