//! The middle of the line: records → candidates → links → clusters → golden entities, for one kind of entity.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicU64, Ordering};

use minglu_graph::cluster::Clustering;
use minglu_index::block::{self, BlockTable};
use minglu_index::candidate::visit_pairs;
use minglu_rules::compare::compare;
use minglu_rules::decide::Thresholds;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::judgement::{Judgement, Rulings};
use minglu_rules::law::{self, Cut, Leaver, Standing, Tie, TieKind};
use minglu_rules::model::{
    CandidatePair, ComparisonVector, Decision, EntityId, GoldenEntity, Link, Member, Origin, Record, RecordIdx,
    ScoredPair, Source,
};
use minglu_rules::score::{match_key, match_probability, match_weight};
use minglu_rules::survive::survive;
use rayon::prelude::*;

use super::entity::Population;
use super::judged;
use super::report::Stopwatch;
use crate::progress::Progress;

/// What the line found for one kind.
pub struct Resolved {
    /// In anchor order.
    pub records: Vec<Record>,
    /// The model that judged.
    pub model: FrozenModel,
    /// Where each record stands before the law; a build frees them when it has stored their codes.
    pub standings: Vec<Standing>,
    /// Blocks and what was skipped.
    pub blocks: BlockTable,
    /// Accepted links and pairs for review.
    pub links: Vec<Link>,
    /// Records that left the group of their code.
    pub leavers: Vec<Leaver>,
    /// What people ruled on them.
    pub rulings: Rulings,
    /// The partition.
    pub clustering: Clustering,
    /// Base clusters of several records, sorted by their anchors.
    pub base: Vec<Vec<RecordIdx>>,
    /// Of the cuts, those of base clusters; the others part clusters that were to be joined.
    pub n_base_cuts: usize,
    /// Links whose pair has another one that is told: of two records, or of the clusters that they are the anchors of.
    pub shadowed: Vec<Link>,
    /// Pairs that were compared.
    pub n_pairs_compared: u64,
    /// Pairs of clusters that were compared.
    pub n_clusters_compared: u64,
    /// Records whose codes or names are those of two subjects.
    pub n_disputed: usize,
}

impl Resolved {
    /// All records with what judged them.
    pub fn population<'a>(&'a self, has_left: &'a [bool], thresholds: Thresholds) -> Population<'a> {
        let (records, standings, different) = (&self.records, &self.standings, self.rulings.different());
        Population { records, standings, different, has_left, model: &self.model, thresholds }
    }

    /// Whether each record left the group of its code.
    pub fn has_left(&self) -> Vec<bool> {
        let mut has_left = vec![false; self.records.len()];
        self.leavers.iter().for_each(|leaver| has_left[leaver.record.at()] = true);
        has_left
    }
}

/// Records that are ready to be compared.
pub struct Prepared {
    pub(super) records: Vec<Record>,
    pub(super) model: FrozenModel,
    /// Whoever left the group of its code supplies none.
    pub(super) standings: Vec<Standing>,
    pub(super) blocks: BlockTable,
    pub(super) groups: Groups,
    rulings: Rulings,
    n_disputed: usize,
}

/// Forms the blocks and the groups of equal codes of records, which are sorted by key, under a model. Judgements are those
/// in force.
pub fn prepare(
    mut records: Vec<Record>,
    model: FrozenModel,
    sources: &[Source],
    judgements: &[Judgement],
    watch: &mut Stopwatch<'_>,
) -> Prepared {
    let progress = watch.progress();
    progress.start("count words", None);
    block::add_tokens(&mut records, &model);
    watch.lap("tokens");
    progress.start("block", None);
    let blocks = BlockTable::new(&records, &model.schema);
    // Text keys have done their work, and are made again where a record is asked for.
    records.par_iter_mut().for_each(|record| record.tokens = Box::default());
    watch.lap("block");
    let unique = |record: &Record| sources[record.key.source.0 as usize].unique;
    let mut standings: Vec<Standing> =
        records.par_iter().map(|record| law::standing(record, &model.schema, unique(record))).collect();
    let rulings = judged::rule(judgements, &records, &mut standings, sources);
    let groups = group_by_code(&records, &standings, &model);
    let n_disputed = standings.iter().filter(|standing| standing.disputed).count();
    groups.left.iter().for_each(|leaver| standings[leaver.record.at()].disown());
    watch.lap("group by code");
    Prepared { records, model, standings, blocks, groups, rulings, n_disputed }
}

