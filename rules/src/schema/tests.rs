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
