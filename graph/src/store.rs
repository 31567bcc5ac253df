//! What is kept, and how is it asked for?
//!
//! The record log is the truth; memberships, entities, links, relations and blocks are views that a build derives from it.
//! [`Store`] reads one finished register; [`write::StoreWriter`] makes one. Neither decides anything.

mod codec;
mod journal;
mod key;
mod read;
mod rocks;

pub mod convert;
pub mod directory;
pub mod draft;
pub mod history;
pub mod scan;
pub mod validate;
pub mod value;
pub mod write;

#[cfg(any(test, fuzzing))]
pub mod fuzz;

use std::collections::BTreeMap;
use std::path::Path;

pub use key::anchor;
pub use rocks::Durability;

use std::sync::Arc;

use draft::{BlockFamily, Stratum};
use read::Read;
use rocks::{Family, Rocks};
use value::{Catalog, State, StoredEntity, StoredLink, StoredRecord, StoredRelation};

use crate::StoreError;

/// Key of the catalog in the family of settings.
pub(crate) const CATALOG_KEY: &[u8] = b"catalog";

/// Source and id of a record.
pub type SourceAndId = (String, String);

/// What walks over a family; beginning can fail, and so can every step.
pub type Scan<'a, T> = Result<Box<dyn Iterator<Item = Result<T, StoreError>> + 'a>, StoreError>;

/// Key of the state in the family of settings.
pub(crate) const STATE_KEY: &[u8] = b"state";

