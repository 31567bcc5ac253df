//! Where do the records of a register stand in a truth?
//!
//! The line is run again over the record log, and each record gets the row of the truth that speaks of it and the number of
//! its stored cluster. Everything that is counted or listed of a register is taken from here; nothing is counted here.

use std::num::NonZeroU64;
use std::path::Path;

use hashbrown::HashMap;
use minglu_graph::store::Store;
use minglu_rules::decide::Thresholds;
use minglu_rules::evaluate::Judged;
use minglu_rules::model::{RecordIdx, RecordKey, SourceIdx};
use rayon::prelude::*;

use super::truth::Truth;
use crate::error::{Error, Result};
use crate::pipeline::Resolved;
use crate::verify::{StoredKind, recompute};

/// True entities with more records than this are sampled by their first ones; no real unit has as many.
pub(super) const N_RECORDS_PER_TRUTH_MAX: usize = 2000;

/// A register held against a truth.
pub(super) struct Examination<'a> {
    /// The register.
    pub(super) store: Store,
    /// The truth.
    pub(super) truth: &'a Truth<'a>,
    /// Names of the sources.
    pub(super) sources: Vec<String>,
    /// The kinds that were asked for.
    pub(super) kinds: Vec<ExaminedKind>,
    /// Rows of the truth that are judged, with the number of the stored cluster of each.
    pub(super) rows: Vec<(usize, Option<u32>)>,
}

/// One kind of entity of a register, computed again.
pub(super) struct ExaminedKind {
    /// Records to clusters.
    pub(super) resolved: Resolved,
    /// The thresholds that it was resolved with.
    pub(super) thresholds: Thresholds,
    /// The row of the truth of each record.
    pub(super) row_of: Vec<Option<u32>>,
    /// Number of the true entity of each record.
    pub(super) truths: Vec<Option<u32>>,
    /// Number of the stored cluster of each record.
    pub(super) stored: Vec<Option<u32>>,
    /// The valid code on each record, whether it is believed or somebody else's.
    pub(super) carried: Vec<Option<NonZeroU64>>,
    /// Position of the computed cluster of each record.
    pub(super) cluster_of: Vec<u32>,
    /// Records of each true entity that has two or more, in anchor order; at most [`N_RECORDS_PER_TRUTH_MAX`].
    pub(super) by_truth: Vec<Vec<RecordIdx>>,
    /// Rows of the truth that have no record, as judged: they belong to the kind of their entity's other records.
    pub(super) missing: Vec<Judged>,
}

impl<'a> Examination<'a> {
    /// Computes a register again and finds its records in the truth.
    pub(super) fn begin(data: &Path, truth: &'a Truth<'a>, kind: Option<&str>) -> Result<Self> {
        let (store, kinds) = recompute(data)?;
        let sources: Vec<String> = store.catalog().sources.iter().map(|source| source.name.clone()).collect();
        let is_asked = |stored: &StoredKind| kind.is_none_or(|kind| stored.resolved.model.schema.kind == kind);
        let (kinds, others): (Vec<_>, Vec<_>) = kinds.into_iter().partition(is_asked);
        if let Some(kind) = kind.filter(|_| kinds.is_empty()) {
            return Err(Error::usage(format!("this register has no kind '{kind}'")));
        }
        // What the truth says of other kinds is not asked.
        let mut is_left_out = vec![false; truth.entities.len()];
        for row in others.iter().flat_map(|other| rows_of(&other.resolved, &sources, truth)).flatten() {
            is_left_out[row as usize] = true;
        }
        drop(others);
        let kinds = kinds.into_iter().map(|kind| ExaminedKind::new(kind, &sources, truth)).collect();
        let mut examination = Self { store, truth, sources, kinds, rows: Vec::new() };
        examination.place_stored()?;
        examination.list_rows(&is_left_out);
        Ok(examination)
    }

    /// The true entity and the stored cluster of every row that is judged.
    pub(super) fn judged(&self) -> Vec<Judged> {
        self.judge(&|row| self.rows[row].1)
    }

    /// Rows that are judged, each with what is said of its position in [`rows`](Self::rows).
    pub(super) fn judge(&self, cluster: &dyn Fn(usize) -> Option<u32>) -> Vec<Judged> {
        let rows = self.rows.iter().enumerate();
        rows.map(|(position, (row, _))| Judged { truth: self.truth.entities[*row], cluster: cluster(position) })
            .collect()
    }

    /// Numbers the stored clusters and gives each record its own.
    fn place_stored(&mut self) -> Result<()> {
        let mut by_name: HashMap<&str, Vec<SourceIdx>> = HashMap::new();
        for (position, name) in self.sources.iter().enumerate() {
            by_name.entry(name).or_default().push(SourceIdx(position as u16));
        }
        let mut numbers = Numbers::default();
        for item in self.store.scan_membership()? {
            let ((source, id), entity) = item?;
            let number = numbers.of(&entity);
            // A file of several kinds has a source in each of them.
            for source in by_name.get(source.as_str()).into_iter().flatten() {
                let key = RecordKey { source: *source, id: id.as_str().into() };
                for kind in &mut self.kinds {
                    if let Ok(position) = kind.resolved.records.binary_search_by(|record| record.key.cmp(&key)) {
                        kind.stored[position] = Some(number);
                    }
                }
            }
        }
        Ok(())
    }

