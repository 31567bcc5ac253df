//! The decision table for names of enterprises: what two records are, with codes and without, under the shipped schema.
//!
//! Each case goes through the real line: normalize, the law, compare, score, decide, relate. What two records are is SAME,
//! REVIEW or DIFFERENT; if the law or the evidence keeps them apart and something relates them, it is the relation.

use proptest::prelude::*;

use super::*;
use crate::compare::compare;
use crate::frozen::FrozenModel;
use crate::law;
use crate::model::{EntityId, Record, RecordIdx};
use crate::relate::relate;
use crate::score::match_weight;
use crate::tests::{record, schema};

/// Units of a city like 深圳, rounded: how many others a unit could be mistaken for.
const N_ENTITIES: u32 = 1_000_000;

fn verdict(a: &str, b: &str) -> String {
    let model = FrozenModel::empty(schema(), N_ENTITIES);
    let records = [record("0:a", a), record("1:b", b)];
    match outcome(&records, &model) {
        Decision::Match => "SAME".into(),
        Decision::Review => "REVIEW".into(),
        Decision::NonMatch => {
            let clusters = [0, 1].map(|n| (EntityId::from_text(&n.to_string()), vec![RecordIdx(n)]));
            let relations = relate(&clusters, &records, &model.schema);
            relations.first().map_or("DIFFERENT", |relation| relation.kind.as_str()).into()
        }
    }
}

fn outcome([a, b]: &[Record; 2], model: &FrozenModel) -> Decision {
    let (standing_a, standing_b) = (law::standing(a, &model.schema, false), law::standing(b, &model.schema, false));
    if law::veto(&standing_a, &standing_b).is_some() {
        return Decision::NonMatch;
    }
    if standing_a.org.is_some() && standing_a.org == standing_b.org {
        let (_, left) = law::split_group(&[(RecordIdx(0), a), (RecordIdx(1), b)], &model.schema);
        return if left.is_empty() { Decision::Match } else { Decision::Review };
    }
    Thresholds::default().decide(match_weight(&compare(a, b, model), model))
}

/// One row of the table: its number, two records, what they are.
type Case = (&'static str, &'static str, &'static str, &'static str);

#[track_caller]
fn check((row, a, b, expect): Case) {
    let (a, b) = (fill(a), fill(b));
    assert_eq!((verdict(&a, &b).as_str(), verdict(&b, &a).as_str()), (expect, expect), "row {row}: {a} | {b}");
}

/// What cases speak of, in short.
const WORDS: [(&str, &str); 9] = [
    ("MINGLU", "name=深圳市明鹭数据科技有限公司"),
    ("MOVED", "name=明鹭数据科技（深圳）有限公司"),
    ("BRANCH", "name=深圳市明鹭数据科技有限公司龙岗第一分公司"),
    ("CODE", "uscc=91440305MA5ABCD195"),
    ("OTHER", "uscc=92440306MA5H0K2N71"),
    ("ROOM", "address=深圳市南山区科苑路15号科兴科学园A座1501室"),
    ("NEXT", "address=深圳市南山区科苑路15号科兴科学园A座803室"),
    ("COUNTY", "address=深圳市南山区学府路1号"),
    ("OWNER", "legal_rep=王伟"),
];

