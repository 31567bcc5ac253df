//! What is measured: how often `resolve` names the entity behind a short, former or damaged name among a million names.
//!
//! ```sh
//! cp benches/accuracy/search/minglu.toml sets/search && cd sets/search && minglu build --config minglu.toml --data data
//! cargo bench --bench resolve_hits -- sets/search sets/search/data [--misses]
//! ```
//!
//! The names and queries are those of `search_hits`; a query has one value, the name. A hit is a candidate whose record
//! or name is the wanted one, whatever its verdict; `match` counts queries whose first candidate has the verdict match,
//! `wrong` those where that is another entity. One thread.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::{Duration, Instant};

use minglu::registry::{Candidate, OneOrMany, Query, Registry, Verdict};
use minglu_index::tokenize::canonical;

const N_CANDIDATES: usize = 10;
/// Resolving reads whole records: every n-th query is asked.
const ASK_EVERY: usize = 2;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (flags, paths): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|text| text.starts_with("--"));
    let [set, data] = paths[..] else {
        println!("usage: resolve_hits SET DATA [--misses]; see the head of benches/resolve_hits.rs");
        return;
    };
    let entities = rows(&Path::new(set).join("entities.csv"));
    let queries = rows(&Path::new(set).join("queries.csv"));
    let registry = Registry::open(Path::new(data)).expect("the register was built");
    let names: HashMap<&str, &str> = entities.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    let list_misses = flags.iter().any(|flag| *flag == "--misses");
    let mut outcomes: BTreeMap<(&str, &str), Outcome> = BTreeMap::new();
    for row in queries.iter().step_by(ASK_EVERY) {
        let start = Instant::now();
        let candidates = resolve(&registry, &row[2]);
        let time = start.elapsed();
        let wanted = canonical(names[row[3].as_str()]);
        let is_wanted = |found: &Candidate| {
            found.record.split_once(':').is_some_and(|(_, id)| id == row[3]) || canonical(&found.name) == wanted
        };
        let place = candidates.iter().position(is_wanted);
        if list_misses && place != Some(0) {
            let first = candidates.first().map_or("", |found| found.name.as_str());
            println!("{place:?}\t{}\t{}\t{}\t{}\tfirst {first}", row[0], row[1], row[2], names[row[3].as_str()]);
        }
        let says_match = candidates.first().is_some_and(|found| found.verdict == Verdict::Match);
        for key in [(row[0].as_str(), row[1].as_str()), ("~all", "~all")] {
            outcomes.entry(key).or_default().add(place, says_match, time);
        }
    }
    println!(
        "{:<7} {:<8} {:>5} {:>7} {:>7} {:>7} {:>7} {:>8} {:>8}",
        "group", "kind", "n", "hit@1", "hit@10", "match", "wrong", "p50 ms", "p99 ms"
    );
    for ((group, kind), outcome) in &mut outcomes {
        outcome.print(group, kind);
    }
}

fn resolve(registry: &Registry, text: &str) -> Vec<Candidate> {
    let values = BTreeMap::from([("name".into(), OneOrMany::One(text.to_owned()))]);
    registry.resolve(&Query { kind: None, values, limit: Some(N_CANDIDATES) }).expect("the register can be read")
}

#[derive(Default)]
struct Outcome {
    n_first: usize,
    n_found: usize,
    n_match: usize,
    n_wrong: usize,
    times: Vec<Duration>,
}

impl Outcome {
    fn add(&mut self, place: Option<usize>, says_match: bool, time: Duration) {
        self.n_first += usize::from(place == Some(0));
        self.n_found += usize::from(place.is_some());
        self.n_match += usize::from(says_match);
        self.n_wrong += usize::from(says_match && place != Some(0));
        self.times.push(time);
    }

    fn print(&mut self, group: &str, kind: &str) {
        self.times.sort_unstable();
        let n = self.times.len();
        let share = |count: usize| count as f64 / n as f64;
        let quantile = |share: f64| self.times[((n - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        println!(
            "{group:<7} {kind:<8} {n:>5} {:>7.4} {:>7.4} {:>7.3} {:>7.3} {:>8.2} {:>8.2}",
            share(self.n_first),
            share(self.n_found),
            share(self.n_match),
            share(self.n_wrong),
            quantile(0.5),
            quantile(0.99)
        );
    }
}

/// The rows of a CSV file behind its head.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).expect("the set was prepared");
    reader.records().map(|row| row.expect("a row of text").iter().map(str::to_owned).collect()).collect()
}
