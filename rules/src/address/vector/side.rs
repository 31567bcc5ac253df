//! How much of one address does the other one cover?
//!
//! Directional: each address of a pair is measured against the other. Shares are in fifteenths.

use super::cover::{Cover, bits};
use super::found::Found;
use super::{AddressReading, share_or_none, step};
use crate::address::AddressPart;
use serde::Serialize;

/// What is measured of one address of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SideMeasure {
    /// The share of its characters behind divisions and street that stand in pairs which the other has.
    Covered,
    /// The share of what it tells (the rarity of its pairs of characters) that the other tells too.
    ToldCovered,
    /// The same by the sound of the characters.
    SoundCovered,
    /// What it tells and the other does not, in steps of sixteen bits.
    Untold,
    /// The share of the characters of its names that the other has; 15 without a name.
    NamesCovered,
    /// The same of its last name.
    LastNameCovered,
    /// The share of what its last name tells; 15 without a name.
    LastNameTold,
    /// The share of its numbers that the other has; 15 without a number.
    NumbersCovered,
    /// Its length behind divisions and street, in pairs of characters.
    Length,
    /// The finest level of the address, an [`AddressLevel`](crate::address::AddressLevel).
    Level,
    /// The kind of its last part: 0 nothing, 1 division, 2 street, 3 zone, 4 village, 5 direction, 6 second road, 7 road,
    /// 8 number, 9 estate, 10 block, 11 unit, 12 floor, 13 room, 14 remark, 15 shop or other name.
    Kind,
    /// Whether the other names its county or city: 0 none is told, 1 not named, 2 named.
    CountyNamed,
    /// Whether the other names its street: 0 none is told, 1 not named, 2 named.
    StreetNamed,
    /// Its finest part that the other has: 0 none, 1 zone or village, 2 road, 3 number, 4 estate, 5 block, 6 shop or other
    /// name, 7 remark, 8 unit, floor or room.
    FinestFound,
    /// Its finest part that the other lacks, likewise.
    FinestMissed,
    /// Its coarsest part that the other lacks, likewise.
    FirstMissed,
    /// How many of its names the other lacks.
    Missed,
    /// Its last part, of those down to the block and of shops; seven more if the other has it.
    Last,
    /// Whether it names a gate: 1 at its end, 2 in brackets, 3 both.
    Gate,
}

/// All measures of a side, in the order of an [`AddressVector`](super::AddressVector).
pub const SIDE_MEASURES: [SideMeasure; 19] = [
    SideMeasure::Covered,
    SideMeasure::ToldCovered,
    SideMeasure::SoundCovered,
    SideMeasure::Untold,
    SideMeasure::NamesCovered,
    SideMeasure::LastNameCovered,
    SideMeasure::LastNameTold,
    SideMeasure::NumbersCovered,
    SideMeasure::Length,
    SideMeasure::Level,
    SideMeasure::Kind,
    SideMeasure::CountyNamed,
    SideMeasure::StreetNamed,
    SideMeasure::FinestFound,
    SideMeasure::FinestMissed,
    SideMeasure::FirstMissed,
    SideMeasure::Missed,
    SideMeasure::Last,
    SideMeasure::Gate,
];

/// The measures of `a` against `b`, in the order of [`SIDE_MEASURES`].
pub(super) fn measures(a: &AddressReading, b: &AddressReading) -> Vec<u8> {
    let body = Cover::new(&a.body, &b.body_pairs);
    let sound = Cover::by_sound(a, b);
    let found = Found::new(a, b);
    let last_name = a.last_name().map(|name| Cover::of_name(name, b)).unwrap_or_default();
    let measure = |measure: &SideMeasure| {
        step(match measure {
            SideMeasure::Covered => body.share(),
            SideMeasure::ToldCovered => body.told_share(),
            SideMeasure::SoundCovered => sound.told_share(),
            SideMeasure::Untold => bits(body.untold() / 2),
            SideMeasure::NamesCovered => names_covered(a, b),
            SideMeasure::LastNameCovered => share_or_none(last_name.n_covered, last_name.n_chars),
            SideMeasure::LastNameTold => share_or_none(last_name.told_covered, last_name.told),
            SideMeasure::NumbersCovered => numbers_covered(&a.body, &b.body),
            SideMeasure::Length => a.body.len().div_ceil(2),
            SideMeasure::Level => a.address.level() as usize,
            SideMeasure::Kind => kind_of(a),
            SideMeasure::CountyNamed => county_named(a, b),
            SideMeasure::StreetNamed => street_named(a, b),
            SideMeasure::FinestFound => found.finest.into(),
            SideMeasure::FinestMissed => found.missed.into(),
            SideMeasure::FirstMissed => found.first_missed.into(),
            SideMeasure::Missed => found.n_missed,
            SideMeasure::Last => found.last.into(),
            SideMeasure::Gate => gate_of(a),
        })
    };
    SIDE_MEASURES.iter().map(measure).collect()
}

