//! Under which keys do two ways of writing one building meet?
//!
//! A building is written by its door (科苑路15号A栋), by its estate (科兴科学园A栋), or both; each way has its own key
//! and [`Address::keys`] gives all that the text supports. Keys are hashes (XXH3) of a string that names the city, so
//! they are equal across districts that were redrawn. They deliberately hold no room; see [`Address::room_key`].

use super::word::{BUILDING_TAILS, ends_with_any};
use super::{Address, AddressPart};
use crate::division::Division;
use crate::text::chinese_number;
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64;

/// Separates the members of a key string; folding lets no text contain it.
const SEPARATOR: char = '|';

impl Address {
    /// The normal form, ten fields from the division to the room.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// let address = address::parse("深圳市南山区科苑路15号科兴科学园A座1501室", None);
    /// assert_eq!(address.canonical(), "440305|||科苑路|15|科兴科学园|A||15|1501");
    /// ```
    pub fn canonical(&self) -> String {
        let mut floor = self.floor().map_or(String::new(), |floor| floor.to_string());
        if self.mezzanine() {
            floor.push('M');
        }
        let division = self.division().map_or(String::new(), Division::code);
        let of = |part| self.part(part).unwrap_or_default();
        [
            division.as_str(),
            of(AddressPart::Street),
            of(AddressPart::Community),
            of(AddressPart::Road),
            of(AddressPart::Number),
            of(AddressPart::Estate),
            of(AddressPart::Block),
            of(AddressPart::Unit),
            &floor,
            of(AddressPart::Room),
        ]
        .join("|")
    }

    /// The key of the building: by road, number and block, else by estate and block.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// let key = |text| address::parse(text, None).building_key();
    /// assert_eq!(key("深圳市南山区科苑路15号科兴科学园A栋3单元"), key("深圳市科苑路15号A座"));
    /// assert_eq!(key("深圳市南山区科苑路"), None);
    /// ```
    pub fn building_key(&self) -> Option<u64> {
        self.keys().into_iter().next()
    }

    /// All keys of the building, the strongest first.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// let full = address::parse("深圳市南山区科苑路15号科兴科学园A栋", None).keys();
    /// let by_estate = address::parse("深圳市南山区科兴科学园A座", None).keys();
    /// assert_eq!(full[1..], by_estate[..]);
    /// ```
    pub fn keys(&self) -> Vec<u64> {
        let road = self.road().zip(self.road_no());
        let road = road.map(|(road, number)| self.key_of('r', &[&road_with_digits(road), number]));
        let estate = self.estate().filter(|estate| self.block().is_some() || ends_with_any(estate, BUILDING_TAILS));
        let estate = estate.map(|estate| self.key_of('e', &[estate]));
        let village = self.community().zip(self.road_no()).filter(|_| road.is_none());
        let group = self.part(AddressPart::Group).unwrap_or_default();
        let village = village.map(|(village, number)| self.key_of('v', &[village, group, number]));
        [road, estate, village].into_iter().flatten().collect()
    }

    /// The key of the room in its building; none without a room.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// let key = |text| address::parse(text, None).room_key();
    /// assert_eq!(key("深圳市科苑路15号A座1501室"), key("深圳市南山区科苑路15号科兴科学园A栋15层1501"));
    /// ```
    pub fn room_key(&self) -> Option<u64> {
        let mut key = self.building_key()?.to_string();
        for part in [self.unit().unwrap_or_default(), self.room()?] {
            key.push(SEPARATOR);
            key.push_str(part);
        }
        Some(xxh3_64(key.as_bytes()))
    }

    fn key_of(&self, kind: char, names: &[&str]) -> u64 {
        let city = self.division().map_or(0, |division| division.city().unwrap_or(division).number());
        let mut key = String::with_capacity(96);
        key.push_str(itoa(city, &mut [0; 10]));
        key.push(SEPARATOR);
        key.push(kind);
        for name in names.iter().chain(&[self.block().unwrap_or_default()]) {
            key.push(SEPARATOR);
            key.push_str(name);
        }
        xxh3_64(key.as_bytes())
    }
}

/// A road under both its spellings: 一纬路 and 1纬路, 前湾一路 and 前湾1路.
pub(super) fn road_with_digits(road: &str) -> Cow<'_, str> {
    let is_numeral = |c: char| matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十');
    let mut rest = road;
    let mut whole = String::new();
    while let Some(idx) = rest.find(is_numeral) {
        let (value, len) = chinese_number(&rest[idx..]).unwrap_or((0, 0));
        let c_len = rest[idx..].chars().next().map_or(1, char::len_utf8);
        whole.push_str(&rest[..idx]);
        match len {
            0 => whole.push_str(&rest[idx..idx + c_len]),
            _ => whole.push_str(&value.to_string()),
        }
        rest = &rest[idx + len.max(c_len)..];
    }
    if whole.is_empty() { Cow::Borrowed(road) } else { Cow::Owned(whole + rest) }
}

/// The decimal digits of a number, without a heap allocation.
fn itoa(mut number: u32, buffer: &mut [u8; 10]) -> &str {
    let mut start = buffer.len();
    loop {
        start -= 1;
        buffer[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return std::str::from_utf8(&buffer[start..]).unwrap_or_default();
        }
    }
}
