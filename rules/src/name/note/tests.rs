//! Cases of `note.rs`, two lines each.

use super::*;

#[track_caller]
fn check(name: &str, left: &str, notes: &[&str], former_name: Option<&str>) {
    let mut stripped = name.to_owned();
    let (found, former) = strip(&mut stripped);
    assert_eq!((stripped.as_str(), former.as_deref()), (left, former_name));
    assert!(found.names().eq(notes.iter().copied()), "{:?}", found.names().collect::<Vec<_>>());
}

#[test]
fn annotations_are_stripped_from_the_end() {
    check("明鹭有限公司(筹)(已注销)", "明鹭有限公司", &["preparing", "cancelled"], None);
    check("明鹭有限公司本部", "明鹭有限公司", &["head_office"], None);
    check("明鹭小吃店(个体工商户)", "明鹭小吃店", &["individual_business"], None);
}

#[test]
fn former_names_keep_their_own_brackets() {
    check("明鹭有限公司(曾用名白鹭(深圳)有限公司)", "明鹭有限公司", &["former_name"], Some("白鹭(深圳)有限公司"));
}

#[test]
fn other_brackets_stay() {
    check("明鹭合伙企业(有限合伙)", "明鹭合伙企业(有限合伙)", &[], None);
    check("明鹭有限公司(二期)", "明鹭有限公司(二期)", &[], None);
    check("(本部)", "(本部)", &[], None);
    check("明鹭本部", "明鹭本部", &[], None);
}
