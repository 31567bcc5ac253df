//! Which clusters say together what no two of their records say, once some of them have changed?
//!
//! The second stratum (docs/methods/clustering.md): a changed base cluster is compared with every cluster that shares a
//! blocking key with it within the cap, which counts clusters here; blocks that cross that cap are looked at again, and so
//! are blocks whose records cross theirs, because two single records are compared here only where they were not there.

use std::collections::BTreeSet;

use hashbrown::{HashMap, HashSet};
use minglu_graph::store::convert::store_link;
use minglu_graph::store::draft::{BlockFamily, Blocks as BlockReader, Stratum};
use minglu_rules::blocking;
use minglu_rules::model::{Decision, Link, Record, RecordIdx};
use minglu_rules::profile::N_RECORDS_MAX;
use rayon::prelude::*;

use super::base::Bases;
use super::block::Blocks;
use super::{Pair, Shared, Update, reach};
use crate::error::Result;

/// Pairs of clusters that one thread decides at a time.
const N_PAIRS_PER_CHUNK: usize = 8;

/// Keys that one thread reads at a time.
const N_KEYS_PER_CHUNK: usize = 32;

/// Clusters whose keys one thread makes at a time.
const N_CLUSTERS_PER_CHUNK: usize = 8;

/// The clusters that have a key.
#[derive(Debug, Clone, Default)]
struct ClusterBlock {
    /// Anchors after the change, as far as the cap lets them matter.
    anchors: BTreeSet<u32>,
    is_within: bool,
    was_within: bool,
    /// The records of the block are within the cap of records.
    is_within_of_records: bool,
    was_within_of_records: bool,
}

/// The clusters of the second stratum that have to be joined anew.
pub(super) struct Touched(HashSet<u32>);

/// Final clusters, with what they were made of.
pub(super) struct Joined {
    /// Records of each cluster, in anchor order.
    pub(super) clusters: Vec<Vec<u32>>,
}

