//! A draft is one change: nobody sees it before it is written, and all of it is seen after.

use super::super::draft::{BlockFamily, Database, Draft, Stratum};
use super::super::rocks::{Durability, Family, Rocks};
use super::super::value::{Fate, StoredVersion};
use super::*;

/// A register of four records in two entities, open for writing.
pub(super) fn opened() -> (TempDir, Database) {
    let (dir, path) = small().write(&small().entities());
    (dir, Database::open(&path).expect("opens"))
}

fn small() -> Sample {
    Sample::of(&[0, 0, 1, 1])
}

/// Makes a change and writes it.
pub(super) fn write(database: &Database, change: impl FnOnce(&mut Draft)) {
    let mut draft = database.draft();
    change(&mut draft);
    draft.write(Durability::Synced).expect("writes");
}

pub(super) fn stored_link(match_weight: f64, accepted: bool) -> StoredLink {
    let decision = if accepted { Decision::Match } else { Decision::Review };
    store_link(&link(0, 1, match_weight, decision), None, &|idx| idx.0)
}

fn end(kind: &str, other: &str, outgoing: bool) -> RelationEnd {
    RelationEnd { outgoing, kind: kind.into(), other: other.into(), evidence: 1 }
}

/// Moves a register on by one sequence.
pub(super) fn next(database: &Database) -> State {
    let state = database.store().expect("reads").state();
    State { sequence: state.sequence + 1, ..state }
}

/// What a register says here and there; enough to see that nothing changed.
fn look(store: &Store) -> impl PartialEq + std::fmt::Debug + use<> {
    let record = store.record_or_tombstone("market", "000000").expect("reads");
    let (entity, links) = (store.entity("E000").expect("reads"), store.links_of(0).expect("reads"));
    let (block, relations) = (store.block(0, 7, 9).expect("reads"), store.relations("E000").expect("reads"));
    let membership = all(store.scan_membership());
    (store.state(), store.catalog().headers.len(), record, entity, (links, block, relations), membership)
}

/// Changes a bit of everything that [`look`] looks at.
fn change_all(database: &Database, draft: &mut Draft) {
    let store = database.store().expect("reads");
    let state = next(database);
    let before = store.record("market", "000000").expect("reads").expect("is there");
    let after = StoredRecord { sequence: state.sequence, raw: "other".into(), ..before.clone() };
    draft.put_record(("market", "000000"), &after, Some(&before)).expect("encodes");
    let before = store.entity("E000").expect("reads").expect("is there");
    let after = StoredEntity { since: state.sequence, missing: vec![1], ..before.clone() };
    draft.put_entity("E000", &after, Some(before)).expect("encodes");
    draft.put_link(Stratum::Records, (0, 1), &stored_link(3.0, true)).expect("encodes");
    draft.put_in_block(BlockFamily::Records, (0, 7), 3);
    draft.put_relation("E000", &end("branch_of", "E001", true)).expect("encodes");
    draft.put_entity_of(("market", "000003"), Some("E000")).expect("encodes");
    let mut catalog = store.catalog().clone();
    catalog.headers.push(catalog.headers[0].clone());
    draft.put_catalog(&catalog).expect("encodes");
    draft.put_state(state).expect("encodes");
}

#[test]
fn a_draft_that_is_dropped_leaves_nothing() {
    let (dir, database) = opened();
    let before = look(&database.store().expect("reads"));
    let mut draft = database.draft();
    assert!(draft.is_empty());
    change_all(&database, &mut draft);
    assert!(!draft.is_empty());
    assert_eq!(draft.link(Stratum::Records, 1, 0).expect("reads"), Some(stored_link(3.0, true)), "it sees itself");
    assert_eq!(look(&database.store().expect("reads")), before, "nobody else sees it");
    drop(draft);
    assert_eq!(look(&database.store().expect("reads")), before);
    let path = dir.path().join("store");
    drop(database);
    assert_eq!(look(&Store::open(&path).expect("opens")), before);
}

