//! How are judgements of people written down?
//!
//! A file of JSON Lines that is only ever appended to: who said what of which two records, when and why, or took it back. What
//! is wrong is told by line, all at once. Which judgement is in force, and what follows, is `minglu_rules::judgement`'s business.

use std::path::Path;

use minglu_rules::judgement::{Judgement, Line, RecordName, Undo, Verdict, active};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::error::{Error, Result};

/// Mistakes that are told at once.
const N_MISTAKES_MAX: usize = 20;

/// What a line must look like, for whoever wrote another.
const EXAMPLE: &str = r#"write {"a":{"source":"…","record_id":"…"},"b":{…},"verdict":"same","by":"…","at":"2026-03-02T09:30:00Z","why":"…"}"#;

/// Hexadecimal digits of a hash.
const N_HASH_DIGITS: usize = 16;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NameText {
    source: String,
    record_id: String,
}

/// A line, key by key.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undo: Option<bool>,
    a: NameText,
    b: NameText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verdict: Option<String>,
    by: String,
    at: String,
    #[serde(default)]
    why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash_a: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash_b: Option<String>,
}

/// Reads a file of judgements, line by line in its order.
pub fn read(path: &Path) -> Result<Vec<Line>> {
    let bytes = std::fs::read(path).map_err(Error::io(path))?;
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Err(Error::usage(format!("{}: not UTF-8; save the file as UTF-8", path.display())));
    };
    let (mut lines, mut mistakes) = (Vec::new(), Vec::new());
    let rows = text.trim_start_matches('\u{feff}').lines().enumerate();
    for (row, text) in rows.filter(|(_, text)| !text.trim().is_empty()) {
        match parse(text) {
            Ok(line) => lines.push(line),
            Err(what) => mistakes.push(format!("{}:{}: {what}", path.display(), row + 1)),
        }
        if mistakes.len() == N_MISTAKES_MAX {
            break;
        }
    }
    if mistakes.is_empty() { Ok(lines) } else { Err(Error::usage(mistakes.join("\n"))) }
}

/// The judgements in force by the file that a configuration names; none where it names none.
pub fn read_active(config: &Config) -> Result<Vec<Judgement>> {
    let lines = config.judgements.as_deref().map(read).transpose()?;
    Ok(active(lines.unwrap_or_default()))
}

/// Reads one line; the error says what is wrong and what to do.
pub fn parse(text: &str) -> std::result::Result<Line, String> {
    let found: LineText = serde_json::from_str(text).map_err(|error| {
        // The line is one of many, and is told by the caller.
        let what = error.to_string();
        format!("{}; {EXAMPLE}", what.split(" at line ").next().unwrap_or_default())
    })?;
    let name = |key: &str, name: NameText| match name.source.is_empty() || name.record_id.is_empty() {
        true => Err(format!("'{key}' has an empty source or record_id; name a record")),
        false => Ok(RecordName { source: name.source, record_id: name.record_id }),
    };
    let (a, b) = (name("a", found.a)?, name("b", found.b)?);
    if a == b {
        return Err(format!("both records are {}:{}; name two", a.source, a.record_id));
    }
    let (by, at, why) = (found.by, found.at, found.why);
    if by.trim().is_empty() {
        return Err("'by' is empty; a judgement is that of a named person".into());
    }
    if !is_time(&at) {
        return Err(format!("'at' is '{at}' and not a time of RFC 3339; write 2026-03-02T09:30:00Z"));
    }
    let (hash_a, hash_b) = (hash("hash_a", found.hash_a)?, hash("hash_b", found.hash_b)?);
    match (found.undo.unwrap_or_default(), found.verdict) {
        (true, None) => Ok(Line::Undone(Undo { a, b, by, at, why })),
        (true, Some(_)) => Err("'undo' and 'verdict' exclude each other; remove one".into()),
        (false, None) => Err("no 'verdict'; write same, different, unsure or recoded".into()),
        (false, Some(word)) => {
            let verdict = Verdict::named(&word)
                .ok_or_else(|| format!("'{word}' is no verdict; write same, different, unsure or recoded"))?;
            Ok(Line::Judged(Judgement { a, b, verdict, by, at, why, hash_a, hash_b }))
        }
    }
}

/// A line as it is written, without its line end; [`parse`] reads it back.
pub fn write(line: &Line) -> String {
    let name = |name: &RecordName| NameText { source: name.source.clone(), record_id: name.record_id.clone() };
    let hash = |hash: Option<u64>| hash.map(|hash| format!("{hash:0N_HASH_DIGITS$x}"));
    let text = match line {
        Line::Judged(Judgement { a, b, verdict, by, at, why, hash_a, hash_b }) => LineText {
            undo: None,
            a: name(a),
            b: name(b),
            verdict: Some(verdict.as_str().into()),
            by: by.clone(),
            at: at.clone(),
            why: why.clone(),
            hash_a: hash(*hash_a),
            hash_b: hash(*hash_b),
        },
        Line::Undone(Undo { a, b, by, at, why }) => LineText {
            undo: Some(true),
            a: name(a),
            b: name(b),
            verdict: None,
            by: by.clone(),
            at: at.clone(),
            why: why.clone(),
            hash_a: None,
            hash_b: None,
        },
    };
    serde_json::to_string(&text).expect("texts become JSON")
}

/// The judgements that a register keeps, as [`write()`] wrote them.
pub fn restore(lines: &[String]) -> Result<Vec<Judgement>> {
    let lines = lines.iter().map(|line| parse(line)).collect::<std::result::Result<Vec<_>, _>>();
    Ok(active(lines.map_err(|what| Error::usage(format!("stored judgement: {what}")))?))
}

fn hash(key: &str, text: Option<String>) -> std::result::Result<Option<u64>, String> {
    let Some(text) = text else { return Ok(None) };
    let is_right = text.len() == N_HASH_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = u64::from_str_radix(&text, 16).ok().filter(|_| is_right);
    hash.map(Some).ok_or_else(|| format!("'{key}' is '{text}' and not of 16 hexadecimal digits; leave it out"))
}

/// Whether a text has the shape of RFC 3339: `2026-03-02T09:30:00Z`, with parts of seconds or another zone.
fn is_time(text: &str) -> bool {
    let has_shape = |text: &str, shape: &str| {
        let fits = |(byte, shape): (u8, u8)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
        text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
    };
    let Some((moment, rest)) = text.split_at_checked("0000-00-00T00:00:00".len()) else { return false };
    let zone = match rest.strip_prefix('.') {
        None => rest,
        Some(parts) => {
            let zone = parts.trim_start_matches(|digit: char| digit.is_ascii_digit());
            if zone.len() == parts.len() {
                return false;
            }
            zone
        }
    };
    let is_zone = zone == "Z" || has_shape(zone, "+00:00") || has_shape(zone, "-00:00");
    has_shape(moment, "0000-00-00T00:00:00") && is_zone
}

#[cfg(test)]
mod tests;
