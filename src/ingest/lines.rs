//! Where does one row of a text file end and the next begin?
//!
//! A row is a line, or several where a quoted cell contains line ends. Bytes are kept as they came; what they mean is said
//! by [`super::encoding`] and [`super::mapping`]. A quote that is never closed costs the line it opens on and no more: when
//! the file or [`N_ROW_BYTES_MAX`] bytes end before the quote does, that line alone is refused, and reading goes on behind
//! it. A line that is itself longer is refused with its beginning. Memory stays within some megabytes, whatever comes.

use std::io::{self, Read};

use super::delimited::{self, QuoteScan};
use super::encoding::{self, N_SAMPLE_BYTES, Utf16Reader};
use super::rows::{Batch, Fault, N_SHOWN_BYTES};
use crate::config::{Dialect, Encoding};

/// Bytes of a row; a longer one is refused.
pub const N_ROW_BYTES_MAX: usize = 1 << 20;

/// Bytes that are read together.
const N_CHUNK_BYTES: usize = 256 << 10;

/// Reads the rows of a text.
pub struct LineReader {
    input: Box<dyn Read + Send>,
    /// How cells are quoted; none where every line is a row.
    dialect: Option<Dialect>,
    /// None as long as all is ASCII.
    encoding: Option<Encoding>,
    header: Vec<String>,
    /// What was read and not yet taken.
    pending: Vec<u8>,
    n_taken: usize,
    is_at_end: bool,
    /// Of the next row, from 1.
    line: u64,
    line_end: u8,
    open: OpenLines,
}

/// Lines in none of which a quote closes that is open at their beginning.
///
/// Every row that opens a quote may have to be looked through as far as a row goes. What was looked through for one is
/// remembered for the next, so that a file of such rows takes no longer than its bytes. Offsets are those of the next row.
#[derive(Debug, Clone, Copy, Default)]
struct OpenLines {
    /// Where the first one begins.
    begin: usize,
    /// Where the line behind the last one begins, and which line that is.
    end: usize,
    end_line: u64,
}

/// How far a row goes.
enum Extent {
    /// Bytes of the row with its line end, and its lines.
    Whole(usize, u64),
    /// The same of its first line only, and the line on which a quote opened that is not closed.
    OpenQuote(usize, u64),
    /// The first line alone is too long.
    TooLong,
    /// No more bytes.
    End,
}

impl LineReader {
    /// Begins to read delimited rows, the first of which names the columns.
    pub fn delimited(input: Box<dyn Read + Send>, dialect: Dialect, encoding: Option<Encoding>) -> io::Result<Self> {
        let mut reader = Self::begin(input, Some(dialect), encoding)?;
        reader.read_header(dialect)?;
        Ok(reader)
    }

    /// Begins to read JSON Lines.
    pub fn json(input: Box<dyn Read + Send>, encoding: Option<Encoding>) -> io::Result<Self> {
        Self::begin(input, None, encoding)
    }

