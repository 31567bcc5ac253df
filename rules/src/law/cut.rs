//! How is a component cut that breaks the law, or that has grown too large through weak bridges?
//!
//! The strongest ties are honored first, and a tie that would break the law is cut: Kruskal's forest under constraints.
//! The outcome is a function of the component alone, and every cut says why.

use super::{Standing, Veto, veto};
use crate::model::{RecordIdx, SourceIdx};

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
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// The tie.
    pub tie: Tie,
    /// Why.
    pub why: Veto,
}

/// Says whether two records are parted by what the schema calls exclusive; none where it calls nothing so.
pub type Exclusion<'a> = Option<&'a (dyn Fn(RecordIdx, RecordIdx) -> bool + Sync)>;

/// Divides one component into clusters that keep the law; `members` and each cluster are in anchor order.
///
/// ```
/// use std::num::NonZeroU64;
/// use minglu_rules::{law::{Standing, Tie, Veto, cut}, model::RecordIdx};
/// let codes = [1, 0, 2].map(NonZeroU64::new); // 甲 and 乙 have codes, and a record without one bridges them
/// let members: Vec<_> = (0..3).map(RecordIdx).collect();
/// let tie = |a, b, match_weight| Tie { a: RecordIdx(a), b: RecordIdx(b), match_weight, identity: false };
/// let standing = |record: RecordIdx| Standing { org: codes[record.at()], ..Standing::default() };
/// let (clusters, cuts) = cut(&members, &[tie(0, 1, 5.0), tie(1, 2, 9.0)], &standing, 200, None);
/// assert_eq!(clusters, [vec![RecordIdx(0)], vec![RecordIdx(1), RecordIdx(2)]]);
/// assert_eq!(cuts[0].why, Veto::DifferentCodes);
/// ```
pub fn cut(
    members: &[RecordIdx],
    ties: &[Tie],
    standing: &dyn Fn(RecordIdx) -> Standing,
    n_records_max: usize,
    excluded: Exclusion<'_>,
) -> (Vec<Vec<RecordIdx>>, Vec<Cut>) {
    let mut ties = ties.to_vec();
    ties.sort_by(|x, y| {
        let strength = y.identity.cmp(&x.identity).then(y.match_weight.total_cmp(&x.match_weight));
        strength.then(x.a.cmp(&y.a)).then(x.b.cmp(&y.b))
    });
    let mut forest = Forest::new(members, standing);
    let mut cuts = Vec::new();
    for tie in ties {
        let (Ok(a), Ok(b)) = (members.binary_search(&tie.a), members.binary_search(&tie.b)) else { continue };
        let (a, b) = (forest.root(a), forest.root(b));
        if a == b {
            continue;
        }
        match forest.veto(a, b, if tie.identity { usize::MAX } else { n_records_max }) {
            None if excluded.is_some_and(|excluded| forest.are_excluded(a, b, members, excluded)) => {
                cuts.push(Cut { tie, why: Veto::Exclusive });
            }
            None => forest.union(a, b),
            Some(why) => cuts.push(Cut { tie, why }),
        }
    }
    (forest.clusters(members), cuts)
}

/// Union–find over the members; each root knows what the law has to know of its cluster.
struct Forest {
    parent: Vec<usize>,
    clusters: Vec<ClusterStanding>,
}

struct ClusterStanding {
    standing: Standing,
    unique_sources: Vec<SourceIdx>,
    n_records: usize,
}

impl Forest {
    fn new(members: &[RecordIdx], standing: &dyn Fn(RecordIdx) -> Standing) -> Self {
        let cluster = |&member: &RecordIdx| {
            let standing = standing(member);
            let unique_sources = standing.unique_source.into_iter().collect();
            ClusterStanding { standing: Standing { unique_source: None, ..standing }, unique_sources, n_records: 1 }
        };
        Self { parent: (0..members.len()).collect(), clusters: members.iter().map(cluster).collect() }
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.parent[node] != node {
            self.parent[node] = self.parent[self.parent[node]];
            node = self.parent[node];
        }
        node
    }

    fn veto(&self, a: usize, b: usize, n_records_max: usize) -> Option<Veto> {
        let (a, b) = (&self.clusters[a], &self.clusters[b]);
        if let Some(why) = veto(&a.standing, &b.standing) {
            return Some(why);
        }
        if a.unique_sources.iter().any(|source| b.unique_sources.contains(source)) {
            return Some(Veto::UniqueSource);
        }
        let same_code = a.standing.org.is_some() && a.standing.org == b.standing.org;
        (a.n_records + b.n_records > n_records_max && !same_code).then_some(Veto::TooLarge)
    }

    /// Whether any record of one cluster is parted from any of the other.
    fn are_excluded(
        &mut self,
        a: usize,
        b: usize,
        members: &[RecordIdx],
        excluded: &dyn Fn(RecordIdx, RecordIdx) -> bool,
    ) -> bool {
        let mut of = |root: usize| -> Vec<RecordIdx> {
            (0..members.len()).filter(|node| self.root(*node) == root).map(|node| members[node]).collect()
        };
        let (left, right) = (of(a), of(b));
        left.iter().any(|&a| right.iter().any(|&b| excluded(a.min(b), a.max(b))))
    }

    fn union(&mut self, a: usize, b: usize) {
        let (root, child) = (a.min(b), a.max(b));
        self.parent[child] = root;
        let joined = std::mem::take(&mut self.clusters[child].unique_sources);
        let (other, n_records) = (self.clusters[child].standing, self.clusters[child].n_records);
        let cluster = &mut self.clusters[root];
        cluster.standing.org = cluster.standing.org.or(other.org);
        cluster.standing.place = cluster.standing.place.or(other.place);
        cluster.standing.role = cluster.standing.role.or(other.role);
        cluster.standing.begins = cluster.standing.begins.max(other.begins);
        cluster.standing.ends = cluster.standing.ends.min(other.ends);
        // Records of one code may give days that contradict each other.
        cluster.standing.forget_impossible_life();
        cluster.unique_sources.extend(joined);
        cluster.n_records += n_records;
    }

    fn clusters(&mut self, members: &[RecordIdx]) -> Vec<Vec<RecordIdx>> {
        let mut by_root: Vec<Vec<RecordIdx>> = vec![Vec::new(); members.len()];
        for (node, &member) in members.iter().enumerate() {
            let root = self.root(node);
            by_root[root].push(member);
        }
        by_root.retain(|cluster| !cluster.is_empty());
        by_root
    }
}
