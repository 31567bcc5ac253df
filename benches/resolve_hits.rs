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

#[path = "hits/set.rs"]
mod set;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::{Duration, Instant};

use minglu::registry::{Candidate, OneOrMany, Query, Registry, Verdict};
use minglu_index::tokenize::canonical;
use set::{Places, rows};

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
    places: Places,
    n_match: usize,
    n_wrong: usize,
}

impl Outcome {
    fn add(&mut self, place: Option<usize>, says_match: bool, time: Duration) {
        self.places.add(place, time);
        self.n_match += usize::from(says_match);
        self.n_wrong += usize::from(says_match && place != Some(0));
    }

    fn print(&mut self, group: &str, kind: &str) {
        let (n, (first, found), (median, slow)) = (self.places.n(), self.places.hits(), self.places.milliseconds());
        let (matched, wrong) = (self.places.share(self.n_match), self.places.share(self.n_wrong));
        println!(
            "{group:<7} {kind:<8} {n:>5} {first:>7.4} {found:>7.4} {matched:>7.3} {wrong:>7.3} {median:>8.2} {slow:>8.2}"
        );
    }
}
