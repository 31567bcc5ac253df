//! What does a field that should hold a person's number say, and what is wrong with it?
//!
//! It explains where [`PersonId::parse`] only accepts: every check by itself, the number of today for one of old, the
//! one number that look-alike characters explain. It repairs nothing; a suggestion is for a person to decide.

use serde::Serialize;

use super::area::{self, Country};
use super::{LEN, OLD_LEN, PersonId, PersonIdKind, Sex, birth_date, check_char, upgraded};
use crate::code::look_alike;
use crate::code::normalize;
use crate::code::uscc::Uscc;
use crate::date::Date;
use crate::division;

/// What a field that should hold a person's number says.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PersonIdReading {
    /// The text without spaces and full-width characters, in capital letters.
    pub text: String,
    /// Whose number it is.
    pub kind: Option<PersonIdKind>,
    /// Every check passes.
    pub valid: bool,
    /// The eighteen characters of today, for a valid number; old numbers of citizens are upgraded.
    pub number: Option<String>,
    /// Code of the division that issued a citizen's number.
    pub division: Option<u32>,
    /// Its name, today's if the code is in use, else that of then.
    pub division_name: Option<String>,
    /// Nationality of a foreigner, ISO 3166-1 letters.
    pub nationality: Option<&'static str>,
    /// Its Chinese name.
    pub nationality_name: Option<&'static str>,
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// Sex.
    pub sex: Option<Sex>,
    /// The only valid number that look-alike characters explain.
    pub suggestion: Option<String>,
    /// What is odd, in the order of the checks.
    pub problems: Vec<PersonIdProblem>,
}

/// What is odd about a person's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonIdProblem {
    /// Nothing is there.
    Empty,
    /// Digits are masked with `*`.
    Masked,
    /// Neither 18 nor 15 characters.
    Length,
    /// A character that cannot stand where it stands.
    Characters,
    /// No division, resident group or nationality ever had these digits.
    Area,
    /// No such day.
    BirthDate,
    /// Born before 1880.
    TooOld,
    /// Born after the day given.
    NotYetBorn,
    /// The check character is wrong.
    Check,
    /// It has no check character that could be verified: an old number.
    Unchecked,
    /// It is a valid credit code as well.
    AlsoUscc,
}

/// Letters of the nationality in a foreigner's old number.
const N_NATIONALITY_LETTERS: usize = 3;

/// Reads a field that should hold a person's number; `today` is the latest possible birth date.
///
/// ```
/// use minglu_rules::code::person_id::{PersonIdKind, PersonIdProblem, read};
/// use minglu_rules::date::Date;
/// let today = Date::from_civil(2026, 1, 1).unwrap();
/// let old = read("110105 491231 002", today);
/// assert_eq!(old.number.as_deref(), Some("11010519491231002X"));
/// assert_eq!(old.division_name.as_deref(), Some("北京市朝阳区"));
/// assert_eq!(read("440304198513010010", today).problems, [PersonIdProblem::BirthDate]); // month 13
/// assert_eq!(read("CAN110081080302", today).kind, Some(PersonIdKind::PermanentResident));
/// ```
pub fn read(text: &str, today: Date) -> PersonIdReading {
    let mut reading = PersonIdReading::of(normalize(text));
    if reading.text.is_empty() {
        reading.problems.push(PersonIdProblem::Empty);
    } else if reading.text.contains('*') {
        reading.problems.push(PersonIdProblem::Masked);
    } else if reading.text.len() == LEN {
        let digits = reading.text.clone();
        reading.read_digits(&digits, today);
    } else if let Some(digits) = upgraded(&reading.text) {
        reading.problems.push(PersonIdProblem::Unchecked);
        reading.read_digits(std::str::from_utf8(&digits).unwrap_or_default(), today);
    } else if reading.text.len() == OLD_LEN {
        reading.read_old_foreigner(today);
    } else {
        reading.problems.push(PersonIdProblem::Length);
    }
    reading
}

impl PersonIdReading {
    fn of(text: String) -> PersonIdReading {
        PersonIdReading {
            text,
            kind: None,
            valid: false,
            number: None,
            division: None,
            division_name: None,
            nationality: None,
            nationality_name: None,
            birth_date: None,
            sex: None,
            suggestion: None,
            problems: Vec::new(),
        }
    }

