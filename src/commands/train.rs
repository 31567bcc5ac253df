//! `train`: how did training go, and what came out?

use std::path::Path;
use std::process::ExitCode;

use minglu_rules::schema::Trained;
use minglu_rules::train::Training;

use super::{note, print};
use crate::config::{Config, model_text};
use crate::error::{Error, Result};
use crate::{pipeline, progress};

/// Rounds of which the report shows every one; of more, it shows the last ones.
const N_ROUNDS_SHOWN: usize = 12;

/// Trains, writes the model file and prints the convergence report.
pub(super) fn train(config: &Path, out: &Path, seed: u64) -> Result<ExitCode> {
    let config = Config::read(config)?;
    let trainings = pipeline::train_all(&config, seed, &*progress::for_terminal())?;
    for training in &trainings {
        print(&report(training))?;
    }
    std::fs::write(out, model_text(trainings.iter().map(|training| &training.trained), seed))
        .map_err(Error::io(out))?;
    note(&format!("{} written; name it in minglu.toml: [resolve] model = \"{0}\"", out.display()));
    Ok(ExitCode::SUCCESS)
}

fn report(training: &Training) -> String {
    let Training { trained, rounds, has_converged, n_random, n_candidates, n_known } = training;
    let mut lines = vec![format!(
        "{}: {n_random} random pairs, {n_candidates} candidates, {n_known} known matches, {} rounds{}",
        trained.kind,
        rounds.len(),
        if *has_converged { "" } else { " (NOT converged · 未收敛)" }
    )];
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
