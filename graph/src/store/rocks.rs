//! How does the program speak to RocksDB?
//!
//! The one file that names rocksdb: column families, sorted files for bulk builds, reads, scans, snapshots and durable
//! writes. It knows bytes, not what they mean. One process writes to a database; others may read it as it is.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use rocksdb::checkpoint::Checkpoint;
use rocksdb::{BlockBasedOptions, Cache, ColumnFamilyDescriptor, DB, DBCompressionType, DBRawIterator, Direction};
use rocksdb::{DBRecoveryMode, ErrorKind, IngestExternalFileOptions, IteratorMode, Options, Snapshot, SstFileWriter};
use rocksdb::{WriteBatch, WriteOptions};
use yoke::{Yoke, Yokeable};

use super::CATALOG_KEY;
use super::codec::FORMAT;
use super::journal;
use super::read::{Read, Scanned};
use crate::StoreError;

/// Bytes of uncompressed blocks kept in memory over all families.
const CACHE_BYTES: usize = 512 << 20;

/// Bytes of one block: a few entities, so that a point read decompresses little.
const BLOCK_BYTES: usize = 16 << 10;

/// Bits of a Bloom filter per key: one false positive in a hundred.
const BLOOM_BITS_PER_KEY: f64 = 10.0;

/// Bytes of changes that wait in memory over all families before they are written as sorted files.
const UNSORTED_BYTES_MAX: usize = 256 << 20;

/// Bytes of logs after which the family that holds the oldest back is written out: what reopening has to read again.
const LOG_BYTES_MAX: u64 = 128 << 20;

/// Threads that merge sorted files beside the writer.
const N_BACKGROUND_THREADS: i32 = 2;

/// What RocksDB says where another process, or somebody else in this one, has a database open for writing.
const LOCK_ERRORS: [&str; 2] = ["While lock file", "lock hold by current process"];

/// A database; cheap to clone.
#[derive(Clone)]
pub(crate) struct Rocks {
    db: Arc<DB>,
}

/// A family of keys, named by what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    /// Settings, models, counts.
    Meta,
    /// Records as received, by source and id; a deleted one leaves a tombstone.
    Log,
    /// Earlier versions of records, by source, id and sequence.
    Earlier,
    /// Record keys by ordinal.
    Ordinal,
    /// Records that left the group of their code, by ordinal.
    Leaver,
    /// Entity of each record, by source and id.
    Membership,
    /// Records of base clusters of several, by the ordinal of the anchor.
    Base,
    /// Entities by id.
    Entity,
    /// Earlier versions of entities, by id and sequence.
    Version,
    /// Links and reviews of records, by the ordinals of both ends.
    Link,
    /// Links of base clusters, by the ordinals of both anchors.
    ClusterLink,
    /// Relations by both entities.
    Relation,
    /// What entities offer and seek for relations.
    RelationKey,
    /// Records in each block, by blocking key.
    Block,
    /// Base clusters in each block that only their records together are in, by blocking key.
    ClusterBlock,
    /// What each sequence changed.
    Change,
    /// Judgements of people, in the order in which they were made.
    Judgement,
    /// Answers to requests that carried an idempotency key.
    Receipt,
}

impl Family {
    pub(crate) const ALL: [Family; 18] = [
        Self::Meta,
        Self::Log,
        Self::Earlier,
        Self::Ordinal,
        Self::Leaver,
        Self::Membership,
        Self::Base,
        Self::Entity,
        Self::Version,
        Self::Link,
        Self::ClusterLink,
        Self::Relation,
        Self::RelationKey,
        Self::Block,
        Self::ClusterBlock,
        Self::Change,
        Self::Judgement,
        Self::Receipt,
    ];

    /// The name of the column family on disk.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Log => "log",
            Self::Earlier => "earlier",
            Self::Ordinal => "ordinal",
            Self::Leaver => "leaver",
            Self::Membership => "membership",
            Self::Base => "base",
            Self::Entity => "entity",
            Self::Version => "version",
            Self::Link => "link",
            Self::ClusterLink => "cluster_link",
            Self::Relation => "relation",
            Self::RelationKey => "relation_key",
            Self::Block => "block",
            Self::ClusterBlock => "cluster_block",
            Self::Change => "change",
            Self::Judgement => "judgement",
            Self::Receipt => "receipt",
        }
    }
}

/// Whether a write waits until the disk has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Acknowledged means durable.
    Synced,
    /// For controls of tests that must lose data.
    Unsynced,
}

impl Rocks {
    /// Creates a database from sorted files, which are moved into it.
    pub(crate) fn create(dir: &Path, files: &[(Family, PathBuf)]) -> Result<(), StoreError> {
        let mut options = options(None);
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        let families = Family::ALL.map(|family| ColumnFamilyDescriptor::new(family.name(), options.clone()));
        let db = DB::open_cf_descriptors(&options, dir, families).map_err(rocks_error)?;
        let mut ingest = IngestExternalFileOptions::default();
        ingest.set_move_files(true);
        for (family, path) in files {
            let handle = db.cf_handle(family.name()).ok_or_else(|| missing(*family))?;
            db.ingest_external_file_cf_opts(handle, &ingest, vec![path]).map_err(rocks_error)?;
        }
        db.flush_wal(true).map_err(rocks_error)?;
        Ok(())
    }

