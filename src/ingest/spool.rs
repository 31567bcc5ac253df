//! Where do rows wait until they are stored?
//!
//! In a file: all rows of a city would fill the memory that resolving them needs. A spool is append-only and lives as
//! long as the build.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A file of rows.
pub struct Spool {
    path: PathBuf,
    file: BufWriter<File>,
    n_bytes: u64,
}

impl Spool {
    /// Creates an empty spool.
    pub fn create(path: &Path) -> Result<Self> {
        let file = File::options().read(true).write(true).create(true).truncate(true).open(path);
        let file = BufWriter::with_capacity(1 << 18, file.map_err(Error::io(path))?);
        Ok(Self { path: path.into(), file, n_bytes: 0 })
    }

    /// Appends a row; returns where it begins and its bytes.
    pub fn append(&mut self, row: &[u8]) -> Result<(u64, u32)> {
        self.file.write_all(row).map_err(Error::io(&self.path))?;
        let offset = self.n_bytes;
        self.n_bytes += row.len() as u64;
        Ok((offset, row.len() as u32))
    }

    /// Ends writing; the file can be read, and is removed from the directory already.
    pub fn into_file(self) -> Result<File> {
        let file = self.file.into_inner().map_err(|error| Error::io(&self.path)(error.into_error()))?;
        std::fs::remove_file(&self.path).map_err(Error::io(&self.path))?;
        Ok(file)
    }
}
