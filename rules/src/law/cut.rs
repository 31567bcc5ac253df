//! How is a component cut that breaks the law, or that has grown too large through weak bridges?
//!
//! The strongest ties are honored first, and a tie that would break the law is cut: Kruskal's forest under constraints.
//! The outcome is a function of the component alone, and every cut says why.

use hashbrown::HashMap;

use super::{Standing, Together, Veto};
use crate::judgement::Different;
use crate::model::{Decision, Link, Origin, RecordIdx, Sides};

/// An accepted link between two records of a component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tie {
    /// The lower record.
    pub a: RecordIdx,
    /// The higher record.
    pub b: RecordIdx,
    /// Match weight in bits.
    pub match_weight: f64,
    /// What holds them together.
    pub kind: TieKind,
}

/// What holds two records together, the strongest first. All but weight is exempt from the cap on size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TieKind {
    /// A person judged that they are one.
    Judged,
    /// An equal code.
    Identity,
    /// The match weight.
    Weight,
}

impl TieKind {
    /// What holds the records of a link together, if anything does.
    ///
    /// ```
    /// use minglu_rules::law::TieKind;
    /// use minglu_rules::model::{CandidatePair, Decision, Link, Origin, RecordIdx, ScoredPair};
    /// let pair = CandidatePair { a: RecordIdx(0), b: RecordIdx(1), origin: Origin::Identity }; // 代码相同
    /// let scored = ScoredPair { pair, vector: vec![], match_weight: 9.0 };
    /// let link = |decision| Link { scored: scored.clone(), decision, sides: None };
    /// assert_eq!(TieKind::of(&link(Decision::Match)), TieKind::Identity);
    /// assert_eq!(TieKind::of(&link(Decision::Review)), TieKind::Weight); // 名称不符, 离开该代码
    /// ```
    pub fn of(link: &Link) -> TieKind {
        match (link.scored.pair.origin, link.decision) {
            (Origin::Judged, Decision::Match) => Self::Judged,
            (Origin::Identity, Decision::Match) => Self::Identity,
            _ => Self::Weight,
        }
    }
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
    /// Records of a cluster at most, unless equal codes or judgements hold it together.
    pub n_records_max: usize,
    /// What people judged different.
    pub different: Different<'a>,
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
/// use minglu_rules::{law::{Limits, Standing, Tie, TieKind, Veto, cut}, model::RecordIdx};
/// let codes = [1, 0, 2].map(NonZeroU64::new); // 甲 and 乙 have codes, and a record without one bridges them
/// let members: Vec<_> = (0..3).map(RecordIdx).collect();
/// let nodes: Vec<_> = members.chunks(1).collect();
/// let tie = |a, b, match_weight| Tie { a: RecordIdx(a), b: RecordIdx(b), match_weight, kind: TieKind::Weight };
/// let standings = codes.map(|org| Standing { org, ..Standing::default() });
/// let limits = Limits { standings: &standings, n_records_max: 200, different: Default::default(), objection: None };
/// let (clusters, cuts) = cut(&nodes, &[tie(0, 1, 5.0), tie(1, 2, 9.0)], limits);
/// assert_eq!(clusters, [vec![RecordIdx(0)], vec![RecordIdx(1), RecordIdx(2)]]);
/// assert_eq!(cuts[0].why, Veto::DifferentCodes);
/// ```
pub fn cut(nodes: &[&[RecordIdx]], ties: &[Tie], limits: Limits<'_>) -> (Vec<Vec<RecordIdx>>, Vec<Cut>) {
    let mut ties = ties.to_vec();
    ties.sort_by(|x, y| {
        let strength = x.kind.cmp(&y.kind).then(y.match_weight.total_cmp(&x.match_weight));
        strength.then(x.a.cmp(&y.a)).then(x.b.cmp(&y.b))
    });
    let mut forest = Forest::new(nodes, limits);
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
    judged: Judged,
}

/// Records that somebody judged different from others; they are few, and mostly there is none.
#[derive(Default)]
struct Judged {
    /// The node of each.
    nodes: HashMap<RecordIdx, usize>,
    /// By root; empty where there is none at all.
    records: Vec<Vec<RecordIdx>>,
}

impl Judged {
    fn find(nodes: &[&[RecordIdx]], different: Different<'_>) -> Self {
        let mut judged = Self::default();
        if different.is_empty() {
            return judged;
        }
        for (position, node) in nodes.iter().enumerate() {
            let has_partner = |record: &&RecordIdx| different.partners(**record).next().is_some();
            judged.nodes.extend(node.iter().filter(has_partner).map(|record| (*record, position)));
        }
        if !judged.nodes.is_empty() {
            judged.records.resize(nodes.len(), Vec::new());
            judged.nodes.iter().for_each(|(record, position)| judged.records[*position].push(*record));
        }
        judged
    }
}

impl Forest {
    fn new(nodes: &[&[RecordIdx]], limits: Limits<'_>) -> Self {
        let together = |node: &&[RecordIdx]| Together::of(node.iter().map(|record| limits.standings[record.at()]));
        Self {
            judged: Judged::find(nodes, limits.different),
            parent: (0..nodes.len()).collect(),
            standings: nodes.iter().map(together).collect(),
            members: nodes.iter().map(|node| node.to_vec()).collect(),
        }
    }

    /// Paths are short because the smaller cluster moves.
    fn root(&self, mut node: usize) -> usize {
        while self.parent[node] != node {
            node = self.parent[node];
        }
        node
    }

    fn objection(&self, a: usize, b: usize, tie: &Tie, limits: Limits<'_>) -> Option<Veto> {
        if self.are_judged_different(a, b, limits.different) {
            return Some(Veto::JudgedDifferent);
        }
        let n_records_max = if tie.kind == TieKind::Weight { limits.n_records_max } else { usize::MAX };
        let by_law = self.standings[a].veto(&self.standings[b], n_records_max);
        by_law.or_else(|| limits.objection.and_then(|objection| objection(tie, &self.members[a], &self.members[b])))
    }

    /// Looks up the partners of the cluster that has fewer judged records.
    fn are_judged_different(&self, a: usize, b: usize, different: Different<'_>) -> bool {
        let judged = |root: usize| self.judged.records.get(root).map_or(&[][..], Vec::as_slice);
        let (few, many) = if judged(a).len() < judged(b).len() { (a, b) } else { (b, a) };
        let partners = judged(few).iter().flat_map(|record| different.partners(*record));
        partners.filter_map(|partner| self.judged.nodes.get(&partner)).any(|node| self.root(*node) == many)
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
        if let Some(judged) = self.judged.records.get_mut(child).map(std::mem::take) {
            self.judged.records[root].extend(judged);
        }
    }

    fn into_clusters(self) -> Vec<Vec<RecordIdx>> {
        let mut clusters: Vec<Vec<RecordIdx>> =
            self.members.into_iter().filter(|members| !members.is_empty()).collect();
        clusters.iter_mut().for_each(|members| members.sort_unstable());
        clusters.sort_unstable_by_key(|members| members[0]);
        clusters
    }
}
