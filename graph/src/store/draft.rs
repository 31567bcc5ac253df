//! How does a change of a register become one durable write?
//!
//! A [`Draft`] is read and changed like the register that it will make; nobody else sees it until it is written, whole or
//! not at all. What follows from what is the caller's business. There is one writer, so a draft never meets another.

mod relation;

use std::path::Path;
use std::sync::Arc;

use super::codec::{self, Stored};
use super::read::{Cursor, Overlay, Read};
use super::rocks::{Durability, Family, Rocks};
use super::value::*;
use super::{CATALOG_KEY, STATE_KEY, Store, bad_key, block_member, key, parse_pair, settings};
use crate::StoreError;

/// A register opened for reading and writing.
pub struct Database {
    rocks: Rocks,
}

impl Database {
    /// Opens the register in a directory; refused while another process has it open.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        if !dir.exists() {
            return Err(StoreError::NotFound(dir.into()));
        }
        Ok(Self { rocks: Rocks::open(dir)? })
    }

    /// The register as it is now, whatever is written later.
    pub fn store(&self) -> Result<Store, StoreError> {
        let frozen = self.rocks.snapshot();
        let (catalog, state) = (settings(&frozen, CATALOG_KEY)?, settings(&frozen, STATE_KEY)?);
        Ok(Store { reader: Arc::new(frozen), catalog: Arc::new(catalog), state })
    }

    /// The register as it is now, with a catalog and a state that the caller knows to be those of now.
    pub fn store_with(&self, catalog: Arc<Catalog>, state: State) -> Store {
        Store { reader: Arc::new(self.rocks.snapshot()), catalog, state }
    }

    /// Begins a change.
    pub fn draft(&self) -> Draft {
        Draft { overlay: Overlay::new(self.rocks.clone()) }
    }

    /// Ordinals of records that left the group of their code.
    pub fn leavers(&self) -> Result<Vec<u32>, StoreError> {
        let entries = self.rocks.scan(Family::Leaver, b"")?;
        entries
            .map(|entry| entry.and_then(|(key, _)| key::last_ordinal(&key).ok_or_else(|| bad_key("leaver"))))
            .collect()
    }

    /// Base clusters of several records: ordinals in anchor order.
    pub fn bases(&self) -> Result<Vec<Vec<u32>>, StoreError> {
        let entries = self.rocks.scan(Family::Base, b"")?;
        entries.map(|entry| entry.and_then(|(_, value)| codec::decode(&value, "base cluster"))).collect()
    }

    /// Keys, sequences and sizes in bytes of all receipts, the oldest first.
    pub fn receipts(&self) -> Result<Vec<(u64, String, usize)>, StoreError> {
        let mut receipts = Vec::new();
        for entry in self.rocks.scan(Family::Receipt, b"")? {
            let (key, value) = entry?;
            let (_, sequence, _): (u64, u64, String) = codec::decode(&value, "receipt")?;
            let key = String::from_utf8(key.into()).map_err(|_| bad_key("receipt"))?;
            receipts.push((sequence, key, value.len()));
        }
        receipts.sort_unstable();
        Ok(receipts)
    }

    /// Writes what waits in memory to sorted files, so that reopening has little to read.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.rocks.flush()
    }

    /// Copies the register as it is now into a directory that does not exist yet, while writing goes on.
    pub fn checkpoint(&self, dir: &Path) -> Result<(), StoreError> {
        self.rocks.checkpoint(dir)
    }
}

/// A change that is being made.
pub struct Draft {
    overlay: Overlay,
}

/// Reads blocks one after the other.
pub struct Blocks<'a>(Cursor<'a>);

