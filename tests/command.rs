//! What does the command line print, and with which exit code: 0 done, 1 the answer is no, 2 bad use or input?

use serde_json::Value;

use crate::workshop::{Workshop, stderr, stdout};

/// Runs the program and expects an error of one line that says what, where and what to do.
#[track_caller]
fn check_error(workshop: &Workshop, arguments: &[&str], expect: &str) {
    let output = workshop.run(arguments);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(expect), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(said.starts_with("minglu: ") && stdout(&output).is_empty());
}

/// Runs the program to a good end and returns what it printed.
#[track_caller]
fn check(workshop: &Workshop, arguments: &[&str]) -> String {
    let output = workshop.run(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output)
}

const BUILD: [&str; 5] = ["build", "--config", "{config}", "--data", "{data}"];

#[test]
fn errors_of_the_configuration() {
    let workshop = Workshop::empty();
    check_error(&workshop, &BUILD, "minglu.toml: No such file");
    let workshop = Workshop::tiny();
    workshop.edit("minglu.toml", "name = \"企业名称\"", "name = \"企业名\"");
    check_error(
        &workshop,
        &BUILD,
        "market.csv:1: no column '企业名' (did you mean '企业名称'?); the file has: 登记号, ",
    );
    let workshop = Workshop::tiny();
    workshop.edit("minglu.toml", "unique = true", "unique = maybe");
    check_error(&workshop, &BUILD, "minglu.toml:13:10: ");
    let workshop = Workshop::tiny();
    std::fs::remove_file(workshop.file("tax.tsv")).expect("removes");
    check_error(&workshop, &BUILD, "tax.tsv: No such file");
}

#[test]
fn errors_of_a_schema() {
    let workshop = Workshop::tiny();
    workshop.edit("minglu.toml", "kind = \"enterprise\"", "kind = \"own.toml\"");
    check_error(&workshop, &BUILD, "own.toml: No such file");
    std::fs::write(workshop.file("own.toml"), "kind = 'own'\nmatches_per_record = one\n").expect("writes");
    check_error(&workshop, &BUILD, "own.toml:2:22: ");
    std::fs::write(workshop.file("own.toml"), "kind = 'own'\nmatches_per_record = 1.0\n").expect("writes");
    check_error(&workshop, &BUILD, "own.toml:1:1: the key 'field' is missing");
}

#[test]
fn a_check_tells_what_a_build_would_meet() {
    let workshop = Workshop::tiny();
    let arguments = ["check", "--config", "{config}"];
    let said = check(&workshop, &arguments);
    let said: Vec<&str> = said.lines().map(|line| line.rsplit('/').next().unwrap_or_default()).collect();
    assert_eq!(
        said,
        [
            "market.csv: 11 columns, all of them read",
            "tax.tsv: 9 columns, all of them read",
            "social.jsonl: columns are keys of each row",
            "statistics.csv: 14 columns, all of them read",
            "kind 'enterprise': no source fills the expected fields industry",
            "4 files checked, nothing is wrong",
        ]
    );
    assert!(!workshop.data().exists());
    workshop.edit("minglu.toml", "updated_at = \"修改日期\"\n", "");
    assert!(check(&workshop, &arguments).contains("tax.tsv: 9 columns; not read: 修改日期"));
    workshop.edit("minglu.toml", "name = \"纳税人名称\"", "name = \"纳税人名\"");
    workshop.edit("minglu.toml", "path = \"statistics.csv\"", "path = \"statistic.csv\"");
    let output = workshop.run(&arguments);
    let said = stderr(&output);
    assert_eq!((output.status.code(), said.lines().count()), (Some(2), 2), "{said}");
    assert!(said.contains("no column '纳税人名'") && said.contains("statistic.csv: No such file"), "{said}");
}

#[test]
fn errors_without_a_register() {
    let workshop = Workshop::tiny();
    for arguments in [
        &["verify", "--data", "{data}"][..],
        &["search", "--data", "{data}", "明鹭"],
        &["explain", "--data", "{data}", "E0"],
        &["resolve", "--data", "{data}", "--name", "明鹭"],
        &["export", "--data", "{data}", "membership", "--out", "{out}"],
        &["evaluate", "--data", "{data}", "--truth", "{truth}"],
        &["serve", "--data", "{data}"],
    ] {
        check_error(&workshop, arguments, "no register here; run 'minglu build' first");
    }
}

