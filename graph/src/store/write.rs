//! How does a finished build become a register on disk?
//!
//! Each family is written as one sorted file, and the files are moved into a fresh database: no log, no compaction. The
//! caller gives everything in order; the directory becomes visible only when [`super::directory`] switches to it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use minglu_rules::law::Veto;
use minglu_rules::model::{EntityId, Link, Record, RecordIdx, Relation, Source};
use rayon::prelude::*;

use super::codec::{Stored, encode_into};
use super::rocks::{Family, Rocks, SortedFile};
use super::value::*;
use super::{CATALOG_KEY, convert, key};
use crate::StoreError;

/// Where a row as received is kept until it is stored: in a spool file, because rows would fill the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// Position of its column header.
    pub header_idx: u32,
    /// Line in the delivered file.
    pub line: u64,
    /// Hash of the row, which tells repetitions from contradictions.
    pub hash: u64,
    /// Where the row begins in the spool.
    pub offset: u64,
    /// Its bytes.
    pub len: u32,
}

/// What was built for one kind of entity.
pub struct Built<'a> {
    /// Records in anchor order.
    pub records: &'a [Record],
    /// Where their rows are.
    pub received: &'a [Received],
    /// Ordinal of the first record.
    pub first_ordinal: u32,
    /// Entities and their records, in any order.
    pub clusters: &'a [(EntityId, Vec<RecordIdx>)],
    /// Links and reviews, sorted by pair.
    pub links: &'a [Link],
    /// Pairs that are not honored and why, sorted.
    pub vetoes: &'a [((RecordIdx, RecordIdx), Veto)],
    /// Relations.
    pub relations: &'a [Relation],
}

/// A register that is being written into a fresh directory.
pub struct StoreWriter {
    dir: PathBuf,
    staging: PathBuf,
}

/// The entities of a register, which come one by one because they need not be in memory together.
pub struct EntityWriter {
    path: PathBuf,
    file: SortedFile,
}

/// The blocks of a register, which come kind by kind and are not needed in memory afterwards.
pub struct BlockWriter {
    path: PathBuf,
    writer: Writer,
}

impl BlockWriter {
    /// Writes the blocks of a kind, given as (blocking key, record) in ascending order; kinds come in ascending order.
    pub fn put(
        &mut self,
        model_idx: u32,
        first_ordinal: u32,
        entries: impl Iterator<Item = (u64, RecordIdx)>,
    ) -> Result<(), StoreError> {
        let mut ordinals: Vec<u32> = Vec::new();
        let mut entries = entries.peekable();
        while let Some((blocking_key, record)) = entries.next() {
            ordinals.push(first_ordinal + record.0);
            if entries.peek().is_none_or(|(next, _)| *next != blocking_key) {
                self.writer.put(&key::block(model_idx, blocking_key), &ordinals)?;
                ordinals.clear();
            }
        }
        Ok(())
    }
}

/// An encoded entity: encoding is work for many threads, writing for one.
pub struct EncodedEntity(Vec<u8>);

impl EncodedEntity {
    /// Encodes an entity.
    pub fn new(entity: &StoredEntity) -> Result<Self, StoreError> {
        let mut bytes = Vec::new();
        encode_into(entity, &mut bytes)?;
        Ok(Self(bytes))
    }
}

impl EntityWriter {
    /// Writes an entity; ids must come in ascending order.
    pub fn put(&mut self, id: &EntityId, entity: &EncodedEntity) -> Result<(), StoreError> {
        self.file.put(id.as_str().as_bytes(), &entity.0)
    }
}

impl StoreWriter {
    /// Begins a register.
    pub fn create(dir: &Path) -> Result<Self, StoreError> {
        let staging = dir.join("staging");
        std::fs::create_dir_all(&staging).map_err(|source| StoreError::Io { path: staging.clone(), source })?;
        Ok(Self { dir: dir.into(), staging })
    }

    /// Begins the entities.
    pub fn entities(&self) -> Result<EntityWriter, StoreError> {
        let path = self.path(Family::Entity);
        Ok(EntityWriter { file: SortedFile::create(&path)?, path })
    }

    /// Begins the blocks.
    pub fn blocks(&self) -> Result<BlockWriter, StoreError> {
        let path = self.path(Family::Block);
        Ok(BlockWriter { writer: Writer { file: SortedFile::create(&path)?, buffer: Vec::new() }, path })
    }