impl Prepared {
    /// Compares two records, without their codes where those of one are somebody else's.
    pub(super) fn compare(&self, pair: CandidatePair) -> ComparisonVector {
        let mut vector = compare(&self.records[pair.a.at()], &self.records[pair.b.at()], &self.model);
        if self.groups.has_left[pair.a.at()] || self.groups.has_left[pair.b.at()] {
            law::silence_codes(&mut vector, &self.model.schema);
        }
        vector
    }
}

/// Compares, decides and clusters.
pub fn resolve(prepared: Prepared, thresholds: Thresholds, watch: &mut Stopwatch<'_>) -> Resolved {
    let progress = watch.progress();
    let comparing = Comparing { prepared: &prepared, thresholds };
    let (mut links, n_pairs_compared) = comparing.link_candidates(progress);
    let groups = &prepared.groups;
    links.par_extend(groups.kept.par_iter().map(|&(record, holder)| comparing.link_of_code(record, holder)));
    links.par_extend(groups.left.par_iter().map(|leaver| comparing.link_of_leaver(leaver)));
    links.extend(prepared.rulings.same.iter().map(|&(a, b)| comparing.link_of_judged(a, b)));
    let Prepared { records, model, standings, mut blocks, groups, rulings, n_disputed } = prepared;
    blocks.forget_keys();
    sort_links(&mut links);
    watch.lap("compare, score, decide");
    progress.start("cluster", None);
    let ties: Vec<Tie> = links.iter().filter_map(tie).collect();
    let (has_left, different) = (&groups.has_left[..], rulings.different());
    let population =
        Population { records: &records, standings: &standings, different, has_left, model: &model, thresholds };
    let mut clustering = population.cluster(&ties);
    drop(ties);
    watch.lap("cluster");
    progress.start("compare clusters", None);
    tell_sides(&mut clustering.cuts, &mut links);
    let (found, n_clusters_compared) = population.link_clusters(&clustering.clusters, &blocks);
    let ties: Vec<Tie> = found.iter().filter_map(tie).collect();
    let base = clustering.clusters.iter().filter(|members| members.len() > 1).cloned().collect();
    let n_base_cuts = clustering.cuts.len();
    let clustering = population.join(clustering, &ties);
    links.reserve_exact(found.len());
    links.extend(found);
    let shadowed = sort_links(&mut links);
    watch.lap("compare clusters");
    let leavers = groups.into_leavers();
    Resolved {
        records,
        model,
        standings,
        blocks,
        links,
        leavers,
        rulings,
        clustering,
        base,
        n_base_cuts,
        shadowed,
        n_pairs_compared,
        n_clusters_compared,
        n_disputed,
    }
}

/// Moves the clusters that spoke against a link to the link.
fn tell_sides(cuts: &mut [Cut], links: &mut [Link]) {
    for Cut { tie, sides, .. } in cuts.iter_mut().filter(|cut| cut.sides.is_some()) {
        let pair = (tie.a, tie.b);
        if let Ok(position) = links.binary_search_by_key(&pair, |link| (link.scored.pair.a, link.scored.pair.b)) {
            links[position].sides = sides.take();
        }
    }
}

/// For so many links of records there is room for one of clusters.
const SHARE_OF_CLUSTERS: usize = 64;

/// Sorts links by their records; a leaver and its nearest record may also be candidates, and so may the anchors of two clusters:
/// a pair is kept once, accepted if either says so, and as judged before all. Returns the others.
fn sort_links(links: &mut Vec<Link>) -> Vec<Link> {
    links.par_sort_unstable_by_key(|link| (link.scored.pair.a, link.scored.pair.b, link_order(link)));
    let mut shadowed = Vec::new();
    let pair = |link: &Link| (link.scored.pair.a, link.scored.pair.b);
    links.dedup_by(|later, kept| {
        let is_same = pair(later) == pair(kept);
        if is_same {
            shadowed.push(later.clone());
        }
        is_same
    });
    // Links of clusters come later, and are few: no room is left for more, and none is taken anew for them.
    links.shrink_to(links.len() + links.len() / SHARE_OF_CLUSTERS);
    shadowed
}

