//! Whose is it? The citizen's identity number 公民身份号码 of GB 11643-1999, and its 15-digit forerunner.
//!
//! Six digits of area, eight of birth date, three of sequence (odd for men) and a check character by ISO 7064 MOD 11-2.
//! The area is a division that existed in some year since 1980; or 810000, 820000, 830000 for residents from Hong Kong,
//! Macao and Taiwan (国办发〔2018〕81号); or, for foreigners' permanent residence since December 2023, 9, a province and a
//! nationality. It is personal data: `Debug` masks it, and only [`PersonId::as_str`] gives it away. Whether a number was
//! ever issued is not known here; what is odd about a field is said by [`read`].

mod area;
mod reading;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::Serialize;

use super::normalize;
use crate::date::Date;

pub use area::PersonIdKind;
pub use reading::{PersonIdProblem, PersonIdReading, read};

/// Length of an identity number, in characters.
pub const LEN: usize = 18;
/// Length of the numbers issued before 1999, which have a two-digit year and no check character.
pub const OLD_LEN: usize = 15;

/// An identity number whose date is real and whose check character is right; an old number is stored upgraded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId([u8; LEN]);

/// The sex recorded in the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 女
    Female,
    /// 男
    Male,
}

const BODY_LEN: usize = LEN - 1;
/// Digits of division, or of province and nationality.
const AREA_LEN: usize = 6;
/// GB 11643-1999: `2^(18−i) mod 11`.
const WEIGHTS: [u32; BODY_LEN] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const MODULUS: u32 = 11;
/// Indexed by the weighted sum modulo 11.
const CHECK_CHARS: [u8; MODULUS as usize] = *b"10X98765432";
/// Old numbers were issued to people born in this century.
const OLD_CENTURY: &str = "19";
/// No holder of a number was born before; the oldest people alive in 1984, when numbers began, were born about then.
const BIRTH_YEAR_MIN: i32 = 1880;

impl PersonId {
    /// Reads an identity number of 18 or 15 characters; `today` is the latest possible birth date.
    ///
    /// ```
    /// use minglu_rules::code::person_id::PersonId;
    /// use minglu_rules::date::Date;
    /// let today = Date::from_civil(2026, 1, 1).expect("a real date");
    /// let person_id = PersonId::parse("110105491231002", today).expect("a published example");
    /// assert_eq!(person_id.as_str(), "11010519491231002X");
    /// assert_eq!(PersonId::parse("440304198513010010", today), None); // The check is right, but month 13 is not.
    /// ```
    pub fn parse(text: &str, today: Date) -> Option<PersonId> {
        PersonId::from_normalized(&normalize(text), today)
    }

