//! How much do two names of a place have in common?
//!
//! Names are compared by their characters, without a table of places. It deliberately reads no sound and no shape.

use super::PartLevel;
use crate::text::chinese_number;
use crate::words::homophone;

/// Words of one meaning; the first is written for all.
const ALIASES: &[&[&str]] = &[
    &["花园", "花苑", "家园", "嘉园", "佳园", "佳苑", "家苑", "嘉苑", "雅苑", "雅园"],
    &["小区", "社区"],
    &["大厦", "大楼", "商厦"],
];

/// The name without marks, with digits for numerals.
pub(super) fn place_name(name: &str) -> String {
    body_of(name).into_iter().collect()
}

/// A text with numerals as digits, blocks as 栋, and without marks that say nothing.
pub(super) fn body_of(text: &str) -> Vec<char> {
    let mut body = Vec::with_capacity(text.len() / 2);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut len = c.len_utf8();
        match chinese_number(rest).filter(|(_, len)| *len > 0) {
            Some((value, numeral_len)) => {
                body.extend(value.to_string().chars());
                len = numeral_len;
            }
            None => match c {
                '幢' | '座' => body.push('栋'),
                '号' if rest["号".len()..].starts_with('楼') => {
                    body.push('栋');
                    len += "楼".len();
                }
                '苑' => body.push('园'),
                '·' | '.' | ',' | '(' | ')' | '\'' | '"' => {}
                _ => body.extend(c.to_uppercase()),
            },
        }
        rest = &rest[len..];
    }
    body
}

/// What two names say to each other.
pub(super) fn name_level(a: &str, b: &str) -> PartLevel {
    /// One character is in too many names.
    const N_CHARS_TELLING: usize = 2;
    if a == b {
        return PartLevel::Equal;
    }
    let (x, y) = (aliased(a), aliased(b));
    if x == y {
        return PartLevel::Alias;
    }
    let (a, b): (Vec<char>, Vec<char>) = (x.chars().collect(), y.chars().collect());
    if b.len() >= N_CHARS_TELLING && x.contains(y.as_str()) {
        return PartLevel::LeftHolds;
    }
    if a.len() >= N_CHARS_TELLING && y.contains(x.as_str()) {
        return PartLevel::RightHolds;
    }
    if sounds(&x) == sounds(&y) {
        return PartLevel::Similar;
    }
    let distance = rapidfuzz::distance::osa::distance(a.iter().copied(), b.iter().copied());
    if distance * 4 <= a.len().min(b.len()) + 1 && a.len().min(b.len()) >= 3 {
        return PartLevel::Similar;
    }
    let common = longest_common(&a, &b);
    if common * 2 >= a.len().min(b.len()) && common >= N_CHARS_TELLING {
        PartLevel::Slight
    } else {
        PartLevel::Different
    }
}

/// What two roads say: 中山路 and 中山大道 may be one road, 中山北路 is another one nearby.
pub(super) fn road_level(a: &str, b: &str) -> PartLevel {
    const TAILS: &[&str] = &["大道", "大街", "公路", "道路", "路", "街", "道", "巷", "弄"];
    let core = |road: &'_ str| TAILS.iter().find_map(|tail| road.strip_suffix(tail)).unwrap_or(road).len();
    let (x, y) = (&a[..core(a)], &b[..core(b)]);
    let is_telling = |name: &str| name.chars().nth(1).is_some();
    let without_compass = |name: &'_ str| name.trim_end_matches(['东', '西', '南', '北', '中']).len();
    let (plain_x, plain_y) = (&x[..without_compass(x)], &y[..without_compass(y)]);
    if a == b {
        PartLevel::Equal
    } else if x == y && is_telling(x) {
        PartLevel::Alias
    } else if is_telling(y) && a.ends_with(b) {
        PartLevel::LeftHolds
    } else if is_telling(x) && b.ends_with(a) {
        PartLevel::RightHolds
    } else if plain_x == plain_y && is_telling(plain_x) {
        PartLevel::Slight
    } else if is_telling(x) && sounds(x) == sounds(y) {
        PartLevel::Similar
    } else {
        PartLevel::Different
    }
}

fn sounds(name: &str) -> String {
    name.chars().map(homophone).collect()
}

/// The best that any name of one side and any of the other say.
pub(super) fn best_level<'a>(
    left: impl Iterator<Item = &'a str>,
    right: impl Iterator<Item = &'a str> + Clone,
    level: impl Fn(&str, &str) -> PartLevel,
) -> PartLevel {
    let has_right = right.clone().next().is_some();
    let (mut best, mut has_left) = (PartLevel::Different, false);
    let mut holds = [false; 2];
    for a in left {
        has_left = true;
        for found in right.clone().map(|b| level(a, b)) {
            best = best.max(found);
            holds[0] |= found == PartLevel::LeftHolds;
            holds[1] |= found == PartLevel::RightHolds;
        }
    }
    // Each side holds a name of the other: neither is the finer one.
    if holds == [true; 2] && best == PartLevel::RightHolds {
        best = PartLevel::Similar;
    }
    match (has_left, has_right) {
        (false, false) => PartLevel::Neither,
        (true, false) => PartLevel::OnlyLeft,
        (false, true) => PartLevel::OnlyRight,
        (true, true) => best,
    }
}

fn aliased(name: &str) -> String {
    let mut name = name.to_owned();
    for words in ALIASES {
        if let Some(tail) = words.iter().find(|tail| name.len() > tail.len() && name.ends_with(**tail)) {
            name.truncate(name.len() - tail.len());
            name.push_str(words[0]);
        }
    }
    name
}

/// Length of the longest run of characters that two names share.
pub(super) fn longest_common(a: &[char], b: &[char]) -> usize {
    let mut row = vec![0_usize; b.len() + 1];
    let mut best = 0;
    for x in a {
        for (idx, y) in b.iter().enumerate().rev() {
            row[idx + 1] = if x == y { row[idx] + 1 } else { 0 };
            best = best.max(row[idx + 1]);
        }
    }
    best
}

/// What two numbers say: equal, a part of each other (15, 15-3), with another letter (A3, 3), close by, or another.
pub(super) fn number_level(a: &str, b: &str) -> PartLevel {
    /// Doors that lie this close stand on the same part of a road.
    const N_CLOSE_MAX: u64 = 10;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>().parse::<u64>().ok();
    if a == b {
        return PartLevel::Equal;
    }
    if a.split('-').any(|member| member == b) {
        return PartLevel::LeftHolds;
    }
    if b.split('-').any(|member| member == a) {
        return PartLevel::RightHolds;
    }
    match digits(a).zip(digits(b)) {
        Some((a, b)) if a == b => PartLevel::Similar,
        Some((a, b)) if a.abs_diff(b) <= N_CLOSE_MAX => PartLevel::Slight,
        _ => PartLevel::Different,
    }
}
