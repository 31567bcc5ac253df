//! How does a finished line become a register on disk?
//!
//! Entities are made, stored and indexed in one pass over the clusters, so that they are never all in memory; then the other
//! families are written side by side into the unfinished generation. Nothing is decided here.

use std::fs::File;
use std::path::PathBuf;

use minglu_graph::store::convert::{store_entity, store_model};
use minglu_graph::store::directory::Build;
use minglu_graph::store::value::{Catalog, StoredSource};
use minglu_graph::store::write::{BlockWriter, Built, EncodedEntity, EntityWriter, Received, StoreWriter};
use minglu_index::write::{EntityDoc, IndexBuilder};
use minglu_rules::blocking;
use minglu_rules::decide::Thresholds;
use minglu_rules::judgement::{Judgement, Line};
use minglu_rules::law::{Standing, Veto};
use minglu_rules::model::{CandidatePair, Decision, EntityId, GoldenEntity, Origin, RecordIdx, Relation, Source};
use rayon::prelude::*;

use super::INDEX_DIR;
use super::across::KindView;
use super::document::document;
use super::line::{Goldsmith, Resolved};
use super::report::{BuildReport, Stopwatch, ValueCounts};
use crate::config::Config;
use crate::error::Result;
use crate::ingest::Delivery;
use crate::judgements;
use crate::progress::Progress;

/// Everything that was built for one kind, but its golden entities.
pub(super) struct BuiltKind {
    /// Records to clusters.
    pub(super) resolved: Resolved,
    /// Entity ids with their records, sorted by anchor.
    pub(super) clusters: Vec<(EntityId, Vec<RecordIdx>)>,
    /// Relations among them.
    pub(super) relations: Vec<Relation>,
    /// Rows as received, by record.
    pub(super) received: Vec<Received>,
}

impl BuiltKind {
    /// What relations to other kinds follow from.
    pub(super) fn view(&self) -> KindView<'_> {
        KindView { records: &self.resolved.records, clusters: &self.clusters }
    }
}

/// Sequence number of the one change that a build from scratch is.
const BUILD_SEQUENCE: u64 = 1;

/// Memory for building the search index.
const INDEX_BUDGET_BYTES: usize = 64 << 20;

/// Entities that are made together.
const N_ENTITIES_PER_BATCH: usize = 8192;

/// Writes a register: blocks kind by kind, then entities, then the rest.
pub(super) struct RegisterWriter<'a> {
    config: &'a Config,
    judgements: &'a [Judgement],
    store: StoreWriter,
    blocks: BlockWriter,
    index_dir: PathBuf,
    first_ordinals: Vec<u32>,
    n_records: u32,
}

impl<'a> RegisterWriter<'a> {
    /// Begins a register.
    pub(super) fn create(build: &Build, config: &'a Config, judgements: &'a [Judgement]) -> Result<Self> {
        let store = StoreWriter::create(build.dir())?;
        let (blocks, index_dir) = (store.blocks()?, build.dir().join(INDEX_DIR));
        Ok(Self { config, judgements, store, blocks, index_dir, first_ordinals: vec![], n_records: 0 })
    }

    /// Writes the blocks and codes of the next kind and frees them: nothing behind it asks where records stand.
    pub(super) fn put_blocks(&mut self, resolved: &mut Resolved) -> Result<()> {
        let (model_idx, first_ordinal) = (self.first_ordinals.len() as u32, self.n_records);
        let entries = resolved.blocks.release();
        let entries = entries.iter().map(|entry| (entry.key(), entry.record));
        self.blocks.put(model_idx, first_ordinal, entries)?;
        // Keys of codes sort after all others, because their rule is past the last one.
        self.blocks.put(model_idx, first_ordinal, codes(&std::mem::take(&mut resolved.standings)).into_iter())?;
        self.first_ordinals.push(first_ordinal);
        self.n_records += resolved.records.len() as u32;
        Ok(())
    }

    /// Writes everything else; completes the report with what was found on the way.
    pub(super) fn finish(
        self,
        (delivery, spool): (&Delivery, &File),
        kinds: &[BuiltKind],
        report: &mut BuildReport,
        watch: &mut Stopwatch<'_>,
    ) -> Result<()> {
        let progress = watch.progress();
        let firsts = self.first_ordinals;
        let mut entities = self.store.entities()?;
        let mut index = IndexBuilder::create(&self.index_dir, rayon::current_num_threads(), INDEX_BUDGET_BYTES)?;
        let counts = write_entities(kinds, &firsts, &delivery.sources, (&mut entities, &mut index), progress)?;
        report.count_values(&counts);
        watch.lap("survive, store and index entities");
        progress.start("index", None);
        index.finish(BUILD_SEQUENCE)?;
        watch.lap("index");
        progress.start("store", None);
        report.stages = watch.stages();
        let mut catalog = catalog(self.config, delivery, kinds, &firsts, report);
        catalog.judgements =
            self.judgements.iter().cloned().map(Line::Judged).map(|line| judgements::write(&line)).collect();
        let vetoes: Vec<_> = kinds.iter().map(|kind| vetoes(&kind.resolved, self.config.thresholds)).collect();
        let built: Vec<Built<'_>> = kinds
            .iter()
            .zip(&firsts)
            .zip(&vetoes)
            .map(|((kind, first_ordinal), vetoes)| Built {
                records: &kind.resolved.records,
                received: &kind.received,
                first_ordinal: *first_ordinal,
                clusters: &kind.clusters,
                links: &kind.resolved.links,
                vetoes,
                relations: &kind.relations,
            })
            .collect();
        self.store.finish((self.blocks, entities), &catalog, (&delivery.sources, spool), &built)?;
        watch.lap("store");
        Ok(())
    }
}

