//! Which rules bring two records together, and that keys never change.

use proptest::prelude::*;

use super::*;
use crate::tests::{record, records, schema};

/// Names of the rules under which two records meet.
#[track_caller]
fn check(a: &str, b: &str, expect: &[&str]) {
    let schema = schema();
    let (a, b) = (keys(&record("0:a", a), &schema), keys(&record("1:b", b), &schema));
    let mut shared: Vec<&str> =
        a.iter().filter(|key| b.contains(key)).map(|key| schema.blocking[rule_of(*key)].name.as_str()).collect();
    shared.dedup();
    assert_eq!(shared, expect);
}

#[test]
fn rules_find_each_other() {
    let name = "name=深圳市明鹭数据科技有限公司";
    check(name, name, &["name", "name without brackets", "trade name and industry"]);
    check(name, "name=明鹭数据科技（深圳）有限公司", &["trade name and industry"]);
    check(
        "name=深圳明鹭科技有限公司",
        "name=明鹭科技（深圳）有限公司",
        &["name without brackets", "trade name and industry"],
    );
    check(
        name,
        "former_name=深圳市明鹭数据科技有限公司",
        &["name", "name without brackets", "trade name and industry"],
    );
    check("uscc=91440305MA5ABCD195", "tax_no=440305MA5ABCD19", &["code as written"]);
    check("uscc=91440305MA5ABCD195", "uscc=91440305MA5ABCD199", &["code as written"]);
    check("phone=0755-26712345", "phone=26712345", &["phone"]);
    check("reg_no=440301100000016", "reg_no=440301100000016", &["registration number"]);
    check("legal_rep=王伟", "legal_rep=王伟", &[]);
    check("phone=13800138000", "phone=13800138001", &[]);
}

#[test]
fn rules_of_two_parts_need_both() {
    let at =
        |person: &str, room: &str| format!("legal_rep={person} address=深圳市南山区科苑路15号科兴科学园A座{room}室");
    check(&at("王伟", "1501"), &at("王伟", "1602"), &["person and building"]);
    check(&at("王伟", "1501"), &at("李娜", "1501"), &["room"]);
    check(&at("王伟", "1501"), &at("李娜", "1602"), &[]);
}

#[test]
fn keys_are_the_same_on_every_machine() {
    // A change of these numbers makes every stored register unreadable for resolve: it needs a new store format.
    let keys = keys(&record("0:a", "name=深圳市明鹭数据科技有限公司 phone=13800138000"), &schema());
    assert_eq!(keys, KEYS_OF_MINGLU);
    assert_eq!(identity_key(7), 63 << 58);
}

/// Computed when format 1 of the store was made.
const KEYS_OF_MINGLU: [u64; 4] =
    [224_357_347_313_550_769, 334_859_710_271_175_039, 803_191_567_447_992_388, 2_323_979_559_963_597_167];

#[test]
fn the_rarest_text_keys_are_chosen() {
    let counts: HashMap<u64, u32> = (1..=20).map(|key| (key, 1000 - key as u32)).collect();
    let seen: Vec<u64> = (1..=20).collect();
    assert_eq!(*rarest(&seen, &counts), [16, 17, 18, 19, 20]);
    assert_eq!(*rarest(&[100, 101, 102, 1], &counts), [1, 100, 101]);
    assert!(rarest(&[], &counts).is_empty());
}

#[test]
fn text_keys_are_taken_from_all_names_without_their_forms() {
    let record = record("0:a", "name=深圳市明鹭数据科技有限公司 former_name=深圳市鹏程贸易有限公司 legal_rep=王伟");
    let schema = schema();
    assert_eq!(token_texts(&record, &schema).collect::<Vec<_>>(), ["深圳市明鹭数据科技", "深圳市鹏程贸易"]);
}

proptest! {
    #[test]
    fn keys_are_sorted_and_few_and_name_their_rules(record in records()) {
        let schema = schema();
        let keys = keys(&record, &schema);
        prop_assert!(keys.is_sorted_by(|a, b| a < b));
        for rule in keys.chunk_by(|a, b| rule_of(*a) == rule_of(*b)) {
            prop_assert!(rule_of(rule[0]) < schema.blocking.len() && rule.len() <= N_KEYS_PER_RULE_MAX);
        }
    }

    #[test]
    fn keys_do_not_depend_on_source_or_id(record in records()) {
        let mut other = record.clone();
        other.key.id = "another".into();
        other.key.source.0 += 1;
        prop_assert_eq!(keys(&record, &schema()), keys(&other, &schema()));
    }

    #[test]
    fn identity_keys_sort_after_all_rules(org: u64) {
        prop_assert_eq!(rule_of(identity_key(org)), N_BLOCKING_RULES_MAX);
    }
}
