//! What would other thresholds have done to a register?
//!
//! The links of the line are clustered again at each step of a ladder, with the law's cut, as the line does it. Links of an
//! equal code hold at every step, since no weight decides them; links that the law leaves to a person hold at none.

use minglu_graph::cluster::cluster;
use minglu_index::candidate::are_candidates;
use minglu_rules::evaluate::{
    Bin, CurvePoint, Judged, PairCounts, WeighedLink, count_links, count_pairs, histogram, ladder,
};
use minglu_rules::law::{self, Exclusion, Tie};
use minglu_rules::model::{CandidatePair, Decision, Link, Origin, RecordIdx};
use rayon::prelude::*;

use super::examine::ExaminedKind;

/// Links that weight decides.
pub(super) struct Weighed {
    /// All of them, as ties.
    ties: Vec<Tie>,
    /// Those whose records the truth knows.
    judged: Vec<WeighedLink>,
}

/// The links of a kind that weight decides.
pub(super) fn weighed_links(kind: &ExaminedKind) -> Weighed {
    let links = kind.resolved.links.par_iter().filter(|link| is_weighed(kind, link));
    let ties: Vec<Tie> = links.map(tie).collect();
    let judge = |tie: &Tie| Some(WeighedLink { match_weight: tie.match_weight, is_true: kind.is_true(tie.a, tie.b)? });
    let judged = ties.iter().filter_map(judge).collect();
    Weighed { ties, judged }
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
        (Origin::Identity, Decision::Match) => false,
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
    let CandidatePair { a, b, origin } = link.scored.pair;
    let identity = origin == Origin::Identity && link.decision == Decision::Match;
    Tie { a, b, match_weight: link.scored.match_weight, identity }
}

/// The links that weight decides, by match weight.
pub(super) fn histogram_of(weighed: &Weighed) -> Vec<Bin> {
    histogram(&weighed.judged)
}

/// The figures at each step of the ladder.
pub(super) fn curve(kind: &ExaminedKind, weighed: &Weighed) -> Vec<CurvePoint> {
    let by_code = |link: &&Link| link.scored.pair.origin == Origin::Identity && link.decision == Decision::Match;
    let by_code: Vec<Tie> = kind.resolved.links.iter().filter(by_code).map(tie).collect();
    let point = |match_weight_min: f64| {
        let accepted = weighed.ties.iter().filter(|tie| tie.match_weight >= match_weight_min);
        let ties: Vec<Tie> = by_code.iter().chain(accepted).copied().collect();
        CurvePoint::new(match_weight_min, pairs_of(kind, &ties), count_links(&weighed.judged, match_weight_min))
    };
    ladder(&kind.thresholds).into_iter().map(point).collect()
}

/// Pairs of the clusters that some ties make under the law.
fn pairs_of(kind: &ExaminedKind, ties: &[Tie]) -> PairCounts {
    let resolved = &kind.resolved;
    let (records, model) = (&resolved.records, &resolved.model);
    let excluded = |a: RecordIdx, b: RecordIdx| law::are_excluded(&records[a.at()], &records[b.at()], model);
    let excluded: Exclusion<'_> = if law::has_exclusive(&model.schema) { Some(&excluded) } else { None };
    let clustering = cluster(ties, &resolved.standings, model.schema.law.n_records_max, excluded);
    let mut judged = kind.missing.clone();
    for (position, members) in clustering.clusters.iter().enumerate() {
        let known = members.iter().filter_map(|record| kind.truths[record.at()]);
        judged.extend(known.map(|truth| Judged { truth, cluster: Some(position as u32) }));
    }
    count_pairs(&judged)
}
