//! Codes, names, strata: the vectors of the standards, and what departments make of them.

use proptest::prelude::*;

use super::*;
use crate::text::fold;

/// Code found, then its problems.
#[track_caller]
fn check(input: &str, expect: &str) {
    let reading = read(input);
    let mut shown = reading.industry.map_or("-".to_owned(), Industry::full_code);
    for problem in &reading.problems {
        shown += &format!(" {problem:?}");
    }
    assert_eq!(shown, expect, "read({input:?})");
}

#[test]
fn the_standard_is_complete() {
    let count = |level| all(level).count();
    assert_eq!(count(IndustryLevel::Section), 20);
    assert_eq!(count(IndustryLevel::Division), 97);
    assert_eq!(count(IndustryLevel::Group), 473);
    assert_eq!(count(IndustryLevel::Class), 1381);
    for industry in table::all() {
        assert_eq!(of_code(&industry.full_code()), Some(industry));
        assert_eq!(of_code(industry.code()), Some(industry));
        assert!(industry.parent().is_none_or(|parent| parent.contains(industry) && parent < industry));
        assert_eq!(industry.parent().is_none(), industry.level() == IndustryLevel::Section);
    }
}

#[test]
fn every_name_leads_back() {
    for industry in table::all() {
        let found = named(industry.name()).expect("it is a name of the standard").industry;
        assert!(industry.contains(found) && found.name() == industry.name(), "{industry:?} {found:?}");
    }
}

#[test]
fn codes_in_all_their_forms() {
    check("A", "A");
    check("01", "A01");
    check("011", "A011");
    check("0111", "A0111");
    check("I6513", "I6513");
    check(" ｉ６５１３ ", "I6513");
    check("65-13", "I6513");
    check("6513 应用软件开发", "I6513");
    check("应用软件开发(6513)", "I6513");
    check("应用软件开发 I6513", "I6513");
    check("I 信息传输、软件和信息技术服务业", "I");
}

#[test]
fn names_in_all_their_forms() {
    check("农业", "A01");
    check("農、林、牧、漁業", "A");
    check("卫生陶瓷制品制造", "C3072");
    check("批发与零售业", "F");
    check("餐饮", "H62");
    check("软件和信息技术服务", "I65");
    check("三维(3d)打印技术推广服务", "M7517");
    check("制造业／食品制造业", "C14");
    check("软件开发及销售", "- UnknownName");
}

#[test]
fn codes_of_earlier_editions_are_suspected() {
    check("6510", "I651 PaddedCode");
    check("6510 软件开发", "I651 PaddedCode");
    check("I6500", "I65 PaddedCode");
    check("I6510 互联网信息服务", "I642 PaddedCode NameDiffers"); // an exact name weighs more than a code of two meanings
    check("6592", "- EarlierEdition"); // 呼叫中心 of 2011
    check("6592 呼叫中心", "I6591 EarlierEdition");
    check("P8210 学前教育", "P8310 EarlierEdition");
    check("H6311", "- EarlierEdition");
    check("A6513", "I6513 SectionDiffers");
    check("9999", "- UnknownCode");
    check("65130", "- UnknownCode");
}

#[test]
fn what_is_odd_is_said() {
    check("", "- Empty");
    check(" / ", "- Empty");
    check("0000 无行业", "- NoIndustry");
    check("A111 稻谷种植", "A0111 LostZero");
    check("1", "A01 LostZero");
    check("6513 餐饮业", "I6513 NameDiffers");
    check("软件", "- UnknownName");
}

#[test]
fn sectors_of_2018() {
    // statistics: 三次产业划分规定 (2018), the exceptions among them.
    for (code, expect) in [
        ("0511", Some(Sector::Tertiary)),
        ("0111", Some(Sector::Primary)),
        ("1120", Some(Sector::Tertiary)),
        ("0610", Some(Sector::Secondary)),
        ("4310", Some(Sector::Tertiary)),
        ("3911", Some(Sector::Secondary)),
        ("4710", Some(Sector::Secondary)),
        ("6511", Some(Sector::Tertiary)),
        ("I", Some(Sector::Tertiary)),
        ("D", Some(Sector::Secondary)),
        ("A", None),
        ("C", None),
    ] {
        assert_eq!(of_code(code).expect("a code").sector(), expect, "{code}");
    }
}

#[test]
fn entry_rules_of_the_four_lists() {
    use EntryFamily::*;
    for (code, expect) in [
        ("3911", Some((Industry, Some(2000)))),
        ("4310", Some((Industry, Some(2000)))),
        ("4710", Some((Construction, None))),
        ("5111", Some((Wholesale, Some(2000)))),
        ("5211", Some((Retail, Some(500)))),
        ("6110", Some((Accommodation, Some(200)))),
        ("6210", Some((Catering, Some(200)))),
        ("6511", Some((Services, Some(2000)))),
        ("7211", Some((Services, Some(1000)))),
        ("7010", Some((RealEstate, None))),
        ("7020", Some((Services, Some(1000)))),
        ("8010", Some((Services, Some(500)))),
        ("8411", Some((Services, Some(2000)))),
        ("8511", Some((Services, Some(500)))),
        ("6610", Some((Outside, None))),
        ("0511", Some((Outside, None))),
        ("F", None),
        ("70", None),
        ("Q", None),
        ("84", Some((Services, Some(2000)))),
    ] {
        let rule = of_code(code).expect("a code").entry_rule();
        assert_eq!(rule.map(|rule| (rule.family, rule.threshold)), expect, "{code}");
    }
    assert!(all(IndustryLevel::Class).all(|class| class.entry_rule().is_some() && class.sector().is_some()));
}

proptest! {
    #[test]
    fn reading_is_total(text in ".{0,24}|[A-Z]?[0-9]{0,6}[业服务]{0,3}|[A-T][0-9>/ ]{0,8}") {
        let reading = read(&text);
        prop_assert!((0.0..=1.0).contains(&reading.confidence));
        prop_assert!(reading.industry.is_some() || !reading.problems.is_empty());
    }

    #[test]
    fn what_was_read_is_read_again(position in 0..1971_u16) {
        let industry = Industry(position);
        let again = read(&format!("{} {}", industry.full_code(), fold(industry.name())));
        prop_assert_eq!((again.industry, again.confidence, again.problems.len()), (Some(industry), 1.0, 0));
    }
}