#[test]
fn a_look_does_not_change_while_writing_goes_on() {
    let (dir, database) = opened();
    let store = database.store().expect("reads");
    let told = database.store_with(Arc::new(store.catalog().clone()), store.state());
    let before = look(&store);
    write(&database, |draft| change_all(&database, draft));
    assert_eq!((look(&store), look(&told)), (before, look(&store)));
    let after = look(&database.store().expect("reads"));
    assert_ne!(look(&store), after);
    database.flush().expect("writes");
    write(&database, |draft| draft.remove_link(Stratum::Records, (0, 1)));
    assert_ne!(look(&store), after);
    drop((store, told, database));
    let reopened = Store::open(&dir.path().join("store")).expect("opens");
    assert!(reopened.links_of(0).expect("reads").is_empty() && reopened.state().sequence == 2);
}

#[test]
fn only_one_writes() {
    let (dir, database) = opened();
    let path = dir.path().join("store");
    assert!(matches!(Database::open(&path), Err(StoreError::Locked(at)) if at == path));
    assert!(Store::open(&path).is_ok(), "others may read");
    drop(database);
    assert!(Database::open(&path).is_ok());
    assert!(matches!(Database::open(&dir.path().join("elsewhere")), Err(StoreError::NotFound(_))));
}

#[test]
fn a_store_keeps_the_database_open() {
    let (dir, database) = opened();
    let store = database.store().expect("reads");
    drop(database);
    assert_eq!(all(store.scan_records()).len(), 4);
    drop(store);
    assert!(Database::open(&dir.path().join("store")).is_ok());
}

#[test]
fn the_block_of_a_star_is_in_anchor_order() {
    let (_dir, database) = opened();
    let anchors = [(2, "market", "a"), (1, "tax", "z"), (1, "market", "z"), (1, "market", "b")];
    let anchors = anchors.map(|(rank, source, id)| anchor(rank, source, id));
    write(&database, |draft| {
        anchors.iter().zip(0..).for_each(|(anchor, ordinal)| draft.put_in_star((0, STAR), anchor, ordinal));
        // Of an ordinary block, the order is that of ordinals; its neighbors are other blocks.
        [2, 0].iter().for_each(|ordinal| draft.put_in_block(BlockFamily::Records, (0, 7), *ordinal));
        draft.put_in_block(BlockFamily::Records, (0, 8), 1);
        draft.put_in_block(BlockFamily::Records, (1, 7), 3);
        draft.put_in_block(BlockFamily::Clusters, (0, 7), 1);
    });
    let store = database.store().expect("reads");
    assert_eq!(store.block(0, STAR, 9).expect("reads"), [3, 2, 1, 0]);
    assert_eq!(store.block(0, STAR, 2).expect("reads"), [3, 2]);
    assert_eq!(store.block(0, 7, 9).expect("reads"), [0, 2]);
    let mut draft = database.draft();
    draft.remove_from_star((0, STAR), &anchors[3]);
    draft.put_in_star((0, STAR), &anchor(1, "market", "y"), 3);
    draft.remove_from_block(BlockFamily::Records, (0, 7), 0);
    let list = |of: BlockFamily, key: u64, n_records_max: usize| {
        let mut ordinals = vec![99];
        draft.blocks(of).expect("reads").list((0, key), n_records_max, &mut ordinals).expect("reads");
        ordinals
    };
    assert_eq!(list(BlockFamily::Records, STAR, 9), [3, 2, 1, 0], "b became y, which is before z");
    assert_eq!((list(BlockFamily::Records, STAR, 1), list(BlockFamily::Records, STAR, 0)), (vec![3], vec![]));
    assert_eq!((list(BlockFamily::Records, 7, 9), list(BlockFamily::Clusters, 7, 9)), (vec![2], vec![1]));
    assert_eq!(list(BlockFamily::Records, 9, 9), []);
}

