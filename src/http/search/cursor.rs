//! Where does the next page of a search begin?
//!
//! A cursor is opaque to clients. It holds an offset and a fingerprint of the question and of the state of the register,
//! so that a page is never cut from the answer to something else.

use std::fmt;

use xxhash_rust::xxh3::xxh3_64;

use super::SearchParameters;

/// A place in the answer to one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Hits before the page.
    pub(super) offset: usize,
    fingerprint: u64,
}

impl Cursor {
    /// The beginning.
    pub(super) fn first(parameters: &SearchParameters, seq: u64) -> Cursor {
        Cursor { offset: 0, fingerprint: fingerprint(parameters, seq) }
    }

    /// A place that an earlier answer gave.
    pub(super) fn read(text: &str, parameters: &SearchParameters, seq: u64) -> Result<Cursor, &'static str> {
        let malformed = "cursor: not one that a search has given; leave it out to begin anew";
        let (offset, print) = text.split_once('-').ok_or(malformed)?;
        let offset = u32::from_str_radix(offset, 16).map_err(|_| malformed)? as usize;
        let cursor = Cursor { offset, fingerprint: u64::from_str_radix(print, 16).map_err(|_| malformed)? };
        if cursor.fingerprint != fingerprint(parameters, seq) {
            return Err("cursor: given for another search or an older register; leave it out to begin anew");
        }
        Ok(cursor)
    }

    /// So many hits further on.
    pub(super) fn after(self, n_hits: usize) -> Cursor {
        Cursor { offset: self.offset + n_hits, ..self }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:016x}", self.offset, self.fingerprint)
    }
}

fn fingerprint(parameters: &SearchParameters, seq: u64) -> u64 {
    let SearchParameters { q, kind, district, industry, status, limit: _, cursor: _ } = parameters;
    xxh3_64(format!("{seq} {:?} {kind:?} {district:?} {industry:?} {status:?}", q.0).as_bytes())
}
