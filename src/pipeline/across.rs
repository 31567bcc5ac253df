//! How do entities of different kinds belong together?
//!
//! A derived record and its parent have one id, and so say which person or building belongs to which enterprise. What the
//! relation is called stands in the schema; making it is [`minglu_rules::relate::relate_derived`]'s business.

use minglu_rules::model::{EntityId, Record, RecordIdx, RecordKey, Relation};
use minglu_rules::relate::{Derived, relate_derived};

use crate::config::Config;
use crate::ingest::DerivedSources;

/// The records and entities of one kind.
#[derive(Clone, Copy)]
pub struct KindView<'a> {
    /// In anchor order.
    pub records: &'a [Record],
    /// Entity ids with their records.
    pub clusters: &'a [(EntityId, Vec<RecordIdx>)],
}

/// Relations between entities of different kinds, by the kind whose record says so.
pub fn relate_across(config: &Config, sources: &DerivedSources, kinds: &[KindView<'_>]) -> Vec<Vec<Relation>> {
    let mut relations: Vec<Vec<Relation>> = kinds.iter().map(|_| Vec::new()).collect();
    let entities: Vec<Vec<&EntityId>> = match config.derivations.is_empty() {
        true => return relations,
        false => kinds.iter().map(entity_of_records).collect(),
    };
    for (derivation_idx, derivation) in config.derivations.iter().enumerate() {
        let (from, to) = (derivation.kind_idx, derivation.to_kind_idx);
        let derived_records = kinds[to].records;
        let named = kinds[from].records.iter().enumerate().filter_map(|(position, record)| {
            let source = sources.get(derivation_idx, record.key.source)?;
            let key = RecordKey { source, id: record.key.id.clone() };
            let derived = derived_records.binary_search_by(|derived| derived.key.cmp(&key)).ok()?;
            let evidence = RecordIdx(position as u32);
            Some(Derived { evidence, record, entity: entities[from][position], derived: entities[to][derived] })
        });
        let rule = &config.kinds[from].schema.derives[derivation.rule_idx];
        relations[from].extend(relate_derived(rule, named));
    }
    // Two derivations may say the same of an enterprise and a building: the kind of relation tells them apart.
    for of_kind in &mut relations {
        of_kind.sort();
        of_kind.dedup_by(|b, a| (&a.from, &a.kind, &a.to) == (&b.from, &b.kind, &b.to));
    }
    relations
}

fn entity_of_records<'a>(kind: &KindView<'a>) -> Vec<&'a EntityId> {
    let Some((first, _)) = kind.clusters.first() else { return Vec::new() };
    let mut entities = vec![first; kind.records.len()];
    for (id, members) in kind.clusters {
        members.iter().for_each(|member| entities[member.at()] = id);
    }
    entities
}
