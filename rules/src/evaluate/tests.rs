//! Worked examples, and the figures against their slow definitions.

use proptest::prelude::*;

use super::*;

fn judged(rows: &[(u32, i32)]) -> Vec<Judged> {
    // A negative cluster stands for a record that got none.
    rows.iter().map(|&(truth, cluster)| Judged { truth, cluster: u32::try_from(cluster).ok() }).collect()
}

/// Pairwise, B-cubed and exact rates, each as (precision, recall).
#[track_caller]
fn check(rows: &[(u32, i32)], pairwise: (f64, f64), b_cubed: (f64, f64), exact: (f64, f64)) {
    let found = evaluate(&judged(rows));
    let of = |rates: Rates| (rates.precision, rates.recall);
    assert_eq!((of(found.pairwise), of(found.b_cubed), of(found.exact)), (pairwise, b_cubed, exact));
}

#[test]
fn worked_examples() {
    check(&[(0, 0), (0, 0), (1, 1)], (1.0, 1.0), (1.0, 1.0), (1.0, 1.0));
    check(&[(0, 0), (0, 1)], (1.0, 0.0), (1.0, 0.5), (0.0, 0.0));
    check(&[(0, 0), (1, 0)], (0.0, 1.0), (0.5, 1.0), (0.0, 0.0));
    check(&[(0, 0), (0, 0), (1, 0), (1, 1)], (1.0 / 3.0, 0.5), (2.0 / 3.0, 0.75), (0.0, 0.0));
    check(&[], (1.0, 1.0), (1.0, 1.0), (1.0, 1.0));
}

#[test]
fn a_record_without_a_cluster_counts_against_recall() {
    let found = evaluate(&judged(&[(0, 0), (0, 0), (0, -1)]));
    assert_eq!((found.n_records, found.n_missing, found.n_true_pairs), (2, 1, 3));
    assert_eq!((found.pairwise.precision, found.pairwise.recall), (1.0, 1.0 / 3.0));
    assert_eq!(found.exact.recall, 0.0);
}

#[test]
fn counts_say_what_was_judged() {
    let found = evaluate(&judged(&[(0, 0), (0, 0), (0, 0), (1, 1), (2, -1)]));
    assert_eq!((found.n_clusters, found.n_entities, found.n_records_largest), (2, 3, 3));
}

/// Rates pair by pair and record by record, as the definitions read.
fn slow(rows: &[Judged]) -> (Rates, Rates) {
    let (mut n_true, mut n_found, mut n_both) = (0_u64, 0_u64, 0_u64);
    for (i, a) in rows.iter().enumerate() {
        for b in &rows[i + 1..] {
            let (is_true, is_found) = (a.truth == b.truth, a.cluster.is_some() && a.cluster == b.cluster);
            n_true += u64::from(is_true);
            n_found += u64::from(is_found);
            n_both += u64::from(is_true && is_found);
        }
    }
    let share = |part: u64, whole: u64| if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
    let pairwise = Rates::new(share(n_both, n_found), share(n_both, n_true));
    let placed: Vec<&Judged> = rows.iter().filter(|row| row.cluster.is_some()).collect();
    let mean = |of: &dyn Fn(&Judged) -> f64| match placed.len() {
        0 => 1.0,
        n => placed.iter().map(|row| of(row)).sum::<f64>() / n as f64,
    };
    let count = |test: &dyn Fn(&Judged) -> bool| placed.iter().filter(|row| test(row)).count() as f64;
    let right = |row: &Judged| count(&|other| other.truth == row.truth && other.cluster == row.cluster);
    let precision = mean(&|row| right(row) / count(&|other| other.cluster == row.cluster));
    let recall = mean(&|row| right(row) / count(&|other| other.truth == row.truth));
    (pairwise, Rates::new(precision, recall))
}

proptest! {
    #[test]
    fn counting_gives_what_the_definitions_give(rows in prop::collection::vec((0_u32..6, -1_i32..6), 0..40)) {
        let rows = judged(&rows);
        let (found, (pairwise, b_cubed)) = (evaluate(&rows), slow(&rows));
        prop_assert_eq!(found.pairwise, pairwise);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        prop_assert!(near(found.b_cubed.precision, b_cubed.precision) && near(found.b_cubed.recall, b_cubed.recall));
    }

    #[test]
    fn names_of_clusters_and_order_do_not_matter(mut rows in prop::collection::vec((0_u32..6, -1_i32..6), 0..40)) {
        let found = evaluate(&judged(&rows));
        rows.iter_mut().for_each(|(truth, cluster)| (*truth, *cluster) = (9 - *truth, if *cluster < 0 { -1 } else { 9 - *cluster }));
        rows.reverse();
        let renamed = evaluate(&judged(&rows));
        prop_assert_eq!(found.pairwise, renamed.pairwise);
        prop_assert_eq!(found.exact, renamed.exact);
    }
}
