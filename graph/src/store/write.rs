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
use super::{CATALOG_KEY, STATE_KEY, convert, key};
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
    /// Records that left the group of their code, sorted.
    pub leavers: &'a [RecordIdx],
    /// Entities and their records, in any order.
    pub clusters: &'a [(EntityId, Vec<RecordIdx>)],
    /// Base clusters, sorted by their anchors.
    pub bases: &'a [Vec<RecordIdx>],
    /// Links and reviews of records.
    pub links: Links<'a>,
    /// Links and reviews of base clusters.
    pub cluster_links: Links<'a>,
    /// Blocks that base clusters are in for what only their records together have: (blocking key, anchor), sorted.
    pub cluster_blocks: &'a [(u64, RecordIdx)],
    /// Relations.
    pub relations: &'a [Relation],
    /// What entities offer and seek for relations; those that do neither are left out.
    pub relation_keys: &'a [(EntityId, Vec<StoredRelationKey>)],
}

/// Links of one stratum.
pub struct Links<'a> {
    /// Sorted by pair.
    pub links: Vec<&'a Link>,
    /// Pairs that are not honored and why, sorted.
    pub vetoes: Vec<((RecordIdx, RecordIdx), Veto)>,
}

impl Links<'_> {
    /// A link as it is stored; `ordinal` numbers records.
    pub fn stored(&self, position: usize, ordinal: &dyn Fn(RecordIdx) -> u32) -> StoredLink {
        let pair = self.links[position].scored.pair;
        let veto = self.vetoes.binary_search_by_key(&(pair.a, pair.b), |(pair, _)| *pair);
        let veto = veto.ok().map(|position| self.vetoes[position].1);
        convert::store_link(self.links[position], veto, ordinal)
    }
}

