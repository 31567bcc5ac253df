//! Numbers: ways of writing, what has no single reading, and that no text is too odd.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expect: Option<f64>) {
    match (parse(text), expect) {
        (Some(found), Some(expect)) => assert!((found - expect).abs() <= expect.abs() * 1e-12, "{text}: {found}"),
        (found, expect) => assert_eq!(found, expect, "{text}"),
    }
}

#[test]
fn plain_and_grouped() {
    check("0", Some(0.0));
    check(" 1234.50 ", Some(1234.5));
    check("1,234.50", Some(1234.5));
    check("1，000.50", Some(1000.5));
    check("12,345,678", Some(12_345_678.0));
    check("1,0000,0000", Some(1e8));
    check("-5", Some(-5.0));
    check("－５", Some(-5.0));
    check("(1,234)", Some(-1234.0));
    check("1.5E+3", Some(1500.0));
    check("１２３", Some(123.0));
    check(".5", Some(0.5));
}

#[test]
fn money_and_units() {
    check("¥100", Some(100.0));
    check("￥ 1,000 元", Some(1000.0));
    check("-¥100", Some(-100.0));
    check("¥-100", Some(-100.0));
    check("3.5万", Some(35_000.0));
    check("100万元人民币", Some(1e6));
    check("5百万", Some(5e6));
    check("1.2亿元", Some(1.2e8));
    check("1万亿", Some(1e12));
    check("RMB 50万元整", Some(500_000.0));
    check("45%", Some(0.45));
    check("３‰", Some(0.003));
}

#[test]
fn what_has_no_single_reading() {
    for text in
        ["", "-", "万", "1,2", "1,23,456", ",5", "1.2.3", "约100", "100余", "一千万", "NaN", "inf", "1e999", "0x10"]
    {
        check(text, None);
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        prop_assert!(parse(&text).is_none_or(f64::is_finite));
    }

    #[test]
    fn what_is_printed_is_read_again(number in -1e15..1e15_f64) {
        prop_assert_eq!(parse(&number.to_string()), Some(number));
    }
}
