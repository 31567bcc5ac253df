//! Which parts of one address does the other one have?
//!
//! A name is found if most of what it tells stands anywhere in the other text, a number if the other has it as a number of
//! its kind. Parts are ranked from coarse to fine, so that the finest part that is found, and the finest that is missed, say
//! how far two addresses go together. It deliberately does not look where in the other text a name stands.

use super::AddressReading;
use super::cover::Cover;
use crate::address::AddressPart;

/// How many of three thirds of what a name tells must stand in the other text.
const N_THIRDS_FOUND: u32 = 2;

/// What of one address the other one has; ranks as in [`rank_of`], 0 where there is none.
#[derive(Default)]
pub(super) struct Found {
    /// The finest part that is found.
    pub(super) finest: u8,
    /// The finest part that is missed.
    pub(super) missed: u8,
    /// The coarsest part that is missed.
    pub(super) first_missed: u8,
    /// How many names are missed.
    pub(super) n_missed: usize,
    /// The last part of the address, and whether it is found.
    pub(super) last: u8,
}

impl Found {
    pub(super) fn new(a: &AddressReading, b: &AddressReading) -> Found {
        let mut found = Found::default();
        for (part, value) in &a.parts {
            let Some(rank) = rank_of(*part) else { continue };
            let is_found = match is_number(*part) {
                true => b.parts.iter().any(|(other, number)| same_kind(*part, *other) && number == value),
                false => is_named(value, b),
            };
            if is_found {
                found.finest = found.finest.max(rank);
            } else {
                found.missed = found.missed.max(rank);
                found.first_missed = if found.first_missed == 0 { rank } else { found.first_missed.min(rank) };
                found.n_missed += usize::from(!is_number(*part));
            }
            if rank <= rank_of(AddressPart::Block).unwrap_or(0) || *part == AddressPart::Landmark {
                found.last = rank + if is_found { 7 } else { 0 };
            }
        }
        found
    }
}

fn is_named(name: &str, other: &AddressReading) -> bool {
    let name: Vec<char> = name.chars().collect();
    let cover = Cover::new(&name, &other.whole_pairs);
    match cover.told {
        0 => other.mentions_chars(&name),
        told => cover.told_covered * 3 >= told * N_THIRDS_FOUND,
    }
}

/// Parts that matter, coarse to fine.
fn rank_of(part: AddressPart) -> Option<u8> {
    match part {
        AddressPart::Zone | AddressPart::Community => Some(1),
        AddressPart::Road | AddressPart::CrossRoad | AddressPart::Hamlet => Some(2),
        AddressPart::Number | AddressPart::LaneNumber => Some(3),
        AddressPart::Estate => Some(4),
        AddressPart::Block => Some(5),
        AddressPart::Landmark => Some(6),
        AddressPart::Note => Some(7),
        AddressPart::Unit | AddressPart::Floor | AddressPart::Room => Some(8),
        _ => None,
    }
}

fn is_number(part: AddressPart) -> bool {
    matches!(
        part,
        AddressPart::Number
            | AddressPart::LaneNumber
            | AddressPart::Block
            | AddressPart::Unit
            | AddressPart::Floor
            | AddressPart::Room
    )
}

/// A door may be written as a block, a building as a door; what is inside only as itself.
fn same_kind(a: AddressPart, b: AddressPart) -> bool {
    let is_house =
        |part: AddressPart| matches!(part, AddressPart::Number | AddressPart::LaneNumber | AddressPart::Block);
    a == b || (is_house(a) && is_house(b))
}
