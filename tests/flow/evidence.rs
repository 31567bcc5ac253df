//! Every accepted link carries its evidence: prior and listed weights are the stored weight, and they come from the values.

use minglu::registry::{Registry, WhyAnswer};

use crate::workshop::Workshop;

const N_LEGAL_UNITS: u64 = 300;
const SEED: u64 = 5;

/// How far a sum may be from its parts: rounding of about ten additions.
const ROUNDING: f64 = 1e-9;

fn why(registry: &Registry, a: (&str, &str), b: (&str, &str)) -> WhyAnswer {
    registry.why(a, b).expect("reads").expect("both records are there")
}

/// Weight of one comparison, with its adjustment.
fn listed(why: &WhyAnswer, comparison: &str) -> f64 {
    let line = why.evidence.iter().find(|line| line.comparison == comparison).expect("the schema has the comparison");
    line.weight + line.term_frequency_adjustment
}

#[test]
fn listed_weights_are_the_stored_weight() {
    let workshop = Workshop::city(N_LEGAL_UNITS, SEED);
    workshop.build();
    let registry = workshop.registry();
    let mut n_accepted = 0;
    for item in registry.store.scan_links().expect("scans") {
        let ((a, b), link) = item.expect("reads");
        if !link.accepted {
            continue;
        }
        let key = |ordinal| registry.store.record_key(ordinal).expect("reads").expect("links have two ends");
        let (a, b) = (key(a), key(b));
        let why = why(&registry, (&a.0, &a.1), (&b.0, &b.1));
        let sum: f64 = why.evidence.iter().map(|line| line.weight + line.term_frequency_adjustment).sum();
        assert!(
            (why.prior + sum - link.match_weight).abs() < ROUNDING,
            "{a:?} {b:?}: {} stored, {why:#?}",
            link.match_weight
        );
        assert_eq!(why.stored_match_weight, Some(link.match_weight));
        n_accepted += 1;
    }
    assert!(n_accepted > N_LEGAL_UNITS, "{n_accepted} links");
}

#[test]
fn either_order_of_two_records_is_explained_alike() {
    let workshop = Workshop::tiny();
    workshop.build();
    let registry = workshop.registry();
    let (one, other) = (("market", "m04"), ("tax", "t03"));
    let (forth, back) = (why(&registry, one, other), why(&registry, other, one));
    assert_eq!((forth.match_weight, &forth.evidence[0].a), (back.match_weight, &back.evidence[0].b));
}

#[test]
fn a_changed_value_changes_its_line_and_the_sum() {
    let workshop = Workshop::tiny();
    workshop.build();
    let pair = |registry: &Registry| why(registry, ("market", "m04"), ("tax", "t03"));
    let before = pair(&workshop.registry());
    workshop.edit("market.csv", "13800138004", "13900139004");
    workshop.build();
    let after = pair(&workshop.registry());
    assert!(listed(&before, "phone") > 0.0 && listed(&after, "phone") < 0.0);
    let lines = ["name", "code", "address", "person", "established"];
    assert!(lines.iter().all(|line| listed(&before, line) == listed(&after, line)), "only the phone changed");
    let change = listed(&after, "phone") - listed(&before, "phone");
    assert!((after.match_weight - before.match_weight - change).abs() < ROUNDING);
}

#[test]
fn what_is_two_entities_is_explained_too() {
    let workshop = Workshop::tiny();
    workshop.build();
    let registry = workshop.registry();
    let branch = why(&registry, ("market", "m01"), ("market", "m02"));
    assert_eq!((branch.same_entity, branch.veto.as_deref()), (false, Some("different_codes")));
    let foreign_code = why(&registry, ("market", "m01"), ("social", "s06"));
    assert_eq!((foreign_code.same_entity, foreign_code.veto.as_deref()), (false, Some("unrelated_name")));
    assert_eq!(listed(&foreign_code, "code"), 0.0, "somebody else's code is no evidence");
}
