//! Which pairs does training look at, and how does it change the line?
//!
//! Draws pairs at random, walks all candidates once and counts what comparing them finds; [`minglu_rules::train`] makes the
//! numbers of it. Counting is a sum, so the result is the same for any number of threads.

mod labels;

pub use labels::LabelUse;
pub(super) use labels::position;

use std::sync::Mutex;

use minglu_index::candidate::{are_candidates_by, visit_pairs};
use minglu_rules::compare::compare;
use minglu_rules::law;
use minglu_rules::model::{CandidatePair, Source};
use minglu_rules::schema::{BlockingRule, Trained};
use minglu_rules::train::{Patterns, Sample, Training, train};
use rayon::prelude::*;

use self::labels::Labelled;
use super::freeze;
use super::line::{Prepared, prepare};
use super::report::Stopwatch;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::ingest::{self, Delivery};
use crate::judgements;
use crate::labels::{Key, Labels};
use crate::progress::Progress;

/// Pairs that are drawn at random, at most: enough that a level of one pair in a hundred thousand is seen ten times.
pub const N_RANDOM_PAIRS: u64 = 1_000_000;

/// What training goes by besides the records.
#[derive(Debug, Clone, Default)]
pub struct Lesson {
    /// The same seed draws the same pairs.
    pub seed: u64,
    /// What people said of some pairs.
    pub labels: Labels,
}

/// What training on the records of one kind came to.
pub struct KindTraining {
    /// The numbers, and how they were found.
    pub training: Training,
    /// What became of the labels; none where nothing was labelled.
    pub label_use: Option<LabelUse>,
}

/// Learns the numbers of all kinds of a configuration, in its order; returns besides the records that labels name and no
/// file has.
pub fn train_all(config: &Config, lesson: &Lesson, progress: &dyn Progress) -> Result<(Vec<KindTraining>, Vec<Key>)> {
    let mut watch = Stopwatch::start(progress);
    let mut delivery = ingest::read(config, None, progress)?;
    watch.lap("read, normalize");
    let (unknown, judgements) = (unknown_records(&delivery, lesson), judgements::read_active(config)?);
    let mut trainings = Vec::new();
    for (kind, accepted) in config.kinds.iter().zip(std::mem::take(&mut delivery.kinds)) {
        let model = freeze(&kind.schema, &accepted.records);
        let prepared = prepare(accepted.records, model, &delivery.sources, &judgements, &mut watch);
        trainings.push(train_kind(&prepared, &delivery.sources, lesson, &mut watch));
    }
    progress.finish();
    Ok((trainings, unknown))
}

/// Records that labels name and no file has.
pub(super) fn unknown_records(delivery: &Delivery, lesson: &Lesson) -> Vec<Key> {
    let kinds: Vec<_> = delivery.kinds.iter().map(|accepted| &accepted.records[..]).collect();
    labels::unknown(&lesson.labels, &kinds, &delivery.sources).into_iter().cloned().collect()
}

/// Learns the numbers of one kind from its records.
pub fn train_kind(prepared: &Prepared, sources: &[Source], lesson: &Lesson, watch: &mut Stopwatch<'_>) -> KindTraining {
    let n_pairs = n_possible_pairs(prepared, sources);
    watch.progress().start("draw pairs", None);
    let random = draw(prepared, lesson.seed);
    watch.lap("draw pairs");
    let labelled = Labelled::find(&lesson.labels, &prepared.records, sources);
    let Walked { candidates, matches, same, different, n_settled, n_listed } =
        walk(prepared, &labelled, watch.progress());
    watch.lap("walk candidates");
    let label_use =
        LabelUse { n_used: same.n() + different.n(), n_settled, n_unblocked: labelled.n_listed() - n_listed };
    let n_records = prepared.records.len() as f64;
    let mut training =
        train(&prepared.model, &Sample { random, candidates, matches, same, different, n_pairs, n_records });
    training.trained.shared = prepared.model.shared_too_widely(&prepared.records);
    watch.lap("train");
    KindTraining { training, label_use: (!lesson.labels.is_empty()).then_some(label_use) }
}

/// Puts trained numbers into prepared records, which are resolved by them from then on.
pub fn apply(trained: Trained, prepared: &mut Prepared) -> Result<()> {
    trained
        .apply(&mut prepared.model.schema, "trained")
        .map_err(|wrong| Error::usage(format!("{}: {}", wrong.place, wrong.what)))
}

/// All pairs of records, without those within a source that lists every entity once.
fn n_possible_pairs(prepared: &Prepared, sources: &[Source]) -> f64 {
    let pairs = |n: usize| n as f64 * (n as f64 - 1.0) / 2.0;
    let of_source = prepared.records.chunk_by(|a, b| a.key.source == b.key.source);
    let unique = of_source.filter(|records| sources[usize::from(records[0].key.source.0)].unique);
    pairs(prepared.records.len()) - unique.map(|records| pairs(records.len())).sum::<f64>()
}

