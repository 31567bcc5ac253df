//! Codes: the shared conformance vectors, recognition of mixed columns, and what the check characters promise.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn today() -> Date {
    Date::from_civil(2026, 11, 21).expect("a real date")
}

fn vectors(section: &str) -> Vec<Value> {
    let file = include_str!("../../../data-samples/vectors/identifiers.json");
    let mut sections: Value = serde_json::from_str(file).expect("the vectors are JSON");
    match sections[section].take() {
        Value::Array(vectors) if !vectors.is_empty() => vectors,
        _ => panic!("no vectors in section {section}"),
    }
}

fn field<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_else(|| panic!("{name} is missing in {vector}"))
}

/// `kind`, then `!` if invalid, `*` if personal, `L` if temporary; then organization code or suggestion.
#[track_caller]
fn check(input: &str, expect: &str) {
    let code = subject(input);
    let mut shown = format!("{:?}", code.kind);
    shown.extend((!code.valid).then_some('!'));
    shown.extend(code.is_personal.then_some('*'));
    shown.extend(code.is_temporary.then_some('L'));
    if let Some(org) = code.org {
        shown += &format!(" {org}");
    }
    if let Some(suspect) = code.suspect {
        shown += &format!(" {suspect}?");
    }
    assert_eq!(shown, expect, "subject({input:?})");
}

#[test]
fn uscc_vectors() {
    for vector in vectors("uscc") {
        let report = uscc::inspect(field(&vector, "code"));
        assert_eq!(Some(report.is_valid()), vector["valid"].as_bool(), "{vector}");
        assert_eq!(report.is_valid(), report.syntax && report.check18 && report.check_org, "{vector}");
        if report.is_valid() {
            assert_eq!(report.org_code.map(|org| org.to_string()).as_deref(), vector["org"].as_str(), "{vector}");
            assert!(report.authority.is_some() && report.category.is_some(), "{vector}");
        }
        let suggestion = report.suggestion.map(|uscc| uscc.to_string());
        assert_eq!(suggestion.as_deref(), vector["suggestion"].as_str(), "{vector}");
    }
}

#[test]
fn org_code_vectors() {
    for vector in vectors("org_code") {
        let (body, check) = (field(&vector, "body"), field(&vector, "check"));
        let computed = org_code::check_char(body.as_bytes().try_into().expect("eight characters"));
        assert_eq!(computed, check.bytes().next(), "{vector}");
        assert!(OrgCode::parse(&format!("{body}-{check}")).is_some(), "{vector}");
    }
}

#[test]
fn reg_no_vectors() {
    for vector in vectors("reg_no") {
        let (body, check) = (field(&vector, "body"), field(&vector, "check"));
        let computed = reg_no::check_digit(body.as_bytes().try_into().expect("fourteen digits"));
        assert_eq!(computed, check.bytes().next(), "{vector}");
        assert!(RegNo::parse(&format!("{body}{check}")).is_some(), "{vector}");
    }
    for vector in vectors("reg_no_invalid") {
        assert_eq!(RegNo::parse(field(&vector, "code")), None, "{vector}");
    }
}

#[test]
fn tax_no_vectors() {
    for vector in vectors("tax_no") {
        let org = TaxNo::parse(field(&vector, "code"), today()).org_code().map(|org| org.to_string());
        assert_eq!(org.as_deref(), vector["org"].as_str(), "{vector}");
    }
}

#[test]
fn person_id_vectors() {
    for vector in vectors("person_id") {
        let person_id = PersonId::parse(field(&vector, "code"), today());
        assert_eq!(person_id.as_ref().map(PersonId::as_str), vector["upgraded"].as_str(), "{vector}");
    }
}

#[test]
fn subjects_with_codes() {
    check("91440305MA5ABCD195", "Uscc MA5ABCD19");
    check(" ９１４４０３０５－ma5abcd19 5 ", "Uscc MA5ABCD19");
    check("MA5ABCD1-9", "OrgCode MA5ABCD19");
    check("440305MA5ABCD19", "TaxNo15 MA5ABCD19");
    check("MA5ABCD1B", "HeadOffice");
    check("440301100000016", "RegNo");
    check("L91440305MA5ABCD195", "UsccL MA5ABCD19");
}

#[test]
fn wrong_codes_say_nothing() {
    check("91320621MA1MRHG207", "Uscc!");
    check("MA5ABCD18", "OrgCode!");
    check("PDY000018", "OrgCode!");
    check("44030171234567X", "Opaque!");
    check("000000000", "OrgCode!");
    check("000000000000000", "Opaque!");
    check("000000000000000000", "Opaque!");
    check("无", "Opaque!");
    check("", "Opaque!");
    check("粤深工商123456789012", "Opaque!");
    check("4403012001234", "Opaque!");
}

#[test]
fn look_alikes_are_suggested() {
    check("9135O1OOMOOO1OOY43", "Uscc! 91350100M000100Y43?");
    check("9I440305MA5ABCD195", "Uscc! 91440305MA5ABCD195?");
    check("91440305MA5A8CD195", "Uscc! 91440305MA5ABCD195?");
    check("91440305MASABCD195", "Uscc! 91440305MA5ABCD195?");
    // Two characters misread are too many to guess.
    check("91440305MA5A8CD1Q5", "Uscc!");
    check("91440305MA5ABCD196", "Uscc!");
}

