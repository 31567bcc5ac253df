//! `minglu resolve`: one question, or a file of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use rayon::prelude::*;

use super::{note, print, to_json};
use crate::cli::Resolve;
use crate::error::{Error, Result};
use crate::registry::{Candidate, OneOrMany, Query, QueryError, Registry};

/// Rows of a batch that are resolved together.
const N_ROWS_PER_BATCH: usize = 4096;

/// Answers one query with JSON, or a file with a file.
pub(super) fn resolve(arguments: &Resolve) -> Result<ExitCode> {
    let registry = Registry::open(&arguments.data)?;
    if let (Some(batch), Some(out)) = (&arguments.batch, &arguments.out) {
        return resolve_file(&registry, batch, out, arguments.kind.as_deref());
    }
    let mut values = BTreeMap::new();
    let given = [
        ("name", &arguments.name),
        ("uscc", &arguments.uscc),
        ("address", &arguments.address),
        ("phone", &arguments.phone),
        ("legal_rep", &arguments.legal_rep),
    ];
    for (field, value) in given {
        if let Some(value) = value {
            values.insert(field.to_string(), OneOrMany::One(value.clone()));
        }
    }
    for pair in &arguments.fields {
        let (field, value) =
            pair.split_once('=').ok_or_else(|| Error::usage(format!("--field '{pair}' is not FIELD=VALUE")))?;
        values.insert(field.into(), OneOrMany::One(value.into()));
    }
    let query = Query { kind: arguments.kind.clone(), values, limit: arguments.limit };
    print(&to_json(&answer(&registry, &query)?)?)?;
    Ok(ExitCode::SUCCESS)
}

fn answer(registry: &Registry, query: &Query) -> Result<Vec<Candidate>> {
    registry.resolve(query).map_err(|error| match error {
        QueryError::Invalid(what) => Error::usage(what),
        QueryError::Failed(error) => error,
    })
}

/// Columns that a batch appends to those of its input.
const APPENDED: [&str; 5] = ["entity", "verdict", "match_probability", "entity_name", "error"];

fn resolve_file(registry: &Registry, batch: &Path, out: &Path, kind: Option<&str>) -> Result<ExitCode> {
    let wrong = |path: &Path, error: csv::Error| Error::usage(format!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(batch).map_err(|error| wrong(batch, error))?;
    let header = reader.headers().map_err(|error| wrong(batch, error))?.clone();
    let mut writer = csv::Writer::from_path(out).map_err(|error| wrong(out, error))?;
    writer.write_record(header.iter().chain(APPENDED)).map_err(|error| wrong(out, error))?;
    let (mut rows, mut n_rows) = (reader.records(), 0);
    loop {
        let batch_rows: Vec<csv::StringRecord> =
            rows.by_ref().take(N_ROWS_PER_BATCH).collect::<std::result::Result<_, _>>().map_err(|e| wrong(batch, e))?;
        if batch_rows.is_empty() {
            break;
        }
        n_rows += batch_rows.len();
        let answers: Vec<[String; 5]> =
            batch_rows.par_iter().map(|row| answer_row(registry, &header, row, kind)).collect();
        for (row, answer) in batch_rows.iter().zip(&answers) {
            let cells = row.iter().chain(answer.iter().map(String::as_str));
            writer.write_record(cells).map_err(|error| wrong(out, error))?;
        }
    }
    writer.flush().map_err(Error::io(out))?;
    note(&format!("{n_rows} rows in {}", out.display()));
    Ok(ExitCode::SUCCESS)
}

/// The best candidate of a row; columns that are no fields of the schema are passed over.
fn answer_row(
    registry: &Registry,
    header: &csv::StringRecord,
    row: &csv::StringRecord,
    kind: Option<&str>,
) -> [String; 5] {
    let model = registry.models.iter().find(|model| kind.is_none_or(|kind| kind == model.schema.kind));
    let known = |field: &str| model.is_some_and(|model| model.schema.field(field).is_some());
    let cells = header.iter().zip(row).filter(|(field, value)| known(field) && !value.is_empty());
    let values = cells.map(|(field, value)| (field.to_string(), OneOrMany::One(value.to_string()))).collect();
    let query = Query { kind: kind.map(Into::into), values, limit: Some(1) };
    match answer(registry, &query).map(|candidates| candidates.into_iter().next()) {
        Ok(Some(best)) => {
            let verdict = serde_json::to_value(best.verdict).ok().and_then(|value| value.as_str().map(Into::into));
            let probability = format!("{:.6}", best.match_probability);
            [best.entity, verdict.unwrap_or_default(), probability, best.name, String::new()]
        }
        Ok(None) => ["".into(), "none".into(), "".into(), "".into(), "".into()],
        Err(error) => ["".into(), "".into(), "".into(), "".into(), error.to_string()],
    }
}
