//! Who holds the register while it is served?
//!
//! One [`Living`] has a data directory to itself: a second one, of this process or another, and a build are refused. Requests
//! come over a bounded queue to one thread ([`writing`]) that makes one durable write of as many as go together ([`group`]);
//! another thread ([`indexing`]) lets the search index follow. After each step a new snapshot is published; whoever reads takes
//! one and keeps it for the whole of an answer. What a change implies is `update`'s business.

mod answer;
mod deliver;
mod group;
mod indexing;
mod receipts;
mod request;
mod room;
mod writing;

pub(crate) use answer::affected;
pub use answer::{AffectedEntity, RejectedLine, WriteAnswer};
pub use deliver::{Delivered, delete, deliver};
pub(crate) use request::section_of;
pub use request::{Idempotency, N_KEY_BYTES_MAX, Request};
pub use writing::{MISSING, Refusal};

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;

use minglu_graph::store::directory::{self, Lock};
use minglu_graph::store::value::StoredHeader;
use minglu_graph::store::{Durability, Store};
use minglu_index::search::SearchIndex;
use minglu_index::update::IndexUpdater;

use crate::error::{Error, Result};
use crate::pipeline::{INDEX_DIR, STORE_DIR};
use crate::registry::Registry;
use crate::update::Writer;
use indexing::Indexing;
use writing::{Job, Pending, Place, Reply, Writing};

/// Requests that wait for the writer: what it does in about a second, so that the last of them is answered in time.
const N_REQUESTS_WAITING_MAX: usize = 1024;

/// Writes whose documents wait for the index; the writer waits for room once they are so many.
const N_WRITES_UNINDEXED_MAX: usize = 1024;

/// A register that is read and written.
pub struct Living {
    shared: Arc<Shared>,
    /// There until the end.
    jobs: Option<SyncSender<Job>>,
    threads: Vec<JoinHandle<()>>,
    /// Given back after the threads have ended.
    _lock: Lock,
}

/// What the threads and the readers share.
struct Shared {
    current: RwLock<Arc<Registry>>,
    has_caught_up: AtomicBool,
}

impl Living {
    /// Opens the current register of a data directory for reading and writing.
    pub fn open(data: &Path, durability: Durability) -> Result<Living> {
        directory::current(data)?;
        let lock = directory::lock(data)?;
        let dir = directory::current(data)?;
        let (store_dir, index_dir) = (dir.join(STORE_DIR), dir.join(INDEX_DIR));
        let writer = Writer::open(&store_dir, durability)?;
        let updater = IndexUpdater::open(&index_dir)?;
        let index = SearchIndex::open(&index_dir)?;
        let ground = &writer.ground;
        let parts = (ground.config.clone(), ground.models.clone(), ground.columns.clone());
        let registry = Registry::of(writer.store(), index, parts)?;
        let shared =
            Arc::new(Shared { current: RwLock::new(Arc::new(registry)), has_caught_up: AtomicBool::new(false) });
        let (jobs, waiting) = sync_channel(N_REQUESTS_WAITING_MAX);
        let (documents, unindexed) = sync_channel(N_WRITES_UNINDEXED_MAX);
        let place = Place { store_dir, durability };
        let writing = Writing::new(writer, place, (shared.clone(), documents))?;
        let indexing = Indexing::new(updater, index_dir, shared.clone());
        let threads = vec![
            spawn("minglu-writer", move || writing.run(&waiting))?,
            spawn("minglu-index", move || indexing.run(&unindexed))?,
        ];
        Ok(Living { shared, jobs: Some(jobs), threads, _lock: lock })
    }

    /// The register as it is now; it stays so.
    pub fn registry(&self) -> Arc<Registry> {
        self.shared.registry()
    }

    /// Whether the search index has reached what was there at the opening.
    pub fn has_caught_up(&self) -> bool {
        self.shared.has_caught_up.load(Ordering::Acquire)
    }

    /// Hands a request over; `reply` is called by the writer once the change is durable and can be read, or refused. Refused at
    /// once if too many wait.
    pub fn submit(
        &self,
        request: Request,
        reply: impl FnOnce(std::result::Result<WriteAnswer, Refusal>) + Send + 'static,
    ) -> std::result::Result<(), Refusal> {
        let job = Job::Write(Pending { request, reply: Reply::new(reply) });
        let jobs = self.jobs.as_ref().ok_or(Refusal::Stopped)?;
        jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Refusal::Busy,
            TrySendError::Disconnected(_) => Refusal::Stopped,
        })
    }

    /// Makes a change and waits for its end.
    pub fn write(&self, request: Request) -> std::result::Result<WriteAnswer, Refusal> {
        let (reply, replied) = sync_channel(1);
        self.submit(request, move |outcome| drop(reply.send(outcome)))?;
        replied.recv().unwrap_or(Err(Refusal::Stopped))
    }

    /// The position of a layout of rows in the catalog, to which it is added if it is new.
    pub fn know_header(&self, header: StoredHeader) -> Result<u32> {
        let stopped = || Error::usage("the register is not written any more");
        let (reply, replied) = sync_channel(1);
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        jobs.send(Job::KnowHeader(header, reply)).map_err(|_| stopped())?;
        replied.recv().unwrap_or_else(|_| Err(stopped()))
    }
}

impl Drop for Living {
    /// Finishes what waits, commits the index and gives the directory back.
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // A thread that broke off has said so; what was acknowledged is durable.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn registry(&self) -> Arc<Registry> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Publishes the register as a store has it.
    fn publish_store(&self, store: Store) -> Result<()> {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(current.with_store(store)?);
        Ok(())
    }

    /// Publishes what the search index knows.
    fn publish_index(&self, index: SearchIndex) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(current.with_index(index));
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    let spawned = std::thread::Builder::new().name(name.into()).spawn(run);
    spawned.map_err(|error| Error::usage(format!("cannot start threads: {error}")))
}

#[cfg(test)]
mod tests;
