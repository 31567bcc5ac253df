//! Is everything there that was acknowledged, and nothing by half? The log against a register that was opened again.
//!
//! Asked over HTTP, record by record: content letter by letter, deletions as 404, requests without an answer wholly done or
//! wholly not. Whether entities follow from the records is what `minglu verify` asks.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::city::{City, DELIVERED, Row};
use crate::ledger::{Entry, Key, Ledger, Possible, State, Version};
use crate::wire::{Answer, Position, Wire};
use crate::{CheckArguments, Result};

/// Records read at the same time.
const N_READERS: usize = 4;
/// Problems that are printed one by one.
const N_PROBLEMS_SHOWN: usize = 10;

/// What was found.
#[derive(Default)]
struct Findings {
    n_lost: usize,
    n_resurrected: usize,
    n_torn: usize,
    n_backwards: usize,
    problems: Vec<String>,
    /// The version that each record has.
    found: BTreeMap<Key, Version>,
    /// For each entry: records that it changed, records that it did not.
    halves: BTreeMap<usize, (usize, usize)>,
}

/// Checks, prints one line of figures, and settles the log if everything is as it should be.
pub(crate) fn check(city: &City, wire: &Wire, ledger: Ledger, arguments: &CheckArguments) -> Result<bool> {
    let position = wire.position()?;
    let is_delivered = |key: &Key| city.source(&key.0).is_ok_and(|source| source.is_delivered(&key.1));
    let mut possible = ledger.possible(is_delivered);
    possible.retain(|_, versions| arguments.all || versions.iter().any(|possible| possible.entry_idx.is_some()));
    let records = read_all(wire, possible.keys().cloned().collect())?;
    let mut findings = Findings::default();
    for ((key, versions), record) in possible.iter().zip(&records) {
        findings.judge(city, &ledger, (key, versions), record.as_ref())?;
    }
    findings.judge_halves(&ledger);
    let last_seq = findings.judge_order(&ledger, position);
    let known = ledger.known();
    let was_there = |key: &Key| known.get(key).map_or_else(|| is_delivered(key), Option::is_some);
    let n_before = findings.found.keys().filter(|key| was_there(key)).count() as u64;
    let n_after = findings.found.values().filter(|version| version.is_some()).count() as u64;
    let n_records = (ledger.state.n_records + n_after).saturating_sub(n_before);
    let is_lossless = findings.n_lost + findings.n_resurrected == 0;
    if is_lossless && n_records != position.n_records {
        findings
            .problems
            .push(format!("the service counts {} records, there should be {n_records}", position.n_records));
    }
    if arguments.replay && findings.problems.is_empty() {
        findings.replay(city, wire, &ledger, position)?;
    }
    findings.print(&ledger, position, last_seq);
    let is_sound = findings.problems.is_empty();
    if is_sound {
        let mut versions = known;
        versions.append(&mut findings.found);
        let records = versions.into_iter().map(|((source, id), version)| (source, id, version)).collect();
        let state = State { seq: position.seq, n_records, n_requests: ledger.n_requests(), records };
        ledger.settle(&state)?;
    }
    Ok(is_sound)
}

/// Reads records over several connections, in the order of their keys.
fn read_all(wire: &Wire, keys: Vec<Key>) -> Result<Vec<Option<Row>>> {
    let next = AtomicUsize::new(0);
    let records: Mutex<Vec<Option<Row>>> = Mutex::new(vec![None; keys.len()]);
    let read = || -> Result<()> {
        while let Some((idx, (source, id))) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, keys.get(i)?)))
        {
            let record = wire.record(source, id)?;
            records.lock().unwrap_or_else(PoisonError::into_inner)[idx] = record;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..N_READERS).map(|_| scope.spawn(read)).collect();
        readers.into_iter().try_for_each(|reader| reader.join().map_err(|_| "a reader broke off")?)
    })?;
    Ok(records.into_inner().unwrap_or_else(PoisonError::into_inner))
}

impl Findings {
    /// Compares a record that was read with what it may be.
    fn judge(
        &mut self,
        city: &City,
        ledger: &Ledger,
        (key, versions): (&Key, &[Possible]),
        record: Option<&Row>,
    ) -> Result<()> {
        let source = city.source(&key.0)?;
        let record = record.map(|row| source.comparable(row));
        let content = |version: u64| source.comparable(&source.content(&key.1, version));
        let is_found = |possible: &&Possible| possible.version.map(content) == record;
        let found = versions.iter().rev().find(is_found);
        let last_idx = versions.last().and_then(|possible| possible.entry_idx);
        let Some(found) = found else {
            let is_deleted = versions.iter().all(|possible| possible.version.is_none());
            self.n_lost += usize::from(!is_deleted);
            self.n_resurrected += usize::from(is_deleted);
            let expected = versions.iter().map(|possible| possible.version.map(content)).collect::<Vec<_>>();
            let by = last_idx.map(|idx| &ledger.entries[idx]);
            let by =
                by.map_or(String::new(), |entry| format!(" by {} {} (seq {:?})", entry.op, entry.request, entry.seq));
            self.problems.push(format!("{} {}{by}: expected one of {expected:?}, found {record:?}", key.0, key.1));
            self.halves.entry(last_idx.unwrap_or_default()).or_default().1 += usize::from(last_idx.is_some());
            return Ok(());
        };
        self.found.insert(key.clone(), found.version);
        // Where two of the possible versions are alike, the record cannot say which of the requests was done.
        let Some((last, others)) = versions.split_last() else { return Ok(()) };
        let is_telling = others.iter().all(|other| other.version != last.version);
        if let Some(entry_idx) = last_idx.filter(|_| is_telling) {
            let (n_done, n_not_done) = self.halves.entry(entry_idx).or_default();
            match found.version == last.version {
                true => *n_done += 1,
                false => *n_not_done += 1,
            }
        }
        Ok(())
    }

