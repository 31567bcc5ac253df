//! How are rates and weights drawn against thresholds?
//!
//! Three charts: precision over recall, rates over thresholds, and numbers of true and false links over match weights. Axes
//! show only the range in which something lies, and say so by their numbers.

use minglu_rules::evaluate::{Bin, CurvePoint, Rates};

use super::svg::{Scale, chart, dot, line, number, polyline, rect, text, ticks};
use super::words::Words;
use crate::evaluate::KindReport;

/// Size of the two smaller charts.
const SIZE: (f64, f64) = (500.0, 320.0);
/// Size of the histogram.
const WIDE: (f64, f64) = (1020.0, 320.0);
/// Room for labels at the left, top, right, bottom.
const LEFT: f64 = 58.0;
const TOP: f64 = 26.0;
const RIGHT: f64 = 18.0;
const BOTTOM: f64 = 44.0;

/// One of the rates.
type Rate = fn(&Rates) -> f64;

/// Both scales of a chart.
struct Plot {
    x: Scale,
    y: Scale,
}

impl Plot {
    fn new((width, height): (f64, f64), x: (f64, f64), y: (f64, f64)) -> Self {
        Self { x: Scale::new(x, (LEFT, width - RIGHT)), y: Scale::new(y, (height - BOTTOM, TOP)) }
    }

    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.at(x), self.y.at(y))
    }

    /// Grid, numbers and names of both axes.
    fn axes(&self, svg: &mut String, (x_name, y_name): (&str, &str)) {
        let (left, right) = self.x.places;
        let (bottom, top) = self.y.places;
        for tick in ticks(self.x.values.0, self.x.values.1, 8) {
            let x = self.x.at(tick);
            line(svg, "grid", (x, bottom), (x, top));
            text(svg, "tick middle", (x, bottom + 16.0), &label(tick));
        }
        for tick in ticks(self.y.values.0, self.y.values.1, 6) {
            let y = self.y.at(tick);
            line(svg, "grid", (left, y), (right, y));
            text(svg, "tick end", (left - 6.0, y + 4.0), &label(tick));
        }
        line(svg, "axis", (left, bottom), (right, bottom));
        line(svg, "axis", (left, bottom), (left, top));
        text(svg, "name end", (right, bottom + 34.0), x_name);
        text(svg, "name start", (6.0, top - 10.0), y_name);
    }
}

/// A tick without superfluous zeros.
fn label(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_string() } else { text.to_string() }
}

/// The range of some rates with a margin, within 0 and 1.
fn range_of(rates: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = rates.fold((1.0_f64, 0.0_f64), |(low, high), rate| (low.min(rate), high.max(rate)));
    let margin = ((high - low) * 0.08).max(0.002);
    ((low - margin).max(0.0), (high + margin).min(1.0))
}

/// Precision over recall of clusters, along the thresholds; a second register is dashed.
pub(super) fn precision_recall(kind: &KindReport, other: Option<&[CurvePoint]>, words: Words) -> String {
    let other = other.unwrap_or_default();
    let all = || kind.curve.iter().chain(other).map(|point| point.cluster_rates);
    let plot = Plot::new(SIZE, range_of(all().map(|rates| rates.recall)), range_of(all().map(|rates| rates.precision)));
    let mut svg = String::new();
    plot.axes(&mut svg, (&words.say("召回率", "recall"), &words.say("精确率", "precision")));
    for (points, class) in [(other, "line second"), (&kind.curve[..], "line first")] {
        let places: Vec<(f64, f64)> =
            points.iter().map(|point| plot.at(point.cluster_rates.recall, point.cluster_rates.precision)).collect();
        polyline(&mut svg, class, &places);
        for (point, place) in points.iter().zip(places) {
            let is_set = class == "line first" && kind.match_weight_min == Some(point.match_weight_min);
            let (class, radius) = if is_set { ("dot set", 5.0) } else { ("dot", 2.5) };
            dot(&mut svg, class, place, radius, &hint(point));
            if is_set {
                let bits = format!("{:.2} {}", point.match_weight_min, words.say("比特", "bits"));
                // Beside the line and not on it: below, or above where the axis is near.
                let class = if place.0 > SIZE.0 / 2.0 { "tick end" } else { "tick start" };
                let y = if place.1 + 30.0 < plot.y.places.0 { place.1 + 20.0 } else { place.1 - 12.0 };
                text(&mut svg, class, (place.0, y), &bits);
            }
        }
    }
    chart(SIZE, &words.say("精确率与召回率曲线", "precision over recall"), &svg)
}

fn hint(point: &CurvePoint) -> String {
    let Rates { precision, recall, f1 } = point.cluster_rates;
    let (bits, probability) = (point.match_weight_min, point.match_probability_min);
    format!("{bits:.2} bits · p {probability:.8} · P {precision:.5} R {recall:.5} F1 {f1:.5}")
}

