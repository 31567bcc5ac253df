//! A register that was written once, in each format since 3, is read as it was.

use std::fs;
use std::path::Path;

use minglu::registry::Registry;
use minglu::verify::{Verification, examine};
use minglu_graph::store::directory;
use minglu_index::search::SearchQuery;
use tempfile::TempDir;

/// A copy of the sample of a format: reading leaves notes and locks beside the files.
fn copy_of(format: u8) -> TempDir {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data-samples/formats").join(format.to_string());
    let copy = tempfile::tempdir().expect("there is room for a temporary directory");
    copy_tree(&sample, copy.path());
    copy
}

fn copy_tree(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the sample is there") {
        let (path, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).expect("lists");
        if path.is_dir() {
            fs::create_dir(&to).expect("makes a directory");
            copy_tree(&path, &to);
        } else {
            fs::copy(&path, &to).expect("copies");
        }
    }
}

#[test]
fn format_3_is_read() {
    let data = copy_of(3);
    let registry = Registry::open(data.path()).expect("opens");
    let state = registry.store.state();
    assert_eq!((state.sequence, state.n_records, state.next_ordinal, state.built), (1, 55, 55, 1));
    let n_entities = registry.store.scan_entities().expect("scans").count() as u64;
    assert_eq!((n_entities, registry.index.n_entities(), registry.index.sequence()), (state.n_entities, n_entities, 1));
    let id = registry.store.entity_of("market", "m04").expect("reads").expect("it is in an entity");
    let entity = registry.entity(&id).expect("reads").expect("it was named");
    assert_eq!(entity.anchor, "market:m04");
    assert_eq!(entity.values["name"][0].value, "深圳市鹏程贸易有限公司");
    assert_eq!(entity.values["uscc"][0].value, "91440303MA5TN0040D");
    let query = SearchQuery { text: "鹏程贸易", limit: 10, ..SearchQuery::default() };
    let hits = registry.search(&query).expect("searches").hits;
    assert!(hits.iter().any(|hit| hit.id == id), "it is found by name");
}

#[test]
fn format_3_follows_from_its_records() {
    let data = copy_of(3);
    assert_eq!(examine(data.path()).expect("reads"), Verification::default());
    assert!(directory::current(data.path()).expect("there is a register").ends_with("generation-000001"));
}
