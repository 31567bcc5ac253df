//! What is left of a register after a power cut, and is damage noticed?
//!
//! Directories are copied while they are open for writing, as a power cut would leave them, and then cut or flipped. What was
//! synced is lost only with bytes that the disk had promised to keep. That it lost them leaves no trace in the directory: a
//! log that was cut where a write ended is a log of fewer writes. So these tests say what is lost with a cut, and cannot say
//! that a loss is noticed; whoever compares the sequence with that of the search index, or with a receipt, may notice.

use std::fs;
use std::ops::Range;

use super::super::draft::{BlockFamily, Database, Stratum};
use super::draft::{next, opened, stored_link};
use super::sound::full;
use super::*;

/// Where the length of what is written stands in a record of the log: behind the checksum of four bytes.
const LENGTH_BYTES: Range<u64> = 4..6;

/// A register with a few writes in its log.
struct Written {
    dir: TempDir,
    /// Open as long as anybody copies it.
    _database: Database,
    /// Length of the log before the first write and after each.
    lens: Vec<u64>,
}

impl Written {
    /// Writes something into several families with each sequence number; the first so many writes are synced.
    fn after(n_writes: usize, n_synced: usize) -> Written {
        let (dir, database) = opened();
        let mut lens = vec![log_len(&dir.path().join("store"))];
        for at in 0..n_writes {
            let (state, mut draft) = (next(&database), database.draft());
            draft.put_in_block(BlockFamily::Records, (0, state.sequence), 1);
            draft.put_link(Stratum::Records, (0, 1), &stored_link(state.sequence as f64, true)).expect("encodes");
            draft.put_change(state.sequence, &StoredChange::default()).expect("encodes");
            draft.put_state(state).expect("encodes");
            let durability = if at < n_synced { Durability::Synced } else { Durability::Unsynced };
            draft.write(durability).expect("writes");
            lens.push(log_len(&dir.path().join("store")));
        }
        Written { dir, _database: database, lens }
    }

    /// A copy of the register whose log was changed.
    fn damaged(&self, change: impl FnOnce(&Path)) -> (TempDir, PathBuf) {
        let copy = tempfile::tempdir().expect("there is room for a temporary directory");
        copy_flat(&self.dir.path().join("store"), copy.path());
        change(&log(copy.path()));
        let path = copy.path().to_path_buf();
        (copy, path)
    }

    /// The sequence number that is left of a log of this length: that of the last write that is whole.
    fn sequence_at(&self, len: u64) -> u64 {
        self.lens.iter().filter(|end| **end <= len).count() as u64
    }
}

fn copy_flat(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("lists") {
        let entry = entry.expect("lists");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copies");
    }
}

/// The log of a database that has been written to since it was opened.
fn log(dir: &Path) -> PathBuf {
    let paths = fs::read_dir(dir).expect("lists").map(|entry| entry.expect("lists").path());
    let logs = paths.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
    logs.max().expect("an open database has a log")
}

fn log_len(dir: &Path) -> u64 {
    fs::metadata(log(dir)).expect("is there").len()
}

fn cut(path: &Path, len: u64) {
    File::options().write(true).open(path).and_then(|file| file.set_len(len)).expect("cuts");
}

fn flip(path: &Path, at: u64) {
    let mut bytes = fs::read(path).expect("reads");
    bytes[at as usize] ^= 1 << (at % 8);
    fs::write(path, bytes).expect("writes");
}

/// Asserts that a register is the one after a sequence, whole.
#[track_caller]
fn check_whole(store: &Store, sequence: u64, place: &str) {
    assert_eq!(store.state().sequence, sequence, "{place}");
    assert_eq!(validate::validate(store).expect("reads"), [""; 0], "{place}");
    let weight = store.link(1, 0).expect("reads").map(|link| link.match_weight);
    assert_eq!(weight, (sequence > 1).then_some(sequence as f64), "{place}");
    for written in 2..=sequence + 1 {
        let block = store.block(0, written, 9).expect("reads");
        assert_eq!(block.is_empty(), written > sequence, "{place}: the block of write {written}");
    }
}

