//! What holds of every parser, whatever bytes it is given?
//!
//! One function a fuzz target: the bytes are read as text, the parser is asked, and what it promises beyond not panicking
//! is asserted. `fuzz/rules` runs these functions under libFuzzer; the tests here replay the inputs that it kept in
//! `tests/corpus`, so that every toolchain walks the same paths. Examples of right answers are in the tests of each parser.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::address::{self, Address};
use crate::code;
use crate::code::org_code::OrgCode;
use crate::code::person_id::PersonId;
use crate::code::reg_no::RegNo;
use crate::code::tax_no::TaxNo;
use crate::code::uscc::Uscc;
use crate::date::{self, Date};
use crate::division::{self, Division};
use crate::frozen::FrozenModel;
use crate::model::{FieldIdx, Record, RecordKey, SourceIdx, SourceRecord, Value};
use crate::name::{self, EnterpriseName};
use crate::normalize::{Jurisdiction, N_VALUES_MAX, normalize};
use crate::schema::{FieldKind, Schema};
use crate::text::{self, Keep};
use crate::{blocking, compare, phone, score};

/// A fuzz target: its name, which is also that of its corpus, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets of this crate.
pub const TARGETS: [Target; 9] = [
    ("text", text),
    ("name", name),
    ("address", address),
    ("division", division),
    ("code", code),
    ("phone", phone),
    ("date", date),
    ("record", record),
    ("schema", schema),
];

/// Folding: idempotent under every choice of punctuation; numerals are read within their text.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for keep in [Keep::Name, Keep::Address, Keep::Phone, Keep::Code] {
        let (mut once, mut twice) = (String::new(), String::new());
        text::fold_keeping(&text, keep, &mut once);
        text::fold_keeping(&once, keep, &mut twice);
        assert_eq!(once, twice, "folding again with {keep:?} changes the text");
    }
    if let Some((_, n_bytes)) = text::chinese_number(&text) {
        assert!(text.is_char_boundary(n_bytes));
    }
    let digits = text::ordinal_to_digits(&text);
    assert_eq!(text::ordinal_to_digits(&digits), digits);
    assert!(text.starts_with(text::cut(&text, data.len() / 2)));
}

/// Names of enterprises, one or two lines: the normal form is stable, similarity is symmetric and within bounds.
pub fn name(data: &[u8]) {
    let (first, second) = two_lines(data);
    let (a, b) = (one_name(&first), one_name(&second));
    assert_eq!(name::similarity(&a, &a), 1.0);
    let similarity = name::similarity(&a, &b);
    assert!((0.0..=1.0).contains(&similarity));
    assert_eq!(similarity, name::similarity(&b, &a));
    let _ = (name::relation(&a, &b), name::relation(&b, &a), name::is_short_of(&first, &b));
    assert!(first.contains(name::short_name_core(&first)));
}

fn one_name(text: &str) -> EnterpriseName {
    let name = name::parse(text);
    let again = name::parse(name.norm());
    assert_eq!(again.norm(), name.norm(), "parsing the normal form changes it");
    assert!((0.0..=1.0).contains(&name.confidence()));
    let _ = (name.describe(), name.canonical(), name.core(), name.region(), name.former_name());
    name
}

/// Addresses, one or two lines: the normal form means the same, comparing is symmetric, keys follow from the parts.
pub fn address(data: &[u8]) {
    let (first, second) = two_lines(data);
    let (a, b) = (one_address(&first), one_address(&second));
    let agreement = address::compare(&a, &b);
    assert_eq!(agreement, address::compare(&b, &a));
    assert!((0.0..=1.0).contains(&agreement.level.similarity()));
    let own = address::compare(&a, &a);
    assert_eq!((own.level, own.conflict), (a.level(), None), "an address contradicts itself");
    address::describe(&first, None);
}

fn one_address(text: &str) -> Address {
    let address = address::parse(text, shenzhen());
    let again = address::parse(address.norm(), shenzhen());
    assert_eq!(again.canonical(), address.canonical(), "parsing the normal form {:?} changes it", address.norm());
    assert_eq!(again.keys(), address.keys());
    address::describe(text, shenzhen());
    address
}

