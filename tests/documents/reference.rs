//! Does each word that schemas and configurations accept stand in its reference, and each word there work? Does the example run?
//!
//! The words that are accepted are asked of the program: an unknown word makes it list all that it knows.

use std::collections::BTreeSet;

use minglu_rules::document::{Mistakes, N_MISTAKES_MAX};
use minglu_rules::schema::{Aspect, Schema};

use super::{blocks, read};
use crate::workshop::{Workshop, stderr, stdout};

const SCHEMA: &str = "docs/guide/schema.md";
const CONFIG: &str = "docs/guide/config.md";

/// A schema with one of everything that has keys or words.
const WHOLE: &str = r#"kind = "shop"
matches_per_record = 1.0
[[field]]
name = "name"
kind = "enterprise-name"
survive = "rank"
[[field]]
name = "address"
kind = "address"
[law]
names = ["name"]
[[block]]
name = "name"
on = ["name norm"]
n_records_max = 10
[[comparison]]
name = "address"
fields = ["address"]
[[comparison.levels]]
when = "place agrees road"
m = 0.9
u = 0.1
[[comparison.levels]]
when = "else"
m = 0.1
u = 0.9
"#;

/// What a mistake lists as the words that would be right.
fn listed(mistakes: &Mistakes) -> BTreeSet<String> {
    // Another key of the table may be missing besides.
    let words = mistakes.0.iter().find_map(|mistake| mistake.what.split_once("one of: "));
    let (_, words) = words.expect("a mistake that lists words");
    assert!(!words.ends_with('…') && mistakes.0.len() < N_MISTAKES_MAX, "the list was cut: {words}");
    words.split(", ").map(str::to_owned).collect()
}

/// Words that a schema accepts where `from` is replaced by an unknown one.
fn accepted(from: &str, to: &str) -> BTreeSet<String> {
    assert!(WHOLE.contains(from), "{from}");
    listed(&Schema::read(&WHOLE.replacen(from, to, 1)).expect_err(to))
}

/// Words in backquotes in the first column of the tables below a heading, up to the next heading.
fn words_under(document: &str, heading: &str) -> BTreeSet<String> {
    let text = read(document);
    let (_, section) = text.split_once(&format!("\n{heading}")).expect(heading);
    let section = section.split("\n##").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|row| row[2..].split(" | ").next());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[track_caller]
fn check(document: &str, heading: &str, accepted: &BTreeSet<String>) {
    let written = words_under(document, heading);
    let missing: Vec<_> = accepted.difference(&written).collect();
    let wrong: Vec<_> = written.difference(accepted).collect();
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "{document}, {heading}: not written {missing:?}, not accepted {wrong:?}"
    );
}

#[test]
fn keys_of_schemas_are_written() {
    let mut top = accepted("matches_per_record", "zzz = 1\nmatches_per_record");
    for table in ["field", "block", "comparison", "law"] {
        assert!(top.remove(table), "{table}");
    }
    // Whatever else is a table of its own, the reference says so by a heading.
    for table in tables_besides(&top) {
        let wrong = Schema::read(&format!("{WHOLE}[[{table}]]\nzzz = 1\n")).expect_err(&table);
        check(SCHEMA, &format!("## `[[{table}]]`"), &listed(&wrong));
        top.remove(&table);
    }
    check(SCHEMA, "## Top level", &top);
    check(SCHEMA, "## `[[field]]`", &accepted("survive = \"rank\"", "zzz = 1"));
    check(SCHEMA, "## `[law]`", &accepted("names = [", "zzz = ["));
    check(SCHEMA, "## `[[block]]`", &accepted("on = [", "zzz = ["));
    check(SCHEMA, "## `[[comparison]]`", &accepted("fields = [", "zzz = ["));
    check(SCHEMA, "### Levels\n", &accepted("when = \"place", "zzz = \"place"));
}

fn tables_besides(top: &BTreeSet<String>) -> Vec<String> {
    let text = read(SCHEMA);
    top.iter().filter(|key| text.contains(&format!("\n## `[[{key}]]`"))).cloned().collect()
}

#[test]
fn words_of_schemas_are_written() {
    check(SCHEMA, "### Kinds of fields", &accepted("\"enterprise-name\"", "\"zzz\""));
    check(SCHEMA, "### Survivorship", &accepted("survive = \"rank\"", "survive = \"zzz\""));
    check(SCHEMA, "## Aspects", &Aspect::words().map(str::to_owned).collect());
    check(SCHEMA, "### Levels of addresses", &accepted("agrees road", "agrees zzz"));
    let predicates: BTreeSet<String> =
        words_under(SCHEMA, "### Conditions").iter().map(|condition| second_word(condition)).collect();
    assert_eq!(accepted("place agrees", "place zzz"), predicates);
}

fn second_word(condition: &str) -> String {
    condition.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[test]
fn keys_of_configurations_are_written() {
    let keys = |text: &str| {
        let workshop = Workshop::tiny();
        workshop.edit("minglu.toml", "[register]\n", text);
        let output = workshop.run(&["check", "--config", "{config}"]);
        let said = stderr(&output);
        let (_, words) = said.split_once("one of: ").expect(&said);
        words.trim().lines().next().unwrap_or_default().split(", ").map(str::to_owned).collect::<BTreeSet<_>>()
    };
    check(CONFIG, "## `[register]`", &keys("[register]\nzzz = 1\n"));
    check(CONFIG, "## `[resolve]`", &keys("[resolve]\nzzz = 1\n[register]\n"));
    let mut of_source = keys("[[source]]\nzzz = 1\n[register]\n");
    assert!(of_source.remove("fields"), "fields have a section of their own");
    check(CONFIG, "## `[[source]]`", &of_source);
}

#[test]
fn the_example_of_the_schema_reference_runs() {
    let workshop = Workshop::tiny();
    let text = read(SCHEMA);
    let found = blocks(&text);
    let of = |language: &str| found.iter().filter(|block| block.language == language).collect::<Vec<_>>();
    let (toml, csv) = (of("toml"), of("csv"));
    for (file, block) in
        [("person.toml", toml[0]), ("minglu.toml", toml[1]), ("social.csv", csv[0]), ("market.csv", csv[1])]
    {
        std::fs::write(workshop.file(file), &block.text).expect("writes");
    }
    assert!((35..=50).contains(&toml[0].text.lines().count()), "the example has about 40 lines");
    let output = workshop.run(&["link", "--config", "{config}", "--out", "{out}"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let linked = std::fs::read_to_string(workshop.out("out")).expect("a membership was written");
    assert_eq!(linked, csv[2].text, "the answer in the reference, line {}", csv[2].line);
    let output = workshop.run(&["build", "--config", "{config}", "--data", "{data}"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let output = workshop.run(&["explain", "--data", "{data}", "social:S1", "market:M1"]);
    assert!(stdout(&output).contains("one entity"), "{}", stdout(&output));
}
