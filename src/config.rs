//! What does the user's `minglu.toml` say?
//!
//! The file is read once into a [`Config`] whose parts are checked; later code never sees raw text. Paths are relative to
//! the file. Which columns a delivered file really has is checked when it is opened.

mod load;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use minglu_rules::decide::Thresholds;
use minglu_rules::document::did_you_mean;
use minglu_rules::model::FieldIdx;
use minglu_rules::normalize::Jurisdiction;
use minglu_rules::schema::Schema;

use crate::error::{Error, Result};

/// A checked configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// The text it was read from.
    pub text: String,
    /// Kinds of entity that the sources name, in the order of their names.
    pub kinds: Vec<Kind>,
    /// The `[[source]]` sections.
    pub sections: Vec<Section>,
    /// Thresholds between match, review and no match.
    pub thresholds: Thresholds,
    /// Where the register is kept.
    pub jurisdiction: Jurisdiction,
}

/// A kind of entity.
#[derive(Debug, Clone)]
pub struct Kind {
    /// As the configuration names it: a shipped name or a path.
    pub reference: String,
    /// The schema file.
    pub text: String,
    /// What it says.
    pub schema: Schema,
}

/// A `[[source]]` section: one delivered file.
#[derive(Debug, Clone)]
pub struct Section {
    /// The file.
    pub path: PathBuf,
    /// How its rows are written.
    pub format: Format,
    /// The sources in it.
    pub naming: Naming,
    /// Default trust of its sources; 1 is best.
    pub rank: u32,
    /// No two records of a source are one entity.
    pub unique: bool,
    /// Position in [`Config::kinds`].
    pub kind_idx: usize,
    /// Column of the record id.
    pub record_id: String,
    /// Column of the source's own date.
    pub updated_at: Option<String>,
    /// What feeds each field.
    pub fields: Vec<(FieldIdx, Mapping)>,
}

/// How the sources of a file are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Naming {
    /// The whole file is one source.
    One(String),
    /// A column names the source of each row; some have ranks of their own.
    Column(String, BTreeMap<String, u32>),
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma- or otherwise separated, with this byte, quoted by `"`, the first row naming the columns.
    Delimited(u8),
    /// A JSON object a line; a column is a key or a JSON Pointer.
    JsonLines,
}

/// Which columns give the values of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The columns, each a value of its own unless joined.
    pub columns: Vec<String>,
    /// Text between the columns of one value.
    pub join: Option<String>,
    /// Text that parts several values in one column.
    pub split: Option<String>,
}

impl Config {
    /// Reads a configuration file.
    pub fn read(path: &Path) -> Result<Config> {
        let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
        let dir = path.parent().unwrap_or(Path::new("."));
        let schema_text = |reference: &str| match Schema::shipped_text(reference) {
            Some(text) => Ok(text.to_string()),
            None if reference.ends_with(".toml") => {
                let path = dir.join(reference);
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
            }
            None => {
                let unknown = did_you_mean("kind", reference, Schema::shipped_names());
                Err(format!("{unknown}, or the path of a schema file ending in .toml"))
            }
        };
        load::load(&text, dir, &path.display().to_string(), &schema_text)
    }

    /// Reads the configuration kept in a register, whose schemas are kept beside it in the order of kinds.
    pub fn restore(text: &str, schemas: &[&str]) -> Result<Config> {
        let position = std::cell::Cell::new(0);
        let next = |_: &str| {
            let found = schemas.get(position.get()).map(|text| text.to_string());
            position.set(position.get() + 1);
            found.ok_or_else(|| "the register has fewer schemas than its configuration names".to_string())
        };
        load::load(text, Path::new(""), "stored configuration", &next)
    }
}

#[cfg(test)]
mod tests;
