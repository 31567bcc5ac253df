//! Cases of `branch.rs`, two lines each.

use super::*;

#[track_caller]
fn check(name: &str, parent: &str, descriptor: &str, kind: &str) {
    let found = split(name)
        .map(|split| (&name[..split.parent_len], &name[split.parent_len..split.kind_start], &name[split.kind_start..]));
    assert_eq!(found, Some((parent, descriptor, kind)));
}

#[track_caller]
fn check_none(name: &str) {
    assert_eq!(split(name), None);
}

#[track_caller]
fn check_ordinals(name: &str, expected: &str) {
    let mut written = name.to_owned();
    write_ordinals(&mut written);
    assert_eq!(written, expected);
}

#[test]
fn an_ordinal_that_is_no_number_stays_whole() {
    // Found by fuzzing: its end was written with digits, and then its beginning.
    check_ordinals("笏吃店第十二十店", "笏吃店第十二十店");
}

#[test]
fn the_nearest_parent_is_found() {
    check("明鹭有限公司广东分公司深圳营业部", "明鹭有限公司广东分公司", "深圳", "营业部");
    check("中国建设银行深圳分行", "中国建设银行", "深圳", "分行");
    check("明鹭有限公司南山新天地店", "明鹭有限公司", "南山新天地", "店");
}

#[test]
fn weak_kinds_without_parent_are_no_branches() {
    check_none("老王小吃店");
    check_none("深圳市南山区粤海街道办事处");
    check_none("深圳市第一幼儿园");
}

#[test]
fn a_parent_that_is_not_written_is_not_guessed() {
    assert_eq!(split("麦当劳南山分店").map(|split| split.parent_len), Some(0));
    assert_eq!(split("深圳市第1分公司").map(|split| split.parent_len), Some(0));
}

#[test]
fn ordinals_are_written_in_the_tail_only() {
    check_ordinals("三一有限公司第十二分公司", "三一有限公司第12分公司");
    check_ordinals("明鹭有限公司龙岗一分公司", "明鹭有限公司龙岗1分公司");
    check_ordinals("上海第一百货商店", "上海第一百货商店");
    check_ordinals("三一有限公司五角场分公司", "三一有限公司五角场分公司");
}

#[test]
fn roots_are_found_through_branches() {
    let name = "明鹭有限公司广东分公司深圳营业部";
    assert_eq!(root_len(name, split(name).unwrap()), "明鹭有限公司".len());
}
