//! Places, sentences and the collection of all mistakes.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Town {
    name: String,
    area: f64,
    #[serde(default)]
    open: bool,
    #[serde(rename = "shop", default)]
    shops: Vec<Shop>,
    mayor: Option<char>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Shop {
    name: String,
    kind: Kind,
    rooms: u32,
    #[serde(default)]
    goods: Vec<String>,
    #[serde(default)]
    levels: Vec<Level>,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    TeaHouse,
    Bakery,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Level {
    when: String,
    m: f64,
}

#[track_caller]
fn check(text: &str, expect: &str) {
    let mistakes = read::<Town>(text).expect_err("there is a mistake");
    assert_eq!(mistakes.in_file("t"), expect);
}

#[test]
fn types() {
    check("name = 1\narea = 2", "t:1:8: name: 1 is a number; write a text in quotes");
    check("name = 'a'\narea = '2'", "t:2:8: area: '2' is a text; write a number");
    check("name = 'a'\narea = 2\nopen = 'yes'", "t:3:8: open: 'yes' is a text; write true or false");
    check("name = 'a'\narea = 2\nmayor = '王伟'", "t:3:9: mayor: '王伟' is a text; write a single character in quotes");
    check("name = 'a'\narea = 2\nshop = 3", "t:3:8: shop: 3 is a number; write a list in [ ]");
    check("name = 'a'\narea = 2\nshop = [3]", "t:3:9: shop 1: 3 is a number; write a table in { }");
}

#[test]
fn keys_and_words() {
    check(
        "nam = 'a'\narea = 2",
        "t:1:1: nam: unknown key 'nam'; did you mean 'name'? one of: name, area, open, shop, mayor",
    );
    check("name = 'a'", "t:1:1: the key 'area' is missing");
    check(
        "name = 'a'\narea = 1\n[[shop]]\nname = '茶'\nkind = 'teahouse'\nrooms = -1",
        "t:5:8: shop '茶', kind: unknown word 'teahouse'; did you mean 'tea-house'? one of: tea-house, bakery\n\
         t:6:9: shop '茶', rooms: -1 is a number; write a whole number from 0",
    );
}

#[test]
fn all_mistakes_are_found_at_once() {
    check(
        "name = 'a'\narea = 1\n[[shop]]\nname = '茶'\nkind = 'bakery'\nrooms = 1\nlevels = [{ when = 'x', m = 1 }, { when = 2, mm = 1 }]\n\
         [[shop]]\nkind = 'bakery'\nrooms = '1'\n[[shop]]\nname = 'c'\nrooms = 1",
        "t:7:43: shop '茶', level 2, when: 2 is a number; write a text in quotes\n\
         t:7:46: shop '茶', level 2, mm: unknown key 'mm'; did you mean 'm'? one of: when, m\n\
         t:8:1: shop 2: the key 'name' is missing\n\
         t:10:9: shop 2, rooms: '1' is a text; write a whole number from 0\n\
         t:11:1: shop 'c': the key 'kind' is missing",
    );
}

#[test]
fn a_line_end_in_a_word_does_not_part_a_mistake() {
    let mistakes = read::<Town>("name = 'x'\narea = 1.0\n\"ar\\nea\" = 2").expect_err("there is no such key");
    let expect = "t:3:1: ar\\nea: unknown key 'ar\\nea'; did you mean 'area'? one of: name, area, open, shop, mayor";
    assert_eq!(mistakes.in_file("t"), expect);
}

#[test]
fn text_that_is_no_toml() {
    check("name = a", "t:1:8: not TOML: string values must be quoted, expected literal string");
    check("name = 'a'\nname = 'b'", "t:2:1: this key is given twice; keep one of the two");
}

#[track_caller]
fn check_place(place: &str, expect: (usize, usize)) {
    let text = "name = 'a'\narea = 1\n[[shop]]\nname = '茶'\nkind = 'bakery'\nrooms = 1\ngoods = ['茶', '饼']\n\
                levels = [{ when = 'x', m = 1 }, { when = 'y', m = 2 }]\n[[shop]]\nname = 'b, c'\nkind = 'bakery'\nrooms = 2";
    let (_, document) = read::<Town>(text).expect("it is right");
    let mistake = document.mistake(place, "wrong");
    assert_eq!((mistake.line, mistake.column), expect, "{place}");
}

#[test]
fn places_are_found() {
    check_place("name", (1, 8));
    check_place("shop '茶', rooms", (6, 9));
    check_place("shop 1, rooms", (6, 9));
    check_place("shop 'b, c', rooms", (12, 9));
    check_place("shop '茶', goods 2", (7, 15));
    check_place("shop '茶', level 2, m", (8, 52));
    check_place("shop '茶', level 2, u", (8, 34));
    check_place("shop 'z'", (3, 1));
    check_place("nothing", (1, 1));
}

proptest! {
    #[test]
    fn places_and_texts_of_any_kind_are_read(text in "\\PC*", place in "\\PC*") {
        if let Ok((_, document)) = read::<toml::Table>(&text) {
            prop_assert!(document.mistake(&place, "").line >= 1);
        }
        let words = ["name", "名称"];
        let near = nearest(&text, words.into_iter());
        prop_assert!(near.is_none_or(|near| words.contains(&near)));
    }
}
