//! Which errors does the page show, and how is each explained?
//!
//! Both records side by side, field by field, and the waterfall of their match weight. Every value was written by somebody
//! else and is escaped.

use std::collections::BTreeMap;

use super::level::{Sum, waterfall};
use super::words::Words;
use super::{count, table};
use crate::evaluate::{Against, Disputed, KindReport, PairReport, RecordReport};
use crate::html::escaped;
use crate::registry::WhyAnswer;

/// Links between different true entities.
pub(super) fn false_merges(kind: &KindReport, words: Words) -> String {
    let merges = &kind.false_merges;
    let mut html = format!("<h3>{}</h3>", escaped(&words.say("误合并", "False merges")));
    let (links, clusters, by_code) = (count(merges.n_links), count(merges.n_clusters), count(merges.n_links_by_code));
    html.push_str(&words.explain(
        &format!(
            "{links} 条链接把不同的真实主体放进了 {clusters} 个聚类，其中 {by_code} 条来自相同代码。每个聚类列最重的一条。"
        ),
        &format!(
            "{links} links put different true entities into {clusters} clusters, {by_code} of them by an equal code. Of each \
             cluster the heaviest is shown."
        ),
    ));
    merges.worst.iter().for_each(|pair| html.push_str(&article(pair, kind.match_weight_min, words)));
    html
}

/// True pairs that are not in one cluster, by where they were lost.
pub(super) fn missed(kind: &KindReport, words: Words) -> String {
    let n_pairs: u64 = kind.missed.iter().map(|missed| missed.n_pairs).sum();
    let mut html = format!("<h3>{}</h3>", escaped(&words.say("漏掉的真对", "Missed true pairs")));
    html.push_str(&words.explain(
        &format!("共 {} 对，按丢失之处分开；每个真实主体列最重的一对。", count(n_pairs)),
        &format!("{} pairs, by where they were lost; of each true entity the heaviest is shown.", count(n_pairs)),
    ));
    let row = |missed: &crate::evaluate::MissedPairs| {
        let law = missed.law.iter().map(|(veto, n_pairs)| format!("{} {}", words.law(veto), count(*n_pairs)));
        let law: Vec<String> = law.collect();
        vec![escaped(&words.missed(missed.why)), count(missed.n_pairs), escaped(&law.join("; "))]
    };
    let headings = [words.say("丢失之处", "lost where"), words.say("对", "pairs"), words.say("规则", "law")];
    html.push_str(&table("numbers", &headings, &kind.missed.iter().map(row).collect::<Vec<_>>()));
    for missed in kind.missed.iter().filter(|missed| !missed.worst.is_empty()) {
        html.push_str(&format!("<h4>{}</h4>", escaped(&words.missed(missed.why))));
        missed.worst.iter().for_each(|pair| html.push_str(&article(pair, kind.match_weight_min, words)));
    }
    html
}

/// Where two registers disagree.
pub(super) fn disagreement(against: &Against, words: Words) -> String {
    let found = &against.disagreement;
    let mut html = format!("<section id=\"against\"><h2>{}</h2>", escaped(&words.say("两库对照", "Two registers")));
    let headings = [
        words.say("只有一方正确的对", "pairs only one has right"),
        words.say("本库", "this"),
        words.say("另一库", "other"),
    ];
    let rows = [
        (words.say("找到的真对", "true pairs found"), found.n_found_by_first, found.n_found_by_second),
        (words.say("误合并的对", "false pairs merged"), found.n_merged_by_first, found.n_merged_by_second),
    ];
    let rows = rows.map(|(name, first, second)| vec![escaped(&name), count(first), count(second)]);
    html.push_str(&table("numbers", &headings, &rows));
    let sides = [
        (words.say("只有本库正确", "right only here"), &against.first_right),
        (words.say("只有另一库正确", "right only there"), &against.second_right),
    ];
    for (heading, disputed) in sides {
        html.push_str(&format!("<h3>{}</h3>", escaped(&heading)));
        disputed.iter().for_each(|pair| html.push_str(&disputed_article(pair, words)));
    }
    html.push_str("</section>");
    html
}

fn article(pair: &PairReport, match_weight_min: Option<f64>, words: Words) -> String {
    let sum = sum_of(pair, match_weight_min);
    format!("<article>{}{}{}</article>", heading(pair, None, words), records(pair, words), waterfall(&sum, words))
}

