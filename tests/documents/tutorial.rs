//! Can a stranger follow the tutorial? Its commands are run in order by one shell, and their answers compared.
//!
//! A `sh` block is a step; a `text` block behind it is what the step prints, on both outputs. In an answer `…` stands for any
//! text of a line, and a line of it alone for any lines. A step without an answer must end well. The service listens at a free
//! port instead of the one that is written.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Block, blocks, read};

const ENGLISH: &str = "docs/guide/tutorial.md";
const CHINESE: &str = "docs/guide/tutorial.zh-CN.md";

/// The address that the tutorial serves at.
const ADDRESS: &str = "127.0.0.1:8640";

/// What parts the answers of steps; no program prints it.
const MARK: &str = "\u{1e}";

struct Step {
    line: usize,
    commands: String,
    answer: Option<String>,
}

fn steps(document: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for Block { language, line, text } in blocks(&read(document)) {
        match language.as_str() {
            "sh" => steps.push(Step { line, commands: text, answer: None }),
            "text" => steps.last_mut().expect("an answer follows a step").answer = Some(text),
            _ => {}
        }
    }
    steps
}

#[test]
fn both_languages_have_the_same_steps() {
    let (english, chinese) = (steps(ENGLISH), steps(CHINESE));
    for (a, b) in english.iter().zip(&chinese) {
        let place = format!("{ENGLISH}:{} and {CHINESE}:{}", a.line, b.line);
        assert_eq!(without_comments(&a.commands), without_comments(&b.commands), "{place}");
        assert_eq!(a.answer, b.answer, "{place}");
    }
    assert_eq!(english.len(), chinese.len());
}

/// Comments are translated.
fn without_comments(commands: &str) -> String {
    commands.lines().map(|line| line.split("  # ").next().unwrap_or_default().trim_end()).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_step_does_what_it_says() {
    let steps = steps(ENGLISH);
    assert!(steps.len() >= 15, "only {} steps were found", steps.len());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::os::unix::fs::symlink(root.join("data-samples"), dir.path().join("data-samples")).expect("links");
    // Nothing listens there any more when the service begins to.
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let mut script = String::new();
    for step in &steps {
        script.push_str(&step.commands.replace(ADDRESS, &free.to_string()));
        script.push_str(&format!("printf '{MARK}%s{MARK}' $?\n"));
    }
    // A service that a failed step left behind is ended with the shell.
    script.push_str("kill $(jobs -p) 2>/dev/null\n");
    std::fs::write(dir.path().join("steps.sh"), script).expect("writes");
    let bin = Path::new(env!("CARGO_BIN_EXE_minglu")).parent().expect("it lies in a directory");
    let path = std::env::join_paths(
        std::iter::once(bin.to_path_buf()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let output = Command::new("bash")
        .args(["-c", "exec bash steps.sh 2>&1"])
        .current_dir(dir.path())
        .env("PATH", path.expect("paths of this machine are joined again"))
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .expect("bash starts");
    let said = String::from_utf8_lossy(&output.stdout).replace(&free.to_string(), ADDRESS);
    let mut parts = said.split(MARK);
    for step in &steps {
        let (answer, status) = (parts.next().unwrap_or_default(), parts.next().unwrap_or("none"));
        let place = format!("{ENGLISH}:{}\n{}", step.line, step.commands);
        match &step.answer {
            Some(expected) => {
                assert!(matches(answer, expected), "{place}--- prints\n{answer}--- and should print\n{expected}")
            }
            None => assert_eq!(status, "0", "{place}--- prints\n{answer}"),
        }
    }
}

/// Whether a text is what an answer says, `…` standing for any text of a line and, alone, for any lines.
fn matches(text: &str, expected: &str) -> bool {
    let (text, expected): (Vec<&str>, Vec<&str>) =
        (text.lines().map(str::trim_end).collect(), expected.lines().map(str::trim_end).collect());
    matches_lines(&text, &expected)
}

fn matches_lines(text: &[&str], expected: &[&str]) -> bool {
    match (text, expected) {
        (_, [first, rest @ ..]) if first.trim() == "…" => (0..=text.len()).any(|n| matches_lines(&text[n..], rest)),
        ([line, text @ ..], [first, rest @ ..]) => matches_line(line, first) && matches_lines(text, rest),
        (text, expected) => text.is_empty() && expected.is_empty(),
    }
}

fn matches_line(line: &str, expected: &str) -> bool {
    let mut parts = expected.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[test]
fn answers_match_as_they_say() {
    let check = |text: &str, expected: &str, expect: bool| assert_eq!(matches(text, expected), expect, "{expected}");
    check("a 12 b\nc\n", "a … b\nc\n", true);
    check("a 12 c\n", "a … b\n", false);
    check("x\na\nb\nc\n", "…\nb\n…\n", true);
    check("x\na\n", "…\nb\n…\n", false);
    check("a\n", "a\nb\n", false);
}
