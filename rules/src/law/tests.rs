//! Standings, vetoes, groups of one code, and components that are cut.

use proptest::prelude::*;

use super::*;
use crate::judgement::Different;
use crate::model::{RecordIdx, Sides};
use crate::tests::{record, schema};

mod judged;

const CODE: &str = "uscc=91440305MA5ABCD195";
const OTHER_CODE: &str = "uscc=92440306MA5H0K2N71";
const UNIT: &str = "name=深圳市明鹭数据科技有限公司";
const BRANCH: &str = "name=深圳市明鹭数据科技有限公司龙岗第一分公司";
const OTHER_BRANCH: &str = "name=深圳市明鹭数据科技有限公司龙岗第二分公司";
const HEAD_OFFICE: &str = "name=深圳市明鹭数据科技有限公司(本部)";

fn standing_of(values: &str) -> Standing {
    standing(&record("0:1", values), &schema(), false)
}

/// Why two records can never be one, by its name; empty where they can.
#[track_caller]
fn check(a: &str, b: &str, expect: &str) {
    let (a, b) = (standing_of(a), standing_of(b));
    assert_eq!(veto(&a, &b).map_or("", Veto::as_str), expect);
    assert_eq!(veto(&b, &a).map_or("", Veto::as_str), expect, "the other way round");
}

#[test]
fn vetoes() {
    check(&format!("{UNIT} {CODE}"), &format!("{UNIT} {OTHER_CODE}"), "different_codes");
    check(&format!("{UNIT} {CODE}"), &format!("{UNIT} tax_no=440305MA5ABCD19"), "");
    check(&format!("{UNIT} {CODE}"), &format!("{UNIT} uscc=92440306MA5H0K2N7X"), "");
    check(UNIT, BRANCH, "different_roles");
    check(UNIT, HEAD_OFFICE, "different_roles");
    check(BRANCH, HEAD_OFFICE, "different_roles");
    check(BRANCH, OTHER_BRANCH, "different_branches");
    check(BRANCH, "name=深圳市明鹭数据科技有限公司龙岗第1分公司", "");
    check(UNIT, "phone=13800138000", "");
    // A branch whose name does not tell where its parent's ends is no unit, and may be any branch.
    check(UNIT, "name=明鹭数据科技龙岗分公司", "different_roles");
    check(BRANCH, "name=明鹭数据科技龙岗分公司", "");
}

#[test]
fn a_unit_that_ended_is_not_one_that_began_later() {
    let ended = format!("{UNIT} established=2010-01-01 cancelled=2018-05-01");
    check(&ended, &format!("{UNIT} established=2019-08-01"), "disjoint_lives");
    check(&ended, &format!("{UNIT} established=2015-08-01"), "");
    check(&format!("{ended} {CODE}"), &format!("{UNIT} {CODE} established=2019-08-01"), "");
    // Days that contradict each other say nothing.
    let impossible = format!("{UNIT} established=2019-08-01 cancelled=2018-05-01");
    check(&impossible, &impossible, "");
}

#[test]
fn a_record_with_two_valid_codes_supplies_none() {
    let both = standing_of("uscc=91440305MA5ABCD195 tax_no=92440306MA5H0K2N71");
    assert_eq!((both.org, both.disputed), (None, true));
    let same = standing_of("uscc=91440305MA5ABCD195 org_code=MA5ABCD19");
    assert!(same.org.is_some() && !same.disputed);
}

#[test]
fn a_parents_code_is_not_the_records_own() {
    assert_eq!(standing_of("parent_code=91440305MA5ABCD195").org, None);
}

#[test]
fn a_unique_source_lists_every_unit_once() {
    let of = |key: &str, unique| standing(&record(key, UNIT), &schema(), unique);
    assert_eq!(veto(&of("0:1", true), &of("0:2", true)), Some(Veto::UniqueSource));
    assert_eq!(veto(&of("0:1", true), &of("1:1", true)), None);
    assert_eq!(veto(&of("0:1", false), &of("0:2", false)), None);
}

/// Positions of the records that leave a group, with their reasons.
#[track_caller]
fn check_group(values: &[&str], expect: &[(u32, Veto)]) {
    let records: Vec<Record> = values.iter().enumerate().map(|(n, values)| record(&format!("0:{n}"), values)).collect();
    let group: Vec<_> = records.iter().enumerate().map(|(n, record)| (RecordIdx(n as u32), record)).collect();
    let (kept, left) = split_group(&group, &schema());
    assert_eq!(left.iter().map(|leaver| (leaver.record.0, leaver.why)).collect::<Vec<_>>(), expect);
    assert_eq!(kept.len() + left.len() + 1, values.len(), "all but the first are kept or leave");
}