#[test]
fn links_lie_under_both_ends() {
    let (_dir, database) = opened();
    let (review, accepted) = (stored_link(2.0, false), stored_link(9.0, true));
    write(&database, |draft| {
        draft.put_link(Stratum::Records, (2, 0), &review).expect("encodes");
        draft.put_link(Stratum::Clusters, (0, 2), &accepted).expect("encodes");
        draft.put_link(Stratum::Records, (0, 3), &accepted).expect("encodes");
    });
    let store = database.store().expect("reads");
    for (a, b) in [(0, 2), (2, 0)] {
        assert_eq!(store.link(a, b).expect("reads").as_ref(), Some(&accepted), "what was accepted goes first");
        assert_eq!(store.link_end(Stratum::Records, a, b).expect("reads").as_ref(), Some(&review));
    }
    let others = |of: u32| store.links_of(of).expect("reads").into_iter().map(|(other, _)| other).collect::<Vec<_>>();
    assert_eq!((others(0), others(2), others(3), others(1)), (vec![2, 3], vec![0], vec![0], vec![]));
    assert_eq!(all(store.scan_links()).iter().map(|(pair, _)| *pair).collect::<Vec<_>>(), [(0, 2), (0, 3), (0, 2)]);
    let mut draft = database.draft();
    draft.remove_link(Stratum::Records, (0, 2));
    let mut links = draft.links(Stratum::Records).expect("reads");
    assert_eq!(links.of(0).expect("reads"), [(3, accepted.clone())]);
    assert_eq!((links.of(2).expect("reads"), links.of(3).expect("reads")), (vec![], vec![(0, accepted)]));
}

#[test]
fn versions_of_an_entity_are_kept() {
    let (_dir, database) = opened();
    let first = database.store().expect("reads").entity("E001").expect("reads").expect("is there");
    let second = StoredEntity { since: 3, missing: vec![3], ..first.clone() };
    let third = StoredEntity { since: 8, missing: vec![8], ..first.clone() };
    let heirs = vec!["E000".to_string()];
    write(&database, |draft| draft.put_entity("E001", &second, Some(first.clone())).expect("encodes"));
    write(&database, |draft| draft.end_entity("E001", 5, (Some(second.clone()), heirs.clone())).expect("encodes"));
    let gone = database.store().expect("reads");
    assert_eq!(gone.entity("E001").expect("reads"), None);
    assert_eq!(gone.entity_at("E001", u64::MAX).expect("reads"), Some(StoredVersion::Gone(heirs.clone())));
    write(&database, |draft| draft.put_entity("E001", &third, None).expect("encodes"));
    let store = database.store().expect("reads");
    let versions = [
        (1, StoredVersion::Entity(first)),
        (3, StoredVersion::Entity(second)),
        (5, StoredVersion::Gone(heirs)),
        (8, StoredVersion::Entity(third)),
    ];
    assert_eq!(store.entity_versions("E001").expect("reads"), versions);
    let at = |sequence: u64| store.entity_at("E001", sequence).expect("reads");
    assert_eq!((at(0), at(1), at(2)), (None, Some(versions[0].1.clone()), Some(versions[0].1.clone())));
    let [.., gone, last] = versions.map(|(_, version)| version);
    assert_eq!((at(7), at(8), at(u64::MAX)), (Some(gone), Some(last.clone()), Some(last)));
    assert_eq!(store.entity_versions("E00").expect("reads"), [], "E001 is another one");
    assert_eq!(store.entity_versions("E000").expect("reads").len(), 1, "the current one");
}

