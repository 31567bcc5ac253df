//! What was acknowledged, and what may have happened? Three files in a directory that lies outside of the register.
//!
//! `acknowledged` has a line for each request that was answered with 2xx, written only then; `maybe` one for each request
//! whose answer never came, or was that of a service in trouble. `state` is what the last check found: seq, number of
//! records, and the version of each record that was ever written. Every record belongs to one writer, and a writer has one
//! request under way, so that the order of requests is the order of what was done to a record.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::city::DELIVERED;
use crate::wire::Position;

/// A record: its source and its id.
pub(crate) type Key = (String, String);
/// What a record is: the number of a version, or nothing once it is deleted.
pub(crate) type Version = Option<u64>;

/// One request.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) request: u64,
    pub(crate) writer: usize,
    pub(crate) op: String,
    pub(crate) key: String,
    pub(crate) source: String,
    pub(crate) changes: Vec<(String, Version)>,
    pub(crate) seq: Option<u64>,
    pub(crate) why: Option<String>,
}

/// What the last check found.
#[derive(Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) seq: u64,
    pub(crate) n_records: u64,
    pub(crate) n_requests: u64,
    pub(crate) records: Vec<(String, String, Version)>,
}

/// The log, open for more.
pub(crate) struct Ledger {
    folder: PathBuf,
    pub(crate) state: State,
    /// What was logged since the last check, by request; entries without `seq` are those that may have happened.
    pub(crate) entries: Vec<Entry>,
    acknowledged: Mutex<File>,
    maybe: Mutex<File>,
}

impl Ledger {
    /// Opens the log; the first time it begins with the register as it is.
    pub(crate) fn open(folder: &Path, position: Option<Position>) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join("state");
        let state = match (path.exists(), position) {
            (true, _) => serde_json::from_slice(&fs::read(&path)?)?,
            (false, Some(Position { seq, n_records })) => {
                let state = State { seq, n_records, n_requests: 0, records: Vec::new() };
                fs::write(&path, serde_json::to_vec(&state)?)?;
                state
            }
            (false, None) => {
                return Err(format!("{}: there is no log, and no service to begin one with", folder.display()).into());
            }
        };
        let mut entries = read(&folder.join("acknowledged"))?;
        entries.append(&mut read(&folder.join("maybe"))?);
        entries.sort_by_key(|entry| entry.request);
        let open = |name: &str| OpenOptions::new().create(true).append(true).open(folder.join(name));
        let (acknowledged, maybe) = (Mutex::new(open("acknowledged")?), Mutex::new(open("maybe")?));
        Ok(Self { folder: folder.to_owned(), state, entries, acknowledged, maybe })
    }

    /// The number of the next request.
    pub(crate) fn n_requests(&self) -> u64 {
        self.entries.last().map_or(self.state.n_requests, |entry| entry.request + 1)
    }

    pub(crate) fn acknowledge(&self, entry: &Entry) -> Result<()> {
        append(&self.acknowledged, entry)
    }

    pub(crate) fn doubt(&self, entry: &Entry) -> Result<()> {
        append(&self.maybe, entry)
    }

    /// What was known of each record before the entries.
    pub(crate) fn known(&self) -> BTreeMap<Key, Version> {
        self.state.records.iter().map(|(source, id, version)| ((source.clone(), id.clone()), *version)).collect()
    }

    /// What each record may be now: the first is what is known, the others what requests without an answer would make it.
    pub(crate) fn possible(&self, is_delivered: impl Fn(&Key) -> bool) -> BTreeMap<Key, Vec<Possible>> {
        let known = self.known();
        let mut possible: BTreeMap<Key, Vec<Possible>> = BTreeMap::new();
        for (entry_idx, entry) in self.entries.iter().enumerate() {
            for (id, version) in &entry.changes {
                let key = (entry.source.clone(), id.clone());
                let first = known.get(&key).copied().unwrap_or_else(|| is_delivered(&key).then_some(DELIVERED));
                let before = Possible { version: first, entry_idx: None };
                let versions = possible.entry(key).or_insert_with(|| vec![before]);
                if entry.seq.is_some() {
                    versions.clear();
                }
                versions.push(Possible { version: *version, entry_idx: Some(entry_idx) });
            }
        }
        for (key, version) in known {
            possible.entry(key).or_insert_with(|| vec![Possible { version, entry_idx: None }]);
        }
        possible
    }

    /// Begins the log anew with what a check found.
    pub(crate) fn settle(self, state: &State) -> Result<()> {
        let next = self.folder.join("state.next");
        let mut file = BufWriter::new(File::create(&next)?);
        serde_json::to_writer(&mut file, state)?;
        file.flush()?;
        fs::rename(next, self.folder.join("state"))?;
        for name in ["acknowledged", "maybe"] {
            File::create(self.folder.join(name))?;
        }
        Ok(())
    }
}

/// What a record may be, and the entry that made it so.
#[derive(Clone, Copy)]
pub(crate) struct Possible {
    pub(crate) version: Version,
    pub(crate) entry_idx: Option<usize>,
}

fn read(path: &Path) -> Result<Vec<Entry>> {
    let Ok(file) = File::open(path) else { return Ok(Vec::new()) };
    BufReader::new(file).lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

fn append(file: &Mutex<File>, entry: &Entry) -> Result<()> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    Ok(file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)?)
}
