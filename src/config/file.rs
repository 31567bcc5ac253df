//! How is a delivered file written, as its name and the keys of its section say?
//!
//! `delimiter`, `quote`, `encoding` and `sheet` are checked here, each only where the format has such a thing. What the file
//! really contains is found out when it is opened.

use std::path::Path;

use super::{Dialect, Encoding, Format};

/// The keys of a section that say how its file is written.
pub(super) struct FormatKeys<'a> {
    pub(super) delimiter: Option<&'a str>,
    pub(super) quote: Option<&'a str>,
    pub(super) encoding: Option<&'a str>,
    pub(super) sheet: Option<&'a str>,
}

/// How a file is written.
pub(super) struct Layout {
    pub(super) format: Format,
    pub(super) is_packed: bool,
    pub(super) encoding: Option<Encoding>,
}

/// Reads the name of a file and the keys beside it.
pub(super) fn layout(path: &Path, keys: FormatKeys<'_>) -> Result<Layout, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let unpacked = name.strip_suffix(".gz");
    let extension = unpacked.unwrap_or(&name).rsplit_once('.').map_or("", |(_, extension)| extension);
    let format = match extension {
        "csv" | "txt" => Format::Delimited(dialect(b',', &keys)?),
        "tsv" => Format::Delimited(dialect(b'\t', &keys)?),
        "jsonl" | "ndjson" => Format::JsonLines,
        "xlsx" | "xlsm" => Format::Spreadsheet,
        "parquet" => Format::Parquet,
        "xls" | "et" => {
            return Err(format!("'{}' is a spreadsheet of an old format; save it as .xlsx", path.display()));
        }
        _ => {
            let path = path.display();
            return Err(format!(
                "'{path}' is not a .csv, .tsv, .jsonl, .xlsx or .parquet file, nor one of these with .gz"
            ));
        }
    };
    let is_delimited = matches!(format, Format::Delimited(_));
    refuse("delimiter", keys.delimiter.filter(|_| !is_delimited), "files of separated values")?;
    refuse("quote", keys.quote.filter(|_| !is_delimited), "files of separated values")?;
    refuse("encoding", keys.encoding.filter(|_| !format.is_text()), "text files")?;
    refuse("sheet", keys.sheet.filter(|_| format != Format::Spreadsheet), "spreadsheets")?;
    let encoding = keys.encoding.map(|name| {
        let known = "use utf-8, gb18030, utf-16le or utf-16be, or leave the key out to have it detected";
        Encoding::named(name).ok_or_else(|| format!("unknown encoding '{name}'; {known}"))
    });
    Ok(Layout { format, is_packed: unpacked.is_some(), encoding: encoding.transpose()? })
}

fn refuse(key: &str, value: Option<&str>, what: &str) -> Result<(), String> {
    value.map_or(Ok(()), |value| Err(format!("{key} = '{value}' is only for {what}; remove it")))
}

fn dialect(delimiter: u8, keys: &FormatKeys<'_>) -> Result<Dialect, String> {
    let delimiter = keys.delimiter.map(|text| one_byte("delimiter", text)).transpose()?.unwrap_or(delimiter);
    let quote = match keys.quote {
        None => Dialect::CSV.quote,
        Some("") => None,
        Some(text) => Some(one_byte("quote", text)?),
    };
    if quote == Some(delimiter) {
        return Err(format!("delimiter and quote are both '{}'", char::from(delimiter)));
    }
    Ok(Dialect { delimiter, quote })
}

fn one_byte(key: &str, text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Ok(*byte),
        _ => Err(format!("{key} '{text}' is not one ASCII character")),
    }
}
