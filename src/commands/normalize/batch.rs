//! How does an endless input become batches of values?
//!
//! A batch is what one read of the input completed: whole lines, or the wanted column of whole rows. A line or field
//! that has no end is given up after [`N_VALUE_BYTES_MAX`] bytes; nothing else grows with the input.

use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::mpsc::SyncSender;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use crate::error::{Error, Result};

/// Bytes asked for at once; the size of a batch.
const N_READ_BYTES: usize = 1 << 20;
/// Bytes of one value; a longer one is no name and no address.
pub(super) const N_VALUE_BYTES_MAX: usize = 1 << 20;
/// Bytes of a field handed over at once by the table reader.
const N_FIELD_BYTES: usize = 4096;
/// What some programs write before UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How the input is written.
#[derive(Debug)]
pub(super) enum Shape {
    /// One value a line.
    Lines,
    /// One JSON value a line; the value lies under this pointer.
    JsonLines(String),
    /// A column of a table.
    Table(Table),
}

/// A table and the column that is wanted.
#[derive(Debug)]
pub(super) struct Table {
    delimiter: u8,
    column: String,
    number: Option<usize>,
    has_header: bool,
}

/// Values in the order of the input.
#[derive(Debug, Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    /// The values.
    pub(super) items: Vec<Item>,
    /// Where in each value, which is JSON then, the text lies.
    pub(super) pointer: Option<String>,
}

/// One value, or why there is none.
#[derive(Debug)]
pub(super) struct Item {
    /// Line on which it begins, from 1.
    pub(super) line: u64,
    /// Its bytes in the batch.
    range: Range<usize>,
    /// It has no value, for this reason.
    pub(super) unreadable: Option<&'static str>,
}

impl Batch {
    /// The bytes of a value.
    pub(super) fn bytes_of(&self, item: &Item) -> &[u8] {
        &self.bytes[item.range.clone()]
    }
}

impl Table {
    /// A table of which one column is wanted, by header or number.
    pub(super) fn new(delimiter: u8, column: &str, has_header: bool) -> Result<Table> {
        let number = column.parse::<usize>().ok().filter(|number| *number > 0);
        if !has_header && number.is_none() {
            return Err(Error::usage(format!("--column '{column}' is no column number, and there is no header")));
        }
        Ok(Table { delimiter, column: column.to_owned(), number, has_header })
    }

    /// The position of the column under a header.
    fn position(&self, header: &[String], path: &Path) -> Result<usize> {
        let named = header.iter().position(|name| name.trim() == self.column);
        let numbered = self.number.map(|number| number - 1).filter(|position| *position < header.len());
        named.or(numbered).ok_or_else(|| {
            let header = header.join(", ");
            Error::usage(format!("{}: no column '{}'; the file has: {header}", path.display(), self.column))
        })
    }
}

/// Reads to the end, sending a batch for every read; stops when nobody listens any more.
pub(super) fn read(input: impl Read, shape: &Shape, path: &Path, sender: &SyncSender<Result<Batch>>) {
    let done = match shape {
        Shape::Lines => read_lines(input, None, path, sender),
        Shape::JsonLines(pointer) => read_lines(input, Some(pointer), path, sender),
        Shape::Table(table) => read_table(input, table, path, sender),
    };
    if let Err(error) = done {
        // Nobody may be listening; then nobody wants to know either.
        let _ = sender.send(Err(error));
    }
}

fn read_lines(
    mut input: impl Read,
    pointer: Option<&str>,
    path: &Path,
    sender: &SyncSender<Result<Batch>>,
) -> Result<()> {
    let (mut rest, mut line, mut is_skipping) = (Vec::new(), 0, false);
    let mut is_first = true;
    loop {
        let start = rest.len();
        let n_read = read_some(&mut input, &mut rest, path)?;
        let is_end = n_read == 0;
        if is_first && rest.starts_with(BYTE_ORDER_MARK) {
            rest.drain(..BYTE_ORDER_MARK.len());
        }
        is_first = false;
        let start = start.min(rest.len());
        let n_whole = match rest[start..].iter().rposition(|byte| *byte == b'\n') {
            Some(last) => start + last + 1,
            None if is_end || rest.len() > N_VALUE_BYTES_MAX => rest.len(),
            None => continue,
        };
        let next = rest.split_off(n_whole);
        let is_cut = !is_end && rest.last().is_some_and(|byte| *byte != b'\n');
        let batch = lines_of(rest, &mut line, std::mem::replace(&mut is_skipping, is_cut), is_cut);
        rest = next;
        let batch = Batch { pointer: pointer.map(str::to_owned), ..batch };
        if !batch.items.is_empty() && sender.send(Ok(batch)).is_err() || is_end {
            return Ok(());
        }
    }
}

