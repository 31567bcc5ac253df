//! What holds of the readers of text: rows, cells, encodings, packing?
//!
//! What cells mean is not looked at beyond the bounds that [`map_row`] promises.

use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use minglu_rules::schema::Schema;

use super::{Trickle, check_error, check_round, choices};
use crate::config::{Config, Dialect, Encoding};
use crate::ingest::delimited::{QuoteScan, cells};
use crate::ingest::encoding::{Utf16Reader, decode, decode_lossy, detect, mark_of};
use crate::ingest::gzip::Unpacked;
use crate::ingest::lines::LineReader;
use crate::ingest::rows::Batch;
use crate::ingest::{Columns, map_row};

/// Two sections, of separated values and of JSON, that use every way of mapping columns.
static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    let text = r#"
[[source]]
name = "market"
kind = "enterprise"
path = "market.csv"
record_id = "id"
updated_at = "date"
fields = { name = "name", phone = { column = "phone", split = ";" }, address = { columns = ["name", "phone"], join = " " } }

[[source]]
source_column = "from"
kind = "enterprise"
path = "lists.jsonl"
record_id = "/id"
fields = { name = "/people/*/name", phone = ["phone", "a/b"], short_name = { column = "/*", split = "，" } }
"#;
    let schema = Schema::shipped_text("enterprise").expect("it is shipped");
    Config::restore(text, &[schema]).expect("the configuration of this target is right")
});

/// What a reader of lines gave.
#[derive(Debug, PartialEq)]
struct Lines {
    header: Vec<String>,
    encoding: Option<Encoding>,
    /// Line of each row, and the row or why it is none.
    rows: Vec<(u64, Result<String, String>)>,
    /// The bytes of all rows.
    bytes: Vec<u8>,
}

/// Rows as they stand in memory, one dialect or none for JSON.
fn read_lines(input: Box<dyn Read + Send>, dialect: Option<Dialect>, asked: Option<Encoding>) -> Result<Lines, String> {
    let reader = match dialect {
        Some(dialect) => LineReader::delimited(input, dialect, asked),
        None => LineReader::json(input, asked),
    };
    let mut reader = reader.map_err(|error| {
        check_error(&error);
        error.to_string()
    })?;
    let (mut batch, mut rows, mut bytes) = (Batch::default(), Vec::new(), Vec::new());
    loop {
        reader.read(&mut batch).map_err(|error| error.to_string())?;
        if batch.rows.is_empty() {
            break;
        }
        bytes.extend_from_slice(batch.bytes());
        for row in &batch.rows {
            let text = batch.text(row).map(|text| text.into_owned());
            if let Ok(text) = &text {
                assert_eq!(*text, batch.lossy(row), "what can be decoded is shown as it is");
            }
            rows.push((row.line, text));
        }
    }
    Ok(Lines { header: reader.header().to_vec(), encoding: reader.encoding(), rows, bytes })
}

/// Reads in whole and in small pieces, which must come to the same.
fn read_twice(data: &[u8], dialect: Option<Dialect>, asked: Option<Encoding>) -> Option<Lines> {
    let whole = read_lines(Box::new(Cursor::new(data.to_vec())), dialect, asked);
    let pieces = read_lines(Box::new(Trickle::new(data)), dialect, asked);
    assert_eq!(whole, pieces, "pieces are read differently");
    let lines = whole.ok()?;
    assert!(lines.rows.windows(2).all(|two| two[0].0 < two[1].0), "lines do not rise");
    Some(lines)
}

/// The text behind the byte order mark, in UTF-8 where it was UTF-16.
fn unmarked(data: &[u8], asked: Option<Encoding>) -> Vec<u8> {
    let n_mark_bytes = asked.map_or(detect(data).n_mark_bytes, |encoding| mark_of(encoding, data));
    let rest = &data[n_mark_bytes..];
    match asked.or(detect(data).encoding) {
        Some(encoding @ (Encoding::Utf16Le | Encoding::Utf16Be)) => {
            let mut text = Vec::new();
            Utf16Reader::new(rest, encoding).read_to_end(&mut text).expect("memory does not fail");
            text
        }
        _ => rest.to_vec(),
    }
}

