//! Which queries are short names.

use super::*;

#[track_caller]
fn check(text: &str, expect: Option<(&str, bool)>) {
    let brief = Brief::of(text);
    assert_eq!(
        brief.as_ref().map(|brief| (brief.text(), brief.0.is_marked)),
        expect.map(|(text, marked)| (text.into(), marked))
    );
}

#[test]
fn a_text_without_a_legal_form_is_a_short_name() {
    check("武钢股份", Some(("武钢股份", false)));
    check("*ST明鹭", Some(("明鹭", true)));
    check("明鹭Ａ", Some(("明鹭", true)));
    check("永辉超市", Some(("永辉超市", false)));
    check("深圳明鹭科技", Some(("深圳明鹭科技", false)));
}

#[test]
fn a_full_name_or_a_word_without_chinese_is_none() {
    check("深圳市明鹭科技有限公司", None);
    check("明鹭小吃店", None);
    check("MINGLU", None);
    check("明", None);
    check("", None);
}
