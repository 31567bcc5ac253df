//! How does a schema file become a [`Schema`]?
//!
//! Everything wrong in the file is found here, with the place and the nearest valid word; later code never checks again.

use serde::Deserialize;
use thiserror::Error;

use super::condition::unknown;
use super::label::LabelEntry;
use super::*;

/// Why a schema file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The text is not TOML, or a key is missing, unknown or of the wrong type.
    #[error("{0}")]
    Toml(String),
    /// A value does not make sense.
    #[error("{place}: {what}")]
    Value {
        /// The part of the file: `comparison 'name', level 2`.
        place: String,
        /// What is wrong and what to do.
        what: String,
    },
}

/// The shipped schemas.
const SHIPPED: [(&str, &str); 1] = [("enterprise", include_str!("../../schemas/enterprise.toml"))];

/// Fields, comparisons, levels and values of a record are counted in a byte.
const N_ITEMS_MAX: usize = 64;

/// Blocking rules: their position is kept in six bits of a blocking key.
pub(crate) const N_BLOCKING_RULES_MAX: usize = 63;

impl Schema {
    /// A schema that comes with the program.
    ///
    /// ```
    /// use minglu_rules::schema::Schema;
    /// assert_eq!(Schema::shipped("enterprise").unwrap().kind, "enterprise"); // 企业
    /// assert!(Schema::shipped("企业").is_none());
    /// ```
    pub fn shipped(name: &str) -> Option<Schema> {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Some(Schema::read(text).expect("shipped schemas are read in tests"))
    }

    /// The text of a schema that comes with the program.
    pub fn shipped_text(name: &str) -> Option<&'static str> {
        SHIPPED.iter().find(|(shipped, _)| *shipped == name).map(|(_, text)| *text)
    }

    /// Names of the schemas that come with the program.
    pub fn shipped_names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// Reads a schema file.
    ///
    /// ```
    /// use minglu_rules::schema::Schema;
    /// let error = Schema::read("kind = '企业'").unwrap_err();
    /// assert!(error.to_string().contains("missing field"));
    /// ```
    pub fn read(text: &str) -> Result<Schema, SchemaError> {
        let file: File = toml::from_str(text).map_err(|error| SchemaError::Toml(one_line(text, &error)))?;
        file.into_schema()
    }
}

