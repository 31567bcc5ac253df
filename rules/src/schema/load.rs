//! How does a schema file become a [`Schema`]?
//!
//! Everything wrong in the file is found here, with the place and the nearest valid word; later code never checks again.
//! A part of the file that is wrong is left out and the others are read, so that all mistakes are told at once.

use hashbrown::HashSet;
use serde::Deserialize;

use super::label::LabelEntry;
use super::*;
use crate::document::{self, Mistakes, WrongValue, did_you_mean};

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

    /// Reads a schema file; all its mistakes are told at once.
    ///
    /// ```
    /// use minglu_rules::schema::Schema;
    /// let mistakes = Schema::read("kind = '企业'\nmatches_per_record = '一'").unwrap_err();
    /// assert_eq!(mistakes.0[0].to_string(), "2:22: matches_per_record: '一' is a text; write a number");
    /// ```
    pub fn read(text: &str) -> Result<Schema, Mistakes> {
        let (file, document) = document::read::<File>(text)?;
        let mut wrong = Vec::new();
        let schema = file.into_schema(&mut wrong);
        document.check(wrong)?;
        Ok(schema)
    }
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
    fn into_schema(self, wrong: &mut Vec<WrongValue>) -> Schema {
        let mut note = |found: Result<(), WrongValue>| wrong.extend(found.err());
        note(check(!self.kind.trim().is_empty(), || "kind".into(), || "the kind needs a name".into()));
        let matches = self.matches_per_record;
        let is_rate = matches > 0.0 && matches.is_finite();
        note(check(is_rate, || "matches_per_record".into(), || format!("{matches} is not a number above 0")));
        let id_prefix = self.id_prefix.unwrap_or('E');
        let is_letter = id_prefix.is_ascii_uppercase();
        note(check(is_letter, || "id_prefix".into(), || format!("'{id_prefix}' is not one letter A to Z")));
        note(distinct("field", self.fields.iter().map(|field| field.name.as_str()), N_ITEMS_MAX));
        note(distinct("block", self.blocks.iter().map(|block| block.name.as_str()), N_BLOCKING_RULES_MAX));
        note(distinct("comparison", self.comparisons.iter().map(|entry| entry.name.as_str()), N_ITEMS_MAX));

        let fields: Vec<FieldSpec> = self.fields.into_iter().map(|field| field.into_spec(wrong)).collect();
        let names = Names { fields: &fields };
        for (position, field) in fields.iter().enumerate() {
            keep(wrong, names.check_name(position, &field.name));
        }
        for (position, label) in self.labels.iter().enumerate() {
            for field in label.fields.keys() {
                keep(wrong, names.one(&format!("label {}, fields", position + 1), field));
            }
        }
        let has_names = !self.law.names.is_empty();
        let law = self.law.into_law(&names, wrong);
        let blocking =
            self.blocks.into_iter().filter_map(|block| keep(wrong, block.into_rule(&names, has_names))).collect();
        let comparisons =
            self.comparisons.into_iter().filter_map(|entry| entry.into_comparison(&names, wrong)).collect();
        let matches_per_record = matches;
        Schema { kind: self.kind, id_prefix, matches_per_record, fields, law, blocking, comparisons }
    }
}

/// What was read, or nothing and a further entry in the list of what is wrong.
fn keep<T>(wrong: &mut Vec<WrongValue>, found: Result<T, WrongValue>) -> Option<T> {
    found.map_err(|error| wrong.push(error)).ok()
}

/// Items of a list have names, each its own, and there are not too many of them.
fn distinct<'a>(list: &str, names: impl Iterator<Item = &'a str>, n_max: usize) -> Result<(), WrongValue> {
    let mut seen = HashSet::new();
    for (position, name) in names.enumerate() {
        let place = || format!("{list} {}, name", position + 1);
        check(position < n_max, place, || format!("more than {n_max} of them"))?;
        check(!name.trim().is_empty(), place, || "a name must not be empty".into())?;
        check(seen.insert(name), place, || format!("there is a {list} '{name}' above; give each a name of its own"))?;
    }
    Ok(())
}

