//! What can go wrong with stored bytes?

use std::path::PathBuf;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The directory holds no register.
    #[error("{0}: no register here; run 'minglu build' first")]
    NotFound(PathBuf),
    /// The operating system said no.
    #[error("{path}: {source}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// RocksDB said no.
    #[error("the store: {0}")]
    Rocks(String),
    /// The disk has no room: nothing was written, and what was written before is whole.
    #[error("the disk is full: {0}")]
    Full(String),
    /// Stored bytes are not what was written.
    #[error("corrupted {what} in the store: {why}; rebuild it from the delivered files, or restore a backup")]
    Corrupted {
        /// Which value.
        what: String,
        /// How it shows.
        why: String,
    },
    /// The data were written by another version of the program.
    #[error("store format {found}, this program reads {expected}; rebuild from the delivered files")]
    Format {
        /// The format found.
        found: u8,
        /// The format understood.
        expected: u8,
    },
    /// Another process is building or writing in this directory.
    #[error("{0}: another process is writing here; stop it, or wait until it has ended")]
    Locked(PathBuf),
}
