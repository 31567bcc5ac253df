//! The search index: whether its bytes are those that were written, and how far it has followed the register.

use std::path::Path;

use minglu_graph::store::value::State;
use minglu_index::search::SearchIndex;

use super::Verification;

/// Checks an index; what cannot be read is a difference like any other, because an index is made again from the register.
pub(super) fn check(dir: &Path, state: State, found: &mut Verification) {
    match SearchIndex::validate(dir) {
        Ok(damaged) => {
            damaged.iter().for_each(|file| found.note(|| format!("search index: {file} is damaged")));
            if !damaged.is_empty() {
                return;
            }
        }
        Err(error) => return found.note(|| format!("search index: {error}")),
    }
    match SearchIndex::open(dir) {
        Ok(index) => compare((index.sequence(), index.n_entities()), state, found),
        Err(error) => found.note(|| format!("search index: {error}")),
    }
}

fn compare((sequence, n_entities): (u64, u64), state: State, found: &mut Verification) {
    let stored = state.sequence;
    if sequence > stored {
        found.note(|| {
            format!("search index: it is at sequence {sequence}, and the store at {stored}: records are lost")
        });
    } else if sequence < stored {
        // After a crash the service replays what the index missed.
        found.notes.push(format!(
            "search index: it is at sequence {sequence}, and follows the store to {stored} once it is served"
        ));
    } else if n_entities != state.n_entities {
        found.note(|| format!("search index: {n_entities} entities, {} stored", state.n_entities));
    }
}
