//! Which candidate pairs did a person label, and what became of the labels?
//!
//! Labels name records as their deliveries do; here they become positions. A label that nothing comes of is counted, because a
//! pair that no blocking rule proposes shows what blocking loses.

use std::fmt;

use hashbrown::{HashMap, HashSet};
use minglu_rules::model::{Record, RecordIdx, RecordKey, Source, SourceIdx};

use crate::labels::{Key, Labels};

/// Labelled records of one kind by position.
#[derive(Debug, Default)]
pub(super) struct Labelled {
    pairs: HashMap<(RecordIdx, RecordIdx), bool>,
    entities: HashMap<RecordIdx, u32>,
}

/// What became of the labels on pairs of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LabelUse {
    /// Labelled pairs that training looked at.
    pub n_used: u64,
    /// Labelled pairs about which codes and law have decided.
    pub n_settled: u64,
    /// Listed pairs that no blocking rule proposes.
    pub n_unblocked: u64,
}

impl fmt::Display for LabelUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LabelUse { n_used, n_settled, n_unblocked } = self;
        write!(
            f,
            "{n_used} labelled pairs used, {n_settled} settled by codes and law, {n_unblocked} outside all blocks"
        )
    }
}

impl Labelled {
    /// Finds the labelled records among those of a kind, which are sorted by key.
    pub(super) fn find(labels: &Labels, records: &[Record], sources: &[Source]) -> Self {
        let place = |key: &Key| position((&key.0, &key.1), records, sources);
        let pairs = labels.pairs.iter().filter_map(|((a, b), same)| {
            let (a, b) = (place(a)?, place(b)?);
            Some(((a.min(b), a.max(b)), *same))
        });
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut number = |entity| {
            let next = numbers.len() as u32;
            *numbers.entry(entity).or_insert(next)
        };
        let entities = labels.entities.iter().filter_map(|(key, entity)| Some((place(key)?, number(entity))));
        Self { entities: entities.collect(), pairs: pairs.collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.entities.is_empty()
    }

    /// Pairs that the file lists one by one.
    pub(super) fn n_listed(&self) -> u64 {
        self.pairs.len() as u64
    }

    /// What a person said of two records, and whether the pair itself is listed.
    pub(super) fn of(&self, a: RecordIdx, b: RecordIdx) -> Option<(bool, bool)> {
        let listed = self.pairs.get(&(a.min(b), a.max(b))).map(|same| (*same, true));
        listed.or_else(|| Some((self.entities.get(&a)? == self.entities.get(&b)?, false)))
    }
}

/// Records that labels name and no delivery has, in order.
pub(super) fn unknown<'a>(labels: &'a Labels, kinds: &[&[Record]], sources: &[Source]) -> Vec<&'a Key> {
    let names: HashSet<&str> = sources.iter().map(|source| &*source.name).collect();
    let is_known = |key: &Key| {
        names.contains(&*key.0) && kinds.iter().any(|records| position((&key.0, &key.1), records, sources).is_some())
    };
    labels.records().into_iter().filter(|key| !is_known(key)).collect()
}

/// Where a record stands that is named by source and id. Sources of several kinds may bear one name.
pub(in crate::pipeline) fn position(
    (source, id): (&str, &str),
    records: &[Record],
    sources: &[Source],
) -> Option<RecordIdx> {
    let named = sources.iter().enumerate().filter(|(_, known)| known.name == source);
    named.into_iter().find_map(|(at, _)| {
        let key = RecordKey { source: SourceIdx(at as u16), id: id.into() };
        records.binary_search_by(|record| record.key.cmp(&key)).ok().map(|at| RecordIdx(at as u32))
    })
}
