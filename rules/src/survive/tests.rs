//! Which value wins and why, what is left over, and that nothing is invented.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::tests::{field, record, record_of, records, schema};

fn sources() -> Vec<Source> {
    ["market", "tax", "social"]
        .iter()
        .zip(1..)
        .map(|(name, rank)| Source { name: (*name).into(), rank, unique: false })
        .collect()
}

fn entity(records: &[Record], schema: &Schema) -> GoldenEntity {
    let member =
        |n| Member { record: RecordIdx(n), match_probability: 1.0, match_key: String::new(), disowns_codes: false };
    let members = (0..records.len() as u32).map(member).collect();
    survive(members, &|idx| &records[idx.at()], schema, &sources())
}

/// Golden values of a field as `value rule`, then `/` and the values that lost.
fn told(entity: &GoldenEntity, field: FieldIdx) -> String {
    let golden = entity.values.iter().filter(|value| value.field == field);
    let mut text = golden.map(|value| format!("{} {}", value.value, value.rule)).collect::<Vec<_>>().join(", ");
    for conflict in entity.conflicts.iter().filter(|conflict| conflict.field == field) {
        let losers: Vec<&str> = conflict.values.iter().map(|(value, _)| value.as_str()).collect();
        text = format!("{text} / {}", losers.join(", "));
    }
    text
}

#[track_caller]
fn check(name: &str, rows: &[(&str, &str)], expect: &str) {
    let records: Vec<Record> = rows.iter().map(|(key, values)| record(key, values)).collect();
    assert_eq!(told(&entity(&records, &schema()), field(name)), expect);
}

#[test]
fn the_most_trusted_source_gives_the_name() {
    check("name", &[("0:1", "name=深圳市明鹭科技有限公司")], "深圳市明鹭科技有限公司 only");
    let rows = [("0:1", "name=深圳市明鹭科技有限公司"), ("1:1", "name=明鹭科技")];
    check("name", &rows, "深圳市明鹭科技有限公司 rank / 明鹭科技");
}

#[test]
fn values_that_mean_the_same_are_one_and_written_as_the_first_record_writes_them() {
    check(
        "name",
        &[("0:1", "name=深圳市明鷺科技有限公司"), ("1:1", "name=深圳市明鹭科技有限公司")],
        "深圳市明鷺科技有限公司 only",
    );
    check("established", &[("0:1", "established=2019-03-05"), ("1:1", "established=20190305")], "2019-03-05 only");
}

#[test]
fn a_valid_code_goes_before_an_invalid_one_of_any_rank() {
    let rows = [("0:1", "uscc=91440305MA5ABCD199"), ("2:1", "uscc=91440305MA5ABCD195")];
    check("uscc", &rows, "91440305MA5ABCD195 valid / 91440305MA5ABCD199");
}

#[test]
fn the_latest_website_wins_by_the_sources_own_date() {
    let rows =
        [("0:1", "website=minglu.cn updated_at=2019-01-01"), ("2:1", "website=minglu.com updated_at=2020-01-01")];
    check("website", &rows, "minglu.com recency / minglu.cn");
    let rows =
        [("0:1", "website=minglu.cn updated_at=2020-01-01"), ("2:1", "website=minglu.com updated_at=2020-01-01")];
    check("website", &rows, "minglu.cn rank / minglu.com");
    let rows = [("0:1", "website=minglu.cn"), ("2:1", "website=minglu.com updated_at=1999-01-01")];
    check("website", &rows, "minglu.com recency / minglu.cn");
}

#[test]
fn ties_fall_to_support_and_then_to_the_order_of_records() {
    let rows = [("0:1", "legal_rep=王伟"), ("0:2", "legal_rep=李娜"), ("0:3", "legal_rep=李娜")];
    check("legal_rep", &rows, "李娜 support / 王伟");
    check("legal_rep", &rows[..2], "王伟 order / 李娜");
}

#[test]
fn support_first_where_the_schema_says_so() {
    let text = Schema::shipped_text("enterprise").expect("shipped");
    let text = text.replace("name = \"legal_form\"\n", "name = \"legal_form\"\nsurvive = \"support\"\n");
    let schema = Schema::read(&text).expect("still a schema");
    let rows = [("0:1", "legal_form=有限"), ("1:1", "legal_form=股份"), ("2:1", "legal_form=股份")];
    let records = rows.map(|(key, values)| record_of(&schema, key, values).0);
    assert_eq!(told(&entity(&records, &schema), field("legal_form")), "股份 support / 有限");
}

