//! Pairs against the slow definition: all that share a key within its cap, each exactly once.

use minglu_rules::model::{FieldIdx, Record, RecordKey, SourceIdx, SourceRecord};
use minglu_rules::normalize::{Jurisdiction, normalize};
use proptest::prelude::*;

use super::*;

/// Caps are low, so that random registers cross them.
fn schema() -> Schema {
    let mut schema = Schema::shipped("enterprise").expect("it is shipped");
    schema
        .blocking
        .retain(|rule| ["phone", "name", "registration number", "trade name and industry"].contains(&&*rule.name));
    schema.blocking.iter_mut().zip([4, 3, 5, 6]).for_each(|(rule, most)| rule.n_records_max = most);
    schema
}

/// Which name, phones and registration number a record has.
type Row = (Option<usize>, Vec<u8>, Option<u8>);

/// Registers of records that share names, phones and numbers often.
fn registers() -> impl Strategy<Value = Vec<Record>> {
    const NAMES: [&str; 4] =
        ["深圳市明鹭科技有限公司", "明鹭科技（深圳）有限公司", "深圳市鹏程贸易有限公司", "老王小吃店"];
    let record = (prop::option::of(0..NAMES.len()), prop::collection::vec(0_u8..6, 0..3), prop::option::of(0_u8..6));
    prop::collection::vec(record, 0..24).prop_map(|rows| {
        let schema = schema();
        let field = |name: &str| -> FieldIdx { schema.field(name).expect("the schema has the field") };
        let record = |(number, (name, phones, reg_no)): (usize, Row)| {
            let mut values: Vec<(FieldIdx, String)> = Vec::new();
            values.extend(name.map(|name| (field("name"), NAMES[name].to_string())));
            values.extend(phones.iter().map(|phone| (field("phone"), format!("1380013800{phone}"))));
            values.extend(reg_no.map(|number| (field("reg_no"), format!("44030110000000{number}"))));
            let key = RecordKey { source: SourceIdx(0), id: format!("{number:06}").into() };
            normalize(&SourceRecord { key, updated_at: None, values }, &schema, &Jurisdiction::default()).0
        };
        rows.into_iter().enumerate().map(record).collect()
    })
}

/// For each pair the lowest rule whose shared key is within its cap, by looking at every pair and every key.
fn slow(records: &[Record], schema: &Schema) -> Vec<(RecordIdx, RecordIdx)> {
    let keys: Vec<Vec<u64>> = records.iter().map(|record| blocking::keys(record, schema)).collect();
    let is_within = |key: &u64| {
        let n_records = keys.iter().filter(|of_record| of_record.contains(key)).count();
        n_records <= schema.blocking[blocking::rule_of(*key)].n_records_max
    };
    let mut pairs = Vec::new();
    for a in 0..records.len() {
        for b in a + 1..records.len() {
            if keys[a].iter().any(|key| keys[b].contains(key) && is_within(key)) {
                pairs.push((RecordIdx(a as u32), RecordIdx(b as u32)));
            }
        }
    }
    pairs
}

#[test]
fn no_records_are_no_pairs() {
    let table = BlockTable::new(&[], &schema());
    assert!(visit_pairs(&table, &schema(), Some).is_empty());
}

proptest! {
    #[test]
    fn every_pair_of_a_shared_key_is_visited_once(records in registers()) {
        let schema = schema();
        let table = BlockTable::new(&records, &schema);
        let mut found: Vec<_> = visit_pairs(&table, &schema, |pair| Some((pair.a, pair.b)));
        found.sort_unstable();
        prop_assert_eq!(found, slow(&records, &schema));
    }

    #[test]
    fn a_pair_names_a_rule_that_both_are_found_by(records in registers()) {
        let schema = schema();
        let table = BlockTable::new(&records, &schema);
        for pair in visit_pairs(&table, &schema, Some) {
            prop_assert!(pair.a < pair.b && are_candidates(&table, pair.a, pair.b));
            let Origin::Block(rule) = pair.origin else { return Err(TestCaseError::fail("not by a rule")) };
            let of_rule = |record: RecordIdx| -> Vec<u64> {
                let keys = blocking::keys(&records[record.at()], &schema);
                keys.into_iter().filter(|key| blocking::rule_of(*key) == usize::from(rule)).collect()
            };
            prop_assert!(of_rule(pair.a).iter().any(|key| of_rule(pair.b).contains(key)));
        }
    }

    #[test]
    fn the_order_is_that_of_keys_whatever_the_threads(records in registers()) {
        let schema = schema();
        let table = BlockTable::new(&records, &schema);
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("threads start");
            pool.install(|| visit_pairs(&table, &schema, Some))
        };
        prop_assert_eq!(on(1), on(2));
    }
}
