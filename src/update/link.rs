//! Which links of records does a change make and unmake?
//!
//! Pairs of a record that changed or that entered or left the group of its code, and pairs of blocks that crossed their cap,
//! are decided again as in a build. All others are what they were.

use hashbrown::{HashMap, HashSet};
use minglu_graph::store::convert::store_link;
use minglu_graph::store::draft::Stratum;
use minglu_rules::blocking;
use minglu_rules::compare::compare;
use minglu_rules::law;
use minglu_rules::model::{CandidatePair, Decision, Link, Origin, RecordIdx, ScoredPair};
use minglu_rules::score::match_weight;
use rayon::prelude::*;

use super::block::{Block, Blocks};
use super::group::Groups;
use super::judged::JudgedPairs;
use super::{Loaded, Pair, Update};
use crate::error::Result;
use crate::pipeline::link_order;

/// Pairs that one thread decides at a time.
const N_PAIRS_PER_CHUNK: usize = 16;

/// What became of links.
pub(super) struct Relinked {
    /// Records whose content or group changed, or whose accepted links did; live ones only.
    pub(super) touched: HashSet<u32>,
    /// Of these, those whose content or group changed.
    pub(super) dirty: HashSet<u32>,
}

impl Update<'_> {
    /// Decides all pairs again that the change may have decided otherwise.
    pub(super) fn relink(&mut self, blocks: &Blocks, groups: &Groups) -> Result<Relinked> {
        let live = self.changes.iter().filter(|change| change.new.is_some()).map(|change| change.ordinal);
        let dirty: HashSet<u32> = live.chain(groups.flipped.iter().copied()).collect();
        let judged = self.judged_pairs(dirty.iter().copied())?;
        let pairs = self.pairs_to_decide(&dirty, blocks, (groups, &judged))?;
        let decided = self.decide(&pairs, groups)?;
        let mut touched = dirty.clone();
        let mut unmade = self.unmade(&dirty, &decided)?;
        for ((pair, link), veto) in decided {
            match link {
                Some(link) => self.make(pair, &link, veto, &mut touched)?,
                None => unmade.push(pair),
            }
        }
        for pair in unmade {
            if let Some(link) = self.draft.link(Stratum::Records, pair.0, pair.1)? {
                self.draft.remove_link(Stratum::Records, pair);
                if link.accepted {
                    touched.extend([pair.0, pair.1]);
                }
            }
        }
        touched.retain(|ordinal| self.is_live(*ordinal));
        Ok(Relinked { touched, dirty })
    }

    /// Pairs of ordinals in anchor order, with the rule that makes them candidates where one does.
    fn pairs_to_decide(
        &self,
        dirty: &HashSet<u32>,
        blocks: &Blocks,
        (groups, judged): (&Groups, &JudgedPairs),
    ) -> Result<HashMap<Pair, Option<u8>>> {
        let mut pairs: HashMap<Pair, Option<u8>> = HashMap::new();
        let mut others = Blocks::default();
        let mut dirty: Vec<u32> = dirty.iter().copied().collect();
        dirty.sort_unstable();
        for ordinal in dirty {
            let loaded = self.load(ordinal)?;
            for &key in &loaded.keys {
                if !blocks.blocks.contains_key(&key) && !others.blocks.contains_key(&key) {
                    let block = if self.is_star(key) { self.whole_star(key)? } else { self.read(&[key])?.remove(&key) };
                    others.blocks.insert(key, block.unwrap_or_default());
                }
                let Some(block) = blocks.blocks.get(&key).or_else(|| others.blocks.get(&key)) else { continue };
                if !block.is_within {
                    continue;
                }
                let is_star = self.is_star(key);
                let is_first = block.members.first() == Some(&ordinal);
                let n_partners = if is_star && !is_first { 1 } else { block.members.len() };
                for &other in block.members.iter().take(n_partners).filter(|other| **other != ordinal) {
                    let pair = Self::in_order(&loaded, &*self.load(other)?);
                    pairs.entry(pair).or_insert(Some(blocking::rule_of(key) as u8));
                }
            }
        }
        let mut again: HashSet<Pair> = groups.stale.iter().copied().collect();
        again.extend(groups.kept.iter().chain(groups.left.keys()).chain(&judged.same).copied());
        for block in blocks.crossing() {
            self.note_crossing(block, &mut again)?;
        }
        for star in &blocks.new_firsts {
            if let Some(first) = star.members.first() {
                let first = self.load(*first)?;
                for other in &star.members[1..] {
                    again.insert(Self::in_order(&first, &*self.load(*other)?));
                }
            }
            if let Some(before) = star.before.filter(|before| self.is_live(*before)) {
                self.note_links_among(before, &star.members.iter().copied().collect(), &mut again)?;
            }
        }
        let of_code =
            |pair: &Pair| groups.kept.contains(pair) || groups.left.contains_key(pair) || judged.same.contains(pair);
        let stale: HashSet<Pair> = groups.stale.iter().copied().collect();
        for pair in again.into_iter().filter(|pair| !pairs.contains_key(pair)).collect::<Vec<_>>() {
            let (a, b) = (self.load(pair.0)?, self.load(pair.1)?);
            let (x, y) = (self.standing(&a), self.standing(&b));
            // Records of one code are no candidates: only the division of their group decides about their links.
            let same_code = x.org.is_some() && x.org == y.org;
            if !same_code || of_code(&pair) || stale.contains(&pair) {
                pairs.insert(pair, self.shared_rule(&a, &b, blocks)?);
            }
        }
        Ok(pairs)
    }

    /// The star of a record that did not change itself.
    fn whole_star(&self, key: u64) -> Result<Option<Block>> {
        let mut members = Vec::new();
        let mut reader = self.draft.blocks(minglu_graph::store::draft::BlockFamily::Records)?;
        reader.list((self.model_idx as u32, key), usize::MAX, &mut members)?;
        Ok(Some(Block { members, is_within: true, was_within: true }))
    }

    /// All pairs of a block that is within its cap now, or the linked ones of a block that is not any more.
    fn note_crossing(&self, block: &Block, again: &mut HashSet<Pair>) -> Result<()> {
        let among: HashSet<u32> = block.members.iter().copied().collect();
        for (position, ordinal) in block.members.iter().enumerate() {
            if block.is_within {
                let loaded = self.load(*ordinal)?;
                for other in &block.members[position + 1..] {
                    again.insert(Self::in_order(&loaded, &*self.load(*other)?));
                }
            } else {
                self.note_links_among(*ordinal, &among, again)?;
            }
        }
        Ok(())
    }

    fn note_links_among(&self, ordinal: u32, among: &HashSet<u32>, again: &mut HashSet<Pair>) -> Result<()> {
        let loaded = self.load(ordinal)?;
        for (other, _) in self.draft.links(Stratum::Records)?.of(ordinal)? {
            if among.contains(&other) && self.is_live(other) {
                again.insert(Self::in_order(&loaded, &*self.load(other)?));
            }
        }
        Ok(())
    }

    /// Links of pairs, in the order of the pairs, with why they wait where the law says so.
    #[allow(clippy::type_complexity, reason = "named by its parts where it is used")]
    fn decide(
        &self,
        pairs: &HashMap<Pair, Option<u8>>,
        groups: &Groups,
    ) -> Result<Vec<((Pair, Option<Link>), Option<law::Veto>)>> {
        let mut listed: Vec<(Pair, Option<u8>)> = pairs.iter().map(|(pair, rule)| (*pair, *rule)).collect();
        listed.sort_unstable();
        let judged = self.judged_pairs(pairs.keys().map(|(a, _)| *a).collect::<HashSet<u32>>().into_iter())?;
        let one = |&(pair, rule): &(Pair, Option<u8>)| {
            let (a, b) = (self.load(pair.0)?, self.load(pair.1)?);
            let mut links = Vec::new();
            if judged.same.contains(&pair) {
                links.push((self.scored(&a, &b, Origin::Judged, Decision::Match), None));
            }
            if groups.kept.contains(&pair) {
                links.push((self.scored(&a, &b, Origin::Identity, Decision::Match), None));
            }
            if let Some(why) = groups.left.get(&pair) {
                links.push((self.scored(&a, &b, Origin::Identity, Decision::Review), Some(*why)));
            }
            let found = rule.and_then(|rule| self.candidate_link(&a, &b, Origin::Block(rule)));
            links.extend(found);
            links.sort_by_key(|(link, _)| link_order(link));
            let first = links.into_iter().next();
            // Whoever waits for a person waits no longer once one has looked.
            let parted = judged.different.contains(&pair).then_some(law::Veto::JudgedDifferent);
            Ok(match first {
                Some((link, veto)) if link.decision == Decision::Review => ((pair, Some(link)), parted.or(veto)),
                Some((link, veto)) => ((pair, Some(link)), veto),
                None => ((pair, None), None),
            })
        };
        listed.par_iter().with_min_len(N_PAIRS_PER_CHUNK).map(one).collect()
    }

    /// The link of two candidates, with why it waits for a person although it weighs enough.
    fn candidate_link(&self, a: &Loaded, b: &Loaded, origin: Origin) -> Option<(Link, Option<law::Veto>)> {
        let (x, y) = (self.standing(a), self.standing(b));
        let same_code = x.org.is_some() && x.org == y.org;
        if law::veto(&x, &y).is_some() || same_code {
            return None;
        }
        let link = self.scored(a, b, origin, Decision::Review);
        let scored = &link.scored;
        let (_, review) = self.thresholds().match_weights();
        if scored.match_weight < review || law::excludes(&scored.vector, self.schema()) {
            return None;
        }
        let (decision, why) = self.thresholds().decide_pair(scored.match_weight, &scored.vector, self.schema());
        Some((Link { decision, ..link }, why.filter(|_| decision == Decision::Review)))
    }

    /// A link of two records with its evidence; the positions in it are ordinals.
    fn scored(&self, a: &Loaded, b: &Loaded, origin: Origin, decision: Decision) -> Link {
        let model = self.model();
        let mut vector = compare(&a.record, &b.record, model);
        let is_silent = |loaded: &Loaded| loaded.standing.org.is_some() && self.has_left(loaded.ordinal);
        if is_silent(a) || is_silent(b) {
            law::silence_codes(&mut vector, &model.schema);
        }
        let match_weight = match_weight(&vector, model);
        let pair = CandidatePair { a: RecordIdx(a.ordinal), b: RecordIdx(b.ordinal), origin };
        Link { scored: ScoredPair { pair, vector, match_weight }, decision, sides: None }
    }

    /// Stored links of dirty and deleted records whose pairs were not decided again: nothing makes them candidates any more.
    #[allow(clippy::type_complexity, reason = "what decide gives")]
    fn unmade(&self, dirty: &HashSet<u32>, decided: &[((Pair, Option<Link>), Option<law::Veto>)]) -> Result<Vec<Pair>> {
        let known: HashSet<Pair> = decided.iter().flat_map(|(((a, b), _), _)| [(*a, *b), (*b, *a)]).collect();
        let gone = self.changes.iter().filter(|change| change.new.is_none()).map(|change| change.ordinal);
        let mut links = self.draft.links(Stratum::Records)?;
        let mut unmade = Vec::new();
        for ordinal in dirty.iter().copied().chain(gone) {
            let others = links.of(ordinal)?.into_iter().map(|(other, _)| (ordinal, other));
            unmade.extend(others.filter(|pair| !known.contains(pair)));
        }
        Ok(unmade)
    }

    /// Stores a link if it is another one than before.
    fn make(&mut self, pair: Pair, link: &Link, veto: Option<law::Veto>, touched: &mut HashSet<u32>) -> Result<()> {
        let mut stored = store_link(link, veto, &|idx| idx.0);
        let before = self.draft.link(Stratum::Records, pair.0, pair.1)?;
        if let Some(before) = &before {
            // What was cut is found out where components are.
            if before.accepted && stored.accepted {
                (stored.veto, stored.sides) = (before.veto.clone(), before.sides.clone());
            }
            if *before == stored {
                return Ok(());
            }
        }
        if stored.accepted || before.as_ref().is_some_and(|before| before.accepted) {
            touched.extend([pair.0, pair.1]);
        }
        Ok(self.draft.put_link(Stratum::Records, pair, &stored)?)
    }
}
