//! Sheets: what cells become, what is refused, and that no bytes are too odd.
//!
//! Workbooks are written by rust_xlsxwriter, which shares no code with the reader, or by hand where no honest program
//! would write them so ([`zip`]).

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::style::{NumberStyle, of_code};
use super::*;

fn read(bytes: Vec<u8>, sheet: Option<&str>) -> io::Result<(Vec<String>, Vec<String>)> {
    let mut reader = SheetReader::open(Cursor::new(bytes), sheet)?;
    let (mut batch, mut rows) = (Batch::default(), Vec::new());
    loop {
        reader.read(&mut batch)?;
        if batch.rows.is_empty() {
            return Ok((reader.header().to_vec(), rows));
        }
        for row in &batch.rows {
            let text = batch.text(row).map_or_else(|reason| format!("! {reason}"), |text| text.into_owned());
            rows.push(format!("{}: {text}", row.line));
        }
    }
}

/// A sheet with a header `a,b,c` that a function fills.
#[track_caller]
fn check(
    fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet) -> Result<(), rust_xlsxwriter::XlsxError>,
    expect: &[&str],
) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["a", "b", "c"].iter().enumerate() {
        sheet.write(0, column as u16, *name).expect("a cell is written");
    }
    fill(sheet).expect("cells are written");
    let (header, rows) = read(book.save_to_buffer().expect("a workbook is written"), None).expect("it is whole");
    assert_eq!((header.join(","), rows), ("a,b,c".to_string(), expect.iter().map(|row| row.to_string()).collect()));
}

#[test]
fn texts_and_empty_cells() {
    check(
        |sheet| {
            sheet.write(1, 0, "1")?.write(1, 1, "明鹭, \"数据\"")?.write(1, 2, "两\n行")?;
            sheet.write(3, 1, "只有一格")?;
            sheet.write_blank(5, 0, &Format::new().set_bold())?;
            sheet.write(6, 0, "最后")?.write(6, 4, "多出")?;
            sheet.set_row_hidden(3).map(|_| ())
        },
        &["2: 1,\"明鹭, \"\"数据\"\"\",\"两\n行\"", "4: ,只有一格,", "7: 最后,,,,多出"],
    );
}

#[test]
fn numbers() {
    check(
        |sheet| {
            sheet.write(1, 0, 5.0)?.write(1, 1, 0.1 + 0.2)?.write(1, 2, -1.5)?;
            sheet.write(2, 0, 13_800_138_000.0)?.write(2, 1, true)?.write(2, 2, false)?;
            // A credit code that was typed as a number: Excel keeps fifteen digits of it.
            sheet.write(3, 0, 914_403_001_234_567_000.0)?.write(3, 1, 123_456_789_012_345.0)?;
            sheet.write_with_format(4, 0, 123.0, &Format::new().set_num_format("000000"))?;
            sheet.write_with_format(4, 1, 0.5, &Format::new().set_num_format("0%")).map(|_| ())
        },
        &["2: 5,0.3,-1.5", "3: 13800138000,TRUE,FALSE", "4: 9.14403001234567E+17,123456789012345,", "5: 000123,0.5,"],
    );
}

#[test]
fn dates() {
    let day = |text: &str| ExcelDateTime::parse_from_str(text).expect("a date");
    let style = |code: &str| Format::new().set_num_format(code);
    check(
        |sheet| {
            sheet.write_with_format(1, 0, day("2024-05-01"), &style("yyyy\\-mm\\-dd"))?;
            sheet.write_with_format(1, 1, day("2024-05-01T08:30:00"), &style("yyyy/m/d h:mm"))?;
            sheet.write_with_format(1, 2, day("2024-05-01"), &style("yyyy\"年\"m\"月\"d\"日\";@"))?;
            // 31 is a day in the formats of Chinese.
            sheet.write_with_format(2, 0, 45413.0, &Format::new().set_num_format_index(31))?;
            sheet.write_with_format(2, 1, 0.5, &style("h:mm"))?;
            sheet.write(2, 2, 45413.0)?;
            sheet.write_with_format(3, 0, 60.0, &style("yyyy-mm-dd")).map(|_| ())
        },
        &["2: 2024-05-01,2024-05-01 08:30:00,2024-05-01", "3: 2024-05-01,12:00:00,45413", "4: 60,,"],
    );
}

#[test]
fn formulas_and_errors() {
    check(
        |sheet| {
            sheet.write_formula(1, 0, Formula::new("=A1&B1").set_result("ab"))?;
            sheet.write_formula(1, 1, Formula::new("=1+1").set_result("2"))?;
            sheet.write_formula(1, 2, Formula::new("=VLOOKUP(1,A:B,2,0)").set_result("#N/A")).map(|_| ())
        },
        &["2: ab,2,#N/A"],
    );
}

