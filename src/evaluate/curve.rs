//! What would other thresholds have done to a register?
//!
//! The links of the line are clustered again at each step of a ladder, with the law's cut, as the line does it. Links of an
//! equal code hold at every step, since no weight decides them; links that the law leaves to a person hold at none.

use minglu_index::candidate::are_candidates;
use minglu_rules::evaluate::{
    Bin, CurvePoint, Judged, PairCounts, WeighedLink, count_links, count_pairs, histogram, ladder,
};
use minglu_rules::law::{self, Tie, TieKind};
use minglu_rules::model::{CandidatePair, Decision, Link, Origin, RecordIdx};
use rayon::prelude::*;

use super::examine::ExaminedKind;

/// Links that weight decides.
pub(super) struct Weighed {
    /// Those between records, as ties.
    ties: Vec<Tie>,
    /// Those between clusters, as ties of their anchors.
    ties_of_clusters: Vec<Tie>,
    /// Those whose records the truth knows.
    judged: Vec<WeighedLink>,
}

/// The links of a kind that weight decides.
pub(super) fn weighed_links(kind: &ExaminedKind) -> Weighed {
    let links = kind.resolved.links.par_iter().filter(|link| is_weighed(kind, link));
    let is_of_clusters = |link: &&Link| link.scored.pair.origin == Origin::Profile;
    let (of_clusters, of_records): (Vec<&Link>, Vec<&Link>) = links.partition(is_of_clusters);
    let ties = |links: Vec<&Link>| -> Vec<Tie> { links.into_iter().map(tie).collect() };
    let (ties, ties_of_clusters) = (ties(of_records), ties(of_clusters));
    let judge = |tie: &Tie| Some(WeighedLink { match_weight: tie.match_weight, is_true: kind.is_true(tie.a, tie.b)? });
    let judged = ties.iter().chain(&ties_of_clusters).filter_map(judge).collect();
    Weighed { ties, ties_of_clusters, judged }
}

/// Weight decides pairs of blocks that rest on enough. A pair kept as that of a leaver is one of them if it is also a
/// candidate that the law allows: then the line weighed it as any other, and would have kept it for its weight.
fn is_weighed(kind: &ExaminedKind, link: &Link) -> bool {
    let CandidatePair { a, b, origin } = link.scored.pair;
    let schema = &kind.resolved.model.schema;
    if law::lacks_independence(&link.scored.vector, schema).is_some() {
        return false;
    }
    let standings = &kind.resolved.standings;
    match (origin, link.decision) {
        (Origin::Judged, _) | (Origin::Identity, Decision::Match) => false,
        (Origin::Identity, _) => {
            link.scored.match_weight >= kind.thresholds.match_weights().1
                && are_candidates(&kind.resolved.blocks, a, b)
                && law::veto(&standings[a.at()], &standings[b.at()]).is_none()
                && !law::excludes(&link.scored.vector, schema)
        }
        _ => true,
    }
}

fn tie(link: &Link) -> Tie {
    let CandidatePair { a, b, .. } = link.scored.pair;
    Tie { a, b, match_weight: link.scored.match_weight, kind: TieKind::of(link) }
}

/// The links that weight decides, by match weight.
pub(super) fn histogram_of(weighed: &Weighed) -> Vec<Bin> {
    histogram(&weighed.judged)
}

/// The figures at each step of the ladder.
pub(super) fn curve(kind: &ExaminedKind, weighed: &Weighed) -> Vec<CurvePoint> {
    let settled = kind.resolved.links.iter().map(tie).filter(|tie| tie.kind != TieKind::Weight);
    let settled: Vec<Tie> = settled.collect();
    let point = |match_weight_min: f64| {
        let accepted = |ties: &[Tie]| -> Vec<Tie> {
            ties.iter().filter(|tie| tie.match_weight >= match_weight_min).copied().collect()
        };
        let mut ties = accepted(&weighed.ties);
        ties.extend(&settled);
        let pairs = pairs_of(kind, &ties, &accepted(&weighed.ties_of_clusters));
        CurvePoint::new(match_weight_min, pairs, count_links(&weighed.judged, match_weight_min))
    };
    ladder(&kind.thresholds).into_iter().map(point).collect()
}

/// Pairs of the clusters that some ties make, and then some ties between clusters.
fn pairs_of(kind: &ExaminedKind, ties: &[Tie], of_clusters: &[Tie]) -> PairCounts {
    let resolved = &kind.resolved;
    let has_left = resolved.has_left();
    let population = resolved.population(&has_left, kind.thresholds);
    let base = population.cluster(ties);
    // At another threshold an anchor may stand in a larger cluster, whose anchor then speaks for it.
    let mut anchor_of = vec![RecordIdx(0); resolved.records.len()];
    for members in &base.clusters {
        members.iter().for_each(|member| anchor_of[member.at()] = members[0]);
    }
    let moved = of_clusters.iter().map(|tie| (anchor_of[tie.a.at()], anchor_of[tie.b.at()], tie));
    let moved = moved.filter(|(a, b, _)| a != b).map(|(a, b, tie)| Tie { a: a.min(b), b: a.max(b), ..*tie });
    let clustering = population.join(base, &moved.collect::<Vec<Tie>>());
    let mut judged = kind.missing.clone();
    for (position, members) in clustering.clusters.iter().enumerate() {
        let known = members.iter().filter_map(|record| kind.truths[record.at()]);
        judged.extend(known.map(|truth| Judged { truth, cluster: Some(position as u32) }));
    }
    count_pairs(&judged)
}
