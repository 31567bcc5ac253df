//! Cases of `compare.rs`, two lines each.

use super::*;
use crate::name::parse;

#[track_caller]
fn check(a: &str, b: &str, expected: f64) {
    let found = similarity(&parse(a), &parse(b));
    assert!((found - expected).abs() < 0.005, "{found}");
}

#[test]
fn each_part_weighs_what_it_should() {
    check("深圳市明鹭科技有限公司", "深圳市明鹭科技股份有限公司", 0.95);
    check("深圳市明鹭科技有限公司", "上海市明鹭科技有限公司", 0.85);
    check("深圳市明鹭科技有限公司", "深圳市明鹭餐饮有限公司", 0.80);
    check("深圳市明鹭科技有限公司", "明鹭科技有限公司", 0.925);
}

#[test]
fn short_trade_names_that_differ_are_capped() {
    check("深圳市鹏程万贸易有限公司", "深圳市鹏程千贸易有限公司", 0.6);
}

#[test]
fn branches_that_differ_are_capped() {
    check("明鹭有限公司龙岗分公司", "明鹭有限公司福田分公司", 0.5);
    check("明鹭有限公司龙岗分公司", "明鹭有限公司", 0.5);
}

#[test]
fn sisters_with_and_without_the_ordinal_mark_are_one_branch() {
    check("明鹭有限公司一分公司", "明鹭有限公司第一分公司", 0.925);
}