#[test]
fn records_of_one_code() {
    check_group(&[UNIT, "name=深圳市明鹭科技有限公司", "phone=13800138000"], &[]);
    check_group(&[UNIT, "name=广州宏达五金厂", UNIT], &[(1, Veto::UnrelatedName)]);
    check_group(&[UNIT, BRANCH], &[(1, Veto::DifferentRoles)]);
    check_group(&["phone=13800138000", BRANCH, UNIT], &[(2, Veto::DifferentRoles)]);
    check_group(&["name=深圳市新鹭科技有限公司 former_name=广州宏达五金厂", "name=广州宏达五金厂"], &[]);
}

#[test]
fn whoever_is_kept_is_held_by_the_nearest_name() {
    let records =
        [UNIT, "name=深圳市明鹭贸易有限公司", "name=深圳市明鷺貿易有限公司"].map(|values| record("0:1", values));
    let group: Vec<_> = records.iter().enumerate().map(|(n, record)| (RecordIdx(n as u32), record)).collect();
    assert_eq!(split_group(&group, &schema()).0, [(RecordIdx(1), RecordIdx(0)), (RecordIdx(2), RecordIdx(1))]);
    assert!(split_group(&[], &schema()).0.is_empty());
}

#[test]
fn weak_bridges_are_cut_where_a_component_outgrows_the_cap() {
    let members: Vec<RecordIdx> = (0..4).map(RecordIdx).collect();
    let ties =
        [(0, 1, 9.0), (1, 2, 5.0), (2, 3, 8.0)].map(|(a, b, match_weight)| tie(a, b, match_weight, TieKind::Weight));
    let (clusters, cuts) = cut_alone(&members, &ties, &[Standing::default(); 4], 2);
    assert_eq!(clusters, [vec![RecordIdx(0), RecordIdx(1)], vec![RecordIdx(2), RecordIdx(3)]]);
    assert_eq!(cuts, [Cut { tie: ties[1], why: Veto::TooLarge, sides: None }]);
}

#[test]
fn an_equal_code_is_exempt_from_the_cap() {
    let members: Vec<RecordIdx> = (0..9).map(RecordIdx).collect();
    let ties: Vec<Tie> = (1..9).map(|n| tie(0, n, -3.0, TieKind::Identity)).collect();
    let coded = Standing { org: NonZeroU64::new(7), ..Standing::default() };
    let (clusters, _) = cut_alone(&members, &ties, &[coded; 9], 2);
    assert_eq!(clusters, [members]);
}

/// Cuts a component in which every record stands alone.
fn cut_alone(
    members: &[RecordIdx],
    ties: &[Tie],
    standings: &[Standing],
    n_records_max: usize,
) -> (Vec<Vec<RecordIdx>>, Vec<Cut>) {
    let nodes: Vec<&[RecordIdx]> = members.chunks(1).collect();
    cut(&nodes, ties, Limits { standings, n_records_max, different: Different::default(), objection: None })
}

fn tie(a: u32, b: u32, match_weight: f64, kind: TieKind) -> Tie {
    Tie { a: RecordIdx(a), b: RecordIdx(b), match_weight, kind }
}

/// A component of up to sixteen records: standings, and ties of few different weights, so that many are equal.
fn components() -> impl Strategy<Value = (Vec<Standing>, Vec<Tie>)> {
    let role = prop_oneof![1 => Just(Role::Unknown), 3 => Just(Role::Unit), 2 => (0_u32..2).prop_map(Role::Branch), 1 => Just(Role::HeadOffice)];
    let source = prop::option::weighted(0.3, (0_u16..3).prop_map(SourceIdx));
    // A place that tells nothing, or one of two values at each level.
    let place = (0_u32..3, 0_u32..3, 0_u32..3).prop_map(|(county, door, block)| BuildingPlace { county, door, block });
    let place = prop_oneof![3 => Just(BuildingPlace::default()), 1 => place];
    let standing = (
        prop::option::weighted(0.4, (1_u64..4).prop_map(|org| NonZeroU64::new(org).expect("not 0"))),
        role,
        place,
        source,
    )
        .prop_map(|(org, role, place, unique_source)| Standing {
            org,
            role,
            place,
            unique_source,
            ..Standing::default()
        });
    prop::collection::vec(standing, 2..16).prop_flat_map(|standings| {
        let n = standings.len() as u32;
        let tie =
            (0..n, 0..n, 0_u8..4).prop_map(|(a, b, weight)| tie(a.min(b), a.max(b), weight.into(), TieKind::Weight));
        let ties = prop::collection::vec(tie, 0..30);
        (Just(standings), ties.prop_map(|ties| ties.into_iter().filter(|tie| tie.a != tie.b).collect()))
    })
}

