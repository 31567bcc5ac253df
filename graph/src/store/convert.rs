//! How do the nouns of the line become stored values, and back?
//!
//! Pure shape changing; nothing is decided or looked up.

use hashbrown::HashMap;
use minglu_rules::document::Mistakes;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::law::Veto;
use minglu_rules::model::{Decision, Finding, GoldenEntity, Link, Origin, Record, RecordIdx, Source};
use minglu_rules::schema::Schema;

use super::value::*;

/// A model as it is stored; `schema` is the text of its schema file.
pub fn store_model(model: &FrozenModel, schema: &str) -> StoredModel {
    StoredModel {
        schema: schema.into(),
        version: model.version(),
        n_entities: model.n_entities,
        terms: model.terms.iter().map(|table| sorted(&table.n_sharers)).collect(),
        tokens: sorted(&model.n_records_by_token),
    }
}

/// A stored model as the rules use it.
pub fn load_model(stored: &StoredModel) -> Result<FrozenModel, Mistakes> {
    let mut model = FrozenModel::count(Schema::read(&stored.schema)?, &[]);
    model.n_entities = stored.n_entities;
    for (table, terms) in model.terms.iter_mut().zip(&stored.terms) {
        table.n_sharers = terms.iter().copied().collect();
    }
    model.n_records_by_token = stored.tokens.iter().copied().collect();
    Ok(model)
}

fn sorted(counts: &HashMap<u64, u32>) -> Vec<(u64, u32)> {
    let mut entries: Vec<(u64, u32)> = counts.iter().map(|(key, count)| (*key, *count)).collect();
    entries.sort_unstable();
    entries
}

/// An entity as it is stored, as of `since`; `ordinal` numbers its records.
pub fn store_entity<'a>(
    entity: &GoldenEntity,
    (model_idx, since): (u32, u64),
    record: &dyn Fn(RecordIdx) -> &'a Record,
    ordinal: &dyn Fn(RecordIdx) -> u32,
    sources: &[Source],
) -> StoredEntity {
    let position = |idx: &RecordIdx| {
        let found = entity.members.binary_search_by_key(idx, |member| member.record);
        found.expect("provenance names members of the entity") as u32
    };
    let member = |member: &minglu_rules::model::Member| {
        let key = &record(member.record).key;
        StoredMember {
            ordinal: ordinal(member.record),
            source: sources[key.source.0 as usize].name.clone(),
            record_id: key.id.to_string(),
            match_probability: member.match_probability,
            match_key: member.match_key.clone(),
        }
    };
    let value = |value: &minglu_rules::model::GoldenValue| StoredValue {
        field: value.field.0,
        value: value.value.clone(),
        from: value.from.iter().map(position).collect(),
        valid_from: value.valid_from.map(|date| date.0),
        rule: value.rule.into(),
        new: value.new,
    };
    let conflict = |conflict: &minglu_rules::model::Conflict| StoredConflict {
        field: conflict.field.0,
        values: conflict
            .values
            .iter()
            .map(|(text, from)| (text.clone(), from.iter().map(position).collect()))
            .collect(),
    };
    StoredEntity {
        since,
        model_idx,
        members: entity.members.iter().map(member).collect(),
        values: entity.values.iter().map(value).collect(),
        conflicts: entity.conflicts.iter().map(conflict).collect(),
        missing: entity.missing.iter().map(|field| field.0).collect(),
    }
}

/// What stands for [`Origin::Profile`]; rules of a schema are far fewer.
const ORIGIN_PROFILE: u8 = u8::MAX;

/// What stands for [`Origin::Judged`].
pub const ORIGIN_JUDGED: u8 = u8::MAX - 1;

/// A link as it is stored; `veto` says why it was not honored, `ordinal` numbers records.
pub fn store_link(link: &Link, veto: Option<Veto>, ordinal: &dyn Fn(RecordIdx) -> u32) -> StoredLink {
    let ordinals = |side: &[RecordIdx]| side.iter().map(|record| ordinal(*record)).collect();
    let finding = |finding: &Finding| {
        let level = finding.level.map_or(0, |level| level + 1);
        (level, finding.values.0, finding.values.1, finding.n_sharers)
    };
    StoredLink {
        match_weight: link.scored.match_weight,
        accepted: link.decision == Decision::Match,
        origin: match link.scored.pair.origin {
            Origin::Identity | Origin::Asked => 0,
            Origin::Block(rule) => rule + 1,
            Origin::Profile => ORIGIN_PROFILE,
            Origin::Judged => ORIGIN_JUDGED,
        },
        veto: veto.map_or_else(String::new, |veto| veto.as_str().into()),
        findings: link.scored.vector.iter().map(finding).collect(),
        sides: link.sides.as_ref().map(|sides| (ordinals(&sides.a), ordinals(&sides.b))),
    }
}

/// The findings of a stored link.
pub fn load_findings(link: &StoredLink) -> Vec<Finding> {
    let finding = |&(level, a, b, n_sharers): &(u8, u8, u8, u32)| Finding {
        level: level.checked_sub(1),
        values: (a, b),
        n_sharers,
    };
    link.findings.iter().map(finding).collect()
}
