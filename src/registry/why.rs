//! Why are two records one entity, or not?
//!
//! The pair is compared again under the frozen model; the stored link, where there is one, must say the same.

use minglu_rules::blocking;
use minglu_rules::compare::compare;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::judgement::Verdict;
use minglu_rules::law::{self, Veto};
use minglu_rules::model::{ComparisonVector, Decision, Finding, Record};
use minglu_rules::score::{Evidence, explain, match_probability, match_weight, prior_weight};

use super::{EvidenceLine, Registry, WhyAnswer};
use crate::error::{Error, Result};

impl Registry {
    /// Why two records, each given as (source, id), are or are not one entity.
    pub fn why(&self, a: (&str, &str), b: (&str, &str)) -> Result<Option<WhyAnswer>> {
        let (Some((stored_a, record_a)), Some((stored_b, record_b))) = (self.record(a.0, a.1)?, self.record(b.0, b.1)?)
        else {
            return Ok(None);
        };
        let model_idx = self.model_idx(record_a.key.source);
        if model_idx != self.model_idx(record_b.key.source) {
            return Err(Error::usage("the two records are of different kinds and are never compared"));
        }
        // Findings name values of the lower record first, as stored links do.
        let swapped = record_b.key < record_a.key;
        let (first, second) = if swapped { (&record_b, &record_a) } else { (&record_a, &record_b) };
        let model = &self.models[model_idx];
        let link = self.store.link(stored_a.ordinal, stored_b.ordinal)?;
        let ordinals = (stored_a.ordinal, stored_b.ordinal);
        let ordinals = if swapped { (ordinals.1, ordinals.0) } else { ordinals };
        let (standing_a, a_has_left) = self.standing_of(first, ordinals.0)?;
        let (standing_b, b_has_left) = self.standing_of(second, ordinals.1)?;
        let mut vector = compare(first, second, model);
        let (entity_a, entity_b) = (self.store.entity_of(a.0, a.1)?, self.store.entity_of(b.0, b.1)?);
        let same_code = standing_a.org.is_some() && standing_a.org == standing_b.org;
        // A record that left the group of its code is weighed without it, as the build weighed it.
        if a_has_left || b_has_left {
            law::silence_codes(&mut vector, &model.schema);
        }
        let weight = match_weight(&vector, model);
        let (decision, why) = match same_code {
            true => (Decision::Match, None),
            false => self.config.thresholds.decide_pair(weight, &vector, &model.schema),
        };
        let judged = self.rulings.of(a, b).map(|found| found.verdict);
        let is_judged_same = matches!(judged, Some(Verdict::Same | Verdict::Recoded));
        // A judgement needs no evidence of the pair.
        let why = why.filter(|_| !is_judged_same);
        let stored_veto = link.as_ref().map(|link| link.veto.clone()).filter(|veto| !veto.is_empty());
        let excluded = || law::excludes(&vector, &model.schema).then_some(Veto::Exclusive);
        let by_law = law::veto(&standing_a, &standing_b).or_else(excluded).or(why);
        let by_law = (judged == Some(Verdict::Different)).then_some(Veto::JudgedDifferent).or(by_law);
        let veto = stored_veto.or_else(|| by_law.map(|veto| veto.as_str().into()));
        let key = |record: &Record, id: &str| format!("{}:{id}", self.source_name(record));
        let (key_a, key_b) = (key(&record_a, a.1), key(&record_b, b.1));
        let mut evidence = evidence_lines(first, second, &vector, model);
        if swapped {
            evidence.iter_mut().for_each(|line| std::mem::swap(&mut line.a, &mut line.b));
        }
        let shared_entity = entity_a.as_deref().filter(|_| entity_a == entity_b && !same_code);
        let mut candidates_by = self.shared_rules(first, second, model_idx, same_code)?;
        if is_judged_same {
            candidates_by.insert(0, "judgement".into());
        }
        let judgements = self.judgements_of((a, b), (&record_a, &record_b), model_idx);
        let together = self.together(stored_a.ordinal, stored_b.ordinal, shared_entity)?;
        Ok(Some(WhyAnswer {
            a: key_a,
            b: key_b,
            same_entity: entity_a.is_some() && entity_a == entity_b,
            entity_a: entity_a.unwrap_or_default(),
            entity_b: entity_b.unwrap_or_default(),
            decision: decision_name(decision).into(),
            veto,
            candidates_by,
            model: self.store.catalog().models[model_idx].version.clone(),
            prior: prior_weight(model),
            evidence,
            match_weight: weight,
            stored_match_weight: link.map(|link| link.match_weight),
            match_probability: if same_code { 1.0 } else { match_probability(weight) },
            together,
            judgements,
        }))
    }

    fn source_name(&self, record: &Record) -> &str {
        &self.store.catalog().sources[record.key.source.0 as usize].name
    }

    /// Names of the blocking rules whose within-cap blocks hold both records.
    fn shared_rules(&self, a: &Record, b: &Record, model_idx: usize, same_code: bool) -> Result<Vec<String>> {
        let schema = &self.models[model_idx].schema;
        let (keys_a, keys_b) = (self.keys(a, model_idx), self.keys(b, model_idx));
        let mut rules: Vec<String> = if same_code { vec!["equal code".into()] } else { vec![] };
        for key in keys_a.into_iter().filter(|key| keys_b.binary_search(key).is_ok()) {
            let rule = &schema.blocking[blocking::rule_of(key)];
            let n_records_max = if rule.star { 1 } else { rule.n_records_max + 1 };
            let block = self.store.block(model_idx as u32, key, n_records_max)?;
            let is_first = |record: &Record| match block.first() {
                Some(first) => Ok(self.store.record_key(*first)?
                    == Some((self.source_name(record).into(), record.key.id.to_string()))),
                None => Ok::<bool, Error>(false),
            };
            let within = block.len() <= rule.n_records_max && (!rule.star || is_first(a)? || is_first(b)?);
            if within && !rules.contains(&rule.name) {
                rules.push(rule.name.clone());
            }
        }
        Ok(rules)
    }
}

/// Evidence of a comparison with both values of each line.
pub(crate) fn evidence_lines(
    a: &Record,
    b: &Record,
    vector: &ComparisonVector,
    model: &FrozenModel,
) -> Vec<EvidenceLine> {
    lines((a, b), vector, explain(vector, model))
}

/// Lines of evidence with both values.
pub(super) fn lines(
    (a, b): (&Record, &Record),
    vector: &ComparisonVector,
    evidence: Vec<Evidence>,
) -> Vec<EvidenceLine> {
    let lines = evidence.into_iter().zip(vector);
    let line = |(line, finding): (Evidence, &Finding)| {
        let found = finding.level.is_some() || finding.n_sharers > 1;
        let raw = |record: &Record, position: u8| {
            let value = record.values.get(position as usize).filter(|_| found)?;
            Some(record.raw(value).to_string())
        };
        EvidenceLine {
            comparison: line.comparison,
            level: line.level,
            weight: line.weight,
            term_frequency_adjustment: line.term_frequency_adjustment,
            n_sharers: line.n_sharers,
            a: raw(a, finding.values.0),
            b: raw(b, finding.values.1),
            a_from: None,
            b_from: None,
        }
    };
    lines.map(line).collect()
}

pub(super) fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Match => "match",
        Decision::Review => "review",
        Decision::NonMatch => "none",
    }
}
