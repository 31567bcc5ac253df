//! Relations in a draft, and the keys by which entities find each other.

use super::Draft;
use crate::StoreError;
use crate::store::rocks::Family;
use crate::store::value::{StoredRelation, StoredRelationKey};
use crate::store::{RelationEnd, bad_key, codec, key};

impl Draft {
    /// Relations of an entity.
    pub fn relations(&self, entity: &str) -> Result<Vec<RelationEnd>, StoreError> {
        let mut ends = Vec::new();
        self.overlay.cursor(Family::Relation)?.each(&key::relations_of(entity), |key, value| {
            let (_, outgoing, kind, other) = key::parse_relation(key).ok_or_else(|| bad_key("relation"))?;
            let stored: StoredRelation = codec::decode(value, "relation")?;
            ends.push(RelationEnd { outgoing, kind: kind.into(), other: other.into(), evidence: stored.evidence });
            Ok(true)
        })?;
        Ok(ends)
    }

    /// Puts a relation under both of its entities.
    pub fn put_relation(&mut self, from: &str, end: &RelationEnd) -> Result<(), StoreError> {
        let stored = StoredRelation { evidence: end.evidence };
        self.put(Family::Relation, key::relation(from, end.outgoing, &end.kind, &end.other), &stored)?;
        self.put(Family::Relation, key::relation(&end.other, !end.outgoing, &end.kind, from), &stored)
    }

    /// Removes a relation from both of its entities.
    pub fn remove_relation(&mut self, from: &str, end: &RelationEnd) {
        self.overlay.remove(Family::Relation, key::relation(from, end.outgoing, &end.kind, &end.other));
        self.overlay.remove(Family::Relation, key::relation(&end.other, !end.outgoing, &end.kind, from));
    }

    /// What an entity offers and seeks.
    pub fn relation_keys(&self, entity: &str) -> Result<Vec<StoredRelationKey>, StoreError> {
        let keys = self.get(Family::RelationKey, &key::relation_keys_of(entity), "relation keys")?;
        Ok(keys.unwrap_or_default())
    }

    /// Says what an entity offers and seeks; `before` is what it did before.
    pub fn put_relation_keys(
        &mut self,
        (model_idx, entity): (u32, &str),
        keys: &[StoredRelationKey],
        before: &[StoredRelationKey],
    ) -> Result<(), StoreError> {
        for StoredRelationKey { table, hash, seeks } in before {
            self.overlay.remove(Family::RelationKey, key::relation_key(model_idx, *table, *hash, *seeks, entity));
        }
        for StoredRelationKey { table, hash, seeks } in keys {
            let key = key::relation_key(model_idx, *table, *hash, *seeks, entity);
            self.overlay.put(Family::RelationKey, key, Vec::new());
        }
        match keys.is_empty() {
            true => self.overlay.remove(Family::RelationKey, key::relation_keys_of(entity)),
            false => self.put(Family::RelationKey, key::relation_keys_of(entity), &keys.to_vec())?,
        }
        Ok(())
    }

    /// The first entities that have a relation key, by id.
    pub fn entities_with(
        &self,
        model_idx: u32,
        StoredRelationKey { table, hash, seeks }: StoredRelationKey,
        n_entities_max: usize,
    ) -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        self.overlay.cursor(Family::RelationKey)?.each(
            &key::relation_keys(model_idx, table, hash, seeks),
            |key, _| {
                found.push(key::relation_key_entity(key).ok_or_else(|| bad_key("relation key"))?.to_string());
                Ok(found.len() < n_entities_max)
            },
        )?;
        Ok(found)
    }
}
