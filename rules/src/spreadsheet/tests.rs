//! Traces of spreadsheets: what is taken off, what is no value, and that everything else stays.

use proptest::prelude::*;

use super::*;

#[test]
fn guards_are_taken_off_once() {
    let check = |text: &str, expect: &str| assert_eq!(unguard(text), expect, "{text}");
    check("'0123", "0123");
    check(" '0123 ", "0123");
    check("''0123", "'0123");
    check("'明鹭'", "'明鹭'");
    check("'", "'");
    check("=\"0123\"", "0123");
    check("=\"a\"&\"b\"", "=\"a\"&\"b\"");
    check("=A1", "=A1");
    check("", "");
}

#[test]
fn errors_are_no_values() {
    let check = |text: &str, expect: bool| assert_eq!(is_error(text), expect, "{text}");
    check("#N/A", true);
    check(" #n/a ", true);
    check("#DIV/0!", true);
    check("#SPILL!", true);
    check("###", true);
    check("##", false);
    check("#", false);
    check("=", false);
    check("=A1&B1", true);
    check("N/A", false);
    check("#N/A栋", false);
}

#[test]
fn rounded_codes_are_known_by_their_exponent() {
    let check = |text: &str, expect: bool| assert_eq!(is_rounded(text), expect, "{text}");
    check("9.14403001234567E+17", true);
    check("1.38E+10", true);
    check("9.14403E17", true);
    check("1E+17", true);
    check("12345E678", false);
    check("1E17", false);
    check("91440300MA5E12345X", false);
    check("E+17", false);
    check(".5E+17", false);
    check("9.14403E+", false);
    check("9.14403E+1a", false);
    check("99.1E+17", false);
}

proptest! {
    #[test]
    fn a_code_without_traces_stays(code in "[0-9A-HJ-NP-RTUWXY]{9,20}") {
        prop_assert_eq!(unguard(&code), code.as_str());
        prop_assert!(!is_error(&code) && !is_rounded(&code));
        prop_assert_eq!(without_zero_fraction(&code), code.as_str());
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        let unguarded = unguard(&text);
        prop_assert!(text.contains(unguarded));
        prop_assert!(text.contains(without_zero_fraction(&text)));
        prop_assert!(!(is_error(&text) && is_rounded(&text)));
    }
}
