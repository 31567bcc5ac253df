//! Is every row of every format accepted or quarantined, with its line and its reason?
//!
//! One delivery, as bad as departments send it, is written in each format and encoding, by writers that share no code with
//! the readers. The program links all files in one run. For each file the counts must add up, the quarantined rows must
//! have the right lines and reasons, the listed values the right kinds of issue, and every other row must be in the result.
//! What one format cannot carry (a ragged row of a table, a broken object) stands in the files of the others.

mod writers;

use std::collections::BTreeSet;
use std::path::Path;

use super::watched::{N_PEAK_BYTES_MAX, watch};
use crate::workshop::{Workshop, stderr};
use writers::{Written, packed};

/// Columns of all files.
const HEADER: [&str; 6] = ["登记号", "企业名称", "统一社会信用代码", "电话", "成立日期", "注册资本"];

/// The fields that they fill, in the same order; the first is the id.
const FIELDS: [&str; 6] = ["", "name", "uscc", "phone", "established", "capital"];

/// Two valid codes of two units, of which the second has no row of its own.
const CODES: [&str; 2] = ["91440305MA5ABCD195", "91440300708461136T"];

/// Stands for bytes that mean nothing in the encoding of the file.
const BAD: &str = "\u{fffd}";

/// A delivered row and what must become of it.
#[derive(Debug, Clone)]
struct Row {
    shape: Shape,
    fate: Fate,
}

#[derive(Debug, Clone)]
enum Shape {
    /// Cells, which every format can carry.
    Cells([String; 6]),
    /// Text of a row as it stands in the file, without its line end.
    Text(String),
    /// Cells, more than the header has.
    Wide(Vec<String>),
}

