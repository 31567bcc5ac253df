//! What lies in each family, from its first byte to its last?
//!
//! Walks for those who look at everything: [`super::validate`], and whoever compares stored views with computed ones. What a
//! service asks for is in [`super`]; nothing here decides whether an entry is right, only whether it can be read.

use super::draft::{BlockFamily, Stratum};
use super::rocks::Family;
use super::value::{StoredChange, StoredLink, StoredRecord, StoredRelationKey, StoredVersion};
use super::{RelationEnd, Scan, SourceAndId, Store, bad_key, block_member, codec, key, parse_pair, parse_record};
use crate::StoreError;

/// An entry of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockEntry {
    /// Position of the model.
    pub model_idx: u32,
    /// The blocking key.
    pub blocking_key: u64,
    /// The record, or the anchor of the base cluster.
    pub ordinal: u32,
    /// Where the block is that of a star: what sorts the record there, [`super::anchor`].
    pub anchor: Option<Box<[u8]>>,
}

/// The answer to a request with an idempotency key: hash of the request, sequence, answer.
pub type Receipt = (u64, u64, String);

/// An entry of the family of relation keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelationKeyEntry {
    /// What an entity offers and seeks.
    List(String, Vec<StoredRelationKey>),
    /// The position of a model, a key, and an entity that has it.
    Key(u32, StoredRelationKey, String),
}

