//! Lines are read as they are written, and whatever is wrong is told by line.

use super::*;

const SAME: &str = r#"{"a":{"source":"market","record_id":"1"},"b":{"source":"tax","record_id":"2"},"verdict":"same","by":"王敏","at":"2026-03-02T09:30:00Z","why":"已电话核实"}"#;

#[test]
fn lines_are_read_as_they_are_written() {
    let undo = SAME.replace("{\"a\"", "{\"undo\":true,\"a\"").replace("\"verdict\":\"same\",", "");
    for line in [SAME, &undo] {
        assert_eq!(parse(line).map(|line| write(&line)), Ok(line.to_string()));
    }
}

#[test]
fn hashes_are_sixteen_digits() {
    let with = |hash: &str| parse(&SAME.replace("\"why\"", &format!("\"hash_a\":\"{hash}\",\"why\"")));
    let Ok(Line::Judged(judgement)) = with("00000000000000ff") else { panic!("it is right") };
    assert_eq!((judgement.hash_a, judgement.hash_b), (Some(255), None));
    assert!(write(&Line::Judged(judgement)).ends_with("\"hash_a\":\"00000000000000ff\"}"));
    assert!(with("ff").is_err() && with("+0000000000000ff").is_err());
}

/// What is wrong with a line in which something is replaced.
#[track_caller]
fn check_error(from: &str, to: &str, expect: &str) {
    assert!(SAME.contains(from));
    let what = parse(&SAME.replace(from, to)).expect_err(to);
    assert!(what.starts_with(expect), "{what}");
}

#[test]
fn mistakes_say_what_to_do() {
    check_error("same", "equal", "'equal' is no verdict; write same, ");
    check_error("\"verdict\":\"same\",", "", "no 'verdict'; write same, ");
    check_error("{\"a\"", "{\"undo\":true,\"a\"", "'undo' and 'verdict' exclude each other");
    check_error("王敏", " ", "'by' is empty; ");
    check_error("2026-03-02T09:30:00Z", "2026-03-02", "'at' is '2026-03-02' and not a time");
    check_error("\"tax\",\"record_id\":\"2\"", "\"market\",\"record_id\":\"1\"", "both records are market:1; ");
    check_error("tax", "", "'b' has an empty source");
    check_error("\"why\"", "\"note\"", "unknown field `note`, expected one of ");
    check_error("\"by\":\"王敏\",", "", "missing field `by`; write {");
}

#[test]
fn times_are_those_of_rfc_3339() {
    for right in ["2026-03-02T09:30:00Z", "2026-03-02T09:30:00.25+08:00", "2026-03-02T09:30:00-05:30"] {
        assert!(is_time(right), "{right}");
    }
    for wrong in ["", "2026-03-02T09:30:00", "2026-03-02 09:30:00Z", "2026-03-02T09:30:00.Z", "二〇二六年三月二日上午"]
    {
        assert!(!is_time(wrong), "{wrong}");
    }
}

#[test]
fn a_file_tells_all_its_mistakes_by_line() {
    let dir = tempfile::tempdir().expect("there is room for a temporary directory");
    let path = dir.path().join("judgements.jsonl");
    std::fs::write(&path, format!("\u{feff}{SAME}\n\n{{}}\n{SAME}\nnonsense\n")).expect("writes");
    let said = read(&path).expect_err("it is wrong").to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0].contains("judgements.jsonl:3: missing field `a`"), "{said}");
    assert!(lines[1].contains("judgements.jsonl:5: expected ident; write {"), "{said}");
    std::fs::write(&path, format!("{SAME}\r\n{SAME}\n")).expect("writes");
    assert_eq!(read(&path).map(|lines| lines.len()).unwrap_or_default(), 2);
}
