//! What does a row say, once spelling no longer matters?
//!
//! `normalize` never fails: a value that cannot be read stays as folded text or is left out, with an [`Issue`]. It does
//! not look at other records, and it repairs nothing: a mistyped code stays mistyped, its repair is only a suggestion.

mod subjects;
mod term;

pub use subjects::names_two;

use crate::address;
use crate::code;
use crate::code::person_id::{self, PersonId};
use crate::date;
use crate::division::Division;
use crate::model::{FieldIdx, FieldValue, Identity, Located, Record, SourceRecord, Value};
use crate::name::{self, EnterpriseName};
use crate::number;
use crate::party;
use crate::phone;
use crate::postal;
use crate::schema::{FieldKind, FieldSpec, Schema};
use crate::spreadsheet;
use crate::text::{self, Keep};

/// Where the register is kept: what an address or a telephone number leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Jurisdiction {
    /// City of addresses that name none.
    pub division: Option<Division>,
    /// Area code of local telephone numbers, `0755`.
    pub area_code: Option<String>,
}

/// Something about a value that a person may want to mend at the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The field.
    pub field: FieldIdx,
    /// What is wrong with it.
    pub kind: IssueKind,
    /// The value as delivered.
    pub value: String,
}

/// Kinds of [`Issue`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssueKind {
    /// A code fails its check character, or has the wrong length.
    InvalidCode,
    /// A telephone number is not one.
    InvalidPhone,
    /// A date does not exist.
    InvalidDate,
    /// A number cannot be read.
    InvalidNumber,
    /// More values than a record can hold; the rest was left out.
    TooManyValues,
    /// A spreadsheet shows an error, or a formula that nobody has calculated.
    SpreadsheetError,
    /// A spreadsheet took a code for a number and rounded it.
    RoundedCode,
    /// The row speaks of two subjects, and therefore supplies no code.
    TwoSubjects,
    /// A category is not in the vocabulary of its field.
    UnknownTerm,
}

impl IssueKind {
    /// The name of the issue in reports.
    ///
    /// ```
    /// assert_eq!(minglu_rules::normalize::IssueKind::InvalidCode.as_str(), "invalid_code");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidCode => "invalid_code",
            Self::InvalidPhone => "invalid_phone",
            Self::InvalidDate => "invalid_date",
            Self::InvalidNumber => "invalid_number",
            Self::TooManyValues => "too_many_values",
            Self::UnknownTerm => "unknown_term",
            Self::SpreadsheetError => "spreadsheet_error",
            Self::RoundedCode => "rounded_code",
            Self::TwoSubjects => "two_subjects",
        }
    }

    /// What it means and what became of the value, for people.
    ///
    /// ```
    /// assert!(minglu_rules::normalize::IssueKind::InvalidDate.reason().starts_with("no such day"));
    /// ```
    pub fn reason(self) -> &'static str {
        match self {
            Self::InvalidCode => {
                "a code whose check character or length is wrong; it is compared as written and proves nothing"
            }
            Self::InvalidPhone => "no telephone number; it is kept and not compared",
            Self::InvalidDate => "no such day; it is kept and not compared",
            Self::InvalidNumber => "no number; it is kept and not compared",
            Self::TooManyValues => "more values than a record can hold; the rest is kept and not compared",
            Self::SpreadsheetError => {
                "a spreadsheet shows an error here, or a formula without its value; it is no value"
            }
            Self::RoundedCode => {
                "a spreadsheet took a code for a number and rounded it; format the column as text and ask again"
            }
            Self::TwoSubjects => "the row speaks of two subjects; it is kept and supplies no code",
            Self::UnknownTerm => "a word that its list does not have; it is compared as written",
        }
    }
}

/// Values of one record; their positions are kept in a byte.
pub const N_VALUES_MAX: usize = 200;

/// Bytes of a value; a longer one is cut.
pub const N_VALUE_BYTES_MAX: usize = u16::MAX as usize;

