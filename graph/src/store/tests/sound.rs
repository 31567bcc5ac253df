//! Each disagreement of families is found; what is planted is written through drafts, or as bytes where drafts would not.

use super::super::draft::{BlockFamily, Database, Draft, Stratum};
use super::super::rocks::Family;
use super::super::value::StoredVersion;
use super::draft::{next, stored_link, write};
use super::*;

/// A register with something in every family: two entities of two records each, the second record of each was put later.
pub(super) fn full() -> (TempDir, Database) {
    let mut sample = Sample::of(&[0, 0, 1, 1]);
    sample.links = vec![link(0, 1, 9.0, Decision::Match), link(2, 3, 9.0, Decision::Match)];
    sample.cluster_links = vec![link(0, 2, 2.0, Decision::Review)];
    sample.bases = vec![vec![RecordIdx(0), RecordIdx(1)], vec![RecordIdx(2), RecordIdx(3)]];
    sample.blocks = vec![(7, RecordIdx(0)), (7, RecordIdx(1)), (STAR, RecordIdx(0)), (STAR, RecordIdx(3))];
    sample.cluster_blocks = vec![(8, RecordIdx(0)), (8, RecordIdx(2))];
    sample.leavers = vec![RecordIdx(3)];
    let (from, to) = (EntityId::from_text("E001"), EntityId::from_text("E000"));
    let keys = [(from.clone(), true), (to.clone(), false)];
    let of = |(id, seeks): (EntityId, bool)| (id, vec![StoredRelationKey { table: 0, hash: 5, seeks }]);
    sample.relation_keys = keys.map(of).to_vec();
    sample.relations = vec![Relation { from, kind: RelationKind::BranchOf, to, evidence: RecordIdx(2) }];
    let (dir, path) = sample.write(&sample.entities());
    let database = Database::open(&path).expect("opens");
    let state = next(&database);
    write(&database, |draft| {
        let before = draft.record("market", "000001").expect("reads").expect("is there");
        let after = StoredRecord { sequence: state.sequence, raw: "later".into(), ..before.clone() };
        draft.put_record(("market", "000001"), &after, Some(&before)).expect("encodes");
        let before = draft.entity("E000").expect("reads").expect("is there");
        let after = StoredEntity { since: state.sequence, ..before.clone() };
        draft.put_entity("E000", &after, Some(before)).expect("encodes");
        draft.put_change(state.sequence, &StoredChange::default()).expect("encodes");
        draft.put_receipt("key", &(1, state.sequence, "{}".into())).expect("encodes");
        draft.put_state(state).expect("encodes");
    });
    (dir, database)
}

fn findings(database: &Database) -> Vec<String> {
    validate::validate(&database.store().expect("reads")).expect("reads")
}

/// Asserts that something planted is found, and nothing besides.
#[track_caller]
fn check_found(plant: impl FnOnce(&mut Draft), expect: &[&str]) {
    let (_dir, database) = full();
    assert_eq!(findings(&database), [""; 0], "sound before");
    write(&database, plant);
    assert_eq!(findings(&database), expect);
}

/// Replaces bytes, or removes them.
fn put(draft: &mut Draft, (family, key): (Family, &[u8]), value: Option<&[u8]>) {
    draft.put_bytes(family, key.to_vec(), value.map(<[u8]>::to_vec));
}

fn edit_record(draft: &mut Draft, id: &str, edit: impl FnOnce(&mut StoredRecord)) {
    let mut record = draft.record("market", id).expect("reads").expect("is there");
    edit(&mut record);
    let mut bytes = Vec::new();
    codec::encode_into(&record, &mut bytes).expect("encodes");
    put(draft, (Family::Log, &key::record("market", id)), Some(&bytes));
}

fn edit_entity(draft: &mut Draft, id: &str, edit: impl FnOnce(&mut StoredEntity)) {
    let mut entity = draft.entity(id).expect("reads").expect("is there");
    edit(&mut entity);
    draft.put_entity(id, &entity, None).expect("encodes");
}

