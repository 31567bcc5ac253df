//! Dates: every way of writing that has been seen, what must be refused, and the calendar's own laws.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(input: &str, expect: &str) {
    let shown = parse(input).map(|date| date.to_string());
    assert_eq!(shown.as_deref().unwrap_or("none"), expect, "parse({input:?})");
}

#[test]
fn ways_of_writing() {
    check("2020-01-02", "2020-01-02");
    check(" 2020/1/2 ", "2020-01-02");
    check("2020.1.2", "2020-01-02");
    check("20200102", "2020-01-02");
    check("2020年1月2日", "2020-01-02");
    check("2020年 1月 2号", "2020-01-02");
    check("２０２０－０１－０２", "2020-01-02");
    check("二〇二〇年十二月三十一日", "2020-12-31");
    check("9999-12-31", "9999-12-31");
    check("1880-01-01", "1880-01-01");
}

#[test]
fn months_are_their_first_day() {
    check("2020-01", "2020-01-01");
    check("202001", "2020-01-01");
    check("2020年1月", "2020-01-01");
}

#[test]
fn time_of_day_is_ignored() {
    check("2020-01-02 08:30:00", "2020-01-02");
    check("2020-01-02T08:30:00.000+08:00", "2020-01-02");
    check("2020/1/2 0:00", "2020-01-02");
    check("20200102083000", "2020-01-02");
    check("20200102 0830", "2020-01-02");
    check("2020年1月2日08时30分", "2020-01-02");
}

#[test]
fn numbers_of_days() {
    check("43831", "2020-01-01");
    check("45413.5", "2024-05-01");
    check("10000", "1927-05-18");
    check("99999", "2173-10-13");
    check("20200102.0", "2020-01-02");
    let day = |serial, epoch| of_serial(serial, epoch).map_or("none".into(), |date| date.to_string());
    assert_eq!(day(1, Epoch::Of1900), "1900-01-01");
    assert_eq!(day(0, Epoch::Of1900), "none");
    assert_eq!(day(2_958_465, Epoch::Of1900), "9999-12-31");
    assert_eq!(day(2_958_466, Epoch::Of1900), "none");
    assert_eq!(day(0, Epoch::Of1904), "1904-01-01");
    assert_eq!(day(-1, Epoch::Of1904), "none");
    assert_eq!(day(i64::MAX, Epoch::Of1904), "none");
}

#[test]
fn what_is_not_a_date() {
    check("", "none");
    check("2020", "none");
    check("2020-13-01", "none");
    check("2020-02-30", "none");
    check("2023-02-29", "none");
    check("1700-01-01", "none");
    check("98-11-11", "none");
    check("1/2/2020", "none");
    check("2020-01-02-03", "none");
    check("2020-1-234", "none");
    check("00045", "none");
    check("09999", "none");
    check("43831.x", "none");
    check("438310000", "none");
    check("长期", "none");
    check("0000-00-00", "none");
}

proptest! {
    #[test]
    fn parsing_is_total(text in "[0-9０-９年月日号\\-/.T :一二〇十长é]{0,24}") {
        let _ = parse(&text);
    }

    #[test]
    fn days_and_civil_dates_are_one(days in -62_091..2_932_897_i32) {
        let (year, month, day) = Date(days).civil();
        prop_assert_eq!(Date::from_civil(year, month, day), Some(Date(days)));
        prop_assert_eq!(parse(&Date(days).to_string()), Some(Date(days)));
    }

    #[test]
    fn the_next_day_follows(days in -62_091..2_932_896_i32) {
        let (today, tomorrow) = (Date(days).civil(), Date(days + 1).civil());
        let is_next_day = tomorrow == (today.0, today.1, today.2 + 1);
        let is_next_month = tomorrow == (today.0, today.1 + 1, 1) && today.2 == days_in(today.0, today.1);
        let is_next_year = tomorrow == (today.0 + 1, 1, 1) && (today.1, today.2) == (12, 31);
        prop_assert!(is_next_day || is_next_month || is_next_year);
    }

    #[test]
    fn any_day_prints(days in any::<i32>()) {
        prop_assert!(!Date(days).to_string().is_empty());
    }
}
