//! Which pairs does training look at, and how does it change the line?
//!
//! Draws pairs at random, walks all candidates once and counts what comparing them finds; [`minglu_rules::train`] makes the
//! numbers of it. Counting is a sum, so the result is the same for any number of threads.

use std::sync::Mutex;

use minglu_index::candidate::visit_pairs;
use minglu_rules::compare::compare;
use minglu_rules::law;
use minglu_rules::model::{CandidatePair, Source};
use minglu_rules::schema::Trained;
use minglu_rules::train::{Patterns, Sample, Training, train};
use rayon::prelude::*;

use super::freeze;
use super::line::{Prepared, prepare};
use super::report::Stopwatch;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::ingest;
use crate::progress::Progress;

/// Pairs that are drawn at random, at most: enough that a level of one pair in a hundred thousand is seen ten times.
pub const N_RANDOM_PAIRS: u64 = 1_000_000;

/// Learns the numbers of all kinds of a configuration, in its order.
pub fn train_all(config: &Config, seed: u64, progress: &dyn Progress) -> Result<Vec<Training>> {
    let mut watch = Stopwatch::start(progress);
    let mut delivery = ingest::read(config, None, progress)?;
    watch.lap("read, normalize");
    let mut trainings = Vec::new();
    for (kind, accepted) in config.kinds.iter().zip(std::mem::take(&mut delivery.kinds)) {
        let model = freeze(&kind.schema, &accepted.records);
        let prepared = prepare(accepted.records, model, &delivery.sources, &mut watch);
        trainings.push(train_kind(&prepared, &delivery.sources, seed, &mut watch));
    }
    progress.finish();
    Ok(trainings)
}

/// Learns the numbers of one kind from its records.
pub fn train_kind(prepared: &Prepared, sources: &[Source], seed: u64, watch: &mut Stopwatch<'_>) -> Training {
    let n_pairs = n_possible_pairs(prepared, sources);
    watch.progress().start("draw pairs", None);
    let random = draw(prepared, seed);
    watch.lap("draw pairs");
    let (candidates, matches) = walk(prepared, watch.progress());
    watch.lap("walk candidates");
    let mut training = train(
        &prepared.model,
        &Sample { random, candidates, matches, n_pairs, n_records: prepared.records.len() as f64 },
    );
    training.trained.shared = prepared.model.shared_too_widely(&prepared.records);
    watch.lap("train");
    training
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

/// Compares all candidates; returns those of which nothing is known, and those that an equal valid code makes matches.
fn walk(prepared: &Prepared, progress: &dyn Progress) -> (Patterns, Patterns) {
    let Prepared { records, model, standings, blocks, .. } = prepared;
    progress.start("walk candidates", None);
    // Each thread counts for itself; a lock is never waited for.
    let parts: Vec<Mutex<(Patterns, Patterns)>> =
        (0..=rayon::current_num_threads()).map(|_| Mutex::default()).collect();
    let visit = |pair: CandidatePair| -> Option<()> {
        let (a, b) = (&standings[pair.a.at()], &standings[pair.b.at()]);
        if law::veto(a, b).is_some() {
            return None;
        }
        let is_known = a.org.is_some() && a.org == b.org;
        let vector = prepared.compare(pair);
        let is_within_source = records[pair.a.at()].key.source == records[pair.b.at()].key.source;
        let part = &parts[rayon::current_thread_index().map_or(0, |thread| thread + 1)];
        let mut part = part.lock().expect("counting does not panic");
        let patterns = if is_known { &mut part.1 } else { &mut part.0 };
        patterns.add(&vector, is_within_source);
        None
    };
    visit_pairs(blocks, &model.schema, visit);
    let parts = parts.into_iter().map(|part| part.into_inner().expect("counting does not panic"));
    parts.fold((Patterns::default(), Patterns::default()), |(candidates, matches), part| {
        (candidates.merge(part.0), matches.merge(part.1))
    })
}

#[cfg(test)]
mod tests;