#[test]
fn records_ordinals_and_memberships() {
    let key = |id: &str| key::record("market", id);
    let elsewhere = "ordinal 3: record market:000002 has another one, or there is none";
    let swapped = |draft: &mut Draft| put(draft, (Family::Ordinal, &key::ordinal(3)), Some(&key("000002")));
    let (_dir, database) = full();
    write(&database, swapped);
    let found = findings(&database);
    assert_eq!(found[..2], ["record market:000003: its ordinal 3 names another one", elsewhere], "{found:?}");
    check_found(
        |draft| put(draft, (Family::Ordinal, &key::ordinal(9)), Some(&key("000002"))),
        &["ordinal 9: record market:000002 has another one, or there is none"],
    );
    check_found(
        |draft| draft.put_entity_of(("market", "000009"), Some("E000")).expect("encodes"),
        &["market:000009 is said to be of entity E000, and there is no such record"],
    );
    check_found(
        |draft| draft.put_entity_of(("market", "000001"), None).expect("encodes"),
        &["record market:000001 has no entity", "entity E000: record market:000001 is elsewhere"],
    );
    check_found(
        |draft| draft.put_entity_of(("market", "000001"), Some("E001")).expect("encodes"),
        &["entity E000: record market:000001 is elsewhere"],
    );
}

#[test]
fn what_records_refer_to() {
    check_found(
        |draft| edit_record(draft, "000001", |record| record.header_idx = 1),
        &["record market:000001: there is no layout 1"],
    );
    check_found(
        |draft| edit_record(draft, "000001", |record| record.sequence = 3),
        &["record market:000001: sequence 3 is past the last one, 2"],
    );
    let (_dir, database) = full();
    write(&database, |draft| edit_record(draft, "000001", |record| record.model_idx = 1));
    let found = findings(&database);
    assert_eq!(found[0], "record market:000001: no source of that name has its kind", "{found:?}");
}

#[test]
fn a_tombstone_that_something_still_holds() {
    let (_dir, database) = full();
    write(&database, |draft| edit_record(draft, "000001", |record| record.is_deleted = true));
    let found = findings(&database);
    let expect = [
        "3 records, the state says 4",
        "market:000001 is said to be of entity E000, and there is no such record",
        "entity E000: record market:000001 is not of its kind",
        "base cluster 0: there is no record 1 of its kind",
        "link 0–1: there is no record 1",
        "block 0/0000000000000007: there is no record 1 of its kind",
    ];
    assert_eq!(found, expect);
}

#[test]
fn entities_and_counts() {
    check_found(
        |draft| edit_entity(draft, "E001", |entity| entity.members[1].record_id = "000001".into()),
        &["entity E001: ordinal 3 names another record", "entity E001: record market:000001 is elsewhere"],
    );
    check_found(
        |draft| edit_entity(draft, "E001", |entity| entity.since = 3),
        &["entity E001: sequence 3 is past the last one"],
    );
    check_found(
        |draft| edit_entity(draft, "E001", |entity| drop(entity.members.pop())),
        &["3 members, the state says 4"],
    );
    let state = State { sequence: 2, n_records: 4, n_entities: 2, next_ordinal: 4, built: 1 };
    check_found(
        |draft| draft.put_state(State { n_records: 5, ..state }).expect("encodes"),
        &["4 records, the state says 5", "4 members, the state says 5"],
    );
    check_found(
        |draft| draft.put_state(State { n_entities: 3, ..state }).expect("encodes"),
        &["2 entities, the state says 3"],
    );
    check_found(
        |draft| draft.put_state(State { next_ordinal: 3, ..state }).expect("encodes"),
        &["record market:000003: ordinal 3 is past the last one, 3"],
    );
    let empty =
        StoredEntity { since: 1, model_idx: 0, members: vec![], values: vec![], conflicts: vec![], missing: vec![] };
    check_found(
        |draft| draft.put_entity("E002", &empty, None).expect("encodes"),
        &["entity E002 has no records", "3 entities, the state says 2"],
    );
}

#[test]
fn leavers_and_base_clusters() {
    check_found(|draft| draft.put_leaver(9), &["leaver 9: there is no such record"]);
    check_found(
        |draft| draft.put_base(&[1, 9]).expect("encodes"),
        &["base cluster 1: record 1 is in another one too", "base cluster 1: there is no record 9 of its kind"],
    );
    let mut bytes = Vec::new();
    codec::encode_into(&vec![3_u32, 2], &mut bytes).expect("encodes");
    check_found(
        |draft| put(draft, (Family::Base, &key::ordinal(2)), Some(&bytes)),
        &["base cluster 2: it is not of several, or has another anchor"],
    );
    check_found(|draft| draft.remove_base(2), &["cluster block 0/0000000000000008: 2 is no anchor of several"]);
}

