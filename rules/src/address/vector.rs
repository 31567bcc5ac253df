//! How do two addresses compare, part by part?
//!
//! A comparison vector (Fellegi and Sunter 1969): one ordered level for each part that addresses have, and ordered measures
//! of the whole texts. Unlike [`compare()`](super::compare()) it goes on behind a contradiction and keeps every name, those
//! of shops and crossing roads too. It deliberately weighs nothing: what a level is worth is for a model to learn.

mod common;
mod cover;
mod found;
mod information;
mod names;
mod part;
mod reading;
mod side;
#[cfg(test)]
mod tests;

pub use common::{COMMON_MEASURES, CommonMeasure};
pub use part::{COMPARED_PARTS, ComparedPart};
pub use reading::AddressReading;
use serde::Serialize;
pub use side::{SIDE_MEASURES, SideMeasure};

/// The greatest step of a measure; the least is 0.
pub const MEASURE_MAX: u8 = 15;

/// What two values of one part say to each other; greater is more agreement, beyond the three that lack a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartLevel {
    /// Neither side has the part.
    Neither,
    /// Only the left side has it.
    OnlyLeft,
    /// Only the right side has it.
    OnlyRight,
    /// Both have it and nothing that tells is in common.
    Different,
    /// Half of the shorter name is in common, the roads differ by 东西南北, the numbers lie close.
    Slight,
    /// One character in four is another, or all sound alike, or the number has another letter.
    Similar,
    /// The left value holds the right one.
    LeftHolds,
    /// The right value holds the left one.
    RightHolds,
    /// Equal but for a word of the same meaning (花园, 家园; 路, 大道).
    Alias,
    /// Equal in their normal forms.
    Equal,
}

impl PartLevel {
    /// The same with the sides exchanged.
    ///
    /// ```
    /// use minglu_rules::address::PartLevel;
    /// assert_eq!(PartLevel::OnlyLeft.mirrored(), PartLevel::OnlyRight);
    /// ```
    pub fn mirrored(self) -> PartLevel {
        match self {
            PartLevel::OnlyLeft => PartLevel::OnlyRight,
            PartLevel::OnlyRight => PartLevel::OnlyLeft,
            PartLevel::LeftHolds => PartLevel::RightHolds,
            PartLevel::RightHolds => PartLevel::LeftHolds,
            level => level,
        }
    }
}

/// The comparison vector of two addresses.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AddressVector {
    /// In the order of [`COMPARED_PARTS`].
    parts: Vec<PartLevel>,
    /// In the order of [`SIDE_MEASURES`].
    left: Vec<u8>,
    right: Vec<u8>,
    /// In the order of [`COMMON_MEASURES`].
    common: Vec<u8>,
}

impl AddressVector {
    /// Compares two addresses part by part.
    ///
    /// ```
    /// use minglu_rules::address::{AddressReading, AddressVector, ComparedPart, PartLevel};
    /// let read = |text| AddressReading::new(text, None);
    /// let vector = AddressVector::new(&read("文昌路香樟路45弄翠湖花园3栋"), &read("文昌路翠湖家园5幢"));
    /// assert_eq!(vector.part(ComparedPart::AnyRoad), PartLevel::Equal); // 文昌路
    /// assert_eq!(vector.part(ComparedPart::Estate), PartLevel::Alias); // 花园, 家园
    /// assert_eq!(vector.part(ComparedPart::Number), PartLevel::OnlyLeft); // 45弄
    /// ```
    pub fn new(left: &AddressReading, right: &AddressReading) -> AddressVector {
        AddressVector {
            parts: part::levels(left, right),
            left: side::measures(left, right),
            right: side::measures(right, left),
            common: common::measures(left, right),
        }
    }

    /// The level of one part.
    ///
    /// ```
    /// use minglu_rules::address::{AddressReading, AddressVector, ComparedPart, PartLevel};
    /// let read = |text| AddressReading::new(text, None);
    /// let vector = AddressVector::new(&read("文昌街6号阿宝小店"), &read("巩义市文昌街"));
    /// assert_eq!(vector.part(ComparedPart::Road), PartLevel::Equal);
    /// assert_eq!(vector.part(ComparedPart::Number), PartLevel::OnlyLeft);
    /// assert_eq!(vector.part(ComparedPart::County), PartLevel::OnlyRight);
    /// ```
    pub fn part(&self, part: ComparedPart) -> PartLevel {
        self.parts.get(part as usize).copied().unwrap_or(PartLevel::Neither)
    }

