//! How is damage to the files of an index noticed?
//!
//! The engine ends every file with a checksum, but only checks it when asked, and writes the list of segments,
//! `meta.json`, without one. Here the list gets a checksum of its own, as one more member of its JSON object, which
//! other readers skip and older indexes lack; and files are checked before they are believed.
//!
//! Nothing is repaired: an index is a view of the record store and is built again. `.managed.json`, which only says
//! what may be tidied away, is read but has no checksum.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::index::{SegmentComponent, SegmentMeta};
use tantivy::{Index, TantivyError};
use xxhash_rust::xxh3::xxh3_64;

use crate::IndexError;
use crate::schema::{register_tokenizers, schema};

/// The list of segments, as the engine names it.
const META_NAME: &str = "meta.json";
/// The list of files that the engine may tidy away, as it names it.
const MANAGED_NAME: &str = ".managed.json";
/// What a list of segments with a checksum begins with.
const CHECK_BEGIN: &str = "{\"check\":\"";
/// What stands between the checksum and the other members.
const CHECK_END: &str = "\",";
/// Hexadecimal digits of the checksum.
const CHECK_DIGITS: usize = 16;

/// Files that every segment has; positions are written though no field keeps any.
const COMPONENTS: [SegmentComponent; 6] = [
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::Terms,
    SegmentComponent::Store,
    SegmentComponent::FastFields,
    SegmentComponent::FieldNorms,
];

/// Runs what reads files of the index: the engine trusts them and may panic where they contradict themselves.
///
/// What readers share is either never written after opening or a cache behind a lock that a panic poisons; a writer
/// tells its callers to drop it after an error. So nothing half done is used again.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, IndexError>) -> Result<T, IndexError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        Err(IndexError::Contradiction { reason: text.to_owned() })
    })
}

/// Opens the index in `dir` if its fields are those of this program.
pub(crate) fn open_index(dir: &Path) -> Result<Index, IndexError> {
    let index = Index::open(CheckedDirectory::open(dir)?)?;
    register_tokenizers(&index);
    Ok(index)
}

/// Refuses an index whose list of segments names other fields than [`schema`]; its format was checked before.
pub(crate) fn check_schema(index: &Index) -> Result<(), IndexError> {
    if index.schema() == schema().0 { Ok(()) } else { Err(IndexError::Damaged { file: META_NAME.to_owned() }) }
}

/// The files of the index in `dir` that are not as they were written, sorted.
pub(crate) fn damaged_files(dir: &Path) -> Result<Vec<String>, IndexError> {
    guarded(|| {
        let directory = CheckedDirectory::open(dir)?;
        let index = match Index::open(directory.clone()) {
            Ok(index) => index,
            Err(error) if !dir.join(META_NAME).exists() => return Err(error.into()),
            Err(_) => return Ok(vec![unreadable_list(&directory)]),
        };
        let mut damaged = Vec::new();
        for segment in index.load_metas()?.segments {
            for path in files(&segment) {
                // A merge may take a segment away meanwhile.
                let is_listed = || {
                    index.load_metas().is_ok_and(|metas| {
                        metas.segments.iter().any(|other| other.id() == segment.id() && files(other).contains(&path))
                    })
                };
                if !is_sound(&index, &path)? && is_listed() {
                    damaged.push(path.display().to_string());
                }
            }
        }
        damaged.sort_unstable();
        Ok(damaged)
    })
}

/// Fails if a file of the segment that has at most `n_bytes_max` bytes is not as it was written.
pub(crate) fn check_segment(
    index: &Index,
    dir: &Path,
    segment: &SegmentMeta,
    n_bytes_max: u64,
) -> Result<(), IndexError> {
    for path in files(segment) {
        let is_large = std::fs::metadata(dir.join(&path)).is_ok_and(|file| file.len() > n_bytes_max);
        if !is_large && !is_sound(index, &path)? {
            return Err(IndexError::Damaged { file: path.display().to_string() });
        }
    }
    Ok(())
}

