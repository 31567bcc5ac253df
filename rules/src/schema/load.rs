//! How does a schema file become a [`Schema`]?
//!
//! Everything wrong in the file is found here, with the place and the nearest valid word; later code never checks again.
//! A part of the file that is wrong is left out and the others are read, so that all mistakes are told at once.

use hashbrown::HashSet;
use serde::Deserialize;

use super::derive::DeriveEntry;
use super::label::LabelEntry;
use super::*;
use crate::document::{self, Mistakes, WrongValue, did_you_mean};

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
    group: Option<String>,
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
        let groups = groups(&self.comparisons, wrong);
        let names = Names { fields: &fields, groups: &groups };
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
        let derives = self.derives.into_iter().enumerate();
        let derives =
            derives.filter_map(|(position, entry)| keep(wrong, entry.into_derive(position, &names))).collect();
        let (matches_per_record, repeated) = (matches, self.repeated);
        let kind = self.kind;
        Schema { kind, id_prefix, matches_per_record, repeated, fields, law, blocking, comparisons, groups, derives }
    }
}

/// The groups of evidence that levels name, in the order of the file.
fn groups(comparisons: &[ComparisonEntry], wrong: &mut Vec<WrongValue>) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for comparison in comparisons {
        for (position, level) in comparison.levels.iter().enumerate() {
            let Some(group) = level.group.as_ref().filter(|group| !groups.contains(group)) else { continue };
            let place = || format!("comparison '{}', level {}, group", comparison.name, position + 1);
            let is_within = check(groups.len() < N_ITEMS_MAX, place, || format!("more than {N_ITEMS_MAX} of them"));
            if keep(wrong, is_within).is_some() {
                groups.push(group.clone());
            }
        }
    }
    groups
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
            name_similarity_min: similarity,
            n_records_max: n_max,
        }
    }
}

impl FieldEntry {
    fn into_spec(self, wrong: &mut Vec<WrongValue>) -> FieldSpec {
        let FieldEntry { name, kind, survive, expected, many, vocabulary, order, foreign, down_to } = self;
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
        FieldSpec { name, kind, survive, expected, many, vocabulary, order, foreign, down_to }
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
        Ok(BlockingRule { parts, n_records_max: n_max, star: self.star, name: self.name })
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
            levels.extend(keep(wrong, level.into_level(&place, kind, is_last, names)));
        }
        Some(Comparison { name: self.name, fields, against, present, exclusive: self.exclusive, levels })
    }
}

impl LevelEntry {
    fn into_level(
        self,
        place: &str,
        kind: FieldKind,
        is_last: bool,
        names: &Names<'_>,
    ) -> Result<ComparisonLevel, WrongValue> {
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
        let group = self.group.as_deref().map(|group| names.group(&at("group")(), group)).transpose()?;
        Ok(ComparisonLevel { label: self.when, conditions, m, u, group })
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
pub(super) struct Names<'a> {
    fields: &'a [FieldSpec],
    groups: &'a [String],
}

impl Names<'_> {
    /// A name that blocking rules can write: `a|b norm` parts fields at `|` and the aspect at the last space.
    fn check_name(&self, position: usize, name: &str) -> Result<(), WrongValue> {
        let place = || format!("field {}, name", position + 1);
        check(!name.contains(['|', ' ', '\t', '\n', ',']), place, || {
            format!("'{name}' contains a space, ',' or '|', which part names elsewhere; write it without")
        })
    }

    fn group(&self, place: &str, name: &str) -> Result<u8, WrongValue> {
        let position = self.groups.iter().position(|group| group == name);
        position.map(|position| position as u8).ok_or_else(|| WrongValue {
            place: place.into(),
            what: did_you_mean("group", name, self.groups.iter().map(String::as_str)),
        })
    }

    pub(super) fn one(&self, place: &str, name: &str) -> Result<FieldIdx, WrongValue> {
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

    fn of_kind(
        &self,
        place: &str,
        names: &[String],
        kinds: &[FieldKind],
        wrong: &mut Vec<WrongValue>,
    ) -> Vec<FieldIdx> {
        let wanted = kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(" or ");
        let one = |(position, name): (usize, &String)| {
            let place = format!("{place} {}", position + 1);
            let field = self.one(&place, name)?;
            let own = self.kind(field);
            let what = || format!("'{name}' is of kind {}; the law wants fields of kind {wanted} here", own.word());
            check(kinds.contains(&own), || place, what)?;
            Ok(field)
        };
        names.iter().enumerate().filter_map(|entry| keep(wrong, one(entry))).collect()
    }

    /// Reads `name|former_name norm`, or `tokens`.
    pub(super) fn extract(&self, place: &str, text: &str) -> Result<Extract, WrongValue> {
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