    /// How far the right address covers the left one, in one measure from 0 to [`MEASURE_MAX`].
    ///
    /// ```
    /// use minglu_rules::address::{AddressReading, AddressVector, MEASURE_MAX, SideMeasure};
    /// let read = |text| AddressReading::new(text, None);
    /// let vector = AddressVector::new(&read("阿宝小店"), &read("文昌街6号阿宝小店"));
    /// assert_eq!(vector.left(SideMeasure::ToldCovered), MEASURE_MAX);
    /// assert!(vector.right(SideMeasure::ToldCovered) < MEASURE_MAX);
    /// ```
    pub fn left(&self, measure: SideMeasure) -> u8 {
        self.left.get(measure as usize).copied().unwrap_or(0)
    }

    /// How far the left address covers the right one.
    ///
    /// ```
    /// use minglu_rules::address::{AddressReading, AddressVector, SideMeasure};
    /// let read = |text| AddressReading::new(text, None);
    /// let vector = AddressVector::new(&read("天河北路8号"), &read("天河北路8号翠湖雅苑(东门)"));
    /// assert_eq!(vector.right(SideMeasure::Gate), 3);
    /// ```
    pub fn right(&self, measure: SideMeasure) -> u8 {
        self.right.get(measure as usize).copied().unwrap_or(0)
    }

    /// A measure that is the same from both sides, from 0 to [`MEASURE_MAX`].
    ///
    /// ```
    /// use minglu_rules::address::{AddressReading, AddressVector, CommonMeasure};
    /// let read = |text| AddressReading::new(text, None);
    /// let vector = AddressVector::new(&read("天心区樟溪小区"), &read("樟溪公寓"));
    /// assert_eq!(vector.common(CommonMeasure::LongestRun), 2); // 樟溪
    /// ```
    pub fn common(&self, measure: CommonMeasure) -> u8 {
        self.common.get(measure as usize).copied().unwrap_or(0)
    }

    /// The vector with the sides exchanged: that of the right address with the left one.
    ///
    /// ```
    /// use minglu_rules::address::{AddressReading, AddressVector};
    /// let read = |text| AddressReading::new(text, None);
    /// let (a, b) = (read("天河北路8号"), read("天河区天河北路8号翠湖雅苑"));
    /// assert_eq!(AddressVector::new(&a, &b).mirrored(), AddressVector::new(&b, &a));
    /// ```
    pub fn mirrored(&self) -> AddressVector {
        AddressVector {
            parts: COMPARED_PARTS.iter().map(|part| self.part(part.mirrored()).mirrored()).collect(),
            left: self.right.clone(),
            right: self.left.clone(),
            common: self.common.clone(),
        }
    }

    /// All levels as small numbers, in the order of [`AddressVector::names`], as models take them.
    ///
    /// ```
    /// use minglu_rules::address::{AddressReading, AddressVector, MEASURE_MAX};
    /// let home = AddressReading::new("天河北路8号翠湖雅苑", None);
    /// assert!(AddressVector::new(&home, &home).levels().all(|level| level <= MEASURE_MAX));
    /// ```
    pub fn levels(&self) -> impl Iterator<Item = u8> {
        let parts = self.parts.iter().map(|level| *level as u8);
        parts.chain(self.left.iter().chain(&self.right).chain(&self.common).copied())
    }

    /// What each of [`AddressVector::levels`] is.
    ///
    /// ```
    /// use minglu_rules::address::AddressVector;
    /// assert_eq!(AddressVector::names().next().as_deref(), Some("Province"));
    /// ```
    pub fn names() -> impl Iterator<Item = String> {
        let parts = COMPARED_PARTS.iter().map(|part| format!("{part:?}"));
        let left = SIDE_MEASURES.iter().map(|measure| format!("Left{measure:?}"));
        let right = SIDE_MEASURES.iter().map(|measure| format!("Right{measure:?}"));
        parts.chain(left).chain(right).chain(COMMON_MEASURES.iter().map(|measure| format!("{measure:?}")))
    }
}

/// A share of a whole in fifteenths.
fn fifteenths(part: u32, whole: u32) -> usize {
    (part * u32::from(MEASURE_MAX)).checked_div(whole).unwrap_or(0) as usize
}

/// A share of names or numbers, where 15 says that there are none.
fn share_or_none(part: u32, whole: u32) -> usize {
    match whole {
        0 => MEASURE_MAX.into(),
        _ => fifteenths(part, whole).min(usize::from(MEASURE_MAX) - 1),
    }
}

/// Cuts a count at the greatest step.
fn step(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(MEASURE_MAX).min(MEASURE_MAX)
}
