//! Which entities does a cell of somebody's table mean?
//!
//! The question of the W3C Reconciliation API. A text may be a name, a code, an entity id or `source:record id`; conditions
//! narrow it. What the text *is*, letter for letter, always comes back and comes first; all else is
//! [`Registry::resolve`]'s judgement, and `match` is said only where resolve says it of one entity alone.

mod condition;

pub(crate) use condition::{Condition, Qualifier, Quantifier, Target};

use std::collections::{BTreeMap, BTreeSet};

use minglu_graph::store::value::StoredEntity;
use minglu_index::tokenize::canonical_code;
use minglu_rules::code;
use minglu_rules::schema::{FieldKind, Schema};

use super::{Candidate, N_CANDIDATES_MAX, OneOrMany, Query, QueryError, Registry, Verdict};
use crate::error::Result;

/// A question.
#[derive(Debug, Clone)]
pub(crate) struct ReconcileQuery {
    /// Kinds of entity that may answer; all of the register if absent.
    pub(crate) kinds: Option<Vec<String>>,
    /// What is known of the entity; the name is one of them.
    pub(crate) conditions: Vec<Condition>,
    /// Candidates wanted.
    pub(crate) limit: usize,
}

/// An entity that a question may mean.
#[derive(Debug, Clone)]
pub(crate) struct Reconciled {
    /// Entity id.
    pub(crate) entity: String,
    /// Position of its kind's model.
    pub(crate) model_idx: usize,
    /// Its name.
    pub(crate) name: String,
    /// What tells it from its namesakes.
    pub(crate) description: String,
    /// 0 to 100; falls from candidate to candidate.
    pub(crate) score: f64,
    /// It is certain, and no other entity is.
    pub(crate) is_match: bool,
    /// What the text is of the entity, letter for letter.
    pub(crate) exact: Exact,
    /// The text, or a property that was given, is one of its codes.
    pub(crate) has_code: bool,
    /// What resolve found; none where only an id was given.
    pub(crate) resolved: Option<Candidate>,
    /// Its place among what resolve found: search tells namesakes and misspelt names apart where their evidence is equal.
    pub(crate) rank: usize,
}

/// What a text is of an entity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Exact {
    /// Its id, or the key of one of its records.
    pub(crate) id: bool,
    /// One of its codes.
    pub(crate) code: bool,
    /// Its golden name.
    pub(crate) name: bool,
}

/// Entities that carry the text as a code or a name and are looked at; more share it only if it is a placeholder.
const N_EXACT_MAX: usize = N_CANDIDATES_MAX;
/// The score of what is certain.
const SCORE_EXACT: f64 = 100.0;
/// Similarity at which the index calls two names equal.
const SIMILARITY_EQUAL: f32 = 1.0;
/// Share of its score that an entity keeps which is related to what is meant and not the same: a branch of it.
const SHARE_OF_RELATED: f64 = 0.5;
/// Share that an entity keeps which the law holds apart from the query, or which a `none` condition speaks against.
const SHARE_OF_VETOED: f64 = 0.25;

impl Registry {
    /// Entities that a question may mean, the best first.
    pub(crate) fn reconcile(&self, query: &ReconcileQuery) -> std::result::Result<Vec<Reconciled>, QueryError> {
        let exact = self.exact(query)?;
        let mut found = Vec::new();
        for model_idx in 0..self.models.len() {
            let kind = &self.models[model_idx].schema.kind;
            if query.kinds.as_ref().is_none_or(|kinds| kinds.contains(kind)) {
                found.extend(self.reconcile_kind(query, model_idx, &exact)?);
            }
        }
        // An id is nobody else's, so that it settles the question whatever else the text resembles.
        let is_by_id = found.iter().any(|one| one.exact.id);
        let is_certain = |one: &Reconciled| if is_by_id { one.exact.id } else { is_resolved(one) };
        let is_clear = found.iter().filter(|one| is_certain(one)).count() == 1;
        for one in &mut found {
            one.is_match = is_clear && is_certain(one);
        }
        sort(&mut found, query.conditions.len() == 1);
        found.truncate(query.limit);
        Ok(found)
    }