fn fill(text: &str) -> String {
    let word = |word: &str| {
        WORDS.iter().find(|(short, _)| *short == word).map_or(word.to_owned(), |(_, long)| long.to_string())
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_row_of_the_table() {
    let table: &[Case] = &[
        // The same valid code is the same unit, whatever the name says; an unrelated name is for review.
        ("1", "MINGLU CODE", "name=深圳市明鹭科技有限公司 CODE", "SAME"),
        ("1", "MINGLU CODE", "name=深圳市新鹭科技有限公司 former_name=深圳市明鹭数据科技有限公司 CODE", "SAME"),
        ("1", "MINGLU CODE", "name=广州宏达五金厂 CODE", "REVIEW"),
        // Two valid codes are two units; one organization code with another prefix is one unit.
        ("2", "MINGLU CODE", "MINGLU OTHER", "DIFFERENT"),
        ("2", "MINGLU CODE ROOM OWNER", "MINGLU OTHER ROOM OWNER", "DIFFERENT"),
        ("2", "MINGLU CODE", "MINGLU tax_no=440305MA5ABCD19", "SAME"),
        // Equal names and a county, a building or a person.
        ("3", "MINGLU CODE ROOM", "MINGLU address=南山区科苑路15号科兴科学园A栋", "SAME"),
        ("3", "MINGLU CODE ROOM", "MINGLU NEXT", "SAME"),
        ("3", "MINGLU CODE ROOM", "MINGLU COUNTY", "SAME"),
        ("3", "MINGLU CODE OWNER", "MINGLU OWNER", "SAME"),
        // Equal names and nothing else, or another county.
        ("4", "MINGLU CODE", "MINGLU", "REVIEW"),
        ("4", "MINGLU CODE ROOM", "MINGLU address=深圳市龙岗区五和大道118号", "REVIEW"),
        // A region that is dropped, moved or written without its last character needs other evidence.
        ("5", "MINGLU ROOM", "MOVED ROOM", "SAME"),
        ("5", "MINGLU ROOM", "name=明鹭数据科技有限公司 ROOM", "SAME"),
        ("5", "MINGLU ROOM", "name=深圳明鹭数据科技有限公司 COUNTY", "SAME"),
        ("5", "MINGLU OWNER", "MOVED OWNER", "SAME"),
        ("5", "MINGLU", "MOVED", "DIFFERENT"),
        // Other words for the industry are another unit, often a sister at the same place.
        ("6", "MINGLU", "name=深圳市明鹭餐饮管理有限公司", "DIFFERENT"),
        ("6", "MINGLU ROOM OWNER", "name=深圳市明鹭餐饮管理有限公司 ROOM OWNER", "DIFFERENT"),
        ("6", "MINGLU", "name=深圳市明鹭餐饮管理有限公司 former_name=深圳市明鹭数据科技有限公司", "REVIEW"),
        ("6", "MINGLU ROOM", "name=深圳市明鹭餐饮有限公司（曾用名：深圳市明鹭数据科技有限公司） ROOM", "SAME"),
        // Branches and head offices belong to their unit, however that is written, and never become it.
        ("7", "MINGLU", "BRANCH", "BRANCH_OF"),
        ("7", "MINGLU ROOM phone=13800138000", "BRANCH ROOM phone=13800138000", "BRANCH_OF"),
        ("7", "MOVED", "BRANCH", "BRANCH_OF"),
        ("7", "name=中国工商银行股份有限公司", "name=中国工商银行深圳市分行", "BRANCH_OF"),
        ("7", "name=上海明鹭数据科技有限公司", "BRANCH", "DIFFERENT"),
        ("8", "MINGLU", "name=深圳市明鹭数据科技有限公司(本部)", "HQ_ESTABLISHMENT_OF"),
        ("8", "MOVED", "name=深圳市明鹭数据科技有限公司本部", "HQ_ESTABLISHMENT_OF"),
        // A group and a company are two, unless a code says that one was renamed.
        ("9", "MINGLU", "name=深圳市明鹭数据科技集团有限公司", "DIFFERENT"),
        ("9", "MINGLU ROOM", "name=深圳市明鹭数据科技集团有限公司 ROOM", "DIFFERENT"),
        ("9", "MINGLU CODE", "name=深圳市明鹭数据科技集团有限公司 CODE", "SAME"),
        // A company that was turned into one limited by shares keeps its code.
        ("10", "MINGLU", "name=深圳市明鹭数据科技股份有限公司", "REVIEW"),
        ("10", "MINGLU COUNTY", "name=深圳市明鹭数据科技股份有限公司 ROOM", "REVIEW"),
        ("10", "MINGLU CODE", "name=深圳市明鹭数据科技股份有限公司 CODE", "SAME"),
        // An individual business and a company of one owner in one room.
        ("11", "name=深圳市南山区老王小吃店 ROOM OWNER", "name=深圳市老王餐饮有限公司 ROOM OWNER", "MAY_HAVE_BECOME"),
        ("11", "name=深圳市南山区老王小吃店 ROOM OWNER", "name=深圳市鹏程贸易有限公司 ROOM OWNER", "MAY_HAVE_BECOME"),
        ("11", "name=深圳市南山区老王小吃店 ROOM OWNER", "name=深圳市老王餐饮有限公司 NEXT OWNER", "DIFFERENT"),
        // Other cities are other units.
        ("12", "name=上海明鹭科技有限公司", "name=深圳明鹭科技有限公司", "DIFFERENT"),
        ("12", "name=上海明鹭科技有限公司 OWNER", "name=深圳明鹭科技有限公司 OWNER", "DIFFERENT"),
        // A former name is a name while both units live; a unit that ended cannot be one that began later.
        ("13", "name=深圳市新鹭科技有限公司 former_name=深圳市明鹭数据科技有限公司 OWNER", "MINGLU OWNER", "SAME"),
        (
            "13",
            "name=深圳市新鹭科技有限公司 former_name=深圳市明鹭数据科技有限公司 established=2015-03-01",
            "MINGLU established=2015-03-01 cancelled=2020-01-01",
            "SAME",
        ),
        (
            "13",
            "name=深圳市新鹭科技有限公司 former_name=深圳市明鹭数据科技有限公司 established=2015-03-01 cancelled=2018-05-01 OWNER",
            "MINGLU established=2019-08-01 OWNER",
            "DIFFERENT",
        ),
        // Names that stand in every street need the room and the owner.
        ("14", "name=便民商店 ROOM OWNER", "name=便民商店 ROOM OWNER", "SAME"),
        ("14", "name=便民商店 ROOM", "name=便民商店 ROOM", "DIFFERENT"),
        ("14", "name=便民商店 OWNER", "name=便民商店 OWNER", "DIFFERENT"),
        ("14", "name=小卖部 ROOM", "name=小卖部 ROOM", "DIFFERENT"),
        ("14", "name=兴旺饭店 NEXT OWNER", "name=兴旺饭店 COUNTY OWNER", "DIFFERENT"),
    ];
    table.iter().copied().for_each(check);
}

#[test]
fn pairs_of_the_vectors() {
    let table: &[Case] = &[
        ("3.6", "MINGLU ROOM", "MOVED ROOM", "SAME"),
        ("3.6", "MINGLU CODE", "MOVED OTHER", "DIFFERENT"),
        ("3.6", "MINGLU", "BRANCH", "BRANCH_OF"),
        ("3.6", "name=深圳市鹏程贸易有限公司", "name=深圳市鹏城贸易有限公司", "DIFFERENT"),
        ("3.6", "name=深圳市鹏程贸易有限公司 CODE", "name=深圳市鹏城贸易有限公司 CODE", "SAME"),
        ("3.6", "name=上海明鹭科技有限公司", "name=深圳明鹭科技有限公司", "DIFFERENT"),
    ];
    table.iter().copied().for_each(check);
}

#[test]
fn thresholds_belong_to_the_better_side() {
    let (accept, review) = Thresholds::default().match_weights();
    let decide = |weight| Thresholds::default().decide(weight);
    assert_eq!((decide(accept), decide(review)), (Decision::Match, Decision::Review));
    assert_eq!((decide(f64::NEG_INFINITY), decide(f64::INFINITY)), (Decision::NonMatch, Decision::Match));
    assert_eq!(decide(f64::NAN), Decision::NonMatch);
}

proptest! {
    #[test]
    fn more_evidence_never_decides_for_less(weight in -50.0_f64..50.0, more in 0.0_f64..50.0) {
        let rank = |weight| match Thresholds::default().decide(weight) {
            Decision::NonMatch => 0,
            Decision::Review => 1,
            Decision::Match => 2,
        };
        prop_assert!(rank(weight + more) >= rank(weight));
    }
}