#[test]
fn several_phones_are_no_conflict() {
    let rows = [("0:1", "phone=13800138000"), ("1:1", "phone=13800138001")];
    check("phone", &rows, "13800138000 rank, 13800138001 rank");
}

#[test]
fn what_the_anchor_lacks_is_new_and_what_all_lack_is_missing() {
    let records = [record("0:1", "name=明鹭科技"), record("1:1", "name=明鹭科技 phone=13800138000")];
    let entity = entity(&records, &schema());
    let new: Vec<FieldIdx> = entity.values.iter().filter(|value| value.new).map(|value| value.field).collect();
    assert_eq!(new, [field("phone")]);
    assert!(entity.missing.contains(&field("uscc")) && !entity.missing.contains(&field("phone")));
    assert!(!entity.missing.contains(&field("website")), "not every unit has a website");
}

#[test]
fn the_anchor_names_the_entity() {
    let records = [record("1:77", "name=明鹭科技"), record("2:1", "name=明鹭科技")];
    assert_eq!(entity(&records, &schema()).id, EntityId::of_anchor('E', "tax", "77"));
}

#[test]
fn no_records_are_no_entity() {
    let entity = entity(&[], &schema());
    assert!(entity.id.as_str().is_empty() && entity.values.is_empty() && !entity.missing.is_empty());
}

/// A cluster in anchor order.
fn clusters() -> impl Strategy<Value = Vec<Record>> {
    prop::collection::vec(records(), 1..8).prop_map(|mut records| {
        records.sort_by(|a, b| a.key.cmp(&b.key));
        records.dedup_by(|a, b| a.key == b.key);
        records
    })
}

proptest! {
    #[test]
    fn every_value_was_delivered_by_every_record_that_is_named(records in clusters()) {
        let schema = schema();
        for value in entity(&records, &schema).values {
            let aspect = Aspect::of_kind(schema.spec(value.field).kind);
            let first = &records[value.from[0].at()];
            prop_assert!(first.values_of(value.field).any(|known| first.raw(known) == value.value));
            let meanings = |record: RecordIdx| -> BTreeSet<String> {
                let values = records[record.at()].values_of(value.field);
                values.filter_map(|known| Some(aspect_text(records[record.at()].seen(known), aspect)?.into_owned())).collect()
            };
            let common = value.from.iter().map(|record| meanings(*record)).reduce(|a, b| &a & &b);
            prop_assert!(common.is_some_and(|common| !common.is_empty()));
        }
    }

    #[test]
    fn a_field_is_golden_or_missing_and_no_value_is_lost(records in clusters()) {
        let schema = schema();
        let entity = entity(&records, &schema);
        for (position, spec) in schema.fields.iter().enumerate() {
            let field = FieldIdx(position as u8);
            let n_golden = entity.values.iter().filter(|value| value.field == field).count();
            let n_lost = entity.conflicts.iter().filter(|conflict| conflict.field == field).map(|conflict| conflict.values.len()).sum::<usize>();
            let aspect = Aspect::of_kind(spec.kind);
            let meanings: BTreeSet<String> = records
                .iter()
                .flat_map(|record| record.values_of(field).map(move |value| record.seen(value)))
                .filter_map(|seen| Some(aspect_text(seen, aspect)?.into_owned()))
                .collect();
            prop_assert_eq!(n_golden + n_lost, meanings.len());
            prop_assert_eq!(entity.missing.contains(&field), spec.expected && meanings.is_empty());
        }
    }

    #[test]
    fn golden_values_do_not_depend_on_who_else_is_in_the_register(records in clusters(), n_before in 1_u32..50) {
        let alone = entity(&records, &schema());
        let shifted = |n: usize| Member { record: RecordIdx(n as u32 + n_before), match_probability: 1.0, match_key: String::new(), disowns_codes: false };
        let members = (0..records.len()).map(shifted).collect();
        let among = survive(members, &|idx| &records[idx.at() - n_before as usize], &schema(), &sources());
        let values = |entity: &GoldenEntity| -> Vec<(FieldIdx, String, &str)> {
            entity.values.iter().map(|value| (value.field, value.value.clone(), value.rule)).collect()
        };
        prop_assert_eq!(values(&alone), values(&among));
        prop_assert_eq!(alone.id, among.id);
    }
}
