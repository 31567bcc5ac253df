//! How does a finished line become a register on disk?
//!
//! Entities are made, stored and indexed in one pass over the clusters, so that they are never all in memory; then the other
//! families are written side by side into the unfinished generation. Nothing is decided here.

use std::fs::File;
use std::num::NonZeroU64;
use std::path::PathBuf;

use minglu_graph::store::anchor;
use minglu_graph::store::convert::{store_entity, store_model};
use minglu_graph::store::directory::Build;
use minglu_graph::store::value::{Catalog, State, StoredChange, StoredHeader, StoredRelationKey, StoredSource};
use minglu_graph::store::write::{
    BlockWriter, Built, EncodedEntity, EntityWriter, Links, Received, Stars, StoreWriter,
};
use minglu_index::block::BlockEntry;
use minglu_index::write::{EntityDoc, IndexBuilder};
use minglu_rules::blocking;
use minglu_rules::decide::Thresholds;
use minglu_rules::judgement::{Judgement, Line};
use minglu_rules::law::{self, Veto};
use minglu_rules::model::{Decision, EntityId, GoldenEntity, Link, Origin, Record, RecordIdx, Relation, Source};
use minglu_rules::profile;
use minglu_rules::relate::{RelationKey, relation_keys};
use minglu_rules::schema::Schema;
use rayon::prelude::*;

use super::INDEX_DIR;
use super::across::KindView;
use super::document::document;
use super::line::{Goldsmith, Resolved};
use super::report::{BuildReport, Stopwatch, ValueCounts};
use crate::config::{Config, Format};
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
    /// Blocks that base clusters are in for what only their records together have: (key, anchor), sorted.
    pub(super) cluster_blocks: Vec<(u64, RecordIdx)>,
    /// What entities offer and seek for relations.
    pub(super) relation_keys: Vec<(EntityId, Vec<StoredRelationKey>)>,
}

impl BuiltKind {
    /// What a build leaves for later changes: by what clusters and entities will find each other.
    pub(super) fn new(
        resolved: Resolved,
        clusters: Vec<(EntityId, Vec<RecordIdx>)>,
        relations: Vec<Relation>,
        received: Vec<Received>,
    ) -> Self {
        let cluster_blocks = cluster_blocks(&resolved);
        let relation_keys = relation_keys_of(&resolved, &clusters);
        Self { clusters, relations, received, cluster_blocks, relation_keys, resolved }
    }

    /// What relations to other kinds follow from.
    pub(super) fn view(&self) -> KindView<'_> {
        KindView { records: &self.resolved.records, clusters: &self.clusters }
    }
}

/// Blocks that base clusters are in for what only their records together have: (key, anchor), sorted.
pub(crate) fn cluster_blocks(resolved: &Resolved) -> Vec<(u64, RecordIdx)> {
    let (records, schema) = (&resolved.records, &resolved.model.schema);
    let of_base = |members: &Vec<RecordIdx>| {
        let anchor = members[0];
        let members: Vec<_> = members.iter().take(profile::N_RECORDS_MAX).map(|idx| &records[idx.at()]).collect();
        blocking::combined_keys(&members, schema).into_iter().map(move |key| (key, anchor))
    };
    let mut cluster_blocks: Vec<(u64, RecordIdx)> = resolved.base.par_iter().flat_map_iter(of_base).collect();
    cluster_blocks.par_sort_unstable();
    cluster_blocks
}

/// What entities offer and seek, without those that do neither.
pub(crate) fn relation_keys_of(
    resolved: &Resolved,
    clusters: &[(EntityId, Vec<RecordIdx>)],
) -> Vec<(EntityId, Vec<StoredRelationKey>)> {
    let (records, schema) = (&resolved.records, &resolved.model.schema);
    let of_cluster = |(id, members): &(EntityId, Vec<RecordIdx>)| {
        let members: Vec<_> = members.iter().map(|idx| &records[idx.at()]).collect();
        let keys = stored_relation_keys(&members, schema);
        (!keys.is_empty()).then(|| (id.clone(), keys))
    };
    clusters.par_iter().filter_map(of_cluster).collect()
}

