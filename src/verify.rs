//! Does the register follow from its records?
//!
//! The record log and the frozen model are read again, the line is run again, and every view must be what is stored:
//! memberships, entities, relations and their keys, leavers, base clusters, links and blocks, no more and no less. Stored views
//! and features are never read as input. The search index is read to its last byte and its sequence compared; whether its
//! documents are the right ones is not asked.

mod entity;
mod merge;
mod search;
mod view;

use std::collections::HashMap;
use std::path::Path;

use minglu_graph::store::value::{StoredRecord, StoredSource};
use minglu_graph::store::{Store, directory, validate};
use minglu_rules::decide::Thresholds;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::model::{Record, RecordIdx, RecordKey, Source, SourceIdx};

use crate::config::{Config, DERIVED_MARK};
use crate::error::Result;
use crate::ingest::derive_all;
use crate::judgements;
use crate::pipeline::{INDEX_DIR, Resolved, STORE_DIR, Stopwatch, clusters, prepare, resolve};
use crate::progress::Quiet;
use crate::registry::{derived_sources, normalized, restore};

/// Differences are listed up to this number.
pub const N_DIFFERENCES_MAX: usize = 100;

/// Stands for the ordinal of a record that is not stored; no record has it, because a register of so many would not be.
const NO_ORDINAL: u32 = u32::MAX;

/// What is different, and what a person may want to know besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Where the register is not what its records imply; empty for a sound one.
    pub differences: Vec<String>,
    /// What is no fault.
    pub notes: Vec<String>,
}

impl Verification {
    fn note(&mut self, text: impl FnOnce() -> String) {
        if self.differences.len() < N_DIFFERENCES_MAX {
            self.differences.push(text());
        }
    }
}

/// A kind of entity, resolved again from the record log.
pub struct StoredKind {
    /// The line's result.
    pub resolved: Resolved,
    /// The ordinal of each record.
    pub ordinals: Vec<u32>,
    /// The thresholds that judged.
    pub thresholds: Thresholds,
    /// Sources of all kinds.
    pub sources: Vec<Source>,
}

impl StoredKind {
    fn ordinal(&self, record: RecordIdx) -> u32 {
        self.ordinals[record.at()]
    }
}

/// Runs the line again over the record log of a register.
pub fn recompute(data: &Path) -> Result<(Store, Vec<StoredKind>)> {
    let (store, kinds, _) = run_again(data)?;
    Ok((store, kinds))
}

/// Lists where a register differs from what its records imply; empty for a sound one.
pub fn verify(data: &Path) -> Result<Vec<String>> {
    Ok(examine(data)?.differences)
}

/// Compares a register with what its records imply, and its search index with the register.
pub fn examine(data: &Path) -> Result<Verification> {
    let (store, mut kinds, mut found) = run_again(data)?;
    found.differences.extend(validate::validate(&store)?);
    found.differences.truncate(N_DIFFERENCES_MAX);
    let clusters_of: Vec<_> = kinds.iter().map(|kind| clusters(&kind.resolved, &kind.sources)).collect();
    let (config, ..) = restore(&store)?;
    for (kind, stored) in kinds.iter().zip(&store.catalog().models) {
        check_version(&kind.resolved.model, &stored.version, &mut found);
    }
    entity::check(&store, (&kinds, &clusters_of), &mut found)?;
    entity::check_relations(&store, &config, (&kinds, &clusters_of), &mut found)?;
    view::check(&store, &mut kinds, &mut found)?;
    search::check(&directory::current(data)?.join(INDEX_DIR), store.state(), &mut found);
    Ok(found)
}

/// Records with their ordinals, position by position.
#[derive(Default)]
struct Numbered {
    records: Vec<Record>,
    ordinals: Vec<u32>,
}

impl Numbered {
    fn push(&mut self, record: Record, ordinal: u32) {
        self.records.push(record);
        self.ordinals.push(ordinal);
    }

