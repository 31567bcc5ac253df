//! What is measured: records per second from delivered files to a register, and to a membership without a store.
//!
//! Corpus: a simulated city of 5 000 legal units, seed 1, four CSV files. All threads, warm file cache.
//! Note: a build ends with the sync of everything it wrote, so the disk has a say.

use divan::Bencher;
use divan::counter::ItemsCount;
use minglu::config::Config;
use minglu::ingest;
use minglu::pipeline;
use minglu::progress::Quiet;

mod corpus;

const N_LEGAL_UNITS: u64 = 5_000;

fn main() {
    divan::main();
}

fn n_records(config: &Config) -> ItemsCount {
    let delivery = ingest::read(config, None, &Quiet).expect("the city is read");
    ItemsCount::new(delivery.kinds[0].records.len())
}

#[divan::bench(sample_count = 10)]
fn read_and_normalize(bencher: Bencher<'_, '_>) {
    let (_dir, config) = corpus::delivered(N_LEGAL_UNITS);
    bencher.counter(n_records(&config)).bench(|| ingest::read(&config, None, &Quiet).expect("the city is read"));
}

#[divan::bench(sample_count = 5)]
fn link(bencher: Bencher<'_, '_>) {
    let (_dir, config) = corpus::delivered(N_LEGAL_UNITS);
    bencher.counter(n_records(&config)).bench(|| pipeline::link(&config, None, &Quiet).expect("the city is linked"));
}

#[divan::bench(sample_count = 5)]
fn build(bencher: Bencher<'_, '_>) {
    let (dir, config) = corpus::delivered(N_LEGAL_UNITS);
    let data = dir.path().join("data");
    bencher.counter(n_records(&config)).bench(|| pipeline::build(&config, &data, &Quiet).expect("a register is built"));
}