#[test]
fn the_header_is_the_first_row_with_a_value() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(2, 0, 2, 2, "企业名录", &Format::new().set_bold()).expect("cells are merged");
    sheet.write(3, 2, "x").expect("a cell is written");
    let (header, rows) = read(book.save_to_buffer().expect("written"), None).expect("it is whole");
    assert_eq!(
        (header, rows),
        (vec!["企业名录".to_string(), String::new(), String::new()], vec!["4: ,,x".to_string()])
    );
}

#[test]
fn sheets_are_found_by_name() {
    let mut book = Workbook::new();
    let hidden = book.add_worksheet();
    hidden.set_name("说明").expect("named").set_hidden(true).write(0, 0, "hidden").expect("written");
    // The first sheet can only be hidden where another one is active.
    let shown = book.add_worksheet().set_active(true);
    shown.set_name("名录 & 变更").expect("named").write(0, 0, "shown").expect("written");
    let bytes = book.save_to_buffer().expect("written");
    let header = |sheet| read(bytes.clone(), sheet).map(|(header, _)| header.join(","));
    assert_eq!(header(None).expect("a visible sheet"), "shown");
    assert_eq!(header(Some("说明")).expect("a hidden sheet"), "hidden");
    assert_eq!(header(Some("名录 & 变更")).expect("a sheet"), "shown");
    let error = header(Some("名册")).expect_err("no such sheet").to_string();
    assert_eq!(error, "no sheet '名册'; the workbook has: 说明, 名录 & 变更");
}

#[test]
fn an_empty_sheet_has_no_header() {
    let mut book = Workbook::new();
    book.add_worksheet();
    assert_eq!(read(book.save_to_buffer().expect("written"), None).expect("it is whole"), (vec![], vec![]));
}

#[test]
fn formats_of_dates() {
    let check = |code: &str, style: NumberStyle| assert_eq!(of_code(code), style, "{code}");
    check("General", NumberStyle::Plain);
    check("0.00E+00", NumberStyle::Plain);
    check("#,##0\" days\"", NumberStyle::Plain);
    check("[Red]0.00", NumberStyle::Plain);
    check("[$-804]yyyy\"年\"", NumberStyle::Date);
    check("[h]:mm", NumberStyle::Date);
    check("mm/dd/yy", NumberStyle::Date);
    check("0\\d", NumberStyle::Plain);
    check("000000000", NumberStyle::Padded(9));
    check("0;\"d\"", NumberStyle::Plain);
    check(&"0".repeat(255), NumberStyle::Padded(255));
    // More digits than a number can be told to have: formatting would panic from 65,536 on.
    check(&"0".repeat(70_000), NumberStyle::Plain);
}

/// A zip file of deflated parts, written as no honest program would.
pub(crate) fn zip(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in parts {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory does not fail");
        let packed = encoder.finish().expect("memory does not fail");
        let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend((packed.len() as u32).to_le_bytes());
        // Declares an unpacked size of one byte, whatever it is.
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
        file.extend(packed);
    }
    let offset = file.len() as u32;
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    let n_parts = (parts.len() as u16).to_le_bytes();
    file.extend([n_parts, n_parts].concat());
    file.extend((directory.len() as u32).to_le_bytes());
    file.extend(offset.to_le_bytes());
    file.extend([0, 0]);
    file
}

/// A workbook with one sheet and shared strings, as XML.
fn workbook(sheet: &str, strings: &str) -> Vec<u8> {
    let rels =
        "<Relationships><Relationship Id=\"r1\" Type=\"x/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
    let inner = "<Relationships><Relationship Id=\"s1\" Type=\"x/worksheet\" Target=\"/xl/s.xml\"/>\
        <Relationship Id=\"t\" Type=\"x/sharedStrings\" Target=\"./t.xml\"/></Relationships>";
    let book = "<workbook><sheets><sheet name=\"s\" r:id=\"s1\"/></sheets></workbook>";
    zip(&[
        ("_rels/.rels", rels.into()),
        ("xl/workbook.xml", book.into()),
        ("xl/_rels/workbook.xml.rels", inner.into()),
        ("xl/s.xml", sheet.into()),
        ("xl/t.xml", strings.into()),
    ])
}

#[track_caller]
fn check_xml(cells: &str, strings: &str, expect: &str) {
    let sheet =
        format!("<worksheet><sheetData><row><c t=\"str\"><v>a</v></c></row><row>{cells}</row></sheetData></worksheet>");
    match read(workbook(&sheet, strings), None) {
        Ok((_, rows)) => assert_eq!(rows.join("\n"), expect),
        Err(error) => assert!(error.to_string().contains(expect), "{error}"),
    }
}

