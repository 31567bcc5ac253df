//! Is a file that is small and unpacks to more than any machine has refused at once?
//!
//! Each bomb is delivered to the program. It must end with exit code 2 within seconds and within bounded memory, and its
//! error must name the file, the bound and what to do. Bombs are made without ever being unpacked here: a deflate stream
//! that is flushed in full may be repeated, because nothing behind such a place refers to what stands before it.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::watched::{N_PEAK_BYTES_MAX, watch};
use crate::workshop::{Workshop, stderr};

/// Seconds that a refusal may take, on a machine that runs all other tests at the same time.
const N_SECONDS_MAX: f64 = 30.0;

/// Unpacked bytes of what is repeated.
const N_CHUNK_BYTES: usize = 4 << 20;

/// Delivers a file; the program must refuse it and say all of this.
#[track_caller]
fn check(file: &str, bytes: &[u8], expect: &[&str]) {
    let workshop = Workshop::of_files(&[]);
    File::create(workshop.file(file)).and_then(|mut out| out.write_all(bytes)).expect("writes");
    let config = format!(
        "[[source]]\nname = \"bomb\"\nkind = \"enterprise\"\npath = \"{file}\"\nrecord_id = \"id\"\n\
         [source.fields]\nname = \"name\"\n"
    );
    std::fs::write(workshop.config(), config).expect("writes");
    let run = watch(workshop.command(&["link", "--config", "{config}", "--out", "{out}"]));
    let told = stderr(&run.output);
    println!("{file}, {} bytes: {:.2} s, {:?} bytes at most\n{told}", bytes.len(), run.seconds, run.n_peak_bytes);
    assert_eq!(run.output.status.code(), Some(2), "{file}: {told}");
    for part in [file].iter().chain(expect) {
        assert!(told.contains(part), "{file}: '{part}' in {told}");
    }
    assert!(run.seconds < N_SECONDS_MAX, "{file}: {} s", run.seconds);
    assert!(run.n_peak_bytes.is_none_or(|n_bytes| n_bytes < N_PEAK_BYTES_MAX), "{file}: {:?} bytes", run.n_peak_bytes);
    assert!(!workshop.out("out").exists(), "{file}: nothing is written");
}

/// A raw deflate stream of a text, of one that is repeated, and of an end.
fn deflated(before: &[u8], repeated: &[u8], n_times: usize, after: &[u8]) -> Vec<u8> {
    let mut encoder = Compress::new(Compression::best(), false);
    let mut piece = |bytes: &[u8], flush| {
        let mut out = Vec::with_capacity(bytes.len() + 1024);
        encoder.compress_vec(bytes, &mut out, flush).expect("there is room");
        out
    };
    let mut stream = piece(before, FlushCompress::Full);
    stream.extend(piece(repeated, FlushCompress::Full).repeat(n_times));
    stream.extend(piece(after, FlushCompress::Finish));
    stream
}

/// A gzip file of many members, each of zeros; RFC 1952 lets them follow one another.
fn gzip_of_zeros(n_bytes: usize) -> Vec<u8> {
    packed(&vec![0; N_CHUNK_BYTES]).repeat(n_bytes / N_CHUNK_BYTES)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory does not fail");
    encoder.finish().expect("memory does not fail")
}

