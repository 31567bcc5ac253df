//! How are weights drawn: of one pair, line by line, and of all levels of a model?
//!
//! A waterfall begins at the prior and ends at the match weight; each bar is what one comparison added or took away. The bars
//! of levels stand on one scale, so that comparisons can be compared.

use super::svg::{Scale, chart, line, rect, short_text, text, ticks};
use super::words::Words;
use crate::evaluate::{ComparisonWeights, KindReport, LevelWeight};
use crate::html::escaped;
use crate::registry::EvidenceLine;

/// Widths of labels, bars and numbers.
const LABEL: f64 = 330.0;
const BARS: f64 = 400.0;
const NUMBERS: f64 = 170.0;
/// Height of a row.
const ROW: f64 = 20.0;
/// Letters of a label.
const N_LETTERS_MAX: usize = 46;
/// Weights beyond are drawn at the edge; their numbers stand beside.
const WEIGHT_MAX: f64 = 60.0;

/// What a waterfall shows.
pub(super) struct Sum<'a> {
    /// log2 of the prior odds.
    pub(super) prior: f64,
    /// What each comparison contributed.
    pub(super) evidence: &'a [EvidenceLine],
    /// The sum.
    pub(super) match_weight: f64,
    /// From here on two records are linked.
    pub(super) match_weight_min: Option<f64>,
}

/// A step of a waterfall.
struct Step {
    label: String,
    from: f64,
    to: f64,
    number: String,
    /// The values that were compared.
    hint: String,
    class: &'static str,
}

/// The sum of a pair, line by line.
pub(super) fn waterfall(sum: &Sum<'_>, words: Words) -> String {
    let steps = steps(sum, words);
    let ends = || steps.iter().flat_map(|step| [step.from, step.to]).chain(sum.match_weight_min);
    let low = ends().fold(0.0, f64::min).max(-WEIGHT_MAX);
    let high = ends().fold(0.0, f64::max).min(WEIGHT_MAX);
    let scale = Scale::new((low, high), (LABEL, LABEL + BARS));
    let height = ROW * steps.len() as f64 + 22.0;
    let mut svg = String::new();
    for tick in ticks(low, high, 8) {
        line(&mut svg, "grid", (scale.at(tick), 0.0), (scale.at(tick), height - 18.0));
        text(&mut svg, "tick middle", (scale.at(tick), height - 5.0), &format!("{tick}"));
    }
    line(&mut svg, "axis", (scale.at(0.0), 0.0), (scale.at(0.0), height - 18.0));
    if let Some(weight) = sum.match_weight_min {
        line(&mut svg, "threshold", (scale.at(weight), 0.0), (scale.at(weight), height - 18.0));
    }
    for (position, step) in steps.iter().enumerate() {
        let top = ROW * position as f64;
        let (left, right) = (scale.at(step.from.min(step.to)), scale.at(step.from.max(step.to)));
        short_text(&mut svg, "label end", (LABEL - 8.0, top + 14.0), &step.label, N_LETTERS_MAX);
        rect(&mut svg, step.class, (left, top + 4.0), ((right - left).max(1.0), ROW - 8.0), &step.hint);
        text(&mut svg, "label start", (LABEL + BARS + 8.0, top + 14.0), &step.number);
    }
    let silent: Vec<String> =
        sum.evidence.iter().filter(|line| is_silent(line)).map(|line| silent(line, words)).collect();
    let silent = match silent.is_empty() {
        true => String::new(),
        false => {
            let without = words.say("没有证据", "no evidence");
            format!("<p class=\"note\">{}: {}</p>", escaped(&without), escaped(&silent.join(", ")))
        }
    };
    chart((LABEL + BARS + NUMBERS, height), &words.say("匹配权重的构成", "how the match weight adds up"), &svg)
        + &silent
}

fn is_silent(line: &EvidenceLine) -> bool {
    line.weight == 0.0 && line.term_frequency_adjustment == 0.0
}

fn silent(line: &EvidenceLine, words: Words) -> String {
    format!("{} ({})", line.comparison, words.level(&line.level))
}