/// Divisions at the start of a text: what they take of it lies within it.
pub fn division(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let shenzhen = shenzhen();
    for scope in [None, shenzhen] {
        let Some(found) = division::prefix_within(&text, scope) else { continue };
        assert!(text.is_char_boundary(found.len), "the division ends within a character");
        assert_eq!(division::of_code(found.division.number()), Some(found.division));
        assert!(found.division.province().contains(found.division));
        let rest = &text[found.len..];
        let street = division::street(rest, found.division);
        assert!(street.is_none_or(|street| rest.is_char_boundary(street.len)));
    }
    if let Some(area) = shenzhen.and_then(|city| division::functional_area(&text, city)) {
        assert!(text.is_char_boundary(area.len));
    }
    if let Some(found) = division::named(&text) {
        assert!(!found.full_name().is_empty());
    }
    if let Ok(number) = text.trim().parse() {
        let _ = (division::current(number), division::ever_existed(number));
    }
}

/// Codes: normalizing is idempotent, a parsed code prints as it was read, only valid codes name an organization.
pub fn code(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let normal = code::normalize(&text);
    assert_eq!(code::normalize(&normal), normal);
    let subject = code::subject(&text);
    assert!(subject.valid || subject.org.is_none(), "an invalid code names an organization");
    let _ = subject.org_guess();
    let again = code::subject(&subject.text);
    assert_eq!(
        (&again.text, again.kind, again.valid, again.org),
        (&subject.text, subject.kind, subject.valid, subject.org)
    );
    if let Some(uscc) = Uscc::parse(&text) {
        assert_eq!(Uscc::parse(uscc.as_str()), Some(uscc));
        assert_eq!(OrgCode::parse(uscc.org_code().as_str()), Some(uscc.org_code()));
    }
    let report = code::uscc::inspect(&text);
    assert_eq!(report.is_valid(), Uscc::parse(&text).is_some());
    assert!(report.suggestion.is_none_or(|uscc| Uscc::parse(uscc.as_str()) == Some(uscc)));
    let today = Date::from_civil(2026, 11, 22).expect("a day of the calendar");
    if let Some(id) = PersonId::parse(&text, today) {
        assert_eq!(PersonId::parse(id.as_str(), today), Some(id), "an identity number does not read back");
        assert!(id.birth_date() <= today);
        let _ = (id.sex(), id.division());
    }
    if let Some(number) = RegNo::parse(&text) {
        assert_eq!(RegNo::parse(number.as_str()), Some(number));
        let _ = (number.holder(), number.division());
    }
    let _ = TaxNo::parse(&text, today).org_code();
}

/// Telephone numbers: every number found is a number again.
pub fn phone(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for area_code in [None, Some("0755")] {
        for found in phone::parse(&text, area_code) {
            let digits = found.e164.strip_prefix('+').unwrap_or_default();
            assert!(!digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()), "{}", found.e164);
            let again = phone::parse(&found.e164, None);
            assert_eq!(again.len(), 1, "{} is not one number", found.e164);
            assert_eq!(again[0].e164, found.e164);
        }
    }
}

/// Dates: a day prints as it is read.
pub fn date(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(found) = date::parse(&text) {
        assert_eq!(date::parse(&found.to_string()), Some(found));
        let (year, month, day) = found.civil();
        assert_eq!(Date::from_civil(year, month, day), Some(found));
    }
}

/// Whole records of the shipped kind of enterprises: two of them, values line by line as `field number, tab, value`, parted
/// by an empty line. What was delivered is kept, positions are within bounds, comparing is symmetric.
pub fn record(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let model = &*ENTERPRISE;
    let (first, second) = text.split_once("\n\n").unwrap_or((&text, ""));
    let (a, b) = (one_record(first, &model.schema), one_record(second, &model.schema));
    check_pair(&a, &b, model);
}