#[test]
fn cells_as_other_programs_write_them() {
    check_xml("<c t=\"s\"><v>1</v></c>", "<sst><si><t>x</t></si><si><t>y</t></si></sst>", "2: y");
    check_xml("<c t=\"s\"><v>7</v></c>", "<sst/>", "2: #REF!");
    check_xml(
        "<c t=\"s\"><v>0</v></c>",
        "<sst><si><r><t>明</t></r><r><t>鹭</t></r><rPh><t>ming</t></rPh></si></sst>",
        "2: 明鹭",
    );
    check_xml("<c t=\"inlineStr\"><is><t>明&amp;鹭&#x4e00;</t></is></c>", "", "2: 明&鹭一");
    check_xml("<c t=\"str\"><v><![CDATA[a<b]]></v></c>", "", "2: a<b");
    check_xml("<c t=\"str\"><v>a_x0041_b_x</v></c>", "", "2: aAb_x");
    check_xml("<c t=\"str\"><v>_x+041_</v></c>", "", "2: _x+041_");
    check_xml("<c t=\"d\"><v>2024-05-01T00:00:00</v></c>", "", "2: 2024-05-01T00:00:00");
    check_xml("<c><v>914403001234567890</v></c>", "", "2: 914403001234567890");
    check_xml("<c><v>914403001234567000</v></c>", "", "2: 9.14403001234567E+17");
    check_xml("<c><f>A1&amp;B1</f></c>", "", "2: =A1&B1");
    check_xml("<c r=\"B2\"><v>5</v></c><c r=\"D2\"/>", "", "2: ,5");
    check_xml("<c r=\"XFD2\"><v>5</v></c>", "", "2: ! more than 4096 columns");
}

#[test]
fn attacks_are_refused() {
    let laughs =
        "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><sst><si><t>&lol2;</t></si></sst>";
    check_xml("<c t=\"s\"><v>0</v></c>", laughs, "defines entities");
    check_xml("<c t=\"str\"><v>&lol;</v></c>", "", "unknown entity 'lol'");
    let long = "x".repeat(N_EVENT_BYTES_MAX + 1);
    check_xml(&format!("<c t=\"str\"><v>{long}</v></c>"), "", "longer than 1048576 bytes");
    check_xml(&format!("<c a=\"{long}\"/>"), "", "longer than 1048576 bytes");
    // Pieces that are each within the bound make a row that is not.
    let pieces = format!("<r><t>{}</t></r>", "x".repeat(1000)).repeat(1200);
    check_xml(&format!("<c t=\"inlineStr\"><is>{pieces}</is></c>"), "", "2: ! the row is longer than 1048576 bytes");
    // Depth is not remembered: a row ends with itself, whatever stands open in it.
    check_xml(&"<x>".repeat(100_000), "", "");
}

#[test]
fn what_is_no_workbook_says_what_to_do() {
    let check = |bytes: &[u8], expect: &str| {
        let error = read(bytes.to_vec(), None).expect_err(expect).to_string();
        assert!(error.contains(expect), "{error}");
    };
    check(b"", "not an .xlsx file");
    check(b"id,name\n1,x\n", "not an .xlsx file");
    check(b"\xd0\xcf\x11\xe0\xa1\xb1", "before 2007 or protected");
    check(b"PK\x03\x04", "its end is missing");
    check(&zip(&[("a.txt", b"x".to_vec())]), "holds no workbook");
    let whole = workbook("<worksheet><sheetData><row/></sheetData></worksheet>", "");
    check(&whole[..whole.len() / 2], "its end is missing");
}

#[test]
fn an_error_is_one_line_whatever_the_names_of_parts() {
    let mut bytes = zip(&[("a\n\u{1b}[2J.xml", b"x".to_vec())]);
    let method = bytes.windows(4).position(|window| window == b"PK\x01\x02").expect("a directory") + 10;
    bytes[method] = 99;
    let error = read(bytes, None).expect_err("no such method").to_string();
    assert!(error.contains("its part 'a\\n\\u{1b}[2j.xml' is packed by method 99"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_written_is_read(cells in prop::collection::vec(prop::collection::vec("[^\\x00-\\x1f\u{fffe}\u{ffff}]{0,20}", 1..5), 1..8)) {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "头").expect("written");
        for (row, cells) in cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sheet.write_string(row as u32 + 1, column as u16, cell).expect("written");
            }
        }
        let (_, rows) = read(book.save_to_buffer().expect("written"), None).expect("it is whole");
        let used = |cells: &[String]| cells.iter().rposition(|cell| !cell.trim().is_empty()).map(|at| at + 1);
        let expect: Vec<String> = cells
            .iter()
            .enumerate()
            .filter_map(|(row, cells)| used(cells).map(|n_used| (row, &cells[..n_used])))
            .map(|(row, cells)| {
                let mut out = Vec::new();
                push_row(&mut out, cells.iter().map(String::as_str));
                format!("{}: {}", row + 2, String::from_utf8(out).expect("cells are text"))
            })
            .collect();
        prop_assert_eq!(rows, expect);
    }

    #[test]
    fn damaged_workbooks_are_read_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>(), xml in "[<>/&;=\"a-zc0-9 ]{0,60}") {
        let sheet = format!("<worksheet><sheetData><row>{xml}</row></sheetData></worksheet>");
        let mut bytes = workbook(&sheet, &xml);
        let _ = read(bytes.clone(), None);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = read(bytes.clone(), None);
        bytes.truncate(at);
        let _ = read(bytes, None);
    }
}
