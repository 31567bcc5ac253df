//! Does this row speak of two subjects?
//!
//! Two codes in one cell, two enterprises in one cell, or two different valid organization codes in one row: such a row
//! cannot say whose record it is. It is kept and reported, and supplies no code ([`crate::law::standing`]).

use crate::code::{self, SubjectCode};
use crate::model::{FieldIdx, FieldValue, Value};
use crate::schema::Schema;

/// What parts two subjects in one cell.
const SEPARATORS: [char; 9] = ['、', '/', '／', ';', '；', '|', ',', '，', '\n'];

/// How the name of an enterprise ends that can stand alone in a list: a whole name, not a branch of the one before.
const NAME_ENDS: [&str; 6] = ["公司", "合作社", "事务所", "合伙)", "合伙）", "厂"];

/// The shortest whole name, such as 深圳明鹭公司.
const N_NAME_CHARS_MIN: usize = 6;

/// The codes in a cell: several where each of several parts is valid on its own, or the one that is, otherwise the cell.
pub(super) fn codes(cell: &str) -> Vec<SubjectCode> {
    let whole = code::subject(cell);
    if whole.valid || !cell.contains(|char: char| SEPARATORS.contains(&char) || char.is_whitespace()) {
        return vec![whole];
    }
    let parts = cell.split(|char: char| SEPARATORS.contains(&char) || char.is_whitespace());
    let mut valid: Vec<SubjectCode> = Vec::new();
    for code in parts.map(code::subject).filter(|code| code.valid) {
        if !valid.contains(&code) {
            valid.push(code);
        }
    }
    if valid.is_empty() { vec![whole] } else { valid }
}

/// Whether a cell names two different enterprises.
///
/// ```
/// use minglu_rules::normalize::names_two;
/// assert!(names_two("深圳市明鹭数据有限公司、深圳市鹏程物流有限公司"));
/// assert!(!names_two("深圳市明鹭数据有限公司、龙岗分公司"));
/// assert!(!names_two("深圳市食品、饮料有限公司"));
/// ```
pub fn names_two(cell: &str) -> bool {
    if !cell.contains(SEPARATORS) {
        return false;
    }
    let is_whole = |part: &&str| {
        part.chars().count() >= N_NAME_CHARS_MIN
            && NAME_ENDS.iter().any(|end| part.ends_with(end))
            && !part.ends_with("分公司")
    };
    let mut whole = cell.split(SEPARATORS).map(str::trim).filter(is_whole);
    whole.next().is_some_and(|first| whole.any(|other| other != first))
}

/// The second subject of a record: the field and the value that name it.
pub(super) fn second<'a>(values: &[FieldValue], text: &'a str, schema: &Schema) -> Option<(FieldIdx, &'a str)> {
    let mut first = None;
    for value in values {
        let is_second = match &value.value {
            Value::Code(code) if schema.law.codes.contains(&value.field) => {
                code.org.as_ref().is_some_and(|org| first.get_or_insert(*org) != org)
            }
            Value::EnterpriseName(_) if schema.law.names.contains(&value.field) => names_two(raw(value, text)),
            _ => false,
        };
        if is_second {
            return Some((value.field, raw(value, text)));
        }
    }
    None
}

fn raw<'a>(value: &FieldValue, text: &'a str) -> &'a str {
    let start = value.raw_start as usize;
    text.get(start..start + usize::from(value.raw_len)).unwrap_or_default()
}
