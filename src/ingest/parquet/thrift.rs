//! Which numbers stand in a structure of Thrift's compact protocol, and is it one at all?
//!
//! Only walks: nothing is allocated by what the bytes declare. A list that says it has more items than there are bytes
//! ends the walk with an error before anybody reserves memory for it. What could be read in two ways is refused, so that
//! whoever reads behind the walk reads the same: fields out of order or twice, known fields of another type, numbers of
//! fields written longer than need be, and truth values in lists, which take a byte or none.

use std::io::{self, Read};

use super::damaged;
use super::shape::Shape;

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
    pub(super) fn structure(
        &mut self,
        shape: Option<&'static Shape>,
        path: &mut Vec<i16>,
        visit: &mut dyn FnMut(&[i16], i64),
    ) -> io::Result<()> {
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
            let next = match head >> 4 {
                0 => i16::try_from(zigzag(self.varint()?)).ok().filter(|next| i32::from(*next) > i32::from(id) + 15),
                delta => id.checked_add(i16::from(delta)),
            };
            id = next.ok_or_else(|| damaged("its fields are not in order"))?;
            let shape = shape.and_then(|shape| shape.field(id));
            if shape.is_some_and(|shape| !shape.is(kind)) {
                return Err(damaged("a field has another type than it should"));
            }
            path.push(id);
            match kind {
                1 | 2 => visit(path, i64::from(kind == 1)),
                _ => self.value((kind, shape), path, visit)?,
            }
            path.pop();
        }
    }

    fn value(
        &mut self,
        (kind, shape): (u8, Option<&'static Shape>),
        path: &mut Vec<i16>,
        visit: &mut dyn FnMut(&[i16], i64),
    ) -> io::Result<()> {
        match kind {
            3 => drop(self.byte()?),
            4..=6 => visit(path, zigzag(self.varint()?)),
            7 => self.skip(8)?,
            8 => {
                let n_bytes = self.varint()?;
                self.skip(n_bytes)?;
            }
            9 | 10 => {
                let head = self.byte()?;
                let n_items = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                let (kind, item) = (head & 0x0f, shape.and_then(Shape::item));
                if n_items > 0 && item.is_some_and(|item| !item.is(kind)) {
                    return Err(damaged("a list has items of another type than it should"));
                }
                self.items(n_items, &[(kind, item)], path, visit)?;
            }
            11 => {
                let n_items = self.varint()?;
                let kinds = if n_items == 0 { 0 } else { self.byte()? };
                self.items(n_items, &[(kinds >> 4, None), (kinds & 0x0f, None)], path, visit)?;
            }
            12 => self.structure(shape, path, visit)?,
            13 => self.skip(16)?,
            _ => return Err(damaged("a field has no known type")),
        }
        Ok(())
    }

    fn items(
        &mut self,
        n_items: u64,
        kinds: &[(u8, Option<&'static Shape>)],
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
