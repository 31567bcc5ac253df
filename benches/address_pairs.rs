//! What is measured: how often the comparison of two addresses says what a person said of the pair.
//!
//! Corpus: CCKS 2021 task 3, as JSON lines (`query`, `candidate`: `text`, `label`) or as tab-separated lines of two
//! addresses and a label; 2 = the same place, 1 = one lies near or in the other, 0 = neither. None is shipped; the paths
//! are the arguments: `cargo bench --profile release --bench address_pairs -p minglu-rules -- visible.jsonl pairs.tsv`.
//! `--read` and `--unread` keep one third of the queries and the other two, `--across` learns on the other files, `--seed=1` chooses folds, `--errors` lists what is
//! wrong. Three figures: character bigrams, a fixed rule on the agreement levels, and boosted trees over the comparison vector of
//! each pair alone, cross-validated by query. What a class needs to win is chosen inside the training folds.

#[path = "address_pairs/boost.rs"]
mod boost;

use boost::{Model, N_CLASSES, Table};
use minglu_rules::address::{AddressLevel, AddressReading, AddressVector, compare};
use std::path::Path;

const LABELS: [&str; N_CLASSES] = ["0 neither", "1 partly", "2 same"];
const WORDS: [&str; N_CLASSES] = ["不匹配", "部分匹配", "完全匹配"];
const N_FOLDS: u64 = 5;
/// Seeds of the folds that are measured if none is told.
const SEEDS: [u64; 3] = [1, 2, 3];
/// Folds inside the training folds, on which the weights of the classes are chosen.
const N_INNER_FOLDS: u64 = 2;
/// So many of the best weights are averaged, because the best one alone is chosen by chance.
const N_BEST_WEIGHTS: usize = 20;

struct Pair {
    file: usize,
    query: String,
    candidate: String,
    label: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--bench")).collect();
    let (options, paths): (Vec<String>, Vec<String>) = arguments.into_iter().partition(|a| a.starts_with("--"));
    if paths.is_empty() {
        println!("address_pairs: give the paths of files of labelled pairs to measure on");
        return;
    }
    let mut pairs = Vec::new();
    for (file, path) in paths.iter().enumerate() {
        match std::fs::read_to_string(path) {
            Ok(text) => read(file, Path::new(path), &text, &mut pairs),
            Err(error) => return println!("{path}: {error}"),
        }
    }
    let has = |name: &str| options.iter().any(|option| option == name);
    if has("--read") {
        pairs.retain(|pair| is_read(&pair.query));
    }
    if has("--unread") {
        pairs.retain(|pair| !is_read(&pair.query));
    }
    let readings: Vec<[AddressReading; 2]> = pairs
        .iter()
        .map(|pair| [AddressReading::new(&pair.query, None), AddressReading::new(&pair.candidate, None)])
        .collect();
    let ruled: Vec<usize> = readings.iter().map(|[a, b]| ruled_label(a, b)).collect();
    report("fixed rule", &pairs, &ruled, |_| true);
    report("character bigrams, seed 1", &pairs, &bigram_labels(&pairs, 1), |_| true);
    let started = std::time::Instant::now();
    let table = table_of(&pairs, &readings);
    println!("{:.0} vectors a second", pairs.len() as f64 / started.elapsed().as_secs_f64());
    let told: Vec<u64> = options.iter().filter_map(|option| option.strip_prefix("--seed=")?.parse().ok()).collect();
    let seeds = if told.is_empty() { SEEDS.to_vec() } else { told };
    for seed in seeds {
        let folds: Vec<u64> = match has("--across") {
            true => pairs.iter().map(|pair| pair.file as u64).collect(),
            false => pairs.iter().map(|pair| hash(&pair.query, seed) % N_FOLDS).collect(),
        };
        let (found, gains) = cross_validate(&pairs, &table, &folds, seed);
        report(&format!("seed {seed}"), &pairs, &found, |_| true);
        for (file, path) in paths.iter().enumerate() {
            report(path, &pairs, &found, |pair| pair.file == file);
        }
        print_gains(&gains);
        if has("--errors") {
            for (pair, found) in pairs.iter().zip(&found).filter(|(pair, found)| pair.label != **found) {
                println!("ERR {}->{found}\t{}\t{}", pair.label, pair.query, pair.candidate);
            }
        }
    }
}

