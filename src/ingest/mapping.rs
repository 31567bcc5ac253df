//! Which fields does a row fill?
//!
//! Columns are found once per file; a row then gives its source, its id, its date and its values. Cells are trimmed and
//! otherwise left as they are: normalizing them is `minglu-rules`' business.

use std::collections::BTreeMap;

use minglu_rules::model::{FieldIdx, RecordKey, SourceIdx, SourceRecord};
use serde_json::Value as Json;

use super::rows::cells;
use crate::config::{Format, Mapping, Naming, Section};
use crate::error::{Error, Result};

/// Bytes of one value; a longer one is refused with its row.
pub(super) const N_VALUE_BYTES_MAX: usize = 16 << 10;

/// Bytes of a record id.
pub(super) const N_ID_BYTES_MAX: usize = 256;

/// Where a section's columns are in its file.
#[derive(Debug, Clone)]
pub struct Columns {
    n_columns: usize,
    record_id: Place,
    source: Option<Place>,
    updated_at: Option<Place>,
    fields: Vec<(FieldIdx, Vec<Place>)>,
}

/// Where a column is: a position, or a JSON Pointer.
#[derive(Debug, Clone)]
enum Place {
    At(usize),
    Pointer(String),
}

impl Columns {
    /// Finds the columns that a section names; the error lists what is missing and what is there.
    pub fn find(section: &Section, header: &[String]) -> Result<Columns> {
        let place = |name: &str| match section.format {
            Format::JsonLines if name.starts_with('/') => Ok(Place::Pointer(name.into())),
            Format::JsonLines => Ok(Place::Pointer(format!("/{}", name.replace('~', "~0").replace('/', "~1")))),
            Format::Delimited(_) => {
                let found = header.iter().position(|column| column == name);
                found.map(Place::At).ok_or_else(|| {
                    let path = section.path.display();
                    Error::usage(format!("{path}:1: no column '{name}'; the file has: {}", header.join(", ")))
                })
            }
        };
        let places = |mapping: &Mapping| mapping.columns.iter().map(|name| place(name)).collect::<Result<Vec<_>>>();
        let source = match &section.naming {
            Naming::One(_) => None,
            Naming::Column(column, _) => Some(place(column)?),
        };
        Ok(Columns {
            n_columns: header.len(),
            record_id: place(&section.record_id)?,
            source,
            updated_at: section.updated_at.as_deref().map(place).transpose()?,
            fields: section
                .fields
                .iter()
                .map(|(field, mapping)| Ok((*field, places(mapping)?)))
                .collect::<Result<_>>()?,
        })
    }
}

/// The name of a row's source and its record, or why the row cannot be used.
///
/// The record's source position is not known yet and is set to 0.
pub fn map_row(section: &Section, columns: &Columns, raw: &str) -> std::result::Result<(String, SourceRecord), String> {
    let row = match section.format {
        Format::Delimited(delimiter) => Cells::Delimited(cells(raw, delimiter)?),
        Format::JsonLines => Cells::Json(serde_json::from_str(raw).map_err(|error| format!("not JSON: {error}"))?),
    };
    if let Cells::Delimited(cells) = &row
        && cells.len() != columns.n_columns
    {
        return Err(format!("{} columns where the header has {}", cells.len(), columns.n_columns));
    }
    let one = |place: &Place| row.get(place).into_iter().next();
    let id = one(&columns.record_id).filter(|id| !id.is_empty()).ok_or("no record id")?;
    if id.len() > N_ID_BYTES_MAX || id.contains('\0') {
        return Err(format!("the record id is longer than {N_ID_BYTES_MAX} bytes or contains a zero byte"));
    }
    let source = match (&section.naming, &columns.source) {
        (Naming::One(name), _) => name.clone(),
        (Naming::Column(..), Some(place)) => one(place).filter(|name| !name.is_empty()).ok_or("no source")?,
        (Naming::Column(..), None) => return Err("no source".into()),
    };
    if source.contains(['\0', ':']) {
        return Err(format!("the source '{source}' contains ':' or a zero byte"));
    }
    let mut values = Vec::with_capacity(columns.fields.len());
    for ((field, places), (_, mapping)) in columns.fields.iter().zip(&section.fields) {
        values_of(&row, places, mapping, |value| values.push((*field, value)));
    }
    if values.is_empty() {
        return Err("none of the mapped columns has a value".into());
    }
    if let Some((_, long)) = values.iter().find(|(_, value)| value.len() > N_VALUE_BYTES_MAX) {
        return Err(format!("a value has {} bytes; {N_VALUE_BYTES_MAX} are allowed", long.len()));
    }
    let updated_at = columns.updated_at.as_ref().and_then(one).filter(|date| !date.is_empty());
    Ok((source, SourceRecord { key: RecordKey { source: SourceIdx(0), id: id.into() }, updated_at, values }))
}

/// A row by column, for showing it; empty where the format has no columns.
pub fn cells_by_column(format: Format, header: &[String], raw: &str) -> BTreeMap<String, String> {
    let Format::Delimited(delimiter) = format else { return BTreeMap::new() };
    let cells = cells(raw, delimiter).unwrap_or_default();
    header.iter().cloned().zip(cells).collect()
}

fn values_of(row: &Cells, places: &[Place], mapping: &Mapping, mut push: impl FnMut(String)) {
    let cells = places.iter().flat_map(|place| row.get(place));
    let mut push = |value: &str| {
        let value = value.trim();
        if !value.is_empty() {
            push(value.to_string());
        }
    };
    match (&mapping.join, &mapping.split) {
        (Some(join), _) => push(&cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(join)),
        (None, Some(split)) if !split.is_empty() => {
            cells.for_each(|cell| cell.split(split.as_str()).for_each(&mut push))
        }
        (None, _) => cells.for_each(|cell| push(&cell)),
    }
}

/// The cells of a row.
enum Cells {
    Delimited(Vec<String>),
    Json(Json),
}

impl Cells {
    /// The values in a column: one, or several where JSON has a list.
    fn get(&self, place: &Place) -> Vec<String> {
        match (self, place) {
            (Self::Delimited(cells), Place::At(position)) => {
                cells.get(*position).map(|cell| cell.trim().to_string()).into_iter().collect()
            }
            (Self::Json(object), Place::Pointer(pointer)) => {
                let found = pointed(object, pointer).into_iter();
                let items = found.flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
                items.filter_map(scalar).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The values that a JSON Pointer names; `*` stands for every item of a list: `/people/*/name`.
fn pointed<'a>(value: &'a Json, pointer: &str) -> Vec<&'a Json> {
    let Some((before, after)) =
        pointer.split_once("/*").filter(|(_, after)| after.is_empty() || after.starts_with('/'))
    else {
        return value.pointer(pointer).into_iter().collect();
    };
    match value.pointer(before) {
        Some(Json::Array(items)) => items.iter().flat_map(|item| pointed(item, after)).collect(),
        // A key may be a star too.
        _ => value.pointer(pointer).into_iter().collect(),
    }
}

fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.trim().to_string()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}
