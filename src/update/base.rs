//! Which base clusters follow from the links of records?
//!
//! The components of all records that were touched are clustered anew, each whole; a component that nothing touched stays
//! what it was.

use hashbrown::{HashMap, HashSet};
use minglu_graph::store::draft::Stratum;
use minglu_graph::store::value::StoredLink;
use minglu_rules::law::{Cut, Tie};
use minglu_rules::model::RecordIdx;

use super::link::Relinked;
use super::{Locals, Pair, Update, kind_of, reach};
use crate::error::Result;

/// What became of base clusters.
#[derive(Default)]
pub(super) struct Bases {
    /// Anchors and old records of base clusters that are no more what they were.
    pub(super) old: Vec<Vec<u32>>,
    /// Records of base clusters that are new or changed, in anchor order.
    pub(super) new: Vec<Vec<u32>>,
    /// Anchors of clusters whose entities have to be made anew, though they themselves did not change.
    pub(super) touched: HashSet<u32>,
}

impl Update<'_> {
    /// Clusters the components of the touched records anew.
    pub(super) fn cluster(&mut self, relinked: &Relinked) -> Result<Bases> {
        let mut accepted = HashMap::new();
        let mut reader = self.draft.links(Stratum::Records)?;
        let reached = reach(relinked.touched.iter().copied(), |ordinal| {
            let links = reader.accepted(ordinal)?;
            let others = links.iter().map(|(other, _)| *other).collect();
            accepted.insert(ordinal, links);
            Ok(others)
        })?;
        drop(reader);
        let locals = self.locals(reached.iter().copied())?;
        let mut ties: Vec<Tie> = Vec::new();
        for (a, links) in &accepted {
            let a = locals.positions[a];
            let tie = |(b, link): &(u32, _)| Self::tie((a, locals.positions[b]), link);
            ties.extend(links.iter().map(tie).filter(|tie| tie.a == a));
        }
        ties.sort_unstable_by_key(|tie| (tie.a, tie.b));
        let clustering = locals.population(self).cluster(&ties);
        let links = accepted.into_iter().flat_map(|(a, links)| links.into_iter().map(move |(b, link)| ((a, b), link)));
        self.tell_cuts(Stratum::Records, &locals, links.collect(), &clustering.cuts)?;
        let new: Vec<Vec<u32>> = clustering.clusters.iter().map(|members| locals.ordinals(members)).collect();
        self.compare_bases(new, relinked)
    }

    /// The tie of an accepted link of two local records.
    pub(super) fn tie((a, b): (RecordIdx, RecordIdx), link: &StoredLink) -> Tie {
        Tie { a: a.min(b), b: a.max(b), match_weight: link.match_weight, kind: kind_of(link) }
    }

    /// Writes to accepted links whether and why they were cut.
    pub(super) fn tell_cuts(
        &mut self,
        stratum: Stratum,
        locals: &Locals,
        links: Vec<(Pair, StoredLink)>,
        cuts: &[Cut],
    ) -> Result<()> {
        let cut_of = |cut: &Cut| ((locals.ordinal(cut.tie.a), locals.ordinal(cut.tie.b)), cut.clone());
        let cuts: HashMap<Pair, Cut> = cuts.iter().map(cut_of).collect();
        for ((a, b), mut link) in links {
            // Each link is under both of its ends; one of them is in the order of the cut.
            if locals.positions[&a] > locals.positions[&b] {
                continue;
            }
            let cut = cuts.get(&(a, b));
            let veto = cut.map_or("", |cut| cut.why.as_str());
            let sides = match stratum {
                Stratum::Clusters => link.sides.clone(),
                Stratum::Records => {
                    let sides = cut.and_then(|cut| cut.sides.as_ref());
                    sides.map(|sides| (locals.ordinals(&sides.a), locals.ordinals(&sides.b)))
                }
            };
            if link.veto != veto || link.sides != sides {
                (link.veto, link.sides) = (veto.into(), sides);
                self.draft.put_link(stratum, (a, b), &link)?;
            }
        }
        Ok(())
    }

    /// Tells base clusters that changed from those that did not.
    fn compare_bases(&mut self, new: Vec<Vec<u32>>, relinked: &Relinked) -> Result<Bases> {
        let mut bases = Bases::default();
        let gone = self.changes.iter().filter(|change| change.new.is_none() && change.old.is_some());
        let before = new.iter().flatten().copied().chain(gone.map(|change| change.ordinal));
        let is_new = |ordinal: &u32| self.by_ordinal.get(ordinal).is_some_and(|at| self.changes[*at].old.is_none());
        let old_anchors: HashSet<u32> =
            before.filter(|ordinal| !is_new(ordinal)).map(|ordinal| self.memory.base_of(ordinal)).collect();
        let mut kept: HashSet<u32> = HashSet::new();
        for members in new {
            let anchor = members[0];
            let is_same = old_anchors.contains(&anchor) && self.memory.members(anchor) == members;
            if is_same && !members.iter().any(|member| relinked.dirty.contains(member)) {
                kept.insert(anchor);
                if members.iter().any(|member| relinked.touched.contains(member)) {
                    bases.touched.insert(anchor);
                }
            } else {
                bases.new.push(members);
            }
        }
        let mut ended: Vec<u32> = old_anchors.into_iter().filter(|anchor| !kept.contains(anchor)).collect();
        ended.sort_unstable();
        bases.old = ended.into_iter().map(|anchor| self.memory.members(anchor)).collect();
        self.stage_bases(&bases)?;
        Ok(bases)
    }

    fn stage_bases(&mut self, bases: &Bases) -> Result<()> {
        for members in bases.old.iter().filter(|members| members.len() > 1) {
            self.staged.members.insert(members[0], None);
            self.staged.base_of.extend(members.iter().map(|member| (*member, *member)));
            self.draft.remove_base(members[0]);
        }
        for members in &bases.new {
            self.staged.base_of.extend(members.iter().map(|member| (*member, members[0])));
            if members.len() > 1 {
                self.staged.members.insert(members[0], Some(members.clone().into_boxed_slice()));
                self.draft.put_base(members)?;
            }
        }
        Ok(())
    }
}
