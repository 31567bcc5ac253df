//! Forms of single elements: numerals, rooms, blocks, doors, areas, and where they stand in the delivered text.

use super::*;
use crate::text::{Keep, fold_keeping};

#[track_caller]
fn check_rooms(text: &str, first: &str, all: &[&str]) {
    let address = read(text);
    assert_eq!((address.room(), address.rooms().collect::<Vec<_>>()), (Some(first), all.to_vec()), "{text}");
}

#[track_caller]
fn check_parts(text: &str, expect: &str) {
    let parts = describe(text, named("深圳市")).parts;
    let shown: Vec<String> = parts
        .iter()
        .map(|part| {
            assert_eq!(text.chars().skip(part.start).take(part.end - part.start).collect::<String>(), part.text);
            format!("{}:{}", serde_json::to_value(part.part).expect("a word").as_str().expect("a word"), part.text)
        })
        .collect();
    assert_eq!(shown.join(" "), expect, "{text}");
}

#[test]
fn rooms_of_lists_and_ranges_are_kept() {
    const A: &str = "深圳市南山区科苑路15号科兴科学园A栋";
    check_rooms(&format!("{A}101-105"), "101", &["101-105"]);
    check_rooms(&format!("{A}101、102"), "101", &["101", "102"]);
    check_rooms(&format!("{A}1501-1503室"), "1501", &["1501-1503"]);
    check_rooms(&format!("{A}301-302、305"), "301", &["301-302", "305"]);
    check_rooms(&format!("{A}301至305室"), "301", &["301-305"]);
    check_rooms(&format!("{A}1501室"), "1501", &["1501"]);
    check_rooms("深圳市南山区科苑路15号科兴科学园A101/A102", "101", &["101", "102"]);
    check_rooms(&format!("{A}15-01"), "1501", &["1501"]);
}

#[test]
fn overlapping_lists_do_not_contradict() {
    use AddressLevel::*;
    const A: &str = "科苑路15号科兴科学园A栋";
    let rooms = |list: &str| format!("{A}{list}");
    check_pair(&rooms("101-105"), &rooms("101"), Room, None);
    check_pair(&rooms("101-105"), &rooms("103"), Floor, None);
    check_pair(&rooms("101、102"), &rooms("102室"), Floor, None);
    check_pair(&rooms("101-105"), &rooms("106"), Floor, Some(Room));
    check_pair(&rooms("1801-2118"), &rooms("2001"), Building, None);
}

#[test]
fn numerals_count_before_words_that_count() {
    check("深圳市南山区科苑路十五号科兴科学园二栋三单元十五层一五〇一室", "440305|||科苑路|15|科兴科学园|2|3|15|1501");
    check("深圳市盐田区深盐路2039号壹海城二区3栋", "440308|||深盐路|2039|壹海城2区|3|||");
    check("大冶市红卫村第四村民小组12号", "420281||红卫村||12|||||");
    check("深圳市龙华区一纬路3号", "440309|||一纬路|3|||||");
    check("深圳市龙岗区五和大道8号", "440307|||五和大道|8|||||");
}

#[test]
fn ways_to_go_are_directions() {
    check_parts(
        "香樟路与208省道交叉口东北150米翠湖小区",
        "road:香樟路 cross_road:208省道 direction:交叉口 direction:东北150米 estate:翠湖小区",
    );
    check_parts("青云路南150米翠湖小区29号楼", "road:青云路 direction:南150米 estate:翠湖小区 block:29号楼");
    check_parts("文昌路北行300米路东宏达车行", "road:文昌路 direction:北行300米路东 landmark:宏达车行");
    check_parts("五和大道南118号", "road:五和大道南 number:118号");
    check_parts("育英路2号附近翠湖园(西北1门)", "road:育英路 number:2号 direction:附近 estate:翠湖园 note:(西北1门)");
}

#[test]
fn a_street_may_be_called_after_a_road() {
    check_parts("马路街34号", "road:马路街 number:34号");
    check_parts("丁香路民生路", "road:丁香路 cross_road:民生路");
}

