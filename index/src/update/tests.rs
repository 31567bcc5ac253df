//! What an updater promises: the last word of every id, after every commit, in few segments, by one writer.

use proptest::prelude::*;

use super::policy::{DEAD_SHARE_MAX, FANOUT};
use super::*;
use crate::search::{SearchAnswer, SearchIndex, SearchQuery};
use crate::write::build;

/// Memory of a build; the engine raises it to its least.
const BUDGET_BYTES: usize = 0;
const QUERIES: [&str; 6] = ["鑫盛华达", "华达科技", "盛鑫", "E3", "9144", "金华"];

fn entity(id: &str, name: &str) -> EntityDoc {
    let code = format!("9144{name}", name = name.chars().count());
    let district = name.chars().next().map(String::from).unwrap_or_default();
    let names = vec![name.to_owned()];
    EntityDoc { id: id.to_owned(), names, codes: vec![code], district, ..EntityDoc::default() }
}

/// An index of no entities in a directory that lives as long as it does.
fn empty() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    build(dir.path(), std::iter::empty(), 1, 0, BUDGET_BYTES).unwrap();
    dir
}

fn search(index: &SearchIndex, text: &str) -> SearchAnswer {
    index.search(&SearchQuery { text, limit: 100, ..SearchQuery::default() }).unwrap()
}

fn names(index: &SearchIndex, text: &str) -> Vec<String> {
    search(index, text).hits.into_iter().map(|hit| hit.name).collect()
}

#[test]
fn a_commit_is_seen_by_whoever_opens_or_refreshes_and_by_nobody_else() {
    let dir = empty();
    let before = SearchIndex::open(dir.path()).unwrap();
    let mut updater = IndexUpdater::open(dir.path()).unwrap();
    updater.put(&entity("E1", "鑫盛商行")).unwrap();
    assert_eq!(names(&before.refresh().unwrap(), "鑫盛商行"), [""; 0]);
    updater.commit(7).unwrap();
    let after = before.refresh().unwrap();
    assert_eq!((after.sequence(), after.n_entities(), updater.sequence()), (7, 1, 7));
    for index in [&after, &SearchIndex::open(dir.path()).unwrap()] {
        assert_eq!(names(index, "鑫盛商行"), ["鑫盛商行"]);
    }
    updater.delete("E1").unwrap();
    updater.commit(8).unwrap();
    updater.compact().unwrap();
    let last = after.refresh().unwrap();
    assert_eq!((names(&before, "鑫盛商行").len(), last.n_entities(), last.sequence()), (0, 0, 8));
    assert_eq!(names(&last, "鑫盛商行"), [""; 0]);
    assert_eq!((names(&after, "鑫盛商行"), after.n_entities()), (vec!["鑫盛商行".to_owned()], 1));
}

#[test]
fn there_is_one_writer() {
    let dir = empty();
    let updater = IndexUpdater::open(dir.path()).unwrap();
    assert!(matches!(IndexUpdater::open(dir.path()), Err(IndexError::Busy { .. })));
    updater.close().unwrap();
    drop(IndexUpdater::open(dir.path()).unwrap());
    IndexUpdater::open(dir.path()).unwrap();
}

#[test]
fn what_is_no_index_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    assert!(IndexUpdater::open(dir.path()).is_err());
    assert!(IndexUpdater::open(&dir.path().join("nowhere")).is_err());
}

#[test]
fn what_was_not_committed_is_lost_and_can_be_put_again() {
    let dir = empty();
    let mut updater = IndexUpdater::open(dir.path()).unwrap();
    updater.put(&entity("E1", "鑫盛商行")).unwrap();
    updater.commit(1).unwrap();
    updater.put(&entity("E1", "华达商行")).unwrap();
    updater.delete("E1").unwrap();
    drop(updater);
    let mut updater = IndexUpdater::open(dir.path()).unwrap();
    assert_eq!(updater.sequence(), 1);
    assert_eq!(names(&SearchIndex::open(dir.path()).unwrap(), "E1"), ["鑫盛商行"]);
    updater.put(&entity("E1", "华达商行")).unwrap();
    updater.commit(2).unwrap();
    assert_eq!(names(&SearchIndex::open(dir.path()).unwrap(), "E1"), ["华达商行"]);
}