/// The lines of whole bytes; the first one is the end of a line given up, the last one is given up.
fn lines_of(bytes: Vec<u8>, line: &mut u64, is_first_skipped: bool, is_last_given_up: bool) -> Batch {
    let mut items = Vec::with_capacity(bytes.len() / 32);
    let mut start = 0;
    while start < bytes.len() {
        let n_bytes = bytes[start..].iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() - start);
        let end = start + n_bytes;
        let is_ended = end < bytes.len();
        if !(is_first_skipped && start == 0) {
            *line += 1;
            let text_end = if bytes[start..end].ends_with(b"\r") { end - 1 } else { end };
            let is_too_long = end - start > N_VALUE_BYTES_MAX || is_last_given_up && !is_ended;
            items.push(Item { line: *line, range: start..text_end, unreadable: is_too_long.then_some("too_long") });
        }
        start = end + 1;
    }
    Batch { bytes, items, pointer: None }
}

fn read_table(mut input: impl Read, table: &Table, path: &Path, sender: &SyncSender<Result<Batch>>) -> Result<()> {
    let mut rows = TableReader {
        csv: ReaderBuilder::new().delimiter(table.delimiter).build(),
        field: vec![0; N_FIELD_BYTES],
        header: table.has_header.then(Vec::new),
        wanted: table.number.map_or(0, |number| number - 1),
        batch: Batch::default(),
        start: 0,
        idx: 0,
        found: None,
        line: 1,
    };
    let mut buffer = Vec::with_capacity(N_READ_BYTES);
    let mut is_first = true;
    loop {
        buffer.clear();
        let n_read = read_some(&mut input, &mut buffer, path)?;
        let bytes = buffer.strip_prefix(BYTE_ORDER_MARK).filter(|_| is_first).unwrap_or(&buffer);
        is_first = false;
        rows.read(bytes, table, path)?;
        if n_read == 0 {
            // An empty input ends the last row.
            rows.read(&[], table, path)?;
        }
        let bytes = rows.batch.bytes.split_off(rows.start);
        let batch = std::mem::replace(&mut rows.batch, Batch { bytes, ..Batch::default() });
        if let Some(found) = &mut rows.found {
            *found = found.start - rows.start..found.end - rows.start;
        }
        rows.start = 0;
        if !batch.items.is_empty() && sender.send(Ok(batch)).is_err() || n_read == 0 {
            return Ok(());
        }
    }
}

/// The state of a table between two reads.
struct TableReader {
    csv: Reader,
    field: Vec<u8>,
    /// The header as far as it has been read; none once the column is known.
    header: Option<Vec<String>>,
    wanted: usize,
    batch: Batch,
    /// Where the unfinished row begins in the bytes of the batch.
    start: usize,
    /// Position of the unfinished field in its row.
    idx: usize,
    /// The wanted field of the unfinished row.
    found: Option<Range<usize>>,
    /// Line on which the unfinished row begins.
    line: u64,
}

impl TableReader {
    /// Takes in bytes; no bytes end the table.
    fn read(&mut self, mut bytes: &[u8], table: &Table, path: &Path) -> Result<()> {
        let is_end = bytes.is_empty();
        // No bytes tell the csv reader that the table ends, so it must not see them in between.
        while is_end || !bytes.is_empty() {
            let (result, n_in, n_out) = self.csv.read_field(bytes, &mut self.field);
            bytes = &bytes[n_in..];
            // Other columns are only walked over; a wanted field without end stops growing.
            let is_kept = self.header.is_some() || self.idx == self.wanted;
            if is_kept && self.batch.bytes.len() - self.start <= N_VALUE_BYTES_MAX {
                self.batch.bytes.extend_from_slice(&self.field[..n_out]);
            }
            match result {
                ReadFieldResult::Field { record_end } => self.end_field(record_end, table, path)?,
                ReadFieldResult::OutputFull => (),
                ReadFieldResult::InputEmpty | ReadFieldResult::End => break,
            }
        }
        Ok(())
    }

    fn end_field(&mut self, is_row_end: bool, table: &Table, path: &Path) -> Result<()> {
        let end = self.batch.bytes.len();
        if let Some(header) = &mut self.header {
            header.push(String::from_utf8_lossy(&self.batch.bytes[self.start..end]).into_owned());
            self.batch.bytes.truncate(self.start);
        } else if self.idx == self.wanted {
            self.found = Some(self.start..end);
        }
        self.idx += 1;
        if !is_row_end {
            return Ok(());
        }
        self.idx = 0;
        if let Some(header) = self.header.take() {
            self.line = self.csv.line();
            self.wanted = table.position(&header, path)?;
            return Ok(());
        }
        let unreadable = match &self.found {
            None => Some("column_missing"),
            Some(range) if range.len() > N_VALUE_BYTES_MAX => Some("too_long"),
            Some(_) => None,
        };
        let range = self.found.take().unwrap_or(end..end);
        self.start = end;
        self.batch.items.push(Item { line: std::mem::replace(&mut self.line, self.csv.line()), range, unreadable });
        Ok(())
    }
}

/// Appends what one read gives; nothing at the end of the input.
fn read_some(input: &mut impl Read, bytes: &mut Vec<u8>, path: &Path) -> Result<usize> {
    let start = bytes.len();
    bytes.resize(start + N_READ_BYTES, 0);
    let n_read = loop {
        match input.read(&mut bytes[start..]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => (),
            read => break read.map_err(Error::io(path)),
        }
    };
    bytes.truncate(start + *n_read.as_ref().unwrap_or(&0));
    n_read
}
