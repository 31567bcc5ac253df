//! What comes out of known files, end to end, and is it as good as ever?
//!
//! The hand-written sample is under snapshot; simulated cities are held against floors, which may only rise. To renew the
//! snapshot: `INSTA_UPDATE=always cargo test --release -p minglu --test main golden`.

use std::collections::BTreeMap;

use minglu::evaluate::{EvaluationReport, of_register, read_assignment};
use minglu::registry::{EntityAnswer, LosingValue, MemberAnswer, ValueAnswer};
use serde_json::{Value, json};

use crate::workshop::Workshop;

/// Size and seed of the simulated city.
const N_LEGAL_UNITS: u64 = 2_000;
const SEED: u64 = 1;

/// Floors of the city of this size.
const CITY_F1_MIN: f64 = 0.97;
const CITY_PRECISION_MIN: f64 = 0.995;
/// True pairs that blocking leaves to be found, directly or through other records.
const CITY_CANDIDATE_RECALL_MIN: f64 = 0.995;
/// The same city where only market regulation delivers codes.
const CITY_WITHOUT_CODES_F1_MIN: f64 = 0.97;
/// Floors of the hand-written sample, all of whose units are difficult.
const TINY_PRECISION_MIN: f64 = 1.0;
const TINY_RECALL_MIN: f64 = 0.88;
/// What the simpler methods must miss; otherwise the city would be too easy to say anything.
const CODE_RECALL_MAX: f64 = 0.75;
const NAME_PRECISION_MAX: f64 = 0.90;
/// Work, not time: pairs compared per record (about 1 when the floor was set); blocks are capped, so it hardly grows.
const N_PAIRS_PER_RECORD_MAX: f64 = 3.0;

fn evaluated(workshop: &Workshop) -> EvaluationReport {
    let truth = read_assignment(&workshop.truth(), "entity").expect("the truth is read");
    of_register(&workshop.data(), &truth, None).expect("the register is evaluated")
}

#[track_caller]
fn check_floor(what: &str, found: f64, min: f64) {
    assert!(found >= min, "{what} is {found:.5}, below its floor {min}");
}

#[test]
fn tiny() {
    let workshop = Workshop::tiny();
    let report = workshop.build();
    let counts: Vec<(u64, u64, u64)> =
        report.files.iter().map(|file| (file.n_read, file.n_accepted, file.n_quarantined)).collect();
    assert_eq!(counts, [(18, 18, 0), (14, 14, 0), (12, 12, 0), (13, 12, 1)]);
    let found = evaluated(&workshop);
    check_floor("precision", found.evaluation.pairwise.precision, TINY_PRECISION_MIN);
    check_floor("recall", found.evaluation.pairwise.recall, TINY_RECALL_MIN);
    assert_eq!(found.n_entities_with_two_codes, Some(0));
    let registry = workshop.registry();
    let ids: Vec<String> = registry.store.scan_entities().expect("scans").map(|item| item.expect("reads").0).collect();
    let entity = |id: &String| condensed(registry.entity(id).expect("reads").expect("it was listed"));
    insta::assert_json_snapshot!("tiny_entities", ids.iter().map(entity).collect::<Vec<Value>>());
}

/// An entity in a line for each value and record; probabilities to six digits, because the last bits are not the point.
fn condensed(entity: EntityAnswer) -> Value {
    let line = |value: ValueAnswer| {
        let date = value.valid_from.map(|date| format!(" since {date}")).unwrap_or_default();
        format!("{}{date} ({}: {})", value.value, value.rule, value.from.join(", "))
    };
    let lines = |values: Vec<ValueAnswer>| values.into_iter().map(line).collect::<Vec<_>>().join("; ");
    let values: BTreeMap<String, String> =
        entity.values.into_iter().map(|(field, values)| (field, lines(values))).collect();
    let losing = entity.conflicts.into_iter().flat_map(|conflict| {
        let line = move |lost: LosingValue| format!("{}: {} ({})", conflict.field, lost.value, lost.from.join(", "));
        conflict.values.into_iter().map(line)
    });
    let record = |record: MemberAnswer| {
        let MemberAnswer { source, record_id, match_key, match_probability } = record;
        format!("{source}:{record_id} {match_probability:.6} {match_key}").trim_end().to_owned()
    };
    json!({
        "id": entity.id,
        "anchor": entity.anchor,
        "values": values,
        "conflicts": losing.collect::<Vec<_>>(),
        "new": entity.new.join(", "),
        "missing": entity.missing.join(", "),
        "records": entity.records.into_iter().map(record).collect::<Vec<_>>(),
        "relations": entity.relations.iter().map(|end| format!("{} {} {}", end.direction, end.kind, end.name)).collect::<Vec<_>>(),
    })
}

#[test]
fn a_city_is_resolved_as_well_as_ever() {
    let workshop = Workshop::city(N_LEGAL_UNITS, SEED);
    let report = workshop.build();
    let found = evaluated(&workshop);
    check_floor("F1", found.evaluation.pairwise.f1, CITY_F1_MIN);
    check_floor("precision", found.evaluation.pairwise.precision, CITY_PRECISION_MIN);
    check_floor("candidate recall", found.candidates.expect("of a register").connected, CITY_CANDIDATE_RECALL_MIN);
    assert_eq!(found.n_entities_with_two_codes, Some(0));
    assert_eq!(found.evaluation.n_missing, 0, "no record of the truth is lost");
    let [(_, code), (_, name)] = &found.baselines[..] else { panic!("two baselines: {:?}", found.baselines) };
    assert!(code.recall < CODE_RECALL_MAX, "equal codes alone find {:.3}", code.recall);
    assert!(name.precision < NAME_PRECISION_MAX, "equal names alone are right for {:.3}", name.precision);
    let n_pairs_per_record = report.kinds[0].n_pairs_compared as f64 / report.n_records() as f64;
    assert!(n_pairs_per_record < N_PAIRS_PER_RECORD_MAX, "{n_pairs_per_record:.1} pairs compared per record");
}

#[test]
fn a_city_is_resolved_where_only_one_department_has_codes() {
    let workshop = Workshop::city(N_LEGAL_UNITS, SEED);
    workshop.edit("minglu.toml", "tax_no = \"纳税人识别号\"", "");
    workshop.edit("minglu.toml", "uscc = \"单位代码\"", "");
    workshop.edit("minglu.toml", "org_code = \"组织机构代码\"", "");
    let text = std::fs::read_to_string(workshop.config()).expect("reads");
    let (market, others) = text.split_once("name = \"tax\"").expect("tax follows market");
    let others = others.replace("uscc = \"统一社会信用代码\"", "");
    std::fs::write(workshop.config(), format!("{market}name = \"tax\"{others}")).expect("writes");
    workshop.build();
    let found = evaluated(&workshop);
    check_floor("F1", found.evaluation.pairwise.f1, CITY_WITHOUT_CODES_F1_MIN);
    assert_eq!(found.n_entities_with_two_codes, Some(0));
}