impl LawEntry {
    fn into_law(self, names: &Names<'_>, wrong: &mut Vec<WrongValue>) -> Law {
        let similarity = self.name_similarity_min;
        let is_share = (0.0..=1.0).contains(&similarity);
        let out_of_range = || format!("{similarity} is not between 0 and 1");
        keep(wrong, check(is_share, || "law, name_similarity_min".into(), out_of_range));
        let n_max = self.n_records_max;
        keep(wrong, check(n_max >= 1, || "law, n_records_max".into(), || "an entity has at least 1 record".into()));
        Law {
            codes: names.of_kind("law, codes", &self.codes, FieldKind::Code, wrong),
            names: names.of_kind("law, names", &self.names, FieldKind::EnterpriseName, wrong),
            name_similarity_min: similarity,
            n_records_max: n_max,
        }
    }
}

impl FieldEntry {
    fn into_spec(self, wrong: &mut Vec<WrongValue>) -> FieldSpec {
        let FieldEntry { name, kind, survive, expected, many, order } = self;
        let place = || format!("field '{name}', order");
        keep(
            wrong,
            check(order.is_none() || kind == FieldKind::Date, place, || "'order' is for fields of kind 'date'".into()),
        );
        FieldSpec { name, kind, survive, expected, many, order }
    }
}

impl BlockEntry {
    fn into_rule(self, names: &Names<'_>, has_names: bool) -> Result<BlockingRule, WrongValue> {
        let place = |key: &str| format!("block '{}', {key}", self.name);
        let n_max = self.n_records_max;
        check(!self.on.is_empty(), || place("on"), || "the list is empty; name at least one field and aspect".into())?;
        check(n_max >= 2, || place("n_records_max"), || format!("{n_max} is too few; a pair has 2 records"))?;
        let mut parts = Vec::with_capacity(self.on.len());
        for (position, text) in self.on.iter().enumerate() {
            let place = place(&format!("on {}", position + 1));
            let part = names.extract(&place, text)?;
            let is_readable = part.aspect != Aspect::Tokens || has_names;
            check(
                is_readable,
                || place,
                || "'tokens' are words of the names under [law] names, which lists none".into(),
            )?;
            parts.push(part);
        }
        Ok(BlockingRule { parts, n_records_max: n_max, name: self.name })
    }
}

impl ComparisonEntry {
    fn into_comparison(self, names: &Names<'_>, wrong: &mut Vec<WrongValue>) -> Option<Comparison> {
        let place = |key: &str| format!("comparison '{}', {key}", self.name);
        let (fields, kind) = keep(wrong, names.of_one_kind(&place("fields"), &self.fields, None))?;
        let against = match self.against.is_empty() {
            true => vec![],
            false => keep(wrong, names.of_one_kind(&place("against"), &self.against, Some(kind)))?.0,
        };
        let present = match &self.present {
            Some(word) => keep(wrong, aspect(&place("present"), word, kind))?,
            None => Aspect::Text,
        };
        let n_levels = self.levels.len();
        let in_range = (1..=N_ITEMS_MAX).contains(&n_levels);
        let needed = || format!("{n_levels} levels; write 1 to {N_ITEMS_MAX}, the last of them 'else'");
        keep(wrong, check(in_range, || place("levels"), needed))?;
        let mut levels = Vec::with_capacity(n_levels);
        for (position, level) in self.levels.into_iter().enumerate() {
            let place = format!("comparison '{}', level {}", self.name, position + 1);
            let is_last = position + 1 == n_levels;
            levels.extend(keep(wrong, level.into_level(&place, kind, is_last)));
        }
        Some(Comparison { name: self.name, fields, against, present, exclusive: self.exclusive, levels })
    }
}

