//! Which texts become parameters?

use super::*;

fn check<T: TryFrom<String, Error = String>>(texts: &[&str], is_accepted: bool) {
    for text in texts {
        assert_eq!(T::try_from((*text).to_owned()).is_ok(), is_accepted, "{text:?}");
    }
}

#[test]
fn ids() {
    check::<Id>(&["E1", "市场监管", "a/b", &"长".repeat(ID_BYTES_MAX / 3)], true);
    check::<Id>(&["", "a\0b", &"长".repeat(ID_BYTES_MAX)], false);
}

#[test]
fn search_texts() {
    check::<QueryText>(&["腾", " 腾讯 ", &"腾".repeat(QUERY_CHARS_MAX)], true);
    check::<QueryText>(&["", " \u{3000}", &"腾".repeat(QUERY_CHARS_MAX + 1)], false);
}

#[test]
fn page_sizes() {
    check::<NHits>(&["1", "50", "007"], true);
    check::<NHits>(&["0", "51", "-1", "", "十", "1.5", "99999999999999999999"], false);
}

#[test]
fn records() {
    check::<RecordReference>(&["market:1", "市场:深:1"], true);
    check::<RecordReference>(&["", "market", ":1", "market:", "a:\0"], false);
}

#[test]
fn the_rest_of_a_record_is_its_id() {
    let reference = RecordReference::try_from("市场:深:1".to_owned()).expect("it has a colon");
    assert_eq!((reference.source.as_str(), reference.id.as_str()), ("市场", "深:1"));
}
