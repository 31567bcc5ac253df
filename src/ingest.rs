//! How do delivered files become records?
//!
//! Each file is read as a stream of batches of rows, whatever its format ([`rows`]); rows are decoded, mapped to fields and
//! normalized in parallel. A row that cannot be used goes to quarantine with its line and reason, and the run goes on:
//! read = accepted + quarantined, always. A value that cannot be read is listed as an issue, and its row stays.
//! The result is sorted by record key, so nothing after it depends on the order of rows.

pub mod rows;

pub mod delimited;
pub mod encoding;
pub mod gzip;
pub mod lines;
pub mod parquet;
pub mod spreadsheet;

mod derived;
mod issues;
mod mapping;
mod quarantine;
mod spool;

pub use derived::{DerivedSources, derive_all, derive_one};
pub use issues::{IssueLog, IssuePlace};
pub use mapping::{Columns, Mapped, cells_by_column, id_of_row, map_row, map_row_as};
pub use quarantine::{Quarantined, write_quarantine};
pub use spool::Spool;

use std::collections::{BTreeMap, BTreeSet};

use minglu_graph::store::write::Received;
use minglu_rules::model::{Record, RecordKey, Source, SourceIdx, SourceRecord};
use minglu_rules::normalize::{self, IssueKind};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::config::{Config, DERIVED_MARK, Encoding, Format, Naming, Section};
use crate::error::{Error, Result};
use crate::progress::Progress;
use rows::{Batch, Row, RowReader};

/// All records of a delivery, by kind.
#[derive(Debug, Default)]
pub struct Delivery {
    /// Sources of all kinds, sorted by (kind, rank, name).
    pub sources: Vec<Source>,
    /// Kind and section of each source.
    pub source_places: Vec<(usize, usize)>,
    /// Column headers of the files, by section.
    pub headers: Vec<Vec<String>>,
    /// Records and their rows, sorted by key, for each kind of the configuration.
    pub kinds: Vec<Accepted>,
    /// Rows that could not be used.
    pub quarantined: Vec<Quarantined>,
    /// Counts by section.
    pub counts: Vec<Counts>,
    /// Values that could not be read, by kind of issue.
    pub n_issues: BTreeMap<IssueKind, u64>,
    /// The same, one by one.
    pub issues: IssueLog,
}

/// Accepted records of one kind, in anchor order, with the rows they came from.
#[derive(Debug, Default)]
pub struct Accepted {
    /// Normalized.
    pub records: Vec<Record>,
    /// As received.
    pub received: Vec<Received>,
}

/// What became of the rows of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// The file.
    pub file: String,
    /// Rows, without the header.
    pub n_read: u64,
    /// Rows that became a record, or repeat one word for word.
    pub n_accepted: u64,
    /// Of these, repetitions.
    pub n_duplicates: u64,
    /// Rows in quarantine.
    pub n_quarantined: u64,
    /// How the bytes of a text were read; none where it is ASCII or the format is not text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
    /// What is odd about the file as a whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A row that became a record, before its source has a position.
struct Found {
    /// Its name where a column gives it, empty where the whole file is one source.
    source: String,
    /// Position of its kind in the configuration.
    kind_idx: usize,
    record: Record,
    received: Received,
}

