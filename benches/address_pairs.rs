//! What is measured: how often the comparison of two addresses says what a person said of the pair.
//!
//! Corpus: tab-separated lines of two addresses and a label, 2 = the same place, 1 = one lies near or in the other, 0 =
//! neither (CCKS 2021 task 3, as its first round wrote it). None is shipped; the path is the argument:
//! `cargo bench --profile release --bench address_pairs -p minglu-rules -- pairs.tsv`.
//! Note: the rule from levels to labels is fixed and was chosen before measuring: `2` is agreement without contradiction
//! down to the finest of estate and building that either side tells, `1` is agreement on a road at least. Names of shops,
//! which decide many labels of this corpus, are deliberately no part of an address here.

use minglu_rules::address::{self, Address, AddressLevel};

const LABELS: [&str; 3] = ["0 neither", "1 partly", "2 same"];

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let Some(path) = arguments.next() else {
        println!("address_pairs: give the path of a file of labelled pairs to measure on");
        return;
    };
    let pairs = match std::fs::read_to_string(&path) {
        Ok(pairs) => pairs,
        Err(error) => return println!("{path}: {error}"),
    };
    let mut counts = [[0_usize; 3]; 3];
    for line in pairs.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [a, b, label] = columns.as_slice() else { continue };
        let Some(gold) = label.trim().parse::<usize>().ok().filter(|label| *label < LABELS.len()) else { continue };
        counts[gold][label_of(&address::parse(a, None), &address::parse(b, None))] += 1;
    }
    report(&counts);
}

fn label_of(a: &Address, b: &Address) -> usize {
    let agreement = address::compare(a, b);
    let finest = a.level().max(b.level()).clamp(AddressLevel::Estate, AddressLevel::Building);
    match agreement.conflict {
        None if agreement.level >= finest => 2,
        _ if agreement.level >= AddressLevel::Road => 1,
        _ => 0,
    }
}

fn report(counts: &[[usize; 3]; 3]) {
    println!("{:10} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7}", "label", "gold", "found", "both", "P", "R", "F1");
    let mut sum = 0.0;
    for (label, name) in LABELS.iter().enumerate() {
        let n_gold: usize = counts[label].iter().sum();
        let n_found: usize = counts.iter().map(|row| row[label]).sum();
        let n_both = counts[label][label];
        let share = |of: usize| n_both as f64 / of.max(1) as f64;
        let f1 = 2.0 * n_both as f64 / (n_gold + n_found).max(1) as f64;
        sum += f1;
        println!("{name:10} {n_gold:7} {n_found:7} {n_both:7} {:7.4} {:7.4} {f1:7.4}", share(n_found), share(n_gold));
    }
    println!("macro F1 {:.4}", sum / LABELS.len() as f64);
}
