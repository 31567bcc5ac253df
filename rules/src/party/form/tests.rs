//! Forms at both ends of a name, and names that only look like one.

use super::*;
use crate::party::parse;

#[track_caller]
fn check(text: &str, words: &str, form: Option<FormKind>) {
    let name = parse(text);
    assert_eq!((name.words.text(), name.form), (words, form), "{text}");
}

#[test]
fn forms_of_many_languages_are_left_out() {
    check("Minglu Gesellschaft mit beschränkter Haftung", "MINGLU", Some(FormKind::Limited));
    check("ООО Минглу", "MINGLU", Some(FormKind::Limited));
    check("Open Joint Stock Company Minglu", "MINGLU", Some(FormKind::Shares));
    check("Minglu Data, Inc.", "MINGLU DATA", Some(FormKind::Limited));
    check("Minglu sp. z o.o.", "MINGLU", Some(FormKind::Limited));
}

#[test]
fn a_name_is_never_emptied() {
    check("Limited Liability Company", "LIMITED LIABILITY COMPANY", None);
    check("GmbH", "GMBH", None);
}
