//! `verify` finds nothing in a sound register and finds a planted difference.

use std::path::Path;

use minglu::pipeline::STORE_DIR;
use minglu::verify::verify;
use minglu_graph::store::draft::{Database, Draft};
use minglu_graph::store::value::StoredEntity;
use minglu_graph::store::{Durability, Store, directory};

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
