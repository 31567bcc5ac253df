//! Which figures, thresholds and blocks does the page show?
//!
//! The parts of the page that hold no values of records but the examples of large blocks.

use minglu_rules::evaluate::{Evaluation, Rates};

use super::chart::{bar, histogram as histogram_chart, precision_recall, rates_over_thresholds};
use super::words::Words;
use super::{count, table};
use crate::evaluate::{CandidateRecall, EvaluationReport, KindReport, OtherKind, RuleFigures};
use crate::html::escaped;

/// The figures of the register, and those of a second one beside them.
pub(super) fn figures(report: &EvaluationReport, words: Words) -> String {
    let mut columns = vec![(words.say("本库", "this register"), rows_of(&report.evaluation, words))];
    if let Some(against) = &report.against {
        columns.push((words.say("另一库", "the other"), rows_of(&against.evaluation, words)));
    }
    let (_, first) = &columns[0];
    let rows: Vec<Vec<String>> = first
        .iter()
        .enumerate()
        .map(|(position, (name, _))| {
            let mut row = vec![escaped(name)];
            row.extend(columns.iter().map(|(_, rows)| rows[position].1.clone()));
            row
        })
        .collect();
    let mut headings = vec![words.say("指标", "figure")];
    headings.extend(columns.iter().map(|(name, _)| name.clone()));
    let mut html = format!("<section id=\"figures\"><h2>{}</h2>", escaped(&words.say("指标", "Figures")));
    html.push_str(&cards(&report.evaluation.pairwise, words));
    html.push_str(&words.explain(
        "对：两条记录；“找到”指在同一聚类，“真”指属于同一真实主体。精确率是找到的对中真的比例，召回率是真对中被找到的比例。",
        "A pair is two records; found if both are in one cluster, true if both are of one true entity. Precision is the share \
         of found pairs that are true, recall the share of true pairs that were found.",
    ));
    html.push_str(&table("numbers", &headings, &rows));
    html.push_str(&more(report, words));
    if !report.kinds.is_empty() {
        html.push_str(&words.explain(
            "本页含有来源记录的原值，请按原始数据的要求保管。",
            "This page holds values of records as they were delivered: keep it where the records may be seen.",
        ));
    }
    html.push_str("</section>");
    html
}

fn cards(rates: &Rates, words: Words) -> String {
    let card = |name: String, rate: f64| format!("<div><b>{rate:.4}</b><span>{}</span></div>", escaped(&name));
    format!(
        "<div class=\"cards\">{}{}{}</div>",
        card("F1".to_string(), rates.f1),
        card(words.say("精确率", "precision"), rates.precision),
        card(words.say("召回率", "recall"), rates.recall)
    )
}

fn rows_of(found: &Evaluation, words: Words) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let named = [
        (words.say("记录对", "pairwise"), &found.pairwise),
        (words.say("B³", "B-cubed"), &found.b_cubed),
        (words.say("完全正确的聚类", "exact clusters"), &found.exact),
    ];
    for (name, rates) in named {
        let text = format!("P {:.5} · R {:.5} · F1 {:.5}", rates.precision, rates.recall, rates.f1);
        rows.push((name, text));
    }
    let counts = [
        (words.say("记录", "records"), found.n_records),
        (words.say("真值中有而库中没有的记录", "records of the truth that are not there"), found.n_missing),
        (words.say("聚类", "clusters"), found.n_clusters),
        (words.say("真实主体", "true entities"), found.n_entities),
        (words.say("真对", "true pairs"), found.n_true_pairs),
        (words.say("最大聚类的记录数", "records of the largest cluster"), found.n_records_largest),
    ];
    rows.extend(counts.map(|(name, n)| (name, count(n))));
    rows
}

/// Baselines, candidates and codes.
fn more(report: &EvaluationReport, words: Words) -> String {
    let mut rows = Vec::new();
    for (name, rates) in &report.baselines {
        let name = match name.as_str() {
            "equal valid code only" => words.say("基线：只看有效代码相同", "baseline: equal valid code only"),
            "equal normalized name only" => words.say("基线：只看规范名称相同", "baseline: equal normalized name only"),
            name => name.to_string(),
        };
        let text = format!("P {:.5} · R {:.5} · F1 {:.5}", rates.precision, rates.recall, rates.f1);
        rows.push(vec![escaped(&name), text]);
    }
    if let Some(CandidateRecall { direct, connected }) = report.candidates {
        rows.push(vec![escaped(&words.say("候选召回率（直接）", "candidate recall, direct")), format!("{direct:.5}")]);
        let name = words.say("候选召回率（连通）", "candidate recall, connected");
        rows.push(vec![escaped(&name), format!("{connected:.5}")]);
    }
    if let Some(n) = report.n_entities_with_two_codes {
        let name = words.say("含两个有效代码的主体", "entities with two valid organization codes");
        rows.push(vec![escaped(&name), count(n)]);
    }
    if rows.is_empty() { String::new() } else { table("numbers", &[], &rows) }
}

