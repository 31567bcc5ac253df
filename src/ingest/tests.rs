//! Every row is accepted or quarantined, with its line and reason, whatever the bytes.

use minglu_rules::blocking;
use minglu_rules::schema::Schema;
use proptest::prelude::*;

use super::lines::N_ROW_BYTES_MAX;
use super::mapping::{N_ID_BYTES_MAX, N_VALUE_BYTES_MAX};
use super::*;
use crate::progress::Quiet;

const CONFIG: &str = r#"
[[source]]
name = "market"
kind = "enterprise"
path = "market.csv"
record_id = "id"
[source.fields]
name = "name"
phone = { column = "phone", split = ";" }
"#;

/// Reads one file under a configuration that names it.
fn read_file(config: &str, file: &str, bytes: &[u8]) -> Result<Delivery> {
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(dir.path().join("minglu.toml"), config).expect("writes");
    std::fs::write(dir.path().join(file), bytes).expect("writes");
    read(&Config::read(&dir.path().join("minglu.toml"))?, None, &Quiet)
}

fn market(bytes: &[u8]) -> Delivery {
    read_file(CONFIG, "market.csv", bytes).expect("the file has a header")
}

/// Accepted records as `id@line`, quarantined rows as `line: reason`.
#[track_caller]
fn check(rows: &[u8], accepted: &str, quarantined: &[&str]) {
    let delivery = market(&[b"id,name,phone\n", rows].concat());
    let found: Vec<String> = delivery.kinds[0]
        .records
        .iter()
        .zip(&delivery.kinds[0].received)
        .map(|(record, received)| format!("{}@{}", record.key.id, received.line))
        .collect();
    assert_eq!(found.join(" "), accepted);
    let found: Vec<String> = delivery.quarantined.iter().map(|row| format!("{}: {}", row.line, row.reason)).collect();
    assert_eq!(found, quarantined);
    let counts = &delivery.counts[0];
    assert_eq!(counts.n_read, counts.n_accepted + counts.n_quarantined);
}

#[test]
fn rows_and_line_ends() {
    check("1,明鹭,\n2,鹏程,\n".as_bytes(), "1@2 2@3", &[]);
    check("1,明鹭,\r\n2,鹏程,".as_bytes(), "1@2 2@3", &[]);
    check("\n1,明鹭,\n\n  \n2,鹏程,\n".as_bytes(), "1@3 2@6", &[]);
    check("1,\"明\n鹭\",\n2,鹏程,\n".as_bytes(), "1@2 2@4", &[]);
    check("1,\"明鹭 \"\"数据\"\", 一\",\n".as_bytes(), "1@2", &[]);
    check(b"", "", &[]);
}

#[test]
fn rows_that_cannot_be_used() {
    check(",明鹭,\n".as_bytes(), "", &["2: no record id"]);
    check("1,明鹭\n".as_bytes(), "", &["2: 2 columns where the header has 3"]);
    check("1,明鹭,,x,\n2,鹏程,\n".as_bytes(), "2@3", &["2: 5 columns where the header has 3"]);
    check("1,明鹭,,,\n2,鹏程,\n".as_bytes(), "1@2 2@3", &[]);
    check(b"1,,\n", "", &["2: none of the mapped columns has a value"]);
    check(
        &[b"1,\xff\xfe,\n".as_slice(), "2,鹏程,\n".as_bytes()].concat(),
        "2@3",
        &["2: byte 3 of the row is not UTF-8; if the file is not UTF-8, say so with 'encoding'"],
    );
    check(
        "1,\"明鹭,\n2,鹏程,\n".as_bytes(),
        "2@3",
        &["2: the quote that opens on line 2 is not closed; read on behind line 2"],
    );
    check("1,明\0鹭,\n".as_bytes(), "", &["2: a value contains a zero byte: 明\\0鹭"]);
    let long = format!("{},明鹭,\n", "9".repeat(N_ID_BYTES_MAX + 1));
    check(long.as_bytes(), "", &["2: the record id is longer than 256 bytes or contains a zero byte"]);
    let long = format!("1,{},\n", "鹭".repeat(N_VALUE_BYTES_MAX));
    check(long.as_bytes(), "", &["2: a value has 49152 bytes; 16384 are allowed"]);
}

