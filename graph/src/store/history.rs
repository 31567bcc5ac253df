//! What was known before, and what changed since?
//!
//! Versions of entities and records are kept under the sequence number that made them; a change names everything that it
//! touched. Reading the past decides nothing.

use super::read::Entry;
use super::rocks::Family;
use super::value::{StoredChange, StoredRecord, StoredVersion};
use super::{Store, bad_key, codec, key};
use crate::StoreError;

impl Store {
    /// All versions of an entity with the sequence that made each, the earliest first; the current one is the last.
    pub fn entity_versions(&self, id: &str) -> Result<Vec<(u64, StoredVersion)>, StoreError> {
        let prefix = key::version(id.as_bytes(), 0);
        let prefix = &prefix[..prefix.len() - 8];
        let mut versions = Vec::new();
        for entry in self.reader.scan_prefix(Family::Version, prefix)? {
            let (key, value) = entry?;
            let (_, sequence) = key::parse_version(&key).ok_or_else(|| bad_key("version"))?;
            versions.push((sequence, codec::decode(&value, "version")?));
        }
        versions.extend(self.entity(id)?.map(|entity| (entity.since, StoredVersion::Entity(entity))));
        Ok(versions)
    }

    /// An entity as of a sequence.
    pub fn entity_at(&self, id: &str, sequence: u64) -> Result<Option<StoredVersion>, StoreError> {
        let versions = self.entity_versions(id)?.into_iter();
        Ok(versions.take_while(|(since, _)| *since <= sequence).last().map(|(_, version)| version))
    }

    /// Earlier versions of a record, the earliest first.
    pub fn earlier_records(&self, source: &str, id: &str) -> Result<Vec<StoredRecord>, StoreError> {
        let prefix = key::version(&key::record(source, id), 0);
        let prefix = &prefix[..prefix.len() - 8];
        let decode = |entry: Result<Entry, StoreError>| entry.and_then(|(_, value)| codec::decode(&value, "record"));
        self.reader.scan_prefix(Family::Earlier, prefix)?.map(decode).collect()
    }

    /// What a sequence changed.
    pub fn change(&self, sequence: u64) -> Result<Option<StoredChange>, StoreError> {
        self.get(Family::Change, &sequence.to_be_bytes(), "change")
    }

    /// Changes after a sequence, in order.
    pub fn changes_after(&self, sequence: u64, n_changes_max: usize) -> Result<Vec<(u64, StoredChange)>, StoreError> {
        let from = sequence.saturating_add(1).to_be_bytes();
        let entries = self.reader.scan(Family::Change, &from)?.take(n_changes_max);
        let decode = |entry: Result<Entry, StoreError>| {
            let (key, value) = entry?;
            let sequence = u64::from_be_bytes(key.as_ref().try_into().map_err(|_| bad_key("change"))?);
            Ok((sequence, codec::decode(&value, "change")?))
        };
        entries.map(decode).collect()
    }

    /// All judgements in the order in which they were made, as lines of JSON.
    pub fn judgements(&self) -> Result<Vec<String>, StoreError> {
        let entries = self.reader.scan(Family::Judgement, b"")?;
        entries.map(|entry| entry.and_then(|(_, value)| codec::decode(&value, "judgement"))).collect()
    }

    /// The answer that was given to a request with an idempotency key: hash of the request, sequence, answer.
    pub fn receipt(&self, key: &str) -> Result<Option<(u64, u64, String)>, StoreError> {
        self.get(Family::Receipt, key.as_bytes(), "receipt")
    }
}
