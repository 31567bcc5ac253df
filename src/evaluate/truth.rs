//! What is true of each record?
//!
//! Files of assignments, and the truth with numbers in place of names. Where a record stands in a register is asked in
//! `examine`.

use std::collections::BTreeMap;
use std::path::Path;

use minglu_rules::evaluate::Judged;

use crate::error::{Error, Result};

/// Keys of records and what they are assigned to.
pub type Assignment = BTreeMap<(String, String), String>;

/// Reads `source,record_id,COLUMN` from a CSV file.
pub fn read_assignment(path: &Path, column: &str) -> Result<Assignment> {
    let wrong = |what: String| Error::usage(format!("{}: {what}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let place = |name: &str| {
        let names: Vec<&str> = header.iter().collect();
        let found = header.iter().position(|known| known.trim_start_matches('\u{feff}') == name);
        found.ok_or_else(|| wrong(format!("no column '{name}'; the file has: {}", names.join(", "))))
    };
    let (source, id, value) = (place("source")?, place("record_id")?, place(column)?);
    let mut assignment = Assignment::new();
    for row in reader.records() {
        let row = row.map_err(|error| wrong(error.to_string()))?;
        let cell = |position: usize| row.get(position).unwrap_or_default().to_string();
        assignment.insert((cell(source), cell(id)), cell(value));
    }
    Ok(assignment)
}

/// Numbers true entities and clusters.
pub(super) fn judge(membership: &Assignment, truth: &Assignment) -> Vec<Judged> {
    let (mut truths, mut clusters) = (BTreeMap::new(), BTreeMap::new());
    let judged = truth.iter().map(|(key, entity)| Judged {
        truth: number(&mut truths, entity),
        cluster: membership.get(key).map(|cluster| number(&mut clusters, cluster)),
    });
    judged.collect()
}

fn number<'a>(known: &mut BTreeMap<&'a str, u32>, name: &'a str) -> u32 {
    let next = known.len() as u32;
    *known.entry(name).or_insert(next)
}

/// The truth by rows, in the order of keys; entities are numbered in the order of their first row.
pub(super) struct Truth<'a> {
    keys: Vec<&'a (String, String)>,
    /// Number of the true entity of each row.
    pub(super) entities: Vec<u32>,
    /// Names of the true entities by number.
    pub(super) names: Vec<&'a str>,
}

impl<'a> Truth<'a> {
    /// Numbers a truth.
    pub(super) fn new(truth: &'a Assignment) -> Self {
        let mut numbers = BTreeMap::new();
        let entities: Vec<u32> = truth.values().map(|entity| number(&mut numbers, entity)).collect();
        let mut names = vec![""; numbers.len()];
        numbers.iter().for_each(|(name, position)| names[*position as usize] = name);
        Self { keys: truth.keys().collect(), entities, names }
    }

    /// The row of a record.
    pub(super) fn row(&self, source: &str, id: &str) -> Option<usize> {
        self.keys.binary_search_by(|key| (key.0.as_str(), key.1.as_str()).cmp(&(source, id))).ok()
    }
}