    /// In anchor order.
    fn sorted(self) -> Self {
        let mut pairs: Vec<(Record, u32)> = self.records.into_iter().zip(self.ordinals).collect();
        pairs.sort_by(|a, b| a.0.key.cmp(&b.0.key));
        let (records, ordinals) = pairs.into_iter().unzip();
        Self { records, ordinals }
    }
}

/// Ordinals of the stored records that were derived, by their keys.
type Derived = HashMap<RecordKey, u32>;

fn run_again(data: &Path) -> Result<(Store, Vec<StoredKind>, Verification)> {
    let store = Store::open(&directory::current(data)?.join(STORE_DIR))?;
    let (config, models, columns) = restore(&store)?;
    let stored = |source: &StoredSource| Source { name: source.name.clone(), rank: source.rank, unique: source.unique };
    let sources: Vec<Source> = store.catalog().sources.iter().map(stored).collect();
    let mut by_kind: Vec<Numbered> = models.iter().map(|_| Numbered::default()).collect();
    let mut derived = Derived::new();
    for item in store.scan_records()? {
        let ((source, id), row) = item?;
        if source.contains(DERIVED_MARK) {
            derived.extend(derived_key(&store, (&source, &id), &row).map(|key| (key, row.ordinal)));
            continue;
        }
        let record = normalized(&store, (&config, &columns), (&source, &id), &row)?;
        // A kind that is not there is told by validation.
        if let Some(of_kind) = by_kind.get_mut(row.model_idx as usize) {
            of_kind.push(record, row.ordinal);
        }
    }
    let mut found = Verification::default();
    derive_again(&store, &config, (&mut by_kind, derived), &mut found);
    let judgements = judgements::restore(&store.judgements()?)?;
    let mut kinds = Vec::new();
    for (numbered, model) in by_kind.into_iter().zip(models) {
        let Numbered { records, ordinals } = numbered.sorted();
        let watch = &mut Stopwatch::start(&Quiet);
        let resolved = resolve(prepare(records, model, &sources, &judgements, watch), config.thresholds, watch);
        kinds.push(StoredKind { resolved, ordinals, thresholds: config.thresholds, sources: sources.clone() });
    }
    Ok((store, kinds, found))
}

/// The key of a stored record that was derived; none where its source is not known, which is told elsewhere.
fn derived_key(store: &Store, (source, id): (&str, &str), row: &StoredRecord) -> Option<RecordKey> {
    let is_it = |known: &StoredSource| known.name == source && known.model_idx == row.model_idx;
    let source = store.catalog().sources.iter().position(is_it)?;
    Some(RecordKey { source: SourceIdx(source as u16), id: id.into() })
}

/// Derives records again; those that are stored must be the same ones.
fn derive_again(
    store: &Store,
    config: &Config,
    (by_kind, mut derived): (&mut [Numbered], Derived),
    found: &mut Verification,
) {
    let derived_sources = derived_sources(config, store);
    let name = |key: &RecordKey| {
        let source = store.catalog().sources.get(key.source.0 as usize).map_or("", |source| &source.name);
        format!("record {source}:{}", key.id)
    };
    for (derivation_idx, derivation) in config.derivations.iter().enumerate() {
        let parents = &by_kind[derivation.kind_idx].records;
        for (_, record) in derive_all(config, derivation_idx, parents, &derived_sources) {
            let ordinal = derived.remove(&record.key);
            if ordinal.is_none() {
                found.note(|| format!("{}: is derived and not stored", name(&record.key)));
            }
            by_kind[derivation.to_kind_idx].push(record, ordinal.unwrap_or(NO_ORDINAL));
        }
    }
    let mut surplus: Vec<RecordKey> = derived.into_keys().collect();
    surplus.sort_unstable();
    surplus.iter().for_each(|key| found.note(|| format!("{}: is stored and not derived", name(key))));
}

fn check_version(model: &FrozenModel, stored: &str, found: &mut Verification) {
    if model.version() != stored {
        found.note(|| format!("model {stored} is stored as {}", model.version()));
    }
}