impl Blocks<'_> {
    /// Lists the ordinals of the first records in a block; that of a star is in anchor order.
    pub fn list(
        &mut self,
        (model_idx, blocking_key): (u32, u64),
        n_records_max: usize,
        ordinals: &mut Vec<u32>,
    ) -> Result<(), StoreError> {
        ordinals.clear();
        if n_records_max == 0 {
            return Ok(());
        }
        self.each((model_idx, blocking_key), |ordinal| {
            ordinals.push(ordinal);
            ordinals.len() < n_records_max
        })
    }

    /// Visits the ordinals in a block for as long as `visit` says so.
    pub fn each(
        &mut self,
        (model_idx, blocking_key): (u32, u64),
        mut visit: impl FnMut(u32) -> bool,
    ) -> Result<(), StoreError> {
        self.0.each(&key::block(model_idx, blocking_key), |key, value| Ok(visit(block_member(key, value)?)))
    }
}

/// Which links are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stratum {
    /// Links of two records.
    Records,
    /// Links of two base clusters, by their anchors.
    Clusters,
}

impl Stratum {
    pub(super) fn family(self) -> Family {
        match self {
            Self::Records => Family::Link,
            Self::Clusters => Family::ClusterLink,
        }
    }
}

/// Which blocks are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockFamily {
    /// Those of records.
    Records,
    /// Those that base clusters are in for what only their records together have.
    Clusters,
}

impl BlockFamily {
    pub(super) fn family(self) -> Family {
        match self {
            Self::Records => Family::Block,
            Self::Clusters => Family::ClusterBlock,
        }
    }
}

impl Draft {
    /// A record as received, or the tombstone of a deleted one.
    pub fn record(&self, source: &str, id: &str) -> Result<Option<StoredRecord>, StoreError> {
        self.get(Family::Log, &key::record(source, id), "record")
    }

    /// Puts a record; the version before it is kept.
    pub fn put_record(
        &mut self,
        (source, id): (&str, &str),
        record: &StoredRecord,
        before: Option<&StoredRecord>,
    ) -> Result<(), StoreError> {
        let key = key::record(source, id);
        match before {
            Some(before) => self.put(Family::Earlier, key::version(&key, before.sequence), before)?,
            None => self.overlay.put(Family::Ordinal, key::ordinal(record.ordinal).to_vec(), key.clone()),
        }
        self.put(Family::Log, key, record)
    }

    /// Source and id of an ordinal.
    pub fn record_key(&self, ordinal: u32) -> Result<Option<(String, String)>, StoreError> {
        let Some(bytes) = self.overlay.get(Family::Ordinal, &key::ordinal(ordinal))? else { return Ok(None) };
        Ok(Some(super::parse_record(&bytes)?))
    }

    /// Notes that a record left the group of its code.
    pub fn put_leaver(&mut self, ordinal: u32) {
        self.overlay.put(Family::Leaver, key::ordinal(ordinal).to_vec(), Vec::new());
    }

    /// Notes that a record did not leave the group of its code.
    pub fn remove_leaver(&mut self, ordinal: u32) {
        self.overlay.remove(Family::Leaver, key::ordinal(ordinal).to_vec());
    }

    /// Puts a record or a base cluster into a block.
    pub fn put_in_block(&mut self, of: BlockFamily, (model_idx, blocking_key): (u32, u64), ordinal: u32) {
        self.overlay.put(of.family(), key::in_block(model_idx, blocking_key, ordinal).to_vec(), Vec::new());
    }

    /// Takes a record or a base cluster out of a block.
    pub fn remove_from_block(&mut self, of: BlockFamily, (model_idx, blocking_key): (u32, u64), ordinal: u32) {
        self.overlay.remove(of.family(), key::in_block(model_idx, blocking_key, ordinal).to_vec());
    }

    /// Puts a record into the block of a star; `anchor` is [`super::anchor`] of the record.
    pub fn put_in_star(&mut self, (model_idx, blocking_key): (u32, u64), anchor: &[u8], ordinal: u32) {
        let key = key::in_star(model_idx, blocking_key, anchor);
        self.overlay.put(Family::Block, key, key::ordinal(ordinal).to_vec());
    }

