//! How is a component cut that breaks the law, or that has grown too large through weak bridges?
//!
//! The strongest ties are honored first, and a tie that would break the law is cut: Kruskal's forest under constraints.
//! The outcome is a function of the component alone, and every cut says why.

use super::{Standing, Together, Veto};
use crate::model::{RecordIdx, Sides};

/// An accepted link between two records of a component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tie {
    /// The lower record.
    pub a: RecordIdx,
    /// The higher record.
    pub b: RecordIdx,
    /// Match weight in bits.
    pub match_weight: f64,
    /// They are held together by an equal code: stronger than any weight, and exempt from the cap on size.
    pub identity: bool,
}

/// A tie that was not honored.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// The tie.
    pub tie: Tie,
    /// Why.
    pub why: Veto,
    /// The clusters that it would have joined, where what they say together was the reason.
    pub sides: Option<Box<Sides>>,
}

/// Says what beyond the law speaks against joining two clusters by a tie; none where nothing can.
pub type Objection<'a> = Option<&'a (dyn Fn(&Tie, &[RecordIdx], &[RecordIdx]) -> Option<Veto> + Sync)>;

/// What a component is cut by.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// Where each record stands.
    pub standings: &'a [Standing],
    /// Records of a cluster at most, unless equal codes hold it together.
    pub n_records_max: usize,
    /// What else speaks against a tie.
    pub objection: Objection<'a>,
}

/// Divides one component into clusters that keep the law.
///
/// A node is one record, or several that are together already and stay so; ties are between first records of nodes. Nodes,
/// the records of each and those of each cluster are in anchor order.
///
/// ```
/// use std::num::NonZeroU64;
/// use minglu_rules::{law::{Limits, Standing, Tie, Veto, cut}, model::RecordIdx};
/// let codes = [1, 0, 2].map(NonZeroU64::new); // 甲 and 乙 have codes, and a record without one bridges them
/// let members: Vec<_> = (0..3).map(RecordIdx).collect();
/// let nodes: Vec<_> = members.chunks(1).collect();
/// let tie = |a, b, match_weight| Tie { a: RecordIdx(a), b: RecordIdx(b), match_weight, identity: false };
/// let standings = codes.map(|org| Standing { org, ..Standing::default() });
/// let limits = Limits { standings: &standings, n_records_max: 200, objection: None };
/// let (clusters, cuts) = cut(&nodes, &[tie(0, 1, 5.0), tie(1, 2, 9.0)], limits);
/// assert_eq!(clusters, [vec![RecordIdx(0)], vec![RecordIdx(1), RecordIdx(2)]]);
/// assert_eq!(cuts[0].why, Veto::DifferentCodes);
/// ```
pub fn cut(nodes: &[&[RecordIdx]], ties: &[Tie], limits: Limits<'_>) -> (Vec<Vec<RecordIdx>>, Vec<Cut>) {
    let mut ties = ties.to_vec();
    ties.sort_by(|x, y| {
        let strength = y.identity.cmp(&x.identity).then(y.match_weight.total_cmp(&x.match_weight));
        strength.then(x.a.cmp(&y.a)).then(x.b.cmp(&y.b))
    });
    let mut forest = Forest::new(nodes, limits.standings);
    let mut cuts = Vec::new();
    let position = |record: RecordIdx| nodes.binary_search_by_key(&Some(record), |node| node.first().copied());
    for tie in ties {
        let (Ok(a), Ok(b)) = (position(tie.a), position(tie.b)) else { continue };
        let (a, b) = (forest.root(a), forest.root(b));
        if a == b {
            continue;
        }
        match forest.objection(a, b, &tie, limits) {
            None => forest.union(a, b),
            Some(why) => cuts.push(Cut { tie, why, sides: (why == Veto::WeakBridge).then(|| forest.sides(a, b)) }),
        }
    }
    (forest.into_clusters(), cuts)
}

/// Union–find over the nodes; each root knows its records and what the law has to know of them.
struct Forest {
    parent: Vec<usize>,
    standings: Vec<Together>,
    members: Vec<Vec<RecordIdx>>,
}

impl Forest {
    fn new(nodes: &[&[RecordIdx]], standings: &[Standing]) -> Self {
        let together = |node: &&[RecordIdx]| Together::of(node.iter().map(|record| standings[record.at()]));
        Self {
            parent: (0..nodes.len()).collect(),
            standings: nodes.iter().map(together).collect(),
            members: nodes.iter().map(|node| node.to_vec()).collect(),
        }
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.parent[node] != node {
            self.parent[node] = self.parent[self.parent[node]];
            node = self.parent[node];
        }
        node
    }

    fn objection(&self, a: usize, b: usize, tie: &Tie, limits: Limits<'_>) -> Option<Veto> {
        let n_records_max = if tie.identity { usize::MAX } else { limits.n_records_max };
        let by_law = self.standings[a].veto(&self.standings[b], n_records_max);
        by_law.or_else(|| limits.objection.and_then(|objection| objection(tie, &self.members[a], &self.members[b])))
    }

    fn sides(&self, a: usize, b: usize) -> Box<Sides> {
        let sorted = |root: usize| {
            let mut members = self.members[root].clone();
            members.sort_unstable();
            members
        };
        Box::new(Sides { a: sorted(a), b: sorted(b) })
    }

    /// The larger cluster takes in the smaller one, so that records seldom move.
    fn union(&mut self, a: usize, b: usize) {
        let (root, child) = if self.standings[a].n_records() < self.standings[b].n_records() { (b, a) } else { (a, b) };
        self.parent[child] = root;
        let standing = std::mem::take(&mut self.standings[child]);
        self.standings[root].absorb(standing);
        let members = std::mem::take(&mut self.members[child]);
        self.members[root].extend(members);
    }

    fn into_clusters(self) -> Vec<Vec<RecordIdx>> {
        let mut clusters: Vec<Vec<RecordIdx>> =
            self.members.into_iter().filter(|members| !members.is_empty()).collect();
        clusters.iter_mut().for_each(|members| members.sort_unstable());
        clusters.sort_unstable_by_key(|members| members[0]);
        clusters
    }
}
