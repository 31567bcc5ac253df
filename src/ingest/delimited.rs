//! Where do the cells of a delimited row begin and end?
//!
//! As RFC 4180 says, with the leniency of spreadsheets: a quote opens a cell only at its beginning, a doubled quote is a
//! quote, and what follows a closing quote belongs to the cell. [`QuoteScan`] finds out whether a row goes on after a line
//! end, [`cells`] parts a whole row (csv-core), and [`push_row`] writes rows of formats that have no text of their own.

use std::cell::RefCell;

use csv_core::{ReadRecordResult, ReaderBuilder, Terminator};

use crate::config::{Dialect, Encoding};

/// Columns of a row: a fourth of what spreadsheets allow, and ten times what departments deliver.
pub const N_COLUMNS_MAX: usize = 4096;

/// Whether a row that was read up to a line end goes on.
#[derive(Debug, Clone, Copy)]
pub struct QuoteScan {
    dialect: Dialect,
    encoding: Encoding,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl QuoteScan {
    /// Begins a row. The encoding matters where a byte of the dialect can be the second half of a character.
    pub fn new(dialect: Dialect, encoding: Encoding) -> Self {
        Self { dialect, encoding, state: State::CellStart }
    }

    /// Reads one line, without its end; true if a quoted cell is open behind it.
    pub fn line(&mut self, line: &[u8]) -> bool {
        let Some(quote) = self.dialect.quote else { return false };
        if memchr::memchr(quote, line).is_none() {
            return self.state == State::Quoted;
        }
        let mut at = 0;
        while let Some(byte) = line.get(at) {
            at += if self.encoding == Encoding::Gb18030 { gb18030_len(&line[at..]) } else { 1 };
            self.state = match self.state {
                State::CellStart | State::QuoteInQuoted if *byte == quote => State::Quoted,
                State::Quoted if *byte == quote => State::QuoteInQuoted,
                State::Quoted => State::Quoted,
                _ if *byte == self.dialect.delimiter => State::CellStart,
                _ => State::Plain,
            };
        }
        // A quote that closes on a line's end has closed.
        self.state == State::Quoted
    }
}

/// Bytes of the first character of GB18030 text: one, two, or four where the second is a digit.
fn gb18030_len(bytes: &[u8]) -> usize {
    match bytes {
        [0x81..=0xfe, b'0'..=b'9', ..] => 4.min(bytes.len()),
        [0x81..=0xfe, _, ..] => 2,
        _ => 1,
    }
}

/// Automata that a thread keeps, of some hundred bytes each: more than there are dialects in a configuration.
const N_READERS_MAX: usize = 64;

thread_local! {
    /// The automata that this thread has used, with their dialects: building one takes longer than reading a row, and
    /// `csv_core::Reader::clone` (0.1.13) leaves out a part of it.
    static READERS: RefCell<Vec<(Dialect, csv_core::Reader)>> = const { RefCell::new(Vec::new()) };
}

/// Parts a row into its cells.
pub fn cells(row: &str, dialect: Dialect) -> Result<Vec<String>, String> {
    READERS.with_borrow_mut(|known| {
        let position = known.iter().position(|(of, _)| *of == dialect).unwrap_or_else(|| {
            known.truncate(N_READERS_MAX - 1);
            known.push((dialect, automaton(dialect)));
            known.len() - 1
        });
        let reader = &mut known[position].1;
        reader.reset();
        read_cells(reader, row)
    })
}

fn automaton(dialect: Dialect) -> csv_core::Reader {
    let mut builder = ReaderBuilder::new();
    // The row ends where the text ends; a carriage return inside it is a character.
    builder.delimiter(dialect.delimiter).terminator(Terminator::Any(b'\n'));
    match dialect.quote {
        Some(quote) => builder.quote(quote),
        None => builder.quoting(false),
    };
    builder.build()
}

fn read_cells(reader: &mut csv_core::Reader, row: &str) -> Result<Vec<String>, String> {
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
            // What stands behind it would be lost in silence: where a row ends was found out in another encoding.
            ReadRecordResult::Record if !input.is_empty() => return Err("a line ends outside quotes".into()),
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

/// Appends a row of [`Dialect::CSV`], without a line end.
pub fn push_row<'a>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = &'a str>) {
    for (position, cell) in cells.into_iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        push_cell(out, cell);
    }
}

fn push_cell(out: &mut Vec<u8>, cell: &str) {
    // At the start of a row an unquoted byte order mark would be taken for that of the file.
    if !cell.starts_with('\u{feff}') && !cell.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        out.extend_from_slice(cell.as_bytes());
        return;
    }
    out.push(b'"');
    for part in cell.split_inclusive('"') {
        out.extend_from_slice(part.as_bytes());
        if part.ends_with('"') {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests;
