//! Is there room on the disk for another write?
//!
//! Asked before each write, so that the store does not meet the end of the disk in the middle of one: it would refuse
//! everything until it is opened again.

use std::path::Path;

use crate::error::{Error, Result};

/// Bytes that no write may take: what the store and the index write in the background, and the system for its files.
pub(super) const RESERVE_BYTES: u64 = 16 << 20;

/// What a byte of a delivered row comes to on the disk at most: the row, its history, its blocks, links and entity.
const N_BYTES_PER_BYTE: u64 = 8;

/// Whether a change of so many bytes has room; the error says how much there is.
pub(super) fn has_room(dir: &Path, n_bytes: u64) -> Result<std::result::Result<(), String>> {
    let system = rustix::fs::statvfs(dir).map_err(|error| Error::io(dir)(error.into()))?;
    let n_bytes_free = system.f_bavail.saturating_mul(system.f_frsize);
    let n_bytes_wanted = RESERVE_BYTES + n_bytes.saturating_mul(N_BYTES_PER_BYTE);
    if n_bytes_free >= n_bytes_wanted {
        return Ok(Ok(()));
    }
    Ok(Err(format!("the disk has {} MiB left, {} are wanted", n_bytes_free >> 20, n_bytes_wanted >> 20)))
}
