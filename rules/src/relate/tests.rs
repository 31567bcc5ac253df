//! Branches and head offices find their parents by code or by name, and never by a name that several bear.

use super::*;
use crate::tests::{record, schema};

const UNIT: &str = "name=深圳市明鹭数据科技有限公司 uscc=91440305MA5ABCD195";
const BRANCH: &str = "name=深圳市明鹭数据科技有限公司龙岗第一分公司";

/// Each record is an entity; relations are told as `0 BRANCH_OF 1`.
#[track_caller]
fn check(values: &[&str], expect: &[&str]) {
    let records: Vec<Record> = values.iter().enumerate().map(|(n, values)| record(&format!("0:{n}"), values)).collect();
    let clusters: Vec<_> =
        (0..records.len()).map(|n| (EntityId::from_text(&n.to_string()), vec![RecordIdx(n as u32)])).collect();
    let relations = relate(&clusters, &records, &schema());
    let told: Vec<String> = relations
        .iter()
        .map(|relation| format!("{} {} {}", relation.from, relation.kind.as_str(), relation.to))
        .collect();
    assert_eq!(told, expect);
}

#[test]
fn by_the_name_in_the_branchs_own() {
    check(&[UNIT, BRANCH], &["1 BRANCH_OF 0"]);
    check(&["name=深圳明鹭科技有限公司", "name=明鹭科技（深圳）有限公司龙岗分公司"], &["1 BRANCH_OF 0"]);
    check(&["name=深圳市鹏程贸易有限公司", BRANCH], &[]);
}

#[test]
fn by_the_parents_code() {
    let branch = "name=深圳市明鹭数据科技有限公司龙岗第一分公司 parent_code=92440306MA5H0K2N71";
    check(&[UNIT, branch, "name=深圳市新鹭科技有限公司 uscc=92440306MA5H0K2N71"], &["1 BRANCH_OF 2"]);
}

#[test]
fn by_the_parents_name() {
    let branch = "name=深圳市新鹭科技有限公司龙岗分公司 parent_name=深圳市明鹭数据科技有限公司";
    check(&[UNIT, branch], &["1 BRANCH_OF 0"]);
}

#[test]
fn a_head_office_is_one_of_its_unit() {
    check(&[UNIT, "name=深圳市明鹭数据科技有限公司(本部)"], &["1 HQ_ESTABLISHMENT_OF 0"]);
}

#[test]
fn an_ambiguous_name_relates_nothing() {
    check(&[UNIT, "name=深圳市明鹭数据科技有限公司 uscc=92440306MA5H0K2N71", BRANCH], &[]);
}

#[test]
fn units_alone_are_not_related() {
    check(&[UNIT, "name=深圳市鹏程贸易有限公司"], &[]);
    check(&[], &[]);
}

#[test]
fn several_records_of_one_branch_say_it_once() {
    let records = [UNIT, BRANCH, BRANCH].map(|values| record("0:1", values));
    let clusters = [("E1", vec![RecordIdx(0)]), ("E2", vec![RecordIdx(1), RecordIdx(2)])]
        .map(|(id, members)| (EntityId::from_text(id), members));
    assert_eq!(relate(&clusters, &records, &schema()).len(), 1);
}
