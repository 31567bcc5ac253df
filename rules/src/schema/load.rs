//! How does a schema file become a [`Schema`]?
//!
//! Everything wrong in the file is found here, with the place and the nearest valid word; later code never checks again.

use serde::Deserialize;
use thiserror::Error;

use super::condition::unknown;
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
    #[serde(rename = "relation", default)]
    relations: Vec<RelationEntry>,
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
    former_to: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LawEntry {
    codes: Vec<String>,
    names: Vec<String>,
    begins: Vec<String>,
    ends: Vec<String>,
    name_similarity_min: f64,
    n_records_max: usize,
}

impl Default for LawEntry {
    fn default() -> Self {
        Self {
            codes: vec![],
            names: vec![],
            begins: vec![],
            ends: vec![],
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
    levels: Vec<LevelEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelEntry {
    when: String,
    given: Option<String>,
    case: Option<String>,
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
        let former_to: Vec<Option<String>> = self.fields.iter().map(|field| field.former_to.clone()).collect();
        let mut fields: Vec<FieldSpec> = self.fields.into_iter().map(FieldEntry::into_spec).collect();
        resolve_former_names(&mut fields, &former_to)?;
        let names = Names { fields: &fields };
        let law = Law {
            codes: names.of_kind("law.codes", &self.law.codes, FieldKind::Code)?,
            names: names.of_kind("law.names", &self.law.names, FieldKind::EnterpriseName)?,
            begins: names.of_kind("law.begins", &self.law.begins, FieldKind::Date)?,
            ends: names.of_kind("law.ends", &self.law.ends, FieldKind::Date)?,
            name_similarity_min: self.law.name_similarity_min,
            n_records_max: self.law.n_records_max,
        };
        let blocking = self.blocks.into_iter().map(|block| block.into_rule(&names)).collect::<Result<_, _>>()?;
        let mut cases = Vec::new();
        let comparisons = self.comparisons.into_iter().map(|entry| entry.into_comparison(&names, &mut cases));
        let comparisons = comparisons.collect::<Result<_, _>>()?;
        let relations = self.relations.into_iter().map(|entry| entry.into_rule(&names)).collect::<Result<_, _>>()?;
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
            cases,
            relations,
        })
    }
}

impl FieldEntry {
    fn into_spec(self) -> FieldSpec {
        let Self { name, kind, survive, expected, many, former_to: _ } = self;
        FieldSpec { name, kind, survive, expected, many, former_to: None }
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
    /// `cases` are those of earlier comparisons; those of this one are added once it has been read.
    fn into_comparison(self, names: &Names<'_>, cases: &mut Vec<String>) -> Result<Comparison, SchemaError> {
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
        let known = cases.len();
        for case in self.levels.iter().filter_map(|level| level.case.as_ref()) {
            if !cases.contains(case) {
                cases.push(case.clone());
            }
        }
        check(cases.len() <= N_ITEMS_MAX, || place.clone(), || format!("more than {N_ITEMS_MAX} cases"))?;
        let mut levels = Vec::with_capacity(self.levels.len());
        for (position, level) in self.levels.into_iter().enumerate() {
            let place = format!("{place}, level {}", position + 1);
            let given = level.given.as_deref().map(|case| case_of(&place, case, &cases[..known])).transpose()?;
            let case = level.case.as_deref().map(|case| case_of(&place, case, cases)).transpose()?;
            levels.push(ComparisonLevel { given, case, ..level.into_level(&place, kind, names)? });
        }
        let closes = levels.last().is_some_and(|level| level.conditions.is_empty() && level.given.is_none());
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
        let label = match &self.given {
            Some(case) => format!("{} | {case}", self.when),
            None => self.when,
        };
        Ok(ComparisonLevel { label, conditions, given: None, case: None, m: self.m, u })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RelationEntry {
    kind: String,
    from: String,
    to: String,
    on: Vec<String>,
    n_entities_max: usize,
}

impl RelationEntry {
    fn into_rule(self, names: &Names<'_>) -> Result<RelationRule, SchemaError> {
        let place = format!("relation '{}'", self.kind);
        let kind = RelationKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind).ok_or_else(|| {
            let words = RelationKind::ALL.into_iter().map(RelationKind::as_str);
            SchemaError::Value { place: place.clone(), what: unknown("kind", &self.kind, words) }
        })?;
        check(!self.on.is_empty(), || place.clone(), || "'on' is empty: name at least one field and aspect".into())?;
        let on = self.on.iter().map(|text| names.extract(&place, text)).collect::<Result<_, _>>()?;
        Ok(RelationRule { kind, from: self.from, to: self.to, on, n_entities_max: self.n_entities_max })
    }
}

/// The position of a case among those known.
fn case_of(place: &str, case: &str, cases: &[String]) -> Result<CaseIdx, SchemaError> {
    let position = cases.iter().position(|known| known == case).ok_or_else(|| SchemaError::Value {
        place: place.into(),
        what: unknown("case of an earlier comparison", case, cases.iter().map(String::as_str)),
    })?;
    Ok(CaseIdx(position as u8))
}

/// Finds the fields that former names go to.
fn resolve_former_names(fields: &mut [FieldSpec], former_to: &[Option<String>]) -> Result<(), SchemaError> {
    for (position, target) in former_to.iter().enumerate() {
        let Some(target) = target else { continue };
        let place = format!("field '{}'", fields[position].name);
        let found = Names { fields }.one(&place, target)?;
        let both_names =
            [&fields[position], &fields[found.0 as usize]].map(|field| field.kind == FieldKind::EnterpriseName);
        check(both_names == [true; 2], || place, || "former_to needs two fields of kind enterprise-name".into())?;
        fields[position].former_to = Some(found);
    }
    Ok(())
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
