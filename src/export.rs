//! How does a register leave the program as a file?
//!
//! Sorted, LF, without times and sequence numbers, so that equal registers give equal files; only what was said and done
//! ([`log`]) depends on the way there.

mod log;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use minglu_graph::store::value::StoredLink;
use minglu_graph::store::{SourceAndId, Store};
use minglu_rules::score::match_probability;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::registry::{Registry, entity_answer};

/// What to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Subject {
    /// source, record_id, entity_id, one row per record, sorted by key bytes.
    Membership,
    /// Golden entities, sorted by id.
    Entities,
    /// Accepted links and pairs for review, sorted by records.
    Links,
    /// Relations, sorted by entity.
    Relations,
    /// Delivered records as received, sorted by key bytes.
    Records,
    /// Judgements in the order in which they were made.
    Judgements,
    /// Entities that came, changed or went since the build, by sequence.
    Changes,
}

/// How to write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FileFormat {
    /// Comma-separated, with a header.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

/// Exports a part of the current register; returns the rows written. `kind` keeps one kind of entity.
pub fn export(
    registry: &Registry,
    subject: Subject,
    format: FileFormat,
    kind: Option<&str>,
    path: &Path,
) -> Result<u64> {
    if let Some(kind) = kind
        && !registry.models.iter().any(|model| model.schema.kind == kind)
    {
        return Err(Error::usage(format!("this register has no kind '{kind}'")));
    }
    let mut rows = Rows::create(path, format)?;
    match subject {
        Subject::Membership => membership(registry, kind, &mut rows)?,
        Subject::Entities => entities(registry, kind, &mut rows)?,
        Subject::Links => links(registry, kind, &mut rows)?,
        Subject::Relations => relations(&registry.store, &mut rows)?,
        Subject::Records => log::records(registry, kind, &mut rows)?,
        Subject::Judgements => log::judgements(&registry.store, &mut rows)?,
        Subject::Changes => log::changes(registry, kind, &mut rows)?,
    }
    rows.finish()
}

#[derive(Serialize)]
struct MembershipRow<'a> {
    source: &'a str,
    record_id: &'a str,
    entity_id: &'a str,
}

fn membership(registry: &Registry, kind: Option<&str>, rows: &mut Rows) -> Result<()> {
    for item in registry.store.scan_membership()? {
        let ((source, record_id), entity_id) = item?;
        if is_of_kind(registry, (&source, &record_id), kind)? {
            let row = MembershipRow { source: &source, record_id: &record_id, entity_id: &entity_id };
            rows.write(&row, &[&source, &record_id, &entity_id], &["source", "record_id", "entity_id"])?;
        }
    }
    Ok(())
}

fn is_of_kind(registry: &Registry, (source, id): (&str, &str), kind: Option<&str>) -> Result<bool> {
    match kind {
        None => Ok(true),
        Some(kind) => Ok(registry.kind_of(source, id)? == Some(kind)),
    }
}

/// Columns of the entity table; `values` holds the golden values as JSON.
const ENTITY_COLUMNS: [&str; 7] = ["id", "kind", "anchor", "n_records", "name", "values", "conflicts"];

fn entities(registry: &Registry, kind: Option<&str>, rows: &mut Rows) -> Result<()> {
    for item in registry.store.scan_entities()? {
        let (id, stored) = item?;
        let model = &registry.models[stored.model_idx as usize];
        if kind.is_some_and(|kind| kind != model.schema.kind) {
            continue;
        }
        let answer = entity_answer(&id, &stored, model, 0, Vec::new());
        let name = stored.values.first().map(|value| value.value.as_str()).unwrap_or_default();
        let cells = [
            answer.id.as_str(),
            answer.kind.as_str(),
            answer.anchor.as_str(),
            &answer.records.len().to_string(),
            name,
            &to_json(&answer.values),
            &to_json(&answer.conflicts),
        ];
        rows.write(&answer, &cells, &ENTITY_COLUMNS)?;
    }
    Ok(())
}

/// JSON text of a part of an answer, for a cell.
fn to_json(part: &impl Serialize) -> String {
    serde_json::to_string(part).unwrap_or_default()
}

