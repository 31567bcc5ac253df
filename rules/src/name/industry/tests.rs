//! Cases of `industry.rs`, two lines each.

use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(&text[text.len() - len_at_end(text, MayTakeAll::Yes)..], expected);
}

#[test]
fn the_longest_chain_of_words_is_the_industry() {
    check("明鹭电子商务科技", "电子商务科技");
    check("明鹭", "");
}

#[test]
fn a_trade_name_keeps_two_characters() {
    assert_eq!(len_at_end("电子科技", MayTakeAll::No), "科技".len());
    check("明光电科技", "科技");
}

#[test]
fn only_words_that_are_no_trade_names_take_all() {
    check("机床", "机床");
    check("创新科技", "科技");
}

#[test]
fn the_lexicon_holds_each_word_once() {
    let mut words: Vec<&str> = words().collect();
    let n_words = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), n_words);
    assert!(words.iter().all(|word| word.chars().nth(1).is_some()));
}