fn print_gains(gains: &[f64]) {
    let mut gains: Vec<(f64, String)> = gains.iter().copied().zip(AddressVector::names()).collect();
    gains.sort_by(|a, b| b.0.total_cmp(&a.0));
    let all: f64 = gains.iter().map(|(gain, _)| gain).sum();
    let text: Vec<String> = gains.iter().map(|(gain, name)| format!("{name} {:.1}%", 100.0 * gain / all)).collect();
    println!("{}", text.join(", "));
}

fn read(file: usize, path: &Path, text: &str, pairs: &mut Vec<Pair>) {
    for line in text.lines() {
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            let Ok(entry) = serde_json::from_str::<serde_json::Value>(line) else { continue };
            let query = entry["query"].as_str().unwrap_or_default();
            for candidate in entry["candidate"].as_array().into_iter().flatten() {
                let text = candidate["text"].as_str().unwrap_or_default();
                let label = WORDS.iter().position(|word| candidate["label"] == *word);
                let Some(label) = label else { continue };
                pairs.push(Pair { file, query: query.to_owned(), candidate: text.to_owned(), label });
            }
        } else {
            let columns: Vec<&str> = line.split('\t').collect();
            let [query, candidate, label] = columns.as_slice() else { continue };
            let Some(label) = label.trim().parse().ok().filter(|label| *label < N_CLASSES) else { continue };
            pairs.push(Pair { file, query: (*query).to_owned(), candidate: (*candidate).to_owned(), label });
        }
    }
}

fn table_of(pairs: &[Pair], readings: &[[AddressReading; 2]]) -> Table {
    let mut levels = Vec::new();
    for [a, b] in readings {
        levels.extend(AddressVector::new(a, b).levels());
    }
    let labels = pairs.iter().map(|pair| pair.label as u8).collect();
    Table { n_features: AddressVector::names().count(), levels, labels }
}

/// Whether a query is of the third that people may read to improve the rules: its CRC-32 divides by three.
fn is_read(query: &str) -> bool {
    let next = |crc: u32, byte: u8| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    };
    !query.bytes().fold(u32::MAX, next) % 3 == 0
}

/// A hash of a query with a seed (FNV-1a), so that all its pairs fall into one fold.
fn hash(text: &str, seed: u64) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    let hash = seed.to_le_bytes().into_iter().chain(text.bytes()).fold(0xCBF2_9CE4_8422_2325, mix);
    (hash ^ (hash >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 24
}

fn cross_validate(pairs: &[Pair], table: &Table, folds: &[u64], seed: u64) -> (Vec<usize>, Vec<f64>) {
    let mut found = vec![0; pairs.len()];
    let mut gains = vec![0.0; table.n_features];
    let n_folds = folds.iter().max().map_or(0, |last| last + 1);
    let inner: Vec<u64> = pairs.iter().map(|pair| hash(&pair.query, seed + 1000) % N_INNER_FOLDS).collect();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let run = |fold| {
            let inner = &inner;
            move || {
                let train: Vec<usize> = (0..folds.len()).filter(|row| folds[*row] != fold).collect();
                let weights = class_weights(table, &train, inner);
                let model = Model::train(table, &train);
                let test = (0..folds.len()).filter(|row| folds[*row] == fold);
                let found: Vec<(usize, usize)> =
                    test.map(|row| (row, heaviest(model.chances(table, row), weights))).collect();
                (found, model.gains)
            }
        };
        let threads: Vec<_> = (0..n_folds).map(|fold| scope.spawn(run(fold))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a fold is measured")).collect()
    });
    for (of_fold, of_gains) in outcomes {
        of_fold.into_iter().for_each(|(row, label)| found[row] = label);
        gains.iter_mut().zip(of_gains).for_each(|(sum, gain)| *sum += gain);
    }
    (found, gains)
}

/// The mean of the weights of the classes with the best macro-F1 on rows that the inner models have not seen.
fn class_weights(table: &Table, train: &[usize], inner: &[u64]) -> [f32; N_CLASSES] {
    let mut unseen = Vec::new();
    for fold in 0..N_INNER_FOLDS {
        let (test, train): (Vec<usize>, Vec<usize>) = train.iter().partition(|row| inner[**row] == fold);
        let model = Model::train(table, &train);
        unseen.extend(test.into_iter().map(|row| (model.chances(table, row), usize::from(table.labels[row]))));
    }
    let mut tried = Vec::new();
    for partly in 0..12 {
        for same in 0..24 {
            let weights = [1.0, 0.7 + 0.06 * partly as f32, 0.6 + 0.1 * same as f32];
            let mut counts = [[0; N_CLASSES]; N_CLASSES];
            unseen.iter().for_each(|(chances, label)| counts[*label][heaviest(*chances, weights)] += 1);
            tried.push((macro_f1(&counts), weights));
        }
    }
    tried.sort_by(|a, b| b.0.total_cmp(&a.0));
    tried.truncate(N_BEST_WEIGHTS);
    [0, 1, 2].map(|class| tried.iter().map(|(_, weights)| weights[class]).sum::<f32>() / tried.len() as f32)
}

