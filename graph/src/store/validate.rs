//! Do all families of a register agree with each other?
//!
//! Walks every family to its end, so that each stored byte is read and decoded: each record has an entity that names it, each
//! ordinal a record, each link and relation two ends that say the same, each entry of a block a live record, and the counts
//! are those of the state. Whether views are the *right* ones is for `minglu verify`, which computes them again from the
//! record log. Bytes that cannot be read are an error, not a finding.

mod cluster;
mod history;
mod record;
mod relation;

use super::Store;
use crate::StoreError;

/// Disagreements are listed up to this number.
pub const N_FINDINGS_MAX: usize = 100;

/// Lists what does not agree; empty for a sound register.
pub fn validate(store: &Store) -> Result<Vec<String>, StoreError> {
    let mut findings = Findings(Vec::new());
    let records = record::check(store, &mut findings)?;
    cluster::check(store, &records, &mut findings)?;
    relation::check(store, &records, &mut findings)?;
    history::check(store, &mut findings)?;
    Ok(findings.0)
}

/// What was found so far.
struct Findings(Vec<String>);

impl Findings {
    fn note(&mut self, text: impl FnOnce() -> String) {
        if self.0.len() < N_FINDINGS_MAX {
            self.0.push(text());
        }
    }

    fn note_unless(&mut self, holds: bool, text: impl FnOnce() -> String) {
        if !holds {
            self.note(text);
        }
    }
}

/// What an ordinal stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Slot {
    #[default]
    Nobody,
    Deleted,
    /// A live record, with the position of the model of its kind.
    Live(u32),
}

/// The records of a register by ordinal.
#[derive(Default)]
struct Records(Vec<Slot>);

impl Records {
    fn slot(&self, ordinal: u32) -> Slot {
        self.0.get(ordinal as usize).copied().unwrap_or_default()
    }

    fn is_live(&self, ordinal: u32) -> bool {
        matches!(self.slot(ordinal), Slot::Live(_))
    }
}
