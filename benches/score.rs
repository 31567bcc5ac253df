//! What is measured: pairs compared and scored per second, on one core.
//!
//! Corpus: the candidate pairs of a simulated city of 2 000 legal units, seed 1, in the order of blocking keys.
//! Note: pairs that the law forbids are among them, which a build skips.

use divan::Bencher;
use divan::counter::ItemsCount;
use minglu_index::block::BlockTable;
use minglu_index::candidate::visit_pairs;
use minglu_rules::compare::compare;
use minglu_rules::model::{CandidatePair, ComparisonVector};
use minglu_rules::score::{explain, match_weight};

mod corpus;

const N_LEGAL_UNITS: u64 = 2_000;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 10)]
fn compare_and_score(bencher: Bencher<'_, '_>) {
    let (records, model) = corpus::records(N_LEGAL_UNITS);
    let table = BlockTable::new(&records, &model.schema);
    let pairs = visit_pairs(&table, &model.schema, Some);
    let weigh = |pair: &CandidatePair| {
        let vector = compare(&records[pair.a.at()], &records[pair.b.at()], &model);
        match_weight(&vector, &model)
    };
    bencher.counter(ItemsCount::new(pairs.len())).bench(|| pairs.iter().map(weigh).sum::<f64>());
}

#[divan::bench(sample_count = 20)]
fn score(bencher: Bencher<'_, '_>) {
    let (model, vectors) = vectors();
    let sum = || vectors.iter().map(|vector| match_weight(vector, &model)).sum::<f64>();
    bencher.counter(ItemsCount::new(vectors.len())).bench(sum);
}

#[divan::bench(sample_count = 10)]
fn explain_all(bencher: Bencher<'_, '_>) {
    let (model, vectors) = vectors();
    let count = || vectors.iter().map(|vector| explain(vector, &model).len()).sum::<usize>();
    bencher.counter(ItemsCount::new(vectors.len())).bench(count);
}

/// The comparison vectors of all candidate pairs.
fn vectors() -> (minglu_rules::frozen::FrozenModel, Vec<ComparisonVector>) {
    let (records, model) = corpus::records(N_LEGAL_UNITS);
    let table = BlockTable::new(&records, &model.schema);
    let vectors =
        visit_pairs(&table, &model.schema, |pair| Some(compare(&records[pair.a.at()], &records[pair.b.at()], &model)));
    (model, vectors)
}