    /// Returns the eighteen characters.
    ///
    /// ```
    /// use minglu_rules::code::person_id::PersonId;
    /// use minglu_rules::date::Date;
    /// let person_id = PersonId::parse("11010519491231002x", Date(20_000)).expect("a published example");
    /// assert_eq!(person_id.as_str(), "11010519491231002X");
    /// assert_eq!(format!("{person_id:?}"), "PersonId(110***********002X)");
    /// ```
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only ASCII passes the check")
    }

    /// Returns whose number it is: a citizen's, a resident's, a foreigner's.
    ///
    /// ```
    /// use minglu_rules::code::person_id::{PersonId, PersonIdKind};
    /// use minglu_rules::date::Date;
    /// let person_id = PersonId::parse("830000199201300022", Date(20_000)).expect("the ministry's specimen");
    /// assert_eq!(person_id.kind(), PersonIdKind::TaiwanResident); // 台湾居民居住证
    /// ```
    pub fn kind(&self) -> PersonIdKind {
        area::kind(self.as_str()).expect("the area was checked when the number was read")
    }

    /// Returns the division where a citizen's number was first issued, by its code of then.
    ///
    /// ```
    /// use minglu_rules::code::person_id::PersonId;
    /// use minglu_rules::date::Date;
    /// let person_id = PersonId::parse("440305199003070014", Date(20_000)).expect("synthetic, valid");
    /// assert_eq!(person_id.division(), Some(440305)); // 南山区
    /// ```
    pub fn division(&self) -> Option<u32> {
        let is_citizen = self.kind() == PersonIdKind::Citizen;
        self.as_str()[..AREA_LEN].parse().ok().filter(|_| is_citizen)
    }

    /// Returns the letters of the nationality, ISO 3166-1, that a foreigner's number tells.
    ///
    /// ```
    /// use minglu_rules::code::person_id::PersonId;
    /// use minglu_rules::date::Date;
    /// let person_id = PersonId::parse("911124198108030024", Date(20_000)).expect("the administration's specimen");
    /// assert_eq!(person_id.nationality(), Some("CAN")); // 加拿大
    /// ```
    pub fn nationality(&self) -> Option<&'static str> {
        let is_foreign = self.kind() == PersonIdKind::PermanentResident;
        area::nationality_of_digits(&self.as_str()[3..AREA_LEN]).filter(|_| is_foreign).map(|country| country.code)
    }

    /// Returns the date of birth.
    ///
    /// ```
    /// use minglu_rules::code::person_id::PersonId;
    /// use minglu_rules::date::Date;
    /// let person_id = PersonId::parse("440305199003070014", Date(20_000)).expect("synthetic, valid");
    /// assert_eq!(person_id.birth_date(), Date::from_civil(1990, 3, 7).expect("a real date"));
    /// ```
    pub fn birth_date(&self) -> Date {
        birth_date(self.as_str()).expect("the date was checked when the number was read")
    }

    /// Returns the sex: the last digit of the sequence is odd for men.
    ///
    /// ```
    /// use minglu_rules::code::person_id::{PersonId, Sex};
    /// use minglu_rules::date::Date;
    /// let person_id = PersonId::parse("440305199003070014", Date(20_000)).expect("synthetic, valid");
    /// assert_eq!(person_id.sex(), Sex::Male);
    /// ```
    pub fn sex(&self) -> Sex {
        if self.0[BODY_LEN - 1] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    pub(super) fn from_normalized(text: &str, today: Date) -> Option<PersonId> {
        let number: [u8; LEN] = match text.len() {
            LEN => text.as_bytes().try_into().ok()?,
            OLD_LEN => upgraded(text)?,
            _ => return None,
        };
        let is_right = check_char(number.first_chunk()?)? == number[BODY_LEN];
        let digits = std::str::from_utf8(&number).ok()?;
        let is_number = is_right && area::kind(digits).is_some() && has_person_shape(digits, today);
        is_number.then_some(PersonId(number))
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonId({}***********{})", &self.as_str()[..3], &self.as_str()[14..])
    }
}

/// Returns the check character of seventeen digits, `None` if one is not a digit.
///
/// ```
/// use minglu_rules::code::person_id::check_char;
/// assert_eq!(check_char(b"11010519491231002"), Some(b'X'));
/// ```
pub fn check_char(body: &[u8; BODY_LEN]) -> Option<u8> {
    let mut sum = 0;
    for (char, weight) in body.iter().zip(WEIGHTS) {
        sum += char::from(*char).to_digit(10)? * weight;
    }
    CHECK_CHARS.get((sum % MODULUS) as usize).copied()
}

/// Whether 18 normalized characters have a province and a birth date, whatever the county and the check character.
///
/// A mistyped identity number is still a person's, so this asks for less than validity does.
pub(super) fn has_person_shape(text: &str, today: Date) -> bool {
    let is_numeric = text.len() == LEN
        && text.bytes().take(BODY_LEN).all(|char| char.is_ascii_digit())
        && text.bytes().last().is_some_and(|char| char.is_ascii_digit() || char == b'X');
    is_numeric
        && area::may_be_a_persons(text)
        && birth_date(text).is_some_and(|date| date <= today && date.year() >= BIRTH_YEAR_MIN)
}

/// An old number with the century inserted and the check character appended.
pub(super) fn upgraded(text: &str) -> Option<[u8; LEN]> {
    if text.len() != OLD_LEN || !text.bytes().all(|char| char.is_ascii_digit()) {
        return None;
    }
    let body = [&text[..6], OLD_CENTURY, &text[6..]].concat();
    let check = check_char(body.as_bytes().try_into().ok()?)?;
    [body.as_bytes(), &[check]].concat().try_into().ok()
}

fn birth_date(text: &str) -> Option<Date> {
    let number = |range| text.get(range).and_then(|digits: &str| digits.parse::<u32>().ok());
    Date::from_civil(number(6..10)? as i32, number(10..12)?, number(12..14)?)
}
