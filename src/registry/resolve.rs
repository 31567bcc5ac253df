//! Who is this?
//!
//! A query is treated as a record that might be delivered: it is normalized, found under the same blocking keys, compared and
//! held against the law. Search adds entities that no key reaches, but only as candidates for review: `match` is said
//! only if delivering the query as a record would join it to that entity.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use minglu_index::tokenize;
use minglu_rules::blocking;
use minglu_rules::compare::compare;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::law::{self, Role, Standing, Veto};
use minglu_rules::model::{
    ComparisonVector, Decision, FieldIdx, Record, RecordIdx, RecordKey, SourceIdx, SourceRecord,
};
use minglu_rules::normalize;
use minglu_rules::profile::{self, Profile, Witness};
use minglu_rules::schema::FieldKind;
use minglu_rules::score::{match_key, match_probability, match_weight};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::together::{Standee, witness};
use super::why::evidence_lines;
use super::{EvidenceLine, Registry, order};
use crate::error::Result;

/// A query: field names and values of the schema.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Kind of entity; that of the first file of the configuration if absent.
    #[serde(default)]
    pub kind: Option<String>,
    /// Values by field; one value or a list.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub values: BTreeMap<String, OneOrMany>,
    /// Candidates wanted.
    #[serde(default)]
    pub limit: Option<usize>,
}

/// One value or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// Why a query cannot be answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The query names something that is not there.
    #[error("{0}")]
    Invalid(String),
    /// The register failed.
    #[error(transparent)]
    Failed(#[from] crate::error::Error),
}

/// What an entity is to the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Delivering the query as a record would join this entity.
    Match,
    /// A person should look.
    Review,
    /// Not the same, but it belongs to it: a branch and its parent.
    Related,
    /// Not the same.
    None,
}

/// An entity that the query may mean.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Candidate {
    /// Entity id.
    pub entity: String,
    /// Its name.
    pub name: String,
    /// What it is to the query.
    pub verdict: Verdict,
    /// Probability that the query and the best record of the entity are one, by the evidence alone.
    pub match_probability: f64,
    /// The sum of the evidence in bits.
    pub match_weight: f64,
    /// What agrees and what does not.
    pub match_key: String,
    /// What speaks against a match whatever the evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub veto: Option<String>,
    /// The record of the entity that was compared.
    pub record: String,
    /// log2 of the prior odds.
    pub prior: f64,
    /// The evidence, `a` the query and `b` the record.
    pub evidence: Vec<EvidenceLine>,
}

/// Candidates in an answer unless asked otherwise.
pub const N_CANDIDATES_DEFAULT: usize = 5;

/// Candidates in an answer at most.
pub const N_CANDIDATES_MAX: usize = 50;

/// Records that are compared for one query; blocks are read in the order of their rules until they are reached.
pub const N_RECORDS_COMPARED_MAX: usize = 2000;

/// Entities that search adds to those found by keys.
const N_RETRIEVED_MAX: usize = 20;

/// A query as a record that might be delivered.
struct Asked {
    record: Record,
    standing: Standing,
    model_idx: usize,
    /// The code that it carries.
    org: Option<NonZeroU64>,
    /// Why it would leave the group of that code; then it is weighed without.
    left: Option<Veto>,
}

/// A record that was compared with the query.
struct Compared {
    record: Record,
    found_by_key: bool,
    match_weight: f64,
    /// The pair alone is a match.
    matches: bool,
    same_code: bool,
    /// Weighed without codes, because those of the query or of the record are somebody else's.
    is_silenced: bool,
}

/// The blocking keys of a record, with its rare words under a frozen model, whether within a cap or not; sorted.
pub(crate) fn blocking_keys(record: &Record, model: &FrozenModel) -> Vec<u64> {
    let mut words = Vec::new();
    let mut of_text = Vec::new();
    for text in blocking::token_texts(record, &model.schema) {
        tokenize::text_keys(text, &mut of_text);
        words.append(&mut of_text);
    }
    words.sort_unstable();
    words.dedup();
    let tokens = blocking::rarest(&words, &model.n_records_by_token);
    blocking::keys(&Record { tokens, ..record.clone() }, &model.schema)
}