#[test]
fn links_from_both_ends() {
    let mut bytes = Vec::new();
    codec::encode_into(&stored_link(8.0, true), &mut bytes).expect("encodes");
    for (family, stratum, name) in
        [(Family::Link, Stratum::Records, "link"), (Family::ClusterLink, Stratum::Clusters, "cluster link")]
    {
        check_found(
            |draft| put(draft, (family, &key::pair(3, 0)), Some(&bytes)),
            &[&format!("{name} 3–0: it is missing from the other end")],
        );
        let expect = format!("{name} 0–2: its ends say different things");
        check_found(
            |draft| {
                draft.put_link(stratum, (0, 2), &stored_link(7.0, true)).expect("encodes");
                put(draft, (family, &key::pair(2, 0)), Some(&bytes));
            },
            &[&expect],
        );
        check_found(
            |draft| draft.put_link(stratum, (2, 2), &stored_link(7.0, true)).expect("encodes"),
            &[&format!("{name} 2–2: it has one end")],
        );
        check_found(
            |draft| draft.put_link(stratum, (0, 9), &stored_link(7.0, true)).expect("encodes"),
            &[&format!("{name} 0–9: there is no record 9")],
        );
    }
    check_found(
        |draft| draft.put_link(Stratum::Clusters, (0, 3), &stored_link(7.0, true)).expect("encodes"),
        &["cluster link 0–3: 3 is no anchor"],
    );
    let sides = Some((vec![0, 1], vec![2, 9]));
    check_found(
        |draft| {
            let link = StoredLink { sides, ..stored_link(7.0, false) };
            draft.put_link(Stratum::Clusters, (0, 2), &link).expect("encodes");
        },
        &["cluster link 0–2: there is no record 9 on its sides"],
    );
}

#[test]
fn blocks_of_records_and_clusters() {
    check_found(
        |draft| draft.put_in_block(BlockFamily::Records, (0, 7), 9),
        &["block 0/0000000000000007: there is no record 9 of its kind"],
    );
    check_found(
        |draft| draft.put_in_block(BlockFamily::Records, (1, 7), 0),
        &["block 1/0000000000000007: there is no record 0 of its kind"],
    );
    check_found(
        |draft| draft.put_in_star((0, STAR), &anchor(2, "market", "000000"), 0),
        &["block 0/ffffffffffffffff: record 0 is not where its anchor sorts it"],
    );
    check_found(
        |draft| draft.put_in_block(BlockFamily::Clusters, (0, 8), 3),
        &["cluster block 0/0000000000000008: 3 is no anchor of several"],
    );
}

#[test]
fn relations_and_relation_keys() {
    let end = RelationEnd { outgoing: true, kind: "BRANCH_OF".into(), other: "E000".into(), evidence: 2 };
    let mut bytes = Vec::new();
    codec::encode_into(&StoredRelation { evidence: 2 }, &mut bytes).expect("encodes");
    check_found(
        |draft| put(draft, (Family::Relation, &key::relation("E000", false, "BRANCH_OF", "E001")), None),
        &["relation E001 BRANCH_OF E000: E000 does not say the same"],
    );
    check_found(
        |draft| put(draft, (Family::Relation, &key::relation("E000", false, "LOCATED_AT", "E001")), Some(&bytes)),
        &["relation E001 LOCATED_AT E000: E001 does not say the same"],
    );
    check_found(
        |draft| draft.put_relation("E009", &end).expect("encodes"),
        &["relation E009 BRANCH_OF E000: an end is missing"],
    );
    check_found(
        |draft| draft.put_relation("E001", &RelationEnd { evidence: 9, ..end.clone() }).expect("encodes"),
        &["relation E001 BRANCH_OF E000: there is no record 9"],
    );
    let key = |hash: u64, seeks: bool| StoredRelationKey { table: 0, hash, seeks };
    check_found(
        |draft| put(draft, (Family::RelationKey, &key::relation_key(0, 0, 5, false, "E000")), None),
        &["relation keys of E000: 0/0000000000000005/offers does not lead to it"],
    );
    check_found(
        |draft| put(draft, (Family::RelationKey, &key::relation_key(0, 0, 6, true, "E000")), Some(b"")),
        &["relation key 0/0000000000000006/seeks: E000 does not have it"],
    );
    check_found(
        |draft| put(draft, (Family::RelationKey, &key::relation_key(1, 0, 5, true, "E001")), Some(b"")),
        &["relation key 0/0000000000000005/seeks: there is no E001 of its kind"],
    );
    check_found(
        |draft| draft.put_relation_keys((0, "E009"), &[key(5, true)], &[]).expect("encodes"),
        &[
            "relation keys of E009: there is no such entity",
            "relation key 0/0000000000000005/seeks: there is no E009 of its kind",
        ],
    );
}

