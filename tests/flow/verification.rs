//! `verify` finds nothing in a sound register and finds a planted difference.

use std::path::{Path, PathBuf};

use minglu::pipeline::{INDEX_DIR, STORE_DIR};
use minglu::update::Writer;
use minglu::update::delivery::{Act, Change, Row};
use minglu::verify::{examine, verify};
use minglu_graph::StoreError;
use minglu_graph::store::draft::{BlockFamily, Database, Draft, Stratum};
use minglu_graph::store::scan::{BlockEntry, RelationKeyEntry};
use minglu_graph::store::value::{State, StoredChange, StoredEntity, StoredLink, StoredRelationKey};
use minglu_graph::store::{Durability, RelationEnd, Store, directory};
use minglu_index::update::IndexUpdater;

use super::together;
use crate::workshop::{Workshop, stdout};

/// Changes the current register behind the program's back, as damage or a bug would.
fn plant(data: &Path, change: impl FnOnce(&Store, &mut Draft)) {
    let dir = directory::current(data).expect("there is a register").join(STORE_DIR);
    let database = Database::open(&dir).expect("nobody else writes");
    let mut draft = database.draft();
    change(&database.store().expect("reads"), &mut draft);
    draft.write(Durability::Synced).expect("writes");
}

/// Changes the entities of the current register.
fn plant_entities(data: &Path, change: impl Fn(&mut StoredEntity)) {
    plant(data, |store, draft| {
        for item in store.scan_entities().expect("scans") {
            let (id, mut entity) = item.expect("reads");
            change(&mut entity);
            draft.put_entity(&id, &entity, None).expect("encodes");
        }
    });
}

#[test]
fn a_sound_register_follows_from_its_records() {
    let workshop = Workshop::city(300, 11);
    workshop.build();
    assert_eq!(verify(&workshop.data()).expect("reads"), [""; 0]);
    let output = workshop.run(&["verify", "--data", "{data}"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""));
}

#[test]
fn a_planted_value_is_found() {
    let workshop = Workshop::tiny();
    workshop.build();
    plant_entities(&workshop.data(), |_| ());
    assert_eq!(verify(&workshop.data()).expect("reads"), [""; 0], "a faithful copy is sound");
    plant_entities(&workshop.data(), |entity| {
        for value in entity.values.iter_mut().filter(|value| value.value == "深圳市鹏程贸易有限公司") {
            value.value = "深圳市鹏城贸易有限公司".into();
        }
    });
    let differences = verify(&workshop.data()).expect("reads");
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert!(differences[0].contains("stored and computed differ"), "{differences:?}");
    let output = workshop.run(&["verify", "--data", "{data}"]);
    assert_eq!((output.status.code(), stdout(&output).lines().count()), (Some(1), 1));
}

#[test]
fn a_member_of_two_entities_is_found() {
    let workshop = Workshop::tiny();
    workshop.build();
    plant_entities(&workshop.data(), |entity| {
        let foreign = entity.members[0].record_id == "m04";
        entity.members.iter_mut().filter(|_| foreign).for_each(|member| member.record_id = "m05".into());
    });
    let differences = verify(&workshop.data()).expect("reads");
    assert!(differences.iter().any(|difference| difference.contains("market:m05 is elsewhere")), "{differences:?}");
}

/// Asserts that a city is sound, that it is not once something is planted, and that this is what is said.
#[track_caller]
fn check_found(change: impl FnOnce(&Store, &mut Draft), expect: &[&str]) {
    let workshop = Workshop::city(300, 11);
    workshop.build();
    plant(&workshop.data(), change);
    let differences = verify(&workshop.data()).expect("reads");
    for expect in expect {
        assert!(differences.iter().any(|difference| difference.contains(expect)), "no '{expect}' in {differences:#?}");
    }
    assert!(!differences.is_empty());
}

fn first<T>(items: Result<impl Iterator<Item = Result<T, StoreError>>, StoreError>) -> T {
    items.expect("scans").next().expect("the city has one").expect("reads")
}

fn all<T>(items: Result<impl Iterator<Item = Result<T, StoreError>>, StoreError>) -> Vec<T> {
    items.expect("scans").collect::<Result<_, _>>().expect("reads")
}

fn named(store: &Store, ordinal: u32) -> String {
    let (source, id) = store.record_key(ordinal).expect("reads").expect("there is such a record");
    format!("{source}:{id}")
}

#[test]
fn surplus_and_missing_entities_are_found() {
    check_found(
        |store, draft| {
            let (_, entity) = first(store.scan_entities());
            draft.put_entity("E-planted", &entity, None).expect("encodes");
        },
        &["entity E-planted: stored and not computed", "is elsewhere"],
    );
    check_found(
        |store, draft| {
            let (id, entity) = first(store.scan_entities());
            draft.end_entity(&id, 1, (Some(entity), vec![])).expect("encodes");
        },
        &["computed and not stored", "entities, the state says"],
    );
}

