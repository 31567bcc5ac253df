//! What a small register answers, and what holds for every register and every query.

use proptest::prelude::*;

use super::*;
use crate::write::build;

mod damage;
mod live;

/// A register of a few entities; the directory lives as long as the index.
struct Register {
    index: SearchIndex,
    _dir: tempfile::TempDir,
}

fn register(docs: &[EntityDoc], n_threads: usize) -> Register {
    let dir = tempfile::tempdir().unwrap();
    build(dir.path(), docs.iter().cloned(), n_threads, 7, 0).unwrap();
    Register { index: SearchIndex::open(dir.path()).unwrap(), _dir: dir }
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|&value| value.to_owned()).collect()
}

fn entity(id: &str, names: &[&str]) -> EntityDoc {
    EntityDoc { id: id.to_owned(), kind: "enterprise".to_owned(), names: texts(names), ..EntityDoc::default() }
}

fn city() -> Vec<EntityDoc> {
    let tencent = EntityDoc {
        codes: texts(&["91440300708461136T"]),
        addresses: texts(&["深圳市南山区粤海街道麻岭社区科技中一路腾讯大厦35层"]),
        people: texts(&["马化腾"]),
        district: "南山区".to_owned(),
        industry: "6513".to_owned(),
        status: "存续".to_owned(),
        ..entity("E1", &["深圳市腾讯计算机系统有限公司"])
    };
    let huawei = EntityDoc {
        codes: texts(&["914403001922038216"]),
        addresses: texts(&["深圳市龙岗区坂田华为总部办公楼"]),
        people: texts(&["赵明路"]),
        district: "龙岗区".to_owned(),
        industry: "3921".to_owned(),
        status: "存续".to_owned(),
        ..entity("E2", &["华为技术有限公司", "深圳市华为技术有限公司", "HUAWEI"])
    };
    let person = EntityDoc { kind: "person".to_owned(), ..entity("P1", &["马化腾"]) };
    let shop =
        EntityDoc { district: "南山区".to_owned(), ..entity("E3", &["深圳市南山区鑫盛达电子商行"]) };
    let other =
        EntityDoc { status: "注销".to_owned(), ..entity("E4", &["深圳市鑫盛华电子科技有限公司"]) };
    vec![tencent, huawei, person, shop, other]
}

fn search(register: &Register, text: &str) -> SearchAnswer {
    register.index.search(&SearchQuery { text, limit: 10, ..SearchQuery::default() }).unwrap()
}

fn check_first(text: &str, expect_id: &str, expect_field: MatchedField) {
    let answer = search(&register(&city(), 1), text);
    let first = answer.hits.first().unwrap_or_else(|| panic!("nothing found for {text}"));
    assert_eq!((first.id.as_str(), first.why[0].field), (expect_id, expect_field), "{text}: {:?}", answer.hits);
}

const NAME: MatchedField = MatchedField::Text(Channel::Name);

#[test]
fn a_damaged_name_finds_its_entity() {
    check_first("深圳市腾讯计算机系统有限公司", "E1", NAME);
    check_first("深圳腾讯计算机系统有限公司", "E1", NAME);
    check_first("深圳市騰訊計算機系統有限公司", "E1", NAME);
    check_first("深圳市讯腾计算机系统有限公司", "E1", NAME);
    check_first("深圳市腾迅计算机系统有限公司", "E1", NAME);
    check_first("腾讯（深圳）计算机系统有限公司", "E1", NAME);
    check_first("腾讯计算机", "E1", NAME);
    check_first("huawei", "E2", NAME);
}

#[test]
fn codes_ids_people_and_addresses_find_it_too() {
    check_first("91440300708461136T", "E1", MatchedField::Code);
    check_first("91440300-708461136t", "E1", MatchedField::Code);
    check_first("708461136", "E1", MatchedField::Code);
    check_first("70846", "E1", MatchedField::Code);
    check_first("E4", "E4", MatchedField::Id);
    check_first("赵明路", "E2", MatchedField::Text(Channel::Person));
    check_first("南山区科技中一路腾讯大厦", "E1", MatchedField::Text(Channel::Address));
}

#[test]
fn a_short_name_beats_a_person_of_nearly_that_name() {
    let firm = entity("E1", &["广东东阳光科技控股股份有限公司"]);
    let other = EntityDoc { people: texts(&["东阳文"]), ..entity("E2", &["深圳市鑫华建筑经营部"]) };
    let hits = search(&register(&[other, firm], 1), "东阳光").hits;
    assert_eq!(hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(), ["E1", "E2"]);
}