    /// Opens a database for reading, as it is now; several processes may.
    pub(crate) fn open_read_only(dir: &Path) -> Result<Self, StoreError> {
        let cache = Cache::new_lru_cache(CACHE_BYTES);
        let options = options(Some(&cache));
        open_by(dir, options, |options| {
            let families = Family::ALL.map(|family| (family.name(), options.clone()));
            DB::open_cf_with_opts_for_read_only(options, dir, families, false)
        })
    }

    /// Opens a database for reading and writing; refused while another process has it open for writing.
    pub(crate) fn open(dir: &Path) -> Result<Self, StoreError> {
        let cache = Cache::new_lru_cache(CACHE_BYTES);
        let mut options = options(Some(&cache));
        options.set_db_write_buffer_size(UNSORTED_BYTES_MAX);
        options.set_max_total_wal_size(LOG_BYTES_MAX);
        options.set_max_background_jobs(N_BACKGROUND_THREADS);
        open_by(dir, options, |options| {
            let families = Family::ALL.map(|family| (family.name(), options.clone()));
            DB::open_cf_with_opts(options, dir, families)
        })
    }

    /// The database as it is now, whatever is written later.
    pub(crate) fn snapshot(&self) -> Frozen {
        Frozen(Yoke::attach_to_cart(self.db.clone(), |db: &DB| View { db, snapshot: db.snapshot() }))
    }

    /// Writes all or nothing.
    pub(crate) fn write(&self, changes: &[(Family, Change<'_>)], durability: Durability) -> Result<(), StoreError> {
        let mut batch = WriteBatch::default();
        for (family, (key, value)) in changes {
            let handle = self.db.cf_handle(family.name()).ok_or_else(|| missing(*family))?;
            match value {
                Some(value) => batch.put_cf(handle, key, value),
                None => batch.delete_cf(handle, key),
            }
        }
        let mut options = WriteOptions::default();
        options.set_sync(durability == Durability::Synced);
        self.db.write_opt(batch, &options).map_err(rocks_error)
    }

    /// A walk over a family that can begin anew at little cost.
    pub(crate) fn raw_iterator(&self, family: Family) -> Result<RawIterator<'_>, StoreError> {
        let handle = self.db.cf_handle(family.name()).ok_or_else(|| missing(family))?;
        Ok(RawIterator(self.db.raw_iterator_cf(handle)))
    }

    /// Writes what waits in memory to sorted files.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        for family in Family::ALL {
            let handle = self.db.cf_handle(family.name()).ok_or_else(|| missing(family))?;
            self.db.flush_cf(handle).map_err(rocks_error)?;
        }
        Ok(())
    }

    /// Makes a copy of the database as it is now, sharing files where the file system can; `dir` must not exist.
    pub(crate) fn checkpoint(&self, dir: &Path) -> Result<(), StoreError> {
        let checkpoint = Checkpoint::new(&self.db).map_err(rocks_error)?;
        checkpoint.create_checkpoint(dir).map_err(rocks_error)
    }
}

#[cfg(test)]
impl Rocks {
    /// Creates a database as another version of the program would: with other families, and one entry.
    pub(crate) fn create_other(dir: &Path, of: &[Family], (key, value): (&[u8], &[u8])) -> Result<(), StoreError> {
        let mut options = options(None);
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        let db = DB::open_cf(&options, dir, of.iter().map(|family| family.name())).map_err(rocks_error)?;
        let handle = db.cf_handle(Family::Meta.name()).ok_or_else(|| missing(Family::Meta))?;
        db.put_cf(handle, key, value).map_err(rocks_error)
    }
}

impl Read for Rocks {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let handle = self.db.cf_handle(family.name()).ok_or_else(|| missing(family))?;
        self.db.get_cf(handle, key).map_err(rocks_error)
    }

    fn scan<'a>(&'a self, family: Family, from: &'a [u8]) -> Result<Scanned<'a>, StoreError> {
        let handle = self.db.cf_handle(family.name()).ok_or_else(|| missing(family))?;
        let entries = self.db.iterator_cf(handle, IteratorMode::From(from, Direction::Forward));
        Ok(Box::new(entries.map(|entry| entry.map_err(rocks_error))))
    }
}

/// A key with its new value, or none to remove it.
pub(crate) type Change<'a> = (&'a [u8], Option<&'a [u8]>);

/// A database as it was at one moment.
pub(crate) struct Frozen(Yoke<View<'static>, Arc<DB>>);

/// A snapshot with the database that it is of.
#[derive(Yokeable)]
struct View<'a> {
    db: &'a DB,
    snapshot: Snapshot<'a>,
}

