//! Cells and rows: quoting, leniency, and that rows which are written are read again.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(row: &str, expect: &[&str]) {
    assert_eq!(cells(row, Dialect::CSV).expect(row), expect);
}

#[test]
fn quoting() {
    check("1,明鹭,", &["1", "明鹭", ""]);
    check("1,\"a,b\",2", &["1", "a,b", "2"]);
    check("1,\"a\"\"b\",2", &["1", "a\"b", "2"]);
    check("1,\"a\nb\",2", &["1", "a\nb", "2"]);
    check("1,5\" 屏,2", &["1", "5\" 屏", "2"]);
    check("1,\"a\"b,2", &["1", "ab", "2"]);
    check("1,a\rb", &["1", "a\rb"]);
}

#[test]
fn a_byte_order_mark_within_a_file_is_a_character() {
    let row = ["\u{feff}", "\u{feff}明鹭"].map(String::from);
    for cells_of_row in [&row[..], &row[..1], &row[1..]] {
        let mut out = Vec::new();
        push_row(&mut out, cells_of_row.iter().map(String::as_str));
        assert_eq!(cells(&String::from_utf8(out).expect("cells are text"), Dialect::CSV).as_deref(), Ok(cells_of_row));
    }
}

#[test]
fn dialects() {
    let bars = Dialect { delimiter: b'|', quote: Some(b'\'') };
    assert_eq!(cells("a|'b|c'|\"d", bars).expect("a row"), ["a", "b|c", "\"d"]);
    let plain = Dialect { delimiter: b'\t', quote: None };
    assert_eq!(cells("\"a\tb", plain).expect("a row"), ["\"a", "b"]);
}

#[test]
fn a_line_end_outside_quotes_is_refused() {
    assert_eq!(cells("1,a\n2,b", Dialect::CSV), Err("a line ends outside quotes".into()));
    assert_eq!(cells("1,\"a\"b\n2", Dialect::CSV), Err("a line ends outside quotes".into()));
    check("1,\"a\n\"", &["1", "a\n"]);
}

#[test]
fn too_many_columns() {
    let row = ",".repeat(N_COLUMNS_MAX * 4);
    assert_eq!(cells(&row, Dialect::CSV), Err(format!("more than {N_COLUMNS_MAX} columns")));
}

#[track_caller]
fn check_open(lines: &[&[u8]], encoding: Encoding, delimiter: u8, expect: &[bool]) {
    let mut scan = QuoteScan::new(Dialect { delimiter, quote: Some(b'"') }, encoding);
    let found: Vec<bool> = lines.iter().map(|line| scan.line(line)).collect();
    assert_eq!(found, expect);
}

#[test]
fn where_a_row_goes_on() {
    check_open(&[b"1,\"a"], Encoding::Utf8, b',', &[true]);
    check_open(&[b"1,\"a", b"b\",2"], Encoding::Utf8, b',', &[true, false]);
    check_open(&[b"1,\"a", b"", b"b\"\"c", b"\""], Encoding::Utf8, b',', &[true, true, true, false]);
    check_open(&[b"1,5\" x,2"], Encoding::Utf8, b',', &[false]);
    check_open(&[b"\"a\"\"", b"\""], Encoding::Utf8, b',', &[true, false]);
    // In GB18030 the second byte of a character can be a bar: no delimiter, so that no quote opens behind it.
    check_open(&[b"1|\x81|\"a"], Encoding::Gb18030, b'|', &[false]);
    check_open(&[b"1|\x81|\"a"], Encoding::Utf8, b'|', &[true]);
}

proptest! {
    #[test]
    fn a_written_row_is_read_again(row in prop::collection::vec("[^\0]{0,12}", 1..6)) {
        let mut out = Vec::new();
        push_row(&mut out, row.iter().map(String::as_str));
        let text = String::from_utf8(out).expect("cells are text");
        // One empty cell and no cell are written alike.
        prop_assume!(!text.is_empty());
        prop_assert_eq!(cells(&text, Dialect::CSV).expect("a row"), row);
    }

    #[test]
    fn the_scan_agrees_with_the_parser(text in "[a,\"\n]{0,40}") {
        // A row is whole where the scan says so: appending a line end and a cell gives a second record.
        let mut scan = QuoteScan::new(Dialect::CSV, Encoding::Utf8);
        let is_open = text.split('\n').fold(false, |_, line| scan.line(line.as_bytes()));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let last = reader.records().last().and_then(Result::ok);
        let ends_in_cell = last.is_some_and(|record| record.iter().next_back().is_some_and(|cell| cell.contains('\n')));
        // An open quote at the end of the text: the parser takes everything from there into its last cell.
        if !text.contains('\n') && !text.contains('"') {
            prop_assert!(!is_open && !ends_in_cell);
        }
        let closed = format!("{text}\"");
        let mut scan = QuoteScan::new(Dialect::CSV, Encoding::Utf8);
        let is_open_after = closed.split('\n').fold(false, |_, line| scan.line(line.as_bytes()));
        prop_assert!(!(is_open && is_open_after), "one more quote closes what is open");
    }
}
