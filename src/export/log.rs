//! What was delivered, judged and changed? The log behind the register, as files.

use minglu_graph::store::Store;
use serde::Serialize;
use serde_json::Value;

use super::{Rows, is_of_kind};
use crate::config::DERIVED_MARK;
use crate::error::{Error, Result};
use crate::registry::Registry;

/// Lines of the feed that are read at a time.
const N_LINES_PER_STEP: usize = 10_000;

#[derive(Serialize)]
struct RecordRow<'a> {
    source: &'a str,
    record_id: &'a str,
    raw: &'a str,
}

/// Records as received; what was derived of them is not delivered.
pub(super) fn records(registry: &Registry, kind: Option<&str>, rows: &mut Rows) -> Result<()> {
    for item in registry.store.scan_records()? {
        let ((source, record_id), stored) = item?;
        if source.contains(DERIVED_MARK) || !is_of_kind(registry, (&source, &record_id), kind)? {
            continue;
        }
        let row = RecordRow { source: &source, record_id: &record_id, raw: &stored.raw };
        rows.write(&row, &[&source, &record_id, &stored.raw], &["source", "record_id", "raw"])?;
    }
    Ok(())
}

/// Judgements as they were written.
pub(super) fn judgements(store: &Store, rows: &mut Rows) -> Result<()> {
    for line in store.judgements()? {
        let judgement: Value = serde_json::from_str(&line)
            .map_err(|error| Error::usage(format!("a stored judgement is not JSON ({error}); verify the register")))?;
        rows.write(&judgement, &[&line], &["judgement"])?;
    }
    Ok(())
}

/// The feed of changes.
pub(super) fn changes(registry: &Registry, kind: Option<&str>, rows: &mut Rows) -> Result<()> {
    let columns = ["seq", "at", "id", "kind", "fate", "fields_changed", "from", "to"];
    let mut after = 0;
    loop {
        let (lines, resume_after) = registry.changes(after, N_LINES_PER_STEP)?;
        for line in lines.iter().filter(|line| kind.is_none_or(|kind| kind == line.kind)) {
            let (seq, fields) = (line.seq.to_string(), line.fields_changed.join(" "));
            let (from, to) = (line.from.join(" "), line.to.join(" "));
            let cells = [&seq, &line.at, &line.id, &line.kind, &line.fate, &fields, &from, &to];
            rows.write(line, &cells.map(String::as_str), &columns)?;
        }
        if resume_after == after {
            return Ok(());
        }
        after = resume_after;
    }
}
