//! A build that is killed leaves the previous register whole, and the next build succeeds.

use std::path::Path;
use std::process::{Child, Stdio};

use minglu::export::{FileFormat, Subject};
use minglu::verify::verify;

use crate::workshop::{Workshop, stderr};

const N_LEGAL_UNITS: u64 = 400;
const SEED: u64 = 3;

/// Paths that appear one after the other while a second generation is built; the build is killed when it makes them.
const MOMENTS: [&str; 6] = [
    "generation-000002.unfinished",
    "generation-000002.unfinished/quarantine.csv",
    "generation-000002.unfinished/staging",
    "generation-000002.unfinished/index",
    "generation-000002.unfinished/store",
    "generation-000002",
];

/// Kills a build as soon as a path appears; false where the build ended before anybody looked.
fn kill_at(mut build: Child, path: &Path) -> bool {
    while !path.exists() {
        if build.try_wait().expect("the build can be asked").is_some() {
            return false;
        }
        std::thread::yield_now();
    }
    build.kill().expect("the build is ours");
    !build.wait().expect("it ends").success()
}

#[test]
fn a_killed_build_changes_nothing() {
    let workshop = Workshop::city(N_LEGAL_UNITS, SEED);
    workshop.build();
    let expected = workshop.export(Subject::Membership, FileFormat::Csv);
    let mut n_killed = 0;
    for moment in MOMENTS {
        let mut command = workshop.command(&["build", "--config", "{config}", "--data", "{data}"]);
        let build = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        n_killed += u32::from(kill_at(build, &workshop.data().join(moment)));
        assert_eq!(workshop.export(Subject::Membership, FileFormat::Csv), expected, "after a kill at {moment}");
        assert_eq!(verify(&workshop.data()).expect("reads"), [""; 0], "after a kill at {moment}");
    }
    assert!(n_killed > 0, "no build was killed: make the city larger");
    let output = workshop.run(&["build", "--config", "{config}", "--data", "{data}"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(workshop.export(Subject::Membership, FileFormat::Csv), expected);
    let left: Vec<String> = std::fs::read_dir(workshop.data())
        .expect("lists")
        .map(|entry| entry.expect("lists").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".unfinished"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_build_that_fails_changes_nothing() {
    let workshop = Workshop::tiny();
    workshop.build();
    let expected = workshop.export(Subject::Entities, FileFormat::Jsonl);
    std::fs::remove_file(workshop.file("statistics.csv")).expect("removes");
    let output = workshop.run(&["build", "--config", "{config}", "--data", "{data}"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("statistics.csv"), "{}", stderr(&output));
    assert_eq!(workshop.export(Subject::Entities, FileFormat::Jsonl), expected);
}
