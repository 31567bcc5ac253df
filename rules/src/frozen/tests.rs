//! Counts within one source, values never seen, versions.

use proptest::prelude::*;

use super::*;
use crate::tests::{record, record_of, records, schema};

/// How many entities share the values of the first record, by the comparison and aspect of the table.
#[track_caller]
fn check(values: &[(&str, &str)], comparison: &str, aspect: Aspect, expect: u32) {
    let records: Vec<Record> = values.iter().map(|(key, values)| record(key, values)).collect();
    let model = FrozenModel::count(schema(), &records);
    let comparison = model.schema.comparisons.iter().find(|known| known.name == comparison).expect(comparison);
    let table = model.table(comparison, aspect).expect("the aspect is counted");
    let mut values = records[0].values.iter().filter(|value| comparison.fields.contains(&value.field));
    let keys = aspect_keys(records[0].seen(values.next().expect("the first record has a value")), aspect);
    assert_eq!(table.n_sharers(keys.as_slice()[0]), expect);
}

#[test]
fn one_unit_in_several_sources_is_one_sharer() {
    check(&[("0:1", "phone=13800138000"), ("1:1", "phone=13800138000")], "phone", Aspect::Text, 1);
}

#[test]
fn the_largest_count_within_a_source_counts() {
    let name = "legal_rep=王伟";
    check(&[("0:1", name), ("0:2", name), ("1:1", name), ("1:2", name), ("1:3", name)], "person", Aspect::Text, 3);
}

#[test]
fn fields_of_a_comparison_are_counted_together() {
    let (name, former) = ("name=深圳市明鹭科技有限公司", "former_name=深圳市明鹭科技有限公司");
    check(&[("0:1", name), ("0:2", former)], "name", Aspect::Norm, 2);
}

#[test]
fn a_record_counts_a_value_once() {
    let twice = "phone=13800138000 phone=+86-13800138000";
    check(&[("0:1", twice), ("0:2", "phone=13800138001")], "phone", Aspect::Text, 1);
}

#[test]
fn the_largest_source_estimates_the_entities() {
    let records = ["0:1", "1:1", "1:2", "1:3", "2:1"].map(|key| record(key, "phone=13800138000"));
    assert_eq!(FrozenModel::count(schema(), &records).n_entities, 3);
}

/// The number of entities and the sharers of the one phone that a source of people gives.
#[track_caller]
fn check_people(values: &[(&str, &str)], n_entities: u32, n_sharers: u32) {
    let schema = Schema::shipped("person").expect("it is shipped");
    let records: Vec<Record> = values.iter().map(|(key, values)| record_of(&schema, key, values).0).collect();
    let model = FrozenModel::count(schema, &records);
    let phone = model.schema.comparisons.iter().find(|known| known.name == "phone").expect("people have phones");
    let counts = &model.table(phone, Aspect::Text).expect("it is counted").n_sharers;
    assert_eq!((model.n_entities, counts.values().copied().max().unwrap_or(1)), (n_entities, n_sharers));
}

#[test]
fn a_persons_posts_are_one_person() {
    let (one, other) =
        ("id_number=11010519491231002X phone=13800138000", "id_number=440305199003070014 phone=13800138000");
    check_people(&[("0:1", one), ("0:2", one), ("0:3", one)], 1, 1);
    check_people(&[("0:1", one), ("0:2", one), ("0:3", other)], 2, 2);
    let (wang, li) = ("name=王伟 phone=13800138000", "name=李娜 phone=13800138000");
    check_people(&[("0:1", wang), ("0:2", wang), ("1:1", wang), ("1:2", li)], 2, 2);
}

#[test]
fn a_version_names_exactly_one_model() {
    let model = FrozenModel::count(schema(), &["0:1", "0:2"].map(|key| record(key, "phone=13800138000")));
    let mut others = [model.clone(), model.clone(), model.clone(), model.clone()];
    others[0].n_entities += 1;
    others[1].n_records_by_token.insert(7, 2);
    others[2].schema.comparisons[0].levels[0].m = 0.71;
    others[3].terms.iter_mut().for_each(|table| table.n_sharers.values_mut().for_each(|count| *count += 1));
    for other in others {
        assert_ne!(other.version(), model.version());
    }
    assert_eq!(model.clone().version(), model.version());
}

proptest! {
    #[test]
    fn counts_do_not_depend_on_the_order_within_a_source(mut records in prop::collection::vec(records(), 0..24)) {
        records.sort_by_key(|record| record.key.source);
        let model = FrozenModel::count(schema(), &records);
        records.reverse();
        records.sort_by_key(|record| record.key.source);
        prop_assert_eq!(FrozenModel::count(schema(), &records), model);
    }

    #[test]
    fn only_values_of_several_entities_are_kept(mut records in prop::collection::vec(records(), 0..24)) {
        records.sort_by_key(|record| record.key.source);
        let model = FrozenModel::count(schema(), &records);
        let counts = model.terms.iter().flat_map(|table| table.n_sharers.values());
        prop_assert!(counts.clone().all(|count| (2..=model.n_entities).contains(count)));
    }
}
