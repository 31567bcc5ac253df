//! What is measured: how often search finds the entity behind a short, former or damaged name among a million names.
//!
//! `benches/accuracy/search/prepare.py` makes the entities and the queries; the figures stand in `docs/accuracy.md`.
//!
//! ```sh
//! cargo bench -p minglu-index --bench search_hits -- sets/search [INDEX] [--misses | --ask=TEXT]
//! ```
//!
//! The index of the names is built in INDEX, or opened if it is there already; short names are not indexed. A hit has
//! the wanted id or the same name once spelling is folded; for a former name, any name that equals the query. One
//! thread; `cpu ms` is its computing time, a mean; `rivals` are queries that the same damage makes of ten other names.

#[path = "hits/set.rs"]
mod set;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::{Duration, Instant};

use minglu_index::search::{SearchIndex, SearchQuery};
use minglu_index::tokenize::canonical;
use minglu_index::write::{EntityDoc, build};
use set::{Places, rows};

const N_HITS: usize = 10;
const N_RIVALS_HOPELESS: usize = 10;
const N_INDEX_THREADS: usize = 2;
const INDEX_BUDGET_BYTES: usize = 1 << 30;
const N_WARM_UP: usize = 200;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (flags, paths): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|text| text.starts_with("--"));
    let Some(set) = paths.first() else {
        println!("usage: search_hits SET [INDEX] [--misses]; see the head of benches/search_hits.rs");
        return;
    };
    let entities = rows(&Path::new(set.as_str()).join("entities.csv"));
    let queries = rows(&Path::new(set.as_str()).join("queries.csv"));
    let own = std::env::temp_dir().join(format!("minglu-search-hits-{}", std::process::id()));
    let dir = paths.get(1).map_or(own.clone(), |path| Path::new(path.as_str()).to_owned());
    if !dir.join("meta.json").exists() {
        let start = Instant::now();
        let report = build(&dir, entities.iter().map(|row| document(row)), N_INDEX_THREADS, 0, INDEX_BUDGET_BYTES);
        let report = report.expect("the directory can be written");
        let seconds = start.elapsed().as_secs_f64();
        println!("build: {} entities, {:.0} MB, {seconds:.1} s", entities.len(), report.n_bytes as f64 / 1e6);
    }
    let index = SearchIndex::open(&dir).expect("the index was built");
    if let Some(text) = flags.iter().find_map(|flag| flag.strip_prefix("--ask=")) {
        let query = SearchQuery { text, limit: 2 * N_HITS, ..SearchQuery::default() };
        for hit in index.search(&query).expect("the index can be read").hits {
            println!("{:.4} {} {:?}", hit.score, hit.id, hit.entity.names);
        }
        return;
    }
    let names: HashMap<&str, &str> = entities.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    let list_misses = flags.iter().any(|flag| *flag == "--misses");
    measure(&index, &queries, &names, list_misses);
    if dir == own {
        std::fs::remove_dir_all(&own).expect("the directory is ours");
    }
}

fn document(row: &[String]) -> EntityDoc {
    let former = row[2].split('|').filter(|name| !name.is_empty()).map(str::to_owned);
    EntityDoc {
        id: row[0].clone(),
        kind: "enterprise".to_owned(),
        names: std::iter::once(row[1].clone()).chain(former).collect(),
        ..EntityDoc::default()
    }
}

fn measure(index: &SearchIndex, queries: &[Vec<String>], names: &HashMap<&str, &str>, list_misses: bool) {
    // Pages of the index come from disk once; a service is measured warm.
    for row in queries.iter().step_by((queries.len() / N_WARM_UP).max(1)) {
        search(index, &row[2]);
    }
    let mut outcomes: BTreeMap<(&str, &str), Outcome> = BTreeMap::new();
    for row in queries {
        let (start, cpu_before) = (Instant::now(), cpu_time());
        let hits = search(index, &row[2]);
        let time = (start.elapsed(), cpu_time().saturating_sub(cpu_before));
        let wanted = canonical(names[row[3].as_str()]);
        let is_wanted = |hit: &(String, Vec<String>)| {
            let equals = |name: &String| canonical(name) == wanted;
            let known = || row[1] == "former" && hit.1.iter().any(|name| canonical(name) == canonical(&row[2]));
            hit.0 == row[3] || hit.1.first().is_some_and(equals) || known()
        };
        let place = hits.iter().position(is_wanted);
        if list_misses && place != Some(0) {
            let first = hits.first().map_or("", |hit| hit.1[0].as_str());
            println!("{:?}\t{}\t{}\t{}\t{}\tfirst {first}", place, row[0], row[1], row[2], names[row[3].as_str()]);
        }
        for key in [(row[0].as_str(), row[1].as_str()), (row[0].as_str(), "~all"), ("~all", "~all")] {
            outcomes.entry(key).or_default().add(place, row[4].parse().unwrap_or(0), time);
        }
    }
    println!(
        "{:<7} {:<8} {:>5} {:>7} {:>7} {:>7} {:>8} {:>8} {:>8}",
        "group", "kind", "n", "hit@1", "hit@10", "rivals", "p50 ms", "p99 ms", "cpu ms"
    );
    for ((group, kind), outcome) in &mut outcomes {
        outcome.print(group, kind);
    }
}

/// What the thread has computed so far, which a busy machine does not lengthen; zero where the system does not say.
fn cpu_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0))
}

/// Ids and names of the best hits.
fn search(index: &SearchIndex, text: &str) -> Vec<(String, Vec<String>)> {
    let query = SearchQuery { text, limit: N_HITS, ..SearchQuery::default() };
    let hits = index.search(&query).expect("the index can be read").hits;
    hits.into_iter().map(|hit| (hit.id, hit.entity.names)).collect()
}

#[derive(Default)]
struct Outcome {
    places: Places,
    n_hopeless: usize,
    cpu_time: Duration,
}

impl Outcome {
    fn add(&mut self, place: Option<usize>, n_rivals: usize, (time, cpu_time): (Duration, Duration)) {
        self.places.add(place, time);
        self.n_hopeless += usize::from(n_rivals >= N_RIVALS_HOPELESS);
        self.cpu_time += cpu_time;
    }

    fn print(&mut self, group: &str, kind: &str) {
        let (n, (first, found), (median, slow)) = (self.places.n(), self.places.hits(), self.places.milliseconds());
        let hopeless = self.places.share(self.n_hopeless);
        let cpu = self.cpu_time.as_secs_f64() * 1e3 / n as f64;
        println!(
            "{group:<7} {kind:<8} {n:>5} {first:>7.4} {found:>7.4} {hopeless:>7.3} {median:>8.2} {slow:>8.2} {cpu:>8.2}"
        );
    }
}
