//! What does the format of a cell make of its number?
//!
//! A spreadsheet knows no dates: a date is a number of days in a cell whose format shows it as one. Formats are known by
//! number (ECMA-376 part 1, 18.8.30, with those of East Asian languages) or written out. A format of zeros alone, `000000`,
//! keeps the leading zeros of codes.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use quick_xml::events::Event;

use super::package::{N_SMALL_PART_BYTES_MAX, Package};
use super::xml::{Xml, attribute};

/// Styles of cells; spreadsheets stop at 64,000.
const N_STYLES_MAX: usize = 1 << 16;

/// Characters of a format that is written out; spreadsheets stop at 255.
const N_CODE_CHARS_MAX: usize = 255;

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberStyle {
    /// As a number.
    Plain,
    /// As a day or time.
    Date,
    /// With at least so many digits.
    Padded(usize),
}

/// The styles of a workbook.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_position: Vec<NumberStyle>,
}

impl Styles {
    /// Reads them, if the workbook has any.
    pub(super) fn read<R: Read + Seek>(package: &mut Package<R>, part: Option<&str>) -> io::Result<Self> {
        let mut styles = Self::default();
        let Some(part) = part else { return Ok(styles) };
        let Some(part) = package.part(part, N_SMALL_PART_BYTES_MAX)? else { return Ok(styles) };
        let mut written: BTreeMap<u32, NumberStyle> = BTreeMap::new();
        let mut xml = Xml::new(part);
        let mut is_in_cells = false;
        loop {
            match xml.next()? {
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    "numFmt" if written.len() < N_STYLES_MAX => {
                        let id = attribute(&tag, "numFmtId").and_then(|id| id.parse().ok());
                        let code = attribute(&tag, "formatCode");
                        written.extend(id.zip(code).map(|(id, code)| (id, of_code(&code))));
                    }
                    "cellXfs" => is_in_cells = true,
                    "xf" if is_in_cells && styles.by_position.len() < N_STYLES_MAX => {
                        let id = attribute(&tag, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                        styles.by_position.push(written.get(&id).copied().unwrap_or_else(|| of_id(id)));
                    }
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => is_in_cells = false,
                Event::Eof => return Ok(styles),
                _ => {}
            }
        }
    }

    /// The style of a position.
    pub(super) fn get(&self, position: usize) -> NumberStyle {
        self.by_position.get(position).copied().unwrap_or(NumberStyle::Plain)
    }
}

/// The style of a format that is known by number. 27 to 36 and 50 to 58 are days and times in Chinese, Japanese and Korean.
fn of_id(id: u32) -> NumberStyle {
    match id {
        14..=22 | 27..=36 | 45..=47 | 50..=58 => NumberStyle::Date,
        _ => NumberStyle::Plain,
    }
}

/// The style of a format that is written out.
pub(super) fn of_code(code: &str) -> NumberStyle {
    // Only the part for positive numbers counts.
    let code = code.split(';').next().unwrap_or_default();
    if (2..=N_CODE_CHARS_MAX).contains(&code.len()) && code.bytes().all(|byte| byte == b'0') {
        return NumberStyle::Padded(code.len());
    }
    let mut chars = code.chars();
    while let Some(char) = chars.next() {
        match char.to_ascii_lowercase() {
            '"' => drop(chars.by_ref().find(|char| *char == '"')),
            // The next character is shown as it is, is as wide as a space, or fills the cell.
            '\\' | '_' | '*' => drop(chars.next()),
            '[' => {
                let inside: String = chars.by_ref().take_while(|char| *char != ']').collect();
                // Elapsed hours, minutes or seconds; anything else is a color, a condition or a language.
                let is_elapsed = !inside.is_empty() && inside.chars().all(|char| "hmsHMS".contains(char));
                if is_elapsed {
                    return NumberStyle::Date;
                }
            }
            'y' | 'm' | 'd' | 'h' | 's' => return NumberStyle::Date,
            _ => {}
        }
    }
    NumberStyle::Plain
}