#[test]
fn a_quote_that_is_never_closed_costs_one_line() {
    let n_rows = N_ROW_BYTES_MAX / 8;
    let rows: String = (0..n_rows).map(|id| format!("{id},鹏程,\n")).collect();
    let delivery = market(format!("id,name,phone\nx,\"明鹭,\n{rows}").as_bytes());
    assert_eq!(delivery.quarantined.len(), 1);
    assert_eq!(delivery.quarantined[0].reason, "the quote that opens on line 2 is not closed; read on behind line 2");
    assert_eq!(delivery.quarantined[0].row, "x,\"明鹭,");
    assert_eq!(delivery.kinds[0].records.len(), n_rows, "everything behind it is read");
}

#[test]
fn a_row_that_is_too_long_costs_itself() {
    let long = "长".repeat(N_ROW_BYTES_MAX);
    let delivery = market(format!("id,name,phone\n1,{long},\n2,鹏程,\n").as_bytes());
    assert_eq!(delivery.quarantined[0].reason, format!("the row is longer than {N_ROW_BYTES_MAX} bytes"));
    assert!(delivery.quarantined[0].row.starts_with("1,长长"));
    assert_eq!(delivery.kinds[0].received.iter().map(|received| received.line).collect::<Vec<_>>(), [3]);
}

#[test]
fn a_file_without_rows_is_accepted_with_a_warning() {
    let warnings = |bytes: &[u8]| market(bytes).counts[0].warnings.clone();
    assert_eq!(warnings(b""), ["the file is empty: it has no header and no rows"]);
    assert_eq!(warnings(b"\n \r\n"), ["the file is empty: it has no header and no rows"]);
    assert_eq!(warnings(b"id,name,phone\n"), ["the file has no rows"]);
    assert_eq!(warnings("id,name,phone\n1,明鹭,\n".as_bytes()), [""; 0]);
    let twice = warnings("id,name,name,phone\n1,明鹭,,\n".as_bytes());
    assert_eq!(twice, ["the columns 2, 3 are all named 'name'; the first is read"]);
}

#[test]
fn a_column_of_two_lines_does_not_part_an_error() {
    let error = read_file(CONFIG, "market.csv", b"id,\"na\nme\"\n1,x\n").expect_err("columns are missing").to_string();
    assert!(error.contains("the file has: id, na\\nme") && !error.contains('\n'), "{error}");
}

#[test]
fn issues_are_listed_with_their_place() {
    let mut delivery = market("id,name,phone\n1,明鹭,12\n2,#N/A,13800138000\n3,鹏程,1.38E+10\n".as_bytes());
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::mem::take(&mut delivery.issues).write(file.path()).expect("writes");
    let mut reader = csv::Reader::from_path(file.path()).expect("opens");
    let rows: Vec<csv::StringRecord> = reader.records().collect::<std::result::Result<_, _>>().expect("is CSV");
    let found: Vec<String> = rows.iter().map(|row| [&row[1], &row[2], &row[3], &row[4], &row[5]].join(" ")).collect();
    let expect = ["2 1 phone invalid_phone 12", "3 2 name spreadsheet_error #N/A", "4 3 phone rounded_code 1.38E+10"];
    assert_eq!(found, expect);
    assert!(rows.iter().all(|row| row[0].ends_with("market.csv") && !row[6].is_empty()));
    assert_eq!(delivery.n_issues.values().sum::<u64>(), 3);
}

