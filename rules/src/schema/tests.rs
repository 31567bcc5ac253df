//! Tests of the schema reader: what it accepts, and what its errors say.

use super::*;

/// A schema that has everything once.
const SMALL: &str = r#"
kind = "shop"
matches_per_record = 1.0
[[field]]
name = "name"
kind = "enterprise-name"
[[block]]
name = "name"
on = ["name norm"]
n_records_max = 10
[[comparison]]
name = "name"
fields = ["name"]
levels = [{ when = "norm equal", m = 0.9, others = 0.1, of = "norm" }, { when = "else", m = 0.1, u = 0.9 }]
"#;

fn check_error(from: &str, to: &str, expected: &str) {
    assert!(SMALL.contains(from), "nothing to replace: {from}");
    let error = Schema::read(&SMALL.replace(from, to)).expect_err(to).to_string();
    assert!(error.contains(expected), "{to}: {error}");
}

#[test]
fn shipped_schemas_are_read() {
    for name in Schema::shipped_names() {
        let schema = Schema::shipped(name).expect(name);
        assert_eq!(schema.kind, name);
        assert_eq!(Schema::read(Schema::shipped_text(name).expect(name)).expect(name), schema);
    }
}

#[test]
fn a_small_schema_is_read() {
    let schema = Schema::read(SMALL).expect("the small schema is right");
    assert_eq!(schema.comparisons[0].levels[0].conditions, [Condition::Equal(Aspect::Norm)]);
    assert_eq!(schema.law.n_records_max, 200);
}

#[test]
fn errors_say_where_and_what() {
    check_error("kind = \"enterprise-name\"", "kind = \"name\"", "unknown variant `name`");
    check_error("name norm", "nam norm", "block 'name': unknown field 'nam'; did you mean 'name'");
    check_error("name norm", "name nrom", "unknown aspect 'nrom'; did you mean 'norm'");
    check_error("name norm", "name room", "aspect 'room' does not fit");
    check_error("norm equal", "norm equals", "level 1: unknown predicate 'equals'; did you mean 'equal'");
    check_error("norm equal", "norm similar", "needs a number");
    check_error("when = \"else\"", "when = \"trade equal\"", "last level must be 'else'");
    check_error("u = 0.9", "u = 0.0", "needs either u");
    check_error("m = 0.9", "m = 1.5", "m must be above 0");
    check_error("n_records_max = 10", "n_records_max = 1", "at least 2");
    check_error("of = \"norm\"", "on = \"norm\"", "unknown field `on`");
}

#[test]
fn errors_of_the_law_say_where_and_what() {
    let law = |line: &str| format!("[law]\n{line}\n[[block]]");
    check_error("[[block]]", &law("codes = ['name']"), "law.codes: all its fields must be of kind");
    check_error("[[block]]", &law("places = ['name']"), "law.places: all its fields must be of kind");
    check_error("[[block]]", &law("required = ['nmae']"), "law.required: unknown group 'nmae'");
    check_error("[[block]]", &law("n_independent_min = 1"), "law.n_independent_min: the levels name 0 groups");
    check_error("n_records_max = 10", "star = true\nn_records_max = 10", "a star needs no n_records_max");
    check_error("n_records_max = 10", "", "n_records_max is missing");
    check_error(
        "kind = \"enterprise-name\"",
        "kind = \"enterprise-name\"\ndown_to = \"building\"",
        "for fields of kind address",
    );
}

#[test]
fn errors_of_derivations_say_where_and_what() {
    let derive = |from: &str, fields: &str| {
        format!("[[derive]]\nfrom = '{from}'\nkind = 'person'\nfields = {fields}\n[[block]]")
    };
    check_error("[[block]]", &derive("name", "{ name = 'name' }"), "derive 'name': 'name' is not of the form");
    check_error("[[block]]", &derive("nam norm", "{ name = 'name' }"), "unknown field 'nam'; did you mean 'name'");
    check_error("[[block]]", &derive("name norm", "{ name = 'nam' }"), "unknown field 'nam'");
    check_error("[[block]]", &derive("name norm", "{}"), "'fields' must use 'name'");
    check_error("[[block]]", &derive("tokens", "{}"), "must be one field and an aspect");
}