    /// Lists the rows that are judged, and gives rows without a record to a kind.
    fn list_rows(&mut self, is_left_out: &[bool]) {
        let mut cluster_of_row = vec![None; self.truth.entities.len()];
        let mut has_record = vec![false; self.truth.entities.len()];
        let mut kind_of_entity = vec![0_usize; self.truth.names.len()];
        for (kind_idx, kind) in self.kinds.iter().enumerate().rev() {
            for (row, stored) in kind.row_of.iter().zip(&kind.stored) {
                let Some(row) = row.map(|row| row as usize) else { continue };
                cluster_of_row[row] = *stored;
                has_record[row] = true;
                kind_of_entity[self.truth.entities[row] as usize] = kind_idx;
            }
        }
        let rows = cluster_of_row.into_iter().enumerate();
        self.rows = rows.filter(|(row, _)| !is_left_out[*row]).collect();
        for (row, _) in self.rows.iter().filter(|(row, _)| !has_record[*row]) {
            let truth = self.truth.entities[*row];
            if let Some(kind) = self.kinds.get_mut(kind_of_entity[truth as usize]) {
                kind.missing.push(Judged { truth, cluster: None });
            }
        }
    }
}

impl ExaminedKind {
    fn new(kind: StoredKind, sources: &[String], truth: &Truth<'_>) -> Self {
        let StoredKind { mut resolved, thresholds, .. } = kind;
        resolved.blocks.index_keys(resolved.records.len(), &resolved.model.schema);
        let row_of = rows_of(&resolved, sources, truth);
        let truths: Vec<Option<u32>> = row_of.iter().map(|row| Some(truth.entities[(*row)? as usize])).collect();
        let n_records = resolved.records.len();
        let mut cluster_of = vec![0_u32; n_records];
        for (position, cluster) in resolved.clustering.clusters.iter().enumerate() {
            cluster.iter().for_each(|record| cluster_of[record.at()] = position as u32);
        }
        let by_truth = group_by_truth(&truths);
        let stored = vec![None; n_records];
        let mut carried: Vec<Option<NonZeroU64>> = resolved.standings.iter().map(|standing| standing.org).collect();
        for leaver in &resolved.leavers {
            carried[leaver.record.at()] = resolved.standings[leaver.nearest.at()].org;
        }
        Self { resolved, thresholds, row_of, truths, stored, carried, cluster_of, by_truth, missing: Vec::new() }
    }

    /// Both records are known to the truth, and of one entity or not.
    pub(super) fn is_true(&self, a: RecordIdx, b: RecordIdx) -> Option<bool> {
        Some(self.truths[a.at()]? == self.truths[b.at()]?)
    }

    /// Both carry one valid code, and neither left its group.
    pub(super) fn shares_code(&self, a: RecordIdx, b: RecordIdx) -> bool {
        let org = |record: RecordIdx| self.resolved.standings[record.at()].org;
        org(a).is_some() && org(a) == org(b)
    }

    /// The rules whose blocks within the cap hold both records, one bit each.
    pub(super) fn rules_within_cap(&self, a: RecordIdx, b: RecordIdx) -> u64 {
        let blocks = &self.resolved.blocks;
        shared_rules(blocks.keys_within_cap(a), blocks.keys_within_cap(b))
    }
}

/// The rules of the keys that two sorted lists share, one bit each.
pub(super) fn shared_rules(a: &[u64], b: &[u64]) -> u64 {
    let (mut i, mut j, mut rules) = (0, 0, 0);
    while let (Some(left), Some(right)) = (a.get(i), b.get(j)) {
        match left.cmp(right) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                rules |= 1 << minglu_rules::blocking::rule_of(*left);
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    rules
}

/// The stored cluster of each row of a truth, without computing anything again.
pub(super) fn stored_by_row(store: &Store, truth: &Truth<'_>) -> Result<Vec<Option<u32>>> {
    let mut numbers = Numbers::default();
    let mut clusters = vec![None; truth.entities.len()];
    for item in store.scan_membership()? {
        let ((source, id), entity) = item?;
        let number = numbers.of(&entity);
        if let Some(row) = truth.row(&source, &id) {
            clusters[row] = Some(number);
        }
    }
    Ok(clusters)
}

/// Numbers for names, in the order in which they are asked for.
#[derive(Default)]
pub(super) struct Numbers {
    known: HashMap<String, u32>,
}

impl Numbers {
    /// The number of a name.
    pub(super) fn of(&mut self, name: &str) -> u32 {
        let next = self.known.len() as u32;
        match self.known.get(name) {
            Some(number) => *number,
            None => *self.known.entry_ref(name).or_insert(next),
        }
    }
}

fn rows_of(resolved: &Resolved, sources: &[String], truth: &Truth<'_>) -> Vec<Option<u32>> {
    let records = resolved.records.par_iter();
    let row = records.map(|record| truth.row(&sources[record.key.source.0 as usize], &record.key.id));
    row.map(|row| row.map(|row| row as u32)).collect()
}

fn group_by_truth(truths: &[Option<u32>]) -> Vec<Vec<RecordIdx>> {
    let known = truths.iter().enumerate();
    let mut pairs: Vec<(u32, RecordIdx)> =
        known.filter_map(|(position, truth)| Some(((*truth)?, RecordIdx(position as u32)))).collect();
    pairs.par_sort_unstable();
    let groups = pairs.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
    groups.map(|group| group.iter().take(N_RECORDS_PER_TRUTH_MAX).map(|(_, record)| *record).collect()).collect()
}
