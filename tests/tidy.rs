//! Does the repository keep its own house rules (docs/STYLE.md)? What a machine can check is checked here.
//!
//! The checks are text searches: quick, without dependencies, and blind to what only a compiler or a reader sees. What
//! clippy, rustdoc or cargo-deny check already is left to them. Each failure names the place and the remedy.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

// The path is written out so that the file also compiles on its own: rustc --test tests/tidy.rs.
#[path = "tidy/literals.rs"]
mod literals;

use literals::without_literals;

/// Lines after which a file must be split.
const N_LINES_MAX: usize = 600;
/// Files allowed to be longer, each with its reason. This list may only shrink.
const LONG_FILES: [&str; 0] = [];
/// Largest file in the repository.
const BLOB_BYTES_MAX: u64 = 2 << 20;
/// All of rules/data together; it becomes part of the program.
const RULES_DATA_BYTES_MAX: u64 = 10 << 20;

/// What `rules` may depend on directly; whatever does I/O or asks the time is not in it.
const RULES_DEPENDENCIES: [&str; 7] =
    ["hashbrown", "rapidfuzz", "serde", "thiserror", "toml", "unicode-normalization", "xxhash-rust"];
/// Crates, and the crates of this workspace they may know.
const LAYERS: [(&str, &[&str]); 3] = [("rules", &[]), ("index", &["minglu-rules"]), ("graph", &["minglu-rules"])];
/// Words that only one file may name, and that file; `None` means any one file.
const OWNED_WORDS: [(&str, Option<&str>); 2] = [("rocksdb", Some("graph/src/store/rocks.rs")), ("bincode", None)];

/// Words that look right and are not the field's, and what docs/GLOSSARY.md says instead.
const NOT_IN_GLOSSARY: [(&str, &str); 12] = [
    ("similarity_rate", "similarity"),
    ("match_rate", "match_probability"),
    ("match_score", "match_weight"),
    ("credit_code", "uscc"),
    ("CreditCode", "Uscc"),
    ("golden_record", "golden_entity"),
    ("GoldenRecord", "GoldenEntity"),
    ("master_record", "golden_entity"),
    ("merged_record", "golden_entity"),
    ("judgment", "judgement"),
    ("normalise_", "normalize_"),
    ("fn normalise", "fn normalize"),
];
/// What must not be left in code, tests included, and what to do instead.
const NEVER: [(&str, &str); 5] = [
    ("todo!(", "write it, or open an issue"),
    ("unimplemented!(", "write it, or open an issue"),
    ("dbg!(", "remove it"),
    ("#[ignore", "make the test smaller instead of skipping it"),
    ("#[should_panic", "return an error or None, and assert that"),
];
/// What must not be in code outside tests.
const NEVER_OUTSIDE_TESTS: [(&str, &str); 3] = [
    (".unwrap()", "return an error, or say with expect(\"…\") why it cannot fail"),
    ("panic!(", "return an error: bad data is a value"),
    ("unsafe {", "find a safe way"),
];
/// What must not be in library crates outside tests.
const NEVER_IN_LIBRARIES: [(&str, &str); 3] = [
    ("println!(", "return the text; only the program prints"),
    ("eprintln!(", "return the text; only the program prints"),
    ("print!(", "return the text; only the program prints"),
];

#[test]
fn every_file_says_what_it_is_for() {
    let mut failures = String::new();
    for (path, text) in rust_files() {
        if !text.starts_with("//! ") {
            fail(&mut failures, &path, 1, "begin with `//!`: the question this file answers, and what it leaves out");
        }
    }
    assert_tidy(&failures);
}

#[test]
fn files_are_short() {
    let mut failures = String::new();
    for (path, text) in rust_files() {
        let n_lines = text.lines().count();
        let is_excepted = LONG_FILES.contains(&path.as_str());
        if n_lines > N_LINES_MAX && !is_excepted {
            fail(&mut failures, &path, n_lines, &format!("split it: more than {N_LINES_MAX} lines"));
        }
        if n_lines <= N_LINES_MAX && is_excepted {
            fail(&mut failures, &path, n_lines, "it is short now: take it off LONG_FILES");
        }
    }
    assert_tidy(&failures);
}

#[test]
fn nothing_unfinished_is_left() {
    let mut failures = String::new();
    for (path, text) in rust_files().into_iter().filter(|(path, _)| !is_this_file(path)) {
        find_words(&mut failures, &path, &text, &NEVER);
    }
    assert_tidy(&failures);
}