/// Normalizes a row under a schema.
///
/// ```
/// use minglu_rules::{model::*, normalize::{self, Jurisdiction}, schema::Schema};
/// let schema = Schema::shipped("enterprise").unwrap();
/// let name = schema.field("name").unwrap();
/// let row = SourceRecord {
///     key: RecordKey { source: SourceIdx(0), id: "440301100000016".into() },
///     updated_at: Some("2024年5月1日".into()),
///     values: vec![(name, "深圳市明鹭数据科技（集团）有限公司".into())],
/// };
/// let (record, issues) = normalize::normalize(&row, &schema, &Jurisdiction::default());
/// assert!(issues.is_empty());
/// assert!(matches!(&record.values[0].value, Value::EnterpriseName(name) if name.trade_name() == "明鹭"));
/// ```
pub fn normalize(row: &SourceRecord, schema: &Schema, place: &Jurisdiction) -> (Record, Vec<Issue>) {
    let mut issues = Vec::new();
    let mut values = Vec::with_capacity(row.values.len());
    let mut whole = String::with_capacity(row.values.iter().map(|(_, raw)| raw.len()).sum());
    let mut delivered: Vec<&(FieldIdx, String)> = row.values.iter().collect();
    delivered.sort_by_key(|(field, _)| *field);
    for (field, raw) in delivered {
        let spec = schema.spec(*field);
        let place_text = spec.down_to.map(|_| address::parse(raw, place.division).building_text());
        let raw = text::cut(place_text.as_deref().unwrap_or(raw), N_VALUE_BYTES_MAX);
        let start = whole.len() as u32;
        whole.push_str(raw);
        let found = read(raw, spec, place, &mut values, (*field, start));
        if values.len() > N_VALUES_MAX {
            values.truncate(N_VALUES_MAX);
            issues.push(Issue { field: *field, kind: IssueKind::TooManyValues, value: raw.to_string() });
        }
        if let Some(kind) = found {
            issues.push(Issue { field: *field, kind, value: raw.to_string() });
        }
    }
    if let Some((field, value)) = subjects::second(&values, &whole, schema) {
        issues.push(Issue { field, kind: IssueKind::TwoSubjects, value: value.to_string() });
    }
    issues.extend(term::read_terms(&mut values, &whole, schema));
    // Former names were found among other fields; sorting is stable, so that delivery decides within a field.
    values.sort_by_key(|value| value.field);
    let updated_at = row.updated_at.as_deref().and_then(date::parse);
    let record =
        Record { key: row.key.clone(), updated_at, text: whole.into(), values: values.into(), tokens: Box::default() };
    (record, issues)
}