fn visible(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

/// The encoding that a choice asks for; detection for every other one.
fn asked(choice: usize) -> Option<Encoding> {
    [None, None, Some(Encoding::Utf8), Some(Encoding::Gb18030), Some(Encoding::Utf16Le), Some(Encoding::Utf16Be)]
        [choice % 6]
}

/// Separated values of a dialect and encoding that the first bytes choose: every byte behind the header is in a row, every
/// character of a row that is neither delimiter nor quote is in a cell.
pub fn delimited(data: &[u8]) {
    let ([delimiter, quote, encoding], data) = choices(data);
    let delimiter = [b',', b'\t', b';', b'|', b' ', b'0', b'a'][delimiter % 7];
    let quote = [Some(b'"'), None, Some(b'\''), Some(b'|'), Some(b'1')][quote % 5];
    let (dialect, asked) = (Dialect { delimiter, quote }, asked(encoding));
    if quote == Some(delimiter) {
        return;
    }
    let Some(lines) = read_twice(data, Some(dialect), asked) else { return };
    let text = unmarked(data, asked);
    let (given, kept) = (visible(&text), visible(&lines.bytes));
    assert!(given.ends_with(&kept), "bytes behind the header are lost");
    // The first row is the header.
    let expect = plain_rows(&text, dialect, lines.encoding.unwrap_or(Encoding::Utf8));
    let expect = expect.get(1..).unwrap_or_default();
    assert_eq!(lines.rows.len(), expect.len());
    for ((line, row), (expect_line, is_open)) in lines.rows.iter().zip(expect) {
        assert_eq!(line, expect_line);
        let says_open = row.as_ref().is_err_and(|reason| reason.starts_with("the quote that opens"));
        assert_eq!(says_open, *is_open, "line {line}: {row:?}");
    }
    let section = &CONFIG.sections[0];
    let columns = Columns::find(section, &["id", "name", "date", "phone"].map(String::from)).expect("they are there");
    let rows = lines.rows.iter().filter_map(|(_, row)| row.as_ref().ok());
    for row in rows {
        part(row, dialect).iter().for_each(|found| check_round(found));
        check_mapped(section, &columns, row);
    }
}

/// Where rows begin, and whether each opens a quote that is never closed: every row is looked for from its own beginning.
fn plain_rows(text: &[u8], dialect: Dialect, encoding: Encoding) -> Vec<(u64, bool)> {
    let line_end = if !text.contains(&b'\n') && text.contains(&b'\r') { b'\r' } else { b'\n' };
    let lines: Vec<&[u8]> = text.split(|byte| *byte == line_end).collect();
    let (mut rows, mut at) = (Vec::new(), 0);
    while at < lines.len() {
        let mut scan = QuoteScan::new(dialect, encoding);
        let end = lines[at..].iter().position(|line| !scan.line(line));
        let n_lines = end.map_or(1, |position| position + 1);
        if !lines[at..at + n_lines].concat().iter().all(u8::is_ascii_whitespace) {
            rows.push((at as u64 + 1, end.is_none()));
        }
        at += n_lines;
    }
    rows
}

/// The cells of a row: nothing but delimiters and quotes is lost, and nothing is added.
fn part(row: &str, dialect: Dialect) -> Option<Vec<String>> {
    let found = cells(row, dialect).ok()?;
    let is_text = |char: &char| {
        let byte = u8::try_from(u32::from(*char)).ok();
        byte.is_none_or(|byte| byte != dialect.delimiter && Some(byte) != dialect.quote)
    };
    // A byte order mark at the start of a row is no part of a value.
    let row = row.strip_prefix('\u{feff}').unwrap_or(row);
    let given: String = row.chars().filter(is_text).collect();
    let kept: String = found.iter().flat_map(|cell| cell.chars()).filter(is_text).collect();
    assert_eq!(given, kept, "{row:?} became {found:?}");
    Some(found)
}

fn check_mapped(section: &crate::config::Section, columns: &Columns, row: &str) {
    match map_row(section, columns, row) {
        Ok(mapped) => {
            let record = mapped.record;
            assert!(!record.key.id.is_empty() && record.key.id.len() <= 256 && !record.key.id.contains('\0'));
            assert!(!mapped.source.is_empty() && !mapped.source.contains(['\0', ':', '#']));
            assert!(!record.values.is_empty());
            for (_, value) in &record.values {
                assert!(!value.is_empty() && value.trim() == value && value.len() <= 16 << 10 && !value.contains('\0'));
            }
        }
        Err(reason) => assert!(!reason.trim().is_empty()),
    }
}

/// JSON Lines: rows are the lines that are not blank, no more and no less.
pub fn json_lines(data: &[u8]) {
    let ([encoding], data) = choices(data);
    let asked = asked(encoding);
    let Some(lines) = read_twice(data, None, asked) else { return };
    let text = unmarked(data, asked);
    let line_end = if !text.contains(&b'\n') && text.contains(&b'\r') { b'\r' } else { b'\n' };
    let mut expect = Vec::new();
    for (position, line) in text.split(|byte| *byte == line_end).enumerate() {
        let n_ends = line.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let line = &line[..line.len() - n_ends];
        if !line.iter().all(u8::is_ascii_whitespace) {
            expect.push((position as u64 + 1, line));
        }
    }
    assert_eq!(
        lines.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
        expect.iter().map(|(at, _)| *at).collect::<Vec<_>>()
    );
    assert_eq!(lines.bytes, expect.iter().flat_map(|(_, line)| line.iter().copied()).collect::<Vec<_>>());
    let section = &CONFIG.sections[1];
    let columns = Columns::find(section, &[]).expect("JSON has no columns to be missed");
    for (_, row) in &lines.rows {
        if let Ok(row) = row {
            check_mapped(section, &columns, row);
        }
    }
}

/// Encodings: what is decoded has nothing replaced, what is refused is refused at its first wrong byte.
pub fn encoding(data: &[u8]) {
    let detected = detect(data);
    assert!(detected.n_mark_bytes <= data.len());
    assert!(detected.encoding.is_some() || data.is_ascii(), "bytes that are not ASCII have no encoding");
    for encoding in [Encoding::Utf8, Encoding::Gb18030] {
        let lossy = decode_lossy(data, encoding);
        match decode(data, encoding) {
            Ok(text) => {
                assert_eq!(text, lossy);
                check_decoded(data, &text, encoding);
            }
            Err(at) => {
                assert!(at < data.len(), "byte {at} of {} is wrong", data.len());
                let before = decode(&data[..at], encoding).expect("before the first wrong byte all are right");
                assert!(lossy.starts_with(&*before), "{lossy:?} does not begin with {before:?}");
                // A character has four bytes at most: with what follows, the byte is still wrong.
                assert!(decode(&data[..data.len().min(at + 4)], encoding).is_err(), "byte {at} is not wrong");
            }
        }
    }
    for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
        check_utf16(data, encoding);
    }
}

