//! What happens to records, drawn at random.

use proptest::collection::vec;
use proptest::prelude::*;

/// Ids of each source.
pub(crate) const N_IDS: u8 = 14;

/// Sources.
pub(crate) const N_SOURCES: u8 = 2;

/// Values of each cell; 0 leaves it empty.
pub(crate) const N_VALUES: u8 = 4;

/// What happens to one record.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// It is put with these cells, each the number of a value.
    Put { source: u8, id: u8, cells: Vec<u8> },
    /// It is deleted.
    Delete { source: u8, id: u8 },
    /// A person judges two records; 4 takes the last judgement of the pair back.
    Judge { a: (u8, u8), b: (u8, u8), verdict: u8 },
    /// The writer is closed and opened again.
    Reopen,
}

fn step(n_cells: usize) -> impl Strategy<Value = Step> {
    let (source, id) = (0..N_SOURCES, 0..N_IDS);
    let record = (0..N_SOURCES, 0..N_IDS);
    let judged = (record.clone(), record, 0..5_u8);
    prop_oneof![
        8 => (source.clone(), id.clone(), vec(0..N_VALUES, n_cells)).prop_map(|(source, id, cells)| Step::Put { source, id, cells }),
        3 => (source, id).prop_map(|(source, id)| Step::Delete { source, id }),
        2 => judged.prop_map(|(a, b, verdict)| Step::Judge { a, b, verdict }),
        1 => Just(Step::Reopen),
    ]
}

/// Histories: batches of steps, the first of them large, so that there is something to change.
pub(crate) fn histories(n_cells: usize) -> impl Strategy<Value = Vec<Vec<Step>>> {
    (vec(step(n_cells), 1..24), vec(vec(step(n_cells), 1..6), 0..6)).prop_map(|(first, mut rest)| {
        rest.insert(0, first);
        rest
    })
}
