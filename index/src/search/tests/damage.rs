//! What does a damaged file do to a search?
//!
//! Single bits of a small index are turned over, one at a time, in every file.

use std::path::{Path, PathBuf};

use super::*;
use crate::update::IndexUpdater;

/// Seed of the places of damage.
const SEED: u64 = 20_261_122;
/// Damaged bits per file; with some fifteen files more than a hundred in all.
const N_BITS_PER_FILE: usize = 8;
const TEXTS: [&str; 7] = ["鑫盛", "马化腾", "E1", "7084", "深圳市鑫盛达科技3号", "科技中一路", "华为技术"];

/// An index of two segments, one of them with dead documents.
fn live_index() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let shops = (0..40).map(|n| entity(&format!("S{n}"), &[&format!("深圳市鑫盛达科技{n}号")]));
    build(dir.path(), city().into_iter().chain(shops), 1, 7, 0).unwrap();
    let mut updater = IndexUpdater::open(dir.path()).unwrap();
    updater.delete("S1").unwrap();
    updater.put(&entity("S2", &["深圳市华为达鑫商行"])).unwrap();
    updater.commit(8).unwrap();
    updater.close().unwrap();
    dir
}

fn answers(index: &SearchIndex) -> Result<Vec<SearchAnswer>, IndexError> {
    let query = |text| SearchQuery { text, limit: 20, ..SearchQuery::default() };
    TEXTS.iter().map(|text| index.search(&query(text))).collect()
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.metadata().unwrap().len() > 0).collect();
    files.sort();
    files
}

/// SplitMix64 (Steele, Lea and Flood 2014).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Calls `check` with every damage in turn; the file is whole again afterwards.
fn for_each_damage(dir: &Path, mut check: impl FnMut(&str)) {
    let mut state = SEED;
    for path in files(dir) {
        let whole = std::fs::read(&path).unwrap();
        for _ in 0..N_BITS_PER_FILE {
            let bit = (random(&mut state) % (whole.len() as u64 * 8)) as usize;
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            // Another file of the same name: what is mapped stays as it was.
            std::fs::remove_file(&path).unwrap();
            std::fs::write(&path, damaged).unwrap();
            check(&format!("bit {bit} of {}", path.file_name().unwrap().display()));
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, whole).unwrap();
    }
}

#[test]
fn a_damaged_bit_is_an_error_or_changes_nothing() {
    let dir = live_index();
    let opened = SearchIndex::open(dir.path()).unwrap();
    let (right, n_files) = (answers(&opened).unwrap(), files(dir.path()).len());
    assert!(n_files >= 13, "{n_files} files");
    let (mut n_refused, mut n_harmless) = (0, 0);
    for_each_damage(dir.path(), |damage| {
        let damaged = SearchIndex::validate(dir.path()).unwrap();
        match SearchIndex::open(dir.path()).and_then(|index| answers(&index)) {
            Ok(found) => assert_eq!(found, right, "{damage}"),
            Err(_) => n_refused += 1,
        }
        n_harmless += usize::from(damaged.is_empty());
        // What validation passes must be answered rightly even where opening did not look.
        if damaged.is_empty()
            && let Ok(view) = guarded(|| View::open(dir.path(), 0))
        {
            let found = answers(&SearchIndex { view: Arc::new(view) });
            assert!(found.is_err() || found.unwrap() == right, "{damage}");
        }
    });
    assert!(n_refused > n_harmless && n_harmless > 0, "{n_refused} refused, {n_harmless} harmless");
    assert_eq!(answers(&opened).unwrap(), right);
    assert_eq!(SearchIndex::validate(dir.path()).unwrap(), Vec::<String>::new());
}

/// The same damage where nothing was checked before, as in large files or under an opened index: no search panics.
#[test]
fn damage_behind_the_checks_is_never_a_panic() {
    let dir = live_index();
    let right = answers(&SearchIndex::open(dir.path()).unwrap()).unwrap();
    let (mut n_errors, mut n_other, mut n_right) = (0, 0, 0);
    for_each_damage(dir.path(), |damage| {
        let opened = guarded(|| View::open(dir.path(), 0));
        match opened.and_then(|view| answers(&SearchIndex { view: Arc::new(view) })) {
            Ok(found) if found == right => n_right += 1,
            // Other answers than the right ones: then validation knows why.
            Ok(_) => {
                n_other += 1;
                assert!(!SearchIndex::validate(dir.path()).unwrap().is_empty(), "{damage}");
            }
            Err(_) => n_errors += 1,
        }
    });
    assert!(n_errors > 0 && n_right > 0, "{n_errors} errors, {n_other} other, {n_right} right");
}

#[test]
fn damage_is_named_and_never_merged_away() {
    let dir = live_index();
    for path in files(dir.path()).iter().filter(|path| !path.ends_with(".managed.json")) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let whole = std::fs::read(path).unwrap();
        // In a new file: the old one may still be mapped.
        std::fs::remove_file(path).unwrap();
        let mut damaged = whole.clone();
        damaged[whole.len() / 3] ^= 1;
        std::fs::write(path, &damaged).unwrap();
        assert_eq!(SearchIndex::validate(dir.path()).unwrap(), [name.as_str()]);
        assert!(IndexUpdater::open(dir.path()).is_err(), "{name}");
        std::fs::remove_file(path).unwrap();
        if name != "meta.json" {
            assert_eq!(SearchIndex::validate(dir.path()).unwrap(), [name.as_str()]);
        }
        assert!(SearchIndex::open(dir.path()).is_err() && IndexUpdater::open(dir.path()).is_err(), "{name}");
        std::fs::write(path, &whole).unwrap();
    }
    IndexUpdater::open(dir.path()).unwrap();
}

#[test]
fn there_is_nothing_to_validate_where_no_index_is() {
    let dir = tempfile::tempdir().unwrap();
    assert!(SearchIndex::validate(dir.path()).is_err());
    assert!(SearchIndex::validate(&dir.path().join("nowhere")).is_err());
}
