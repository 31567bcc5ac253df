//! Cases of `form.rs`, two lines each.

use super::*;

#[track_caller]
fn check(name: &str, text: &str, form: LegalForm) {
    let (len, found) = at_end(name).unwrap();
    assert_eq!((&name[name.len() - len..], found), (text, form));
}

#[test]
fn the_longest_form_wins() {
    check("明鹭集团股份有限公司", "集团股份有限公司", LegalForm::Group);
    check("明鹭(集团)有限公司", "(集团)有限公司", LegalForm::Group);
    check("明鹭合伙企业(有限合伙)", "合伙企业(有限合伙)", LegalForm::LimitedPartnership);
    check("明鹭律师事务所", "律师事务所", LegalForm::Professional);
}

#[test]
fn truncated_forms_are_read() {
    check("明鹭科技有限公", "有限公", LegalForm::Limited);
    check("明鹭科技责任有限公司", "责任有限公司", LegalForm::Limited);
}

#[test]
fn a_form_is_never_the_whole_name() {
    assert_eq!(at_end("店"), None);
    assert_eq!(at_end("有限公司"), None);
}

#[test]
fn every_group_of_the_file_is_known() {
    for line in data_lines(include_str!("../../../data/name/form.txt")) {
        let group = line.split(' ').next();
        assert!(GROUPS.iter().any(|(word, _)| Some(*word) == group), "{line}");
    }
}

#[test]
fn words_and_json_agree() {
    for (word, form) in GROUPS {
        assert_eq!(serde_json::to_value(form).unwrap(), word);
        assert_eq!(form.word(), word);
    }
    assert_eq!(LegalForm::Unknown.word(), "unknown");
}
