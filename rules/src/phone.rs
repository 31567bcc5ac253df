//! Which telephone numbers are in this field? Chinese numbers as E.164 (ITU-T) with extensions, others as they are.
//!
//! A field may hold several numbers, labels and names; what is not a complete number is left out. The plan is that of
//! the MIIT: mobile numbers 1[3–9], area codes 010, 02x and 0[3–9]xx, service numbers 400 and 800. `82601234/35` and
//! `82601234至38` are several numbers. Numbers of Hong Kong, Macao, Taiwan and abroad need their country code. Whether
//! a number is shared by too many units to link them is for the frozen model to say.

mod area;
mod plan;
mod reading;

use serde::Serialize;

use crate::text::{Keep, fold_keeping};

pub use area::{area_code_of, places_of};
use plan::{has_unfinished_digits, number, with_last_digits};
pub use reading::{PhoneProblem, PhoneReading, read};

/// A complete telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Phone {
    /// `+`, country code and the national number without its leading 0.
    pub e164: Box<str>,
    /// What to dial after the exchange answers.
    pub extension: Option<Box<str>>,
    /// What the number belongs to.
    pub kind: PhoneKind,
}

/// What a number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneKind {
    /// A person's: 手机.
    Mobile,
    /// A place's: 固定电话.
    Landline,
    /// A service's, 400 or 800; it never links two units.
    Service400,
    /// A number of Hong Kong, +852.
    HongKong,
    /// A number of Macao, +853.
    Macao,
    /// A number of Taiwan, +886.
    Taiwan,
    /// A number of another country.
    Foreign,
}

/// More numbers than this in one field are a list of something else.
const N_PHONES_MAX: usize = 16;
/// Pieces of one number, split by spaces: `+86 755 8260 1234 转 801`.
const N_PIECES_MAX: usize = 6;
/// Longest extension in use, in digits.
const EXTENSION_LEN_MAX: usize = 6;
/// What announces an extension, after folding.
const EXTENSION_MARKS: [&str; 6] = ["转分机", "分机", "转", "EXT", "#", "X"];
/// What joins the ends of a range; looked for before folding, which makes a hyphen of the tilde.
const RANGE_MARKS: [char; 5] = ['~', '～', '〜', '至', '到'];
/// Numbers of one range; a longer one is no range of telephones.
const N_RANGE_MAX: u32 = 20;
/// Last digits that stand for a whole number after a separator: `82601234/35`.
const N_LAST_DIGITS_MAX: usize = 4;

/// Reads all complete numbers of a field; numbers without area code get that of the record's city.
///
/// ```
/// use minglu_rules::phone::parse;
/// let phones = parse("０７５５－8260 1234转801；13800138000", None);
/// assert_eq!(&*phones[0].e164, "+8675582601234");
/// assert_eq!(phones[0].extension.as_deref(), Some("801"));
/// assert_eq!(&*phones[1].e164, "+8613800138000");
/// assert_eq!(parse("82601234/13800138000", Some("0755")).len(), 2);
/// assert_eq!(parse("82601234/35", Some("0755")).len(), 2);
/// assert_eq!(&*parse("(852)2345 6789", None)[0].e164, "+85223456789");
/// assert!(parse("12345678901", None).is_empty());
/// ```
pub fn parse(text: &str, area_code: Option<&str>) -> Vec<Phone> {
    let mut phones = Vec::new();
    let mut folded = String::with_capacity(text.len());
    for (idx, segment) in text.split(RANGE_MARKS).enumerate() {
        folded.clear();
        fold_keeping(segment, Keep::Phone, &mut folded);
        let rest = if idx > 0 { push_range(&folded, &mut phones) } else { &folded };
        for part in rest.split_inclusive([',', '/']) {
            push_phones_of_part(part, area_code, &mut phones);
        }
        if phones.len() >= N_PHONES_MAX {
            phones.truncate(N_PHONES_MAX);
            break;
        }
    }
    phones
}

/// The numbers after the last one up to the one that the text begins with; returns what follows.
fn push_range<'a>(text: &'a str, phones: &mut Vec<Phone>) -> &'a str {
    let digits = &text[..text.bytes().take_while(u8::is_ascii_digit).count()];
    let Some(first) = phones.last().filter(|phone| phone.extension.is_none()).cloned() else { return text };
    if digits.is_empty() || digits.len() > N_LAST_DIGITS_MAX {
        return text;
    }
    let start = &first.e164[first.e164.len().saturating_sub(digits.len())..];
    let (Ok(start), Ok(end)) = (start.parse::<u32>(), digits.parse::<u32>()) else { return text };
    if (start..start + N_RANGE_MAX).contains(&end) {
        let next =
            (start + 1..=end).map(|last| with_last_digits(&first, &format!("{last:0width$}", width = digits.len())));
        phones.extend(next);
    }
    &text[digits.len()..]
}

/// Joins as many pieces as make a number, because a space may part two numbers or the halves of one.
fn push_phones_of_part(part: &str, area_code: Option<&str>, phones: &mut Vec<Phone>) {
    let text = part.trim_end_matches([',', '/']);
    if let Some(phone) = sibling(text, phones.last()) {
        phones.push(phone);
        return;
    }
    let pieces: Vec<&str> = text.split(' ').filter(|piece| !piece.is_empty()).collect();
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

/// The number of which only the last digits are written, after the number whose first digits it shares.
fn sibling(text: &str, previous: Option<&Phone>) -> Option<Phone> {
    let digits = text.trim();
    let previous = previous.filter(|phone| phone.extension.is_none() && phone.kind != PhoneKind::Service400)?;
    has_unfinished_digits(digits, N_LAST_DIGITS_MAX).then(|| with_last_digits(previous, digits))
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
    let grouped = text.rsplit_once('-').and_then(|(main, extension)| {
        let phone = number(main, area_code).filter(|phone| phone.kind != PhoneKind::Mobile)?;
        Some(with_extension(phone, extension)).filter(|phone| phone.extension.is_some())
    });
    // 82601234(9点开始): what stands in brackets may begin with digits and be a note.
    grouped.or_else(|| number(text.split_once('(')?.0, area_code))
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

#[cfg(test)]
mod tests;
