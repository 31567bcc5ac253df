//! How does a schema file become a [`Schema`]?
//!
//! Everything wrong in the file is found here, with the place and the nearest valid word; later code never checks again.
//! A part of the file that is wrong is left out and the others are read, so that all mistakes are told at once.

mod comparison;
mod names;

pub(super) use names::Names;

use hashbrown::HashSet;
use serde::Deserialize;

use comparison::{ComparisonEntry, LevelEntry};

use super::derive::DeriveEntry;
use super::label::LabelEntry;
use super::relation::RelationEntry;
use super::*;
use crate::document::{self, Mistakes, WrongValue};

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
    #[serde(default, rename = "derive")]
    derives: Vec<DeriveEntry>,
    /// Checked here, read by [`Labels`]: a schema does not hold them.
    #[serde(default, rename = "label")]
    labels: Vec<LabelEntry>,
    #[serde(default, rename = "relation")]
    relations: Vec<RelationEntry>,
    /// What training found, written behind the schema it was trained for.
    trained: Option<Trained>,
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
    vocabulary: Option<Vocabulary>,
    order: Option<DateOrder>,
    #[serde(default)]
    foreign: bool,
    down_to: Option<DownTo>,
    former_to: Option<String>,
}

/// Words for the level below which an address is cut.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum DownTo {
    Building,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LawEntry {
    codes: Vec<String>,
    names: Vec<String>,
    places: Vec<String>,
    required: Vec<String>,
    n_independent_min: u32,
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
            places: vec![],
            required: vec![],
            n_independent_min: 0,
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
    n_records_max: Option<usize>,
    #[serde(default)]
    star: bool,
    #[serde(default)]
    known: bool,
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

        let former_to: Vec<Option<String>> = self.fields.iter().map(|field| field.former_to.clone()).collect();
        let mut fields: Vec<FieldSpec> = self.fields.into_iter().map(|field| field.into_spec(wrong)).collect();
        resolve_former_names(&mut fields, &former_to, wrong);
        let groups = words_of_levels(&self.comparisons, "group", |level| level.group.as_ref(), wrong);
        let cases = words_of_levels(&self.comparisons, "case", |level| level.case.as_ref(), wrong);
        let names = Names { fields: &fields, groups: &groups, cases: &cases, n_cases_known: 0 };
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
        let mut n_cases_known = 0;
        let mut comparisons = Vec::with_capacity(self.comparisons.len());
        for entry in self.comparisons {
            let n_cases = entry.n_cases(&cases).max(n_cases_known);
            comparisons.extend(entry.into_comparison(&Names { n_cases_known, ..names }, wrong));
            n_cases_known = n_cases;
        }
        let derives = self.derives.into_iter().enumerate();
        let derives =
            derives.filter_map(|(position, entry)| keep(wrong, entry.into_derive(position, &names))).collect();
        let relations = self.relations.into_iter().enumerate();
        let relations =
            relations.filter_map(|(position, entry)| keep(wrong, entry.into_rule(position, &names))).collect();
        let trained = self.trained;
        let mut schema = Schema {
            kind: self.kind,
            id_prefix,
            matches_per_record: matches,
            repeated: self.repeated,
            fields,
            law,
            blocking,
            comparisons,
            groups,
            cases,
            derives,
            relations,
            shared: vec![],
        };
        if let Some(Err(error)) = trained.map(|trained| trained.apply(&mut schema, "trained")) {
            wrong.push(error);
        }
        schema
    }
}

/// The words that levels give a group or a case, in the order of the file.
fn words_of_levels(
    comparisons: &[ComparisonEntry],
    key: &str,
    word_of: impl Fn(&LevelEntry) -> Option<&String>,
    wrong: &mut Vec<WrongValue>,
) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for comparison in comparisons {
        for (position, level) in comparison.levels.iter().enumerate() {
            let Some(word) = word_of(&level.0).filter(|word| !words.contains(word)) else { continue };
            let place = || format!("comparison '{}', level {}, {key}", comparison.name, position + 1);
            let is_within = check(words.len() < N_ITEMS_MAX, place, || format!("more than {N_ITEMS_MAX} of them"));
            if keep(wrong, is_within).is_some() {
                words.push(word.clone());
            }
        }
    }
    words
}

