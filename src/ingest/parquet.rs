//! Which rows does a Parquet file have?
//!
//! Columns are read a few records at a time and written as delimited text
//! ([`Dialect::CSV`](crate::config::Dialect::CSV)). A column is a leaf of the file's schema: a field of a struct is named
//! `struct.field`, and the items of a list stand in one cell with `;` between them. Dates are ISO 8601; points in time
//! that the file keeps in UTC are shown in China Standard Time, because a day that a Chinese department wrote as midnight
//! would otherwise be the day before. There is no header row: the first record is row 1.
//!
//! The parquet crate believes what a file declares and panics on some damage. So the footer and the headers of all pages
//! are checked first ([`page`]), and a panic that is left becomes an error about the file.

mod column;
mod page;
mod shape;
mod thrift;

pub use page::{N_DICTIONARY_VALUES_MAX, N_FOOTER_BYTES_MAX, N_OPEN_BYTES_MAX, N_REPEATED_VALUES_MAX};

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};

use bytes::Bytes;

use super::delimited::{N_COLUMNS_MAX, push_row};
use super::gzip::check_ratio;
use super::rows::{Batch, one_line};
use crate::config::Encoding;
use column::Column;

/// Records that are read together: few, so that the longest rows stay within some MiB.
const N_RECORDS_PER_STEP: usize = 64;

/// Bytes that a record counts for at least, however little text it has: some million rows can stand in a few bytes of
/// runs, and each costs the memory of a record.
const N_RECORD_BYTES: u64 = 128;

/// Reads the rows of a Parquet file.
pub struct ParquetReader<R: ChunkReader + 'static> {
    input: Shared<R>,
    file: SerializedFileReader<Shared<R>>,
    header: Vec<String>,
    columns: Vec<Column>,
    /// Row groups that were begun.
    n_groups: usize,
    n_left_in_group: u64,
    n_records: u64,
    n_text_bytes: u64,
    totals: page::Totals,
}

impl<R: ChunkReader + 'static> ParquetReader<R> {
    /// Opens a file and reads its footer.
    pub fn open(input: R) -> io::Result<Self> {
        Self::begin(input).map_err(one_line)
    }

    fn begin(input: R) -> io::Result<Self> {
        let input = Shared(Arc::new(input));
        page::check_footer(&input)?;
        let file = guarded(|| SerializedFileReader::new(input.clone()))?;
        let schema = file.metadata().file_metadata().schema_descr();
        if schema.num_columns() > N_COLUMNS_MAX {
            return Err(io::Error::other(format!("more than {N_COLUMNS_MAX} columns; deliver those that are mapped")));
        }
        let n_rows = file.metadata().row_groups().iter().map(|group| u64::try_from(group.num_rows()).unwrap_or(0));
        let n_bytes = n_rows.fold(0, u64::saturating_add).saturating_mul(N_RECORD_BYTES);
        check_ratio(n_bytes, input.len())?;
        let header = schema.columns().iter().map(|column| column::name_of(column.path().parts())).collect();
        let (columns, totals) = (Vec::new(), page::Totals::default());
        let (n_groups, n_left_in_group, n_records, n_text_bytes) = (0, 0, 0, 0);
        Ok(Self { input, file, header, columns, n_groups, n_left_in_group, n_records, n_text_bytes, totals })
    }

    /// Names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Bytes of the row groups that were begun.
    pub fn n_bytes_read(&self) -> u64 {
        self.totals.n_packed
    }

    /// Reads the next records until the batch is full. Records without a value are none.
    pub fn read(&mut self, batch: &mut Batch) -> io::Result<()> {
        batch.clear(Encoding::Utf8);
        while !batch.is_full() && self.read_step(batch).map_err(one_line)? {}
        Ok(())
    }

    /// Reads some records, or begins a row group; false at the end.
    fn read_step(&mut self, batch: &mut Batch) -> io::Result<bool> {
        if self.n_left_in_group == 0 {
            return self.next_group();
        }
        self.read_records(batch).map(|()| true)
    }

    /// Begins the next row group; false where there is none.
    fn next_group(&mut self) -> io::Result<bool> {
        let metadata = self.file.metadata();
        if self.n_groups >= metadata.num_row_groups() {
            return Ok(false);
        }
        let group = metadata.row_group(self.n_groups);
        self.n_left_in_group = group.num_rows().try_into().map_err(|_| damaged("it has less than no rows"))?;
        self.totals.add_group(&self.input, group)?;
        let reader = guarded(|| self.file.get_row_group(self.n_groups))?;
        self.columns.clear();
        for position in 0..group.num_columns() {
            let column = guarded(|| reader.get_column_reader(position))?;
            self.columns.push(Column::new(column, &group.column(position).column_descr_ptr()));
        }
        self.n_groups += 1;
        Ok(true)
    }

    fn read_records(&mut self, batch: &mut Batch) -> io::Result<()> {
        let n = self.n_left_in_group.min(N_RECORDS_PER_STEP as u64) as usize;
        let mut n_bytes = [0_usize; N_RECORDS_PER_STEP];
        for column in &mut self.columns {
            guarded(|| column.read(n, &mut n_bytes))?;
        }
        for (at, n_bytes) in n_bytes[..n].iter().enumerate() {
            self.n_records += 1;
            let cells = || self.columns.iter().map(|column| column.cell(at));
            self.n_text_bytes += (n_bytes + self.columns.len()) as u64;
            let fault = self.columns.iter().find_map(|column| column.fault(at));
            if let Some(fault) = fault {
                batch.push_with(self.n_records, |out| push_row(out, cells()));
                batch.refuse_last(fault);
            } else if cells().any(|cell| !cell.is_empty()) {
                batch.push_with(self.n_records, |out| push_row(out, cells()));
            }
        }
        self.n_left_in_group -= n as u64;
        check_ratio(self.n_text_bytes, self.input.len())
    }
}

/// An input that several readers share.
struct Shared<R>(Arc<R>);

impl<R> Clone for Shared<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R: ChunkReader> Length for Shared<R> {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl<R: ChunkReader> ChunkReader for Shared<R> {
    type T = R::T;

    fn get_read(&self, start: u64) -> ::parquet::errors::Result<Self::T> {
        self.0.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> ::parquet::errors::Result<Bytes> {
        self.0.get_bytes(start, length)
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the Parquet file is damaged: {what}; write it again"))
}

/// Runs a function of the parquet crate (59), which panics on some damaged pages; what it has half done is not used again.
fn guarded<T>(work: impl FnOnce() -> Result<T, ParquetError>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| damaged(&error.to_string())),
        Err(_) => Err(damaged("its pages contradict themselves")),
    }
}

#[cfg(test)]
mod tests;
