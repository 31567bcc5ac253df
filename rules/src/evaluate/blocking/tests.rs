//! Rules of a small block table by hand.

use super::*;

#[test]
fn three_rules_by_hand() {
    let mut recall = RuleRecall::new(3);
    [0b001, 0b011, 0b010, 0b000].into_iter().for_each(|rules| recall.add(rules));
    assert_eq!((recall.n_true, &recall.n_found[..], &recall.n_found_alone[..]), (4, &[2, 2, 0][..], &[1, 1, 0][..]));
    assert_eq!((recall.recall(0), recall.recall_alone(1), recall.recall(2)), (0.5, 0.25, 0.0));
}

#[test]
fn parts_add_up() {
    let sets = [1_u64 << 63, 0b101, 0b100, 0];
    let mut all = RuleRecall::new(64);
    sets.into_iter().for_each(|rules| all.add(rules));
    let mut joined = RuleRecall::new(64);
    for rules in sets {
        let mut part = RuleRecall::new(64);
        part.add(rules);
        joined.join(&part);
    }
    assert_eq!((joined, all.n_found_alone[63]), (all.clone(), 1));
}

#[test]
fn without_true_pairs_nothing_is_missing() {
    assert_eq!(RuleRecall::new(1).recall(0), 1.0);
}
