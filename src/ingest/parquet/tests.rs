//! Tables: what values become, what is refused, and that no bytes are too odd.

use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use ::parquet::file::properties::{WriterProperties, WriterVersion};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use super::*;

/// Values of a column with their levels.
enum Values {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<&'static [u8]>),
    Fixed(Vec<Vec<u8>>),
}

type Levels = Option<(Vec<i16>, Vec<i16>)>;

fn write(schema: &str, properties: WriterProperties, columns: &[(Values, Levels)]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut out = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut out, schema, Arc::new(properties)).expect("a writer");
    let mut group = writer.next_row_group().expect("a row group");
    for (values, levels) in columns {
        let mut column = group.next_column().expect("writes").expect("a column for the values");
        let (def, rep) = match levels {
            Some((def, rep)) => (Some(def.as_slice()), Some(rep.as_slice()).filter(|rep| !rep.is_empty())),
            None => (None, None),
        };
        let bytes = |values: &[&[u8]]| values.iter().map(|value| ByteArray::from(value.to_vec())).collect::<Vec<_>>();
        let fixed =
            |values: &[Vec<u8>]| values.iter().map(|value| FixedLenByteArray::from(value.clone())).collect::<Vec<_>>();
        let written = match (column.untyped(), values) {
            (ColumnWriter::BoolColumnWriter(column), Values::Bool(values)) => column.write_batch(values, def, rep),
            (ColumnWriter::Int32ColumnWriter(column), Values::Int32(values)) => column.write_batch(values, def, rep),
            (ColumnWriter::Int64ColumnWriter(column), Values::Int64(values)) => column.write_batch(values, def, rep),
            (ColumnWriter::Int96ColumnWriter(column), Values::Int96(values)) => column.write_batch(values, def, rep),
            (ColumnWriter::FloatColumnWriter(column), Values::Float(values)) => column.write_batch(values, def, rep),
            (ColumnWriter::DoubleColumnWriter(column), Values::Double(values)) => column.write_batch(values, def, rep),
            (ColumnWriter::ByteArrayColumnWriter(column), Values::Bytes(values)) => {
                column.write_batch(&bytes(values), def, rep)
            }
            (ColumnWriter::FixedLenByteArrayColumnWriter(column), Values::Fixed(values)) => {
                column.write_batch(&fixed(values), def, rep)
            }
            _ => panic!("the column has another type"),
        };
        written.expect("writes");
        column.close().expect("closes");
    }
    group.close().expect("closes");
    writer.close().expect("closes");
    out
}

fn read(bytes: Vec<u8>) -> io::Result<(String, Vec<String>)> {
    let mut reader = ParquetReader::open(Bytes::from(bytes))?;
    let (mut batch, mut rows) = (Batch::default(), Vec::new());
    loop {
        reader.read(&mut batch)?;
        if batch.rows.is_empty() {
            return Ok((reader.header().join(","), rows));
        }
        for row in &batch.rows {
            let text = batch.text(row).map_or_else(|reason| format!("! {reason}"), |text| text.into_owned());
            rows.push(format!("{}: {text}", row.line));
        }
    }
}

fn plain() -> WriterProperties {
    WriterProperties::builder().build()
}

#[track_caller]
fn check(column: &str, values: Values, expect: &[&str]) {
    let bytes = write(&format!("message m {{ required {column}; }}"), plain(), &[(values, None)]);
    let (header, rows) = read(bytes).expect("it is whole");
    let expect: Vec<String> = expect.iter().enumerate().map(|(at, text)| format!("{}: {text}", at + 1)).collect();
    assert_eq!((header.as_str(), rows), ("x", expect), "{column}");
}

