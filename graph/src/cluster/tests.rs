//! Clusters against an oracle (petgraph's own components), and the law on random graphs.

use std::num::NonZeroU64;

use minglu_rules::judgement::Different;
use minglu_rules::law::{Role, Standing, TieKind, Veto};
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
        .map(|(a, b, weight)| Tie {
            a: RecordIdx(a),
            b: RecordIdx(b),
            match_weight: weight.into(),
            kind: TieKind::Weight,
        })
        .collect()
}

fn standings(codes: &[Option<u64>]) -> Vec<Standing> {
    codes
        .iter()
        .map(|&org| Standing { org: org.and_then(NonZeroU64::new), role: Role::Unit, ..Standing::default() })
        .collect()
}

fn cluster_by(ties: &[Tie], standings: &[Standing]) -> Clustering {
    cluster(ties, Limits { standings, n_records_max: 1000, different: Different::default(), objection: None })
}

proptest! {
    #[test]
    fn joining_keeps_clusters_whole_and_the_law((edges, codes) in graphs(), n_first in 0_usize..40) {
        let (ties, standings) = (ties(&edges), standings(&codes));
        let limits = Limits { standings: &standings, n_records_max: 1000, different: Different::default(), objection: None };
        let (first, second) = ties.split_at(n_first.min(ties.len()));
        let base = cluster(first, limits);
        let anchor = |record: RecordIdx| {
            let holds = |members: &&Vec<RecordIdx>| members.contains(&record);
            base.clusters.iter().find(holds).expect("every record is in a cluster")[0]
        };
        let moved = second.iter().map(|tie| (anchor(tie.a), anchor(tie.b), tie)).filter(|(a, b, _)| a != b);
        let moved: Vec<Tie> = moved.map(|(a, b, tie)| Tie { a: a.min(b), b: a.max(b), ..*tie }).collect();
        let joined = join(base.clone(), &moved, limits);
        for members in &base.clusters {
            prop_assert!(joined.clusters.iter().any(|cluster| members.iter().all(|record| cluster.contains(record))));
        }
        for members in &joined.clusters {
            let mut orgs: Vec<u64> = members.iter().filter_map(|record| codes[record.at()]).collect();
            orgs.sort_unstable();
            orgs.dedup();
            prop_assert!(orgs.len() <= 1);
        }
        let reversed: Vec<Tie> = moved.iter().rev().copied().collect();
        prop_assert_eq!(&joined.clusters, &join(base.clone(), &reversed, limits).clusters);
    }

    #[test]
    fn without_codes_clusters_are_connected_components((edges, codes) in graphs()) {
        let ties = ties(&edges);
        let graph = UnGraph::<(), ()>::from_edges(ties.iter().map(|tie| (tie.a.0, tie.b.0)));
        let n_alone = codes.len() - graph.node_count();
        let found = cluster_by(&ties, &standings(&vec![None; codes.len()]));
        prop_assert_eq!(found.clusters.len(), connected_components(&graph) + n_alone);
        prop_assert!(found.cuts.is_empty());
    }

    #[test]
    fn no_cluster_has_two_codes_and_order_does_not_matter((edges, codes) in graphs()) {
        let ties = ties(&edges);
        let found = cluster_by(&ties, &standings(&codes));
        for members in &found.clusters {
            let mut orgs: Vec<u64> = members.iter().filter_map(|record| codes[record.at()]).collect();
            orgs.sort_unstable();
            orgs.dedup();
            prop_assert!(orgs.len() <= 1);
        }
        let reversed: Vec<Tie> = ties.iter().rev().copied().collect();
        prop_assert_eq!(found, cluster_by(&reversed, &standings(&codes)));
    }

    #[test]
    fn no_cluster_has_two_records_that_are_parted((edges, codes) in graphs(), n in 2_u32..6) {
        let ties = ties(&edges);
        // Any relation that is the same both ways.
        let parted = |a: RecordIdx, b: RecordIdx| (a.0 + b.0).is_multiple_of(n);
        let standings = standings(&vec![None; codes.len()]);
        let objection = |_: &Tie, a: &[RecordIdx], b: &[RecordIdx]| {
            a.iter().any(|x| b.iter().any(|y| parted(*x, *y))).then_some(Veto::Exclusive)
        };
        let limits = Limits { standings: &standings, n_records_max: 1000, different: Different::default(), objection: Some(&objection) };
        let found = cluster(&ties, limits);
        for members in &found.clusters {
            for (position, a) in members.iter().enumerate() {
                prop_assert!(members[position + 1..].iter().all(|b| !parted(*a, *b)));
            }
        }
        let reversed: Vec<Tie> = ties.iter().rev().copied().collect();
        prop_assert_eq!(found, cluster(&reversed, limits));
    }

    #[test]
    fn no_cluster_outgrows_the_cap((edges, codes) in graphs()) {
        let standings = standings(&vec![None; codes.len()]);
        let found = cluster(&ties(&edges), Limits { standings: &standings, n_records_max: 5, different: Different::default(), objection: None });
        prop_assert!(found.clusters.iter().all(|members| members.len() <= 5));
    }
}