/// Two hundred firms and shops of a city whose names hold the characters of short names, and three listed companies.
fn city_with_listed_companies() -> Vec<EntityDoc> {
    let mut docs = Vec::new();
    for (n, trade) in ["明鹭", "武钢", "白鸥", "金沙", "明白"].iter().enumerate() {
        for (m, rest) in ["贸易有限公司", "钢材有限公司", "茶叶店", "科技有限公司", "股份合作公司"].iter().enumerate()
        {
            for (k, place) in
                ["深圳市", "广东", "深圳市南山区", "", "东莞市", "惠州市", "佛山市", "珠海市"].iter().enumerate()
            {
                docs.push(entity(&format!("C{n}{m}{k}"), &[&format!("{place}{trade}{rest}")]));
            }
        }
    }
    docs.push(entity("L1", &["武汉钢铁股份有限公司", "武昌白鸥股份有限公司"]));
    docs.push(entity("L2", &["内蒙古明鹭生态环境（集团）股份有限公司"]));
    docs.push(entity("L3", &["深圳市物业发展(集团)股份有限公司"]));
    docs
}

#[test]
fn a_short_name_finds_its_company_among_firms_that_hold_its_characters() {
    let register = register(&city_with_listed_companies(), 1);
    for (short, expect) in
        [("武钢股份", "L1"), ("*ST明鹭", "L2"), ("明鹭集团", "L2"), ("深物业A", "L3"), ("白鸥茶叶", "C222")]
    {
        let hits = search(&register, short).hits;
        let found: Vec<&str> = hits.iter().map(|hit| hit.name.as_str()).collect();
        let place = hits.iter().position(|hit| hit.id == expect);
        let most = if expect.starts_with('L') { 0 } else { 7 };
        assert!(place.is_some_and(|place| place <= most), "{short}: {found:?}");
    }
}

#[test]
fn a_short_name_that_is_known_comes_first() {
    let mut docs = city_with_listed_companies();
    docs.push(entity("K1", &["北海银河股份有限公司", "ST明鹭"]));
    assert_eq!(search(&register(&docs, 1), "ST明鹭").hits[0].id, "K1");
}

#[test]
fn a_group_in_brackets_stays_where_it_is() {
    let hits = search(&register(&city_with_listed_companies(), 1), "深圳市物业发展集团股份有限公司").hits;
    assert_eq!((hits[0].id.as_str(), hits[0].score), ("L3", 1.0));
}

/// Every character dropped, exchanged with its neighbor or replaced, of twenty generated names among four hundred.
#[test]
fn one_damaged_character_finds_the_name_again() {
    let letters: Vec<char> = "鑫盛华达宏源泰兴隆丰恒瑞信诚德天海金龙凤".chars().collect();
    let name = |n: usize| format!("深圳市{}{}科技有限公司", letters[n % 20], letters[(n / 20 + n) % 20]);
    let docs: Vec<EntityDoc> = (0..400).map(|n| entity(&format!("E{n}"), &[&name(n)])).collect();
    let register = register(&docs, 2);
    let (mut n_asked, mut n_found, mut n_first) = (0, 0, 0);
    for n in (0..400).step_by(20) {
        let whole: Vec<char> = name(n).chars().collect();
        for at in 0..whole.len() {
            let mut dropped = whole.clone();
            dropped.remove(at);
            let mut wrong = whole.clone();
            wrong[at] = '龘';
            let mut swapped = whole.clone();
            swapped.swap(at, (at + 1) % whole.len());
            for text in [dropped, wrong, swapped] {
                let hits = search(&register, &text.into_iter().collect::<String>()).hits;
                n_asked += 1;
                n_found += usize::from(hits.iter().any(|hit| hit.name == name(n)));
                n_first += usize::from(hits.first().is_some_and(|hit| hit.name == name(n)));
            }
        }
    }
    // Where the trade name lost a character, nineteen others are as near.
    assert_eq!(n_asked, 20 * 11 * 3);
    assert!(n_found * 100 >= n_asked * 90 && n_first * 100 >= n_asked * 80, "{n_found} and {n_first} of {n_asked}");
}

#[test]
fn an_equal_name_or_code_scores_one() {
    let register = register(&city(), 1);
    for text in ["深圳市腾讯计算机系统有限公司", "91440300708461136T", "E1", "马化腾"] {
        assert_eq!(search(&register, text).hits[0].score, 1.0, "{text}");
    }
}

#[test]
fn a_former_name_is_named_as_the_reason() {
    let hit = &search(&register(&city(), 1), "深圳市华为技术有限公司").hits[0];
    assert_eq!((hit.name.as_str(), hit.why[0].text.as_str()), ("华为技术有限公司", "深圳市华为技术有限公司"));
}

#[test]
fn filters_hold_for_every_way_to_a_hit() {
    let register = register(&city(), 1);
    for text in ["马化腾", "E1", "91440300708461136T", "腾讯"] {
        let query = SearchQuery { text, kind: Some("person"), limit: 10, ..SearchQuery::default() };
        let answer = register.index.search(&query).unwrap();
        assert!(answer.hits.iter().all(|hit| hit.entity.kind == "person"), "{text}");
    }
    let query = SearchQuery { text: "马化腾", kind: Some("宇宙飞船"), limit: 10, ..SearchQuery::default() };
    assert_eq!(register.index.search(&query).unwrap(), SearchAnswer::default());
}