/// A TOML error in one line, with its place.
fn one_line(text: &str, error: &toml::de::Error) -> String {
    let place = error.span().and_then(|span| text.get(..span.start)).map(|before| {
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("line {line}, column {column}: ")
    });
    format!("{}{}", place.unwrap_or_default(), error.message().replace('\n', "; "))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kind: String,
    id_prefix: Option<char>,
    matches_per_record: f64,
    #[serde(rename = "field")]
    fields: Vec<FieldEntry>,
    #[serde(default)]
    law: LawEntry,
    #[serde(rename = "block")]
    blocks: Vec<BlockEntry>,
    #[serde(rename = "comparison")]
    comparisons: Vec<ComparisonEntry>,
    /// Checked here, read by [`Labels`]: a schema does not hold them.
    #[serde(default, rename = "label")]
    labels: Vec<LabelEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldEntry {
    name: String,
    kind: FieldKind,
    #[serde(default)]
    survive: Survivorship,
    #[serde(default)]
    expected: bool,
    #[serde(default)]
    many: bool,
    order: Option<DateOrder>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LawEntry {
    codes: Vec<String>,
    names: Vec<String>,
    name_similarity_min: f64,
    n_records_max: usize,
}

impl Default for LawEntry {
    fn default() -> Self {
        Self { codes: vec![], names: vec![], name_similarity_min: 0.3, n_records_max: 200 }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockEntry {
    name: String,
    on: Vec<String>,
    n_records_max: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComparisonEntry {
    name: String,
    fields: Vec<String>,
    #[serde(default)]
    against: Vec<String>,
    present: Option<String>,
    #[serde(default)]
    exclusive: bool,
    levels: Vec<LevelEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelEntry {
    when: String,
    m: f64,
    u: Option<f64>,
    others: Option<f64>,
    of: Option<String>,
    n_sharers_max: Option<u32>,
}

impl File {
    fn into_schema(self) -> Result<Schema, SchemaError> {
        for (what, n) in [("field", self.fields.len()), ("comparison", self.comparisons.len())] {
            check(n <= N_ITEMS_MAX, || what.into(), || format!("more than {N_ITEMS_MAX} of them"))?;
        }
        let n_rules = self.blocks.len();
        check(
            n_rules <= N_BLOCKING_RULES_MAX,
            || "block".into(),
            || format!("more than {N_BLOCKING_RULES_MAX} of them"),
        )?;
        check(self.matches_per_record > 0.0, || "matches_per_record".into(), || "must be above 0".into())?;
        let fields: Vec<FieldSpec> = self.fields.into_iter().map(FieldEntry::into_spec).collect::<Result<_, _>>()?;
        let names = Names { fields: &fields };
        for entry in &self.labels {
            let place = format!("label '{}'", entry.language);
            entry.fields.keys().try_for_each(|field| names.one(&place, field).map(|_| ()))?;
        }
        let law = Law {
            codes: names.of_kind("law.codes", &self.law.codes, FieldKind::Code)?,
            names: names.of_kind("law.names", &self.law.names, FieldKind::EnterpriseName)?,
            name_similarity_min: self.law.name_similarity_min,
            n_records_max: self.law.n_records_max,
        };
        let blocking = self.blocks.into_iter().map(|block| block.into_rule(&names)).collect::<Result<_, _>>()?;
        let comparisons =
            self.comparisons.into_iter().map(|entry| entry.into_comparison(&names)).collect::<Result<_, _>>()?;
        let id_prefix = self.id_prefix.unwrap_or('E');
        check(id_prefix.is_ascii_uppercase(), || "id_prefix".into(), || "must be one letter A to Z".into())?;
        Ok(Schema {
            kind: self.kind,
            id_prefix,
            matches_per_record: self.matches_per_record,
            fields,
            law,
            blocking,
            comparisons,
        })
    }
}

impl FieldEntry {
    fn into_spec(self) -> Result<FieldSpec, SchemaError> {
        let FieldEntry { name, kind, survive, expected, many, order } = self;
        let place = || format!("field '{name}'");
        check(order.is_none() || kind == FieldKind::Date, place, || "'order' is for fields of kind 'date'".into())?;
        Ok(FieldSpec { name, kind, survive, expected, many, order })
    }
}

impl BlockEntry {
    fn into_rule(self, names: &Names<'_>) -> Result<BlockingRule, SchemaError> {
        let place = || format!("block '{}'", self.name);
        check(!self.on.is_empty(), place, || "'on' is empty: name at least one field and aspect".into())?;
        check(self.n_records_max >= 2, place, || "n_records_max must be at least 2".into())?;
        let parts = self.on.iter().map(|text| names.extract(&place(), text)).collect::<Result<_, _>>()?;
        Ok(BlockingRule { parts, n_records_max: self.n_records_max, name: self.name })
    }
}

impl ComparisonEntry {
    fn into_comparison(self, names: &Names<'_>) -> Result<Comparison, SchemaError> {
        let place = format!("comparison '{}'", self.name);
        let fields = names.all(&place, &self.fields)?;
        let against = names.all(&place, &self.against)?;
        check(!fields.is_empty(), || place.clone(), || "'fields' is empty".into())?;
        let kind = names.fields[fields[0].0 as usize].kind;
        let same_kind = fields.iter().chain(&against).all(|field| names.fields[field.0 as usize].kind == kind);
        check(same_kind, || place.clone(), || "all its fields must be of one kind".into())?;
        let present = match &self.present {
            Some(word) => names.aspect(&place, word, kind)?,
            None => Aspect::Text,
        };
        check((1..=N_ITEMS_MAX).contains(&self.levels.len()), || place.clone(), || "needs levels".into())?;
        let mut levels = Vec::with_capacity(self.levels.len());
        for (position, level) in self.levels.into_iter().enumerate() {
            levels.push(level.into_level(&format!("{place}, level {}", position + 1), kind, names)?);
        }
        let closes = levels.last().is_some_and(|level| level.conditions.is_empty());
        check(closes, || place.clone(), || "its last level must be 'else'".into())?;
        Ok(Comparison { name: self.name, fields, against, present, exclusive: self.exclusive, levels })
    }
}

impl LevelEntry {
    fn into_level(self, place: &str, kind: FieldKind, names: &Names<'_>) -> Result<ComparisonLevel, SchemaError> {
        let wrong = |what: String| SchemaError::Value { place: place.into(), what };
        let mut conditions = Vec::new();
        if self.when != "else" {
            for part in self.when.split(',') {
                let condition = Condition::read(part.trim()).map_err(wrong)?;
                if !condition.fits(kind) {
                    return Err(wrong(format!("'{part}' does not fit a field of kind {kind:?}")));
                }
                conditions.push(condition);
            }
        }
        check(self.m > 0.0 && self.m <= 1.0, || place.into(), || "m must be above 0 and at most 1".into())?;
        let u = match (self.u, self.others) {
            (Some(u), None) if u > 0.0 && u <= 1.0 => Chance::Fixed(u),
            (None, Some(others)) if others > 0.0 => {
                let word =
                    self.of.as_deref().ok_or_else(|| wrong("'others' needs 'of', the aspect it counts".into()))?;
                Chance::Shared { others, of: names.aspect(place, word, kind)?, n_sharers_max: self.n_sharers_max }
            }
            _ => return Err(wrong("needs either u (above 0, at most 1) or others (above 0)".into())),
        };
        Ok(ComparisonLevel { label: self.when, conditions, m: self.m, u })
    }
}

/// Finds fields by name.
struct Names<'a> {
    fields: &'a [FieldSpec],
}

impl Names<'_> {
    fn one(&self, place: &str, name: &str) -> Result<FieldIdx, SchemaError> {
        let position = self.fields.iter().position(|field| field.name == name);
        position.map(|position| FieldIdx(position as u8)).ok_or_else(|| SchemaError::Value {
            place: place.into(),
            what: unknown("field", name, self.fields.iter().map(|field| field.name.as_str())),
        })
    }

    fn all(&self, place: &str, names: &[String]) -> Result<Vec<FieldIdx>, SchemaError> {
        names.iter().map(|name| self.one(place, name)).collect()
    }

    fn of_kind(&self, place: &str, names: &[String], kind: FieldKind) -> Result<Vec<FieldIdx>, SchemaError> {
        let found = self.all(place, names)?;
        let fits = found.iter().all(|field| self.fields[field.0 as usize].kind == kind);
        check(fits, || place.into(), || format!("all its fields must be of kind {kind:?}"))?;
        Ok(found)
    }

    fn aspect(&self, place: &str, word: &str, kind: FieldKind) -> Result<Aspect, SchemaError> {
        let wrong = |what| SchemaError::Value { place: place.into(), what };
        let aspect = Aspect::named(word).ok_or_else(|| wrong(unknown("aspect", word, Aspect::words())))?;
        check(aspect.fits(kind), || place.into(), || format!("aspect '{word}' does not fit a field of kind {kind:?}"))?;
        Ok(aspect)
    }

    /// Reads `name|former_name norm`, or `tokens`.
    fn extract(&self, place: &str, text: &str) -> Result<Extract, SchemaError> {
        if text.trim() == "tokens" {
            return Ok(Extract { fields: vec![], aspect: Aspect::Tokens });
        }
        let (list, word) = text.trim().rsplit_once(' ').ok_or_else(|| SchemaError::Value {
            place: place.into(),
            what: format!("'{text}' is not of the form 'field|field aspect', nor 'tokens'"),
        })?;
        let fields = list.split('|').map(|name| self.one(place, name.trim())).collect::<Result<Vec<_>, _>>()?;
        let aspect = self.aspect(place, word, self.fields[fields[0].0 as usize].kind)?;
        Ok(Extract { fields, aspect })
    }
}

fn check(holds: bool, place: impl FnOnce() -> String, what: impl FnOnce() -> String) -> Result<(), SchemaError> {
    if holds { Ok(()) } else { Err(SchemaError::Value { place: place(), what: what() }) }
}
