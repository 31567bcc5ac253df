//! Which few records are worth comparing?
//!
//! Records become candidates by sharing a blocking key: a hash of what a rule of the schema takes out of them. Keys are
//! sorted, a run of equal keys is a block, and a block above its rule's cap is skipped and reported. A block is a function of
//! its key alone, so which pairs are candidates depends on no order and no neighbor. Nothing is compared here.
//!
//! A rule whose keys say by themselves what the entity is (a building's door) makes *stars*: each record of a block is a
//! candidate of the first one only. Such a block of n records is kept as n − 1 blocks of two.

mod cluster;

pub use cluster::ClusterBlocks;

use hashbrown::HashMap;
use minglu_rules::blocking;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::model::{Record, RecordIdx};
use minglu_rules::schema::Schema;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::tokenize;

/// The keys of all records, by record and by block.
#[derive(Debug, Default)]
pub struct BlockTable {
    /// All keys with their records, sorted.
    entries: Vec<BlockEntry>,
    /// Keys of stars with their records, sorted; `entries` has the blocks of two that they make.
    stars: Vec<BlockEntry>,
    /// Where each block starts in `entries`, with the end as the last one.
    starts: Vec<u32>,
    /// Keys of each record that are within the cap, sorted; record `i` has `keys[key_starts[i]..key_starts[i + 1]]`.
    keys: Vec<u64>,
    key_starts: Vec<usize>,
    /// What was skipped and what it costs, by rule.
    pub report: Vec<RuleReport>,
}

/// A key and a record that has it: twelve bytes, because a city has ten million of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockEntry {
    key_high: u32,
    key_low: u32,
    /// The record.
    pub record: RecordIdx,
}

impl BlockEntry {
    fn new(key: u64, record: RecordIdx) -> Self {
        Self { key_high: (key >> 32) as u32, key_low: key as u32, record }
    }

    /// The key.
    pub fn key(&self) -> u64 {
        u64::from(self.key_high) << 32 | u64::from(self.key_low)
    }
}

/// What a blocking rule did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleReport {
    /// The rule's name.
    pub rule: String,
    /// Its cap.
    pub n_records_max: usize,
    /// Blocks of two or more records within the cap.
    pub n_blocks: u64,
    /// Pairs in them, before pairs that share several keys are counted once.
    pub n_pairs: u64,
    /// Blocks above the cap.
    pub n_blocks_skipped: u64,
    /// Records in them.
    pub n_records_skipped: u64,
    /// Records of the largest block, skipped or not.
    pub n_records_largest: u64,
}

/// Records whose keys one thread makes at a time.
const N_RECORDS_PER_CHUNK: usize = 4096;

/// Counts the text keys of all records into a model that is being frozen.
pub fn freeze_tokens(records: &[Record], model: &mut FrozenModel) {
    if uses_tokens(&model.schema) {
        model.n_records_by_token = count_tokens(records, &model.schema);
    }
}

/// Fills in the text keys of all records that are rare under a frozen model.
pub fn add_tokens(records: &mut [Record], model: &FrozenModel) {
    if !uses_tokens(&model.schema) {
        return;
    }
    let counts = &model.n_records_by_token;
    let schema = &model.schema;
    records.par_iter_mut().for_each_init(Vec::new, |keys, record| {
        text_keys(record, schema, keys);
        record.tokens = blocking::rarest(keys, counts);
    });
}

fn uses_tokens(schema: &Schema) -> bool {
    schema.blocking.iter().any(blocking::uses_tokens)
}

/// How many records have each text key; keys of one record are left out.
fn count_tokens(records: &[Record], schema: &Schema) -> HashMap<u64, u32> {
    let mut all: Vec<u64> = records
        .par_chunks(1024)
        .flat_map_iter(|chunk| {
            let (mut keys, mut all) = (Vec::new(), Vec::with_capacity(chunk.len() * 16));
            for record in chunk {
                text_keys(record, schema, &mut keys);
                all.extend_from_slice(&keys);
            }
            all
        })
        .collect();
    all.par_sort_unstable();
    all.chunk_by(|a, b| a == b).filter(|run| run.len() > 1).map(|run| (run[0], run.len() as u32)).collect()
}

/// Words and character grams of a record's names, without their forms; sorted, each once.
fn text_keys(record: &Record, schema: &Schema, keys: &mut Vec<u64>) {
    keys.clear();
    let mut of_text = Vec::new();
    for text in blocking::token_texts(record, schema) {
        tokenize::text_keys(text, &mut of_text);
        keys.append(&mut of_text);
    }
    keys.sort_unstable();
    keys.dedup();
}

impl BlockTable {
    /// Builds the table; `records` are sorted by key, and their position is their [`RecordIdx`].
    pub fn new(records: &[Record], schema: &Schema) -> Self {
        let of_chunk = |(chunk_idx, chunk): (usize, &[Record])| {
            let first = chunk_idx * N_RECORDS_PER_CHUNK;
            let keys = |(position, record): (usize, &Record)| {
                let idx = RecordIdx((first + position) as u32);
                blocking::keys(record, schema).into_iter().map(move |key| BlockEntry::new(key, idx))
            };
            let mut entries: Vec<BlockEntry> = chunk.iter().enumerate().flat_map(keys).collect();
            // All chunks wait until the last one is made: what they grew by in advance would be a quarter of the whole.
            entries.shrink_to_fit();
            entries
        };
        let chunks: Vec<Vec<_>> = records.par_chunks(N_RECORDS_PER_CHUNK).enumerate().map(of_chunk).collect();
        let mut entries: Vec<BlockEntry> = Vec::with_capacity(chunks.iter().map(Vec::len).sum());
        chunks.into_iter().for_each(|chunk| entries.extend(chunk));
        let is_star = |entry: &BlockEntry| schema.blocking[blocking::rule_of(entry.key())].star;
        let mut stars = Vec::new();
        if schema.blocking.iter().any(|rule| rule.star) {
            (stars, entries) = entries.into_par_iter().partition(is_star);
            stars.par_sort_unstable();
            entries.extend(by_key(&stars).flat_map(rays));
        }
        entries.par_sort_unstable();
        let mut table = Self { entries, stars, ..Self::default() };
        table.find_blocks(schema);
        table.index_keys(records.len(), schema);
        table
    }

