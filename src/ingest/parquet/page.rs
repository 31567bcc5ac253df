//! Are the footer and the pages of a Parquet file such that they can be read within bounded memory?
//!
//! Headers are walked before anything is unpacked. A page is unpacked whole, with its dictionary, and one page of each
//! column of a row group is open at a time: so their sizes are added up over the columns, and the sum is bounded. Sizes
//! are declared by the file; the codecs that unpack past a declared size are either counted here (gzip) or refused (the
//! LZ4 of Hadoop, which the format deprecates). See parquet-format, `Encodings.md` and `Compression.md`.

use std::io::{self, Read};

use ::parquet::basic::Compression;
use ::parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use ::parquet::file::reader::ChunkReader;
use flate2::read::MultiGzDecoder;

use super::damaged;
use super::shape::{FOOTER, PAGE_HEADER};
use super::thrift::Walk;
use crate::ingest::gzip::check_ratio;

/// Bytes of the footer; that of a hundred columns and a thousand row groups has some 10 MiB.
pub const N_FOOTER_BYTES_MAX: u64 = 32 << 20;

/// Bytes of the pages and dictionaries that are open together. Writers make pages and dictionaries of 1 MiB, so fifty
/// columns at their largest.
pub const N_OPEN_BYTES_MAX: u64 = 100 << 20;

/// Values of a dictionary, which cost [`N_BYTES_PER_VALUE`] each; writers stop at 1 MiB, which is 262,144 values of 4 bytes.
pub const N_DICTIONARY_VALUES_MAX: u64 = 1 << 20;

/// Values of a list column in one row group: one record may have them all.
pub const N_REPEATED_VALUES_MAX: u64 = 4 << 20;

/// Memory of one value of a dictionary beside its bytes.
const N_BYTES_PER_VALUE: u64 = 32;

/// Bytes of the header of a page, which may hold the least and the greatest value.
const N_HEADER_BYTES_MAX: u64 = 4 << 20;

/// Length and magic at the end of the file.
const N_TAIL_BYTES: u64 = 8;

/// Walks over the footer, so that nothing in it declares more than it has.
pub(super) fn check_footer(input: &impl ChunkReader) -> io::Result<()> {
    let n_bytes = input.len();
    let to_io = |error: ::parquet::errors::ParquetError| damaged(&error.to_string());
    let mut tail = [0; N_TAIL_BYTES as usize];
    let start = n_bytes.checked_sub(N_TAIL_BYTES).ok_or_else(|| damaged("it is cut off"))?;
    input.get_read(start).map_err(to_io)?.read_exact(&mut tail)?;
    let (length, magic) = tail.split_at(4);
    match magic {
        b"PAR1" => {}
        b"PARE" => return Err(io::Error::other("the Parquet file is encrypted; write it without encryption")),
        _ => return Err(io::Error::other("this is not a Parquet file, or its end is cut off")),
    }
    let n_footer = length.iter().rev().fold(0, |number, digit| number << 8 | u64::from(*digit));
    if n_footer > N_FOOTER_BYTES_MAX {
        let text = format!("its footer has {n_footer} bytes, more than {N_FOOTER_BYTES_MAX}; write larger row groups");
        return Err(io::Error::other(text));
    }
    let start = start.checked_sub(n_footer).ok_or_else(|| damaged("it is cut off"))?;
    let mut walk = Walk::new(io::BufReader::new(input.get_read(start).map_err(to_io)?), n_footer);
    walk.structure(Some(&FOOTER), &mut Vec::new(), &mut |_, _| ())
}

/// What the pages of the row groups so far add up to.
#[derive(Debug, Default)]
pub(super) struct Totals {
    /// Bytes as they stand in the file.
    pub(super) n_packed: u64,
    n_unpacked: u64,
}

impl Totals {
    /// Walks over the page headers of a row group; an error if reading its pages would take too much memory.
    pub(super) fn add_group(&mut self, input: &impl ChunkReader, group: &RowGroupMetaData) -> io::Result<()> {
        let mut n_open = 0;
        for column in group.columns() {
            let chunk = Chunk::walk(input, column)?;
            n_open += chunk.n_largest_page + chunk.n_dictionary;
            self.n_packed += chunk.n_packed;
            self.n_unpacked += chunk.n_unpacked;
            check_ratio(self.n_unpacked, self.n_packed)?;
        }
        if n_open > N_OPEN_BYTES_MAX {
            let (n_mib, n_max) = (n_open >> 20, N_OPEN_BYTES_MAX >> 20);
            let text = format!("one page of each column takes {n_mib} MiB, more than {n_max}; write pages of 1 MiB");
            return Err(io::Error::other(text));
        }
        Ok(())
    }
}

/// The pages of one column of one row group.
#[derive(Debug, Default)]
struct Chunk {
    n_packed: u64,
    n_unpacked: u64,
    n_largest_page: u64,
    n_dictionary: u64,
    n_values: u64,
}

