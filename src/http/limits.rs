//! How much may one client, one request and all of them together ask for?
//!
//! Every bound of the service, each with its origin. docs/API.md lists those that a client meets.

use std::time::Duration;

/// Connections at once; the rest wait in the system's queue. Four kilobytes each while idle.
pub(super) const N_CONNECTIONS_MAX: usize = 4096;
/// Connections that the system holds until they are accepted; it drops more, and their clients try again a second later.
pub(super) const N_CONNECTIONS_WAITING_MAX: u32 = 1024;
/// From the first byte of a request, or the last answer, to the end of the headers. Slow clients are cut here.
pub(super) const HEADER_TIME_MAX: Duration = Duration::from_secs(10);
/// Headers with the address; a name of a thousand characters is nine thousand bytes when percent-encoded.
pub(super) const HEADER_BYTES_MAX: usize = 64 << 10;
/// Pause after the system refused a connection, most often for want of file descriptors.
pub(super) const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// For running requests to finish once the service is told to stop; systemd kills after 90 seconds, Docker after 10.
pub(super) const STOP_TIME_MAX: Duration = Duration::from_secs(8);
/// For work whose client has gone, after that.
pub(super) const ABANDONED_WORK_MAX: Duration = Duration::from_secs(1);

/// Bytes of a body: a full batch with ten kilobytes for each query.
pub(super) const BODY_BYTES_MAX: usize = 1 << 20;
/// Bytes of a body too large that are still read and dropped, so that the client gets to hear why.
pub(super) const BODY_BYTES_DRAINED_MAX: usize = 16 << 20;
/// From the end of the headers to the end of the body.
pub(super) const BODY_TIME_MAX: Duration = Duration::from_secs(10);
/// Bodies that arrive at once: with the bytes of each, a quarter of a gigabyte.
pub(super) const N_BODIES_MAX: usize = 256;

/// Bytes of a body of lines: a hundred thousand records of some hundred bytes, as many as are written in one step.
pub(super) const LINES_BYTES_MAX: usize = 64 << 20;
/// From the end of the headers to the end of a body of lines: ten megabits a second.
pub(super) const LINES_TIME_MAX: Duration = Duration::from_secs(60);
/// Bodies of lines that arrive or are written at once: with the bytes of each, half a gigabyte.
pub(super) const N_LINES_BODIES_MAX: usize = 8;
/// From the reading of a change to its answer, waiting included: a full batch is written in less.
pub(super) const WRITE_TIME_MAX: Duration = Duration::from_secs(120);
/// Lines of the feed of changes in an answer; the last sequence is told to its end.
pub(super) const N_CHANGES_MAX: usize = 10_000;
/// Lines of the feed of changes unless asked otherwise.
pub(super) const N_CHANGES_DEFAULT: usize = 1000;

/// Requests at once that read the register or wait for it, for each core. If all are full batches, at half a second of a
/// core each, the last is answered within the deadline; if all are single queries, within a tenth of a second.
pub(super) const N_WORK_PER_CORE_MAX: usize = 16;
/// Batches that run at once, for each core; others wait for their turn. As many as there are threads to serve them.
pub(super) const N_BATCHES_PER_CORE_MAX: usize = WORKERS_PER_CORE;
/// Threads that read the register, for each core: one computes while another waits for the disk.
pub(super) const WORKERS_PER_CORE: usize = 2;
/// From admission to the answer, waiting included; a thousand times what a search takes.
pub(super) const WORK_TIME_MAX: Duration = Duration::from_secs(10);
/// Advice to a client that was turned away.
pub(super) const RETRY_AFTER_SECONDS: u32 = 1;

/// Characters of a search text; the index looks at the first hundred letters.
pub(super) const QUERY_CHARS_MAX: usize = 200;
/// Hits on a page. The index gives a hundred; one more than asked for tells whether there is another page.
pub(super) const N_HITS_MAX: usize = 50;
/// Hits on a page unless asked otherwise.
pub(super) const N_HITS_DEFAULT: usize = 10;
/// Values of each field that a hit shows; the entity has them all.
pub(super) const N_VALUES_SHOWN_MAX: usize = 5;

/// Queries in a batch, as many as yente takes.
pub(super) const N_QUERIES_MAX: usize = 100;
/// Values in a query, all fields together.
pub(super) const N_QUERY_VALUES_MAX: usize = 100;
/// Characters of a value in a query; the longest registered names have about a hundred.
pub(super) const VALUE_CHARS_MAX: usize = 1000;
/// Bytes of an entity id, a source or a record id in an address.
pub(super) const ID_BYTES_MAX: usize = 1024;

/// Queries in a reconciliation batch, as in any other; OpenRefine sends ten unless the manifest offers more.
pub(super) const N_RECONCILE_QUERIES_MAX: usize = N_QUERIES_MAX;
/// Conditions, or properties, of a reconciliation query; a schema has at most 64 fields.
pub(super) const N_CONDITIONS_MAX: usize = 64;
/// Suggestions in an answer, as many as hits on a page.
pub(super) const N_SUGGESTIONS_MAX: usize = N_HITS_MAX;
/// Suggestions in an answer unless asked otherwise.
pub(super) const N_SUGGESTIONS_DEFAULT: usize = N_HITS_DEFAULT;
/// Suggestions that may be skipped; with the largest page they are still what the index gives.
pub(super) const SUGGEST_OFFSET_MAX: usize = 50;
/// Entities in a data extension query; OpenRefine sends as many as a batch has rows.
pub(super) const N_EXTEND_IDS_MAX: usize = 1000;
/// Properties in a data extension query; a schema has at most 64 fields.
pub(super) const N_EXTEND_PROPERTIES_MAX: usize = 64;
/// Entities times properties; at ten values each the answer has a few megabytes.
pub(super) const N_EXTEND_CELLS_MAX: usize = 10_000;
/// Bytes of the name of a function that is called with an answer; jQuery's have about forty.
pub(super) const CALLBACK_BYTES_MAX: usize = 128;
