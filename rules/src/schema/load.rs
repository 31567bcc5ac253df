//! How does a schema file become a [`Schema`]?
//!
//! Everything wrong in the file is found here, with the place and the nearest valid word; later code never checks again.

use serde::Deserialize;
use thiserror::Error;

use super::condition::unknown;
use super::derive::DeriveEntry;
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
const SHIPPED: [(&str, &str); 3] = [
    ("enterprise", include_str!("../../schemas/enterprise.toml")),
    ("person", include_str!("../../schemas/person.toml")),
    ("building", include_str!("../../schemas/building.toml")),
];

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
    #[serde(default)]
    repeated: bool,
    #[serde(rename = "field")]
    fields: Vec<FieldEntry>,
    #[serde(default)]
    law: LawEntry,
    #[serde(rename = "block")]
    blocks: Vec<BlockEntry>,
    #[serde(rename = "comparison")]
    comparisons: Vec<ComparisonEntry>,
    #[serde(rename = "derive", default)]
    derives: Vec<DeriveEntry>,
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
    #[serde(default)]
    foreign: bool,
    down_to: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LawEntry {
    codes: Vec<String>,
    names: Vec<String>,
    places: Vec<String>,
    required: Vec<String>,
    n_independent_min: u32,
    name_similarity_min: f64,
    n_records_max: usize,
}

