//! What did a build do, and how long did each arrow take?

use std::collections::BTreeMap;
use std::fmt;
use std::time::Instant;

use minglu_rules::model::{Decision, GoldenEntity};
use serde::Serialize;

use super::store::BuiltKind;
use crate::config::Config;
use crate::ingest::{Counts, Delivery};
use crate::progress::Progress;

/// The closing report of a build.
#[derive(Debug, Clone, Serialize)]
pub struct BuildReport {
    /// What became of the rows of each file.
    pub files: Vec<Counts>,
    /// Values that could not be read.
    pub issues: BTreeMap<String, u64>,
    /// What was found for each kind of entity.
    pub kinds: Vec<KindReport>,
    /// Judgements in force.
    pub n_judgements: usize,
    /// Those of a record that is not there, or of records of two kinds.
    pub n_dormant: usize,
    /// Seconds per arrow.
    pub stages: Vec<StageReport>,
}

/// What was found for one kind.
#[derive(Debug, Clone, Serialize)]
pub struct KindReport {
    /// The kind.
    pub kind: String,
    /// Version of the model.
    pub model: String,
    /// Records.
    pub n_records: usize,
    /// Entities.
    pub n_entities: usize,
    /// Pairs compared.
    pub n_pairs_compared: u64,
    /// Pairs of clusters compared.
    pub n_clusters_compared: u64,
    /// Accepted links between clusters.
    pub n_links_of_clusters: usize,
    /// Accepted links.
    pub n_links: usize,
    /// Pairs that wait for a person.
    pub n_reviews: usize,
    /// Records that carry a code and do not belong to it.
    pub n_leavers: usize,
    /// Judgements in force of two of its records.
    pub n_judged: usize,
    /// Records that carry two different valid codes.
    pub n_disputed: usize,
    /// Links that were cut.
    pub n_cuts: usize,
    /// Relations.
    pub n_relations: usize,
    /// Golden values that differ between sources (冲突), that the anchor lacks (新增), that nobody has (缺失).
    pub n_conflicts: usize,
    /// See `n_conflicts`.
    pub n_new: usize,
    /// See `n_conflicts`.
    pub n_missing: usize,
    /// What each blocking rule proposed and skipped.
    pub blocking: Vec<BlockingReport>,
}

/// What a blocking rule did.
#[derive(Debug, Clone, Serialize)]
pub struct BlockingReport {
    /// The rule.
    pub rule: String,
    /// Records in a block at most.
    pub n_records_max: usize,
    /// Blocks within the cap.
    pub n_blocks: u64,
    /// Pairs in them.
    pub n_pairs: u64,
    /// Blocks above the cap, which were skipped.
    pub n_blocks_skipped: u64,
    /// Records in them.
    pub n_records_skipped: u64,
    /// Records of the largest block.
    pub n_records_largest: u64,
}

/// Seconds of one arrow.
#[derive(Debug, Clone, Serialize)]
pub struct StageReport {
    /// The arrow.
    pub stage: String,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Resident memory at its end in MiB; 0 where the system does not tell.
    pub memory_mib: u64,
}

/// Times the stages of a run, and tells who looks on.
pub struct Stopwatch<'a> {
    progress: &'a dyn Progress,
    last: Instant,
    stages: Vec<StageReport>,
}

impl<'a> Stopwatch<'a> {
    /// Starts now.
    pub fn start(progress: &'a dyn Progress) -> Self {
        Self { progress, last: Instant::now(), stages: Vec::new() }
    }

    /// Who looks on.
    pub fn progress(&self) -> &'a dyn Progress {
        self.progress
    }

    /// Ends a stage; stages of one name add up.
    pub fn lap(&mut self, stage: &str) {
        let now = Instant::now();
        let seconds = now.duration_since(self.last).as_secs_f64();
        self.last = now;
        match self.stages.iter_mut().find(|known| known.stage == stage) {
            Some(known) => {
                known.seconds += seconds;
                known.memory_mib = memory_mib();
            }
            None => self.stages.push(StageReport { stage: stage.into(), seconds, memory_mib: memory_mib() }),
        }
    }

    /// The stages so far.
    pub fn stages(&self) -> Vec<StageReport> {
        self.stages.clone()
    }
}

/// Golden values counted on the way to disk.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ValueCounts {
    n_conflicts: usize,
    n_new: usize,
    n_missing: usize,
}

impl ValueCounts {
    pub(super) fn add(&mut self, entity: &GoldenEntity) {
        self.n_conflicts += entity.conflicts.len();
        self.n_new += entity.values.iter().filter(|value| value.new).count();
        self.n_missing += entity.missing.len();
    }
}

/// Resident memory of this process, from Linux's /proc.
fn memory_mib() -> u64 {
    const PAGE_BYTES: u64 = 4096;
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let resident = pages.and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok());
    (resident.unwrap_or(0) * PAGE_BYTES) >> 20
}

impl BuildReport {
    pub(super) fn count_values(&mut self, counts: &[ValueCounts]) {
        for (kind, counts) in self.kinds.iter_mut().zip(counts) {
            kind.n_conflicts = counts.n_conflicts;
            kind.n_new = counts.n_new;
            kind.n_missing = counts.n_missing;
        }
    }

