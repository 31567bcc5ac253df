//! Where do unusable rows go?
//!
//! Into a CSV file beside the result, each with file, line, reason and the row as received, so that nothing is lost and
//! a person can mend the delivery.

use std::path::Path;

use crate::config::Config;
use crate::error::{Error, Result};

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Position of the file in the configuration.
    pub section_idx: usize,
    /// Line on which the row begins.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
    /// The row; what is not UTF-8 is replaced.
    pub row: String,
}

/// Writes the quarantine file, with its header even where no row is in it.
pub fn write_quarantine(path: &Path, config: &Config, rows: &[Quarantined]) -> Result<()> {
    let to_io = |error: csv::Error| Error::Io { path: path.into(), source: std::io::Error::other(error) };
    let mut writer = csv::Writer::from_path(path).map_err(to_io)?;
    writer.write_record(["file", "line", "reason", "row"]).map_err(to_io)?;
    for row in rows {
        let file = config.sections[row.section_idx].path.display().to_string();
        writer.write_record([&file, &row.line.to_string(), &row.reason, &row.row]).map_err(to_io)?;
    }
    writer.flush().map_err(Error::io(path))
}