#[test]
fn numbers() {
    check("boolean x", Values::Bool(vec![true, false]), &["TRUE", "FALSE"]);
    check("int32 x", Values::Int32(vec![-5, i32::MAX]), &["-5", "2147483647"]);
    check("int32 x (UINT_32)", Values::Int32(vec![-1]), &["4294967295"]);
    check("int64 x", Values::Int64(vec![914_403_001_234_567_890]), &["914403001234567890"]);
    check("int64 x (UINT_64)", Values::Int64(vec![-1]), &["18446744073709551615"]);
    check(
        "double x",
        Values::Double(vec![13_800_138_000.0, 0.1 + 0.2, 9.14403001234567e17]),
        &["13800138000", "0.3", "9.14403001234567E+17"],
    );
    check("float x", Values::Float(vec![0.1, 2.0]), &["0.1", "2"]);
    check("int32 x (DECIMAL(9,2))", Values::Int32(vec![12_345, -5, 100]), &["123.45", "-0.05", "1"]);
    check("int64 x (DECIMAL(18,0))", Values::Int64(vec![7]), &["7"]);
    check("binary x (DECIMAL(20,3))", Values::Bytes(vec![b"\x01\x00", b"\xff\xff"]), &["0.256", "-0.001"]);
    check("fixed_len_byte_array(3) x (DECIMAL(6,1))", Values::Fixed(vec![vec![0, 1, 0]]), &["25.6"]);
}

#[test]
fn days_and_times() {
    check("int32 x (DATE)", Values::Int32(vec![19_844, -1]), &["2024-05-01", "1969-12-31"]);
    check("int32 x (TIME_MILLIS)", Values::Int32(vec![45_296_000]), &["12:34:56"]);
    let midnight = 1_714_521_600_i64;
    let local = |unit: &str| format!("int64 x (TIMESTAMP({unit},false))");
    check(&local("MILLIS"), Values::Int64(vec![midnight * 1_000]), &["2024-05-01"]);
    check(&local("MICROS"), Values::Int64(vec![midnight * 1_000_000 + 3_661_000_000]), &["2024-05-01 01:01:01"]);
    check(&local("NANOS"), Values::Int64(vec![midnight * 1_000_000_000]), &["2024-05-01"]);
    // Midnight in China is four in the afternoon of the day before in UTC.
    let utc = "int64 x (TIMESTAMP(MILLIS,true))";
    check(utc, Values::Int64(vec![(midnight - 8 * 3600) * 1_000]), &["2024-05-01"]);
    let mut old = Int96::new();
    old.set_data(0, 0, 2_440_588 + 19_843);
    check("int96 x", Values::Int96(vec![old]), &["2024-04-30 08:00:00"]);
}

#[test]
fn texts() {
    check("binary x (UTF8)", Values::Bytes(vec!["明鹭, 数据".as_bytes(), b"a\"b"]), &["\"明鹭, 数据\"", "\"a\"\"b\""]);
    check("binary x", Values::Bytes(vec!["明鹭".as_bytes(), b"\xff\xfe"]), &["明鹭", "! a value is not UTF-8"]);
    check(
        "fixed_len_byte_array(16) x (UUID)",
        Values::Fixed(vec![vec![0xab; 16]]),
        &["abababababababababababababababab"],
    );
}

#[test]
fn nulls_lists_and_structures() {
    let schema = "message m {
        required int32 id;
        optional group unit { optional binary name (UTF8); }
        optional group phones (LIST) { repeated group list { optional binary element (UTF8); } }
    }";
    let columns = [
        (Values::Int32(vec![1, 2, 3]), None),
        (Values::Bytes(vec!["明鹭".as_bytes()]), Some((vec![2, 1, 0], vec![]))),
        (Values::Bytes(vec![b"1", b"2", b"3"]), Some((vec![3, 3, 0, 3, 2], vec![0, 1, 0, 0, 1]))),
    ];
    let (header, rows) = read(write(schema, plain(), &columns)).expect("it is whole");
    assert_eq!(header, "id,unit.name,phones");
    assert_eq!(rows, ["1: 1,明鹭,1;2", "2: 2,,", "3: 3,,3"]);
    let nothing = [(Values::Int32(vec![]), Some((vec![0, 0], vec![])))];
    assert_eq!(read(write("message m { optional int32 x; }", plain(), &nothing)).expect("whole").1, [""; 0]);
}

