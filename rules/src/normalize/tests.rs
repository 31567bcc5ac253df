//! What rows become, what is wrong with them, and that no text is too odd.

use proptest::prelude::*;

use super::*;
use crate::schema::{Aspect, aspect_text};
use crate::tests::{field, odd_rows, record_of, schema, shenzhen};

/// The normalized text of each value, in the order of fields; then the issues.
#[track_caller]
fn check(values: &str, expect: &[&str], issues: &[&str]) {
    let (record, found) = record_of(&schema(), "0:1", values);
    let text = |value: &FieldValue| aspect_text(record.seen(value), Aspect::Text).unwrap_or_default().into_owned();
    let texts: Vec<String> = record.values.iter().map(text).collect();
    assert_eq!(texts, expect);
    let found: Vec<&str> = found.iter().map(|issue| issue.kind.as_str()).collect();
    assert_eq!(found, issues);
}

#[test]
fn every_kind_of_field_is_read() {
    check("name=深圳市明鷺數據科技（集團）有限公司", &["深圳市明鹭数据科技(集团)有限公司"], &[]);
    check("uscc=９１４４０３０５ma5abcd195", &["91440305MA5ABCD195"], &[]);
    check("phone=26712345", &["+8675526712345"], &[]);
    check("established=2019年3月5日", &["2019-03-05"], &[]);
    check("capital=1，000.50", &["1000.5"], &[]);
    check("legal_rep=王伟", &["王伟"], &[]);
    check("status=存續", &["存续"], &[]);
    check("status=在营（开业）企业", &["存续"], &[]);
    check("status=蓝", &["蓝"], &["unknown_term"]);
    check("industry=6513", &["I6513"], &[]);
    check("industry=应用软件开发", &["I6513"], &[]);
    check("legal_form=有限责任公司(自然人独资)", &["112"], &[]);
}

#[test]
fn what_cannot_be_read_is_an_issue_and_not_an_error() {
    check("uscc=91440305MA5ABCD199", &["91440305MA5ABCD199"], &["invalid_code"]);
    check("phone=12345", &[], &["invalid_phone"]);
    check("established=2019-02-30", &[], &["invalid_date"]);
    check("capital=一千万", &[], &["invalid_number"]);
    check("capital=NaN capital=inf", &[], &["invalid_number", "invalid_number"]);
}

#[test]
fn traces_of_spreadsheets() {
    check("uscc='91440305MA5ABCD195", &["91440305MA5ABCD195"], &[]);
    check("uscc=9.14403E+17", &[], &["rounded_code"]);
    check("phone=1.38001E+10", &[], &["rounded_code"]);
    check("phone=13800138000.0", &["+8613800138000"], &[]);
    check("name=#N/A", &[], &["spreadsheet_error"]);
    check("established=45413", &["2024-05-01"], &[]);
    check("capital=3.5万元", &["35000"], &[]);
    check("capital=9.14E+7", &["91400000"], &[]);
}

/// Two valid codes of different organizations.
const TWO_CODES: &str = "91440305MA5ABCD195、91440300708461136T";

#[test]
fn two_subjects_are_reported_and_supply_no_code() {
    check(&format!("uscc={TWO_CODES}"), &["91440305MA5ABCD195", "91440300708461136T"], &["two_subjects"]);
    check("uscc=91440305MA5ABCD195/无", &["91440305MA5ABCD195"], &[]);
    check("uscc=91440305MA5ABCD195；91440305MA5ABCD195", &["91440305MA5ABCD195"], &[]);
    check("uscc=91440305MA5ABCD195 org_code=MA5ABCD19", &["91440305MA5ABCD195", "MA5ABCD19"], &[]);
    let rows = [
        format!("name=明鹭 uscc={TWO_CODES}"),
        "name=深圳市明鹭数据有限公司、深圳市鹏程物流有限公司 uscc=91440305MA5ABCD195".to_string(),
    ];
    for row in rows {
        let (record, issues) = record_of(&schema(), "0:1", &row);
        assert!(issues.iter().any(|issue| issue.kind == IssueKind::TwoSubjects), "{row}");
        let standing = crate::law::standing(&record, &schema(), false);
        assert!(standing.disputed && standing.org.is_none(), "{row}");
    }
}

#[test]
fn one_value_may_hold_several_phones() {
    let (record, _) = record_of(&schema(), "0:1", "phone=13800138000/0755-26712345");
    assert_eq!(record.values_of(field("phone")).count(), 2);
    assert!(record.values.iter().all(|value| record.raw(value) == "13800138000/0755-26712345"));
}

#[test]
fn values_stand_in_the_order_of_fields() {
    let (record, _) = record_of(&schema(), "0:1", "phone=13800138001 name=明鹭 phone=13800138000");
    let raw: Vec<&str> = record.values.iter().map(|value| record.raw(value)).collect();
    assert_eq!(raw, ["明鹭", "13800138001", "13800138000"]);
}

#[test]
fn the_source_dates_the_row() {
    let dated = |text: &str| record_of(&schema(), "0:1", &format!("updated_at={text} name=明鹭")).0.updated_at;
    assert_eq!(dated("20190305"), date::parse("2019-03-05"));
    assert_eq!(dated("昨天"), None);
}

#[test]
fn a_record_holds_only_so_many_values() {
    let phones: Vec<String> = (0..300).map(|n| format!("phone=138{n:08}")).collect();
    let (record, issues) = record_of(&schema(), "0:1", &phones.join(" "));
    assert_eq!(record.values.len(), N_VALUES_MAX);
    assert!(issues.iter().any(|issue| issue.kind == IssueKind::TooManyValues));
}

proptest! {
    #[test]
    fn any_row_becomes_a_record(row in odd_rows()) {
        let (record, issues) = normalize(&row, &schema(), &shenzhen());
        prop_assert!(record.values.len() <= N_VALUES_MAX);
        prop_assert!(record.values.is_sorted_by_key(|value| value.field));
        for value in record.values.iter() {
            let delivered = row.values.iter().any(|(field, raw)| *field == value.field && raw == record.raw(value));
            prop_assert!(delivered, "{:?} was never delivered", record.raw(value));
        }
        prop_assert!(issues.len() <= row.values.len() * 2 + 1);
    }

    #[test]
    fn folded_text_is_folded_once(text in "\\PC{0,24}") {
        let fold = |text: &str| {
            let mut folded = String::new();
            text::fold_keeping(text, Keep::Address, &mut folded);
            folded
        };
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }
}