    /// A request is done for all of its records, or for none; what later ones replaced cannot say.
    fn judge_halves(&mut self, ledger: &Ledger) {
        for (entry_idx, (n_done, n_not_done)) in &self.halves {
            if *n_done > 0 && *n_not_done > 0 {
                let entry = &ledger.entries[*entry_idx];
                self.n_torn += 1;
                let request = format!("request {} ({} {})", entry.request, entry.op, entry.source);
                self.problems.push(format!("{request} is torn: {n_done} records changed, {n_not_done} did not"));
            }
        }
    }

    /// Sequence numbers of one writer rise; that of the register is none lower than any acknowledged one.
    fn judge_order(&mut self, ledger: &Ledger, position: Position) -> u64 {
        let mut last_by_writer: BTreeMap<usize, u64> = BTreeMap::new();
        let mut last_seq = ledger.state.seq;
        for entry in &ledger.entries {
            let Some(seq) = entry.seq else { continue };
            let last = last_by_writer.insert(entry.writer, seq).unwrap_or(ledger.state.seq);
            if seq <= last {
                self.n_backwards += 1;
                self.problems.push(format!("request {} was given seq {seq} after {last}", entry.request));
            }
            last_seq = last_seq.max(seq);
        }
        if position.seq < last_seq {
            self.n_backwards += 1;
            self.problems.push(format!("the register is at seq {}, acknowledged was {last_seq}", position.seq));
        }
        last_seq
    }

    /// A service that was opened again still knows which requests it answered, and how.
    fn replay(&mut self, city: &City, wire: &Wire, ledger: &Ledger, position: Position) -> Result<()> {
        let acknowledged = ledger.entries.iter().filter(|entry| entry.seq.is_some());
        let last_by_writer: BTreeMap<usize, &Entry> = acknowledged.map(|entry| (entry.writer, entry)).collect();
        for entry in last_by_writer.into_values() {
            let first = format!("{} {}, acknowledged with seq {:?}", entry.op, entry.request, entry.seq);
            match wire.write(city.source(&entry.source)?, entry) {
                Answer::Acknowledged(seq, _) if Some(seq) == entry.seq => {}
                Answer::Acknowledged(seq, _) => self.problems.push(format!("a replay of {first}, was given seq {seq}")),
                Answer::Refused(why) | Answer::Broken(why) | Answer::Unknown(why) | Answer::Gone(why) => {
                    self.problems.push(format!("a replay of {first}, was answered with {why}"));
                }
                Answer::Full => self.problems.push(format!("a replay of {first}, was answered with 507")),
            }
        }
        let seq = wire.position()?.seq;
        if seq != position.seq {
            self.problems.push(format!("replays moved the register from seq {} to {seq}", position.seq));
        }
        Ok(())
    }

    fn print(&self, ledger: &Ledger, position: Position, last_seq: u64) {
        for problem in self.problems.iter().take(N_PROBLEMS_SHOWN) {
            println!("PROBLEM {problem}");
        }
        let n_acknowledged = ledger.entries.iter().filter(|entry| entry.seq.is_some()).count();
        let n_maybe = ledger.entries.len() - n_acknowledged;
        let is_maybe_done =
            |(idx, (n_done, _)): &(&usize, &(usize, usize))| ledger.entries[**idx].seq.is_none() && *n_done > 0;
        let n_done = self.halves.iter().filter(is_maybe_done).count();
        let n_records = self.found.len() + self.n_lost + self.n_resurrected;
        let n_kept = self.found.values().filter(|version| version.is_some_and(|version| version != DELIVERED)).count();
        println!(
            "checked: {n_acknowledged} acknowledged requests, {n_records} records ({n_kept} written, there); lost {}, \
             resurrected {}, torn {}, seq backwards {}; unanswered {n_maybe}, done {n_done}; seq {} of {last_seq}; problems {}",
            self.n_lost,
            self.n_resurrected,
            self.n_torn,
            self.n_backwards,
            position.seq,
            self.problems.len()
        );
    }
}