/// Makes, stores and indexes all entities in the order of their ids; returns what was counted for each kind.
fn write_entities(
    kinds: &[BuiltKind],
    firsts: &[u32],
    sources: &[Source],
    (entities, index): (&mut EntityWriter, &mut IndexBuilder),
    progress: &dyn Progress,
) -> Result<Vec<ValueCounts>> {
    let smiths: Vec<Goldsmith<'_>> = kinds.iter().map(|kind| Goldsmith::new(&kind.resolved, sources)).collect();
    let mut counts = vec![ValueCounts::default(); kinds.len()];
    let mut order: Vec<(usize, &(EntityId, Vec<RecordIdx>))> = Vec::new();
    for (kind_idx, kind) in kinds.iter().enumerate() {
        order.extend(kind.clusters.iter().map(|cluster| (kind_idx, cluster)));
    }
    order.par_sort_unstable_by(|a, b| a.1.0.cmp(&b.1.0));
    progress.start("survive, index", Some(order.len() as u64));
    for (n_batches, batch) in order.chunks(N_ENTITIES_PER_BATCH).enumerate() {
        let made: Vec<(GoldenEntity, EncodedEntity, EntityDoc)> = batch
            .par_iter()
            .with_min_len(64)
            .map(|(kind_idx, (_, members))| {
                let resolved = &kinds[*kind_idx].resolved;
                let entity = smiths[*kind_idx].make(members);
                let record = |idx: RecordIdx| &resolved.records[idx.at()];
                let stored = store_entity(&entity, (*kind_idx as u32, firsts[*kind_idx]), &record, sources);
                let doc = document(&entity, &resolved.records, &resolved.model.schema);
                Ok((entity, EncodedEntity::new(&stored)?, doc))
            })
            .collect::<Result<_>>()?;
        for ((kind_idx, (id, _)), (entity, encoded, doc)) in batch.iter().zip(&made) {
            counts[*kind_idx].add(entity);
            entities.put(id, encoded)?;
            index.add(doc)?;
        }
        progress.set((n_batches * N_ENTITIES_PER_BATCH) as u64);
    }
    Ok(counts)
}

fn catalog(config: &Config, delivery: &Delivery, kinds: &[BuiltKind], firsts: &[u32], report: &BuildReport) -> Catalog {
    let source = |(source, (kind_idx, section_idx)): (&Source, &(usize, usize))| StoredSource {
        name: source.name.clone(),
        rank: source.rank,
        unique: source.unique,
        model_idx: *kind_idx as u32,
        section_idx: *section_idx as u32,
    };
    let models = config.kinds.iter().zip(kinds).zip(firsts).map(|((kind, built), first)| {
        store_model(&built.resolved.model, &kind.text, *first, built.resolved.records.len() as u32)
    });
    Catalog {
        sequence: BUILD_SEQUENCE,
        config: config.text.clone(),
        sources: delivery.sources.iter().zip(&delivery.source_places).map(source).collect(),
        headers: delivery.headers.clone(),
        models: models.collect(),
        n_records: kinds.iter().map(|kind| kind.resolved.records.len() as u64).sum(),
        n_entities: kinds.iter().map(|kind| kind.clusters.len() as u64).sum(),
        report: serde_json::to_string(report).unwrap_or_default(),
        judgements: Vec::new(),
    }
}

type PairVeto = ((RecordIdx, RecordIdx), Veto);

/// Pairs that were cut, left their code's group, rest on too little or were judged different, sorted.
fn vetoes(resolved: &Resolved, thresholds: Thresholds) -> Vec<PairVeto> {
    let is_open = |(pair, _): &PairVeto| {
        let found = resolved.links.binary_search_by_key(pair, |link| (link.scored.pair.a, link.scored.pair.b));
        found.is_ok_and(|position| resolved.links[position].decision != Decision::Match)
    };
    let pair = |a: RecordIdx, b: RecordIdx| (a.min(b), a.max(b));
    let cuts = resolved.clustering.cuts.iter().map(|cut| (pair(cut.tie.a, cut.tie.b), cut.why));
    let leavers = resolved.leavers.iter().map(|leaver| (pair(leaver.nearest, leaver.record), leaver.why));
    let mut vetoes: Vec<PairVeto> = cuts.chain(leavers.filter(is_open)).collect();
    let schema = &resolved.model.schema;
    let judged = |a, b| resolved.rulings.different().parts(a, b).then_some(Veto::JudgedDifferent);
    let waiting = resolved.links.iter().filter(|link| link.decision == Decision::Review);
    vetoes.extend(waiting.filter(|link| link.scored.pair.origin != Origin::Identity).filter_map(|link| {
        let CandidatePair { a, b, .. } = link.scored.pair;
        let (_, why) = thresholds.decide_pair(link.scored.match_weight, &link.scored.vector, schema);
        Some(((a, b), judged(a, b).or(why)?))
    }));
    // Whoever left the group of a code waits no longer once a person has looked.
    vetoes.iter_mut().for_each(|((a, b), why)| *why = judged(*a, *b).unwrap_or(*why));
    vetoes.sort_unstable();
    vetoes
}

/// Keys of valid organization codes with their records, sorted.
fn codes(standings: &[Standing]) -> Vec<(u64, RecordIdx)> {
    let coded = standings.iter().enumerate().filter_map(|(position, standing)| {
        Some((blocking::identity_key(standing.org?.get()), RecordIdx(position as u32)))
    });
    let mut codes: Vec<(u64, RecordIdx)> = coded.collect();
    codes.par_sort_unstable();
    codes
}