/// What other thresholds would have done, as two charts and a table.
pub(super) fn thresholds(kind: &KindReport, other: Option<&OtherKind>, words: Words) -> String {
    let mut html = format!("<h3>{}</h3>", escaped(&words.say("阈值与曲线", "Thresholds")));
    html.push_str(&words.explain(
        "每一步：权重不低于阈值的链接连同代码相同的链接重新聚类，并照建库时的规则切分；聚类的指标按记录对计算。\
         “链接”只看由权重决定的链接，召回率以保留下来的真链接为分母，所以不含分块的损失。大点与竖线是配置的阈值，\
         虚线是另一库。低于复核阈值的对没有保留，因此曲线从那里开始。",
        "At each step the links from that weight on, with the links of equal codes, are clustered again and cut by the law as \
         in a build; figures of clusters are over pairs of records. Links: only those that weight decides, with recall over \
         the true ones that were kept, so that what blocking lost is not in it. The large dot and the upright line are the \
         threshold as configured, the dashed curve is the other register. Pairs below the threshold for review are not \
         kept, so the curve begins there.",
    ));
    let second = other.map(|other| other.curve.as_slice());
    let (curve, rates) = (precision_recall(kind, second, words), rates_over_thresholds(kind, words));
    html.push_str(&format!("<div class=\"charts\">{curve}{rates}</div>"));
    let headings = [
        words.say("阈值（比特）", "bits"),
        words.say("概率", "probability"),
        words.say("聚类 P", "clusters P"),
        "R".to_string(),
        "F1".to_string(),
        words.say("找到的对", "found pairs"),
        words.say("链接 P", "links P"),
        "R".to_string(),
        "F1".to_string(),
        words.say("链接数", "links"),
    ];
    let rows = kind.curve.iter().map(|point| {
        let mark = if kind.match_weight_min == Some(point.match_weight_min) { " ◀" } else { "" };
        let (clusters, links) = (&point.cluster_rates, &point.link_rates);
        vec![
            format!("{:.2}{mark}", point.match_weight_min),
            format!("{:.8}", point.match_probability_min),
            format!("{:.5}", clusters.precision),
            format!("{:.5}", clusters.recall),
            format!("{:.5}", clusters.f1),
            count(point.clusters.n_found),
            format!("{:.5}", links.precision),
            format!("{:.5}", links.recall),
            format!("{:.5}", links.f1),
            count(point.links.n_found),
        ]
    });
    html.push_str(&table("numbers", &headings, &rows.collect::<Vec<_>>()));
    html
}

/// Numbers of links by weight.
pub(super) fn histogram(kind: &KindReport, words: Words) -> String {
    let mut html = format!("<h3>{}</h3>", escaped(&words.say("匹配权重的分布", "Match weights")));
    html.push_str(&words.explain(
        "由权重决定的链接：真值认为是同一主体的向上，不是的向下；纵轴为对数。实竖线是合并阈值，虚竖线是复核阈值。",
        "Links that weight decides: those that the truth confirms upward, the others downward, on a logarithmic scale. The \
         full upright line is the threshold of a match, the dashed one that of review.",
    ));
    html.push_str(&format!("<div class=\"charts\">{}</div>", histogram_chart(kind, words)));
    html
}

/// What each blocking rule costs and finds.
pub(super) fn blocking(kind: &KindReport, words: Words) -> String {
    let mut html = format!("<h3>{}</h3>", escaped(&words.say("分块", "Blocking")));
    html.push_str(&words.explain(
        "召回：该规则单独能带到一起的真对比例；独有：只有该规则能带到一起的真对比例，去掉它就会失去；因上限失去：没有\
         规则带到一起、而该规则因块过大跳过的真对。同一对可能被几条规则计入。",
        "Recall: share of the true pairs that the rule brings together by itself; alone: share that no other rule does, lost \
         without it; lost by cap: true pairs that no rule brought together and whose block this one skipped. A pair may \
         count for several rules.",
    ));
    let headings = [
        words.say("规则", "rule"),
        words.say("上限", "cap"),
        words.say("块", "blocks"),
        words.say("对", "pairs"),
        words.say("跳过的块 / 记录", "skipped blocks / records"),
        words.say("真对", "true pairs"),
        words.say("召回", "recall"),
        words.say("独有", "alone"),
        words.say("因上限失去", "lost by cap"),
        words.say("最大的块", "largest blocks"),
    ];
    let rows: Vec<Vec<String>> = kind.blocking.iter().map(rule_row).collect();
    html.push_str(&table("numbers", &headings, &rows));
    html
}

fn rule_row(rule: &RuleFigures) -> Vec<String> {
    let block = |block: &crate::evaluate::BlockReport| {
        let example = format!("{} {}", block.example, block.name);
        format!("<div><b>{}</b> {}</div>", count(block.n_records), escaped(&example))
    };
    let largest = match rule.largest.is_empty() {
        true => count(rule.n_records_largest),
        false => rule.largest.iter().map(block).collect::<String>(),
    };
    vec![
        escaped(&rule.rule),
        rule.n_records_max.map_or("–".to_string(), |max| count(max as u64)),
        count(rule.n_blocks),
        count(rule.n_pairs),
        format!("{} / {}", count(rule.n_blocks_skipped), count(rule.n_records_skipped)),
        count(rule.n_true_pairs),
        format!("{} {:.5}", bar(rule.recall), rule.recall),
        format!("{:.5} <small>({})</small>", rule.recall_alone, count(rule.n_true_pairs_alone)),
        count(rule.n_true_pairs_skipped),
        format!("<div class=\"examples\">{largest}</div>"),
    ]
}