/// A process that is killed between writing the files of a commit and naming them in the list of segments.
#[test]
fn a_killed_commit_leaves_nothing_in_the_way_of_its_replay() {
    let dir = empty();
    let replay = |updater: &mut IndexUpdater| {
        updater.put(&entity("E1", "华达商行")).unwrap();
        updater.delete("E2").unwrap();
        updater.commit(2).unwrap();
    };
    let mut updater = IndexUpdater::open(dir.path()).unwrap();
    // So many that the replay lets no merge begin, which would take files away.
    for n in 1..=20 {
        updater.put(&entity(&format!("E{n}"), "鑫盛商行")).unwrap();
    }
    updater.commit(1).unwrap();
    let list = std::fs::read(dir.path().join("meta.json")).unwrap();
    replay(&mut updater);
    updater.close().unwrap();
    std::fs::write(dir.path().join("meta.json"), list).unwrap();
    let n_files = || std::fs::read_dir(dir.path()).unwrap().count();
    let n_files_killed = n_files();
    let mut updater = IndexUpdater::open(dir.path()).unwrap();
    assert!(n_files() < n_files_killed, "what the killed commit wrote is tidied away");
    assert_eq!(updater.sequence(), 1);
    replay(&mut updater);
    let index = SearchIndex::open(dir.path()).unwrap();
    assert_eq!((names(&index, "E1"), index.n_entities()), (vec!["华达商行".to_owned()], 19));
}

/// More dead versions than an exact lookup takes documents, in one segment and in many.
#[test]
fn dead_versions_do_not_hide_the_living() {
    for n_puts_per_commit in [200, 1] {
        let dir = empty();
        let mut updater = IndexUpdater::open(dir.path()).unwrap();
        for n in 0..200 {
            updater.put(&EntityDoc { codes: vec![format!("91440300{n:09}X")], ..entity("E1", "鑫盛商行") }).unwrap();
            if (n + 1) % n_puts_per_commit == 0 {
                updater.commit(n).unwrap();
            }
        }
        let index = SearchIndex::open(dir.path()).unwrap();
        for text in ["E1", "鑫盛商行", "91440300", "91440300000000199X"] {
            let hits = search(&index, text).hits;
            assert_eq!((hits.len(), hits[0].entity.codes[0].as_str()), (1, "91440300000000199X"), "{text}");
        }
        assert!(index.retrieve(&[], &["91440300000000198X"], 9).unwrap().is_empty());
        assert_eq!(index.retrieve(&["鑫盛商行"], &["91440300000000199X"], 9).unwrap().len(), 1);
    }
}

#[test]
fn facets_filters_and_counts_pass_over_the_dead() {
    let dir = empty();
    let mut updater = IndexUpdater::open(dir.path()).unwrap();
    for n in 0..20 {
        updater.put(&EntityDoc { district: "南山区".to_owned(), ..entity(&format!("E{n}"), "鑫盛商行") }).unwrap();
    }
    updater.commit(1).unwrap();
    for n in 0..19 {
        updater.put(&EntityDoc { district: "福田区".to_owned(), ..entity(&format!("E{n}"), "鑫盛商行") }).unwrap();
    }
    updater.delete("E0").unwrap();
    updater.commit(2).unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    let answer = search(&index, "鑫盛商行");
    assert_eq!((answer.n_total_estimate, index.n_entities()), (19, 19));
    assert_eq!(answer.facets[1].counts, [("福田区".to_owned(), 18), ("南山区".to_owned(), 1)]);
    let query = SearchQuery { text: "鑫盛商行", district: Some("南山区"), limit: 100, ..SearchQuery::default() };
    let hits = index.search(&query).unwrap().hits;
    assert_eq!(hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(), ["E19"]);
}

/// A hundred commits that each replace some of a few entities: neither segments nor dead documents pile up.
#[test]
fn segments_and_dead_documents_stay_bounded() {
    let dir = empty();
    let mut updater = IndexUpdater::open(dir.path()).unwrap();
    for sequence in 0..100_u64 {
        for n in 0..20 {
            updater.put(&entity(&format!("E{}", (sequence * 7 + n * 13) % 500), "鑫盛商行")).unwrap();
        }
        updater.commit(sequence).unwrap();
        // What a merge takes is up to the machine; the bounds are those of merges that have ended.
        for merge in updater.merges.drain(..) {
            merge.wait().unwrap();
        }
        let index = SearchIndex::open(dir.path()).unwrap();
        let n_documents = (index.n_entities() + index.n_dead()) as f64;
        assert!(index.n_segments() < 2 * FANOUT, "{} segments", index.n_segments());
        // Dead documents of a commit that no merge has seen yet come on top.
        assert!(index.n_dead() as f64 <= DEAD_SHARE_MAX * n_documents + 20.0, "{} dead", index.n_dead());
    }
    updater.close().unwrap();
    assert!(SearchIndex::validate(dir.path()).unwrap().is_empty());
}