#[test]
fn versions_of_a_record_are_kept_and_its_number_too() {
    let (_dir, database) = opened();
    let first = database.store().expect("reads").record("market", "000003").expect("reads").expect("is there");
    let deleted = StoredRecord { sequence: 2, is_deleted: true, raw: String::new(), ..first.clone() };
    let back = StoredRecord { sequence: 4, is_deleted: false, raw: "back".into(), ..first.clone() };
    let key = ("market", "000003");
    write(&database, |draft| draft.put_record(key, &deleted, Some(&first)).expect("encodes"));
    let store = database.store().expect("reads");
    assert_eq!((store.record(key.0, key.1).expect("reads"), all(store.scan_records()).len()), (None, 3));
    assert_eq!(store.record_or_tombstone(key.0, key.1).expect("reads").as_ref(), Some(&deleted));
    assert_eq!(store.record_key(3).expect("reads"), Some(("market".into(), "000003".into())), "it keeps its number");
    write(&database, |draft| draft.put_record(key, &back, Some(&deleted)).expect("encodes"));
    let store = database.store().expect("reads");
    assert_eq!(store.record(key.0, key.1).expect("reads"), Some(back));
    assert_eq!(store.earlier_records(key.0, key.1).expect("reads"), [first, deleted]);
    assert_eq!(store.earlier_records("market", "00000").expect("reads"), [], "000003 is another one");
    let new = StoredRecord { ordinal: 4, ..store.record(key.0, key.1).expect("reads").expect("is there") };
    write(&database, |draft| {
        draft.put_record(("market", "new"), &new, None).expect("encodes");
        assert_eq!(draft.record_key(4).expect("reads"), Some(("market".into(), "new".into())));
    });
    assert_eq!(database.store().expect("reads").earlier_records("market", "new").expect("reads"), []);
}

#[test]
fn changes_come_in_order() {
    let (_dir, database) = opened();
    let entity = |id: &str, fate: Fate| {
        let (from, to) = (vec![], vec!["E000".into()]);
        value::ChangedEntity { id: id.into(), model_idx: 0, fate, fields: vec![2], from, to }
    };
    let change = |at_ms: u64| StoredChange {
        at_ms,
        cause: "records".into(),
        records: vec![],
        entities: vec![entity("E001", Fate::Gone), entity("E002", Fate::Created)],
    };
    // More than fit in a byte: the order is that of numbers.
    for sequence in [300, 2, 256, 255] {
        write(&database, |draft| draft.put_change(sequence, &change(sequence)).expect("encodes"));
    }
    let store = database.store().expect("reads");
    let after = |sequence: u64, n: usize| {
        let changes = store.changes_after(sequence, n).expect("reads");
        assert!(changes.iter().all(|(sequence, found)| *found == change(*sequence) || *sequence == 1));
        changes.into_iter().map(|(sequence, _)| sequence).collect::<Vec<_>>()
    };
    assert_eq!(
        (after(0, 9), after(1, 9), after(2, 2)),
        (vec![1, 2, 255, 256, 300], vec![2, 255, 256, 300], vec![255, 256])
    );
    assert_eq!((after(255, 9), after(300, 9), after(0, 0)), (vec![256, 300], vec![], vec![]));
    assert_eq!(after(u64::MAX, 9), [], "there is none after the last possible one");
    assert_eq!((store.change(255).expect("reads"), store.change(3).expect("reads")), (Some(change(255)), None));
}

