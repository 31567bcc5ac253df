//! What does the one thread that writes do?
//!
//! It takes what waits, makes one durable write of what goes together, publishes the register as it is then, and answers. A
//! request that comes again under its idempotency key is answered from its receipt. If a write fails, nothing is known of the
//! store but what is on the disk: it is opened again before the next one, and reading goes on meanwhile.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::thread::sleep;
use std::time::{Duration, Instant};

use minglu_graph::StoreError;
use minglu_graph::store::value::StoredHeader;
use minglu_graph::store::{Durability, Store};

use super::answer::{WriteAnswer, answers};
use super::indexing::Message;
use super::receipts::Receipts;
use super::request::{Idempotency, Request};
use super::{Shared, group, room};
use crate::error::{Error, Result};
use crate::registry::Registry;
use crate::update::delivery::Change;
use crate::update::{N_CHANGES_MAX, Writer};

/// What the writer says of a record that is to be deleted and is not there.
pub const MISSING: &str = "there is no such record";

/// For those who read the store of a failed writer to give it back, so that it can be opened again: their deadline.
const REOPEN_TIME_MAX: Duration = Duration::from_secs(10);

/// Pause until the store is asked for again.
const REOPEN_PAUSE: Duration = Duration::from_millis(50);

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The disk has no room; nothing is written until it has.
    Full(String),
    /// The idempotency key was used for another request.
    KeyReused,
    /// It has too many changes.
    TooLarge(String),
    /// Too many requests wait.
    Busy,
    /// The write failed; whether it was done is not known.
    Failed(String),
    /// Nothing is written any more.
    Stopped,
}

/// Who waits for an answer.
pub(super) struct Reply(Box<dyn FnOnce(std::result::Result<WriteAnswer, Refusal>) + Send>);

impl Reply {
    pub(super) fn new(reply: impl FnOnce(std::result::Result<WriteAnswer, Refusal>) + Send + 'static) -> Self {
        Self(Box::new(reply))
    }

    fn send(self, outcome: std::result::Result<WriteAnswer, Refusal>) {
        (self.0)(outcome);
    }
}

/// A request that waits.
pub(super) struct Pending {
    pub(super) request: Request,
    pub(super) reply: Reply,
}

/// What the writer is asked for.
pub(super) enum Job {
    Write(Pending),
    KnowHeader(StoredHeader, SyncSender<Result<u32>>),
}

/// Where and how is written.
pub(super) struct Place {
    pub(super) store_dir: PathBuf,
    pub(super) durability: Durability,
}

/// The state of the thread.
pub(super) struct Writing {
    /// None after a failure, until the store is opened again.
    writer: Option<Writer>,
    /// The published register reads a store of its own and not that of a writer that failed.
    is_detached: bool,
    receipts: Receipts,
    place: Place,
    shared: Arc<Shared>,
    documents: SyncSender<Message>,
}

impl Writing {
    pub(super) fn new(
        writer: Writer,
        place: Place,
        (shared, documents): (Arc<Shared>, SyncSender<Message>),
    ) -> Result<Self> {
        let receipts = Receipts::read(&writer)?;
        Ok(Self { writer: Some(writer), is_detached: false, receipts, place, shared, documents })
    }

