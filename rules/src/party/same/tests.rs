//! Which names are taken for one, which for two, and the symmetry of the number.

use proptest::prelude::*;

use super::*;
use crate::party::parse;

#[track_caller]
fn check(bearer: Bearer, a: &str, b: &str, expect: bool) {
    let (x, y) = (parse(a), parse(b));
    assert_eq!(is_same(&x, &y, bearer), expect, "{a} | {b}: {}", likeness(&x, &y, bearer));
}

#[test]
fn slips_order_and_scripts_leave_a_person_the_same() {
    for (a, b) in [
        ("Anna Maria Keller", "Keller, Anna Maria"),
        ("Anna Keller", "Ana Keller"),
        ("AnnaKeller", "Anna Keller"),
        ("Anna Maria Keller", "Anna Keller"),
        ("Dr. Anna Keller", "Anna Keller"),
        ("J. Keller Brandt", "Johanna Keller Brandt"),
        ("王秀英", "Wang Xiuying"),
        ("Кузнецов Иван", "Ivan Kuznetsov"),
        ("Παπαδόπουλος Γιώργος", "Giorgos Papadopoulos"),
    ] {
        check(Bearer::Person, a, b, true);
    }
}

#[test]
fn one_word_in_the_place_of_another_is_another_person() {
    for (a, b) in [
        ("Anna Keller", "Berta Keller"),
        ("Anna Maria Keller", "Anna Sofia Keller"),
        ("王秀英", "王秀兰"),
        ("王伟", "王炜"),
        ("Keller", "Anna Keller"),
        ("Anna Keller Jr.", "Anna Keller Sr."),
        ("", "Anna Keller"),
    ] {
        check(Bearer::Person, a, b, false);
    }
}

#[test]
fn organizations_are_told_by_words_form_and_place() {
    for (a, b, expect) in [
        ("Minglu Data GmbH", "Minglu Data Gesellschaft mit beschränkter Haftung", true),
        ("OOO Минглу Дата", "Minglu Data Limited Liability Company", true),
        ("Minglu Egret Trading", "Minglu Egret", true),
        ("United Egret Keepers", "UEK", true),
        ("3rd Egret Bank", "Third Egret Bank", true),
        ("Minglu Data (Austria)", "Minglu Data (Estonia)", false),
        ("Minglu Data AG", "Minglu Data GmbH", false),
        ("Egret Petroleum Corporation", "Egret Pipeline Corporation", false),
    ] {
        check(Bearer::Organization, a, b, expect);
    }
}

proptest! {
    #[test]
    fn likeness_is_symmetric_and_reflexive(a in "[a-d王张 ,.()0-1]{0,14}", b in "[a-d王张 ,.()0-1]{0,14}") {
        let (x, y) = (parse(&a), parse(&b));
        for bearer in [Bearer::Person, Bearer::Organization] {
            let found = likeness(&x, &y, bearer);
            prop_assert!((found - likeness(&y, &x, bearer)).abs() < 1e-9, "{} | {}", a, b);
            prop_assert!((0.0..=1.0).contains(&found));
        }
    }
}
