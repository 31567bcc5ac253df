//! In which order are candidate pairs visited, and each only once?
//!
//! A pair is visited in the block of the lowest key that its records share, so no set of seen pairs is kept. Blocks
//! are visited in parallel and their results come back in the order of keys.

use minglu_rules::blocking;
use minglu_rules::model::{CandidatePair, Origin, RecordIdx};
use minglu_rules::schema::Schema;
use rayon::prelude::*;

use crate::block::{BlockEntry, BlockTable, is_within_cap};

/// Calls `visit` for every candidate pair, once, and collects what it returns, in a fixed order.
pub fn visit_pairs<T: Send>(
    table: &BlockTable,
    schema: &Schema,
    visit: impl Fn(CandidatePair) -> Option<T> + Sync,
) -> Vec<T> {
    table
        .blocks()
        .with_min_len(256)
        .fold(Vec::new, |mut found, block| {
            if block.len() > 1 && is_within_cap(block, schema) {
                visit_block(table, block, &visit, &mut found);
            }
            found
        })
        .reduce(Vec::new, |mut left, right| {
            left.extend(right);
            left
        })
}

fn visit_block<T>(
    table: &BlockTable,
    block: &[BlockEntry],
    visit: &(impl Fn(CandidatePair) -> Option<T> + Sync),
    found: &mut Vec<T>,
) {
    for (position, entry) in block.iter().enumerate() {
        for other in &block[position + 1..] {
            let (key, a, b) = (entry.key(), entry.record, other.record);
            if first_shared(table.keys_within_cap(a), table.keys_within_cap(b)) == Some(key) {
                let origin = Origin::Block(blocking::rule_of(key) as u8);
                found.extend(visit(CandidatePair { a, b, origin }));
            }
        }
    }
}

/// Whether two records are candidates of each other.
pub fn are_candidates(table: &BlockTable, a: RecordIdx, b: RecordIdx) -> bool {
    first_shared(table.keys_within_cap(a), table.keys_within_cap(b)).is_some()
}

/// Whether two records are candidates by one of some rules, which are given as bits of their positions.
pub fn are_candidates_by(table: &BlockTable, a: RecordIdx, b: RecordIdx, rules: u64) -> bool {
    let of_rules = |key: &&u64| rules >> blocking::rule_of(**key) & 1 == 1;
    let others = table.keys_within_cap(b);
    rules != 0 && table.keys_within_cap(a).iter().filter(of_rules).any(|key| others.binary_search(key).is_ok())
}

/// The lowest key of two sorted lists that both have.
fn first_shared(a: &[u64], b: &[u64]) -> Option<u64> {
    let (mut i, mut j) = (0, 0);
    while let (Some(left), Some(right)) = (a.get(i), b.get(j)) {
        match left.cmp(right) {
            std::cmp::Ordering::Equal => return Some(*left),
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
        }
    }
    None
}

/// All keys of two sorted lists that both have.
pub(crate) fn shared_keys(a: &[u64], b: &[u64]) -> Vec<u64> {
    a.iter().copied().filter(|key| b.binary_search(key).is_ok()).collect()
}

#[cfg(test)]
mod tests;
