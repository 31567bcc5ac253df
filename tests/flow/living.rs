//! Is a register the same function of its records, whether it was built at once or has lived through every change?
//!
//! Random histories of upserts, replacements and deletions over a small alphabet, so that blocks cross their caps, components
//! are cut and clusters join and part all the time. The oracle is a build from scratch of the records as they are, in an
//! empty directory, under the same frozen model; it shares no code with updates but the functions of the line.
//! `PROPTEST_CASES` sets the number of histories.

mod history;
mod world;

use proptest::prelude::*;

use history::{Step, histories};
use world::{World, firms, shops};

/// Histories in an ordinary run; the full run is described in docs/reliability.md.
const N_HISTORIES: u32 = 24;

/// Lives through a history and compares with the oracle at each check and at the end.
fn live(mut world: World, history: &[Vec<Step>]) -> Result<(), TestCaseError> {
    for batch in history {
        world.apply(batch);
        if let Some(difference) = world.difference() {
            return Err(TestCaseError::fail(format!("{difference}\nafter {batch:?}")));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 400, ..ProptestConfig::with_cases(N_HISTORIES) })]

    #[test]
    fn firms_live_as_they_are_built(history in histories(firms::N_CELLS)) {
        live(World::begin(&firms::FIRMS), &history)?;
    }

    #[test]
    fn people_and_buildings_live_as_they_are_built(history in histories(shops::N_CELLS)) {
        live(World::begin(&shops::SHOPS), &history)?;
    }
}
