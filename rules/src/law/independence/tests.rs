//! When are two people, or two buildings, one? Through normalize, compare, score, law and decide, on the shipped schemas.

use proptest::prelude::*;

use super::*;
use crate::compare::compare;
use crate::decide::Thresholds;
use crate::frozen::FrozenModel;
use crate::law::{split_group, standing, veto};
use crate::model::{Decision, Record, RecordIdx};
use crate::score::match_weight;
use crate::tests::record_of;

/// A city of so many people or buildings.
const N_ENTITIES: u32 = 100_000;

fn record(kind: &str, key: &str, values: &str) -> Record {
    record_of(&Schema::shipped(kind).expect("it is shipped"), key, values).0
}

fn model(kind: &str) -> FrozenModel {
    let mut model = FrozenModel::empty(Schema::shipped(kind).expect("it is shipped"), N_ENTITIES);
    // 王伟 is borne by a thousand people; the other names of these tests by nobody else.
    let of = record("person", "0:0", "name=王伟");
    for table in model.terms.iter_mut().filter(|table| kind == "person" && table.fields == [of.values[0].field]) {
        let keys = crate::schema::aspect_keys(of.seen(&of.values[0]), table.aspect);
        table.n_sharers.extend(keys.as_slice().iter().map(|key| (*key, 1000)));
    }
    model
}

/// The outcome for two records and its reason, as a build finds it.
fn outcome(a: &Record, b: &Record, model: &FrozenModel) -> String {
    let schema = &model.schema;
    let (of_a, of_b) = (standing(a, schema, false), standing(b, schema, false));
    if let Some(why) = veto(&of_a, &of_b) {
        return format!("different: {}", why.as_str());
    }
    if of_a.org.is_some() && of_a.org == of_b.org {
        let (_, left) = split_group(&[(RecordIdx(0), a), (RecordIdx(1), b)], schema);
        return left.first().map_or("match: code".into(), |leaver| format!("review: {}", leaver.why.as_str()));
    }
    let vector = compare(a, b, model);
    match Thresholds::default().decide_pair(match_weight(&vector, model), &vector, schema) {
        (Decision::Match, _) => "match".into(),
        (Decision::Review, why) => why.map_or("review".into(), |why| format!("review: {}", why.as_str())),
        (Decision::NonMatch, _) => "different".into(),
    }
}

#[track_caller]
fn check(kind: &str, a: &str, b: &str, expect: &str) {
    let model = model(kind);
    let (a, b) = (record(kind, "0:1", a), record(kind, "1:1", b));
    assert_eq!(outcome(&a, &b, &model), expect);
    assert_eq!(outcome(&b, &a, &model), expect, "the other way round");
}

const CHEN: &str = "name=陈思远";
const EMPLOYER: &str = "employer_code=91440305MA5ABCD195";
const PHONE: &str = "phone=13800138000";
const HOME: &str = "address=南山区科苑路15号A栋1501";

fn with(parts: &[&str]) -> String {
    parts.join(" ")
}

#[test]
fn an_identity_number_decides() {
    let of = |id: &str| format!("{CHEN} id_number={id}");
    check("person", &of("11010519491231002X"), &of("11010519491231002X"), "match: code");
    check("person", &of("110105491231002"), &of("11010519491231002x"), "match: code");
    check("person", &of("11010519491231002X"), &of("440305199003070014"), "different: different_codes");
    let all = with(&[EMPLOYER, PHONE, HOME]);
    let (a, b) = (of("11010519491231002X") + " " + &all, of("440305199003070014") + " " + &all);
    check("person", &a, &b, "different: different_codes");
}

#[test]
fn somebody_elses_number_stands_on_the_form() {
    check(
        "person",
        "name=陈思远 id_number=11010519491231002X",
        "name=李娜 id_number=11010519491231002X",
        "review: unrelated_name",
    );
    check(
        "person",
        "name=陈思远 id_number=11010519491231002X",
        "name=陈思源 id_number=11010519491231002X",
        "match: code",
    );
}

