//! The line, from top to bottom: delivered files in, a register out.
//!
//! [`build`] reads as the line that docs/ARCHITECTURE.md draws; [`resolve`] is its middle, from records to clusters, which
//! `minglu link` and `minglu verify` use as well. Everything here is orchestration: what is the same unit is decided in
//! `minglu-rules`, which pairs are looked at in `minglu-index`, what is kept in `minglu-graph`.

mod line;
mod report;
mod store;

pub use line::{Resolved, golden, resolve};
pub use report::{BuildReport, KindReport, StageReport, Stopwatch};

use std::path::Path;

use minglu_graph::store::directory::Build;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::relate::relate;

use crate::config::Config;
use crate::error::Result;
use crate::ingest::{self, Delivery};
use crate::progress::Progress;

/// Name of the quarantine file in a register.
pub const QUARANTINE_FILE: &str = "quarantine.csv";

/// Directory of the search index in a register.
pub const INDEX_DIR: &str = "index";

/// Directory of the store in a register.
pub const STORE_DIR: &str = "store";

/// Builds a register from scratch; the previous one stays whole until the last step.
pub fn build(config: &Config, data: &Path, progress: &dyn Progress) -> Result<BuildReport> {
    let mut watch = Stopwatch::start();
    let register = Build::begin(data)?;
    let mut delivery = ingest::read(config, progress)?;
    watch.lap("read, normalize");
    ingest::write_quarantine(&register.dir().join(QUARANTINE_FILE), config, &delivery.quarantined)?;
    let mut kinds = Vec::new();
    for (kind, accepted) in config.kinds.iter().zip(std::mem::take(&mut delivery.kinds)) {
        let sources = &delivery.sources;
        let model = FrozenModel::count(kind.schema.clone(), &accepted.records);
        watch.lap("count, freeze");
        let resolved = resolve(accepted.records, model, sources, config.thresholds, progress, &mut watch);
        progress.start("survive, relate", None);
        let entities = golden(&resolved, sources);
        watch.lap("survive");
        let record = |idx: minglu_rules::model::RecordIdx| &resolved.records[idx.at()];
        let relations = relate(&entities, &record, &resolved.model.schema);
        watch.lap("relate");
        kinds.push(store::BuiltKind { resolved, entities, relations, received: accepted.received });
    }
    let report = BuildReport::new(config, &delivery, &kinds, &mut watch);
    store::write(&register, config, &delivery, &kinds, (&report, progress), &mut watch)?;
    let report = BuildReport { stages: watch.stages(), ..report };
    register.commit()?;
    progress.finish();
    Ok(report)
}

/// Runs the line up to clusters, without a store.
pub fn link(config: &Config, progress: &dyn Progress) -> Result<(Delivery, Vec<Resolved>, Vec<StageReport>)> {
    let mut watch = Stopwatch::start();
    let mut delivery = ingest::read(config, progress)?;
    watch.lap("read, normalize");
    let mut kinds = Vec::new();
    for (kind, accepted) in config.kinds.iter().zip(std::mem::take(&mut delivery.kinds)) {
        let model = FrozenModel::count(kind.schema.clone(), &accepted.records);
        watch.lap("count, freeze");
        kinds.push(resolve(accepted.records, model, &delivery.sources, config.thresholds, progress, &mut watch));
    }
    progress.finish();
    Ok((delivery, kinds, watch.stages()))
}