#[test]
fn versions_changes_judgements_and_receipts() {
    let version = |draft: &mut Draft, id: &str, sequence: u64| {
        let mut bytes = Vec::new();
        let version = StoredVersion::Entity(draft.entity("E001").expect("reads").expect("is there"));
        codec::encode_into(&version, &mut bytes).expect("encodes");
        put(draft, (Family::Version, &key::version(id.as_bytes(), sequence)), Some(&bytes));
    };
    check_found(|draft| version(draft, "E001", 1), &["version 1 of E001 is not before the current one"]);
    check_found(|draft| version(draft, "E007", 2), &["version 2 of E007 says that it is 1"]);
    let gone = |draft: &mut Draft, sequence: u64| draft.end_entity("E007", sequence, (None, vec![])).expect("encodes");
    check_found(|draft| gone(draft, 3), &["version 3 of E007 is past the last sequence"]);
    check_found(
        |draft| {
            let record = draft.record("market", "000001").expect("reads").expect("is there");
            draft.put_record(("market", "000001"), &record, Some(&record)).expect("encodes");
        },
        &["version 2 of record market:000001 is not before the current one"],
    );
    check_found(
        |draft| {
            let record = draft.record("market", "000001").expect("reads").expect("is there");
            let other = StoredRecord { sequence: 0, ordinal: 3, ..record.clone() };
            draft.put_record(("market", "000001"), &record, Some(&other)).expect("encodes");
        },
        &["version 0 of record market:000001: it had another ordinal"],
    );
    check_found(
        |draft| draft.put_change(4, &StoredChange::default()).expect("encodes"),
        &["change 3 is missing before 4", "changes end before 5, the state says 2"],
    );
    check_found(
        |draft| put(draft, (Family::Change, &2_u64.to_be_bytes()), None),
        &["changes end before 2, the state says 2"],
    );
    check_found(|draft| draft.put_judgement(3, "{}").expect("encodes"), &["judgement 2 is missing before 3"]);
    check_found(
        |draft| draft.put_receipt("key", &(1, 3, "{}".into())).expect("encodes"),
        &["receipt key: sequence 3 is past the last one"],
    );
}

#[test]
fn bytes_that_cannot_be_read_are_an_error() {
    let keys: [(Family, Vec<u8>); 14] = [
        (Family::Log, key::record("market", "000002")),
        (Family::Earlier, key::version(&key::record("market", "000001"), 1)),
        (Family::Membership, key::record("market", "000002")),
        (Family::Base, key::ordinal(0).to_vec()),
        (Family::Entity, b"E000".to_vec()),
        (Family::Version, key::version(b"E000", 1)),
        (Family::Link, key::pair(1, 0).to_vec()),
        (Family::ClusterLink, key::pair(2, 0).to_vec()),
        (Family::Relation, key::relation("E000", false, "BRANCH_OF", "E001")),
        (Family::RelationKey, key::relation_keys_of("E000")),
        (Family::Change, 1_u64.to_be_bytes().to_vec()),
        (Family::Judgement, 1_u64.to_be_bytes().to_vec()),
        (Family::Receipt, b"key".to_vec()),
        (Family::Block, key::in_star(0, STAR, &anchor(1, "market", "000003"))),
    ];
    for (family, key) in keys {
        let (_dir, database) = full();
        let mut found = database.draft().bytes(family, &key).expect("reads").expect("is there");
        found.pop();
        write(&database, |draft| put(draft, (family, &key), Some(&found)));
        let read = validate::validate(&database.store().expect("reads"));
        assert!(matches!(read, Err(StoreError::Corrupted { .. })), "{family:?}: {read:?}");
    }
    for (family, key) in [(Family::Ordinal, vec![1]), (Family::Leaver, vec![1]), (Family::ClusterBlock, vec![0; 13])] {
        let (_dir, database) = full();
        write(&database, |draft| put(draft, (family, &key), Some(b"")));
        let read = validate::validate(&database.store().expect("reads"));
        assert!(matches!(read, Err(StoreError::Corrupted { .. })), "{family:?}: {read:?}");
    }
}
