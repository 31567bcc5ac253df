//! `minglu search` and `minglu explain`: answers for a person at a terminal.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use minglu_index::search::SearchQuery;

use super::{print, to_json};
use crate::error::{Error, Result};
use crate::registry::{EntityAnswer, EvidenceLine, JudgementAnswer, Registry, WhyAnswer};

/// Prints hits.
pub(super) fn search(data: &Path, query: &str, limit: usize, json: bool) -> Result<ExitCode> {
    let registry = Registry::open(data)?;
    let answer = registry.search(&SearchQuery { text: query, limit, ..SearchQuery::default() })?;
    if json {
        let hits: Vec<_> = answer.hits.iter().map(|hit| (&hit.id, hit.score, &hit.entity)).collect();
        print(&to_json(&hits)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    for hit in &answer.hits {
        let code = hit.entity.codes.first().map(String::as_str).unwrap_or("-");
        let address = hit.entity.addresses.first().map(String::as_str).unwrap_or("-");
        print(&format!("{:.3}  {}  {}  {code}  {address}", hit.score, hit.id, hit.name))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Explains an entity, or a pair of records.
pub(super) fn explain(data: &Path, first: &str, second: Option<&str>, json: bool) -> Result<ExitCode> {
    let registry = Registry::open(data)?;
    let text = match second {
        Some(second) => {
            let (a, b) = (record_key(first)?, record_key(second)?);
            let why = registry.why(a, b)?;
            let why = why.ok_or_else(|| Error::usage(format!("no such record: {first} or {second}")))?;
            if json { to_json(&why)? } else { show_why(&why) }
        }
        None => {
            let entity = registry.entity(first)?;
            let entity = entity
                .ok_or_else(|| Error::usage(format!("no entity '{first}'; two records are SOURCE:ID SOURCE:ID")))?;
            if json { to_json(&entity)? } else { show_entity(&registry, &entity)? }
        }
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn record_key(text: &str) -> Result<(&str, &str)> {
    text.split_once(':').ok_or_else(|| Error::usage(format!("'{text}' is not of the form SOURCE:ID")))
}

fn show_why(why: &WhyAnswer) -> String {
    let mut text = format!("{} and {}: ", why.a, why.b);
    text.push_str(if why.same_entity { "one entity 同一主体\n" } else { "two entities 不同主体\n" });
    let _ = writeln!(text, "  by the pair alone: {} (probability {:.6})", why.decision, why.match_probability);
    if let Some(veto) = &why.veto {
        let _ = writeln!(text, "  the law: {veto}");
    }
    for judgement in &why.judgements {
        let JudgementAnswer { a, b, verdict, by, at, why } = judgement;
        let _ = writeln!(text, "  judged 裁决: {a} and {b} {verdict}, by {by}, {at}: {why}");
    }
    let rules = if why.candidates_by.is_empty() { "no blocking rule".into() } else { why.candidates_by.join(", ") };
    let _ = writeln!(text, "  brought together by: {rules}");
    let _ = writeln!(text, "  {:>8.3}  prior", why.prior);
    why.evidence.iter().for_each(|line| show_evidence(line, &mut text));
    let _ = writeln!(text, "  {:>8.3}  match weight, model {}", why.match_weight, why.model);
    if let Some(together) = &why.together {
        let _ = writeln!(text, "  together 合并来看: {} | {}", together.a.join(", "), together.b.join(", "));
        let _ = writeln!(text, "  {:>8.3}  prior", why.prior);
        together.evidence.iter().for_each(|line| show_evidence(line, &mut text));
        let (weight, probability) = (together.match_weight, together.match_probability);
        let _ = writeln!(text, "  {weight:>8.3}  match weight of the clusters (probability {probability:.6})");
    }
    text
}

fn show_evidence(line: &EvidenceLine, text: &mut String) {
    let said = |value: &Option<String>, from: &Option<String>| {
        let from = from.as_ref().map(|record| format!(" ({record})")).unwrap_or_default();
        format!("{}{from}", value.as_deref().unwrap_or("–"))
    };
    let (a, b) = (said(&line.a, &line.a_from), said(&line.b, &line.b_from));
    let weight = line.weight + line.term_frequency_adjustment;
    let shared = if line.n_sharers > 1 { format!(", shared by {}", line.n_sharers) } else { String::new() };
    let _ = writeln!(text, "  {weight:>8.3}  {}: {}{shared} · {a} | {b}", line.comparison, line.level);
}

fn show_entity(registry: &Registry, entity: &EntityAnswer) -> Result<String> {
    let mut text = format!("{} · {} · anchor {}\n", entity.id, entity.kind, entity.anchor);
    for (field, values) in &entity.values {
        for value in values {
            let _ = writeln!(text, "  {field}: {} ({}: {})", value.value, value.rule, value.from.join(", "));
        }
    }
    for conflict in &entity.conflicts {
        for value in &conflict.values {
            let _ = writeln!(text, "  conflict 冲突 {}: {} ({})", conflict.field, value.value, value.from.join(", "));
        }
    }
    let _ = writeln!(text, "  new 新增: {} · missing 缺失: {}", entity.new.join(", "), entity.missing.join(", "));
    for relation in &entity.relations {
        let _ = writeln!(text, "  {} {} {} {}", relation.direction, relation.kind, relation.entity, relation.name);
    }
    let anchor = &entity.records[0];
    for record in &entity.records {
        let _ = writeln!(
            text,
            "  record {}:{} · {} · {:.6}",
            record.source, record.record_id, record.match_key, record.match_probability
        );
    }
    for record in entity.records.iter().skip(1) {
        let (a, b) = ((&*anchor.source, &*anchor.record_id), (&*record.source, &*record.record_id));
        if let Some(why) = registry.why(a, b)? {
            text.push_str(&show_why(&why));
        }
    }
    Ok(text)
}