#[test]
fn code_outside_tests_neither_panics_nor_prints() {
    let mut failures = String::new();
    for (path, text) in rust_files().into_iter().filter(|(path, _)| !is_test(path)) {
        let text = production_part(&text);
        find_words(&mut failures, &path, text, &NEVER_OUTSIDE_TESTS);
        if !path.starts_with("src/") && !path.starts_with("benches/") {
            find_words(&mut failures, &path, text, &NEVER_IN_LIBRARIES);
        }
    }
    assert_tidy(&failures);
}

#[test]
fn words_are_the_glossarys() {
    let mut failures = String::new();
    for (path, text) in rust_files().into_iter().filter(|(path, _)| !is_this_file(path)) {
        for (wrong, right) in NOT_IN_GLOSSARY {
            find_words(&mut failures, &path, &text, &[(wrong, &format!("the field's word is `{right}`"))]);
        }
    }
    assert_tidy(&failures);
}

#[test]
fn identifiers_are_ascii() {
    let mut failures = String::new();
    for (path, text) in rust_files() {
        for (idx, line) in without_literals(&text).lines().enumerate() {
            if let Some(char) = line.chars().find(|char| char.is_alphabetic() && !char.is_ascii()) {
                fail(&mut failures, &path, idx + 1, &format!("`{char}` outside text and comments: name it in English"));
            }
        }
    }
    assert_tidy(&failures);
}

#[test]
fn crates_keep_their_layers() {
    let mut failures = String::new();
    for (folder, allowed) in LAYERS {
        let path = format!("{folder}/Cargo.toml");
        let known = dependencies(&path);
        for (line, name) in known.iter().filter(|(_, name)| name.starts_with("minglu")) {
            if !allowed.contains(&name.as_str()) {
                fail(&mut failures, &path, *line, &format!("`{folder}` must not know `{name}`"));
            }
        }
    }
    assert_tidy(&failures);
}

#[test]
fn rules_depends_on_little() {
    let mut failures = String::new();
    let path = "rules/Cargo.toml";
    for (line, name) in dependencies(path) {
        if !RULES_DEPENDENCIES.contains(&name.as_str()) {
            let remedy =
                format!("`{name}` is not in RULES_DEPENDENCIES: rules does no I/O, and a page in docs/decisions");
            fail(&mut failures, path, line, &format!("{remedy} is due for a new dependency"));
        }
    }
    assert_tidy(&failures);
}

#[test]
fn storage_words_have_one_owner() {
    let mut failures = String::new();
    let files: Vec<_> = rust_files().into_iter().filter(|(path, _)| !is_test(path)).collect();
    for (word, owner) in OWNED_WORDS {
        let uses: Vec<(&str, usize)> =
            files.iter().filter_map(|(path, text)| Some((path.as_str(), first_use(text, word)?))).collect();
        let owner = owner.or(uses.first().map(|(path, _)| *path)).unwrap_or_default();
        for (path, line) in uses.iter().filter(|(path, _)| *path != owner) {
            fail(&mut failures, path, *line, &format!("only {owner} may name `{word}`: go through its functions"));
        }
    }
    assert_tidy(&failures);
}

#[test]
fn blobs_are_small() {
    let mut failures = String::new();
    let mut rules_data_bytes = 0;
    for path in tracked_files() {
        let n_bytes = fs::metadata(root().join(&path)).map_or(0, |metadata| metadata.len());
        if n_bytes > BLOB_BYTES_MAX {
            fail(&mut failures, &path, 1, &format!("{n_bytes} bytes: compress it, or generate it from a seed"));
        }
        if path.starts_with("rules/data/") {
            rules_data_bytes += n_bytes;
        }
    }
    if rules_data_bytes > RULES_DATA_BYTES_MAX {
        fail(&mut failures, "rules/data", 1, &format!("{rules_data_bytes} bytes in all: keep what the rules read"));
    }
    assert_tidy(&failures);
}

#[test]
fn data_samples_say_where_they_come_from() {
    let mut failures = String::new();
    let files = tracked_files();
    let folders: BTreeSet<&str> = files
        .iter()
        .filter_map(|path| path.strip_prefix("data-samples/")?.split_once('/'))
        .map(|(folder, _)| folder)
        .collect();
    for folder in folders {
        let readme = format!("data-samples/{folder}/README.md");
        if !files.contains(&readme) {
            fail(&mut failures, &readme, 1, "write it: origin, seed, licence");
        }
    }
    assert_tidy(&failures);
}

