//! In which shape do entities, records and reasons leave the program?
//!
//! JSON of docs/API.md: separate types, under snapshot, made from stored values and nothing else.

use minglu_graph::store::value::{StoredEntity, StoredRecord};
use minglu_rules::date::Date;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::model::Record;
use minglu_rules::schema::Schema;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::{EarlierAnswer, Registry};
use crate::error::Result;
use crate::ingest::cells_by_column;

/// A golden entity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntityAnswer {
    /// Entity id.
    pub id: String,
    /// Kind of entity.
    pub kind: String,
    /// Sequence number that the answer reflects.
    pub seq: u64,
    /// The record that gives the entity its id, `source:record_id`.
    pub anchor: String,
    /// Golden values by field; a field that may have several has the best first.
    pub values: BTreeMap<String, Vec<ValueAnswer>>,
    /// Values that lost (冲突).
    pub conflicts: Vec<ConflictAnswer>,
    /// Fields that an entity of this kind should have and no record gives (缺失).
    pub missing: Vec<String>,
    /// Fields that the anchor lacks and another record gives (新增).
    pub new: Vec<String>,
    /// The records.
    pub records: Vec<MemberAnswer>,
    /// Related entities.
    pub relations: Vec<RelationAnswer>,
}

/// A golden value and where it comes from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ValueAnswer {
    /// As delivered.
    pub value: String,
    /// Records that say so.
    pub from: Vec<String>,
    /// The source's own date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// The rule that chose it: only, valid, rank, recency, support, order.
    pub rule: String,
}

/// The values that lost on a field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConflictAnswer {
    /// The field.
    pub field: String,
    /// Each value with its records.
    pub values: Vec<LosingValue>,
}

/// A value that lost.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LosingValue {
    /// As delivered.
    pub value: String,
    /// Records that say so.
    pub from: Vec<String>,
}

/// A record of an entity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MemberAnswer {
    /// Its source.
    pub source: String,
    /// Its id there.
    pub record_id: String,
    /// What agrees on the strongest link that holds it.
    pub match_key: String,
    /// Probability of that link.
    pub match_probability: f64,
}

/// A related entity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RelationAnswer {
    /// What this entity is to the other, or the other to it.
    pub kind: String,
    /// `out` where the relation is said of this entity, `in` where of the other.
    pub direction: String,
    /// The other entity.
    pub entity: String,
    /// Its name.
    pub name: String,
    /// The record that says so.
    pub evidence: String,
}

/// A record as received and as understood.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordAnswer {
    /// Its source.
    pub source: String,
    /// Its id there.
    pub record_id: String,
    /// Sequence number of the change that brought it.
    pub seq: u64,
    /// Line in the delivered file.
    pub line: u64,
    /// The row, byte for byte.
    pub raw: String,
    /// The row by column; empty for JSON rows.
    pub columns: BTreeMap<String, String>,
    /// Values by field, as delivered.
    pub values: BTreeMap<String, Vec<String>>,
    /// Its entity; not known of earlier versions.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub entity: String,
    /// Versions before this one, the earliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierAnswer>,
}

/// One line of evidence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceLine {
    /// The comparison.
    pub comparison: String,
    /// The level, `missing` where a side has no value, `shared too widely` where it was dropped.
    pub level: String,
    /// log2(m/u) for a value that nobody else has.
    pub weight: f64,
    /// Taken off because others share the value and, between clusters, because there were more values to choose from.
    pub term_frequency_adjustment: f64,
    /// Entities that share the value.
    pub n_sharers: u32,
    /// The value of the first record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a: Option<String>,
    /// The value of the second record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<String>,
    /// The record that says the first value, where clusters are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a_from: Option<String>,
    /// The record that says the second value, where clusters are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b_from: Option<String>,
}

/// Why two records are, or are not, one entity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WhyAnswer {
    /// The first record.
    pub a: String,
    /// The second record.
    pub b: String,
    /// Its entity.
    pub entity_a: String,
    /// Its entity.
    pub entity_b: String,
    /// They are one entity.
    pub same_entity: bool,
    /// match, review or none, by the evidence of the pair alone.
    pub decision: String,
    /// What the law or the cut says against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub veto: Option<String>,
    /// Blocking rules that made them candidates.
    pub candidates_by: Vec<String>,
    /// Version of the model.
    pub model: String,
    /// log2 of the prior odds.
    pub prior: f64,
    /// What each comparison contributed; prior and lines add up to the match weight.
    pub evidence: Vec<EvidenceLine>,
    /// The sum in bits.
    pub match_weight: f64,
    /// The weight kept with the link, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stored_match_weight: Option<f64>,
    /// The probability.
    pub match_probability: f64,
    /// What their clusters say together, where that joined or parted them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub together: Option<TogetherAnswer>,
    /// What people judged: of the two, and of the codes of the two if these became one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub judgements: Vec<JudgementAnswer>,
}

/// A judgement in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct JudgementAnswer {
    /// One record.
    pub a: String,
    /// The other.
    pub b: String,
    /// same, different, unsure or recoded.
    pub verdict: String,
    /// Who judged.
    pub by: String,
    /// When.
    pub at: String,
    /// For which reason.
    pub why: String,
}

