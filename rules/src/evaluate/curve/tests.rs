//! Thresholds by hand, and counts of pairs against their slow definition.

use proptest::prelude::*;

use super::*;

#[test]
fn the_ladder_begins_where_pairs_are_kept() {
    let steps = ladder(&Thresholds { match_probability_min: 0.75, review_probability_min: 0.25 });
    // 0.25 is -log2(3) bits, 0.75 is log2(3).
    assert!((steps[0] + 3_f64.log2()).abs() < 1e-9 && (steps[3] - 3_f64.log2()).abs() < 1e-9, "{steps:?}");
    assert_eq!((steps[1], steps[2], steps.len()), (0.0, 1.0, 22));
    let strict = ladder(&Thresholds { match_probability_min: 1.0, review_probability_min: 0.9 });
    assert!(strict[0] > 3.0 && strict.iter().all(|step| step.is_finite()), "{strict:?}");
}

#[test]
fn a_step_by_hand() {
    // 甲: three records, of which the second link is weak; 乙: one record that a strong link puts to 甲.
    let rows = |clusters: [u32; 4]| -> Vec<Judged> {
        [0, 0, 0, 1].into_iter().zip(clusters).map(|(truth, c)| Judged { truth, cluster: Some(c) }).collect()
    };
    let low = count_pairs(&rows([0, 0, 0, 0]));
    assert_eq!((low.n_found, low.n_true, low.n_right), (6, 3, 3));
    let high = count_pairs(&rows([0, 0, 1, 0]));
    assert_eq!((high.n_found, high.n_true, high.n_right), (3, 3, 1));
    assert!((high.rates().precision - 1.0 / 3.0).abs() < 1e-12);
}

/// The example of docs/methods/evaluation.md: clusters and links at one step, each as (precision, recall).
#[track_caller]
fn check_step(match_weight_min: f64, clusters: [u32; 3], expect: [(f64, f64); 2]) {
    // 甲: two records that a link of 6 bits joins; 乙: a record that a false link of 5 bits joins to them.
    let links = [WeighedLink { match_weight: 6.0, is_true: true }, WeighedLink { match_weight: 5.0, is_true: false }];
    let rows = [0, 0, 1].into_iter().zip(clusters).map(|(truth, cluster)| Judged { truth, cluster: Some(cluster) });
    let counts = count_pairs(&rows.collect::<Vec<_>>());
    let point = CurvePoint::new(match_weight_min, counts, count_links(&links, match_weight_min));
    let found = [point.cluster_rates, point.link_rates].map(|rates| (rates.precision, rates.recall));
    assert_eq!(found, expect, "at {match_weight_min} bits");
}

#[test]
fn the_example_of_the_documents() {
    check_step(4.0, [0, 0, 0], [(1.0 / 3.0, 1.0), (0.5, 1.0)]);
    check_step(6.0, [0, 0, 1], [(1.0, 1.0), (1.0, 1.0)]);
    check_step(7.0, [0, 1, 2], [(1.0, 0.0), (1.0, 0.0)]);
}

#[test]
fn nothing_is_not_wrong() {
    let counts = count_pairs(&[]);
    assert_eq!((counts.rates().precision, counts.rates().recall), (1.0, 1.0));
    assert_eq!(count_links(&[], 3.0), PairCounts::default());
}

#[test]
fn a_missing_record_counts_against_recall_only() {
    let rows = [Judged { truth: 0, cluster: Some(7) }, Judged { truth: 0, cluster: None }];
    assert_eq!(count_pairs(&rows), PairCounts { n_found: 0, n_true: 1, n_right: 0 });
}

proptest! {
    #[test]
    fn counts_are_those_of_the_definition(rows in prop::collection::vec((0_u32..4, prop::option::of(0_u32..4)), 0..30)) {
        let rows: Vec<Judged> = rows.into_iter().map(|(truth, cluster)| Judged { truth, cluster }).collect();
        let mut slow = PairCounts::default();
        for (position, a) in rows.iter().enumerate() {
            for b in &rows[position + 1..] {
                let (is_found, is_true) = (a.cluster.is_some() && a.cluster == b.cluster, a.truth == b.truth);
                slow.n_found += u64::from(is_found);
                slow.n_true += u64::from(is_true);
                slow.n_right += u64::from(is_found && is_true);
            }
        }
        prop_assert_eq!(count_pairs(&rows), slow);
    }

    #[test]
    fn fewer_links_are_found_higher_up(weights in prop::collection::vec((-5.0_f64..40.0, any::<bool>()), 0..30)) {
        let links: Vec<_> = weights.into_iter().map(|(match_weight, is_true)| WeighedLink { match_weight, is_true }).collect();
        let steps = ladder(&Thresholds::default());
        for pair in steps.windows(2) {
            let (low, high) = (count_links(&links, pair[0]), count_links(&links, pair[1]));
            prop_assert!(high.n_found <= low.n_found && high.n_right <= low.n_right && high.n_true == low.n_true);
        }
    }
}
