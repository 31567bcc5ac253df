//! Cases of `order.rs`, two lines each.

use super::*;

#[track_caller]
fn check_region(rest: &str, expected: Option<&str>) {
    assert_eq!(region_inside(rest, LegalForm::Limited).map(|(range, _)| &rest[range]), expected);
}

#[track_caller]
fn check_joined(before: &str, behind: &str, expected: Option<&str>) {
    assert_eq!(joined(before, behind).as_deref(), expected);
}

#[test]
fn a_region_without_its_brackets_is_found() {
    check_region("明鹭深圳科技", Some("深圳"));
    check_region("明鹭科技深圳", Some("深圳"));
    check_region("明鹭西安", Some("西安"));
    check_region("明鹭天津市西青区玻璃", Some("天津市西青区"));
}

#[test]
fn a_city_in_a_trade_name_stays() {
    check_region("门口老北京餐饮", None);
    check_region("我们大家都爱北京烤鸭", None);
    check_region("明鹭深圳湾科技", None);
    assert_eq!(region_inside("明鹭深圳科技", LegalForm::Sole), None);
}

#[test]
fn what_stands_behind_the_form_names_who_is_not_named_before() {
    check_joined("深圳", "明鹭科技", Some("深圳明鹭科技"));
    check_joined("深圳", "科技明鹭", Some("深圳明鹭科技"));
    check_joined("深圳市服饰", "明鹭", Some("深圳市明鹭服饰"));
    check_joined("", "明鹭科技", Some("明鹭科技"));
}

#[test]
fn an_addition_to_a_whole_name_stays_outside() {
    check_joined("深圳市明鹭科技", "销售", None);
    assert_eq!(form_inside("深圳市明鹭科技有限公司销售"), Some((21, 33, LegalForm::Limited)));
    assert_eq!(form_inside("深圳市明鹭科技有限公司"), None);
}