/// Where stars are among the blocks, and what sorts their records.
pub struct Stars<'a> {
    /// Whether a blocking key is of a star.
    pub is_star: &'a dyn Fn(u64) -> bool,
    /// [`key::anchor`] of a record.
    pub anchor: &'a dyn Fn(RecordIdx) -> Vec<u8>,
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
        (model_idx, first_ordinal): (u32, u32),
        entries: impl Iterator<Item = (u64, RecordIdx)>,
        stars: &Stars<'_>,
    ) -> Result<(), StoreError> {
        let file = &mut self.writer.file;
        for (blocking_key, record) in entries {
            let ordinal = first_ordinal + record.0;
            match (stars.is_star)(blocking_key) {
                false => file.put(&key::in_block(model_idx, blocking_key, ordinal), b"")?,
                true => {
                    let key = key::in_star(model_idx, blocking_key, &(stars.anchor)(record));
                    file.put(&key, &key::ordinal(ordinal))?;
                }
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
        (catalog, state, change): (&Catalog, State, &StoredChange),
        (sources, spool): (&[Source], &File),
        (kinds, judgements): (&[Built<'_>], &[String]),
    ) -> Result<(), StoreError> {
        type Write<'a> = Box<dyn Fn(&mut Writer) -> Result<(), StoreError> + Sync + 'a>;
        let writers: Vec<(Family, Write<'_>)> = vec![
            (Family::Log, Box::new(|file| write_log(file, state.sequence, (sources, spool), kinds))),
            (Family::Link, Box::new(|file| write_links(file, kinds, |kind| &kind.links))),
            (Family::ClusterLink, Box::new(|file| write_links(file, kinds, |kind| &kind.cluster_links))),
            (Family::ClusterBlock, Box::new(|file| write_cluster_blocks(file, kinds))),
            (Family::Leaver, Box::new(|file| write_leavers(file, kinds))),
            (Family::Base, Box::new(|file| write_bases(file, kinds))),
            (Family::RelationKey, Box::new(|file| write_relation_keys(file, kinds))),
            (Family::Judgement, Box::new(|file| write_judgements(file, judgements))),
            (Family::Change, Box::new(|file| file.put(&state.sequence.to_be_bytes(), change))),
            (Family::Membership, Box::new(|file| write_membership(file, sources, kinds))),
            (Family::Ordinal, Box::new(|file| write_ordinals(file, sources, kinds))),
            (Family::Relation, Box::new(|file| write_relations(file, kinds))),
            (Family::Meta, Box::new(|file| file.put(CATALOG_KEY, catalog).and_then(|()| file.put(STATE_KEY, &state)))),
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
            model_idx: kind_idx as u32,
            header_idx: received.header_idx,
            line: received.line,
            is_deleted: false,
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

/// Writes each link under both of its ends.
fn write_links<'a>(
    file: &mut Writer,
    kinds: &'a [Built<'a>],
    of_kind: impl Fn(&'a Built<'a>) -> &'a Links<'a>,
) -> Result<(), StoreError> {
    for kind in kinds {
        let (first, of_kind) = (kind.first_ordinal, of_kind(kind));
        let ordinal = |record: RecordIdx| first + record.0;
        let ends = of_kind.links.iter().enumerate().flat_map(|(position, link)| {
            let (a, b) = (link.scored.pair.a, link.scored.pair.b);
            [(key::pair(ordinal(a), ordinal(b)), position), (key::pair(ordinal(b), ordinal(a)), position)]
        });
        let mut ends: Vec<([u8; 8], usize)> = ends.collect();
        ends.par_sort_unstable();
        for (key, position) in ends {
            file.put(&key, &of_kind.stored(position, &ordinal))?;
        }
    }
    Ok(())
}

fn write_judgements(file: &mut Writer, judgements: &[String]) -> Result<(), StoreError> {
    (1_u64..).zip(judgements).try_for_each(|(number, line)| file.put(&number.to_be_bytes(), line))
}

fn write_cluster_blocks(file: &mut Writer, kinds: &[Built<'_>]) -> Result<(), StoreError> {
    for (model_idx, kind) in kinds.iter().enumerate() {
        for (blocking_key, anchor) in kind.cluster_blocks {
            file.file.put(&key::in_block(model_idx as u32, *blocking_key, kind.first_ordinal + anchor.0), b"")?;
        }
    }
    Ok(())
}

fn write_leavers(file: &mut Writer, kinds: &[Built<'_>]) -> Result<(), StoreError> {
    let ordinals = kinds.iter().flat_map(|kind| kind.leavers.iter().map(|record| kind.first_ordinal + record.0));
    ordinals.into_iter().try_for_each(|ordinal| file.file.put(&key::ordinal(ordinal), b""))
}

fn write_bases(file: &mut Writer, kinds: &[Built<'_>]) -> Result<(), StoreError> {
    for kind in kinds {
        for members in kind.bases.iter().filter(|members| members.len() > 1) {
            let ordinals: Vec<u32> = members.iter().map(|record| kind.first_ordinal + record.0).collect();
            file.put(&key::ordinal(ordinals[0]), &ordinals)?;
        }
    }
    Ok(())
}

fn write_relation_keys(file: &mut Writer, kinds: &[Built<'_>]) -> Result<(), StoreError> {
    let mut lists: Vec<(&EntityId, &Vec<StoredRelationKey>)> = Vec::new();
    let mut entries: Vec<Vec<u8>> = Vec::new();
    for (model_idx, kind) in kinds.iter().enumerate() {
        for (id, keys) in kind.relation_keys {
            lists.push((id, keys));
            entries.extend(keys.iter().map(|StoredRelationKey { table, hash, seeks }| {
                key::relation_key(model_idx as u32, *table, *hash, *seeks, id.as_str())
            }));
        }
    }
    // Lists begin with 'e' and entries with 'k'.
    lists.par_sort_unstable();
    entries.par_sort_unstable();
    lists.into_iter().try_for_each(|(id, keys)| file.put(&key::relation_keys_of(id.as_str()), keys))?;
    entries.into_iter().try_for_each(|key| file.file.put(&key, b""))
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
