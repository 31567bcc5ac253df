//! Which pieces a text falls into, and what holds for every text.

use proptest::prelude::*;

use super::*;

fn check_grams(text: &str, expect: &str) {
    let mut out = Vec::new();
    grams(text, &mut out);
    assert_eq!(out.join(" "), expect, "{text}");
}

fn check_canonical(text: &str, expect: &str) {
    assert_eq!(canonical(text), expect, "{text}");
}

#[test]
fn grams_of_han_and_latin() {
    check_grams("", "");
    check_grams("鑫", "鑫");
    check_grams("腾讯云", "腾 讯 腾讯 云 讯云");
    check_grams("a座", "a 座 a座");
}

#[test]
fn numbers_and_latin_words_are_grams() {
    check_grams("路969", "路 9 路9 6 96 9 69 969");
    check_grams("TCL", "T C TC L CL TCL");
    check_grams("A1座", "A 1 A1 座 1座");
}

#[test]
fn a_grapheme_cluster_is_one_gram() {
    check_grams("e\u{301}店", "e\u{301} 店 e\u{301}店");
    check_grams("葛\u{e0100}城", "葛\u{e0100} 城 葛\u{e0100}城");
}

#[test]
fn an_inner_bracket_moves_to_the_front() {
    check_canonical("鑫盛（深圳）科技有限公司", "深圳鑫盛科技有限公司");
    check_canonical("深圳鑫盛（香港）有限公司", "香港深圳鑫盛有限公司");
}

#[test]
fn other_brackets_stay() {
    check_canonical("鑫盛中心（有限合伙）", "鑫盛中心有限合伙");
    check_canonical("（深圳）鑫盛中心", "深圳鑫盛中心");
    check_canonical("鑫盛)(中心", "鑫盛中心");
    check_canonical("鑫盛（深圳", "鑫盛深圳");
}

#[test]
fn canonical_is_width_and_case_blind() {
    check_canonical("ＡＢＣ　Ｔｒａｄｅ－１", "ABCTRADE1");
}

#[test]
fn text_keys_of_an_abbreviation_are_among_those_of_the_name() {
    let (mut name, mut short) = (Vec::new(), Vec::new());
    text_keys("深圳市腾讯计算机系统有限公司", &mut name);
    text_keys("腾讯计算机", &mut short);
    assert!(!short.is_empty() && short.iter().all(|key| name.contains(key)));
}

#[test]
fn text_keys_never_change() {
    // Stored candidate keys outlive a process: these two figures may change only with the format of the index.
    let mut keys = Vec::new();
    text_keys("腾讯", &mut keys);
    assert_eq!(keys, [xxh3_64("腾讯".as_bytes())]);
    assert_eq!(keys, [FROZEN_KEY]);
}

/// The key of 腾讯 as the first version of this program made it.
const FROZEN_KEY: u64 = 9_205_999_649_104_921_808;

proptest! {
    #[test]
    fn any_text_is_tokenized(text in "\\PC*|[鑫盛()（）\u{301}\r\n a-f0-9]{0,40}|\\s*") {
        let (mut pieces, mut keys) = (Vec::new(), Vec::new());
        grams(&text, &mut pieces);
        prop_assert!(pieces.len() >= (2 * text.graphemes(true).count()).saturating_sub(1));
        words(&text, &mut pieces);
        text_keys(&text, &mut keys);
        prop_assert!(keys.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn canonical_of_a_plain_text_is_itself(text in "[鑫盛华达A-Z0-9]{0,40}") {
        prop_assert_eq!(canonical(&text), text);
    }

    #[test]
    fn canonical_is_idempotent(text in "\\PC*|[鑫盛()（）]{0,20}") {
        let once = canonical(&text);
        prop_assert_eq!(canonical(&once), once);
    }
}
