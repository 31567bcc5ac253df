//! How does the text of `minglu.toml` become a [`Config`]?

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use minglu_rules::decide::Thresholds;
use minglu_rules::division;
use minglu_rules::document::{self, Mistakes, WrongValue, did_you_mean};
use minglu_rules::normalize::Jurisdiction;
use minglu_rules::schema::Schema;
use serde::Deserialize;

use super::{Config, Format, Kind, Mapping, Naming, Section};
use crate::error::{Error, Result};

/// Trust of a source that gives none: after all that do.
const RANK_DEFAULT: u32 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "source", default)]
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceEntry {
    name: Option<String>,
    source_column: Option<String>,
    #[serde(default)]
    ranks: BTreeMap<String, u32>,
    rank: Option<u32>,
    kind: String,
    path: PathBuf,
    record_id: String,
    #[serde(default)]
    unique: bool,
    updated_at: Option<String>,
    delimiter: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, MappingEntry>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "write a column, a list of columns, { columns = [..], join = \"\" } or { column = \"\", split = \"\" }"
)]
enum MappingEntry {
    Column(String),
    List(Vec<String>),
    Join { columns: Vec<String>, join: String },
    Split { column: String, split: String },
}

pub(super) fn load(
    text: &str,
    dir: &Path,
    place: &str,
    schema_text: &dyn Fn(&str) -> std::result::Result<String, String>,
) -> Result<Config> {
    let in_file = |mistakes: Mistakes| Error::usage(mistakes.in_file(place));
    let (file, document) = document::read::<File>(text).map_err(in_file)?;
    let references: BTreeSet<&str> = file.sources.iter().map(|source| source.kind.as_str()).collect();
    let mut kinds = Vec::new();
    for reference in references {
        let position = file.sources.iter().position(|source| source.kind == reference).unwrap_or_default();
        let at = |what: String| document.mistake(&format!("source {}, kind", position + 1), what);
        let text = schema_text(reference).map_err(|what| in_file(Mistakes(vec![at(what)])))?;
        let schema = Schema::read(&text).map_err(|mistakes| Error::usage(mistakes.in_file(reference)))?;
        kinds.push(Kind { reference: reference.into(), text, schema });
    }
    let mut wrong = Vec::new();
    let mut sections = Vec::new();
    let mut names = BTreeSet::new();
    for (position, source) in file.sources.into_iter().enumerate() {
        let place = match &source.name {
            Some(name) if !names.contains(name) => format!("source '{name}'"),
            _ => format!("source {}", position + 1),
        };
        let Some(section) = keep(&mut wrong, source.into_section(dir, &place, &kinds)) else { continue };
        let name = match &section.naming {
            Naming::One(name) => name.clone(),
            Naming::Column(..) => format!("column of {}", section.path.display()),
        };
        if !names.insert(name.clone()) {
            wrong.push(WrongValue {
                place,
                what: format!("two sources are named '{name}'; give each a name of its own"),
            });
        }
        sections.push(section);
    }
    let thresholds = keep(&mut wrong, thresholds(&file.resolve)).unwrap_or_default();
    let jurisdiction = keep(&mut wrong, jurisdiction(file.register)).unwrap_or_default();
    document.check(wrong).map_err(in_file)?;
    if sections.is_empty() {
        return Err(Error::usage(format!("{place}: no [[source]]; 'minglu init DIR' writes an example")));
    }
    Ok(Config { text: text.into(), kinds, sections, thresholds, jurisdiction })
}

/// What was read, or nothing and a further entry in the list of what is wrong.
fn keep<T>(wrong: &mut Vec<WrongValue>, found: std::result::Result<T, WrongValue>) -> Option<T> {
    found.map_err(|error| wrong.push(error)).ok()
}

fn thresholds(entry: &ResolveEntry) -> std::result::Result<Thresholds, WrongValue> {
    let default = Thresholds::default();
    let thresholds = Thresholds {
        match_probability_min: entry.match_probability_min.unwrap_or(default.match_probability_min),
        review_probability_min: entry.review_probability_min.unwrap_or(default.review_probability_min),
    };
    let (review, accept) = (thresholds.review_probability_min, thresholds.match_probability_min);
    if 0.0 < review && review <= accept && accept < 1.0 {
        return Ok(thresholds);
    }
    let what = format!("0 < review_probability_min ({review}) <= match_probability_min ({accept}) < 1 must hold");
    Err(WrongValue { place: "resolve".into(), what })
}

fn jurisdiction(entry: RegisterEntry) -> std::result::Result<Jurisdiction, WrongValue> {
    let division = match entry.division {
        None => None,
        Some(code) => {
            let found = code.parse().ok().and_then(division::of_code).or_else(|| division::named(&code));
            let what = format!("'{code}' is neither a six-digit code nor the name of a division");
            Some(found.ok_or_else(|| WrongValue { place: "register, division".into(), what })?)
        }
    };
    Ok(Jurisdiction { division, area_code: entry.area_code })
}

impl SourceEntry {
    fn into_section(self, dir: &Path, place: &str, kinds: &[Kind]) -> std::result::Result<Section, WrongValue> {
        let at = |key: &str, what: String| WrongValue { place: format!("{place}, {key}"), what };
        let wrong = |what: String| WrongValue { place: place.into(), what };
        let naming = match (self.name.clone(), self.source_column) {
            (Some(name), None) if !name.is_empty() && !name.contains(['\0', ':']) => Naming::One(name),
            (Some(_), None) => return Err(at("name", "a name must not be empty nor contain ':'".into())),
            (None, Some(column)) => Naming::Column(column, self.ranks),
            _ => return Err(wrong("give either 'name' or 'source_column'".into())),
        };
        let kind_idx = kinds.iter().position(|kind| kind.reference == self.kind);
        let kind_idx = kind_idx.expect("every kind that a source names was loaded");
        let schema = &kinds[kind_idx].schema;
        let mut fields = Vec::new();
        for (field, mapping) in self.fields {
            let known = schema.field(&field).ok_or_else(|| {
                let known = schema.fields.iter().map(|field| field.name.as_str());
                at(
                    &format!("fields, {field}"),
                    did_you_mean(&format!("field of kind '{}'", schema.kind), &field, known),
                )
            })?;
            fields.push((known, mapping.into_mapping()));
        }
        if fields.is_empty() {
            return Err(wrong("no [source.fields]: say which columns give which fields".into()));
        }
        fields.sort_by_key(|(field, _)| *field);
        let format = format(&self.path, self.delimiter.as_deref()).map_err(|what| at("path", what))?;
        Ok(Section {
            path: dir.join(&self.path),
            format,
            naming,
            rank: self.rank.unwrap_or(RANK_DEFAULT),
            unique: self.unique,
            kind_idx,
            record_id: self.record_id,
            updated_at: self.updated_at,
            fields,
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
    fn into_mapping(self) -> Mapping {
        match self {
            Self::Column(column) => Mapping { columns: vec![column], join: None, split: None },
            Self::List(columns) => Mapping { columns, join: None, split: None },
            Self::Join { columns, join } => Mapping { columns, join: Some(join), split: None },
            Self::Split { column, split } => Mapping { columns: vec![column], join: None, split: Some(split) },
        }
    }
}