fn names_covered(a: &AddressReading, b: &AddressReading) -> usize {
    let covers = a.names().map(|name| Cover::of_name(name, b));
    let (n_covered, n_chars) =
        covers.fold((0, 0), |(covered, all), cover| (covered + cover.n_covered, all + cover.n_chars));
    share_or_none(n_covered, n_chars)
}

fn numbers_covered(a: &[char], b: &[char]) -> usize {
    let numbers = |text: &'_ [char]| -> Vec<Vec<char>> {
        text.split(|c| !c.is_ascii_digit()).filter(|run| !run.is_empty()).map(<[char]>::to_vec).collect()
    };
    let (a, b) = (numbers(a), numbers(b));
    let n_found = a.iter().filter(|number| b.contains(number)).count();
    share_or_none(n_found as u32, a.len() as u32)
}

/// What an address points at: its last part.
fn kind_of(reading: &AddressReading) -> usize {
    match reading.last_part() {
        None => 0,
        Some(AddressPart::Province | AddressPart::City | AddressPart::County | AddressPart::Repeated) => 1,
        Some(AddressPart::Street) => 2,
        Some(AddressPart::Zone) => 3,
        Some(AddressPart::Community | AddressPart::Group) => 4,
        Some(AddressPart::Direction) => 5,
        Some(AddressPart::CrossRoad) => 6,
        Some(AddressPart::Road | AddressPart::Segment | AddressPart::Hamlet) => 7,
        Some(AddressPart::Number | AddressPart::LaneNumber) => 8,
        Some(AddressPart::Estate) => 9,
        Some(AddressPart::Block) => 10,
        Some(AddressPart::Unit) => 11,
        Some(AddressPart::Floor) => 12,
        Some(AddressPart::Room) => 13,
        Some(AddressPart::Note) => 14,
        Some(AddressPart::Landmark) => 15,
    }
}

/// The county or city as written and as it is called today; several cities have a 鼓楼区, so the written name counts too.
fn county_named(a: &AddressReading, b: &AddressReading) -> usize {
    let written = a.of(AddressPart::County).chain(a.of(AddressPart::City));
    let today = a.address.division_written().into_iter().flat_map(|division| [division.county(), division.city()]);
    let mut names = written.chain(today.flatten().map(|division| division.name())).peekable();
    match names.peek() {
        None => 0,
        Some(_) => 1 + usize::from(names.any(|name| b.mentions(stem_of(name, &["区", "县", "市"])))),
    }
}

fn street_named(a: &AddressReading, b: &AddressReading) -> usize {
    let Some(street) = a.of(AddressPart::Street).next() else { return 0 };
    1 + usize::from(b.mentions(stem_of(street, &["街道", "镇", "乡"])))
}

/// A name without its tail, if two characters are left.
fn stem_of<'n>(name: &'n str, tails: &[&str]) -> &'n str {
    let stem = tails.iter().find_map(|tail| name.strip_suffix(tail)).unwrap_or(name);
    if stem.chars().nth(1).is_some() { stem } else { name }
}

fn gate_of(reading: &AddressReading) -> usize {
    let at_end = reading.whole.ends_with(&['门']) || reading.whole.ends_with(&['门', '口']);
    usize::from(reading.gates().next().is_some()) * 2 + usize::from(at_end)
}
