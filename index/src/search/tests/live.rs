//! What does a refresh open again?

use super::*;
use crate::update::IndexUpdater;

/// Which segments of the second view share their columns with the first.
fn n_shared(first: &SearchIndex, second: &SearchIndex) -> usize {
    let is_shared =
        |new: &&view::SegmentView| first.view.segments.iter().any(|old| Arc::ptr_eq(&old.columns, &new.columns));
    second.view.segments.iter().filter(is_shared).count()
}

#[test]
fn a_refresh_opens_new_segments_only() {
    let dir = tempfile::tempdir().unwrap();
    build(dir.path(), city().into_iter(), 1, 7, 0).unwrap();
    let first = SearchIndex::open(dir.path()).unwrap();
    assert_eq!(n_shared(&first, &first.refresh().unwrap()), first.n_segments());
    let mut updater = IndexUpdater::open(dir.path()).unwrap();
    updater.put(&entity("E9", &["金沙贸易"])).unwrap();
    updater.commit(8).unwrap();
    let second = first.refresh().unwrap();
    assert_eq!((n_shared(&first, &second), second.n_segments()), (1, 2));
    // A document of each segment dies: their columns stay.
    updater.delete("E1").unwrap();
    updater.put(&entity("E9", &["金沙物流"])).unwrap();
    updater.put(&entity("E8", &["白鸥物流"])).unwrap();
    updater.commit(9).unwrap();
    let third = second.refresh().unwrap();
    assert_eq!(n_shared(&second, &third), third.n_segments() - 1);
    assert_eq!((first.n_entities(), second.n_entities(), third.n_entities()), (5, 6, 6));
    assert_eq!(first.search(&SearchQuery { text: "E1", limit: 9, ..SearchQuery::default() }).unwrap().hits.len(), 1);
}