#[test]
fn a_road_is_found_under_both_spellings() {
    for (a, b) in [("一纬路3号", "1纬路3号"), ("前湾一路1号", "前湾1路1号"), ("科技南十二路2号", "科技南12路2号")]
    {
        assert_eq!(read(a).building_key(), read(b).building_key(), "{a} {b}");
        check_pair(a, b, AddressLevel::Estate, None);
    }
    assert_ne!(read("前湾一路1号").building_key(), read("前湾二路1号").building_key());
}

#[test]
fn doors_in_doors_are_written_alike() {
    check("科苑路15号附3号", "440300|||科苑路|15||3|||");
    check("科苑路15号附3", "440300|||科苑路|15||3|||");
    check("科苑路15号之三号", "440300|||科苑路|15||3|||");
    check("科苑路15-3号", "440300|||科苑路|15||3|||");
    check("科苑路15-17号", "440300|||科苑路|15-17|||||");
    check("上海市徐汇区漕溪北路100弄5支弄3号", "310104|||漕溪北路|100弄5弄||3|||");
    check("建国路甲92号", "440300|||建国路|甲92|||||");
}

#[test]
fn blocks_and_floors_of_all_forms() {
    check("科苑路15号3号楼", "440300|||科苑路|15||3|||");
    check("科苑路15号A-1栋", "440300|||科苑路|15||A1|||");
    check("科苑路15号A01栋", "440300|||科苑路|15||A1|||");
    check("科苑路15号裙楼3层", "440300|||科苑路|15||裙楼||3|");
    check("科苑路15号A座裙楼3层", "440300|||科苑路|15||A||3|");
    check("科苑路15号A座首层", "440300|||科苑路|15||A||1|");
    check("科苑路15号A座1层夹层", "440300|||科苑路|15||A||1M|");
    check("科苑路15号A座-1层", "440300|||科苑路|15||A||-1|");
    check("科苑路15号A座-12层", "440300|||科苑路|15||A||12|");
    check("科苑路15号A座负一楼", "440300|||科苑路|15||A||-1|");
    check("科苑路15号A座12号铺", "440300|||科苑路|15||A|||12");
    check("科苑路15号A座12号铺位", "440300|||科苑路|15||A|||12");
    check("科苑路15号A座档口12", "440300|||科苑路|15||A|||12");
    check("科苑路15号A座单元1501", "440300|||科苑路|15||A||15|1501");
    check_pair("科苑路15号A座1层夹层", "科苑路15号A座1层", AddressLevel::Building, Some(AddressLevel::Floor));
}

#[test]
fn spaces_and_lines_keep_numbers_apart() {
    check("科苑路15号A栋 12 305", "440300|||科苑路|15||A|12|3|305");
    check("深圳市_南山区_科苑路_15号_A栋", "440305|||科苑路|15||A|||");
    check("广东省-深圳市-南山区-科苑路15号", "440305|||科苑路|15|||||");
    check("广东,深圳,南山区,科苑路15号", "440305|||科苑路|15|||||");
}

#[test]
fn counties_follow_from_streets_communities_and_roads_behind_them() {
    check("深圳市鹭湖社区观盛路1号", "440309||鹭湖社区|观盛路|1|||||");
    assert!(read("深圳市鹭湖社区观盛路1号").inferred().county);
    check("深圳民治创业路3号", "440309|民治街道||创业路|3|||||");
    check("海宁盐仓之江路81号", "330481|||盐仓之江路|81|||||");
    check("佛冈县南山路1号", "441821|||南山路|1|||||");
}

#[test]
fn cities_without_counties_need_none() {
    check("东莞市虎门镇虎门大道1号", "441900|虎门镇||虎门大道|1|||||");
    check("中山市石岐街道中山路1号", "442000|石岐街道||中山路|1|||||");
    check("甘肃省嘉峪关市新华中路1号", "620200|||新华中路|1|||||");
    check("海南省儋州市那大镇中兴大街1号", "460400|那大镇||中兴大街|1|||||");
    check_pair("东莞市虎门镇虎门大道1号", "广东省东莞市虎门大道1号", AddressLevel::Estate, None);
}