impl LevelEntry {
    fn into_level(self, place: &str, kind: FieldKind, is_last: bool) -> Result<ComparisonLevel, WrongValue> {
        let at = |key: &'static str| move || format!("{place}, {key}");
        let is_else = self.when.trim() == "else";
        check(is_last || !is_else, at("when"), || {
            "'else' always holds, so no later level can; make it the last".into()
        })?;
        check(!is_last || is_else, at("when"), || "the last level must be 'else', for all that reach no other".into())?;
        let parts = self.when.split(',').filter(|_| !is_else);
        let conditions = parts
            .map(|part| condition(part.trim(), kind).map_err(|what| WrongValue { place: at("when")(), what }))
            .collect::<Result<_, _>>()?;
        let m = self.m;
        check(m > 0.0 && m <= 1.0, at("m"), || format!("{m} is not a probability above 0"))?;
        let u = self.chance(place, kind)?;
        Ok(ComparisonLevel { label: self.when, conditions, m, u })
    }

    fn chance(&self, place: &str, kind: FieldKind) -> Result<Chance, WrongValue> {
        let at = |key: &'static str| move || format!("{place}, {key}");
        let Some(others) = self.others else {
            let n_sharers_max = self.n_sharers_max.is_none();
            check(self.of.is_none(), at("of"), || "'of' goes with 'others'; with 'u' nothing is counted".into())?;
            check(n_sharers_max, at("n_sharers_max"), || "'n_sharers_max' goes with 'others' and 'of'".into())?;
            let u = self.u.ok_or_else(|| WrongValue {
                place: place.into(),
                what: "give 'u', the share of other pairs, or 'others' with 'of'".into(),
            })?;
            check(u > 0.0 && u <= 1.0, at("u"), || format!("{u} is not a probability above 0"))?;
            return Ok(Chance::Fixed(u));
        };
        check(self.u.is_none(), at("u"), || "give 'u' or 'others', not both".into())?;
        check(others > 0.0 && others.is_finite(), at("others"), || format!("{others} is not a number above 0"))?;
        let word = self.of.as_deref().ok_or_else(|| WrongValue {
            place: at("others")(),
            what: "'others' needs 'of', the aspect whose sharers count".into(),
        })?;
        Ok(Chance::Shared { others, of: aspect(&at("of")(), word, kind)?, n_sharers_max: self.n_sharers_max })
    }
}

/// Reads a condition on values of a kind.
fn condition(text: &str, kind: FieldKind) -> Result<Condition, String> {
    let condition = Condition::read(text)?;
    if !condition.aspect().fits(kind) {
        return Err(does_not_fit(condition.aspect().word(), kind));
    }
    if !condition.fits(kind) {
        let what = if matches!(condition, Condition::Within(_) | Condition::Swapped) { "days" } else { "words" };
        return Err(format!("'{text}' compares {what}; a field of kind {} has none", kind.word()));
    }
    let argument = text.split_whitespace().nth(2).unwrap_or_default();
    let is_count = argument.parse::<u8>().is_ok_and(|n| n >= 1);
    let (is_right, wanted) = match condition {
        Condition::Similar(_, min) | Condition::Overlap(_, min) => {
            (min > 0.0 && min <= 1.0, "a similarity above 0 and at most 1")
        }
        Condition::Edits(..) | Condition::Ends(..) => (is_count, "a whole number from 1 to 255"),
        Condition::Contain(..) | Condition::Alike(..) => {
            (argument.is_empty() || is_count, "nothing or a whole number from 1 to 255")
        }
        Condition::Within(_) => (argument.parse::<u16>().is_ok(), "a whole number of days"),
        Condition::Agrees(_) => (true, ""),
        _ => (argument.is_empty(), "nothing behind the predicate"),
    };
    if is_right { Ok(condition) } else { Err(format!("'{text}' wants {wanted}")) }
}

fn aspect(place: &str, word: &str, kind: FieldKind) -> Result<Aspect, WrongValue> {
    let wrong = |what| WrongValue { place: place.into(), what };
    let aspect = Aspect::named(word).ok_or_else(|| wrong(did_you_mean("aspect", word, Aspect::words())))?;
    check(aspect.fits(kind), || place.into(), || does_not_fit(word, kind))?;
    Ok(aspect)
}

