//! Types and states as departments write them.

use proptest::prelude::*;

use super::*;

/// The code of 2023, the owner, then the problems.
#[track_caller]
fn check(input: &str, expect: &str) {
    let reading = read(input);
    let mut shown = reading.statistics.map_or("-", |found| found.code).to_owned();
    shown += &reading.owner.map_or(" -".to_owned(), |owner| format!(" {owner:?}"));
    for problem in &reading.problems {
        shown += &format!(" {problem:?}");
    }
    assert_eq!(shown, expect, "read({input:?})");
}

#[test]
fn types_of_the_market_regulator() {
    check("1110", "111 Domestic");
    check("有限责任公司(自然人投资或控股)", "112 Domestic");
    check("有限责任公司（自然人獨資）", "112 Domestic");
    check("1130 有限责任公司（自然人投资或控股）", "112 Domestic");
    check("股份有限公司(上市、国有控股)", "129 Domestic");
    check("全民所有制", "131 Domestic");
    check("有限责任公司(中外合资)", "310 Foreign");
    check("有限责任公司(台港澳法人独资)", "210 HongKongMacaoTaiwan");
    check("外商投资合伙企业(有限合伙企业)", "330 Foreign");
    check("9500", "500 Individual");
    check("有限责任公司分公司(自然人独资)", "- Domestic NoSingleHeir");
    check("有限责任公司(非自然人投资或控股的法人独资)", "- Domestic NoSingleHeir");
}

#[test]
fn types_of_statistics() {
    check("173", "112 Domestic");
    check("173 私营有限责任公司", "112 Domestic");
    check("112", "112 Domestic");
    check("159", "119 Domestic");
    check("其他有限责任公司", "119 Domestic");
    check("国有企业", "131 Domestic");
    check("中外合资经营企业", "- Foreign NoSingleHeir");
    check("农民专业合作社", "400 Cooperative");
    check("个体户", "500 Individual");
}

#[test]
fn codes_of_two_lists_stay_open() {
    check("110", "- Domestic AmbiguousCode"); // 国有企业 of 2011, 有限责任公司 of 2023
    check("110 国有企业", "131 Domestic");
    check("310", "- Foreign AmbiguousCode");
    check("310 外商投资有限责任公司", "310 Foreign");
    check("190", "190 Domestic"); // both lists mean the rest
}

#[test]
fn what_is_odd_is_said() {
    check("", "- - Empty");
    check("9999", "- - Unknown");
    check("火箭公司", "- - Unknown");
    check("1130 个体工商户", "112 Domestic NameDiffers");
}

#[test]
fn the_lists_agree_with_each_other() {
    assert_eq!(all(RegistrationList::Market).count(), 283);
    assert_eq!(all(RegistrationList::Statistics2011).count(), 31);
    assert_eq!(all(RegistrationList::Statistics2023).count(), 29);
    for found in table::all() {
        if let Some(heir) = found.statistics_2023 {
            let heir = of_code(RegistrationList::Statistics2023, heir).expect("a code of 2023");
            assert_eq!(found.owner, heir.owner, "{found:?}");
        }
        if let Some(code) = found.statistics_2011 {
            assert!(of_code(RegistrationList::Statistics2011, code).is_some(), "{found:?}");
        }
        assert_eq!(found.class.is_some(), found.list == RegistrationList::Market, "{found:?}");
        let again = read(&format!("{} {}", found.code, found.name));
        assert!(again.candidates.iter().any(|candidate| candidate == found), "{found:?}");
    }
}

#[test]
fn states_of_all_departments() {
    let name = |text| read_state(text).map(OperatingState::name);
    for (text, expect) in [
        ("存续（在营、开业、在册）", Some("存续")),
        ("在业", Some("存续")),
        ("正常", Some("存续")),
        ("1", Some("存续")),
        ("1 正常运营", Some("存续")),
        ("K", Some("存续")),
        ("歇业", Some("停业")),
        ("2", Some("停业")),
        ("当年关闭", Some("关闭")),
        ("6", Some("注销")),
        ("已注销", Some("注销")),
        ("吊销，未注销", Some("吊销")),
        ("D", Some("吊销")),
        ("注销公告中", Some("注销中")),
        ("迁往市外", Some("迁出")),
        ("撤消", Some("撤销")),
        ("其它", Some("其他")),
        ("", None),
        ("8", None),
    ] {
        assert_eq!(name(text), expect, "{text}");
    }
}

#[test]
fn states_stand_in_the_order_of_their_table() {
    for line in include_str!("../../data/registration/states.tsv").lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let state = read_state(columns[1]).expect("its own name");
        assert_eq!([state.as_str(), state.name()], columns[..2]);
    }
}

proptest! {
    #[test]
    fn reading_is_total(text in ".{0,24}|[0-9]{0,5}[有限责任公司]{0,8}") {
        let reading = read(&text);
        prop_assert!(reading.statistics.is_some() || !reading.problems.is_empty());
        let _ = read_state(&text);
    }
}