impl Registry {
    /// Entities that a query may mean, the best first.
    pub fn resolve(&self, query: &Query) -> std::result::Result<Vec<Candidate>, QueryError> {
        let mut candidates = self.candidates(query, &[])?;
        candidates.truncate(query.limit.unwrap_or(N_CANDIDATES_DEFAULT).clamp(1, N_CANDIDATES_MAX));
        Ok(candidates)
    }

    /// All entities that a query may mean, the best first, and `also` among them whatever finds them.
    pub(super) fn candidates(&self, query: &Query, also: &[&str]) -> std::result::Result<Vec<Candidate>, QueryError> {
        let (record, model_idx) = self.query_record(query)?;
        let asked = self.asked(record, model_idx)?;
        let mut by_entity: BTreeMap<String, Vec<Compared>> = BTreeMap::new();
        let (records, scores) = self.retrieve(&asked, also)?;
        for (ordinal, found_by_key) in records {
            let Some((source, id)) = self.store.record_key(ordinal).map_err(crate::error::Error::from)? else {
                continue;
            };
            let Some(entity) = self.store.entity_of(&source, &id).map_err(crate::error::Error::from)? else { continue };
            let Some(other) = self.record_of(ordinal)? else { continue };
            let compared = self.compare_with(&asked, (other, ordinal), found_by_key)?;
            by_entity.entry(entity).or_default().push(compared);
        }
        let mut candidates = Vec::with_capacity(by_entity.len());
        for (entity, compared) in by_entity {
            candidates.extend(self.candidate(&asked, &entity, compared)?);
        }
        order::sort(&mut candidates, &scores, order::has_names_only(&asked.record, &self.models[model_idx].schema));
        Ok(candidates)
    }

    /// The blocking keys of a record, with its rare words under the frozen model; sorted.
    pub(super) fn keys(&self, record: &Record, model_idx: usize) -> Vec<u64> {
        blocking_keys(record, &self.models[model_idx])
    }

    fn query_record(&self, query: &Query) -> std::result::Result<(Record, usize), QueryError> {
        let invalid = |what: String| QueryError::Invalid(what);
        let model_idx = match &query.kind {
            None => self.config.main_kind_idx(),
            Some(kind) => {
                let found = self.models.iter().position(|model| &model.schema.kind == kind);
                found.ok_or_else(|| invalid(format!("this register has no kind '{kind}'")))?
            }
        };
        let schema = &self.models[model_idx].schema;
        let mut values: Vec<(FieldIdx, String)> = Vec::new();
        for (name, given) in &query.values {
            let field = schema.field(name).ok_or_else(|| {
                let known: Vec<&str> = schema.fields.iter().map(|field| field.name.as_str()).collect();
                invalid(format!("unknown field '{name}'; one of: {}", known.join(", ")))
            })?;
            let given: &[String] = match given {
                OneOrMany::One(value) => std::slice::from_ref(value),
                OneOrMany::Many(values) => values,
            };
            values.extend(given.iter().filter(|value| !value.trim().is_empty()).map(|value| (field, value.clone())));
        }
        if values.is_empty() {
            return Err(invalid("the query has no value; give at least one field".into()));
        }
        let key = RecordKey { source: SourceIdx(u16::MAX), id: "?".into() };
        let row = SourceRecord { key, updated_at: None, values };
        Ok((normalize::normalize(&row, schema, &self.config.jurisdiction).0, model_idx))
    }

