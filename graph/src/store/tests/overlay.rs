//! Changes that are not written yet are read like those that are; held against maps in memory.

use std::collections::BTreeMap;

use super::super::read::{Overlay, Read};
use super::super::rocks::{Durability, Family, Rocks};
use super::*;

/// The families that the random changes are in: two, so that it shows if one is taken for the other.
const FAMILIES: [Family; 2] = [Family::Link, Family::ClusterBlock];

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// What happens to a register.
#[derive(Debug, Clone)]
enum Step {
    Put(usize, Vec<u8>, Vec<u8>),
    Remove(usize, Vec<u8>),
    /// Walks a prefix and has enough after so many entries.
    Walk(usize, Vec<u8>, usize),
    Write,
    /// Forgets what is not written.
    Forget,
    /// Looks at it as it is now, until it is opened again.
    Look,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let family = 0..FAMILIES.len();
    // Few letters and the highest byte, so that keys meet, are prefixes of each other, and prefixes have no successor.
    let key = || prop::collection::vec(prop::sample::select(vec![0, b'a', b'b', 0xff]), 0..4);
    let value = prop::collection::vec(any::<u8>(), 0..3);
    let step = prop_oneof![
        8 => (family.clone(), key(), value).prop_map(|(family, key, value)| Step::Put(family, key, value)),
        4 => (family.clone(), key()).prop_map(|(family, key)| Step::Remove(family, key)),
        6 => (family, key(), 0_usize..6).prop_map(|(family, prefix, n)| Step::Walk(family, prefix, n)),
        3 => Just(Step::Write),
        1 => Just(Step::Forget),
        1 => Just(Step::Look),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 0..60)
}

/// A database with what should be in it, by family: written, and as a draft sees it.
struct Held {
    dir: TempDir,
    overlay: Overlay,
    rocks: Rocks,
    written: [Entries; 2],
    pending: [Entries; 2],
    looks: Vec<(Box<dyn Read>, [Entries; 2])>,
}

impl Held {
    fn create() -> Held {
        let dir = tempfile::tempdir().expect("there is room for a temporary directory");
        Rocks::create(dir.path(), &[]).expect("creates");
        let rocks = Rocks::open(dir.path()).expect("opens");
        let overlay = Overlay::new(rocks.clone());
        Held { dir, overlay, rocks, written: Default::default(), pending: Default::default(), looks: vec![] }
    }

    fn take(mut self, step: Step) -> Held {
        match step {
            Step::Put(family, key, value) => {
                self.overlay.put(FAMILIES[family], key.clone(), value.clone());
                self.pending[family].insert(key, value);
            }
            Step::Remove(family, key) => {
                self.overlay.remove(FAMILIES[family], key.clone());
                self.pending[family].remove(&key);
            }
            Step::Walk(family, prefix, n_entries_max) => self.walk(family, &prefix, n_entries_max),
            Step::Write => {
                self.overlay.write(Durability::Unsynced).expect("writes");
                assert!(self.overlay.is_empty(), "what is written is not pending");
                self.written = self.pending.clone();
            }
            Step::Forget => {
                self.overlay = Overlay::new(self.rocks.clone());
                self.pending = self.written.clone();
            }
            Step::Look => self.looks.push((Box::new(self.rocks.snapshot()), self.written.clone())),
            Step::Reopen => {
                self.check_looks();
                let Held { dir, overlay, rocks, written, looks, .. } = self;
                drop((overlay, rocks, looks));
                let rocks = Rocks::open(dir.path()).expect("opens again once it is closed");
                let (overlay, pending) = (Overlay::new(rocks.clone()), written.clone());
                self = Held { dir, overlay, rocks, written, pending, looks: vec![] };
            }
        }
        self
    }

    /// One cursor walks twice: to where somebody has enough, and to the end.
    fn walk(&self, family: usize, prefix: &[u8], n_entries_max: usize) {
        let mut cursor = self.overlay.cursor(FAMILIES[family]).expect("walks");
        for n_entries_max in [n_entries_max.max(1), usize::MAX] {
            let mut seen: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
            let visit = |key: &[u8], value: &[u8]| {
                seen.push((key.to_vec(), value.to_vec()));
                Ok(seen.len() < n_entries_max)
            };
            cursor.each(prefix, visit).expect("reads");
            let expected = self.pending[family].iter().filter(|(key, _)| key.starts_with(prefix));
            let expected = expected.take(n_entries_max).map(|(key, value)| (key.clone(), value.clone()));
            assert_eq!(seen, expected.collect::<Vec<_>>(), "prefix {prefix:?}, at most {n_entries_max}");
        }
    }

    /// Whoever looked sees what was there then, whatever was written since.
    fn check_looks(&self) {
        for (look, expected) in &self.looks {
            check_all(look.as_ref(), expected);
        }
    }
}

fn check_all(reader: &dyn Read, expected: &[Entries; 2]) {
    for (family, expected) in FAMILIES.iter().zip(expected) {
        let found: Vec<_> = reader.scan(*family, b"").expect("scans").map(|entry| entry.expect("reads")).collect();
        let found: Entries = found.into_iter().map(|(key, value)| (key.into_vec(), value.into_vec())).collect();
        assert_eq!(&found, expected);
        for (key, value) in expected {
            assert_eq!(reader.get(*family, key).expect("reads").as_ref(), Some(value));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn changes_are_read_like_what_is_written(steps in steps()) {
        let mut held = Held::create();
        for step in steps {
            held = held.take(step);
            check_all(&held.rocks, &held.written);
        }
        held.check_looks();
        for (at, family) in FAMILIES.iter().enumerate() {
            held.walk(at, b"", usize::MAX);
            for (key, value) in &held.pending[at] {
                let found = held.overlay.get(*family, key).expect("reads");
                prop_assert_eq!(found.as_ref(), Some(value));
            }
            for key in held.written[at].keys().filter(|key| !held.pending[at].contains_key(*key)) {
                prop_assert_eq!(held.overlay.get(*family, key).expect("reads"), None);
            }
        }
    }
}

#[test]
fn an_error_of_the_visitor_ends_the_walk() {
    let mut held = Held::create();
    for key in [b"a", b"b"] {
        held = held.take(Step::Put(0, key.to_vec(), vec![]));
    }
    let mut cursor = held.overlay.cursor(FAMILIES[0]).expect("walks");
    let mut n_seen = 0;
    let ended = cursor.each(b"", |_, _| {
        n_seen += 1;
        Err(bad_key("test"))
    });
    assert!(matches!(ended, Err(StoreError::Corrupted { .. })) && n_seen == 1);
}
