//! How does `[[comparison]]` become comparisons with levels?
//!
//! Conditions are read for the kind of the fields they look at. What names fields, groups and cases is looked up by
//! [`Names`]; numbers are checked to be probabilities and counts.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::names::{Names, aspect, does_not_fit};
use super::{N_ITEMS_MAX, check, keep};
use crate::document::WrongValue;
use crate::schema::{Aspect, Chance, Comparison, ComparisonLevel, Condition, FieldKind};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ComparisonEntry {
    pub(super) name: String,
    pub(super) fields: Vec<String>,
    #[serde(default)]
    pub(super) against: Vec<String>,
    pub(super) present: Option<String>,
    #[serde(default)]
    pub(super) exclusive: bool,
    pub(super) levels: Vec<LevelItem>,
}

/// A level, as a table or as its condition alone.
pub(super) struct LevelItem(pub(super) LevelEntry);

impl<'de> Deserialize<'de> for LevelItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrTable;
        impl<'de> Visitor<'de> for TextOrTable {
            type Value = LevelEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a condition, or a table { when = \"\", .. }")
            }

            fn visit_str<E: serde::de::Error>(self, when: &str) -> Result<LevelEntry, E> {
                Ok(LevelEntry { when: when.into(), ..LevelEntry::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LevelEntry, A::Error> {
                LevelEntry::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_any(TextOrTable).map(LevelItem)
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelEntry {
    pub(super) when: String,
    pub(super) given: Option<String>,
    pub(super) case: Option<String>,
    pub(super) m: Option<f64>,
    pub(super) u: Option<f64>,
    pub(super) others: Option<f64>,
    pub(super) of: Option<String>,
    pub(super) n_sharers_max: Option<u32>,
    pub(super) group: Option<String>,
}

impl ComparisonEntry {
    /// How many of the cases are known once this comparison is made.
    pub(super) fn n_cases(&self, cases: &[String]) -> usize {
        let positions = self.levels.iter().filter_map(|level| level.0.case.as_ref());
        positions.filter_map(|case| cases.iter().position(|known| known == case)).max().map_or(0, |last| last + 1)
    }

    pub(super) fn into_comparison(self, names: &Names<'_>, wrong: &mut Vec<WrongValue>) -> Option<Comparison> {
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
            let standing = (position, n_levels);
            levels.extend(keep(wrong, level.0.into_level(&place, kind, standing, names)));
        }
        Some(Comparison { name: self.name, fields, against, present, exclusive: self.exclusive, levels })
    }
}

impl LevelEntry {
    fn into_level(
        self,
        place: &str,
        kind: FieldKind,
        (position, n_levels): (usize, usize),
        names: &Names<'_>,
    ) -> Result<ComparisonLevel, WrongValue> {
        let is_last = position + 1 == n_levels;
        let at = |key: &'static str| move || format!("{place}, {key}");
        let is_else = self.when.trim() == "else";
        check(is_last || !is_else || self.given.is_some(), at("when"), || {
            "'else' always holds, so no later level can; make it the last".into()
        })?;
        check(!is_last || is_else, at("when"), || "the last level must be 'else', for all that reach no other".into())?;
        check(!is_last || self.given.is_none(), at("given"), || "the last level must hold in every case".into())?;
        let parts = self.when.split(',').filter(|_| !is_else);
        let conditions = parts
            .map(|part| condition(part.trim(), kind).map_err(|what| WrongValue { place: at("when")(), what }))
            .collect::<Result<_, _>>()?;
        let is_guess = self.m.is_none() || (self.u.is_none() && self.others.is_none());
        let m = self.m.unwrap_or_else(|| guess::m(position, n_levels));
        check(m > 0.0 && m <= 1.0, at("m"), || format!("{m} is not a probability above 0"))?;
        let u = self.chance(place, kind, (position, n_levels))?;
        let group = self.group.as_deref().map(|group| names.group(&at("group")(), group)).transpose()?;
        let given =
            self.given.as_deref().map(|case| names.case(&at("given")(), case, names.n_cases_known)).transpose()?;
        let case = self.case.as_deref().map(|case| names.case(&at("case")(), case, names.cases.len())).transpose()?;
        let label = match &self.given {
            Some(case) => format!("{} | {case}", self.when),
            None => self.when,
        };
        Ok(ComparisonLevel { label, conditions, m, u, is_guess, group, given, case })
    }

    fn chance(&self, place: &str, kind: FieldKind, standing: (usize, usize)) -> Result<Chance, WrongValue> {
        let at = |key: &'static str| move || format!("{place}, {key}");
        if self.others.is_none() && (self.of.is_none() || self.u.is_some()) {
            let n_sharers_max = self.n_sharers_max.is_none();
            check(self.of.is_none(), at("of"), || "'of' goes with 'others'; with 'u' nothing is counted".into())?;
            check(n_sharers_max, at("n_sharers_max"), || "'n_sharers_max' goes with 'of'".into())?;
            let u = self.u.unwrap_or_else(|| guess::u(standing.0, standing.1));
            check(u > 0.0 && u <= 1.0, at("u"), || format!("{u} is not a probability above 0"))?;
            return Ok(Chance::Fixed(u));
        }
        let others = self.others.unwrap_or(guess::OTHERS);
        check(self.u.is_none(), at("u"), || "give 'u' or 'others', not both".into())?;
        check(others > 0.0 && others.is_finite(), at("others"), || format!("{others} is not a number above 0"))?;
        let word = self.of.as_deref().ok_or_else(|| WrongValue {
            place: at("others")(),
            what: "'others' needs 'of', the aspect whose sharers count".into(),
        })?;
        Ok(Chance::Shared { others, own: 0.0, of: aspect(&at("of")(), word, kind)?, n_sharers_max: self.n_sharers_max })
    }
}

/// Where training begins for a level of which the file says nothing, the best level first.
mod guess {
    /// Other entities that are expected to share a value that was seen once: one, as where its frequency is taken for its u.
    pub(super) const OTHERS: f64 = 1.0;

    /// Most true pairs are on the first level, each further one has half as many; one in twenty is on the last.
    pub(super) fn m(position: usize, n_levels: usize) -> f64 {
        let last = 0.05;
        let n_better = n_levels.saturating_sub(1);
        if position >= n_better {
            return if n_better == 0 { 1.0 } else { last };
        }
        let share = |position: usize| 0.5_f64.powi(position as i32);
        (1.0 - last) * share(position) / (0..n_better).map(share).sum::<f64>()
    }

    /// One in a hundred other pairs is on the last but one level, a fifth of that on each better one.
    pub(super) fn u(position: usize, n_levels: usize) -> f64 {
        let n_worse = n_levels.saturating_sub(position + 1);
        if n_worse == 0 { 0.98 } else { 0.01 * 0.2_f64.powi(n_worse as i32 - 1) }
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
        Condition::Edits(..) | Condition::Begins(..) | Condition::Ends(..) => {
            (is_count, "a whole number from 1 to 255")
        }
        Condition::Contain(..) | Condition::Alike(..) | Condition::Homophone(..) | Condition::Lookalike(..) => {
            (argument.is_empty() || is_count, "nothing or a whole number from 1 to 255")
        }
        Condition::Within(_) => (argument.parse::<u16>().is_ok(), "a whole number of days"),
        Condition::Agrees(_) | Condition::Shares(_) => (true, ""),
        _ => (argument.is_empty(), "nothing behind the predicate"),
    };
    if is_right { Ok(condition) } else { Err(format!("'{text}' wants {wanted}")) }
}
