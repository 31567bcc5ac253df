//! How good is a clustering, held against the truth?
//!
//! Pairwise precision and recall, B-cubed (Bagga & Baldwin 1998) and exact clusters, computed from counts and not from
//! pairs. A record of the truth that got no cluster (quarantined) counts against recall. Further modules ask what other
//! thresholds would have done, why a true pair was missed, what each blocking rule finds and where two clusterings
//! disagree. It knows no files.

mod blocking;
mod curve;
mod histogram;
mod missed;
mod versus;

pub use blocking::RuleRecall;
pub use curve::{CurvePoint, PairCounts, WeighedLink, count_links, count_pairs, ladder};
pub use histogram::{Bin, N_BINS_MAX, histogram};
pub use missed::{Missed, MissedFacts, missed};
pub use versus::{Disagreement, Twice, disagreement};

use hashbrown::HashMap;

/// A record of the truth: its true entity, and the cluster it got, if any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Number of the true entity.
    pub truth: u32,
    /// Number of the cluster.
    pub cluster: Option<u32>,
}

/// Precision, recall, and their harmonic mean.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Rates {
    /// Share of what was found that is true.
    pub precision: f64,
    /// Share of what is true that was found.
    pub recall: f64,
    /// 2PR / (P + R).
    pub f1: f64,
}

impl Rates {
    fn new(precision: f64, recall: f64) -> Self {
        let sum = precision + recall;
        Self { precision, recall, f1: if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 } }
    }
}

/// The figures of one evaluation.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evaluation {
    /// Records of the truth that got a cluster.
    pub n_records: u64,
    /// Records of the truth that got none.
    pub n_missing: u64,
    /// Clusters that hold a record of the truth.
    pub n_clusters: u64,
    /// Entities of the truth.
    pub n_entities: u64,
    /// Pairs of records in one true entity.
    pub n_true_pairs: u64,
    /// Over pairs of records.
    pub pairwise: Rates,
    /// Over records.
    pub b_cubed: Rates,
    /// Over clusters that are exactly a true entity.
    pub exact: Rates,
    /// Records in the largest cluster.
    pub n_records_largest: u64,
}

/// Evaluates a clustering.
///
/// ```
/// use minglu_rules::evaluate::{Judged, evaluate};
/// // 甲: two records found together; 乙: two records torn apart
/// let rows = [(0, 0), (0, 0), (1, 1), (1, 2)].map(|(truth, cluster)| Judged { truth, cluster: Some(cluster) });
/// let found = evaluate(&rows);
/// assert_eq!((found.pairwise.precision, found.pairwise.recall), (1.0, 0.5));
/// ```
pub fn evaluate(rows: &[Judged]) -> Evaluation {
    let (mut by_truth, mut by_cluster, mut by_both) = (HashMap::new(), HashMap::new(), HashMap::new());
    let mut by_found_truth = HashMap::new();
    let mut n_records = 0_u64;
    for row in rows {
        *by_truth.entry(row.truth).or_insert(0_u64) += 1;
        if let Some(cluster) = row.cluster {
            n_records += 1;
            *by_cluster.entry(cluster).or_insert(0_u64) += 1;
            *by_found_truth.entry(row.truth).or_insert(0_u64) += 1;
            *by_both.entry((cluster, row.truth)).or_insert(0_u64) += 1;
        }
    }
    let pairs = |counts: &mut dyn Iterator<Item = u64>| counts.map(n_pairs).sum::<u64>();
    let n_found_pairs = pairs(&mut by_cluster.values().copied());
    let n_true_pairs = pairs(&mut by_truth.values().copied());
    let n_right_pairs = pairs(&mut by_both.values().copied());
    let mut b_cubed = (0.0, 0.0);
    let mut n_exact = 0_u64;
    let mut cells: Vec<_> = by_both.iter().collect();
    cells.sort_unstable();
    for ((cluster, truth), &n) in cells {
        let square = (n * n) as f64;
        b_cubed.0 += square / by_cluster[cluster] as f64;
        b_cubed.1 += square / by_found_truth[truth] as f64;
        n_exact += u64::from(n == by_cluster[cluster] && n == by_truth[truth]);
    }
    Evaluation {
        n_records,
        n_missing: rows.len() as u64 - n_records,
        n_clusters: by_cluster.len() as u64,
        n_entities: by_truth.len() as u64,
        n_true_pairs,
        pairwise: Rates::new(share(n_right_pairs as f64, n_found_pairs), share(n_right_pairs as f64, n_true_pairs)),
        b_cubed: Rates::new(share(b_cubed.0, n_records), share(b_cubed.1, n_records)),
        exact: Rates::new(share(n_exact as f64, by_cluster.len() as u64), share(n_exact as f64, by_truth.len() as u64)),
        n_records_largest: by_cluster.values().copied().max().unwrap_or(0),
    }
}

/// The pairs among so many records.
fn n_pairs(n_records: u64) -> u64 {
    n_records * n_records.saturating_sub(1) / 2
}

/// A part of a whole; of nothing, nothing is missing.
fn share(part: f64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part / whole as f64 }
}

#[cfg(test)]
mod tests;
