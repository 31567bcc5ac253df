//! `verify` finds nothing in a sound register and finds a planted difference.

use std::io::Write;
use std::path::Path;

use minglu::pipeline::clusters;
use minglu::verify::{StoredKind, recompute, verify};
use minglu_graph::store::Store;
use minglu_graph::store::directory::Build;
use minglu_graph::store::value::StoredEntity;
use minglu_graph::store::write::{Built, EncodedEntity, Received, StoreWriter};
use minglu_rules::model::{EntityId, RecordIdx};
use minglu_rules::relate::relate;

use crate::workshop::{Workshop, stdout};

/// Writes the current register once more with its entities changed, as damage or a bug would leave it.
fn plant(data: &Path, change: impl Fn(&mut StoredEntity)) {
    let (store, kinds) = recompute(data).expect("the register is sound");
    let kind = kinds.first().expect("the register has one kind of entity");
    let build = Build::begin(data).expect("nobody else builds");
    let writer = StoreWriter::create(build.dir()).expect("writes");
    let mut blocks = writer.blocks().expect("writes");
    let entries = store.scan_blocks().expect("scans").map(|block| block.expect("reads"));
    let entries =
        entries.flat_map(|(_, key, ordinals)| ordinals.into_iter().map(move |ordinal| (key, RecordIdx(ordinal))));
    blocks.put(0, 0, entries).expect("writes");
    let mut entities = writer.entities().expect("writes");
    for item in store.scan_entities().expect("scans") {
        let (id, mut entity) = item.expect("reads");
        change(&mut entity);
        let encoded = EncodedEntity::new(&entity).expect("encodes");
        entities.put(&EntityId::from_text(&id), &encoded).expect("writes");
    }
    let (received, spool) = rows(&store, kind);
    let clusters = clusters(&kind.resolved, &kind.sources);
    let relations = relate(&clusters, &kind.resolved.records, &kind.resolved.model.schema);
    let built = Built {
        records: &kind.resolved.records,
        received: &received,
        clusters: &clusters,
        links: &kind.resolved.links,
        vetoes: &[],
        relations: &relations,
    };
    let finished = writer.finish((blocks, entities), store.catalog(), (&kind.sources, &spool), &[built]);
    finished.expect("writes");
    build.commit().expect("switches");
}

/// The rows of all records in a spool file.
fn rows(store: &Store, kind: &StoredKind) -> (Vec<Received>, std::fs::File) {
    let mut spool = tempfile::tempfile().expect("there is room for a temporary file");
    let mut offset = 0;
    let mut received = Vec::new();
    for record in &kind.resolved.records {
        let source = &kind.sources[record.key.source.0 as usize].name;
        let stored = store.record(source, &record.key.id).expect("reads").expect("it was read before");
        spool.write_all(stored.raw.as_bytes()).expect("writes");
        let len = stored.raw.len() as u32;
        received.push(Received { header_idx: stored.header_idx, line: stored.line, hash: 0, offset, len });
        offset += u64::from(len);
    }
    (received, spool)
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
    plant(&workshop.data(), |_| ());
    assert_eq!(verify(&workshop.data()).expect("reads"), [""; 0], "a faithful copy is sound");
    plant(&workshop.data(), |entity| {
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
    plant(&workshop.data(), |entity| {
        let foreign = entity.members[0].record_id == "m04";
        entity.members.iter_mut().filter(|_| foreign).for_each(|member| member.record_id = "m05".into());
    });
    let differences = verify(&workshop.data()).expect("reads");
    assert!(differences.iter().any(|difference| difference.contains("market:m05 is elsewhere")), "{differences:?}");
}
