//! Levels of pairs of values, how common values are looked up, and symmetry.

use proptest::prelude::*;

use super::*;
use crate::law;
use crate::model::{RecordKey, SourceIdx, SourceRecord};
use crate::normalize::{Jurisdiction, normalize};
use crate::schema::Schema;
use crate::tests::{odd_rows, record, records, schema, shenzhen};

fn empty_model() -> FrozenModel {
    FrozenModel::count(schema(), &[])
}

/// What one comparison finds, as the schema writes the level.
fn label(a: &Record, b: &Record, name: &str, model: &FrozenModel) -> String {
    let position = model.schema.comparisons.iter().position(|comparison| comparison.name == name).expect(name);
    let finding = compare(a, b, model)[position];
    match finding.level {
        Some(level) => model.schema.comparisons[position].levels[level as usize].label.clone(),
        None => format!("missing {}", finding.n_sharers),
    }
}

#[track_caller]
fn check(comparison: &str, a: &str, b: &str, expect: &str) {
    let (a, b, model) = (record("0:a", a), record("1:b", b), empty_model());
    assert_eq!(label(&a, &b, comparison, &model), expect);
    assert_eq!(label(&b, &a, comparison, &model), expect, "the other way round");
}

#[test]
fn names() {
    let full = "name=深圳市明鹭数据科技有限公司";
    check("name", full, "name=深圳市明鷺數據科技有限公司", "norm equal");
    check("name", full, "name=明鹭数据科技（深圳）有限公司", "core equal, form equal, region equal");
    check("name", "name=深圳明鹭科技有限公司", "name=明鹭科技（深圳）有限公司", "core equal, form equal, region equal");
    check("name", full, "name=明鹭数据科技有限公司", "core equal, form equal, region compatible");
    check("name", full, "name=深圳市明鹭数据科技股份有限公司", "core equal, class equal, region equal");
    check("name", full, "name=深圳市明鹭数据科技集团有限公司", "core equal, class differ, region compatible");
    check("name", full, "name=明鹭数据科技", "core equal, region compatible");
    check("name", "name=便民商店", "name=便民商店", "norm equal, norm generic");
    check("name", full, "name=上海明鹭数据科技有限公司", "else");
    check("name", full, "name=深圳市明鹭数字科技有限公司", "norm edits 1, trade equal");
    check("name", full, "name=深圳市明鹭数椐科技有限公司", "core homophone, class compatible, region compatible");
    // 深州市 is a city of its own, so the regions are not compatible.
    check("name", full, "name=深州市明鹭数据科技有限公司", "norm edits 1, trade equal");
    check("name", "name=深圳市鹏程贸易有限公司", "name=深圳市鹏远贸易有限公司", "norm edits 1");
    check("name", full, "short_name=明鹭数据", "norm abbreviates, trade equal");
    check("name", full, "name=深圳市明鹭贸易有限公司", "trade equal, industry differ, region compatible");
    check("name", full, "name=深圳市明鹭有限公司", "norm abbreviates, trade equal");
    check("name", full, "name=广州宏达五金厂", "class differ");
    check("name", full, "name=深圳市鹏程贸易有限公司", "else");
    check("name", full, "phone=13800138000", "missing 1");
}

#[test]
fn slips_of_keyboard_and_eye_are_levels_of_their_own() {
    let (sound, shape) =
        ("core homophone, class compatible, region compatible", "core lookalike, class compatible, region compatible");
    check("name", "name=深圳市鹏程贸易有限公司", "name=深圳市鹏城贸易有限公司", sound);
    check("name", "name=深圳市胡光贸易有限公司", "name=湖光贸易（深圳）有限公司", sound);
    check("name", "name=深圳市末来贸易有限公司", "name=未来贸易（深圳）有限公司", shape);
    check("person", "legal_rep=王伟", "legal_rep=王玮", "text homophone");
    check("person", "legal_rep=王治平", "legal_rep=王冶平", "text lookalike");
    check("person", "legal_rep=王小平", "legal_rep=王平", "text edits 1");
    let road = |name: &str| format!("address=深圳市南山区{name}路15号3栋201室");
    check("address", &road("科苑"), &road("科院"), "place homophone");
    check("address", &road("末名"), &road("未名"), "place lookalike");
    // Units that count or point are two, whatever else agrees.
    for (a, b) in [("东湖", "西湖"), ("第一", "第二"), ("一厂", "二厂")] {
        for (comparison, [left, right]) in [
            ("name", [a, b].map(|name| format!("name=深圳市{name}贸易有限公司"))),
            ("person", [a, b].map(|name| format!("legal_rep=王{name}"))),
            ("address", [a, b].map(&road)),
        ] {
            let model = empty_model();
            let found = label(&record("0:a", &left), &record("1:b", &right), comparison, &model);
            assert!(!found.contains("homophone") && !found.contains("lookalike"), "{left} {right}: {found}");
            assert!(!found.contains("trade equal") && !found.starts_with("norm equal"), "{left} {right}: {found}");
        }
    }
}