#[derive(Serialize)]
struct LinkRow {
    a: String,
    b: String,
    decision: &'static str,
    match_weight: f64,
    match_probability: f64,
    veto: String,
}

fn links(registry: &Registry, kind: Option<&str>, rows: &mut Rows) -> Result<()> {
    for item in registry.store.scan_records()? {
        let (a, record) = item?;
        if !is_of_kind(registry, (&a.0, &a.1), kind)? {
            continue;
        }
        let mut ends = Vec::new();
        for (other, link) in registry.store.links_of(record.ordinal)? {
            ends.push((registry.store.record_key(other)?.unwrap_or_default(), link));
        }
        ends.sort_unstable_by(|x, y| x.0.cmp(&y.0));
        // Each link is under both of its records: it is told once, of the first.
        for (b, link) in ends.into_iter().filter(|(b, _)| a < *b) {
            write_link(rows, (&a, &b), link)?;
        }
    }
    Ok(())
}

fn write_link(rows: &mut Rows, (a, b): (&SourceAndId, &SourceAndId), link: StoredLink) -> Result<()> {
    let row = LinkRow {
        a: format!("{}:{}", a.0, a.1),
        b: format!("{}:{}", b.0, b.1),
        decision: if link.accepted { "match" } else { "review" },
        match_weight: link.match_weight,
        match_probability: match_probability(link.match_weight),
        veto: link.veto,
    };
    let cells = [
        row.a.as_str(),
        &row.b,
        row.decision,
        &row.match_weight.to_string(),
        &row.match_probability.to_string(),
        &row.veto,
    ];
    rows.write(&row, &cells, &["a", "b", "decision", "match_weight", "match_probability", "veto"])
}

#[derive(Serialize)]
struct RelationRow<'a> {
    from: &'a str,
    kind: &'a str,
    to: &'a str,
    evidence: &'a str,
}

fn relations(store: &Store, rows: &mut Rows) -> Result<()> {
    for item in store.scan_relations()? {
        let (from, end) = item?;
        let (source, id) = store.record_key(end.evidence)?.unwrap_or_default();
        let evidence = format!("{source}:{id}");
        let row = RelationRow { from: &from, kind: &end.kind, to: &end.other, evidence: &evidence };
        rows.write(&row, &[&from, &end.kind, &end.other, &evidence], &["from", "kind", "to", "evidence"])?;
    }
    Ok(())
}

/// A file of rows in one of the formats.
struct Rows {
    path: std::path::PathBuf,
    sink: Sink,
    n_rows: u64,
}

enum Sink {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Jsonl(BufWriter<File>),
}

impl Rows {
    fn create(path: &Path, format: FileFormat) -> Result<Self> {
        let file = BufWriter::new(File::create(path).map_err(Error::io(path))?);
        let sink = match format {
            FileFormat::Csv => Sink::Csv(Box::new(csv::Writer::from_writer(file))),
            FileFormat::Jsonl => Sink::Jsonl(file),
        };
        Ok(Self { path: path.into(), sink, n_rows: 0 })
    }

    fn write(&mut self, row: &impl Serialize, cells: &[&str], columns: &[&str]) -> Result<()> {
        let written = match &mut self.sink {
            Sink::Csv(writer) => {
                let header = if self.n_rows == 0 { writer.write_record(columns) } else { Ok(()) };
                header.and_then(|()| writer.write_record(cells)).map_err(std::io::Error::other)
            }
            Sink::Jsonl(file) => {
                let text = serde_json::to_string(row).map_err(std::io::Error::other);
                text.and_then(|text| writeln!(file, "{text}"))
            }
        };
        self.n_rows += 1;
        written.map_err(Error::io(&self.path))
    }

    fn finish(mut self) -> Result<u64> {
        let flushed = match &mut self.sink {
            Sink::Csv(writer) => writer.flush(),
            Sink::Jsonl(file) => file.flush(),
        };
        flushed.map_err(Error::io(&self.path))?;
        Ok(self.n_rows)
    }
}
