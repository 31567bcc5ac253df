//! Whose number is it? The first six digits: a division, a group of residents, or a province and a nationality.
//!
//! Numbers are never changed, so a division that existed in any year since 1980 will do.

use std::sync::LazyLock;

use serde::Serialize;

use crate::division;

static NATIONALITIES_TSV: &str = include_str!("../../../data/person/nationalities.tsv");

/// Whose number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonIdKind {
    /// 公民身份号码.
    Citizen,
    /// 香港居民居住证.
    HongKongResident,
    /// 澳门居民居住证.
    MacaoResident,
    /// 台湾居民居住证.
    TaiwanResident,
    /// 外国人永久居留身份证.
    PermanentResident,
}

/// A country or region of ISO 3166-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Country {
    pub(super) number: &'static str,
    pub(super) code: &'static str,
    pub(super) name: &'static str,
}

/// Areas of residents who are no holders of a citizen's number.
const RESIDENTS: [(&str, PersonIdKind); 3] = [
    ("810000", PersonIdKind::HongKongResident),
    ("820000", PersonIdKind::MacaoResident),
    ("830000", PersonIdKind::TaiwanResident),
];
/// First digit of a foreigner's number: no province begins with it.
const FOREIGNER: char = '9';
/// GB/T 2260 lists the urban districts of a city together as its county 01 (市辖区); early numbers carry it.
const URBAN_DISTRICTS: u32 = 1;

/// Whose number begins with these digits; none if the area never was one.
pub(super) fn kind(digits: &str) -> Option<PersonIdKind> {
    let area = digits.get(..6)?;
    if let Some((_, kind)) = RESIDENTS.iter().find(|(residents, _)| *residents == area) {
        return Some(*kind);
    }
    if area.starts_with(FOREIGNER) {
        let is_area = is_province(area.get(1..3)?) && nationality_of_digits(area.get(3..)?).is_some();
        return is_area.then_some(PersonIdKind::PermanentResident);
    }
    let code: u32 = area.parse().ok()?;
    let city = code - URBAN_DISTRICTS.min(code);
    let is_urban = city % 100 == 0 && city % 10_000 != 0 && division::ever_existed(city);
    let is_area = is_urban || division::ever_existed(code);
    is_area.then_some(PersonIdKind::Citizen)
}

/// Whether the first digits could be those of a person's number with a mistake in it.
pub(super) fn may_be_a_persons(digits: &str) -> bool {
    let province = digits.get(..2).unwrap_or_default();
    is_province(province) || province == "83" || kind(digits).is_some()
}

/// The country of three digits.
pub(super) fn nationality_of_digits(digits: &str) -> Option<Country> {
    nationalities().binary_search_by_key(&digits, |country| country.number).ok().map(|idx| nationalities()[idx])
}

/// The country of three letters.
pub(super) fn nationality_of_letters(letters: &str) -> Option<Country> {
    nationalities().iter().find(|country| country.code == letters).copied()
}

fn is_province(digits: &str) -> bool {
    digits.parse().ok().and_then(|code: u32| division::of_code(code * 10_000)).is_some()
}

fn nationalities() -> &'static [Country] {
    static NATIONALITIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
        let row = |line: &'static str| {
            let mut columns = line.split('\t');
            Some(Country { number: columns.next()?, code: columns.next()?, name: columns.next()? })
        };
        NATIONALITIES_TSV.lines().skip(1).filter_map(row).collect()
    });
    &NATIONALITIES
}
