//! What does a change of records imply, and how does it become one durable write?
//!
//! The line again, but only where a change is felt: the blocks of the records that changed, the links of those that share
//! one, the base components that these links hold together, the clusters that share a key with those, and the entities
//! that all of them are. Every step calls the same functions as a build, on fewer records, so that an update gives what a build
//! from scratch would give (docs/methods/updates.md). What a department delivered becomes a [`delivery::Change`] in
//! [`delivery`]; [`Writer`] makes one durable write of it.

mod base;
mod block;
mod cluster;
mod entity;
mod ground;
mod group;
mod judged;
mod link;
mod memory;
mod relate;
mod writer;

pub mod delivery;

pub(crate) use ground::Ground;
pub use writer::{Addition, Affected, N_CHANGES_MAX, Outcome, Writer};

use std::borrow::Borrow;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use minglu_graph::store::convert::ORIGIN_JUDGED;
use minglu_graph::store::draft::Draft;
use minglu_graph::store::value::{ChangedEntity, StoredLink};
use minglu_index::write::EntityDoc;
use minglu_rules::decide::Thresholds;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::judgement::{Recodings, RecordName, Rulings};
use minglu_rules::law::{Standing, TieKind};
use minglu_rules::model::{Record, RecordIdx};
use minglu_rules::schema::Schema;

use crate::error::Result;
use crate::pipeline::Population;
use judged::Judged;
use memory::{Memory, Staged};

/// A record that is ready to be compared.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// Its number.
    pub(crate) ordinal: u32,
    /// What it says; text keys have done their work and are left out.
    pub(crate) record: Record,
    /// Where it stands by itself, whether or not it left the group of its code.
    pub(crate) standing: Standing,
    /// Its blocking keys, sorted.
    pub(crate) keys: Vec<u64>,
}

/// A loaded record that several lists hold.
#[derive(Debug, Clone)]
pub(crate) struct Shared(Arc<Loaded>);

impl Borrow<Record> for Shared {
    fn borrow(&self) -> &Record {
        &self.0.record
    }
}

impl std::ops::Deref for Shared {
    type Target = Loaded;

    fn deref(&self) -> &Loaded {
        &self.0
    }
}

/// A record of one kind that came, changed or went.
#[derive(Debug)]
pub(crate) struct KindChange {
    pub(crate) source: String,
    pub(crate) id: String,
    pub(crate) ordinal: u32,
    pub(crate) old: Option<Shared>,
    pub(crate) new: Option<Shared>,
}

/// A pair of ordinals in anchor order.
type Pair = (u32, u32);

/// What a change implies for one kind, while it is being found out.
pub(crate) struct Update<'a> {
    ground: &'a Ground,
    memory: &'a Memory,
    draft: &'a mut Draft,
    staged: &'a mut Staged,
    model_idx: usize,
    sequence: u64,
    changes: Vec<KindChange>,
    /// Positions in `changes` by ordinal.
    by_ordinal: HashMap<u32, usize>,
    /// What people judged, as it is after the change.
    judged: &'a Judged,
    /// Records whose judgements the change concerns.
    rejudged: &'a [RecordName],
    /// Codes that people made one.
    recodings: Recodings,
    /// How many records each touched block gained and lost.
    deltas: HashMap<u64, (usize, usize)>,
}

/// What a change implied for one kind.
#[derive(Default)]
pub(crate) struct Implied {
    pub(crate) entities: Vec<ChangedEntity>,
    /// All entities that were made anew, whether or not they are others than before, and those that ended.
    pub(crate) touched: Vec<(usize, String)>,
    /// Search documents of entities that came or changed; none for those that went.
    pub(crate) documents: Vec<(String, Option<EntityDoc>)>,
    pub(crate) n_entities: i64,
}

impl<'a> Update<'a> {
    pub(crate) fn new(
        ground: &'a Ground,
        memory: &'a Memory,
        (draft, staged): (&'a mut Draft, &'a mut Staged),
        (judged, rejudged): (&'a Judged, &'a [RecordName]),
        (model_idx, sequence, changes): (usize, u64, Vec<KindChange>),
    ) -> Self {
        let by_ordinal = changes.iter().enumerate().map(|(at, change)| (change.ordinal, at)).collect();
        let (recodings, deltas) = (Recodings::default(), HashMap::new());
        Self {
            ground,
            memory,
            draft,
            staged,
            model_idx,
            sequence,
            changes,
            by_ordinal,
            judged,
            rejudged,
            recodings,
            deltas,
        }
    }

    /// The line, from the blocks of the changed records to the entities that follow.
    pub(crate) fn run(mut self) -> Result<Implied> {
        self.recode()?;
        self.move_between_blocks();
        let blocks = self.read_blocks()?;
        let groups = self.divide_groups(&blocks)?;
        let relinked = self.relink(&blocks, &groups)?;
        let bases = self.cluster(&relinked)?;
        let touched = self.relink_clusters(&blocks, &bases)?;
        let joined = self.join(&touched)?;
        self.make_entities(&joined)
    }

