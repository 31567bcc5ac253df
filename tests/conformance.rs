//! Do the identifiers of the standards come through the program as they must?
//!
//! The vectors of `data-samples/vectors/identifiers.json` go through `minglu normalize uscc`, as a user would send them. Left out:
//! upgraded identity numbers of fifteen digits, which the command does not print.

use serde_json::Value;

use crate::workshop::{run_with_input, stdout};

fn vectors(section: &str) -> Vec<Value> {
    let file = include_str!("../data-samples/vectors/identifiers.json");
    let vectors: Value = serde_json::from_str(file).expect("the vectors are JSON");
    let section = vectors[section].as_array().expect(section).clone();
    assert!(!section.is_empty());
    section
}

/// What the program says of each line.
fn normalized(lines: &[String]) -> Vec<Value> {
    let output = run_with_input(&["normalize", "uscc"], &(lines.join("\n") + "\n"));
    assert!(output.status.success());
    let answers: Vec<Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect();
    assert_eq!(answers.len(), lines.len(), "a line for a line");
    answers
}

/// Sends codes and asserts kind, validity and organization code of each.
#[track_caller]
fn check(codes: Vec<String>, expect: impl Fn(usize) -> (&'static str, bool, Value)) {
    for (position, found) in normalized(&codes).iter().enumerate() {
        let (kind, valid, org) = expect(position);
        let code = &codes[position];
        assert_eq!((&found["kind"], &found["valid"]), (&Value::from(kind), &Value::from(valid)), "{code}: {found}");
        assert_eq!(found["org"], org, "{code}: {found}");
    }
}

fn text(vector: &Value, field: &str) -> String {
    vector[field].as_str().expect(field).to_owned()
}

#[test]
fn unified_social_credit_codes_of_gb_32100() {
    let vectors = vectors("uscc");
    let (valid, invalid): (Vec<&Value>, Vec<&Value>) = vectors.iter().partition(|vector| vector["valid"] == true);
    let codes = valid.iter().map(|vector| text(vector, "code")).collect();
    check(codes, |position| ("Uscc", true, valid[position]["org"].clone()));
    let codes: Vec<String> = invalid.iter().map(|vector| text(vector, "code")).collect();
    for (code, found) in codes.iter().zip(normalized(&codes)) {
        assert_eq!((&found["valid"], &found["org"]), (&Value::from(false), &Value::Null), "{code}: {found}");
    }
}

#[test]
fn organization_codes_of_gb_11714() {
    let vectors = vectors("org_code");
    let code = |vector: &Value| text(vector, "body") + &text(vector, "check");
    let codes: Vec<String> = vectors.iter().map(code).collect();
    let expected = codes.clone();
    check(codes, |position| ("OrgCode", true, Value::from(expected[position].as_str())));
    let hyphened = vectors.iter().map(|vector| format!("{}-{}", text(vector, "body"), text(vector, "check"))).collect();
    check(hyphened, |position| ("OrgCode", true, Value::from(expected[position].as_str())));
}

#[test]
fn registration_numbers_of_gs_15() {
    let codes = vectors("reg_no").iter().map(|vector| text(vector, "body") + &text(vector, "check")).collect();
    check(codes, |_| ("RegNo", true, Value::Null));
    let wrong: Vec<String> = vectors("reg_no_invalid").iter().map(|vector| text(vector, "code")).collect();
    assert!(normalized(&wrong).iter().all(|found| found["valid"] == false));
}

#[test]
fn taxpayer_numbers_name_their_organization() {
    let vectors = vectors("tax_no");
    let codes: Vec<String> = vectors.iter().map(|vector| text(vector, "code")).collect();
    for (vector, found) in vectors.iter().zip(normalized(&codes)) {
        assert_eq!(found["org"], vector["org"], "{found}");
    }
}

#[test]
fn identity_numbers_are_recognized_as_personal() {
    let vectors = vectors("person_id");
    let codes: Vec<String> = vectors.iter().map(|vector| text(vector, "code")).collect();
    for (vector, found) in vectors.iter().zip(normalized(&codes)) {
        assert_eq!(found["org"], Value::Null, "{found}");
        if vector["upgraded"] == vector["code"] {
            assert_eq!(found["is_personal"], true, "{found}");
        }
    }
}
