//! `train`: how did training go, and what came out?

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use minglu_rules::schema::Trained;
use minglu_rules::train::Training;

use super::{note, print};
use crate::config::{Config, model_text};
use crate::error::{Error, Result};
use crate::labels::{Key, Labels};
use crate::pipeline::{KindTraining, Lesson};
use crate::{pipeline, progress};

/// Rounds of which the report shows every one; of more, it shows the last ones.
const N_ROUNDS_SHOWN: usize = 12;

/// Unknown records of labels of which the note names so many.
const N_UNKNOWN_SHOWN: usize = 5;

/// Trains, writes the model file and prints the convergence report.
pub(super) fn train(config: &Path, out: &Path, labels: Option<PathBuf>, seed: u64) -> Result<ExitCode> {
    let config = Config::read(config)?;
    let lesson = lesson(&config, labels, seed)?;
    let (trainings, unknown) = pipeline::train_all(&config, &lesson, &*progress::for_terminal())?;
    note_labels(&lesson.labels, &unknown);
    for found in &trainings {
        print(&report(found))?;
    }
    std::fs::write(out, model_text(trainings.iter().map(|found| &found.training.trained), seed))
        .map_err(Error::io(out))?;
    note(&format!("{} written; name it in minglu.toml: [resolve] model = \"{0}\"", out.display()));
    Ok(ExitCode::SUCCESS)
}

/// Reads the labels that are asked for, or those of the configuration.
pub(super) fn lesson(config: &Config, labels: Option<PathBuf>, seed: u64) -> Result<Lesson> {
    let labels = labels.as_ref().or(config.labels.as_ref()).map(|path| Labels::read(path)).transpose()?;
    Ok(Lesson { seed, labels: labels.unwrap_or_default() })
}

/// Says which labels are of no use.
pub(super) fn note_labels(labels: &Labels, unknown: &[Key]) {
    if labels.n_unsure > 0 {
        note(&format!("labels: {} unsure, not used", labels.n_unsure));
    }
    if let Some(((a, b), n)) = labels.contradicted.first().map(|pair| (pair, labels.contradicted.len())) {
        let pair = format!("{}:{} and {}:{}", a.0, a.1, b.0, b.1);
        note(&format!("warning: labels: {n} pairs are called both same and different, taken as different: {pair}"));
    }
    if !unknown.is_empty() {
        let shown = unknown.iter().take(N_UNKNOWN_SHOWN).map(|(source, id)| format!("{source}:{id}"));
        let (shown, more) =
            (shown.collect::<Vec<_>>().join(", "), if unknown.len() > N_UNKNOWN_SHOWN { ", …" } else { "" });
        note(&format!("warning: labels: {} records stand in no delivered file: {shown}{more}", unknown.len()));
    }
}

fn report(KindTraining { training, label_use }: &KindTraining) -> String {
    let Training { trained, rounds, has_converged, n_random, n_candidates, n_known, n_same, n_different } = training;
    let mut lines = vec![format!(
        "{}: {n_random} random pairs, {n_candidates} candidates, {n_known} known matches, {} rounds{}",
        trained.kind,
        rounds.len(),
        if *has_converged { "" } else { " (NOT converged · 未收敛)" }
    )];
    if let Some(label_use) = label_use {
        lines.push(format!("  labels: {n_same} same, {n_different} different; {label_use}"));
    }
    lines.push("  round  expected matches  largest change".into());
    let first = rounds.len().saturating_sub(N_ROUNDS_SHOWN);
    for (number, round) in rounds.iter().enumerate().skip(first) {
        lines.push(format!("  {:>5}  {:>16.1}  {:>14.2e}", number + 1, round.n_matches, round.change));
    }
    lines.extend(levels(trained));
    lines.push(format!("  {} values shared too widely\n", trained.shared.len()));
    lines.join("\n")
}

fn levels(trained: &Trained) -> Vec<String> {
    let mut lines = vec![format!("  matches per record {:.4}", trained.matches_per_record)];
    for comparison in &trained.comparisons {
        lines.push(format!("  {}", comparison.name));
        for level in &comparison.levels {
            let u =
                level.u.map_or_else(|| "by sharers".into(), |u| format!("{u:.3e} {:>+7.2} bits", (level.m / u).log2()));
            lines.push(format!("    m {:.5}  u {u}  {}", level.m, level.when));
        }
    }
    lines
}