/// Reads all files of a configuration and derives what it asks for; rows are appended to the spool, where there is one.
pub fn read(config: &Config, spool: Option<&mut Spool>, progress: &dyn Progress) -> Result<Delivery> {
    let mut spool = spool;
    let mut delivery = Delivery::default();
    let mut found: Vec<Vec<Found>> = Vec::new();
    let mut batch = Batch::default();
    for (section_idx, section) in config.sections.iter().enumerate() {
        let mut reader = RowReader::open(section)?;
        progress.start(&format!("read {}", section.path.display()), Some(reader.n_bytes()));
        let mut counts = Counts { file: section.path.display().to_string(), ..Counts::default() };
        let header = header_or_warning(section, reader.header(), &mut counts.warnings);
        let columns = Columns::find(section, &header)?;
        let mut of_section = Vec::new();
        loop {
            reader.read(&mut batch).map_err(Error::io(&section.path))?;
            if batch.rows.is_empty() {
                break;
            }
            counts.n_read += batch.rows.len() as u64;
            read_batch(
                config,
                (section_idx, &columns),
                &batch,
                spool.as_deref_mut(),
                (&mut of_section, &mut delivery),
            )?;
            progress.set(reader.n_bytes_read());
        }
        counts.encoding = reader.encoding().map(Encoding::as_str);
        if counts.n_read == 0 && counts.warnings.is_empty() {
            counts.warnings.push("the file has no rows".into());
        }
        delivery.headers.push(header);
        delivery.counts.push(counts);
        found.push(of_section);
    }
    progress.finish();
    accept(config, found, &mut delivery);
    derived::add(config, &mut delivery);
    fetch_rows(config, &mut delivery.quarantined)?;
    Ok(delivery)
}

/// The header of a section's file, in which all columns that the section names were found.
pub fn read_header(section: &Section) -> Result<Vec<String>> {
    let reader = RowReader::open(section)?;
    let header = header_or_warning(section, reader.header(), &mut Vec::new());
    Columns::find(section, &header)?;
    Ok(header)
}

/// The header of a file. A file without one is empty and stands for one without rows: it has the columns that were asked for.
fn header_or_warning(section: &Section, header: &[String], warnings: &mut Vec<String>) -> Vec<String> {
    if section.format == Format::JsonLines {
        return Vec::new();
    }
    let named = Columns::named(section);
    if header.is_empty() {
        warnings.push("the file is empty: it has no header and no rows".into());
        return named.into_iter().map(String::from).collect();
    }
    for name in named {
        let places: Vec<String> = header
            .iter()
            .enumerate()
            .filter(|(_, column)| *column == name)
            .map(|(at, _)| (at + 1).to_string())
            .collect();
        if places.len() > 1 {
            warnings.push(format!("the columns {} are all named '{name}'; the first is read", places.join(", ")));
        }
    }
    header.to_vec()
}

/// Reads the rows of repeated ids once more, because accepted rows are not kept in memory.
fn fetch_rows(config: &Config, quarantined: &mut [Quarantined]) -> Result<()> {
    let mut batch = Batch::default();
    for of_section in quarantined.chunk_by_mut(|a, b| a.section_idx == b.section_idx) {
        let mut wanted: BTreeMap<u64, &mut Quarantined> =
            of_section.iter_mut().filter(|row| row.row.is_empty()).map(|row| (row.line, row)).collect();
        let Some(section_idx) = wanted.first_key_value().map(|(_, row)| row.section_idx) else { continue };
        let section = &config.sections[section_idx];
        let mut reader = RowReader::open(section)?;
        while !wanted.is_empty() {
            reader.read(&mut batch).map_err(Error::io(&section.path))?;
            if batch.rows.is_empty() {
                break;
            }
            for row in &batch.rows {
                if let Some(quarantined) = wanted.remove(&row.line) {
                    quarantined.row = batch.lossy(row);
                }
            }
        }
    }
    Ok(())
}

