//! Which register in a data directory is the current one, and how does a build replace it?
//!
//! A data directory holds generations, `generation-000007`, and a file `CURRENT` that names one. A build fills a new
//! directory and then replaces `CURRENT` in one rename, so a failed or killed build leaves the previous state whole.
//! Generations before the previous one are removed after the switch: a service may still be reading the previous one.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::StoreError;

/// The file that names the current generation.
const CURRENT: &str = "CURRENT";

/// The file that a process which builds or writes here holds a lock on.
const LOCK: &str = "LOCK";

/// What names of generations begin with.
const PREFIX: &str = "generation-";

/// What the name of an unfinished generation ends with.
const UNFINISHED: &str = ".unfinished";

/// A new generation, not visible until [`Build::commit`]; dropped without it, it leaves no trace.
pub struct Build {
    data: PathBuf,
    number: u64,
    unfinished: PathBuf,
    committed: bool,
    _lock: Lock,
}

/// The right to build or write in a data directory; given back when it is dropped, or its process ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "it is held, and never read")] File);

/// Takes the right to build or write in a data directory; refused while another process has it.
pub fn lock(data: &Path) -> Result<Lock, StoreError> {
    let path = data.join(LOCK);
    let file = File::create(&path).map_err(|error| io(&path, error))?;
    if file.try_lock().is_err() {
        return Err(StoreError::Locked(data.into()));
    }
    Ok(Lock(file))
}

/// The path of the current generation.
pub fn current(data: &Path) -> Result<PathBuf, StoreError> {
    let name = fs::read_to_string(data.join(CURRENT)).map_err(|_| StoreError::NotFound(data.into()))?;
    let path = data.join(name.trim());
    if path.is_dir() { Ok(path) } else { Err(StoreError::NotFound(data.into())) }
}

impl Build {
    /// Begins a generation; refused while another process is building here.
    pub fn begin(data: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(data).map_err(|error| io(data, error))?;
        let lock = lock(data)?;
        remove_unfinished(data)?;
        let number = generations(data)?.last().map_or(1, |last| last + 1);
        let unfinished = data.join(format!("{}{UNFINISHED}", name_of(number)));
        fs::create_dir_all(&unfinished).map_err(|error| io(&unfinished, error))?;
        Ok(Self { data: data.into(), number, unfinished, committed: false, _lock: lock })
    }

    /// Where to write.
    pub fn dir(&self) -> &Path {
        &self.unfinished
    }

    /// Makes the generation the current one, durably, and removes those before the previous one.
    pub fn commit(mut self) -> Result<PathBuf, StoreError> {
        let path = self.data.join(name_of(self.number));
        sync_tree(&self.unfinished)?;
        fs::rename(&self.unfinished, &path).map_err(|error| io(&path, error))?;
        self.committed = true;
        let new = self.data.join("CURRENT.new");
        let mut file = File::create(&new).map_err(|error| io(&new, error))?;
        writeln!(file, "{}", name_of(self.number)).map_err(|error| io(&new, error))?;
        file.sync_all().map_err(|error| io(&new, error))?;
        sync(&self.data)?;
        fs::rename(&new, self.data.join(CURRENT)).map_err(|error| io(&new, error))?;
        sync(&self.data)?;
        for old in generations(&self.data)?.into_iter().filter(|old| old + 1 < self.number) {
            let old = self.data.join(name_of(old));
            fs::remove_dir_all(&old).map_err(|error| io(&old, error))?;
        }
        Ok(path)
    }
}

impl Drop for Build {
    fn drop(&mut self) {
        if !self.committed {
            // Nothing can be done about a failure here; the next build removes what is left.
            let _ = fs::remove_dir_all(&self.unfinished);
        }
    }
}

fn name_of(number: u64) -> String {
    format!("{PREFIX}{number:06}")
}

/// Numbers of finished generations, ascending.
fn generations(data: &Path) -> Result<Vec<u64>, StoreError> {
    let mut numbers: Vec<u64> =
        names(data)?.iter().filter_map(|name| name.strip_prefix(PREFIX)?.parse().ok()).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

fn remove_unfinished(data: &Path) -> Result<(), StoreError> {
    for name in names(data)?.iter().filter(|name| name.ends_with(UNFINISHED)) {
        let path = data.join(name);
        fs::remove_dir_all(&path).map_err(|error| io(&path, error))?;
    }
    Ok(())
}

fn names(dir: &Path) -> Result<Vec<String>, StoreError> {
    let entries = fs::read_dir(dir).map_err(|error| io(dir, error))?;
    let names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    names.collect::<Result<_, _>>().map_err(|error| io(dir, error))
}

/// Writes every file and directory below through to the disk.
fn sync_tree(dir: &Path) -> Result<(), StoreError> {
    for name in names(dir)? {
        let path = dir.join(name);
        if path.is_dir() { sync_tree(&path)? } else { sync(&path)? }
    }
    sync(dir)
}

fn sync(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| io(path, error))
}

fn io(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::Io { path: path.into(), source }
}

#[cfg(test)]
mod tests {
    //! What is visible when.

    use super::*;

    fn build(data: &Path, text: &str) -> Build {
        let build = Build::begin(data).expect("begins");
        fs::write(build.dir().join("text"), text).expect("writes");
        build
    }

    fn visible(data: &Path) -> Option<String> {
        current(data).ok().map(|dir| fs::read_to_string(dir.join("text")).expect("reads"))
    }

    #[test]
    fn a_build_is_visible_after_its_commit_and_not_before() {
        let data = std::env::temp_dir().join(format!("minglu-directory-{}", std::process::id()));
        let _ = fs::remove_dir_all(&data);
        assert_eq!(visible(&data), None);
        build(&data, "first").commit().expect("commits");
        assert_eq!(visible(&data).as_deref(), Some("first"));
        let second = build(&data, "second");
        assert!(matches!(Build::begin(&data), Err(StoreError::Locked(_))));
        assert_eq!(visible(&data).as_deref(), Some("first"));
        drop(second);
        assert_eq!(names(&data).expect("lists").iter().filter(|name| name.starts_with(PREFIX)).count(), 1);
        for text in ["third", "fourth", "fifth"] {
            build(&data, text).commit().expect("commits");
            assert_eq!(visible(&data).as_deref(), Some(text));
        }
        assert_eq!(generations(&data).expect("lists").len(), 2);
        fs::remove_dir_all(&data).expect("cleans up");
    }
}
