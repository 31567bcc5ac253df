//! How does a finished search index follow a register that goes on changing?
//!
//! One [`IndexUpdater`] at a time opens the directory of a built index, takes entities and ids of entities that are
//! no more, and makes them durable by a commit that carries the sequence number of the record log. What was put after
//! the last commit is lost with the process: the record store is the truth, and the caller replays from
//! [`sequence`](IndexUpdater::sequence). Readers go on with their snapshot and
//! [`refresh`](crate::search::SearchIndex::refresh) when they like.
//!
//! It deliberately does not decide when to commit, keeps no log of its own, and does not see to it that the sequence
//! grows. Every commit adds a segment, and every replaced entity leaves a dead document behind; both are bounded by
//! merges in the background (`policy`), which no commit waits for.
//!
//! A merge gives its result a fresh checksum, damage included, so that every file is checked before the first one.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use tantivy::directory::error::LockError;
use tantivy::index::{SegmentId, SegmentMeta};
use tantivy::indexer::{IndexWriterOptions, NoMergePolicy, UserOperation};
use tantivy::{FutureResult, Index, IndexWriter, TantivyError, Term};

use crate::IndexError;
use crate::directory::{check_schema, check_segment, guarded, open_index};
use crate::schema::{FORMAT_VERSION, Fields, schema};
use crate::write::{EntityDoc, Stamp, commit, document};

use policy::{SegmentSize, merges};

mod policy;

/// Indexing threads: one writes some ten thousand entities a second, and every thread adds a segment per commit.
const INDEX_THREADS: usize = 1;
/// Memory for entities between commits, several times the engine's least; where it is full, another segment begins.
const INDEX_BYTES: usize = 64 << 20;
/// Merging threads: one for a large merge, one that keeps small merges going meanwhile.
const MERGE_THREADS: usize = 2;

/// The one writer of a finished index.
///
/// After an error of [`put`](IndexUpdater::put), [`delete`](IndexUpdater::delete) or [`commit`](IndexUpdater::commit)
/// the engine's threads may be gone: drop the updater, open another one and replay from its sequence.
pub struct IndexUpdater {
    dir: PathBuf,
    index: Index,
    fields: Fields,
    /// There until [`close`](IndexUpdater::close) or the end takes it.
    writer: Option<IndexWriter>,
    merges: Vec<Merge>,
    sequence: u64,
}

/// A merge in the background.
struct Merge {
    segments: Vec<SegmentId>,
    n_docs: u64,
    done: FutureResult<Option<SegmentMeta>>,
}

/// Wakes the thread that waits for a merge.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl Merge {
    /// Waits for the end; the engine's own way to wait panics once it was asked without waiting.
    fn wait(mut self) -> Result<(), IndexError> {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            match Pin::new(&mut self.done).poll(&mut context) {
                Poll::Ready(outcome) => return ended(outcome),
                Poll::Pending => std::thread::park(),
            }
        }
    }
}

impl IndexUpdater {
    /// Opens the index in `dir`, which [`build`](crate::write::build) has made, for writing.
    ///
    /// Reads and checks every file once; fails if another updater, of this process or another, has it open.
    pub fn open(dir: &Path) -> Result<IndexUpdater, IndexError> {
        guarded(|| {
            let index = open_index(dir)?;
            let options = IndexWriterOptions::builder()
                .num_worker_threads(INDEX_THREADS)
                .memory_budget_per_thread(INDEX_BYTES / INDEX_THREADS)
                .num_merge_threads(MERGE_THREADS);
            let writer: IndexWriter = index.writer_with_options(options.build()).map_err(|error| match error {
                TantivyError::LockFailure(LockError::LockBusy, _) => IndexError::Busy { dir: dir.to_owned() },
                other => other.into(),
            })?;
            // Only now nobody else writes.
            let metas = index.load_metas()?;
            let sequence = Stamp::read(dir, &metas)?.sequence;
            check_schema(&index)?;
            for segment in &metas.segments {
                check_segment(&index, dir, segment, u64::MAX)?;
            }
            writer.set_merge_policy(Box::new(NoMergePolicy));
            // A killed writer leaves files whose names the next one may need.
            writer.garbage_collect_files().wait()?;
            let (dir, fields, merges) = (dir.to_owned(), schema().1, Vec::new());
            Ok(IndexUpdater { dir, index, fields, writer: Some(writer), merges, sequence })
        })
    }

    /// Puts an entity in the place of the one with the same id, if there is one; waits while the engine is busy.
    pub fn put(&mut self, doc: &EntityDoc) -> Result<(), IndexError> {
        let delete = UserOperation::Delete(self.id_term(&doc.id));
        let add = UserOperation::Add(document(&self.fields, doc)?);
        self.run(vec![delete, add])
    }

