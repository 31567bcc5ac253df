//! Which records are one entity?
//!
//! Connected components of the accepted links, then codes are law: each component is cut by
//! [`minglu_rules::law::cut`], a function of the component alone. So the order of links does not matter. Clusters can be
//! joined once more, by what they say together: then each of them is a node that stays whole.

use minglu_rules::law::{Cut, Limits, Tie, cut};
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

/// Clusters all records by their ties.
pub fn cluster(ties: &[Tie], limits: Limits<'_>) -> Clustering {
    let alone = (0..limits.standings.len() as u32).map(|record| vec![RecordIdx(record)]).collect();
    join(Clustering { clusters: alone, ..Clustering::default() }, ties, limits)
}

/// Joins clusters by ties between their anchors; what was cut before stays cut and told.
pub fn join(base: Clustering, ties: &[Tie], limits: Limits<'_>) -> Clustering {
    let Clustering { clusters, mut cuts, mut n_components_cut } = base;
    let mut divided: Vec<(Vec<Vec<RecordIdx>>, Vec<Cut>)> = components(clusters, ties, limits.standings.len())
        .into_par_iter()
        .with_min_len(256)
        .map(|component| match component.nodes.len() {
            1 => (component.nodes, vec![]),
            _ => {
                let nodes: Vec<&[RecordIdx]> = component.nodes.iter().map(Vec::as_slice).collect();
                cut(&nodes, &component.ties, limits)
            }
        })
        .collect();
    let mut joined = Vec::with_capacity(divided.iter().map(|(clusters, _)| clusters.len()).sum());
    for (clusters, of_component) in &mut divided {
        n_components_cut += u64::from(!of_component.is_empty());
        joined.append(clusters);
        cuts.append(of_component);
    }
    joined.sort_unstable_by_key(|cluster| cluster[0]);
    Clustering { clusters: joined, cuts, n_components_cut }
}

struct Component {
    /// In the order of their anchors.
    nodes: Vec<Vec<RecordIdx>>,
    ties: Vec<Tie>,
}

/// Connected components, sorted by their first records.
fn components(nodes: Vec<Vec<RecordIdx>>, ties: &[Tie], n_records: usize) -> Vec<Component> {
    let mut sets = UnionFind::<u32>::new(n_records);
    for tie in ties {
        sets.union(tie.a.0, tie.b.0);
    }
    let labels = sets.into_labeling();
    let mut positions = vec![usize::MAX; n_records];
    let mut components: Vec<Component> = Vec::new();
    for node in nodes {
        let position = &mut positions[labels[node[0].at()] as usize];
        if *position == usize::MAX {
            *position = components.len();
            components.push(Component { nodes: Vec::with_capacity(1), ties: Vec::new() });
        }
        components[*position].nodes.push(node);
    }
    for tie in ties {
        components[positions[labels[tie.a.at()] as usize]].ties.push(*tie);
    }
    components
}

#[cfg(test)]
mod tests;