#[test]
fn unknown_words_are_refused() {
    let workshop = Workshop::empty();
    for arguments in [&["bild"][..], &["normalize", "nmae"], &["export", "--data", "x", "link", "--out", "y"], &[]] {
        assert_eq!(workshop.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(workshop.run(&["--version"]).status.code(), Some(0));
}

#[test]
fn a_build_reports_and_a_register_answers() {
    let workshop = Workshop::tiny();
    let printed = check(&workshop, &BUILD);
    assert!(printed.contains("13 = 12 (1) + 1"), "{printed}");
    let report: Value = serde_json::from_str(&check(&workshop, &[&BUILD[..], &["--json"]].concat())).expect("JSON");
    assert_eq!(report["kinds"][0]["n_records"], 55);
    let hits = check(&workshop, &["search", "--data", "{data}", "鹏程贸易"]);
    assert!(hits.lines().next().is_some_and(|hit| hit.contains("深圳市鹏程贸易有限公司")), "{hits}");
    let told = check(&workshop, &["explain", "--data", "{data}", "market:m04", "tax:t03"]);
    assert!(told.contains("one entity 同一主体") && told.contains("match weight"), "{told}");
    let answer = check(
        &workshop,
        &["resolve", "--data", "{data}", "--uscc", "91440305MA5TN0016R", "--name", "深圳市明鹭数据科技有限公司"],
    );
    let candidates: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(
        (&candidates[0]["verdict"], &candidates[0]["name"]),
        (&"match".into(), &"深圳市明鹭数据科技有限公司".into())
    );
    check_error(&workshop, &["explain", "--data", "{data}", "E0"], "no entity 'E0'");
    check_error(&workshop, &["explain", "--data", "{data}", "m04", "t03"], "'m04' is not of the form SOURCE:ID");
    check_error(&workshop, &["resolve", "--data", "{data}", "--field", "nmae=明鹭"], "unknown field 'nmae'");
}

#[test]
fn exports_have_a_row_for_a_thing() {
    let workshop = Workshop::tiny();
    workshop.build();
    for (subject, n_rows_min) in [("membership", 55), ("entities", 24), ("links", 25), ("relations", 3)] {
        let export = |format: &str| {
            check(&workshop, &["export", "--data", "{data}", subject, "--format", format, "--out", "{out}"]);
            std::fs::read_to_string(workshop.out("out")).expect("was written")
        };
        let table = export("csv");
        let rows: Result<Vec<_>, _> = csv::Reader::from_reader(table.as_bytes()).into_records().collect();
        let n_csv = rows.expect("is CSV").len();
        let jsonl = export("jsonl");
        assert!(jsonl.lines().all(|line| serde_json::from_str::<Value>(line).is_ok_and(|row| row.is_object())));
        assert_eq!(n_csv, jsonl.lines().count(), "{subject}");
        assert!(n_csv >= n_rows_min, "{n_csv} {subject}");
    }
    let arguments = ["export", "--data", "{data}", "membership", "--kind", "person", "--out", "{out}"];
    check_error(&workshop, &arguments, "no kind 'person'");
}

#[test]
fn linking_files_gives_the_membership_of_the_register() {
    let workshop = Workshop::tiny();
    check(&workshop, &["link", "--config", "{config}", "--out", "{out}"]);
    let linked = std::fs::read_to_string(workshop.out("out")).expect("was written");
    let quarantined = std::fs::read_to_string(workshop.out("out.quarantine.csv")).expect("was written");
    assert_eq!(quarantined.lines().count(), 2, "a header and a row");
    let evaluated = check(&workshop, &["evaluate", "--membership", "{out}", "--truth", "{truth}", "--json"]);
    let evaluated: Value = serde_json::from_str(&evaluated).expect("JSON");
    check(&workshop, &BUILD);
    check(&workshop, &["export", "--data", "{data}", "membership", "--out", "{out}"]);
    assert_eq!(std::fs::read_to_string(workshop.out("out")).expect("was written"), linked);
    let register = check(&workshop, &["evaluate", "--data", "{data}", "--truth", "{truth}", "--json"]);
    let register: Value = serde_json::from_str(&register).expect("JSON");
    assert_eq!((&register["pairwise"], &register["b_cubed"]), (&evaluated["pairwise"], &evaluated["b_cubed"]));
}

#[test]
fn a_missed_floor_is_a_no() {
    let workshop = Workshop::tiny();
    check(&workshop, &["link", "--config", "{config}", "--out", "{out}"]);
    let evaluate = ["evaluate", "--membership", "{out}", "--truth", "{truth}"];
    check(&workshop, &[&evaluate[..], &["--precision-min", "0.5"]].concat());
    let output = workshop.run(&[&evaluate[..], &["--f1-min", "0.9999"]].concat());
    assert_eq!(output.status.code(), Some(1));
    check_error(&workshop, &["evaluate", "--membership", "{config}", "--truth", "{truth}"], "no column 'source'");
}

#[test]
fn an_example_is_written_once() {
    let workshop = Workshop::empty();
    check(&workshop, &["init", "{out}"]);
    check_error(&workshop, &["init", "{out}"], "already there");
}

#[test]
fn a_city_has_a_size() {
    let workshop = Workshop::empty();
    check_error(&workshop, &["generate", "city", "--legal-units", "0", "--out", "{out}"], "0");
    let printed = check(&workshop, &["generate", "city", "--legal-units", "20", "--out", "{out}"]);
    assert!(printed.contains("market.csv") && printed.contains("true entities"), "{printed}");
}

const INGEST: [&str; 5] = ["ingest", "--data", "{data}", "--source", "market"];

#[test]
fn files_change_a_register_that_is_there() {
    let workshop = Workshop::tiny();
    workshop.build();
    let market = workshop.file("market.csv").to_string_lossy().into_owned();
    let said = check(&workshop, &[&INGEST[..], &[&market]].concat());
    let n_rows = std::fs::read_to_string(&market).expect("reads").trim_end().lines().count() - 1;
    let all =
        format!("{n_rows} rows = {n_rows} accepted ({n_rows} unchanged) + 0 rejected; 0 entities affected; sequence 1");
    assert!(said.trim_end().ends_with(&all), "{said}");

    // Another order of columns, one row of another content, one that cannot be used.
    let text = "企业名称,登记号,统一社会信用代码,曾用名,法定代表人,住所,联系电话,成立日期,登记状态,隶属企业代码,更新日期\n\
        深圳市明鹭智能科技有限公司,m01,91440305MA5TN0016R,,欧阳鹭,,,,存续,,2024-06-01\n\
        甲,,,,,,,,,,\n";
    std::fs::write(workshop.file("more.csv"), text).expect("writes");
    let more = workshop.file("more.csv").to_string_lossy().into_owned();
    let output = workshop.run(&[&INGEST[..], &[&more]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("2 rows = 1 accepted (0 unchanged) + 1 rejected; "), "{}", stdout(&output));
    assert!(stderr(&output).contains("more.csv:3: no record id"), "{}", stderr(&output));
    assert!(check(&workshop, &["search", "--data", "{data}", "明鹭智能"]).contains("深圳市明鹭智能科技有限公司"));
    check(&workshop, &["verify", "--data", "{data}"]);

    let deleted: Value = serde_json::from_str(&check(
        &workshop,
        &["delete", "--data", "{data}", "--source", "market", "--record-id", "m01"],
    ))
    .expect("an answer is JSON");
    assert_eq!(deleted["accepted"], 1);
    check(&workshop, &["verify", "--data", "{data}"]);
    assert!(!check(&workshop, &["search", "--data", "{data}", "明鹭智能"]).contains("深圳市明鹭智能科技有限公司"));
    for (subject, expect) in [("records", "\"record_id\":\"m02\""), ("changes", "\"fate\":"), ("judgements", "")] {
        let arguments = ["export", "--data", "{data}", subject, "--format", "jsonl", "--out", "{out}"];
        let output = workshop.run(&arguments);
        assert!(stderr(&output).contains("as of sequence 3"), "{}", stderr(&output));
        let exported = std::fs::read_to_string(workshop.out("out")).expect("reads");
        assert!(exported.contains(expect) && !exported.contains("\"record_id\":\"m01\""), "{subject}: {exported}");
    }
}

#[test]
fn errors_of_changes() {
    let workshop = Workshop::tiny();
    workshop.build();
    let delete = |source, id| ["delete", "--data", "{data}", "--source", source, "--record-id", id];
    check_error(&workshop, &delete("markt", "m01"), "no source 'markt'; this register has: market, ");
    check_error(&workshop, &delete("market", "m99"), "record market:m99: there is no such record");
    check_error(&workshop, &[&INGEST[..], &["{out}"]].concat(), "No such file");
    let tax = workshop.file("tax.tsv").to_string_lossy().into_owned();
    check_error(&workshop, &[&INGEST[..], &[&tax]].concat(), "tax.tsv:1: no column '登记号'");
}