    /// Takes the entity with this id out; nothing happens if there is none.
    pub fn delete(&mut self, id: &str) -> Result<(), IndexError> {
        let delete = UserOperation::Delete(self.id_term(id));
        self.run(vec![delete])
    }

    /// Makes everything put and deleted so far durable and visible to whoever opens or refreshes after it.
    ///
    /// `sequence` is the last sequence number of the record log that the index reflects now. If a merge in the
    /// background failed since the last commit, the error is returned here, after this commit became durable:
    /// [`sequence`](IndexUpdater::sequence) tells.
    pub fn commit(&mut self, sequence: u64) -> Result<(), IndexError> {
        guarded(|| {
            commit(Self::writer(&mut self.writer), Stamp { format: FORMAT_VERSION, sequence })?;
            self.sequence = sequence;
            self.end_merges()?;
            self.begin_merges()
        })
    }

    /// The sequence number of the last commit; what came later is to be put again after a crash.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Merges everything committed into one segment without dead documents and waits for it.
    ///
    /// Answers are then exactly those of an index built at once. It reads and writes the whole index, so it is for
    /// quiet hours; the bounds hold without it.
    pub fn compact(&mut self) -> Result<(), IndexError> {
        guarded(|| {
            for merge in self.merges.drain(..) {
                merge.wait()?;
            }
            let segments = self.index.searchable_segment_metas()?;
            if segments.len() > 1 || segments.iter().any(SegmentMeta::has_deletes) {
                let ids: Vec<SegmentId> = segments.iter().map(SegmentMeta::id).collect();
                Self::writer(&mut self.writer).merge(&ids).wait()?;
            }
            Ok(())
        })
    }

    /// Waits for merges and gives the index free; what was not committed is lost.
    pub fn close(mut self) -> Result<(), IndexError> {
        self.writer.take().map_or(Ok(()), |writer| guarded(|| Ok(writer.wait_merging_threads()?)))
    }

    fn id_term(&self, id: &str) -> Term {
        Term::from_field_text(self.fields.id, id)
    }

    fn run(&mut self, operations: Vec<UserOperation>) -> Result<(), IndexError> {
        guarded(|| {
            Self::writer(&mut self.writer).run(operations)?;
            Ok(())
        })
    }

    fn writer(writer: &mut Option<IndexWriter>) -> &mut IndexWriter {
        writer.as_mut().expect("only close and drop take the writer, and nothing can be called after them")
    }

    /// Forgets merges that ended; fails if one of them failed.
    fn end_merges(&mut self) -> Result<(), IndexError> {
        let mut context = Context::from_waker(Waker::noop());
        let mut outcome = Ok(());
        self.merges.retain_mut(|merge| match Pin::new(&mut merge.done).poll(&mut context) {
            Poll::Pending => true,
            Poll::Ready(ended_with) => {
                if let Err(error) = ended(ended_with) {
                    outcome = Err(error);
                }
                false
            }
        });
        outcome
    }

    /// Starts the merges that the bounds ask for; they end by themselves.
    fn begin_merges(&mut self) -> Result<(), IndexError> {
        let segments = self.index.searchable_segment_metas()?;
        let is_merging = |id: &SegmentId| self.merges.iter().any(|merge| merge.segments.contains(id));
        let free: Vec<&SegmentMeta> = segments.iter().filter(|segment| !is_merging(&segment.id())).collect();
        let sizes: Vec<SegmentSize> = free.iter().map(|segment| SegmentSize::of(segment)).collect();
        let running: Vec<u64> = self.merges.iter().map(|merge| merge.n_docs).collect();
        for wanted in merges(&sizes, &running) {
            let ids: Vec<SegmentId> = wanted.iter().map(|&idx| free[idx].id()).collect();
            let n_docs = wanted.iter().map(|&idx| sizes[idx].n_alive).sum();
            let done = Self::writer(&mut self.writer).merge(&ids);
            self.merges.push(Merge { segments: ids, n_docs, done });
        }
        Ok(())
    }
}

impl Drop for IndexUpdater {
    /// Waits for merges: one that outlived its writer would go on naming files beside the next writer.
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            // Whoever wants to know of an error closes.
            let _ = guarded(|| Ok(writer.wait_merging_threads()?));
        }
    }
}

impl std::fmt::Debug for IndexUpdater {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("IndexUpdater")
            .field("dir", &self.dir)
            .field("sequence", &self.sequence)
            .finish_non_exhaustive()
    }
}

/// What the end of a merge means. A commit may kill the last document of a segment that is being merged; the engine
/// then drops the segment and finds the argument of the merge invalid, and the next commit begins another one.
fn ended(outcome: Result<Option<SegmentMeta>, TantivyError>) -> Result<(), IndexError> {
    match outcome {
        Ok(_) | Err(TantivyError::InvalidArgument(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests;
