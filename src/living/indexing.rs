//! How does the search index follow the register?
//!
//! A thread of its own puts the documents of each write and commits them together about once a second. What a crash or an
//! error took is put again from the store: the log of changes after the index's own sequence says which entities. If the
//! index fails, writing goes on; it is opened again until it succeeds.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use minglu_graph::store::Store;
use minglu_index::update::IndexUpdater;
use minglu_index::write::EntityDoc;

use super::Shared;
use super::answer::derived_of;
use crate::error::Result;
use crate::pipeline::stored_document;
use crate::registry::Registry;

/// From the first document to its commit: what a search may lag behind; each commit costs some ten milliseconds and a segment.
const COMMIT_INTERVAL: Duration = Duration::from_secs(1);

/// Pause until an index that failed is opened again, which reads all of it.
const REOPEN_INTERVAL: Duration = Duration::from_secs(5);

/// Changes that are read from the log at a time.
const N_CHANGES_PER_STEP: usize = 1000;

/// What the thread is told.
pub(super) enum Message {
    /// A write was made.
    Changed {
        /// Its sequence.
        sequence: u64,
        /// Documents of entities that came or changed; none for those that went.
        documents: Vec<(String, Option<EntityDoc>)>,
    },
    /// Nobody knows what was made: the store does.
    CatchUp,
}

/// The state of the thread.
pub(super) struct Indexing {
    /// None after a failure, until the index is opened again.
    updater: Option<IndexUpdater>,
    dir: PathBuf,
    shared: Arc<Shared>,
    /// The last sequence whose documents were put.
    sequence: u64,
    /// When there is something to do although nothing is told.
    due: Option<Instant>,
}

impl Indexing {
    pub(super) fn new(updater: IndexUpdater, dir: PathBuf, shared: Arc<Shared>) -> Self {
        let sequence = updater.sequence();
        Self { updater: Some(updater), dir, shared, sequence, due: None }
    }

    /// Works until nobody tells anything any more; what was told is committed.
    pub(super) fn run(mut self, messages: &Receiver<Message>) {
        let begun = self.catch_up();
        self.see_to(begun);
        loop {
            let wait = self.due.map_or(REOPEN_INTERVAL, |due| due.saturating_duration_since(Instant::now()));
            let done = match messages.recv_timeout(wait) {
                Ok(Message::Changed { sequence, documents }) => self.put(sequence, &documents),
                Ok(Message::CatchUp) => self.catch_up(),
                Err(RecvTimeoutError::Timeout) => Ok(()),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            self.see_to(done);
            if self.due.is_some_and(|due| due <= Instant::now()) {
                self.due = None;
                let done = if self.updater.is_some() { self.commit() } else { self.open_again() };
                self.see_to(done);
            }
        }
        let ended = self.commit();
        self.see_to(ended);
    }

    /// After an error the index is closed, and opened again later.
    fn see_to(&mut self, done: Result<()>) {
        if let Err(error) = done {
            tracing::warn!(%error, "the search index fell behind; it is opened again");
            self.updater = None;
            self.due = Some(Instant::now() + REOPEN_INTERVAL);
        }
    }

    fn open_again(&mut self) -> Result<()> {
        let updater = IndexUpdater::open(&self.dir)?;
        self.sequence = updater.sequence();
        self.updater = Some(updater);
        self.catch_up()
    }

    fn put(&mut self, sequence: u64, documents: &[(String, Option<EntityDoc>)]) -> Result<()> {
        let Some(updater) = &mut self.updater else { return Ok(()) };
        // What was put while catching up is newer.
        if sequence <= self.sequence {
            return Ok(());
        }
        for (id, document) in documents {
            match document {
                Some(document) => updater.put(document)?,
                None => updater.delete(id)?,
            }
        }
        self.sequence = sequence;
        self.due.get_or_insert_with(|| Instant::now() + COMMIT_INTERVAL);
        Ok(())
    }

    /// Makes what was put durable and lets readers find it.
    fn commit(&mut self) -> Result<()> {
        let Some(updater) = &mut self.updater else { return Ok(()) };
        if updater.sequence() != self.sequence {
            updater.commit(self.sequence)?;
        }
        let index = &self.shared.registry().index;
        if index.sequence() != updater.sequence() {
            self.shared.publish_index(index.refresh()?);
        }
        Ok(())
    }

    /// Puts every entity again that changed after the last commit.
    fn catch_up(&mut self) -> Result<()> {
        let registry = self.shared.registry();
        let store = &registry.store;
        let Some(updater) = &mut self.updater else { return Ok(()) };
        if updater.sequence() > store.state().sequence {
            tracing::warn!("search knows changes that the register lost; build it again");
        }
        for id in changed_after(&registry, updater.sequence())? {
            match current_document(&registry, &id)? {
                Some(document) => updater.put(&document)?,
                None => updater.delete(&id)?,
            }
        }
        self.sequence = store.state().sequence;
        drop(registry);
        self.commit()?;
        self.due = None;
        self.shared.has_caught_up.store(true, Ordering::Release);
        Ok(())
    }
}

/// Entities that may have to be found otherwise than at a sequence.
fn changed_after(registry: &Registry, sequence: u64) -> Result<BTreeSet<String>> {
    let store: &Store = &registry.store;
    let (mut after, mut ids) = (sequence, BTreeSet::new());
    loop {
        let changes = store.changes_after(after, N_CHANGES_PER_STEP)?;
        let Some((last, _)) = changes.last() else { return Ok(ids) };
        after = *last;
        for (_, change) in changes {
            ids.extend(change.entities.into_iter().map(|changed| changed.id));
            // Search knows more of a record than its entity shows.
            for record in change.records {
                let derived = derived_of(registry, &record.source);
                for source in std::iter::once(&record.source).chain(&derived) {
                    ids.extend(store.entity_of(source, &record.record_id)?);
                }
            }
        }
    }
}

/// The search document of an entity as it is now.
fn current_document(registry: &Registry, id: &str) -> Result<Option<EntityDoc>> {
    let Some(stored) = registry.store.entity(id)? else { return Ok(None) };
    let mut records = Vec::with_capacity(stored.members.len());
    for member in &stored.members {
        let found = registry.record(&member.source, &member.record_id)?;
        records.extend(found.map(|(_, record)| record));
    }
    if records.len() != stored.members.len() {
        return Ok(None);
    }
    let schema = &registry.models[stored.model_idx as usize].schema;
    Ok(Some(stored_document((id, &stored), &records, schema)))
}