#[test]
fn codecs() {
    let values = || [(Values::Int64((0..5000).collect()), None)];
    let schema = "message m { required int64 x; }";
    let codecs = [
        Compression::SNAPPY,
        Compression::GZIP(Default::default()),
        Compression::ZSTD(Default::default()),
        Compression::LZ4_RAW,
    ];
    for codec in codecs {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let properties = WriterProperties::builder().set_compression(codec).set_writer_version(version).build();
            let (_, rows) = read(write(schema, properties, &values())).expect("it is whole");
            assert_eq!((rows.len(), rows[4999].as_str()), (5000, "5000: 4999"), "{codec:?}");
        }
    }
    let properties = WriterProperties::builder().set_compression(Compression::LZ4).build();
    let error = read(write(schema, properties, &values())).expect_err("it is given up").to_string();
    assert!(error.contains("write it with zstd or snappy"), "{error}");
}

#[test]
fn a_dictionary_of_long_texts_does_not_fill_the_memory() {
    let long: &'static [u8] = Box::leak(vec![b'x'; 600_000].into_boxed_slice());
    let schema = "message m { required binary a (UTF8); required binary b (UTF8); }";
    let columns = [(Values::Bytes(vec![long; 100]), None), (Values::Bytes(vec![long; 100]), None)];
    let (_, rows) = read(write(schema, plain(), &columns)).expect("it is whole");
    assert_eq!(rows.len(), 100);
    assert!(rows.iter().all(|row| row.ends_with("! the row is longer than 1048576 bytes")), "{}", &rows[0][..40]);
    let repeated = [(Values::Bytes(vec![long; 2000]), None)];
    let error =
        read(write("message m { required binary a (UTF8); }", plain(), &repeated)).expect_err("a bomb").to_string();
    assert!(error.contains("decompression bomb"), "{error}");
}

#[test]
fn what_is_no_table_says_what_to_do() {
    let check = |bytes: &[u8], expect: &str| {
        let error = read(bytes.to_vec()).expect_err(expect).to_string();
        assert!(error.contains(expect), "{error}");
    };
    check(b"", "cut off");
    check(b"id,name\n1,x\n", "not a Parquet file");
    check(b"PAR1\xff\xff\xff\x7fPAR1", "its footer has");
    check(b"PAR1\x00\x00\x00\x00PARE", "encrypted");
    // A list of row groups that declares two thousand million items.
    check(b"PAR1\x15\x02\x39\xfc\xff\xff\xff\xff\x07\x00\x0a\x00\x00\x00PAR1", "longer than its bytes");
}

/// What is said of a file whose only page begins with this header.
#[track_caller]
fn check_header(header: &[u8], expect: &str) {
    let schema = "message m { required int32 x; }";
    let properties = WriterProperties::builder().set_dictionary_enabled(false).build();
    let mut bytes = write(schema, properties, &[(Values::Int32((0..64).collect()), None)]);
    // The header that the writer wrote begins behind the magic number; the values behind it make room.
    bytes[4..4 + header.len()].copy_from_slice(header);
    let error = read(bytes).expect_err(expect).to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn headers_that_can_be_read_in_two_ways_are_refused() {
    // 2^31 truth values, for which one reader takes a byte each and the other none, for hours.
    check_header(b"\x15\x00\x15\x10\x15\x10\x69\xf1\xff\xff\xff\xff\x07\x00", "longer than its bytes");
    check_header(b"\x15\x00\x15\x10\x15\x10\x69\x21\x01\x02\x00", "no known type");
    check_header(b"\x15\x00\x15\x10\x15\x10\x03\x04\x10\x00", "not in order");
    check_header(b"\x15\x00\x15\x10\x11\x10\x00", "another type than it should");
    check_header(b"\x15\x00\x15\x10\x15\x10\x25\x10\x0c\x00", "another type than it should");
    // The type of the page with 2^32 added, which a reader of 32 bits does not see.
    check_header(b"\x15\x84\x80\x80\x80\x20\x15\x10\x15\x10\x00", "too large");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn damaged_tables_are_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), at in any::<prop::sample::Index>()) {
        let schema = "message m { required int32 id; optional binary name (UTF8); }";
        let columns = [
            (Values::Int32(vec![1, 2, 3]), None),
            (Values::Bytes(vec!["明鹭".as_bytes(), "鹏程".as_bytes()]), Some((vec![1, 0, 1], vec![]))),
        ];
        let mut bytes = write(schema, plain(), &columns);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(bytes.clone());
        bytes.truncate(at.index(bytes.len()));
        let _ = read(bytes);
    }
}
