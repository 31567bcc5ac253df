//! Dates whose year stands last, cases and properties.

use proptest::prelude::*;

use super::DateOrder::{DayFirst, MonthFirst};
use super::*;
use crate::date::parse;

#[track_caller]
fn check(text: &str, month_first: &str, day_first: &str) {
    assert_eq!(
        [parse_ordered(text, MonthFirst), parse_ordered(text, DayFirst)],
        [parse(month_first), parse(day_first)]
    );
}

#[test]
fn dates_of_any_order() {
    check("3/1/70", "1970-03-01", "1970-01-03");
    check("2/4/31", "1931-02-04", "1931-04-02");
    check("4-2-29", "2029-04-02", "2029-02-04");
    check("Mar 1 1970", "1970-03-01", "1970-03-01");
    check("1st March 1970", "1970-03-01", "1970-03-01");
    check("15-Mar-92", "1992-03-15", "1992-03-15");
    check("8/20/1991 10:30", "1991-08-20", "1991-08-20");
    check("1970", "1970-01-01", "1970-01-01");
    for nonsense in ["", "70", "13/13/1970", "1/1/1", "1/1/19701", "Martha 1 1970x", "1/1/1970/1", "2/30/1970", "a/b/c"]
    {
        check(nonsense, "", "");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_date_or_none(text in "\\PC{0,20}") {
        prop_assert_eq!(parse_ordered(&text, MonthFirst).is_some(), parse_ordered(&text, DayFirst).is_some());
    }

    #[test]
    fn an_order_reads_what_it_writes(day in 0_i32..40_000) {
        let (year, month, day) = Date(day - 20_000).civil();
        let written = [format!("{month}/{day}/{year}"), format!("{day}.{month}.{year}")];
        prop_assert_eq!(parse_ordered(&written[0], MonthFirst).map(Date::civil), Some((year, month, day)));
        prop_assert_eq!(parse_ordered(&written[1], DayFirst).map(Date::civil), Some((year, month, day)));
    }

    #[test]
    fn exchanging_twice_changes_nothing(day in 0_i32..40_000) {
        let date = Date(day);
        prop_assert!(date.swapped().is_none_or(|swapped| swapped.swapped() == Some(date)));
    }
}
