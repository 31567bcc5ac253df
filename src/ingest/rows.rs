//! Which rows does a delivered file have?
//!
//! One reader for all formats: whatever the file is, it gives batches of rows of text, delimited or JSON, so that nothing
//! behind it knows of formats, packing or encodings. What a row means is [`super::mapping`]'s business.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::delimited::N_COLUMNS_MAX;
use super::encoding;
use super::gzip::{N_TEXT_BYTES_MAX, Unpacked, unpack_to_file};
use super::lines::{LineReader, N_ROW_BYTES_MAX};
use super::parquet::ParquetReader;
use super::spreadsheet::SheetReader;
use crate::config::{Encoding, Format, Section};
use crate::error::{Error, Result};

/// Rows of a batch; they are parsed and normalized together.
const N_ROWS_PER_BATCH: usize = 8192;

/// Bytes after which a batch is full, so that a batch of the longest rows stays small.
const N_BYTES_PER_BATCH: usize = 4 << 20;

/// Rows that were read together.
#[derive(Debug)]
pub struct Batch {
    /// The rows in the order of the file.
    pub rows: Vec<Row>,
    /// How their bytes are to be read.
    pub encoding: Encoding,
    bytes: Vec<u8>,
}

/// A row of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Line, or row of the sheet or table, on which it begins, from 1.
    pub line: u64,
    /// Its place among the batch's bytes.
    range: Range<usize>,
    fault: Option<Fault>,
}

/// Why a row is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is longer than [`N_ROW_BYTES_MAX`]; only its beginning is kept.
    TooLong,
    /// On this line a quote opens that is not closed within [`N_ROW_BYTES_MAX`] bytes; the row's first line is kept.
    OpenQuote(u64),
    /// A sheet has a value behind the last column that a row may have.
    TooManyColumns,
    /// A cell of a table has bytes that are no text.
    NotText,
}

impl Default for Batch {
    fn default() -> Self {
        Self { rows: Vec::new(), encoding: Encoding::Utf8, bytes: Vec::new() }
    }
}

impl Batch {
    /// Empties the batch for rows of an encoding.
    pub fn clear(&mut self, encoding: Encoding) {
        self.rows.clear();
        self.bytes.clear();
        self.encoding = encoding;
    }

    /// Whether it is time to look at the rows.
    pub fn is_full(&self) -> bool {
        self.rows.len() >= N_ROWS_PER_BATCH || self.bytes.len() >= N_BYTES_PER_BATCH
    }

    /// Appends a row.
    pub fn push(&mut self, line: u64, bytes: &[u8], fault: Option<Fault>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.rows.push(Row { line, range: start..self.bytes.len(), fault });
    }

    /// Appends a row of UTF-8 whose bytes are written by a function.
    pub fn push_with(&mut self, line: u64, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write(&mut self.bytes);
        let mut fault = None;
        if self.bytes.len() - start > N_ROW_BYTES_MAX {
            self.bytes.truncate(start + N_SHOWN_BYTES);
            fault = Some(Fault::TooLong);
        }
        self.rows.push(Row { line, range: start..self.bytes.len(), fault });
    }

    /// Says of the last row why it is none.
    pub fn refuse_last(&mut self, fault: Fault) {
        if let Some(row) = self.rows.last_mut() {
            row.fault.get_or_insert(fault);
        }
    }

    /// The bytes of all rows.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A row as text, or why it is none.
    pub fn text(&self, row: &Row) -> std::result::Result<Cow<'_, str>, String> {
        match row.fault {
            Some(Fault::TooLong) => return Err(format!("the row is longer than {N_ROW_BYTES_MAX} bytes")),
            Some(Fault::OpenQuote(line)) => {
                return Err(format!(
                    "the quote that opens on line {line} is not closed; read on behind line {}",
                    row.line
                ));
            }
            Some(Fault::TooManyColumns) => return Err(format!("more than {N_COLUMNS_MAX} columns")),
            Some(Fault::NotText) => return Err("a value is not UTF-8".into()),
            None => {}
        }
        encoding::decode(&self.bytes[row.range.clone()], self.encoding).map_err(|at| {
            let name = self.encoding.as_str();
            format!("byte {} of the row is not {name}; if the file is not {name}, say so with 'encoding'", at + 1)
        })
    }

    /// The row with what is not text replaced, for the quarantine file.
    pub fn lossy(&self, row: &Row) -> String {
        encoding::decode_lossy(&self.bytes[row.range.clone()], self.encoding)
    }
}

