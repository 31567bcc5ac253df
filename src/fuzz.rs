//! What holds of every reader of foreign bytes, whatever bytes it is given?
//!
//! One function a fuzz target: files as they are delivered, `minglu.toml`, parameters and bodies of requests. What a reader
//! promises beyond not panicking is asserted: no byte is lost in silence, reading piece by piece is reading in whole, what is
//! accepted is within its bounds, a refusal says where and why. `fuzz/program` runs these functions under libFuzzer; the tests
//! here replay the inputs that it kept in `tests/corpus`. What the values mean is fuzzed in `minglu_rules::fuzz`.

mod settings;
mod table;
mod text;

pub use crate::http::fuzz::parameters;
pub use settings::config;
pub use table::{parquet, spreadsheet};
pub use text::{delimited, encoding, gzip, json_lines};

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use crate::config::Dialect;
use crate::ingest::delimited::{N_COLUMNS_MAX, cells, push_row};

/// A fuzz target: its name, which is also that of its corpus, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets of this crate.
pub const TARGETS: [Target; 8] = [
    ("delimited", delimited),
    ("json_lines", json_lines),
    ("encoding", encoding),
    ("gzip", gzip),
    ("spreadsheet", spreadsheet),
    ("parquet", parquet),
    ("config", config),
    ("parameters", parameters),
];

/// An input that gives one to seven bytes at a time, as a slow disk or network may.
struct Trickle {
    input: Cursor<Vec<u8>>,
    n_bytes: usize,
}

impl Trickle {
    fn new(bytes: &[u8]) -> Trickle {
        Trickle { input: Cursor::new(bytes.to_vec()), n_bytes: 0 }
    }
}

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.n_bytes = self.n_bytes % 7 + 1;
        let n = buffer.len().min(self.n_bytes);
        self.input.read(&mut buffer[..n])
    }
}

impl Seek for Trickle {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.input.seek(to)
    }
}

/// Takes the first bytes of an input, which choose between ways of reading the rest; zeros where there are none.
fn choices<const N: usize>(data: &[u8]) -> ([usize; N], &[u8]) {
    let (first, rest) = data.split_at(data.len().min(N));
    let mut choices = [0; N];
    for (choice, byte) in choices.iter_mut().zip(first) {
        *choice = usize::from(*byte);
    }
    (choices, rest)
}

/// A row that was written as [`Dialect::CSV`] is parted into as many cells as the header has at least, which are written
/// and parted to the same.
fn check_written_row(row: &str, n_columns: usize) {
    let found = cells(row, Dialect::CSV).expect("a row that this program wrote is parted");
    assert!((n_columns..=N_COLUMNS_MAX).contains(&found.len()), "{} cells in {row:?}", found.len());
    check_round(&found);
}

/// Cells that are written and parted again are the same.
fn check_round(found: &[String]) {
    let mut out = Vec::new();
    push_row(&mut out, found.iter().map(String::as_str));
    let row = String::from_utf8(out).expect("cells are text");
    // One empty cell and no cell are written alike.
    if !row.is_empty() {
        assert_eq!(cells(&row, Dialect::CSV).expect("a written row is parted"), found, "{row:?}");
    }
}

/// An error of input or output says what is wrong in one line.
fn check_error(error: &io::Error) {
    let text = error.to_string();
    assert!(!text.trim().is_empty() && !text.contains('\n'), "not one line: {text:?}");
}

#[cfg(test)]
mod tests;
