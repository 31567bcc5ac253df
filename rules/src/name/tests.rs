//! The shared vectors of `data-samples/vectors/names.json`, and what must hold for any text at all.

use super::*;
use proptest::prelude::*;
use serde_json::Value;

fn vectors(key: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../../../data-samples/vectors/names.json")).unwrap();
    file[key].as_array().unwrap().clone()
}

/// Every part that the vector names, beside what was parsed.
#[track_caller]
fn check(vector: &Value) {
    let name = parse(vector["name"].as_str().unwrap());
    let branch = name.branch();
    let found = serde_json::json!({
        "norm": name.norm(),
        "canonical": name.canonical(),
        "region": name.region().map(|region| region.code()),
        "trade_name": name.trade_name(),
        "industry": name.industry(),
        "form": name.form().word(),
        "notes": name.notes(),
        "former_name": name.former_name(),
        "parent": branch.map(|branch| branch.parent),
        "descriptor": branch.map(|branch| branch.descriptor),
        "kind": branch.map(|branch| branch.kind),
    });
    for (part, expected) in vector.as_object().unwrap().iter().filter(|(part, _)| *part != "name") {
        assert_eq!(&found[part], expected, "{part} of {}", vector["name"]);
    }
}

#[test]
fn vectors_of_names() {
    vectors("names").iter().for_each(check);
}

#[test]
fn vectors_of_pairs() {
    for pair in vectors("pairs") {
        let (a, b) = (parse(pair["a"].as_str().unwrap()), parse(pair["b"].as_str().unwrap()));
        let found = similarity(&a, &b);
        assert!(found >= pair["at_least"].as_f64().unwrap_or(0.0), "{found} {pair}");
        assert!(found <= pair["at_most"].as_f64().unwrap_or(1.0), "{found} {pair}");
        assert_eq!(serde_json::json!(relation(&a, &b)), pair["relation"], "{pair}");
    }
}

#[test]
fn parts_of_the_canonical_name_follow_one_another() {
    let name = parse("明鹭（集团）科技（深圳）股份有限公司(二期)");
    assert_eq!(name.canonical(), "深圳明鹭科技(集团)股份有限公司(二期)");
    assert_eq!((name.region_text(), name.core(), name.form_text()), ("深圳", "明鹭科技", "(集团)股份有限公司"));
}

#[test]
fn a_former_name_of_a_reordered_name_is_kept_apart() {
    let name = parse("明鹭科技（深圳）有限公司（原明鸥科技有限公司）");
    assert_eq!((name.canonical(), name.former_name()), ("深圳明鹭科技有限公司", Some("明鸥科技有限公司")));
}

#[test]
fn an_endless_text_is_cut() {
    let name = parse(&"明鹭".repeat(100_000));
    assert!(name.steps().contains(NameSteps::CUT) && name.norm().len() <= N_NAME_BYTES_MAX);
}

#[test]
fn a_name_takes_little_memory() {
    let name = parse("深圳市明鹭数据科技有限公司龙岗第一分公司");
    assert!(size_of_val(&name) + name.text.len() <= 160);
}

/// Texts made of the words that the parser looks for, in any order.
fn jumbled_name() -> impl Strategy<Value = String> {
    let words = [
        "深圳",
        "深圳市",
        "南山区",
        "明鹭",
        "三",
        "第",
        "一",
        "2",
        "科技",
        "电子",
        "有限公司",
        "公司",
        "集团",
        "(",
        ")",
        "分公司",
        "店",
        "支行",
        "银行",
        "驻",
        "办事处",
        "本部",
        "(本部)",
        "曾用名",
        "原",
        "中国",
        "(集团)",
        "(深圳)",
        "(有限合伙)",
        "十",
        "百",
        "粤海街道",
        "开发区",
        "A",
        " ",
        "。",
        "鷺",
        "ﷺ",
        "\u{301}",
        "㈱",
        "已注销",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..12).prop_map(|words| words.concat())
}

fn check_total(text: &str) -> Result<(), TestCaseError> {
    let name = parse(text);
    let again = parse(name.norm());
    prop_assert_eq!(again.norm(), name.norm());
    prop_assert_eq!(again.canonical(), name.canonical());
    prop_assert!(name.norm().contains(name.form_text()) || name.canonical().contains(name.form_text()));
    prop_assert!((0.0..=1.0).contains(&name.confidence()));
    prop_assert_eq!(similarity(&name, &name), 1.0);
    prop_assert!(!is_short_of(text, &name) || !text.is_empty());
    serde_json::to_string(&name.describe()).unwrap();
    Ok(())
}

proptest! {
    #[test]
    fn any_text_parses_and_its_norm_is_stable(text in "\\PC*") {
        check_total(&text)?;
    }

    #[test]
    fn any_bytes_parse(text in any::<String>()) {
        check_total(&text)?;
    }

    #[test]
    fn any_jumble_of_name_words_parses(text in jumbled_name()) {
        check_total(&text)?;
    }

    #[test]
    fn similarity_is_symmetric(a in jumbled_name(), b in jumbled_name()) {
        let (a, b) = (parse(&a), parse(&b));
        prop_assert_eq!(similarity(&a, &b), similarity(&b, &a));
        prop_assert!((0.0..=1.0).contains(&similarity(&a, &b)));
    }
}