/// The shipped kind, with nothing counted.
static ENTERPRISE: LazyLock<FrozenModel> =
    LazyLock::new(|| FrozenModel::count(Schema::shipped("enterprise").expect("it is shipped"), &[]));

fn one_record(text: &str, schema: &Schema) -> Record {
    let mut values = Vec::new();
    for line in text.lines() {
        let (field, value) = line.split_once('\t').unwrap_or(("0", line));
        let field = field.parse::<usize>().unwrap_or_default() % schema.fields.len();
        values.push((FieldIdx(field as u8), value.to_string()));
    }
    let row = source_record(values);
    let place = Jurisdiction { division: shenzhen(), area_code: Some("0755".into()) };
    let (record, issues) = normalize(&row, schema, &place);
    assert!(record.values.len() <= N_VALUES_MAX);
    for value in &record.values {
        let raw = record.raw(value);
        assert!(row.values.iter().any(|(field, given)| *field == value.field && given.starts_with(raw)));
        assert!(!matches!(value.value, Value::Number(number) if !number.is_finite()));
    }
    for issue in &issues {
        assert!(!issue.kind.as_str().is_empty());
    }
    let keys = blocking::keys(&record, schema);
    assert!(keys.is_sorted() && keys.iter().all(|key| blocking::rule_of(*key) < schema.blocking.len()));
    record
}

fn check_pair(a: &Record, b: &Record, model: &FrozenModel) {
    let (there, back) = (compare::compare(a, b, model), compare::compare(b, a, model));
    assert_eq!(there.len(), model.schema.comparisons.len());
    for (one, other) in there.iter().zip(&back) {
        assert_eq!((one.level, one.n_sharers), (other.level, other.n_sharers), "comparing is not symmetric");
    }
    assert!(score::match_weight(&there, model).is_finite());
}

/// Schema files: an error says something on every line and points into the text; an accepted schema works on records.
pub fn schema(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let schema = match Schema::read(&text) {
        Ok(schema) => schema,
        Err(error) => {
            let message = error.to_string();
            let has_place =
                |line: &str| line.split(':').take(2).all(|number| number.parse().is_ok_and(|at: usize| at > 0));
            assert!(message.lines().count() > 0 && message.lines().all(has_place), "{message:?}");
            return;
        }
    };
    let record = |values: [&str; 2]| {
        let value = |(position, spec): (usize, &crate::schema::FieldSpec)| {
            let odd = values[position % 2];
            let usual = match spec.kind {
                FieldKind::Code => "91440305MA5ABCD195",
                FieldKind::EnterpriseName => "深圳市明鹭数据科技有限公司",
                FieldKind::Address => "深圳市南山区科苑路15号科兴科学园A座1501室",
                FieldKind::Phone => "13800138000",
                FieldKind::Date => "2024-05-01",
                FieldKind::Number => "1000",
                _ => "王伟",
            };
            (FieldIdx(position as u8), if odd.is_empty() { usual.to_string() } else { odd.to_string() })
        };
        let row = source_record(schema.fields.iter().enumerate().map(value).collect());
        normalize(&row, &schema, &Jurisdiction::default()).0
    };
    let (a, b) = (record(["", ""]), record(["", "1"]));
    let keys = blocking::keys(&a, &schema);
    assert!(keys.iter().all(|key| blocking::rule_of(*key) < schema.blocking.len()));
    let model = FrozenModel::count(schema, &[]);
    check_pair(&a, &b, &model);
}

fn source_record(values: Vec<(FieldIdx, String)>) -> SourceRecord {
    SourceRecord { key: RecordKey { source: SourceIdx(0), id: "1".into() }, updated_at: None, values }
}

fn two_lines(data: &[u8]) -> (Cow<'_, str>, Cow<'_, str>) {
    let mut lines = data.splitn(2, |byte| *byte == b'\n').map(String::from_utf8_lossy);
    (lines.next().unwrap_or_default(), lines.next().unwrap_or_default())
}

fn shenzhen() -> Option<Division> {
    division::named("深圳市")
}

#[cfg(test)]
mod tests;
