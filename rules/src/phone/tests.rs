//! Telephone fields as departments deliver them; the standard cases are in data-samples/vectors/phones.json.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

const SHENZHEN: Option<&str> = Some("0755");

/// Numbers are written `+86…;ext=…`, as in RFC 3966, and joined by a space.
#[track_caller]
fn check(input: &str, expect: &str) {
    assert_eq!(shown(input, SHENZHEN), expect, "parse({input:?})");
}

fn shown(input: &str, area_code: Option<&str>) -> String {
    let phones = parse(input, area_code);
    let show = |phone: &Phone| match &phone.extension {
        Some(extension) => format!("{};ext={extension}", phone.e164),
        None => phone.e164.to_string(),
    };
    phones.iter().map(show).collect::<Vec<_>>().join(" ")
}

#[test]
fn vectors() {
    let file = include_str!("../../../data-samples/vectors/phones.json");
    let vectors: Vec<Value> = serde_json::from_str(file).expect("the vectors are JSON");
    assert!(!vectors.is_empty());
    for vector in vectors {
        let text = vector["text"].as_str().expect("text");
        let expect = vector["phones"].as_str().expect("phones");
        assert_eq!(shown(text, vector["area_code"].as_str()), expect, "{vector}");
    }
}

#[test]
fn mobiles() {
    check("138 0013 8000", "+8613800138000");
    check("0086 138-0013-8000", "+8613800138000");
    check("17951 13800138000", "+8613800138000");
    check("17951000000", "+8617951000000");
    check("013800138000", "+8613800138000");
    check("手机：13800138000（王小姐）", "+8613800138000");
    check("13800138000 13900139000", "+8613800138000 +8613900139000");
    check("13800138000、13800138000", "+8613800138000");
    check("138****8000", "");
    check("12800138000", "");
}

#[test]
fn landlines() {
    check("(0755) 8260-1234", "+8675582601234");
    check("+86 755 8260 1234", "+8675582601234");
    check("+86 (0)755-82601234", "+8675582601234");
    check("010-62345678", "+861062345678");
    check("0771-5551234", "+867715551234");
    check("82601234", "+8675582601234");
    check("82601234 82605678", "+8675582601234 +8675582605678");
    check("0755-12345678", "");
    check("1234567", "");
    check("+867+5582601234", "");
    assert_eq!(shown("82601234", None), "");
    assert_eq!(shown("82601234", Some("755")), "+8675582601234");
    assert_eq!(shown("82601234", Some("深圳")), "");
}

#[test]
fn extensions() {
    check("0755-82601234-801", "+8675582601234;ext=801");
    check("0755-82601234#8", "+8675582601234;ext=8");
    check("82601234转分机801", "+8675582601234;ext=801");
    check("82601234 EXT. 801", "+8675582601234;ext=801");
    check("82601234转", "+8675582601234");
}

#[test]
fn service_numbers() {
    check("400-888-1234", "+864008881234");
    assert_eq!(parse("800 830 1234", None)[0].kind, PhoneKind::Service400);
}

#[test]
fn several_numbers_share_their_beginning() {
    check("82601234/35", "+8675582601234 +8675582601235");
    check("0755-82601234/5/6", "+8675582601234 +8675582601235 +8675582601236");
    check("82601234、35", "+8675582601234 +8675582601235");
    check("0755-82601234~37", "+8675582601234 +8675582601235 +8675582601236 +8675582601237");
    check("82601298至301", "+8675582601298 +8675582601299 +8675582601300 +8675582601301");
    check("82601234转801/802", "+8675582601234;ext=801");
    check("82601234（9点至18点）", "+8675582601234");
    check("400-888-1234/5", "+864008881234");
    check("82601234/13800138000", "+8675582601234 +8613800138000");
}

#[test]
fn numbers_of_elsewhere_are_kept() {
    check("+852 2345 6789", "+85223456789");
    check("00852-23456789", "+85223456789");
    check("(852)23456789", "+85223456789");
    check("853-28123456", "+85328123456");
    check("+886-2-2345-6789", "+886223456789");
    check("+886 (0)2 2345 6789", "+886223456789");
    check("+1 (212) 555-0123", "+12125550123");
    check("0081-3-1234-5678", "+81312345678");
    check("+999 12345678", "");
    let kind = |text| parse(text, None)[0].kind;
    assert_eq!((kind("+85223456789"), kind("+12125550123")), (PhoneKind::HongKong, PhoneKind::Foreign));
}

#[test]
fn area_codes_are_those_of_cities() {
    check("0999-8123456", "+869998123456");
    check("0378-5123456", "+863785123456"); // given up in 2013
    check("0340-5123456", "");
    let place = |text| places_of(&parse(text, None)[0]).iter().map(|place| place.name()).collect::<Vec<_>>().join(" ");
    assert_eq!(place("0728-3212345"), "仙桃市 天门市 潜江市");
    assert_eq!(place("13800138000"), "");
    let code = |name| area_code_of(crate::division::named(name).expect("a division"));
    assert_eq!((code("深圳市"), code("海口市"), code("三亚市")), (Some("0755"), Some("0898"), Some("0898")));
    assert_eq!((code("昆山市"), code("北京市"), code("浙江省")), (Some("0512"), Some("010"), None));
}

#[test]
fn what_is_no_number_is_explained() {
    let problem = |text| read(text, None).problems;
    assert_eq!(problem(""), [PhoneProblem::Empty]);
    assert_eq!(problem("王经理"), [PhoneProblem::NoNumber]);
    assert_eq!(problem("138****8000"), [PhoneProblem::Masked]);
    assert_eq!(problem("8260-1234"), [PhoneProblem::AreaCodeMissing]);
    assert_eq!(problem("0340-5123456"), [PhoneProblem::AreaCodeUnknown]);
    assert_eq!(problem("12345678901"), [PhoneProblem::NoNumber]);
    let many: Vec<String> = (0..40).map(|n| format!("138{n:08}")).collect();
    assert_eq!(problem(&many.join(",")), [PhoneProblem::TooMany]);
}

proptest! {
    #[test]
    fn parsing_is_total(text in "[0-9０-９+()（）\\-/ ,、转至~#extX王]{0,40}|.*") {
        for phone in parse(&text, SHENZHEN) {
            prop_assert!(phone.e164.starts_with('+') && (8..=16).contains(&phone.e164.len()));
            prop_assert!(phone.e164[1..].bytes().all(|digit| digit.is_ascii_digit()));
        }
    }

    #[test]
    fn numbers_read_back(mobile in "1[3-9][0-9]{9}", local in "[2-8][0-9]{7}", extension in "[0-9]{1,6}") {
        let text = format!("{mobile};0755-{local}转{extension}");
        prop_assert_eq!(shown(&text, None), format!("+86{mobile} +86755{local};ext={extension}"));
    }

    #[test]
    fn parsing_is_idempotent(text in "[0-9+()\\-/ ,转]{0,40}") {
        for phone in parse(&text, SHENZHEN) {
            let again = parse(&phone.e164, None);
            prop_assert_eq!(again.len(), 1);
            prop_assert_eq!(&again[0].e164, &phone.e164);
        }
    }
}
