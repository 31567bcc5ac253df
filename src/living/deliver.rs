//! How does a delivered file change a register that exists?
//!
//! Its rows are read as those of a build, with the settings of their source and the header of the file itself, and put in
//! batches of which each is one durable step. A row that cannot be used is listed, and the others go on: read = accepted +
//! rejected. What the file does not name stays as it is.

use std::path::Path;

use minglu_graph::store::value::StoredHeader;
use serde::Serialize;

use super::request::section_of;
use super::{Living, Refusal, RejectedLine, Request, WriteAnswer};
use crate::config::{Format, Section};
use crate::error::{Error, Result};
use crate::ingest::rows::{Batch, RowReader};
use crate::ingest::{Columns, id_of_row};
use crate::update::delivery::{Act, Change, Row};

/// Changes of one durable step: its cost is spread over enough rows, and it holds little memory.
const N_CHANGES_PER_STEP: usize = 5000;

/// Rejected rows that are listed one by one.
const N_REJECTED_LISTED_MAX: usize = 1000;

/// What became of the rows of a file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Delivered {
    /// The file.
    pub file: String,
    /// Rows, without the header.
    pub n_read: u64,
    /// Rows that were put, whether or not that changed anything.
    pub n_accepted: u64,
    /// Of these, rows that say what the register said already.
    pub n_unchanged: u64,
    /// Rows that could not be used.
    pub n_rejected: u64,
    /// The first thousand of them.
    pub rejected: Vec<RejectedLine>,
    /// Entities that came, changed or went, counted once for each step.
    pub n_entities: u64,
    /// Sequence number of the register after it.
    pub seq: u64,
}

/// Puts the rows of a file; `step` is told after each durable step how many rows were read.
pub fn deliver(living: &Living, source: &str, path: &Path, step: &mut dyn FnMut(u64)) -> Result<Delivered> {
    let registry = living.registry();
    let unknown = || Error::usage(unknown_source(living, source));
    let section_idx = section_of(&registry, source).ok_or_else(unknown)?;
    let is_packed = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let section = Section { path: path.into(), is_packed, ..registry.config.sections[section_idx].clone() };
    let mut reader = RowReader::open(&section)?;
    let columns = Columns::find(&section, reader.header())?;
    let is_json = section.format == Format::JsonLines;
    let header = StoredHeader {
        section_idx: section_idx as u32,
        is_json,
        columns: if is_json { Vec::new() } else { reader.header().to_vec() },
    };
    let header_idx = living.know_header(header)?;
    let mut delivered = Delivered { file: path.display().to_string(), ..Delivered::default() };
    delivered.seq = registry.store.state().sequence;
    drop(registry);
    let (mut batch, mut request) = (Batch::default(), Request::default());
    loop {
        reader.read(&mut batch).map_err(Error::io(path))?;
        if batch.rows.is_empty() {
            break;
        }
        delivered.n_read += batch.rows.len() as u64;
        for row in &batch.rows {
            match batch.text(row) {
                Ok(raw) => {
                    let id = id_of_row(&columns, &raw);
                    let row_of_file = Row::Delivered { header_idx, line: row.line, raw: raw.into_owned() };
                    let act = Act::Put { id, row: row_of_file };
                    request.push(row.line, Change { source: source.into(), act });
                }
                Err(reason) => request.rejected.push(RejectedLine { line: row.line, reason }),
            }
            if request.changes.len() == N_CHANGES_PER_STEP {
                delivered.add(living.write(std::mem::take(&mut request)).map_err(failed)?);
                step(delivered.n_read);
            }
        }
    }
    delivered.add(living.write(request).map_err(failed)?);
    Ok(delivered)
}

/// Deletes a record.
pub fn delete(living: &Living, source: &str, record_id: &str) -> Result<WriteAnswer> {
    if section_of(&living.registry(), source).is_none() {
        return Err(Error::usage(unknown_source(living, source)));
    }
    let act = Act::Delete { id: record_id.into() };
    let answer = living.write(Request::one(Change { source: source.into(), act })).map_err(failed)?;
    match answer.rejected.first() {
        None => Ok(answer),
        Some(rejected) => Err(Error::usage(format!("record {source}:{record_id}: {}", rejected.reason))),
    }
}

impl Delivered {
    fn add(&mut self, answer: WriteAnswer) {
        self.n_accepted += answer.accepted;
        self.n_unchanged += answer.unchanged;
        self.n_rejected += answer.rejected.len() as u64;
        self.n_entities += answer.entities.len() as u64;
        self.seq = answer.seq;
        let n_room = N_REJECTED_LISTED_MAX.saturating_sub(self.rejected.len());
        self.rejected.extend(answer.rejected.into_iter().take(n_room));
    }
}

fn unknown_source(living: &Living, source: &str) -> String {
    let registry = living.registry();
    let known = registry.store.catalog().sources.iter().map(|source| source.name.as_str());
    let known: Vec<&str> = known.filter(|name| section_of(&registry, name).is_some()).collect();
    format!("no source '{source}'; this register has: {}", known.join(", "))
}

fn failed(refusal: Refusal) -> Error {
    Error::usage(match refusal {
        Refusal::Full(text) => format!("{text}: this step was not done; make room and deliver the file again"),
        Refusal::Failed(text) => text,
        other => format!("not written: {other:?}"),
    })
}