#[test]
fn facets_count_what_is_similar() {
    let answer = search(&register(&city(), 1), "鑫盛");
    assert_eq!(answer.n_total_estimate, 2);
    assert_eq!(answer.facets[0].counts, [("enterprise".to_owned(), 2)]);
    assert_eq!(answer.facets[1].counts, [("南山区".to_owned(), 1)]);
    assert_eq!(answer.facets[3].counts, [("注销".to_owned(), 1)]);
}

#[test]
fn pages_join_without_gap_or_repeat() {
    let docs: Vec<EntityDoc> = (0..30).map(|n| entity(&format!("E{n:02}"), &["鑫盛达科技有限公司"])).collect();
    let register = register(&docs, 1);
    let page = |offset, limit| {
        let query = SearchQuery { text: "鑫盛达", limit, offset, ..SearchQuery::default() };
        register.index.search(&query).unwrap().hits
    };
    let whole = page(0, 30);
    assert_eq!(whole.len(), 30);
    assert_eq!([page(0, 11), page(11, 11), page(22, 11)].concat(), whole);
}

#[test]
fn equal_names_come_in_the_same_order_from_any_segmentation() {
    let docs: Vec<EntityDoc> = (0..3_000).map(|n| entity(&format!("E{n:04}"), &["鑫盛达科技有限公司"])).collect();
    let mut reversed = docs.clone();
    reversed.reverse();
    let (left, right) = (register(&docs, 1), register(&reversed, 3));
    assert_eq!(search(&left, "鑫盛达").hits, search(&right, "鑫盛达").hits);
}

#[test]
fn retrieve_unites_names_and_codes() {
    let register = register(&city(), 1);
    let found = register.index.retrieve(&["华为技术有限公司"], &["91440300708461136T"], 10).unwrap();
    let ids: Vec<&str> = found.iter().map(|found| found.id.as_str()).collect();
    assert_eq!((ids.len() >= 2, ids[..2].contains(&"E1"), ids[..2].contains(&"E2")), (true, true, true));
    assert!(register.index.retrieve(&[], &["9144"], 10).unwrap().is_empty());
}

#[test]
fn highlights_are_ranges_of_the_display_name() {
    let check = |name: &str, text: &str, expect: &[&str]| {
        let marked: Vec<&str> = answer::highlights(name, text).into_iter().map(|range| &name[range]).collect();
        assert_eq!(marked, expect, "{name} {text}");
    };
    check("深圳市腾讯计算机系统有限公司", "腾讯计算机", &["腾讯计算机"]);
    check("鑫盛（深圳）科技有限公司", "鑫盛科技", &["鑫盛", "科技"]);
    check("騰訊控股", "腾讯", &["騰訊"]);
    check("鑫盛", "盛鑫", &["鑫盛"]);
    check("鑫盛", "华达", &[]);
    check("", "华达", &[]);
}

#[test]
fn an_empty_register_and_an_empty_query_find_nothing() {
    let nothing = register(&[], 1);
    assert_eq!(search(&nothing, "腾讯").hits, []);
    assert_eq!((nothing.index.n_entities(), nothing.index.sequence()), (0, 7));
    let answer = search(&register(&city(), 1), " （）!");
    assert_eq!((answer.hits.len(), answer.n_total_estimate), (0, 0));
}

#[test]
fn the_walk_spends_no_more_than_its_budget() {
    let gram = |doc_freq, weight| walk::QueryGram { text: "鑫".to_owned(), doc_freq, weight, is_expected: true };
    let budget = walk::POSTINGS_WALKED_MAX;
    let grams = [gram(0, 200), gram(10, 90), gram(20, 80), gram(budget, 70), gram(budget, 1)];
    assert_eq!(walk::walked(&grams, None).len(), 3);
    let common = [gram(budget, 9), gram(budget, 8), gram(budget, 7)];
    assert_eq!(walk::walked(&common, None).len(), walk::RAREST_WALKED_MIN);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_register_answers_any_query(
        names in prop::collection::vec("[鑫盛华达科技()（）a-c0-9 ]{0,12}|\\PC{0,6}", 0..12),
        text in "[鑫盛华达科技()（）a-c0-9 ]{0,12}|\\PC*",
    ) {
        let docs: Vec<EntityDoc> = names.iter().enumerate().map(|(n, name)| entity(&format!("E{n}"), &[name])).collect();
        let answer = search(&register(&docs, 1), &text);
        for hit in &answer.hits {
            prop_assert!((0.0..=1.0).contains(&hit.score));
            prop_assert!(hit.highlights.iter().all(|range| hit.name.get(range.clone()).is_some()));
        }
        prop_assert!(answer.hits.is_sorted_by(|a, b| a.score >= b.score));
    }

    #[test]
    fn order_and_threads_do_not_change_an_answer(
        names in prop::collection::vec("[鑫盛华达科技]{2,8}", 1..40),
        text in "[鑫盛华达科技]{2,8}",
    ) {
        let docs: Vec<EntityDoc> = names.iter().enumerate().map(|(n, name)| entity(&format!("E{n}"), &[name])).collect();
        let mut reversed = docs.clone();
        reversed.reverse();
        prop_assert_eq!(search(&register(&docs, 1), &text), search(&register(&reversed, 2), &text));
    }
}
