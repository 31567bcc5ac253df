//! How do the match weights of true and of false links lie?
//!
//! Counts in bins of equal width. Where one threshold stands among them is for the reader to see: nothing is judged here.

use super::WeighedLink;

/// Bins of one histogram; wider bins are taken where single bits would be more.
pub const N_BINS_MAX: usize = 48;

/// Links whose weight is at least `from` and below `to`.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Bin {
    /// Lower end, in bits.
    pub from: f64,
    /// Upper end, in bits.
    pub to: f64,
    /// Links between records of one true entity.
    pub n_true: u64,
    /// Links between records of different true entities.
    pub n_false: u64,
}

/// Counts links by match weight, in bins of a whole number of bits; empty bins between full ones are listed.
///
/// ```
/// use minglu_rules::evaluate::{WeighedLink, histogram};
/// let links = [(4.3, true), (4.9, false), (6.0, true)].map(|(match_weight, is_true)| WeighedLink { match_weight, is_true });
/// let bins = histogram(&links); // 4–5、5–6、6–7 比特
/// assert_eq!(bins.iter().map(|bin| (bin.from, bin.n_true, bin.n_false)).collect::<Vec<_>>(), [(4.0, 1, 1), (5.0, 0, 0), (6.0, 1, 0)]);
/// ```
pub fn histogram(links: &[WeighedLink]) -> Vec<Bin> {
    let weights = || links.iter().map(|link| link.match_weight).filter(|weight| weight.is_finite());
    let (low, high) =
        (weights().fold(f64::INFINITY, f64::min).floor(), weights().fold(f64::NEG_INFINITY, f64::max).floor());
    if low > high {
        return Vec::new();
    }
    let n_bits = high - low + 1.0;
    let width = (n_bits / N_BINS_MAX as f64).ceil();
    let n_bins = (n_bits / width).ceil() as usize;
    let bin = |idx: usize| {
        let from = low + idx as f64 * width;
        Bin { from, to: from + width, n_true: 0, n_false: 0 }
    };
    let mut bins: Vec<Bin> = (0..n_bins).map(bin).collect();
    for link in links.iter().filter(|link| link.match_weight.is_finite()) {
        let bin = &mut bins[((link.match_weight - low) / width) as usize];
        let count = if link.is_true { &mut bin.n_true } else { &mut bin.n_false };
        *count += 1;
    }
    bins
}

#[cfg(test)]
mod tests;
