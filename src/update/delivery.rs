//! How does what a client or a file delivers become a change?
//!
//! A record comes as the row of a file or as a JSON object by columns. It is mapped and normalized as in a build; one that
//! cannot be used is refused with its reason, and the others go on.

use minglu_graph::store::value::StoredHeader;
use minglu_rules::document;
use minglu_rules::model::{Record, RecordKey, SourceRecord};
use minglu_rules::normalize;

use super::ground::Ground;
use crate::config::{DERIVED_MARK, Format, Naming, Section};
use crate::error::{Error, Result};
use crate::ingest::{Columns, map_row_as};

/// What is to happen to one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Name of its source.
    pub source: String,
    /// What is to happen.
    pub act: Act,
}

/// What is to happen to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// It is put in the place of what was there under its id.
    Put {
        /// Its id, where that is not left to the row.
        id: Option<String>,
        /// The row, byte for byte.
        row: Row,
    },
    /// It is deleted.
    Delete {
        /// Its id.
        id: String,
    },
}

/// A row as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A JSON object by columns.
    Json(String),
    /// A row of a file, with the position of its layout in the catalog and its line.
    Delivered {
        /// Position of the layout.
        header_idx: u32,
        /// Line in the file.
        line: u64,
        /// The row.
        raw: String,
    },
}

/// A record that is ready to be put.
pub(super) struct Ready {
    pub(super) id: String,
    pub(super) model_idx: usize,
    pub(super) header_idx: u32,
    pub(super) line: u64,
    pub(super) raw: String,
    pub(super) record: Record,
}

/// Why a record cannot be put.
pub(super) type Reason = String;

impl Ground {
    /// The section of a source; derived records come with their parents and have none.
    pub(crate) fn section_of(&self, source: &str) -> Result<usize> {
        let known = || self.catalog.sources.iter().filter(|known| !known.name.contains(DERIVED_MARK));
        match known().find(|known| known.name == source) {
            Some(found) => Ok(found.section_idx as usize),
            None => {
                let names: Vec<&str> = known().map(|known| known.name.as_str()).collect();
                Err(Error::usage(format!("no source '{source}'; this register has: {}", names.join(", "))))
            }
        }
    }

    /// The position of a layout.
    pub(super) fn header_idx(&self, header: &StoredHeader) -> Option<u32> {
        self.catalog.headers.iter().position(|known| known == header).map(|position| position as u32)
    }

    /// Reads a row of a source.
    pub(super) fn read_row(&self, source: &str, id: Option<&str>, row: &Row) -> std::result::Result<Ready, Reason> {
        let section_idx = self.section_of(source).map_err(|error| error.to_string())?;
        let section = &self.config.sections[section_idx];
        let json = json_header(section_idx);
        let (header_idx, line, raw) = match row {
            Row::Json(raw) => (self.header_idx(&json).ok_or("the layout of JSON rows is not known yet")?, 0, raw),
            Row::Delivered { header_idx, line, raw } => (*header_idx, *line, raw),
        };
        if let Row::Json(raw) = row {
            self.check_columns(section, section_idx, raw)?;
        }
        let mapped = map_row_as(section, &self.columns[header_idx as usize], raw, id)?;
        if matches!(section.naming, Naming::Column(..)) && mapped.source != source {
            return Err(format!("the row names the source '{}'", mapped.source));
        }
        let found = mapped.record.key.id.to_string();
        if let Some(id) = id.filter(|id| *id != found) {
            return Err(format!("the row has the id '{found}', the request '{id}'"));
        }
        let model_idx = section.targets[mapped.target_idx].kind_idx;
        let source_idx = self.source_idx(source, model_idx).ok_or("the source has no records of this kind")?;
        let key = RecordKey { source: source_idx, id: mapped.record.key.id.clone() };
        let row = SourceRecord { key, ..mapped.record };
        let (record, _) = normalize::normalize(&row, &self.config.kinds[model_idx].schema, &self.config.jurisdiction);
        Ok(Ready { id: found, model_idx, header_idx, line, raw: raw.clone(), record })
    }

    /// A key that is no column of the table would be lost in silence.
    fn check_columns(&self, section: &Section, section_idx: usize, raw: &str) -> std::result::Result<(), Reason> {
        let value: serde_json::Value = serde_json::from_str(raw).map_err(|error| format!("not JSON: {error}"))?;
        let Some(object) = value.as_object() else { return Err("not a JSON object".into()) };
        if section.format == Format::JsonLines {
            return Ok(());
        }
        let columns = &self.catalog.headers[section_idx].columns;
        match object.keys().find(|key| !columns.contains(key)) {
            None => Ok(()),
            Some(key) => Err(match document::nearest(key, columns.iter().map(String::as_str)) {
                Some(nearest) => format!("no column '{key}' (did you mean '{nearest}'?)"),
                None => format!("no column '{key}'; the source has: {}", columns.join(", ")),
            }),
        }
    }
}

/// The layout of rows of a section that come as JSON.
pub(super) fn json_header(section_idx: usize) -> StoredHeader {
    StoredHeader { section_idx: section_idx as u32, is_json: true, columns: Vec::new() }
}

/// Where the columns of a layout are.
pub(super) fn columns_of(ground: &Ground, header: &StoredHeader) -> Result<Columns> {
    crate::registry::columns_of(&ground.config, header)
}