/// Reads one delivered value; appends what it means and returns what is wrong with it.
fn read(
    raw: &str,
    spec: &FieldSpec,
    place: &Jurisdiction,
    values: &mut Vec<FieldValue>,
    (field, start): (FieldIdx, u32),
) -> Option<IssueKind> {
    let raw_len = raw.len() as u16;
    let mut push = |value| values.push(FieldValue { value, raw_start: start, raw_len, field });
    let mut issue = None;
    let mut cell = spreadsheet::unguard(raw);
    if spreadsheet::is_error(cell) {
        return Some(IssueKind::SpreadsheetError);
    }
    if matches!(
        spec.kind,
        FieldKind::Code | FieldKind::Phone | FieldKind::Identifier | FieldKind::PersonId | FieldKind::BuildingCode
    ) {
        if spreadsheet::is_rounded(cell) {
            return Some(IssueKind::RoundedCode);
        }
        cell = spreadsheet::without_zero_fraction(cell);
    }
    match spec.kind {
        FieldKind::Code => {
            for code in subjects::codes(cell) {
                issue = issue.or((!code.valid).then_some(IssueKind::InvalidCode));
                push(Value::Code(Box::new(code)));
            }
        }
        FieldKind::EnterpriseName => {
            let parsed = name::parse(cell);
            let former = spec.former_to.and_then(|target| former_name(&parsed, raw, (target, start)));
            push(Value::EnterpriseName(Box::new(parsed)));
            values.extend(former);
        }
        FieldKind::Address => push(Value::Address(Box::new(Located::new(address::parse(cell, place.division))))),
        FieldKind::Phone => {
            let phones = phone::parse(cell, place.area_code.as_deref());
            issue = phones.is_empty().then_some(IssueKind::InvalidPhone);
            phones.into_iter().for_each(|phone| push(Value::Phone(Box::new(phone))));
        }
        FieldKind::PartyName => push(Value::PartyName(Box::new(party::parse(cell)))),
        FieldKind::PostalAddress => push(Value::PostalAddress(Box::new(postal::parse(cell)))),
        FieldKind::Date => match date::parse(cell).or_else(|| date::parse_ordered(cell, spec.order?)) {
            Some(date) => push(Value::Date(date)),
            None => issue = Some(IssueKind::InvalidDate),
        },
        FieldKind::Number => match number::parse(cell) {
            Some(number) => push(Value::Number(number)),
            None => issue = Some(IssueKind::InvalidNumber),
        },
        FieldKind::PersonId | FieldKind::BuildingCode => {
            let identity = identity(cell, spec.kind);
            issue = identity.subject().is_none().then_some(IssueKind::InvalidCode);
            push(Value::Identity(Box::new(identity)));
        }
        FieldKind::PersonName | FieldKind::Category | FieldKind::Text | FieldKind::Identifier => {
            let mut folded = String::new();
            text::fold_keeping(cell, Keep::Address, &mut folded);
            if !folded.is_empty() {
                push(Value::Text((folded != raw).then(|| Box::new(folded.into()))));
            }
        }
    }
    issue
}

/// A code of a building or room whose scheme is known, and how many of its digits name the building.
fn building(raw: &str) -> Option<(Box<str>, usize)> {
    let code = address::place_code(raw)?;
    let n_digits = code.building().map(str::len)?;
    Some((code.code, n_digits))
}

/// Reads a number of a person or a building; what is not valid keeps its folded text and names nobody.
fn identity(raw: &str, kind: FieldKind) -> Identity {
    let person = || PersonId::parse(raw, code::latest_birth_date()).map(|id| (id.as_str().into(), person_id::LEN));
    let valid: Option<(Box<str>, usize)> = if kind == FieldKind::PersonId { person() } else { building(raw) };
    match valid {
        Some((text, n_subject_bytes)) => Identity { text, n_subject_bytes: n_subject_bytes as u8 },
        None => {
            let mut folded = String::new();
            text::fold_keeping(raw, Keep::Address, &mut folded);
            Identity { text: folded.into(), n_subject_bytes: 0 }
        }
    }
}

/// The former name in an annotation, as a value of its own field that points to its place in the text as delivered.
fn former_name(parsed: &EnterpriseName, raw: &str, (field, start): (FieldIdx, u32)) -> Option<FieldValue> {
    let former = parsed.former_name()?;
    let (offset, len) = place_of(former, raw).unwrap_or((0, raw.len()));
    let value = Value::EnterpriseName(Box::new(name::parse(former)));
    Some(FieldValue { value, raw_start: start + offset as u32, raw_len: len as u16, field })
}

/// Where a folded text stands in the text that it was folded from: start and bytes.
fn place_of(folded: &str, raw: &str) -> Option<(usize, usize)> {
    let (first, n_chars) = (folded.chars().next()?, folded.chars().count());
    let starts = raw.char_indices().filter(|(_, char)| text::fold(char.encode_utf8(&mut [0; 4])).starts_with(first));
    starts.map(|(start, _)| &raw[start..]).find_map(|rest| {
        // Folding seldom changes the number of characters; spaces and punctuation between them are allowed for.
        let ends = rest.char_indices().map(|(idx, char)| idx + char.len_utf8()).skip(n_chars - 1).take(n_chars);
        let len = ends.into_iter().find(|end| text::fold(&rest[..*end]) == folded)?;
        Some((raw.len() - rest.len(), len))
    })
}

#[cfg(test)]
mod tests;