/// Precision, recall and F1 of clusters over the threshold.
pub(super) fn rates_over_thresholds(kind: &KindReport, words: Words) -> String {
    let rates = || kind.curve.iter().map(|point| point.cluster_rates);
    let all = rates().flat_map(|rates| [rates.precision, rates.recall, rates.f1]);
    let bits = || kind.curve.iter().map(|point| point.match_weight_min);
    let x = (bits().fold(f64::INFINITY, f64::min), bits().fold(f64::NEG_INFINITY, f64::max));
    let plot = Plot::new(SIZE, if x.0 <= x.1 { x } else { (0.0, 1.0) }, range_of(all));
    let mut svg = String::new();
    plot.axes(&mut svg, (&words.say("阈值（比特）", "threshold in bits"), ""));
    threshold(&mut svg, &plot, kind.match_weight_min, "threshold");
    let series: [(&str, String, Rate); 3] = [
        ("line good", words.say("精确率", "precision"), |rates| rates.precision),
        ("line bad", words.say("召回率", "recall"), |rates| rates.recall),
        ("line first", "F1".to_string(), |rates| rates.f1),
    ];
    for (position, (class, name, value)) in series.iter().enumerate() {
        let points = kind.curve.iter().map(|point| plot.at(point.match_weight_min, value(&point.cluster_rates)));
        polyline(&mut svg, class, &points.collect::<Vec<_>>());
        let x = LEFT + 150.0 * position as f64;
        line(&mut svg, class, (x, 11.0), (x + 22.0, 11.0));
        text(&mut svg, "name start", (x + 28.0, 15.0), name);
    }
    chart(SIZE, &words.say("各阈值下的指标", "rates over thresholds"), &svg)
}

fn threshold(svg: &mut String, plot: &Plot, weight: Option<f64>, class: &str) {
    let inside = |weight: &f64| (plot.x.values.0..=plot.x.values.1).contains(weight);
    if let Some(weight) = weight.filter(inside) {
        line(svg, class, (plot.x.at(weight), plot.y.places.0), (plot.x.at(weight), plot.y.places.1));
    }
}

/// Numbers of true links upward and of false links downward, by match weight, on a logarithmic scale.
pub(super) fn histogram(kind: &KindReport, words: Words) -> String {
    let (Some(first), Some(last)) = (kind.histogram.first(), kind.histogram.last()) else { return String::new() };
    let height = |n_links: u64| ((n_links + 1) as f64).log10();
    let highest = |count: fn(&Bin) -> u64| kind.histogram.iter().map(count).max().unwrap_or(0);
    let (n_true, n_false) = (highest(|bin| bin.n_true), highest(|bin| bin.n_false));
    let (top, bottom) = (height(n_true).max(1.0), -height(n_false).max(1.0));
    let plot = Plot::new(WIDE, (first.from, last.to), (bottom, top));
    let mut svg = String::new();
    let (left, right) = plot.x.places;
    for tick in ticks(first.from, last.to, 12) {
        text(&mut svg, "tick middle", (plot.x.at(tick), plot.y.places.0 + 16.0), &label(tick));
    }
    for power in 0..=7_u32 {
        let n_links = 10_u64.pow(power);
        for (is_shown, sign) in [(n_links <= n_true.max(9), 1.0), (n_links <= n_false.max(9), -1.0)] {
            if is_shown {
                let y = plot.y.at(sign * height(n_links));
                line(&mut svg, "grid", (left, y), (right, y));
                text(&mut svg, "tick end", (left - 6.0, y + 4.0), &super::count(n_links));
            }
        }
    }
    for bin in &kind.histogram {
        let (x, width) = (plot.x.at(bin.from), plot.x.at(bin.to) - plot.x.at(bin.from) - 1.0);
        let (zero, up, down) = (plot.y.at(0.0), plot.y.at(height(bin.n_true)), plot.y.at(-height(bin.n_false)));
        let hint = format!("{} – {} bits: {} true, {} false", bin.from, bin.to, bin.n_true, bin.n_false);
        rect(&mut svg, "good", (x, up), (width, zero - up), &hint);
        rect(&mut svg, "bad", (x, zero), (width, down - zero), &hint);
    }
    line(&mut svg, "axis", (left, plot.y.at(0.0)), (right, plot.y.at(0.0)));
    threshold(&mut svg, &plot, kind.match_weight_min, "threshold");
    threshold(&mut svg, &plot, kind.review_weight_min, "threshold weak");
    legend(&mut svg, words);
    text(&mut svg, "name end", (right, plot.y.places.0 + 34.0), &words.say("匹配权重（比特）", "match weight in bits"));
    chart(WIDE, &words.say("真假链接的权重分布", "match weights of true and false links"), &svg)
}

fn legend(svg: &mut String, words: Words) {
    let items = [("good", words.say("真链接", "true links")), ("bad", words.say("假链接", "false links"))];
    for (position, (class, name)) in items.iter().enumerate() {
        let x = LEFT + 170.0 * position as f64;
        rect(svg, class, (x, 4.0), (12.0, 12.0), "");
        text(svg, "name start", (x + 18.0, 15.0), name);
    }
}

/// A bar of a share, for a cell of a table.
pub(super) fn bar(share: f64) -> String {
    let mut svg = String::new();
    rect(&mut svg, "ground", (0.0, 0.0), (80.0, 9.0), "");
    rect(&mut svg, "good", (0.0, 0.0), (80.0 * share.clamp(0.0, 1.0), 9.0), "");
    chart((80.0, 9.0), &format!("{} %", number(share * 100.0)), &svg)
}
