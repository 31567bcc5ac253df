//! Folding: the cases that registers really contain, and the properties that every caller relies on.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(input: &str, expect: &str) {
    assert_eq!(fold(input), expect, "fold({input:?})");
    assert_eq!(fold(expect), expect, "folding {expect:?} again");
}

#[track_caller]
fn check_keeping(keep: Keep, input: &str, expect: &str) {
    let mut out = String::new();
    fold_keeping(input, keep, &mut out);
    assert_eq!(out, expect, "fold_keeping({input:?}, {keep:?})");
}

#[track_caller]
fn check_steps(input: &str, expect: &str) {
    assert_eq!(fold_into(input, &mut String::new()).to_string(), expect, "steps of {input:?}");
}

#[track_caller]
fn check_number(input: &str, expect: Option<(u32, &str)>) {
    let read = chinese_number(input).map(|(value, n_bytes)| (value, &input[..n_bytes]));
    assert_eq!(read, expect, "chinese_number({input:?})");
}

#[test]
fn width_and_case() {
    check("ＡＢＣ　１２３（深圳）", "ABC123(深圳)");
    check("㈱明鹭", "(株)明鹭");
    check("第①期Ⅲ", "第1期III");
    check("ｶﾞ", "ガ");
    check("straße café", "STRASSECAFÉ");
    check("神林", "神林");
}

#[test]
fn brackets_and_punctuation() {
    check("明鹭〔中国〕【筹】[a]{b}《c》「d」＜e＞", "明鹭(中国)(筹)(A)(B)(C)(D)(E)");
    check("A&B・C•D", "A&B·C·D");
    check("“明鹭”，数据、科技。-/#", "明鹭数据科技");
    check("深\u{200B}圳\u{FEFF} 市\t\u{3000}\u{202E}", "深圳市");
    check("二○二○", "二〇二〇");
    check("", "");
    check("\u{E5E5}", "\u{E5E5}");
    check("🏢明鹭\u{FFFD}", "明鹭");
}

#[test]
fn traditional_to_simplified() {
    check("明鷺數據科技（深圳）有限公司", "明鹭数据科技(深圳)有限公司");
    check("瀋陽機床", "沈阳机床");
    check("後海實業發展", "后海实业发展");
    check("鐘錶維修", "钟表维修");
    check("薴", "苎");
}

#[test]
fn phrases_before_characters() {
    check("乾元投資", "乾元投资");
    check("乾隆", "乾隆");
    check("乾洗店", "干洗店");
    check("乾燥餅乾", "干燥饼干");
    check("餅 乾", "饼干");
    check("據瞭解廣告", "据了解广告");
    // Without another traditional character the phrase might be simplified text, where 瞭望 is right.
    check("一目瞭然", "一目瞭然");
    check("吳育昇", "吴育昇");
    check("手鍊", "手链");
    check("筆墨", "笔墨");
}

#[test]
fn simplified_text_is_not_touched() {
    check("坏子村沈家门后海著名了望塔", "坏子村沈家门后海著名了望塔");
    check("深圳市明鹭数据科技有限公司", "深圳市明鹭数据科技有限公司");
}

#[test]
fn simplified_text_takes_the_cheapest_way() {
    let is_slow =
        |char: &char| fold_characters(&char.to_string(), Keep::Name, table::get(), &mut String::new()).is_none();
    let simplified = simplify::all_simplified();
    assert!(simplified.len() > 3_000);
    assert_eq!(simplified.iter().filter(|char| is_slow(char)).collect::<Vec<_>>(), Vec::<&char>::new());
}

#[test]
fn what_is_kept() {
    check_keeping(Keep::Address, "科苑路１５号，Ａ座—３０１＃、３０２", "科苑路15号,A座-301#,302");
    check_keeping(Keep::Address, "101～105 室。", "101-105室");
    check_keeping(Keep::Phone, "（0755）8260　1234转801；+86 138", "(0755)8260 1234转801,+86 138");
    check_keeping(Keep::Code, " 91440305-ma5abcd19 5 ", "91440305MA5ABCD195");
    check_keeping(Keep::Code, "4403**********0014", "4403**********0014");
}

#[test]
fn steps_are_named() {
    check_steps("深圳市", "");
    check_steps("Ａ", "width");
    check_steps("a b，【鷺】", "brackets+spaces+punctuation+simplified+upper-case");
    check_steps("餅乾", "simplified");
    check_steps("㈱ａ", "width+upper-case");
}