/// Of two links of one pair, the lower is the one that is kept.
pub(crate) fn link_order(link: &Link) -> (bool, Origin) {
    (link.decision != Decision::Match, link.scored.pair.origin)
}

/// The tie of an accepted link.
fn tie(link: &Link) -> Option<Tie> {
    let CandidatePair { a, b, .. } = link.scored.pair;
    let (match_weight, kind) = (link.scored.match_weight, TieKind::of(link));
    (link.decision == Decision::Match).then_some(Tie { a, b, match_weight, kind })
}

/// Records of equal codes: who holds whom, and who left.
pub(super) struct Groups {
    kept: Vec<(RecordIdx, RecordIdx)>,
    left: Vec<Leaver>,
    has_left: Vec<bool>,
}

impl Groups {
    /// What is still asked for once all links are made; the rest is freed.
    fn into_leavers(self) -> Vec<Leaver> {
        self.left
    }
}

/// Parts the records of each valid organization code.
fn group_by_code(records: &[Record], standings: &[Standing], model: &FrozenModel) -> Groups {
    let mut coded: Vec<(u64, RecordIdx)> = standings
        .iter()
        .enumerate()
        .filter_map(|(position, standing)| Some((standing.org?.get(), RecordIdx(position as u32))))
        .collect();
    coded.par_sort_unstable();
    let groups: Vec<&[(u64, RecordIdx)]> = coded.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1).collect();
    let divided: Vec<_> = groups
        .into_par_iter()
        .with_min_len(256)
        .map(|group| {
            let members: Vec<_> = group.iter().map(|(_, idx)| (*idx, &records[idx.at()])).collect();
            law::split_group(&members, &model.schema)
        })
        .collect();
    let mut groups = Groups { kept: vec![], left: vec![], has_left: vec![false; records.len()] };
    for (kept, left) in divided {
        groups.kept.extend(kept);
        left.iter().for_each(|leaver| groups.has_left[leaver.record.at()] = true);
        groups.left.extend(left);
    }
    groups
}

/// Everything that comparing a pair needs.
struct Comparing<'a> {
    prepared: &'a Prepared,
    thresholds: Thresholds,
}

impl Comparing<'_> {
    /// Compares all candidate pairs; returns those worth keeping and how many were compared.
    fn link_candidates(&self, progress: &dyn Progress) -> (Vec<Link>, u64) {
        let Prepared { model, standings, blocks, .. } = self.prepared;
        let n_compared = AtomicU64::new(0);
        let (_, review) = self.thresholds.match_weights();
        let n_pairs: u64 = blocks.report.iter().map(|rule| rule.n_pairs).sum();
        progress.start("compare", Some(n_pairs));
        let links = visit_pairs(blocks, &model.schema, |pair| {
            let (a, b) = (&standings[pair.a.at()], &standings[pair.b.at()]);
            let same_code = a.org.is_some() && a.org == b.org;
            // What the law forbids need not be weighed, and an equal code has been dealt with as a group.
            if law::veto(a, b).is_some() || same_code {
                return None;
            }
            let n = n_compared.fetch_add(1, Ordering::Relaxed);
            if n.is_multiple_of(1 << 16) {
                progress.set(n);
            }
            let scored = self.score(pair);
            if scored.match_weight < review || law::excludes(&scored.vector, &model.schema) {
                return None;
            }
            let (decision, _) = self.thresholds.decide_pair(scored.match_weight, &scored.vector, &model.schema);
            Some(Link { scored, decision, sides: None })
        });
        (links, n_compared.into_inner())
    }

    fn score(&self, pair: CandidatePair) -> ScoredPair {
        let vector = self.prepared.compare(pair);
        let match_weight = match_weight(&vector, &self.prepared.model);
        ScoredPair { pair, vector, match_weight }
    }

    /// The link of two records that a person judged to be one; the judgement decides, and the weight is told.
    fn link_of_judged(&self, a: RecordIdx, b: RecordIdx) -> Link {
        let scored = self.score(CandidatePair { a, b, origin: Origin::Judged });
        Link { scored, decision: Decision::Match, sides: None }
    }

    /// The link of a record to the one that holds it in the group of their code; the code decides, not the weight.
    fn link_of_code(&self, record: RecordIdx, holder: RecordIdx) -> Link {
        let pair = CandidatePair { a: holder.min(record), b: holder.max(record), origin: Origin::Identity };
        Link { scored: self.score(pair), decision: Decision::Match, sides: None }
    }

    /// The pair of a leaver and the nearest record of the group, for review.
    fn link_of_leaver(&self, leaver: &Leaver) -> Link {
        let (a, b) = (leaver.nearest.min(leaver.record), leaver.nearest.max(leaver.record));
        let scored = self.score(CandidatePair { a, b, origin: Origin::Identity });
        Link { scored, decision: Decision::Review, sides: None }
    }
}