    /// Takes a record out of the block of a star.
    pub fn remove_from_star(&mut self, (model_idx, blocking_key): (u32, u64), anchor: &[u8]) {
        self.overlay.remove(Family::Block, key::in_star(model_idx, blocking_key, anchor));
    }

    /// Reads blocks.
    pub fn blocks(&self, of: BlockFamily) -> Result<Blocks<'_>, StoreError> {
        Ok(Blocks(self.overlay.cursor(of.family())?))
    }

    /// A link of two records or two anchors.
    pub fn link(&self, stratum: Stratum, a: u32, b: u32) -> Result<Option<StoredLink>, StoreError> {
        self.get(stratum.family(), &key::pair(a, b), "link")
    }

    /// Reads links.
    pub fn links(&self, stratum: Stratum) -> Result<Links<'_>, StoreError> {
        Ok(Links(self.overlay.cursor(stratum.family())?))
    }

    /// Puts a link under both ends.
    pub fn put_link(&mut self, stratum: Stratum, (a, b): (u32, u32), link: &StoredLink) -> Result<(), StoreError> {
        let mut bytes = Vec::new();
        codec::encode_into(link, &mut bytes)?;
        self.overlay.put(stratum.family(), key::pair(b, a).to_vec(), bytes.clone());
        self.overlay.put(stratum.family(), key::pair(a, b).to_vec(), bytes);
        Ok(())
    }

    /// Removes a link from both ends.
    pub fn remove_link(&mut self, stratum: Stratum, (a, b): (u32, u32)) {
        self.overlay.remove(stratum.family(), key::pair(a, b).to_vec());
        self.overlay.remove(stratum.family(), key::pair(b, a).to_vec());
    }

    /// Puts a base cluster of several records, in anchor order; one without records is none.
    pub fn put_base(&mut self, members: &[u32]) -> Result<(), StoreError> {
        let Some(anchor) = members.first() else { return Ok(()) };
        self.put(Family::Base, key::ordinal(*anchor).to_vec(), &members.to_vec())
    }

    /// Removes the base cluster of an anchor.
    pub fn remove_base(&mut self, anchor: u32) {
        self.overlay.remove(Family::Base, key::ordinal(anchor).to_vec());
    }

    /// The entity of a record.
    pub fn entity_of(&self, source: &str, id: &str) -> Result<Option<String>, StoreError> {
        self.get(Family::Membership, &key::record(source, id), "membership")
    }

    /// Says to which entity a record belongs; to none once it is deleted.
    pub fn put_entity_of(&mut self, (source, id): (&str, &str), entity: Option<&str>) -> Result<(), StoreError> {
        let key = key::record(source, id);
        match entity {
            Some(entity) => self.put(Family::Membership, key, &entity.to_string()),
            None => {
                self.overlay.remove(Family::Membership, key);
                Ok(())
            }
        }
    }

    /// An entity.
    pub fn entity(&self, id: &str) -> Result<Option<StoredEntity>, StoreError> {
        self.get(Family::Entity, id.as_bytes(), "entity")
    }

    /// Puts an entity; the version before it, if there is one, is kept.
    pub fn put_entity(
        &mut self,
        id: &str,
        entity: &StoredEntity,
        before: Option<StoredEntity>,
    ) -> Result<(), StoreError> {
        self.keep_version(id, before)?;
        self.put(Family::Entity, id.as_bytes().to_vec(), entity)
    }

    /// Ends an entity at a sequence; whoever asks is sent to its heirs.
    pub fn end_entity(
        &mut self,
        id: &str,
        sequence: u64,
        (before, heirs): (Option<StoredEntity>, Vec<String>),
    ) -> Result<(), StoreError> {
        self.keep_version(id, before)?;
        self.put(Family::Version, key::version(id.as_bytes(), sequence), &StoredVersion::Gone(heirs))?;
        self.overlay.remove(Family::Entity, id.as_bytes().to_vec());
        Ok(())
    }

    fn keep_version(&mut self, id: &str, before: Option<StoredEntity>) -> Result<(), StoreError> {
        let Some(before) = before else { return Ok(()) };
        self.put(Family::Version, key::version(id.as_bytes(), before.since), &StoredVersion::Entity(before))
    }

    /// Says what a sequence changed.
    pub fn put_change(&mut self, sequence: u64, change: &StoredChange) -> Result<(), StoreError> {
        self.put(Family::Change, sequence.to_be_bytes().to_vec(), change)
    }

    /// Appends a judgement: a line of JSON.
    pub fn put_judgement(&mut self, number: u64, line: &str) -> Result<(), StoreError> {
        self.put(Family::Judgement, number.to_be_bytes().to_vec(), &line.to_string())
    }

    /// The answer to a request with an idempotency key: hash of the request, sequence, answer.
    pub fn receipt(&self, key: &str) -> Result<Option<(u64, u64, String)>, StoreError> {
        self.get(Family::Receipt, key.as_bytes(), "receipt")
    }

    /// Keeps the answer to a request with an idempotency key.
    pub fn put_receipt(&mut self, key: &str, receipt: &(u64, u64, String)) -> Result<(), StoreError> {
        self.put(Family::Receipt, key.as_bytes().to_vec(), receipt)
    }

    /// Forgets the answer to a request with an idempotency key.
    pub fn remove_receipt(&mut self, key: &str) {
        self.overlay.remove(Family::Receipt, key.as_bytes().to_vec());
    }

    /// Moves the state on.
    pub fn put_state(&mut self, state: State) -> Result<(), StoreError> {
        self.put(Family::Meta, STATE_KEY.to_vec(), &state)
    }

    /// Replaces the catalog.
    pub fn put_catalog(&mut self, catalog: &Catalog) -> Result<(), StoreError> {
        self.put(Family::Meta, CATALOG_KEY.to_vec(), catalog)
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.overlay.is_empty()
    }

    /// Writes the change, whole or not at all.
    pub fn write(mut self, durability: Durability) -> Result<(), StoreError> {
        self.overlay.write(durability)
    }

    fn get<T: Stored>(&self, family: Family, key: &[u8], what: &str) -> Result<Option<T>, StoreError> {
        self.overlay.get(family, key)?.map(|bytes| codec::decode(&bytes, what)).transpose()
    }

    fn put<T: Stored>(&mut self, family: Family, key: Vec<u8>, value: &T) -> Result<(), StoreError> {
        let mut bytes = Vec::new();
        codec::encode_into(value, &mut bytes)?;
        self.overlay.put(family, key, bytes);
        Ok(())
    }
}

