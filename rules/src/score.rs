//! How much does the evidence weigh?
//!
//! Fellegi & Sunter (1969): the match weight of a pair is log2 of the prior odds plus, for each comparison, log2(m/u) of
//! the level that was found. Where a level counts sharers, u = (sharers − 1 − own + others) / entities, which is
//! the term-frequency adjustment of Winkler (2000) with an expected number of unseen homonyms instead of a floor.
//! A missing value contributes nothing. Here is no threshold: see [`crate::decide`].

use crate::frozen::FrozenModel;
use crate::model::{ComparisonVector, Finding};
use crate::schema::{Chance, Comparison, ComparisonLevel};

/// One line of an explanation; the prior and all lines add up to the match weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The comparison.
    pub comparison: String,
    /// The level as written in the schema; `missing` where a side has no value, `shared too widely` where it was dropped.
    pub level: String,
    /// log2(m/u) for a value that nobody else has.
    pub weight: f64,
    /// What is taken off because other entities share the value; never above 0.
    pub term_frequency_adjustment: f64,
    /// Entities that share the value.
    pub n_sharers: u32,
}

/// log2 of the odds that a record and an entity picked at random match.
///
/// ```
/// # use minglu_rules::{frozen::FrozenModel, schema::Schema, score};
/// let mut model = FrozenModel::count(Schema::shipped("enterprise").unwrap(), &[]);
/// model.n_entities = 1 << 20; // a city of about a million units
/// assert_eq!(score::prior_weight(&model), -20.0);
/// ```
pub fn prior_weight(model: &FrozenModel) -> f64 {
    (model.schema.matches_per_record / f64::from(model.n_entities)).log2()
}

/// The match weight of a comparison vector, in bits.
///
/// ```
/// # use minglu_rules::{frozen::FrozenModel, model::Finding, schema::Schema, score};
/// let model = FrozenModel::count(Schema::shipped("enterprise").unwrap(), &[]);
/// let nothing = vec![Finding::MISSING; model.schema.comparisons.len()];
/// assert_eq!(score::match_weight(&nothing, &model), score::prior_weight(&model)); // 无证据
/// ```
pub fn match_weight(vector: &ComparisonVector, model: &FrozenModel) -> f64 {
    let findings = vector.iter().zip(&model.schema.comparisons);
    findings.fold(prior_weight(model), |sum, (finding, comparison)| {
        let (weight, adjustment) = weights(finding, comparison, model);
        sum + weight + adjustment
    })
}

/// The probability that belongs to a match weight.
///
/// ```
/// use minglu_rules::score::match_probability;
/// assert_eq!(match_probability(0.0), 0.5);
/// assert!(match_probability(4.3) > 0.95);
/// ```
pub fn match_probability(match_weight: f64) -> f64 {
    1.0 / (1.0 + (-match_weight).exp2())
}

/// The match weight that belongs to a probability; the inverse of [`match_probability`].
///
/// ```
/// use minglu_rules::score::{match_probability, match_weight_of};
/// assert!((match_probability(match_weight_of(0.95)) - 0.95).abs() < 1e-12);
/// ```
pub fn match_weight_of(match_probability: f64) -> f64 {
    (match_probability / (1.0 - match_probability)).log2()
}

/// Lists what each comparison contributed, in the order of the schema.
///
/// ```
/// # use minglu_rules::{frozen::FrozenModel, model::Finding, schema::Schema, score};
/// # let model = FrozenModel::count(Schema::shipped("enterprise").unwrap(), &[]);
/// let mut vector = vec![Finding::MISSING; model.schema.comparisons.len()];
/// vector[0] = Finding { level: Some(1), values: (0, 0), n_sharers: 1 }; // 名称完全相同
/// let evidence = score::explain(&vector, &model);
/// assert_eq!(evidence[0].level, "norm equal");
/// let listed: f64 = evidence.iter().map(|line| line.weight + line.term_frequency_adjustment).sum();
/// assert!((score::prior_weight(&model) + listed - score::match_weight(&vector, &model)).abs() < 1e-9);
/// ```
pub fn explain(vector: &ComparisonVector, model: &FrozenModel) -> Vec<Evidence> {
    let findings = vector.iter().zip(&model.schema.comparisons);
    let line = |(finding, comparison): (&Finding, &Comparison)| {
        let (weight, term_frequency_adjustment) = weights(finding, comparison, model);
        let level = match level(finding, comparison) {
            Some(level) => level.label.clone(),
            None if finding.n_sharers > 1 => "shared too widely".into(),
            None => "missing".into(),
        };
        let n_sharers = finding.n_sharers;
        Evidence { comparison: comparison.name.clone(), level, weight, term_frequency_adjustment, n_sharers }
    };
    findings.map(line).collect()
}

/// A short account of what agrees and what does not, `+name +phone -address`; levels count as agreement where m > u.
///
/// ```
/// # use minglu_rules::{frozen::FrozenModel, model::Finding, schema::Schema, score};
/// # let model = FrozenModel::count(Schema::shipped("enterprise").unwrap(), &[]);
/// let mut vector = vec![Finding::MISSING; model.schema.comparisons.len()];
/// vector[0] = Finding { level: Some(1), values: (0, 0), n_sharers: 1 };
/// assert_eq!(score::match_key(&vector, &model), "+name");
/// ```
pub fn match_key(vector: &ComparisonVector, model: &FrozenModel) -> String {
    let mut key = String::new();
    for (finding, comparison) in vector.iter().zip(&model.schema.comparisons) {
        if finding.level.is_some() {
            let (weight, adjustment) = weights(finding, comparison, model);
            let sign = if weight + adjustment > 0.0 { '+' } else { '-' };
            let space = if key.is_empty() { "" } else { " " };
            key.extend([space, &sign.to_string(), &comparison.name]);
        }
    }
    key
}

fn level<'a>(finding: &Finding, comparison: &'a Comparison) -> Option<&'a ComparisonLevel> {
    comparison.levels.get(finding.level? as usize)
}

impl Chance {
    /// The probability that two different entities reach the level with a value that so many entities share.
    ///
    /// ```
    /// use minglu_rules::schema::{Aspect, Chance};
    /// let u = Chance::Shared { others: 1.0, own: 0.0, of: Aspect::Text, n_sharers_max: None };
    /// assert_eq!(u.of(40.0, 1000.0), 0.04); // 千人中四十位王伟
    /// ```
    pub fn of(&self, n_sharers: f64, n_entities: f64) -> f64 {
        match self {
            Chance::Fixed(u) => *u,
            // Among few entities the expected number of homonyms may exceed them; a probability may not exceed 1.
            Chance::Shared { others, own, .. } => (((n_sharers - 1.0 - own).max(0.0) + others) / n_entities).min(1.0),
        }
    }
}

/// The weight of a finding for an unshared value, and the adjustment for its sharers.
fn weights(finding: &Finding, comparison: &Comparison, model: &FrozenModel) -> (f64, f64) {
    let Some(level) = level(finding, comparison) else { return (0.0, 0.0) };
    match level.u {
        Chance::Fixed(u) => ((level.m / u).log2(), 0.0),
        Chance::Shared { .. } => {
            let u = |n_sharers: u32| level.u.of(f64::from(n_sharers), f64::from(model.n_entities));
            let (u_rare, u_shared) = (u(1), u(finding.n_sharers));
            ((level.m / u_rare).log2(), (u_rare / u_shared).log2())
        }
    }
}

#[cfg(test)]
mod tests;