fn read_batch(
    config: &Config,
    (section_idx, columns): (usize, &Columns),
    batch: &Batch,
    mut spool: Option<&mut Spool>,
    (found, delivery): (&mut Vec<Found>, &mut Delivery),
) -> Result<()> {
    let section = &config.sections[section_idx];
    let read = |row: &Row| {
        let raw = batch.text(row).map_err(|reason| (row.line, reason, batch.lossy(row)))?;
        let Mapped { source, target_idx, record } =
            map_row(section, columns, &raw).map_err(|reason| (row.line, reason, raw.to_string()))?;
        let kind_idx = section.targets[target_idx].kind_idx;
        let (record, issues) = normalize::normalize(&record, &config.kinds[kind_idx].schema, &config.jurisdiction);
        let hash = xxh3_64(raw.as_bytes());
        let received = Received { header_idx: section_idx as u32, line: row.line, hash, offset: 0, len: 0 };
        // A file of one source need not name it with every record.
        let source = if matches!(section.naming, Naming::One(_)) { String::new() } else { source };
        Ok((Found { source, kind_idx, record, received }, raw, issues))
    };
    let outcomes: Vec<_> = batch.rows.par_iter().with_min_len(64).map(read).collect();
    for outcome in outcomes {
        match outcome {
            Ok((mut accepted, raw, issues)) => {
                if let Some(spool) = &mut spool {
                    (accepted.received.offset, accepted.received.len) = spool.append(raw.as_bytes())?;
                }
                for issue in &issues {
                    *delivery.n_issues.entry(issue.kind).or_insert(0) += 1;
                    let (line, record_id) = (accepted.received.line, &*accepted.record.key.id);
                    let field = config.kinds[accepted.kind_idx].schema.spec(issue.field).name.as_str();
                    delivery.issues.push(IssuePlace { file: &section.path, line, record_id, field }, issue)?;
                }
                found.push(accepted);
            }
            Err((line, reason, row)) => {
                delivery.quarantined.push(Quarantined { section_idx, line, reason, row });
            }
        }
    }
    Ok(())
}

/// Gives sources their positions, sorts records by key and sets repeated ids aside.
fn accept(config: &Config, found: Vec<Vec<Found>>, delivery: &mut Delivery) {
    let positions = name_sources(config, &found, delivery);
    let mut kinds: Vec<Vec<Found>> = config.kinds.iter().map(|_| Vec::new()).collect();
    for (section_idx, rows) in found.into_iter().enumerate() {
        let rows = if config.sections[section_idx].targets.len() > 1 { once_each(rows, delivery) } else { rows };
        for mut row in rows {
            row.record.key.source = positions[&(section_idx, row.kind_idx, std::mem::take(&mut row.source))];
            kinds[row.kind_idx].push(row);
        }
    }
    for mut rows in kinds {
        rows.par_sort_by(|a, b| {
            let order = a.record.key.cmp(&b.record.key);
            order.then(a.received.header_idx.cmp(&b.received.header_idx)).then(a.received.line.cmp(&b.received.line))
        });
        let mut accepted =
            Accepted { records: Vec::with_capacity(rows.len()), received: Vec::with_capacity(rows.len()) };
        for row in rows {
            set_aside_or_accept(row, &mut accepted, delivery);
        }
        delivery.kinds.push(accepted);
    }
    delivery.quarantined.sort_by_key(|row| (row.section_idx, row.line));
    for row in &delivery.quarantined {
        delivery.counts[row.section_idx].n_quarantined += 1;
    }
}

/// Sets repeated ids of a file of several kinds aside: an id names one row, of whatever kind.
fn once_each(mut rows: Vec<Found>, delivery: &mut Delivery) -> Vec<Found> {
    let id = |row: &Found| (row.source.clone(), row.record.key.id.clone());
    rows.par_sort_by(|a, b| {
        let order = a.source.cmp(&b.source).then_with(|| a.record.key.id.cmp(&b.record.key.id));
        order.then(a.received.line.cmp(&b.received.line))
    });
    let mut kept: Vec<Found> = Vec::with_capacity(rows.len());
    for row in rows {
        match kept.last().filter(|first| id(first) == id(&row)) {
            Some(first) => set_aside((&first.record, &first.received), &row, delivery),
            None => kept.push(row),
        }
    }
    kept
}

