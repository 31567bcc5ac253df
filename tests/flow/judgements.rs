//! Does what people judged hold, whatever the evidence says, but for the law; and does the register say so?

use minglu::export::{FileFormat, Subject};
use minglu::registry::{OneOrMany, Query, Verdict, WhyAnswer};
use minglu::verify::verify;

use crate::workshop::{Workshop, stderr, stdout};

/// Equal codes group; name and telephone together are a match, each alone is one for review.
const SCHEMA: &str = r#"kind = "firm"
matches_per_record = 1.0
field = [
  { name = "name", kind = "enterprise-name" }, { name = "code", kind = "code" }, { name = "phone", kind = "text" },
  { name = "street", kind = "text" },
]
block = [
  { name = "name", on = ["name norm"], n_records_max = 10 }, { name = "phone", on = ["phone text"], n_records_max = 10 },
]
comparison = [
  { name = "name", fields = ["name"], levels = [{ when = "norm equal", m = 0.98, u = 0.01 }, { when = "else", m = 0.02, u = 1.0 }] },
  { name = "phone", fields = ["phone"], levels = [{ when = "text equal", m = 0.9, u = 0.001 }, { when = "else", m = 0.1, u = 1.0 }] },
  { name = "street", fields = ["street"], levels = [{ when = "text equal", m = 0.9, u = 0.01 }, { when = "else", m = 0.1, u = 1.0 }] },
]
law = { codes = ["code"], names = ["name"] }
"#;

const OLD: &str = "91440305MA5ABCD195";
const NEW: &str = "92440306MA5H0K2N71";

/// 1 to 3 are one by name and telephone; 4 is nobody's; 5 and 6 carry one code, 7 another; 8 and 9 share a telephone.
fn rows() -> String {
    format!(
        "id,name,code,phone,street\n\
         1,明鹭数据,,13800138000,\n2,明鹭数据,,13800138000,\n3,明鹭数据,,13800138000,\n4,宏达五金,,,科苑路9号\n\
         5,天亚服装,{OLD},,\n6,天亚服装,{OLD},,深南大道1号\n7,天亚服装厂,{NEW},,\n8,东方科技,,13900139000,\n9,东方日升,,13900139000,\n"
    )
}

/// A judgement, `1 same 4`, or `1 undo 4`.
fn line(judged: &str) -> String {
    let mut words = judged.split(' ');
    let mut word = || words.next().expect("two records and a word between them");
    let (a, what, b) = (word(), word(), word());
    let what = if what == "undo" { "\"undo\":true".into() } else { format!("\"verdict\":\"{what}\"") };
    let name = |id: &str| format!("{{\"source\":\"firms\",\"record_id\":\"{id}\"}}");
    let (a, b) = (name(a), name(b));
    format!("{{{what},\"a\":{a},\"b\":{b},\"by\":\"王敏\",\"at\":\"2026-03-02T09:30:00Z\",\"why\":\"已电话核实\"}}\n")
}

/// A register built under judgements.
fn judged(judgements: &[&str]) -> Workshop {
    let config = "[resolve]\njudgements = \"judgements.jsonl\"\n[[source]]\nname = \"firms\"\nkind = \"firm.toml\"\n\
        path = \"firms.csv\"\nrecord_id = \"id\"\n\
        fields = { name = \"name\", code = \"code\", phone = \"phone\", street = \"street\" }\n";
    let lines: String = judgements.iter().map(|judged| line(judged)).collect();
    let files = [("firm.toml", SCHEMA), ("firms.csv", &rows()), ("minglu.toml", config), ("judgements.jsonl", &lines)];
    let workshop = Workshop::of_files(&files);
    workshop.build();
    workshop
}

/// The records of each entity, which a register built under judgements has; it verifies.
#[track_caller]
fn check(judgements: &[&str], expect: &str) -> Workshop {
    let workshop = judged(judgements);
    assert_eq!(clusters(&workshop), expect, "{judgements:?}");
    assert_eq!(verify(&workshop.data()).expect("reads"), Vec::<String>::new());
    workshop
}

/// `123 4 56 7 8 9`.
fn clusters(workshop: &Workshop) -> String {
    let registry = workshop.registry();
    let mut clusters: Vec<(String, String)> = Vec::new();
    for id in ('1'..='9').map(String::from) {
        let entity = registry.store.entity_of("firms", &id).expect("reads").expect("is there");
        match clusters.iter_mut().find(|(known, _)| *known == entity) {
            Some((_, members)) => members.push_str(&id),
            None => clusters.push((entity, id)),
        }
    }
    clusters.into_iter().map(|(_, members)| members).collect::<Vec<_>>().join(" ")
}

fn why(workshop: &Workshop, a: &str, b: &str) -> WhyAnswer {
    workshop.registry().why(("firms", a), ("firms", b)).expect("reads").expect("both are there")
}

#[test]
fn without_judgements_the_evidence_decides() {
    check(&[], "123 4 56 7 8 9");
    check(&["1 unsure 4", "8 unsure 9"], "123 4 56 7 8 9");
}