/// Compares pairs that are drawn at random; of few records, every pair once.
fn draw(prepared: &Prepared, seed: u64) -> Patterns {
    let n_records = prepared.records.len() as u64;
    let n_all = n_records * n_records.saturating_sub(1) / 2;
    let pair = |at: u64| {
        if n_all <= N_RANDOM_PAIRS {
            return nth_pair(at);
        }
        let first = mix(seed, at) % n_records;
        let other = mix(!seed, at) % (n_records - 1);
        (first, if other >= first { other + 1 } else { other })
    };
    let count = |mut patterns: Patterns, at: u64| {
        let (a, b) = pair(at);
        let (a, b) = (&prepared.records[a as usize], &prepared.records[b as usize]);
        patterns.add(&compare(a, b, &prepared.model), a.key.source == b.key.source);
        patterns
    };
    (0..n_all.min(N_RANDOM_PAIRS))
        .into_par_iter()
        .fold(Patterns::default, count)
        .reduce(Patterns::default, Patterns::merge)
}

/// The pairs (1, 0), (2, 0), (2, 1), (3, 0), … by their number.
fn nth_pair(at: u64) -> (u64, u64) {
    // The root is exact enough to be off by one at most.
    let mut first = ((1.0 + (1.0 + 8.0 * at as f64).sqrt()) / 2.0) as u64;
    while first * (first - 1) / 2 > at {
        first -= 1;
    }
    while (first + 1) * first / 2 <= at {
        first += 1;
    }
    (first, at - first * (first - 1) / 2)
}

/// A number that looks random (SplitMix64; Steele, Lea & Flood 2014).
fn mix(seed: u64, at: u64) -> u64 {
    let mut z = seed.wrapping_add(at.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Candidates by what is known of them.
#[derive(Default)]
struct Walked {
    candidates: Patterns,
    /// Those that an equal valid code or a blocking rule of known matches makes matches.
    matches: Patterns,
    same: Patterns,
    different: Patterns,
    /// Labelled pairs about which codes and law have decided.
    n_settled: u64,
    /// Candidates whose pair stands in the label file.
    n_listed: u64,
}

impl Walked {
    fn merge(self, other: Walked) -> Walked {
        Walked {
            candidates: self.candidates.merge(other.candidates),
            matches: self.matches.merge(other.matches),
            same: self.same.merge(other.same),
            different: self.different.merge(other.different),
            n_settled: self.n_settled + other.n_settled,
            n_listed: self.n_listed + other.n_listed,
        }
    }
}

/// Compares all candidates and counts what is found.
fn walk(prepared: &Prepared, labelled: &Labelled, progress: &dyn Progress) -> Walked {
    let Prepared { records, model, standings, blocks, .. } = prepared;
    progress.start("walk candidates", None);
    let of_known = |(at, rule): (usize, &BlockingRule)| u64::from(rule.known) << at;
    let known_rules: u64 = model.schema.blocking.iter().enumerate().map(of_known).sum();
    // Each thread counts for itself; a lock is never waited for.
    let parts: Vec<Mutex<Walked>> = (0..=rayon::current_num_threads()).map(|_| Mutex::default()).collect();
    let visit = |pair: CandidatePair| -> Option<()> {
        let (a, b) = (&standings[pair.a.at()], &standings[pair.b.at()]);
        let label = if labelled.is_empty() { None } else { labelled.of(pair.a, pair.b) };
        let is_barred = law::veto(a, b).is_some();
        let is_settled = is_barred || (a.org.is_some() && a.org == b.org);
        let vector = (!is_barred).then(|| prepared.compare(pair));
        let part = &parts[rayon::current_thread_index().map_or(0, |thread| thread + 1)];
        let mut part = part.lock().expect("counting does not panic");
        part.n_listed += u64::from(label.is_some_and(|(_, is_listed)| is_listed));
        part.n_settled += u64::from(label.is_some() && is_settled);
        let vector = vector?;
        let is_known = is_settled || are_candidates_by(blocks, pair.a, pair.b, known_rules);
        let patterns = match label.filter(|_| !is_settled) {
            Some((true, _)) => &mut part.same,
            Some((false, _)) => &mut part.different,
            None if is_known => &mut part.matches,
            None => &mut part.candidates,
        };
        patterns.add(&vector, records[pair.a.at()].key.source == records[pair.b.at()].key.source);
        None
    };
    visit_pairs(blocks, &model.schema, visit);
    let parts = parts.into_iter().map(|part| part.into_inner().expect("counting does not panic"));
    parts.fold(Walked::default(), Walked::merge)
}

#[cfg(test)]
mod tests;