    /// Eighteen characters.
    fn read_digits(&mut self, digits: &str, today: Date) {
        let Some(body) = digits.as_bytes().first_chunk().filter(|body| check_char(body).is_some()) else {
            self.problems.push(PersonIdProblem::Characters);
            self.suggestion = suggestion(digits, today);
            return;
        };
        self.kind = area::kind(digits);
        match self.kind {
            None => self.problems.push(PersonIdProblem::Area),
            Some(PersonIdKind::Citizen) => self.set_division(digits),
            Some(PersonIdKind::PermanentResident) => self.set_nationality(area::nationality_of_digits(&digits[3..6])),
            Some(_) => (),
        }
        self.set_birth_date(birth_date(digits), today);
        if check_char(body) != digits.bytes().last() {
            self.problems.push(PersonIdProblem::Check);
            self.suggestion = suggestion(digits, today);
        }
        if let Some(person_id) = PersonId::from_normalized(digits, today) {
            self.valid = true;
            self.number = Some(person_id.as_str().to_owned());
            self.sex = Some(person_id.sex());
        }
        if Uscc::from_bytes(digits.as_bytes()).is_some() {
            self.problems.push(PersonIdProblem::AlsoUscc);
        }
    }

    /// 外国人永久居留证 until 2023: three letters of nationality, four digits of area, six of birth date, a sequence and a
    /// check digit, whose rule was never published.
    fn read_old_foreigner(&mut self, today: Date) {
        let (letters, digits) = self.text.split_at_checked(N_NATIONALITY_LETTERS).unwrap_or_default();
        let country = area::nationality_of_letters(letters);
        if country.is_none() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            self.problems.push(PersonIdProblem::Characters);
            return;
        }
        let number = |range| digits.get(range).and_then(|digits: &str| digits.parse::<u32>().ok()).unwrap_or_default();
        let (year, month, day) = (number(4..6), number(6..8), number(8..10));
        // Two digits of the year: the later century, unless that is still to come.
        let centuries = [2000, 1900].into_iter().map(|century| Date::from_civil(century + year as i32, month, day));
        let born = centuries.flatten().find(|date| *date <= today);
        self.kind = Some(PersonIdKind::PermanentResident);
        self.set_nationality(country);
        self.problems.push(PersonIdProblem::Unchecked);
        self.set_birth_date(born, today);
        self.valid = born.is_some();
        self.number = born.map(|_| self.text.clone());
    }

    fn set_division(&mut self, digits: &str) {
        self.division = digits[..6].parse().ok();
        self.division_name = self.division.and_then(division_name);
    }

    fn set_nationality(&mut self, country: Option<Country>) {
        self.nationality = country.map(|country| country.code);
        self.nationality_name = country.map(|country| country.name);
    }

    fn set_birth_date(&mut self, date: Option<Date>, today: Date) {
        self.birth_date = date;
        match date {
            None => self.problems.push(PersonIdProblem::BirthDate),
            Some(date) if date > today => self.problems.push(PersonIdProblem::NotYetBorn),
            Some(date) if date.year() < super::BIRTH_YEAR_MIN => self.problems.push(PersonIdProblem::TooOld),
            Some(_) => (),
        }
    }
}

/// Personal data: a log may say what is wrong, never whose it is.
impl std::fmt::Debug for PersonIdReading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PersonIdReading")
            .field("kind", &self.kind)
            .field("valid", &self.valid)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

/// The name of a division of today, or of one that carried the code before.
fn division_name(code: u32) -> Option<String> {
    if let Some(division) = division::of_code(code) {
        return Some(division.full_name());
    }
    let heirs = division::current(code);
    let formers = heirs.iter().flat_map(|heir| division::was(*heir));
    formers.into_iter().find(|former| former.code == code).map(|former| former.name.to_owned())
}

/// The one valid number that look-alike characters explain, at most one beside letters that no number has.
fn suggestion(text: &str, today: Date) -> Option<String> {
    let mut chars: [u8; LEN] = text.as_bytes().try_into().ok()?;
    for char in &mut chars {
        *char = look_alike::outside_alphabet(*char);
    }
    let read = |chars: &[u8; LEN]| PersonId::from_normalized(std::str::from_utf8(chars).ok()?, today);
    let mut candidates = Vec::from_iter(read(&chars));
    for idx in 0..LEN {
        let original = chars[idx];
        for replacement in look_alike::of(original) {
            chars[idx] = replacement;
            candidates.extend(read(&chars));
        }
        chars[idx] = original;
    }
    match candidates[..] {
        [only] => Some(only.as_str().to_owned()),
        _ => None,
    }
}