#[test]
fn people_are_marked() {
    check("440305199003070014", "PersonTaxNo*");
    check("440305199003070015", "PersonTaxNo!*");
    check("11010519491231002x", "PersonTaxNo*");
    check("44030519900307001400", "PersonTaxNo*");
    check("L440305199003070014", "PersonTaxNo*L");
    check("11010549123100201", "PersonTaxNo*");
    check("11010549123100200000", "PersonTaxNo*");
    check("440305900307001", "Opaque!*");
    // Fifteen digits have no check character of their own; this one happens to be a registration number too.
    check("110105491231002", "RegNo*");
}

#[test]
fn a_right_registration_number_is_no_taxpayer_number() {
    let number = (0..1_000)
        .map(|sequence| format!("44030110{sequence:06}"))
        .map(|body| format!("{body}{}", char::from(reg_no::check_digit(body.as_bytes().try_into().unwrap()).unwrap())))
        .find(|number| OrgCode::parse(&number[6..]).is_some())
        .expect("one in eleven passes both checks");
    check(&number, "RegNo");
}

#[test]
fn birth_dates_are_bounded() {
    let parse = |text, today| PersonId::parse(text, Date::from_civil(today, 1, 1).expect("a real date"));
    assert!(parse("440305199003070014", 1991).is_some());
    assert!(parse("440305199003070014", 1990).is_none());
    let body = "44030518790307001";
    let check = char::from(person_id::check_char(body.as_bytes().try_into().unwrap()).unwrap());
    assert!(parse(&format!("{body}{check}"), 2026).is_none());
}

/// Seventeen characters of a credit code that passes the organization code's check.
fn uscc_body() -> impl Strategy<Value = String> {
    "[1-9ANY][1-9][1-6][0-9]{5}[0-9A-HJ-NPQRTUWXY]{8}".prop_map(|body| {
        let org = org_code::check_char(body.as_bytes()[8..].try_into().expect("eight characters"));
        format!("{body}{}", char::from(org.expect("the pattern has no other characters")))
    })
}

fn uscc() -> impl Strategy<Value = String> {
    uscc_body()
        .prop_map(|body| {
            let check = uscc::check_char(body.as_bytes().try_into().expect("seventeen characters"));
            format!("{body}{}", char::from(check.expect("the pattern has no other characters")))
        })
        .prop_filter("no placeholder", |code| Uscc::parse(code).is_some())
}

fn replaced(text: &str, idx: usize, by: char) -> String {
    text.char_indices().map(|(at, char)| if at == idx { by } else { char }).collect()
}

proptest! {
    #[test]
    fn nothing_panics(text in ".{0,24}|[0-9A-Z]{9,20}|L?[0-9]{15,20}X?") {
        let code = subject(&text);
        prop_assert_eq!(&subject(&code.text).text, &code.text);
        prop_assert!(code.valid || code.org.is_none());
        let _ = (uscc::inspect(&text), TaxNo::parse(&text, today()), org_code::head_office_of(&text));
        let _ = (RegNo::parse(&text), OrgCode::parse(&text), PersonId::parse(&text, today()));
    }

    #[test]
    fn uscc_finds_every_single_error(code in uscc(), idx in 0..18_usize, by in "[0-9A-HJ-NPQRTUWXY]") {
        let by = by.chars().next().expect("one character");
        let wrong = replaced(&code, idx, by);
        prop_assert_eq!(Uscc::parse(&wrong).is_some(), wrong == code);
    }

    #[test]
    fn uscc_finds_every_neighbor_swap(code in uscc(), idx in 0..17_usize) {
        let mut swapped = code.clone().into_bytes();
        swapped.swap(idx, idx + 1);
        let swapped = String::from_utf8(swapped).expect("ASCII");
        prop_assert_eq!(Uscc::parse(&swapped).is_some(), swapped == code);
    }

    /// GB 11714 promises this for digits only: letters 11 apart (0, B, M, X) have one remainder.
    #[test]
    fn org_code_finds_every_wrong_digit(body in "[0-9]{8}", idx in 0..8_usize, by in "[0-9]") {
        let wrong = replaced(&body, idx, by.chars().next().expect("one character"));
        let check = |body: &str| org_code::check_char(body.as_bytes().try_into().expect("eight digits"));
        prop_assert_eq!(check(&body) == check(&wrong), body == wrong);
    }

    #[test]
    fn reg_no_finds_every_wrong_digit(body in "[0-9]{14}", idx in 0..14_usize, by in "[0-9]") {
        let wrong = replaced(&body, idx, by.chars().next().expect("one character"));
        let check = |body: &str| reg_no::check_digit(body.as_bytes().try_into().expect("fourteen digits"));
        prop_assert_eq!(check(&body) == check(&wrong), body == wrong);
    }

    #[test]
    fn person_id_finds_every_wrong_digit(body in "[0-9]{17}", idx in 0..17_usize, by in "[0-9]") {
        let wrong = replaced(&body, idx, by.chars().next().expect("one character"));
        let check = |body: &str| person_id::check_char(body.as_bytes().try_into().expect("seventeen digits"));
        prop_assert_eq!(check(&body) == check(&wrong), body == wrong);
    }

    #[test]
    fn a_misread_letter_is_never_accepted(code in uscc(), idx in 0..18_usize, by in "[IOZSV]") {
        let wrong = replaced(&code, idx, by.chars().next().expect("one letter"));
        let report = uscc::inspect(&wrong);
        prop_assert!(!report.is_valid());
        prop_assert!(report.suggestion.is_none_or(|uscc| Uscc::parse(uscc.as_str()).is_some()));
    }
}
