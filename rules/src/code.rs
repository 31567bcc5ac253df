//! What does this code identify? Subject codes of five generations, recognized by their own checks.
//!
//! A code column holds anything: credit codes, organization codes, registration and taxpayer numbers, identity numbers
//! of people, numbers of a department's own making. [`subject`] says which it is and whether it may be trusted. Nothing
//! here knows which codes were issued, nor repairs one: a likely reading is only ever suggested.
//!
//! | code | standard | module |
//! | --- | --- | --- |
//! | 统一社会信用代码 | GB 32100-2015 | [`uscc`] |
//! | 组织机构代码 | GB 11714-1997 | [`org_code`] |
//! | 工商注册号 | GS 15-2006, GB/T 17710 | [`reg_no`] |
//! | 纳税人识别号 | State Taxation Administration | [`tax_no`] |
//! | 公民身份号码 | GB 11643-1999 | [`person_id`] |

use serde::Serialize;

use crate::date::Date;
use crate::text::{Keep, fold_keeping};

mod look_alike;

pub mod org_code;
pub mod person_id;
pub mod reg_no;
pub mod tax_no;
pub mod uscc;

use org_code::OrgCode;
use person_id::PersonId;
use reg_no::RegNo;
use tax_no::TaxNo;
use uscc::Uscc;

/// What kind of code a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum CodeKind {
    /// 统一社会信用代码, or what was meant to be one.
    Uscc,
    /// 组织机构代码, or what was meant to be one.
    OrgCode,
    /// The head-office establishment 本部 of a legal unit.
    HeadOffice,
    /// 工商注册号 of fifteen digits.
    RegNo,
    /// Taxpayer number made of division and organization code.
    TaxNo15,
    /// Identity number of a person, alone or in a taxpayer number.
    PersonTaxNo,
    /// Anything else; comparable only as text within its own column.
    Opaque,
}

/// A text from a code column, recognized.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubjectCode {
    /// The text without spaces, hyphens and full-width characters, in capital letters.
    pub text: Box<str>,
    /// What it is.
    pub kind: CodeKind,
    /// The checks of its kind pass, so that it may identify its subject.
    pub valid: bool,
    /// The organization code, on valid evidence only; codes are compared by it first.
    pub org: Option<OrgCode>,
    /// The only valid code that look-alike characters explain, for a person to decide.
    pub suspect: Option<Box<str>>,
    /// It is, or could be, a person's identity number, and must be masked.
    pub is_personal: bool,
    /// It carried the `L` of a temporary taxpayer.
    pub is_temporary: bool,
}

impl SubjectCode {
    /// The characters that stand where an organization code should, right or wrong; for comparing mistyped codes.
    ///
    /// ```
    /// use minglu_rules::code::subject;
    /// assert_eq!(subject("91440305MA5ABCD19X").org_guess(), Some("MA5ABCD19")); // the last character is wrong
    /// assert_eq!(subject("MA5ABCD19").org_guess(), Some("MA5ABCD19"));
    /// assert_eq!(subject("110108000000016").org_guess(), None); // 注册号 holds no organization code
    /// ```
    pub fn org_guess(&self) -> Option<&str> {
        if !self.text.is_ascii() || matches!(self.kind, CodeKind::RegNo | CodeKind::HeadOffice | CodeKind::PersonTaxNo)
        {
            return None;
        }
        match self.text.len() {
            uscc::LEN => self.text.get(8..17),
            org_code::LEN => Some(&self.text),
            TAX_15_LEN => self.text.get(N_DIVISION_DIGITS..),
            _ => None,
        }
    }
}

/// Length of a taxpayer number made of division and organization code.
const TAX_15_LEN: usize = 15;
/// Digits of a division code in front of other codes, GB/T 2260.
const N_DIVISION_DIGITS: usize = 6;
/// A later year of birth says that a number is not a person's, for as long as this program will be used.
const BIRTH_YEAR_MAX: i32 = 2099;

/// Says what a text from a code column is.
///
/// ```
/// use minglu_rules::code::{CodeKind, subject};
/// let tax = subject("440305MA5ABCD19");
/// let market = subject("91440305 MA5ABCD195");
/// assert_eq!((tax.kind, market.kind), (CodeKind::TaxNo15, CodeKind::Uscc));
/// assert_eq!(tax.org, market.org); // One subject.
/// assert!(subject("440305199003070014").is_personal);
/// assert_eq!(subject("无").kind, CodeKind::Opaque);
/// ```
pub fn subject(text: &str) -> SubjectCode {
    let text = normalize(text);
    let unmarked = tax_no::without_temporary_mark(&text).map(recognize);
    if let Some(code) = unmarked.filter(|code| code.kind != CodeKind::Opaque) {
        return SubjectCode { is_temporary: true, ..code };
    }
    recognize(&text)
}

