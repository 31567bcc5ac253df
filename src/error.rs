//! What went wrong, where, and what can be done about it?
//!
//! One error for the whole program. Its text is one line for the user; the exit code is chosen here and nowhere else.

use std::path::{Path, PathBuf};

use minglu_graph::StoreError;
use minglu_index::IndexError;

/// An error of the program.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The user asked for something that cannot be, or a file of theirs is wrong.
    #[error("{0}")]
    Usage(String),
    /// The operating system refused a file.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The search index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The simulated city.
    #[error(transparent)]
    Generate(#[from] crate::generate::GenerateError),
}

/// Shorthand.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of use or input.
    pub fn usage(text: impl Into<String>) -> Self {
        Self::Usage(text.into())
    }

    /// An error of the operating system at a path.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.to_path_buf();
        move |source| Error::Io { path, source }
    }
}
