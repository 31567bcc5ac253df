//! Training: numbers that made a sample are found again, and a sample of nothing changes nothing.

use super::*;
use crate::model::Finding;

/// Two fields of three levels, one of two, and one whose sharers count.
const SCHEMA: &str = r#"kind = "shop"
matches_per_record = 1.0
field = [
  { name = "a", kind = "text" }, { name = "b", kind = "text" }, { name = "c", kind = "text" }, { name = "d", kind = "text" },
]
block = [{ name = "a", on = ["a text 3"], n_records_max = 10 }]
comparison = [
  { name = "a", fields = ["a"], levels = ["text equal", "text similar 0.9", "else"] },
  { name = "b", fields = ["b"], levels = ["text equal", "text similar 0.9", "else"] },
  { name = "c", fields = ["c"], levels = ["text equal", "else"] },
  { name = "d", fields = ["d"], levels = [{ when = "text equal", of = "text" }, "else"] },
]
"#;

const N_ENTITIES: u32 = 10_000;

/// What the pairs of [`sample`] were made with: by comparison, m and u of each level.
const M: [&[f64]; 4] = [&[0.8, 0.15, 0.05], &[0.6, 0.1, 0.3], &[0.9, 0.1], &[0.7, 0.3]];
const U: [&[f64]; 4] = [&[0.002, 0.008, 0.99], &[0.01, 0.04, 0.95], &[0.2, 0.8], &[0.0001, 0.9999]];

fn model() -> FrozenModel {
    FrozenModel::empty(Schema::read(SCHEMA).expect("the schema is right"), N_ENTITIES)
}

/// Expected numbers of pairs of each vector among so many pairs: no chance, so that nothing depends on a seed.
fn expected(n_pairs: f64, rates: &[&[f64]; 4]) -> Vec<(Vec<Finding>, u64)> {
    let mut vectors = vec![(Vec::new(), n_pairs)];
    for levels in rates {
        vectors = vectors
            .into_iter()
            .flat_map(|(vector, n)| {
                levels.iter().enumerate().map(move |(level, rate)| {
                    let finding = Finding { level: Some(level as u8), values: (0, 0), n_sharers: 1 };
                    ([vector.clone(), vec![finding]].concat(), n * rate)
                })
            })
            .collect();
    }
    vectors.into_iter().map(|(vector, n)| (vector, n.round() as u64)).collect()
}

fn add(patterns: &mut Patterns, pairs: Vec<(Vec<Finding>, u64)>) {
    for (vector, n) in pairs {
        (0..n).for_each(|_| patterns.add(&vector, false));
    }
}

const N_MATCHES: f64 = 10_000.0;
const N_OTHERS: f64 = 2e6;

/// Matches and others; candidates are the pairs that agree on a or b, and random pairs are others.
fn sample() -> Sample {
    let mut sample = Sample { n_pairs: N_OTHERS + N_MATCHES, n_records: f64::from(N_ENTITIES), ..Sample::default() };
    // Pairs at random hold matches as all pairs do.
    add(&mut sample.random, expected(200_000.0, &U));
    add(&mut sample.random, expected(200_000.0 * N_MATCHES / N_OTHERS, &M));
    let is_candidate =
        |vector: &[Finding]| vector[..2].iter().any(|finding| finding.level == Some(0) || finding.level == Some(1));
    let blocked =
        |pairs: Vec<(Vec<Finding>, u64)>| pairs.into_iter().filter(|(vector, _)| is_candidate(vector)).collect();
    add(&mut sample.candidates, blocked(expected(N_MATCHES, &M)));
    add(&mut sample.candidates, blocked(expected(N_OTHERS, &U)));
    sample
}

#[test]
fn numbers_that_made_the_pairs_are_found_again() {
    let training = train(&model(), &sample());
    assert!(training.has_converged, "{:?}", training.rounds);
    for ((comparison, m), u) in training.trained.comparisons.iter().zip(M).zip(U) {
        for ((level, m), u) in comparison.levels.iter().zip(m).zip(u) {
            assert!((level.m - m).abs() < 0.02, "{} {}: {} and not {m}", comparison.name, level.when, level.m);
            let near = level.u.is_none_or(|found| (found / u - 1.0).abs() < 0.1);
            assert!(near, "{} {}: {:?} and not {u}", comparison.name, level.when, level.u);
        }
    }
    // Blocking lost the matches that agree neither on a nor on b.
    let odds = training.trained.matches_per_record / f64::from(N_ENTITIES);
    let n_matches = odds / (1.0 + odds) * (N_OTHERS + N_MATCHES);
    assert!((9_700.0..10_000.0).contains(&n_matches), "{n_matches}");
}

#[test]
fn the_order_of_pairs_does_not_matter() {
    let all = sample();
    let merged = Patterns::default().merge(all.candidates.clone()).merge(Patterns::default());
    assert_eq!(train(&model(), &Sample { candidates: merged, ..all.clone() }), train(&model(), &all));
}