    /// The entities whose id, record, code or name the texts are, letter for letter.
    fn exact(&self, query: &ReconcileQuery) -> Result<BTreeMap<String, Exact>> {
        let mut exact: BTreeMap<String, Exact> = BTreeMap::new();
        for text in query.conditions.iter().flat_map(Condition::texts) {
            if let Some(entity) = self.entity_named(text)? {
                exact.entry(entity).or_default().id = true;
            }
            for hit in self.index.retrieve(&[], &[text], N_EXACT_MAX)? {
                exact.entry(hit.id).or_default().code = true;
            }
        }
        for name in query.conditions.iter().flat_map(Condition::names) {
            for hit in self.index.retrieve(&[name], &[], N_EXACT_MAX)? {
                if hit.score >= SIMILARITY_EQUAL {
                    exact.entry(hit.id).or_default();
                }
            }
        }
        Ok(exact)
    }

    fn reconcile_kind(
        &self,
        query: &ReconcileQuery,
        model_idx: usize,
        exact: &BTreeMap<String, Exact>,
    ) -> std::result::Result<Vec<Reconciled>, QueryError> {
        let mut entities: BTreeMap<String, (StoredEntity, Option<Candidate>)> = BTreeMap::new();
        let mut ranks: BTreeMap<String, usize> = BTreeMap::new();
        for id in exact.keys() {
            let stored = self.store.entity(id).map_err(crate::error::Error::from)?;
            if let Some(stored) = stored.filter(|stored| stored.model_idx as usize == model_idx) {
                entities.insert(id.clone(), (stored, None));
            }
        }
        let values = self.values(query, model_idx, &entities);
        if !values.is_empty() {
            let kind = Some(self.models[model_idx].schema.kind.clone());
            let also: Vec<&str> = entities.keys().map(String::as_str).collect();
            for (rank, candidate) in
                self.candidates(&Query { kind, values, limit: None }, &also)?.into_iter().enumerate()
            {
                let id = candidate.entity.clone();
                ranks.insert(id.clone(), rank);
                if let Some((_, found)) = entities.get_mut(&id) {
                    *found = Some(candidate);
                } else if let Some(stored) = self.store.entity(&id).map_err(crate::error::Error::from)? {
                    entities.insert(id, (stored, Some(candidate)));
                }
            }
        }
        let found = entities.into_iter().filter(|(id, (stored, _))| self.passes(query, (id, stored)));
        let found = found.map(|(id, (stored, candidate))| {
            let exact = exact.get(&id).copied().unwrap_or_default();
            let rank = ranks.get(&id).copied().unwrap_or(usize::MAX);
            Reconciled { rank, ..self.reconciled(query, (id, &stored), candidate, exact) }
        });
        Ok(found.filter(|one| one.score > 0.0).collect())
    }

    /// What an entity is to a question.
    fn reconciled(
        &self,
        query: &ReconcileQuery,
        (entity, stored): (String, &StoredEntity),
        resolved: Option<Candidate>,
        mut exact: Exact,
    ) -> Reconciled {
        let conditions = query.conditions.iter();
        let name = self.name_of(stored);
        exact.name = conditions.clone().flat_map(Condition::names).any(|text| text.trim() == name);
        let is_opposed = conditions.clone().any(|condition| self.opposes(condition, (&entity, stored)));
        let share = if is_opposed { SHARE_OF_VETOED } else { 1.0 };
        Reconciled {
            model_idx: stored.model_idx as usize,
            description: self.description(stored),
            score: score(exact, resolved.as_ref(), query.conditions.len() == 1) * share,
            is_match: false,
            has_code: exact.code || conditions.clone().any(|condition| self.gives_code(condition, stored)),
            entity,
            name,
            exact,
            resolved,
            rank: usize::MAX,
        }
    }

    /// All conditions that must hold do.
    fn passes(&self, query: &ReconcileQuery, entity: (&str, &StoredEntity)) -> bool {
        query.conditions.iter().filter(|condition| condition.required).all(|condition| self.holds(condition, entity))
    }

