//! How are changes sent, and how fast do they become durable? Writers that own their records, each with one request under way.
//!
//! What is sent follows from the seed and from what the log says is there. How long a run is, and which requests are under
//! way when the service dies, does not.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use xxhash_rust::xxh3::xxh3_64;

use crate::city::{City, VERSION_END, renaming};
use crate::ledger::{Entry, Ledger};
use crate::wire::{Answer, Wire};
use crate::{Result, RunArguments, watch};

/// Of so many new records one takes the id of a deleted record, if there is any.
const N_FRESH: u64 = 4;
/// Time that a writer leaves a service that is full or busy.
const PAUSE: Duration = Duration::from_millis(50);

/// What all threads of a run share.
pub(crate) struct Shared<'a> {
    pub(crate) city: &'a City,
    pub(crate) wire: &'a Wire,
    pub(crate) ledger: &'a Ledger,
    pub(crate) arguments: &'a RunArguments,
    pub(crate) is_over: AtomicBool,
    pub(crate) figures: Mutex<Figures>,
    n_requests: AtomicU64,
    ends: Instant,
}

/// What was counted and measured; times are in milliseconds.
#[derive(Default)]
pub(crate) struct Figures {
    n_changes: u64,
    n_replayed: u64,
    n_full: u64,
    n_unknown: u64,
    single_ms: Vec<f64>,
    batch_ms: Vec<f64>,
    pub(crate) search_ms: Vec<f64>,
    pub(crate) lag_ms: Vec<f64>,
    pub(crate) n_not_found: u64,
    /// What ended the service, or the connection to it.
    pub(crate) gone: Option<String>,
    /// Why the run failed; only the first of them are kept.
    pub(crate) problems: Vec<String>,
}

/// Somebody who changes records that nobody else changes.
pub(crate) struct Writer {
    number: usize,
    random: Pcg64,
    /// Ids of its records by source.
    ids: Vec<Vec<String>>,
    /// Ids that are certainly gone, to be used again.
    deleted: Vec<Vec<String>>,
    /// Ids of the request under way that are not there yet.
    begun: Vec<String>,
    n_new: u64,
}

