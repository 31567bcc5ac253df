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
    let records: Vec<RecordIdx> = (0..limits.standings.len() as u32).map(RecordIdx).collect();
    divide(records.chunks(1), ties, limits)
}

/// Joins clusters by ties between their anchors; what was cut before stays cut and told.
pub fn join(base: Clustering, ties: &[Tie], limits: Limits<'_>) -> Clustering {
    let mut joined = divide(base.clusters.iter().map(Vec::as_slice), ties, limits);
    joined.n_components_cut += base.n_components_cut;
    joined.cuts.splice(0..0, base.cuts);
    joined
}

/// Divides the components that ties make of nodes.
fn divide<'a>(nodes: impl Iterator<Item = &'a [RecordIdx]>, ties: &[Tie], limits: Limits<'_>) -> Clustering {
    let Partition { alone, components } = components(nodes, ties, limits.standings.len());
    let mut clustering = Clustering { clusters: alone, ..Clustering::default() };
    let divided: Vec<(Vec<Vec<RecordIdx>>, Vec<Cut>)> = components
        .into_par_iter()
        .with_min_len(256)
        .map(|component| cut(&component.nodes, &component.ties, limits))
        .collect();
    for (clusters, cuts) in divided {
        clustering.n_components_cut += u64::from(!cuts.is_empty());
        clustering.clusters.extend(clusters);
        clustering.cuts.extend(cuts);
    }
    clustering.clusters.sort_unstable_by_key(|cluster| cluster[0]);
    clustering
}

/// Nodes without a tie, and those that ties connect.
struct Partition<'a> {
    alone: Vec<Vec<RecordIdx>>,
    components: Vec<Component<'a>>,
}

struct Component<'a> {
    /// In the order of their anchors.
    nodes: Vec<&'a [RecordIdx]>,
    ties: Vec<Tie>,
}

/// Connected components, sorted by their first records.
fn components<'a>(nodes: impl Iterator<Item = &'a [RecordIdx]>, ties: &[Tie], n_records: usize) -> Partition<'a> {
    let mut sets = UnionFind::<u32>::new(n_records);
    for tie in ties {
        sets.union(tie.a.0, tie.b.0);
    }
    let labels = sets.into_labeling();
    let mut is_tied = vec![false; n_records];
    ties.iter().for_each(|tie| is_tied[labels[tie.a.at()] as usize] = true);
    let mut positions = vec![u32::MAX; n_records];
    let (mut alone, mut components): (Vec<Vec<RecordIdx>>, Vec<Component<'a>>) = (Vec::new(), Vec::new());
    for node in nodes {
        let label = labels[node[0].at()] as usize;
        if !is_tied[label] {
            alone.push(node.to_vec());
            continue;
        }
        let position = &mut positions[label];
        if *position == u32::MAX {
            *position = components.len() as u32;
            components.push(Component { nodes: Vec::new(), ties: Vec::new() });
        }
        components[*position as usize].nodes.push(node);
    }
    for tie in ties {
        components[positions[labels[tie.a.at()] as usize] as usize].ties.push(*tie);
    }
    Partition { alone, components }
}

#[cfg(test)]
mod tests;
