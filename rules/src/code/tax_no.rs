//! Whose taxes are these? Taxpayer numbers 纳税人识别号 of 15, 17, 18, 19 and 20 characters.
//!
//! Until 2015: six digits of division and the organization code (15). Since: the credit code (18). People in business
//! on their own account: their identity number with a sequence (20 and 17). `L` before any of them marks a temporary
//! taxpayer. Fifteen digits that are none of these are an old national code, which identifies no one to us.

use super::org_code::OrgCode;
use super::person_id::{self, PersonId};
use super::uscc::{self, Uscc};
use super::{N_DIVISION_DIGITS, normalize};
use crate::date::Date;

/// Mark of a temporary taxpayer.
const TEMPORARY_MARK: char = 'L';
/// Division and organization code.
const LEN_15: usize = 15;
/// Old identity number and a sequence of two digits.
const LEN_17: usize = 17;
/// Identity number and a sequence of two digits, or old identity number and five zeros.
const LEN_20: usize = 20;
const OLD_ID_FILLER: &str = "00000";

/// Who a taxpayer number names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxNo {
    /// A subject with a credit code.
    Subject(Uscc),
    /// An organization, by the code that follows the division.
    Organization(OrgCode),
    /// A person: personal data.
    Person(PersonId),
    /// No one that can be known from the number.
    Opaque,
}

impl TaxNo {
    /// Reads a taxpayer number; `today` bounds the birth date of a person.
    ///
    /// ```
    /// use minglu_rules::code::{org_code::OrgCode, tax_no::TaxNo};
    /// use minglu_rules::date::Date;
    /// let org = OrgCode::parse("MA5ABCD19").expect("valid");
    /// assert_eq!(TaxNo::parse("440305MA5ABCD19", Date(20_000)), TaxNo::Organization(org));
    /// assert_eq!(TaxNo::parse("44030171234567X", Date(20_000)), TaxNo::Opaque);
    /// ```
    pub fn parse(text: &str, today: Date) -> TaxNo {
        TaxNo::from_normalized(&normalize(text), today)
    }

    /// Returns the organization that the number names, which links it to credit codes.
    ///
    /// ```
    /// use minglu_rules::code::tax_no::TaxNo;
    /// use minglu_rules::date::Date;
    /// let old = TaxNo::parse("440305MA5ABCD19", Date(20_000));
    /// let new = TaxNo::parse("91440305MA5ABCD195", Date(20_000));
    /// assert_eq!(old.org_code(), new.org_code());
    /// ```
    pub fn org_code(&self) -> Option<OrgCode> {
        match self {
            TaxNo::Subject(uscc) => Some(uscc.org_code()),
            TaxNo::Organization(org) => Some(*org),
            TaxNo::Person(_) | TaxNo::Opaque => None,
        }
    }

    /// Reads a normalized number; the temporary taxpayer's mark is ignored.
    pub(super) fn from_normalized(text: &str, today: Date) -> TaxNo {
        let text = without_temporary_mark(text).unwrap_or(text);
        if let Some(uscc) = Uscc::from_bytes(text.as_bytes()) {
            return TaxNo::Subject(uscc);
        }
        if let Some(org) = org_of_15(text) {
            return TaxNo::Organization(org);
        }
        person_of(text, today).map_or(TaxNo::Opaque, TaxNo::Person)
    }
}

/// The number after the temporary taxpayer's `L`, if there is one.
pub(super) fn without_temporary_mark(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(TEMPORARY_MARK)?;
    matches!(rest.len(), uscc::LEN | person_id::OLD_LEN).then_some(rest)
}

fn org_of_15(text: &str) -> Option<OrgCode> {
    let (division, org) = text.as_bytes().split_at_checked(N_DIVISION_DIGITS)?;
    let is_number = text.len() == LEN_15 && division.iter().all(u8::is_ascii_digit);
    if is_number { OrgCode::from_bytes(org) } else { None }
}

fn person_of(text: &str, today: Date) -> Option<PersonId> {
    // Fifteen digits alone have no check character: anyone's number would do.
    let id = match text.len() {
        person_id::LEN => text,
        LEN_17 => text.get(..person_id::OLD_LEN)?,
        LEN_20 if text.ends_with(OLD_ID_FILLER) => text.get(..person_id::OLD_LEN)?,
        LEN_20 => text.get(..person_id::LEN)?,
        _ => return None,
    };
    let has_sequence = text.bytes().skip(id.len()).all(|char| char.is_ascii_digit());
    if has_sequence { PersonId::from_normalized(id, today) } else { None }
}
