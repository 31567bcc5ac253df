//! Is this string of digits a complete number? The numbering plans, from the country's own to the world's.
//!
//! Only shapes and the tables of area and country codes; nothing here knows which numbers were given out.

use std::sync::LazyLock;

use super::{Phone, PhoneKind, area};

static COUNTRY_CODES: &str = include_str!("../../data/phone/country-codes.txt");

/// International prefixes of China, longest first.
const COUNTRY_PREFIXES: [&str; 3] = ["+86", "0086", "86"];
/// What is dialed before the code of another country.
const INTERNATIONAL_PREFIXES: [&str; 2] = ["+", "00"];
/// Prefixes of discounted long-distance calls, still stored before mobile numbers.
const CARRIER_PREFIXES: [&str; 2] = ["17951", "12593"];
/// Length of a mobile number, in digits.
const MOBILE_LEN: usize = 11;
/// Length of a 400 or 800 number, in digits.
const SERVICE_LEN: usize = 10;
/// Country codes of three digits at most, ITU-T E.164.
const COUNTRY_CODE_LEN_MAX: usize = 3;
/// Digits of an international number, ITU-T E.164; none in use has fewer than seven.
const INTERNATIONAL_LEN: std::ops::RangeInclusive<usize> = 7..=15;

/// Reads one number as dialed from anywhere, signs between its digits ignored.
pub(super) fn number(text: &str, area_code: Option<&str>) -> Option<Phone> {
    let dialed: String = text
        .chars()
        .take_while(|char| char.is_ascii_digit() || "+-()".contains(*char))
        .filter(|char| char.is_ascii_digit() || *char == '+')
        .collect();
    national(&dialed, area_code).or_else(|| behind_country_code(&dialed)).or_else(|| abroad(&dialed))
}

/// A number of which the last digits are replaced.
pub(super) fn with_last_digits(phone: &Phone, digits: &str) -> Phone {
    let kept = phone.e164.len().saturating_sub(digits.len());
    Phone { e164: [&phone.e164[..kept], digits].concat().into(), ..phone.clone() }
}

/// Whether a text is nothing but a few digits: the end of a number whose beginning stands elsewhere.
pub(super) fn has_unfinished_digits(text: &str, n_digits_max: usize) -> bool {
    (1..=n_digits_max).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// Whether a text would be a number if the city were known.
pub(super) fn is_subscriber(digits: &str) -> bool {
    let is_numeric = digits.bytes().all(|digit| digit.is_ascii_digit());
    // Seven or eight digits, the first of which is no trunk, service or emergency prefix.
    is_numeric && matches!(digits.len(), 7 | 8) && digits.starts_with(|digit: char| ('2'..='8').contains(&digit))
}

fn behind_country_code(dialed: &str) -> Option<Phone> {
    let rest = COUNTRY_PREFIXES.iter().find_map(|prefix| dialed.strip_prefix(prefix))?;
    // Behind the country code the area code stands without its 0.
    national(rest, None).or_else(|| landline(&["0", rest].concat()))
}

/// A number as dialed within the country.
fn national(digits: &str, area_code: Option<&str>) -> Option<Phone> {
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // The prefix is looked for last: 17951 also begins mobile numbers.
    let behind_carrier = || CARRIER_PREFIXES.iter().find_map(|prefix| mobile(digits.strip_prefix(prefix)?));
    mobile(digits)
        .or_else(|| service(digits))
        .or_else(|| landline(digits))
        .or_else(|| local(digits, area_code?))
        .or_else(behind_carrier)
}

/// A number as dialed within the city.
fn local(digits: &str, area_code: &str) -> Option<Phone> {
    if !is_subscriber(digits) {
        return None;
    }
    landline(&["0", area_code.trim_start_matches('0'), digits].concat())
}

fn mobile(digits: &str) -> Option<Phone> {
    // A mobile number of another city was once dialed with a 0 in front.
    let digits = if digits.len() == MOBILE_LEN + 1 { digits.strip_prefix('0')? } else { digits };
    let is_mobile = digits.len() == MOBILE_LEN && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]);
    is_mobile.then(|| international("86", digits, PhoneKind::Mobile))
}

fn service(digits: &str) -> Option<Phone> {
    let is_service = digits.len() == SERVICE_LEN && (digits.starts_with("400") || digits.starts_with("800"));
    is_service.then(|| international("86", digits, PhoneKind::Service400))
}

fn landline(digits: &str) -> Option<Phone> {
    let (_, subscriber) = area::split(digits)?;
    is_subscriber(subscriber).then(|| international("86", &digits[1..], PhoneKind::Landline))
}

/// A number of Hong Kong, Macao, Taiwan or another country, which only its country code tells from others.
fn abroad(dialed: &str) -> Option<Phone> {
    let prefixed = INTERNATIONAL_PREFIXES.iter().find_map(|prefix| dialed.strip_prefix(prefix));
    let digits = prefixed.unwrap_or(dialed);
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let (code, rest) = digits.split_at_checked(COUNTRY_CODE_LEN_MAX)?;
    let is_of =
        |lens: std::ops::RangeInclusive<usize>, rest: &str| lens.contains(&rest.len()) && !rest.starts_with(['0', '1']);
    let taiwan = rest.strip_prefix('0').unwrap_or(rest);
    match code {
        "852" if is_of(8..=8, rest) => Some(international(code, rest, PhoneKind::HongKong)),
        "853" if is_of(8..=8, rest) => Some(international(code, rest, PhoneKind::Macao)),
        "886" if is_of(8..=9, taiwan) => Some(international(code, taiwan, PhoneKind::Taiwan)),
        _ => foreign(prefixed?),
    }
}

fn foreign(digits: &str) -> Option<Phone> {
    static CODES: LazyLock<Vec<&'static str>> = LazyLock::new(|| COUNTRY_CODES.lines().collect());
    let has_code = CODES.iter().any(|code| digits.starts_with(code));
    (has_code && INTERNATIONAL_LEN.contains(&digits.len())).then(|| international("", digits, PhoneKind::Foreign))
}

fn international(code: &str, national: &str, kind: PhoneKind) -> Phone {
    Phone { e164: ["+", code, national].concat().into(), extension: None, kind }
}
