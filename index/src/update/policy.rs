//! Which segments are merged, so that a query visits few and few dead documents?
//!
//! Segments are put into tiers by how many entities live in them, each tier [`FANOUT`] times as large as the one
//! below. A tier that is full becomes one segment, most often of the next tier, so that an entity is rewritten about
//! once per tier. A segment with too many dead documents is rewritten alone. Of a million entities there are four
//! tiers, hence at most sixteen segments beside those that wait for a merge.
//!
//! It does not know which entities are dead, nor how fast they die.

use std::collections::BTreeMap;

use tantivy::index::SegmentMeta;

/// Segments of a tier that are merged together. A query looks every gram up in every segment, and an entity is
/// rewritten once per tier: a larger number makes more segments, a smaller one more tiers.
pub(super) const FANOUT: usize = 5;
/// Entities up to which a segment is of the lowest tier: a few seconds of a busy day.
pub(super) const TIER_DOCS_MIN: u64 = 10_000;
/// Share of dead documents from which a segment is rewritten: they cost queries and disk as much as living ones.
pub(super) const DEAD_SHARE_MAX: f64 = 0.2;
/// Entities up to which a merge is small, a matter of seconds. Of larger ones only one runs at a time, so that a thread is
/// left for small ones and segments do not pile up behind it.
pub(super) const SMALL_MERGE_DOCS_MAX: u64 = 100_000;

/// What the policy needs to know of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SegmentSize {
    pub(super) n_alive: u64,
    pub(super) n_dead: u64,
}

impl SegmentSize {
    pub(super) fn of(segment: &SegmentMeta) -> SegmentSize {
        SegmentSize { n_alive: u64::from(segment.num_docs()), n_dead: u64::from(segment.num_deleted_docs()) }
    }

    fn dead_share(self) -> f64 {
        self.n_dead as f64 / (self.n_alive + self.n_dead).max(1) as f64
    }

    fn tier(self) -> u32 {
        (self.n_alive / TIER_DOCS_MIN).checked_ilog(FANOUT as u64).map_or(0, |tier| tier + 1)
    }
}

/// The merges to begin, as places of segments; `running` holds the sizes of those that have not ended.
pub(super) fn merges(segments: &[SegmentSize], running: &[u64]) -> Vec<Vec<usize>> {
    let mut tiers: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (segment_idx, segment) in segments.iter().enumerate() {
        tiers.entry(segment.tier()).or_default().push(segment_idx);
    }
    let (full, rest): (Vec<Vec<usize>>, Vec<Vec<usize>>) = tiers.into_values().partition(|tier| tier.len() >= FANOUT);
    let mut decayed: Vec<usize> = rest.concat();
    decayed.retain(|&segment_idx| segments[segment_idx].dead_share() > DEAD_SHARE_MAX);
    decayed.sort_by(|&a, &b| segments[b].dead_share().total_cmp(&segments[a].dead_share()));
    // Decay before growth among the large: it is what has no other bound.
    let wanted = decayed.into_iter().map(|segment_idx| vec![segment_idx]).chain(full);
    let n_docs = |merge: &[usize]| merge.iter().map(|&segment_idx| segments[segment_idx].n_alive).sum::<u64>();
    let mut is_large_running = running.iter().any(|&n_docs| n_docs > SMALL_MERGE_DOCS_MAX);
    let mut begun = Vec::new();
    for merge in wanted {
        let is_large = n_docs(&merge) > SMALL_MERGE_DOCS_MAX;
        if is_large && is_large_running {
            continue;
        }
        is_large_running |= is_large;
        begun.push(merge);
    }
    begun
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(segments: &[(u64, u64)], running: &[u64], expect: &[&[usize]]) {
        let sizes: Vec<SegmentSize> =
            segments.iter().map(|&(n_alive, n_dead)| SegmentSize { n_alive, n_dead }).collect();
        assert_eq!(merges(&sizes, running), expect, "{segments:?} beside {running:?}");
    }

    #[test]
    fn a_full_tier_becomes_one_segment() {
        check(&[(9_000, 0); 4], &[], &[]);
        check(&[(1, 0), (2, 0), (3, 0), (4, 0), (1_000_000, 0), (9_999, 0)], &[], &[&[0, 1, 2, 3, 5]]);
        check(&[(10_000, 0), (1, 0), (2, 0), (3, 0), (4, 0)], &[], &[]);
    }

    #[test]
    fn a_decayed_segment_is_rewritten_alone() {
        check(&[(80, 20), (79, 21), (0, 5)], &[], &[&[2], &[1]]);
    }

    #[test]
    fn one_large_merge_runs_at_a_time() {
        check(&[(200_000, 90_000), (200_000, 91_000), (50, 50)], &[], &[&[2], &[1]]);
        check(&[(200_000, 90_000), (50, 50)], &[SMALL_MERGE_DOCS_MAX + 1], &[&[1]]);
        check(&[(200_000, 90_000), (50, 50)], &[SMALL_MERGE_DOCS_MAX], &[&[1], &[0]]);
    }

    /// Commits of 3,000 entities for an hour, every merge ending at once: the tiers stay as few as they promise.
    #[test]
    fn segments_stay_few() {
        let mut segments = vec![SegmentSize { n_alive: 250_000, n_dead: 0 }; 4];
        for _ in 0..3_600 {
            segments.push(SegmentSize { n_alive: 3_000, n_dead: 0 });
            for wanted in merges(&segments.clone(), &[]) {
                let n_alive = wanted.iter().map(|&idx| segments[idx].n_alive).sum();
                segments.push(SegmentSize { n_alive, n_dead: 0 });
                wanted.iter().for_each(|&idx| segments[idx].n_alive = 0);
            }
            segments.retain(|segment| segment.n_alive > 0);
            assert!(segments.len() <= 24, "{segments:?}");
        }
    }
}
