//! What does `minglu evaluate` do? Reads the truth, prints figures, writes the report, and says no below a floor.

use std::process::ExitCode;

use super::{EXIT_NO, note, print, to_json};
use crate::cli::{Evaluate, ReportLanguage};
use crate::error::{Error, Result};
use crate::evaluate::html::{Words, page};
use crate::evaluate::{DetailOptions, in_detail, of_membership, read_assignment};

/// Runs `minglu evaluate`.
pub(super) fn evaluate(arguments: &Evaluate) -> Result<ExitCode> {
    let truth = read_assignment(&arguments.truth, "entity")?;
    let options = DetailOptions {
        kind: arguments.kind.clone(),
        n_errors: arguments.errors as usize,
        against: arguments.against.clone(),
    };
    let report = match (&arguments.data, &arguments.membership) {
        (Some(data), _) => in_detail(data, &truth, &options)?,
        (None, Some(path)) => of_membership(&read_assignment(path, "entity_id")?, &truth),
        (None, None) => return Err(Error::usage("give --data or --membership")),
    };
    if let Some(path) = &arguments.html {
        let words = match arguments.lang {
            None => Words::Both,
            Some(ReportLanguage::Zh) => Words::Chinese,
            Some(ReportLanguage::En) => Words::English,
        };
        std::fs::write(path, page(&report, words)).map_err(Error::io(path))?;
        note(&format!("the report is in {}", path.display()));
    }
    print(&if arguments.json { to_json(&report)? } else { report.to_string() })?;
    let rates = report.evaluation.pairwise;
    let missed = |floor: Option<f64>, rate: f64| floor.is_some_and(|floor| rate < floor);
    if missed(arguments.f1_min, rates.f1) || missed(arguments.precision_min, rates.precision) {
        note("below the floor");
        return Ok(ExitCode::from(EXIT_NO));
    }
    Ok(ExitCode::SUCCESS)
}
