//! Which content does a record have in a version? Version 0 is what was delivered, every other follows from its number.
//!
//! So the log needs to keep numbers only, and whoever reads it later can say what should be there, letter by letter.
//! Columns and their meaning are read from the city's `minglu.toml`.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use toml::{Table, Value};
use xxhash_rust::xxh3::xxh3_64;

use crate::Result;

/// A record by columns.
pub(crate) type Row = BTreeMap<String, String>;

/// The version that was delivered.
pub(crate) const DELIVERED: u64 = 0;
/// Versions are below this, so that each has a telephone number of its own.
pub(crate) const VERSION_END: u64 = 1 << 33;
/// How a version differs from what was delivered: its remainder by this says which column was changed.
const N_MANNERS: u64 = 4;
/// The remainder of versions with another trade name.
const RENAMED: u64 = 3;
/// Characters of trade names; six of them write any version.
const TRADE: &str =
    "海天金鑫宏达华瑞恒泰创联盛世嘉禾云帆卓越腾飞启明星辰博雅诚信永安康宁兴隆昌茂源丰润泽沃特凯旋锦绣前程远景亿通佳美";

/// The delivered files of a city.
pub(crate) struct City {
    pub(crate) sources: Vec<Source>,
}

/// One delivered file.
pub(crate) struct Source {
    pub(crate) name: String,
    id_column: String,
    name_column: String,
    phone_column: String,
    address_column: String,
    code_columns: Vec<String>,
    rows: Vec<Row>,
    row_idx_by_id: HashMap<String, usize>,
}

impl City {
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let config: Table = fs::read_to_string(folder.join("minglu.toml"))?.parse()?;
        let sources = config.get("source").and_then(Value::as_array).ok_or("minglu.toml has no source")?;
        let sources = sources.iter().map(|source| Source::read(folder, source)).collect::<Result<Vec<_>>>()?;
        Ok(Self { sources })
    }

    pub(crate) fn source(&self, name: &str) -> Result<&Source> {
        Ok(self.sources.iter().find(|source| source.name == name).ok_or("the log names a source that is not here")?)
    }
}

impl Source {
    fn read(folder: &Path, source: &Value) -> Result<Self> {
        let text =
            |key: &str| source.get(key).and_then(Value::as_str).map(str::to_owned).ok_or("minglu.toml: a source");
        let id_column = text("record_id")?;
        let mut reader = csv::Reader::from_path(folder.join(text("path")?))?;
        let rows = reader.deserialize().collect::<std::result::Result<Vec<Row>, _>>()?;
        let row_idx_by_id = rows.iter().enumerate().map(|(idx, row)| (row[&id_column].clone(), idx)).collect();
        let column = |field: &str| source.get("fields").and_then(|fields| last_column(fields.get(field)?));
        let required = |field: &str| column(field).ok_or(format!("minglu.toml: a source without {field}"));
        let codes = ["uscc", "org_code", "tax_no", "reg_no"];
        Ok(Self {
            name: text("name")?,
            name_column: required("name")?,
            phone_column: required("phone")?,
            address_column: required("address")?,
            code_columns: codes.into_iter().filter_map(column).filter(|code| *code != id_column).collect(),
            id_column,
            rows,
            row_idx_by_id,
        })
    }

    /// The ids that were delivered, as they stand in the file.
    pub(crate) fn delivered_ids(&self) -> impl Iterator<Item = &String> {
        self.rows.iter().map(|row| &row[&self.id_column])
    }

    pub(crate) fn is_delivered(&self, id: &str) -> bool {
        self.row_idx_by_id.contains_key(id)
    }

    /// The content of a record. One that was not delivered takes its values from a row that its id points at.
    pub(crate) fn content(&self, id: &str, version: u64) -> Row {
        let hash = xxh3_64(id.as_bytes());
        let pointed_at = usize::try_from(hash % self.rows.len() as u64).unwrap_or_default();
        let idx = self.row_idx_by_id.get(id).copied();
        let mut row = self.rows[idx.unwrap_or(pointed_at)].clone();
        row.insert(self.id_column.clone(), id.to_owned());
        // Half of the new records speak of a unit that is known, half of a unit of their own.
        if idx.is_none() && hash.is_multiple_of(2) {
            self.rename(&mut row, hash % VERSION_END);
        }
        match version % N_MANNERS {
            _ if version == DELIVERED => {}
            0 => drop(row.insert(self.phone_column.clone(), format!("1{version:010}"))),
            1 => row.entry(self.address_column.clone()).or_default().push_str(&format!(
                "{}号楼{}室",
                version / 10_000,
                version % 10_000
            )),
            2 => row.entry(self.name_column.clone()).or_default().push_str(&format!("第{version}店")),
            _ => self.rename(&mut row, version),
        }
        row
    }

    /// The name and the id of a delivered row; numbers beyond the last row begin again.
    pub(crate) fn name_and_id(&self, number: u64) -> (&str, &str) {
        let row = &self.rows[usize::try_from(number).unwrap_or_default() % self.rows.len()];
        (&row[&self.name_column], &row[&self.id_column])
    }

    /// The same content for whoever compares: without empty values, without spaces around values, which the service does not
    /// show of rows of tables, and without the id, which is compared before.
    pub(crate) fn comparable(&self, row: &Row) -> Row {
        let is_value = |column: &str, value: &str| column != self.id_column && !value.is_empty();
        let trimmed = row.iter().map(|(column, value)| (column, value.trim()));
        trimmed.filter(|(column, value)| is_value(column, value)).map(|(a, b)| (a.clone(), b.to_owned())).collect()
    }

    fn rename(&self, row: &mut Row, version: u64) {
        row.insert(self.name_column.clone(), format!("深圳市{}科技有限公司", trade_name(version)));
        for column in &self.code_columns {
            row.insert(column.clone(), String::new());
        }
    }
}

/// A trade name that only this version has.
pub(crate) fn trade_name(mut version: u64) -> String {
    let characters: Vec<char> = TRADE.chars().collect();
    let base = characters.len() as u64;
    let mut name = String::new();
    for _ in 0..6 {
        name.push(characters[usize::try_from(version % base).unwrap_or_default()]);
        version /= base;
    }
    name
}

/// The version nearest to a number that renames its unit.
pub(crate) fn renaming(version: u64) -> u64 {
    version / N_MANNERS * N_MANNERS + RENAMED
}

/// The last of the columns that fill a field: `"a"`, `["a", "b"]`, `{ column = "a" }` or `{ columns = ["a", "b"] }`.
fn last_column(value: &Value) -> Option<String> {
    match value {
        Value::String(column) => Some(column.clone()),
        Value::Array(columns) => last_column(columns.last()?),
        Value::Table(table) => last_column(table.get("column").or_else(|| table.get("columns"))?),
        _ => None,
    }
}