#[test]
fn the_map_names_every_module() {
    let map_path = "docs/ARCHITECTURE.md";
    let map = read(map_path);
    let mut failures = String::new();
    for path in ["rules/src/lib.rs", "index/src/lib.rs", "graph/src/lib.rs", "src/lib.rs"] {
        for (idx, line) in read(path).lines().enumerate() {
            let module = line.strip_prefix("pub mod ").and_then(|rest| rest.split([';', ' ']).next());
            if let Some(module) = module.filter(|module| !names_module(&map, module)) {
                fail(&mut failures, path, idx + 1, &format!("add `{module}` to the code map in {map_path}"));
            }
        }
    }
    assert_tidy(&failures);
}

fn fail(failures: &mut String, path: &str, line: usize, remedy: &str) {
    writeln!(failures, "{path}:{line}: {remedy}").expect("a String takes everything");
}

#[track_caller]
fn assert_tidy(failures: &str) {
    assert!(failures.is_empty(), "\n{failures}");
}

fn find_words(failures: &mut String, path: &str, text: &str, words: &[(&str, &str)]) {
    for (idx, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for (_, remedy) in words.iter().filter(|(word, _)| contains_word(code, word)) {
            fail(failures, path, idx + 1, remedy);
        }
    }
}

/// The line of the first use of a word in code; comments may name anything.
fn first_use(text: &str, word: &str) -> Option<usize> {
    let is_used = |line: &str| line.split("//").next().is_some_and(|code| contains_word(code, word));
    text.lines().position(is_used).map(|idx| idx + 1)
}

/// Whether `text` contains `word` without a letter, digit or `_` glued to its beginning.
fn contains_word(text: &str, word: &str) -> bool {
    let is_glued = |idx: usize| text[..idx].ends_with(|char: char| char.is_alphanumeric() || char == '_');
    text.match_indices(word).any(|(idx, _)| word.starts_with('.') || !is_glued(idx))
}

/// A module stands in the map as `name`, `name.rs` or `crate::name`, set as code.
fn names_module(map: &str, module: &str) -> bool {
    let is_word_char = |char: char| char.is_ascii_alphanumeric() || char == '_';
    map.split(|char| !is_word_char(char)).any(|word| word == module)
}

/// Names under `[dependencies]` of a manifest, with their lines.
fn dependencies(path: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    let mut is_inside = false;
    for (idx, line) in read(path).lines().enumerate() {
        if line.starts_with('[') {
            is_inside = line.trim() == "[dependencies]";
            // `[dependencies.name]` is the same thing written at length.
            let name = line.trim().strip_prefix("[dependencies.").and_then(|rest| rest.strip_suffix(']'));
            names.extend(name.map(|name| (idx + 1, name.to_owned())));
            continue;
        }
        let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
        if is_inside && !name.is_empty() && !name.starts_with('#') {
            names.push((idx + 1, name.to_owned()));
        }
    }
    names
}

/// What comes before the first `#[cfg(test)]` item with a body; tests end a file in this house.
fn production_part(text: &str) -> &str {
    let body = text.match_indices("#[cfg(test)]").find(|(idx, _)| {
        let item = text[*idx..].lines().nth(1).unwrap_or_default();
        !item.trim_end().ends_with(';')
    });
    body.map_or(text, |(idx, _)| &text[..idx])
}

fn is_this_file(path: &str) -> bool {
    path == "tests/tidy.rs"
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.ends_with("/tests.rs") || path.contains("/tests/")
}

fn rust_files() -> Vec<(String, String)> {
    let is_rust = |path: &String| path.ends_with(".rs");
    let files: Vec<_> = tracked_files().into_iter().filter(is_rust).map(|path| (path.clone(), read(&path))).collect();
    assert!(!files.is_empty(), "no Rust files under {}: nothing was checked", root().display());
    files
}

/// Paths of the repository's files with `/`, sorted: what git tracks, or all but build output without git.
fn tracked_files() -> Vec<String> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = Command::new("git").args(arguments).current_dir(root()).output();
    let mut files: Vec<String> = match listed {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {
            String::from_utf8_lossy(&output.stdout).split_terminator('\0').map(str::to_owned).collect()
        }
        _ => walk(&root()),
    };
    // Git lists a file that was deleted but not yet committed.
    files.retain(|path| root().join(path).is_file());
    files.sort();
    files.dedup();
    files
}

fn walk(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() && name != "target" && name != ".git" {
                pending.push(path);
            } else if path.is_file() {
                let relative = path.strip_prefix(root()).expect("the walk began at the root");
                files.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    files
}

fn read(path: &str) -> String {
    let bytes = fs::read(root().join(path)).expect(path);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn root() -> PathBuf {
    // Without cargo, as `rustc --test tests/tidy.rs`, the root is where one stands.
    option_env!("CARGO_MANIFEST_DIR").map_or_else(|| env::current_dir().unwrap_or_default(), PathBuf::from)
}