#[test]
fn relations_and_their_keys_are_replaced() {
    let (_dir, database) = opened();
    let key = |hash: u64, seeks: bool| StoredRelationKey { table: 2, hash, seeks };
    let before = [key(5, true), key(6, false)];
    write(&database, |draft| {
        draft.put_relation("E000", &end("branch_of", "E001", true)).expect("encodes");
        draft.put_relation_keys((0, "E000"), &before, &[]).expect("encodes");
        draft.put_relation_keys((0, "E001"), &[key(5, true)], &[]).expect("encodes");
    });
    let store = database.store().expect("reads");
    assert_eq!(store.relations("E001").expect("reads"), [end("branch_of", "E000", false)]);
    let mut draft = database.draft();
    assert_eq!(draft.entities_with(0, key(5, true), 9).expect("reads"), ["E000", "E001"]);
    assert_eq!(draft.entities_with(0, key(5, true), 1).expect("reads"), ["E000"]);
    assert_eq!(draft.entities_with(0, key(5, false), 9).expect("reads"), [""; 0], "offered is not sought");
    draft.put_relation_keys((0, "E000"), &[key(6, false)], &before).expect("encodes");
    draft.put_relation_keys((0, "E001"), &[], &[key(5, true)]).expect("encodes");
    draft.remove_relation("E001", &end("branch_of", "E000", false));
    assert_eq!(draft.entities_with(0, key(5, true), 9).expect("reads"), [""; 0]);
    assert_eq!(draft.relation_keys("E000").expect("reads"), [key(6, false)]);
    assert_eq!(
        (draft.relation_keys("E001").expect("reads"), draft.relations("E000").expect("reads")),
        (vec![], vec![])
    );
    draft.write(Durability::Synced).expect("writes");
    assert_eq!(validate::validate(&database.store().expect("reads")).expect("reads"), [""; 0]);
}

#[test]
fn judgements_receipts_bases_and_leavers_come_back() {
    let (_dir, database) = opened();
    let receipt = (7, 1, "{\"seq\":1}".to_string());
    write(&database, |draft| {
        draft.put_judgement(2, "{\"same\":true}").expect("encodes");
        draft.put_receipt("key", &receipt).expect("encodes");
        draft.put_base(&[2, 3]).expect("encodes");
        draft.put_base(&[0, 1]).expect("encodes");
        draft.remove_base(2);
        [3, 1].iter().for_each(|ordinal| draft.put_leaver(*ordinal));
        draft.remove_leaver(3);
        assert_eq!(draft.receipt("key").expect("reads").as_ref(), Some(&receipt));
    });
    let store = database.store().expect("reads");
    assert_eq!(store.judgements().expect("reads"), ["{}", "{\"same\":true}"]);
    assert_eq!((store.receipt("key").expect("reads"), store.receipt("k").expect("reads")), (Some(receipt), None));
    assert_eq!((database.bases().expect("reads"), database.leavers().expect("reads")), (vec![vec![0, 1]], vec![1]));
    assert!(store.has_left(1).expect("reads") && !store.has_left(3).expect("reads"));
}

#[test]
fn a_copy_is_whole_and_stays_as_it_is() {
    let (dir, database) = opened();
    write(&database, |draft| change_all(&database, draft));
    let copy = dir.path().join("copy");
    database.checkpoint(&copy).expect("copies");
    let before = look(&database.store().expect("reads"));
    write(&database, |draft| draft.remove_link(Stratum::Records, (0, 1)));
    assert_eq!(look(&Store::open(&copy).expect("opens")), before);
    assert_ne!(look(&database.store().expect("reads")), before);
}

#[test]
fn another_format_is_refused() {
    let (dir, database) = opened();
    let path = dir.path().join("store");
    let refused = |path: &Path| {
        for error in [Store::open(path).err(), Database::open(path).and_then(|database| database.store()).err()] {
            assert!(matches!(error, Some(StoreError::Format { found: 2, expected: 3 })), "{error:?}");
        }
    };
    drop(database);
    let rocks = Rocks::open(&path).expect("opens");
    let mut catalog = rocks.get(Family::Meta, CATALOG_KEY).expect("reads").expect("is there");
    catalog[0] = 2;
    rocks.write(&[(Family::Meta, (CATALOG_KEY, Some(&catalog)))], Durability::Synced).expect("writes");
    drop(rocks);
    refused(&path);
    // A register of that format had fewer families.
    let path = dir.path().join("older");
    let families = [Family::Meta, Family::Log, Family::Entity];
    Rocks::create_other(&path, &families, (CATALOG_KEY, &catalog)).expect("creates");
    refused(&path);
}
