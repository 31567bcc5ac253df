//! The decision table for enterprise names: what two records are, with and without codes, under the shipped schema.

use proptest::prelude::*;

use super::*;
use crate::compare::compare;
use crate::frozen::FrozenModel;
use crate::law;
use crate::score::match_weight;
use crate::tests::{record, schema};

/// Units of a city like 深圳, rounded: how many others a unit could be mistaken for.
const N_ENTITIES: u32 = 1_000_000;

/// SAME, REVIEW or DIFFERENT as the evidence says, RELATED where names say so and the law forbids one entity.
fn verdict(a: &str, b: &str) -> &'static str {
    let model = FrozenModel::empty(schema(), N_ENTITIES);
    let (a, b) = (record("0:a", a), record("1:b", b));
    let (standing_a, standing_b) = (law::standing(&a, &model.schema, false), law::standing(&b, &model.schema, false));
    if law::veto(&standing_a, &standing_b).is_some() {
        return if law::names_are_related(&a, &b, &model.schema) { "RELATED" } else { "DIFFERENT" };
    }
    if standing_a.org.is_some() && standing_a.org == standing_b.org {
        let left =
            law::split_group(&[(crate::model::RecordIdx(0), &a), (crate::model::RecordIdx(1), &b)], &model.schema).1;
        return if left.is_empty() { "SAME" } else { "REVIEW" };
    }
    match Thresholds::default().decide(match_weight(&compare(&a, &b, &model), &model)) {
        Decision::Match => "SAME",
        Decision::Review => "REVIEW",
        Decision::NonMatch => "DIFFERENT",
    }
}

#[track_caller]
fn check(a: &str, b: &str, expect: &str) {
    assert_eq!((verdict(a, b), verdict(b, a)), (expect, expect), "{a} | {b}");
}

const MINGLU: &str = "name=深圳市明鹭数据科技有限公司";
const ROOM: &str = "address=深圳市南山区科苑路15号科兴科学园A座1501室";

fn with(values: &[&str]) -> String {
    values.join(" ")
}

#[test]
fn row_1_the_same_valid_code_is_the_same_unit() {
    let code = "uscc=91440305MA5ABCD195";
    check(&with(&[MINGLU, code]), &with(&["name=深圳市明鹭科技有限公司", code]), "SAME");
    check(&with(&[MINGLU, code]), &with(&[MINGLU, "tax_no=440305MA5ABCD19"]), "SAME");
}

#[test]
fn row_1_but_an_unrelated_name_under_the_code_is_for_review() {
    let code = "uscc=91440305MA5ABCD195";
    check(&with(&[MINGLU, code]), &with(&["name=广州宏达五金厂", code]), "REVIEW");
}

#[test]
fn row_2_two_valid_codes_are_two_units_even_under_one_name() {
    let (a, b) = (with(&[MINGLU, "uscc=91440305MA5ABCD195"]), with(&[MINGLU, "uscc=92440306MA5H0K2N71"]));
    check(&a, &b, "DIFFERENT");
    check(&with(&[&a, ROOM, "legal_rep=王伟"]), &with(&[&b, ROOM, "legal_rep=王伟"]), "DIFFERENT");
}

#[test]
fn row_3_equal_names_and_a_place_or_person_are_one_unit() {
    let coded = with(&[MINGLU, "uscc=91440305MA5ABCD195"]);
    check(&with(&[&coded, ROOM]), &with(&[MINGLU, "address=南山区科苑路15号科兴科学园A栋"]), "SAME");
    check(&with(&[&coded, "legal_rep=王伟"]), &with(&[MINGLU, "legal_rep=王伟"]), "SAME");
}

#[test]
fn row_4_equal_names_alone_are_for_review() {
    check(&with(&[MINGLU, "uscc=91440305MA5ABCD195"]), MINGLU, "REVIEW");
}

#[test]
fn row_5_a_moved_region_needs_a_little_more() {
    check(&with(&[MINGLU, ROOM]), &with(&["name=明鹭数据科技（深圳）有限公司", ROOM]), "SAME");
    check(&with(&[MINGLU, ROOM]), &with(&["name=明鹭数据科技有限公司", ROOM]), "SAME");
}

#[test]
fn row_6_other_industry_words_are_another_unit() {
    check(MINGLU, "name=深圳市明鹭餐饮管理有限公司", "DIFFERENT");
    let renamed = "name=深圳市明鹭餐饮管理有限公司 former_name=深圳市明鹭数据科技有限公司";
    check(MINGLU, renamed, "REVIEW");
    check(&with(&[MINGLU, ROOM]), &with(&[renamed, ROOM]), "SAME");
}

#[test]
fn row_7_a_branch_is_related_to_its_parent() {
    let branch = "name=深圳市明鹭数据科技有限公司龙岗第一分公司";
    check(MINGLU, branch, "RELATED");
    check(&with(&[MINGLU, ROOM, "phone=13800138000"]), &with(&[branch, ROOM, "phone=13800138000"]), "RELATED");
}

#[test]
fn row_8_a_head_office_is_related_to_its_unit() {
    check(MINGLU, "name=深圳市明鹭数据科技有限公司(本部)", "RELATED");
}

#[test]
fn row_9_a_group_and_a_company_are_two_without_a_code() {
    check(MINGLU, "name=深圳市明鹭数据科技集团有限公司", "DIFFERENT");
}

#[test]
fn row_12_other_cities_are_other_units() {
    check("name=上海明鹭科技有限公司", "name=深圳明鹭科技有限公司", "DIFFERENT");
}

#[test]
fn row_13_a_former_name_is_a_name() {
    let renamed = "name=深圳市新鹭科技有限公司 former_name=深圳市明鹭数据科技有限公司 legal_rep=王伟";
    check(renamed, &with(&[MINGLU, "legal_rep=王伟"]), "SAME");
}

#[test]
fn row_14_generic_names_need_a_room_and_an_owner() {
    let shop = "name=便民商店";
    check(&with(&[shop, ROOM, "legal_rep=王伟"]), &with(&[shop, ROOM, "legal_rep=王伟"]), "SAME");
}

#[test]
fn one_character_of_the_trade_name_parts_two_units() {
    check("name=深圳市鹏程贸易有限公司", "name=深圳市鹏城贸易有限公司", "DIFFERENT");
}

#[test]
fn thresholds_belong_to_the_better_side() {
    let (accept, review) = Thresholds::default().match_weights();
    let decide = |weight| Thresholds::default().decide(weight);
    assert_eq!((decide(accept), decide(review)), (Decision::Match, Decision::Review));
    assert_eq!((decide(f64::NEG_INFINITY), decide(f64::INFINITY)), (Decision::NonMatch, Decision::Match));
    assert_eq!(decide(f64::NAN), Decision::NonMatch);
}

proptest! {
    #[test]
    fn more_evidence_never_decides_for_less(weight in -50.0_f64..50.0, more in 0.0_f64..50.0) {
        let rank = |weight| match Thresholds::default().decide(weight) {
            Decision::NonMatch => 0,
            Decision::Review => 1,
            Decision::Match => 2,
        };
        prop_assert!(rank(weight + more) >= rank(weight));
    }
}