/// A zip file of deflated parts whose declared sizes are lies.
fn zip(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, stream) in parts {
        let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend((stream.len() as u32).to_le_bytes());
        common.extend(1_u32.to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((file.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        file.extend(b"PK\x03\x04");
        file.extend(&common);
        file.extend(name.as_bytes());
        file.extend(stream);
    }
    let (n_parts, offset) = ((parts.len() as u16).to_le_bytes(), (file.len() as u32).to_le_bytes());
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([n_parts, n_parts].concat());
    file.extend((directory.len() as u32).to_le_bytes());
    file.extend(offset);
    file.extend([0, 0]);
    file
}

/// A workbook of a sheet and shared texts, each a deflate stream.
fn workbook(sheet: Vec<u8>, strings: Vec<u8>) -> Vec<u8> {
    let part = |text: &str| deflated(text.as_bytes(), b"", 0, b"");
    let rels =
        "<Relationships><Relationship Id=\"r1\" Type=\"x/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
    let inner = "<Relationships><Relationship Id=\"s1\" Type=\"x/worksheet\" Target=\"/xl/s.xml\"/>\
        <Relationship Id=\"t\" Type=\"x/sharedStrings\" Target=\"t.xml\"/></Relationships>";
    let book = "<workbook><sheets><sheet name=\"s\" r:id=\"s1\"/></sheets></workbook>";
    zip(&[
        ("_rels/.rels", part(rels)),
        ("xl/workbook.xml", part(book)),
        ("xl/_rels/workbook.xml.rels", part(inner)),
        ("xl/s.xml", sheet),
        ("xl/t.xml", strings),
    ])
}

const SHEET_HEAD: &str = "<worksheet><sheetData><row><c t=\"str\"><v>id</v></c><c t=\"str\"><v>name</v></c></row>";

const SHEET_TAIL: &str = "</sheetData></worksheet>";

/// Text until the chunk is full.
fn chunk(text: &str) -> Vec<u8> {
    text.repeat(N_CHUNK_BYTES / text.len()).into_bytes()
}

/// A workbook of rows of a sheet, and of shared texts.
fn small_workbook(rows: &str, strings: &str) -> Vec<u8> {
    let sheet = [SHEET_HEAD, rows, SHEET_TAIL].concat();
    workbook(deflated(sheet.as_bytes(), b"", 0, b""), deflated(strings.as_bytes(), b"", 0, b""))
}

#[test]
fn zeros_in_gzip() {
    let bomb = gzip_of_zeros(10 << 30);
    assert!((9 << 20..12 << 20).contains(&bomb.len()), "{} bytes", bomb.len());
    for file in ["a.csv.gz", "a.tsv.gz", "a.jsonl.gz", "a.xlsx.gz", "a.parquet.gz"] {
        check(file, &bomb, &["above 200 to 1 beyond 64 MiB", "unpack it yourself"]);
    }
}

#[test]
fn rows_in_gzip() {
    let rows = packed(&chunk("1,x\n")).repeat(1000);
    let bomb = [packed(b"id,name\n"), rows].concat();
    check("a.csv.gz", &bomb, &["above 200 to 1 beyond 64 MiB"]);
}

#[test]
fn gzip_in_gzip() {
    let inner = packed(&gzip_of_zeros(1 << 30));
    check("a.csv.gz", &packed(&inner), &["this is a gzip file", "pack it only once"]);
    check("a.xlsx.gz", &packed(&inner), &["not an .xlsx file"]);
    check("a.parquet.gz", &packed(&inner), &["this is not a Parquet file"]);
}

#[test]
fn a_sheet_of_4_gib() {
    // Rows, one row without an end, one cell without an end, empty rows, and white space between rows.
    let shapes =
        ["<row><c><v>1</v></c><c><v>1</v></c></row>", "<c><v>1</v></c>", "<v>1</v>", "<row/>", "                "];
    for shape in shapes {
        let sheet = deflated(SHEET_HEAD.as_bytes(), &chunk(shape), 1024, SHEET_TAIL.as_bytes());
        let bomb = workbook(sheet, deflated(b"<sst/>", b"", 0, b""));
        assert!(bomb.len() < 20 << 20, "{} bytes", bomb.len());
        check("a.xlsx", &bomb, &["above 200 to 1 beyond 64 MiB", "decompression bomb"]);
    }
}

#[test]
fn shared_texts_without_end() {
    for shape in ["<si><t>x</t></si>", "<si/>", "<si><t>深圳市明鹭数据有限公司</t></si>"] {
        let strings = deflated(b"<sst>", &chunk(shape), 1024, b"</sst>");
        let sheet = deflated([SHEET_HEAD, SHEET_TAIL].concat().as_bytes(), b"", 0, b"");
        check("a.xlsx", &workbook(sheet, strings), &["above 200 to 1"]);
    }
}

#[test]
fn texts_that_pack_badly_are_bounded_too() {
    // Hexadecimal digits of a counter: some ten to one, so that only the bound on shared texts can stop them.
    let mut strings = b"<sst>".to_vec();
    for number in 0_u64..500_000 {
        let digits = format!("{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        strings.extend(format!("<si><t>{}</t></si>", digits.repeat(20)).bytes());
    }
    let sheet = deflated([SHEET_HEAD, SHEET_TAIL].concat().as_bytes(), b"", 0, b"");
    let strings = deflated(&strings, b"", 0, b"</sst>");
    check("a.xlsx", &workbook(sheet, strings), &["shared texts are more than 128 MiB", "deliver it as .csv"]);
}

#[test]
fn a_billion_laughs() {
    let entity = |at: usize| format!("<!ENTITY l{} \"{}\">", at + 1, format!("&l{at};").repeat(10));
    let entities: String = (0..9).map(entity).collect();
    let doctype = format!("<!DOCTYPE sst [<!ENTITY l0 \"lol\">{entities}]>");
    let row = "<row><c t=\"s\"><v>0</v></c></row>";
    let strings = format!("<?xml version=\"1.0\"?>{doctype}<sst><si><t>&l9;</t></si></sst>");
    check("a.xlsx", &small_workbook(row, &strings), &["defines entities", "save it again"]);
    let undefined = "<sst><si><t>&l9;</t></si></sst>";
    check("a.xlsx", &small_workbook(row, undefined), &["unknown entity 'l9'"]);
}

#[test]
fn one_shared_text_in_every_cell() {
    let long = format!("<sst><si><t>{}</t></si></sst>", "长".repeat(5000));
    let row = "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>0</v></c></row>";
    check("a.xlsx", &small_workbook(&row.repeat(50_000), &long), &["above 200 to 1 beyond 64 MiB"]);
    // In one row, longer than a row may be; and as often as there are rows.
    let longer = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(1_000_000));
    let row = format!("<row>{}</row>", "<c r=\"A2\" t=\"s\"><v>0</v></c>".repeat(1000));
    check("a.xlsx", &small_workbook(&row.repeat(100), &longer), &["above 200 to 1 beyond 64 MiB"]);
}

#[test]
fn one_cell_in_the_last_column_of_every_row() {
    let row = "<row><c r=\"FAA1\"><v>1</v></c></row>";
    check("a.xlsx", &small_workbook(&row.repeat(100_000), "<sst/>"), &["above 200 to 1 beyond 64 MiB"]);
}

#[test]
fn a_million_columns() {
    let header: Vec<String> = (0..1 << 20).map(|column| format!("{column:x}")).collect();
    check("bare.csv", &b",".repeat((1 << 20) - 1), &["the header", "more than 4096 columns"]);
    check("a.csv", header.join(",").as_bytes(), &["the header", "the row is longer than 1048576 bytes"]);
    check("a.tsv", header[..1 << 16].join("\t").as_bytes(), &["the header", "more than 4096 columns"]);
    let cells = "<c><v>1</v></c>".repeat(1 << 20);
    let sheet = format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>");
    let sheet = deflated(sheet.as_bytes(), b"", 0, b"");
    check("a.xlsx", &workbook(sheet, deflated(b"<sst/>", b"", 0, b"")), &["the header", "more than 4096 columns"]);
    check("a.parquet", &table(&vec!["required int32".to_string(); 5000], |_| ()), &["more than 4096 columns"]);
}

/// A Parquet file of columns `id`, `name`, …, of types, in which a function writes the only row group, if any.
fn table(types: &[String], fill: impl FnOnce(&mut SerializedFileWriter<&mut Vec<u8>>)) -> Vec<u8> {
    let name = |at: usize| match at {
        0 => "id".to_string(),
        1 => "name".to_string(),
        at => format!("c{at}"),
    };
    let columns: String = types.iter().enumerate().map(|(at, kind)| format!("{kind} {};", name(at))).collect();
    let schema = parse_message_type(&format!("message m {{ {columns} }}")).expect("a schema");
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::default()).expect("a writer");
    fill(&mut writer);
    writer.close().expect("closes");
    bytes
}

#[test]
fn a_table_of_one_long_text_a_million_times() {
    let text = ByteArray::from("长".repeat(3000).into_bytes());
    let bomb = table(&["required binary".to_string(), "required binary".to_string()], |writer| {
        let mut group = writer.next_row_group().expect("a row group");
        while let Some(mut column) = group.next_column().expect("writes") {
            if let ColumnWriter::ByteArrayColumnWriter(writer) = column.untyped() {
                writer.write_batch(&vec![text.clone(); 1 << 20], None, None).expect("writes");
            }
            column.close().expect("closes");
        }
        group.close().expect("closes");
    });
    assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
    check("a.parquet", &bomb, &["above 200 to 1 beyond 64 MiB"]);
}

#[test]
fn a_table_of_16_million_short_rows() {
    let text = ByteArray::from("1");
    let bomb = table(&["required binary".to_string(), "required binary".to_string()], |writer| {
        let mut group = writer.next_row_group().expect("a row group");
        while let Some(mut column) = group.next_column().expect("writes") {
            if let ColumnWriter::ByteArrayColumnWriter(writer) = column.untyped() {
                let values = vec![text.clone(); 1 << 20];
                (0..16).for_each(|_| {
                    writer.write_batch(&values, None, None).expect("writes");
                });
            }
            column.close().expect("closes");
        }
        group.close().expect("closes");
    });
    check("a.parquet", &bomb, &["above 200 to 1 beyond 64 MiB"]);
}

#[test]
fn a_table_that_declares_too_much() {
    let tail = |length: u32| [b"PAR1".as_slice(), &[0; 64], &length.to_le_bytes(), b"PAR1"].concat();
    check("a.parquet", &tail(u32::MAX), &["footer has 4294967295 bytes, more than 33554432"]);
    check("a.parquet", &tail(1 << 20), &["cut off", "write it again"]);
    // A list of 2^31 - 1 structures in two bytes: Thrift's compact protocol, field 2 of the footer.
    let footer = [0x15, 0x02, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07];
    let length = (footer.len() as u32).to_le_bytes();
    let lie = [b"PAR1".as_slice(), &footer, &length, b"PAR1"].concat();
    check("a.parquet", &lie, &["damaged", "write it again"]);
}