#[test]
fn a_torn_write_is_there_whole_or_not_at_all() {
    // One synced write, and two that were not: the system may have kept any part of them.
    let written = Written::after(3, 1);
    let (synced, end) = (written.lens[1], written.lens[3]);
    for len in synced..=end {
        let (_copy, path) = written.damaged(|log| cut(log, len));
        let place = format!("log cut at {len} of {end}");
        let expected = written.sequence_at(len);
        assert!(expected >= 2, "what was synced is there");
        check_whole(&Store::open(&path).expect(&place), expected, &place);
    }
}

#[test]
fn writing_goes_on_after_a_torn_write() {
    let written = Written::after(3, 2);
    // The last write: cut before it, in its header, in its middle, before its last byte, and not at all.
    let (begin, end) = (written.lens[2], written.lens[3]);
    for len in [begin, begin + 3, (begin + end) / 2, end - 1, end] {
        let (_copy, path) = written.damaged(|log| cut(log, len));
        let place = format!("log cut at {len} of {begin}–{end}");
        let database = Database::open(&path).expect(&place);
        check_whole(&database.store().expect("reads"), written.sequence_at(len), &place);
        let (state, mut draft) = (next(&database), database.draft());
        draft.put_change(state.sequence, &StoredChange::default()).expect("encodes");
        draft.put_state(state).expect("encodes");
        draft.write(Durability::Synced).expect("writes");
        drop(database);
        let store = Store::open(&path).expect(&place);
        assert_eq!(store.state().sequence, written.sequence_at(len) + 1, "{place}");
        assert_eq!(validate::validate(&store).expect("reads"), [""; 0], "{place}");
    }
}

#[test]
fn a_disk_that_forgets_synced_bytes_loses_whole_writes() {
    // The log is shorter than the disk promised. What is left is whole; that something is missing cannot be seen here.
    let written = Written::after(3, 3);
    for len in [written.lens[1], written.lens[1] + 9, written.lens[2]] {
        let (_copy, path) = written.damaged(|log| cut(log, len));
        check_whole(&Store::open(&path).expect("opens"), written.sequence_at(len), &format!("log cut at {len}"));
    }
}

#[test]
fn a_flipped_bit_in_the_log_is_refused() {
    let written = Written::after(3, 3);
    for at in written.lens[1]..written.lens[2] {
        let begin = written.lens.iter().rev().find(|len| **len <= at).copied().expect("it is in a record");
        let (_copy, path) = written.damaged(|log| flip(log, at));
        let place = format!("bit flipped at {at}, in the record from {begin}");
        match Store::open(&path) {
            Err(error) => assert!(matches!(error, StoreError::Rocks(_)), "{place}: {error}"),
            // A record that says that it goes on past the end of the log looks like one that was torn: RocksDB takes it for
            // the tail, and what is left is a whole, earlier register. No other bit may do that.
            Ok(store) => {
                assert!(LENGTH_BYTES.contains(&(at - begin)), "{place} was not noticed");
                check_whole(&store, written.sequence_at(begin), &place);
            }
        }
    }
}

#[test]
fn a_flipped_bit_in_any_family_is_noticed() {
    let (dir, database) = full();
    database.flush().expect("writes");
    drop(database);
    let path = dir.path().join("store");
    let sorted = |path: &Path| path.extension().is_some_and(|extension| extension == "sst");
    let files: Vec<PathBuf> = fs::read_dir(&path).expect("lists").map(|entry| entry.expect("lists").path()).collect();
    let files: Vec<&PathBuf> = files.iter().filter(|path| sorted(path)).collect();
    assert!(files.len() >= 18, "every family has a file: {}", files.len());
    for file in files {
        let copy = tempfile::tempdir().expect("there is room for a temporary directory");
        copy_flat(&path, copy.path());
        // A sorted file begins with its entries.
        flip(&copy.path().join(file.file_name().expect("it was listed")), 9);
        let read = Store::open(copy.path()).and_then(|store| validate::validate(&store));
        assert!(matches!(read, Err(StoreError::Rocks(_) | StoreError::Corrupted { .. })), "{file:?}: {read:?}");
    }
}
