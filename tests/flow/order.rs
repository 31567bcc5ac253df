//! Rows in any order, on any number of threads, give the same bytes.

use std::path::Path;

use minglu::export::{FileFormat, Subject};

use crate::workshop::Workshop;

const N_LEGAL_UNITS: u64 = 400;
const SEED: u64 = 20_261_121;

/// All exports of a register built from the files of a workshop on so many threads.
fn exports(workshop: &Workshop, n_threads: usize) -> Vec<Vec<u8>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("threads start");
    pool.install(|| workshop.build());
    let subjects = [Subject::Membership, Subject::Entities, Subject::Links, Subject::Relations];
    subjects.iter().map(|subject| workshop.export(*subject, FileFormat::Jsonl)).collect()
}

/// Deals the rows of a CSV file like cards, the last first: every `n`th row, then every `n`th of the rest.
fn shuffle(path: &Path, n: usize) {
    let mut reader = csv::Reader::from_path(path).expect("opens");
    let header = reader.headers().expect("has a header").clone();
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("is CSV");
    let mut writer = csv::Writer::from_path(path).expect("opens");
    writer.write_record(&header).expect("writes");
    for first in (0..n).rev() {
        for row in rows.iter().rev().skip(first).step_by(n) {
            writer.write_record(row).expect("writes");
        }
    }
    writer.flush().expect("writes");
}

#[test]
fn order_and_threads_do_not_matter() {
    let workshop = Workshop::city(N_LEGAL_UNITS, SEED);
    let expected = exports(&workshop, 2);
    assert!(expected.iter().all(|export| !export.is_empty()));
    for (n_threads, n) in [(1, 7), (2, 3)] {
        for file in ["market.csv", "tax.csv", "social.csv", "statistics.csv"] {
            shuffle(&workshop.file(file), n);
        }
        let found = exports(&workshop, n_threads);
        assert!(found == expected, "rows dealt by {n}, {n_threads} threads: another register");
    }
}

#[test]
fn order_of_sections_does_not_matter() {
    let workshop = Workshop::tiny();
    let expected = exports(&workshop, 2);
    let text = std::fs::read_to_string(workshop.config()).expect("reads");
    let (head, sections) = text.split_once("[[source]]").expect("has sources");
    let mut sections: Vec<&str> = sections.split("[[source]]").collect();
    sections.reverse();
    std::fs::write(workshop.config(), format!("{head}[[source]]{}", sections.join("\n[[source]]"))).expect("writes");
    assert!(exports(&workshop, 2) == expected);
}