#[test]
fn files_of_merged_segments_are_tidied_away() {
    let dir = empty();
    let mut updater = IndexUpdater::open(dir.path()).unwrap();
    for sequence in 0..60 {
        updater.put(&entity(&format!("E{sequence}"), "鑫盛商行")).unwrap();
        updater.commit(sequence).unwrap();
    }
    updater.compact().unwrap();
    updater.commit(60).unwrap();
    updater.close().unwrap();
    let n_files = std::fs::read_dir(dir.path()).unwrap().count();
    // One segment of at most six files, two lists and two locks.
    assert!(n_files <= 10, "{n_files} files");
}

/// A merge whose only segment dies out before it ends comes to nothing, and that is no error.
#[test]
fn a_segment_may_die_while_it_is_merged() {
    for _ in 0..20 {
        let dir = empty();
        let mut updater = IndexUpdater::open(dir.path()).unwrap();
        for (sequence, ids) in [["E1", "E2", "E3"], ["E1", "E2", "E4"], ["E3", "E5", "E6"]].into_iter().enumerate() {
            for id in ids {
                updater.put(&entity(id, "鑫盛商行")).unwrap();
            }
            updater.commit(sequence as u64).unwrap();
        }
        updater.compact().unwrap();
        assert_eq!(SearchIndex::open(dir.path()).unwrap().n_entities(), 6);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Put(u8, String),
    Delete(u8),
    Commit,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..8_u8, "[鑫盛华达科技金]{2,6}").prop_map(|(id, name)| Step::Put(id, name)),
        2 => (0..8_u8).prop_map(Step::Delete),
        2 => Just(Step::Commit),
        1 => Just(Step::Reopen),
    ]
}

/// The state that a history should lead to, by definition.
type Register = std::collections::BTreeMap<u8, EntityDoc>;

fn built(register: &Register) -> (tempfile::TempDir, SearchIndex) {
    let dir = tempfile::tempdir().unwrap();
    build(dir.path(), register.values().cloned(), 1, 0, BUDGET_BYTES).unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    (dir, index)
}

/// Before a merge the weights of grams count dead documents, so that scores, and with them the order and the edge of
/// what is similar, may differ a little. What cannot differ: whole names, codes and ids, and that nothing dead or
/// outdated is ever said.
fn check_committed(live: &SearchIndex, register: &Register) {
    assert_eq!(live.n_entities(), register.len() as u64);
    for text in QUERIES {
        for hit in search(live, text).hits {
            assert!(register.values().any(|doc| *doc == hit.entity), "{text}: {:?} is no more", hit.entity);
        }
    }
    for doc in register.values() {
        let found = |text: &str| search(live, text).hits.iter().any(|hit| hit.score == 1.0 && hit.entity == *doc);
        assert!(found(&doc.id) && found(&doc.names[0]) && found(&doc.codes[0]), "{doc:?} is not found");
    }
}

/// After a merge nothing tells the index from one that was built at once.
fn check_compacted(live: &SearchIndex, register: &Register) {
    let (_dir, at_once) = built(register);
    assert_eq!((live.n_dead(), live.n_entities()), (0, at_once.n_entities()));
    for text in QUERIES.into_iter().chain(register.values().map(|doc| doc.names[0].as_str())) {
        assert_eq!(search(live, text), search(&at_once, text), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_history_ends_in_the_index_of_its_last_words(steps in prop::collection::vec(step(), 1..40)) {
        let dir = empty();
        let mut updater = IndexUpdater::open(dir.path()).unwrap();
        let mut reader = SearchIndex::open(dir.path()).unwrap();
        let (mut pending, mut committed, mut sequence) = (Register::new(), Register::new(), 0);
        for step in steps.into_iter().chain([Step::Commit]) {
            match step {
                Step::Put(id, name) => {
                    let doc = entity(&format!("E{id}"), &name);
                    updater.put(&doc).unwrap();
                    pending.insert(id, doc);
                }
                Step::Delete(id) => {
                    updater.delete(&format!("E{id}")).unwrap();
                    pending.remove(&id);
                }
                Step::Commit => {
                    sequence += 1;
                    updater.commit(sequence).unwrap();
                    committed = pending.clone();
                    let old = (reader.n_entities(), reader.sequence());
                    let next = reader.refresh().unwrap();
                    prop_assert_eq!(old, (reader.n_entities(), reader.sequence()));
                    check_committed(&next, &committed);
                    reader = next;
                }
                Step::Reopen => {
                    drop(updater);
                    updater = IndexUpdater::open(dir.path()).unwrap();
                    prop_assert_eq!(updater.sequence(), sequence);
                    pending = committed.clone();
                }
            }
        }
        updater.compact().unwrap();
        check_compacted(&reader.refresh().unwrap(), &committed);
        check_compacted(&SearchIndex::open(dir.path()).unwrap(), &committed);
        prop_assert_eq!(SearchIndex::validate(dir.path()).unwrap(), Vec::<String>::new());
    }
}
