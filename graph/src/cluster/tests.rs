//! Clusters against an oracle (petgraph's own components), and the law on random graphs.

use std::num::NonZeroU64;

use minglu_rules::law::Role;
use petgraph::algo::connected_components;
use petgraph::graph::UnGraph;
use proptest::prelude::*;

use super::*;

/// Ties as (record, record, weight), and the code of each record.
type Drawn = (Vec<(u32, u32, u8)>, Vec<Option<u64>>);

/// Small graphs: up to 24 records, 40 ties, 4 codes.
fn graphs() -> impl Strategy<Value = Drawn> {
    (2_usize..24).prop_flat_map(|n| {
        let tie = (0..n as u32, 0..n as u32, any::<u8>());
        let code = prop_oneof![3 => Just(None), 2 => (1_u64..5).prop_map(Some)];
        (prop::collection::vec(tie, 0..40), prop::collection::vec(code, n))
    })
}

fn ties(edges: &[(u32, u32, u8)]) -> Vec<Tie> {
    let ordered = edges.iter().filter(|(a, b, _)| a != b).map(|&(a, b, weight)| (a.min(b), a.max(b), weight));
    ordered
        .map(|(a, b, weight)| Tie { a: RecordIdx(a), b: RecordIdx(b), match_weight: weight.into(), identity: false })
        .collect()
}

fn standings(codes: &[Option<u64>]) -> Vec<Standing> {
    codes
        .iter()
        .map(|&org| Standing { org: org.and_then(NonZeroU64::new), role: Role::Unit, ..Standing::default() })
        .collect()
}

proptest! {
    #[test]
    fn without_codes_clusters_are_connected_components((edges, codes) in graphs()) {
        let ties = ties(&edges);
        let graph = UnGraph::<(), ()>::from_edges(ties.iter().map(|tie| (tie.a.0, tie.b.0)));
        let n_alone = codes.len() - graph.node_count();
        let found = cluster(&ties, &standings(&vec![None; codes.len()]), 1000, None);
        prop_assert_eq!(found.clusters.len(), connected_components(&graph) + n_alone);
        prop_assert!(found.cuts.is_empty());
    }

    #[test]
    fn no_cluster_has_two_codes_and_order_does_not_matter((edges, codes) in graphs()) {
        let ties = ties(&edges);
        let found = cluster(&ties, &standings(&codes), 1000, None);
        for members in &found.clusters {
            let mut orgs: Vec<u64> = members.iter().filter_map(|record| codes[record.at()]).collect();
            orgs.sort_unstable();
            orgs.dedup();
            prop_assert!(orgs.len() <= 1);
        }
        let reversed: Vec<Tie> = ties.iter().rev().copied().collect();
        prop_assert_eq!(found, cluster(&reversed, &standings(&codes), 1000, None));
    }

    #[test]
    fn no_cluster_has_two_records_that_are_parted((edges, codes) in graphs(), n in 2_u32..6) {
        let ties = ties(&edges);
        // Any relation that is the same both ways.
        let parted = |a: RecordIdx, b: RecordIdx| (a.0 + b.0).is_multiple_of(n);
        let found = cluster(&ties, &standings(&vec![None; codes.len()]), 1000, Some(&parted));
        for members in &found.clusters {
            for (position, a) in members.iter().enumerate() {
                prop_assert!(members[position + 1..].iter().all(|b| !parted(*a, *b)));
            }
        }
        let reversed: Vec<Tie> = ties.iter().rev().copied().collect();
        prop_assert_eq!(found, cluster(&reversed, &standings(&vec![None; codes.len()]), 1000, Some(&parted)));
    }

    #[test]
    fn no_cluster_outgrows_the_cap((edges, codes) in graphs()) {
        let found = cluster(&ties(&edges), &standings(&vec![None; codes.len()]), 5, None);
        prop_assert!(found.clusters.iter().all(|members| members.len() <= 5));
    }
}
