//! What goes together, and what does not.

use super::group;
use super::request::{Idempotency, Request};
use super::writing::{Job, Pending, Reply};
use crate::update::delivery::{Act, Change};

fn pending(ids: &[&str], key: Option<&str>) -> Pending {
    let change = |id: &&str| Change { source: "market".into(), act: Act::Delete { id: (*id).into() } };
    let request = Request {
        changes: ids.iter().map(change).collect(),
        lines: (1..=ids.len() as u64).collect(),
        idempotency: key.map(|key| Idempotency::new(key.into(), &[])),
        ..Request::default()
    };
    Pending { request, reply: Reply::new(|_| ()) }
}

fn check(requests: &[(&[&str], Option<&str>)], expect_first_group: usize) {
    let mut requests = requests.iter().map(|(ids, key)| pending(ids, *key));
    let first = requests.next().expect("there is one");
    let mut waiting = requests.map(Job::Write).collect();
    assert_eq!(group::take(first, &mut waiting).len(), expect_first_group);
}

#[test]
fn requests_of_other_records_go_together() {
    check(&[(&["1"], None), (&["2", "3"], Some("a")), (&["4"], Some("b"))], 3);
}

#[test]
fn a_record_or_a_key_waits_for_the_next_write_and_is_not_overtaken() {
    check(&[(&["1"], None), (&["1"], None), (&["2"], None)], 1);
    check(&[(&["1"], Some("a")), (&["2"], Some("a"))], 1);
}

#[test]
fn a_group_ends_where_there_are_many_changes() {
    let ids: Vec<String> = (0..1500).map(|id| id.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let others: Vec<String> = (0..1500).map(|id| format!("x{id}")).collect();
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    check(&[(&ids, None), (&["a"], None), (&others, None)], 2);
}

#[test]
fn parts_of_a_request_are_told_apart() {
    let hash = |parts: &[&[u8]]| Idempotency::new("key".into(), parts).hash;
    assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
    assert_eq!(hash(&[b"ab", b"c"]), hash(&[b"ab", b"c"]));
}
