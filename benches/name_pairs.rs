//! What is measured: how well names of persons and organizations alone tell who is the same, on labelled pairs.
//!
//! ```sh
//! cargo bench -p minglu-rules --bench name_pairs -- name_bench_cases.csv [--wrong]
//! ```
//!
//! The pairs are those of OpenSanctions (`contrib/name_bench/cases.csv` of nomenklatura, MIT): schema, name1, name2,
//! is_match. The decision is `rules::party::is_same`, whose threshold is fixed in the code. Pairs whose number in the file,
//! counted from 0, is divisible by 4 may be read to improve it (`--wrong` lists no others); the rest is reported apart.

use std::collections::BTreeMap;

use minglu_rules::party::{Bearer, SAME_MIN, likeness, parse};

const READ_EVERY: usize = 4;

/// Pairs said and meant to be the same, and so on.
#[derive(Default, Clone, Copy)]
struct Tally {
    n_right: usize,
    n_wrong: usize,
    n_missed: usize,
    n_pairs: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (flags, paths): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|text| text.starts_with("--"));
    let Some(path) = paths.first() else {
        println!("usage: name_pairs FILE [--wrong]; see the head of benches/name_pairs.rs");
        return;
    };
    let list_wrong = flags.iter().any(|flag| *flag == "--wrong");
    let mut reader = csv::Reader::from_path(path.as_str()).expect("the file can be read");
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for (idx, row) in reader.records().enumerate() {
        let row = row.expect("a row of text");
        let cells: Vec<&str> = row.iter().collect();
        let [group, schema, a, b, is_match, quality, ..] = cells[..] else { continue };
        let bearer = if schema == "Person" { Bearer::Person } else { Bearer::Organization };
        let found = likeness(&parse(a), &parse(b), bearer);
        let (said, meant) = (found >= SAME_MIN, is_match == "true");
        let is_read = idx % READ_EVERY == 0;
        if list_wrong && is_read && said != meant {
            println!("{found:.3}\t{}\t{schema}\t{a}\t{b}", if meant { "missed" } else { "wrong" });
        }
        let quality = if quality.is_empty() { "MEDIUM" } else { quality };
        let half = if is_read { "may be read" } else { "held back" };
        for key in [
            "all".to_owned(),
            format!("schema {schema}"),
            format!("group {group}"),
            format!("quality {quality}"),
            half.to_owned(),
        ] {
            let tally = tallies.entry(key).or_default();
            tally.n_pairs += 1;
            tally.n_right += usize::from(said && meant);
            tally.n_wrong += usize::from(said && !meant);
            tally.n_missed += usize::from(!said && meant);
        }
    }
    for (key, tally) in &tallies {
        tally.print(key);
    }
}

impl Tally {
    fn print(&self, key: &str) {
        let ratio = |part: usize, rest: usize| part as f64 / (part + rest).max(1) as f64;
        let (precision, recall) = (ratio(self.n_right, self.n_wrong), ratio(self.n_right, self.n_missed));
        let f1 = ratio(2 * self.n_right, self.n_wrong + self.n_missed);
        println!("{key:24} {:4} pairs  P {precision:.4}  R {recall:.4}  F1 {f1:.4}", self.n_pairs);
    }
}
