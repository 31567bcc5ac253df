//! Did a log of RocksDB end in the middle of a write, or was it damaged later?
//!
//! A machine that loses its power while it writes may leave a log whose file is as long as it was to be, with zeros where the
//! disk had not come to yet. RocksDB refuses such a log unless it is told to stop at the first thing that it cannot read, and
//! then it would also stop at a bit that turned years later, with everything behind it forgotten. The writer here waits
//! for the disk before it writes again: so if a write that can be read follows one that cannot, the latter was acknowledged, and the
//! log is damaged. Nothing is mended here. The layout is that of RocksDB's `log_format.h`: blocks of 32 KiB, fragments
//! with a masked CRC-32C, a length and a type.

use std::path::{Path, PathBuf};

use crate::StoreError;

/// Bytes of a block; no fragment reaches over its end.
const BLOCK_LEN: usize = 32 << 10;

/// Bytes of a fragment before its payload: checksum, length, type.
const HEADER_LEN: usize = 7;

/// Types of fragments that begin a write: a whole one and a first one, each also of a recycled log.
const BEGINNINGS: [u8; 4] = [1, 2, 5, 6];

/// What RocksDB adds to a rotated checksum, so that one of a text that holds checksums is another.
const MASK_DELTA: u32 = 0xa282_ead8;

/// CRC-32C (Castagnoli), one byte at a time.
const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut crc, mut bit) = (byte as u32, 0);
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0x82f6_3b78 } else { crc >> 1 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

/// Whether the logs of a database are whole but for a last write that never ended.
pub(super) fn is_torn(dir: &Path) -> Result<bool, StoreError> {
    let io = |path: &Path, source: std::io::Error| StoreError::Io { path: path.into(), source };
    let mut logs: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|error| io(dir, error))? {
        let path = entry.map_err(|error| io(dir, error))?.path();
        if path.extension().is_some_and(|extension| extension == "log") {
            logs.push(path);
        }
    }
    logs.sort_unstable();
    let mut is_torn = false;
    for path in logs {
        let bytes = std::fs::read(&path).map_err(|error| io(&path, error))?;
        // A log behind a torn one was begun after it: then the torn one was acknowledged.
        match tail(&bytes) {
            Tail::Whole if is_torn && !bytes.is_empty() => return Ok(false),
            Tail::Whole => {}
            Tail::Torn => is_torn = true,
            Tail::Damaged => return Ok(false),
        }
    }
    Ok(is_torn)
}

/// How a log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// Every fragment can be read.
    Whole,
    /// What cannot be read is the last write.
    Torn,
    /// A write follows what cannot be read.
    Damaged,
}

fn tail(bytes: &[u8]) -> Tail {
    let mut found = Tail::Whole;
    for block in bytes.chunks(BLOCK_LEN) {
        let mut at = 0;
        while at + HEADER_LEN <= block.len() {
            let header = &block[at..at + HEADER_LEN];
            let len = usize::from(u16::from_le_bytes([header[4], header[5]]));
            let end = at + HEADER_LEN + len;
            let is_right = end <= block.len() && is_right(header, &block[at + HEADER_LEN..end]);
            if is_right && found == Tail::Torn && BEGINNINGS.contains(&header[6]) {
                return Tail::Damaged;
            }
            if !is_right {
                found = Tail::Torn;
                // Zeros lead nowhere; a length that leads out of the block does not either.
                if header.iter().all(|byte| *byte == 0) || end > block.len() {
                    break;
                }
            }
            at = end;
        }
    }
    found
}

fn is_right(header: &[u8], payload: &[u8]) -> bool {
    let stored = u32::from_le_bytes([header[0], header[1], header[2], header[3]]);
    let step = |crc: u32, byte: &u8| crc >> 8 ^ CRC_TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize];
    let crc = !header[6..].iter().chain(payload).fold(u32::MAX, step);
    stored == crc.rotate_right(15).wrapping_add(MASK_DELTA)
}

#[cfg(test)]
mod tests {
    //! Logs as they are after a cut, and as damage leaves them.

    use super::*;

    fn fragment(kind: u8, payload: &[u8]) -> Vec<u8> {
        let step = |crc: u32, byte: &u8| crc >> 8 ^ CRC_TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize];
        let crc = !std::iter::once(&kind).chain(payload).fold(u32::MAX, step);
        let masked = crc.rotate_right(15).wrapping_add(MASK_DELTA);
        let header = [&masked.to_le_bytes()[..], &(payload.len() as u16).to_le_bytes(), &[kind]].concat();
        [header, payload.to_vec()].concat()
    }

    #[test]
    fn the_checksum_is_castagnolis() {
        let crc = !b"123456789"
            .iter()
            .fold(u32::MAX, |crc, byte| crc >> 8 ^ CRC_TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize]);
        assert_eq!(crc, 0xe306_9283); // RFC 3720, appendix B.4
    }

    #[test]
    fn a_write_that_never_ended_is_torn_and_one_that_others_follow_is_damaged() {
        let (first, second) = (fragment(1, b"first"), fragment(1, b"second"));
        let both = [first.clone(), second.clone()].concat();
        assert_eq!(tail(&both), Tail::Whole);
        let zeros = |n: usize| vec![0; n];
        assert_eq!(tail(&[first.clone(), zeros(100)].concat()), Tail::Torn);
        assert_eq!(tail(&[first.clone(), second[..9].to_vec(), zeros(4)].concat()), Tail::Torn);
        for at in 0..first.len() {
            let mut damaged = both.clone();
            damaged[at] ^= 1;
            let expected = if at == 5 || at == 4 { None } else { Some(Tail::Damaged) };
            assert!(expected.is_none_or(|expected| tail(&damaged) == expected), "byte {at}");
        }
        // The next block is read from its beginning, wherever the one before it ended.
        let mut long = [fragment(1, &[7; 9000]), zeros(BLOCK_LEN - 9007)].concat();
        long.extend(first);
        assert_eq!(tail(&long), Tail::Damaged);
    }
}