#[test]
fn a_name_needs_two_independent_facts() {
    let check = |parts: &[&str], expect: &str| check("person", &with(parts), &with(parts), expect);
    check(&[CHEN, EMPLOYER, PHONE], "match");
    check(&[CHEN, PHONE, HOME], "match");
    check(&[CHEN, EMPLOYER, HOME], "match");
    check(&[CHEN, "birth_date=1990-03-07", PHONE], "match");
    check(&[CHEN, PHONE], "review: dependent_evidence");
    check(&[CHEN, EMPLOYER], "review: dependent_evidence");
    check(&[CHEN, "birth_date=1990-03-07"], "review: dependent_evidence");
    check(&["name=王伟", EMPLOYER, PHONE], "match");
}

#[test]
fn rarity_of_a_name_is_no_fact() {
    check("person", CHEN, CHEN, "different");
    check("person", "name=王伟", "name=王伟", "different");
}

#[test]
fn one_fact_told_twice_is_one_fact() {
    let employer = with(&[CHEN, EMPLOYER, "employer_name=深圳市明鹭数据科技有限公司"]);
    check("person", &employer, &employer, "review: dependent_evidence");
}

#[test]
fn nobody_is_found_by_all_but_the_name() {
    let (a, b) = (with(&["name=陈思远", EMPLOYER, PHONE, HOME]), with(&["name=李娜", EMPLOYER, PHONE, HOME]));
    check("person", &a, &b, "review: missing_agreement");
}

#[test]
fn a_building_is_its_door_or_its_block() {
    let check =
        |a: &str, b: &str, expect: &str| check("building", &format!("address={a}"), &format!("address={b}"), expect);
    check("南山区科苑路15号A座1501室", "深圳市南山区粤海街道科苑路15号科兴科学园A栋3层", "match");
    check("南山区科苑路15号科兴科学园A座", "南山区科兴科学园A栋201", "match");
    check("南山区科苑路15号A座", "科苑路15号A栋", "match");
    check("南山区科苑路15号A座", "南山区科苑路15号B座", "different: different_places");
    check("南山区科苑路15号A座", "南山区科苑路17号A座", "different: different_places");
    check("南山区科苑路15号", "福田区科苑路15号", "different: different_places");
    check("南山区科兴科学园A座", "南山区科兴科学园B座", "different: different_places");
}

#[test]
fn a_building_code_decides_within_the_places_law() {
    let building = "building_code=4403050070010200015";
    let room = "room_code=4403050070010200015000001";
    check("building", building, room, "match: code");
    check("building", building, "building_code=4403050070010200016", "different: different_codes");
    let (a, b) = (format!("{building} address=南山区科苑路15号A座"), format!("{room} address=南山区科苑路15号B座"));
    check("building", &a, &b, "different: different_places");
}

/// Any mixture of what a record of a person may say.
fn people() -> impl Strategy<Value = String> {
    let pool = [
        CHEN,
        "name=王伟",
        "id_number=11010519491231002X",
        "id_number=440305199003070014",
        PHONE,
        "phone=13900139000",
        EMPLOYER,
        "employer_name=深圳市明鹭数据科技有限公司",
        HOME,
        "birth_date=1990-03-07",
        "gender=男",
    ];
    prop::sample::subsequence(pool.to_vec(), 0..pool.len()).prop_map(|parts| parts.join(" "))
}

proptest! {
    #[test]
    fn outcomes_are_symmetric_and_never_against_the_law(a in people(), b in people()) {
        let model = model("person");
        let (one, other) = (record("person", "0:1", &a), record("person", "1:1", &b));
        let found = outcome(&one, &other, &model);
        prop_assert_eq!(&found, &outcome(&other, &one, &model));
        if found == "match" {
            let shared = |word: &str| a.split(' ').any(|part| part.starts_with(word) && b.split(' ').any(|other| other == part));
            prop_assert!(shared("name"), "a match of two names");
            let facts = [shared("phone"), shared("employer"), shared("address"), shared("birth_date")];
            prop_assert!(facts.iter().filter(|fact| **fact).count() >= 2, "{} | {}", a, b);
        }
    }
}