fn files(segment: &SegmentMeta) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = COMPONENTS.into_iter().map(|part| segment.relative_path(part)).collect();
    if segment.has_deletes() {
        files.push(segment.relative_path(SegmentComponent::Delete));
    }
    files
}

/// True if the file is there and matches its checksum.
fn is_sound(index: &Index, path: &Path) -> Result<bool, IndexError> {
    // Even a footer is believed by the engine before it is checked.
    let Ok(checked) = guarded(|| Ok(index.directory().validate_checksum(path))) else { return Ok(false) };
    match checked {
        Ok(is_sound) => Ok(is_sound),
        // A disk that cannot be read is an error of its own.
        Err(OpenReadError::IoError { io_error, .. }) if io_error.raw_os_error().is_some() => {
            Err(IndexError::Io(io::Error::new(io_error.kind(), io_error.to_string())))
        }
        Err(_) => Ok(false),
    }
}

/// Which of the two lists keeps an index from being opened.
fn unreadable_list(directory: &CheckedDirectory) -> String {
    let meta = directory.atomic_read(Path::new(META_NAME)).ok();
    let is_sound = meta.is_some_and(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
    let managed = directory.atomic_read(Path::new(MANAGED_NAME)).ok();
    let is_managed = managed.is_some_and(|bytes| serde_json::from_slice::<Vec<PathBuf>>(&bytes).is_ok());
    if is_sound && !is_managed { MANAGED_NAME.to_owned() } else { META_NAME.to_owned() }
}

/// The engine's directory of mapped files, with a checksum in the list of segments.
#[derive(Debug, Clone)]
pub(crate) struct CheckedDirectory {
    files: MmapDirectory,
}

impl CheckedDirectory {
    /// The directory `dir`, which must exist.
    pub(crate) fn open(dir: &Path) -> Result<CheckedDirectory, IndexError> {
        Ok(CheckedDirectory { files: MmapDirectory::open(dir).map_err(TantivyError::from)? })
    }
}

impl Directory for CheckedDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.files.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.files.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let bytes = self.files.atomic_read(path)?;
        if path != Path::new(META_NAME) {
            return Ok(bytes);
        }
        let damage = || io::Error::new(io::ErrorKind::InvalidData, "the list of segments is damaged");
        unsealed(bytes).ok_or_else(|| OpenReadError::wrap_io_error(damage(), path.to_owned()))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if path == Path::new(META_NAME) {
            self.files.atomic_write(path, &sealed(data))
        } else {
            self.files.atomic_write(path, data)
        }
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.files.acquire_lock(lock)
    }

    fn watch(&self, watch_callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(watch_callback)
    }
}

/// A JSON object with a checksum of the rest as its first member; anything else as it is.
fn sealed(object: &[u8]) -> Vec<u8> {
    let Some(rest) = object.strip_prefix(b"{") else { return object.to_vec() };
    let check = xxh3_64(rest);
    [format!("{CHECK_BEGIN}{check:0digits$x}{CHECK_END}", digits = CHECK_DIGITS).as_bytes(), rest].concat()
}

/// The object without its checksum, if they agree. One without a checksum is older than they are and passes, and so
/// does one whose first member's name was damaged: one damaged bit leaves the rest as it was.
fn unsealed(bytes: Vec<u8>) -> Option<Vec<u8>> {
    let Some(tail) = bytes.strip_prefix(CHECK_BEGIN.as_bytes()) else { return Some(bytes) };
    let (check, rest) = tail.split_at_checked(CHECK_DIGITS)?;
    let rest = rest.strip_prefix(CHECK_END.as_bytes())?;
    (check == format!("{:0digits$x}", xxh3_64(rest), digits = CHECK_DIGITS).as_bytes())
        .then(|| [b"{".as_slice(), rest].concat())
}

#[cfg(test)]
mod tests;