impl Shared<'_> {
    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed) || Instant::now() >= self.ends
    }

    pub(crate) fn note(&self, change: impl FnOnce(&mut Figures)) {
        change(&mut self.figures.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn fail(&self, problem: String) {
        self.is_over.store(true, Ordering::Relaxed);
        self.note(|figures| figures.problems.push(problem));
    }
}

/// Runs all writers and readers until the time is over or the service is gone, prints what they saw.
pub(crate) fn run(city: &City, wire: &Wire, ledger: &Ledger, arguments: &RunArguments) -> Result<bool> {
    let started = Instant::now();
    let shared = Shared {
        city,
        wire,
        ledger,
        arguments,
        is_over: AtomicBool::new(false),
        figures: Mutex::new(Figures::default()),
        n_requests: AtomicU64::new(ledger.n_requests()),
        ends: started + Duration::from_secs_f64(arguments.seconds),
    };
    let n_writers = arguments.singles + arguments.batches;
    let mut writers = writers(&shared, n_writers + usize::from(arguments.lag));
    let renamer = writers.split_off(n_writers).pop();
    thread::scope(|scope| {
        for writer in writers {
            scope.spawn(|| write(&shared, writer));
        }
        if let Some(renamer) = renamer {
            scope.spawn(|| watch::rename(&shared, renamer));
        }
        if arguments.search {
            scope.spawn(|| watch::read(&shared));
        }
    });
    let seconds = started.elapsed().as_secs_f64();
    let figures = shared.figures.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(print(figures, seconds, arguments))
}

/// Parts the records that are certainly there among writers.
fn writers(shared: &Shared<'_>, n_writers: usize) -> Vec<Writer> {
    let new_writer = |number: usize| Writer {
        number,
        random: Pcg64::seed_from_u64(shared.arguments.seed.wrapping_mul(1000).wrapping_add(number as u64)),
        ids: vec![Vec::new(); shared.city.sources.len()],
        deleted: vec![Vec::new(); shared.city.sources.len()],
        begun: Vec::new(),
        n_new: 0,
    };
    let mut writers: Vec<Writer> = (0..n_writers).map(new_writer).collect();
    if writers.is_empty() {
        return writers;
    }
    let sources = &shared.city.sources;
    let is_delivered =
        |key: &(String, String)| sources.iter().any(|source| source.name == key.0 && source.is_delivered(&key.1));
    let possible = shared.ledger.possible(is_delivered);
    for (source_idx, source) in sources.iter().enumerate() {
        let written = possible.keys().filter(|key| key.0 == source.name && !source.is_delivered(&key.1));
        for id in source.delivered_ids().chain(written.map(|key| &key.1)) {
            let versions = possible.get(&(source.name.clone(), id.clone()));
            if versions.is_none_or(|versions| versions.iter().all(|possible| possible.version.is_some())) {
                let owner = usize::try_from(xxh3_64(id.as_bytes()) >> 32).unwrap_or_default() % n_writers;
                writers[owner].ids[source_idx].push(id.clone());
            }
        }
    }
    writers
}

fn write(shared: &Shared<'_>, mut writer: Writer) {
    let is_batch = writer.number >= shared.arguments.singles;
    while !shared.is_over() {
        let entry = writer.next_entry(shared, is_batch);
        if !writer.send(shared, entry) {
            break;
        }
    }
}

impl Writer {
    fn next_entry(&mut self, shared: &Shared<'_>, is_batch: bool) -> Entry {
        self.begun.clear();
        let source_idx = self.random.random_range(0..self.ids.len());
        let n_changes = if is_batch { shared.arguments.batch_size } else { 1 };
        let mut changes: Vec<(String, Option<u64>)> = Vec::new();
        for _ in 0..n_changes {
            let change = self.next_change(shared, source_idx);
            // Within a request a record is named once, so that the order of its lines does not matter.
            if changes.iter().all(|(id, _)| *id != change.0) {
                changes.push(change);
            }
        }
        let op = match (is_batch, changes[0].1) {
            (true, _) => "batch",
            (false, Some(_)) => "put",
            (false, None) => "delete",
        };
        self.entry(shared, source_idx, op, changes)
    }

    fn next_change(&mut self, shared: &Shared<'_>, source_idx: usize) -> (String, Option<u64>) {
        let shares = shared.arguments.shares;
        let version = self.random.random_range(1..VERSION_END);
        let drawn = self.random.random_range(0..shares.changed + shares.new + shares.deleted);
        let n_ids = self.ids[source_idx].len();
        if n_ids == 0 || (shares.changed..shares.changed + shares.new).contains(&drawn) {
            self.n_new += 1;
            let n_before = shared.ledger.n_requests();
            let fresh = || format!("H{}-{n_before}-{}-{}", shared.arguments.seed, self.number, self.n_new);
            let again = self.deleted[source_idx].pop_if(|_| version % N_FRESH == 0);
            let id = again.unwrap_or_else(fresh);
            self.begun.push(id.clone());
            return (id, Some(version));
        }
        let idx = self.random.random_range(0..n_ids);
        match drawn < shares.changed {
            true => (self.ids[source_idx][idx].clone(), Some(version)),
            false => (self.ids[source_idx].swap_remove(idx), None),
        }
    }

    /// A unit of the first source with a trade name that nobody has.
    pub(crate) fn next_renaming(&mut self, shared: &Shared<'_>) -> Option<(Entry, u64)> {
        let version = renaming(self.random.random_range(1..VERSION_END / 2));
        let idx = self.random.random_range(0..self.ids.first()?.len().max(1));
        let id = self.ids[0].get(idx)?.clone();
        Some((self.entry(shared, 0, "put", vec![(id, Some(version))]), version))
    }

    fn entry(&self, shared: &Shared<'_>, source_idx: usize, op: &str, changes: Vec<(String, Option<u64>)>) -> Entry {
        let request = shared.n_requests.fetch_add(1, Ordering::Relaxed);
        Entry {
            request,
            writer: self.number,
            op: op.to_owned(),
            key: format!("{}-{}-{request}", shared.arguments.seed, self.number),
            source: shared.city.sources[source_idx].name.clone(),
            changes,
            seq: None,
            why: None,
        }
    }

    /// Sends a request and logs what became of it; false once there is nobody to send to.
    pub(crate) fn send(&mut self, shared: &Shared<'_>, mut entry: Entry) -> bool {
        let Some(source_idx) = shared.city.sources.iter().position(|source| source.name == entry.source) else {
            return false;
        };
        let source = &shared.city.sources[source_idx];
        let started = Instant::now();
        let answer = shared.wire.write(source, &entry);
        let elapsed_ms = started.elapsed().as_secs_f64() * 1e3;
        match answer {
            Answer::Acknowledged(seq, body) => {
                entry.seq = Some(seq);
                log(shared, shared.ledger.acknowledge(&entry));
                self.ids[source_idx].append(&mut self.begun);
                let deleted = entry.changes.iter().filter(|(_, version)| version.is_none());
                self.deleted[source_idx].extend(deleted.map(|(id, _)| id.clone()));
                shared.note(|figures| figures.count(&entry, elapsed_ms));
                self.replay(shared, &entry, &body);
                return true;
            }
            Answer::Full => {
                shared.note(|figures| figures.n_full += 1);
                doubt(shared, entry, "507");
                shared.is_over.fetch_or(shared.arguments.until_full, Ordering::Relaxed);
                thread::sleep(PAUSE);
            }
            Answer::Unknown(why) => {
                shared.note(|figures| figures.n_unknown += 1);
                doubt(shared, entry, &why);
                thread::sleep(PAUSE);
            }
            Answer::Broken(why) => {
                shared.fail(format!("{} {} was answered with {why}", entry.op, entry.source));
                doubt(shared, entry, &why);
            }
            Answer::Gone(why) => {
                doubt(shared, entry, &why);
                shared.is_over.store(true, Ordering::Relaxed);
                shared.note(|figures| figures.gone = Some(why));
                return false;
            }
            Answer::Refused(why) => shared.fail(format!("{} {} was refused: {why}", entry.op, entry.source)),
        }
        true
    }

    /// Now and then sends an acknowledged request again: the answer must be the first one.
    fn replay(&self, shared: &Shared<'_>, entry: &Entry, body: &str) {
        let every = shared.arguments.replay;
        if every == 0 || !entry.request.is_multiple_of(every) || shared.is_over() {
            return;
        }
        let Ok(source) = shared.city.source(&entry.source) else { return };
        match shared.wire.write(source, entry) {
            Answer::Acknowledged(_, again) if again == body => shared.note(|figures| figures.n_replayed += 1),
            Answer::Acknowledged(_, again) => {
                shared.fail(format!("a replay was answered {again}, first it was {body}"))
            }
            Answer::Refused(why) | Answer::Broken(why) => {
                shared.fail(format!("a replay was answered with {why}"));
            }
            Answer::Full | Answer::Unknown(_) | Answer::Gone(_) => {}
        }
    }
}

impl Figures {
    fn count(&mut self, entry: &Entry, elapsed_ms: f64) {
        self.n_changes += entry.changes.len() as u64;
        match entry.op.as_str() {
            "batch" => self.batch_ms.push(elapsed_ms),
            _ => self.single_ms.push(elapsed_ms),
        }
    }
}

fn doubt(shared: &Shared<'_>, mut entry: Entry, why: &str) {
    entry.why = Some(why.to_owned());
    log(shared, shared.ledger.doubt(&entry));
}

fn log(shared: &Shared<'_>, logged: Result<()>) {
    if let Err(error) = logged {
        shared.fail(format!("the log: {error}"));
    }
}

/// Prints figures and problems; false if there are any.
fn print(mut figures: Figures, seconds: f64, arguments: &RunArguments) -> bool {
    let n_requests = figures.single_ms.len() + figures.batch_ms.len();
    println!(
        "{n_requests} requests with {} changes were acknowledged in {seconds:.1} s: {:.0} durable changes/s",
        figures.n_changes,
        figures.n_changes as f64 / seconds
    );
    println!(
        "answered 507: {}; other trouble: {}; replayed: {}",
        figures.n_full, figures.n_unknown, figures.n_replayed
    );
    times("single writes", &mut figures.single_ms);
    times(&format!("batches of {}", arguments.batch_size), &mut figures.batch_ms);
    times("searches and reads", &mut figures.search_ms);
    times("lag of the index", &mut figures.lag_ms);
    if figures.n_not_found > 0 {
        println!("{} new names were not found in time", figures.n_not_found);
    }
    if let Some(why) = &figures.gone {
        println!("the service is gone: {why}");
    }
    for problem in figures.problems.iter().take(10) {
        println!("PROBLEM {problem}");
    }
    figures.problems.is_empty()
}

fn times(what: &str, times_ms: &mut [f64]) {
    if times_ms.is_empty() {
        return;
    }
    times_ms.sort_by(f64::total_cmp);
    let part = |percent: usize| times_ms[(times_ms.len() - 1) * percent / 100];
    let (p50, p99, max) = (part(50), part(99), part(100));
    println!("{what}: {}, p50 {p50:.1} ms, p99 {p99:.1} ms, longest {max:.1} ms", times_ms.len());
}