    /// The values of a record that says what the conditions say.
    fn values(
        &self,
        query: &ReconcileQuery,
        model_idx: usize,
        exact: &BTreeMap<String, (StoredEntity, Option<Candidate>)>,
    ) -> BTreeMap<String, OneOrMany> {
        let schema = &self.models[model_idx].schema;
        let mut fields: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for condition in query.conditions.iter().filter(|condition| condition.quantifier != Quantifier::None) {
            for value in condition.values.iter().filter(|value| !value.trim().is_empty()) {
                let field = match &condition.target {
                    Target::Id => None,
                    Target::Property(property) => schema.field(property).map(|_| property.clone()),
                    Target::Name => self.field_of_text(value, schema, exact),
                };
                fields.entry(field.unwrap_or_default()).or_default().insert(value.clone());
            }
        }
        fields.remove("");
        fields.into_iter().map(|(field, values)| (field, OneOrMany::Many(values.into_iter().collect()))).collect()
    }

    /// The field that a text given as the name speaks of: that of a code if it looks like one, none if it is an id.
    fn field_of_text(
        &self,
        text: &str,
        schema: &Schema,
        exact: &BTreeMap<String, (StoredEntity, Option<Candidate>)>,
    ) -> Option<String> {
        let written = canonical_code(text);
        for (id, (stored, _)) in exact {
            let is_code = |field: u8| schema.fields.get(field as usize).filter(|spec| spec.kind == FieldKind::Code);
            let mut codes = stored.values.iter().filter_map(|value| Some((is_code(value.field)?, &value.value)));
            if let Some((field, _)) = codes.find(|(_, value)| canonical_code(value) == written) {
                return Some(field.name.clone());
            }
            if condition::names_entity(text.trim(), (id, stored)) {
                return None;
            }
        }
        let law = schema.law.codes.first().map(|field| schema.spec(*field).name.clone());
        if law.is_some() && looks_like_a_code(&written) {
            return law;
        }
        schema.fields.first().map(|field| field.name.clone())
    }
}

/// Resolve is certain.
fn is_resolved(one: &Reconciled) -> bool {
    one.resolved.as_ref().is_some_and(|candidate| candidate.verdict == Verdict::Match)
}

/// Whether a text is meant as a code, right or mistyped, rather than as a name.
fn looks_like_a_code(written: &str) -> bool {
    /// An organization code has nine characters, a taxpayer number twenty.
    const LENGTHS: std::ops::RangeInclusive<usize> = 9..=20;
    /// Trade names in Latin letters have fewer digits.
    const N_DIGITS_MIN: usize = 6;
    let n_digits = written.bytes().filter(u8::is_ascii_digit).count();
    let is_written_so = written.bytes().all(|byte| byte.is_ascii_alphanumeric()) && LENGTHS.contains(&written.len());
    is_written_so && (n_digits >= N_DIGITS_MIN || code::subject(written).valid)
}

/// The best first. Where a text is all that was asked, its letters tell finer than the levels of evidence which name was meant,
/// so that the order of resolve comes before the score, which then never rises from one to the next.
fn sort(found: &mut [Reconciled], is_text_alone: bool) {
    found.sort_by(|a, b| {
        let is_exact = |one: &Reconciled| one.score >= SCORE_EXACT;
        let by_score = b.score.total_cmp(&a.score);
        let by_text = is_exact(b).cmp(&is_exact(a)).then(a.rank.cmp(&b.rank));
        let order = b.exact.id.cmp(&a.exact.id).then(if is_text_alone { by_text } else { by_score });
        order.then(by_score).then(b.is_match.cmp(&a.is_match)).then(a.rank.cmp(&b.rank)).then(a.entity.cmp(&b.entity))
    });
    let mut least = SCORE_EXACT;
    for one in found {
        least = least.min(one.score);
        one.score = least;
    }
}

/// How well an entity answers, 0 to 100.
fn score(exact: Exact, candidate: Option<&Candidate>, is_alone: bool) -> f64 {
    if exact.id || exact.code && candidate.is_none_or(|candidate| candidate.veto.is_none()) || exact.name && is_alone {
        return SCORE_EXACT;
    }
    let Some(candidate) = candidate else { return 0.0 };
    let share = match candidate.verdict {
        Verdict::Related => SHARE_OF_RELATED,
        Verdict::None if candidate.veto.is_some() => SHARE_OF_VETOED,
        _ => 1.0,
    };
    100.0 * candidate.match_probability * share
}

#[cfg(test)]
mod tests;
