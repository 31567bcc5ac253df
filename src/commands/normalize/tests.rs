//! Batches: whatever the input is cut into, every value comes out once, in order, and nothing grows without end.

use std::io::Read;
use std::path::Path;
use std::sync::mpsc::sync_channel;

use minglu_rules::name::NameSteps;
use minglu_rules::text::FoldSteps;

use super::batch::{Batch, N_VALUE_BYTES_MAX, Shape, Table, read};
use super::word::WORDS;
use crate::error::Result;

/// Gives a few bytes at a time, as a slow pipe does.
struct Trickle<'a> {
    bytes: &'a [u8],
    n_bytes: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n_read = self.n_bytes.min(self.bytes.len()).min(buffer.len());
        let (read, rest) = self.bytes.split_at(n_read);
        buffer[..n_read].copy_from_slice(read);
        self.bytes = rest;
        Ok(n_read)
    }
}

/// Values with their lines; `!` and the reason where there is no value.
fn shown(bytes: &[u8], n_bytes: usize, shape: &Shape) -> Result<Vec<String>> {
    let (sender, batches) = sync_channel(1024);
    read(Trickle { bytes, n_bytes }, shape, Path::new("input"), &sender);
    drop(sender);
    let mut values = Vec::new();
    for batch in batches {
        let batch: Batch = batch?;
        values.extend(batch.items.iter().map(|item| match item.unreadable {
            Some(why) => format!("{}!{why}", item.line),
            None => format!("{}:{}", item.line, String::from_utf8_lossy(batch.bytes_of(item))),
        }));
    }
    Ok(values)
}

#[track_caller]
fn check(input: &str, shape: &Shape, expect: &[&str]) {
    for n_bytes in [1, 2, 7, 1 << 16] {
        let values = shown(input.as_bytes(), n_bytes, shape).expect("the input is read");
        assert_eq!(values, expect, "{n_bytes} bytes at a time");
    }
}

fn table(column: &str, has_header: bool) -> Shape {
    Shape::Table(Table::new(b',', column, has_header).expect("a column"))
}

#[test]
fn lines() {
    check("明鹭\n鹏程\r\n\n末", &Shape::Lines, &["1:明鹭", "2:鹏程", "3:", "4:末"]);
    check("\u{feff}明鹭\n", &Shape::Lines, &["1:明鹭"]);
    check("", &Shape::Lines, &[]);
    check("\n", &Shape::Lines, &["1:"]);
}

#[test]
fn columns() {
    let rows = "号,名称\n1,明鹭\n2,\"鹏,\n程\"\n3\n4,末";
    check(rows, &table("名称", true), &["2:明鹭", "3:鹏,\n程", "5!column_missing", "6:末"]);
    check(rows, &table("2", true), &["2:明鹭", "3:鹏,\n程", "5!column_missing", "6:末"]);
    check("1,明鹭\r\n2,鹏程\r\n", &table("2", false), &["1:明鹭", "2:鹏程"]);
    check("\u{feff}名称\n明鹭\n", &table("名称", true), &["2:明鹭"]);
    check("名称\n", &table("名称", true), &[]);
}

#[test]
fn a_wrong_column_is_an_error_that_lists_the_right_ones() {
    let error = shown("号,名称\n1,明鹭\n".as_bytes(), 3, &table("字号", true)).expect_err("there is no such column");
    assert_eq!(error.to_string(), "input: no column '字号'; the file has: 号, 名称");
    assert!(Table::new(b',', "名称", false).is_err() && Table::new(b',', "0", false).is_err());
}

#[test]
fn a_value_without_end_is_given_up() {
    let long = "明".repeat(N_VALUE_BYTES_MAX);
    let input = format!("鹏程\n{long}\n末\n");
    let values = shown(input.as_bytes(), 1 << 16, &Shape::Lines).expect("reads");
    assert_eq!(values, ["1:鹏程", "2!too_long", "3:末"]);
    let input = format!("1,鹏程\n2,{long}\n3,末\n");
    let values = shown(input.as_bytes(), 1 << 16, &table("2", false)).expect("reads");
    assert_eq!(values, ["1:鹏程", "2!too_long", "3:末"]);
    let input = format!("{long},鹏程\n3,末\n");
    let values = shown(input.as_bytes(), 1 << 16, &table("2", false)).expect("reads");
    assert_eq!(values, ["1:鹏程", "2:末"]);
}

#[test]
fn every_word_is_in_the_guides() {
    for guide in
        [include_str!("../../../docs/guide/normalize.md"), include_str!("../../../docs/guide/normalize.zh-CN.md")]
    {
        for (code, zh, en) in WORDS {
            let is_listed = guide.contains(&format!("| `{code}` |")) && (guide.contains(zh) || guide.contains(en));
            assert!(is_listed, "{code} is missing in a guide");
        }
    }
}

#[test]
fn every_step_has_words() {
    let all = FoldSteps::WIDTH.names().chain(FoldSteps::SIMPLIFIED.names()).chain(NameSteps::REORDERED.names());
    for step in all {
        assert!(WORDS.iter().any(|(code, _, _)| *code == step), "{step}");
    }
    for (idx, (code, zh, en)) in WORDS.iter().enumerate() {
        assert!(!zh.is_empty() && !en.is_empty() && WORDS[..idx].iter().all(|(known, _, _)| known != code), "{code}");
    }
}
