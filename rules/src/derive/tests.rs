//! What the shipped schema of enterprises derives, and what it refuses to conclude.

use super::*;
use crate::normalize::normalize;
use crate::tests::{record, schema, shenzhen};

/// The row that an enterprise's record gives rise to: `field=value` of the derived kind, joined by spaces; empty for none.
#[track_caller]
fn check(from: &str, values: &str, expect: &str) {
    let schema = schema();
    let rule = schema.derives.iter().find(|rule| rule.name == from).expect("the schema derives it");
    let target = Schema::shipped(&rule.kind).expect("derived kinds are shipped");
    let plan = plan(rule, &target).expect("the fields are there");
    let found = derive(&record("0:7", values), &plan).map(|row| {
        assert_eq!(&*row.key.id, "7", "the id is the parent's");
        let (record, _) = normalize(&row, &target, &shenzhen());
        let text = |value: &FieldValue| format!("{}={}", target.spec(value.field).name, record.raw(value));
        record.values.iter().map(text).collect::<Vec<_>>().join(" ")
    });
    assert_eq!(found.unwrap_or_default(), expect);
}

#[test]
fn a_legal_representative_is_a_person() {
    check(
        "legal_rep",
        "name=明鹭公司 legal_rep=陈思远 legal_rep_id=11010519491231002X uscc=91440305MA5ABCD195 phone=13800138000",
        "name=陈思远 id_number=11010519491231002X phone=13800138000 employer_code=91440305MA5ABCD195 employer_name=明鹭公司",
    );
    check("legal_rep", "name=明鹭公司 legal_rep_id=11010519491231002X", "");
    check("legal_rep", "legal_rep=陈思远", "name=陈思远");
}

#[test]
fn an_address_is_a_building_without_its_rooms() {
    check("address", "address=南山区科苑路15号A座1501室", "address=广东省深圳市南山区科苑路15号A栋");
    check(
        "address",
        "address=南山区科苑路15号201室（入驻某某商务秘书有限公司）",
        "address=广东省深圳市南山区科苑路15号",
    );
    check("office_address", "office_address=南山区科苑路15号", "address=广东省深圳市南山区科苑路15号");
    check("address", "address=福田区华强北路与振兴路交叉口西南角", "");
    check("address", "office_address=南山区科苑路15号", "");
}

#[test]
fn of_two_people_in_a_row_the_first_is_taken_and_nobody_elses_number() {
    check("legal_rep", "legal_rep=陈思远 legal_rep=王伟 legal_rep_id=11010519491231002X", "name=陈思远");
    check(
        "legal_rep",
        "legal_rep=陈思远 legal_rep=王伟 legal_rep_id=11010519491231002X legal_rep_id=440305199003070014",
        "name=陈思远 id_number=11010519491231002X",
    );
}

#[test]
fn a_cell_with_two_numbers_is_delivered_once() {
    check("legal_rep", "legal_rep=陈思远 phone=13800138000/13900139000", &{
        let phone = "phone=13800138000/13900139000";
        format!("name=陈思远 {phone} {phone}")
    });
}