/// A register as it was at one moment; cheap to clone.
#[derive(Clone)]
pub struct Store {
    reader: Arc<dyn Read>,
    catalog: Arc<Catalog>,
    state: State,
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
    /// Opens the register in a directory for reading, as it is now.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        if !dir.exists() {
            return Err(StoreError::NotFound(dir.into()));
        }
        let rocks = Rocks::open_read_only(dir)?;
        let (catalog, state) = (settings(&rocks, CATALOG_KEY)?, settings(&rocks, STATE_KEY)?);
        Ok(Self { reader: Arc::new(rocks), catalog: Arc::new(catalog), state })
    }

    /// Settings, sources, models.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Sequence and counts.
    pub fn state(&self) -> State {
        self.state
    }

    /// A record as received; none where there is none or it was deleted.
    pub fn record(&self, source: &str, id: &str) -> Result<Option<StoredRecord>, StoreError> {
        Ok(self.record_or_tombstone(source, id)?.filter(|record| !record.is_deleted))
    }

    /// A record as received, or the tombstone of a deleted one.
    pub fn record_or_tombstone(&self, source: &str, id: &str) -> Result<Option<StoredRecord>, StoreError> {
        self.get(Family::Log, &key::record(source, id), "record")
    }

    /// Whether a record left the group of its code, so that its codes are somebody else's.
    pub fn has_left(&self, ordinal: u32) -> Result<bool, StoreError> {
        Ok(self.reader.get(Family::Leaver, &key::ordinal(ordinal))?.is_some())
    }

    /// Source and id of an ordinal.
    pub fn record_key(&self, ordinal: u32) -> Result<Option<(String, String)>, StoreError> {
        let Some(bytes) = self.reader.get(Family::Ordinal, &key::ordinal(ordinal))? else { return Ok(None) };
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

    /// What links two records, whichever comes first: by themselves, or as anchors of clusters.
    pub fn link(&self, a: u32, b: u32) -> Result<Option<StoredLink>, StoreError> {
        let of_records = self.get(Family::Link, &key::pair(a, b), "link")?;
        let of_clusters = self.get(Family::ClusterLink, &key::pair(a, b), "link")?;
        Ok(stronger(of_records, of_clusters))
    }

    /// Links of a record, and of the base cluster whose anchor it is, by the other end.
    pub fn links_of(&self, a: u32) -> Result<Vec<(u32, StoredLink)>, StoreError> {
        let prefix = key::ordinal(a);
        let mut links: BTreeMap<u32, StoredLink> = BTreeMap::new();
        for family in [Family::Link, Family::ClusterLink] {
            for entry in self.reader.scan_prefix(family, &prefix)? {
                let (key, value) = entry?;
                let (_, b) = parse_pair(&key)?;
                let link = codec::decode(&value, "link")?;
                let known = links.remove(&b);
                links.extend(stronger(known, Some(link)).map(|link| (b, link)));
            }
        }
        Ok(links.into_iter().collect())
    }

    /// Ordinals of the first records in a block of a kind; empty where no record has the key. The block of a star is in anchor
    /// order, others are not.
    pub fn block(&self, model_idx: u32, blocking_key: u64, n_records_max: usize) -> Result<Vec<u32>, StoreError> {
        let prefix = key::block(model_idx, blocking_key);
        let entries = self.reader.scan_prefix(Family::Block, &prefix)?.take(n_records_max);
        entries.map(|entry| entry.and_then(|(key, value)| block_member(&key, &value))).collect()
    }

    /// Relations of an entity.
    pub fn relations(&self, entity: &str) -> Result<Vec<RelationEnd>, StoreError> {
        let prefix = key::relations_of(entity);
        let ends = self.reader.scan_prefix(Family::Relation, &prefix)?.map(|entry| {
            let (key, value) = entry?;
            let (_, outgoing, kind, other) = key::parse_relation(&key).ok_or_else(|| bad_key("relation"))?;
            let stored: StoredRelation = codec::decode(&value, "relation")?;
            Ok(RelationEnd { outgoing, kind: kind.into(), other: other.into(), evidence: stored.evidence })
        });
        ends.collect()
    }

    /// All records, sorted by key bytes, with their sources and ids.
    pub fn scan_records(&self) -> Scan<'_, (SourceAndId, StoredRecord)> {
        let records = self.scan_records_and_tombstones()?;
        Ok(Box::new(records.filter(|item| item.as_ref().map_or(true, |(_, record)| !record.is_deleted))))
    }

    /// All records and tombstones of deleted ones, likewise.
    pub fn scan_records_and_tombstones(&self) -> Scan<'_, (SourceAndId, StoredRecord)> {
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

    /// All links and reviews of records and of clusters, by ordinals; each once, the lower one first.
    pub fn scan_links(&self) -> Scan<'_, ((u32, u32), StoredLink)> {
        let links = self.scan_link_ends(Stratum::Records)?.chain(self.scan_link_ends(Stratum::Clusters)?);
        Ok(Box::new(links.filter(|item| item.as_ref().map_or(true, |((a, b), _)| a < b))))
    }

    /// All relations, each with the entity it is said of, sorted.
    pub fn scan_relations(&self) -> Scan<'_, (String, RelationEnd)> {
        let ends = self.scan_relation_ends()?;
        Ok(Box::new(ends.filter(|end| end.as_ref().map_or(true, |(_, end)| end.outgoing))))
    }

    /// All entries of blocks: position of the model, blocking key, ordinal.
    pub fn scan_blocks(&self) -> Scan<'_, (u32, u64, u32)> {
        let entries = self.scan_blocks_of(BlockFamily::Records)?;
        Ok(Box::new(entries.map(|entry| entry.map(|entry| (entry.model_idx, entry.blocking_key, entry.ordinal)))))
    }

    fn scan<T>(&self, family: Family, read: fn(&[u8], &[u8]) -> Result<T, StoreError>) -> Scan<'_, T>
    where
        T: 'static,
    {
        let entries = self.reader.scan(family, b"")?;
        Ok(Box::new(entries.map(move |entry| entry.and_then(|(key, value)| read(&key, &value)))))
    }

    fn get<T: codec::Stored>(&self, family: Family, key: &[u8], what: &str) -> Result<Option<T>, StoreError> {
        self.reader.get(family, key)?.map(|bytes| codec::decode(&bytes, what)).transpose()
    }
}

/// A value of the family of settings.
fn settings<T: codec::Stored>(reader: &impl Read, key: &[u8]) -> Result<T, StoreError> {
    let bytes = reader.get(Family::Meta, key)?;
    let what = String::from_utf8_lossy(key);
    let missing = || StoreError::Corrupted { what: what.to_string(), why: "it is missing".into() };
    codec::decode(&bytes.ok_or_else(missing)?, &what)
}

/// Of a link of two records and one of the clusters that they are anchors of, the one that is told: what was accepted goes first.
fn stronger(of_records: Option<StoredLink>, of_clusters: Option<StoredLink>) -> Option<StoredLink> {
    match (of_records, of_clusters) {
        (Some(link), Some(other)) => Some(if other.accepted && !link.accepted { other } else { link }),
        (one, other) => one.or(other),
    }
}

/// The ordinal of an entry of a block: its key ends in it, but for that of a star, whose value it is.
fn block_member(key: &[u8], value: &[u8]) -> Result<u32, StoreError> {
    let ordinal = if value.is_empty() { key::after_block(key) } else { value };
    let is_whole = !key::after_block(key).is_empty();
    let ordinal = ordinal.try_into().ok().filter(|_| is_whole).map(u32::from_be_bytes);
    ordinal.ok_or_else(|| bad_key("block"))
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
