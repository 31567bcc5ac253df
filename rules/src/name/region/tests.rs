//! Cases of `region.rs`, two lines each.

use super::*;

#[track_caller]
fn check(rest: &str, expected: &str, code: &str) {
    let (len, division) = at_start(rest);
    assert_eq!((&rest[..len], division.map(Division::code).unwrap_or_default().as_str()), (expected, code));
}

#[test]
fn short_forms_are_regions_when_a_trade_name_is_left() {
    check("深圳福田明鹭科技", "深圳福田", "440304");
    check("西安明鹭科技", "西安", "610100");
    check("昆山明鹭精密", "昆山", "320583");
}

#[test]
fn what_leaves_only_an_industry_was_the_trade_name() {
    check("西安长安汽车", "西安", "610100");
    check("安顺运输", "", "");
    check("广州白云山制药", "广州", "440100");
}

#[test]
fn zones_and_towns_belong_to_the_region() {
    check("天津开发区明鹭商贸", "天津开发区", "120000");
    check("深圳市南山区粤海街道老王小吃", "深圳市南山区粤海街道", "440305");
    check("苍南县灵溪镇老王小吃", "苍南县灵溪镇", "330327");
}

#[test]
fn places_named_after_cities_are_no_regions() {
    check("北京路明鹭", "", "");
    check("深圳湾明鹭", "", "");
}
