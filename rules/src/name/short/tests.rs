//! Cases of `short.rs`, two lines each.

use super::*;
use crate::name::parse;

#[track_caller]
fn check_core(short_name: &str, expected: &str) {
    assert_eq!(short_name_core(short_name), expected);
}

#[track_caller]
fn check_short(short_name: &str, full: &str, expected: bool) {
    assert_eq!(is_short_of(short_name, &parse(full)), expected);
}

#[test]
fn marks_of_the_exchange_are_stripped() {
    check_core("S*ST金荔", "金荔");
    check_core("＊ＳＴ国华", "国华");
    check_core("京东方Ａ", "京东方");
    check_core("奇安信-U", "奇安信");
    check_core("退市长油", "长油");
    check_core("康得退", "康得");
    check_core("N国华", "国华");
}

#[test]
fn what_belongs_to_the_name_stays() {
    check_core("TCL科技", "TCL科技");
    check_core("GQY视讯", "GQY视讯");
    check_core("ST", "ST");
    check_core("", "");
}

#[test]
fn short_names_are_ordered_characters_of_a_part_on() {
    check_short("深物业A", "深圳市物业发展(集团)股份有限公司", true);
    check_short("上汽集团", "上海汽车集团股份有限公司", true);
    check_short("万科A", "万科企业股份有限公司", true);
    check_short("ST天利", "天津一汽夏利汽车股份有限公司", false);
    check_short("明", "明鹭科技有限公司", false);
}
