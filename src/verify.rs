//! Does the register follow from its records?
//!
//! The record log and the frozen model are read again, the line is run again, and memberships, entities and relations must be
//! byte for byte those stored. Stored links, blocks and features are never read as input.

use std::path::Path;

use minglu_graph::store::{RelationEnd, Store, convert, directory, validate};
use minglu_rules::decide::Thresholds;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::model::{GoldenEntity, Record, RecordIdx, Source};
use minglu_rules::relate::relate;

use crate::config::DERIVED_MARK;
use crate::error::Result;
use crate::ingest::derive_all;
use crate::judgements;
use crate::pipeline::{Goldsmith, KindView, Resolved, STORE_DIR, Stopwatch, clusters, prepare, relate_across, resolve};
use crate::progress::Quiet;
use crate::registry::{derived_sources, normalized, restore};

/// Differences are listed up to this number.
pub const N_DIFFERENCES_MAX: usize = 100;

/// A kind of entity, resolved again from the record log.
pub struct StoredKind {
    /// The line's result.
    pub resolved: Resolved,
    /// The thresholds that judged.
    pub thresholds: Thresholds,
    /// Sources of all kinds.
    pub sources: Vec<Source>,
}

/// Runs the line again over the record log of a register.
pub fn recompute(data: &Path) -> Result<(Store, Vec<StoredKind>)> {
    let store = Store::open(&directory::current(data)?.join(STORE_DIR))?;
    let (config, models, columns) = restore(&store)?;
    let stored = |source: &minglu_graph::store::value::StoredSource| Source {
        name: source.name.clone(),
        rank: source.rank,
        unique: source.unique,
    };
    let sources: Vec<Source> = store.catalog().sources.iter().map(stored).collect();
    let derived_sources = derived_sources(&config, &store);
    let mut by_kind: Vec<Vec<Record>> = models.iter().map(|_| Vec::new()).collect();
    for item in store.scan_records()? {
        let ((source, id), row) = item?;
        if source.contains(DERIVED_MARK) {
            continue;
        }
        let record = normalized(&store, (&config, &columns), (&source, &id), &row)?;
        by_kind[row.model_idx as usize].push(record);
    }
    for (derivation_idx, derivation) in config.derivations.iter().enumerate() {
        let made = derive_all(&config, derivation_idx, &by_kind[derivation.kind_idx], &derived_sources);
        by_kind[derivation.to_kind_idx].extend(made.into_iter().map(|(_, record)| record));
    }
    let judgements = judgements::restore(&store.judgements()?)?;
    let mut kinds = Vec::new();
    for (mut records, model) in by_kind.into_iter().zip(models) {
        records.sort_by(|a, b| a.key.cmp(&b.key));
        let watch = &mut Stopwatch::start(&Quiet);
        let resolved = resolve(prepare(records, model, &sources, &judgements, watch), config.thresholds, watch);
        kinds.push(StoredKind { resolved, thresholds: config.thresholds, sources: sources.clone() });
    }
    Ok((store, kinds))
}

/// Lists where a register differs from what its records imply; empty for a sound one.
pub fn verify(data: &Path) -> Result<Vec<String>> {
    let (store, kinds) = recompute(data)?;
    let mut differences = validate::validate(&store)?;
    let mut n_entities = 0;
    let clusters_of: Vec<_> = kinds.iter().map(|kind| clusters(&kind.resolved, &kind.sources)).collect();
    let (config, ..) = restore(&store)?;
    let views = kinds.iter().zip(&clusters_of);
    let views: Vec<KindView<'_>> =
        views.map(|(kind, clusters)| KindView { records: &kind.resolved.records, clusters }).collect();
    let across = relate_across(&config, &derived_sources(&config, &store), &views);
    for ((model_idx, kind), (clusters, across)) in kinds.iter().enumerate().zip(clusters_of.iter().zip(across)) {
        n_entities += clusters.len() as u64;
        let record = |idx: RecordIdx| &kind.resolved.records[idx.at()];
        let smith = Goldsmith::new(&kind.resolved, &kind.sources);
        for (_, members) in clusters {
            let entity = smith.make(members);
            if !is_stored(&store, &entity, (model_idx as u32, &record), &kind.sources)? {
                note(&mut differences, format!("entity {}: stored and computed differ", entity.id));
            }
        }
        let within = relate(clusters, &kind.resolved.records, &kind.resolved.model.schema);
        for relation in within.into_iter().chain(across) {
            let ends = store.relations(relation.from.as_str())?;
            let is_it = |end: &RelationEnd| end.outgoing && end.other == relation.to.as_str();
            let found = ends.iter().any(|end| is_it(end) && end.kind == relation.kind.as_str());
            if !found {
                note(&mut differences, format!("relation {} – {}: not stored", relation.from, relation.to));
            }
        }
        check_version(&kind.resolved.model, &store.catalog().models[model_idx].version, &mut differences);
    }
    let n_stored = store.state().n_entities;
    if n_entities != n_stored {
        note(&mut differences, format!("{n_entities} entities computed, {n_stored} stored"));
    }
    Ok(differences)
}

/// Whether an entity is stored as it was computed. When it became so and how its records are numbered is history.
fn is_stored<'a>(
    store: &Store,
    entity: &GoldenEntity,
    (model_idx, record): (u32, &dyn Fn(RecordIdx) -> &'a Record),
    sources: &[Source],
) -> Result<bool> {
    let Some(stored) = store.entity(entity.id.as_str())? else { return Ok(false) };
    let mut expected = convert::store_entity(entity, (model_idx, stored.since), record, &|_| 0, sources);
    for (member, stored) in expected.members.iter_mut().zip(&stored.members) {
        member.ordinal = stored.ordinal;
    }
    Ok(stored == expected)
}

fn check_version(model: &FrozenModel, stored: &str, differences: &mut Vec<String>) {
    if model.version() != stored {
        note(differences, format!("model {stored} is stored as {}", model.version()));
    }
}

fn note(differences: &mut Vec<String>, text: String) {
    if differences.len() < N_DIFFERENCES_MAX {
        differences.push(text);
    }
}
