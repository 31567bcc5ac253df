//! How does the program speak to RocksDB?
//!
//! The one file that names rocksdb: column families, sorted files for bulk builds, reads and scans. It knows bytes, not
//! what they mean. A register that is served is opened read-only: a build makes a new one beside it.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rocksdb::{BlockBasedOptions, Cache, ColumnFamilyDescriptor, DB, DBCompressionType, Direction, IteratorMode};
use rocksdb::{DBRecoveryMode, IngestExternalFileOptions, Options, SstFileWriter};

use crate::StoreError;

/// Bytes of uncompressed blocks kept in memory over all families.
const CACHE_BYTES: usize = 256 << 20;

/// Bytes of one block: a few entities, so that a point read decompresses little.
const BLOCK_BYTES: usize = 16 << 10;

/// Bits of a Bloom filter per key: one false positive in a hundred.
const BLOOM_BITS_PER_KEY: f64 = 10.0;

/// A database opened for reading.
pub(crate) struct Rocks {
    db: DB,
}

/// A family of keys, named by what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Settings, models, counts.
    Meta,
    /// Records as received, by source and id.
    Log,
    /// Record keys by ordinal.
    Ordinal,
    /// Entity of each record, by source and id.
    Membership,
    /// Entities by id.
    Entity,
    /// Links and reviews by the ordinals of their records.
    Link,
    /// Relations by both entities.
    Relation,
    /// Ordinals of the records in each block, by blocking key.
    Block,
}

impl Family {
    pub(crate) const ALL: [Family; 8] =
        [Self::Meta, Self::Log, Self::Ordinal, Self::Membership, Self::Entity, Self::Link, Self::Relation, Self::Block];

    /// The name of the column family on disk.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Log => "log",
            Self::Ordinal => "ordinal",
            Self::Membership => "membership",
            Self::Entity => "entity",
            Self::Link => "link",
            Self::Relation => "relation",
            Self::Block => "block",
        }
    }
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

    /// Opens a database for reading; several processes may.
    pub(crate) fn open_read_only(dir: &Path) -> Result<Self, StoreError> {
        let cache = Cache::new_lru_cache(CACHE_BYTES);
        let options = options(Some(&cache));
        let families = Family::ALL.map(|family| (family.name(), options.clone()));
        let db = DB::open_cf_with_opts_for_read_only(&options, dir, families, true).map_err(rocks_error)?;
        Ok(Self { db })
    }

    pub(crate) fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let handle = self.db.cf_handle(family.name()).ok_or_else(|| missing(family))?;
        self.db.get_cf(handle, key).map_err(rocks_error)
    }

    /// All entries whose keys begin with `prefix`, in key order. Every step can fail, and says so.
    pub(crate) fn scan<'a>(
        &'a self,
        family: Family,
        prefix: &'a [u8],
    ) -> Result<impl Iterator<Item = Result<Entry, StoreError>> + 'a, StoreError> {
        let handle = self.db.cf_handle(family.name()).ok_or_else(|| missing(family))?;
        let entries = self.db.iterator_cf(handle, IteratorMode::From(prefix, Direction::Forward));
        let inside = move |entry: &Result<Entry, _>| entry.as_ref().map_or(true, |(key, _)| key.starts_with(prefix));
        Ok(entries.take_while(inside).map(|entry| entry.map_err(rocks_error)))
    }
}

/// A key and a value.
pub(crate) type Entry = (Box<[u8]>, Box<[u8]>);

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
    StoreError::Rocks(error.into_string())
}

fn missing(family: Family) -> StoreError {
    StoreError::Corrupted { what: "list of families".into(), why: format!("'{}' is missing", family.name()) }
}