/// What an entity offers and seeks, as it is stored.
pub(crate) fn stored_relation_keys(members: &[&Record], schema: &Schema) -> Vec<StoredRelationKey> {
    let keys = relation_keys(members, schema).into_iter();
    keys.map(|RelationKey { table, hash, seeks }| StoredRelationKey { table, hash, seeks }).collect()
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
    pub(super) fn put_blocks(&mut self, resolved: &mut Resolved, sources: &[Source]) -> Result<()> {
        let (model_idx, first_ordinal) = (self.first_ordinals.len() as u32, self.n_records);
        let (entries, codes) = take_blocks(resolved);
        let (records, schema) = (&resolved.records, &resolved.model.schema);
        let stars =
            Stars { is_star: &|key| is_star(schema, key), anchor: &|record| anchor_of(&records[record.at()], sources) };
        let entries = entries.iter().map(|entry| (entry.key(), entry.record));
        self.blocks.put((model_idx, first_ordinal), entries.chain(codes), &stars)?;
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
        let catalog = catalog(self.config, delivery, kinds, report);
        let judgements: Vec<String> =
            self.judgements.iter().cloned().map(Line::Judged).map(|line| judgements::write(&line)).collect();
        let leavers: Vec<Vec<RecordIdx>> = kinds.iter().map(|kind| leavers(&kind.resolved)).collect();
        let thresholds = self.config.thresholds;
        let built: Vec<Built<'_>> = kinds
            .iter()
            .zip(&firsts)
            .zip(&leavers)
            .map(|((kind, first_ordinal), leavers)| Built {
                records: &kind.resolved.records,
                received: &kind.received,
                first_ordinal: *first_ordinal,
                leavers,
                clusters: &kind.clusters,
                bases: &kind.resolved.base,
                links: links_of_records(&kind.resolved, thresholds),
                cluster_links: links_of_clusters(&kind.resolved, thresholds),
                cluster_blocks: &kind.cluster_blocks,
                relations: &kind.relations,
                relation_keys: &kind.relation_keys,
            })
            .collect();
        let state = State {
            sequence: BUILD_SEQUENCE,
            n_records: u64::from(self.n_records),
            n_entities: kinds.iter().map(|kind| kind.clusters.len() as u64).sum(),
            next_ordinal: self.n_records,
            built: BUILD_SEQUENCE,
        };
        let change = StoredChange { at_ms: now_ms(), cause: "build".into(), ..StoredChange::default() };
        self.store.finish(
            (self.blocks, entities),
            (&catalog, state, &change),
            (&delivery.sources, spool),
            (&built, &judgements),
        )?;
        watch.lap("store");
        Ok(())
    }
}

/// Takes the entries of the blocks of a kind and those of its codes, and frees what they were made of. Keys of codes sort
/// after all others, because their rule is past the last one.
pub(crate) fn take_blocks(resolved: &mut Resolved) -> (Vec<BlockEntry>, Vec<(u64, RecordIdx)>) {
    let entries = resolved.blocks.release();
    let codes = codes(resolved);
    resolved.standings = Vec::new();
    (entries, codes)
}

/// Whether a blocking key is that of a star.
pub(crate) fn is_star(schema: &Schema, key: u64) -> bool {
    schema.blocking.get(blocking::rule_of(key)).is_some_and(|rule| rule.star)
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
                let ordinal = |idx: RecordIdx| firsts[*kind_idx] + idx.0;
                let stored = store_entity(&entity, (*kind_idx as u32, BUILD_SEQUENCE), &record, &ordinal, sources);
                let doc = document(&entity, &record, &resolved.model.schema);
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

fn catalog(config: &Config, delivery: &Delivery, kinds: &[BuiltKind], report: &BuildReport) -> Catalog {
    let source = |(source, (kind_idx, section_idx)): (&Source, &(usize, usize))| StoredSource {
        name: source.name.clone(),
        rank: source.rank,
        unique: source.unique,
        model_idx: *kind_idx as u32,
        section_idx: *section_idx as u32,
    };
    let header = |(section_idx, columns): (u32, &Vec<String>)| {
        let is_json = config.sections[section_idx as usize].format == Format::JsonLines;
        StoredHeader { section_idx, is_json, columns: columns.clone() }
    };
    let models = config.kinds.iter().zip(kinds).map(|(kind, built)| store_model(&built.resolved.model, &kind.text));
    Catalog {
        config: config.text.clone(),
        sources: delivery.sources.iter().zip(&delivery.source_places).map(source).collect(),
        headers: (0..).zip(&delivery.headers).map(header).collect(),
        models: models.collect(),
        report: serde_json::to_string(report).unwrap_or_default(),
    }
}

/// Milliseconds since 1970-01-01 UTC.
pub(crate) fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}

type PairVeto = ((RecordIdx, RecordIdx), Veto);

fn pair(a: RecordIdx, b: RecordIdx) -> (RecordIdx, RecordIdx) {
    (a.min(b), a.max(b))
}

