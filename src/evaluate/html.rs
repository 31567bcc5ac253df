//! How does an evaluation look as a page?
//!
//! One HTML file that loads nothing and needs no script: tables, and charts as inline SVG. The same report gives the same
//! bytes. It is well-formed XML as well, so that a test can read it. Every text from a register is escaped: it was written
//! by somebody else. Nothing is computed here but places on the page.

mod chart;
mod error;
mod level;
mod overview;
mod svg;
mod words;

pub use words::Words;

use super::{EvaluationReport, KindReport};
use crate::html::escaped;

const STYLE: &str = include_str!("html/style.css");

/// The page of a report.
pub fn page(report: &EvaluationReport, words: Words) -> String {
    let title = words.say("实体识别评估", "Evaluation of entity resolution");
    let mut body = format!("<header><h1>{}</h1>{}</header>", escaped(&title), subtitle(report, words));
    body.push_str(&contents(report, words));
    body.push_str(&overview::figures(report, words));
    for (position, kind) in report.kinds.iter().enumerate() {
        body.push_str(&kind_section(report, kind, position, words));
    }
    if let Some(against) = &report.against {
        body.push_str(&error::disagreement(against, words));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"/>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\
         <title>{}</title><style>{STYLE}</style></head><body>{body}</body></html>\n",
        words.tag(),
        escaped(&title)
    )
}

fn subtitle(report: &EvaluationReport, words: Words) -> String {
    let models = report.kinds.iter().map(|kind| format!("{} · {}", kind.kind, kind.model));
    let models: Vec<String> = models.collect();
    let of = words.say("主体类别与模型版本", "kinds of entity and model versions");
    match models.is_empty() {
        true => String::new(),
        false => format!("<p>{}: {}</p>", escaped(&of), escaped(&models.join("; "))),
    }
}

/// Links to the sections.
fn contents(report: &EvaluationReport, words: Words) -> String {
    let mut items = vec![("figures".to_string(), words.say("指标", "figures"))];
    for (position, kind) in report.kinds.iter().enumerate() {
        items.push((format!("kind-{position}"), kind.kind.clone()));
    }
    if report.against.is_some() {
        items.push(("against".to_string(), words.say("两库对照", "two registers")));
    }
    let links = items.iter().map(|(id, name)| format!("<a href=\"#{id}\">{}</a>", escaped(name)));
    format!("<nav>{}</nav>", links.collect::<Vec<_>>().join(" · "))
}

fn kind_section(report: &EvaluationReport, kind: &KindReport, position: usize, words: Words) -> String {
    let other = report.against.as_ref().and_then(|against| against.kinds.iter().find(|other| other.kind == kind.kind));
    let mut html = format!("<section id=\"kind-{position}\"><h2>{}</h2>", escaped(&kind.kind));
    html.push_str(&overview::thresholds(kind, other, words));
    html.push_str(&overview::histogram(kind, words));
    html.push_str(&overview::blocking(kind, words));
    html.push_str(&error::false_merges(kind, words));
    html.push_str(&error::missed(kind, words));
    html.push_str(&level::levels(kind, words));
    html.push_str("</section>");
    html
}

/// A table of escaped cells under escaped headings.
fn table(class: &str, headings: &[String], rows: &[Vec<String>]) -> String {
    let mut html = format!("<div class=\"wide\"><table class=\"{class}\">");
    if !headings.is_empty() {
        let heads = headings.iter().map(|heading| format!("<th scope=\"col\">{}</th>", escaped(heading)));
        html.push_str(&format!("<thead><tr>{}</tr></thead>", heads.collect::<String>()));
    }
    html.push_str("<tbody>");
    for row in rows {
        let cells = row.iter().enumerate().map(|(position, cell)| match position {
            0 => format!("<th scope=\"row\">{cell}</th>"),
            _ => format!("<td>{cell}</td>"),
        });
        html.push_str(&format!("<tr>{}</tr>", cells.collect::<String>()));
    }
    html.push_str("</tbody></table></div>");
    html
}

/// A number with its thousands apart.
fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