    /// Writes everything else and moves all files into a database; one [`Built`] for each model of the catalog.
    pub fn finish(
        self,
        (blocks, entities): (BlockWriter, EntityWriter),
        catalog: &Catalog,
        (sources, spool): (&[Source], &File),
        kinds: &[Built<'_>],
    ) -> Result<(), StoreError> {
        type Write<'a> = Box<dyn Fn(&mut Writer) -> Result<(), StoreError> + Sync + 'a>;
        let writers: Vec<(Family, Write<'_>)> = vec![
            (Family::Log, Box::new(|file| write_log(file, catalog.sequence, (sources, spool), kinds))),
            (Family::Link, Box::new(|file| write_links(file, kinds))),
            (Family::Membership, Box::new(|file| write_membership(file, sources, kinds))),
            (Family::Ordinal, Box::new(|file| write_ordinals(file, sources, kinds))),
            (Family::Relation, Box::new(|file| write_relations(file, kinds))),
            (Family::Meta, Box::new(|file| file.put(CATALOG_KEY, catalog))),
        ];
        let written = writers.par_iter().with_max_len(1).map(|(family, write)| {
            let path = self.path(*family);
            let mut file = Writer { file: SortedFile::create(&path)?, buffer: Vec::new() };
            write(&mut file)?;
            Ok(file.file.finish()?.then_some((*family, path)))
        });
        let written: Vec<Option<(Family, PathBuf)>> = written.collect::<Result<_, StoreError>>()?;
        let mut files: Vec<(Family, PathBuf)> = written.into_iter().flatten().collect();
        if entities.file.finish()? {
            files.push((Family::Entity, entities.path));
        }
        if blocks.writer.file.finish()? {
            files.push((Family::Block, blocks.path));
        }
        Rocks::create(&self.dir.join("store"), &files)?;
        std::fs::remove_dir_all(&self.staging).map_err(|source| StoreError::Io { path: self.staging, source })
    }

    fn path(&self, family: Family) -> PathBuf {
        self.staging.join(format!("{}.sst", family.name()))
    }
}

/// A sorted file with a buffer for encoding.
struct Writer {
    file: SortedFile,
    buffer: Vec<u8>,
}

impl Writer {
    fn put(&mut self, key: &[u8], value: &impl Stored) -> Result<(), StoreError> {
        encode_into(value, &mut self.buffer)?;
        self.file.put(key, &self.buffer)
    }
}

/// Record keys of all kinds in key order, with the position of the kind and of the record.
fn keys_in_order(sources: &[Source], kinds: &[Built<'_>]) -> Vec<(Vec<u8>, usize, usize)> {
    let mut keys: Vec<(Vec<u8>, usize, usize)> = Vec::new();
    for (kind_idx, kind) in kinds.iter().enumerate() {
        keys.extend(kind.records.iter().enumerate().map(|(position, record)| {
            (key::record(&sources[record.key.source.0 as usize].name, &record.key.id), kind_idx, position)
        }));
    }
    keys.par_sort_unstable();
    keys
}

fn write_log(
    file: &mut Writer,
    sequence: u64,
    (sources, spool): (&[Source], &File),
    kinds: &[Built<'_>],
) -> Result<(), StoreError> {
    for (key, kind_idx, position) in keys_in_order(sources, kinds) {
        let kind = &kinds[kind_idx];
        let received = &kind.received[position];
        let record = StoredRecord {
            sequence,
            ordinal: kind.first_ordinal + position as u32,
            header_idx: received.header_idx,
            line: received.line,
            raw: read_row(spool, received)?,
        };
        file.put(&key, &record)?;
    }
    Ok(())
}

fn read_row(spool: &File, received: &Received) -> Result<String, StoreError> {
    let mut bytes = vec![0; received.len as usize];
    let corrupted = |why: String| StoreError::Corrupted { what: "spool of rows".into(), why };
    spool.read_exact_at(&mut bytes, received.offset).map_err(|error| corrupted(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| corrupted(error.to_string()))
}

fn write_ordinals(file: &mut Writer, sources: &[Source], kinds: &[Built<'_>]) -> Result<(), StoreError> {
    for kind in kinds {
        for (position, record) in kind.records.iter().enumerate() {
            let key = key::record(&sources[record.key.source.0 as usize].name, &record.key.id);
            file.file.put(&key::ordinal(kind.first_ordinal + position as u32), &key)?;
        }
    }
    Ok(())
}

fn write_membership(file: &mut Writer, sources: &[Source], kinds: &[Built<'_>]) -> Result<(), StoreError> {
    let entity_of: Vec<Vec<&str>> = kinds
        .iter()
        .map(|kind| {
            let mut entity_of = vec![""; kind.records.len()];
            for (id, members) in kind.clusters {
                members.iter().for_each(|member| entity_of[member.at()] = id.as_str());
            }
            entity_of
        })
        .collect();
    for (key, kind_idx, position) in keys_in_order(sources, kinds) {
        file.put(&key, &entity_of[kind_idx][position].to_string())?;
    }
    Ok(())
}

fn write_links(file: &mut Writer, kinds: &[Built<'_>]) -> Result<(), StoreError> {
    for kind in kinds {
        for link in kind.links {
            let (a, b) = (link.scored.pair.a, link.scored.pair.b);
            let veto = kind.vetoes.binary_search_by_key(&(a, b), |(pair, _)| *pair);
            let stored =
                convert::store_link(link, veto.ok().map(|position| kind.vetoes[position].1), kind.first_ordinal);
            file.put(&key::pair(kind.first_ordinal + a.0, kind.first_ordinal + b.0), &stored)?;
        }
    }
    Ok(())
}

fn write_relations(file: &mut Writer, kinds: &[Built<'_>]) -> Result<(), StoreError> {
    let mut ends: Vec<(Vec<u8>, StoredRelation)> = Vec::new();
    for kind in kinds {
        for relation in kind.relations {
            let stored = StoredRelation { evidence: kind.first_ordinal + relation.evidence.0 };
            let (from, to, name) = (relation.from.as_str(), relation.to.as_str(), relation.kind.as_str());
            ends.push((key::relation(from, true, name, to), stored.clone()));
            ends.push((key::relation(to, false, name, from), stored));
        }
    }
    ends.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    ends.iter().try_for_each(|(key, stored)| file.put(key, stored))
}