fn check_decoded(data: &[u8], text: &str, encoding: Encoding) {
    if encoding == Encoding::Utf8 {
        assert_eq!(text.as_bytes(), data);
        return;
    }
    // U+FFFD is a character of GB18030 like any other; there are as many as were written.
    let n_written = data.windows(4).filter(|bytes| *bytes == b"\x84\x31\xa4\x37").count();
    assert!(
        text.chars().filter(|char| *char == char::REPLACEMENT_CHARACTER).count() <= n_written,
        "replaced: {text:?}"
    );
    let (again, _, is_lossy) = encoding_rs::GB18030.encode(text);
    assert!(!is_lossy);
    assert_eq!(decode(&again, encoding).as_deref(), Ok(text), "encoded again it is another text");
}

fn check_utf16(data: &[u8], encoding: Encoding) {
    let unit = |pair: &[u8]| match encoding {
        Encoding::Utf16Be => u16::from_be_bytes([pair[0], pair[1]]),
        _ => u16::from_le_bytes([pair[0], pair[1]]),
    };
    let (mut text, mut pieces) = (Vec::new(), Vec::new());
    Utf16Reader::new(data, encoding).read_to_end(&mut text).expect("memory does not fail");
    Utf16Reader::new(Trickle::new(data), encoding).read_to_end(&mut pieces).expect("memory does not fail");
    assert_eq!(text, pieces, "pieces are converted differently");
    let expect: Result<String, _> = char::decode_utf16(data.chunks_exact(2).map(unit)).collect();
    // An odd byte or a lone surrogate is no text in UTF-8 either.
    let expect = expect.ok().filter(|_| data.len().is_multiple_of(2));
    assert_eq!(String::from_utf8(text).ok(), expect);
}

/// Bytes that may come out in this target.
const N_UNPACKED_MAX: u64 = 64 << 10;

/// Gzip: never more bytes than allowed, pieces as the whole, what was packed comes back, and what is cut off is an error.
pub fn gzip(data: &[u8]) {
    check_unpacked(data);
    // Behind a right header the fuzzer gets to what is packed at once.
    check_unpacked(&[b"\x1f\x8b\x08\0\0\0\0\0\0\xff", data].concat());
    let ([cut], text) = choices(data);
    let member = |text: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).expect("memory does not fail");
        encoder.finish().expect("memory does not fail")
    };
    let (first, second) = text.split_at(text.len() / 2);
    let mut packed = member(first);
    let n_first = packed.len();
    packed.extend(member(second));
    assert_eq!(unpacked(&packed[..]).expect("it is whole"), text);
    let cut = cut * packed.len() / 256;
    match unpacked(&packed[..cut]) {
        // Nobody can tell that a second member was meant to follow.
        Ok(found) => assert!((cut == n_first && found == first) || cut == 0, "cut off at {cut} it is taken for whole"),
        Err(error) => check_error(&error),
    }
}

fn unpacked(input: impl Read) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    Unpacked::new(input, N_UNPACKED_MAX).read_to_end(&mut out)?;
    assert!(out.len() as u64 <= N_UNPACKED_MAX, "{} bytes came out", out.len());
    Ok(out)
}

fn check_unpacked(packed: &[u8]) {
    let whole = unpacked(packed).inspect_err(check_error).ok();
    assert_eq!(whole, unpacked(Trickle::new(packed)).ok(), "pieces are unpacked differently");
}
