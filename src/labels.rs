//! What did people say of pairs of records: the same, different, unsure?
//!
//! A label file is a table with a header, in one of two forms: a pair and its label a row, or a record and its true entity
//! a row. Everything wrong in it is told at once, by line and column. Which of the records exist is found out when they are
//! read; what labels teach is `minglu_rules::train`'s business.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::{Error, Result};

/// A record as its delivery names it: source and id.
pub type Key = (String, String);

/// What a label file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// Pairs, the lower key first; true where both are one entity.
    pub pairs: BTreeMap<(Key, Key), bool>,
    /// True entities of records: of two records that stand here, it is known whether they are one.
    pub entities: BTreeMap<Key, String>,
    /// Rows that say `unsure`.
    pub n_unsure: u64,
    /// Pairs that were called both; they count as different.
    pub contradicted: BTreeSet<(Key, Key)>,
}

/// Columns of the two forms.
const COLUMNS_OF_PAIRS: [&str; 5] = ["source_a", "record_id_a", "source_b", "record_id_b", "label"];
const COLUMNS_OF_ENTITIES: [&str; 3] = ["source", "record_id", "entity"];

/// Mistakes that are told at once.
const N_MISTAKES_MAX: usize = 20;

/// What a label may say.
const WORDS: [(&str, Option<bool>); 6] = [
    ("same", Some(true)),
    ("different", Some(false)),
    ("unsure", None),
    ("相同", Some(true)),
    ("不同", Some(false)),
    ("不确定", None),
];

impl Labels {
    /// Reads a label file.
    pub fn read(path: &Path) -> Result<Labels> {
        let text = std::fs::read(path).map_err(Error::io(path))?;
        Self::of_bytes(&text).map_err(|mistakes| {
            let lines: Vec<String> = mistakes.iter().map(|mistake| format!("{}:{mistake}", path.display())).collect();
            Error::usage(lines.join("\n"))
        })
    }

    /// Whether nothing is labelled.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.entities.is_empty()
    }

    /// All records that the file names, each once.
    pub fn records(&self) -> Vec<&Key> {
        let of_pairs = self.pairs.keys().flat_map(|(a, b)| [a, b]);
        let mut records: Vec<&Key> = of_pairs.chain(self.entities.keys()).collect();
        records.sort_unstable();
        records.dedup();
        records
    }

    fn of_bytes(bytes: &[u8]) -> std::result::Result<Labels, Vec<String>> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
        let header = reader.headers().map_err(|error| vec![format!("1: {error}; save the file as UTF-8")])?.clone();
        let form = Form::of(&header).map_err(|what| vec![what])?;
        let (mut labels, mut mistakes) = (Labels::default(), Vec::new());
        for row in reader.records() {
            let found = match row {
                Ok(row) => {
                    let line = row.position().map_or(0, csv::Position::line);
                    labels.add(&row, &form).map_err(|what| format!("{line}: {what}"))
                }
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    Err(format!("{line}: {error}; save the file as UTF-8"))
                }
            };
            mistakes.extend(found.err());
            if mistakes.len() == N_MISTAKES_MAX {
                break;
            }
        }
        if mistakes.is_empty() { Ok(labels) } else { Err(mistakes) }
    }

    fn add(&mut self, row: &csv::StringRecord, form: &Form) -> std::result::Result<(), String> {
        match form {
            Form::Pairs(places) => {
                let cell = |at: usize| cell(row, places[at], COLUMNS_OF_PAIRS[at]);
                let (a, b) = ((cell(0)?, cell(1)?), (cell(2)?, cell(3)?));
                let label = cell(4)?;
                let known = WORDS.iter().find(|(word, _)| label.eq_ignore_ascii_case(word));
                let (_, same) = known
                    .ok_or_else(|| format!("column 'label': '{label}' is no label; write same, different or unsure"))?;
                if a == b {
                    return Err(format!("column 'record_id_b': both records are {}:{}; name two", a.0, a.1));
                }
                match same {
                    Some(same) => self.add_pair(a, b, *same),
                    None => self.n_unsure += 1,
                }
            }
            Form::Entities(places) => {
                let cell = |at: usize| cell(row, places[at], COLUMNS_OF_ENTITIES[at]);
                let (key, entity) = ((cell(0)?, cell(1)?), cell(2)?);
                match self.entities.entry(key) {
                    Entry::Vacant(place) => drop(place.insert(entity)),
                    Entry::Occupied(known) if *known.get() == entity => {}
                    Entry::Occupied(known) => {
                        let ((source, id), first) = (known.key(), known.get());
                        return Err(format!(
                            "column 'entity': {source}:{id} is '{first}' above and '{entity}' here; keep one of the rows"
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    /// Whoever says different has seen something that parts the two; the other may have overlooked it.
    fn add_pair(&mut self, a: Key, b: Key, same: bool) {
        let pair = if a < b { (a, b) } else { (b, a) };
        match self.pairs.entry(pair) {
            Entry::Vacant(place) => drop(place.insert(same)),
            Entry::Occupied(mut known) if *known.get() != same => {
                self.contradicted.insert(known.key().clone());
                known.insert(false);
            }
            Entry::Occupied(_) => {}
        }
    }
}

/// Where the columns of a form stand.
enum Form {
    Pairs([usize; 5]),
    Entities([usize; 3]),
}

impl Form {
    fn of(header: &csv::StringRecord) -> std::result::Result<Form, String> {
        let place = |name: &&str| header.iter().position(|column| column == *name);
        let is_pairs = COLUMNS_OF_PAIRS.iter().any(|name| place(name).is_some());
        let wanted: &[&str] = if is_pairs { &COLUMNS_OF_PAIRS } else { &COLUMNS_OF_ENTITIES };
        let found: Vec<usize> = wanted.iter().filter_map(place).collect();
        match (is_pairs, found[..].try_into(), found[..].try_into()) {
            (true, Ok(places), _) => return Ok(Form::Pairs(places)),
            (false, _, Ok(places)) => return Ok(Form::Entities(places)),
            _ => {}
        }
        let missing: Vec<&str> = wanted.iter().filter(|name| place(name).is_none()).copied().collect();
        Err(format!(
            "1: no column '{}'; label files have the columns {} or {}, this one has {}",
            missing.join("', '"),
            COLUMNS_OF_PAIRS.join(","),
            COLUMNS_OF_ENTITIES.join(","),
            header.iter().collect::<Vec<_>>().join(","),
        ))
    }
}

fn cell(row: &csv::StringRecord, place: usize, column: &str) -> std::result::Result<String, String> {
    let text = row.get(place).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| format!("column '{column}': the cell is empty; fill it or remove the row"))
}

#[cfg(test)]
mod tests;