#[cfg(test)]
impl Draft {
    /// Bytes as they are.
    pub(super) fn bytes(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.overlay.get(family, key)
    }

    /// Replaces bytes, or removes them, whatever the others say.
    pub(super) fn put_bytes(&mut self, family: Family, key: Vec<u8>, value: Option<Vec<u8>>) {
        match value {
            Some(value) => self.overlay.put(family, key, value),
            None => self.overlay.remove(family, key),
        }
    }
}

/// Reads the links of records one after the other.
pub struct Links<'a>(Cursor<'a>);

impl Links<'_> {
    /// Links of a record or an anchor, by the other end.
    pub fn of(&mut self, ordinal: u32) -> Result<Vec<(u32, StoredLink)>, StoreError> {
        let mut links = Vec::new();
        self.0.each(&key::ordinal(ordinal), |key, value| {
            let (_, other) = parse_pair(key)?;
            links.push((other, codec::decode(value, "link")?));
            Ok(true)
        })?;
        Ok(links)
    }

    /// The same, but only what was accepted.
    pub fn accepted(&mut self, ordinal: u32) -> Result<Vec<(u32, StoredLink)>, StoreError> {
        Ok(self.of(ordinal)?.into_iter().filter(|(_, link)| link.accepted).collect())
    }
}
