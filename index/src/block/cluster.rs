//! Which clusters are worth comparing?
//!
//! A cluster has the keys of its records, and those that only its values together have. A cap counts clusters here, so
//! that a block of many records of few clusters is looked at again. Nothing is compared here.

use hashbrown::HashSet;
use minglu_rules::blocking;
use minglu_rules::model::{CandidatePair, Record, RecordIdx};
use minglu_rules::profile::N_RECORDS_MAX;
use minglu_rules::schema::Schema;
use rayon::prelude::*;

use super::{BlockEntry, BlockTable, by_key, is_within_cap};
use crate::candidate::shared_keys;

/// The keys of all clusters; positions of clusters stand where others have positions of records.
pub struct ClusterBlocks {
    /// Blocks of two or more clusters within their caps.
    pub table: BlockTable,
    /// Keys whose blocks have too many records and not too many clusters.
    regained: HashSet<u64>,
}

impl ClusterBlocks {
    /// Whether no block of records made a pair of clusters candidates.
    pub fn is_new(&self, pair: CandidatePair) -> bool {
        let keys = shared_keys(self.table.keys_within_cap(pair.a), self.table.keys_within_cap(pair.b));
        keys.into_iter().all(|key| self.regained.contains(&key))
    }
}

impl BlockTable {
    /// Makes the blocks of clusters out of those of their records.
    pub fn of_clusters(&self, clusters: &[Vec<RecordIdx>], records: &[Record], schema: &Schema) -> ClusterBlocks {
        let mut cluster_of = vec![RecordIdx(0); records.len()];
        for (cluster, members) in clusters.iter().enumerate() {
            members.iter().for_each(|record| cluster_of[record.at()] = RecordIdx(cluster as u32));
        }
        let combined = |(cluster, members): (usize, &Vec<RecordIdx>)| {
            let members: Vec<&Record> = members.iter().take(N_RECORDS_MAX).map(|idx| &records[idx.at()]).collect();
            let keys = if members.len() > 1 { blocking::combined_keys(&members, schema) } else { Vec::new() };
            keys.into_iter().map(move |key| BlockEntry::new(key, RecordIdx(cluster as u32)))
        };
        let mut extras: Vec<BlockEntry> = clusters.par_iter().enumerate().flat_map_iter(combined).collect();
        extras.par_sort_unstable();
        let mut extras = by_key(&extras).peekable();
        let (mut entries, mut regained) = (Vec::new(), HashSet::new());
        let mut block: Vec<BlockEntry> = Vec::new();
        let mut close = |block: &mut Vec<BlockEntry>, was_within: bool| {
            block.sort_unstable();
            block.dedup();
            if block.len() > 1 && is_within_cap(block, schema) {
                entries.extend_from_slice(block);
                if !was_within {
                    regained.insert(block[0].key());
                }
            }
            block.clear();
        };
        for of_key in by_key(&self.entries) {
            while let Some(other) = extras.next_if(|other| other[0].key() < of_key[0].key()) {
                block.extend_from_slice(other);
                close(&mut block, true);
            }
            block.extend(of_key.iter().map(|entry| BlockEntry::new(entry.key(), cluster_of[entry.record.at()])));
            if let Some(other) = extras.next_if(|other| other[0].key() == of_key[0].key()) {
                block.extend_from_slice(other);
            }
            close(&mut block, is_within_cap(of_key, schema));
        }
        for other in extras {
            block.extend_from_slice(other);
            close(&mut block, true);
        }
        let mut table = BlockTable { entries, ..BlockTable::default() };
        table.find_blocks(schema);
        table.index_keys(clusters.len(), schema);
        ClusterBlocks { table, regained }
    }
}

#[cfg(test)]
mod tests;