impl Store {
    /// All ordinals with source and id of their records.
    pub fn scan_ordinals(&self) -> Scan<'_, (u32, SourceAndId)> {
        self.scan(Family::Ordinal, |key, value| Ok((parse_ordinal(key, "ordinal")?, parse_record(value)?)))
    }

    /// Earlier versions of records with source and id, each with the sequence it is kept under.
    pub fn scan_earlier_records(&self) -> Scan<'_, (SourceAndId, u64, StoredRecord)> {
        self.scan(Family::Earlier, |key, value| {
            let (of, sequence) = key::parse_version(key).ok_or_else(|| bad_key("earlier record"))?;
            Ok((parse_record(of)?, sequence, codec::decode(value, "earlier record")?))
        })
    }

    /// Ordinals of records that left the group of their code.
    pub fn scan_leavers(&self) -> Scan<'_, u32> {
        self.scan(Family::Leaver, |key, value| match value.is_empty() {
            true => parse_ordinal(key, "leaver"),
            false => Err(StoreError::Corrupted { what: "leaver".into(), why: "it has a value".into() }),
        })
    }

    /// Base clusters of several records: the ordinal of the anchor, all ordinals in anchor order.
    pub fn scan_bases(&self) -> Scan<'_, (u32, Vec<u32>)> {
        self.scan(Family::Base, |key, value| {
            Ok((parse_ordinal(key, "base cluster")?, codec::decode(value, "base cluster")?))
        })
    }

    /// All links of a stratum, each under both of its ends.
    pub fn scan_link_ends(&self, stratum: Stratum) -> Scan<'_, ((u32, u32), StoredLink)> {
        self.scan(stratum.family(), |key, value| Ok((parse_pair(key)?, codec::decode(value, "link")?)))
    }

    /// What is stored of a pair in a stratum, under the first of its ends.
    pub fn link_end(&self, stratum: Stratum, a: u32, b: u32) -> Result<Option<StoredLink>, StoreError> {
        self.get(stratum.family(), &key::pair(a, b), "link")
    }

    /// All relations, each under both of its ends.
    pub fn scan_relation_ends(&self) -> Scan<'_, (String, RelationEnd)> {
        self.scan(Family::Relation, |key, value| {
            let (entity, outgoing, kind, other) = key::parse_relation(key).ok_or_else(|| bad_key("relation"))?;
            let stored: super::StoredRelation = codec::decode(value, "relation")?;
            let end = RelationEnd { outgoing, kind: kind.into(), other: other.into(), evidence: stored.evidence };
            Ok((entity.to_string(), end))
        })
    }

    /// The record that says of a relation, as it is stored under one of its ends; none where it is not.
    pub fn relation_evidence(&self, entity: &str, end: &RelationEnd) -> Result<Option<u32>, StoreError> {
        let key = key::relation(entity, end.outgoing, &end.kind, &end.other);
        let stored: Option<super::StoredRelation> = self.get(Family::Relation, &key, "relation")?;
        Ok(stored.map(|stored| stored.evidence))
    }

    /// All entries of the blocks of records or of base clusters.
    pub fn scan_blocks_of(&self, of: BlockFamily) -> Scan<'_, BlockEntry> {
        self.scan(of.family(), |key, value| {
            let block = key::parse_block(&key[..key.len().min(key::BLOCK_LEN)]);
            let (model_idx, blocking_key) = block.ok_or_else(|| bad_key("block"))?;
            let ordinal = block_member(key, value)?;
            let anchor = (!value.is_empty()).then(|| key::after_block(key).into());
            Ok(BlockEntry { model_idx, blocking_key, ordinal, anchor })
        })
    }

    /// Whether an entry of a block is stored as it is.
    pub fn has_block_entry(&self, of: BlockFamily, entry: &BlockEntry) -> Result<bool, StoreError> {
        let (model_idx, blocking_key) = (entry.model_idx, entry.blocking_key);
        let found = match &entry.anchor {
            None => self.reader.get(of.family(), &key::in_block(model_idx, blocking_key, entry.ordinal))?,
            Some(anchor) => self.reader.get(of.family(), &key::in_star(model_idx, blocking_key, anchor))?,
        };
        let expected = if entry.anchor.is_some() { &key::ordinal(entry.ordinal)[..] } else { &[] };
        Ok(found.as_deref() == Some(expected))
    }

    /// Lists of relation keys, and entities by relation key.
    pub fn scan_relation_keys(&self) -> Scan<'_, RelationKeyEntry> {
        self.scan(Family::RelationKey, |key, value| {
            let bad = || bad_key("relation key");
            match key.split_first() {
                Some((b'e', entity)) => {
                    let entity = std::str::from_utf8(entity).map_err(|_| bad())?.to_string();
                    Ok(RelationKeyEntry::List(entity, codec::decode(value, "relation keys")?))
                }
                Some((b'k', _)) if value.is_empty() => {
                    let (model_idx, (table, hash, seeks), entity) = key::parse_relation_key(key).ok_or_else(bad)?;
                    Ok(RelationKeyEntry::Key(model_idx, StoredRelationKey { table, hash, seeks }, entity.into()))
                }
                _ => Err(bad()),
            }
        })
    }

    /// What an entity offers and seeks; none where no list is stored.
    pub fn relation_keys(&self, entity: &str) -> Result<Option<Vec<StoredRelationKey>>, StoreError> {
        self.get(Family::RelationKey, &key::relation_keys_of(entity), "relation keys")
    }

    /// Whether an entity is among those that have a relation key.
    pub fn has_relation_key(
        &self,
        (model_idx, entity): (u32, &str),
        StoredRelationKey { table, hash, seeks }: StoredRelationKey,
    ) -> Result<bool, StoreError> {
        let key = key::relation_key(model_idx, table, hash, seeks, entity);
        Ok(self.reader.get(Family::RelationKey, &key)?.is_some())
    }

    /// Earlier versions of all entities, each with the sequence it is kept under.
    pub fn scan_versions(&self) -> Scan<'_, (String, u64, StoredVersion)> {
        self.scan(Family::Version, |key, value| {
            let (of, sequence) = key::parse_version(key).ok_or_else(|| bad_key("version"))?;
            let id = std::str::from_utf8(of).map_err(|_| bad_key("version"))?;
            Ok((id.to_string(), sequence, codec::decode(value, "version")?))
        })
    }

    /// All changes with their sequences.
    pub fn scan_changes(&self) -> Scan<'_, (u64, StoredChange)> {
        self.scan(Family::Change, |key, value| Ok((parse_number(key, "change")?, codec::decode(value, "change")?)))
    }

    /// All judgements with their numbers.
    pub fn scan_judgements(&self) -> Scan<'_, (u64, String)> {
        self.scan(Family::Judgement, |key, value| {
            Ok((parse_number(key, "judgement")?, codec::decode(value, "judgement")?))
        })
    }

    /// All answers to requests with idempotency keys.
    pub fn scan_receipts(&self) -> Scan<'_, (String, Receipt)> {
        self.scan(Family::Receipt, |key, value| {
            let key = std::str::from_utf8(key).map_err(|_| bad_key("receipt"))?;
            Ok((key.to_string(), codec::decode(value, "receipt")?))
        })
    }
}

fn parse_ordinal(key: &[u8], what: &str) -> Result<u32, StoreError> {
    key.try_into().map(u32::from_be_bytes).map_err(|_| bad_key(what))
}

fn parse_number(key: &[u8], what: &str) -> Result<u64, StoreError> {
    key.try_into().map(u64::from_be_bytes).map_err(|_| bad_key(what))
}
