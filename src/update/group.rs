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
use rayon::prelude::*;

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

/// What the group of one code came to, with its records: under which code, and whether they left it.
struct Divided {
    groups: Groups,
    has_left: Vec<(u32, NonZeroU64, bool)>,
}

/// Groups that one thread divides at a time.
const N_GROUPS_PER_CHUNK: usize = 8;

impl Update<'_> {
    /// Divides the groups of all codes that changed records carry or carried, of leavers in blocks that crossed their cap, and
    /// of what people judged anew.
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
        let recoded = self.recoded_otherwise();
        let rejudged = self.rejudged()?;
        orgs.extend(recoded.iter().copied().chain(rejudged.iter().filter_map(|loaded| loaded.standing.org)));
        // One code of each class stands for it.
        let orgs: BTreeSet<NonZeroU64> = orgs.into_iter().map(|org| self.class_of(org)[0]).collect();
        for change in &self.changes {
            self.staged.left.insert(change.ordinal, false);
        }
        let orgs: Vec<NonZeroU64> = orgs.into_iter().collect();
        let divided: Vec<Divided> = orgs
            .par_iter()
            .with_min_len(N_GROUPS_PER_CHUNK)
            .map(|org| self.divide_group(*org))
            .collect::<Result<_>>()?;
        let mut groups = Groups::default();
        groups.flipped.extend(rejudged.iter().map(|loaded| loaded.ordinal));
        for Divided { groups: of_org, has_left } in divided {
            for (ordinal, code, has_left) in has_left {
                let changed = self.by_ordinal.contains_key(&ordinal);
                if !changed && (has_left != self.memory.left.contains(&ordinal) || recoded.contains(&code)) {
                    groups.flipped.push(ordinal);
                }
                self.staged.left.insert(ordinal, has_left);
            }
            groups.kept.extend(of_org.kept);
            groups.left.extend(of_org.left);
            groups.stale.extend(of_org.stale);
        }
        groups.flipped.retain(|ordinal| !self.by_ordinal.contains_key(ordinal));
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
        self.staged.recodings.insert(self.model_idx, self.recodings.clone());
        Ok(groups)
    }

    fn divide_group(&self, org: NonZeroU64) -> Result<Divided> {
        let mut ordinals = Vec::new();
        let mut reader = self.draft.blocks(BlockFamily::Records)?;
        for code in self.class_of(org) {
            reader.each((self.model_idx as u32, blocking::identity_key(code.get())), |ordinal| {
                ordinals.push((ordinal, code));
                true
            })?;
        }
        let locals = self.locals(ordinals.iter().map(|(ordinal, _)| *ordinal))?;
        let members: Vec<_> =
            locals.records.iter().zip(0..).map(|(loaded, at)| (RecordIdx(at), &loaded.record)).collect();
        let (kept, left) = match members.len() {
            0 | 1 => (Vec::new(), Vec::new()),
            _ => law::split_group(&members, self.schema()),
        };
        let pair = |a: RecordIdx, b: RecordIdx| (locals.ordinal(a.min(b)), locals.ordinal(a.max(b)));
        let leavers: HashSet<u32> = left.iter().map(|leaver| locals.ordinal(leaver.record)).collect();
        let mut groups = Groups {
            kept: kept.into_iter().map(|(record, holder)| pair(record, holder)).collect(),
            left: left.iter().map(|leaver| (pair(leaver.nearest, leaver.record), leaver.why)).collect(),
            ..Groups::default()
        };
        self.note_stale(&locals, &mut groups)?;
        let has_left = ordinals.into_iter().map(|(ordinal, code)| (ordinal, code, leavers.contains(&ordinal)));
        Ok(Divided { groups, has_left: has_left.collect() })
    }

    /// Lists the pairs within a group whose links the code made and does not make any more.
    fn note_stale(&self, locals: &Locals, groups: &mut Groups) -> Result<()> {
        let mut links = self.draft.links(Stratum::Records)?;
        for loaded in &locals.records {
            for (other, link) in links.of(loaded.ordinal)? {
                let Some(position) = locals.positions.get(&other).filter(|_| is_of_code(&link)) else { continue };
                let pair = Self::in_order(loaded, &locals.records[position.at()]);
                if pair.0 == loaded.ordinal && !groups.kept.contains(&pair) && !groups.left.contains_key(&pair) {
                    groups.stale.push(pair);
                }
            }
        }
        Ok(())
    }
}
