//! What is kept, and how is it asked for?
//!
//! The record log is the truth; memberships, entities, links, relations and blocks are views that a build derives from it.
//! [`Store`] reads one finished register; [`write::StoreWriter`] makes one. Neither decides anything.

mod codec;
mod key;
mod rocks;

pub mod convert;
pub mod directory;
pub mod validate;
pub mod value;
pub mod write;

#[cfg(any(test, fuzzing))]
pub mod fuzz;

use std::path::Path;

use rocks::{Family, Rocks};
use value::{Catalog, StoredEntity, StoredLink, StoredRecord, StoredRelation};

use crate::StoreError;

/// Key of the catalog in the family of settings.
pub(crate) const CATALOG_KEY: &[u8] = b"catalog";

/// Source and id of a record.
pub type SourceAndId = (String, String);

/// What walks over a family; beginning can fail, and so can every step.
pub type Scan<'a, T> = Result<Box<dyn Iterator<Item = Result<T, StoreError>> + 'a>, StoreError>;

/// A register, opened for reading.
pub struct Store {
    rocks: Rocks,
    catalog: Catalog,
}

/// A relation of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationEnd {
    /// The entity asked for is the one the relation is said of.
    pub outgoing: bool,
    /// Name of the relation.
    pub kind: String,
    /// The other entity.
    pub other: String,
    /// Ordinal of the record that says so.
    pub evidence: u32,
}