#[test]
fn without_pairs_the_numbers_stay() {
    let model = FrozenModel::empty(Schema::shipped("person").expect("it is shipped"), N_ENTITIES);
    let training = train(&model, &Sample::default());
    let mut schema = model.schema.clone();
    training.trained.apply(&mut schema, "trained").expect("it is the same schema");
    for (found, known) in schema.comparisons.iter().zip(&model.schema.comparisons) {
        for (found, known) in found.levels.iter().zip(&known.levels) {
            assert!((found.m - known.m).abs() < 1e-12, "{}", known.label);
        }
    }
}

#[test]
fn few_random_pairs_bound_an_estimate_and_replace_a_guess() {
    let level = |is_guess: bool, u: f64| ComparisonLevel {
        u: Chance::Fixed(u),
        is_guess,
        ..model().schema.comparisons[0].levels[0].clone()
    };
    let check = |on_level: f64, is_guess: bool, known: f64, expect: f64| {
        let Chance::Fixed(u) = next_u((on_level, 1e6), &level(is_guess, known), 0.0) else { panic!("it is fixed") };
        assert!((u / expect - 1.0).abs() < 1e-6, "{on_level} {is_guess} {known}: {u} and not {expect}");
    };
    check(500.0, false, 0.3, 5e-4); // Enough of them are believed, whatever stood there.
    check(500.0, true, 0.3, 5e-4);
    check(0.0, false, 1e-9, 1e-9); // None was seen: an estimate that nobody could see in a million stays,
    check(0.0, false, 0.01, 3e-6); // and one that somebody should have seen comes down to the bound.
    check(0.0, true, 0.01, 0.5 / 1_000_001.0);
}

#[test]
fn records_of_one_entity_are_no_sharers() {
    let mut all = sample();
    let within = std::mem::take(&mut all.candidates);
    for (vector, n) in within.sorted() {
        let found = vector.found().map(|found| Finding {
            level: found.map(|found| found.level as u8),
            values: (0, 0),
            n_sharers: 1,
        });
        let found: Vec<Finding> = found.collect();
        (0..n as u64).for_each(|_| all.candidates.add(&found, true));
    }
    let training = train(&model(), &all);
    // About one further record an entity: each record has two pairs' halves of 10,000 matches among 10,000 records.
    let shared = &training.trained.comparisons[3].levels[0];
    assert!((1.2..1.5).contains(&shared.own), "{}", shared.own);
    assert_eq!(training.trained.comparisons[0].levels[0].own, 0.0);
}

/// Findings of a pair on these levels.
fn vector(levels: [u8; 4]) -> Vec<Finding> {
    levels.map(|level| Finding { level: Some(level), values: (0, 0), n_sharers: 1 }).to_vec()
}

/// A sample of which a person labelled some pairs of a pattern.
fn labelled(levels: [u8; 4], n_same: u64, n_different: u64) -> Sample {
    let mut sample = sample();
    (0..n_same).for_each(|_| sample.same.add(&vector(levels), false));
    (0..n_different).for_each(|_| sample.different.add(&vector(levels), false));
    sample
}

#[test]
fn labels_move_the_pairs_that_look_the_same_and_few_others() {
    // Agreement on a and on nothing else: most such pairs are chance.
    let (levels, free) = ([0, 2, 1, 1], train(&model(), &sample()));
    let m_of = |training: &Training| training.trained.comparisons[1].levels[2].m;
    let (taught, warned) = (train(&model(), &labelled(levels, 40, 0)), train(&model(), &labelled(levels, 0, 40)));
    assert_eq!((taught.n_same, taught.n_different, warned.n_different), (40, 0, 40));
    assert!(m_of(&taught) > m_of(&free) + 0.005, "{} {}", m_of(&taught), m_of(&free));
    assert!(m_of(&warned) < m_of(&free), "{} {}", m_of(&warned), m_of(&free));
    // A label speaks for twenty pairs at most; what follows from them for others is no more again.
    let n_matches = |training: &Training| training.rounds.last().expect("there are rounds").n_matches;
    assert!(n_matches(&taught) - n_matches(&free) < 40.0 * 20.0 * 2.0, "{}", n_matches(&taught));
}

#[test]
fn the_share_of_matches_among_labels_is_not_the_prior() {
    // All that is labelled matches, as the model knows.
    let training = train(&model(), &labelled([0, 0, 0, 0], 50, 0));
    let free = train(&model(), &sample());
    let share = training.trained.matches_per_record / free.trained.matches_per_record;
    assert!((0.99..1.01).contains(&share), "{share}");
    for (found, known) in training.trained.comparisons.iter().zip(&free.trained.comparisons) {
        for (found, known) in found.levels.iter().zip(&known.levels) {
            assert!((found.m - known.m).abs() < 0.01, "{}: {} and not {}", found.when, found.m, known.m);
            let near = found.u.zip(known.u).is_none_or(|(found, known)| (found / known - 1.0).abs() < 0.01);
            assert!(near, "{}: {:?} and not {:?}", found.when, found.u, known.u);
        }
    }
}
