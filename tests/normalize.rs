//! Is `minglu normalize` a tool that one can stand in a pipe? One snapshot for each subject, then its manners.
//!
//! What the readers understand is tested beside them; here is what a user sees. To renew the snapshots:
//! `INSTA_UPDATE=always cargo test --release --workspace --test main normalize`.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::workshop::{Workshop, run_with_input, stderr, stdout};

/// The answers to lines, in full and explained.
fn answers(arguments: &[&str], lines: &[&str]) -> Vec<Value> {
    let output = run_with_input(&[&["normalize"], arguments].concat(), &lines.join("\n"));
    let answers: Vec<Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect();
    assert_eq!(answers.len(), lines.len(), "an answer for a line: {}", stderr(&output));
    answers
}

/// Every code that is explained has words in both languages.
#[track_caller]
fn check_words(answers: &[Value]) {
    for explained in answers.iter().flat_map(|answer| answer["explained"].as_array().expect("--steps was given")) {
        assert!(explained["zh"] != "" && explained["en"] != "", "no words for {explained}");
    }
}

macro_rules! snapshot {
    ($name:ident, $arguments:expr, $lines:expr) => {
        #[test]
        fn $name() {
            let answers = answers(&$arguments, &$lines);
            check_words(&answers);
            insta::assert_json_snapshot!(stringify!($name), answers);
        }
    };
}

snapshot!(
    uscc,
    ["uscc", "--steps"],
    [
        "９１４４０３０５-ma5abcd19 5",
        "9135010OM000100Y43",
        "91320621MA1MRHG207",
        "MA5ABCD1-9",
        "MA5ABCD1B",
        "440301100000016",
        "L440305MA5ABCD19",
        "440305199003070014",
        ""
    ]
);
snapshot!(
    phone,
    ["phone", "--steps", "--division", "深圳市"],
    ["０７５５－8260 1234转801；13800138000", "82601234/35", "(852)2345 6789", "138****8000", "王经理"]
);
snapshot!(
    person_id,
    ["person-id", "--steps", "--today", "2026-01-01"],
    [
        "440305199003070014",
        "110105491231002",
        "911124198108030024",
        "830000199201300022",
        "440304198513010010",
        "44O305199003070014"
    ]
);
snapshot!(
    industry,
    ["industry", "--steps"],
    ["I6513 应用软件开发", "餐饮", "6510", "P8210 学前教育", "I6510 互联网信息服务", "Q", "软件开发及销售"]
);
snapshot!(
    registration_type,
    ["registration-type", "--steps"],
    ["有限责任公司（自然人投资或控股）", "173", "310", "火箭公司"]
);
snapshot!(status, ["status", "--steps"], ["在营（開業）企业", "吊销，未注销", "1", "蓝"]);
snapshot!(date, ["date", "--steps"], ["二〇二〇年一月二日", "2020-02-30", ""]);

#[test]
fn names_and_addresses_are_explained() {
    let name = &answers(&["name", "--steps"], &["明鷺數據科技（深圳）有限公司龙岗第一分公司"])[0];
    assert_eq!((&name["trade_name"], &name["branch"]["kind"]), (&"明鹭".into(), &"分公司".into()));
    let address = &answers(&["address", "--steps", "--division", "深圳市"], &["科苑路１５号A座1501"])[0];
    assert_eq!((&address["division_name"], &address["parts"][0]["text"]), (&"广东省深圳市".into(), &"科苑路".into()));
    check_words(&[name.clone(), address.clone()]);
}

#[test]
fn every_vector_of_the_standards_is_answered() {
    let file = include_str!("../data-samples/vectors/identifiers.json");
    let vectors: Value = serde_json::from_str(file).expect("the vectors are JSON");
    let vectors = vectors["person_id"].as_array().expect("person_id");
    let codes: Vec<&str> = vectors.iter().map(|vector| vector["code"].as_str().expect("code")).collect();
    for (vector, answer) in vectors.iter().zip(answers(&["person-id", "--compact", "--today", "2026-01-01"], &codes)) {
        assert_eq!(answer["value"], vector["upgraded"], "{vector}");
    }
}

#[test]
fn what_cannot_be_read_is_answered_and_the_rest_goes_on() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_minglu"));
    let piped = command.args(["normalize", "name", "--compact"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.stderr(Stdio::piped()).spawn().expect("the program starts");
    let input = b"\xe6\x98\x8e\n\xff\xfe\n\xe9\xb9\xad\n";
    child.stdin.take().expect("it is piped").write_all(input).expect("the program reads");
    let output = child.wait_with_output().expect("the program ends");
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((lines.len(), &lines[0]["value"], &lines[2]["value"]), (3, &"明".into(), &"鹭".into()));
    assert_eq!((&lines[1]["error"]["line"], &lines[1]["error"]["code"]), (&2.into(), &"invalid_utf8".into()));
    assert_eq!((output.status.code(), stderr(&output).trim()), (Some(1), "1 lines could not be read"));
}

#[test]
fn tables_and_json_lines_are_read() {
    let workshop = Workshop::tiny();
    let values = |arguments: &[&str]| -> Vec<Value> {
        let output = workshop.run(&[&["normalize"], arguments, &["--compact"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let values = stdout(&output);
        values.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["value"].take()).collect()
    };
    let city = workshop.config().parent().expect("a folder").to_string_lossy().into_owned();
    let market = values(&["status", "--input", &format!("{city}/market.csv"), "--column", "登记状态"]);
    assert_eq!((market.len(), &market[0]), (18, &"存续".into()));
    let tax = values(&["name", "--input", &format!("{city}/tax.tsv"), "--column", "纳税人名称"]);
    assert_eq!(tax.len(), 14);
    let social = values(&["name", "--input", &format!("{city}/social.jsonl"), "--pointer", "/单位/名称"]);
    assert_eq!(social.len(), 12);
}

#[test]
fn answers_stand_in_the_order_of_the_lines() {
    let lines: Vec<String> = (0..20_000).map(|n| format!("明鹭{n}号店")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    for (line, answer) in lines.iter().zip(answers(&["name"], &lines)) {
        assert_eq!(&answer["input"], line);
    }
}

#[test]
fn a_closed_output_ends_the_program_quietly() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_minglu"));
    let piped = command.args(["normalize", "name"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("it is piped");
    // The input goes on for ever, as far as the program knows; it ends because nobody reads.
    while stdin.write_all("明鹭\n".repeat(1000).as_bytes()).is_ok() {}
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[test]
fn wrong_use_is_refused() {
    for (arguments, expect) in [
        (&["name", "--format", "csv"][..], "a table needs --column"),
        (&["name", "--format", "lines", "--column", "名称"], "--column is for tables"),
        (&["name", "--format", "lines", "--pointer", "/名称"], "--pointer is for JSON lines"),
        (&["name", "--pointer", "名称"], "does not begin with '/'"),
        (&["name", "--column", "名称", "--no-header"], "is no column number"),
        (&["name", "--input", "nowhere.txt"], "nowhere.txt: No such file"),
        (&["person-id", "--today", "昨天"], "is no calendar day"),
        (&["address", "--division", "亚特兰蒂斯"], "neither a six-digit code nor a name"),
    ] {
        let output = run_with_input(&[&["normalize"], arguments].concat(), "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(expect), "{arguments:?}: {}", stderr(&output));
    }
}
