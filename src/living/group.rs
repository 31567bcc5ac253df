//! Which requests become one durable write?
//!
//! Those that wait, in their order, as long as they are few changes together and no two of them name one record or one
//! idempotency key: each then sees the register as those before it left it.

use std::collections::{HashSet, VecDeque};

use xxhash_rust::xxh3::xxh3_64;

use super::request::Request;
use super::writing::{Job, Pending};

/// Changes that requests are grouped up to: some hundred milliseconds, so that a single one does not wait long for others.
const N_CHANGES_PER_GROUP: usize = 2000;

/// Takes from the front what goes together with a request.
pub(super) fn take(first: Pending, waiting: &mut VecDeque<Job>) -> Vec<Pending> {
    let mut seen = Seen::default();
    seen.add(&first.request);
    let mut group = vec![first];
    while waiting.front().is_some_and(|job| matches!(job, Job::Write(next) if seen.admits(&next.request))) {
        let Some(Job::Write(next)) = waiting.pop_front() else { break };
        seen.add(&next.request);
        group.push(next);
    }
    group
}

/// What a group names.
#[derive(Default)]
struct Seen {
    n_changes: usize,
    /// Hashes of records and of idempotency keys; two that collide wait for each other in vain, and nothing worse.
    names: HashSet<u64>,
}

impl Seen {
    fn add(&mut self, request: &Request) {
        self.n_changes += request.changes.len();
        self.names.extend(names(request));
    }

    fn admits(&self, request: &Request) -> bool {
        self.n_changes + request.changes.len() <= N_CHANGES_PER_GROUP
            && !names(request).any(|name| self.names.contains(&name))
    }
}

fn names(request: &Request) -> impl Iterator<Item = u64> {
    let records = request.keys().map(|(source, id)| xxh3_64(format!("{source}\0{id}").as_bytes()));
    let key = request.idempotency.iter().map(|idempotency| xxh3_64(format!("\0{}", idempotency.key).as_bytes()));
    records.chain(key)
}