proptest! {
    #[test]
    fn a_bound_changes_no_similarity(a in "[ABC张李王 ]{0,12}", b in "[ABC张李王 ]{0,12}", min in 0.5_f64..1.0, max in 1_usize..4) {
        let similarity = jaro_winkler::similarity(a.chars(), b.chars());
        prop_assert_eq!(are_similar(&a, &b, min), similarity >= min);
        prop_assert_eq!(few_edits(&a, &b, max), osa::distance(a.chars(), b.chars()) <= max);
    }
}

#[test]
fn a_case_of_names_changes_later_levels() {
    let (room, owner) = ("address=深圳市南山区科苑路15号科兴科学园A座1501室", "legal_rep=王伟");
    let (firm, sister) = ("name=深圳市明鹭科技有限公司", "name=深圳市明鹭餐饮有限公司");
    let of = |name: &str| format!("{name} {room} {owner}");
    check("person", &of(firm), &of(sister), "text equal | sister");
    check("address", &of(firm), &of(sister), "place agrees building | sister");
    check("person", &of(firm), &of(firm), "text equal");
    let elsewhere = format!("{firm} address=深圳市南山区学府路1号");
    check("address", &of(firm), &elsewhere, "county equal | namesake");
    check("address", room, "address=深圳市南山区学府路1号", "county equal");
}

#[test]
fn another_room_of_a_building_is_no_other_building() {
    let room = "address=深圳市南山区科苑路15号科兴科学园A座1501室";
    check("address", room, "address=深圳市南山区科苑路15号科兴科学园A座803室", "place shares building");
}

#[test]
fn a_former_name_counts_as_a_name() {
    let renamed = "name=深圳市新鹭科技有限公司 former_name=深圳市明鹭数据科技有限公司";
    check("name", renamed, "name=深圳市明鹭数据科技有限公司", "norm equal");
}

#[test]
fn codes_of_three_generations_are_one() {
    check("code", "uscc=91440305MA5ABCD195", "org_code=MA5ABCD1-9", "org equal");
    check("code", "uscc=91440305MA5ABCD195", "tax_no=440305MA5ABCD19", "org equal");
    check("code", "uscc=91440305MA5ABCD195", "uscc=91440305MA5ABCD19X", "guess equal");
    check("code", "uscc=91440305MA5ABCD195", "uscc=91440305MA5ABDD195", "guess edits 1");
    check("code", "uscc=91440305MA5ABCD195", "uscc=92440306MA5H0K2N71", "else");
    check("code", "uscc=91440305MA5ABCD195", "uscc=无", "missing 1");
}

#[test]
fn addresses_agree_as_far_as_they_go() {
    let room = "address=深圳市南山区科苑路15号科兴科学园A座1501室";
    check("address", room, "address=南山区科苑路15号科兴科学园A栋1501", "place agrees room");
    check("address", room, "address=南山区科苑路15号科兴科学园A座15楼", "place agrees floor");
    check("address", room, "address=南山区科苑路15号科兴科学园A座", "place agrees building");
    check("address", room, "address=深圳市南山区学府路1号", "county equal");
    check("address", room, "address=龙岗区坂田街道五和大道南118号", "else");
    check("address", room, "office_address=南山区科苑路15号科兴科学园A栋1501", "place agrees room");
}

#[test]
fn a_hosting_address_is_no_evidence() {
    let hosted = "address=深圳市前海深港合作区前湾一路1号A栋201室（入驻深圳市前海商务秘书有限公司）";
    check("address", hosted, "address=前海深港合作区前湾一路1号A栋201", "missing 1");
    check("address", hosted, "address=龙岗区坂田街道五和大道南118号", "missing 1");
}

#[test]
fn other_fields() {
    check("person", "legal_rep=王伟", "legal_rep=王 伟".replace(' ', "").as_str(), "text equal");
    check("person", "legal_rep=王伟", "legal_rep=李强", "else");
    check("phone", "phone=0755-26712345", "phone=26712345", "text equal");
    check("phone", "phone=13800138000", "phone=13800138001", "text edits 1");
    check("phone", "phone=13800138000", "phone=13900139001", "else");
    check("website", "website=https://www.minglu.cn/about", "website=minglu.cn", "domain equal");
    check("established", "established=2019-03-05", "established=20190305", "text equal");
    check("established", "established=2019-03-05", "established=2019年3月20日", "text within 31");
    check("established", "established=2019-03-05", "established=2029-03-05", "text edits 1");
    check("established", "established=2019-03-05", "established=2021-04-07", "else");
}

