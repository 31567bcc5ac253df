//! Cases of `trade.rs`, two lines each.

use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(&text[..len_at_start(text, Follows::Industry)], expected);
}

#[test]
fn characters_of_products_are_no_trade_name() {
    check("伊卡诺喉箍", "伊卡诺");
    check("爱德利变频器", "爱德利");
    check("宏昌填料", "宏昌");
}

#[test]
fn characters_of_brands_stay() {
    check("山水视讯", "山水视讯");
    check("鼎盛双发", "鼎盛双发");
    check("欧依韩尚", "欧依韩尚");
}

#[test]
fn the_legal_minimum_stays() {
    check("机床", "机床");
    check("鹭鑫机器", "鹭鑫");
    check("机", "机");
    check("", "");
}

#[test]
fn other_than_chinese_is_left_whole() {
    check("明鹭(二期)变频器", "明鹭(二期)变频器");
    check("A8变频器", "A8变频器");
    check(&"变频器".repeat(9), &"变频器".repeat(9));
}
