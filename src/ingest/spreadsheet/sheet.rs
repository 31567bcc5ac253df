//! Which cells does the next row of a sheet have?

use std::io::{self, Read};

use minglu_rules::date::Epoch;
use quick_xml::events::{BytesStart, Event};

use super::number;
use super::package::PartReader;
use super::strings::SharedStrings;
use super::style::Styles;
use super::xml::{Xml, attribute, damaged};
use crate::ingest::delimited::N_COLUMNS_MAX;
use crate::ingest::lines::N_ROW_BYTES_MAX;
use crate::ingest::rows::Fault;

/// A sheet that is read row by row.
pub(super) struct Sheet<R: Read> {
    xml: Xml<PartReader<R>>,
    book: Book,
    /// The row that was read last.
    pub(super) row: Row,
}

/// What all cells share.
struct Book {
    strings: SharedStrings,
    styles: Styles,
    epoch: Epoch,
}

/// A row of cells.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Its number in the sheet, from 1.
    pub(super) line: u64,
    /// Why it cannot be used.
    pub(super) fault: Option<Fault>,
    cells: Vec<String>,
    n_cells: usize,
    n_bytes: usize,
}

impl<R: Read> Sheet<R> {
    /// Begins to read a sheet.
    pub(super) fn new(part: PartReader<R>, strings: SharedStrings, styles: Styles, epoch: Epoch) -> Self {
        Self { xml: Xml::new(part), book: Book { strings, styles, epoch }, row: Row::default() }
    }

    /// Reads the next row; false at the end.
    pub(super) fn next_row(&mut self) -> io::Result<bool> {
        loop {
            match self.xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "row" => {
                    self.row.begin(&tag);
                    self.read_cells()?;
                    return Ok(true);
                }
                Event::Empty(tag) if tag.local_name().as_ref() == "row" => self.row.begin(&tag),
                Event::End(tag) if tag.local_name().as_ref() == "sheetData" => return Ok(false),
                Event::Eof => return Ok(false),
                _ => {}
            }
        }
    }

    fn read_cells(&mut self) -> io::Result<()> {
        let mut cell = Cell::default();
        loop {
            let is_empty = match self.xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "c" => {
                    cell.begin(&tag, self.row.n_cells);
                    false
                }
                Event::Empty(tag) if tag.local_name().as_ref() == "c" => {
                    cell.begin(&tag, self.row.n_cells);
                    true
                }
                Event::End(tag) if tag.local_name().as_ref() == "row" => return Ok(()),
                Event::Eof => return Err(damaged(&format!("it is cut off at row {}", self.row.line))),
                _ => continue,
            };
            if !is_empty {
                cell.read(&mut self.xml)?;
            }
            self.row.put(cell.column, &cell, &self.book);
        }
    }
}

impl Row {
    /// Cells up to the last one that is there, empty or not.
    pub(super) fn n_cells(&self) -> usize {
        self.n_cells
    }

    /// Cells up to the last one that is not empty.
    pub(super) fn n_used(&self) -> usize {
        let used = (0..self.n_cells).rev().find(|at| !self.cell(*at).trim().is_empty());
        used.map_or(0, |at| at + 1)
    }

    /// Bytes that were written for its cells, and one for each cell.
    pub(super) fn n_written(&self) -> usize {
        self.n_bytes + self.n_cells
    }

    /// A cell; empty where there is none.
    pub(super) fn cell(&self, position: usize) -> &str {
        if position < self.n_cells { self.cells.get(position).map_or("", String::as_str) } else { "" }
    }

    /// The first cell that is not empty, for showing what cannot be used.
    pub(super) fn shown(&self) -> &str {
        let first = (0..self.n_cells).map(|at| self.cell(at)).find(|cell| !cell.is_empty()).unwrap_or_default();
        minglu_rules::text::cut(first, crate::ingest::rows::N_SHOWN_BYTES)
    }

    fn begin(&mut self, tag: &BytesStart<'_>) {
        let numbered = attribute(tag, "r").and_then(|number| number.parse().ok());
        self.line = numbered.unwrap_or(self.line.saturating_add(1));
        (self.fault, self.n_cells, self.n_bytes) = (None, 0, 0);
    }