/// An error in one line: it may repeat what a stranger has written into a file.
pub(super) fn one_line(error: io::Error) -> io::Error {
    match minglu_rules::text::one_line(&error.to_string()) {
        Cow::Borrowed(_) => error,
        Cow::Owned(line) => io::Error::new(error.kind(), line),
    }
}

/// Bytes of a refused row that are kept for showing it.
pub(super) const N_SHOWN_BYTES: usize = 1024;

/// Reads the rows of a delivered file.
pub struct RowReader {
    rows: Rows,
    n_bytes: u64,
    n_bytes_read: Arc<AtomicU64>,
}

enum Rows {
    Lines(Box<LineReader>),
    Sheet(Box<SheetReader<Watched>>),
    Table(Box<ParquetReader<File>>),
}

impl RowReader {
    /// Opens a file and reads its header, where the format has one.
    pub fn open(section: &Section) -> Result<Self> {
        let file = File::open(&section.path).map_err(Error::io(&section.path))?;
        let n_bytes_read = Arc::new(AtomicU64::new(0));
        let file = Watched { file, n_bytes_read: Arc::clone(&n_bytes_read) };
        let (rows, n_bytes) = open_rows(section, file).map_err(Error::io(&section.path))?;
        Ok(Self { rows, n_bytes, n_bytes_read })
    }

    /// Names of the columns; empty where the format has none, or the file has no row.
    pub fn header(&self) -> &[String] {
        match &self.rows {
            Rows::Lines(reader) => reader.header(),
            Rows::Sheet(reader) => reader.header(),
            Rows::Table(reader) => reader.header(),
        }
    }

    /// How the bytes of a text are read; none where it is ASCII, or the format is not text.
    pub fn encoding(&self) -> Option<Encoding> {
        match &self.rows {
            Rows::Lines(reader) => reader.encoding(),
            Rows::Sheet(_) | Rows::Table(_) => None,
        }
    }

    /// Size of the file.
    pub fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// Bytes read so far.
    pub fn n_bytes_read(&self) -> u64 {
        match &self.rows {
            Rows::Lines(_) | Rows::Sheet(_) => self.n_bytes_read.load(Ordering::Relaxed),
            Rows::Table(reader) => reader.n_bytes_read(),
        }
    }

    /// Reads the next rows; none at the end of the file.
    pub fn read(&mut self, batch: &mut Batch) -> io::Result<()> {
        match &mut self.rows {
            Rows::Lines(reader) => reader.read(batch),
            Rows::Sheet(reader) => reader.read(batch),
            Rows::Table(reader) => reader.read(batch),
        }
    }
}

/// Opens a file; says how many bytes are to be read.
///
/// What is packed is unpacked once before any row of it is read: a few million rows that cost the sender nothing would
/// fill the memory before the bound on what they unpack to was met.
fn open_rows(section: &Section, mut file: Watched) -> io::Result<(Rows, u64)> {
    if section.is_packed && section.format.is_text() {
        io::copy(&mut Unpacked::new(&mut file, N_TEXT_BYTES_MAX), &mut io::sink())?;
        file.rewind()?;
    } else if section.is_packed {
        file.file = unpack_to_file(&mut file)?;
    }
    let (n_bytes, n_bytes_read) = (file.file.metadata()?.len(), Arc::clone(&file.n_bytes_read));
    let rows = open_unpacked(section, file)?;
    // Progress begins with the first row.
    n_bytes_read.store(0, Ordering::Relaxed);
    Ok((rows, n_bytes))
}

fn open_unpacked(section: &Section, file: Watched) -> io::Result<Rows> {
    let text = |file: Watched| -> Box<dyn Read + Send> {
        if section.is_packed { Box::new(Unpacked::new(file, N_TEXT_BYTES_MAX)) } else { Box::new(file) }
    };
    Ok(match section.format {
        Format::Delimited(dialect) => {
            Rows::Lines(Box::new(LineReader::delimited(text(file), dialect, section.encoding)?))
        }
        Format::JsonLines => Rows::Lines(Box::new(LineReader::json(text(file), section.encoding)?)),
        Format::Spreadsheet => Rows::Sheet(Box::new(SheetReader::open(file, section.sheet.as_deref())?)),
        Format::Parquet => Rows::Table(Box::new(ParquetReader::open(file.file)?)),
    })
}

/// A file that tells how far it was read.
struct Watched {
    file: File,
    n_bytes_read: Arc<AtomicU64>,
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.n_bytes_read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
