//! Which blocks does a change touch, and which of them cross their cap?
//!
//! A block is a function of its key alone. When one crosses its cap, all its pairs become candidates or cease to be;
//! nothing else about records that did not change can.

use std::num::NonZeroU64;

use hashbrown::HashMap;
use minglu_graph::store::draft::BlockFamily;
use minglu_rules::blocking;
use rayon::prelude::*;

use super::{KindChange, Loaded, Update};
use crate::error::Result;
use crate::update::ground::Ground;

/// Keys that one thread reads at a time.
const N_KEYS_PER_CHUNK: usize = 64;

/// A block that a change touches.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// Its records after the change, as far as a cap lets them matter; those of a star in anchor order.
    pub(super) members: Vec<u32>,
    pub(super) is_within: bool,
    pub(super) was_within: bool,
}

/// The star of a key whose first record is another one than before.
#[derive(Debug)]
pub(super) struct NewFirst {
    pub(super) before: Option<u32>,
    pub(super) members: Vec<u32>,
}

/// All blocks that a change touches, by key.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub(super) blocks: HashMap<u64, Block>,
    pub(super) new_firsts: Vec<NewFirst>,
}

impl Blocks {
    /// Blocks that crossed their cap.
    pub(super) fn crossing(&self) -> impl Iterator<Item = &Block> {
        self.blocks.values().filter(|block| block.is_within != block.was_within)
    }
}