    pub(super) fn new(
        config: &Config,
        delivery: &Delivery,
        n_judgements: usize,
        kinds: &[BuiltKind],
        watch: &Stopwatch<'_>,
    ) -> Self {
        let n_found: usize = kinds.iter().map(|built| built.resolved.rulings.n_found).sum();
        let kinds = config.kinds.iter().zip(kinds).map(|(kind, built)| KindReport::new(&kind.schema.kind, built));
        Self {
            files: delivery.counts.clone(),
            issues: delivery.n_issues.iter().map(|(kind, count)| (kind.as_str().to_string(), *count)).collect(),
            kinds: kinds.collect(),
            n_judgements,
            n_dormant: n_judgements.saturating_sub(n_found),
            stages: watch.stages(),
        }
    }

    /// Records in the register.
    pub fn n_records(&self) -> usize {
        self.kinds.iter().map(|kind| kind.n_records).sum()
    }

    /// Seconds of the whole run.
    pub fn seconds(&self) -> f64 {
        self.stages.iter().map(|stage| stage.seconds).sum()
    }
}

impl KindReport {
    fn new(kind: &str, built: &BuiltKind) -> Self {
        let resolved = &built.resolved;
        let n_links = resolved.links.iter().filter(|link| link.decision == Decision::Match).count();
        Self {
            kind: kind.into(),
            model: resolved.model.version(),
            n_records: resolved.records.len(),
            n_entities: built.clusters.len(),
            n_pairs_compared: resolved.n_pairs_compared,
            n_clusters_compared: resolved.n_clusters_compared,
            n_links_of_clusters: resolved.links.iter().filter(|link| link.is_of_clusters()).count(),
            n_links,
            n_reviews: resolved.links.len() - n_links,
            n_leavers: resolved.leavers.len(),
            n_judged: resolved.rulings.n_found,
            n_disputed: resolved.n_disputed,
            n_cuts: resolved.clustering.cuts.len(),
            n_relations: built.relations.len(),
            n_conflicts: 0,
            n_new: 0,
            n_missing: 0,
            blocking: resolved.blocks.report.iter().map(BlockingReport::new).collect(),
        }
    }
}

impl BlockingReport {
    fn new(rule: &minglu_index::block::RuleReport) -> Self {
        Self {
            rule: rule.rule.clone(),
            n_records_max: rule.n_records_max,
            n_blocks: rule.n_blocks,
            n_pairs: rule.n_pairs,
            n_blocks_skipped: rule.n_blocks_skipped,
            n_records_skipped: rule.n_records_skipped,
            n_records_largest: rule.n_records_largest,
        }
    }
}

impl fmt::Display for BuildReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "file · rows read = accepted (repeated) + quarantined")?;
        for file in &self.files {
            let (read, accepted) = (file.n_read, file.n_accepted);
            write!(f, "  {} · {read} = {accepted} ({}) + {}", file.file, file.n_duplicates, file.n_quarantined)?;
            writeln!(f, "{}", file.encoding.map(|name| format!(" · {name}")).unwrap_or_default())?;
            for warning in &file.warnings {
                writeln!(f, "    warning: {warning}")?;
            }
        }
        for (kind, count) in &self.issues {
            writeln!(f, "  {kind}: {count} values")?;
        }
        for kind in &self.kinds {
            write!(f, "{kind}")?;
        }
        if self.n_judgements > 0 {
            writeln!(f, "judgements 裁决: {} in force, {} of them dormant", self.n_judgements, self.n_dormant)?;
        }
        writeln!(f, "seconds, MiB of memory at the end of the stage")?;
        for stage in &self.stages {
            writeln!(f, "  {:>7.2} {:>6}  {}", stage.seconds, stage.memory_mib, stage.stage)?;
        }
        let (seconds, n_records) = (self.seconds(), self.n_records());
        write!(
            f,
            "  {seconds:>7.2}         in all: {n_records} records, {:.0} records/s",
            n_records as f64 / seconds.max(1e-9)
        )
    }
}

impl fmt::Display for KindReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} · model {}", self.kind, self.model)?;
        writeln!(f, "  {} records → {} entities, {} relations", self.n_records, self.n_entities, self.n_relations)?;
        writeln!(
            f,
            "  {} pairs compared → {} links, {} for review, {} cut, {} left their code's group, {} with two codes",
            self.n_pairs_compared, self.n_links, self.n_reviews, self.n_cuts, self.n_leavers, self.n_disputed
        )?;
        writeln!(f, "  {} pairs of clusters compared → {} links", self.n_clusters_compared, self.n_links_of_clusters)?;
        writeln!(
            f,
            "  values: {} in conflict 冲突, {} new 新增, {} missing 缺失",
            self.n_conflicts, self.n_new, self.n_missing
        )?;
        for rule in &self.blocking {
            writeln!(
                f,
                "  block '{}': {} pairs in {} blocks; {} blocks of {} records above {} skipped, largest {}",
                rule.rule,
                rule.n_pairs,
                rule.n_blocks,
                rule.n_blocks_skipped,
                rule.n_records_skipped,
                rule.n_records_max,
                rule.n_records_largest
            )?;
        }
        Ok(())
    }
}
