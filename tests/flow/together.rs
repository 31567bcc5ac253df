//! Do clusters join by what they say together, part where it speaks against them, and does the register say so?

use minglu::export::{FileFormat, Subject};
use minglu::registry::{OneOrMany, Query, Verdict};
use minglu::verify::verify;

use crate::workshop::{Workshop, stdout};

/// Each comparison weighs 7 to 13 bits for, and names and streets 4 to 6 against; eight records ask for 3 bits.
const SCHEMA: &str = r#"kind = "firm"
matches_per_record = 1.0
field = [
  { name = "name", kind = "text" }, { name = "short", kind = "text" }, { name = "english", kind = "text" },
  { name = "street", kind = "text" }, { name = "phone", kind = "text" }, { name = "site", kind = "text" },
]
block = [
  { name = "name", on = ["name text"], n_records_max = 10 }, { name = "short", on = ["short text"], n_records_max = 10 },
  { name = "english", on = ["english text"], n_records_max = 10 }, { name = "phone", on = ["phone text"], n_records_max = 10 },
  { name = "site", on = ["site text"], n_records_max = 10 },
]
comparison = [
  { name = "name", fields = ["name"], levels = [{ when = "text equal", m = 0.98, u = 0.0001 }, { when = "else", m = 0.02, u = 1.0 }] },
  { name = "short", fields = ["short"], levels = [{ when = "text equal", m = 0.9, u = 0.005 }, { when = "else", m = 0.1, u = 1.0 }] },
  { name = "english", fields = ["english"], levels = [{ when = "text equal", m = 0.9, u = 0.005 }, { when = "else", m = 0.1, u = 1.0 }] },
  { name = "street", fields = ["street"], levels = [{ when = "text equal", m = 0.95, u = 0.01 }, { when = "else", m = 0.05, u = 1.0 }] },
  { name = "phone", fields = ["phone"], levels = [{ when = "text equal", m = 0.9, u = 0.0001 }, { when = "else", m = 0.1, u = 1.0 }] },
  { name = "site", fields = ["site"], levels = [{ when = "text equal", m = 0.9, u = 0.0001 }, { when = "else", m = 0.1, u = 1.0 }] },
]
"#;

const HEADER: &str = "id,name,short,english,street,phone,site";

/// A was renamed to B: neither the short name nor the English one suffices. C and D bear one short name and are two.
pub(super) const ROWS: [&str; 8] = [
    "A1,岭南园林股份有限公司,岭南园林,,,,",
    "A2,岭南园林股份有限公司,,Lingnan Eco,,,",
    "B1,岭南生态文旅股份有限公司,岭南园林,,,,",
    "B2,岭南生态文旅股份有限公司,,Lingnan Eco,,,",
    "C1,,东方科技,,,,dongfang.cn",
    "C2,东方日升科技有限公司,,,深南大道1号,,dongfang.cn",
    "D1,,东方科技,,,13800138000,",
    "D2,东方明珠科技有限公司,,,科苑路9号,13800138000,",
];

/// A workshop with these rows.
pub(super) fn workshop(rows: &[&str]) -> Workshop {
    let rows = format!("{HEADER}\n{}\n", rows.join("\n"));
    let fields: Vec<String> = HEADER.split(',').skip(1).map(|name| format!("{name} = \"{name}\"")).collect();
    let config = format!(
        "[[source]]\nname = \"firms\"\nkind = \"firm.toml\"\npath = \"firms.csv\"\nrecord_id = \"id\"\nfields = {{ {} }}\n",
        fields.join(", ")
    );
    let workshop =
        Workshop::of_files(&[("firm.toml", SCHEMA), ("firms.csv", rows.as_str()), ("minglu.toml", config.as_str())]);
    workshop.build();
    workshop
}

#[test]
fn clusters_join_by_what_they_say_together_in_any_order() {
    let first = workshop(&ROWS);
    let registry = first.registry();
    let entity = |id: &str| registry.store.entity_of("firms", id).expect("reads").expect("is there");
    assert!(["A2", "B1", "B2"].iter().all(|id| entity(id) == entity("A1")));
    assert_eq!((entity("C1"), entity("D1")), (entity("C2"), entity("D2")));
    assert_ne!(entity("C1"), entity("D1"));
    assert_eq!(verify(&first.data()).expect("reads"), Vec::<String>::new());
    let export = |workshop: &Workshop| workshop.export(Subject::Membership, FileFormat::Csv);
    let expected = export(&first);
    for step in [3, 5, 7] {
        let shuffled: Vec<&str> = (0..ROWS.len()).map(|position| ROWS[(position * step + 1) % ROWS.len()]).collect();
        assert_eq!(export(&workshop(&shuffled)), expected);
    }
}

#[test]
fn the_register_says_what_joined_and_what_parted() {
    let workshop = workshop(&ROWS);
    let registry = workshop.registry();
    let why = |a: &str, b: &str| registry.why(("firms", a), ("firms", b)).expect("reads").expect("both are there");
    let joined = why("A1", "B2");
    assert_eq!((joined.decision.as_str(), joined.same_entity), ("none", true));
    let together = joined.together.expect("their clusters were compared");
    assert_eq!(
        (together.a, together.b),
        (vec!["firms:A1".into(), "firms:A2".into()], vec!["firms:B1".into(), "firms:B2".into()])
    );
    let english = together.evidence.iter().find(|line| line.comparison == "english").expect("it was compared");
    assert_eq!((english.a_from.as_deref(), english.b_from.as_deref()), (Some("firms:A2"), Some("firms:B2")));
    let listed: f64 = together.evidence.iter().map(|line| line.weight + line.term_frequency_adjustment).sum();
    assert!((joined.prior + listed - together.match_weight).abs() < 1e-9);

    let parted = why("C1", "D1");
    assert_eq!((parted.decision.as_str(), parted.same_entity), ("match", false));
    assert_eq!(parted.veto.as_deref(), Some("weak_bridge"));
    assert!(parted.together.expect("their clusters spoke").match_weight < -4.0);
    let data = workshop.data();
    let explained = workshop.run(&["explain", "--data", data.to_str().expect("is text"), "firms:C1", "firms:D1"]);
    assert!(
        stdout(&explained).contains("together") && stdout(&explained).contains("深南大道1号 (firms:C2)"),
        "{}",
        stdout(&explained)
    );
}

#[test]
fn a_query_that_an_entity_speaks_against_is_for_review() {
    let workshop = workshop(&ROWS);
    let query = |values: &[(&str, &str)]| Query {
        values: values.iter().map(|(field, text)| ((*field).into(), OneOrMany::One((*text).into()))).collect(),
        kind: None,
        limit: None,
    };
    let best = |values: &[(&str, &str)]| {
        let found = workshop.registry().resolve(&query(values)).expect("the query is right");
        found.into_iter().next().map(|candidate| (candidate.verdict, candidate.veto))
    };
    assert_eq!(best(&[("phone", "13800138000")]), Some((Verdict::Match, None)));
    let stranger = [("short", "东方科技"), ("name", "东方红科技有限公司"), ("street", "福华路3号")];
    assert_eq!(best(&stranger), Some((Verdict::Review, Some("weak_bridge".into()))));
}
