//! Blocks and their caps, rare text keys, and what is reported of what was skipped.

use minglu_rules::model::{RecordKey, SourceIdx, SourceRecord};
use minglu_rules::normalize::{Jurisdiction, normalize};

use super::*;

/// The shipped schema with one rule alone, so that a test sees its blocks.
fn schema_of(rule: &str, n_records_max: usize) -> Schema {
    let mut schema = Schema::shipped("enterprise").expect("it is shipped");
    schema.blocking.retain(|known| known.name == rule);
    assert_eq!(schema.blocking.len(), 1, "no rule '{rule}'");
    schema.blocking[0].n_records_max = n_records_max;
    schema
}

/// Records with one value each, numbered in order.
fn records(schema: &Schema, field: &str, values: &[&str]) -> Vec<Record> {
    let field = schema.field(field).expect("the schema has the field");
    let record = |(number, value): (usize, &&str)| {
        let key = RecordKey { source: SourceIdx(0), id: format!("{number:06}").into() };
        let row = SourceRecord { key, updated_at: None, values: vec![(field, value.to_string())] };
        normalize(&row, schema, &Jurisdiction::default()).0
    };
    values.iter().enumerate().map(record).collect()
}

/// Sizes of all blocks of two or more, then what the rule reports: blocks, pairs, skipped blocks, skipped records, largest.
#[track_caller]
fn check(values: &[&str], n_records_max: usize, sizes: &[usize], report: [u64; 5]) {
    let schema = schema_of("phone", n_records_max);
    let table = BlockTable::new(&records(&schema, "phone", values), &schema);
    let mut found: Vec<usize> = table.blocks().map(|block| block.len()).filter(|len| *len > 1).collect();
    found.sort_unstable();
    assert_eq!(found, sizes);
    let rule = &table.report[0];
    let told = [rule.n_blocks, rule.n_pairs, rule.n_blocks_skipped, rule.n_records_skipped, rule.n_records_largest];
    assert_eq!(told, report);
}

const A: &str = "13800138000";
const B: &str = "13800138001";
const C: &str = "13800138002";

#[test]
fn records_of_one_key_are_one_block() {
    check(&[A, B, A, C, A, B], 3, &[2, 3], [2, 4, 0, 0, 3]);
    check(&[A, B, C], 3, &[], [0, 0, 0, 0, 1]);
    check(&[], 3, &[], [0, 0, 0, 0, 0]);
}

#[test]
fn a_block_above_its_cap_is_skipped_and_reported() {
    check(&[A, A, A, B, B], 2, &[2, 3], [1, 1, 1, 3, 3]);
    check(&[A, A, A], 3, &[3], [1, 3, 0, 0, 3]);
}

#[test]
fn a_record_knows_its_keys_within_the_cap() {
    let schema = schema_of("phone", 2);
    let table = BlockTable::new(&records(&schema, "phone", &[A, A, A, B, B, C]), &schema);
    let n_keys: Vec<usize> = (0..6).map(|record| table.keys_within_cap(RecordIdx(record)).len()).collect();
    assert_eq!(n_keys, [0, 0, 0, 1, 1, 0]);
}

/// Rule over rare words and grams of names.
const TOKENS: &str = "rare words and characters of the name";

#[test]
fn rare_words_bring_names_together_and_common_ones_do_not() {
    let schema = schema_of(TOKENS, 3);
    let names = ["深圳市明鹭科技有限公司", "广州明鹭贸易商行", "深圳市鹏程科技有限公司", "深圳市宏达科技有限公司"];
    let mut records = records(&schema, "name", &names);
    let mut model = FrozenModel::count(schema, &records);
    freeze_tokens(&records, &mut model);
    add_tokens(&mut records, &model);
    let shared = |a: usize, b: usize| records[a].tokens.iter().any(|key| records[b].tokens.contains(key));
    assert!(shared(0, 1), "明鹭");
    assert!(model.n_records_by_token.values().all(|count| *count > 1));
    assert!(records.iter().all(|record| record.tokens.is_sorted() && !record.tokens.is_empty()));
}

#[test]
fn frozen_counts_are_not_counted_again() {
    let schema = schema_of(TOKENS, 3);
    let mut records = records(&schema, "name", &["深圳市明鹭科技有限公司", "深圳市明鹭贸易有限公司"]);
    let mut model = FrozenModel::count(schema, &records);
    freeze_tokens(&records, &mut model);
    add_tokens(&mut records, &model);
    let (tokens, counts) = (records[0].tokens.clone(), model.n_records_by_token.clone());
    add_tokens(&mut records[..1], &model);
    assert_eq!((&records[0].tokens, &model.n_records_by_token), (&tokens, &counts));
}

#[test]
fn a_schema_without_text_keys_counts_none() {
    let schema = schema_of("phone", 3);
    let mut records = records(&schema, "phone", &[A, A]);
    let mut model = FrozenModel::count(schema, &records);
    freeze_tokens(&records, &mut model);
    add_tokens(&mut records, &model);
    assert!(model.n_records_by_token.is_empty() && records[0].tokens.is_empty());
}

#[test]
fn a_star_pairs_each_record_with_the_first_and_is_stored_whole() {
    let mut schema = schema_of("phone", 2);
    schema.blocking[0].star = true;
    let values = ["13800138000", "13900139000", "13800138000", "13800138000", "13900139000"];
    let mut table = BlockTable::new(&records(&schema, "phone", &values), &schema);
    let mut pairs: Vec<Vec<u32>> =
        table.blocks().map(|block| block.iter().map(|entry| entry.record.0).collect()).collect();
    pairs.sort();
    assert_eq!(pairs, [[0, 2], [0, 3], [1, 4]]);
    let rule = &table.report[0];
    assert_eq!([rule.n_blocks, rule.n_pairs, rule.n_blocks_skipped, rule.n_records_largest], [2, 3, 0, 3]);
    let stored: Vec<usize> = table.release().chunk_by(|a, b| a.key() == b.key()).map(<[_]>::len).collect();
    assert_eq!(stored.iter().sum::<usize>(), values.len(), "{stored:?}");
    assert_eq!(stored.len(), 2);
}
