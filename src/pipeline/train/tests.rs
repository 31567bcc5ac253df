//! Pairs by number are all pairs, each once.

use std::collections::BTreeSet;

use super::*;

#[test]
fn numbered_pairs_are_all_pairs_once() {
    let pairs: BTreeSet<(u64, u64)> = (0..45).map(nth_pair).collect();
    assert_eq!(pairs.len(), 45);
    assert!(pairs.iter().all(|(a, b)| b < a && *a < 10), "{pairs:?}");
    let far = 4_000_000_u64;
    assert_eq!(nth_pair(far * (far - 1) / 2), (far, 0));
    assert_eq!(nth_pair(far * (far - 1) / 2 - 1), (far - 1, far - 2));
}
