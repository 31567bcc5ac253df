//! The line, from top to bottom: delivered files in, a register out.
//!
//! [`build`] reads as the line that docs/ARCHITECTURE.md draws; [`resolve`] is its middle, from records to clusters, which
//! `minglu link` and `minglu verify` use as well. Everything here is orchestration: what is the same unit is decided in
//! `minglu-rules`, which pairs are looked at in `minglu-index`, what is kept in `minglu-graph`.

mod across;
mod document;
mod entity;
mod judged;
mod line;
mod report;
mod store;
mod train;

pub use across::{KindView, relate_across};
pub(crate) use document::{document, stored_document};
pub use entity::Population;
pub(crate) use line::link_order;
pub use line::{Goldsmith, Prepared, Resolved, clusters, prepare, resolve};
pub use report::{BuildReport, KindReport, StageReport, Stopwatch};
pub(crate) use store::{
    anchor_of, cluster_blocks, is_star, leavers, links_of_clusters, links_of_records, now_ms, relation_keys_of,
    stored_relation_keys, take_blocks,
};
pub use train::{KindTraining, LabelUse, Lesson, N_RANDOM_PAIRS, apply, train_all, train_kind};

use std::path::Path;

use minglu_graph::store::directory::Build;
use minglu_index::block;
use minglu_rules::frozen::{FrozenModel, n_entities};
use minglu_rules::model::{EntityId, Record};
use minglu_rules::relate::relate;
use minglu_rules::schema::Schema;
use rayon::prelude::*;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::ingest::{self, Delivery, Spool};
use crate::judgements;
use crate::labels::Key;
use crate::progress::Progress;

/// Name of the quarantine file in a register.
pub const QUARANTINE_FILE: &str = "quarantine.csv";

/// Name of the list of values that could not be read, in a register.
pub const ISSUES_FILE: &str = "issues.csv";

/// Directory of the search index in a register.
pub const INDEX_DIR: &str = "index";

/// Directory of the store in a register.
pub const STORE_DIR: &str = "store";

/// Builds a register from scratch; the previous one stays whole until the last step.
pub fn build(config: &Config, data: &Path, progress: &dyn Progress) -> Result<BuildReport> {
    build_under(config, data, Vec::new(), progress)
}

/// Builds a register from scratch under frozen models, one for each kind; without them the records are counted.
pub fn build_under(
    config: &Config,
    data: &Path,
    models: Vec<FrozenModel>,
    progress: &dyn Progress,
) -> Result<BuildReport> {
    let mut models = models.into_iter();
    let judgements = judgements::read_active(config)?;
    let mut watch = Stopwatch::start(progress);
    let register = Build::begin(data)?;
    let mut spool = Spool::create(&register.dir().join("spool"))?;
    let mut delivery = ingest::read(config, Some(&mut spool), progress)?;
    let spool = spool.into_file()?;
    watch.lap("read, normalize");
    ingest::write_quarantine(&register.dir().join(QUARANTINE_FILE), config, &delivery.quarantined)?;
    std::mem::take(&mut delivery.issues).write(&register.dir().join(ISSUES_FILE))?;
    let mut writer = store::RegisterWriter::create(&register, config, &judgements)?;
    let mut kinds = Vec::new();
    for (kind, accepted) in config.kinds.iter().zip(std::mem::take(&mut delivery.kinds)) {
        let sources = &delivery.sources;
        let model = models.next().unwrap_or_else(|| freeze(&kind.schema, &accepted.records));
        watch.lap("count, freeze");
        let prepared = prepare(accepted.records, model, sources, &judgements, &mut watch);
        let mut resolved = resolve(prepared, config.thresholds, &mut watch);
        writer.put_blocks(&mut resolved, sources)?;
        watch.lap("store blocks");
        let clusters = clusters(&resolved, sources);
        let relations = relate(&clusters, &resolved.records, &resolved.model.schema);
        watch.lap("relate");
        kinds.push(store::BuiltKind::new(resolved, clusters, relations, accepted.received));
        watch.lap("keys for changes");
    }
    let views: Vec<KindView<'_>> = kinds.iter().map(store::BuiltKind::view).collect();
    let across = relate_across(config, &delivery.derived_sources(config), &views);
    kinds.iter_mut().zip(across).for_each(|(kind, relations)| kind.relations.extend(relations));
    watch.lap("relate");
    let mut report = BuildReport::new(config, &delivery, judgements.len(), &kinds, &watch);
    writer.finish((&delivery, &spool), &kinds, &mut report, &mut watch)?;
    register.commit()?;
    watch.lap("sync, switch");
    report.stages = watch.stages();
    progress.finish();
    Ok(report)
}

