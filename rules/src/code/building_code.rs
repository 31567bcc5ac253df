//! Which building is it? The unified codes of Shenzhen: 19 digits for a building 楼栋编码, 25 for a room 房屋编码.
//!
//! Verified is only that a room's code begins with its building's, and both with a county of GB/T 2260
//! (《社会管理要素统一地址规范》, 2017); what stands between is not public and is not interpreted. Codes of other cities
//! follow other standards and stay opaque. A code is never made up from an address.

use crate::division;

/// Digits of a building's code.
pub const BUILDING_LEN: usize = 19;
/// Digits of a room's code.
pub const ROOM_LEN: usize = 25;

/// Shenzhen, the city whose scheme this is: the first four digits of its counties.
const CITY_PREFIX: &str = "4403";

/// Reads a code of a building or a room: its normal form, and how many of its digits name the building.
///
/// ```
/// use minglu_rules::code::building_code::read;
/// let (text, n_digits) = read("4403050070010200015000001").unwrap();
/// assert_eq!(&text[..n_digits], "4403050070010200015"); // 楼栋
/// assert!(read("440305007001020001").is_none()); // 少一位
/// assert!(read("4403990070010200015").is_none()); // 没有 440399
/// ```
pub fn read(text: &str) -> Option<(Box<str>, usize)> {
    let code = super::normalize(text);
    let is_code = matches!(code.len(), BUILDING_LEN | ROOM_LEN) && code.bytes().all(|digit| digit.is_ascii_digit());
    let county: u32 = code.get(..6)?.parse().ok()?;
    let known =
        is_code && code.starts_with(CITY_PREFIX) && !county.is_multiple_of(100) && division::ever_existed(county);
    known.then(|| (code.into(), BUILDING_LEN))
}
