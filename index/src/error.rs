//! What can go wrong with the search index?
//!
//! Only trouble with files: an index is a view of the record log, so every error here has one remedy, to build the
//! index again. Odd text, odd codes and odd queries are not errors; they find little or nothing.

use std::path::PathBuf;

/// The error of every fallible function of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// A bulk build was asked for in a directory that already holds something.
    #[error("{} is not empty: a bulk build starts in an empty directory", dir.display())]
    NotEmpty {
        /// The directory named by the caller.
        dir: PathBuf,
    },
    /// The directory holds an index of another layout.
    #[error("{} holds search format {found}, this program reads {expected}: rebuild the index", dir.display())]
    Format {
        /// The directory named by the caller.
        dir: PathBuf,
        /// The format number found, or "none".
        found: String,
        /// The format number of this program.
        expected: u32,
    },
    /// Somebody else has the index open for writing.
    #[error("{} is being written by another process or thread: an index has one writer at a time", dir.display())]
    Busy {
        /// The directory named by the caller.
        dir: PathBuf,
    },
    /// A file of the index is not as it was written.
    #[error("the file {file} of the search index is damaged: rebuild the index")]
    Damaged {
        /// Its name within the directory of the index.
        file: String,
    },
    /// The search engine met what cannot be in files as they were written.
    #[error("the files of the search index contradict themselves ({reason}): rebuild the index")]
    Contradiction {
        /// What the engine said.
        reason: String,
    },
    /// A document of the index cannot be read back.
    #[error("a stored document cannot be read ({0}): rebuild the index")]
    Document(#[from] serde_json::Error),
    /// A file or directory could not be read or written.
    #[error("search index: {0}")]
    Io(#[from] std::io::Error),
    /// The search engine reports a failure, most often of a file.
    #[error("search index: {0}")]
    Engine(#[from] tantivy::TantivyError),
}