impl Default for LawEntry {
    fn default() -> Self {
        Self {
            codes: vec![],
            names: vec![],
            places: vec![],
            required: vec![],
            n_independent_min: 0,
            name_similarity_min: 0.3,
            n_records_max: 200,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockEntry {
    name: String,
    on: Vec<String>,
    n_records_max: Option<usize>,
    #[serde(default)]
    star: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComparisonEntry {
    name: String,
    fields: Vec<String>,
    #[serde(default)]
    against: Vec<String>,
    present: Option<String>,
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
    group: Option<String>,
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
        let fields: Vec<FieldSpec> =
            self.fields.into_iter().map(FieldEntry::into_spec).collect::<Result<_, SchemaError>>()?;
        let groups = groups(&self.comparisons)?;
        let names = Names { fields: &fields, groups: &groups };
        let law = self.law.into_law(&names)?;
        let derives = self.derives.into_iter().map(|entry| entry.into_derive(&names)).collect::<Result<_, _>>()?;
        let blocking = self.blocks.into_iter().map(|block| block.into_rule(&names)).collect::<Result<_, _>>()?;
        let comparisons =
            self.comparisons.into_iter().map(|entry| entry.into_comparison(&names)).collect::<Result<_, _>>()?;
        let id_prefix = self.id_prefix.unwrap_or('E');
        check(id_prefix.is_ascii_uppercase(), || "id_prefix".into(), || "must be one letter A to Z".into())?;
        Ok(Schema {
            kind: self.kind,
            id_prefix,
            matches_per_record: self.matches_per_record,
            repeated: self.repeated,
            fields,
            law,
            blocking,
            comparisons,
            groups,
            derives,
        })
    }
}

/// The groups of evidence that levels name, in the order of the file.
fn groups(comparisons: &[ComparisonEntry]) -> Result<Vec<String>, SchemaError> {
    let mut groups: Vec<String> = Vec::new();
    for group in comparisons.iter().flat_map(|entry| &entry.levels).filter_map(|level| level.group.as_ref()) {
        if !groups.contains(group) {
            groups.push(group.clone());
        }
    }
    check(groups.len() <= N_ITEMS_MAX, || "group".into(), || format!("more than {N_ITEMS_MAX} of them"))?;
    Ok(groups)
}

/// Kinds whose valid values name a subject.
const CODE_KINDS: [FieldKind; 3] = [FieldKind::Code, FieldKind::PersonId, FieldKind::BuildingCode];

impl LawEntry {
    fn into_law(self, names: &Names<'_>) -> Result<Law, SchemaError> {
        let mut required = 0;
        for group in &self.required {
            required |= 1 << names.group("law.required", group)?;
        }
        let n_others = (names.groups.len() - self.required.len().min(names.groups.len())) as u32;
        let place = || "law.n_independent_min".into();
        check(self.n_independent_min <= n_others, place, || format!("the levels name {n_others} groups besides"))?;
        Ok(Law {
            codes: names.of_kind("law.codes", &self.codes, &CODE_KINDS)?,
            names: names.of_kind("law.names", &self.names, &[FieldKind::EnterpriseName, FieldKind::PersonName])?,
            places: names.of_kind("law.places", &self.places, &[FieldKind::Address])?,
            required,
            n_independent_min: self.n_independent_min,
            name_similarity_min: self.name_similarity_min,
            n_records_max: self.n_records_max,
        })
    }
}

impl FieldEntry {
    fn into_spec(self) -> Result<FieldSpec, SchemaError> {
        let place = || format!("field '{}'", self.name);
        let level = self.down_to.as_deref();
        let down_to = match level {
            None => None,
            Some("building") if self.kind == FieldKind::Address => Some(AddressLevel::Building),
            Some("building") => return Err(wrong_value(place(), "'down_to' is for fields of kind address".into())),
            Some(word) => return Err(wrong_value(place(), unknown("level", word, ["building"].into_iter()))),
        };
        Ok(FieldSpec {
            name: self.name,
            kind: self.kind,
            survive: self.survive,
            expected: self.expected,
            many: self.many,
            foreign: self.foreign,
            down_to,
        })
    }
}

impl BlockEntry {
    fn into_rule(self, names: &Names<'_>) -> Result<BlockingRule, SchemaError> {
        let place = || format!("block '{}'", self.name);
        check(!self.on.is_empty(), place, || "'on' is empty: name at least one field and aspect".into())?;
        let n_records_max = match (self.n_records_max, self.star) {
            (None, true) => usize::MAX,
            (Some(n), false) if n >= 2 => n,
            (Some(_), false) => return Err(wrong_value(place(), "n_records_max must be at least 2".into())),
            (None, false) => {
                return Err(wrong_value(place(), "n_records_max is missing: how many records at most?".into()));
            }
            (Some(_), true) => {
                return Err(wrong_value(place(), "a star needs no n_records_max: leave one of them out".into()));
            }
        };
        let parts = self.on.iter().map(|text| names.extract(&place(), text)).collect::<Result<_, _>>()?;
        Ok(BlockingRule { parts, n_records_max, star: self.star, name: self.name })
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
        Ok(Comparison { name: self.name, fields, against, present, levels })
    }
}

impl LevelEntry {
    fn into_level(self, place: &str, kind: FieldKind, names: &Names<'_>) -> Result<ComparisonLevel, SchemaError> {
        let wrong = |what: String| SchemaError::Value { place: place.into(), what };
        let mut conditions = Vec::new();
        if self.when != "else" {
            for part in self.when.split(',') {
                let condition = Condition::read(part.trim()).map_err(wrong)?;
                if !condition.aspect().fits(kind) {
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
        let group = self.group.as_deref().map(|group| names.group(place, group)).transpose()?;
        Ok(ComparisonLevel { label: self.when, conditions, m: self.m, u, group })
    }
}

/// Finds fields by name.
pub(super) struct Names<'a> {
    fields: &'a [FieldSpec],
    groups: &'a [String],
}

impl Names<'_> {
    fn one(&self, place: &str, name: &str) -> Result<FieldIdx, SchemaError> {
        let position = self.fields.iter().position(|field| field.name == name);
        position.map(|position| FieldIdx(position as u8)).ok_or_else(|| SchemaError::Value {
            place: place.into(),
            what: unknown("field", name, self.fields.iter().map(|field| field.name.as_str())),
        })
    }

    fn group(&self, place: &str, name: &str) -> Result<u8, SchemaError> {
        let position = self.groups.iter().position(|group| group == name);
        position
            .map(|position| position as u8)
            .ok_or_else(|| wrong_value(place.into(), unknown("group", name, self.groups.iter().map(String::as_str))))
    }

    pub(super) fn all(&self, place: &str, names: &[String]) -> Result<Vec<FieldIdx>, SchemaError> {
        names.iter().map(|name| self.one(place, name)).collect()
    }

    fn of_kind(&self, place: &str, names: &[String], kinds: &[FieldKind]) -> Result<Vec<FieldIdx>, SchemaError> {
        let found = self.all(place, names)?;
        let fits = found.iter().all(|field| kinds.contains(&self.fields[field.0 as usize].kind));
        check(fits, || place.into(), || format!("all its fields must be of kind {kinds:?}"))?;
        Ok(found)
    }

    fn aspect(&self, place: &str, word: &str, kind: FieldKind) -> Result<Aspect, SchemaError> {
        let wrong = |what| SchemaError::Value { place: place.into(), what };
        let aspect = Aspect::named(word).ok_or_else(|| wrong(unknown("aspect", word, Aspect::words())))?;
        check(aspect.fits(kind), || place.into(), || format!("aspect '{word}' does not fit a field of kind {kind:?}"))?;
        Ok(aspect)
    }

    /// Reads `name|former_name norm`, or `tokens`.
    pub(super) fn extract(&self, place: &str, text: &str) -> Result<Extract, SchemaError> {
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

pub(super) fn wrong_value(place: String, what: String) -> SchemaError {
    SchemaError::Value { place, what }
}

fn check(holds: bool, place: impl FnOnce() -> String, what: impl FnOnce() -> String) -> Result<(), SchemaError> {
    if holds { Ok(()) } else { Err(SchemaError::Value { place: place(), what: what() }) }
}
