//! What does a row say, once spelling no longer matters?
//!
//! `normalize` never fails: a value that cannot be read stays as folded text or is left out, with an [`Issue`]. It does
//! not look at other records, and it repairs nothing: a mistyped code stays mistyped, its repair is only a suggestion.

use crate::address;
use crate::code;
use crate::date;
use crate::division::Division;
use crate::model::{FieldIdx, FieldValue, Located, Record, SourceRecord, Value};
use crate::name;
use crate::party;
use crate::phone;
use crate::postal;
use crate::schema::{FieldKind, FieldSpec, Schema};
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
        let raw = text::cut(raw, N_VALUE_BYTES_MAX);
        let start = whole.len() as u32;
        whole.push_str(raw);
        let found = read(raw, schema.spec(*field), place, &mut values, (*field, start));
        if values.len() > N_VALUES_MAX {
            values.truncate(N_VALUES_MAX);
            issues.push(Issue { field: *field, kind: IssueKind::TooManyValues, value: raw.to_string() });
        }
        if let Some(kind) = found {
            issues.push(Issue { field: *field, kind, value: raw.to_string() });
        }
    }
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
    match spec.kind {
        FieldKind::Code => {
            let code = code::subject(raw);
            issue = (!code.valid).then_some(IssueKind::InvalidCode);
            push(Value::Code(Box::new(code)));
        }
        FieldKind::EnterpriseName => push(Value::EnterpriseName(Box::new(name::parse(raw)))),
        FieldKind::Address => push(Value::Address(Box::new(Located::new(address::parse(raw, place.division))))),
        FieldKind::Phone => {
            let phones = phone::parse(raw, place.area_code.as_deref());
            issue = phones.is_empty().then_some(IssueKind::InvalidPhone);
            phones.into_iter().for_each(|phone| push(Value::Phone(Box::new(phone))));
        }
        FieldKind::PartyName => push(Value::PartyName(Box::new(party::parse(raw)))),
        FieldKind::PostalAddress => push(Value::PostalAddress(Box::new(postal::parse(raw)))),
        FieldKind::Date => match date::parse(raw).or_else(|| date::parse_ordered(raw, spec.order?)) {
            Some(date) => push(Value::Date(date)),
            None => issue = Some(IssueKind::InvalidDate),
        },
        FieldKind::Number => match raw.trim().replace([',', '，'], "").parse::<f64>() {
            Ok(number) if number.is_finite() => push(Value::Number(number)),
            _ => issue = Some(IssueKind::InvalidNumber),
        },
        FieldKind::PersonName | FieldKind::Category | FieldKind::Text | FieldKind::Identifier => {
            let mut folded = String::new();
            text::fold_keeping(raw, Keep::Address, &mut folded);
            if !folded.is_empty() {
                push(Value::Text((folded != raw).then(|| Box::new(folded.into()))));
            }
        }
    }
    issue
}

#[cfg(test)]
mod tests;
