//! What is measured: records blocked per second, and candidate pairs visited per second.
//!
//! Corpus: a simulated city of 5 000 legal units, seed 1. All threads.
//! Note: a visited pair is not compared; it has been found to be new in the block of its lowest shared key.

use divan::Bencher;
use divan::counter::ItemsCount;
use minglu_index::block::BlockTable;
use minglu_index::candidate::visit_pairs;

mod corpus;

const N_LEGAL_UNITS: u64 = 5_000;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 10)]
fn block(bencher: Bencher<'_, '_>) {
    let (records, model) = corpus::records(N_LEGAL_UNITS);
    bencher.counter(ItemsCount::new(records.len())).bench(|| BlockTable::new(&records, &model.schema));
}

#[divan::bench(sample_count = 20)]
fn visit(bencher: Bencher<'_, '_>) {
    let (records, model) = corpus::records(N_LEGAL_UNITS);
    let table = BlockTable::new(&records, &model.schema);
    let n_pairs = visit_pairs(&table, &model.schema, Some).len();
    bencher.counter(ItemsCount::new(n_pairs)).bench(|| visit_pairs(&table, &model.schema, Some));
}
