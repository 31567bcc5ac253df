//! On which level does each part of two addresses agree?
//!
//! Of several values of a part the pair that agrees best counts: a place has two names, an address two roads. It
//! deliberately does not ask on which road a number stands; that the roads differ is another level of the vector.

use super::names::{best_level, name_level, number_level, road_level};
use super::{AddressReading, PartLevel};
use crate::address::AddressPart;
use crate::division::Division;
use serde::Serialize;

/// The parts that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparedPart {
    /// 省, as written.
    Province,
    /// 市, as written.
    City,
    /// 区, 县, as written.
    County,
    /// The lowest known division: `Slight` in one province, `Similar` in one city, `Different` in two provinces.
    Division,
    /// 街道, 镇, 乡.
    Street,
    /// 社区, 村.
    Community,
    /// The road that the number stands on.
    Road,
    /// Any road of one side with any of the other.
    AnyRoad,
    /// The second road: a crossing or a lane.
    CrossRoad,
    /// 门牌号.
    Number,
    /// 弄, and the door in a lane.
    Lane,
    /// The estates: 小区, 园, 大厦.
    Estate,
    /// Any name of one side with any of the other: estates, zones, villages, shops, remarks.
    AnyName,
    /// The last name of the left side with any of the right.
    LeftLastName,
    /// The last name of the right side with any of the left.
    RightLastName,
    /// The last names of both sides.
    LastName,
    /// A road of one side that is named as an estate or shop of the other.
    RoadAsName,
    /// 栋.
    Block,
    /// A number or block of one side with any of the other: 15号 may be a door or a building.
    NumberOrBlock,
    /// 单元.
    Unit,
    /// 层.
    Floor,
    /// 室.
    Room,
    /// A gate in brackets: (东门).
    Gate,
    /// 附近, 对面, 交叉口, 东150米.
    Direction,
}

/// All compared parts, in the order of an [`AddressVector`](super::AddressVector).
pub const COMPARED_PARTS: [ComparedPart; 24] = [
    ComparedPart::Province,
    ComparedPart::City,
    ComparedPart::County,
    ComparedPart::Division,
    ComparedPart::Street,
    ComparedPart::Community,
    ComparedPart::Road,
    ComparedPart::AnyRoad,
    ComparedPart::CrossRoad,
    ComparedPart::Number,
    ComparedPart::Lane,
    ComparedPart::Estate,
    ComparedPart::AnyName,
    ComparedPart::LeftLastName,
    ComparedPart::RightLastName,
    ComparedPart::LastName,
    ComparedPart::RoadAsName,
    ComparedPart::Block,
    ComparedPart::NumberOrBlock,
    ComparedPart::Unit,
    ComparedPart::Floor,
    ComparedPart::Room,
    ComparedPart::Gate,
    ComparedPart::Direction,
];

impl ComparedPart {
    pub(super) fn mirrored(self) -> ComparedPart {
        match self {
            ComparedPart::LeftLastName => ComparedPart::RightLastName,
            ComparedPart::RightLastName => ComparedPart::LeftLastName,
            part => part,
        }
    }
}

/// The levels of all parts, in the order of [`COMPARED_PARTS`].
pub(super) fn levels(a: &AddressReading, b: &AddressReading) -> Vec<PartLevel> {
    COMPARED_PARTS.iter().map(|part| level(*part, a, b)).collect()
}

fn level(part: ComparedPart, a: &AddressReading, b: &AddressReading) -> PartLevel {
    use AddressPart as P;
    let by_name = |part: P| best_level(a.of(part), b.of(part), name_level);
    let by_number = |part: P| best_level(a.of(part), b.of(part), number_level);
    let last = |reading: &'_ AddressReading| reading.last_name().map(str::to_owned);
    match part {
        ComparedPart::Province => by_name(P::Province),
        ComparedPart::City => by_name(P::City),
        ComparedPart::County => by_name(P::County),
        ComparedPart::Division => division_level(a.address.division(), b.address.division()),
        ComparedPart::Street => by_name(P::Street),
        ComparedPart::Community => by_name(P::Community),
        ComparedPart::Road => best_level(a.address.road().into_iter(), b.address.road().into_iter(), road_level),
        ComparedPart::AnyRoad => best_level(a.roads(), b.roads(), road_level),
        ComparedPart::CrossRoad => best_level(a.of(P::CrossRoad), b.of(P::CrossRoad), road_level),
        ComparedPart::Number => by_number(P::Number),
        ComparedPart::Lane => by_number(P::LaneNumber),
        ComparedPart::Estate => by_name(P::Estate),
        ComparedPart::AnyName => best_level(a.names(), b.names(), name_level),
        ComparedPart::LeftLastName => best_level(a.last_name().into_iter(), b.names(), name_level),
        ComparedPart::RightLastName => best_level(a.names(), b.last_name().into_iter(), name_level),
        ComparedPart::LastName => {
            best_level(last(a).as_deref().into_iter(), last(b).as_deref().into_iter(), name_level)
        }
        ComparedPart::RoadAsName => crossed(a, b),
        ComparedPart::Block => by_number(P::Block),
        ComparedPart::NumberOrBlock => best_level(a.numbers(), b.numbers(), number_level),
        ComparedPart::Unit => by_number(P::Unit),
        ComparedPart::Floor => by_number(P::Floor),
        ComparedPart::Room => by_number(P::Room),
        ComparedPart::Gate => best_level(a.gates(), b.gates(), name_level),
        ComparedPart::Direction => by_name(P::Direction),
    }
}

/// A road here that is a name there, or the other way round.
fn crossed(a: &AddressReading, b: &AddressReading) -> PartLevel {
    let (there, here) = (best_level(a.roads(), b.names(), name_level), best_level(a.names(), b.roads(), name_level));
    match (there, here) {
        (PartLevel::OnlyLeft, PartLevel::OnlyRight) | (PartLevel::OnlyRight, PartLevel::OnlyLeft) => PartLevel::Neither,
        (PartLevel::LeftHolds, PartLevel::RightHolds) | (PartLevel::RightHolds, PartLevel::LeftHolds) => {
            PartLevel::Similar
        }
        _ => there.max(here),
    }
}

fn division_level(a: Option<Division>, b: Option<Division>) -> PartLevel {
    match (a, b) {
        (None, None) => PartLevel::Neither,
        (Some(_), None) => PartLevel::OnlyLeft,
        (None, Some(_)) => PartLevel::OnlyRight,
        (Some(a), Some(b)) if a == b => PartLevel::Equal,
        (Some(a), Some(b)) if a.contains(b) => PartLevel::LeftHolds,
        (Some(a), Some(b)) if b.contains(a) => PartLevel::RightHolds,
        (Some(a), Some(b)) if a.province() != b.province() => PartLevel::Different,
        (Some(a), Some(b)) if a.city().is_some() && a.city() == b.city() => PartLevel::Similar,
        _ => PartLevel::Slight,
    }
}