#[test]
fn differences_of_relations_are_found() {
    check_found(
        |store, draft| {
            let (from, end) = first(store.scan_relations());
            draft.remove_relation(&from, &end);
            let planted = RelationEnd { kind: "planted".into(), ..end };
            draft.put_relation(&from, &planted).expect("encodes");
        },
        &[" planted ", ": stored and not computed", ": computed and not stored"],
    );
    check_found(
        |store, draft| {
            let (from, end) = first(store.scan_relations());
            let other = all(store.scan_records()).into_iter().find(|(_, record)| record.ordinal != end.evidence);
            let evidence = other.expect("there are several records").1.ordinal;
            draft.put_relation(&from, &RelationEnd { evidence, ..end }).expect("encodes");
        },
        &[": stored and computed differ in who says so"],
    );
}

#[test]
fn differences_of_relation_keys_are_found() {
    let list = |store: &Store| {
        let is_list = |entry| match entry {
            RelationKeyEntry::List(id, keys) => Some((id, keys)),
            RelationKeyEntry::Key(..) => None,
        };
        all(store.scan_relation_keys()).into_iter().find_map(is_list).expect("the city has one")
    };
    check_found(
        |store, draft| {
            let (id, keys) = list(store);
            draft.put_relation_keys((0, &id), &[], &keys).expect("encodes");
        },
        &["relation keys of", ": computed and not stored"],
    );
    check_found(
        |store, draft| {
            let (id, keys) = list(store);
            let planted = [StoredRelationKey { hash: 7, ..keys[0] }];
            draft.put_relation_keys((0, &id), &planted, &keys).expect("encodes");
            draft.put_relation_keys((0, "E-planted"), &planted, &[]).expect("encodes");
        },
        &[": stored and computed differ", "relation keys of E-planted: stored and not computed"],
    );
}

#[test]
fn differences_of_leavers_and_base_clusters_are_found() {
    check_found(
        |store, draft| {
            let members = first(store.scan_bases()).1;
            let leavers = all(store.scan_leavers());
            leavers.iter().for_each(|leaver| draft.remove_leaver(*leaver));
            draft.put_leaver(members.into_iter().find(|member| !leavers.contains(member)).expect("not all left"));
        },
        &["leaver ", ": stored and not computed"],
    );
    check_found(
        |store, draft| {
            let bases = all(store.scan_bases());
            let longer = bases.iter().position(|(_, members)| members.len() > 2).expect("some are of three");
            let shorter = &bases[longer].1[..2];
            draft.put_base(shorter).expect("encodes");
            let other = &bases[if longer == 0 { 1 } else { 0 }].1;
            draft.remove_base(other[0]);
            draft.put_base(&[other[1], other[0]]).expect("encodes");
        },
        &["base cluster of", ": stored and computed differ", ": stored and not computed", ": computed and not stored"],
    );
}

#[test]
fn differences_of_links_are_found() {
    let strata = [(Stratum::Records, "link "), (Stratum::Clusters, "cluster link ")];
    for ((stratum, name), is_removed) in strata.into_iter().flat_map(|of| [(of, false), (of, true)]) {
        let workshop = together::workshop(&together::ROWS);
        let mut expect = Vec::new();
        plant(&workshop.data(), |store, draft| {
            let links: Vec<_> = all(store.scan_link_ends(stratum)).into_iter().filter(|((a, b), _)| a < b).collect();
            let (pair, link) = links[0].clone();
            let mut say = |(a, b), what: &str| {
                expect.push(format!("{name}{} – {}: {what}", named(store, a), named(store, b)));
            };
            if is_removed {
                draft.remove_link(stratum, pair);
                return say(pair, "computed and not stored");
            }
            let heavier = StoredLink { match_weight: 99.0, ..link };
            draft.put_link(stratum, pair, &heavier).expect("encodes");
            say(pair, "stored and computed differ");
            let other = (pair.0 + 1..).map(|b| (pair.0, b)).find(|pair| links.iter().all(|(known, _)| known != pair));
            let other = other.expect("the record has few links");
            draft.put_link(stratum, other, &heavier).expect("encodes");
            say(other, "stored and not computed");
        });
        let differences = verify(&workshop.data()).expect("reads");
        let missing: Vec<&String> = expect.iter().filter(|expect| !differences.contains(expect)).collect();
        assert!(missing.is_empty(), "no {missing:#?} in {differences:#?}");
    }
}

