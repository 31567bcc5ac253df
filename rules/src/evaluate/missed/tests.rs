//! Each reason once, and which one goes first.

use super::*;

const COMPARED: MissedFacts =
    MissedFacts { decision: Decision::NonMatch, accepted: false, veto: None, is_candidate: true, shares_key: true };

#[track_caller]
fn check(facts: MissedFacts, expect: Missed) {
    assert_eq!(missed(&facts), expect, "{facts:?}");
}

#[test]
fn each_reason() {
    check(COMPARED, Missed::BelowReview);
    check(MissedFacts { decision: Decision::Review, ..COMPARED }, Missed::Review);
    check(MissedFacts { is_candidate: false, shares_key: false, ..COMPARED }, Missed::NoSharedKey);
    check(MissedFacts { is_candidate: false, ..COMPARED }, Missed::SkippedByCap);
    check(MissedFacts { veto: Some(Veto::DisjointLives), ..COMPARED }, Missed::Vetoed);
    check(MissedFacts { decision: Decision::Match, accepted: true, ..COMPARED }, Missed::Cut);
}

#[test]
fn what_came_last_on_the_line_is_the_reason() {
    let forbidden = MissedFacts { veto: Some(Veto::DifferentCodes), is_candidate: false, ..COMPARED };
    check(forbidden, Missed::Vetoed);
    check(MissedFacts { accepted: true, ..forbidden }, Missed::Cut);
}

#[test]
fn names_are_distinct() {
    let names: std::collections::BTreeSet<&str> = Missed::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(names.len(), Missed::ALL.len());
}
