//! Where does the region (行政区划) at the start of a name end, and which division is it?
//!
//! Names abbreviate divisions (深圳, 福田) and trade names borrow them (长安汽车), so what is left decides: a short form
//! that leaves nothing but an industry was the trade name. Zones and towns behind a division belong to the region.
//! It deliberately reads no region from the middle of a name, except in brackets.

use super::industry::{self, N_TRADE_CHARS_MIN};
use crate::division::{self, Division, DivisionLevel, DivisionPrefix};

/// Short names of divisions that name enterprises far more often than places.
const TRADE_LIKE_REGIONS: &[&str] = &[
    "东方", "长安", "平安", "和平", "安顺", "大同", "永安", "长乐", "泰安", "安康", "兴化", "兴平", "永康", "安达",
    "新民", "瑞安", "三明", "吉安", "长治", "平顺", "永顺", "富裕", "太和", "泰和", "太康", "新华", "新乐", "新兴",
    "安吉", "大安", "白云", "海兴", "金堂", "宝丰", "金湖", "鼎城", "阿里", "朝阳",
];

/// Zones that have no code and stand behind their city: 天津开发区. Longest first.
const ZONES: &[&str] = &[
    "高新技术产业开发区",
    "经济技术开发区",
    "高新技术开发区",
    "高新技术产业区",
    "综合保税区",
    "经济开发区",
    "保税港区",
    "高新区",
    "经开区",
    "开发区",
    "保税区",
    "自贸区",
    "工业园区",
];

/// Levels of division below the county that individual businesses name.
const TOWN_ENDS: &[&str] = &["街道", "镇"];

/// A shorter one is a trade name that happens to end like a town.
const N_TOWN_CHARS_MIN: usize = 3;

/// Names of towns are at most this long, ending included.
const N_TOWN_CHARS_MAX: usize = 6;

/// What makes the short name of a city before it the name of something in a city: 北京路, 深圳湾, 北京大学.
const PLACE_HEADS: &[&str] = &["路", "街", "大道", "大街", "湾", "大厦", "大学", "学院", "市", "东路", "西路"];

/// Short names of cities have two to four characters (呼和浩特).
const N_CITY_CHARS: std::ops::RangeInclusive<usize> = 2..=4;

/// The region at the start of a name without its form: its bytes and the lowest division.
pub(super) fn at_start(rest: &str) -> (usize, Option<Division>) {
    let Some(mut found) = division::prefix(rest).or_else(|| famous_city(rest)) else { return (0, None) };
    loop {
        let written = &rest[..found.len];
        let left = &rest[found.len..];
        let is_trade_like = !found.full_form && TRADE_LIKE_REGIONS.contains(&written);
        if found.full_form || (has_trade_name(left) && !is_trade_like) {
            return extend(left, found);
        }
        // Nothing but an industry is left: perhaps the last link of the chain was the trade name (重庆 + 长寿汽车).
        let shorter = written.char_indices().next_back().and_then(|(idx, _)| division::prefix(&written[..idx]));
        match shorter {
            Some(shorter) => found = shorter,
            None if is_trade_like || left.is_empty() => return (0, None),
            None => return (found.len, Some(found.division)),
        }
    }
}

/// The division that a text in brackets names from end to end.
pub(super) fn named(text: &str) -> Option<Division> {
    let whole_chain = || division::prefix(text).filter(|found| found.len == text.len()).map(|found| found.division);
    division::named(text).or_else(whole_chain)
}

/// The lower of two regions if one contains the other, else the first: it is the one of the registration.
pub(super) fn lower(front: Option<Division>, bracketed: Option<Division>) -> Option<Division> {
    match (front, bracketed) {
        (Some(front), Some(bracketed)) if front.contains(bracketed) => Some(bracketed),
        (front, bracketed) => front.or(bracketed),
    }
}

/// A city that could also be a county somewhere (西安): in a name at the start it is the city.
fn famous_city(rest: &str) -> Option<DivisionPrefix> {
    N_CITY_CHARS.rev().find_map(|n_chars| {
        let (len, _) = rest.char_indices().nth(n_chars)?;
        let is_place = PLACE_HEADS.iter().any(|head| rest[len..].starts_with(head));
        let division = division::named(&format!("{}市", &rest[..len])).filter(|_| !is_place)?;
        let is_city = division.level() != DivisionLevel::County;
        is_city.then_some(DivisionPrefix { division, len, full_form: false })
    })
}

/// Takes the zone or town that follows a division.
fn extend(left: &str, found: DivisionPrefix) -> (usize, Option<Division>) {
    let (len, division) =
        zone(left, found.division).or_else(|| town(left, found.division)).unwrap_or((0, found.division));
    (found.len + len, Some(division))
}

fn zone(left: &str, region: Division) -> Option<(usize, Division)> {
    let area = division::functional_area(left, region).map(|found| (found.len, found.area.county.unwrap_or(region)));
    let generic = || ZONES.iter().find(|zone| left.starts_with(**zone)).map(|zone| (zone.len(), region));
    area.or_else(generic).filter(|(len, _)| has_trade_name(&left[*len..]))
}

fn town(left: &str, region: Division) -> Option<(usize, Division)> {
    let reach = left.char_indices().nth(N_TOWN_CHARS_MAX).map_or(left.len(), |(idx, _)| idx);
    // Few names have a town, and the table is larger than this check.
    let end = TOWN_ENDS.iter().find_map(|end| left[..reach].find(end).map(|idx| idx + end.len()))?;
    let known = division::street(left, region).map(|street| (street.len, street.county));
    // Towns that were merged away live on in names.
    let generic = || left[..end].chars().nth(N_TOWN_CHARS_MIN - 1).map(|_| (end, region));
    known.or_else(generic).filter(|(len, _)| has_trade_name(&left[*len..]))
}

fn has_trade_name(left: &str) -> bool {
    industry::len_before_longest(left) >= left.chars().take(N_TRADE_CHARS_MIN).map(char::len_utf8).sum()
        && left.chars().nth(N_TRADE_CHARS_MIN - 1).is_some()
}

#[cfg(test)]
mod tests;