#[test]
fn who_was_judged_the_same_is_one_whatever_the_evidence_says() {
    let workshop = check(&["4 same 1", "8 same 9"], "1234 56 7 89");
    let found = why(&workshop, "4", "1");
    assert_eq!((found.decision.as_str(), found.same_entity, found.veto), ("none", true, None));
    assert_eq!(found.candidates_by, ["judgement"]);
    assert_eq!(found.judgements[0].by, "王敏");
    assert!(found.stored_match_weight.is_some_and(|weight| (weight - found.match_weight).abs() < 1e-9));
    let data = workshop.data();
    let explained = workshop.run(&["explain", "--data", data.to_str().expect("is text"), "firms:1", "firms:4"]);
    assert!(stdout(&explained).contains("judged 裁决: firms:4 and firms:1 same, by 王敏"), "{}", stdout(&explained));
}

#[test]
fn who_was_judged_different_is_two_also_through_others() {
    let workshop = check(&["1 different 3"], "12 3 4 56 7 8 9");
    assert_eq!(why(&workshop, "3", "1").veto.as_deref(), Some("judged_different"));
    assert_eq!(why(&workshop, "3", "2").veto.as_deref(), Some("judged_different"));
    // Different beats the same, and parts the records of one code.
    check(&["1 different 3", "1 same 4", "4 same 3"], "124 3 56 7 8 9");
    let workshop = check(&["5 different 6"], "123 4 5 6 7 8 9");
    assert_eq!(why(&workshop, "5", "6").veto.as_deref(), Some("judged_different"));
    let workshop = check(&["8 different 9"], "123 4 56 7 8 9");
    assert_eq!(why(&workshop, "8", "9").veto.as_deref(), Some("judged_different"));
}

#[test]
fn codes_beat_the_same_and_the_register_says_so() {
    let workshop = check(&["5 same 7"], "123 4 56 7 8 9");
    let found = why(&workshop, "5", "7");
    assert_eq!((found.same_entity, found.veto.as_deref()), (false, Some("different_codes")));
    let links = String::from_utf8(workshop.export(Subject::Links, FileFormat::Csv)).expect("is text");
    assert!(
        links.lines().any(|row| row.starts_with("firms:5,firms:7,match,") && row.ends_with("different_codes")),
        "{links}"
    );
}

#[test]
fn who_was_recoded_is_one_with_all_that_carry_either_code() {
    let workshop = check(&["6 recoded 7"], "123 4 567 8 9");
    let found = why(&workshop, "5", "7");
    assert_eq!((found.same_entity, found.veto.as_deref(), found.judgements.len()), (true, None, 1));
    assert_eq!(found.judgements[0].verdict, "recoded");
    assert_eq!(why(&workshop, "5", "6").judgements, []);
    // Whoever asks by either code means the one unit.
    for code in [OLD, NEW] {
        let values = [("code", code)].map(|(field, text)| (field.into(), OneOrMany::One(text.into())));
        let query = Query { values: values.into(), kind: None, limit: None };
        let found = workshop.registry().resolve(&query).expect("the query is right");
        assert_eq!(found.iter().map(|candidate| candidate.verdict).collect::<Vec<_>>(), [Verdict::Match]);
    }
    // The judgement that two are one is stronger than an equal code.
    check(&["6 recoded 7", "5 different 7"], "123 4 5 67 8 9");
}

#[test]
fn an_undone_judgement_does_nothing() {
    check(&["1 same 4", "4 undo 1"], "123 4 56 7 8 9");
    check(&["1 same 4", "1 different 4", "4 undo 1"], "1234 56 7 8 9");
    check(&["1 undo 4", "1 same 4"], "1234 56 7 8 9");
}

#[test]
fn a_judgement_of_an_absent_record_lies_dormant() {
    let workshop = check(&["1 same 99", "98 recoded 7", "97 different 1", "8 same 9"], "123 4 56 7 89");
    let report = workshop.build();
    assert_eq!((report.kinds[0].n_judged, report.n_judgements, report.n_dormant), (1, 4, 3));
}

#[test]
fn the_order_of_lines_of_several_pairs_does_not_matter() {
    let lines = ["1 different 3", "4 same 3", "4 same 1", "6 recoded 7", "8 same 9", "5 different 6"];
    let export = |lines: &[&str]| {
        let workshop = judged(lines);
        [Subject::Membership, Subject::Entities, Subject::Links]
            .map(|subject| workshop.export(subject, FileFormat::Csv))
    };
    let expected = export(&lines);
    for step in [1, 5] {
        let shuffled: Vec<&str> = (0..lines.len()).map(|at| lines[(at * step + 2) % lines.len()]).collect();
        assert_eq!(export(&shuffled), expected);
    }
}

#[test]
fn mistakes_of_the_file_are_told_by_check_and_build() {
    let workshop = judged(&[]);
    std::fs::write(workshop.file("judgements.jsonl"), line("1 same 4") + &line("1 equal 4")).expect("writes");
    for arguments in [&["check", "--config", "{config}"][..], &["build", "--config", "{config}", "--data", "{data}"]] {
        let said = stderr(&workshop.run(arguments));
        assert!(said.contains("judgements.jsonl:2: 'equal' is no verdict; write same, "), "{said}");
    }
}
