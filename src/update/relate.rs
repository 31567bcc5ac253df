//! Which relations does a change of entities make and unmake?
//!
//! A relation of an entity follows from the entities that share a key with it, and from the entities of what was derived of
//! its records. Whoever sought a key that a changed entity offers or offered is asked again.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use minglu_graph::store::RelationEnd;
use minglu_graph::store::draft::Draft;
use minglu_graph::store::value::StoredRelationKey;
use minglu_rules::model::{EntityId, Record, RecordIdx};
use minglu_rules::relate::{Derived, RelationKey, n_sharers_told, relate, relate_derived};
use minglu_rules::schema::Derive;
use rayon::prelude::*;

use super::Shared;
use super::ground::Ground;
use super::memory::{Memory, Staged};
use crate::config::{Config, DERIVED_MARK};
use crate::error::Result;
use crate::pipeline::stored_relation_keys;

/// Entities that are asked again for their relations to those that share one key.
const N_SEEKERS_MAX: usize = 10_000;

/// Entities that one thread looks at at a time.
const N_PER_CHUNK: usize = 8;

/// Everything that relations are found with.
pub(super) struct Relating<'a> {
    pub(super) ground: &'a Ground,
    pub(super) memory: &'a Memory,
    pub(super) staged: &'a Staged,
    pub(super) draft: &'a mut Draft,
}

