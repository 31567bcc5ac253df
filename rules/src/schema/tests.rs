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
fn a_schema_of_words_is_read() {
    let text = SMALL.replace("enterprise-name", "party-name").replace("norm equal", "words contain 2, given alike");
    let schema = Schema::read(&text.replace("norm", "words")).expect("it is right");
    let expect = [Condition::Contain(Aspect::Words, 2), Condition::Alike(Aspect::Given, 1)];
    assert_eq!(schema.comparisons[0].levels[0].conditions, expect);
    assert!(!schema.comparisons[0].exclusive);
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
    check_error(
        "kind = \"enterprise-name\"",
        "kind = \"enterprise-name\"\norder = \"day-first\"",
        "'order' is for fields",
    );
    check_error("norm equal", "words equal", "does not fit a field of kind EnterpriseName");
    check_error("norm equal", "norm contain 2", "does not fit a field of kind EnterpriseName");
    check_error("norm equal", "text swapped", "does not fit a field of kind EnterpriseName");
    check_error("of = \"norm\"", "on = \"norm\"", "unknown field `on`");
    let label = "[[label]]\nlanguage = \"zh\"\nfields = { nam = \"名称\" }\n[[block]]";
    check_error("[[block]]", label, "label 'zh': unknown field 'nam'; did you mean 'name'");
}

#[test]
fn labels_are_no_part_of_the_model() {
    let labelled = format!("{SMALL}[[label]]\nlanguage = \"zh\"\nkind = \"店铺\"\nfields = {{ name = \"店名\" }}\n");
    assert_eq!(Schema::read(&labelled), Schema::read(SMALL));
    let labels = Labels::read(&labelled).expect("the labels are right");
    assert_eq!((labels.kind("zh"), labels.field("zh", "name")), (Some("店铺"), Some("店名")));
}

#[test]
fn labels_of_shipped_schemas_are_complete() {
    for name in Schema::shipped_names() {
        let text = Schema::shipped_text(name).expect(name);
        let (schema, labels) = (Schema::shipped(name).expect(name), Labels::read(text).expect(name));
        for language in ["zh", "en"].into_iter().filter(|language| labels.kind(language).is_some()) {
            for field in &schema.fields {
                assert!(labels.field(language, &field.name).is_some(), "{name}.{}: a label in {language}", field.name);
            }
        }
    }
}
