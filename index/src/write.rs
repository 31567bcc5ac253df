//! How does a set of entities become a search index on disk?
//!
//! One bulk build into an empty directory, closed by one commit that carries the format and the sequence number of
//! the record log. Threads decide which segment an entity lands in, so nothing may depend on it: answers are ordered
//! by score and rank key, both functions of the entity alone. Replacing and deleting single entities is not here:
//! [`update`](crate::update) does it to an index that was built.

use std::path::{Path, PathBuf};

use minglu_rules::name::{self, NamePart};
use serde::{Deserialize, Serialize};
use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexMeta, IndexSettings, IndexWriter, TantivyDocument};
use xxhash_rust::xxh3::xxh3_64;

use crate::IndexError;
use crate::directory::CheckedDirectory;
use crate::schema::{CHANNEL_VALUES_MAX, CHANNELS, Channel, FACETS, FORMAT_VERSION, Facet, Fields, packed_letter};
use crate::schema::{register_tokenizers, schema};
use crate::tokenize::{canonical, canonical_code};

/// What search knows of one entity; it comes back unchanged with every hit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityDoc {
    /// Entity id.
    pub id: String,
    /// Enterprise, person or building.
    pub kind: String,
    /// All names; the first is the one displayed, then short and former names.
    pub names: Vec<String>,
    /// Credit codes, registration numbers and other identifiers.
    pub codes: Vec<String>,
    /// All addresses.
    pub addresses: Vec<String>,
    /// Names of the people who hold a post.
    pub people: Vec<String>,
    /// Division, as the caller wants to filter and count by it.
    pub district: String,
    /// Industry, likewise.
    pub industry: String,
    /// Status of registration, likewise.
    pub status: String,
}

/// What a build did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexReport {
    /// Entities written.
    pub n_entities: u64,
    /// Segments that a query has to visit.
    pub n_segments: usize,
    /// Bytes on disk.
    pub n_bytes: u64,
}

/// What a commit says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// [`FORMAT_VERSION`] of the writer.
    pub(crate) format: u32,
    /// Last sequence number applied.
    pub(crate) sequence: u64,
}

impl Stamp {
    /// The stamp of a commit in `dir` if it is of this program's format.
    pub(crate) fn read(dir: &Path, metas: &IndexMeta) -> Result<Stamp, IndexError> {
        let payload = metas.payload.as_deref();
        let stamp: Option<Stamp> = payload.and_then(|payload| serde_json::from_str(payload).ok());
        stamp.filter(|stamp| stamp.format == FORMAT_VERSION).ok_or_else(|| {
            let found = payload.unwrap_or("none").to_owned();
            IndexError::Format { dir: dir.to_owned(), found, expected: FORMAT_VERSION }
        })
    }
}

/// The engine runs at most this many indexing threads.
const THREADS_MAX: usize = 8;
/// The engine refuses an indexing thread with less memory.
const THREAD_BYTES_MIN: usize = 16 << 20;
/// The engine refuses an indexing thread with 4 GiB or more.
const THREAD_BYTES_MAX: usize = 4000 << 20;
/// Smaller blocks than the engine's 16 KiB: a page of hits reads single documents, never neighbors.
const DISPLAY_BLOCK_BYTES: usize = 4 << 10;
/// Queries pay per segment, so a build ends with at most this many.
const SEGMENTS_MAX: usize = 4;

/// An index that is being built; it is readable after [`finish`](IndexBuilder::finish).
pub struct IndexBuilder {
    dir: PathBuf,
    index: Index,
    fields: Fields,
    writer: IndexWriter,
    n_entities: u64,
}

impl IndexBuilder {
    /// Begins an index in `dir`, which must be empty or absent.
    ///
    /// More memory in `budget_bytes`, shared by the `n_threads` indexing threads, makes fewer and larger segments.
    pub fn create(dir: &Path, n_threads: usize, budget_bytes: usize) -> Result<IndexBuilder, IndexError> {
        std::fs::create_dir_all(dir)?;
        if std::fs::read_dir(dir)?.next().is_some() {
            return Err(IndexError::NotEmpty { dir: dir.to_owned() });
        }
        let (schema, fields) = schema();
        let settings = IndexSettings { docstore_blocksize: DISPLAY_BLOCK_BYTES, ..IndexSettings::default() };
        let index = Index::create(CheckedDirectory::open(dir)?, schema, settings)?;
        register_tokenizers(&index);
        let n_threads = n_threads.clamp(1, THREADS_MAX);
        let thread_bytes = (budget_bytes / n_threads).clamp(THREAD_BYTES_MIN, THREAD_BYTES_MAX);
        let writer: IndexWriter = index.writer_with_num_threads(n_threads, thread_bytes * n_threads)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(IndexBuilder { dir: dir.to_owned(), index, fields, writer, n_entities: 0 })
    }

    /// Adds an entity; waits while the indexing threads are busy.
    pub fn add(&mut self, doc: &EntityDoc) -> Result<(), IndexError> {
        self.writer.add_document(document(&self.fields, doc)?)?;
        self.n_entities += 1;
        Ok(())
    }

