//! What does the user's `minglu.toml` say?
//!
//! The file is read once into a [`Config`] whose parts are checked; later code never sees raw text. Paths are relative to
//! the file. Which columns a delivered file really has is checked when it is opened.

mod file;
mod kinds;
mod load;
mod model;

pub use model::model_text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use minglu_rules::decide::Thresholds;
use minglu_rules::derive::Plan;
use minglu_rules::document::did_you_mean;
use minglu_rules::model::FieldIdx;
use minglu_rules::normalize::Jurisdiction;
use minglu_rules::schema::Schema;

use crate::error::{Error, Result};

/// Parts the name of a source from that of the field that another record was derived of; no source may contain it.
pub const DERIVED_MARK: char = '#';

/// A checked configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// The text it was read from.
    pub text: String,
    /// Kinds of entity that the sources name, in the order of their names, then those that are only derived.
    pub kinds: Vec<Kind>,
    /// How records of one kind give rise to records of another.
    pub derivations: Vec<Derivation>,
    /// The `[[source]]` sections.
    pub sections: Vec<Section>,
    /// Thresholds between match, review and no match.
    pub thresholds: Thresholds,
    /// Where the register is kept.
    pub jurisdiction: Jurisdiction,
    /// The file of labels that training reads.
    pub labels: Option<PathBuf>,
    /// The file of judgements that every run of the line obeys.
    pub judgements: Option<PathBuf>,
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
    /// The file is packed with gzip.
    pub is_packed: bool,
    /// How the bytes of a text are read; detected where nothing is said.
    pub encoding: Option<Encoding>,
    /// The sheet of a spreadsheet; the first visible one where nothing is said.
    pub sheet: Option<String>,
    /// The sources in it.
    pub naming: Naming,
    /// Default trust of its sources; 1 is best.
    pub rank: u32,
    /// No two records of a source are one entity.
    pub unique: bool,
    /// Column that says of which kind a row is; none where all are of one kind.
    pub kind_column: Option<String>,
    /// What rows become, by the value of that column; one where there is none.
    pub targets: Vec<Target>,
    /// Positions in [`Config::derivations`] of what is derived of its rows.
    pub derivations: Vec<usize>,
    /// Column of the record id.
    pub record_id: String,
    /// Column of the source's own date.
    pub updated_at: Option<String>,
}

/// What rows of a file become.
#[derive(Debug, Clone)]
pub struct Target {
    /// The value of the kind column; empty where there is no such column.
    pub value: String,
    /// Position in [`Config::kinds`].
    pub kind_idx: usize,
    /// What feeds each field.
    pub fields: Vec<(FieldIdx, Mapping)>,
}

/// How records of one kind give rise to records of another.
#[derive(Debug, Clone)]
pub struct Derivation {
    /// Position in [`Config::kinds`] of the delivered kind.
    pub kind_idx: usize,
    /// Position of the rule in its schema's [`derives`](Schema::derives).
    pub rule_idx: usize,
    /// Position in [`Config::kinds`] of the derived kind.
    pub to_kind_idx: usize,
    /// The rule, with the fields of the derived kind.
    pub plan: Plan,
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
    /// Comma- or otherwise separated, the first row naming the columns.
    Delimited(Dialect),
    /// A JSON object a line; a column is a key or a JSON Pointer.
    JsonLines,
    /// A sheet of an Office Open XML workbook (ECMA-376); its rows are kept as [`Dialect::CSV`].
    Spreadsheet,
    /// Apache Parquet; its rows are kept as [`Dialect::CSV`].
    Parquet,
}

/// How cells are separated and quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Between two cells.
    pub delimiter: u8,
    /// Around a cell that contains delimiters, quotes or line ends; none where quotes are plain characters.
    pub quote: Option<u8>,
}

impl Dialect {
    /// RFC 4180.
    pub const CSV: Dialect = Dialect { delimiter: b',', quote: Some(b'"') };
}

impl Format {
    /// How the text of a kept row is parted into cells; none for JSON.
    pub fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Delimited(dialect) => Some(dialect),
            Self::JsonLines => None,
            Self::Spreadsheet | Self::Parquet => Some(Dialect::CSV),
        }
    }

    /// Whether the file is a text.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Delimited(_) | Self::JsonLines)
    }
}

/// What the bytes of a text file mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Unicode in one to four bytes (RFC 3629).
    Utf8,
    /// GB 18030-2022, with its parts GBK and GB 2312.
    Gb18030,
    /// Unicode in pairs of bytes, the lower first.
    Utf16Le,
    /// Unicode in pairs of bytes, the higher first.
    Utf16Be,
}

impl Encoding {
    /// The encoding of a name, in any case.
    pub fn named(name: &str) -> Option<Encoding> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Self::Utf8),
            "gb18030" | "gbk" | "gb2312" => Some(Self::Gb18030),
            "utf-16le" | "utf-16" => Some(Self::Utf16Le),
            "utf-16be" => Some(Self::Utf16Be),
            _ => None,
        }
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        }
    }
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
    /// The kind of entity that is meant where nothing is said: that of the first section.
    pub fn main_kind_idx(&self) -> usize {
        self.sections.first().and_then(|section| section.targets.first()).map_or(0, |target| target.kind_idx)
    }

    /// The name of a derived source, `market#legal_rep`.
    pub fn derived_name(&self, derivation: &Derivation, source: &str) -> String {
        let rule = &self.kinds[derivation.kind_idx].schema.derives[derivation.rule_idx];
        format!("{source}{DERIVED_MARK}{}", rule.name)
    }

    /// Reads a configuration file.
    pub fn read(path: &Path) -> Result<Config> {
        let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
        let dir = path.parent().unwrap_or(Path::new("."));
        Self::of_text(&text, path, &|reference| {
            let path = dir.join(reference);
            std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
        })
    }

    /// Reads the text of a configuration file; a function reads the schemas and the model that it names.
    pub(crate) fn of_text(
        text: &str,
        path: &Path,
        file_text: &dyn Fn(&str) -> std::result::Result<String, String>,
    ) -> Result<Config> {
        let schema_text = |reference: &str| match Schema::shipped_text(reference) {
            Some(text) => Ok(text.to_string()),
            None if reference.ends_with(".toml") => file_text(reference),
            None => {
                let unknown = did_you_mean("kind", reference, Schema::shipped_names());
                Err(format!("{unknown}, or the path of a schema file ending in .toml"))
            }
        };
        let model_text = |reference: &str| file_text(reference).map(Some);
        let dir = path.parent().unwrap_or(Path::new("."));
        load::load(text, (dir, &path.display().to_string()), &schema_text, &model_text)
    }

    /// Reads the configuration kept in a register, whose schemas are kept beside it in the order of kinds.
    pub fn restore(text: &str, schemas: &[&str]) -> Result<Config> {
        let position = std::cell::Cell::new(0);
        let next = |_: &str| {
            let found = schemas.get(position.get()).map(|text| text.to_string());
            position.set(position.get() + 1);
            found.ok_or_else(|| "the register has fewer schemas than its configuration names".to_string())
        };
        // What a model said stands behind the schemas.
        load::load(text, (Path::new(""), "stored configuration"), &next, &|_| Ok(None))
    }
}

#[cfg(test)]
mod tests;
