//! Which true pairs were missed, and where on the line?
//!
//! All true pairs whose records are in different clusters, by the reason of each; the heaviest are shown, one of each true
//! entity and reason. The reasons are told apart by [`minglu_rules::evaluate::missed`]; here is gathered what it asks for.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use hashbrown::HashMap;
use minglu_rules::compare::compare;
use minglu_rules::evaluate::{Missed, MissedFacts, missed};
use minglu_rules::law::{self, TieKind, Veto};
use minglu_rules::model::{ComparisonVector, Decision, Link, RecordIdx};
use minglu_rules::score::match_weight;
use rayon::prelude::*;
use serde::Serialize;

use super::examine::{Examination, ExaminedKind, shared_rules};
use super::pair::{PairReport, Shown, pair_report};
use crate::error::Result;
use crate::registry::blocking_keys;

/// True pairs that were lost in one place of the line.
#[derive(Debug, Clone, Serialize)]
pub struct MissedPairs {
    /// Where.
    pub why: Missed,
    /// True pairs lost there.
    pub n_pairs: u64,
    /// What the law said, with the number of pairs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub law: BTreeMap<&'static str, u64>,
    /// The heaviest, one of each true entity.
    pub worst: Vec<PairReport>,
}

/// Missed pairs of a kind.
pub(super) struct Lost {
    n_by_reason: [u64; Missed::ALL.len()],
    n_by_veto: BTreeMap<(Missed, &'static str), u64>,
    /// Pairs lost because a rule skipped their block, by rule; several rules may have skipped the same pair.
    pub(super) n_skipped_by_rule: Vec<u64>,
    worst: [Vec<LostPair>; Missed::ALL.len()],
    n_worst_max: usize,
}

/// A missed pair.
pub(super) struct LostPair {
    records: (RecordIdx, RecordIdx),
    vector: ComparisonVector,
    match_weight: f64,
    why: Missed,
    veto: Option<Veto>,
    /// Rules whose key they share, whether within the cap or not; only where no rule brings them together.
    rules_skipped: u64,
}

/// Says of a record in which cluster it is elsewhere.
pub(super) type Elsewhere<'a> = Option<&'a (dyn Fn(RecordIdx) -> Option<u32> + Sync)>;

/// Gathers the missed pairs of a kind; only those that are together elsewhere, where that is given.
pub(super) fn gather(kind: &ExaminedKind, n_worst_max: usize, elsewhere: Elsewhere<'_>) -> Lost {
    let search = Search::new(kind);
    let none = || Lost::new(kind.resolved.model.schema.blocking.len(), n_worst_max);
    let entities = kind.by_truth.par_iter();
    let mut lost = entities
        .fold(none, |mut lost, records| {
            search.lose(records, elsewhere, &mut lost);
            lost
        })
        .reduce(none, Lost::join);
    lost.prune(0);
    lost.n_by_reason[Missed::NoRecord as usize] = if elsewhere.is_none() { n_without_record(kind) } else { 0 };
    lost
}

/// Missed pairs by reason, the heaviest shown.
pub(super) fn report(examination: &Examination<'_>, kind: &ExaminedKind, lost: &Lost) -> Result<Vec<MissedPairs>> {
    let reasons = Missed::ALL.into_iter().filter(|why| lost.n_by_reason[*why as usize] > 0);
    let report = |why: Missed| {
        let vetoes = lost.n_by_veto.iter().filter(|((of, _), _)| *of == why);
        let worst = lost.worst[why as usize].iter().map(|pair| pair.report(examination, kind));
        Ok(MissedPairs {
            why,
            n_pairs: lost.n_by_reason[why as usize],
            law: vetoes.map(|((_, veto), n_pairs)| (*veto, *n_pairs)).collect(),
            worst: worst.collect::<Result<_>>()?,
        })
    };
    reasons.map(report).collect()
}

/// The heaviest missed pairs whatever the reason, with it.
pub(super) fn worst(
    examination: &Examination<'_>,
    kind: &ExaminedKind,
    lost: Lost,
) -> Result<Vec<(Missed, PairReport)>> {
    let mut pairs: Vec<LostPair> = lost.worst.into_iter().flatten().collect();
    pairs.sort_by(LostPair::heavier);
    pairs.truncate(lost.n_worst_max);
    pairs.iter().map(|pair| Ok((pair.why, pair.report(examination, kind)?))).collect()
}

/// True pairs of which a record is not in the register.
fn n_without_record(kind: &ExaminedKind) -> u64 {
    let mut n_by_truth: HashMap<u32, (u64, u64)> = HashMap::new();
    kind.missing.iter().for_each(|row| n_by_truth.entry(row.truth).or_default().0 += 1);
    for truth in kind.truths.iter().flatten() {
        if let Some(counts) = n_by_truth.get_mut(truth) {
            counts.1 += 1;
        }
    }
    n_by_truth.values().map(|(n_missing, n_present)| n_missing * n_present + n_missing * (n_missing - 1) / 2).sum()
}

impl Lost {
    fn new(n_rules: usize, n_worst_max: usize) -> Self {
        Self {
            n_by_reason: [0; Missed::ALL.len()],
            n_by_veto: BTreeMap::new(),
            n_skipped_by_rule: vec![0; n_rules],
            worst: std::array::from_fn(|_| Vec::new()),
            n_worst_max,
        }
    }

