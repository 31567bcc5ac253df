//! Where do two clusterings of the same records disagree, and which of them is right?
//!
//! Counts only, from groups of records and not from pairs. Which pairs they are is for those to list who hold the records.

use super::curve::pairs_of_runs;

/// A record of the truth with what two clusterings made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Twice {
    /// Number of the true entity.
    pub truth: u32,
    /// Number of its cluster in the first clustering, if any.
    pub first: Option<u32>,
    /// Number of its cluster in the second clustering, if any.
    pub second: Option<u32>,
}

/// Pairs of records of which only one clustering is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Disagreement {
    /// True pairs that only the first found.
    pub n_found_by_first: u64,
    /// True pairs that only the second found.
    pub n_found_by_second: u64,
    /// False pairs that only the first merged, so that the second is right.
    pub n_merged_by_first: u64,
    /// False pairs that only the second merged, so that the first is right.
    pub n_merged_by_second: u64,
}

/// Counts the pairs of which only one clustering is right.
///
/// ```
/// use minglu_rules::evaluate::{Twice, disagreement};
/// // 甲的两条记录只有前者找到；乙被后者并入甲
/// let rows = [(0, 0, 0), (0, 0, 1), (1, 1, 1)].map(|(truth, first, second)| Twice { truth, first: Some(first), second: Some(second) });
/// let found = disagreement(&rows);
/// assert_eq!((found.n_found_by_first, found.n_merged_by_second), (1, 1));
/// assert_eq!((found.n_found_by_second, found.n_merged_by_first), (0, 0));
/// ```
pub fn disagreement(rows: &[Twice]) -> Disagreement {
    let of = |cluster: fn(&Twice) -> Option<u32>| -> Vec<(u32, u32)> {
        rows.iter().filter_map(|row| Some((row.truth, cluster(row)?))).collect()
    };
    let right =
        |placed: &[(u32, u32)]| pairs_of_runs(placed.iter().map(|&(truth, cluster)| join(truth, cluster)).collect());
    let found = |placed: &[(u32, u32)]| pairs_of_runs(placed.iter().map(|&(_, cluster)| u64::from(cluster)).collect());
    let (first, second) = (of(|row| row.first), of(|row| row.second));
    // Records that both placed, with a number for each pair of clusters: a pair of records is together in both if equal.
    let mut both: Vec<(u64, u32)> =
        rows.iter().filter_map(|row| Some((join(row.first?, row.second?), row.truth))).collect();
    both.sort_unstable();
    let (mut n_found_both, mut n_right_both) = (0, 0);
    for group in both.chunk_by(|a, b| a.0 == b.0) {
        n_found_both += super::n_pairs(group.len() as u64);
        n_right_both += group.chunk_by(|a, b| a == b).map(|run| super::n_pairs(run.len() as u64)).sum::<u64>();
    }
    let (right_first, right_second) = (right(&first), right(&second));
    let n_wrong_both = n_found_both - n_right_both;
    Disagreement {
        n_found_by_first: right_first - n_right_both,
        n_found_by_second: right_second - n_right_both,
        n_merged_by_first: found(&first) - right_first - n_wrong_both,
        n_merged_by_second: found(&second) - right_second - n_wrong_both,
    }
}

fn join(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

#[cfg(test)]
mod tests;
