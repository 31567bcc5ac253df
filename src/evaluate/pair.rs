//! What should a person see of two records to understand an error?
//!
//! Both records with their values, what the truth and the register say of them, the rules that bring them together, and
//! each line of the match weight. Which pairs are shown is decided in `missed` and `merged`.

use minglu_rules::law::Veto;
use minglu_rules::model::{ComparisonVector, RecordIdx, Sides};
use minglu_rules::schema::Schema;
use minglu_rules::score::{match_probability, prior_weight};
use serde::Serialize;

use super::examine::{Examination, ExaminedKind, shared_rules};
use crate::error::Result;
use crate::registry::{EvidenceLine, blocking_keys, evidence_lines, profile_evidence};

/// What the rule of equal codes is called beside the blocking rules.
pub(super) const EQUAL_CODE: &str = "equal code";

/// Two records with all that was found of them.
#[derive(Debug, Clone, Serialize)]
pub struct PairReport {
    /// The record that is lower in anchor order.
    pub a: RecordReport,
    /// The other one.
    pub b: RecordReport,
    /// Rules that make them candidates: blocking rules within their caps, `equal code`.
    pub rules: Vec<String>,
    /// Rules whose key they share in a block that was skipped, or in a star of which neither is the first.
    pub rules_skipped: Vec<String>,
    /// What the law says against the pair, or why its component was cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub law: Option<String>,
    /// log2 of the prior odds.
    pub prior: f64,
    /// What each comparison contributed; prior and lines add up to the match weight.
    pub evidence: Vec<EvidenceLine>,
    /// The sum, in bits.
    pub match_weight: f64,
    /// The same as a probability.
    pub match_probability: f64,
}

/// A record as a person sees it.
#[derive(Debug, Clone, Serialize)]
pub struct RecordReport {
    /// Its source.
    pub source: String,
    /// Its id there.
    pub record_id: String,
    /// Its true entity.
    pub truth: String,
    /// Its entity in the register.
    pub entity: String,
    /// Its values, as delivered.
    pub values: Vec<FieldText>,
}

/// A value of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldText {
    /// The field of the schema.
    pub field: String,
    /// As delivered.
    pub value: String,
}

/// A pair that is to be shown.
pub(super) struct Shown<'a> {
    /// Lower and higher record.
    pub(super) records: (RecordIdx, RecordIdx),
    /// What was found of them.
    pub(super) vector: &'a ComparisonVector,
    /// What it weighs.
    pub(super) match_weight: f64,
    /// What the law says against it.
    pub(super) law: Option<Veto>,
    /// The clusters that were compared in their stead.
    pub(super) sides: Option<&'a Sides>,
}

impl PairReport {
    /// The first value of a record in the order of the schema: mostly its name.
    pub fn name(record: &RecordReport) -> &str {
        record.values.first().map_or("", |value| &value.value)
    }
}

/// Everything about a pair.
pub(super) fn pair_report(examination: &Examination<'_>, kind: &ExaminedKind, shown: &Shown<'_>) -> Result<PairReport> {
    let (resolved, (a, b)) = (&kind.resolved, shown.records);
    let (records, model) = (&resolved.records, &resolved.model);
    let within = kind.rules_within_cap(a, b);
    let keys = |record: RecordIdx| blocking_keys(&records[record.at()], model);
    let skipped = shared_rules(&keys(a), &keys(b)) & !within;
    let mut rules = rule_names(within, &model.schema);
    if kind.shares_code(a, b) {
        rules.push(EQUAL_CODE.to_string());
    }
    let evidence = match shown.sides {
        None => evidence_lines(&records[a.at()], &records[b.at()], shown.vector, model),
        Some(sides) => evidence_of(examination, kind, sides),
    };
    Ok(PairReport {
        a: record_report(examination, kind, a)?,
        b: record_report(examination, kind, b)?,
        rules,
        rules_skipped: rule_names(skipped, &model.schema),
        law: shown.law.map(|veto| veto.as_str().to_string()),
        prior: prior_weight(model),
        evidence,
        match_weight: shown.match_weight,
        match_probability: match_probability(shown.match_weight),
    })
}

/// What two clusters say together, as the line weighed it.
fn evidence_of(examination: &Examination<'_>, kind: &ExaminedKind, sides: &Sides) -> Vec<EvidenceLine> {
    let resolved = &kind.resolved;
    let has_left = resolved.has_left();
    let population = resolved.population(&has_left, kind.thresholds);
    let name = |idx: RecordIdx| {
        let key = &resolved.records[idx.at()].key;
        format!("{}:{}", examination.sources[key.source.0 as usize], key.id)
    };
    let profiles = (&population.profile(&sides.a), &population.profile(&sides.b));
    profile_evidence(profiles, &resolved.model, &name).0
}

fn record_report(examination: &Examination<'_>, kind: &ExaminedKind, record: RecordIdx) -> Result<RecordReport> {
    let truth = kind.truths[record.at()].map_or("", |truth| examination.truth.names[truth as usize]);
    let schema = &kind.resolved.model.schema;
    let record = &kind.resolved.records[record.at()];
    let source = &examination.sources[record.key.source.0 as usize];
    let values = record
        .values
        .iter()
        .map(|value| FieldText { field: schema.spec(value.field).name.clone(), value: record.raw(value).to_string() });
    Ok(RecordReport {
        source: source.clone(),
        record_id: record.key.id.to_string(),
        truth: truth.to_string(),
        entity: examination.store.entity_of(source, &record.key.id)?.unwrap_or_default(),
        values: values.collect(),
    })
}

/// Names of the blocking rules of a set.
pub(super) fn rule_names(rules: u64, schema: &Schema) -> Vec<String> {
    let named = schema.blocking.iter().enumerate().filter(|(position, _)| rules >> position & 1 == 1);
    named.map(|(_, rule)| rule.name.clone()).collect()
}
