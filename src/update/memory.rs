//! What does the writer remember between two changes?
//!
//! Which base cluster each record is in and who left the group of its code, for all records; and the records that were
//! looked at last. All of it follows from the store and is read again when it is opened.

use std::num::NonZeroUsize;
use std::sync::{LazyLock, Mutex};

use hashbrown::{HashMap, HashSet};
use lru::LruCache;
use minglu_graph::store::draft::{Database, Draft};
use minglu_rules::judgement::Recodings;

use super::ground::Ground;
use super::{Loaded, Shared};
use crate::error::{Error, Result};

/// Records that are kept normalized, about a kilobyte each: a change looks at some dozens, most of them again and again.
const N_RECORDS_CACHED_MAX: usize = 1 << 20;

/// Parts of the cache that are locked apart, so that threads seldom wait for each other.
const N_SHARDS: usize = 64;

/// What follows from the store and is asked for at every change.
pub(crate) struct Memory {
    /// Anchor of the base cluster of a record, where that is another one.
    base_of: HashMap<u32, u32>,
    /// Records of base clusters of several, by their anchors, in anchor order.
    members: HashMap<u32, Box<[u32]>>,
    /// Records that left the group of their code.
    pub(super) left: HashSet<u32>,
    /// Codes that people made one, by kind.
    recodings: Vec<Recodings>,
    cache: Vec<Mutex<LruCache<u32, Shared>>>,
}

/// Changes of the memory that take effect once they are durable.
#[derive(Default)]
pub(crate) struct Staged {
    pub(super) base_of: HashMap<u32, u32>,
    pub(super) members: HashMap<u32, Option<Box<[u32]>>>,
    pub(super) left: HashMap<u32, bool>,
    /// Codes that people made one, by kind.
    pub(super) recodings: HashMap<usize, Recodings>,
    /// Records as they are after the change; none for a deleted one.
    pub(super) records: HashMap<u32, Option<Shared>>,
}

impl Memory {
    /// Reads what the store says.
    pub(super) fn read(database: &Database) -> Result<Self> {
        let left = database.leavers()?.into_iter().collect();
        let (mut base_of, mut members) = (HashMap::new(), HashMap::new());
        for base in database.bases()? {
            let anchor = base[0];
            base_of.extend(base[1..].iter().map(|member| (*member, anchor)));
            members.insert(anchor, base.into_boxed_slice());
        }
        let n_of_shard = NonZeroUsize::new(N_RECORDS_CACHED_MAX / N_SHARDS).unwrap_or(NonZeroUsize::MIN);
        let cache = (0..N_SHARDS).map(|_| Mutex::new(LruCache::new(n_of_shard))).collect();
        Ok(Self { base_of, members, left, recodings: Vec::new(), cache })
    }

    pub(super) fn recodings(&self, model_idx: usize) -> &Recodings {
        static NONE: LazyLock<Recodings> = LazyLock::new(Recodings::default);
        self.recodings.get(model_idx).unwrap_or(&NONE)
    }

    /// Sets the codes that people made one, by kind.
    pub(super) fn set_recodings(&mut self, recodings: Vec<Recodings>) {
        self.recodings = recodings;
    }

    pub(super) fn base_of(&self, ordinal: u32) -> u32 {
        self.base_of.get(&ordinal).copied().unwrap_or(ordinal)
    }

    pub(super) fn members(&self, anchor: u32) -> Vec<u32> {
        self.members.get(&anchor).map_or_else(|| vec![anchor], |members| members.to_vec())
    }

    /// A stored record, from memory where it was looked at lately.
    pub(super) fn load(&self, ordinal: u32, ground: &Ground, draft: &Draft) -> Result<Shared> {
        let shard = &self.cache[ordinal as usize % N_SHARDS];
        let poisoned = |_| Error::usage("a thread failed while it held a part of the cache; restart the service");
        if let Some(known) = shard.lock().map_err(poisoned)?.get(&ordinal) {
            return Ok(known.clone());
        }
        let loaded = ground.load(draft, ordinal)?;
        shard.lock().map_err(poisoned)?.put(ordinal, loaded.clone());
        Ok(loaded)
    }

    /// Takes durable changes over.
    pub(super) fn take(&mut self, staged: Staged) {
        for (ordinal, anchor) in staged.base_of {
            match anchor == ordinal {
                true => drop(self.base_of.remove(&ordinal)),
                false => drop(self.base_of.insert(ordinal, anchor)),
            }
        }
        for (anchor, members) in staged.members {
            match members {
                Some(members) => drop(self.members.insert(anchor, members)),
                None => drop(self.members.remove(&anchor)),
            }
        }
        for (ordinal, has_left) in staged.left {
            match has_left {
                true => drop(self.left.insert(ordinal)),
                false => drop(self.left.remove(&ordinal)),
            }
        }
        for (model_idx, recodings) in staged.recodings {
            if let Some(known) = self.recodings.get_mut(model_idx) {
                *known = recodings;
            }
        }
        for (ordinal, record) in staged.records {
            let Ok(mut shard) = self.cache[ordinal as usize % N_SHARDS].lock() else { continue };
            match record {
                Some(record) => drop(shard.put(ordinal, record)),
                None => drop(shard.pop(&ordinal)),
            }
        }
    }
}

impl From<Loaded> for Shared {
    fn from(loaded: Loaded) -> Shared {
        Shared(std::sync::Arc::new(loaded))
    }
}
