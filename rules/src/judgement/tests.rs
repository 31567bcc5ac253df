//! Lines become judgements in force, judgements become rulings, and no order matters but that of the lines of a pair.

use std::num::NonZeroU64;

use proptest::prelude::*;

use super::*;
use crate::model::RecordIdx;

fn name(id: u32) -> RecordName {
    RecordName { source: "market".into(), record_id: id.to_string() }
}

/// A line of a pair; none is an undo.
fn line(a: u32, b: u32, verdict: Option<Verdict>) -> Line {
    let (a, b, by, at, why) = (name(a), name(b), "王敏".into(), "2026-03-02T09:30:00Z".into(), "已核实".into());
    match verdict {
        Some(verdict) => Line::Judged(Judgement { a, b, verdict, by, at, why, hash_a: None, hash_b: None }),
        None => Line::Undone(Undo { a, b, by, at, why }),
    }
}

/// The verdict in force after lines of one pair, written by either end in turn.
#[track_caller]
fn check(verdicts: &[Option<Verdict>], expect: Option<Verdict>) {
    let lines = verdicts.iter().enumerate().map(|(n, verdict)| match n % 2 {
        0 => line(1, 2, *verdict),
        _ => line(2, 1, *verdict),
    });
    assert_eq!(active(lines).first().map(|judgement| judgement.verdict), expect, "{verdicts:?}");
}

#[test]
fn the_last_judgement_that_was_not_undone_is_in_force() {
    use Verdict::{Different, Same, Unsure};
    check(&[], None);
    check(&[Some(Same)], Some(Same));
    check(&[Some(Same), Some(Different)], Some(Different));
    check(&[Some(Same), Some(Different), None], Some(Same));
    check(&[Some(Same), Some(Different), None, None], None);
    check(&[None, None, Some(Unsure)], Some(Unsure));
    check(&[Some(Same), None, Some(Different)], Some(Different));
}

#[test]
fn a_record_is_not_judged_against_itself() {
    assert_eq!(active([line(1, 1, Some(Verdict::Different))]), []);
}

/// Rulings on records 0 to 9, of which each carries a code of its own but every third.
fn rule(lines: impl IntoIterator<Item = Line>) -> Rulings {
    Rulings::new(&active(lines), |name| {
        let position: u32 = name.record_id.parse().ok().filter(|position| *position < 10)?;
        let code = NonZeroU64::new(u64::from(100 - position)).filter(|_| !position.is_multiple_of(3));
        Some((RecordIdx(position), code))
    })
}

#[test]
fn a_judgement_of_an_absent_record_lies_dormant() {
    let rulings = rule([line(1, 12, Some(Verdict::Same)), line(11, 1, Some(Verdict::Different))]);
    assert_eq!(rulings, Rulings::default());
}

#[test]
fn who_was_recoded_without_a_code_is_the_same_all_the_same() {
    let rulings = rule([line(3, 1, Some(Verdict::Recoded))]);
    assert_eq!((rulings.same.len(), rulings.codes.is_empty()), (1, true));
}

#[test]
fn partners_stand_both_ways() {
    let of = |a, b| line(a, b, Some(Verdict::Different));
    let rulings = rule([of(5, 1), of(1, 7), of(2, 3)]);
    let partners = |record| rulings.different().partners(RecordIdx(record)).map(|idx| idx.0).collect::<Vec<_>>();
    assert_eq!((partners(1), partners(5), partners(4)), (vec![5, 7], vec![1], vec![]));
    let records = |of: &[u32]| of.iter().copied().map(RecordIdx).collect::<Vec<_>>();
    assert!(rulings.different().part(&records(&[0, 2, 6]), &records(&[3])));
    assert!(!rulings.different().part(&records(&[0, 2, 6]), &records(&[1])));
}

/// Lines of pairs of few records, so that pairs recur.
fn lines() -> impl Strategy<Value = Vec<Line>> {
    let verdict = prop::option::weighted(0.8, prop::sample::select(Verdict::ALL.to_vec()));
    let line = (0_u32..11, 0_u32..11, verdict).prop_map(|(a, b, verdict)| line(a, b, verdict));
    prop::collection::vec(line, 0..40)
}

proptest! {
    #[test]
    fn only_the_order_of_lines_of_a_pair_matters(lines in lines()) {
        let mut by_pair = lines.clone();
        by_pair.sort_by(|x, y| y.pair().cmp(&x.pair()));
        prop_assert_eq!(rule(lines.clone()), rule(by_pair));
        let mut judgements = active(lines.clone());
        judgements.reverse();
        prop_assert_eq!(rule(lines), rule(judgements.into_iter().map(Line::Judged)));
    }

    #[test]
    fn recoded_codes_are_one_and_no_others(lines in lines()) {
        let rulings = rule(lines.clone());
        let mut classes: Vec<u32> = (0..10).collect();
        let recoded = active(lines).into_iter().filter(|judgement| judgement.verdict == Verdict::Recoded);
        for judgement in recoded {
            let id = |name: &RecordName| name.record_id.parse::<usize>().expect("a number");
            let (a, b) = (id(&judgement.a), id(&judgement.b));
            if a < 10 && b < 10 && a % 3 != 0 && b % 3 != 0 {
                let (from, to) = (classes[a], classes[b]);
                classes.iter_mut().filter(|class| **class == from).for_each(|class| *class = to);
            }
        }
        let code = |position: usize| rulings.codes.of(NonZeroU64::new(100 - position as u64).expect("not 0"));
        for a in (0..10).filter(|a| a % 3 != 0) {
            for b in (0..10).filter(|b| b % 3 != 0) {
                prop_assert_eq!(code(a) == code(b), classes[a] == classes[b], "{} and {}", a, b);
            }
        }
    }
}