#[test]
fn a_value_of_too_many_entities_is_no_evidence() {
    let agents: Vec<Record> = (0..6).map(|n| record(&format!("0:{n}"), "phone=13800138000")).collect();
    let model = FrozenModel::count(schema(), &agents);
    assert_eq!(label(&agents[0], &agents[1], "phone", &model), "missing 6");
    let model = FrozenModel::count(schema(), &agents[..5]);
    assert_eq!(label(&agents[0], &agents[1], "phone", &model), "text equal");
}

/// The shipped example of a schema for people and organizations in any script.
fn party_model() -> FrozenModel {
    let text = include_str!("../../../data-samples/truthset/party.toml");
    FrozenModel::count(Schema::read(text).expect("the sample is right"), &[])
}

/// A record of that schema; values are parted by `;`.
fn party(values: &str, model: &FrozenModel) -> Record {
    let row = values.split(';').filter_map(|pair| pair.split_once('='));
    let values = row.map(|(name, value)| (model.schema.field(name).expect(name), value.to_string())).collect();
    let key = RecordKey { source: SourceIdx(0), id: "1".into() };
    normalize(&SourceRecord { key, updated_at: None, values }, &model.schema, &Jurisdiction::default()).0
}

#[track_caller]
fn check_party(comparison: &str, a: &str, b: &str, expect: &str) {
    let model = party_model();
    let (a, b) = (party(a, &model), party(b, &model));
    assert_eq!(label(&a, &b, comparison, &model), expect);
    assert_eq!(label(&b, &a, comparison, &model), expect, "the other way round");
}

#[test]
fn names_in_any_script() {
    check_party("name", "name=Smith, Bob", "other_name=Bob Smith", "words equal");
    check_party("name", "name=王杰", "name=Wang, Jie", "words equal");
    check_party("name", "name=Meyer, Susan", "name=Susan Meyer Thomas", "words contain 2");
    check_party("name", "name=Smith, B", "name=Smith, Bob, J", "words alike");
    check_party("name", "name=Anderson, Amanda", "name=Jones, Amanda", "given alike");
    check_party("name", "name=Kusha, Mark", "name=Kusha, Marsha", "else");
    check_party("name", "name=Kusha, Mark", "name=…", "missing 1");
    check_party("generation", "name=Dobbins Jr, David", "name=Dobbins Senior, David", "else");
    check_party("generation", "name=Dobbins Jr, David", "name=Dobbins, David", "missing 1");
}

#[test]
fn dates_addresses_and_numbers_of_any_country() {
    check_party("birth date", "birth_date=12/11/1978", "birth_date=1978-12-11", "text equal");
    check_party("birth date", "birth_date=12/11/78", "birth_date=11/12/1978", "text swapped");
    check_party("birth date", "birth_date=20/8/1991", "birth_date=8/20/91", "text equal");
    check_party("birth date", "birth_date=10/27/76", "birth_date=28-Oct-76", "text edits 1");
    check_party("birth date", "birth_date=1/7/80", "birth_date=3/15/1990", "else");
    check_party("address", "address=1515 Adela Lane, Las Vegas, NV", "address=1515 Adela Ln, LV, NV", "house equal");
    check_party("address", "address=12 King St, 10012", "address=81 Duke St, 10012", "postcode equal");
    check_party(
        "address",
        "address=18 Danver Pl, Leicester, UK",
        "address=18 Danver Place, Leicester",
        "words contain 3",
    );
    check_party("phone", "phone=+1 (702) 919-1300", "phone=919-1300", "digits ends 7");
    check_party("phone", "phone=+39 0352 6553537", "phone=0352 6553537", "digits ends 7");
    check_party("phone", "phone=702-919-1300", "phone=12", "missing 1");
    check_party("email", "email=\"Jay Jones\" <JJones@Fmail.com>", "email=jjones@fmail.com", "email equal");
    check_party("ssn", "ssn=521-21-2123", "ssn=521212123", "plain equal");
}

#[test]
fn exclusive_comparisons_part() {
    let model = party_model();
    let parted = |a: &str, b: &str| law::are_excluded(&party(a, &model), &party(b, &model), &model);
    assert!(parted("record_type=PERSON", "record_type=ORGANIZATION"));
    assert!(parted("name=Klein, Morris I", "name=Klein, Morris II"));
    assert!(parted("ssn=294-66-9999", "ssn=201-77-7719"));
    assert!(!parted("ssn=294-66-9999", "ssn=294669998"), "one digit is a typing error");
    assert!(!parted("ssn=294-66-9999", "name=Klein, Morris"), "what is missing parts nothing");
}