impl Update<'_> {
    pub(super) fn is_star(&self, key: u64) -> bool {
        self.schema().blocking[blocking::rule_of(key)].star
    }

    pub(super) fn cap(&self, key: u64) -> usize {
        self.schema().blocking[blocking::rule_of(key)].n_records_max
    }

    /// Takes the changed records out of the blocks that they were in and puts them into those that they are in.
    pub(super) fn move_between_blocks(&mut self) {
        let model_idx = self.model_idx as u32;
        for change in &self.changes {
            let of =
                |loaded: &Option<super::Shared>| loaded.as_ref().map_or_else(Vec::new, |loaded| loaded.keys.clone());
            let (old, new) = (of(&change.old), of(&change.new));
            for &key in old.iter().filter(|key| new.binary_search(key).is_err()) {
                self.deltas.entry(key).or_default().1 += 1;
                match self.schema().blocking[blocking::rule_of(key)].star {
                    true => self.draft.remove_from_star((model_idx, key), &anchor(change, self.ground)),
                    false => self.draft.remove_from_block(BlockFamily::Records, (model_idx, key), change.ordinal),
                }
            }
            for &key in new.iter().filter(|key| old.binary_search(key).is_err()) {
                self.deltas.entry(key).or_default().0 += 1;
                match self.schema().blocking[blocking::rule_of(key)].star {
                    true => self.draft.put_in_star((model_idx, key), &anchor(change, self.ground), change.ordinal),
                    false => self.draft.put_in_block(BlockFamily::Records, (model_idx, key), change.ordinal),
                }
            }
            let (old, new) = (org(&change.old), org(&change.new));
            if old != new {
                let key = |org: NonZeroU64| (model_idx, blocking::identity_key(org.get()));
                old.into_iter()
                    .for_each(|org| self.draft.remove_from_block(BlockFamily::Records, key(org), change.ordinal));
                new.into_iter().for_each(|org| self.draft.put_in_block(BlockFamily::Records, key(org), change.ordinal));
            }
        }
    }

    /// Reads the blocks of the changed records, those that they left among them.
    pub(super) fn read_blocks(&self) -> Result<Blocks> {
        let of = |loaded: &Option<super::Shared>| loaded.as_ref().map_or_else(Vec::new, |loaded| loaded.keys.clone());
        let mut keys: Vec<u64> =
            self.changes.iter().flat_map(|change| [of(&change.old), of(&change.new)].concat()).collect();
        keys.sort_unstable();
        keys.dedup();
        let (stars, keys): (Vec<u64>, Vec<u64>) = keys.into_iter().partition(|key| self.is_star(*key));
        let mut found = Blocks { blocks: self.read(&keys)?, new_firsts: Vec::new() };
        for key in stars {
            let new_first = self.read_star(key, &mut found.blocks)?;
            found.new_firsts.extend(new_first);
        }
        Ok(found)
    }

    /// Reads blocks that are no stars.
    pub(super) fn read(&self, keys: &[u64]) -> Result<HashMap<u64, Block>> {
        let of_chunk = |chunk: &[u64]| {
            let mut reader = self.draft.blocks(BlockFamily::Records)?;
            let mut found = Vec::with_capacity(chunk.len());
            for &key in chunk {
                let (cap, (n_added, n_removed)) = (self.cap(key), self.deltas.get(&key).copied().unwrap_or_default());
                let n_records_max = cap + n_added + n_removed + 1;
                let mut members = Vec::new();
                reader.list((self.model_idx as u32, key), n_records_max, &mut members)?;
                // A list that was cut off is of a block that is and was above the cap.
                let is_whole = members.len() < n_records_max;
                let (is_within, was_within) =
                    (is_whole && members.len() <= cap, is_whole && members.len() + n_removed <= cap + n_added);
                found.push((key, Block { members, is_within, was_within }));
            }
            Ok(found)
        };
        let found: Vec<Vec<(u64, Block)>> = keys.par_chunks(N_KEYS_PER_CHUNK).map(of_chunk).collect::<Result<_>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Reads a star: its first record, or all of them if the first one has changed.
    fn read_star(&self, key: u64, blocks: &mut HashMap<u64, Block>) -> Result<Option<NewFirst>> {
        let mut reader = self.draft.blocks(BlockFamily::Records)?;
        let place = (self.model_idx as u32, key);
        let mut members = Vec::new();
        reader.list(place, self.deltas.get(&key).map_or(0, |delta| delta.0) + 1, &mut members)?;
        let was_in = |ordinal: &u32| match self.by_ordinal.get(ordinal) {
            Some(at) => self.changes[*at].old.as_ref().is_some_and(|old| old.keys.binary_search(&key).is_ok()),
            None => true,
        };
        let mut firsts: Vec<super::Shared> = Vec::new();
        for ordinal in members.iter().filter(|ordinal| was_in(ordinal)).take(1) {
            firsts.extend(self.load_old(*ordinal)?);
        }
        let gone = self.changes.iter().filter_map(|change| change.old.as_ref());
        firsts.extend(gone.filter(|old| old.keys.binary_search(&key).is_ok()).cloned());
        let before = firsts.iter().min_by(|a, b| a.record.key.cmp(&b.record.key)).map(|first| first.ordinal);
        let has_changed_first = |ordinal: &u32| self.by_ordinal.contains_key(ordinal);
        let is_new = members.first().copied() != before || members.first().is_some_and(has_changed_first);
        if is_new {
            reader.list(place, usize::MAX, &mut members)?;
        } else {
            members.truncate(1);
        }
        blocks.insert(key, Block { members: members.clone(), is_within: true, was_within: true });
        Ok(is_new.then_some(NewFirst { before, members }))
    }

    /// The rule of the lowest blocking key within its cap that two records share.
    pub(super) fn shared_rule(&self, a: &Loaded, b: &Loaded, blocks: &Blocks) -> Result<Option<u8>> {
        for key in a.keys.iter().copied().filter(|key| b.keys.binary_search(key).is_ok()) {
            let shares = match (self.is_star(key), blocks.blocks.get(&key)) {
                (true, _) => {
                    let mut first = Vec::new();
                    self.draft.blocks(BlockFamily::Records)?.list((self.model_idx as u32, key), 1, &mut first)?;
                    first.first().is_some_and(|first| *first == a.ordinal || *first == b.ordinal)
                }
                (false, Some(block)) => block.is_within,
                (false, None) => self.read(&[key])?.remove(&key).is_some_and(|block| block.is_within),
            };
            if shares {
                return Ok(Some(blocking::rule_of(key) as u8));
            }
        }
        Ok(None)
    }
}

fn anchor(change: &KindChange, ground: &Ground) -> Vec<u8> {
    let record = change.new.as_ref().or(change.old.as_ref()).map(|loaded| &loaded.record);
    record.map_or_else(Vec::new, |record| crate::pipeline::anchor_of(record, &ground.sources))
}

/// The code that a record carries, whether it is its own or not.
pub(super) fn org(loaded: &Option<super::Shared>) -> Option<NonZeroU64> {
    loaded.as_ref().and_then(|loaded| loaded.standing.org)
}
