//! Which building or room does a code of a unified address store name?
//!
//! Shenzhen's 《社会管理要素统一地址规范》 (2017) gives every building 19 and every room 25 digits; a room's code begins with
//! its building's. The length and the six digits of the county are all that is published, so that is all that is checked:
//! the county must have carried that code in some year. Codes of other cities (DB42/T 2175-2024 in 湖北, DB6101/T 3185-2024
//! in 西安) follow schemes of their own and are kept as they are. It deliberately never makes a code up.

use crate::division::{self, Division};
use crate::text::{Keep, fold_keeping};
use serde::Serialize;

/// Digits of a Shenzhen building code.
const N_BUILDING_DIGITS: usize = 19;

/// Digits of a Shenzhen room code.
const N_ROOM_DIGITS: usize = 25;

/// The first four digits of Shenzhen's county codes.
const SHENZHEN: u32 = 4403;

/// Who gave a code its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceCodeScheme {
    /// 深圳市统一地址: 19 digits a building, 25 a room.
    ShenzhenUnified,
    /// A scheme that is not known here; equal codes are equal, and no more can be said.
    Opaque,
}

/// What a code names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceCodeKind {
    /// 楼栋编码.
    Building,
    /// 房屋编码.
    Room,
    /// Unknown, with the scheme.
    Unknown,
}

/// The code of a building or room, with the scheme that it follows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct PlaceCode {
    /// Who gave it its meaning.
    pub scheme: PlaceCodeScheme,
    /// What it names.
    pub kind: PlaceCodeKind,
    /// The letters and digits, in capitals.
    pub code: Box<str>,
}

/// Reads a code of a building or room; none where the text holds no letter or digit.
///
/// ```
/// use minglu_rules::address::{PlaceCodeKind, PlaceCodeScheme, place_code};
/// let room = place_code("4403050070030100015 000012").unwrap(); // 南山区粤海街道
/// assert_eq!((room.scheme, room.kind), (PlaceCodeScheme::ShenzhenUnified, PlaceCodeKind::Room));
/// assert_eq!(room.building(), Some("4403050070030100015"));
/// assert_eq!(place_code("9999990070030100015").unwrap().scheme, PlaceCodeScheme::Opaque);
/// ```
pub fn place_code(text: &str) -> Option<PlaceCode> {
    let mut folded = String::with_capacity(text.len());
    fold_keeping(text, Keep::Code, &mut folded);
    let code: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
    if code.is_empty() {
        return None;
    }
    let kind = match code.len() {
        N_BUILDING_DIGITS => PlaceCodeKind::Building,
        N_ROOM_DIGITS => PlaceCodeKind::Room,
        _ => PlaceCodeKind::Unknown,
    };
    let is_of_shenzhen = kind != PlaceCodeKind::Unknown && county_of(&code).is_some_and(is_shenzhen_county);
    let (scheme, kind) = match is_of_shenzhen {
        true => (PlaceCodeScheme::ShenzhenUnified, kind),
        false => (PlaceCodeScheme::Opaque, PlaceCodeKind::Unknown),
    };
    Some(PlaceCode { scheme, kind, code: code.into() })
}

impl PlaceCode {
    /// The code of the building: the code itself, or what a room's code begins with.
    ///
    /// ```
    /// use minglu_rules::address::place_code;
    /// let building = place_code("4403050070030100015").unwrap(); // 粤海街道的一栋楼
    /// assert_eq!(building.building(), Some("4403050070030100015"));
    /// assert_eq!(place_code("XA-1042").unwrap().building(), None);
    /// ```
    pub fn building(&self) -> Option<&str> {
        match self.kind {
            PlaceCodeKind::Unknown => None,
            PlaceCodeKind::Building | PlaceCodeKind::Room => self.code.get(..N_BUILDING_DIGITS),
        }
    }

    /// Whether the code names another county than an address does: a reason to look, not an error.
    ///
    /// A code keeps the county of its day, so a county that was split off since contradicts nothing.
    ///
    /// ```
    /// use minglu_rules::{address, address::place_code};
    /// let code = place_code("4403060070030100015").unwrap();
    /// let county = |text| address::parse(text, None).division().unwrap();
    /// assert!(code.contradicts(county("深圳市南山区科苑路15号")));
    /// assert!(!code.contradicts(county("深圳市龙华区梅龙路1号"))); // part of 440306 until 2016
    /// ```
    pub fn contradicts(&self, county: Division) -> bool {
        let named = county_of(&self.code).filter(|_| self.scheme == PlaceCodeScheme::ShenzhenUnified);
        let is_elsewhere = |code: u32| code != county.number() && !division::current(code).contains(&county);
        county.county().is_some() && named.is_some_and(is_elsewhere)
    }
}

fn county_of(code: &str) -> Option<u32> {
    let is_number = code.bytes().all(|b| b.is_ascii_digit());
    code.get(..6).filter(|_| is_number)?.parse().ok()
}

fn is_shenzhen_county(code: u32) -> bool {
    code / 100 == SHENZHEN && !code.is_multiple_of(100) && division::ever_existed(code)
}
