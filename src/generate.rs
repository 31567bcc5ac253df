//! What would a city's enterprise records look like, if we knew which of them are one unit?
//!
//! Real records of several departments with truth are not public. [`city`] writes a simulated Shenzhen: real divisions,
//! lawful names, valid codes, shared phones and hosting addresses, a history of renames and moves, and one file per
//! department with the dirt that department is known for. Every unit is a function of (seed, its number), so the city
//! streams: memory does not grow with it, and a branch can look its parent up without anybody remembering the parent.
//!
//! It deliberately simulates no behaviour of people and markets: rates are fixed, see `profile` and `unit`.

mod random;

mod codes;
mod day;
mod lexicon;

mod name;
mod person;
mod place;
mod unit;

mod department;
mod dirt;
mod profile;

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use department::{Batch, DEPARTMENTS, TRUTHS};
use dirt::Dirt;
use unit::City;

/// The largest city: organisation codes, drawn without repetition from a space of 31^5, would run out beyond it.
pub const N_LEGAL_UNITS_MAX: u64 = 3_000_000;

/// Units a thread generates at a time, and batches between two writes: bounds memory and paces the progress report.
const BATCH_UNITS: u64 = 512;
const N_BATCHES: u64 = 16;

/// What city to simulate, and where to write it.
#[derive(Debug, Clone)]
pub struct CityOptions {
    /// How many legal units; branches, head offices and half as many individual businesses come on top.
    pub n_legal_units: u64,
    /// Another seed is another city; the same seed gives the same bytes.
    pub seed: u64,
    /// The directory to write to; made if missing, files in it are overwritten.
    pub out: PathBuf,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityReport {
    /// Rows of each file, without its heading, in the order of writing.
    pub files: Vec<(String, u64)>,
    /// How many true entities have at least one record.
    pub n_entities: u64,
    /// How often each kind of dirt was applied.
    pub dirt: Vec<(&'static str, u64)>,
}

/// Why a city could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The city is empty or larger than the code space.
    #[error("--legal-units must be between 1 and {N_LEGAL_UNITS_MAX}, not {0}")]
    Size(u64),
    /// A file could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Writes `minglu.toml`, one CSV per department and the truths of units, people and buildings; calls `progress` with the units done so far.
pub fn city(options: &CityOptions, progress: &mut dyn FnMut(u64)) -> Result<CityReport, GenerateError> {
    if !(1..=N_LEGAL_UNITS_MAX).contains(&options.n_legal_units) {
        return Err(GenerateError::Size(options.n_legal_units));
    }
    let city = City { seed: options.seed, n_legal_units: options.n_legal_units };
    fs::create_dir_all(&options.out).map_err(|source| failed(&options.out, source))?;
    let config = options.out.join("minglu.toml");
    fs::write(&config, include_str!("generate/data/minglu.toml")).map_err(|source| failed(&config, source))?;
    let mut files = Files::create(&options.out)?;
    let n_units = city.n_legal_units + city.n_individuals();
    let mut total = Batch::default();
    let mut start = 0;
    while start < n_units {
        let end = (start + BATCH_UNITS * N_BATCHES).min(n_units);
        let starts: Vec<u64> = (start..end).step_by(BATCH_UNITS as usize).collect();
        // Batches know nothing of each other, and are written in order: bytes do not depend on the number of threads.
        let batches: Vec<Batch> = starts
            .into_par_iter()
            .map(|start| department::batch(city, start..(start + BATCH_UNITS).min(end)))
            .collect();
        for batch in &batches {
            files.append(batch)?;
            total.add_counts(batch);
        }
        progress(end);
        start = end;
    }
    files.finish()?;
    Ok(report(&total))
}

fn report(total: &Batch) -> CityReport {
    let mut files: Vec<_> = DEPARTMENTS.iter().zip(total.n_rows).map(|(d, n)| (format!("{}.csv", d.name), n)).collect();
    files.extend(TRUTHS.iter().zip(total.n_truths).map(|(name, n)| (format!("{name}.csv"), n)));
    let dirt = Dirt::ALL.iter().map(|&kind| (kind.label(), total.dirt.of(kind))).collect();
    CityReport { files, n_entities: total.n_entities, dirt }
}

/// The open files of a run: one per department, then the truth.
struct Files {
    open: Vec<(PathBuf, BufWriter<File>)>,
}

impl Files {
    fn create(out: &Path) -> Result<Files, GenerateError> {
        let headed = DEPARTMENTS.iter().map(|d| (d.name, d.columns.join(",")));
        let truths = TRUTHS.map(|name| (name, "source,record_id,entity".to_owned()));
        let mut open = Vec::new();
        for (name, heading) in headed.chain(truths) {
            let path = out.join(format!("{name}.csv"));
            let file = File::create(&path).map_err(|source| failed(&path, source))?;
            let mut file = BufWriter::new(file);
            writeln!(file, "{heading}").map_err(|source| failed(&path, source))?;
            open.push((path, file));
        }
        Ok(Files { open })
    }

    fn append(&mut self, batch: &Batch) -> Result<(), GenerateError> {
        let rows = batch.rows.iter().chain(&batch.truths);
        for ((path, file), rows) in self.open.iter_mut().zip(rows) {
            file.write_all(rows.as_bytes()).map_err(|source| failed(path, source))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), GenerateError> {
        for (path, file) in &mut self.open {
            file.flush().map_err(|source| failed(path, source))?;
        }
        Ok(())
    }
}

fn failed(path: &Path, source: std::io::Error) -> GenerateError {
    GenerateError::Write { path: path.to_owned(), source }
}
