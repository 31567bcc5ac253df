//! How does each format write the rows, and on which line does each stand?

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use rust_xlsxwriter::{Format, Formula, Workbook};

use super::{BAD, FIELDS, Fate, HEADER, Row, Shape};

/// A file, with the line of each row and the position of the bad byte in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub(super) bytes: Vec<u8>,
    lines: Vec<u64>,
    bad_at: Vec<usize>,
    encoding: &'static str,
}

impl Written {
    /// `line: reason` of the rows that must be in quarantine.
    pub(super) fn quarantined(&self, rows: &[Row]) -> Vec<String> {
        let place = |at: usize, reason: &str| {
            let reason = reason.replace("{line}", &self.lines[at].to_string());
            let reason = reason.replace("{first}", &self.lines[0].to_string());
            reason.replace("{at}", &self.bad_at[at].to_string()).replace("{encoding}", self.encoding)
        };
        let quarantined = rows.iter().enumerate().filter_map(|(at, row)| match row.fate {
            Fate::Quarantined(reason) => Some(format!("{}: {}", self.lines[at], place(at, reason))),
            _ => None,
        });
        quarantined.collect()
    }

    /// `line id field kind value` of the values that must be listed.
    pub(super) fn issues(&self, rows: &[Row]) -> Vec<String> {
        let issues = rows.iter().zip(&self.lines).filter_map(|(row, line)| match (&row.fate, &row.shape) {
            (Fate::Issue(field, kind), Shape::Cells(cells)) => {
                Some(format!("{line} {} {} {kind} {}", cells[0], FIELDS[*field], cells[*field]))
            }
            _ => None,
        });
        issues.collect()
    }

    /// Ids of the rows that must be records.
    pub(super) fn accepted<'a>(&self, rows: &'a [Row]) -> BTreeSet<&'a str> {
        let accepted = rows.iter().filter(|row| matches!(row.fate, Fate::Record | Fate::Issue(..)));
        accepted.filter_map(|row| row.id()).collect()
    }
}

impl Row {
    /// Its id; none where the row is empty, which is no row.
    fn id(&self) -> Option<&str> {
        let id = match &self.shape {
            Shape::Cells(cells) => cells[0].as_str(),
            Shape::Wide(cells) => cells[0].as_str(),
            Shape::Text(text) => text.trim_start_matches("{\"登记号\": ").split([',', '\t']).next()?,
        };
        Some(id).filter(|id| !id.is_empty())
    }
}

/// Packs a file.
pub(super) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory does not fail");
    encoder.finish().expect("memory does not fail")
}

/// Rows of text, one behind the other.
fn lines(
    rows: impl Iterator<Item = String>,
    header: Option<String>,
    encoding: &'static str,
    has_mark: bool,
) -> Written {
    let mut written = Written { encoding, ..Written::default() };
    if has_mark {
        written.bytes.extend(encode("\u{feff}", encoding));
    }
    let mut line = 1;
    if let Some(header) = header {
        written.bytes.extend(encode(&header, encoding));
        written.bytes.extend(encode("\n", encoding));
        line += 1;
    }
    for row in rows {
        let (before, after) = row.split_once(BAD).unwrap_or((&row, ""));
        written.lines.push(line);
        // UTF-16 is counted in bytes of UTF-8.
        let counted = if encoding == "GB18030" { encode(before, encoding).len() } else { before.len() };
        written.bad_at.push(counted + 1);
        written.bytes.extend(encode(before, encoding));
        if before.len() < row.len() {
            // A byte that no character has, or half of a character.
            written.bytes.extend(match encoding {
                "UTF-16LE" => &b"\x00\xd8"[..],
                "UTF-16BE" => &b"\xd8\x00"[..],
                _ => &b"\xff"[..],
            });
        }
        written.bytes.extend(encode(after, encoding));
        written.bytes.extend(encode("\n", encoding));
        line += 1 + row.matches('\n').count() as u64;
    }
    written
}

fn encode(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "GB18030" => encoding_rs::GB18030.encode(text).0.into_owned(),
        _ => text.as_bytes().to_vec(),
    }
}

