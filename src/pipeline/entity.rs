//! What do clusters say that no two of their records say?
//!
//! Entity-level evidence. A tie between clusters is honored only if what they say together does not speak against it; then,
//! in a second stratum, base clusters that share a blocking key of their profiles are compared once, profile against
//! profile. What is found is added together, and no further round follows, so that order cannot matter
//! (docs/methods/clustering.md). Weighing is the rules' business, keys are the index's.

use std::borrow::Borrow;
use std::sync::atomic::{AtomicU64, Ordering};

use minglu_graph::cluster::{Clustering, cluster, join};
use minglu_index::block::BlockTable;
use minglu_index::candidate::visit_pairs;
use minglu_rules::compare::compare;
use minglu_rules::decide::Thresholds;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::judgement::Different;
use minglu_rules::law::{self, Limits, Objection, Standing, Tie, TieKind, Together, Veto};
use minglu_rules::model::{
    CandidatePair, ComparisonVector, Decision, Link, Origin, Record, RecordIdx, ScoredPair, Sides,
};
use minglu_rules::profile::{self, Profile, Witness};

/// All records of a kind, and what judges them.
#[derive(Clone, Copy)]
pub struct Population<'a, R = Record> {
    /// In anchor order.
    pub records: &'a [R],
    /// Where each stands before the law.
    pub standings: &'a [Standing],
    /// What people judged different.
    pub different: Different<'a>,
    /// Whether each left the group of its code.
    pub has_left: &'a [bool],
    /// The model that judges.
    pub model: &'a FrozenModel,
    /// The thresholds.
    pub thresholds: Thresholds,
}

impl<R: Borrow<Record> + Sync> Population<'_, R> {
    /// What some records, in anchor order, say together.
    pub fn profile(&self, members: &[RecordIdx]) -> Profile {
        let witness = |&idx: &RecordIdx| {
            let (record, disowns_codes) = (self.records[idx.at()].borrow(), self.has_left[idx.at()]);
            Witness { idx, record, disowns_codes }
        };
        Profile::of(members.iter().map(witness), &self.model.schema)
    }

    /// Clusters all records by the ties of their links.
    pub fn cluster(&self, ties: &[Tie]) -> Clustering {
        self.under_limits(|limits| cluster(ties, limits))
    }

    /// Joins clusters by ties between their anchors.
    pub fn join(&self, base: Clustering, ties: &[Tie]) -> Clustering {
        self.under_limits(|limits| join(base, ties, limits))
    }

    fn under_limits<T>(&self, of: impl FnOnce(Limits<'_>) -> T) -> T {
        let objection = |tie: &Tie, a: &[RecordIdx], b: &[RecordIdx]| self.objection(tie, a, b);
        let objection: Objection<'_> = Some(&objection);
        let (standings, different) = (self.standings, self.different);
        of(Limits { standings, n_records_max: self.model.schema.law.n_records_max, different, objection })
    }

    /// What speaks against joining two clusters by a tie: exclusive comparisons, and that together they look as surely
    /// like two as a match looks like one.
    fn objection(&self, tie: &Tie, a: &[RecordIdx], b: &[RecordIdx]) -> Option<Veto> {
        let parted = |x: &RecordIdx, y: &RecordIdx| {
            let (first, second) = (&self.records[x.min(y).at()], &self.records[x.max(y).at()]);
            law::are_excluded(first.borrow(), second.borrow(), self.model)
        };
        if law::has_exclusive(&self.model.schema) && a.iter().any(|x| b.iter().any(|y| parted(x, y))) {
            return Some(Veto::Exclusive);
        }
        // Two records alone were weighed by their link, and neither an equal code nor a judgement needs weight.
        if tie.kind != TieKind::Weight || a.len() + b.len() == 2 {
            return None;
        }
        let (mut a, mut b) = (a.to_vec(), b.to_vec());
        a.sort_unstable();
        b.sort_unstable();
        let (_, match_weight) = self.compare(&a, &b);
        self.thresholds.is_surely_two(match_weight).then_some(Veto::WeakBridge)
    }

    fn compare(&self, a: &[RecordIdx], b: &[RecordIdx]) -> (ComparisonVector, f64) {
        let (a, b) = (self.profile(a).record, self.profile(b).record);
        let vector = compare(&a, &b, self.model);
        let match_weight = profile::match_weight(&a, &b, &vector, self.model);
        (vector, match_weight)
    }

    /// Whether the law and people let two clusters be one, as far as it can be seen without weighing.
    pub fn may_join(&self, a: &[RecordIdx], b: &[RecordIdx]) -> bool {
        // What forbids two records forbids their clusters: most pairs need no more than this.
        let standing = |members: &[RecordIdx]| &self.standings[members[0].at()];
        if law::veto(standing(a), standing(b)).is_some() {
            return false;
        }
        let together = |members: &[RecordIdx]| Together::of(members.iter().map(|idx| self.standings[idx.at()]));
        let by_law = together(a).veto(&together(b), self.model.schema.law.n_records_max);
        by_law.is_none() && !self.different.part(a, b)
    }

    /// The link of two clusters; it names their anchors.
    pub fn link(&self, a: &[RecordIdx], b: &[RecordIdx]) -> Option<Link> {
        let (a, b) = if a[0] < b[0] { (a, b) } else { (b, a) };
        let (mut vector, match_weight) = self.compare(a, b);
        let (decision, _) = self.thresholds.decide_pair(match_weight, &vector, &self.model.schema);
        if decision == Decision::NonMatch || law::excludes(&vector, &self.model.schema) {
            return None;
        }
        // They are values of profiles, which are made again where somebody asks; a record has no such value.
        vector.iter_mut().for_each(|finding| finding.values = (u8::MAX, u8::MAX));
        let pair = CandidatePair { a: a[0], b: b[0], origin: Origin::Profile };
        let sides = Some(Box::new(Sides { a: a.to_vec(), b: b.to_vec() }));
        Some(Link { scored: ScoredPair { pair, vector, match_weight }, decision, sides })
    }
}

impl Population<'_> {
    /// Links between base clusters whose profiles share a key, and how many pairs of clusters were compared.
    pub fn link_clusters(&self, base: &[Vec<RecordIdx>], blocks: &BlockTable) -> (Vec<Link>, u64) {
        let schema = &self.model.schema;
        let clusters = blocks.of_clusters(base, self.records, schema);
        let n_compared = AtomicU64::new(0);
        let links = visit_pairs(&clusters.table, schema, |pair| {
            let (a, b) = (&base[pair.a.at()], &base[pair.b.at()]);
            // Two records alone were compared already, unless their blocks had too many records.
            if (a.len() + b.len() == 2 && !clusters.is_new(pair)) || !self.may_join(a, b) {
                return None;
            }
            n_compared.fetch_add(1, Ordering::Relaxed);
            self.link(a, b)
        });
        (links, n_compared.into_inner())
    }
}
