//! Would a build accept this configuration and these files?
//!
//! Configuration and schemas are read as for a build; of each delivered file only the header is looked at, so that a check takes
//! no time however large the delivery is. Files of labels and judgements are small and are read. Everything wrong is told at once. What rows
//! hold is not looked at: a build quarantines what it cannot use.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use crate::config::{Config, Format, Naming, Section};
use crate::error::{Error, Result};
use crate::labels::Labels;
use crate::{ingest, judgements};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// The delivered files, in the order of the configuration.
    pub files: Vec<CheckedFile>,
    /// Kinds of entity, each with the expected fields that no source fills.
    pub kinds: Vec<(String, Vec<String>)>,
}

/// A delivered file whose columns are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedFile {
    /// The file.
    pub file: String,
    /// Its columns; none where the format names them in each row.
    pub n_columns: Option<usize>,
    /// Columns that nothing reads.
    pub unread: Vec<String>,
}

/// Checks a configuration with its schemas and the headers of its files; the error tells all that is wrong, line by line.
pub fn check(path: &Path) -> Result<CheckReport> {
    let config = Config::read(path)?;
    let mut files = Vec::new();
    let mut wrong = Vec::new();
    for section in &config.sections {
        match check_file(section) {
            Ok(file) => files.push(file),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    if let Some(Err(error)) = config.labels.as_deref().map(Labels::read) {
        wrong.push(error.to_string());
    }
    if let Some(Err(error)) = config.judgements.as_deref().map(judgements::read) {
        wrong.push(error.to_string());
    }
    if !wrong.is_empty() {
        return Err(Error::usage(wrong.join("\n")));
    }
    let kinds = (0..config.kinds.len()).map(|kind_idx| unfilled(&config, kind_idx)).collect();
    Ok(CheckReport { files, kinds })
}

fn check_file(section: &Section) -> Result<CheckedFile> {
    let header = ingest::read_header(section)?;
    let read = columns_read(section);
    let unread =
        header.iter().filter(|column| !column.is_empty() && !read.contains(column.as_str())).cloned().collect();
    let n_columns = (section.format != Format::JsonLines).then_some(header.len());
    Ok(CheckedFile { file: section.path.display().to_string(), n_columns, unread })
}

fn columns_read(section: &Section) -> BTreeSet<&str> {
    let mappings = section.targets.iter().flat_map(|target| &target.fields);
    let mut read: BTreeSet<&str> = mappings.flat_map(|(_, mapping)| &mapping.columns).map(String::as_str).collect();
    read.insert(&section.record_id);
    read.extend(section.updated_at.as_deref());
    read.extend(section.kind_column.as_deref());
    if let Naming::Column(column, _) = &section.naming {
        read.insert(column);
    }
    read
}

/// A kind and its expected fields that no source fills; what is only derived is filled by derivation.
fn unfilled(config: &Config, kind_idx: usize) -> (String, Vec<String>) {
    let schema = &config.kinds[kind_idx].schema;
    let targets = || config.sections.iter().flat_map(|section| &section.targets).filter(|t| t.kind_idx == kind_idx);
    let is_delivered = targets().next().is_some();
    let is_filled = |name: &str| {
        let field = schema.field(name);
        targets().any(|target| target.fields.iter().any(|(filled, _)| Some(*filled) == field))
    };
    let expected = schema.fields.iter().filter(|field| is_delivered && field.expected && !is_filled(&field.name));
    (schema.kind.clone(), expected.map(|field| field.name.clone()).collect())
}

impl fmt::Display for CheckReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for CheckedFile { file, n_columns, unread } in &self.files {
            match n_columns {
                None => writeln!(f, "{file}: columns are keys of each row")?,
                Some(n_columns) if unread.is_empty() => writeln!(f, "{file}: {n_columns} columns, all of them read")?,
                Some(n_columns) => writeln!(f, "{file}: {n_columns} columns; not read: {}", unread.join(", "))?,
            }
        }
        for (kind, fields) in self.kinds.iter().filter(|(_, fields)| !fields.is_empty()) {
            writeln!(f, "kind '{kind}': no source fills the expected fields {}", fields.join(", "))?;
        }
        let n_files = self.files.len();
        write!(f, "{n_files} {} checked, nothing is wrong", if n_files == 1 { "file" } else { "files" })
    }
}
