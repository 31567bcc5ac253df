//! How does `[[comparison]]` become comparisons with levels?
//!
//! Conditions are read for the kind of the fields they look at. What names fields, groups and cases is looked up by
//! [`Names`]; numbers are checked to be probabilities and counts.

use serde::Deserialize;

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
    pub(super) levels: Vec<LevelEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelEntry {
    pub(super) when: String,
    pub(super) given: Option<String>,
    pub(super) case: Option<String>,
    pub(super) m: f64,
    pub(super) u: Option<f64>,
    pub(super) others: Option<f64>,
    pub(super) of: Option<String>,
    pub(super) n_sharers_max: Option<u32>,
    pub(super) group: Option<String>,
}

impl ComparisonEntry {
    /// How many of the cases are known once this comparison is made.
    pub(super) fn n_cases(&self, cases: &[String]) -> usize {
        let positions = self.levels.iter().filter_map(|level| level.case.as_ref());
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
        check(is_last || !is_else || self.given.is_some(), at("when"), || {
            "'else' always holds, so no later level can; make it the last".into()
        })?;
        check(!is_last || is_else, at("when"), || "the last level must be 'else', for all that reach no other".into())?;
        check(!is_last || self.given.is_none(), at("given"), || "the last level must hold in every case".into())?;
        let parts = self.when.split(',').filter(|_| !is_else);
        let conditions = parts
            .map(|part| condition(part.trim(), kind).map_err(|what| WrongValue { place: at("when")(), what }))
            .collect::<Result<_, _>>()?;
        let m = self.m;
        check(m > 0.0 && m <= 1.0, at("m"), || format!("{m} is not a probability above 0"))?;
        let u = self.chance(place, kind)?;
        let group = self.group.as_deref().map(|group| names.group(&at("group")(), group)).transpose()?;
        let given =
            self.given.as_deref().map(|case| names.case(&at("given")(), case, names.n_cases_known)).transpose()?;
        let case = self.case.as_deref().map(|case| names.case(&at("case")(), case, names.cases.len())).transpose()?;
        let label = match &self.given {
            Some(case) => format!("{} | {case}", self.when),
            None => self.when,
        };
        Ok(ComparisonLevel { label, conditions, m, u, group, given, case })
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
        Condition::Agrees(_) | Condition::Shares(_) => (true, ""),
        _ => (argument.is_empty(), "nothing behind the predicate"),
    };
    if is_right { Ok(condition) } else { Err(format!("'{text}' wants {wanted}")) }
}
