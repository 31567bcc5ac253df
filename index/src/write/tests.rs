//! What a build reports, refuses and leaves on disk.

use super::*;
use crate::search::SearchIndex;

const BUDGET_BYTES: usize = 64 << 20;

fn docs(n_docs: usize) -> impl Iterator<Item = EntityDoc> {
    let doc = |n| EntityDoc { id: format!("E{n}"), names: vec![format!("鑫盛{n}号商行")], ..EntityDoc::default() };
    (0..n_docs).map(doc)
}

#[test]
fn a_build_reports_what_it_wrote() {
    let dir = tempfile::tempdir().unwrap();
    let report = build(&dir.path().join("search"), docs(100), 2, 81_233, BUDGET_BYTES).unwrap();
    assert_eq!(report.n_entities, 100);
    assert!(report.n_bytes > 0 && (1..=SEGMENTS_MAX).contains(&report.n_segments));
    let index = SearchIndex::open(&dir.path().join("search")).unwrap();
    assert_eq!((index.n_entities(), index.sequence()), (100, 81_233));
}

#[test]
fn a_used_directory_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("notes.txt"), "mine").unwrap();
    assert!(matches!(build(dir.path(), docs(1), 1, 0, BUDGET_BYTES), Err(IndexError::NotEmpty { .. })));
}

#[test]
fn another_format_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::create_in_dir(dir.path(), schema().0).unwrap();
    register_tokenizers(&index);
    let mut writer: IndexWriter = index.writer_with_num_threads(1, THREAD_BYTES_MIN).unwrap();
    commit(&mut writer, Stamp { format: FORMAT_VERSION + 1, sequence: 0 }).unwrap();
    assert!(matches!(SearchIndex::open(dir.path()), Err(IndexError::Format { .. })));
}

#[test]
fn many_segments_are_merged_to_few() {
    let dir = tempfile::tempdir().unwrap();
    let report = build(dir.path(), docs(2_000), 8, 0, BUDGET_BYTES).unwrap();
    assert!(report.n_segments <= SEGMENTS_MAX, "{report:?}");
    let index = SearchIndex::open(dir.path()).unwrap();
    assert_eq!(index.n_entities(), 2_000);
}

#[test]
fn rank_keys_order_by_length_then_id() {
    assert!(rank_key(5, "E1") < rank_key(6, "E1"));
    assert_ne!(rank_key(5, "E1"), rank_key(5, "E2"));
    assert_eq!(rank_key(255, "E1"), rank_key(1_000, "E1"));
}

#[test]
fn the_organisation_code_is_a_part_of_the_credit_code() {
    assert_eq!(organisation_part("91440300708461136T"), Some("708461136"));
    assert_eq!(organisation_part("708461136"), None);
    assert_eq!(organisation_part("名名名名名名"), None);
}
