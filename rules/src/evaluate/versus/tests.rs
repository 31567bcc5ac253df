//! Disagreement by hand, and against its definition over pairs.

use proptest::prelude::*;

use super::*;

fn slow(rows: &[Twice]) -> Disagreement {
    let mut found = Disagreement::default();
    for (position, a) in rows.iter().enumerate() {
        for b in &rows[position + 1..] {
            let together = |x: Option<u32>, y: Option<u32>| x.is_some() && x == y;
            let (first, second) = (together(a.first, b.first), together(a.second, b.second));
            let count = match (a.truth == b.truth, first, second) {
                (true, true, false) => &mut found.n_found_by_first,
                (true, false, true) => &mut found.n_found_by_second,
                (false, true, false) => &mut found.n_merged_by_first,
                (false, false, true) => &mut found.n_merged_by_second,
                _ => continue,
            };
            *count += 1;
        }
    }
    found
}

#[test]
fn a_clustering_agrees_with_itself() {
    let rows = [(0, 3), (0, 3), (1, 3)].map(|(truth, c)| Twice { truth, first: Some(c), second: Some(c + 1) });
    assert_eq!(disagreement(&rows), Disagreement::default());
}

#[test]
fn what_has_no_cluster_is_together_with_nothing() {
    let rows = [(Some(0), None), (Some(0), None)].map(|(first, second)| Twice { truth: 7, first, second });
    assert_eq!(disagreement(&rows), Disagreement { n_found_by_first: 1, ..Disagreement::default() });
}

proptest! {
    #[test]
    fn counts_are_those_of_the_definition(
        rows in prop::collection::vec((0_u32..4, prop::option::of(0_u32..4), prop::option::of(0_u32..4)), 0..30)
    ) {
        let rows: Vec<Twice> = rows.into_iter().map(|(truth, first, second)| Twice { truth, first, second }).collect();
        prop_assert_eq!(disagreement(&rows), slow(&rows));
    }
}
