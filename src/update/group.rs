//! Which records of a code belong to it, once one of them has changed?
//!
//! A group is read whole and divided as in a build; whoever enters or leaves it is compared anew with everybody.

use std::collections::BTreeSet;
use std::num::NonZeroU64;

use hashbrown::{HashMap, HashSet};
use minglu_graph::store::draft::{BlockFamily, Stratum};
use minglu_rules::blocking;
use minglu_rules::law::{self, Veto};
use minglu_rules::model::RecordIdx;

use super::block::{Blocks, org};
use super::{Locals, Pair, Update, is_of_code};
use crate::error::Result;

/// What the groups of the changed records came to.
#[derive(Default)]
pub(super) struct Groups {
    /// Pairs that an equal code holds together.
    pub(super) kept: HashSet<Pair>,
    /// Pairs of a leaver and the nearest record of the group that it left, and why it did.
    pub(super) left: HashMap<Pair, Veto>,
    /// Pairs whose stored link was made by an equal code and is not any more.
    pub(super) stale: Vec<Pair>,
    /// Records that entered or left their group without having changed themselves.
    pub(super) flipped: Vec<u32>,
}

impl Update<'_> {
    /// Divides the groups of all codes that changed records carry or carried, and of leavers in blocks that crossed their cap.
    pub(super) fn divide_groups(&mut self, blocks: &Blocks) -> Result<Groups> {
        let mut orgs: BTreeSet<NonZeroU64> =
            self.changes.iter().flat_map(|change| [org(&change.old), org(&change.new)]).flatten().collect();
        let crossing = blocks.crossing().flat_map(|block| &block.members);
        let firsts = blocks.new_firsts.iter().flat_map(|star| star.members.iter().chain(&star.before));
        for &ordinal in crossing.chain(firsts) {
            if self.is_live(ordinal) && self.has_left(ordinal) {
                orgs.extend(self.load(ordinal)?.standing.org);
            }
        }
        for change in &self.changes {
            self.staged.left.insert(change.ordinal, false);
        }
        let mut groups = Groups::default();
        for org in orgs {
            self.divide_group(org, &mut groups)?;
        }
        groups.flipped.sort_unstable();
        groups.flipped.dedup();
        for (ordinal, has_left) in &self.staged.left {
            if *has_left != self.memory.left.contains(ordinal) {
                match has_left {
                    true => self.draft.put_leaver(*ordinal),
                    false => self.draft.remove_leaver(*ordinal),
                }
            }
        }
        Ok(groups)
    }

    fn divide_group(&mut self, org: NonZeroU64, groups: &mut Groups) -> Result<()> {
        let mut ordinals = Vec::new();
        let place = (self.model_idx as u32, blocking::identity_key(org.get()));
        self.draft.blocks(BlockFamily::Records)?.list(place, usize::MAX, &mut ordinals)?;
        let locals = self.locals(ordinals.iter().copied())?;
        let members: Vec<_> =
            locals.records.iter().zip(0..).map(|(loaded, at)| (RecordIdx(at), &loaded.record)).collect();
        let (kept, left) = match members.len() {
            0 | 1 => (Vec::new(), Vec::new()),
            _ => law::split_group(&members, self.schema()),
        };
        let pair = |a: RecordIdx, b: RecordIdx| (locals.ordinal(a.min(b)), locals.ordinal(a.max(b)));
        let kept: HashSet<Pair> = kept.into_iter().map(|(record, holder)| pair(record, holder)).collect();
        let leavers: HashSet<u32> = left.iter().map(|leaver| locals.ordinal(leaver.record)).collect();
        let left: HashMap<Pair, Veto> =
            left.iter().map(|leaver| (pair(leaver.nearest, leaver.record), leaver.why)).collect();
        self.note_stale(&locals, (&kept, &left), groups)?;
        for &ordinal in &ordinals {
            let has_left = leavers.contains(&ordinal);
            if !self.by_ordinal.contains_key(&ordinal) && has_left != self.memory.left.contains(&ordinal) {
                groups.flipped.push(ordinal);
            }
            self.staged.left.insert(ordinal, has_left);
        }
        groups.kept.extend(kept);
        groups.left.extend(left);
        Ok(())
    }

    /// Lists the pairs within a group whose links the code made and does not make any more.
    fn note_stale(
        &self,
        locals: &Locals,
        (kept, left): (&HashSet<Pair>, &HashMap<Pair, Veto>),
        groups: &mut Groups,
    ) -> Result<()> {
        let mut links = self.draft.links(Stratum::Records)?;
        for loaded in &locals.records {
            for (other, link) in links.of(loaded.ordinal)? {
                let Some(position) = locals.positions.get(&other).filter(|_| is_of_code(&link)) else { continue };
                let pair = Self::in_order(loaded, &locals.records[position.at()]);
                if pair.0 == loaded.ordinal && !kept.contains(&pair) && !left.contains_key(&pair) {
                    groups.stale.push(pair);
                }
            }
        }
        Ok(())
    }
}