impl Store {
    /// Opens the register in a directory.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        if !dir.exists() {
            return Err(StoreError::NotFound(dir.into()));
        }
        let rocks = Rocks::open_read_only(dir)?;
        let bytes = rocks.get(Family::Meta, CATALOG_KEY)?.ok_or_else(|| StoreError::NotFound(dir.into()))?;
        let catalog = codec::decode(&bytes, "catalog")?;
        Ok(Self { rocks, catalog })
    }

    /// Settings, sources, models, counts.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// A record as received.
    pub fn record(&self, source: &str, id: &str) -> Result<Option<StoredRecord>, StoreError> {
        self.get(Family::Log, &key::record(source, id), "record")
    }

    /// Source and id of an ordinal.
    pub fn record_key(&self, ordinal: u32) -> Result<Option<(String, String)>, StoreError> {
        let Some(bytes) = self.rocks.get(Family::Ordinal, &key::ordinal(ordinal))? else { return Ok(None) };
        Ok(Some(parse_record(&bytes)?))
    }

    /// The entity of a record.
    pub fn entity_of(&self, source: &str, id: &str) -> Result<Option<String>, StoreError> {
        self.get(Family::Membership, &key::record(source, id), "membership")
    }

    /// An entity.
    pub fn entity(&self, id: &str) -> Result<Option<StoredEntity>, StoreError> {
        self.get(Family::Entity, id.as_bytes(), "entity")
    }

    /// What links two records, whichever comes first.
    pub fn link(&self, a: u32, b: u32) -> Result<Option<StoredLink>, StoreError> {
        self.get(Family::Link, &key::pair(a.min(b), a.max(b)), "link")
    }

    /// Links from a record to records of higher ordinals.
    pub fn links_from(&self, a: u32) -> Result<Vec<(u32, StoredLink)>, StoreError> {
        let prefix = key::ordinal(a);
        let decode = |entry: Result<rocks::Entry, StoreError>| {
            let (key, value) = entry?;
            let (_, b) = parse_pair(&key)?;
            Ok((b, codec::decode(&value, "link")?))
        };
        self.rocks.scan(Family::Link, &prefix)?.map(decode).collect()
    }

    /// Ordinals of the records in a block of a kind; empty where no record has the key.
    pub fn block(&self, model_idx: u32, blocking_key: u64) -> Result<Vec<u32>, StoreError> {
        let found = self.get(Family::Block, &key::block(model_idx, blocking_key), "block")?;
        Ok(found.unwrap_or_default())
    }

    /// Relations of an entity.
    pub fn relations(&self, entity: &str) -> Result<Vec<RelationEnd>, StoreError> {
        let prefix = key::relations_of(entity);
        let ends = self.rocks.scan(Family::Relation, &prefix)?.map(|entry| {
            let (key, value) = entry?;
            let (_, outgoing, kind, other) = key::parse_relation(&key).ok_or_else(|| bad_key("relation"))?;
            let stored: StoredRelation = codec::decode(&value, "relation")?;
            Ok(RelationEnd { outgoing, kind: kind.into(), other: other.into(), evidence: stored.evidence })
        });
        ends.collect()
    }

    /// All records, sorted by key bytes, with their sources and ids.
    pub fn scan_records(&self) -> Scan<'_, (SourceAndId, StoredRecord)> {
        self.scan(Family::Log, |key, value| Ok((parse_record(key)?, codec::decode(value, "record")?)))
    }

    /// Source, id and entity of all records, sorted by key bytes.
    pub fn scan_membership(&self) -> Scan<'_, (SourceAndId, String)> {
        self.scan(Family::Membership, |key, value| Ok((parse_record(key)?, codec::decode(value, "membership")?)))
    }

    /// All entities, sorted by id.
    pub fn scan_entities(&self) -> Scan<'_, (String, StoredEntity)> {
        self.scan(Family::Entity, |key, value| {
            let id = std::str::from_utf8(key).map_err(|_| bad_key("entity"))?;
            Ok((id.to_string(), codec::decode(value, "entity")?))
        })
    }

    /// All links and reviews, sorted by ordinals.
    pub fn scan_links(&self) -> Scan<'_, ((u32, u32), StoredLink)> {
        self.scan(Family::Link, |key, value| Ok((parse_pair(key)?, codec::decode(value, "link")?)))
    }

    /// All relations, each with the entity it is said of, sorted.
    pub fn scan_relations(&self) -> Scan<'_, (String, RelationEnd)> {
        let ends = self.scan(Family::Relation, |key, value| {
            let (entity, outgoing, kind, other) = key::parse_relation(key).ok_or_else(|| bad_key("relation"))?;
            let stored: StoredRelation = codec::decode(value, "relation")?;
            let end = RelationEnd { outgoing, kind: kind.into(), other: other.into(), evidence: stored.evidence };
            Ok((entity.to_string(), end))
        })?;
        Ok(Box::new(ends.filter(|end| end.as_ref().map_or(true, |(_, end)| end.outgoing))))
    }

    /// All blocks: position of the model, blocking key, ordinals.
    pub fn scan_blocks(&self) -> Scan<'_, (u32, u64, Vec<u32>)> {
        self.scan(Family::Block, |key, value| {
            let (model_idx, blocking_key) = key::parse_block(key).ok_or_else(|| bad_key("block"))?;
            Ok((model_idx, blocking_key, codec::decode(value, "block")?))
        })
    }

    fn scan<T>(&self, family: Family, read: fn(&[u8], &[u8]) -> Result<T, StoreError>) -> Scan<'_, T>
    where
        T: 'static,
    {
        let entries = self.rocks.scan(family, b"")?;
        Ok(Box::new(entries.map(move |entry| entry.and_then(|(key, value)| read(&key, &value)))))
    }

    fn get<T: codec::Stored>(&self, family: Family, key: &[u8], what: &str) -> Result<Option<T>, StoreError> {
        self.rocks.get(family, key)?.map(|bytes| codec::decode(&bytes, what)).transpose()
    }
}

fn parse_record(key: &[u8]) -> Result<SourceAndId, StoreError> {
    let (source, id) = key::parse_record(key).ok_or_else(|| bad_key("record"))?;
    Ok((source.into(), id.into()))
}

fn parse_pair(key: &[u8]) -> Result<(u32, u32), StoreError> {
    key::parse_pair(key).ok_or_else(|| bad_key("pair"))
}

fn bad_key(what: &str) -> StoreError {
    StoreError::Corrupted { what: format!("{what} key"), why: "it is not of the expected form".into() }
}

#[cfg(test)]
mod tests;