impl Chunk {
    fn walk(input: &impl ChunkReader, column: &ColumnChunkMetaData) -> io::Result<Chunk> {
        if matches!(column.compression(), Compression::LZ4 | Compression::LZO) {
            return Err(io::Error::other("packed by a codec that Parquet has given up; write it with zstd or snappy"));
        }
        let negative = |_| damaged("a column begins before the file");
        let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
        let start: u64 = start.try_into().map_err(negative)?;
        let n_bytes: u64 = column.compressed_size().try_into().map_err(negative)?;
        let end = start.checked_add(n_bytes).filter(|end| *end <= input.len());
        let end = end.ok_or_else(|| damaged("a column ends behind the file"))?;
        let mut chunk = Chunk::default();
        let mut at = start;
        while at < end {
            let page = Page::read(input, at, end)?;
            page.check(input, column.compression())?;
            chunk.add(&page)?;
            at = page.start + page.n_packed;
        }
        if column.column_descr().max_rep_level() > 0 && chunk.n_values > N_REPEATED_VALUES_MAX {
            let (n_values, name) = (chunk.n_values, column.column_path().string());
            let text =
                format!("'{name}' has lists of {n_values} values in a row group, more than {N_REPEATED_VALUES_MAX}");
            return Err(io::Error::other(text));
        }
        Ok(chunk)
    }

    fn add(&mut self, page: &Page) -> io::Result<()> {
        let n_bytes = page.n_unpacked.max(page.n_packed);
        self.n_packed += page.n_packed;
        self.n_unpacked += page.n_unpacked;
        if page.kind != Page::DICTIONARY {
            self.n_largest_page = self.n_largest_page.max(n_bytes);
            self.n_values = self.n_values.saturating_add(page.n_values);
            return Ok(());
        }
        if page.n_values > N_DICTIONARY_VALUES_MAX || page.n_values > page.n_unpacked {
            let n_values = page.n_values;
            let text =
                format!("a dictionary has {n_values} values, more than {N_DICTIONARY_VALUES_MAX}; write smaller ones");
            return Err(io::Error::other(text));
        }
        self.n_dictionary += n_bytes + page.n_values * N_BYTES_PER_VALUE;
        Ok(())
    }
}

/// The header of a page, as far as it matters here.
#[derive(Debug, Default)]
struct Page {
    /// Where the bytes of the page begin in the file.
    start: u64,
    kind: i64,
    n_packed: u64,
    n_unpacked: u64,
    n_values: u64,
    /// One of [`Page::DELTA_STRINGS`].
    is_delta: bool,
    /// Bytes of levels that are never packed.
    n_levels: u64,
    is_unpacked: bool,
    /// A number has more than the 32 bits that all numbers of a header have; the parquet crate cuts it off.
    is_too_large: bool,
}

impl Page {
    /// The types of dictionary pages, and of data pages with levels that are not packed, in parquet.thrift.
    const DICTIONARY: i64 = 2;
    const DATA_2: i64 = 3;

    /// Strings as lengths and strings as what they add to their predecessors: both decode to as many values as they like.
    const DELTA_STRINGS: [i64; 2] = [6, 7];

    fn read(input: &impl ChunkReader, at: u64, end: u64) -> io::Result<Page> {
        let reader = input.get_read(at).map_err(|error| damaged(&error.to_string()))?;
        let mut walk = Walk::new(reader, N_HEADER_BYTES_MAX.min(end - at));
        let mut page = Page { n_packed: u64::MAX, n_unpacked: u64::MAX, ..Page::default() };
        // Field ids of PageHeader and of its three kinds in parquet.thrift.
        walk.structure(Some(&PAGE_HEADER), &mut Vec::new(), &mut |path, number| {
            let size = u64::try_from(number).unwrap_or(u64::MAX);
            page.is_too_large |= i32::try_from(number).is_err() && path.len() <= 2;
            match path {
                [1] => page.kind = number,
                [2] => page.n_unpacked = size,
                [3] => page.n_packed = size,
                // A header for each kind of page: whichever is meant, none says too much.
                [5 | 7 | 8, 1] => page.n_values = page.n_values.max(size),
                [5, 2] | [8, 4] => page.is_delta |= Self::DELTA_STRINGS.contains(&number),
                [8, 5 | 6] if page.kind == Self::DATA_2 => page.n_levels = page.n_levels.saturating_add(size),
                [8, 7] if page.kind == Self::DATA_2 => page.is_unpacked = number == 0,
                _ => {}
            }
        })?;
        page.start = at + walk.n_read();
        if page.is_too_large {
            return Err(damaged("a number of a page is too large"));
        }
        if page.n_packed > end - page.start || page.n_levels > page.n_packed {
            return Err(damaged("a page ends behind its column"));
        }
        if page.n_unpacked > N_OPEN_BYTES_MAX {
            let n_max = N_OPEN_BYTES_MAX >> 20;
            let text =
                format!("a page unpacks to {} bytes, more than {n_max} MiB; write pages of 1 MiB", page.n_unpacked);
            return Err(io::Error::other(text));
        }
        Ok(page)
    }

    fn check(&self, input: &impl ChunkReader, codec: Compression) -> io::Result<()> {
        if self.is_delta {
            return Err(io::Error::other(
                "strings in a delta encoding are not read; write them plain or by dictionary",
            ));
        }
        if !matches!(codec, Compression::GZIP(_)) || self.is_unpacked {
            return Ok(());
        }
        let reader = input.get_read(self.start + self.n_levels).map_err(|error| damaged(&error.to_string()))?;
        let packed = MultiGzDecoder::new(reader.take(self.n_packed - self.n_levels));
        let n_declared = self.n_unpacked.saturating_sub(self.n_levels);
        let n_unpacked = io::copy(&mut packed.take(n_declared + 1), &mut io::sink());
        match n_unpacked {
            Ok(n_unpacked) if n_unpacked <= n_declared => Ok(()),
            Ok(_) => Err(damaged("a page unpacks to more than it says")),
            Err(error) => Err(damaged(&error.to_string())),
        }
    }
}
