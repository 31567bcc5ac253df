//! What do the benches of the line measure on?
//!
//! A simulated city, read as `minglu build` reads it. One seed, so that runs can be compared.

use minglu::config::Config;
use minglu::generate::{CityOptions, city};
use minglu::ingest;
use minglu::progress::Quiet;
use minglu_index::block::{add_tokens, freeze_tokens};
use minglu_rules::frozen::FrozenModel;
use minglu_rules::model::Record;
use tempfile::TempDir;

/// Seed of every city.
pub(crate) const SEED: u64 = 1;

/// The files of a city of so many legal units, and their configuration.
pub(crate) fn delivered(n_legal_units: u64) -> (TempDir, Config) {
    let dir = tempfile::tempdir().expect("there is room for a temporary directory");
    let options = CityOptions { n_legal_units, seed: SEED, out: dir.path().to_path_buf() };
    city(&options, &mut |_| ()).expect("a city is written");
    let config = Config::read(&dir.path().join("minglu.toml")).expect("the city has a configuration");
    (dir, config)
}

/// The records of a city with their text keys, and the model that counted them.
#[allow(dead_code, reason = "the bench of the whole line reads its files itself")]
pub(crate) fn records(n_legal_units: u64) -> (Vec<Record>, FrozenModel) {
    let (_dir, config) = delivered(n_legal_units);
    let mut delivery = ingest::read(&config, None, &Quiet).expect("the city is read");
    let mut records = delivery.kinds.swap_remove(0).records;
    let mut model = FrozenModel::count(config.kinds[0].schema.clone(), &records);
    freeze_tokens(&records, &mut model);
    add_tokens(&mut records, &model);
    (records, model)
}