    fn put(&mut self, column: usize, cell: &Cell, book: &Book) {
        if column >= N_COLUMNS_MAX {
            if cell.has_content() {
                self.fault = Some(Fault::TooManyColumns);
            }
            return;
        }
        while self.n_cells <= column {
            match self.cells.get_mut(self.n_cells) {
                Some(known) => known.clear(),
                None => self.cells.push(String::new()),
            }
            self.n_cells += 1;
        }
        let text = &mut self.cells[column];
        text.clear();
        // A row that is too long stays so: its further cells would only cost time.
        if self.fault == Some(Fault::TooLong) {
            return;
        }
        cell.write(book, text);
        self.n_bytes += text.len();
        if !cell.is_whole || self.n_bytes > N_ROW_BYTES_MAX {
            self.fault = Some(Fault::TooLong);
            text.clear();
        }
    }
}

/// A cell as it is written.
#[derive(Debug, Default)]
struct Cell {
    column: usize,
    style: usize,
    kind: Kind,
    value: String,
    has_value: bool,
    formula: String,
    has_formula: bool,
    is_whole: bool,
}

/// What the value of a cell is (ECMA-376 part 1, 18.18.11).
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Bool,
    /// A text, an error such as `#N/A`, or a date as ISO 8601.
    Text,
}

/// Bytes of a formula that are kept for showing it.
const N_FORMULA_BYTES_MAX: usize = 256;

impl Cell {
    fn begin(&mut self, tag: &BytesStart<'_>, next_column: usize) {
        (self.column, self.style, self.kind) = (next_column, 0, Kind::Number);
        for found in tag.attributes().with_checks(false).flatten() {
            match found.key.as_ref() {
                "r" => self.column = column_of(&found.value).unwrap_or(next_column),
                "s" => self.style = found.value.parse().unwrap_or(0),
                "t" => {
                    self.kind = match &*found.value {
                        "s" => Kind::Shared,
                        "b" => Kind::Bool,
                        "n" => Kind::Number,
                        _ => Kind::Text,
                    }
                }
                _ => {}
            }
        }
        self.value.clear();
        self.formula.clear();
        (self.has_value, self.has_formula, self.is_whole) = (false, false, true);
    }

    /// Reads up to the end of the cell.
    fn read<R: Read>(&mut self, xml: &mut Xml<R>) -> io::Result<()> {
        loop {
            let element = match xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "v" => "v",
                    "is" => "is",
                    "f" => "f",
                    _ => continue,
                },
                Event::End(tag) if tag.local_name().as_ref() == "c" => return Ok(()),
                Event::Eof => return Err(damaged("it is cut off in a cell")),
                _ => continue,
            };
            if element == "f" {
                self.has_formula = true;
                xml.read_text(element, &mut self.formula, N_FORMULA_BYTES_MAX)?;
            } else {
                self.has_value = true;
                self.is_whole &= xml.read_text(element, &mut self.value, N_ROW_BYTES_MAX)?;
            }
        }
    }

    fn has_content(&self) -> bool {
        !self.value.is_empty() || self.has_formula || !self.is_whole
    }

    fn write(&self, book: &Book, out: &mut String) {
        match self.kind {
            // A formula that nobody has calculated has no value; it stands as it is written, and is none.
            _ if self.has_formula && !self.has_value => {
                out.push('=');
                out.push_str(&self.formula);
            }
            _ if !self.has_value => {}
            Kind::Shared => {
                let shared = self.value.trim().parse().ok().and_then(|position| book.strings.get(position));
                // A reference to a text that is not there is what a spreadsheet calls a broken reference.
                push_unescaped(out, shared.unwrap_or("#REF!"));
            }
            Kind::Bool => out.push_str(if matches!(self.value.trim(), "1" | "true") { "TRUE" } else { "FALSE" }),
            Kind::Text => push_unescaped(out, &self.value),
            Kind::Number => out.push_str(&number::text_of(&self.value, book.styles.get(self.style), book.epoch)),
        }
    }
}

/// The column of a reference such as `AB12`, from 0.
fn column_of(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let number = letters.fold(0, |number, letter| 26 * number + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}

/// Appends a text in which characters that XML cannot hold are written `_x000D_` (ECMA-376 part 1, 22.9.2.19).
fn push_unescaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let code = escape.get(2..6).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = code.filter(|_| escape.as_bytes().get(6) == Some(&b'_'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(char) => {
                out.push(char);
                rest = &escape[7..];
            }
            None => {
                out.push_str("_x");
                rest = &escape[2..];
            }
        }
    }
    out.push_str(rest);
}