/// What two clusters say together, whose records say too little alone or contradict each other.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TogetherAnswer {
    /// Records of the cluster of the first record.
    pub a: Vec<String>,
    /// Records of the cluster of the second record.
    pub b: Vec<String>,
    /// What each comparison contributed; prior and lines add up to the match weight.
    pub evidence: Vec<EvidenceLine>,
    /// The sum in bits.
    pub match_weight: f64,
    /// The probability.
    pub match_probability: f64,
}

impl Registry {
    /// An entity with everything about it.
    pub fn entity(&self, id: &str) -> Result<Option<EntityAnswer>> {
        let Some(stored) = self.store.entity(id)? else { return Ok(None) };
        let model = &self.models[stored.model_idx as usize];
        let seq = self.store.state().sequence;
        Ok(Some(entity_answer(id, &stored, model, seq, self.relation_answers(id)?)))
    }

    /// A record as received and as understood.
    pub fn record_answer(&self, source: &str, id: &str) -> Result<Option<RecordAnswer>> {
        let Some((stored, record)) = self.record(source, id)? else { return Ok(None) };
        let entity = self.store.entity_of(source, id)?.unwrap_or_default();
        let earlier = self.earlier_versions(source, id)?;
        Ok(Some(RecordAnswer { entity, earlier, ..self.record_told((source, id), stored, &record) }))
    }

    /// A version of a record, without what is known of the current one only.
    pub(super) fn record_told(
        &self,
        (source, id): (&str, &str),
        stored: StoredRecord,
        record: &Record,
    ) -> RecordAnswer {
        let schema = &self.models[self.model_idx(record.key.source)].schema;
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for value in record.values.iter() {
            let list = values.entry(schema.spec(value.field).name.clone()).or_default();
            let raw = record.raw(value).to_string();
            if !list.contains(&raw) {
                list.push(raw);
            }
        }
        let header = &self.store.catalog().headers[stored.header_idx as usize];
        let section = &self.config.sections[header.section_idx as usize];
        RecordAnswer {
            source: source.into(),
            record_id: id.into(),
            seq: stored.sequence,
            line: stored.line,
            columns: cells_by_column(section.format, header, &stored.raw),
            values,
            entity: String::new(),
            earlier: Vec::new(),
            raw: stored.raw,
        }
    }

    fn relation_answers(&self, id: &str) -> Result<Vec<RelationAnswer>> {
        let mut answers = Vec::new();
        for end in self.store.relations(id)? {
            let evidence = self.store.record_key(end.evidence)?;
            let other = self.store.entity(&end.other)?;
            let name = other.and_then(|other| other.values.into_iter().next()).map(|value| value.value);
            answers.push(RelationAnswer {
                kind: end.kind,
                direction: if end.outgoing { "out" } else { "in" }.into(),
                entity: end.other,
                name: name.unwrap_or_default(),
                evidence: evidence.map(|(source, id)| format!("{source}:{id}")).unwrap_or_default(),
            });
        }
        Ok(answers)
    }
}

/// The JSON of a stored entity.
pub(crate) fn entity_answer(
    id: &str,
    stored: &StoredEntity,
    model: &FrozenModel,
    seq: u64,
    relations: Vec<RelationAnswer>,
) -> EntityAnswer {
    let schema: &Schema = &model.schema;
    let field = |position: u8| schema.fields[position as usize].name.clone();
    let keys: Vec<String> =
        stored.members.iter().map(|member| format!("{}:{}", member.source, member.record_id)).collect();
    let from = |positions: &[u32]| positions.iter().map(|position| keys[*position as usize].clone()).collect();
    let mut values: BTreeMap<String, Vec<ValueAnswer>> = BTreeMap::new();
    let mut new = Vec::new();
    for value in &stored.values {
        if value.new && !new.contains(&field(value.field)) {
            new.push(field(value.field));
        }
        values.entry(field(value.field)).or_default().push(ValueAnswer {
            value: value.value.clone(),
            from: from(&value.from),
            valid_from: value.valid_from.map(|days| Date(days).to_string()),
            rule: value.rule.clone(),
        });
    }
    let losing = |(value, positions): &(String, Vec<u32>)| LosingValue { value: value.clone(), from: from(positions) };
    let conflicts = stored.conflicts.iter().map(|conflict| ConflictAnswer {
        field: field(conflict.field),
        values: conflict.values.iter().map(losing).collect(),
    });
    let records = stored.members.iter().map(|member| MemberAnswer {
        source: member.source.clone(),
        record_id: member.record_id.clone(),
        match_key: member.match_key.clone(),
        match_probability: member.match_probability,
    });
    EntityAnswer {
        id: id.into(),
        kind: schema.kind.clone(),
        seq,
        anchor: keys.first().cloned().unwrap_or_default(),
        conflicts: conflicts.collect(),
        missing: stored.missing.iter().map(|position| field(*position)).collect(),
        new,
        records: records.collect(),
        relations,
        values,
    }
}
