//! Cases of the division module: what is read as a division, and above all what is not.

use super::*;

#[track_caller]
fn check(text: &str, expect: &str) {
    let found = prefix(text).map_or("-".to_owned(), |p| format!("{}|{}", p.division.full_name(), &text[p.len..]));
    assert_eq!(found, expect, "{text}");
}

#[track_caller]
fn check_within(text: &str, scope: &str, expect: &str) {
    let found =
        prefix_within(text, named(scope)).map_or("-".to_owned(), |p| format!("{}|{}", p.division, &text[p.len..]));
    assert_eq!(found, expect, "{text} in {scope}");
}

#[test]
fn reads_chains() {
    check("广东省深圳市南山区科苑路", "广东省深圳市南山区|科苑路");
    check("广东深圳南山科苑路", "广东省深圳市南山区|科苑路");
    check("北京市朝阳区建国路", "北京市朝阳区|建国路");
    check("北京市市辖区朝阳区建国路", "北京市朝阳区|建国路");
    check("上海浦东新区张江", "上海市浦东新区|张江");
    check("吉林省吉林市船营区", "吉林省吉林市船营区|");
    check("吉林松原", "吉林省松原市|");
    check("湖北省仙桃市沔阳大道", "湖北省仙桃市|沔阳大道");
    check("浙江义乌稠州北路", "浙江省金华市义乌市|稠州北路");
    check("昆山科技", "江苏省苏州市昆山市|科技");
    check("延边州延吉市", "吉林省延边朝鲜族自治州延吉市|");
    check("内蒙古呼和浩特新城区", "内蒙古自治区呼和浩特市新城区|");
    check("东莞市东城街道", "广东省东莞市|东城街道");
    check("福建厦门湖里区", "福建省厦门市湖里区|");
    check("天津河西区", "天津市河西区|");
    check("天津河西黑牛城道", "天津市河西区|黑牛城道");
    check("江苏镇江", "江苏省镇江市|");
    check("深圳市宝安县", "广东省深圳市宝安区|");
    check("重庆市江北区观音桥", "重庆市两江新区|观音桥");
}

#[test]
fn leaves_roads_and_trade_names() {
    check("朝阳路1号", "-");
    check("朝阳区建国路", "-");
    check("鼓楼区中山路", "-");
    check("上海路", "-");
    check("南京西路1号", "-");
    check("北京东路", "-");
    check("中山大道", "-");
    check("南山集团", "-");
    check("深圳湾一号", "-");
    check("深圳深圳湾科技", "广东省深圳市|深圳湾科技");
    check("深圳市深圳湾科技", "广东省深圳市|深圳湾科技");
    check("深圳南山大道1号", "广东省深圳市|南山大道1号");
    check("深圳宝安大道1号", "广东省深圳市|宝安大道1号");
    check("", "-");
    check("A1", "-");
}

#[test]
fn uses_the_scope() {
    check_within("朝阳区建国路", "北京市", "110105|建国路");
    check_within("南山区科苑路", "深圳市", "440305|科苑路");
    check_within("南山大道1号", "深圳市", "-");
    check_within("南山粤海街道", "深圳市", "440305|粤海街道");
    check_within("广州市天河区", "深圳市", "440106|");
}

#[test]
fn names_only_what_is_unique() {
    assert_eq!(named("吉林").map(Division::name), Some("吉林省"));
    assert_eq!(named("吉林市").map(Division::number), Some(220200));
    assert_eq!(named("朝阳区"), None);
    assert_eq!(named("深圳").map(Division::number), Some(440300));
    assert_eq!(named("科苑路"), None);
    assert_eq!(named("宝安县").map(Division::number), Some(440306));
}

#[test]
fn finds_streets_where_there_is_no_county() {
    let street = |text, city: &str| street(text, named(city).expect("a city")).map(|s| (s.code, s.county.name()));
    assert_eq!(street("虎门镇", "东莞市"), Some((441900121, "东莞市")));
    assert_eq!(street("龙华街道", "深圳市"), Some((440309003, "龙华区")));
    assert_eq!(street("华强北路", "深圳市"), None);
    assert_eq!(street("南山街办", "深圳市"), Some((440305002, "南山区")));
}

#[test]
fn knows_functional_areas() {
    let area = |text, city: &str| {
        functional_area(text, named(city).expect("a city")).map(|found| found.area.county.map(Division::number))
    };
    assert_eq!(area("深汕特别合作区鹅埠镇", "深圳市"), Some(Some(441521)));
    assert_eq!(area("大鹏新区葵涌", "深圳市"), Some(Some(440307)));
    assert_eq!(area("工业园区星湖街", "苏州市"), Some(None));
    assert_eq!(area("大鹏新区葵涌", "广州市"), None);
}

#[test]
fn every_row_reads_itself() {
    for line in include_str!("../../data/division/divisions.tsv").lines() {
        let code: u32 = line[..6].parse().expect("six digits");
        let division = of_code(code).expect("in the table");
        let full = division.full_name();
        let found = prefix(&full).expect("reads its full name");
        assert_eq!((found.division, found.len, found.full_form), (division, full.len(), true), "{full}");
        assert!(division.province().contains(division));
    }
}

proptest::proptest! {
    #[test]
    fn total(text in "[广东深圳南山区市省县路街道0-9aé😀 ]{0,20}") {
        if let Some(found) = prefix(&text) {
            assert!(text.is_char_boundary(found.len));
            street(&text, found.division);
            functional_area(&text, found.division);
        }
        named(&text);
    }

    #[test]
    fn history_is_total(code in 0u32..1_000_000) {
        current(code);
        ever_existed(code);
    }
}
