//! What does GB/T 4754-2017 say, in the shape that is quick to ask?
//!
//! Parsed once, on first use. It holds no rule of reading; which spellings are accepted is decided in `reading.rs`.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::Industry;
use super::reading::{folded, stem};

static STANDARD_TSV: &str = include_str!("../../data/industry/gbt4754-2017.tsv");

/// Digits of the finest code.
const N_DIGITS_MAX: usize = 4;
/// Slots for codes of one to four digits, each length after the shorter ones.
const N_SLOTS: usize = 11_110;
/// No row has this position.
const NONE: u16 = u16::MAX;

/// One line of the standard.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) section: Industry,
}

struct Table {
    rows: Vec<Row>,
    by_digits: Vec<u16>,
    by_name: HashMap<String, Industry>,
    by_stem: HashMap<String, Industry>,
}

/// The row of an industry.
pub(super) fn row(industry: Industry) -> Row {
    table().rows[usize::from(industry.0)]
}

/// The section of a letter.
pub(super) fn of_section(letter: u8) -> Option<Industry> {
    all().find(|industry| row(*industry).code.as_bytes() == [letter])
}

/// The division, group or class of two, three or four digits.
pub(super) fn of_digits(digits: &str) -> Option<Industry> {
    let position = *table().by_digits.get(slot(digits)?)?;
    (position != NONE).then_some(Industry(position))
}

/// The industry of a folded name; the finest one if a line of single children shares it.
pub(super) fn of_name(folded: &str) -> Option<Industry> {
    table().by_name.get(folded).copied()
}

/// The industry of a folded name without its last word (业, 服务).
pub(super) fn of_stem(stem: &str) -> Option<Industry> {
    table().by_stem.get(stem).copied()
}

/// Every industry, in the order of the standard.
pub(super) fn all() -> impl Iterator<Item = Industry> {
    (0..table().rows.len()).map(|position| Industry(position as u16))
}

fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(parse);
    &TABLE
}

fn parse() -> Table {
    let mut table =
        Table { rows: vec![], by_digits: vec![NONE; N_SLOTS], by_name: HashMap::new(), by_stem: HashMap::new() };
    let mut section = Industry(0);
    for line in STANDARD_TSV.lines().skip(1) {
        let mut columns = line.split('\t');
        let (Some(code), _, Some(name)) = (columns.next(), columns.next(), columns.next()) else { continue };
        let industry = Industry(table.rows.len() as u16);
        match slot(code) {
            Some(slot) => table.by_digits[slot] = industry.0,
            None => section = industry,
        }
        table.rows.push(Row { code, name, section });
        // Sections come before their divisions, and so on down, so that the finest industry of a name stays.
        let name = folded(name);
        table.by_stem.insert(stem(&name).to_owned(), industry);
        table.by_name.insert(name, industry);
    }
    table
}

/// Where a code of digits lies; none for anything else.
fn slot(digits: &str) -> Option<usize> {
    let is_code = (1..=N_DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_code {
        return None;
    }
    let shorter: usize = (1..digits.len()).map(|n_digits| 10_usize.pow(n_digits as u32)).sum();
    digits.parse::<usize>().ok().map(|number| shorter + number)
}