#[test]
fn the_first_row_of_an_id_is_kept() {
    check("1,明鹭,\n1,明鹭,\n".as_bytes(), "1@2", &[]);
    check(
        "1,明鹭,\n2,鹏程,\n1,宏达,\n".as_bytes(),
        "1@2 2@3",
        &["4: record id '1' already stands on line 2 with other values"],
    );
    let delivery = market("id,name,phone\n1,明鹭,\n1,明鹭,\n1,宏达,\n".as_bytes());
    assert_eq!((delivery.counts[0].n_accepted, delivery.counts[0].n_duplicates), (2, 1));
    assert_eq!(delivery.quarantined[0].row, "1,宏达,");
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_column() {
    assert_eq!(market("\u{feff}id,name,phone\n1,明鹭,\n".as_bytes()).kinds[0].records.len(), 1);
}

#[test]
fn a_missing_column_is_an_error_that_lists_the_columns() {
    let error = read_file(CONFIG, "market.csv", b"id,phones\n").expect_err("no name").to_string();
    assert!(
        error.contains(
            "market.csv:1: no column 'name', no column 'phone' (did you mean 'phones'?); the file has: id, phones"
        ),
        "{error}"
    );
    let error = read_file(CONFIG, "other.csv", b"").expect_err("no such file").to_string();
    assert!(error.contains("market.csv: No such file"), "{error}");
}

#[test]
fn values_are_trimmed_and_split() {
    let delivery = market("id,name,phone\n 1 , 明鹭 ,13800138000; 13800138001;\n".as_bytes());
    let record = &delivery.kinds[0].records[0];
    let raw: Vec<&str> = record.values.iter().map(|value| record.raw(value)).collect();
    assert_eq!((&*record.key.id, raw), ("1", vec!["明鹭", "13800138000", "13800138001"]));
}

#[test]
fn json_lines_are_read_by_pointer() {
    let config = CONFIG.replace("market.csv", "market.jsonl").replace("\"name\"\n", "\"/unit/names\"\n");
    let rows = r#"{"id": 7, "unit": {"names": ["明鹭", "鹏程"]}, "phone": null}
{"id": "8", "unit": {"names": "宏达"}}
{"id": "9"
["10"]
"#;
    let delivery = read_file(&config, "market.jsonl", rows.as_bytes()).expect("no header is needed");
    let n_values: Vec<(&str, usize)> =
        delivery.kinds[0].records.iter().map(|record| (&*record.key.id, record.values.len())).collect();
    assert_eq!(n_values, [("7", 2), ("8", 1)]);
    let lines: Vec<u64> = delivery.quarantined.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 4]);
    assert!(delivery.quarantined[0].reason.starts_with("not JSON: "));
}

#[test]
fn one_file_may_hold_several_sources() {
    let config = CONFIG.replace("name = \"market\"", "source_column = \"from\"\nranks = { tax = 1 }");
    let rows = "id,name,phone,from\n1,明鹭,,market\n1,明鹭,,tax\n2,鹏程,,\n3,鹏程,,a:b\n";
    let delivery = read_file(&config, "market.csv", rows.as_bytes()).expect("the columns are there");
    let sources: Vec<(&str, u32)> = delivery.sources.iter().map(|source| (&*source.name, source.rank)).collect();
    assert_eq!(sources, [("tax", 1), ("market", 100)]);
    assert_eq!(delivery.quarantined.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 5]);
}

#[test]
fn the_quarantine_file_has_every_row() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(dir.path().join("minglu.toml"), CONFIG).expect("writes");
    std::fs::write(dir.path().join("market.csv"), "id,name,phone\n1,\"明\n鹭\"\n2,鹏程,\n").expect("writes");
    let config = Config::read(&dir.path().join("minglu.toml")).expect("reads");
    let delivery = read(&config, None, &Quiet).expect("reads");
    let path = dir.path().join("quarantine.csv");
    write_quarantine(&path, &config, &delivery.quarantined).expect("writes");
    let mut reader = csv::Reader::from_path(&path).expect("opens");
    let rows: Vec<csv::StringRecord> = reader.records().collect::<std::result::Result<_, _>>().expect("is CSV");
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0][1], &rows[0][3]), ("2", "1,\"明\n鹭\""));
}