#[test]
fn functional_areas_are_an_attribute() {
    let area = |text| read(text).functional_area().map(|area| (area.name, area.county.map(Division::number)));
    assert_eq!(area("深圳市前海深港合作区前湾一路1号"), Some(("前海深港现代服务业合作区", Some(440305))));
    assert_eq!(area("深圳市大鹏新区葵涌街道延安路1号"), Some(("大鹏新区", Some(440307))));
    assert_eq!(area("深圳市深汕特别合作区鹅埠镇创新大道1号"), Some(("深汕特别合作区", Some(441521))));
    assert_eq!(area("苏州工业园区星湖街328号").map(|(name, _)| name), Some("苏州工业园区"));
    assert_eq!(area("深圳市南山区科苑路15号"), None);
}

#[test]
fn repeated_divisions_are_told_from_the_one_that_counts() {
    check_parts("台州台州市路桥区珠光路787号", "repeated:台州 city:台州市 county:路桥区 road:珠光路 number:787号");
    check_parts("深圳市深圳市南山区", "repeated:深圳市 city:深圳市 county:南山区");
    check_parts("黄岩区黄岩横街799号", "county:黄岩区 repeated:黄岩 road:横街 number:799号");
    check_parts("上海市徐汇区漕溪北路8弄16号", "city:上海市 county:徐汇区 road:漕溪北路 number:8弄 block:16号");
}

#[test]
fn parts_stand_in_the_text_as_delivered() {
    check_parts(
        "深圳市　南山區科苑路１５號Ａ座 1501",
        "city:深圳市 county:南山區 road:科苑路 number:１５號 block:Ａ座 room:1501",
    );
    check_parts("科苑路15号【A座】", "road:科苑路 number:15号 note:【A座】");
    check_parts("e\u{301}科苑路15号", "road:e\u{301}科苑路 number:15号");
}

proptest! {
    #[test]
    fn spans_lie_in_the_text_in_order(text in address_like()) {
        let mut last = 0;
        for part in describe(&text, named("深圳市")).parts {
            prop_assert!(part.bytes.start >= last && part.bytes.start <= part.bytes.end, "{text} {part:?}");
            prop_assert_eq!(&text[part.bytes.clone()], part.text.as_str());
            prop_assert!(part.start <= part.end && part.end <= text.chars().count());
            last = part.bytes.end;
        }
    }

    #[test]
    fn spans_of_any_text_lie_on_boundaries(text in "\\PC{0,40}") {
        for part in describe(&text, None).parts {
            prop_assert_eq!(&text[part.bytes.clone()], part.text.as_str());
        }
    }

    #[test]
    fn a_part_folds_to_what_was_read(text in address_like()) {
        let description = describe(&text, named("深圳市"));
        // A space between a letter and a digit is folded to a dash, and one elsewhere to nothing.
        let norm = description.norm.replace('-', "");
        for part in description.parts {
            let mut folded = String::new();
            fold_keeping(&part.text.replace([' ', '-'], ""), Keep::Address, &mut folded);
            prop_assert!(norm.contains(&folded.replace('-', "")), "{text}: {folded}");
        }
    }

    #[test]
    fn place_codes_are_total(text in ".{0,30}", digits in "[0-9]{19}|[0-9]{25}") {
        for code in [place_code(&text), place_code(&digits)].into_iter().flatten() {
            prop_assert!(code.building().is_none_or(|building| building.len() == 19));
            prop_assert_eq!(place_code(&code.code), Some(code));
        }
    }
}

#[test]
fn dashed_runs_of_numerals_have_places_within_the_text() {
    for text in
        ["将军路一千三百二十六-十一-六-四百三十四", "将军路1326-11-6-434", "将军路一〇-二-三", "科苑路15号二-三零五"]
    {
        for part in describe(text, None).parts {
            assert_eq!(text.get(part.bytes.clone()), Some(part.text.as_str()), "{text}: {part:?}");
        }
    }
}