    fn count(&mut self, pair: &LostPair) {
        self.n_by_reason[pair.why as usize] += 1;
        if let Some(veto) = pair.veto {
            *self.n_by_veto.entry((pair.why, veto.as_str())).or_default() += 1;
        }
        for (position, n_skipped) in self.n_skipped_by_rule.iter_mut().enumerate() {
            *n_skipped += pair.rules_skipped >> position & 1;
        }
    }

    fn join(mut self, other: Lost) -> Lost {
        self.n_by_reason.iter_mut().zip(other.n_by_reason).for_each(|(to, from)| *to += from);
        other.n_by_veto.into_iter().for_each(|(veto, n)| *self.n_by_veto.entry(veto).or_default() += n);
        self.n_skipped_by_rule.iter_mut().zip(other.n_skipped_by_rule).for_each(|(to, from)| *to += from);
        for (to, from) in self.worst.iter_mut().zip(other.worst) {
            to.extend(from);
        }
        self.prune(0);
        self
    }

    /// Keeps the heaviest pairs once there are more than asked for and a reserve.
    fn prune(&mut self, n_reserve: usize) {
        for worst in self.worst.iter_mut().filter(|worst| worst.len() > self.n_worst_max + n_reserve) {
            worst.sort_by(LostPair::heavier);
            worst.truncate(self.n_worst_max);
        }
        if n_reserve == 0 {
            self.worst.iter_mut().for_each(|worst| worst.sort_by(LostPair::heavier));
        }
    }
}

impl LostPair {
    fn heavier(x: &Self, y: &Self) -> std::cmp::Ordering {
        y.match_weight.total_cmp(&x.match_weight).then(x.records.cmp(&y.records))
    }

    fn report(&self, examination: &Examination<'_>, kind: &ExaminedKind) -> Result<PairReport> {
        let (vector, match_weight) = (&self.vector, self.match_weight);
        let shown = Shown { records: self.records, vector, match_weight, law: self.veto, sides: None };
        pair_report(examination, kind, &shown)
    }
}

/// What is looked up for each pair.
struct Search<'a> {
    kind: &'a ExaminedKind,
    /// Records that left the group of their code.
    leavers: HashMap<RecordIdx, Veto>,
    /// Accepted links that were not honored.
    cuts: HashMap<(RecordIdx, RecordIdx), Veto>,
    /// Records whose tie to the holder of their code was cut.
    cut_from_code: HashMap<RecordIdx, Veto>,
}

impl<'a> Search<'a> {
    fn new(kind: &'a ExaminedKind) -> Self {
        let cuts = || kind.resolved.clustering.cuts.iter();
        let by_code = cuts().filter(|cut| cut.tie.kind == TieKind::Identity);
        Self {
            kind,
            leavers: kind.resolved.leavers.iter().map(|leaver| (leaver.record, leaver.why)).collect(),
            cuts: cuts().map(|cut| ((cut.tie.a.min(cut.tie.b), cut.tie.a.max(cut.tie.b)), cut.why)).collect(),
            cut_from_code: by_code.flat_map(|cut| [(cut.tie.a, cut.why), (cut.tie.b, cut.why)]).collect(),
        }
    }

    /// Counts the missed pairs of a true entity and keeps the heaviest of each reason.
    fn lose(&self, records: &[RecordIdx], elsewhere: Elsewhere<'_>, lost: &mut Lost) {
        let cluster = |record: RecordIdx| self.kind.cluster_of[record.at()];
        if records.iter().all(|record| cluster(*record) == cluster(records[0])) {
            return;
        }
        let keys: Vec<OnceCell<Vec<u64>>> = records.iter().map(|_| OnceCell::new()).collect();
        let mut heaviest: [Option<LostPair>; Missed::ALL.len()] = std::array::from_fn(|_| None);
        for (i, &a) in records.iter().enumerate() {
            for (j, &b) in records.iter().enumerate().skip(i + 1) {
                let is_asked = elsewhere.is_none_or(|of| of(a).is_some() && of(a) == of(b));
                if cluster(a) == cluster(b) || !is_asked {
                    continue;
                }
                let pair = self.lost_pair((a, b), (&keys[i], &keys[j]));
                lost.count(&pair);
                let known = &mut heaviest[pair.why as usize];
                if known.as_ref().is_none_or(|known| LostPair::heavier(&pair, known).is_lt()) {
                    *known = Some(pair);
                }
            }
        }
        for (worst, pair) in lost.worst.iter_mut().zip(heaviest) {
            worst.extend(pair);
        }
        lost.prune(N_WORST_RESERVE);
    }