/// Counts the repetition of a row, or puts a row that contradicts it into quarantine.
fn set_aside((first, received): (&Record, &Received), row: &Found, delivery: &mut Delivery) {
    let section_idx = row.received.header_idx as usize;
    if received.hash == row.received.hash {
        delivery.counts[section_idx].n_accepted += 1;
        delivery.counts[section_idx].n_duplicates += 1;
    } else {
        let reason = format!("record id '{}' already stands on line {} with other values", first.key.id, received.line);
        delivery.quarantined.push(Quarantined { section_idx, line: row.received.line, reason, row: String::new() });
    }
}

fn set_aside_or_accept(row: Found, accepted: &mut Accepted, delivery: &mut Delivery) {
    if let (Some(last), Some(first)) = (accepted.records.last(), accepted.received.last())
        && last.key == row.record.key
    {
        set_aside((last, first), &row, delivery);
        return;
    }
    delivery.counts[row.received.header_idx as usize].n_accepted += 1;
    accepted.records.push(row.record);
    accepted.received.push(row.received);
}

/// Lists the sources that occur, sorted by (kind, rank, name), and returns the position of each section's sources by kind
/// and name in the column. What is derived of a source comes with it.
fn name_sources(
    config: &Config,
    found: &[Vec<Found>],
    delivery: &mut Delivery,
) -> BTreeMap<(usize, usize, String), SourceIdx> {
    let mut listed: BTreeSet<(usize, u32, String, usize)> = BTreeSet::new();
    for (section_idx, section) in config.sections.iter().enumerate() {
        let named: BTreeSet<(usize, &str)> = match &section.naming {
            Naming::One(_) => section.targets.iter().map(|target| (target.kind_idx, "")).collect(),
            Naming::Column(..) => found[section_idx].iter().map(|row| (row.kind_idx, row.source.as_str())).collect(),
        };
        for (kind_idx, in_column) in named {
            let (rank, name) = (rank_of(section, in_column), name_of(section, in_column));
            for derivation in section.derivations.iter().map(|idx| &config.derivations[*idx]) {
                if derivation.kind_idx == kind_idx {
                    let derived = config.derived_name(derivation, &name);
                    listed.insert((derivation.to_kind_idx, rank, derived, section_idx));
                }
            }
            listed.insert((kind_idx, rank, name, section_idx));
        }
    }
    let mut positions = BTreeMap::new();
    for (position, (kind_idx, rank, name, section_idx)) in listed.into_iter().enumerate() {
        let section = &config.sections[section_idx];
        // A unit is listed once, its representative or its building may well be listed with others.
        let unique = section.unique && !name.contains(DERIVED_MARK);
        delivery.sources.push(Source { name: name.clone(), rank, unique });
        delivery.source_places.push((kind_idx, section_idx));
        let in_column = if matches!(section.naming, Naming::One(_)) { String::new() } else { name.clone() };
        if !name.contains(DERIVED_MARK) {
            positions.insert((section_idx, kind_idx, in_column), SourceIdx(position as u16));
        }
    }
    positions
}

fn name_of(section: &Section, in_column: &str) -> String {
    match &section.naming {
        Naming::One(name) => name.clone(),
        Naming::Column(..) => in_column.to_string(),
    }
}

fn rank_of(section: &Section, name: &str) -> u32 {
    match &section.naming {
        Naming::One(_) => section.rank,
        Naming::Column(_, ranks) => ranks.get(name).copied().unwrap_or(section.rank),
    }
}

/// Reads a stored row again: the same mapping and normalization as when it was delivered.
pub fn reread(
    config: &Config,
    section_idx: usize,
    columns: &Columns,
    key: (SourceIdx, &str),
    raw: &str,
) -> std::result::Result<Record, String> {
    let section = &config.sections[section_idx];
    let Mapped { target_idx, record, .. } = map_row_as(section, columns, raw, Some(key.1))?;
    let row = SourceRecord { key: RecordKey { source: key.0, id: key.1.into() }, ..record };
    let kind = &config.kinds[section.targets[target_idx].kind_idx];
    Ok(normalize::normalize(&row, &kind.schema, &config.jurisdiction).0)
}

#[cfg(test)]
mod tests;