    /// Frees what finds candidates of a record; [`index_keys`](Self::index_keys) makes it again.
    pub fn forget_keys(&mut self) {
        self.keys = Vec::new();
        self.key_starts = Vec::new();
    }

    /// Gives the entries away and frees what finds candidates; the report stays.
    pub fn release(&mut self) -> Vec<BlockEntry> {
        let Self { mut entries, mut stars, report, .. } = std::mem::take(self);
        self.report = report;
        if !stars.is_empty() {
            // What is stored is asked for by the keys of a record: the stars themselves, not what they were divided into.
            let rules: Vec<usize> = by_key(&stars).map(|star| blocking::rule_of(star[0].key())).collect();
            entries.retain(|entry| !rules.contains(&blocking::rule_of(entry.key())));
            entries.append(&mut stars);
            entries.par_sort_unstable();
        }
        entries
    }

    /// The records of each block, in the order of keys.
    pub fn blocks(&self) -> impl IndexedParallelIterator<Item = &[BlockEntry]> {
        self.starts.par_windows(2).map(|window| &self.entries[window[0] as usize..window[1] as usize])
    }

    /// The keys of a record whose blocks are within their caps, sorted.
    pub fn keys_within_cap(&self, record: RecordIdx) -> &[u64] {
        &self.keys[self.key_starts[record.at()]..self.key_starts[record.at() + 1]]
    }

    fn find_blocks(&mut self, schema: &Schema) {
        self.report = schema.blocking.iter().map(RuleReport::new).collect();
        self.starts.reserve_exact(by_key(&self.entries).count() + 1);
        self.starts.push(0);
        for block in by_key(&self.entries) {
            let end = self.starts.last().copied().unwrap_or(0) + block.len() as u32;
            self.starts.push(end);
            let rule = blocking::rule_of(block[0].key());
            if !schema.blocking[rule].star {
                self.report[rule].note(block.len());
            }
        }
        for star in by_key(&self.stars) {
            self.report[blocking::rule_of(star[0].key())].note_star(star.len());
        }
    }

    /// Lists the keys of each record that are within their caps.
    pub fn index_keys(&mut self, n_records: usize, schema: &Schema) {
        let mut counts = vec![0_usize; n_records + 1];
        let within = |block: &&[BlockEntry]| is_within_cap(block, schema) && block.len() > 1;
        for block in by_key(&self.entries).filter(within) {
            block.iter().for_each(|entry| counts[entry.record.at() + 1] += 1);
        }
        for position in 1..counts.len() {
            counts[position] += counts[position - 1];
        }
        self.key_starts = counts.clone();
        self.keys = vec![0; counts.last().copied().unwrap_or(0)];
        // Blocks come in the order of keys, so the keys of each record are written sorted.
        for block in by_key(&self.entries).filter(within) {
            for entry in block {
                self.keys[counts[entry.record.at()]] = entry.key();
                counts[entry.record.at()] += 1;
            }
        }
    }
}

/// The blocks of two that a star is divided into: its first record with each of the others.
fn rays(star: &[BlockEntry]) -> impl Iterator<Item = BlockEntry> {
    let (first, others) = (star[0].record, &star[1..]);
    others.iter().flat_map(move |entry| {
        let key = blocking::key_of_rule(
            blocking::rule_of(entry.key()),
            xxh3_64_with_seed(&entry.record.0.to_le_bytes(), entry.key()),
        );
        [BlockEntry::new(key, first), BlockEntry::new(key, entry.record)]
    })
}

fn by_key(entries: &[BlockEntry]) -> impl Iterator<Item = &[BlockEntry]> {
    entries.chunk_by(|a, b| a.key() == b.key())
}

/// Whether a block is small enough for its rule.
pub fn is_within_cap(block: &[BlockEntry], schema: &Schema) -> bool {
    block.first().is_some_and(|first| block.len() <= schema.blocking[blocking::rule_of(first.key())].n_records_max)
}

impl RuleReport {
    fn new(rule: &minglu_rules::schema::BlockingRule) -> Self {
        Self {
            rule: rule.name.clone(),
            n_records_max: rule.n_records_max,
            n_blocks: 0,
            n_pairs: 0,
            n_blocks_skipped: 0,
            n_records_skipped: 0,
            n_records_largest: 0,
        }
    }

    fn note_star(&mut self, n_records: usize) {
        self.n_records_largest = self.n_records_largest.max(n_records as u64);
        self.n_blocks += u64::from(n_records > 1);
        self.n_pairs += n_records as u64 - 1;
    }

    fn note(&mut self, n_records: usize) {
        self.n_records_largest = self.n_records_largest.max(n_records as u64);
        if n_records > self.n_records_max {
            self.n_blocks_skipped += 1;
            self.n_records_skipped += n_records as u64;
        } else if n_records > 1 {
            self.n_blocks += 1;
            self.n_pairs += (n_records * (n_records - 1) / 2) as u64;
        }
    }
}

#[cfg(test)]
mod tests;