    /// Works until nobody can ask any more.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        let mut waiting: VecDeque<Job> = VecDeque::new();
        while let Some(job) = waiting.pop_front().or_else(|| jobs.recv().ok()) {
            waiting.extend(jobs.try_iter().take(super::N_REQUESTS_WAITING_MAX.saturating_sub(waiting.len())));
            match job {
                Job::KnowHeader(header, reply) => drop(reply.send(self.know_header(&header))),
                Job::Write(first) => self.answer(group::take(first, &mut waiting)),
            }
        }
    }

    fn know_header(&mut self, header: &StoredHeader) -> Result<u32> {
        let closed = || Error::usage("the store is closed after a failure");
        let writer = self.writer.as_mut().ok_or_else(closed)?;
        let known = writer.know_header(header)?;
        self.shared.publish_store(writer.store())?;
        Ok(known)
    }

    /// Answers requests, from their receipts or by one write.
    fn answer(&mut self, group: Vec<Pending>) {
        let registry = self.shared.registry();
        let mut fresh = Vec::new();
        for pending in group {
            match known(&registry, &pending.request) {
                Ok(None) => fresh.push(pending),
                Ok(Some(answer)) => pending.reply.send(Ok(answer)),
                Err(refusal) => pending.reply.send(Err(refusal)),
            }
        }
        if fresh.is_empty() {
            return;
        }
        match self.write(registry, &fresh) {
            Ok(answers) => {
                fresh.into_iter().zip(answers).for_each(|(pending, answer)| pending.reply.send(Ok(answer)));
            }
            Err(refusal) => fresh.into_iter().for_each(|pending| pending.reply.send(Err(refusal.clone()))),
        }
    }

    /// One durable write of several requests.
    fn write(&mut self, registry: Arc<Registry>, group: &[Pending]) -> std::result::Result<Vec<WriteAnswer>, Refusal> {
        let n_bytes = group.iter().map(|pending| pending.request.n_bytes()).sum();
        let room = room::has_room(&self.place.store_dir, n_bytes).map_err(|error| failed(&error))?;
        room.map_err(Refusal::Full)?;
        self.open_again()?;
        let Some(writer) = &mut self.writer else { return Err(Refusal::Stopped) };
        let receipts = &mut self.receipts;
        let written = catch_unwind(AssertUnwindSafe(|| write_group(writer, &registry, (group, receipts))));
        // Whoever holds a snapshot of a failed store keeps it from being opened again.
        drop(registry);
        let written = written.unwrap_or_else(|_| Err(Error::usage("the writer broke off")));
        let published = written.and_then(|(answers, message)| {
            self.shared.publish_store(writer.store())?;
            Ok((answers, message))
        });
        match published {
            Ok((answers, message)) => {
                // Without the thread of the index there is nobody to tell.
                let _ = self.documents.send(message);
                Ok(answers)
            }
            Err(error) => {
                self.writer = None;
                self.detach();
                match error {
                    Error::Store(StoreError::Full(text)) => {
                        tracing::warn!(%text, "the disk is full: writes are refused until there is room");
                        Err(Refusal::Full("the disk is full".into()))
                    }
                    error => Err(failed(&error)),
                }
            }
        }
    }

    /// Lets readers go on without the store of a writer that failed.
    fn detach(&mut self) {
        let detached = Store::open(&self.place.store_dir).map_err(Error::from);
        match detached.and_then(|store| self.shared.publish_store(store)) {
            Ok(()) => self.is_detached = true,
            Err(error) => tracing::error!(%error, "the store cannot be read beside its writer"),
        }
    }

    /// Opens the store again after a failure.
    fn open_again(&mut self) -> std::result::Result<(), Refusal> {
        if self.writer.is_some() {
            return Ok(());
        }
        if !self.is_detached {
            self.detach();
        }
        let started = Instant::now();
        let writer = loop {
            match Writer::open(&self.place.store_dir, self.place.durability) {
                Ok(writer) => break writer,
                Err(Error::Store(StoreError::Full(text))) => return Err(Refusal::Full(text)),
                Err(error) if started.elapsed() > REOPEN_TIME_MAX => return Err(failed(&error)),
                Err(_) => sleep(REOPEN_PAUSE),
            }
        };
        self.receipts = Receipts::read(&writer).map_err(|error| failed(&error))?;
        self.shared.publish_store(writer.store()).map_err(|error| failed(&error))?;
        // A write that failed may have been done after all: the index asks the store.
        let _ = self.documents.send(Message::CatchUp);
        self.writer = Some(writer);
        self.is_detached = false;
        tracing::info!("the store is open again");
        Ok(())
    }
}

/// Writes requests with their receipts; what the index has to learn comes back.
fn write_group(
    writer: &mut Writer,
    registry: &Registry,
    (group, receipts): (&[Pending], &mut Receipts),
) -> Result<(Vec<WriteAnswer>, Message)> {
    let changes: Vec<Change> = group.iter().flat_map(|pending| pending.request.changes.iter().cloned()).collect();
    let mut answered = Vec::new();
    let outcome = writer.write_with(&changes, &mut |draft, outcome| {
        answered = answers(registry, group.iter().map(|pending| &pending.request), (draft, outcome))?;
        for (pending, answer) in group.iter().zip(&answered) {
            let Some(idempotency) = &pending.request.idempotency else { continue };
            let text = serde_json::to_string(answer).map_err(|error| Error::usage(error.to_string()))?;
            receipts.keep(draft, idempotency, (answer.seq, text))?;
        }
        Ok(())
    })?;
    Ok((answered, Message::Changed { sequence: outcome.seq, documents: outcome.documents }))
}

/// The answer that a request was given before; none if it is new.
fn known(registry: &Registry, request: &Request) -> std::result::Result<Option<WriteAnswer>, Refusal> {
    let n_changes = request.changes.len();
    if n_changes > N_CHANGES_MAX {
        return Err(Refusal::TooLarge(format!("{n_changes} changes at once; {N_CHANGES_MAX} are allowed")));
    }
    let Some(Idempotency { key, hash }) = &request.idempotency else { return Ok(None) };
    match registry.store.receipt(key).map_err(|error| failed(&error))? {
        None => Ok(None),
        Some((known, _, _)) if known != *hash => Err(Refusal::KeyReused),
        Some((_, _, answer)) => serde_json::from_str(&answer).map(Some).map_err(|error| failed(&error)),
    }
}

fn failed(error: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(%error, "a write failed");
    Refusal::Failed(error.to_string())
}
