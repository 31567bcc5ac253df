//! What did training find out about the comparisons of a schema?
//!
//! A model file holds one such part for each kind; put behind the schema it was trained for, under `[trained]`, it takes the
//! place of the m and u that stand there. It names every level by its condition, so that a person can read it and a
//! schema that has changed since is noticed. How the numbers are found is [`crate::train`]'s business.

use std::fmt::Write;

use serde::Deserialize;

use super::{Chance, Comparison, Schema};
use crate::document::WrongValue;

/// The trained numbers of one kind of entity.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trained {
    /// Kind of the schema.
    pub kind: String,
    /// Expected number of true matches of a record, see [`Schema::matches_per_record`].
    pub matches_per_record: f64,
    /// The comparisons in the order of the schema.
    #[serde(default, rename = "comparison")]
    pub comparisons: Vec<TrainedComparison>,
    /// Values of more entities than their level allows.
    #[serde(default)]
    pub shared: Vec<SharedValue>,
}

/// The trained levels of a comparison.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainedComparison {
    /// Name of the comparison.
    pub name: String,
    /// All its levels in order.
    pub levels: Vec<TrainedLevel>,
}

/// The trained numbers of a level.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainedLevel {
    /// The condition as the schema writes it, with its case.
    pub when: String,
    /// Probability among true matches.
    pub m: f64,
    /// Probability among other pairs; none where it follows from how many entities share the value.
    pub u: Option<f64>,
    /// Further records of the same entity in one source that are expected to share the value; only where sharers count.
    #[serde(default)]
    pub own: f64,
    /// Other entities that are expected to have a value that is seen once; only where sharers count. None keeps the schema's.
    pub others: Option<f64>,
}

/// A value that so many entities share that it is no evidence: an agent's telephone, a hosting address.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedValue {
    /// Name of the comparison that looks at it.
    pub comparison: String,
    /// The value under the aspect whose sharers count.
    pub value: String,
    /// Entities that shared it when the model was trained.
    pub n_sharers: u32,
}

impl Trained {
    /// Puts the numbers into the schema they were trained for; `place` is where they stand in the file.
    ///
    /// # Errors
    ///
    /// The kind, a comparison or a level is not one of the schema, or a number is no probability.
    ///
    /// ```
    /// use minglu_rules::schema::{Schema, Trained};
    /// let mut schema = Schema::shipped("enterprise").unwrap();
    /// let trained = Trained { kind: "person".into(), matches_per_record: 1.0, comparisons: vec![], shared: vec![] };
    /// assert!(trained.apply(&mut schema, "trained").unwrap_err().what.contains("person")); // 自然人模型不适用于企业
    /// ```
    pub fn apply(self, schema: &mut Schema, place: &str) -> Result<(), WrongValue> {
        let wrong = |at: &str, what: String| Err(WrongValue { place: format!("{place}, {at}"), what });
        if self.kind != schema.kind {
            return wrong("kind", format!("it was trained for '{}', this schema is '{}'", self.kind, schema.kind));
        }
        let matches = self.matches_per_record;
        if !(matches > 0.0 && matches.is_finite()) {
            return wrong("matches_per_record", format!("{matches} is not a number above 0"));
        }
        for found in self.comparisons {
            let at = format!("comparison '{}'", found.name);
            let Some(comparison) = schema.comparisons.iter_mut().find(|known| known.name == found.name) else {
                return wrong(&at, "the schema has no such comparison; train again".into());
            };
            if let Err(what) = apply_levels(&found, comparison) {
                return wrong(&at, what);
            }
        }
        schema.matches_per_record = matches;
        schema.shared = self.shared;
        Ok(())
    }

    /// The text of a table of this name, which [`Schema::read`] accepts behind the schema where it is `trained`.
    ///
    /// ```
    /// use minglu_rules::schema::{Schema, Trained};
    /// let trained = Trained { kind: "enterprise".into(), matches_per_record: 0.875, comparisons: vec![], shared: vec![] };
    /// let text = format!("{}{}", Schema::shipped_text("enterprise").unwrap(), trained.to_toml("trained"));
    /// assert_eq!(Schema::read(&text).unwrap().matches_per_record, 0.875); // 每条记录的期望匹配数
    /// ```
    pub fn to_toml(&self, table: &str) -> String {
        let mut text = format!("\n[{table}]\nkind = {}\n", quoted(&self.kind));
        let mut line = |line: std::fmt::Arguments<'_>| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{line}");
        };
        line(format_args!("matches_per_record = {}", number(self.matches_per_record)));
        if !self.shared.is_empty() {
            line(format_args!("shared = ["));
            for SharedValue { comparison, value, n_sharers } in &self.shared {
                let (comparison, value) = (quoted(comparison), quoted(value));
                line(format_args!("  {{ comparison = {comparison}, value = {value}, n_sharers = {n_sharers} }},"));
            }
            line(format_args!("]"));
        }
        for comparison in &self.comparisons {
            line(format_args!("\n[[{table}.comparison]]\nname = {}\nlevels = [", quoted(&comparison.name)));
            for TrainedLevel { when, m, u, own, others } in &comparison.levels {
                let told = |key: &str, value: Option<f64>| {
                    value.map_or(String::new(), |value| format!(", {key} = {}", number(value)))
                };
                let u =
                    [told("u", *u), told("others", *others), told("own", Some(*own).filter(|own| *own > 0.0))].concat();
                line(format_args!("  {{ when = {}, m = {}{u} }},", quoted(when), number(*m)));
            }
            line(format_args!("]"));
        }
        text
    }
}

fn apply_levels(found: &TrainedComparison, comparison: &mut Comparison) -> Result<(), String> {
    let labels = comparison.levels.iter().map(|level| level.label.as_str());
    if !labels.eq(found.levels.iter().map(|level| level.when.as_str())) {
        return Err("its levels are not those of the schema; train again".into());
    }
    for (level, TrainedLevel { when, m, u, own: own_found, others: others_found }) in
        comparison.levels.iter_mut().zip(&found.levels)
    {
        let is_probability = |p: f64| p > 0.0 && p <= 1.0;
        if !others_found.is_none_or(|others| others > 0.0 && others.is_finite()) {
            return Err(format!("level '{when}': others is a number above 0"));
        }
        if !(*own_found >= 0.0 && own_found.is_finite()) {
            return Err(format!("level '{when}': own is a number of records, 0 or more"));
        }
        if !is_probability(*m) || !u.is_none_or(is_probability) {
            return Err(format!("level '{when}': m and u are probabilities above 0"));
        }
        level.m = *m;
        level.is_guess = false;
        match (&mut level.u, u) {
            (Chance::Fixed(known), Some(u)) => *known = *u,
            (Chance::Shared { own, others, .. }, None) => {
                *own = *own_found;
                *others = others_found.unwrap_or(*others);
            }
            (Chance::Fixed(_), None) => return Err(format!("level '{when}' needs a u")),
            (Chance::Shared { .. }, Some(_)) => return Err(format!("level '{when}' counts sharers and has no u")),
        }
    }
    Ok(())
}

/// Six digits that a person can read: fixed where they show something, with an exponent where not.
fn number(value: f64) -> String {
    if (0.001..1e6).contains(&value) { format!("{value:.6}") } else { format!("{value:.5e}") }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.into()).to_string()
}

#[cfg(test)]
mod tests;