    /// Closes the index; `sequence` is the last sequence number of the record log that the entities reflect.
    pub fn finish(mut self, sequence: u64) -> Result<IndexReport, IndexError> {
        commit(&mut self.writer, Stamp { format: FORMAT_VERSION, sequence })?;
        let n_segments = merge_to_few(&self.index, &mut self.writer)?;
        self.writer.wait_merging_threads()?;
        Ok(IndexReport { n_entities: self.n_entities, n_segments, n_bytes: directory_bytes(&self.dir)? })
    }
}

/// Builds the index of `docs` in `dir` at once; see [`IndexBuilder`].
pub fn build(
    dir: &Path,
    docs: impl Iterator<Item = EntityDoc>,
    n_threads: usize,
    sequence: u64,
    budget_bytes: usize,
) -> Result<IndexReport, IndexError> {
    let mut builder = IndexBuilder::create(dir, n_threads, budget_bytes)?;
    for doc in docs {
        builder.add(&doc)?;
    }
    builder.finish(sequence)
}

/// Makes durable what the writer was given.
pub(crate) fn commit(writer: &mut IndexWriter, stamp: Stamp) -> Result<(), IndexError> {
    let payload = serde_json::to_string(&stamp)?;
    let mut prepared = writer.prepare_commit()?;
    prepared.set_payload(&payload);
    prepared.commit()?;
    Ok(())
}

/// Merges the smallest segments until no more than [`SEGMENTS_MAX`] are left; returns how many there are.
fn merge_to_few(index: &Index, writer: &mut IndexWriter) -> Result<usize, IndexError> {
    let mut segments = index.searchable_segment_metas()?;
    let n_surplus = segments.len().saturating_sub(SEGMENTS_MAX);
    if n_surplus == 0 {
        return Ok(segments.len());
    }
    segments.sort_by_key(|segment| segment.num_docs());
    let smallest: Vec<_> = segments.iter().take(n_surplus + 1).map(|segment| segment.id()).collect();
    writer.merge(&smallest).wait()?;
    writer.garbage_collect_files().wait()?;
    Ok(SEGMENTS_MAX)
}

/// The fields of an entity as the engine takes them.
pub(crate) fn document(fields: &Fields, entity: &EntityDoc) -> Result<TantivyDocument, IndexError> {
    let mut document = TantivyDocument::default();
    document.add_text(fields.id, &entity.id);
    for code in &entity.codes {
        let code = canonical_code(code);
        if let Some(organisation) = organisation_part(&code) {
            document.add_text(fields.codes, organisation);
        }
        document.add_text(fields.codes, code);
    }
    let mut n_name_letters = 0;
    for (channel, channel_fields) in CHANNELS.into_iter().zip(fields.channels) {
        for (value_idx, value) in channel_values(entity, channel).iter().take(CHANNEL_VALUES_MAX).enumerate() {
            let text = canonical(value);
            let parts = if channel == Channel::Name { name::parts(&text) } else { Vec::new() };
            let parts = parts.into_iter().chain(std::iter::repeat(NamePart::default()));
            let letters = text.chars().zip(parts).map(|(letter, part)| packed_letter(letter, part));
            letters.for_each(|letter| document.add_u64(channel_fields.letters, letter));
            document.add_u64(channel_fields.letters, 0);
            document.add_text(channel_fields.grams, &text);
            if channel == Channel::Name && value_idx == 0 {
                n_name_letters = text.chars().count();
            }
        }
    }
    for (facet, field) in FACETS.into_iter().zip(fields.facets) {
        document.add_text(field, facet_value(entity, facet));
    }
    document.add_u64(fields.rank_key, rank_key(n_name_letters, &entity.id));
    document.add_bytes(fields.display, &serde_json::to_vec(entity)?);
    Ok(document)
}

/// The values of an entity that a channel searches.
pub(crate) fn channel_values(entity: &EntityDoc, channel: Channel) -> &[String] {
    match channel {
        Channel::Name => &entity.names,
        Channel::Person => &entity.people,
        Channel::Address => &entity.addresses,
    }
}

fn facet_value(entity: &EntityDoc, facet: Facet) -> &str {
    match facet {
        Facet::Kind => &entity.kind,
        Facet::District => &entity.district,
        Facet::Industry => &entity.industry,
        Facet::Status => &entity.status,
    }
}

/// Positions 9–17 of a credit code (GB 32100) are the organisation code, which older papers carry alone.
fn organisation_part(code: &str) -> Option<&str> {
    (code.len() == 18).then(|| code.get(8..17)).flatten()
}

/// Shorter display names first, then an order that is the same in every index of the same ids.
fn rank_key(n_name_letters: usize, id: &str) -> u64 {
    (n_name_letters.min(255) as u64) << 56 | xxh3_64(id.as_bytes()) >> 8
}

fn directory_bytes(dir: &Path) -> Result<u64, IndexError> {
    let mut n_bytes = 0;
    for entry in std::fs::read_dir(dir)? {
        n_bytes += entry?.metadata()?.len();
    }
    Ok(n_bytes)
}

#[cfg(test)]
mod tests;
