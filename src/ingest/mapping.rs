//! Which fields does a row fill?
//!
//! Columns are found once per file; a row then gives its source, its id, its date and its values. Cells are trimmed and
//! otherwise left as they are: normalizing them is `minglu-rules`' business.

use std::collections::{BTreeMap, BTreeSet};

use minglu_graph::store::value::StoredHeader;
use minglu_rules::document;
use minglu_rules::model::{RecordKey, SourceIdx, SourceRecord};
use minglu_rules::text::one_line;
use serde_json::Value as Json;

use super::delimited::cells;
use crate::config::{DERIVED_MARK, Dialect, Format, Mapping, Naming, Section};
use crate::error::{Error, Result};

/// Bytes of one value; a longer one is refused with its row.
pub(super) const N_VALUE_BYTES_MAX: usize = 16 << 10;

/// Bytes of a record id.
pub(super) const N_ID_BYTES_MAX: usize = 256;

/// Where a section's columns are in its file.
#[derive(Debug, Clone)]
pub struct Columns {
    /// How the text of a row is parted into cells; none for JSON.
    dialect: Option<Dialect>,
    n_columns: usize,
    record_id: Place,
    source: Option<Place>,
    updated_at: Option<Place>,
    kind: Option<Place>,
    /// For each target of the section, for each of its fields, where the columns are.
    targets: Vec<Vec<Vec<Place>>>,
}

/// A row, mapped to the fields of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// The name of its source.
    pub source: String,
    /// Position in the section's targets.
    pub target_idx: usize,
    /// Its record; the source's position is not known yet and is 0.
    pub record: SourceRecord,
}

/// Where a column is: a position, or a JSON Pointer.
#[derive(Debug, Clone)]
enum Place {
    At(usize),
    Pointer(String),
}

impl Columns {
    /// Finds the columns that a section names; the error lists what is missing, what is near it and what is there.
    pub fn find(section: &Section, header: &[String]) -> Result<Columns> {
        Self::find_in(section, section.format, header)
    }

    /// Where the columns are in rows of another format than that of the section's file.
    pub fn find_in(section: &Section, format: Format, header: &[String]) -> Result<Columns> {
        let missing: Vec<&str> = match format {
            Format::JsonLines => Vec::new(),
            _ => Columns::named(section).into_iter().filter(|name| !header.iter().any(|known| known == name)).collect(),
        };
        if !missing.is_empty() {
            return Err(missing_columns(section, &missing, header));
        }
        // A name with a slash is a pointer where the file itself is JSON; a column of a table may be called anything.
        let has_pointers = section.format == Format::JsonLines;
        let place = |name: &str| match format {
            Format::JsonLines if has_pointers && name.starts_with('/') => Ok(Place::Pointer(name.into())),
            Format::JsonLines => Ok(Place::Pointer(format!("/{}", name.replace('~', "~0").replace('/', "~1")))),
            _ => {
                let found = header.iter().position(|column| column == name);
                found.map(Place::At).ok_or_else(|| missing_columns(section, &[name], header))
            }
        };
        let places = |mapping: &Mapping| mapping.columns.iter().map(|name| place(name)).collect::<Result<Vec<_>>>();
        let source = match &section.naming {
            Naming::One(_) => None,
            Naming::Column(column, _) => Some(place(column)?),
        };
        Ok(Columns {
            dialect: format.dialect(),
            n_columns: header.len(),
            record_id: place(&section.record_id)?,
            source,
            updated_at: section.updated_at.as_deref().map(place).transpose()?,
            kind: section.kind_column.as_deref().map(place).transpose()?,
            targets: section
                .targets
                .iter()
                .map(|target| target.fields.iter().map(|(_, mapping)| places(mapping)).collect::<Result<_>>())
                .collect::<Result<_>>()?,
        })
    }
}

impl Columns {
    /// The columns that a section names, each once, in the order in which they were found.
    pub fn named(section: &Section) -> Vec<&str> {
        let mut names = vec![section.record_id.as_str()];
        if let Naming::Column(column, _) = &section.naming {
            names.push(column);
        }
        names.extend(section.kind_column.as_deref());
        names.extend(section.updated_at.as_deref());
        let mappings = section.targets.iter().flat_map(|target| &target.fields);
        names.extend(mappings.flat_map(|(_, mapping)| mapping.columns.iter().map(String::as_str)));
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        names
    }
}

fn missing_columns(section: &Section, missing: &[&str], header: &[String]) -> Error {
    let known = || header.iter().map(String::as_str).filter(|column| !column.is_empty());
    let missing: Vec<String> = missing
        .iter()
        .map(|name| match document::nearest(name, known()) {
            Some(nearest) => format!("no column '{name}' (did you mean '{nearest}'?)"),
            None => format!("no column '{name}'"),
        })
        .collect();
    let (path, known) = (section.path.display(), known().collect::<Vec<_>>().join(", "));
    let line = if matches!(section.format, Format::Delimited(_)) { ":1" } else { "" };
    // A column may be named over two lines.
    Error::usage(one_line(&format!("{path}{line}: {}; the file has: {known}", missing.join(", "))))
}

