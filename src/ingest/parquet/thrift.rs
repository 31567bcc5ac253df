//! Which numbers stand in a structure of Thrift's compact protocol, and is it one at all?
//!
//! Only walks: nothing is allocated by what the bytes declare. A list that says it has more items than there are bytes
//! ends the walk with an error before anybody reserves memory for it.

use std::io::{self, Read};

use super::damaged;

/// Structures within structures; Parquet's own have seven levels.
const DEPTH_MAX: usize = 24;

/// A structure that is walked.
pub(super) struct Walk<R> {
    input: R,
    n_read: u64,
    n_bytes_max: u64,
}

impl<R: Read> Walk<R> {
    /// Begins to walk over at most so many bytes.
    pub(super) fn new(input: R, n_bytes_max: u64) -> Self {
        Self { input, n_read: 0, n_bytes_max }
    }

    /// Bytes walked over.
    pub(super) fn n_read(&self) -> u64 {
        self.n_read
    }

    /// Walks over one structure; tells every whole number and truth value with the ids of the fields that lead to it.
    pub(super) fn structure(&mut self, path: &mut Vec<i16>, visit: &mut dyn FnMut(&[i16], i64)) -> io::Result<()> {
        if path.len() > DEPTH_MAX {
            return Err(damaged("it nests too deeply"));
        }
        let mut id = 0_i16;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0f;
            if kind == 0 {
                return Ok(());
            }
            id = match head >> 4 {
                0 => zigzag(self.varint()?) as i16,
                delta => id.wrapping_add(i16::from(delta)),
            };
            path.push(id);
            match kind {
                1 | 2 => visit(path, i64::from(kind == 1)),
                _ => self.value(kind, path, visit)?,
            }
            path.pop();
        }
    }

    fn value(&mut self, kind: u8, path: &mut Vec<i16>, visit: &mut dyn FnMut(&[i16], i64)) -> io::Result<()> {
        match kind {
            1..=3 => drop(self.byte()?),
            4..=6 => visit(path, zigzag(self.varint()?)),
            7 => self.skip(8)?,
            8 => {
                let n_bytes = self.varint()?;
                self.skip(n_bytes)?;
            }
            9 | 10 => {
                let head = self.byte()?;
                let n_items = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                self.items(n_items, &[head & 0x0f], path, visit)?;
            }
            11 => {
                let n_items = self.varint()?;
                let kinds = if n_items == 0 { 0 } else { self.byte()? };
                self.items(n_items, &[kinds >> 4, kinds & 0x0f], path, visit)?;
            }
            12 => self.structure(path, visit)?,
            13 => self.skip(16)?,
            _ => return Err(damaged("a field has no known type")),
        }
        Ok(())
    }

    fn items(
        &mut self,
        n_items: u64,
        kinds: &[u8],
        path: &mut Vec<i16>,
        visit: &mut dyn FnMut(&[i16], i64),
    ) -> io::Result<()> {
        // Every item has a byte at least.
        if n_items > self.n_bytes_max - self.n_read || path.len() > DEPTH_MAX {
            return Err(damaged("a list is longer than its bytes"));
        }
        path.push(0);
        for _ in 0..n_items {
            for kind in kinds {
                self.value(*kind, path, visit)?;
            }
        }
        path.pop();
        Ok(())
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(damaged("a number has too many digits"))
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.skip_check(1)?;
        self.input.read_exact(&mut byte).map_err(|_| damaged("it is cut off"))?;
        Ok(byte[0])
    }

    fn skip(&mut self, n_bytes: u64) -> io::Result<()> {
        self.skip_check(n_bytes)?;
        let n_skipped = io::copy(&mut self.input.by_ref().take(n_bytes), &mut io::sink())?;
        if n_skipped == n_bytes { Ok(()) } else { Err(damaged("it is cut off")) }
    }

    fn skip_check(&mut self, n_bytes: u64) -> io::Result<()> {
        if n_bytes > self.n_bytes_max - self.n_read {
            return Err(damaged("a header is longer than it may be"));
        }
        self.n_read += n_bytes;
        Ok(())
    }
}

fn zigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}
