//! Rows that go over several lines, and those that do not end.

use std::io::Cursor;

use super::*;

/// Rows as `line: text`, refused ones with `!`.
fn rows(text: &str) -> Vec<String> {
    let input = Box::new(Cursor::new(text.as_bytes().to_vec()));
    let mut reader = LineReader::delimited(input, Dialect::CSV, None).expect("there is a header");
    let (mut batch, mut rows) = (Batch::default(), Vec::new());
    loop {
        reader.read(&mut batch).expect("memory does not fail");
        if batch.rows.is_empty() {
            return rows;
        }
        for row in &batch.rows {
            let mark = if batch.text(row).is_err() { "! " } else { "" };
            rows.push(format!("{}: {mark}{}", row.line, batch.lossy(row)));
        }
    }
}

#[test]
fn rows_behind_a_quote_that_is_not_closed() {
    assert_eq!(rows("h\n\"a\nb\n"), ["2: ! \"a", "3: b"]);
    assert_eq!(rows("h\na\",\"\na\",\"\nb\n"), ["2: ! a\",\"", "3: ! a\",\"", "4: b"]);
    let text = |n_bytes: usize| format!("h\n1,\"x\na\",\"\n{}\n\"\n3\n", "y".repeat(n_bytes));
    assert_eq!(rows(&text(1)), ["2: 1,\"x\na\",\"\ny\n\"", "6: 3"]);
    // The quote closes behind what may be looked through for the first row, and not for the second.
    let found = rows(&text(N_ROW_BYTES_MAX - 10));
    assert_eq!((found.len(), &found[0][..], &found[1][..9], &found[2][..]), (3, "2: ! 1,\"x", "3: a\",\"\ny", "6: 3"));
}

#[test]
fn quotes_that_are_never_closed_take_no_longer_than_their_bytes() {
    // Each line opens a quote, and leaves one open that was open: were every line looked through for every one before it,
    // this would take hours.
    const N_LINES: usize = 1 << 20;
    let found = rows(&format!("h\n{}", "a\",\"\n".repeat(N_LINES)));
    assert_eq!(found.len(), N_LINES);
    assert_eq!(found[N_LINES - 1], format!("{}: ! a\",\"", N_LINES + 1));
}
