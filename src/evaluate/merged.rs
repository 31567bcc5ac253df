//! Which records were merged that are not one?
//!
//! Accepted links inside clusters between different true entities, the heaviest first. Pairs that such links only connect
//! are not listed: the link is the error, they follow from it.

use hashbrown::HashSet;
use minglu_rules::model::{Decision, Link, Origin, RecordIdx};
use serde::Serialize;

use super::examine::{Examination, ExaminedKind};
use super::pair::{PairReport, Shown, pair_report};
use crate::error::Result;

/// Links between different true entities.
#[derive(Debug, Clone, Serialize)]
pub struct FalseMerges {
    /// Links inside clusters whose records are of different true entities.
    pub n_links: u64,
    /// Those of them that an equal code made, whatever they weigh.
    pub n_links_by_code: u64,
    /// Clusters with such links.
    pub n_clusters: u64,
    /// The heaviest, one of each cluster.
    pub worst: Vec<PairReport>,
}

/// Counts false links and shows the heaviest.
pub(super) fn report(examination: &Examination<'_>, kind: &ExaminedKind, n_errors: usize) -> Result<FalseMerges> {
    let links = false_links(kind, &|_| true);
    let clusters: HashSet<u32> = links.iter().map(|link| cluster_of(kind, link)).collect();
    Ok(FalseMerges {
        n_links: links.len() as u64,
        n_links_by_code: links.iter().filter(|link| link.scored.pair.origin == Origin::Identity).count() as u64,
        n_clusters: clusters.len() as u64,
        worst: shown(examination, kind, &heaviest(kind, links, n_errors))?,
    })
}

/// The heaviest false links among those that are asked for.
pub(super) fn worst(
    examination: &Examination<'_>,
    kind: &ExaminedKind,
    n_errors: usize,
    is_asked: &dyn Fn(RecordIdx, RecordIdx) -> bool,
) -> Result<Vec<PairReport>> {
    let links = false_links(kind, &|link| is_asked(link.scored.pair.a, link.scored.pair.b));
    shown(examination, kind, &heaviest(kind, links, n_errors))
}

fn false_links<'a>(kind: &'a ExaminedKind, is_asked: &dyn Fn(&Link) -> bool) -> Vec<&'a Link> {
    let is_false = |link: &&Link| {
        let pair = &link.scored.pair;
        link.decision == Decision::Match
            && kind.cluster_of[pair.a.at()] == kind.cluster_of[pair.b.at()]
            && kind.is_true(pair.a, pair.b) == Some(false)
            && is_asked(link)
    };
    kind.resolved.links.iter().filter(is_false).collect()
}

fn cluster_of(kind: &ExaminedKind, link: &Link) -> u32 {
    kind.cluster_of[link.scored.pair.a.at()]
}

/// The heaviest links, one of each cluster.
fn heaviest<'a>(kind: &ExaminedKind, mut links: Vec<&'a Link>, n_errors: usize) -> Vec<&'a Link> {
    links.sort_by(|x, y| {
        let heavier = y.scored.match_weight.total_cmp(&x.scored.match_weight);
        heavier.then(x.scored.pair.cmp(&y.scored.pair))
    });
    let mut seen = HashSet::new();
    links.retain(|link| seen.insert(cluster_of(kind, link)));
    links.truncate(n_errors);
    links
}

fn shown(examination: &Examination<'_>, kind: &ExaminedKind, links: &[&Link]) -> Result<Vec<PairReport>> {
    let report = |link: &&Link| {
        let scored = &link.scored;
        let records = (scored.pair.a, scored.pair.b);
        let shown = Shown {
            records,
            vector: &scored.vector,
            match_weight: scored.match_weight,
            law: None,
            sides: link.sides.as_deref().filter(|_| scored.pair.origin == Origin::Profile),
        };
        pair_report(examination, kind, &shown)
    };
    links.iter().map(report).collect()
}