    fn model(&self) -> &'a FrozenModel {
        &self.ground.models[self.model_idx]
    }

    fn schema(&self) -> &'a Schema {
        &self.model().schema
    }

    fn thresholds(&self) -> Thresholds {
        self.ground.config.thresholds
    }

    /// A live record as it is after the change.
    fn load(&self, ordinal: u32) -> Result<Shared> {
        match self.by_ordinal.get(&ordinal).and_then(|at| self.changes[*at].new.clone()) {
            Some(new) => Ok(new),
            None => self.memory.load(ordinal, self.ground, self.draft),
        }
    }

    /// A record as it was before the change.
    fn load_old(&self, ordinal: u32) -> Result<Option<Shared>> {
        match self.by_ordinal.get(&ordinal) {
            Some(at) => Ok(self.changes[*at].old.clone()),
            None => self.memory.load(ordinal, self.ground, self.draft).map(Some),
        }
    }

    /// Whether a record is there after the change.
    fn is_live(&self, ordinal: u32) -> bool {
        self.by_ordinal.get(&ordinal).is_none_or(|at| self.changes[*at].new.is_some())
    }

    fn has_left(&self, ordinal: u32) -> bool {
        self.staged.left.get(&ordinal).copied().unwrap_or_else(|| self.memory.left.contains(&ordinal))
    }

    /// Where a record stands among the others: its code is not its own if it left the group.
    fn standing(&self, loaded: &Loaded) -> Standing {
        let mut standing = loaded.standing;
        standing.recode(&self.recodings);
        if standing.org.is_some() && self.has_left(loaded.ordinal) {
            standing.disown();
        }
        standing
    }

    /// The members of a base cluster, in anchor order, after the change as far as it is known.
    fn members(&self, anchor: u32) -> Vec<u32> {
        match self.staged.members.get(&anchor) {
            Some(members) => members.as_ref().map_or_else(|| vec![anchor], |members| members.to_vec()),
            None => self.memory.members(anchor),
        }
    }

    /// The anchor of the base cluster of a record, likewise.
    fn base_of(&self, ordinal: u32) -> u32 {
        self.staged.base_of.get(&ordinal).copied().unwrap_or_else(|| self.memory.base_of(ordinal))
    }

    /// Two ordinals in the order of their records.
    fn in_order(a: &Loaded, b: &Loaded) -> Pair {
        if a.record.key < b.record.key { (a.ordinal, b.ordinal) } else { (b.ordinal, a.ordinal) }
    }

    /// Records among which the functions of a build are called.
    fn locals(&self, ordinals: impl IntoIterator<Item = u32>) -> Result<Locals> {
        let mut records = ordinals.into_iter().map(|ordinal| self.load(ordinal)).collect::<Result<Vec<_>>>()?;
        records.sort_unstable_by(|a, b| a.record.key.cmp(&b.record.key));
        let standings = records.iter().map(|record| self.standing(record)).collect();
        let has_left =
            records.iter().map(|record| record.standing.org.is_some() && self.has_left(record.ordinal)).collect();
        let positions = records.iter().zip(0..).map(|(record, at)| (record.ordinal, RecordIdx(at))).collect();
        let rulings = self.rulings(&records);
        Ok(Locals { records, standings, has_left, positions, rulings })
    }
}

/// A few records in anchor order, with what judges them.
pub(crate) struct Locals {
    records: Vec<Shared>,
    standings: Vec<Standing>,
    has_left: Vec<bool>,
    positions: HashMap<u32, RecordIdx>,
    rulings: Rulings,
}

impl Locals {
    fn population<'a>(&'a self, update: &Update<'a>) -> Population<'a, Shared> {
        Population {
            records: &self.records,
            standings: &self.standings,
            has_left: &self.has_left,
            different: self.rulings.different(),
            model: update.model(),
            thresholds: update.thresholds(),
        }
    }

    fn ordinal(&self, idx: RecordIdx) -> u32 {
        self.records[idx.at()].ordinal
    }

    fn ordinals(&self, members: &[RecordIdx]) -> Vec<u32> {
        members.iter().map(|idx| self.ordinal(*idx)).collect()
    }
}

/// Origin of a stored link that an equal code made.
const ORIGIN_IDENTITY: u8 = 0;

/// Whether a stored link holds its ends together by an equal code.
fn is_of_code(link: &StoredLink) -> bool {
    link.origin == ORIGIN_IDENTITY
}

/// By what an accepted link holds its ends together.
fn kind_of(link: &StoredLink) -> TieKind {
    match link.origin {
        ORIGIN_JUDGED => TieKind::Judged,
        ORIGIN_IDENTITY => TieKind::Identity,
        _ => TieKind::Weight,
    }
}

/// Connected components of what `links_of` connects, from some nodes on: everything that is reached.
fn reach(
    from: impl IntoIterator<Item = u32>,
    mut links_of: impl FnMut(u32) -> Result<Vec<u32>>,
) -> Result<HashSet<u32>> {
    let mut queue: Vec<u32> = from.into_iter().collect();
    let mut reached: HashSet<u32> = queue.iter().copied().collect();
    while let Some(node) = queue.pop() {
        for other in links_of(node)? {
            if reached.insert(other) {
                queue.push(other);
            }
        }
    }
    Ok(reached)
}