fn disputed_article(disputed: &Disputed, words: Words) -> String {
    let pair = &disputed.wrong;
    let what = match disputed.missed {
        Some(missed) => words.missed(missed),
        None => words.say("误合并", "false merge"),
    };
    let mut html = format!("<article>{}{}", heading(pair, Some(&what), words), records(pair, words));
    html.push_str(&format!("<h5>{}</h5>", escaped(&words.say("错误一方的证据", "as the wrong one weighs it"))));
    html.push_str(&waterfall(&sum_of(pair, None), words));
    if let Some(WhyAnswer { prior, evidence, match_weight, decision, veto, .. }) = &disputed.right {
        let veto = veto.as_ref().map(|veto| format!(" · {}", words.law(veto))).unwrap_or_default();
        let name = words.say("正确一方的证据", "as the right one weighs it");
        html.push_str(&format!("<h5>{}</h5>", escaped(&format!("{name}: {decision}{veto}"))));
        let sum = Sum { prior: *prior, evidence, match_weight: *match_weight, match_weight_min: None };
        html.push_str(&waterfall(&sum, words));
    }
    html + "</article>"
}

fn sum_of(pair: &PairReport, match_weight_min: Option<f64>) -> Sum<'_> {
    Sum { prior: pair.prior, evidence: &pair.evidence, match_weight: pair.match_weight, match_weight_min }
}

/// Weight, what was wrong, the law and the rules of a pair.
fn heading(pair: &PairReport, what: Option<&str>, words: Words) -> String {
    let names = [PairReport::name(&pair.a), PairReport::name(&pair.b)].map(escaped);
    let mut facts =
        vec![format!("{:.2} {} (p {:.6})", pair.match_weight, words.say("比特", "bits"), pair.match_probability)];
    facts.extend(what.map(str::to_string));
    facts.extend(pair.law.as_ref().map(|law| words.law(law)));
    if !pair.rules.is_empty() {
        facts.push(format!("{}: {}", words.say("候选于", "candidates by"), pair.rules.join(", ")));
    }
    if !pair.rules_skipped.is_empty() {
        facts.push(format!("{}: {}", words.say("被跳过", "skipped"), pair.rules_skipped.join(", ")));
    }
    format!("<h5>{} ⇄ {}</h5><p class=\"note\">{}</p>", names[0], names[1], escaped(&facts.join(" · ")))
}

/// Both records, field by field; values that both have are marked.
fn records(pair: &PairReport, words: Words) -> String {
    let (a, b) = (values(&pair.a), values(&pair.b));
    let mut fields: Vec<&str> = Vec::new();
    for value in pair.a.values.iter().chain(&pair.b.values) {
        if !fields.contains(&value.field.as_str()) {
            fields.push(&value.field);
        }
    }
    let name = |record: &RecordReport| format!("{}:{}", record.source, record.record_id);
    let headings = [String::new(), name(&pair.a), name(&pair.b)];
    let cells = |field: &&str| {
        let (a, b) = (a.get(field).cloned().unwrap_or_default(), b.get(field).cloned().unwrap_or_default());
        let mark = |text: &str| match a == b {
            true => format!("<span class=\"same\">{}</span>", escaped(text)),
            false => escaped(text),
        };
        vec![escaped(field), mark(&a), mark(&b)]
    };
    let mut rows: Vec<Vec<String>> = fields.iter().map(cells).collect();
    let ends = [
        (words.say("真实主体", "true entity"), &pair.a.truth, &pair.b.truth),
        (words.say("库中主体", "entity"), &pair.a.entity, &pair.b.entity),
    ];
    rows.extend(ends.map(|(name, a, b)| vec![escaped(&name), escaped(a), escaped(b)]));
    table("records", &headings, &rows)
}

/// The values of a record by field; several of one field share a cell.
fn values(record: &RecordReport) -> BTreeMap<&str, String> {
    let mut values: BTreeMap<&str, String> = BTreeMap::new();
    for value in &record.values {
        let cell = values.entry(&value.field).or_default();
        if !cell.is_empty() {
            cell.push('；');
        }
        cell.push_str(&value.value);
    }
    values
}