proptest! {
    #[test]
    fn no_cluster_breaks_the_law((standings, ties) in components(), n_records_max in 2_usize..20) {
        let members: Vec<RecordIdx> = (0..standings.len() as u32).map(RecordIdx).collect();
        let (clusters, _) = cut_alone(&members, &ties, &standings, n_records_max);
        for cluster in &clusters {
            for (i, a) in cluster.iter().enumerate() {
                for b in &cluster[i + 1..] {
                    prop_assert_eq!(veto(&standings[a.at()], &standings[b.at()]), None);
                }
            }
        }
        let mut all: Vec<RecordIdx> = clusters.concat();
        all.sort_unstable();
        prop_assert_eq!(all, members);
    }

    #[test]
    fn order_of_ties_does_not_matter((standings, mut ties) in components(), n_records_max in 2_usize..20) {
        let members: Vec<RecordIdx> = (0..standings.len() as u32).map(RecordIdx).collect();
        let found = cut_alone(&members, &ties, &standings, n_records_max);
        ties.reverse();
        prop_assert_eq!(&cut_alone(&members, &ties, &standings, n_records_max), &found);
        let half = ties.len() / 2;
        ties.rotate_left(half);
        prop_assert_eq!(&cut_alone(&members, &ties, &standings, n_records_max), &found);
    }

    #[test]
    fn a_lawful_component_stays_whole((standings, ties) in components()) {
        let members: Vec<RecordIdx> = (0..standings.len() as u32).map(RecordIdx).collect();
        let (clusters, cuts) = cut_alone(&members, &ties, &vec![Standing::default(); members.len()], usize::MAX);
        prop_assert!(cuts.is_empty());
        for tie in &ties {
            prop_assert!(clusters.iter().any(|cluster| cluster.contains(&tie.a) && cluster.contains(&tie.b)));
        }
    }

    #[test]
    fn without_a_cap_every_cut_parts_two_clusters((standings, ties) in components()) {
        let members: Vec<RecordIdx> = (0..standings.len() as u32).map(RecordIdx).collect();
        let (clusters, cuts) = cut_alone(&members, &ties, &standings, usize::MAX);
        for Cut { tie, .. } in cuts {
            prop_assert!(!clusters.iter().any(|cluster| cluster.contains(&tie.a) && cluster.contains(&tie.b)));
        }
    }
}

#[test]
fn nodes_stay_whole_and_ties_between_their_anchors_join_them() {
    let nodes: [&[RecordIdx]; 3] = [&[RecordIdx(0), RecordIdx(4)], &[RecordIdx(1)], &[RecordIdx(2), RecordIdx(3)]];
    let standings = [1, 0, 2, 0, 0].map(|org| Standing { org: NonZeroU64::new(org), ..Standing::default() });
    let limits = Limits { standings: &standings, n_records_max: 200, different: Different::default(), objection: None };
    let ties = [tie(0, 2, 9.0, TieKind::Weight), tie(1, 2, 5.0, TieKind::Weight)];
    let (clusters, cuts) = cut(&nodes, &ties, limits);
    assert_eq!(clusters, [vec![RecordIdx(0), RecordIdx(4)], vec![RecordIdx(1), RecordIdx(2), RecordIdx(3)]]);
    assert_eq!(cuts, [Cut { tie: ties[0], why: Veto::DifferentCodes, sides: None }]);
}

#[test]
fn a_tie_that_the_clusters_speak_against_is_cut_and_names_them() {
    let members: Vec<RecordIdx> = (0..4).map(RecordIdx).collect();
    let nodes: Vec<&[RecordIdx]> = members.chunks(1).collect();
    let standings = [Standing::default(); 4];
    // Whoever would stand with the last record and is not alone objects.
    let objects = |_: &Tie, a: &[RecordIdx], b: &[RecordIdx]| {
        (a.len() + b.len() > 2 && (a.contains(&members[3]) || b.contains(&members[3]))).then_some(Veto::WeakBridge)
    };
    let limits = Limits {
        standings: &standings,
        n_records_max: 200,
        different: Different::default(),
        objection: Some(&objects),
    };
    let ties = [tie(0, 1, 9.0, TieKind::Weight), tie(1, 2, 8.0, TieKind::Weight), tie(2, 3, 7.0, TieKind::Weight)];
    let (clusters, cuts) = cut(&nodes, &ties, limits);
    assert_eq!(clusters, [members[..3].to_vec(), vec![members[3]]]);
    let sides = Some(Box::new(Sides { a: members[..3].to_vec(), b: vec![members[3]] }));
    assert_eq!(cuts, [Cut { tie: ties[2], why: Veto::WeakBridge, sides }]);
}
