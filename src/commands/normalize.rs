//! `minglu normalize`: values in, JSON lines out.
//!
//! A reader thread cuts the input into batches, all cores answer a batch, the answers leave in the order of the input.
//! No more than a few batches are in memory, and what has been read is answered before more is waited for, so the
//! command can stand in an endless pipe. It decides nothing: what a value means is said by `minglu_rules`.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::sync_channel;
use std::time::{SystemTime, UNIX_EPOCH};

use minglu_rules::date::{self, Date};
use minglu_rules::division::{self, Division};
use minglu_rules::phone;
use rayon::prelude::*;

use crate::cli::{InputFormat, Normalize};
use crate::error::{Error, Result};

mod answer;
mod batch;
#[cfg(test)]
mod tests;
mod word;

use answer::{Answering, Detail};
use batch::{Batch, Shape};

/// Batches read ahead: enough that neither side waits for the other.
const N_BATCHES_AHEAD: usize = 2;
/// Values that one core answers at a stretch.
const N_VALUES_PER_TASK: usize = 256;
/// Bytes of an answer: a guess, so that the buffer seldom grows.
const N_ANSWER_BYTES: usize = 512;
/// Seconds of a day.
const N_DAY_SECONDS: u64 = 86_400;

/// Answers every value of the input.
pub(super) fn normalize(arguments: &Normalize) -> Result<ExitCode> {
    let answering = answering(arguments)?;
    let shape = shape(arguments)?;
    let (path, input): (PathBuf, Box<dyn Read + Send>) = match &arguments.input {
        Some(path) => (path.clone(), Box::new(File::open(path).map_err(Error::io(path))?)),
        None => ("standard input".into(), Box::new(std::io::stdin())),
    };
    let (sender, batches) = sync_channel(N_BATCHES_AHEAD);
    // Not joined: when nobody reads the answers any more, the reader may still wait for its input.
    std::thread::spawn(move || batch::read(input, &shape, &path, &sender));
    let mut output = std::io::stdout().lock();
    let mut n_unreadable = 0;
    for batch in batches {
        let batch: Batch = batch?;
        let answers = answer_all(&batch, &answering);
        n_unreadable += answers.iter().map(|(_, n_unreadable)| n_unreadable).sum::<u64>();
        let written = answers.iter().try_for_each(|(bytes, _)| output.write_all(bytes)).and_then(|()| output.flush());
        match written {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
            written => written.map_err(Error::io(Path::new("standard output")))?,
        }
    }
    if n_unreadable > 0 {
        super::note(&format!("{n_unreadable} lines could not be read"));
        return Ok(ExitCode::from(super::EXIT_NO));
    }
    Ok(ExitCode::SUCCESS)
}

/// The answers of a batch, task by task, and how many values of each task could not be read.
fn answer_all(batch: &Batch, answering: &Answering) -> Vec<(Vec<u8>, u64)> {
    let answer_task = |items: &[batch::Item]| {
        let mut bytes = Vec::with_capacity(items.len() * N_ANSWER_BYTES);
        let n_unreadable = items.iter().map(|item| u64::from(!answering.answer(batch, item, &mut bytes))).sum();
        (bytes, n_unreadable)
    };
    batch.items.par_chunks(N_VALUES_PER_TASK).map(answer_task).collect()
}

fn answering(arguments: &Normalize) -> Result<Answering> {
    let place = arguments.division.as_deref().map(find_division).transpose()?;
    let area_code = match (&arguments.area_code, place) {
        (Some(area_code), _) => Some(area_code.clone()),
        (None, Some(place)) => phone::area_code_of(place).map(str::to_owned),
        (None, None) => None,
    };
    let detail = match (arguments.compact, arguments.steps) {
        (true, _) => Detail::Compact,
        (_, true) => Detail::Explained,
        _ => Detail::Full,
    };
    let today = match &arguments.today {
        Some(text) => date::parse(text).ok_or_else(|| Error::usage(format!("--today '{text}' is no calendar day")))?,
        None => today(),
    };
    Ok(Answering { subject: arguments.subject, place, area_code, today, detail })
}

fn shape(arguments: &Normalize) -> Result<Shape> {
    let is_tsv = || arguments.input.as_ref().and_then(|path| path.extension()).is_some_and(|end| end == "tsv");
    let format = arguments.format.unwrap_or_else(|| match (&arguments.column, &arguments.pointer) {
        (Some(_), _) if is_tsv() => InputFormat::Tsv,
        (Some(_), _) => InputFormat::Csv,
        (_, Some(_)) => InputFormat::Jsonl,
        _ => InputFormat::Lines,
    });
    let table = |delimiter| match &arguments.column {
        Some(column) => batch::Table::new(delimiter, column, !arguments.no_header),
        None => Err(Error::usage("a table needs --column: the header or the number of the column")),
    };
    let pointer = arguments.pointer.clone().unwrap_or_default();
    match format {
        InputFormat::Csv => Ok(Shape::Table(table(b',')?)),
        InputFormat::Tsv => Ok(Shape::Table(table(b'\t')?)),
        _ if arguments.column.is_some() => Err(Error::usage("--column is for tables: --format csv or tsv")),
        InputFormat::Jsonl if !pointer.is_empty() && !pointer.starts_with('/') => {
            Err(Error::usage(format!("--pointer '{pointer}' does not begin with '/'")))
        }
        InputFormat::Jsonl => Ok(Shape::JsonLines(pointer)),
        InputFormat::Lines if arguments.pointer.is_some() => {
            Err(Error::usage("--pointer is for JSON lines: --format jsonl"))
        }
        InputFormat::Lines => Ok(Shape::Lines),
    }
}

fn find_division(text: &str) -> Result<Division> {
    let found = text.parse().ok().and_then(division::of_code).or_else(|| division::named(text));
    found.ok_or_else(|| Error::usage(format!("--division '{text}' is neither a six-digit code nor a name")))
}

/// The day in UTC: birth dates need no finer clock.
fn today() -> Date {
    let n_seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Date((n_seconds / N_DAY_SECONDS) as i32)
}