/// Entity ids with their records, sorted by anchor.
pub fn clusters(resolved: &Resolved, sources: &[Source]) -> Vec<(EntityId, Vec<RecordIdx>)> {
    let prefix = resolved.model.schema.id_prefix;
    let id = |members: &Vec<RecordIdx>| {
        let anchor = &resolved.records[members[0].at()].key;
        EntityId::of_anchor(prefix, &sources[anchor.source.0 as usize].name, &anchor.id)
    };
    resolved.clustering.clusters.par_iter().map(|members| (id(members), members.clone())).collect()
}

/// Makes golden entities of the clusters of one kind.
pub struct Goldsmith<'a> {
    resolved: &'a Resolved,
    sources: &'a [Source],
    strongest: Vec<Option<usize>>,
    /// Records whose codes are somebody else's, sorted.
    disowned: Vec<RecordIdx>,
}

impl<'a> Goldsmith<'a> {
    /// Finds the strongest link of every record.
    pub fn new(resolved: &'a Resolved, sources: &'a [Source]) -> Self {
        let mut disowned: Vec<RecordIdx> = resolved.leavers.iter().map(|leaver| leaver.record).collect();
        disowned.sort_unstable();
        Self { resolved, sources, strongest: strongest_links(resolved), disowned }
    }

    /// The golden entity of a cluster.
    pub fn make(&self, members: &[RecordIdx]) -> GoldenEntity {
        let record = |idx: RecordIdx| &self.resolved.records[idx.at()];
        let members = members.iter().map(|member| self.member(*member)).collect();
        survive(members, &record, &self.resolved.model.schema, self.sources)
    }

    fn member(&self, record: RecordIdx) -> Member {
        let disowns_codes = self.disowned.binary_search(&record).is_ok();
        let Some(position) = self.strongest[record.at()] else {
            return Member { record, match_probability: 1.0, match_key: String::new(), disowns_codes };
        };
        let link = &self.resolved.links[position];
        let is_weighed = TieKind::of(link) == TieKind::Weight;
        let match_probability = if is_weighed { match_probability(link.scored.match_weight) } else { 1.0 };
        let match_key = match_key(&link.scored.vector, &self.resolved.model);
        Member { record, match_probability, match_key, disowns_codes }
    }
}

/// For each record, the position of the strongest accepted link inside its cluster.
fn strongest_links(resolved: &Resolved) -> Vec<Option<usize>> {
    let mut cluster_of = vec![0_u32; resolved.records.len()];
    for (position, cluster) in resolved.clustering.clusters.iter().enumerate() {
        cluster.iter().for_each(|record| cluster_of[record.at()] = position as u32);
    }
    let mut strongest: Vec<Option<usize>> = vec![None; resolved.records.len()];
    let strength = |link: &Link| (Reverse(TieKind::of(link)), link.scored.match_weight);
    for (position, link) in resolved.links.iter().enumerate() {
        let CandidatePair { a, b, .. } = link.scored.pair;
        if link.decision != Decision::Match || cluster_of[a.at()] != cluster_of[b.at()] {
            continue;
        }
        for end in [a, b] {
            let known = &mut strongest[end.at()];
            if known.is_none_or(|best| strength(&resolved.links[best]) < strength(link)) {
                *known = Some(position);
            }
        }
    }
    strongest
}