    fn lost_pair(&self, (a, b): (RecordIdx, RecordIdx), keys: (&OnceCell<Vec<u64>>, &OnceCell<Vec<u64>>)) -> LostPair {
        let kind = self.kind;
        let model = &kind.resolved.model;
        let link = self.link(a, b);
        let shares_code = kind.shares_code(a, b);
        let vector = match link {
            Some(link) => link.scored.vector.clone(),
            None => self.compare(a, b),
        };
        let match_weight = match_weight(&vector, model);
        let by_weight = link.is_some_and(|link| link.decision == Decision::Match);
        let accepted = by_weight || shares_code;
        let veto = match accepted {
            true => self.why_cut(a, b),
            false => self.why_left(a, b).or_else(|| self.veto((a, b), &vector, match_weight)),
        };
        let is_candidate = shares_code || kind.rules_within_cap(a, b) != 0;
        let mut rules_skipped = 0;
        if !accepted && veto.is_none() && !is_candidate {
            let keys_of = |record: RecordIdx| blocking_keys(&kind.resolved.records[record.at()], model);
            rules_skipped = shared_rules(keys.0.get_or_init(|| keys_of(a)), keys.1.get_or_init(|| keys_of(b)));
        }
        let decision = kind.thresholds.decide(match_weight);
        let facts = MissedFacts { decision, accepted, veto, is_candidate, shares_key: rules_skipped != 0 };
        LostPair { records: (a, b), vector, match_weight, why: missed(&facts), veto, rules_skipped }
    }

    fn link(&self, a: RecordIdx, b: RecordIdx) -> Option<&'a Link> {
        let links = &self.kind.resolved.links;
        let found = links.binary_search_by_key(&(a, b), |link| (link.scored.pair.a, link.scored.pair.b));
        Some(&links[found.ok()?])
    }

    /// Compares two records that are not linked; the codes of a record that left its group are not believed.
    fn compare(&self, a: RecordIdx, b: RecordIdx) -> ComparisonVector {
        let resolved = &self.kind.resolved;
        let mut vector = compare(&resolved.records[a.at()], &resolved.records[b.at()], &resolved.model);
        if self.leavers.contains_key(&a) || self.leavers.contains_key(&b) {
            law::silence_codes(&mut vector, &resolved.model.schema);
        }
        vector
    }

    /// Why one of two records that carry one code left its group; of two that left, the code says nothing.
    fn why_left(&self, a: RecordIdx, b: RecordIdx) -> Option<Veto> {
        let carried = &self.kind.carried;
        let is_one_code = carried[a.at()].is_some() && carried[a.at()] == carried[b.at()];
        match (self.leavers.get(&a), self.leavers.get(&b)) {
            (Some(why), None) | (None, Some(why)) if is_one_code => Some(*why),
            _ => None,
        }
    }

    fn why_cut(&self, a: RecordIdx, b: RecordIdx) -> Option<Veto> {
        let by_code = || self.cut_from_code.get(&a).or_else(|| self.cut_from_code.get(&b));
        self.cuts.get(&(a, b)).or_else(by_code).copied()
    }

    /// What the law says against a pair; of too little evidence only where the weight alone would have linked it.
    fn veto(&self, (a, b): (RecordIdx, RecordIdx), vector: &ComparisonVector, match_weight: f64) -> Option<Veto> {
        let resolved = &self.kind.resolved;
        let schema = &resolved.model.schema;
        let excluded = || law::excludes(vector, schema).then_some(Veto::Exclusive);
        let is_heavy = self.kind.thresholds.decide(match_weight) == Decision::Match;
        let dependent = || law::lacks_independence(vector, schema).filter(|_| is_heavy);
        law::veto(&resolved.standings[a.at()], &resolved.standings[b.at()]).or_else(excluded).or_else(dependent)
    }
}

/// Pairs that are kept besides those asked for before the lightest are dropped.
const N_WORST_RESERVE: usize = 1000;