#[test]
fn numerals() {
    check_number("一", Some((1, "一")));
    check_number("十二栋", Some((12, "十二")));
    check_number("二十", Some((20, "二十")));
    check_number("廿三", Some((23, "廿三")));
    check_number("一百零五号", Some((105, "一百零五")));
    check_number("一百一十", Some((110, "一百一十")));
    check_number("一百二", Some((120, "一百二")));
    check_number("三〇二", Some((302, "三〇二")));
    check_number("二〇二六年", Some((2026, "二〇二六")));
    check_number("两万三千零四十五", Some((23_045, "两万三千零四十五")));
    check_number("一万零五", Some((10_005, "一万零五")));
    check_number("一万五", Some((15_000, "一万五")));
    check_number("壹佰贰拾叁", Some((123, "壹佰贰拾叁")));
    check_number("三四十", None);
    check_number("百货", None);
    check_number("十百", None);
    check_number("万科", None);
    check_number("12", None);
    check_number("", None);
    check_number("九九九九九九九九九九九", None);
}

#[test]
fn ordinals() {
    let check = |input: &str, expect: &str| assert_eq!(ordinal_to_digits(input), expect);
    check("第一分公司", "第1分公司");
    check("第二十三店第五仓", "第23店第5仓");
    check("上海第一百货", "上海第1百货");
    check("第一百店", "第100店");
    check("第一百零三号", "第103号");
    check("第二万达广场", "第2万达广场");
    check("三一重工", "三一重工");
    check("第", "第");
    check("第百货", "第百货");
}

/// Text as registers have it, with enough of everything that folding treats specially.
fn register_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[深圳市明鹭数据科技有限公司瞭鍊筆乾昇後洗餅於徵沈坤吳育隆覆反]{0,6}",
        "[\\[（【〔ａ-ｚＡ０-９ \u{200B}\u{0301}\u{3099}·&\\-ﾞｶ]{0,4}",
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn folding_is_idempotent(text in register_text()) {
        for keep in [Keep::Name, Keep::Address, Keep::Phone, Keep::Code] {
            let (mut once, mut twice) = (String::new(), String::new());
            fold_keeping(&text, keep, &mut once);
            let steps = fold_keeping(&once, keep, &mut twice);
            prop_assert_eq!(&once, &twice);
            prop_assert!(steps.is_empty());
        }
    }

    #[test]
    fn cheap_and_general_folding_agree(text in register_text()) {
        let mut general = String::new();
        let general_steps = fold_strings(&text, Keep::Name, table::get(), &mut general);
        for cheap in [fold_characters, fold_phrases] {
            let mut out = String::new();
            if let Some(steps) = cheap(&text, Keep::Name, table::get(), &mut out) {
                prop_assert_eq!(&out, &general);
                prop_assert_eq!(steps.is_empty(), general_steps.is_empty());
            }
        }
    }

    #[test]
    fn nothing_is_reported_only_if_nothing_changed(text in register_text()) {
        let mut out = String::new();
        let steps = fold_into(&text, &mut out);
        prop_assert_eq!(steps.is_empty(), out == text);
    }

    #[test]
    fn numerals_are_total(text in "[第零〇一二两三九十百千万廿货号a]{0,20}") {
        if let Some((_, n_bytes)) = chinese_number(&text) {
            prop_assert!(text.is_char_boundary(n_bytes) && n_bytes > 0);
        }
        prop_assert!(ordinal_to_digits(&text).chars().filter(|char| *char == '第').count() <= text.chars().count());
    }

    #[test]
    fn spoken_numbers_are_read_back(value in 1_u32..100_000) {
        prop_assert_eq!(chinese_number(&spoken(value)).map(|(read, _)| read), Some(value));
    }
}

/// Writes a number as it is spoken, with 零 for every gap.
fn spoken(value: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let mut out = String::new();
    let mut is_gap = false;
    for (unit, name) in [(10_000, "万"), (1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = value / unit % 10;
        if digit == 0 {
            is_gap = !out.is_empty();
            continue;
        }
        if is_gap {
            out.push('零');
        }
        is_gap = false;
        out.push_str(DIGITS[digit as usize]);
        out.push_str(name);
    }
    out
}