/// Values of people and organizations that agree now and then.
const PARTY_POOL: [&str; 24] = [
    "name=Smith, Bob",
    "name=Smith, Robert, E",
    "name=B Smith Jr",
    "name=Smith Sr, Rob",
    "name=王杰",
    "name=Wang, Jie",
    "other_name=Universal Exports, Inc",
    "other_name=Univrsl Export",
    "name=Васильев, Александр",
    "name=Alexander Vasiliev",
    "birth_date=12/11/1978",
    "birth_date=11/12/1978",
    "birth_date=1978-12-12",
    "birth_date=3/31/54",
    "address=123 Main Street, Las Vegas NV 89132",
    "address=123 E Main St, 89132",
    "address=Ansbacher Strasse 23, 56422",
    "address=23 Ansbacher Street",
    "phone=702-919-1300",
    "phone=919-1300",
    "email=Bob <b@smith.com>",
    "email=b@smith.com",
    "ssn=294-66-9999",
    "ssn=294669998",
];

/// Records of up to eight of these values.
fn parties() -> impl Strategy<Value = String> {
    let picks = prop::collection::vec(any::<prop::sample::Index>(), 0..8);
    picks.prop_map(|picks| picks.iter().map(|pick| *pick.get(&PARTY_POOL)).collect::<Vec<_>>().join(";"))
}

/// Comparisons on whose first unconditional level a value agrees with itself, whatever it is.
const REFLEXIVE: [&str; 7] = ["registration number", "person", "person id", "phone", "email", "website", "established"];

#[test]
fn many_values_are_cut_alike_on_both_sides() {
    // Found by fuzzing: a bound on pairs of values cut other pairs when the records changed places.
    let names = |stem: &str, n: u32| (0..n).map(|i| format!("name={stem}{i}号商行")).collect::<Vec<_>>().join(" ");
    let (many, few) = (names("明鹭", 40), names("远山", 4));
    check("name", &format!("name=白石洲书店 {many}"), &format!("{few} name=白石洲书店"), "norm equal");
    check("name", &format!("{many} name=白石洲书店"), &format!("{few} name=白石洲书店"), "else");
}

proptest! {
    #[test]
    fn comparing_is_symmetric(a in records(), b in records()) {
        let model = empty_model();
        let levels = |vector: &ComparisonVector| vector.iter().map(|finding| finding.level).collect::<Vec<_>>();
        prop_assert_eq!(levels(&compare(&a, &b, &model)), levels(&compare(&b, &a, &model)));
    }

    #[test]
    fn a_record_agrees_with_itself(a in records()) {
        let model = empty_model();
        for (finding, comparison) in compare(&a, &a, &model).iter().zip(&model.schema.comparisons) {
            if REFLEXIVE.contains(&comparison.name.as_str()) {
                let plain = comparison.levels.iter().position(|level| level.given.is_none()).unwrap_or_default();
                prop_assert!(finding.level.is_none_or(|level| usize::from(level) <= plain), "{}: {:?}", comparison.name, finding);
            }
        }
    }

    #[test]
    fn findings_point_at_values_of_the_compared_fields(a in records(), b in records()) {
        let model = empty_model();
        for (finding, comparison) in compare(&a, &b, &model).iter().zip(&model.schema.comparisons) {
            if finding.level.is_some() {
                let (left, right) = (&a.values[finding.values.0 as usize], &b.values[finding.values.1 as usize]);
                prop_assert!(comparison.fields.contains(&left.field) && comparison.fields.contains(&right.field));
            }
        }
    }

    #[test]
    fn comparing_parties_is_symmetric(a in parties(), b in parties()) {
        let model = party_model();
        let (a, b) = (party(&a, &model), party(&b, &model));
        let levels = |vector: &ComparisonVector| vector.iter().map(|finding| finding.level).collect::<Vec<_>>();
        prop_assert_eq!(levels(&compare(&a, &b, &model)), levels(&compare(&b, &a, &model)));
        let vector = compare(&a, &b, &model);
        prop_assert_eq!(law::are_excluded(&a, &b, &model), law::excludes(&vector, &model.schema));
        prop_assert_eq!(law::are_excluded(&b, &a, &model), law::excludes(&vector, &model.schema));
    }

    #[test]
    fn any_text_can_be_compared(a in odd_rows(), b in odd_rows()) {
        let model = empty_model();
        let (a, b) = (normalize(&a, &model.schema, &shenzhen()).0, normalize(&b, &model.schema, &shenzhen()).0);
        prop_assert_eq!(compare(&a, &b, &model).len(), model.schema.comparisons.len());
    }
}
