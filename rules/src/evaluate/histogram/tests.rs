//! Bins by hand, and every link in one bin.

use proptest::prelude::*;

use super::*;

fn link(match_weight: f64, is_true: bool) -> WeighedLink {
    WeighedLink { match_weight, is_true }
}

#[test]
fn bins_are_whole_bits() {
    let bins = histogram(&[link(-0.5, false), link(0.0, true), link(1.99, true), link(1.0, true)]);
    let counts: Vec<_> = bins.iter().map(|bin| (bin.from, bin.to, bin.n_true, bin.n_false)).collect();
    assert_eq!(counts, [(-1.0, 0.0, 0, 1), (0.0, 1.0, 1, 0), (1.0, 2.0, 2, 0)]);
}

#[test]
fn a_wide_range_has_wide_bins() {
    let bins = histogram(&[link(0.0, true), link(95.5, false)]);
    assert_eq!((bins.len(), bins[0].to, bins[47].n_false), (48, 2.0, 1));
}

#[test]
fn no_links_have_no_bins() {
    assert_eq!(histogram(&[]), []);
    assert_eq!(histogram(&[link(f64::INFINITY, true)]), []);
}

proptest! {
    #[test]
    fn every_link_is_in_its_bin(weights in prop::collection::vec((-300.0_f64..300.0, any::<bool>()), 1..40)) {
        let links: Vec<_> = weights.into_iter().map(|(weight, is_true)| link(weight, is_true)).collect();
        let bins = histogram(&links);
        prop_assert!(bins.len() <= N_BINS_MAX);
        for bin in &bins {
            let inside = |is_true: bool| {
                links.iter().filter(|link| link.is_true == is_true && (bin.from..bin.to).contains(&link.match_weight)).count()
            };
            prop_assert_eq!((bin.n_true, bin.n_false), (inside(true) as u64, inside(false) as u64));
        }
        prop_assert_eq!(bins.iter().map(|bin| bin.n_true + bin.n_false).sum::<u64>(), links.len() as u64);
    }
}
