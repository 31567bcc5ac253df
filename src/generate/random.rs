//! How can anything in the city be drawn again, alone, in any order?
//!
//! Every thing has a stream of its own: a generator keyed by (seed, kind of thing, number). Numbers that must not repeat
//! come from a permutation instead (a Feistel network with cycle walking: Black and Rogaway, "Ciphers with arbitrary
//! finite domains", 2002). Draws use integers and comparisons only, so that bytes are equal on every machine. It is
//! deliberately no cryptography.

use rand::RngCore;
use rand_pcg::Pcg64Mcg;

/// What a stream of draws, or a permutation, is for: equal numbers of different things are independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Unit = 1,
    Filing,
    Person,
    Site,
    Host,
    Shuffle,
    NameSlot,
    TradeDeck,
    OrgCode,
    RegistrationNumber,
    IdNumber,
    RecordId,
    Rename,
    Phone,
    Chain,
    Sibling,
}

/// Rounds of the Feistel network; four make it a good permutation (Luby and Rackoff 1988).
const FEISTEL_ROUNDS: u64 = 4;

/// The generator of one thing.
pub(super) fn stream(seed: u64, stream: Stream, number: u64) -> Pcg64Mcg {
    let low = hash(seed, stream, number);
    Pcg64Mcg::new((u128::from(mix(low ^ seed)) << 64) | u128::from(low))
}

/// One number that depends on all three.
pub(super) fn hash(seed: u64, stream: Stream, number: u64) -> u64 {
    mix(mix(mix(seed) ^ stream as u64).wrapping_add(number))
}

/// A number below `bound`; 0 if the bound is 0.
pub(super) fn below(rng: &mut Pcg64Mcg, bound: u64) -> u64 {
    ((u128::from(rng.next_u64()) * u128::from(bound)) >> 64) as u64
}

/// True with this probability.
pub(super) fn chance(rng: &mut Pcg64Mcg, probability: f64) -> bool {
    const UNIT_OF_53_BITS: f64 = 1.0 / (1u64 << 53) as f64;
    ((rng.next_u64() >> 11) as f64 * UNIT_OF_53_BITS) < probability
}

/// One of a non-empty list.
pub(super) fn pick<'a, T>(rng: &mut Pcg64Mcg, list: &'a [T]) -> &'a T {
    &list[below(rng, list.len() as u64) as usize]
}

/// The index of the interval that a random point of the running sums falls into.
pub(super) fn pick_by_weight(rng: &mut Pcg64Mcg, running_sums: &[u64]) -> usize {
    let point = below(rng, running_sums.last().copied().unwrap_or(0));
    running_sums.partition_point(|&sum| sum <= point)
}

/// Where `number` goes in a random permutation of `0..domain`; `number` must be below `domain`.
pub(super) fn permute(key: u64, number: u64, domain: u64) -> u64 {
    debug_assert!(number < domain);
    let half_bits = (64 - domain.saturating_sub(1).leading_zeros()).div_ceil(2).max(1);
    let mask = (1u64 << half_bits) - 1;
    let mut number = number;
    loop {
        let (mut left, mut right) = (number >> half_bits, number & mask);
        for round in 0..FEISTEL_ROUNDS {
            let mixed = left ^ (mix(right ^ key.wrapping_add(round << 56)) & mask);
            (left, right) = (right, mixed);
        }
        number = (left << half_bits) | right;
        if number < domain {
            return number;
        }
    }
}

/// The finisher of SplitMix64 (Steele, Lea and Flood 2014).
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}