/// Finds the fields that former names go to.
fn resolve_former_names(fields: &mut [FieldSpec], former_to: &[Option<String>], wrong: &mut Vec<WrongValue>) {
    for (position, target) in former_to.iter().enumerate() {
        let Some(target) = target else { continue };
        let place = format!("field '{}', former_to", fields[position].name);
        let found = Names { fields, groups: &[], cases: &[], n_cases_known: 0 }.one(&place, target);
        let Some(found) = keep(wrong, found) else { continue };
        let are_names = [position, usize::from(found.0)].map(|at| fields[at].kind == FieldKind::EnterpriseName);
        let both = check(are_names == [true; 2], || place, || "both fields must be of kind 'enterprise-name'".into());
        if keep(wrong, both).is_some() {
            fields[position].former_to = Some(found);
        }
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

/// Kinds whose valid values name a subject.
const CODE_KINDS: [FieldKind; 3] = [FieldKind::Code, FieldKind::PersonId, FieldKind::BuildingCode];

/// Kinds of names that may be found unrelated.
const NAME_KINDS: [FieldKind; 2] = [FieldKind::EnterpriseName, FieldKind::PersonName];

impl LawEntry {
    fn into_law(self, names: &Names<'_>, wrong: &mut Vec<WrongValue>) -> Law {
        let similarity = self.name_similarity_min;
        let is_share = (0.0..=1.0).contains(&similarity);
        let out_of_range = || format!("{similarity} is not between 0 and 1");
        keep(wrong, check(is_share, || "law, name_similarity_min".into(), out_of_range));
        let n_max = self.n_records_max;
        keep(wrong, check(n_max >= 1, || "law, n_records_max".into(), || "an entity has at least 1 record".into()));
        let mut required = 0;
        for (position, group) in self.required.iter().enumerate() {
            let found = keep(wrong, names.group(&format!("law, required {}", position + 1), group));
            required |= found.map_or(0, |group| 1_u64 << group);
        }
        let n_others = names.groups.len() as u32 - required.count_ones();
        let n_min = self.n_independent_min;
        let too_many = || format!("{n_min} groups are wanted, the levels name {n_others} besides the required ones");
        keep(wrong, check(n_min <= n_others, || "law, n_independent_min".into(), too_many));
        Law {
            codes: names.of_kind("law, codes", &self.codes, &CODE_KINDS, wrong),
            names: names.of_kind("law, names", &self.names, &NAME_KINDS, wrong),
            places: names.of_kind("law, places", &self.places, &[FieldKind::Address], wrong),
            required,
            n_independent_min: n_min,
            begins: names.of_kind("law, begins", &self.begins, &[FieldKind::Date], wrong),
            ends: names.of_kind("law, ends", &self.ends, &[FieldKind::Date], wrong),
            name_similarity_min: similarity,
            n_records_max: n_max,
        }
    }
}

impl FieldEntry {
    fn into_spec(self, wrong: &mut Vec<WrongValue>) -> FieldSpec {
        let FieldEntry { name, kind, survive, expected, many, vocabulary, order, foreign, down_to, former_to: _ } =
            self;
        let place = || format!("field '{name}', vocabulary");
        let is_category = vocabulary.is_none() || kind == FieldKind::Category;
        keep(wrong, check(is_category, place, || "'vocabulary' is for fields of kind 'category'".into()));
        let place = || format!("field '{name}', order");
        keep(
            wrong,
            check(order.is_none() || kind == FieldKind::Date, place, || "'order' is for fields of kind 'date'".into()),
        );
        let place = || format!("field '{name}', down_to");
        let is_address = down_to.is_none() || kind == FieldKind::Address;
        keep(wrong, check(is_address, place, || "'down_to' is for fields of kind 'address'".into()));
        let down_to = down_to.map(|DownTo::Building| AddressLevel::Building);
        FieldSpec { name, kind, survive, expected, many, vocabulary, order, foreign, down_to, former_to: None }
    }
}

/// A block without a cap could hold a whole city.
const NO_CAP: &str = "the key 'n_records_max' is missing";
const STAR_HAS_CAP: &str = "a star is compared with its first record only and needs no cap; leave this out";

impl BlockEntry {
    fn into_rule(self, names: &Names<'_>, has_names: bool) -> Result<BlockingRule, WrongValue> {
        let place = |key: &str| format!("block '{}', {key}", self.name);
        let n_max = match (self.n_records_max, self.star) {
            (None, true) => usize::MAX,
            (Some(n_max), false) => n_max,
            (None, false) => return Err(WrongValue { place: format!("block '{}'", self.name), what: NO_CAP.into() }),
            (Some(_), true) => return Err(WrongValue { place: place("n_records_max"), what: STAR_HAS_CAP.into() }),
        };
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
        Ok(BlockingRule { parts, n_records_max: n_max, star: self.star, known: self.known, name: self.name })
    }
}

fn check(holds: bool, place: impl FnOnce() -> String, what: impl FnOnce() -> String) -> Result<(), WrongValue> {
    if holds { Ok(()) } else { Err(WrongValue { place: place(), what: what() }) }
}
