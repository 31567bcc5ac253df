//! Tests of the schema reader: what it accepts, and what its errors say.

use super::*;

mod mistakes;

/// A schema that has everything once.
pub(super) const SMALL: &str = r#"kind = "shop"
id_prefix = "S"
matches_per_record = 1.0
field = [
  { name = "name", kind = "enterprise-name", survive = "rank" },
  { name = "address", kind = "address" },
  { name = "opened", kind = "date" },
  { name = "code", kind = "code" },
]
block = [
  { name = "name", on = ["name norm"], n_records_max = 10 },
  { name = "rare", on = ["tokens"], n_records_max = 20 },
]
[law]
codes = ["code"]
names = ["name"]
name_similarity_min = 0.3
n_records_max = 200
[[comparison]]
name = "name"
fields = ["name"]
present = "norm"
levels = [
  { when = "norm equal", m = 0.9, others = 0.1, of = "norm", n_sharers_max = 5 },
  { when = "trade similar 0.9", m = 0.05, u = 0.01 },
  { when = "else", m = 0.05, u = 0.9 },
]
[[comparison]]
name = "opened"
fields = ["opened"]
levels = [{ when = "text within 31", m = 0.9, u = 0.01 }, { when = "else", m = 0.1, u = 0.99 }]
[[comparison]]
name = "address"
fields = ["address"]
levels = [{ when = "place agrees road", m = 0.9, u = 0.01 }, { when = "else", m = 0.1, u = 0.99 }]
"#;

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