fn steps(sum: &Sum<'_>, words: Words) -> Vec<Step> {
    let mut steps = vec![Step {
        label: words.say("先验", "prior"),
        from: 0.0,
        to: sum.prior,
        number: format!("{:+.2}", sum.prior),
        hint: String::new(),
        class: "prior",
    }];
    let mut so_far = sum.prior;
    for line in sum.evidence.iter().filter(|line| !is_silent(line)) {
        let (weight, adjustment) = (line.weight, line.term_frequency_adjustment);
        let net = weight + adjustment;
        let number = match adjustment == 0.0 {
            true => format!("{net:+.2}"),
            false => format!("{net:+.2} = {weight:+.2} {adjustment:+.2}"),
        };
        let label = format!("{} · {}", line.comparison, words.level(&line.level));
        let class = if net < 0.0 { "bad" } else { "good" };
        let hint = line.a.iter().chain(&line.b).cloned().collect::<Vec<_>>().join(" | ");
        steps.push(Step { label, from: so_far, to: so_far + net, number, hint, class });
        so_far += net;
    }
    steps.push(Step {
        label: words.say("匹配权重", "match weight"),
        from: 0.0,
        to: sum.match_weight,
        number: format!("{:+.2}", sum.match_weight),
        hint: String::new(),
        class: "sum",
    });
    steps
}

/// The weights of all levels of a kind.
pub(super) fn levels(kind: &KindReport, words: Words) -> String {
    let weights = || kind.comparisons.iter().flat_map(|comparison| &comparison.levels).map(|level| level.weight);
    let low = weights().filter(|weight| weight.is_finite()).fold(0.0, f64::min).max(-WEIGHT_MAX);
    let high = weights().filter(|weight| weight.is_finite()).fold(0.0, f64::max).min(WEIGHT_MAX);
    let scale = Scale::new((low, high), (LABEL, LABEL + BARS));
    let mut html =
        format!("<h3>{}</h3>", escaped(&words.say("各等级的权重 log2(m/u)", "weights of levels, log2(m/u)")));
    html.push_str(&words.explain(
        "m 是真对达到该等级的概率，u 是其他对达到的概率。带 * 的等级，其 u 取决于共有该值的主体数；图中按无人共有计。",
        "m is the probability of the level among true pairs, u among others. Where a level is marked with *, u grows with \
         the entities that share the value; shown is that of a value that nobody shares.",
    ));
    for comparison in &kind.comparisons {
        html.push_str(&format!("<h4>{}</h4>", escaped(&comparison.comparison)));
        html.push_str(&comparison_chart(comparison, &scale));
    }
    html
}

fn comparison_chart(comparison: &ComparisonWeights, scale: &Scale) -> String {
    let height = ROW * comparison.levels.len() as f64;
    let mut svg = String::new();
    line(&mut svg, "axis", (scale.at(0.0), 0.0), (scale.at(0.0), height));
    for (position, level) in comparison.levels.iter().enumerate() {
        let top = ROW * position as f64;
        let (zero, end) = (scale.at(0.0), scale.at(level.weight));
        let class = if level.weight < 0.0 { "bad" } else { "good" };
        short_text(&mut svg, "label end", (LABEL - 8.0, top + 14.0), &level_label(level), N_LETTERS_MAX);
        rect(&mut svg, class, (zero.min(end), top + 4.0), ((end - zero).abs().max(1.0), ROW - 8.0), "");
        let numbers = format!("{:+.2} · m {} u {}", level.weight, chance(level.m), chance(level.u));
        text(&mut svg, "label start", (LABEL + BARS + 8.0, top + 14.0), &numbers);
    }
    chart((LABEL + BARS + NUMBERS + 40.0, height), &comparison.comparison, &svg)
}

fn level_label(level: &LevelWeight) -> String {
    let given = level.given.as_ref().map(|case| format!(" | {case}")).unwrap_or_default();
    let mark = if level.counts_sharers { " *" } else { "" };
    format!("{}{given}{mark}", level.level)
}

/// A probability in few digits.
fn chance(probability: f64) -> String {
    if probability == 0.0 || probability >= 0.001 { format!("{probability:.3}") } else { format!("{probability:.1e}") }
}