impl Update<'_> {
    /// Compares changed clusters with their neighbors.
    pub(super) fn relink_clusters(&mut self, blocks: &Blocks, bases: &Bases) -> Result<Touched> {
        let old_keys = self.move_clusters(bases)?;
        let new_keys: Vec<Vec<u64>> = bases
            .new
            .par_iter()
            .with_min_len(N_CLUSTERS_PER_CHUNK)
            .map(|members| self.cluster_keys(members))
            .collect::<Result<_>>()?;
        let cluster_blocks = self.read_cluster_blocks((bases, &old_keys), &new_keys)?;
        let pairs = self.cluster_pairs(blocks, (bases, &new_keys), &cluster_blocks)?;
        let decided = self.decide_clusters(&pairs)?;
        let mut touched: HashSet<u32> = bases.touched.iter().copied().collect();
        touched.extend(bases.new.iter().map(|members| members[0]));
        let anchors: BTreeSet<u32> = bases.old.iter().chain(&bases.new).map(|members| members[0]).collect();
        let mut unmade: Vec<Pair> = Vec::new();
        let mut reader = self.draft.links(Stratum::Clusters)?;
        for anchor in anchors {
            let others = reader.of(anchor)?;
            let others = others.into_iter().map(|(other, _)| (anchor, other));
            unmade.extend(others.filter(|(a, b)| !decided.contains_key(&(*a, *b)) && !decided.contains_key(&(*b, *a))));
        }
        drop(reader);
        for (pair, link) in decided {
            match link {
                Some(link) => self.make_cluster_link(pair, &link, &mut touched)?,
                None => unmade.push(pair),
            }
        }
        for pair in unmade {
            if let Some(link) = self.draft.link(Stratum::Clusters, pair.0, pair.1)? {
                self.draft.remove_link(Stratum::Clusters, pair);
                if link.accepted {
                    touched.extend([pair.0, pair.1]);
                }
            }
        }
        touched.retain(|anchor| self.is_live(*anchor) && self.base_of(*anchor) == *anchor);
        Ok(Touched(touched))
    }

    /// Takes changed clusters out of the blocks that only their records together were in, and puts them into those that
    /// they are in. Returns the keys that each old cluster had.
    fn move_clusters(&mut self, bases: &Bases) -> Result<Vec<Vec<u64>>> {
        let of_old = |members: &Vec<u32>| {
            let loaded = members.iter().map(|member| self.load_old(*member)).collect::<Result<Vec<_>>>()?;
            let loaded: Vec<Shared> = loaded.into_iter().flatten().collect();
            let combined = self.combined_keys(&loaded);
            Ok((self.with_record_keys(combined.clone(), &loaded), combined))
        };
        let of_new = |members: &Vec<u32>| {
            let loaded = members.iter().map(|member| self.load(*member)).collect::<Result<Vec<_>>>()?;
            Ok(self.combined_keys(&loaded))
        };
        let old: Vec<(Vec<u64>, Vec<u64>)> =
            bases.old.par_iter().with_min_len(N_CLUSTERS_PER_CHUNK).map(of_old).collect::<Result<_>>()?;
        let new: Vec<Vec<u64>> =
            bases.new.par_iter().with_min_len(N_CLUSTERS_PER_CHUNK).map(of_new).collect::<Result<_>>()?;
        let model_idx = self.model_idx as u32;
        for (members, (_, combined)) in bases.old.iter().zip(&old) {
            for &key in combined {
                self.draft.remove_from_block(BlockFamily::Clusters, (model_idx, key), members[0]);
            }
        }
        for (members, combined) in bases.new.iter().zip(new) {
            for key in combined {
                self.draft.put_in_block(BlockFamily::Clusters, (model_idx, key), members[0]);
            }
        }
        Ok(old.into_iter().map(|(keys, _)| keys).collect())
    }

    /// The keys of a cluster after the change, but those of stars.
    fn cluster_keys(&self, members: &[u32]) -> Result<Vec<u64>> {
        let loaded = members.iter().map(|member| self.load(*member)).collect::<Result<Vec<_>>>()?;
        Ok(self.with_record_keys(self.combined_keys(&loaded), &loaded))
    }

    fn combined_keys(&self, members: &[Shared]) -> Vec<u64> {
        if members.len() < 2 {
            return Vec::new();
        }
        let records: Vec<&Record> = members.iter().take(N_RECORDS_MAX).map(|loaded| &loaded.record).collect();
        blocking::combined_keys(&records, self.schema())
    }

    fn with_record_keys(&self, mut keys: Vec<u64>, members: &[Shared]) -> Vec<u64> {
        keys.extend(members.iter().flat_map(|loaded| &loaded.keys).filter(|key| !self.is_star(**key)));
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn read_cluster_blocks(
        &self,
        (bases, old_keys): (&Bases, &[Vec<u64>]),
        new_keys: &[Vec<u64>],
    ) -> Result<HashMap<u64, ClusterBlock>> {
        let mut had: HashMap<u64, BTreeSet<u32>> = HashMap::new();
        let mut have: HashMap<u64, BTreeSet<u32>> = HashMap::new();
        for (lists, anchors, keys) in [(&mut had, &bases.old, old_keys), (&mut have, &bases.new, new_keys)] {
            for (members, keys) in anchors.iter().zip(keys) {
                for key in keys {
                    lists.entry(*key).or_default().insert(members[0]);
                }
            }
        }
        let mut keys: Vec<u64> = had.keys().chain(have.keys()).copied().collect();
        keys.sort_unstable();
        keys.dedup();
        let nobody = BTreeSet::new();
        let of_chunk = |chunk: &[u64]| {
            let of = |key: &u64| (had.get(key).unwrap_or(&nobody), have.get(key).unwrap_or(&nobody));
            let mut readers = self.block_readers()?;
            let blocks = chunk.iter().map(|key| Ok((*key, self.read_cluster_block(*key, of(key), &mut readers)?)));
            blocks.collect::<Result<Vec<_>>>()
        };
        let found: Vec<Vec<_>> = keys.par_chunks(N_KEYS_PER_CHUNK).map(of_chunk).collect::<Result<_>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    fn block_readers(&self) -> Result<(BlockReader<'_>, BlockReader<'_>)> {
        Ok((self.draft.blocks(BlockFamily::Records)?, self.draft.blocks(BlockFamily::Clusters)?))
    }

    /// Reads the clusters that have a key; `had` and `have` are the changed ones that had it and that have it.
    fn read_cluster_block(
        &self,
        key: u64,
        (had, have): (&BTreeSet<u32>, &BTreeSet<u32>),
        (of_records, of_clusters): &mut (BlockReader<'_>, BlockReader<'_>),
    ) -> Result<ClusterBlock> {
        let (cap, place) = (self.cap(key), (self.model_idx as u32, key));
        let n_anchors_max = cap + had.len() + have.len() + 1;
        let mut anchors = BTreeSet::new();
        let mut n_records = 0;
        of_records.each(place, |ordinal| {
            n_records += 1;
            anchors.insert(self.base_of(ordinal));
            anchors.len() < n_anchors_max
        })?;
        of_clusters.each(place, |anchor| {
            anchors.insert(anchor);
            anchors.len() < n_anchors_max
        })?;
        let n_before = anchors.iter().filter(|anchor| !have.contains(*anchor)).count() + had.len();
        let is_whole = anchors.len() < n_anchors_max;
        let (n_added, n_removed) = self.deltas.get(&key).copied().unwrap_or_default();
        Ok(ClusterBlock {
            is_within: is_whole && anchors.len() <= cap,
            was_within: is_whole && n_before <= cap,
            is_within_of_records: is_whole && n_records <= cap,
            was_within_of_records: is_whole && n_records + n_removed <= cap + n_added,
            anchors,
        })
    }

    /// Pairs of clusters to decide: the lower anchor first, and whether they share a key that makes them candidates.
    fn cluster_pairs(
        &self,
        blocks: &Blocks,
        (bases, new_keys): (&Bases, &[Vec<u64>]),
        cluster_blocks: &HashMap<u64, ClusterBlock>,
    ) -> Result<HashMap<Pair, bool>> {
        let mut pairs: HashMap<Pair, bool> = HashMap::new();
        let mut again: HashSet<Pair> = HashSet::new();
        let unordered = |a: u32, b: u32| (a.min(b), a.max(b));
        for (members, keys) in bases.new.iter().zip(new_keys) {
            let anchor = members[0];
            for block in keys.iter().filter_map(|key| cluster_blocks.get(key)).filter(|block| block.is_within) {
                for &other in block.anchors.iter().filter(|other| **other != anchor) {
                    // Two single records are candidates only if no block of records made them so.
                    let are_single = members.len() == 1 && self.members(other).len() == 1;
                    let shares = pairs.entry(unordered(anchor, other)).or_insert(true);
                    *shares &= !are_single || !block.is_within_of_records;
                }
            }
            for member in members {
                for pair in self.star_partners(*member)?.into_iter().filter(|(a, b)| a != b) {
                    // The star made two single records candidates already.
                    pairs.insert(pair, self.members(pair.0).len() + self.members(pair.1).len() > 2);
                }
            }
        }
        let crosses = |block: &&ClusterBlock| {
            block.is_within != block.was_within || block.is_within_of_records != block.was_within_of_records
        };
        for block in cluster_blocks.values().filter(crosses) {
            self.note_crossing_clusters(block, &mut again)?;
        }
        for star in &blocks.new_firsts {
            if let Some(first) = star.members.first().map(|first| self.base_of(*first)) {
                again.extend(star.members.iter().map(|other| unordered(first, self.base_of(*other))));
            }
            if let Some(before) = star.before.filter(|before| self.is_live(*before)).map(|before| self.base_of(before))
            {
                let others = self.draft.links(Stratum::Clusters)?.of(before)?;
                again.extend(others.into_iter().map(|(other, _)| unordered(before, other)));
            }
        }
        let live = |anchor: u32| self.is_live(anchor) && self.base_of(anchor) == anchor;
        for (a, b) in again.into_iter().filter(|(a, b)| a != b && live(*a) && live(*b)) {
            if !pairs.get(&(a, b)).is_some_and(|shares| *shares) {
                pairs.insert((a, b), self.are_cluster_candidates(a, b, cluster_blocks)?);
            }
        }
        Ok(pairs)
    }

    /// Pairs of the clusters of a record and of those that a star makes its partners.
    fn star_partners(&self, ordinal: u32) -> Result<Vec<Pair>> {
        let mut partners = Vec::new();
        let loaded = self.load(ordinal)?;
        for &key in loaded.keys.iter().filter(|key| self.is_star(**key)) {
            let mut members = Vec::new();
            let mut reader = self.draft.blocks(BlockFamily::Records)?;
            reader.list((self.model_idx as u32, key), 1, &mut members)?;
            if members.first() == Some(&ordinal) {
                reader.list((self.model_idx as u32, key), usize::MAX, &mut members)?;
            }
            let base = self.base_of(ordinal);
            partners.extend(
                members.iter().map(|other| self.base_of(*other)).map(|other| (base.min(other), base.max(other))),
            );
        }
        Ok(partners)
    }

    /// All pairs of a block that is within its cap, and linked ones of one that is not any more.
    fn note_crossing_clusters(&self, block: &ClusterBlock, again: &mut HashSet<Pair>) -> Result<()> {
        for &anchor in &block.anchors {
            if block.is_within {
                again.extend(block.anchors.range(anchor + 1..).map(|other| (anchor, *other)));
            }
            for (other, _) in self.draft.links(Stratum::Clusters)?.of(anchor)? {
                if block.anchors.contains(&other) {
                    again.insert((anchor.min(other), anchor.max(other)));
                }
            }
        }
        Ok(())
    }

    /// Whether two clusters are candidates, by all their keys.
    fn are_cluster_candidates(&self, a: u32, b: u32, known: &HashMap<u64, ClusterBlock>) -> Result<bool> {
        let (of_a, of_b) = (self.members(a), self.members(b));
        let are_single = of_a.len() + of_b.len() == 2;
        let nobody = BTreeSet::new();
        let (keys, others) = (self.cluster_keys(&of_a)?, self.cluster_keys(&of_b)?);
        let mut shares = false;
        for key in keys.into_iter().filter(|key| others.binary_search(key).is_ok()) {
            let block = match known.get(&key) {
                Some(block) => block.clone(),
                None => self.read_cluster_block(key, (&nobody, &nobody), &mut self.block_readers()?)?,
            };
            if block.is_within && are_single && block.is_within_of_records {
                return Ok(false);
            }
            shares |= block.is_within;
        }
        if !shares || are_single {
            let mut are_partners = false;
            for member in &of_a {
                are_partners |= self.star_partners(*member)?.contains(&(a.min(b), a.max(b)));
            }
            return Ok(if are_single { shares && !are_partners } else { are_partners });
        }
        Ok(shares)
    }

    fn decide_clusters(&self, pairs: &HashMap<Pair, bool>) -> Result<HashMap<Pair, Option<Link>>> {
        let mut listed: Vec<(Pair, bool)> = pairs.iter().map(|(pair, shares)| (*pair, *shares)).collect();
        listed.sort_unstable();
        let one = |&((a, b), shares): &(Pair, bool)| {
            let link = if shares { self.cluster_link(a, b)? } else { None };
            Ok(((a, b), link))
        };
        let decided = listed.par_iter().with_min_len(N_PAIRS_PER_CHUNK).map(one).collect::<Result<Vec<_>>>()?;
        Ok(decided.into_iter().collect())
    }

    /// The link of two clusters by their anchors; the positions in it are ordinals.
    fn cluster_link(&self, a: u32, b: u32) -> Result<Option<Link>> {
        // Most pairs are told apart by their anchors alone.
        let (first, second) = (self.load(a)?, self.load(b)?);
        if minglu_rules::law::veto(&self.standing(&first), &self.standing(&second)).is_some() {
            return Ok(None);
        }
        let (of_a, of_b) = (self.members(a), self.members(b));
        let locals = self.locals(of_a.iter().chain(&of_b).copied())?;
        let positions = |members: &[u32]| -> Vec<RecordIdx> {
            let mut positions: Vec<RecordIdx> = members.iter().map(|member| locals.positions[member]).collect();
            positions.sort_unstable();
            positions
        };
        let (of_a, of_b) = (positions(&of_a), positions(&of_b));
        let (of_a, of_b) = if of_a[0] < of_b[0] { (of_a, of_b) } else { (of_b, of_a) };
        let population = locals.population(self);
        if !population.may_join(&of_a, &of_b) {
            return Ok(None);
        }
        let Some(mut link) = population.link(&of_a, &of_b) else { return Ok(None) };
        let ordinal = |idx: &mut RecordIdx| *idx = RecordIdx(locals.ordinal(*idx));
        ordinal(&mut link.scored.pair.a);
        ordinal(&mut link.scored.pair.b);
        if let Some(sides) = &mut link.sides {
            sides.a.iter_mut().chain(&mut sides.b).for_each(ordinal);
        }
        Ok(Some(link))
    }

    fn make_cluster_link(&mut self, pair: Pair, link: &Link, touched: &mut HashSet<u32>) -> Result<()> {
        let waits = link.decision == Decision::Review;
        let scored = &link.scored;
        let why = || self.thresholds().decide_pair(scored.match_weight, &scored.vector, self.schema()).1;
        let mut stored = store_link(link, waits.then(why).flatten(), &|idx| idx.0);
        let before = self.draft.link(Stratum::Clusters, pair.0, pair.1)?;
        if let Some(before) = &before {
            if before.accepted && stored.accepted {
                stored.veto = before.veto.clone();
            }
            if *before == stored {
                return Ok(());
            }
        }
        if stored.accepted || before.as_ref().is_some_and(|before| before.accepted) {
            touched.extend([pair.0, pair.1]);
        }
        Ok(self.draft.put_link(Stratum::Clusters, pair, &stored)?)
    }

    /// Joins the components of touched clusters anew.
    pub(super) fn join(&mut self, touched: &Touched) -> Result<Joined> {
        let mut accepted = HashMap::new();
        let mut reader = self.draft.links(Stratum::Clusters)?;
        let reached = reach(touched.0.iter().copied(), |anchor| {
            let links = reader.accepted(anchor)?;
            let others = links.iter().map(|(other, _)| *other).collect();
            accepted.insert(anchor, links);
            Ok(others)
        })?;
        drop(reader);
        let locals = self.locals(reached.iter().flat_map(|anchor| self.members(*anchor)))?;
        let mut nodes: Vec<Vec<RecordIdx>> = Vec::with_capacity(reached.len());
        for anchor in &reached {
            let mut node: Vec<RecordIdx> =
                self.members(*anchor).iter().map(|member| locals.positions[member]).collect();
            node.sort_unstable();
            nodes.push(node);
        }
        nodes.sort_unstable();
        let mut ties = Vec::new();
        for (a, links) in &accepted {
            let a = locals.positions[a];
            let tie = |(b, link): &(u32, _)| Self::tie((a, locals.positions[b]), link);
            ties.extend(links.iter().map(tie).filter(|tie| tie.a == a));
        }
        ties.sort_unstable_by_key(|tie| (tie.a, tie.b));
        let base = minglu_graph::cluster::Clustering { clusters: nodes, ..Default::default() };
        let clustering = locals.population(self).join(base, &ties);
        let links = accepted.into_iter().flat_map(|(a, links)| links.into_iter().map(move |(b, link)| ((a, b), link)));
        self.tell_cuts(Stratum::Clusters, &locals, links.collect(), &clustering.cuts)?;
        Ok(Joined { clusters: clustering.clusters.iter().map(|members| locals.ordinals(members)).collect() })
    }
}
