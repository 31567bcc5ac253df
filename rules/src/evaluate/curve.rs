//! What would other thresholds have done?
//!
//! A ladder of match weights, and the pairs of a clustering or of links at one of its steps, from counts. It does not
//! cluster: whoever asks hands in the clustering of each step. A threshold below the one for review cannot be asked for,
//! because pairs below it are not kept.

use super::{Judged, Rates, n_pairs, share};
use crate::decide::Thresholds;

/// Steps of the ladder in bits: a match probability of 0.5 at 0, of 0.9999 between 13 and 14; beyond, wider apart.
const LADDER: [f64; 20] =
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 16.0, 18.0, 20.0, 25.0, 30.0];

/// A link that weight decides, and whether both its records are of one true entity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeighedLink {
    /// Match weight in bits.
    pub match_weight: f64,
    /// Both records are of one true entity.
    pub is_true: bool,
}

/// Pairs that were found, that are true, and that are both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct PairCounts {
    /// Pairs that were found.
    pub n_found: u64,
    /// Pairs that are true.
    pub n_true: u64,
    /// Pairs that were found and are true.
    pub n_right: u64,
}

/// The figures of one threshold.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct CurvePoint {
    /// Links from this weight on are accepted, in bits.
    pub match_weight_min: f64,
    /// The same as a probability.
    pub match_probability_min: f64,
    /// Pairs of records in the clusters that the accepted links make under the law.
    pub clusters: PairCounts,
    /// Rates of the clusters.
    pub cluster_rates: Rates,
    /// Links that weight decides: accepted, true, both.
    pub links: PairCounts,
    /// Rates of the links; recall is of the true links that were kept, so that blocking is not counted again.
    pub link_rates: Rates,
}

impl PairCounts {
    /// Precision, recall and F1.
    ///
    /// ```
    /// // 找到四对，其中三对为真；真值共六对
    /// let rates = minglu_rules::evaluate::PairCounts { n_found: 4, n_true: 6, n_right: 3 }.rates();
    /// assert_eq!((rates.precision, rates.recall), (0.75, 0.5));
    /// ```
    pub fn rates(&self) -> Rates {
        Rates::new(share(self.n_right as f64, self.n_found), share(self.n_right as f64, self.n_true))
    }
}

impl CurvePoint {
    /// The point of a threshold, in bits.
    ///
    /// ```
    /// use minglu_rules::evaluate::{CurvePoint, PairCounts};
    /// let clusters = PairCounts { n_found: 4, n_true: 6, n_right: 3 };
    /// let point = CurvePoint::new(0.0, clusters, PairCounts::default()); // 阈值 0 比特，即概率 0.5
    /// assert_eq!((point.match_probability_min, point.cluster_rates.recall), (0.5, 0.5));
    /// ```
    pub fn new(match_weight_min: f64, clusters: PairCounts, links: PairCounts) -> Self {
        let match_probability_min = crate::score::match_probability(match_weight_min);
        let (cluster_rates, link_rates) = (clusters.rates(), links.rates());
        Self { match_weight_min, match_probability_min, clusters, cluster_rates, links, link_rates }
    }
}

/// The thresholds to be tried, in bits, ascending: those of the configuration, and the steps above the one for review.
///
/// ```
/// use minglu_rules::{decide::Thresholds, evaluate::ladder};
/// let steps = ladder(&Thresholds::default()); // 默认：复核 0 比特，合并 4.25 比特
/// assert_eq!(steps[..5], [0.0, 1.0, 2.0, 3.0, 4.0]);
/// assert!(steps[5] > 4.2 && steps[5] < 4.3);
/// ```
pub fn ladder(thresholds: &Thresholds) -> Vec<f64> {
    let (accept, review) = thresholds.match_weights();
    let mut steps: Vec<f64> = LADDER.into_iter().filter(|step| *step > review).collect();
    steps.extend([accept, review]);
    steps.retain(|step| step.is_finite());
    steps.sort_by(f64::total_cmp);
    steps.dedup();
    steps
}

/// Pairs of records in one cluster, in one true entity, and in both.
///
/// ```
/// use minglu_rules::evaluate::{Judged, count_pairs};
/// // 甲有三条记录，两条归在一起；第三条误归入乙
/// let rows = [(0, 0), (0, 0), (0, 1), (1, 1)].map(|(truth, cluster)| Judged { truth, cluster: Some(cluster) });
/// let counts = count_pairs(&rows);
/// assert_eq!((counts.n_found, counts.n_true, counts.n_right), (2, 3, 1));
/// ```
pub fn count_pairs(rows: &[Judged]) -> PairCounts {
    let placed = || rows.iter().filter_map(|row| Some((row.truth, row.cluster?)));
    PairCounts {
        n_found: pairs_of_runs(placed().map(|(_, cluster)| u64::from(cluster)).collect()),
        n_true: pairs_of_runs(rows.iter().map(|row| u64::from(row.truth)).collect()),
        n_right: pairs_of_runs(placed().map(|(truth, cluster)| u64::from(truth) << 32 | u64::from(cluster)).collect()),
    }
}

/// Links from a weight on, true links at any weight, and true links from the weight on.
///
/// ```
/// use minglu_rules::evaluate::{WeighedLink, count_links};
/// let links = [(9.0, true), (6.0, false), (2.0, true)].map(|(match_weight, is_true)| WeighedLink { match_weight, is_true });
/// let counts = count_links(&links, 4.25); // 两条被接受，其中一条为真；另一条真链接权重不足
/// assert_eq!((counts.n_found, counts.n_true, counts.n_right), (2, 2, 1));
/// ```
pub fn count_links(links: &[WeighedLink], match_weight_min: f64) -> PairCounts {
    let mut counts = PairCounts::default();
    for link in links {
        let is_found = link.match_weight >= match_weight_min;
        counts.n_found += u64::from(is_found);
        counts.n_true += u64::from(link.is_true);
        counts.n_right += u64::from(is_found && link.is_true);
    }
    counts
}

/// Pairs of equal keys.
pub(super) fn pairs_of_runs(mut keys: Vec<u64>) -> u64 {
    keys.sort_unstable();
    keys.chunk_by(|a, b| a == b).map(|run| n_pairs(run.len() as u64)).sum()
}

#[cfg(test)]
mod tests;
