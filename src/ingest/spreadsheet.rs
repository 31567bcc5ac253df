//! Which rows does a sheet of a workbook have?
//!
//! Office Open XML (ECMA-376, `.xlsx`) is read as a stream: the sheet is never in memory, only its shared strings are,
//! within bounds. A row becomes delimited text ([`Dialect::CSV`](crate::config::Dialect::CSV)) of what its cells show:
//! dates as ISO 8601, numbers without `.0`, formulas as the value that was calculated last, errors as `#N/A` and the like.
//! Whether such a value can be used is decided where values of all formats are, in `minglu-rules`.
//!
//! Rows and columns that are hidden are read; what is only formatting is not. The header is the first row that has a
//! value. Nothing is calculated, no link is followed, no entity is defined: a document type definition is refused, as
//! ECMA-376 part 2 asks. Older formats (`.xls`) and password protection are not read, and the error says so.

mod number;
mod package;
mod sheet;
mod strings;
mod style;
mod workbook;
mod xml;

pub use package::{N_PARTS_MAX, N_SHEET_BYTES_MAX, N_SMALL_PART_BYTES_MAX};
pub use strings::{N_SHARED_BYTES_MAX, N_SHARED_STRINGS_MAX};
pub use xml::N_EVENT_BYTES_MAX;

use std::io::{self, Read, Seek};

use super::delimited::{N_COLUMNS_MAX, push_row};
use super::gzip::check_ratio;
use super::rows::{Batch, one_line};
use minglu_rules::date::Epoch;
use package::Package;
use sheet::Sheet;
use strings::SharedStrings;
use style::Styles;

/// The text of a number that another program wrote, by the same rules: fifteen digits, no `.0`, long ones with an exponent.
pub(super) fn number_text(written: &str) -> String {
    number::text_of(written, style::NumberStyle::Plain, Epoch::Of1900)
}

/// Reads the rows of one sheet.
pub struct SheetReader<R: Read> {
    sheet: Sheet<R>,
    header: Vec<String>,
    /// Bytes of the file, and of what was made of it: a shared text may stand in every cell.
    n_packed: u64,
    n_written: u64,
}

impl<R: Read + Seek> SheetReader<R> {
    /// Opens a workbook at a sheet, or at its first visible one, and reads the header.
    pub fn open(input: R, sheet: Option<&str>) -> io::Result<Self> {
        Self::begin(input, sheet).map_err(one_line)
    }

    fn begin(input: R, sheet: Option<&str>) -> io::Result<Self> {
        let mut package = Package::open(input)?;
        let book = workbook::read(&mut package)?;
        let part = book.part_of(sheet)?;
        package.check(part, N_SHEET_BYTES_MAX)?;
        let styles = Styles::read(&mut package, book.styles.as_deref())?;
        let strings = SharedStrings::read(&mut package, book.strings.as_deref())?;
        let n_packed = package.n_bytes();
        let part = package.into_part(part, N_SHEET_BYTES_MAX)?;
        let sheet = Sheet::new(part, strings, styles, book.epoch);
        let mut reader = Self { sheet, header: Vec::new(), n_packed, n_written: 0 };
        reader.read_header()?;
        Ok(reader)
    }
}

impl<R: Read> SheetReader<R> {
    /// Names of the columns; empty where the sheet is.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Reads the next rows until the batch is full. Rows without a value are none.
    pub fn read(&mut self, batch: &mut Batch) -> io::Result<()> {
        batch.clear(crate::config::Encoding::Utf8);
        while !batch.is_full() && self.next_row().map_err(one_line)? {
            let row = &self.sheet.row;
            if let Some(fault) = &row.fault {
                batch.push(row.line, row.shown().as_bytes(), Some(fault.clone()));
                continue;
            }
            let n_used = row.n_used();
            if n_used == 0 {
                continue;
            }
            // Cells that are empty at the end of a row are not written.
            let n_cells = n_used.max(self.header.len());
            batch.push_with(row.line, |out| push_row(out, (0..n_cells).map(|at| row.cell(at))));
        }
        Ok(())
    }

    /// The next row; an error if far more comes out of the file than is in it.
    fn next_row(&mut self) -> io::Result<bool> {
        let is_row = self.sheet.next_row()?;
        self.n_written += self.sheet.row.n_written().max(self.header.len()) as u64;
        check_ratio(self.n_written, self.n_packed)?;
        Ok(is_row)
    }

    /// The first row that has a value. A cell that is there and empty, as under a merged title, still has a column.
    fn read_header(&mut self) -> io::Result<()> {
        while self.next_row()? {
            let row = &self.sheet.row;
            if row.fault.is_some() {
                let text = format!("row {}, the header: more than {N_COLUMNS_MAX} columns", row.line);
                return Err(io::Error::other(text));
            }
            if row.n_used() > 0 {
                self.header = (0..row.n_cells()).map(|at| row.cell(at).trim().to_string()).collect();
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
