//! What holds of the readers of formats that are no text: workbooks and Parquet?
//!
//! Inputs stay in memory. Half of a target's work is to get past the packing: a workbook's parts are also given as they are.

use std::io::{self, Cursor, Read, Seek};

use bytes::Bytes;

use super::{Trickle, check_error, check_round, check_written_row};
use crate::config::Dialect;
use crate::ingest::delimited::{N_COLUMNS_MAX, cells};
use crate::ingest::lines::N_ROW_BYTES_MAX;
use crate::ingest::parquet::ParquetReader;
use crate::ingest::rows::Batch;
use crate::ingest::spreadsheet::SheetReader;

/// Batches that are read of an input, so that half a million rows out of a hundred bytes do not take all the time.
const N_BATCHES_MAX: usize = 2;

/// What a reader of tables gave: its header, and the rows with their lines.
type Table = (Vec<String>, Vec<(u64, Result<String, String>)>);

/// A workbook. What begins as a zip file is read as one; anything else is its parts, parted by zero bytes: the sheet, the
/// shared strings, the styles, the workbook, and the relations of the workbook.
///
/// Rows are rows of [`Dialect::CSV`], as wide as the header at least, and reading in pieces is reading in whole.
pub fn spreadsheet(data: &[u8]) {
    if data.starts_with(b"PK") {
        return check_workbook(data);
    }
    let mut parts = data.split(|byte| *byte == 0);
    let mut next = |otherwise: &'static [u8]| parts.next().filter(|part| !part.is_empty()).unwrap_or(otherwise);
    check_workbook(&stored_zip(&[
        ("xl/sheet1.xml", next(b"")),
        ("xl/sharedStrings.xml", next(b"<sst/>")),
        ("xl/styles.xml", next(b"<styleSheet/>")),
        ("xl/workbook.xml", next(WORKBOOK)),
        ("xl/_rels/workbook.xml.rels", next(RELATIONS)),
    ]));
}

const WORKBOOK: &[u8] = b"<workbook><sheets><sheet name=\"s\" r:id=\"1\"/></sheets></workbook>";

const RELATIONS: &[u8] = b"<Relationships><Relationship Id=\"1\" Type=\"/worksheet\" Target=\"sheet1.xml\"/>\
    <Relationship Id=\"2\" Type=\"/sharedStrings\" Target=\"sharedStrings.xml\"/>\
    <Relationship Id=\"3\" Type=\"/styles\" Target=\"styles.xml\"/></Relationships>";

/// A zip file of parts that are not packed (APPNOTE 6.3.9, as little of it as is read).
fn stored_zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in parts {
        let n_bytes = (bytes.len() as u32).to_le_bytes();
        let n_name = (name.len() as u16).to_le_bytes();
        // Version, flags, method, time, checksum; sizes; length of the name, no extra field.
        let common = [&b"\x14\0\0\0\0\0\0\0\0\0\0\0\0\0"[..], &n_bytes, &n_bytes, &n_name, b"\0\0"].concat();
        let offset = (file.len() as u32).to_le_bytes();
        directory.extend([b"PK\x01\x02\x14\0", &common[..], &[0; 10], &offset, name.as_bytes()].concat());
        file.extend([b"PK\x03\x04", &common[..], name.as_bytes(), bytes].concat());
    }
    let (n_parts, n_bytes) = ((parts.len() as u16).to_le_bytes(), (directory.len() as u32).to_le_bytes());
    let offset = (file.len() as u32).to_le_bytes();
    file.extend(directory);
    file.extend([&b"PK\x05\x06\0\0\0\0"[..], &n_parts, &n_parts, &n_bytes, &offset, b"\0\0"].concat());
    file
}

fn check_workbook(bytes: &[u8]) {
    // Of two things that are wrong, the one that is said may be another.
    let whole = read_sheet(Cursor::new(bytes)).ok();
    assert_eq!(whole, read_sheet(Trickle::new(bytes)).ok(), "pieces are read differently");
    let Some((header, rows)) = whole else { return };
    assert!(header.len() <= N_COLUMNS_MAX && header.iter().all(|name| name.trim() == name));
    for row in rows.iter().filter_map(|(_, row)| row.as_ref().ok()) {
        check_written_row(row, header.len());
        assert!(row.len() <= N_ROW_BYTES_MAX);
    }
}

fn read_sheet(input: impl Read + Seek) -> io::Result<Table> {
    let mut reader = SheetReader::open(input, None).inspect_err(check_error)?;
    let header = reader.header().to_vec();
    let rows = read_rows(|batch| reader.read(batch)).inspect_err(check_error)?;
    Ok((header, rows))
}

/// A Parquet file: rows are numbered from 1, each with a cell for every column. Where the parquet crate panics, the reader
/// makes an error of it; only a panic that escapes the reader is one of this target, which is why its caller has to silence
/// the others.
pub fn parquet(data: &[u8]) {
    let opened = ParquetReader::open(Bytes::copy_from_slice(data));
    let Ok(mut reader) = opened.inspect_err(check_error) else { return };
    let header = reader.header().to_vec();
    assert!(header.len() <= N_COLUMNS_MAX);
    let Ok(rows) = read_rows(|batch| reader.read(batch)).inspect_err(check_error) else { return };
    assert!(rows.windows(2).all(|two| two[0].0 < two[1].0), "rows are not numbered");
    for row in rows.iter().filter_map(|(_, row)| row.as_ref().ok()) {
        let found = cells(row, Dialect::CSV).expect("a row that this program wrote is parted");
        assert_eq!(found.len(), header.len(), "{row:?}");
        check_round(&found);
    }
}

fn read_rows(mut read: impl FnMut(&mut Batch) -> io::Result<()>) -> io::Result<Vec<(u64, Result<String, String>)>> {
    let (mut batch, mut rows) = (Batch::default(), Vec::new());
    for _ in 0..N_BATCHES_MAX {
        read(&mut batch)?;
        if batch.rows.is_empty() {
            break;
        }
        rows.extend(batch.rows.iter().map(|row| (row.line, batch.text(row).map(|text| text.into_owned()))));
    }
    Ok(rows)
}