/// A row's source, kind and record, or why the row cannot be used.
pub fn map_row(section: &Section, columns: &Columns, raw: &str) -> std::result::Result<Mapped, String> {
    map_row_as(section, columns, raw, None)
}

/// The same of a row that may leave its id to whoever delivers it.
pub fn map_row_as(
    section: &Section,
    columns: &Columns,
    raw: &str,
    given_id: Option<&str>,
) -> std::result::Result<Mapped, String> {
    let row = match columns.dialect {
        Some(dialect) => Cells::Delimited(whole_row(cells(raw, dialect)?, columns.n_columns)?),
        None => Cells::Json(serde_json::from_str(raw).map_err(|error| format!("not JSON: {error}"))?),
    };
    let one = |place: &Place| row.get(place).into_iter().next();
    let own_id = one(&columns.record_id).filter(|id| !id.is_empty());
    let id = own_id.or_else(|| given_id.map(String::from)).ok_or("no record id")?;
    if id.len() > N_ID_BYTES_MAX || id.contains('\0') {
        return Err(format!("the record id is longer than {N_ID_BYTES_MAX} bytes or contains a zero byte"));
    }
    let source = match (&section.naming, &columns.source) {
        (Naming::One(name), _) => name.clone(),
        (Naming::Column(..), Some(place)) => one(place).filter(|name| !name.is_empty()).ok_or("no source")?,
        (Naming::Column(..), None) => return Err("no source".into()),
    };
    if source.contains(['\0', ':', DERIVED_MARK]) {
        return Err(format!("the source '{source}' contains ':', '#' or a zero byte"));
    }
    let target_idx = match &columns.kind {
        None => 0,
        Some(place) => target_of(section, one(place).unwrap_or_default().as_str())?,
    };
    let (target, places_of_fields) = (&section.targets[target_idx], &columns.targets[target_idx]);
    let mut values = Vec::with_capacity(target.fields.len());
    for ((field, mapping), places) in target.fields.iter().zip(places_of_fields) {
        values_of(&row, places, mapping, |value| values.push((*field, value)));
    }
    if values.is_empty() {
        return Err("none of the mapped columns has a value".into());
    }
    if let Some((_, long)) = values.iter().find(|(_, value)| value.len() > N_VALUE_BYTES_MAX) {
        return Err(format!("a value has {} bytes; {N_VALUE_BYTES_MAX} are allowed", long.len()));
    }
    if let Some((_, value)) = values.iter().find(|(_, value)| value.contains('\0')) {
        return Err(format!("a value contains a zero byte: {}", value.escape_debug()));
    }
    let updated_at = columns.updated_at.as_ref().and_then(one).filter(|date| !date.is_empty());
    let record = SourceRecord { key: RecordKey { source: SourceIdx(0), id: id.into() }, updated_at, values };
    Ok(Mapped { source, target_idx, record })
}

/// The id that a row gives itself; none where it gives none, or cannot be read.
pub fn id_of_row(columns: &Columns, raw: &str) -> Option<String> {
    let row = match columns.dialect {
        Some(dialect) => Cells::Delimited(cells(raw, dialect).ok()?),
        None => Cells::Json(serde_json::from_str(raw).ok()?),
    };
    row.get(&columns.record_id).into_iter().next().filter(|id| !id.is_empty())
}

/// The target of a value of the kind column.
fn target_of(section: &Section, value: &str) -> std::result::Result<usize, String> {
    let found = section.targets.iter().position(|target| target.value == value);
    found.ok_or_else(|| {
        let known: Vec<&str> = section.targets.iter().map(|target| target.value.as_str()).collect();
        let column = section.kind_column.as_deref().unwrap_or_default();
        format!("'{value}' in column '{column}' is no kind; 'kinds' has: {}", known.join(", "))
    })
}

/// A row with as many cells as the header has; what is empty behind the last column is no cell.
fn whole_row(mut cells: Vec<String>, n_columns: usize) -> std::result::Result<Vec<String>, String> {
    let n_cells = cells.len();
    while cells.len() > n_columns && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    if cells.len() == n_columns {
        Ok(cells)
    } else {
        Err(format!("{n_cells} columns where the header has {n_columns}"))
    }
}

/// A row by column, for showing it; empty where the format has no columns. A row of a table that came as JSON has them too.
pub fn cells_by_column(format: Format, header: &StoredHeader, raw: &str) -> BTreeMap<String, String> {
    let Some(dialect) = format.dialect() else { return BTreeMap::new() };
    if header.is_json {
        let Ok(Json::Object(object)) = serde_json::from_str(raw) else { return BTreeMap::new() };
        return object.iter().filter_map(|(column, cell)| Some((column.clone(), scalar(cell)?))).collect();
    }
    let cells = cells(raw, dialect).unwrap_or_default();
    header.columns.iter().cloned().zip(cells).collect()
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