    /// Ordinals of the records to compare, and whether a blocking key found them; the score of each entity that search
    /// found.
    fn retrieve(&self, asked: &Asked, also: &[&str]) -> Result<(BTreeMap<u32, bool>, BTreeMap<String, f32>)> {
        let (record, model_idx) = (&asked.record, asked.model_idx);
        let schema = &self.models[model_idx].schema;
        let mut found: BTreeMap<u32, bool> = BTreeMap::new();
        let mut take = |ordinals: Vec<u32>, by_key: bool| {
            for ordinal in ordinals {
                if found.len() < N_RECORDS_COMPARED_MAX || found.contains_key(&ordinal) {
                    *found.entry(ordinal).or_insert(false) |= by_key;
                }
            }
        };
        for entity in also {
            let members = self.store.entity(entity)?.map(|entity| entity.members).unwrap_or_default();
            take(members.iter().map(|member| member.ordinal).collect(), false);
        }
        if let Some(org) = asked.org {
            for ordinal in
                self.store.block(model_idx as u32, blocking::identity_key(org.get()), N_RECORDS_COMPARED_MAX)?
            {
                if !self.store.has_left(ordinal)? {
                    take(vec![ordinal], true);
                }
            }
        }
        for key in self.keys(record, model_idx) {
            let rule = &schema.blocking[blocking::rule_of(key)];
            // The query would be one more record of the block; in a star it would be held against the first.
            let n_records_max = if rule.star { 1 } else { rule.n_records_max };
            let block = self.store.block(model_idx as u32, key, n_records_max)?;
            if rule.star || block.len() < n_records_max {
                take(block, true);
            }
        }
        let scores = self.retrieve_by_text(record, model_idx)?;
        for entity in scores.keys() {
            let members = self.store.entity(entity)?.map(|entity| entity.members).unwrap_or_default();
            take(members.iter().map(|member| member.ordinal).collect(), false);
        }
        Ok((found, scores))
    }

    /// Entities that the search index finds by names and codes, with their scores.
    fn retrieve_by_text(&self, record: &Record, model_idx: usize) -> Result<BTreeMap<String, f32>> {
        let schema = &self.models[model_idx].schema;
        let of_kind = |kind: FieldKind| -> Vec<&str> {
            let values = record.values.iter().filter(|value| schema.spec(value.field).kind == kind);
            values.map(|value| record.raw(value)).collect()
        };
        let (names, codes) = (of_kind(FieldKind::EnterpriseName), of_kind(FieldKind::Code));
        let hits = self.index.retrieve(&names, &codes, N_RETRIEVED_MAX)?;
        Ok(hits.into_iter().map(|hit| (hit.id, hit.score)).collect())
    }

    fn compare_with(&self, asked: &Asked, (record, ordinal): (Record, u32), found_by_key: bool) -> Result<Compared> {
        let model = &self.models[asked.model_idx];
        let (standing, has_left) = self.standing_of(&record, ordinal)?;
        let same_code = standing.org.is_some() && standing.org == asked.org;
        let is_silenced = has_left || asked.left.is_some();
        let vector = compare_silenced((&asked.record, &record), model, is_silenced);
        let match_weight = match_weight(&vector, model);
        let (decision, _) = self.config.thresholds.decide_pair(match_weight, &vector, &model.schema);
        let matches = decision == Decision::Match;
        Ok(Compared { record, found_by_key, match_weight, matches, same_code, is_silenced })
    }

    /// What one entity is to the query.
    fn candidate(&self, asked: &Asked, entity: &str, compared: Vec<Compared>) -> Result<Option<Candidate>> {
        let (query, model_idx) = (&asked.record, asked.model_idx);
        let model = &self.models[model_idx];
        let best = compared.iter().max_by(|a, b| {
            let order = a.same_code.cmp(&b.same_code).then(a.matches.cmp(&b.matches));
            order.then(a.match_weight.total_cmp(&b.match_weight)).then(b.record.key.cmp(&a.record.key))
        });
        let (Some(best), Some(stored)) = (best, self.store.entity(entity)?) else { return Ok(None) };
        let ordinals: Vec<u32> = stored.members.iter().map(|member| member.ordinal).collect();
        let members = self.standees(&ordinals)?;
        let mut veto = self.veto_of_entity(asked, &members);
        if best.same_code && veto.is_none() {
            veto = asked.left;
        }
        if !best.same_code && best.matches && veto.is_none() {
            veto = self.veto_of_profile(asked, &members);
        }
        let is_silenced = best.is_silenced || (best.same_code && veto.is_some());
        let vector = compare_silenced((query, &best.record), model, is_silenced);
        let weight = match_weight(&vector, model);
        let (decision, why) = match best.same_code {
            true => (Decision::Match, None),
            false => self.config.thresholds.decide_pair(weight, &vector, &model.schema),
        };
        let related = matches!(veto, Some(Veto::DifferentRoles)) && self.is_related(query, &best.record, model_idx);
        let verdict = match (veto, decision) {
            (Some(_), _) if related => Verdict::Related,
            (Some(Veto::UnrelatedName | Veto::WeakBridge), _) => Verdict::Review,
            (Some(_), _) => Verdict::None,
            (None, Decision::Match) if best.found_by_key => Verdict::Match,
            (None, Decision::Match | Decision::Review) => Verdict::Review,
            (None, Decision::NonMatch) => Verdict::None,
        };
        let source = &self.store.catalog().sources[best.record.key.source.0 as usize].name;
        let probability = if best.same_code && veto.is_none() { 1.0 } else { match_probability(weight) };
        Ok(Some(Candidate {
            entity: entity.into(),
            name: stored.values.first().map(|value| value.value.clone()).unwrap_or_default(),
            verdict,
            match_probability: probability,
            match_weight: weight,
            match_key: match_key(&vector, model),
            veto: veto.or(why).map(|veto| veto.as_str().into()),
            record: format!("{source}:{}", best.record.key.id),
            prior: minglu_rules::score::prior_weight(model),
            evidence: evidence_lines(query, &best.record, &vector, model),
        }))
    }

