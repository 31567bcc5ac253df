//! What a profile keeps, and that a record alone speaks as itself.

use proptest::prelude::*;

use super::*;
use crate::compare::compare;
use crate::model::Value;
use crate::score;
use crate::tests::{record, schema};

fn model() -> FrozenModel {
    FrozenModel::empty(schema(), 1 << 20)
}

fn profile(rows: &[&str], schema: &Schema) -> Profile {
    let records: Vec<Record> = rows.iter().map(|row| record("0:1", row)).collect();
    let witnesses = records.iter().enumerate().map(|(position, record)| Witness {
        idx: RecordIdx(position as u32),
        record,
        disowns_codes: false,
    });
    Profile::of(witnesses, schema)
}

/// The values of a profile as delivered, with the record that says each first.
#[track_caller]
fn check(rows: &[&str], expected: &[(&str, u32)]) {
    let profile = profile(rows, &model().schema);
    let values = profile.record.values.iter().map(|value| profile.record.raw(value));
    let told: Vec<(&str, u32)> = values.zip(profile.origins.iter().map(|origin| origin.0)).collect();
    assert_eq!(told, expected);
}

#[test]
fn each_value_stands_once_in_the_order_of_fields_and_anchors() {
    check(&[], &[]);
    check(
        &["phone=13800138000", "name=深圳市明鹭科技有限公司 phone=13800138000", "phone=13800138001"],
        &[("深圳市明鹭科技有限公司", 1), ("13800138000", 0), ("13800138001", 2)],
    );
    // Two spellings of one value are one value, in the words of the first.
    check(&["name=深圳市明鹭科技有限公司", "name=深圳市明鷺科技有限公司"], &[("深圳市明鹭科技有限公司", 0)]);
}

#[test]
fn a_field_keeps_its_first_values() {
    let numbers: Vec<String> = (0..20).map(|n| format!("phone=138001380{n:02}")).collect();
    let rows: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let profile = profile(&rows, &model().schema);
    assert_eq!(profile.record.values.len(), N_VALUES_PER_FIELD_MAX);
    assert_eq!(profile.origins, (0..N_VALUES_PER_FIELD_MAX as u32).map(RecordIdx).collect::<Vec<_>>());
}

#[test]
fn a_leaver_supplies_no_code() {
    let left = record("0:1", "uscc=91440300708461136T phone=13800138000");
    let witness = Witness { idx: RecordIdx(0), record: &left, disowns_codes: true };
    let profile = Profile::of([witness], &schema());
    assert!(profile.record.values.iter().all(|value| matches!(value.value, Value::Phone(_))));
}

#[test]
fn disagreement_weighs_in_full_whatever_the_number_of_values() {
    let model = model();
    let weight = |a: &[&str], b: &[&str]| {
        let (a, b) = (profile(a, &model.schema).record, profile(b, &model.schema).record);
        match_weight(&a, &b, &compare(&a, &b, &model), &model)
    };
    let (one, two) = ("legal_rep=王小明", "legal_rep=李娜");
    assert_eq!(weight(&[one], &[two]), weight(&[one, "legal_rep=张伟"], &[two, "legal_rep=赵六"]));
}

proptest! {
    #[test]
    fn records_alone_weigh_what_they_weigh_as_records(a in rows(), b in rows()) {
        let model = model();
        let (a, b) = (record("0:1", &a), record("0:2", &b));
        let vector = compare(&a, &b, &model);
        let witness = |record| Witness { idx: RecordIdx(0), record, disowns_codes: false };
        let (of_a, of_b) = (Profile::of([witness(&a)], &model.schema), Profile::of([witness(&b)], &model.schema));
        let vector_of_profiles = compare(&of_a.record, &of_b.record, &model);
        prop_assert_eq!(&vector_of_profiles, &vector);
        let as_profiles = match_weight(&of_a.record, &of_b.record, &vector, &model);
        prop_assert!((as_profiles - score::match_weight(&vector, &model)).abs() < 1e-9);
    }
}

/// A record with at most one value of each comparison.
fn rows() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["", "name=深圳市明鹭科技有限公司 ", "name=明鹭科技（深圳）有限公司 "]);
    let phone = prop::sample::select(vec!["", "phone=13800138000 ", "phone=13800138001 "]);
    let person = prop::sample::select(vec!["", "legal_rep=王小明", "legal_rep=李娜"]);
    (name, phone, person).prop_map(|(name, phone, person)| format!("{name}{phone}{person}"))
}
