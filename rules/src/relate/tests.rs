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
fn by_a_name_whose_form_or_place_of_region_differs() {
    check(&["name=明鹭数据科技（深圳）有限公司", BRANCH], &["1 BRANCH_OF 0"]);
    check(&["name=深圳市明鹭数据科技股份有限公司", BRANCH], &["1 BRANCH_OF 0"]);
    check(&["name=中国工商银行股份有限公司", "name=中国工商银行深圳市分行"], &["1 BRANCH_OF 0"]);
    check(&["name=上海明鹭数据科技有限公司", BRANCH], &[]);
    // The name itself goes before what it could also mean.
    check(&[UNIT, "name=明鹭数据科技（深圳）有限公司", BRANCH], &["2 BRANCH_OF 0"]);
}

#[test]
fn an_individual_business_may_have_become_a_company() {
    let place = "address=深圳市南山区科苑路15号科兴科学园A座1501室 legal_rep=王伟";
    let shop = format!("name=深圳市南山区老王小吃店 {place}");
    let company = format!("name=深圳市老王餐饮有限公司 {place}");
    check(&[&shop, &company], &["0 MAY_HAVE_BECOME 1"]);
    check(&[&shop, &shop], &[]);
    check(&[&shop, "name=深圳市老王餐饮有限公司 legal_rep=王伟"], &[]);
    // More than a handful in one room with one owner is an agent's address.
    let agents = vec![company.as_str(); 5];
    check(&[&[shop.as_str()], agents.as_slice()].concat(), &[]);
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