/// Files of junk: broken quotes, ragged rows, bad bytes, empty and repeated ids, embedded and mixed line ends.
fn junk() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&[u8]; 17] = [
        b"1",
        b"2",
        b"3",
        b",",
        b",",
        b",",
        b"\"",
        b"\"\"",
        b"\n",
        b"\n",
        b"\r\n",
        b"\r",
        b"\xff",
        b" ",
        b"\0",
        "明鹭".as_bytes(),
        b"13800138000",
    ];
    const ROWS: [&str; 6] = ["1,明鹭,\n", "1,明鹭,\n", "1,鹏程,\n", "2,\"明\n鹭\",\r\n", ",明鹭,\n", "3,明鹭\n"];
    let piece = prop::sample::select(PIECES.to_vec()).prop_map(<[u8]>::to_vec);
    let row = prop::sample::select(ROWS.to_vec()).prop_map(|row| row.as_bytes().to_vec());
    let parts = prop::collection::vec(prop_oneof![3 => piece, 2 => row], 0..40);
    parts.prop_map(|parts| [b"id,name,phone\n".to_vec(), parts.concat()].concat())
}

proptest! {
    #[test]
    fn read_is_accepted_and_quarantined(bytes in junk()) {
        let delivery = market(&bytes);
        let counts = &delivery.counts[0];
        prop_assert_eq!(counts.n_read, counts.n_accepted + counts.n_quarantined);
        prop_assert_eq!(counts.n_quarantined, delivery.quarantined.len() as u64);
        prop_assert_eq!(counts.n_accepted, delivery.kinds[0].records.len() as u64 + counts.n_duplicates);
    }

    #[test]
    fn a_quarantined_row_stands_on_the_line_it_names(bytes in junk()) {
        let lines: Vec<String> = bytes.split(|byte| *byte == b'\n').map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        let config = CONFIG.replace("record_id", "encoding = \"utf-8\"\nrecord_id");
        for row in read_file(&config, "market.csv", &bytes).expect("the file has a header").quarantined {
            let first = row.row.split('\n').next().unwrap_or_default();
            let line = &lines[row.line as usize - 1];
            prop_assert_eq!(line.trim_end_matches('\r'), first.trim_end_matches('\r'), "line {}", row.line);
            prop_assert!(!row.reason.is_empty());
        }
    }

    #[test]
    fn records_are_sorted_and_each_key_stands_once(bytes in junk()) {
        let delivery = market(&bytes);
        prop_assert!(delivery.kinds[0].records.is_sorted_by(|a, b| a.key < b.key));
    }

    #[test]
    fn a_stored_row_is_read_as_it_was(name in "[^\0\r\n]{1,12}", phone in "[0-9;]{0,24}") {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["id", "name", "phone"]).expect("writes");
        writer.write_record(["1", &name, &phone]).expect("writes");
        let bytes = writer.into_inner().expect("writes");
        let delivery = market(&bytes);
        let text = String::from_utf8(bytes).expect("UTF-8");
        let raw = text.split_once('\n').map(|(_, row)| row.trim_end_matches('\n')).unwrap_or_default();
        if let Some(record) = delivery.kinds[0].records.first() {
            let schema = Schema::shipped_text("enterprise").expect("it is shipped");
            let config = Config::restore(CONFIG, &[schema]).expect("it was read");
            let columns = Columns::find(&config.sections[0], &delivery.headers[0]).expect("found before");
            let again = reread(&config, 0, &columns, (SourceIdx(0), "1"), raw).expect("accepted before");
            let schema = &config.kinds[0].schema;
            prop_assert_eq!(blocking::keys(&again, schema), blocking::keys(record, schema));
            prop_assert_eq!(again.text.clone(), record.text.clone());
        }
    }
}
