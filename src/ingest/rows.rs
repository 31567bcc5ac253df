//! Where does one row end and the next begin?
//!
//! A row is a line, or several where a quoted field contains line ends. Bytes are kept exactly as they came; what they mean
//! is `mapping`'s business. A quote that is never closed swallows at most [`N_ROW_BYTES_MAX`] bytes: then the row is given up
//! and reading goes on with the next line.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use csv_core::{ReadRecordResult, ReaderBuilder};

use crate::config::Format;
use crate::error::{Error, Result};
use crate::ingest::has_header;

/// Bytes of a row; a longer one is quarantined.
pub(super) const N_ROW_BYTES_MAX: usize = 1 << 20;

/// Columns of a row.
pub(super) const N_COLUMNS_MAX: usize = 4096;

/// A row as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Line on which it begins, from 1.
    pub(super) line: u64,
    /// Its bytes, without the line end.
    bytes: Vec<u8>,
    /// It was longer than allowed; only its beginning is kept.
    too_long: bool,
}

impl Row {
    /// The row as text, or why it is none.
    pub(super) fn text(&self) -> std::result::Result<&str, String> {
        if self.too_long {
            return Err(format!("the row is longer than {N_ROW_BYTES_MAX} bytes; is a quote missing?"));
        }
        std::str::from_utf8(&self.bytes).map_err(|error| {
            format!("byte {} of the row is not UTF-8; convert the file to UTF-8", error.valid_up_to() + 1)
        })
    }

    /// Its bytes as they came.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The row with what is not text replaced, for the quarantine file.
    pub(super) fn lossy(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Reads rows of a file.
pub(super) struct RowReader {
    path: PathBuf,
    input: BufReader<File>,
    format: Format,
    header: Vec<String>,
    n_bytes: u64,
    n_bytes_read: u64,
    line: u64,
}

impl RowReader {
    /// Opens a file and reads its header, where the format has one.
    pub(super) fn open(path: &Path, format: Format) -> Result<Self> {
        let file = File::open(path).map_err(Error::io(path))?;
        let n_bytes = file.metadata().map_err(Error::io(path))?.len();
        let input = BufReader::with_capacity(1 << 18, file);
        let (header, path) = (Vec::new(), path.to_path_buf());
        let mut reader = Self { path, input, format, header, n_bytes, n_bytes_read: 0, line: 1 };
        if has_header(format) {
            reader.read_header()?;
        }
        Ok(reader)
    }

    /// Names of the columns; empty where the format has no header.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Size of the file.
    pub(super) fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// Bytes read so far.
    pub(super) fn n_bytes_read(&self) -> u64 {
        self.n_bytes_read
    }

    /// The next rows, at most `n`; none at the end of the file. Empty lines are no rows.
    pub(super) fn next_batch(&mut self, n: usize) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        while rows.len() < n {
            let Some(row) = self.next_row()? else { break };
            if !row.bytes.iter().all(u8::is_ascii_whitespace) {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    fn read_header(&mut self) -> Result<()> {
        let row = self.next_row()?;
        let wrong = |what: String| Error::usage(format!("{}:1: {what}", self.path.display()));
        let row = row.ok_or_else(|| wrong("the file is empty; its first row must name the columns".into()))?;
        let text = row.text().map_err(wrong)?;
        let Format::Delimited(delimiter) = self.format else { return Ok(()) };
        let cells = cells(text.trim_start_matches('\u{feff}'), delimiter).map_err(wrong)?;
        self.header = cells.into_iter().map(|cell| cell.trim().to_string()).collect();
        Ok(())
    }

    fn next_row(&mut self) -> Result<Option<Row>> {
        let mut row = Row { line: self.line, bytes: Vec::new(), too_long: false };
        let mut n_quotes = 0_usize;
        loop {
            let start = row.bytes.len();
            let n_read = self.input.read_until(b'\n', &mut row.bytes).map_err(Error::io(&self.path))?;
            if n_read == 0 {
                break;
            }
            self.n_bytes_read += n_read as u64;
            self.line += 1;
            n_quotes += row.bytes[start..].iter().filter(|byte| **byte == b'"').count();
            if row.bytes.len() > N_ROW_BYTES_MAX {
                row.too_long = true;
                row.bytes.truncate(1024);
                break;
            }
            if n_quotes.is_multiple_of(2) || self.format == Format::JsonLines {
                break;
            }
        }
        while matches!(row.bytes.last(), Some(b'\n' | b'\r')) {
            row.bytes.pop();
        }
        let at_end = row.bytes.is_empty() && self.line == row.line;
        Ok(if at_end { None } else { Some(row) })
    }
}

thread_local! {
    /// The automaton that this thread used last, with its delimiter: building one takes longer than reading a row, and
    /// `csv_core::Reader::clone` (0.1.13) leaves out a part of it.
    static READER: RefCell<Option<(u8, csv_core::Reader)>> = const { RefCell::new(None) };
}

/// Parts a row into its cells.
pub(super) fn cells(row: &str, delimiter: u8) -> std::result::Result<Vec<String>, String> {
    READER.with_borrow_mut(|known| {
        let reader = match known {
            Some((of, reader)) if *of == delimiter => reader,
            _ => &mut known.insert((delimiter, ReaderBuilder::new().delimiter(delimiter).build())).1,
        };
        reader.reset();
        read_cells(reader, row)
    })
}

fn read_cells(reader: &mut csv_core::Reader, row: &str) -> std::result::Result<Vec<String>, String> {
    let mut output = vec![0; row.len() + 1];
    let mut ends = vec![0; 64];
    let (mut input, mut n_written, mut n_ends) = (row.as_bytes(), 0, 0);
    loop {
        let (result, n_in, n_out, n_cells) = reader.read_record(input, &mut output[n_written..], &mut ends[n_ends..]);
        input = &input[n_in..];
        n_written += n_out;
        n_ends += n_cells;
        match result {
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull => output.resize(output.len() * 2, 0),
            ReadRecordResult::OutputEndsFull if ends.len() > N_COLUMNS_MAX => {
                return Err(format!("more than {N_COLUMNS_MAX} columns"));
            }
            ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
            ReadRecordResult::Record | ReadRecordResult::End => break,
        }
    }
    let mut start = 0;
    let mut cells = Vec::with_capacity(n_ends);
    for end in &ends[..n_ends] {
        let cell = output.get(start..*end).and_then(|bytes| std::str::from_utf8(bytes).ok());
        cells.push(cell.ok_or("a cell is not UTF-8")?.to_string());
        start = *end;
    }
    Ok(cells)
}
