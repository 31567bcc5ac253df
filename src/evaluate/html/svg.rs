//! How is a chart written as SVG?
//!
//! A few shapes, scales and ticks. Colors are classes of the page's style, so that a chart is readable in light, in dark and on
//! paper. Every text is escaped here. What a chart shows is decided in the other modules.

use crate::html::escaped;

/// Maps values to places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// Lowest and highest value.
    pub(super) values: (f64, f64),
    /// Their places in pixels.
    pub(super) places: (f64, f64),
}

impl Scale {
    /// A scale; values that are all equal are put in the middle.
    pub(super) fn new((low, high): (f64, f64), places: (f64, f64)) -> Self {
        let values = if high > low { (low, high) } else { (low - 0.5, low + 0.5) };
        Self { values, places }
    }

    /// The place of a value; one outside is put at the edge.
    pub(super) fn at(&self, value: f64) -> f64 {
        let (low, high) = self.values;
        let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
        self.places.0 + share * (self.places.1 - self.places.0)
    }
}

/// An SVG element of a size in pixels, with a label for those who cannot see it.
pub(super) fn chart((width, height): (f64, f64), label: &str, body: &str) -> String {
    let (width, height, label) = (number(width), number(height), escaped(label));
    format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"{label}\">{body}</svg>"
    )
}

/// A rectangle; the hint is shown to whoever points at it.
pub(super) fn rect(svg: &mut String, class: &str, (x, y): (f64, f64), (width, height): (f64, f64), hint: &str) {
    let (x, y, width, height) = (number(x), number(y), number(width.max(0.0)), number(height.max(0.0)));
    let shape = format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"");
    close(svg, &shape, "rect", hint);
}

/// A dot.
pub(super) fn dot(svg: &mut String, class: &str, (x, y): (f64, f64), radius: f64, hint: &str) {
    let (x, y, radius) = (number(x), number(y), number(radius));
    close(svg, &format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\""), "circle", hint);
}

fn close(svg: &mut String, shape: &str, element: &str, hint: &str) {
    match hint.is_empty() {
        true => svg.push_str(&format!("{shape}/>")),
        false => svg.push_str(&format!("{shape}><title>{}</title></{element}>", escaped(hint))),
    }
}

/// A straight line.
pub(super) fn line(svg: &mut String, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    let (x1, y1, x2, y2) = (number(x1), number(y1), number(x2), number(y2));
    svg.push_str(&format!("<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"));
}

/// A line through several points.
pub(super) fn polyline(svg: &mut String, class: &str, points: &[(f64, f64)]) {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
    svg.push_str(&format!("<polyline class=\"{class}\" points=\"{}\"/>", points.join(" ")));
}

/// A text; the class says where it is anchored: `start`, `middle` or `end`.
pub(super) fn text(svg: &mut String, class: &str, (x, y): (f64, f64), text: &str) {
    svg.push_str(&format!("<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>", number(x), number(y), escaped(text)));
}

/// A text that is cut to a width, counted in Latin letters; Chinese ones count twice. The whole is the hint.
pub(super) fn short_text(svg: &mut String, class: &str, (x, y): (f64, f64), full: &str, n_letters_max: usize) {
    let (x, y, short) = (number(x), number(y), shortened(full, n_letters_max));
    let hint = if short == full { String::new() } else { format!("<title>{}</title>", escaped(full)) };
    svg.push_str(&format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}{hint}</text>", escaped(&short)));
}

/// A text cut to a width, with an ellipsis.
pub(super) fn shortened(full: &str, n_letters_max: usize) -> String {
    let width = |char: char| if (char as u32) < 0x1100 { 1 } else { 2 };
    if full.chars().map(width).sum::<usize>() <= n_letters_max {
        return full.to_string();
    }
    let mut n_letters = 1;
    let mut short: String = full
        .chars()
        .take_while(|char| {
            n_letters += width(*char);
            n_letters <= n_letters_max
        })
        .collect();
    short.push('…');
    short
}

/// A coordinate: a tenth of a pixel is enough, and zero has no sign.
pub(super) fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 { "0".to_string() } else { format!("{rounded}") }
}

/// Round values between two, at most so many and one more; none where there is no range.
pub(super) fn ticks(low: f64, high: f64, n_max: usize) -> Vec<f64> {
    let range = high - low;
    if !range.is_finite() || range <= 0.0 || n_max == 0 {
        return Vec::new();
    }
    let rough = range / n_max as f64;
    let power = 10_f64.powi(rough.log10().floor() as i32);
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(10.0 * power);
    let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
    (first..=last).map(|position| position as f64 * step).collect()
}

#[cfg(test)]
mod tests;