    /// What the law says against the query joining an entity, looking at all its records.
    fn veto_of_entity(&self, asked: &Asked, members: &[Standee]) -> Option<Veto> {
        let model = &self.models[asked.model_idx];
        members.iter().find_map(|Standee { record, standing, .. }| {
            let excluded = || law::are_excluded(&asked.record, record, model).then_some(Veto::Exclusive);
            law::veto(&asked.standing, standing).or_else(excluded)
        })
    }

    /// Whether what all records of an entity say together speaks against the query; the pair alone was weighed before.
    fn veto_of_profile(&self, asked: &Asked, members: &[Standee]) -> Option<Veto> {
        if members.len() < 2 {
            return None;
        }
        let model = &self.models[asked.model_idx];
        let query = Witness { idx: RecordIdx(u32::MAX), record: &asked.record, disowns_codes: asked.left.is_some() };
        let (query, known) =
            (Profile::of([query], &model.schema), Profile::of(members.iter().map(witness), &model.schema));
        let vector = compare(&query.record, &known.record, model);
        let match_weight = profile::match_weight(&query.record, &known.record, &vector, model);
        self.config.thresholds.is_surely_two(match_weight).then_some(Veto::WeakBridge)
    }

    /// A query with what the law says of it: it leaves the group of its code where its name is unrelated or it is another
    /// part of the enterprise.
    fn asked(&self, record: Record, model_idx: usize) -> Result<Asked> {
        let schema = &self.models[model_idx].schema;
        let mut standing = law::standing(&record, schema, false);
        standing.recode(self.rulings.codes(model_idx));
        let org = standing.org;
        let mut group: Vec<(RecordIdx, Record)> = Vec::new();
        if let Some(org) = org {
            let ordinals = self.store.block(model_idx as u32, blocking::identity_key(org.get()), usize::MAX)?;
            for ordinal in ordinals {
                group.extend(self.record_of(ordinal)?.map(|record| (RecordIdx(ordinal), record)));
            }
            group.sort_unstable_by(|a, b| a.1.key.cmp(&b.1.key));
        }
        let query = RecordIdx(u32::MAX);
        let mut members: Vec<(RecordIdx, &Record)> = group.iter().map(|(idx, record)| (*idx, record)).collect();
        members.push((query, &record));
        let (_, left) = law::split_group(&members, schema);
        let left = left.iter().find(|leaver| leaver.record == query).map(|leaver| leaver.why);
        if left.is_some() {
            standing.disown();
        }
        Ok(Asked { record, standing, model_idx, org, left })
    }

    /// Whether query and record name a branch or head office and its unit.
    fn is_related(&self, query: &Record, record: &Record, model_idx: usize) -> bool {
        let schema = &self.models[model_idx].schema;
        let roles = (law::standing(query, schema, false).role, law::standing(record, schema, false).role);
        let parts = matches!(roles, (Role::Unit, Role::Branch(_) | Role::HeadOffice))
            || matches!(roles, (Role::Branch(_) | Role::HeadOffice, Role::Unit));
        parts && law::names_are_related(query, record, schema)
    }
}

/// Compares two records, without their codes where those of one are somebody else's.
fn compare_silenced((a, b): (&Record, &Record), model: &FrozenModel, is_silenced: bool) -> ComparisonVector {
    let mut vector = compare(a, b, model);
    if is_silenced {
        law::silence_codes(&mut vector, &model.schema);
    }
    vector
}