#[derive(Debug, Clone)]
enum Fate {
    Record,
    Repetition,
    /// A record with an issue of a field, of a kind.
    Issue(usize, &'static str),
    /// Reason; `{line}` is the row's own, `{first}` that of the first row, `{at}` the position of the bad byte.
    Quarantined(&'static str),
}

fn row(cells: [&str; 6], fate: Fate) -> Row {
    Row { shape: Shape::Cells(cells.map(String::from)), fate }
}

fn text(text: &str, fate: Fate) -> Row {
    Row { shape: Shape::Text(text.into()), fate }
}

/// What every format can carry.
fn common() -> Vec<Row> {
    use Fate::{Issue, Quarantined, Record, Repetition};
    let (long_value, long_id) = ("x".repeat(20_000), "9".repeat(300));
    let both = format!("{}、{}", CODES[0], CODES[1]);
    let name = "深圳市明鹭数据有限公司";
    vec![
        row(["1", name, CODES[0], "0755-82601234", "2024-05-01", "100"], Record),
        row(["2", "\"明鹭\", \"数据\"", "", "", "2024/5/1 0:00", "1,234.50"], Record),
        row(["3", "深圳市\n鹏程物流有限公司", "", "13800138000", "2024年5月1日", "１２３"], Record),
        row(["1", name, CODES[0], "0755-82601234", "2024-05-01", "100"], Repetition),
        row(
            ["1", "深圳市宏达有限公司", "", "", "", ""],
            Quarantined("record id '1' already stands on line {first} with other values"),
        ),
        row(["", "深圳市无号有限公司", "", "", "", ""], Quarantined("no record id")),
        row(["4", "", "", "", "", ""], Quarantined("none of the mapped columns has a value")),
        row(["5", &long_value, "", "", "", ""], Quarantined("a value has 20000 bytes; 16384 are allowed")),
        row(["6", "空\0字", "", "", "", ""], Quarantined("a value contains a zero byte: 空\\0字")),
        row(
            [&long_id, "深圳市长号有限公司", "", "", "", ""],
            Quarantined("the record id is longer than 256 bytes or contains a zero byte"),
        ),
        row(["7", "深圳市错误有限公司", "", "#N/A", "", ""], Issue(3, "spreadsheet_error")),
        row(["8", "深圳市公式有限公司", "", "=A1&B1", "", ""], Issue(3, "spreadsheet_error")),
        row(["9", "深圳市舍入有限公司", "9.14403001234567E+17", "", "", ""], Issue(2, "rounded_code")),
        row(["10", "深圳市双主体有限公司", &both, "", "", ""], Issue(2, "two_subjects")),
        row(["11", "深圳市错号有限公司", "", "12", "", ""], Issue(3, "invalid_phone")),
        row(["12", "深圳市错码有限公司", "91440305MA5ABCD19X", "", "", ""], Issue(2, "invalid_code")),
        row(["13", "深圳市错日有限公司", "", "", "2024-02-30", ""], Issue(4, "invalid_date")),
        row(["14", "深圳市错数有限公司", "", "", "", "很多"], Issue(5, "invalid_number")),
        row(["15", "深圳市序列有限公司", "", "", "45413", "3.5万"], Record),
        row(["16", "深圳市尾行有限公司", "", "", "", ""], Record),
    ]
}

/// What only rows of separated values can be; the last quote is never closed, and what follows it is read.
fn delimited(separator: char) -> Vec<Row> {
    use Fate::{Quarantined, Record};
    let with = |row: &str, fate| text(&row.replace(',', &separator.to_string()), fate);
    let bad = "byte {at} of the row is not {encoding}; if the file is not {encoding}, say so with 'encoding'";
    let mut rows = common();
    rows.extend([
        with("", Record),
        with("21,深圳市少列有限公司", Quarantined("2 columns where the header has 6")),
        with("22,深圳市多列有限公司,,,,,多,出", Quarantined("8 columns where the header has 6")),
        with("23,深圳市空列有限公司,,,,,,,,", Record),
        with("24,5\" 屏,,,,", Record),
        with(&format!("25,坏{BAD}字,,,,"), Quarantined(bad)),
        with(
            "26,\"深圳市未闭有限公司,,,,",
            Quarantined("the quote that opens on line {line} is not closed; read on behind line {line}"),
        ),
        with("27,深圳市其后有限公司,,,,", Record),
    ]);
    rows
}

fn json_lines() -> Vec<Row> {
    use Fate::{Quarantined, Record};
    let bad = "byte {at} of the row is not {encoding}; if the file is not {encoding}, say so with 'encoding'";
    let mut rows = common();
    rows.extend([
        text("", Record),
        text("{\"登记号\": 21, \"企业名称\": \"深圳市数字有限公司\", \"电话\": null}", Record),
        text("{\"登记号\": \"22\"", Quarantined("not JSON: EOF while parsing an object at line 1 column 18")),
        text("[\"23\"]", Quarantined("no record id")),
        text(&format!("{{\"登记号\": \"24\", \"企业名称\": \"坏{BAD}字\"}}"), Quarantined(bad)),
    ]);
    rows
}

fn sheet() -> Vec<Row> {
    let mut rows = common();
    let wide = ["21", "深圳市多列有限公司", "", "", "", "", "多"].map(String::from).to_vec();
    rows.push(Row { shape: Shape::Wide(wide), fate: Fate::Quarantined("7 columns where the header has 6") });
    rows
}

fn table() -> Vec<Row> {
    let mut rows = common();
    rows.push(row(["21", BAD, "", "", "", ""], Fate::Quarantined("a value is not UTF-8")));
    rows
}

/// All files of the delivery.
fn files() -> Vec<(&'static str, Vec<Row>, Written)> {
    let text = |name: &'static str, rows: Vec<Row>, written: Written| (name, rows, written);
    let csv = |name, encoding, has_mark| {
        let rows = delimited(',');
        let written = writers::delimited(&rows, ',', encoding, has_mark);
        text(name, rows, written)
    };
    let tsv = delimited('\t');
    let written = writers::delimited(&tsv, '\t', "UTF-8", false);
    vec![
        csv("a.csv", "UTF-8", false),
        csv("mark.csv", "UTF-8", true),
        csv("le.csv", "UTF-16LE", true),
        csv("be.csv", "UTF-16BE", true),
        csv("bare-le.csv", "UTF-16LE", false),
        csv("bare-be.csv", "UTF-16BE", false),
        csv("gb.csv", "GB18030", false),
        text("a.tsv", tsv, written),
        text("a.jsonl", json_lines(), writers::json_lines(&json_lines())),
        text("a.xlsx", sheet(), writers::sheet(&sheet())),
        text("a.parquet", table(), writers::table(&table())),
    ]
}

fn config_of(files: &[String]) -> String {
    let fields: Vec<String> = (1..6).map(|at| format!("{} = \"{}\"\n", FIELDS[at], HEADER[at])).collect();
    let section = |file: &String| {
        let (id, fields) = (HEADER[0], fields.concat());
        format!(
            "[[source]]\nname = \"{file}\"\nkind = \"enterprise\"\npath = \"{file}\"\nrecord_id = \"{id}\"\n[source.fields]\n{fields}"
        )
    };
    files.iter().map(section).collect()
}

fn list(path: &Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_path(path).expect("the list is written");
    reader.records().collect::<Result<_, _>>().expect("it is CSV")
}

#[test]
fn every_row_of_every_format_has_its_fate() {
    let workshop = Workshop::of_files(&[]);
    let mut expected = Vec::new();
    for (name, rows, written) in files() {
        std::fs::write(workshop.file(name), &written.bytes).expect("writes");
        let packed_name = format!("{name}.gz");
        std::fs::write(workshop.file(&packed_name), packed(&written.bytes)).expect("writes");
        expected.push((name.to_string(), rows.clone(), written.clone()));
        expected.push((packed_name, rows, written));
    }
    let names: Vec<String> = expected.iter().map(|(name, ..)| name.clone()).collect();
    std::fs::write(workshop.config(), config_of(&names)).expect("writes");
    let run = watch(workshop.command(&["link", "--config", "{config}", "--out", "{out}"]));
    let told = stderr(&run.output);
    assert!(run.output.status.success(), "{told}");
    println!("{} files: {} MiB at most", names.len(), run.n_peak_bytes.unwrap_or(0) >> 20);
    assert!(run.n_peak_bytes.is_none_or(|n_bytes| n_bytes < N_PEAK_BYTES_MAX), "{:?} bytes", run.n_peak_bytes);
    let quarantine = list(&workshop.out("out.quarantine.csv"));
    let issues = list(&workshop.out("out.issues.csv"));
    let members = list(&workshop.out("out"));
    for (name, rows, written) in &expected {
        let path = workshop.file(name).display().to_string();
        let of_file = |row: &&csv::StringRecord| row[0] == path;
        let found: Vec<String> =
            quarantine.iter().filter(of_file).map(|row| format!("{}: {}", &row[1], &row[2])).collect();
        assert_eq!(found, written.quarantined(rows), "{name}: quarantine");
        let found: Vec<String> =
            issues.iter().filter(of_file).map(|row| [&row[1], &row[2], &row[3], &row[4], &row[5]].join(" ")).collect();
        assert_eq!(found, written.issues(rows), "{name}: issues");
        let found: BTreeSet<&str> = members.iter().filter(|row| &row[0] == name).map(|row| &row[1]).collect();
        assert_eq!(found, written.accepted(rows), "{name}: records");
        let (n_quarantined, n_accepted) = (written.quarantined(rows).len(), written.accepted(rows).len() + 1);
        let counts = format!("{path} · {} = {n_accepted} (1) + {n_quarantined}", n_quarantined + n_accepted);
        assert!(told.contains(&counts), "{name}: {counts}\n{told}");
    }
    // A code is read as the same one from every file.
    let entities: BTreeSet<&str> = members.iter().filter(|row| &row[1] == "1").map(|row| &row[2]).collect();
    assert_eq!(entities.len(), 1, "one unit in {} files", names.len());
}

#[test]
fn files_without_rows_are_accepted_with_a_warning() {
    let workshop = Workshop::of_files(&[]);
    let header = HEADER.join(",");
    let files = [
        ("empty.csv", Vec::new(), "the file is empty"),
        ("header.csv", header.clone().into_bytes(), "the file has no rows"),
        ("header.tsv", header.replace(',', "\t").into_bytes(), "the file has no rows"),
        ("empty.jsonl", Vec::new(), "the file has no rows"),
        ("header.xlsx", writers::sheet(&[]).bytes, "the file has no rows"),
        ("header.parquet", writers::table(&[]).bytes, "the file has no rows"),
        ("empty.csv.gz", packed(b""), "the file is empty"),
        ("header.csv.gz", packed(header.as_bytes()), "the file has no rows"),
    ];
    for (name, bytes, _) in &files {
        std::fs::write(workshop.file(name), bytes).expect("writes");
    }
    let names: Vec<String> = files.iter().map(|(name, ..)| name.to_string()).collect();
    std::fs::write(workshop.config(), config_of(&names)).expect("writes");
    let run = workshop.run(&["link", "--config", "{config}", "--out", "{out}"]);
    let told = stderr(&run);
    assert!(run.status.success(), "{told}");
    let mut lines = told.lines();
    for (name, _, warning) in files {
        let path = workshop.file(name).display().to_string();
        lines.find(|line| line.contains(&format!("{path} · 0 = 0 (0) + 0"))).expect("the file is counted");
        assert!(lines.next().is_some_and(|line| line.contains(warning)), "{name}: {warning}\n{told}");
    }
}

#[test]
fn a_missing_column_names_the_nearest_one() {
    let names = ["a.csv", "a.tsv", "a.xlsx", "a.parquet", "a.csv.gz"];
    for name in names {
        let workshop = Workshop::of_files(&[]);
        let (_, _, written) = files().into_iter().find(|(known, ..)| name.starts_with(known)).expect("it is listed");
        let bytes = if name.ends_with(".gz") { packed(&written.bytes) } else { written.bytes };
        std::fs::write(workshop.file(name), bytes).expect("writes");
        let config = config_of(&[name.to_string()]).replace("企业名称", "企业全称");
        std::fs::write(workshop.config(), config).expect("writes");
        let run = workshop.run(&["link", "--config", "{config}", "--out", "{out}"]);
        assert_eq!(run.status.code(), Some(2));
        let told = stderr(&run);
        let wanted = format!("no column '企业全称' (did you mean '企业名称'?); the file has: {}", HEADER.join(", "));
        assert!(told.contains(name) && told.contains(&wanted), "{told}");
    }
}
