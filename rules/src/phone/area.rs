//! Which city does an area code ring, and which area code has a city?
//!
//! Codes that were given up when two cities joined their networks are still read, because old records carry them.

use std::sync::LazyLock;

use super::{Phone, PhoneKind};
use crate::division::{self, Division};

static AREA_CODES_TSV: &str = include_str!("../../data/phone/area-codes.tsv");

/// Longest area code, with its 0.
const LEN_MAX: usize = 4;

pub(super) struct AreaCode {
    code: &'static str,
    divisions: Vec<Division>,
    is_given_up: bool,
}

/// The area code of the city in which a division lies, with its 0.
///
/// ```
/// use minglu_rules::{division, phone::area_code_of};
/// assert_eq!(area_code_of(division::of_code(440305).unwrap()), Some("0755")); // 南山区
/// assert_eq!(area_code_of(division::named("开封市").unwrap()), Some("0371")); // 0378 until 2013
/// assert_eq!(area_code_of(division::named("广东省").unwrap()), None);
/// ```
pub fn area_code_of(place: Division) -> Option<&'static str> {
    let holds = |area: &&AreaCode| !area.is_given_up && area.divisions.iter().any(|own| own.contains(place));
    let closest =
        |area: &&AreaCode| area.divisions.iter().filter(|own| own.contains(place)).map(|own| own.level()).max();
    table().iter().filter(holds).max_by_key(closest).map(|area| area.code)
}

/// The cities that a number's area code rings; none for numbers that are not bound to a place.
///
/// ```
/// use minglu_rules::phone::{parse, places_of};
/// let landline = &parse("0755-82601234", None)[0];
/// assert_eq!(places_of(landline)[0].name(), "深圳市");
/// ```
pub fn places_of(phone: &Phone) -> &'static [Division] {
    let national = phone.e164.strip_prefix("+86").filter(|_| phone.kind == PhoneKind::Landline);
    let area = national.and_then(|national| split(&["0", national].concat()).map(|(area, _)| area));
    area.map_or(&[], |area| &area.divisions)
}

/// Whether these digits begin with an area code that was in use at some time.
pub(super) fn is_known(digits: &str) -> bool {
    split(digits).is_some()
}

/// The area code at the beginning, and the digits behind it.
pub(super) fn split(digits: &str) -> Option<(&'static AreaCode, &str)> {
    // No code begins another: those of three digits are 010 and 02x.
    let n_digits = if matches!(digits.as_bytes(), [b'0', b'1' | b'2', ..]) { LEN_MAX - 1 } else { LEN_MAX };
    let (code, rest) = digits.split_at_checked(n_digits)?;
    let idx = table().binary_search_by_key(&code, |area| area.code).ok()?;
    Some((&table()[idx], rest))
}

fn table() -> &'static [AreaCode] {
    static TABLE: LazyLock<Vec<AreaCode>> = LazyLock::new(|| {
        let row = |line: &'static str| {
            let mut columns = line.split('\t');
            let (code, divisions) = (columns.next()?, columns.next()?);
            let divisions = divisions.split(' ').filter_map(|code| division::of_code(code.parse().ok()?)).collect();
            Some(AreaCode { code, divisions, is_given_up: columns.next() == Some("1") })
        };
        AREA_CODES_TSV.lines().skip(1).filter_map(row).collect()
    });
    &TABLE
}