impl Read for Frozen {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let view = self.0.get();
        let handle = view.db.cf_handle(family.name()).ok_or_else(|| missing(family))?;
        view.snapshot.get_cf(handle, key).map_err(rocks_error)
    }

    fn scan<'a>(&'a self, family: Family, from: &'a [u8]) -> Result<Scanned<'a>, StoreError> {
        let view = self.0.get();
        let handle = view.db.cf_handle(family.name()).ok_or_else(|| missing(family))?;
        let entries = view.snapshot.iterator_cf(handle, IteratorMode::From(from, Direction::Forward));
        Ok(Box::new(entries.map(|entry| entry.map_err(rocks_error))))
    }
}

/// A key and its value, where a walk is.
pub(crate) type Seen<'a> = (&'a [u8], &'a [u8]);

/// A walk over one family.
pub(crate) struct RawIterator<'a>(DBRawIterator<'a>);

impl RawIterator<'_> {
    /// Goes to the first key that is not before this one.
    pub(crate) fn seek(&mut self, key: &[u8]) {
        self.0.seek(key);
    }

    /// Goes to the next key.
    pub(crate) fn next(&mut self) {
        self.0.next();
    }

    /// The entry here; none at the end. Damage is an error, not an end.
    pub(crate) fn entry(&self) -> Result<Option<Seen<'_>>, StoreError> {
        match self.0.item() {
            Some(item) => Ok(Some(item)),
            None => self.0.status().map(|()| None).map_err(rocks_error),
        }
    }
}

/// Writes one sorted file; keys must come in ascending order.
pub(crate) struct SortedFile {
    writer: SstFileWriter<'static>,
    n_entries: u64,
}

impl SortedFile {
    pub(crate) fn create(path: &Path) -> Result<Self, StoreError> {
        static OPTIONS: LazyLock<Options> = LazyLock::new(|| options(None));
        let writer = SstFileWriter::create(&OPTIONS);
        writer.open(path).map_err(rocks_error)?;
        Ok(Self { writer, n_entries: 0 })
    }

    pub(crate) fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.n_entries += 1;
        self.writer.put(key, value).map_err(rocks_error)
    }

    /// Finishes the file; whether there is one, because an empty file is not allowed.
    pub(crate) fn finish(mut self) -> Result<bool, StoreError> {
        if self.n_entries == 0 {
            return Ok(false);
        }
        self.writer.finish().map_err(rocks_error)?;
        Ok(true)
    }
}

/// Opens a database, also one whose last write never ended: what follows it in the log is nothing that was acknowledged.
fn open_by(
    dir: &Path,
    mut options: Options,
    open: impl Fn(&Options) -> Result<DB, rocksdb::Error>,
) -> Result<Rocks, StoreError> {
    let opened = open(&options).or_else(|error| {
        let is_torn = error.kind() == ErrorKind::Corruption && journal::is_torn(dir).unwrap_or_default();
        if !is_torn {
            return Err(error);
        }
        options.set_wal_recovery_mode(DBRecoveryMode::PointInTime);
        open(&options)
    });
    Ok(Rocks { db: Arc::new(opened.map_err(|error| refusal(dir, error))?) })
}

fn options(cache: Option<&Cache>) -> Options {
    let mut table = BlockBasedOptions::default();
    table.set_block_size(BLOCK_BYTES);
    table.set_bloom_filter(BLOOM_BITS_PER_KEY, false);
    table.set_format_version(5);
    if let Some(cache) = cache {
        table.set_block_cache(cache);
    }
    let mut options = Options::default();
    options.set_block_based_table_factory(&table);
    options.set_compression_type(DBCompressionType::Lz4);
    // The default mode opens a log that is damaged in its middle without an error and without what follows.
    options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    options.set_keep_log_file_num(2);
    options
}

fn rocks_error(error: rocksdb::Error) -> StoreError {
    let text = error.into_string();
    // The one error of the system that a caller deals with: reading goes on, and writing once there is room again.
    if text.contains("No space left on device") { StoreError::Full(text) } else { StoreError::Rocks(text) }
}

/// Why a database could not be opened: somebody else writes to it, another version of the program wrote it, or damage.
fn refusal(dir: &Path, error: rocksdb::Error) -> StoreError {
    let text = error.into_string();
    if LOCK_ERRORS.iter().any(|known| text.contains(known)) {
        return StoreError::Locked(dir.into());
    }
    if text.contains("Column family not found")
        && let Some(found) = format_of(dir)
        && found != FORMAT
    {
        return StoreError::Format { found, expected: FORMAT };
    }
    StoreError::Rocks(text)
}

/// The format of a database that may have other families; all formats have a catalog in that of settings.
fn format_of(dir: &Path) -> Option<u8> {
    let families = [(Family::Meta.name(), Options::default())];
    let db = DB::open_cf_with_opts_for_read_only(&Options::default(), dir, families, false).ok()?;
    db.get_cf(db.cf_handle(Family::Meta.name())?, CATALOG_KEY).ok()??.first().copied()
}

fn missing(family: Family) -> StoreError {
    StoreError::Corrupted { what: "list of families".into(), why: format!("'{}' is missing", family.name()) }
}
