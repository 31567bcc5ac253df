//! Judgements under the law: different beats all, the same beats weights, and codes beat the same.

use super::*;
use crate::judgement::{Judgement, RecordName, Rulings, Verdict};

/// Rulings on records that are named by their positions, whose codes are those of their standings.
fn rule(judged: &[(u32, u32, Verdict)], standings: &[Standing]) -> Rulings {
    let name = |id: &u32| RecordName { source: "market".into(), record_id: id.to_string() };
    let judgement = |(a, b, verdict): &(u32, u32, Verdict)| Judgement {
        a: name(a),
        b: name(b),
        verdict: *verdict,
        by: "王敏".into(),
        at: "2026-03-02T09:30:00Z".into(),
        why: "已核实".into(),
        hash_a: None,
        hash_b: None,
    };
    let active: Vec<Judgement> = judged.iter().map(judgement).collect();
    Rulings::new(&active, |name| {
        let position: usize = name.record_id.parse().ok()?;
        Some((RecordIdx(position as u32), standings.get(position)?.org))
    })
}

/// Cuts a component of single records by ties and judgements, as the line does it.
fn cut_judged(ties: &[Tie], standings: &[Standing], rulings: &Rulings) -> (Vec<Vec<RecordIdx>>, Vec<Cut>) {
    let mut standings = standings.to_vec();
    standings.iter_mut().for_each(|standing| standing.recode(&rulings.codes));
    let mut ties = ties.to_vec();
    ties.extend(rulings.same.iter().map(|(a, b)| tie(a.0, b.0, 0.0, TieKind::Judged)));
    let members: Vec<RecordIdx> = (0..standings.len() as u32).map(RecordIdx).collect();
    let nodes: Vec<&[RecordIdx]> = members.chunks(1).collect();
    let different = rulings.different();
    cut(&nodes, &ties, Limits { standings: &standings, n_records_max: 3, different, objection: None })
}

fn coded(codes: &[u64]) -> Vec<Standing> {
    codes.iter().map(|code| Standing { org: NonZeroU64::new(*code), ..Standing::default() }).collect()
}

/// Clusters and reasons of cuts, of records with codes (0 is none), ties (a, b, weight) and judgements.
#[track_caller]
fn check(codes: &[u64], ties: &[(u32, u32, f64)], judged: &[(u32, u32, Verdict)], expect: (&[&[u32]], &[&str])) {
    let standings = coded(codes);
    let of_code = |a: u32, b: u32| codes[a as usize] != 0 && codes[a as usize] == codes[b as usize];
    let kind = |a, b| if of_code(a, b) { TieKind::Identity } else { TieKind::Weight };
    let ties: Vec<Tie> = ties.iter().map(|&(a, b, weight)| tie(a, b, weight, kind(a, b))).collect();
    let (clusters, cuts) = cut_judged(&ties, &standings, &rule(judged, &standings));
    let clusters: Vec<Vec<u32>> =
        clusters.iter().map(|cluster| cluster.iter().map(|record| record.0).collect()).collect();
    let cuts: Vec<&str> = cuts.iter().map(|cut| cut.why.as_str()).collect();
    assert_eq!(clusters.iter().map(Vec::as_slice).collect::<Vec<_>>(), expect.0);
    assert_eq!(cuts, expect.1);
}

#[test]
fn who_was_judged_different_is_parted() {
    let different = |a, b| [(a, b, Verdict::Different)];
    check(&[0, 0], &[(0, 1, 30.0)], &different(1, 0), (&[&[0], &[1]], &["judged_different"]));
    // Also through a third record, and whoever carries one code.
    check(&[0, 0, 0], &[(0, 1, 9.0), (1, 2, 8.0)], &different(0, 2), (&[&[0, 1], &[2]], &["judged_different"]));
    check(&[7, 7, 7], &[(0, 1, 9.0), (0, 2, 8.0)], &different(1, 2), (&[&[0, 1], &[2]], &["judged_different"]));
    check(&[0, 0, 0], &[(0, 1, 9.0)], &different(0, 2), (&[&[0, 1], &[2]], &[]));
}

#[test]
fn different_beats_same() {
    use Verdict::{Different, Same};
    let judged = [(0, 1, Same), (1, 2, Same), (0, 2, Different)];
    check(&[0, 0, 0], &[], &judged, (&[&[0, 1], &[2]], &["judged_different"]));
}

#[test]
fn same_beats_weights_and_the_cap() {
    use Verdict::Same;
    // The cap of three records leaves no room for the weight.
    check(&[0; 4], &[(1, 2, 30.0), (2, 3, 29.0)], &[(0, 1, Same)], (&[&[0, 1, 2], &[3]], &["too_large"]));
    check(&[0; 4], &[], &[(0, 1, Same), (1, 2, Same), (2, 3, Same)], (&[&[0, 1, 2, 3]], &[]));
}