/// Separated values.
pub(super) fn delimited(rows: &[Row], separator: char, encoding: &'static str, has_mark: bool) -> Written {
    let join = |cells: &[String]| {
        let mut writer = csv::WriterBuilder::new().delimiter(separator as u8).from_writer(Vec::new());
        writer.write_record(cells).expect("memory does not fail");
        let bytes = writer.into_inner().expect("memory does not fail");
        String::from_utf8(bytes).expect("cells are text").trim_end_matches('\n').to_string()
    };
    let text = |row: &Row| match &row.shape {
        Shape::Cells(cells) => join(cells),
        Shape::Wide(cells) => join(cells),
        Shape::Text(text) => text.clone(),
    };
    lines(rows.iter().map(text), Some(join(&HEADER.map(String::from))), encoding, has_mark)
}

/// One object a line.
pub(super) fn json_lines(rows: &[Row]) -> Written {
    let text = |row: &Row| match &row.shape {
        Shape::Text(text) => text.clone(),
        Shape::Cells(cells) => {
            let known = HEADER.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
            let object = known.map(|(name, cell)| (name.to_string(), cell.clone().into()));
            serde_json::Value::Object(object.collect()).to_string()
        }
        Shape::Wide(_) => String::new(),
    };
    lines(rows.iter().map(text), None, "UTF-8", false)
}

/// A workbook, with numbers, dates and formulas where a spreadsheet has them.
pub(super) fn sheet(rows: &[Row]) -> Written {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("yyyy/m/d");
    for (column, name) in HEADER.iter().enumerate() {
        sheet.write_string(0, column as u16, *name).expect("written");
    }
    let mut written = Written::default();
    for (at, row) in rows.iter().enumerate() {
        let cells = match &row.shape {
            Shape::Cells(cells) => cells.as_slice(),
            Shape::Wide(cells) => cells.as_slice(),
            Shape::Text(_) => &[],
        };
        let line = at as u32 + 1;
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let column = column as u16;
            match (column, cell.parse::<f64>()) {
                (2, Ok(number)) => sheet.write_number(line, column, number),
                (4, Ok(number)) => sheet.write_number_with_format(line, column, number, &day),
                (5, Ok(number)) if cell.is_ascii() => sheet.write_number(line, column, number),
                _ if cell == "#N/A" => {
                    sheet.write_formula(line, column, Formula::new("=VLOOKUP(1,A:B,2,0)").set_result("#N/A"))
                }
                _ => sheet.write_string(line, column, cell),
            }
            .expect("written");
        }
        written.lines.push(u64::from(line) + 1);
        written.bad_at.push(0);
    }
    written.bytes = book.save_to_buffer().expect("written");
    written
}

/// A table of optional texts.
pub(super) fn table(rows: &[Row]) -> Written {
    let columns: Vec<String> = HEADER.iter().map(|name| format!("optional binary {name} (UTF8);")).collect();
    let schema = parse_message_type(&format!("message m {{ {} }}", columns.concat())).expect("a schema");
    let mut bytes = Vec::new();
    let mut writer =
        SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::default()).expect("memory does not fail");
    let mut group = writer.next_row_group().expect("a row group");
    for column in 0..HEADER.len() {
        let cells = rows.iter().map(|row| match &row.shape {
            Shape::Cells(cells) => cells[column].as_str(),
            _ => "",
        });
        let levels: Vec<i16> = cells.clone().map(|cell| i16::from(!cell.is_empty())).collect();
        let bytes = |cell: &str| if cell == BAD { b"\xff".to_vec() } else { cell.as_bytes().to_vec() };
        let values: Vec<ByteArray> =
            cells.filter(|cell| !cell.is_empty()).map(|cell| ByteArray::from(bytes(cell))).collect();
        let mut open = group.next_column().expect("writes").expect("a column");
        if let ColumnWriter::ByteArrayColumnWriter(writer) = open.untyped() {
            writer.write_batch(&values, Some(&levels), None).expect("writes");
        }
        open.close().expect("closes");
    }
    group.close().expect("closes");
    writer.close().expect("closes");
    Written { bytes, lines: (1..=rows.len() as u64).collect(), bad_at: vec![0; rows.len()], encoding: "" }
}