impl Relating<'_> {
    /// Finds the relations of changed entities anew, and of those that seek what they offer or offered.
    pub(super) fn relate(&mut self, touched: &[(usize, String)]) -> Result<()> {
        let keys: Vec<_> =
            touched.par_iter().with_min_len(N_PER_CHUNK).map(|of| self.keys_of(of)).collect::<Result<_>>()?;
        for ((model_idx, id), (before, now)) in touched.iter().zip(&keys).filter(|(_, (before, now))| before != now) {
            self.draft.put_relation_keys((*model_idx as u32, id), now, before)?;
        }
        let asked: Vec<Vec<(usize, String)>> = touched
            .par_iter()
            .zip(&keys)
            .with_min_len(N_PER_CHUNK)
            .map(|(of, keys)| self.asked(of, keys))
            .collect::<Result<_>>()?;
        let asked: BTreeSet<(usize, String)> = asked.into_iter().flatten().collect();
        let asked: Vec<(usize, String)> = asked.into_iter().collect();
        let found: Vec<Vec<(RelationEnd, bool)>> =
            asked.par_iter().with_min_len(N_PER_CHUNK).map(|of| self.relate_one(of)).collect::<Result<_>>()?;
        for ((_, id), ends) in asked.iter().zip(found) {
            for (end, is_there) in ends {
                match is_there {
                    true => self.draft.put_relation(id, &end)?,
                    false => self.draft.remove_relation(id, &end),
                }
            }
        }
        Ok(())
    }

    /// Entities whose relations may be others once this one has changed: itself, those that seek what it offers or offered,
    /// and those that say something of it.
    fn asked(
        &self,
        (model_idx, id): &(usize, String),
        (before, now): &(Vec<StoredRelationKey>, Vec<StoredRelationKey>),
    ) -> Result<Vec<(usize, String)>> {
        let mut asked = vec![(*model_idx, id.clone())];
        let mut keys: Vec<StoredRelationKey> = before.iter().chain(now).copied().collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let seeking = StoredRelationKey { seeks: true, ..key };
            let seekers = self.draft.entities_with(*model_idx as u32, seeking, N_SEEKERS_MAX)?;
            asked.extend(seekers.into_iter().map(|seeker| (*model_idx, seeker)));
        }
        self.ask_parents(id, &mut asked)?;
        Ok(asked)
    }

    fn records_of(&self, id: &str) -> Result<Vec<Shared>> {
        let members = self.draft.entity(id)?.map(|entity| entity.members).unwrap_or_default();
        members.iter().map(|member| self.load(member.ordinal)).collect()
    }

    fn load(&self, ordinal: u32) -> Result<Shared> {
        match self.staged.records.get(&ordinal) {
            Some(Some(record)) => Ok(record.clone()),
            _ => self.memory.load(ordinal, self.ground, self.draft),
        }
    }

    /// What an entity offered and sought, and what it does now.
    fn keys_of(&self, (model_idx, id): &(usize, String)) -> Result<(Vec<StoredRelationKey>, Vec<StoredRelationKey>)> {
        let members = self.records_of(id)?;
        let members: Vec<&Record> = members.iter().map(|loaded| &loaded.record).collect();
        let now = stored_relation_keys(&members, &self.ground.models[*model_idx].schema);
        Ok((self.draft.relation_keys(id)?, now))
    }

    /// The entities whose records the records of an entity were derived of, before the change and after it.
    fn ask_parents(&self, id: &str, asked: &mut Vec<(usize, String)>) -> Result<()> {
        for member in self.draft.entity(id)?.map(|entity| entity.members).unwrap_or_default() {
            let Some((parent, _)) = member.source.split_once(DERIVED_MARK) else { break };
            let Some(entity) = self.draft.entity_of(parent, &member.record_id)? else { continue };
            if let Some(record) = self.draft.record(parent, &member.record_id)? {
                asked.push((record.model_idx as usize, entity));
            }
        }
        // What was said of an entity that is no more is said by the other end.
        for end in self.draft.relations(id)? {
            if let Some(other) = self.draft.entity(&end.other)? {
                asked.push((other.model_idx as usize, end.other));
            }
        }
        Ok(())
    }

    /// Relations of an entity that come, change or go: those that are there after the change, and those that are not.
    fn relate_one(&self, (model_idx, id): &(usize, String)) -> Result<Vec<(RelationEnd, bool)>> {
        let model_idx = *model_idx;
        let schema = &self.ground.models[model_idx].schema;
        let mut found: BTreeMap<(bool, String, String), u32> = BTreeMap::new();
        if self.draft.entity(id)?.is_some() {
            self.relate_within(model_idx, id, &mut found)?;
            self.relate_across(model_idx, id, &mut found)?;
        }
        let said: BTreeSet<&str> = schema.derives.iter().flat_map(names).collect();
        let foreign = Self::said_of(&self.ground.config, model_idx);
        // What this entity says of itself and of what was derived of it; the rest is said by others.
        let is_own = |end: &RelationEnd| {
            said.contains(end.kind.as_str()) || (end.outgoing && !foreign.contains(end.kind.as_str()))
        };
        let mut changes = Vec::new();
        for end in self.draft.relations(id)?.into_iter().filter(is_own) {
            let known = found.remove(&(end.outgoing, end.kind.clone(), end.other.clone()));
            match known {
                None => changes.push((end, false)),
                Some(evidence) if evidence != end.evidence => changes.push((RelationEnd { evidence, ..end }, true)),
                Some(_) => {}
            }
        }
        let new = found.into_iter().map(|((outgoing, kind, other), evidence)| RelationEnd {
            outgoing,
            kind,
            other,
            evidence,
        });
        changes.extend(new.map(|end| (end, true)));
        Ok(changes)
    }

    /// Names of relations that entities of other kinds say of those of a kind, which were derived of their records.
    fn said_of(config: &Config, model_idx: usize) -> BTreeSet<&str> {
        let derivations = config.derivations.iter().filter(|known| known.to_kind_idx == model_idx);
        derivations.flat_map(|known| names(&config.kinds[known.kind_idx].schema.derives[known.rule_idx])).collect()
    }

    /// Relations to entities of the same kind: of all that share a key, as many as matter.
    fn relate_within(
        &self,
        model_idx: usize,
        id: &str,
        found: &mut BTreeMap<(bool, String, String), u32>,
    ) -> Result<()> {
        let schema = &self.ground.models[model_idx].schema;
        let sought: Vec<StoredRelationKey> =
            self.draft.relation_keys(id)?.into_iter().filter(|key| key.seeks).collect();
        if sought.is_empty() {
            return Ok(());
        }
        let mut ids: BTreeSet<String> = BTreeSet::from([id.to_string()]);
        for key in sought {
            let told = RelationKey { table: key.table, hash: key.hash, seeks: key.seeks };
            let n_told = n_sharers_told(told, schema);
            for seeks in [false, true] {
                ids.extend(self.draft.entities_with(model_idx as u32, StoredRelationKey { seeks, ..key }, n_told)?);
            }
        }
        let (mut records, mut members): (Vec<Shared>, Vec<(String, Vec<u32>)>) = (Vec::new(), Vec::new());
        for id in ids {
            let of_entity = self.records_of(&id)?;
            members.push((id, of_entity.iter().map(|loaded| loaded.ordinal).collect()));
            records.extend(of_entity);
        }
        records.sort_unstable_by(|a, b| a.record.key.cmp(&b.record.key));
        let positions: HashMap<u32, RecordIdx> =
            records.iter().zip(0..).map(|(loaded, at)| (loaded.ordinal, RecordIdx(at))).collect();
        let mut clusters: Vec<(EntityId, Vec<RecordIdx>)> = members
            .iter()
            .map(|(id, members)| (EntityId::from_text(id), members.iter().map(|member| positions[member]).collect()))
            .collect();
        clusters.sort_unstable_by_key(|(_, members)| members.first().copied());
        for relation in relate(&clusters, &records, schema).into_iter().filter(|relation| relation.from.as_str() == id)
        {
            let place = (true, relation.kind.as_str().to_string(), relation.to.to_string());
            found.insert(place, records[relation.evidence.at()].ordinal);
        }
        Ok(())
    }

    /// Relations to the entities of what was derived of its records.
    fn relate_across(
        &self,
        model_idx: usize,
        id: &str,
        found: &mut BTreeMap<(bool, String, String), u32>,
    ) -> Result<()> {
        let (config, own) = (&self.ground.config, EntityId::from_text(id));
        let derivations = config.derivations.iter().enumerate().filter(|(_, known)| known.kind_idx == model_idx);
        let derivations: Vec<_> = derivations.collect();
        if derivations.is_empty() {
            return Ok(());
        }
        let records = self.records_of(id)?;
        for (derivation_idx, derivation) in derivations {
            let mut named: Vec<(RecordIdx, &Record, EntityId)> = Vec::new();
            for (loaded, at) in records.iter().zip((0..).map(RecordIdx)) {
                let Some(source) = self.ground.derived.get(derivation_idx, loaded.record.key.source) else { continue };
                let source = &self.ground.sources[source.0 as usize].name;
                if let Some(entity) = self.draft.entity_of(source, &loaded.record.key.id)? {
                    named.push((at, &loaded.record, EntityId::from_text(&entity)));
                }
            }
            let rule = &config.kinds[model_idx].schema.derives[derivation.rule_idx];
            let derived = named.iter().map(|(evidence, record, derived)| Derived {
                evidence: *evidence,
                record,
                entity: &own,
                derived,
            });
            for relation in relate_derived(rule, derived) {
                let outgoing = relation.from == own;
                let other = if outgoing { &relation.to } else { &relation.from };
                let place = (outgoing, relation.kind.as_str().to_string(), other.to_string());
                let evidence = records[relation.evidence.at()].ordinal;
                found.entry(place).or_insert(evidence);
            }
        }
        Ok(())
    }
}

/// What the relations of a rule may be called.
fn names(rule: &Derive) -> impl Iterator<Item = &str> {
    [&rule.outgoing, &rule.outgoing_hosted, &rule.incoming].into_iter().filter_map(|name| name.as_deref())
}