#[test]
fn codes_beat_same() {
    check(&[7, 8], &[], &[(0, 1, Verdict::Same)], (&[&[0], &[1]], &["different_codes"]));
    check(&[7, 0, 8], &[(1, 2, 30.0)], &[(0, 1, Verdict::Same)], (&[&[0, 1], &[2]], &["different_codes"]));
}

#[test]
fn who_was_recoded_is_one() {
    check(&[7, 8], &[], &[(1, 0, Verdict::Recoded)], (&[&[0, 1]], &[]));
    // All that carry either code may stand together; a third code may not.
    check(
        &[7, 8, 8, 9],
        &[(0, 2, 9.0), (2, 3, 8.0)],
        &[(0, 1, Verdict::Recoded)],
        (&[&[0, 1, 2], &[3]], &["different_codes"]),
    );
}

#[test]
fn unsure_does_nothing() {
    check(&[0, 0], &[(0, 1, 9.0)], &[(0, 1, Verdict::Unsure)], (&[&[0, 1]], &[]));
    check(&[0, 0], &[], &[(0, 1, Verdict::Unsure)], (&[&[0], &[1]], &[]));
}

#[test]
fn nodes_with_records_judged_different_are_not_joined() {
    let nodes: [&[RecordIdx]; 2] = [&[RecordIdx(0), RecordIdx(3)], &[RecordIdx(1), RecordIdx(2)]];
    let standings = coded(&[0; 4]);
    let rulings = rule(&[(2, 3, Verdict::Different)], &standings);
    let different = rulings.different();
    let limits = Limits { standings: &standings, n_records_max: 200, different, objection: None };
    let (clusters, cuts) = cut(&nodes, &[tie(0, 1, 9.0, TieKind::Weight)], limits);
    assert_eq!((clusters.len(), cuts[0].why), (2, Veto::JudgedDifferent));
}

/// Standings, ties, and judgements of pairs, the lower record first.
type Drawn = (Vec<Standing>, Vec<Tie>, Vec<(u32, u32, Verdict)>);

/// A component as in `components`, with judgements of some of its pairs, each pair once.
fn judged_components() -> impl Strategy<Value = Drawn> {
    components().prop_flat_map(|(standings, ties)| {
        let n = standings.len() as u32;
        let judgement = (0..n, 0..n, prop::sample::select(Verdict::ALL.to_vec()));
        let judged = prop::collection::vec(judgement, 0..8).prop_map(|judged| {
            let mut judged: Vec<_> =
                judged.into_iter().filter(|(a, b, _)| a != b).map(|(a, b, v)| (a.min(b), a.max(b), v)).collect();
            judged.sort_unstable();
            judged.dedup_by_key(|(a, b, _)| (*a, *b));
            judged
        });
        (Just(standings), Just(ties), judged)
    })
}

proptest! {
    #[test]
    fn no_cluster_has_two_records_judged_different((standings, ties, judged) in judged_components()) {
        let rulings = rule(&judged, &standings);
        let (clusters, cuts) = cut_judged(&ties, &standings, &rulings);
        let cluster_of = |record: u32| clusters.iter().position(|cluster| cluster.contains(&RecordIdx(record)));
        for (a, b, verdict) in &judged {
            let is_cut = || cuts.iter().any(|cut| (cut.tie.a.0, cut.tie.b.0, cut.tie.kind) == (*a, *b, TieKind::Judged));
            match verdict {
                Verdict::Different => prop_assert_ne!(cluster_of(*a), cluster_of(*b)),
                Verdict::Same | Verdict::Recoded => prop_assert!(cluster_of(*a) == cluster_of(*b) || is_cut()),
                Verdict::Unsure => {}
            }
        }
        // The law stands, but for codes that a person made one.
        for cluster in &clusters {
            for (i, a) in cluster.iter().enumerate() {
                for b in &cluster[i + 1..] {
                    let [a, b] = [a, b].map(|record| {
                        let standing = standings[record.at()];
                        Standing { org: standing.org.map(|org| rulings.codes.of(org)), ..standing }
                    });
                    prop_assert_eq!(veto(&a, &b), None);
                }
            }
        }
    }

    #[test]
    fn order_of_ties_and_judgements_does_not_matter((standings, mut ties, mut judged) in judged_components()) {
        let found = cut_judged(&ties, &standings, &rule(&judged, &standings));
        ties.reverse();
        judged.reverse();
        prop_assert_eq!(cut_judged(&ties, &standings, &rule(&judged, &standings)), found);
    }
}
