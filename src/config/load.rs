//! How does the text of `minglu.toml` become a [`Config`]?

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use minglu_rules::decide::Thresholds;
use minglu_rules::division;
use minglu_rules::document::{self, Mistakes, WrongValue};
use minglu_rules::normalize::Jurisdiction;
use serde::Deserialize;

use super::file::{self, FormatKeys};
use super::kinds::{self, DeriveEntry, KindEntry};
use super::model;
use super::{Config, DERIVED_MARK, Derivation, Kind, Mapping, Naming, Section};
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
    model: Option<String>,
    labels: Option<PathBuf>,
    judgements: Option<PathBuf>,
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
    pub(super) derive: Option<DeriveEntry>,
    path: PathBuf,
    record_id: String,
    #[serde(default)]
    unique: bool,
    updated_at: Option<String>,
    delimiter: Option<String>,
    quote: Option<String>,
    encoding: Option<String>,
    sheet: Option<String>,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, MappingEntry>,
}

#[derive(Deserialize, Clone)]
#[serde(
    untagged,
    expecting = "write a column, a list of columns, { columns = [..], join = \"\" } or { column = \"\", split = \"\" }"
)]
pub(super) enum MappingEntry {
    Column(String),
    List(Vec<String>),
    Join { columns: Vec<String>, join: String },
    Split { column: String, split: String },
}

pub(super) fn load(
    text: &str,
    (dir, place): (&Path, &str),
    schema_text: &dyn Fn(&str) -> std::result::Result<String, String>,
    model_text: &dyn Fn(&str) -> std::result::Result<Option<String>, String>,
) -> Result<Config> {
    let in_file = |mistakes: Mistakes| Error::usage(mistakes.in_file(place));
    let (file, document) = document::read::<File>(text).map_err(in_file)?;
    let mut kinds = Vec::new();
    for (reference, at) in kinds::references(&file.sources) {
        let mistake = |what: String| in_file(Mistakes(vec![document.mistake(&at, what)]));
        kinds.push(kinds::read_kind(reference, &|reference| schema_text(reference).map_err(mistake))?);
    }
    let wanted = kinds::wanted(&file.sources, file.register.derive.as_ref());
    let derivations =
        kinds::derivations(&mut kinds, &wanted, &|reference| schema_text(reference).map_err(Error::usage))?;
    let mut wrong = kinds::not_derived(&kinds, &wanted);
    if let Some(reference) = &file.resolve.model {
        let what = |what| WrongValue { place: "resolve, model".into(), what };
        if let Some(Some(text)) = keep(&mut wrong, model_text(reference).map_err(what)) {
            model::apply(&dir.join(reference), &text, &mut kinds)?;
        }
    }
    let mut sections = Vec::new();
    let mut names = BTreeSet::new();
    for (position, source) in file.sources.into_iter().enumerate() {
        let place = match &source.name {
            Some(name) if !names.contains(name) => format!("source '{name}'"),
            _ => format!("source {}", position + 1),
        };
        let derive = source.derive.clone().or_else(|| file.register.derive.clone());
        let section = source.into_section((dir, &place), (&kinds, &derivations), derive.as_ref());
        let Some(section) = keep(&mut wrong, section) else { continue };
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
    let jurisdiction = keep(&mut wrong, jurisdiction(&file.register)).unwrap_or_default();
    let in_dir = |path: PathBuf| dir.join(path);
    let (labels, judgements) = (file.resolve.labels.map(in_dir), file.resolve.judgements.map(in_dir));
    document.check(wrong).map_err(in_file)?;
    if sections.is_empty() {
        return Err(Error::usage(format!("{place}: no [[source]]; 'minglu init DIR' writes an example")));
    }
    Ok(Config { text: text.into(), kinds, derivations, sections, thresholds, jurisdiction, labels, judgements })
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

fn jurisdiction(entry: &RegisterEntry) -> std::result::Result<Jurisdiction, WrongValue> {
    let division = match &entry.division {
        None => None,
        Some(code) => {
            let found = code.parse().ok().and_then(division::of_code).or_else(|| division::named(code));
            let what = format!("'{code}' is neither a six-digit code nor the name of a division");
            Some(found.ok_or_else(|| WrongValue { place: "register, division".into(), what })?)
        }
    };
    Ok(Jurisdiction { division, area_code: entry.area_code.clone() })
}

impl SourceEntry {
    fn into_section(
        self,
        (dir, place): (&Path, &str),
        known: (&[Kind], &[Derivation]),
        derive: Option<&DeriveEntry>,
    ) -> std::result::Result<Section, WrongValue> {
        let at = |key: &str, what: String| WrongValue { place: format!("{place}, {key}"), what };
        let wrong = |what: String| WrongValue { place: place.into(), what };
        let targets = kinds::targets(&self, known.0, place)?;
        let naming = match (self.name.clone(), self.source_column) {
            (Some(name), None) if !name.is_empty() && !name.contains(['\0', ':', DERIVED_MARK]) => Naming::One(name),
            (Some(_), None) => return Err(at("name", "a name must not be empty nor contain ':' or '#'".into())),
            (None, Some(column)) => Naming::Column(column, self.ranks),
            _ => return Err(wrong("give either 'name' or 'source_column'".into())),
        };
        let keys = FormatKeys {
            delimiter: self.delimiter.as_deref(),
            quote: self.quote.as_deref(),
            encoding: self.encoding.as_deref(),
            sheet: self.sheet.as_deref(),
        };
        let file = file::layout(&self.path, keys).map_err(|what| at("path", what))?;
        Ok(Section {
            path: dir.join(&self.path),
            format: file.format,
            is_packed: file.is_packed,
            encoding: file.encoding,
            sheet: self.sheet,
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