/// Links of one stratum, sorted by pair; `is_meant` tells which.
fn links_of(resolved: &Resolved, is_meant: fn(&&Link) -> bool) -> Vec<&Link> {
    let mut links: Vec<&Link> = resolved.links.iter().chain(&resolved.shadowed).filter(is_meant).collect();
    links.par_sort_unstable_by_key(|link| (link.scored.pair.a, link.scored.pair.b));
    links
}

/// Links of records; not honored are those that were cut, that left their code's group or that rest on too little.
pub(crate) fn links_of_records(resolved: &Resolved, thresholds: Thresholds) -> Links<'_> {
    let links = links_of(resolved, |link| link.scored.pair.origin != Origin::Profile);
    let is_open = |(pair, _): &PairVeto| {
        let found = links.binary_search_by_key(pair, |link| (link.scored.pair.a, link.scored.pair.b));
        found.is_ok_and(|position| links[position].decision != Decision::Match)
    };
    let cuts = resolved.clustering.cuts[..resolved.n_base_cuts].iter();
    let cuts = cuts.map(|cut| (pair(cut.tie.a, cut.tie.b), cut.why));
    let leavers = resolved.leavers.iter().map(|leaver| (pair(leaver.nearest, leaver.record), leaver.why));
    let mut vetoes: Vec<PairVeto> = cuts.chain(leavers.filter(is_open)).collect();
    let waiting = links.iter().filter(|link| link.scored.pair.origin != Origin::Identity);
    vetoes.extend(waiting.filter_map(|link| reason_to_wait(link, resolved, thresholds)));
    // Whoever left the group of a code waits no longer once a person has looked.
    let is_judged = |(a, b): (RecordIdx, RecordIdx)| resolved.rulings.different().parts(a, b);
    vetoes.iter_mut().filter(|(pair, _)| is_judged(*pair)).for_each(|(_, why)| *why = Veto::JudgedDifferent);
    vetoes.sort_unstable();
    Links { links, vetoes }
}

/// Links of base clusters.
pub(crate) fn links_of_clusters(resolved: &Resolved, thresholds: Thresholds) -> Links<'_> {
    let links = links_of(resolved, |link| link.scored.pair.origin == Origin::Profile);
    let cuts = resolved.clustering.cuts[resolved.n_base_cuts..].iter();
    let mut vetoes: Vec<PairVeto> = cuts.map(|cut| (pair(cut.tie.a, cut.tie.b), cut.why)).collect();
    vetoes.extend(links.iter().filter_map(|link| reason_to_wait(link, resolved, thresholds)));
    vetoes.sort_unstable();
    Links { links, vetoes }
}

/// Why a pair waits for a person although it weighs enough.
fn reason_to_wait(link: &Link, resolved: &Resolved, thresholds: Thresholds) -> Option<PairVeto> {
    let scored = &link.scored;
    let waits = link.decision == Decision::Review;
    let judged = resolved.rulings.different().parts(scored.pair.a, scored.pair.b).then_some(Veto::JudgedDifferent);
    let why = || judged.or(thresholds.decide_pair(scored.match_weight, &scored.vector, &resolved.model.schema).1);
    let why = waits.then(why).flatten()?;
    Some(((scored.pair.a, scored.pair.b), why))
}

/// What sorts a record among those of its kind.
pub(crate) fn anchor_of(record: &Record, sources: &[Source]) -> Vec<u8> {
    let source = &sources[record.key.source.0 as usize];
    anchor(source.rank, &source.name, &record.key.id)
}

pub(crate) fn leavers(resolved: &Resolved) -> Vec<RecordIdx> {
    let mut leavers: Vec<RecordIdx> = resolved.leavers.iter().map(|leaver| leaver.record).collect();
    leavers.sort_unstable();
    leavers
}

/// Keys of valid organization codes with their records, sorted; those that left the group of their code are among them.
fn codes(resolved: &Resolved) -> Vec<(u64, RecordIdx)> {
    let (records, schema) = (&resolved.records, &resolved.model.schema);
    let mut orgs: Vec<Option<NonZeroU64>> = resolved.standings.iter().map(|standing| standing.org).collect();
    // What a record itself carries: neither what people made of the code, nor that it is somebody else's.
    let own = |record: &Record| law::standing(record, schema, false).org;
    resolved.leavers.iter().for_each(|leaver| orgs[leaver.record.at()] = own(&records[leaver.record.at()]));
    if !resolved.rulings.codes.is_empty() {
        orgs = records.par_iter().map(own).collect();
    }
    let coded = orgs.into_iter().enumerate();
    let coded = coded.filter_map(|(at, org)| Some((blocking::identity_key(org?.get()), RecordIdx(at as u32))));
    let mut codes: Vec<(u64, RecordIdx)> = coded.collect();
    codes.par_sort_unstable();
    codes
}
