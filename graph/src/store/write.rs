//! How does a finished build become a register on disk?
//!
//! Each family is written as one sorted file, and the files are moved into a fresh database: no log, no compaction. The
//! caller gives everything in order; the directory becomes visible only when [`super::directory`] switches to it.

use std::path::{Path, PathBuf};

use minglu_rules::model::{GoldenEntity, Record, RecordIdx, Relation, Source};
use rayon::prelude::*;

use super::codec::{Stored, encode_into};
use super::rocks::{Family, FileOptions, Rocks, SortedFile};
use super::value::*;
use super::{CATALOG_KEY, convert, key};
use crate::StoreError;

/// A row as received, beside its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Position of its column header.
    pub header_idx: u32,
    /// Line in the delivered file.
    pub line: u64,
    /// The row.
    pub raw: Box<str>,
}

/// What was built for one kind of entity.
pub struct Built<'a> {
    /// Records in anchor order.
    pub records: &'a [Record],
    /// Their rows.
    pub received: &'a [Received],
    /// Ordinal of the first record.
    pub first_ordinal: u32,
    /// Entities, in any order.
    pub entities: &'a [GoldenEntity],
    /// Links and reviews by pair.
    pub links: &'a [((RecordIdx, RecordIdx), StoredLink)],
    /// Relations.
    pub relations: &'a [Relation],
    /// Blocking keys and records, sorted.
    pub blocks: &'a [(u64, RecordIdx)],
}

/// Writes a register into a fresh directory; one [`Built`] for each model of the catalog.
pub fn write(dir: &Path, catalog: &Catalog, sources: &[Source], kinds: &[Built<'_>]) -> Result<(), StoreError> {
    let staging = dir.join("staging");
    std::fs::create_dir_all(&staging).map_err(|source| StoreError::Io { path: staging.clone(), source })?;
    let path = |family: Family| staging.join(format!("{}.sst", family.name()));
    let writers: Vec<(Family, Box<dyn Fn(&mut Writer<'_>) -> Result<(), StoreError> + Sync + '_>)> = vec![
        (Family::Block, Box::new(|file| write_blocks(file, kinds))),
        (Family::Entity, Box::new(|file| write_entities(file, kinds, sources))),
        (Family::Log, Box::new(|file| write_log(file, catalog, sources, kinds))),
        (Family::Link, Box::new(|file| write_links(file, kinds))),
        (Family::Membership, Box::new(|file| write_membership(file, sources, kinds))),
        (Family::Ordinal, Box::new(|file| write_ordinals(file, sources, kinds))),
        (Family::Relation, Box::new(|file| write_relations(file, kinds))),
        (Family::Meta, Box::new(|file| file.put(CATALOG_KEY, catalog))),
    ];
    let written: Vec<Option<(Family, PathBuf)>> = writers
        .par_iter()
        .with_max_len(1)
        .map(|(family, write)| {
            let options = FileOptions::new();
            let mut file = Writer { file: SortedFile::create(&path(*family), &options)?, buffer: Vec::new() };
            write(&mut file)?;
            Ok(file.file.finish()?.then(|| (*family, path(*family))))
        })
        .collect::<Result<_, StoreError>>()?;
    let files: Vec<_> = written.into_iter().flatten().collect();
    Rocks::create(&dir.join("store"), &files)?;
    std::fs::remove_dir_all(&staging).map_err(|source| StoreError::Io { path: staging, source })
}

/// A sorted file with a buffer for encoding.
struct Writer<'a> {
    file: SortedFile<'a>,
    buffer: Vec<u8>,
}

impl Writer<'_> {
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
    file: &mut Writer<'_>,
    catalog: &Catalog,
    sources: &[Source],
    kinds: &[Built<'_>],
) -> Result<(), StoreError> {
    for (key, kind_idx, position) in keys_in_order(sources, kinds) {
        let kind = &kinds[kind_idx];
        let received = &kind.received[position];
        let record = StoredRecord {
            sequence: catalog.sequence,
            ordinal: kind.first_ordinal + position as u32,
            header_idx: received.header_idx,
            line: received.line,
            raw: received.raw.to_string(),
        };
        file.put(&key, &record)?;
    }
    Ok(())
}

fn write_ordinals(file: &mut Writer<'_>, sources: &[Source], kinds: &[Built<'_>]) -> Result<(), StoreError> {
    for kind in kinds {
        for (position, record) in kind.records.iter().enumerate() {
            let key = key::record(&sources[record.key.source.0 as usize].name, &record.key.id);
            file.file.put(&key::ordinal(kind.first_ordinal + position as u32), &key)?;
        }
    }
    Ok(())
}

fn write_membership(file: &mut Writer<'_>, sources: &[Source], kinds: &[Built<'_>]) -> Result<(), StoreError> {
    let entity_of: Vec<Vec<&str>> = kinds
        .iter()
        .map(|kind| {
            let mut entity_of = vec![""; kind.records.len()];
            for entity in kind.entities {
                entity.members.iter().for_each(|member| entity_of[member.record.at()] = entity.id.as_str());
            }
            entity_of
        })
        .collect();
    for (key, kind_idx, position) in keys_in_order(sources, kinds) {
        file.put(&key, &entity_of[kind_idx][position].to_string())?;
    }
    Ok(())
}

fn write_entities(file: &mut Writer<'_>, kinds: &[Built<'_>], sources: &[Source]) -> Result<(), StoreError> {
    let mut order: Vec<(&str, usize, &GoldenEntity)> = Vec::new();
    for (kind_idx, kind) in kinds.iter().enumerate() {
        order.extend(kind.entities.iter().map(|entity| (entity.id.as_str(), kind_idx, entity)));
    }
    order.par_sort_unstable_by_key(|(id, _, _)| *id);
    for (id, kind_idx, entity) in order {
        let kind = &kinds[kind_idx];
        let record = |idx: RecordIdx| &kind.records[idx.at()];
        let stored = convert::store_entity(entity, (kind_idx as u32, kind.first_ordinal), &record, sources);
        file.put(id.as_bytes(), &stored)?;
    }
    Ok(())
}

fn write_links(file: &mut Writer<'_>, kinds: &[Built<'_>]) -> Result<(), StoreError> {
    for kind in kinds {
        let mut order: Vec<_> = kind.links.iter().collect();
        order.par_sort_unstable_by_key(|(pair, _)| *pair);
        for ((a, b), link) in order {
            file.put(&key::pair(kind.first_ordinal + a.0, kind.first_ordinal + b.0), link)?;
        }
    }
    Ok(())
}

fn write_relations(file: &mut Writer<'_>, kinds: &[Built<'_>]) -> Result<(), StoreError> {
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

fn write_blocks(file: &mut Writer<'_>, kinds: &[Built<'_>]) -> Result<(), StoreError> {
    let mut ordinals: Vec<u32> = Vec::new();
    for (kind_idx, kind) in kinds.iter().enumerate() {
        for block in kind.blocks.chunk_by(|a, b| a.0 == b.0) {
            ordinals.clear();
            ordinals.extend(block.iter().map(|(_, record)| kind.first_ordinal + record.0));
            file.put(&key::block(kind_idx as u32, block[0].0), &ordinals)?;
        }
    }
    Ok(())
}
