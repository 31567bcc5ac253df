//! Does one schema of a user's own resolve the Senzing truth set: people and organizations, three lists, any script?
//!
//! The real line runs on the shipped files. Every pair on which the result and the published key differ is listed here,
//! so that a better and a worse result both show; `data-samples/truthset/README.md` argues each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use minglu::config::Config;
use minglu::evaluate::{Assignment, of_membership, read_assignment};
use minglu::pipeline::{build, link, write_membership};
use minglu::progress::Quiet;
use minglu::verify::verify;

use crate::workshop::Workshop;

/// Least pairwise F1 against the key.
const F1_MIN: f64 = 0.98;

/// Pairs of the key that are not found.
const MISSED: [[&str; 2]; 1] = [["WATCHLIST:1041", "WATCHLIST:1042"]];

/// Pairs that are found and not in the key.
const WRONG: [[&str; 2]; 1] = [["CUSTOMERS:2181", "CUSTOMERS:2182"]];

fn sample(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data-samples/truthset").join(file)
}

/// The entity of every record under a configuration.
fn membership(config: &str) -> Assignment {
    let config = Config::read(&sample(config)).expect("the sample is right");
    let linked = link(&config, None, &Quiet).expect("the files are there");
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("membership.csv");
    let n_rows = write_membership(&linked.delivery, &linked.kinds, &path).expect("writes");
    assert_eq!(n_rows, 159, "every record is in one entity");
    read_assignment(&path, "entity_id").expect("reads")
}

fn truth() -> Assignment {
    read_assignment(&sample("truth.csv"), "entity").expect("the sample has its truth")
}

/// Pairs of records that are assigned to one thing, the lower key first.
fn pairs(assignment: &Assignment) -> BTreeSet<[String; 2]> {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((source, id), group) in assignment {
        groups.entry(group).or_default().push(format!("{source}:{id}"));
    }
    let of_group = |records: &Vec<String>| {
        let later = |position: usize| records[position + 1..].to_vec();
        let pairs =
            records.iter().enumerate().flat_map(|(position, a)| later(position).into_iter().map(|b| [a.clone(), b]));
        pairs.collect::<Vec<_>>()
    };
    groups.values().flat_map(of_group).collect()
}

#[test]
fn one_schema_resolves_the_truth_set() {
    let (found, truth) = (membership("minglu.toml"), truth());
    let rates = of_membership(&found, &truth).evaluation.pairwise;
    assert!(rates.f1 >= F1_MIN, "{rates:?}");
    let (found, truth) = (pairs(&found), pairs(&truth));
    let expect = |listed: &[[&str; 2]]| listed.iter().map(|pair| pair.map(String::from)).collect::<Vec<_>>();
    assert_eq!(truth.len(), 108);
    assert_eq!(truth.difference(&found).cloned().collect::<Vec<_>>(), expect(&MISSED), "missed");
    assert_eq!(found.difference(&truth).cloned().collect::<Vec<_>>(), expect(&WRONG), "wrong");
}

#[test]
fn what_is_exclusive_parts_and_says_so() {
    let workshop = Workshop::empty();
    let config = Config::read(&sample("minglu.toml")).expect("the sample is right");
    build(&config, &workshop.data(), &Quiet).expect("a register is built");
    assert_eq!(verify(&workshop.data()).expect("reads"), [""; 0]);
    let registry = workshop.registry();
    let check = |a: (&str, &str), b: (&str, &str), expect: Option<&str>| {
        let why = registry.why(a, b).expect("reads").expect("both records are there");
        assert_eq!((why.same_entity, why.veto.as_deref()), (false, expect), "{a:?} {b:?}");
    };
    // Junior and Senior; Robert of 1978 and Robert of 1954; two of one name, of whom nothing more is known.
    check(("CUSTOMERS", "1028"), ("WATCHLIST", "1029"), Some("exclusive"));
    check(("CUSTOMERS", "1001"), ("WATCHLIST", "1006"), Some("exclusive"));
    check(("WATCHLIST", "1041"), ("WATCHLIST", "1042"), None);
}

#[test]
fn json_lines_say_the_same_as_tables() {
    assert_eq!(pairs(&membership("minglu-json.toml")), pairs(&membership("minglu.toml")));
}
