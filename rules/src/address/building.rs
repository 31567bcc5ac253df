//! Which building does an address name for certain, and how is the building itself written?
//!
//! [`Address::keys`] gives all ways in which a building may be found; a [door](Address::door_key) is the one that leaves no
//! doubt: county, road, number and block together. It deliberately knows no estates: several roads may have a 工业园.

use xxhash_rust::xxh3::xxh3_64;

use super::{Address, AddressPart, parse};
use crate::division::DivisionLevel;

/// 东莞, 中山, 儋州 and 嘉峪关 have no counties (GB/T 2260): there the city tells as much.
const CITIES_WITHOUT_COUNTIES: [u32; 4] = [441900, 442000, 460400, 620200];

/// What tells one building from another; 0 where the address does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BuildingPlace {
    /// Six digits of the county, or of a city that has none.
    pub county: u32,
    /// Hash of road and number.
    pub door: u32,
    /// Hash of the block.
    pub block: u32,
}

impl BuildingPlace {
    /// Whether two places cannot be one building: another county, another number of a road, another block.
    ///
    /// ```
    /// use minglu_rules::address::parse;
    /// let place = |text| parse(text, None).building_place();
    /// let office = place("深圳市南山区科苑路15号A栋");
    /// assert!(office.contradicts(place("深圳市南山区科苑路15号B栋")));
    /// assert!(!office.contradicts(place("深圳市南山区科苑路15号")));
    /// ```
    pub fn contradicts(self, other: BuildingPlace) -> bool {
        let differ = |a: u32, b: u32| a != 0 && b != 0 && a != b;
        differ(self.county, other.county) || differ(self.door, other.door) || differ(self.block, other.block)
    }

    /// What two places that do not contradict each other say together.
    ///
    /// ```
    /// use minglu_rules::address::parse;
    /// let place = |text| parse(text, None).building_place();
    /// let both = place("深圳市南山区").or(place("科苑路15号"));
    /// assert_eq!(both, place("深圳市南山区科苑路15号"));
    /// ```
    pub fn or(self, other: BuildingPlace) -> BuildingPlace {
        let known = |a: u32, b: u32| if a == 0 { b } else { a };
        BuildingPlace {
            county: known(self.county, other.county),
            door: known(self.door, other.door),
            block: known(self.block, other.block),
        }
    }

    /// The key of the building, where county and door are known; no block is a block of its own.
    ///
    /// ```
    /// use minglu_rules::address::parse;
    /// let key = |text| parse(text, None).building_place().key();
    /// assert_eq!(key("深圳市南山区科苑路15号A栋1501"), key("广东省深圳市南山区粤海街道科苑路15号科兴科学园A座"));
    /// assert_eq!(key("深圳市科苑路15号A栋"), None); // 别的区也可能有科苑路
    /// ```
    pub fn key(self) -> Option<u64> {
        let known = self.county != 0 && self.door != 0;
        known.then(|| {
            let mut bytes = [0; 12];
            bytes[..4].copy_from_slice(&self.county.to_le_bytes());
            bytes[4..8].copy_from_slice(&self.door.to_le_bytes());
            bytes[8..].copy_from_slice(&self.block.to_le_bytes());
            xxh3_64(&bytes)
        })
    }
}

impl Address {
    /// What the address says of its building.
    ///
    /// ```
    /// use minglu_rules::address::parse;
    /// assert_eq!(parse("深圳市南山区科苑路15号A栋", None).building_place().county, 440305);
    /// ```
    pub fn building_place(&self) -> BuildingPlace {
        let tells = |number: u32, level| level == DivisionLevel::County || CITIES_WITHOUT_COUNTIES.contains(&number);
        let division = self.division().map(|division| (division.number(), division.level()));
        let county = division.filter(|(number, level)| tells(*number, *level)).map_or(0, |(number, _)| number);
        let door = self.road().zip(self.road_no()).map_or(0, |(road, number)| short_hash(&[road, "|", number]));
        BuildingPlace { county, door, block: self.block().map_or(0, |block| short_hash(&[block])) }
    }

    /// The key of the building where nothing is left to guess: county, road and number, and the block or its absence.
    ///
    /// ```
    /// use minglu_rules::address::parse;
    /// assert!(parse("深圳市南山区科苑路15号A栋", None).door_key().is_some());
    /// assert!(parse("深圳市南山区科兴科学园A栋", None).door_key().is_none());
    /// ```
    pub fn door_key(&self) -> Option<u64> {
        self.building_place().key()
    }

    /// The address of the building, without floor and room; the text as it was folded where no building is named.
    ///
    /// ```
    /// use minglu_rules::address::parse;
    /// let office = parse("深圳市南山区科苑路15号科兴科学园A座1501室（入驻某某商务秘书有限公司）", None);
    /// assert_eq!(office.building_text(), "广东省深圳市南山区科苑路15号科兴科学园A栋");
    /// assert_eq!(parse("华强北路与振兴路交叉口", None).building_text(), "华强北路与振兴路交叉口");
    /// ```
    pub fn building_text(&self) -> String {
        let of = |part| self.part(part).unwrap_or_default();
        let mut text = self.division().map(|division| division.full_name()).unwrap_or_default();
        for part in [AddressPart::Street, AddressPart::Community, AddressPart::Group, AddressPart::Road] {
            text.push_str(of(part));
        }
        push_numbered(&mut text, of(AddressPart::Number), "号");
        text.push_str(of(AddressPart::Estate));
        push_numbered(&mut text, of(AddressPart::Block), "栋");
        // What is written must be read as what was meant; else the writer's own words are kept.
        let again = parse(&text, None);
        // An address that hosts registrations has no keys, and its building has.
        let same = if self.hosted() { !again.keys().is_empty() } else { again.keys() == self.keys() };
        let same = same && !again.keys().is_empty();
        if same && again.building_place() == self.building_place() { text } else { self.norm().to_string() }
    }
}

/// Appends a number with its word, unless it ends with a word of its own (2弄).
fn push_numbered(text: &mut String, number: &str, word: &str) {
    text.push_str(number);
    if number.chars().last().is_some_and(|last| last.is_ascii_alphanumeric()) {
        text.push_str(word);
    }
}

/// A hash that is never 0, which means unknown.
fn short_hash(parts: &[&str]) -> u32 {
    let mut text = String::with_capacity(48);
    parts.iter().for_each(|part| text.push_str(part));
    (xxh3_64(text.as_bytes()) as u32).max(1)
}

#[cfg(test)]
mod tests;
