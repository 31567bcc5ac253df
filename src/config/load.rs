//! How does the text of `minglu.toml` become a [`Config`]?

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use minglu_rules::decide::Thresholds;
use minglu_rules::division;
use minglu_rules::normalize::Jurisdiction;
use serde::Deserialize;

use super::kinds::{self, DeriveEntry, KindEntry};
use super::{Config, DERIVED_MARK, Derivation, Format, Kind, Mapping, Naming, Section};
use crate::error::{Error, Result};

/// Trust of a source that gives none: after all that do.
const RANK_DEFAULT: u32 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "source")]
    sources: Vec<SourceEntry>,
    #[serde(default)]
    resolve: ResolveEntry,
    #[serde(default)]
    register: RegisterEntry,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ResolveEntry {
    match_probability_min: Option<f64>,
    review_probability_min: Option<f64>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RegisterEntry {
    division: Option<String>,
    area_code: Option<String>,
    derive: Option<DeriveEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceEntry {
    name: Option<String>,
    source_column: Option<String>,
    #[serde(default)]
    ranks: BTreeMap<String, u32>,
    rank: Option<u32>,
    pub(super) kind: Option<String>,
    pub(super) kind_column: Option<String>,
    #[serde(default)]
    pub(super) kinds: BTreeMap<String, KindEntry>,
    derive: Option<DeriveEntry>,
    path: PathBuf,
    record_id: String,
    #[serde(default)]
    unique: bool,
    updated_at: Option<String>,
    delimiter: Option<String>,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, MappingEntry>,
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
pub(super) enum MappingEntry {
    Column(String),
    List(Vec<String>),
    Join { columns: Vec<String>, join: String },
    Split { column: String, split: String },
}

pub(super) fn load(
    text: &str,
    dir: &Path,
    place: &str,
    schema_text: &dyn Fn(&str) -> Result<String>,
) -> Result<Config> {
    let file: File = toml::from_str(text).map_err(|error| Error::usage(one_line(place, text, &error)))?;
    let references: BTreeSet<&str> = file.sources.iter().flat_map(kinds::references).collect();
    let kinds = references.into_iter().map(|reference| kinds::read_kind(reference, schema_text));
    let mut kinds: Vec<Kind> = kinds.collect::<Result<_>>()?;
    let of_register = file.register.derive.clone();
    let wanted: Vec<&DeriveEntry> =
        file.sources.iter().filter_map(|source| source.derive.as_ref()).chain(&of_register).collect();
    let derivations = kinds::derivations(&mut kinds, &wanted, place, schema_text)?;
    let mut sections = Vec::new();
    let mut names = BTreeSet::new();
    for source in file.sources {
        let derive = source.derive.clone().or_else(|| of_register.clone());
        let section = source.into_section((dir, place), (&kinds, &derivations), derive.as_ref())?;
        let name = match &section.naming {
            Naming::One(name) => name.clone(),
            Naming::Column(..) => format!("column of {}", section.path.display()),
        };
        if !names.insert(name.clone()) {
            return Err(Error::usage(format!("{place}: two sources are named '{name}'; give each a name of its own")));
        }
        sections.push(section);
    }
    if sections.is_empty() {
        return Err(Error::usage(format!("{place}: no [[source]]; 'minglu init DIR' writes an example")));
    }
    let thresholds = thresholds(&file.resolve, place)?;
    let jurisdiction = jurisdiction(file.register, place)?;
    Ok(Config { text: text.into(), kinds, derivations, sections, thresholds, jurisdiction })
}

/// A TOML error in one line, with its place.
fn one_line(place: &str, text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map(|span| {
        let before = &text[..span.start.min(text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!(":{line}:{column}")
    });
    format!("{place}{}: {}", at.unwrap_or_default(), error.message().replace('\n', "; "))
}

fn thresholds(entry: &ResolveEntry, place: &str) -> Result<Thresholds> {
    let default = Thresholds::default();
    let thresholds = Thresholds {
        match_probability_min: entry.match_probability_min.unwrap_or(default.match_probability_min),
        review_probability_min: entry.review_probability_min.unwrap_or(default.review_probability_min),
    };
    let (review, accept) = (thresholds.review_probability_min, thresholds.match_probability_min);
    if 0.0 < review && review <= accept && accept < 1.0 {
        return Ok(thresholds);
    }
    Err(Error::usage(format!("{place}: [resolve] needs 0 < review_probability_min <= match_probability_min < 1")))
}

fn jurisdiction(entry: RegisterEntry, place: &str) -> Result<Jurisdiction> {
    let division = match entry.division {
        None => None,
        Some(code) => {
            let found = code.parse().ok().and_then(division::of_code).or_else(|| division::named(&code));
            let message = format!("{place}: [register] division '{code}' is neither a six-digit code nor a name");
            Some(found.ok_or_else(|| Error::usage(message))?)
        }
    };
    Ok(Jurisdiction { division, area_code: entry.area_code })
}

impl SourceEntry {
    fn into_section(
        self,
        (dir, place): (&Path, &str),
        known: (&[Kind], &[Derivation]),
        derive: Option<&DeriveEntry>,
    ) -> Result<Section> {
        let name = self.name.clone().unwrap_or_else(|| self.path.display().to_string());
        let wrong = |what: String| Error::usage(format!("{place}: source '{name}': {what}"));
        let targets = kinds::targets(&self, known.0, &wrong)?;
        let naming = match (self.name.clone(), self.source_column) {
            (Some(name), None) if !name.is_empty() && !name.contains(['\0', ':', DERIVED_MARK]) => Naming::One(name),
            (Some(_), None) => return Err(wrong("a name must not be empty nor contain ':' or '#'".into())),
            (None, Some(column)) => Naming::Column(column, self.ranks),
            _ => return Err(wrong("give either 'name' or 'source_column'".into())),
        };
        let format = format(&self.path, self.delimiter.as_deref()).map_err(wrong)?;
        Ok(Section {
            path: dir.join(&self.path),
            format,
            naming,
            rank: self.rank.unwrap_or(RANK_DEFAULT),
            unique: self.unique,
            kind_column: self.kind_column,
            derivations: kinds::derivations_of(derive, &targets, known),
            targets,
            record_id: self.record_id,
            updated_at: self.updated_at,
        })
    }
}

fn format(path: &Path, delimiter: Option<&str>) -> std::result::Result<Format, String> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let byte = match delimiter {
        None => None,
        Some(text) => match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(*byte),
            _ => return Err(format!("delimiter '{text}' is not one ASCII character")),
        },
    };
    match extension.to_ascii_lowercase().as_str() {
        "csv" | "txt" => Ok(Format::Delimited(byte.unwrap_or(b','))),
        "tsv" => Ok(Format::Delimited(byte.unwrap_or(b'\t'))),
        "jsonl" | "ndjson" => Ok(Format::JsonLines),
        _ => Err(format!("'{}' is not a .csv, .tsv or .jsonl file", path.display())),
    }
}

impl MappingEntry {
    pub(super) fn into_mapping(self) -> Mapping {
        match self {
            Self::Column(column) => Mapping { columns: vec![column], join: None, split: None },
            Self::List(columns) => Mapping { columns, join: None, split: None },
            Self::Join { columns, join } => Mapping { columns, join: Some(join), split: None },
            Self::Split { column, split } => Mapping { columns: vec![column], join: None, split: Some(split) },
        }
    }
}
