//! Weights add up, common values weigh less, probabilities and weights are one scale.

use proptest::prelude::*;

use super::*;
use crate::model::{CandidatePair, Origin, RecordIdx, ScoredPair};
use crate::tests::{record, schema};

/// How far a sum of weights may be from its parts: rounding of about ten additions.
const ROUNDING: f64 = 1e-9;

/// A model of a city of about a million units.
fn city() -> FrozenModel {
    FrozenModel::empty(schema(), 1 << 20)
}

fn vector(findings: &[(usize, u8, u32)]) -> ComparisonVector {
    let mut vector = vec![Finding::MISSING; schema().comparisons.len()];
    for &(comparison, level, n_sharers) in findings {
        vector[comparison] = Finding { level: Some(level), values: (0, 0), n_sharers };
    }
    vector
}

/// Position of the level of this label.
fn level_of(comparison: usize, label: &str) -> u8 {
    let levels = &schema().comparisons[comparison].levels;
    levels.iter().position(|level| level.label == label).expect("a level of the shipped schema") as u8
}

/// Levels are (comparison, level, sharers).
#[track_caller]
fn check(findings: &[(usize, u8, u32)], expect: &str) {
    assert_eq!(match_key(&vector(findings), &city()), expect);
}

#[test]
fn match_keys_name_what_agrees_and_what_does_not() {
    check(&[], "");
    check(&[(0, level_of(0, "norm equal"), 1), (6, level_of(6, "text equal"), 1)], "+name +phone");
    check(&[(1, 0, 1), (0, level_of(0, "else"), 1)], "-name +code");
    check(&[(3, level_of(3, "else"), 1), (4, level_of(4, "text equal"), 1)], "-address +person");
}

#[test]
fn the_weight_of_a_level_is_log2_of_m_over_u() {
    let model = city();
    let address = &model.schema.comparisons[3];
    let level = address.levels.len() - 1;
    let Chance::Fixed(u) = address.levels[level].u else { panic!("the last level counts nothing") };
    let line = &explain(&vector(&[(3, level as u8, 1)]), &model)[3];
    assert_eq!((line.level.as_str(), line.term_frequency_adjustment), ("else", 0.0));
    assert!((line.weight - (address.levels[level].m / u).log2()).abs() < ROUNDING);
    // One other holder of the name is known, beside the 0.08 who are expected and not known.
    let line = &explain(&vector(&[(0, level_of(0, "norm equal"), 2)]), &model)[0];
    assert!((line.weight - (0.70 * f64::from(model.n_entities) / 0.08).log2()).abs() < ROUNDING);
    assert!((line.term_frequency_adjustment - (0.08_f64 / 1.08).log2()).abs() < ROUNDING);
}

#[test]
fn a_dropped_value_is_told_from_a_missing_one() {
    let mut vector = vector(&[]);
    vector[6].n_sharers = 40;
    let evidence = explain(&vector, &city());
    assert_eq!((evidence[6].level.as_str(), evidence[5].level.as_str()), ("shared too widely", "missing"));
    assert_eq!(evidence[6].weight + evidence[6].term_frequency_adjustment, 0.0);
}

#[test]
fn a_changed_value_changes_the_weight_listed_for_it() {
    let namesakes = ["王伟", "王伟", "王伟", "欧阳鹭"].map(|person| format!("legal_rep={person}"));
    let records: Vec<_> = namesakes.iter().enumerate().map(|(n, person)| record(&format!("0:{n}"), person)).collect();
    let model = FrozenModel { n_entities: 1000, ..FrozenModel::count(schema(), &records) };
    let weight = |person: &str| {
        let (a, b) = (record("1:a", person), record("1:b", person));
        let vector = crate::compare::compare(&a, &b, &model);
        let pair = CandidatePair { a: RecordIdx(0), b: RecordIdx(1), origin: Origin::Asked };
        let scored = ScoredPair { pair, match_weight: match_weight(&vector, &model), vector };
        let line = explain(&scored.vector, &model).swap_remove(4);
        (line.comparison, line.weight + line.term_frequency_adjustment, scored.match_weight)
    };
    let (common, rare) = (weight("legal_rep=王伟"), weight("legal_rep=欧阳鹭"));
    assert_eq!(common.0, "person");
    assert!(rare.1 > common.1);
    assert!((rare.2 - common.2 - (rare.1 - common.1)).abs() < ROUNDING);
}

/// Findings as compare may return them: any level of a comparison or none, any number of sharers.
fn vectors() -> impl Strategy<Value = ComparisonVector> {
    let n_levels: Vec<u8> = schema().comparisons.iter().map(|comparison| comparison.levels.len() as u8).collect();
    let finding = |n: u8| {
        let finding = (prop::option::of(0..n), 1_u32..100_000);
        finding.prop_map(|(level, n_sharers)| Finding { level, values: (0, 0), n_sharers })
    };
    n_levels.into_iter().map(finding).collect::<Vec<_>>()
}

proptest! {
    #[test]
    fn prior_and_listed_weights_add_up(vector in vectors(), n_entities in 1_u32..10_000_000) {
        let model = FrozenModel { n_entities, ..city() };
        let lines = explain(&vector, &model);
        let listed: f64 = lines.iter().map(|line| line.weight + line.term_frequency_adjustment).sum();
        prop_assert!((prior_weight(&model) + listed - match_weight(&vector, &model)).abs() < ROUNDING);
        prop_assert!(lines.iter().all(|line| line.term_frequency_adjustment <= 0.0));
    }

    #[test]
    fn more_sharers_weigh_strictly_less(n_sharers in 1_u32..100_000, more in 1_u32..1000) {
        let level = level_of(0, "norm equal");
        let weight = |n_sharers| match_weight(&vector(&[(0, level, n_sharers)]), &city());
        prop_assert!(weight(n_sharers) > weight(n_sharers + more));
    }

    #[test]
    fn probabilities_and_weights_are_one_scale(weight in -40.0_f64..40.0, more in 0.01_f64..10.0) {
        prop_assert!((match_weight_of(match_probability(weight)) - weight).abs() < 1e-2);
        prop_assert!(match_probability(weight + more) >= match_probability(weight));
    }
}
