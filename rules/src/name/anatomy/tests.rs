//! Cases of `anatomy.rs`, two lines each.

use super::*;

#[track_caller]
fn check(name: &str, parts: [&str; 5]) {
    let found = dissect(name);
    let PartEnds { region, national, trade_name, industry, form } = found.ends;
    let bounds = [0, region, national, trade_name, industry, form].map(usize::from);
    let found: Vec<&str> = bounds.windows(2).map(|bounds| &found.text[bounds[0]..bounds[1]]).collect();
    assert_eq!(found, parts);
}

#[test]
fn parts_come_in_legal_order() {
    check("深圳市明鹭科技有限公司", ["深圳市", "", "明鹭", "科技", "有限公司"]);
    check("明鹭科技(深圳)有限公司", ["深圳", "", "明鹭", "科技", "有限公司"]);
    check("明鹭(深圳)科技有限公司", ["深圳", "", "明鹭", "科技", "有限公司"]);
    check("明鹭科技有限公司(深圳)", ["深圳", "", "明鹭", "科技", "有限公司"]);
    check("广东明鹭(深圳)科技有限公司", ["广东深圳", "", "明鹭", "科技", "有限公司"]);
    check("明鹭(中国)(深圳)科技有限公司", ["深圳", "中国", "明鹭", "科技", "有限公司"]);
}

#[test]
fn brackets_that_say_nothing_known_stay() {
    check("明鹭(二期)科技有限公司", ["", "", "明鹭(二期)", "科技", "有限公司"]);
    check("明鹭(科技有限公司", ["", "", "明鹭(", "科技", "有限公司"]);
    check("(深圳)", ["", "", "(深圳)", "", ""]);
}

#[test]
fn the_lower_of_two_regions_counts() {
    assert_eq!(dissect("广东明鹭(深圳)科技有限公司").region.map(Division::number), Some(440300));
    assert_eq!(dissect("北京明鹭(深圳)科技有限公司").region.map(Division::number), Some(110000));
}