#[test]
fn differences_of_blocks_are_found() {
    for (of, name) in [(BlockFamily::Records, "block "), (BlockFamily::Clusters, "cluster block ")] {
        let mut expect = Vec::new();
        let change = |store: &Store, draft: &mut Draft| {
            let entries: Vec<_> =
                all(store.scan_blocks_of(of)).into_iter().filter(|one| one.anchor.is_none()).collect();
            let BlockEntry { model_idx, blocking_key, ordinal, .. } = entries[0];
            let place = format!("{name}{model_idx}/{blocking_key:016x}: ");
            draft.remove_from_block(of, (model_idx, blocking_key), ordinal);
            expect.push(format!("{place}{}: computed and not stored", named(store, ordinal)));
            let is_in = |ordinal| entries.iter().any(|one| (one.blocking_key, one.ordinal) == (blocking_key, ordinal));
            let other = entries.iter().map(|one| one.ordinal).find(|ordinal| !is_in(*ordinal));
            let other = other.expect("not all are in one block");
            draft.put_in_block(of, (model_idx, blocking_key), other);
            expect.push(format!("{place}{}: stored and not computed", named(store, other)));
        };
        let workshop = Workshop::city(300, 11);
        workshop.build();
        plant(&workshop.data(), change);
        assert_eq!(sorted(verify(&workshop.data()).expect("reads")), sorted(expect));
    }
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort_unstable();
    lines
}

#[test]
fn a_damaged_search_index_is_found() {
    let workshop = Workshop::tiny();
    workshop.build();
    let dir = index_of(&workshop);
    let files = std::fs::read_dir(&dir).expect("lists").map(|entry| entry.expect("lists").path());
    let store = files.filter(|path| path.extension().is_some_and(|extension| extension == "term")).max();
    let path = store.expect("the index has a file of terms");
    let mut bytes = std::fs::read(&path).expect("reads");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).expect("writes");
    let differences = verify(&workshop.data()).expect("reads");
    let name = path.file_name().expect("it was listed").to_string_lossy();
    assert_eq!(differences, [format!("search index: {name} is damaged")]);
}

fn index_of(workshop: &Workshop) -> PathBuf {
    directory::current(&workshop.data()).expect("there is a register").join(INDEX_DIR)
}

#[test]
fn an_index_behind_the_store_is_told_and_one_before_it_is_found() {
    let workshop = Workshop::tiny();
    workshop.build();
    let found = |n_differences: usize, n_notes: usize| {
        let found = examine(&workshop.data()).expect("reads");
        assert_eq!((found.differences.len(), found.notes.len()), (n_differences, n_notes), "{found:?}");
        found.differences.concat() + &found.notes.concat()
    };
    // Of the same sequence it must have the same entities.
    let mut index = IndexUpdater::open(&index_of(&workshop)).expect("opens");
    let id = first(workshop.registry().store.scan_entities()).0;
    index.delete(&id).expect("deletes");
    index.commit(1).expect("commits");
    assert!(found(1, 0).contains("entities, "), "one was taken out");
    // The store moves on; the index is to follow.
    plant(&workshop.data(), |store, draft| {
        draft.put_change(2, &StoredChange::default()).expect("encodes");
        draft.put_state(State { sequence: 2, ..store.state() }).expect("encodes");
    });
    assert!(found(0, 1).contains("at sequence 1, and follows the store to 2"));
    index.commit(3).expect("commits");
    assert!(found(1, 0).contains("at sequence 3, and the store at 2"));
    index.close().expect("closes");
}

#[test]
fn a_register_that_was_changed_follows_from_its_records() {
    let workshop = Workshop::tiny();
    workshop.build();
    let dir = directory::current(&workshop.data()).expect("there is a register").join(STORE_DIR);
    let mut writer = Writer::open(&dir, Durability::Synced).expect("opens");
    let delete = |source: &str, id: &str| Change { source: source.into(), act: Act::Delete { id: id.into() } };
    let put = |id: &str, row: &str| {
        let row = Row::Json(row.into());
        Change { source: "market".into(), act: Act::Put { id: Some(id.into()), row } }
    };
    let new =
        r#"{"登记号":"m99","企业名称":"深圳市鹏程贸易有限公司","住所":"深圳市罗湖区人民南路3005号深房广场B座1203"}"#;
    let changes = [
        vec![delete("market", "m01"), delete("tax", "t03")],
        vec![put("m99", new)],
        vec![put("m99", &new.replace("鹏程", "鹏城")), delete("statistics", "b01")],
        vec![delete("market", "m99")],
    ];
    for (changes, sequence) in changes.iter().zip(2..) {
        let outcome = writer.write(changes).expect("writes");
        assert_eq!((outcome.rejected.len(), outcome.seq), (0, sequence), "{:?}", outcome.rejected);
        let found = examine(&workshop.data()).expect("reads");
        assert_eq!(found.differences, [""; 0], "after change {sequence}");
        assert_eq!(found.notes.len(), 1, "the index stayed at the build");
    }
}