fn does_not_fit(word: &str, kind: FieldKind) -> String {
    let fitting: Vec<&str> = Aspect::words().filter(|word| Aspect::named(word).is_some_and(|a| a.fits(kind))).collect();
    format!("a field of kind {} has no aspect '{word}'; it has: {}", kind.word(), fitting.join(", "))
}

/// Finds fields by name.
struct Names<'a> {
    fields: &'a [FieldSpec],
}

impl Names<'_> {
    /// A name that blocking rules can write: `a|b norm` parts fields at `|` and the aspect at the last space.
    fn check_name(&self, position: usize, name: &str) -> Result<(), WrongValue> {
        let place = || format!("field {}, name", position + 1);
        check(!name.contains(['|', ' ', '\t', '\n', ',']), place, || {
            format!("'{name}' contains a space, ',' or '|', which part names elsewhere; write it without")
        })
    }

    fn one(&self, place: &str, name: &str) -> Result<FieldIdx, WrongValue> {
        let position = self.fields.iter().position(|field| field.name == name);
        position.map(|position| FieldIdx(position as u8)).ok_or_else(|| WrongValue {
            place: place.into(),
            what: did_you_mean("field", name, self.fields.iter().map(|field| field.name.as_str())),
        })
    }

    fn kind(&self, field: FieldIdx) -> FieldKind {
        self.fields[field.0 as usize].kind
    }

    /// Fields that all are of one kind: of the given one, or of that of the first.
    fn of_one_kind(
        &self,
        place: &str,
        names: &[String],
        kind: Option<FieldKind>,
    ) -> Result<(Vec<FieldIdx>, FieldKind), WrongValue> {
        let mut found = Vec::with_capacity(names.len());
        let mut kind = kind;
        for (position, name) in names.iter().enumerate() {
            let place = format!("{place} {}", position + 1);
            let field = self.one(&place, name)?;
            let (own, wanted) = (self.kind(field), *kind.get_or_insert(self.kind(field)));
            check(
                own == wanted,
                || place,
                || {
                    format!(
                        "'{name}' is of kind {}, not {}; only fields of one kind are compared",
                        own.word(),
                        wanted.word()
                    )
                },
            )?;
            found.push(field);
        }
        let kind =
            kind.ok_or_else(|| WrongValue { place: place.into(), what: "the list is empty; name a field".into() })?;
        Ok((found, kind))
    }

    fn of_kind(&self, place: &str, names: &[String], kind: FieldKind, wrong: &mut Vec<WrongValue>) -> Vec<FieldIdx> {
        let one = |(position, name): (usize, &String)| {
            let place = format!("{place} {}", position + 1);
            let field = self.one(&place, name)?;
            let own = self.kind(field);
            let what =
                || format!("'{name}' is of kind {}; the law wants fields of kind {} here", own.word(), kind.word());
            check(own == kind, || place, what)?;
            Ok(field)
        };
        names.iter().enumerate().filter_map(|entry| keep(wrong, one(entry))).collect()
    }

    /// Reads `name|former_name norm`, or `tokens`.
    fn extract(&self, place: &str, text: &str) -> Result<Extract, WrongValue> {
        if text.trim() == "tokens" {
            return Ok(Extract { fields: vec![], aspect: Aspect::Tokens });
        }
        let (list, word) = text.trim().rsplit_once(' ').ok_or_else(|| WrongValue {
            place: place.into(),
            what: format!("'{text}' has no aspect; write 'field aspect', 'field|field aspect' or 'tokens'"),
        })?;
        let fields = list.split('|').map(|name| self.one(place, name.trim())).collect::<Result<Vec<_>, _>>()?;
        let mut found = Err(WrongValue { place: place.into(), what: "names no field".into() });
        for field in &fields {
            found = Ok(aspect(place, word, self.kind(*field))?);
        }
        Ok(Extract { aspect: found?, fields })
    }
}

fn check(holds: bool, place: impl FnOnce() -> String, what: impl FnOnce() -> String) -> Result<(), WrongValue> {
    if holds { Ok(()) } else { Err(WrongValue { place: place(), what: what() }) }
}
