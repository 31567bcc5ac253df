//! Which records are one entity?
//!
//! Connected components of the accepted links, then codes are law: each component is cut by
//! [`minglu_rules::law::cut`], a function of the component alone. So the order of links does not matter.

use minglu_rules::law::{Cut, Exclusion, Standing, Tie, cut};
use minglu_rules::model::RecordIdx;
use petgraph::unionfind::UnionFind;
use rayon::prelude::*;

/// A partition of all records.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Clustering {
    /// Clusters, each in anchor order, sorted by their anchors.
    pub clusters: Vec<Vec<RecordIdx>>,
    /// Links that were not honored, and why.
    pub cuts: Vec<Cut>,
    /// Components that broke the law or the cap.
    pub n_components_cut: u64,
}

/// Clusters records `0..standings.len()` by their ties; `excluded` says which two records are never in one cluster.
pub fn cluster(ties: &[Tie], standings: &[Standing], n_records_max: usize, excluded: Exclusion<'_>) -> Clustering {
    let mut components = components(ties, standings.len());
    components.sort_unstable_by_key(|component| component.members[0]);
    let standing = |record: RecordIdx| standings[record.at()];
    let divided: Vec<(Vec<Vec<RecordIdx>>, Vec<Cut>)> = components
        .into_par_iter()
        .with_min_len(256)
        .map(|component| match component.members.len() {
            1 => (vec![component.members], vec![]),
            _ => cut(&component.members, &component.ties, &standing, n_records_max, excluded),
        })
        .collect();
    let mut clustering = Clustering::default();
    for (clusters, cuts) in divided {
        clustering.n_components_cut += u64::from(!cuts.is_empty());
        clustering.clusters.extend(clusters);
        clustering.cuts.extend(cuts);
    }
    clustering.clusters.sort_unstable_by_key(|cluster| cluster[0]);
    clustering
}

struct Component {
    members: Vec<RecordIdx>,
    ties: Vec<Tie>,
}

/// Connected components; members of each are in anchor order.
fn components(ties: &[Tie], n_records: usize) -> Vec<Component> {
    let mut sets = UnionFind::<u32>::new(n_records);
    for tie in ties {
        sets.union(tie.a.0, tie.b.0);
    }
    let labels = sets.into_labeling();
    let mut positions = vec![usize::MAX; n_records];
    let mut components: Vec<Component> = Vec::new();
    for (record, label) in labels.iter().enumerate() {
        let position = &mut positions[*label as usize];
        if *position == usize::MAX {
            *position = components.len();
            components.push(Component { members: Vec::with_capacity(1), ties: Vec::new() });
        }
        components[*position].members.push(RecordIdx(record as u32));
    }
    for tie in ties {
        components[positions[labels[tie.a.at()] as usize]].ties.push(*tie);
    }
    components
}

#[cfg(test)]
mod tests;