fn heaviest(chances: [f32; N_CLASSES], weights: [f32; N_CLASSES]) -> usize {
    let weight = |class: &usize| chances[*class] * weights[*class];
    (0..N_CLASSES).max_by(|a, b| weight(a).total_cmp(&weight(b))).unwrap_or(0)
}

/// `2` is agreement without contradiction down to the finest of estate and building that either side tells, `1` is
/// agreement on a road at least. The rule was chosen before measuring.
fn ruled_label(a: &AddressReading, b: &AddressReading) -> usize {
    let (a, b) = (a.address(), b.address());
    let agreement = compare(a, b);
    let finest = a.level().max(b.level()).clamp(AddressLevel::Estate, AddressLevel::Building);
    match agreement.conflict {
        None if agreement.level >= finest => 2,
        _ if agreement.level >= AddressLevel::Road => 1,
        _ => 0,
    }
}

/// Labels by the common share of character bigrams alone; the two cuts are the best of the training folds.
fn bigram_labels(pairs: &[Pair], seed: u64) -> Vec<usize> {
    const N_CUTS: usize = 40;
    let bigrams = |text: &str| {
        let chars: Vec<char> = text.chars().collect();
        chars.windows(2).map(|pair| (pair[0], pair[1])).collect::<std::collections::BTreeSet<_>>()
    };
    let share = |pair: &Pair| {
        let (a, b) = (bigrams(&pair.query), bigrams(&pair.candidate));
        N_CUTS * a.intersection(&b).count() / a.union(&b).count().max(1)
    };
    let shares: Vec<usize> = pairs.iter().map(share).collect();
    let folds: Vec<u64> = pairs.iter().map(|pair| hash(&pair.query, seed) % N_FOLDS).collect();
    let label =
        |share: usize, (partly, same): (usize, usize)| usize::from(share >= partly) + usize::from(share >= same);
    let score_of = |cuts: (usize, usize), fold: u64| {
        let mut counts = [[0; N_CLASSES]; N_CLASSES];
        (0..pairs.len()).filter(|row| folds[*row] != fold).for_each(|row| {
            counts[pairs[row].label][label(shares[row], cuts)] += 1;
        });
        macro_f1(&counts)
    };
    let best_cuts = |fold: u64| {
        let cuts = (1..N_CUTS).flat_map(|partly| (partly..N_CUTS).map(move |same| (partly, same)));
        let scored = cuts.map(|cuts| (score_of(cuts, fold), cuts));
        scored.max_by(|a, b| a.0.total_cmp(&b.0)).map_or((1, 1), |(_, cuts)| cuts)
    };
    let cuts: Vec<(usize, usize)> = (0..N_FOLDS).map(best_cuts).collect();
    shares.iter().zip(&folds).map(|(share, fold)| label(*share, cuts[*fold as usize])).collect()
}

fn f1(counts: &[[usize; N_CLASSES]; N_CLASSES], label: usize) -> (f64, f64, f64) {
    let n_gold: usize = counts[label].iter().sum();
    let n_found: usize = counts.iter().map(|row| row[label]).sum();
    let n_both = counts[label][label] as f64;
    (n_both / n_found.max(1) as f64, n_both / n_gold.max(1) as f64, 2.0 * n_both / (n_gold + n_found).max(1) as f64)
}

fn macro_f1(counts: &[[usize; N_CLASSES]; N_CLASSES]) -> f64 {
    (0..N_CLASSES).map(|label| f1(counts, label).2).sum::<f64>() / N_CLASSES as f64
}

fn report(title: &str, pairs: &[Pair], found: &[usize], of: impl Fn(&Pair) -> bool) {
    let mut counts = [[0; N_CLASSES]; N_CLASSES];
    for (pair, found) in pairs.iter().zip(found).filter(|(pair, _)| of(pair)) {
        counts[pair.label][*found] += 1;
    }
    println!("{title}: macro F1 {:.4}", macro_f1(&counts));
    for (label, name) in LABELS.iter().enumerate() {
        let (precision, recall, f1) = f1(&counts, label);
        println!("  {name:10} {:?} P {precision:.4} R {recall:.4} F1 {f1:.4}", counts[label]);
    }
}
