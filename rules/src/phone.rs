//! Which telephone numbers are in this field? Chinese numbers as E.164 (ITU-T) with extensions.
//!
//! A field may hold several numbers, labels and names; what is not a complete number is left out. The plan is that of
//! the MIIT: mobile numbers 1[3–9], area codes 010, 02x and 0[3–9]xx, service numbers 400 and 800. Whether a number is
//! shared by too many units to link them is for the frozen model to say.

use serde::Serialize;

use crate::text::{Keep, fold_keeping};

/// A complete telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Phone {
    /// `+86` and the national number without its leading 0.
    pub e164: Box<str>,
    /// What to dial after the exchange answers.
    pub extension: Option<Box<str>>,
    /// What the number belongs to.
    pub kind: PhoneKind,
}

/// What a number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum PhoneKind {
    /// A person's: 手机.
    Mobile,
    /// A place's: 固定电话.
    Landline,
    /// A service's, 400 or 800; it never links two units.
    Service400,
}

/// More numbers than this in one field are a list of something else.
const N_PHONES_MAX: usize = 16;
/// Pieces of one number, split by spaces: `+86 755 8260 1234 转 801`.
const N_PIECES_MAX: usize = 6;
/// Longest extension in use, in digits.
const EXTENSION_LEN_MAX: usize = 6;
/// What announces an extension, after folding.
const EXTENSION_MARKS: [&str; 6] = ["转分机", "分机", "转", "EXT", "#", "X"];
/// International prefixes of China, longest first.
const COUNTRY_PREFIXES: [&str; 3] = ["+86", "0086", "86"];
/// Prefixes of discounted long-distance calls, still stored before mobile numbers.
const CARRIER_PREFIXES: [&str; 2] = ["17951", "12593"];
/// Length of a mobile number, in digits.
const MOBILE_LEN: usize = 11;
/// Length of a 400 or 800 number, in digits.
const SERVICE_LEN: usize = 10;

/// Reads all complete numbers of a field; numbers without area code get that of the record's city.
///
/// ```
/// use minglu_rules::phone::parse;
/// let phones = parse("０７５５－8260 1234转801；13800138000", None);
/// assert_eq!(&*phones[0].e164, "+8675582601234");
/// assert_eq!(phones[0].extension.as_deref(), Some("801"));
/// assert_eq!(&*phones[1].e164, "+8613800138000");
/// assert_eq!(parse("82601234/13800138000", Some("0755")).len(), 2);
/// assert!(parse("12345678901", None).is_empty());
/// ```
pub fn parse(text: &str, area_code: Option<&str>) -> Vec<Phone> {
    let mut folded = String::with_capacity(text.len());
    fold_keeping(text, Keep::Phone, &mut folded);
    let mut phones = Vec::new();
    for part in folded.split([',', '/']) {
        push_phones_of_part(part, area_code, &mut phones);
        if phones.len() >= N_PHONES_MAX {
            phones.truncate(N_PHONES_MAX);
            break;
        }
    }
    phones
}

/// Joins as many pieces as make a number, because a space may part two numbers or the halves of one.
fn push_phones_of_part(part: &str, area_code: Option<&str>, phones: &mut Vec<Phone>) {
    let pieces: Vec<&str> = part.split(' ').filter(|piece| !piece.is_empty()).collect();
    let mut start = 0;
    while start < pieces.len() && phones.len() < N_PHONES_MAX {
        let n_pieces_max = N_PIECES_MAX.min(pieces.len() - start);
        let longest = (1..=n_pieces_max)
            .rev()
            .find_map(|n_pieces| Some((n_pieces, phone(&pieces[start..start + n_pieces].concat(), area_code)?)));
        match longest {
            Some((n_pieces, phone)) => {
                start += n_pieces;
                if !phones.contains(&phone) {
                    phones.push(phone);
                }
            }
            None => start += 1,
        }
    }
}

/// One number with its extension, labels around it ignored.
fn phone(text: &str, area_code: Option<&str>) -> Option<Phone> {
    let text = &text[text.find(|char: char| char.is_ascii_digit() || char == '+')?..];
    let marked = EXTENSION_MARKS.iter().find_map(|mark| text.split_once(mark));
    if let Some((main, extension)) = marked {
        return number(main, area_code).map(|phone| with_extension(phone, extension));
    }
    if let Some(phone) = number(text, area_code) {
        return Some(phone);
    }
    // 0755-82601234-801: the last group is an extension only if the rest is complete without it.
    let (main, extension) = text.rsplit_once('-')?;
    let phone = number(main, area_code).filter(|phone| phone.kind != PhoneKind::Mobile)?;
    Some(with_extension(phone, extension)).filter(|phone| phone.extension.is_some())
}

fn with_extension(phone: Phone, text: &str) -> Phone {
    let digits = leading_digits(text);
    let extension = (1..=EXTENSION_LEN_MAX).contains(&digits.len()).then(|| digits.into());
    Phone { extension, ..phone }
}

/// The digits at the start of a text, past any sign.
fn leading_digits(text: &str) -> &str {
    let text = text.trim_start_matches(|char: char| !char.is_ascii_digit());
    &text[..text.bytes().take_while(u8::is_ascii_digit).count()]
}

fn number(text: &str, area_code: Option<&str>) -> Option<Phone> {
    let dialed: String = text
        .chars()
        .take_while(|char| char.is_ascii_digit() || "+-()".contains(*char))
        .filter(|char| char.is_ascii_digit() || *char == '+')
        .collect();
    national(&dialed, area_code).or_else(|| {
        let rest = COUNTRY_PREFIXES.iter().find_map(|prefix| dialed.strip_prefix(prefix))?;
        // Behind the country code the area code stands without its 0.
        national(rest, None).or_else(|| landline(&["0", rest].concat()))
    })
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
    is_mobile.then(|| international(digits, PhoneKind::Mobile))
}

fn service(digits: &str) -> Option<Phone> {
    let is_service = digits.len() == SERVICE_LEN && (digits.starts_with("400") || digits.starts_with("800"));
    is_service.then(|| international(digits, PhoneKind::Service400))
}

fn landline(digits: &str) -> Option<Phone> {
    let area_code_len = match digits.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', b'0'..=b'5' | b'7'..=b'9', ..] => 3,
        [b'0', b'3'..=b'9', _, _, ..] => 4,
        _ => return None,
    };
    let is_numeric = digits.bytes().all(|digit| digit.is_ascii_digit());
    let is_landline = is_numeric && is_subscriber(digits.get(area_code_len..)?);
    is_landline.then(|| international(&digits[1..], PhoneKind::Landline))
}

/// Seven or eight digits, the first of which is no trunk, service or emergency prefix.
fn is_subscriber(digits: &str) -> bool {
    matches!(digits.len(), 7 | 8) && digits.starts_with(|digit: char| ('2'..='8').contains(&digit))
}

fn international(national: &str, kind: PhoneKind) -> Phone {
    Phone { e164: ["+86", national].concat().into(), extension: None, kind }
}

#[cfg(test)]
mod tests;