    /// Names of the columns; empty where the file has no row at all, or no header.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// How the bytes are read; none as long as all are ASCII.
    pub fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }

    /// Reads the next rows until the batch is full. Empty lines are no rows.
    pub fn read(&mut self, batch: &mut Batch) -> io::Result<()> {
        batch.clear(self.encoding.unwrap_or(Encoding::Utf8));
        while !batch.is_full() && self.read_row(batch)? {}
        if self.encoding.is_none() {
            self.encoding = encoding::of_bytes(batch.bytes());
            // Where quotes are depends on it.
            self.open = OpenLines::default();
            batch.encoding = self.encoding.unwrap_or(Encoding::Utf8);
        }
        Ok(())
    }

    fn begin(mut input: Box<dyn Read + Send>, dialect: Option<Dialect>, asked: Option<Encoding>) -> io::Result<Self> {
        let mut sample = Vec::new();
        input.by_ref().take(N_SAMPLE_BYTES as u64).read_to_end(&mut sample)?;
        refuse_other_formats(&sample)?;
        let detected = encoding::detect(&sample);
        let (encoding, n_mark_bytes) = match asked {
            Some(encoding) => (Some(encoding), encoding::mark_of(encoding, &sample)),
            None => (detected.encoding, detected.n_mark_bytes),
        };
        sample.drain(..n_mark_bytes);
        let (line, n_taken, is_at_end, line_end, open) = (1, 0, false, b'\n', OpenLines::default());
        let is_utf16 = encoding.filter(|encoding| matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be));
        let (input, pending): (Box<dyn Read + Send>, _) = match is_utf16 {
            Some(encoding) => (Box::new(Utf16Reader::new(io::Cursor::new(sample).chain(input), encoding)), Vec::new()),
            None => (input, sample),
        };
        let header = Vec::new();
        let mut reader = Self { input, dialect, encoding, header, pending, n_taken, is_at_end, line, line_end, open };
        if reader.pending.is_empty() {
            reader.fill()?;
        }
        // The line end of the first Macintoshes, which a spreadsheet still offers to write.
        if memchr::memchr(b'\n', &reader.pending).is_none() && memchr::memchr(b'\r', &reader.pending).is_some() {
            reader.line_end = b'\r';
        }
        Ok(reader)
    }

    fn read_header(&mut self, dialect: Dialect) -> io::Result<()> {
        let mut batch = Batch::default();
        batch.clear(self.encoding.unwrap_or(Encoding::Utf8));
        while batch.rows.is_empty() && self.read_row(&mut batch)? {}
        let Some(row) = batch.rows.first() else { return Ok(()) };
        let wrong = |what: String| io::Error::other(format!("line {}, the header: {what}", row.line));
        let cells = delimited::cells(&batch.text(row).map_err(wrong)?, dialect).map_err(wrong)?;
        self.header = cells.into_iter().map(|cell| cell.trim().to_string()).collect();
        // A spreadsheet that once had more columns writes their delimiters for ever.
        while self.header.last().is_some_and(String::is_empty) {
            self.header.pop();
        }
        Ok(())
    }

    /// Takes the next row into the batch unless it is empty; false at the end.
    fn read_row(&mut self, batch: &mut Batch) -> io::Result<bool> {
        let (n_bytes, n_lines, fault) = match self.extent()? {
            Extent::End => return Ok(false),
            Extent::Whole(n_bytes, n_lines) => (n_bytes, n_lines, None),
            Extent::OpenQuote(n_bytes, opened) => (n_bytes, 1, Some(Fault::OpenQuote(opened))),
            Extent::TooLong => {
                batch.push(self.line, &self.rest()[..N_SHOWN_BYTES], Some(Fault::TooLong));
                self.skip_line()?;
                return Ok(true);
            }
        };
        let mut row = &self.pending[self.n_taken..self.n_taken + n_bytes];
        while let Some((b'\n' | b'\r', rest)) = row.split_last() {
            row = rest;
        }
        if !row.iter().all(u8::is_ascii_whitespace) {
            batch.push(self.line, row, fault);
        }
        self.take(n_bytes);
        self.line += n_lines;
        Ok(true)
    }

    fn take(&mut self, n_bytes: usize) {
        self.n_taken += n_bytes;
        let OpenLines { begin, end, .. } = &mut self.open;
        (*begin, *end) = (begin.saturating_sub(n_bytes), end.saturating_sub(n_bytes));
    }

    /// How far the next row goes; afterwards its bytes are pending.
    fn extent(&mut self) -> io::Result<Extent> {
        let mut scan = self.dialect.map(|dialect| QuoteScan::new(dialect, self.encoding.unwrap_or(Encoding::Utf8)));
        let (mut n_bytes, mut n_lines, mut first_line) = (0, 0, 0);
        loop {
            let line_len = match self.line_len(n_bytes)? {
                None if n_lines == 0 => return Ok(Extent::TooLong),
                Some(0) if n_lines == 0 => return Ok(Extent::End),
                None | Some(0) => {
                    self.open = OpenLines { begin: first_line, end: n_bytes, end_line: self.line + n_lines };
                    return Ok(Extent::OpenQuote(first_line, self.line));
                }
                Some(line_len) => line_len,
            };
            let line = &self.rest()[n_bytes..n_bytes + line_len];
            let line = line.strip_suffix(&[self.line_end]).unwrap_or(line);
            let is_open = scan.as_mut().is_some_and(|scan| scan.line(line));
            n_bytes += line_len;
            n_lines += 1;
            if !is_open {
                return Ok(Extent::Whole(n_bytes, n_lines));
            }
            if n_lines == 1 {
                first_line = n_bytes;
                // Lines that are known to leave the quote open are not looked through again.
                if (self.open.begin..self.open.end).contains(&n_bytes) {
                    (n_bytes, n_lines) = (self.open.end, self.open.end_line - self.line);
                }
            }
        }
    }

    /// Bytes of the line that begins so far behind the row's beginning, with its end; 0 at the end of the text, none if the
    /// row gets longer than a row may be.
    fn line_len(&mut self, begin: usize) -> io::Result<Option<usize>> {
        let mut searched = begin;
        loop {
            let rest = self.rest();
            let within = &rest[searched..rest.len().min(N_ROW_BYTES_MAX).max(searched)];
            if let Some(position) = memchr::memchr(self.line_end, within) {
                return Ok(Some(searched + position + 1 - begin));
            }
            if rest.len() > N_ROW_BYTES_MAX {
                return Ok(None);
            }
            searched = rest.len();
            if self.is_at_end {
                return Ok(Some(searched - begin));
            }
            self.fill()?;
        }
    }

    /// Skips to behind the next line end without keeping what comes before.
    fn skip_line(&mut self) -> io::Result<()> {
        self.line += 1;
        loop {
            if let Some(position) = memchr::memchr(self.line_end, self.rest()) {
                self.take(position + 1);
                return Ok(());
            }
            self.take(self.rest().len());
            if self.is_at_end {
                return Ok(());
            }
            self.fill()?;
        }
    }

    fn rest(&self) -> &[u8] {
        &self.pending[self.n_taken..]
    }

    fn fill(&mut self) -> io::Result<()> {
        self.pending.drain(..self.n_taken);
        self.n_taken = 0;
        let n_read = self.input.by_ref().take(N_CHUNK_BYTES as u64).read_to_end(&mut self.pending)?;
        self.is_at_end = n_read == 0;
        Ok(())
    }
}

/// Tells by its first bytes that a file is no text, and what to do with it.
fn refuse_other_formats(sample: &[u8]) -> io::Result<()> {
    const FOREIGN: [(&[u8], &str); 4] = [
        (b"\x1f\x8b", "this is a gzip file: give it a name that ends in .gz, and pack it only once"),
        (b"PK\x03\x04", "this is a zip file or a spreadsheet: unpack it, or name it .xlsx"),
        (b"PAR1", "this is a Parquet file: name it .parquet"),
        (b"\xd0\xcf\x11\xe0", "this is an Excel file of before 2007: save it as .xlsx"),
    ];
    match FOREIGN.iter().find(|(magic, _)| sample.starts_with(magic)) {
        Some((_, advice)) => Err(io::Error::other(*advice)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