/// Counts the records into a model, one table a thread.
fn freeze(schema: &Schema, records: &[Record]) -> FrozenModel {
    let mut model = FrozenModel::empty(schema.clone(), n_entities(records, schema));
    model.terms.par_iter_mut().with_max_len(1).for_each(|table| table.count(records, schema));
    model.add_shared();
    block::freeze_tokens(records, &mut model);
    model
}

/// What a run without a store found.
pub struct Linked {
    /// What was read; its records are with the kinds.
    pub delivery: Delivery,
    /// Each kind resolved, in the order of the configuration.
    pub kinds: Vec<Resolved>,
    /// The stages with their seconds.
    pub stages: Vec<StageReport>,
    /// What became of labels, by kind.
    pub label_uses: Vec<LabelUse>,
    /// Records that labels name and no file has.
    pub unknown: Vec<Key>,
}

/// Runs the line up to clusters, without a store; trains on the records first where there is a lesson.
pub fn link(config: &Config, lesson: Option<&Lesson>, progress: &dyn Progress) -> Result<Linked> {
    let judgements = judgements::read_active(config)?;
    let mut watch = Stopwatch::start(progress);
    let mut delivery = ingest::read(config, None, progress)?;
    watch.lap("read, normalize");
    let unknown = lesson.map_or(vec![], |lesson| train::unknown_records(&delivery, lesson));
    let (mut kinds, mut label_uses) = (Vec::new(), Vec::new());
    for (kind, accepted) in config.kinds.iter().zip(std::mem::take(&mut delivery.kinds)) {
        let model = freeze(&kind.schema, &accepted.records);
        watch.lap("count, freeze");
        let mut prepared = prepare(accepted.records, model, &delivery.sources, &judgements, &mut watch);
        if let Some(lesson) = lesson {
            let found = train_kind(&prepared, &delivery.sources, lesson, &mut watch);
            apply(found.training.trained, &mut prepared)?;
            label_uses.extend(found.label_use);
        }
        kinds.push(resolve(prepared, config.thresholds, &mut watch));
    }
    progress.finish();
    Ok(Linked { delivery, kinds, stages: watch.stages(), label_uses, unknown })
}

/// Writes `source,record_id,entity_id` of a run without a store, sorted by key bytes; returns the rows.
pub fn write_membership(delivery: &Delivery, kinds: &[Resolved], path: &Path) -> Result<u64> {
    let mut rows: Vec<(&str, &str, EntityId)> = Vec::new();
    for kind in kinds {
        for (id, members) in clusters(kind, &delivery.sources) {
            let keys = members.iter().map(|record| &kind.records[record.at()].key);
            rows.extend(keys.map(|key| (delivery.sources[key.source.0 as usize].name.as_str(), &*key.id, id.clone())));
        }
    }
    rows.sort_unstable();
    let to_io = |error: csv::Error| Error::Io { path: path.into(), source: std::io::Error::other(error) };
    let mut writer = csv::Writer::from_path(path).map_err(to_io)?;
    writer.write_record(["source", "record_id", "entity_id"]).map_err(to_io)?;
    for (source, record_id, id) in &rows {
        writer.write_record([source, record_id, id.as_str()]).map_err(to_io)?;
    }
    writer.flush().map_err(Error::io(path))?;
    Ok(rows.len() as u64)
}
