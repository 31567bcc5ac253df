//! How many durable changes a second does a living register take?
//!
//! A simulated city is built; then its market and tax records are changed (70 %), repeated under new ids (20 %) or deleted
//! (10 %), in batches of 1,000, each synced. No client and no search index take part: this is the arrow from rows to a durable
//! register alone. Prints changes per second, batch times and what a batch writes.
//!
//! usage: `cargo bench --profile release --bench update -- [LEGAL_UNITS [BATCHES]]`

use std::path::Path;
use std::time::{Duration, Instant};

use minglu::config::Config;
use minglu::generate::{CityOptions, city};
use minglu::pipeline::{self, STORE_DIR};
use minglu::progress::Quiet;
use minglu::update::Writer;
use minglu::update::delivery::{Act, Change, Row};
use minglu_graph::store::{Durability, directory};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Changes of a batch, as in the promise of the service.
const N_CHANGES_PER_BATCH: usize = 1000;

/// Rows of one department, as JSON objects by column.
struct Delivered {
    source: &'static str,
    id_column: String,
    rows: Vec<serde_json::Map<String, serde_json::Value>>,
    ids: Vec<String>,
}

fn read(dir: &Path, source: &'static str, id_column: &str) -> Delivered {
    let mut reader = csv::Reader::from_path(dir.join(format!("{source}.csv"))).expect("it was generated");
    let header = reader.headers().expect("has a header").clone();
    let mut delivered = Delivered { source, id_column: id_column.into(), rows: Vec::new(), ids: Vec::new() };
    for row in reader.records() {
        let row = row.expect("is readable");
        let cells = header.iter().zip(row.iter()).filter(|(_, cell)| !cell.is_empty());
        let cells = cells.map(|(column, cell)| (column.to_string(), cell.into()));
        let row: serde_json::Map<_, _> = cells.collect();
        delivered.ids.push(row[id_column].as_str().expect("ids are texts").to_string());
        delivered.rows.push(row);
    }
    delivered
}

/// One change of a department's records: a value is another one, a record is new, or it is gone.
fn change(delivered: &Delivered, rng: &mut Pcg64Mcg, serial: u64) -> Change {
    let at = rng.random_range(0..delivered.rows.len());
    let (mut row, draw) = (delivered.rows[at].clone(), rng.random_range(0..100));
    let act = if draw < 10 {
        Act::Delete { id: delivered.ids[at].clone() }
    } else {
        if draw < 30 {
            row.insert(delivered.id_column.clone(), format!("new{serial}").into());
        }
        let column = ["联系电话", "手机号码", "门牌", "生产经营地址"][rng.random_range(0..4)];
        if let Some(value) = row.get_mut(column).filter(|_| draw % 2 == 0) {
            *value = format!("{}{}", value.as_str().unwrap_or_default(), rng.random_range(1..9)).into();
        } else {
            row.insert("更新日期".into(), format!("2026-{:02}-{:02}", 1 + serial % 12, 1 + serial % 28).into());
            row.insert("修改日期".into(), format!("2026{:02}{:02}", 1 + serial % 12, 1 + serial % 28).into());
            row.remove(if delivered.source == "market" { "修改日期" } else { "更新日期" });
        }
        Act::Put { id: None, row: Row::Json(serde_json::Value::Object(row).to_string()) }
    };
    Change { source: delivered.source.into(), act }
}

fn main() {
    let arguments: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let (n_legal_units, n_batches) =
        (arguments.first().copied().unwrap_or(20_000), arguments.get(1).copied().unwrap_or(30));
    let dir = tempfile::tempdir().expect("there is room");
    let (files, data) = (dir.path().join("city"), dir.path().join("data"));
    city(&CityOptions { n_legal_units, seed: 1, out: files.clone() }, &mut |_| ()).expect("a city is written");
    let config = Config::read(&files.join("minglu.toml")).expect("the configuration is right");
    let started = Instant::now();
    pipeline::build(&config, &data, &Quiet).expect("a register is built");
    println!("built in {:.1} s", started.elapsed().as_secs_f64());
    let store = directory::current(&data).expect("was built").join(STORE_DIR);
    let started = Instant::now();
    let mut writer = Writer::open(&store, Durability::Synced).expect("opens");
    println!("{} records, opened in {:.2} s", writer.state().n_records, started.elapsed().as_secs_f64());
    let departments = [read(&files, "market", "注册号"), read(&files, "tax", "登记序号")];
    let mut rng = Pcg64Mcg::seed_from_u64(7);
    let mut times: Vec<Duration> = Vec::new();
    let (mut serial, mut n_entities, mut n_changes) = (0, 0, 0);
    for _ in 0..n_batches {
        let changes: Vec<Change> = (0..N_CHANGES_PER_BATCH)
            .map(|_| {
                serial += 1;
                change(&departments[rng.random_range(0..2)], &mut rng, serial)
            })
            .collect();
        let started = Instant::now();
        let outcome = writer.write(&changes).expect("is written");
        times.push(started.elapsed());
        n_entities += outcome.entities.len();
        n_changes += outcome.n_accepted - outcome.n_unchanged;
    }
    let total: Duration = times.iter().sum();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!(
        "{:.0} durable changes/s ({n_changes} in {:.1} s)",
        n_changes as f64 / total.as_secs_f64(),
        total.as_secs_f64()
    );
    println!(
        "batch of {N_CHANGES_PER_BATCH}: p50 {:.0} ms, max {:.0} ms; {n_entities} entities changed",
        at(0.5),
        at(1.0)
    );
    let mut single: Vec<Duration> = (0..200)
        .map(|_| {
            serial += 1;
            let one = [change(&departments[0], &mut rng, serial)];
            let started = Instant::now();
            writer.write(&one).expect("is written");
            started.elapsed()
        })
        .collect();
    single.sort_unstable();
    let at = |share: f64| single[((single.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!("single change: p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms", at(0.5), at(0.99), at(1.0));
}