/// Returns a code as it is stored: half-width, capital letters, no spaces or punctuation but the mask `*`.
///
/// ```
/// assert_eq!(minglu_rules::code::normalize("９１４４０３０５-ma5abcd19 5"), "91440305MA5ABCD195");
/// ```
pub fn normalize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_keeping(text, Keep::Code, &mut out);
    out
}

fn recognize(text: &str) -> SubjectCode {
    let of_length = match text.len() {
        uscc::LEN => subject_of_18(text),
        reg_no::LEN => subject_of_15(text),
        org_code::LEN => subject_of_9(text),
        _ => None,
    };
    of_length.or_else(|| person_with_sequence(text)).unwrap_or_else(|| unchecked(text, CodeKind::Opaque))
}

fn subject_of_18(text: &str) -> Option<SubjectCode> {
    let is_person_shaped = person_id::has_person_shape(text, latest_birth_date());
    let is_person = is_person_shaped && PersonId::from_normalized(text, latest_birth_date()).is_some();
    if let Some(uscc) = Uscc::from_bytes(text.as_bytes()) {
        return Some(SubjectCode { is_personal: is_person, ..valid(text, CodeKind::Uscc, Some(uscc.org_code())) });
    }
    if is_person_shaped {
        // A mistyped identity number is still a person's, so it is masked like a right one.
        let unchecked = unchecked(text, CodeKind::PersonTaxNo);
        return Some(SubjectCode { valid: is_person, is_personal: true, ..unchecked });
    }
    let report = uscc::inspect(text);
    let suspect = report.suggestion.map(|uscc| uscc.as_str().into());
    let is_meant = report.syntax || suspect.is_some();
    is_meant.then(|| SubjectCode { suspect, ..unchecked(text, CodeKind::Uscc) })
}

fn subject_of_15(text: &str) -> Option<SubjectCode> {
    let old_id = person_id::upgraded(text);
    let old_id = old_id.as_ref().and_then(|id| std::str::from_utf8(id).ok());
    let is_personal = old_id.is_some_and(|id| person_id::has_person_shape(id, latest_birth_date()));
    // One number in eleven passes the organization code's check by chance, and a false organization code would part
    // or join subjects by law; so a right registration number is never read as a taxpayer number.
    let code = if RegNo::from_bytes(text.as_bytes()).is_some() {
        valid(text, CodeKind::RegNo, None)
    } else if let TaxNo::Organization(org) = TaxNo::from_normalized(text, latest_birth_date()) {
        valid(text, CodeKind::TaxNo15, Some(org))
    } else {
        unchecked(text, CodeKind::Opaque)
    };
    Some(SubjectCode { is_personal, ..code })
}

fn subject_of_9(text: &str) -> Option<SubjectCode> {
    if let Some(org) = OrgCode::from_bytes(text.as_bytes()) {
        return Some(valid(text, CodeKind::OrgCode, Some(org)));
    }
    if org_code::head_office_of(text).is_some() {
        return Some(valid(text, CodeKind::HeadOffice, None));
    }
    let is_alphanumeric = text.bytes().all(|char| char.is_ascii_alphanumeric());
    is_alphanumeric.then(|| unchecked(text, CodeKind::OrgCode))
}

/// An identity number with the sequence of a taxpayer number.
fn person_with_sequence(text: &str) -> Option<SubjectCode> {
    let is_person = matches!(TaxNo::from_normalized(text, latest_birth_date()), TaxNo::Person(_));
    is_person.then(|| SubjectCode { is_personal: true, ..valid(text, CodeKind::PersonTaxNo, None) })
}

/// Recognizing a code must not depend on the day it is done, so the bound lies ahead.
pub(crate) fn latest_birth_date() -> Date {
    Date::from_civil(BIRTH_YEAR_MAX, 12, 31).expect("every year of the calendar has this day")
}

fn valid(text: &str, kind: CodeKind, org: Option<OrgCode>) -> SubjectCode {
    SubjectCode { valid: true, org, ..unchecked(text, kind) }
}

fn unchecked(text: &str, kind: CodeKind) -> SubjectCode {
    SubjectCode {
        text: text.into(),
        kind,
        valid: false,
        org: None,
        suspect: None,
        is_personal: false,
        is_temporary: false,
    }
}

#[cfg(test)]
mod tests;
