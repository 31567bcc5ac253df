//! How does an entity look to a person?
//!
//! HTML without scripts, images or anything else to load. Every text from the register is escaped: it was written by
//! somebody else.

use minglu_rules::schema::FieldKind;

use crate::html::escaped;
use crate::registry::{EntityAnswer, Language, Registry, Term};

/// Width of a preview in pixels; OpenRefine's own default.
pub(super) const PREVIEW_WIDTH: u32 = 430;
/// Height of a preview in pixels, likewise.
pub(super) const PREVIEW_HEIGHT: u32 = 300;

/// Lines that fit into a preview without scrolling.
const N_PREVIEW_LINES_MAX: usize = 9;

const STYLE: &str = "body{font:14px/1.5 system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:12px;color:#222}\
h1{font-size:1.2em;margin:0}p{margin:.2em 0 .6em;color:#666}table{border-collapse:collapse}\
th{text-align:left;font-weight:normal;color:#666;padding:1px 1em 1px 0;vertical-align:top;white-space:nowrap}\
td{padding:1px 1em 1px 0}h2{font-size:1em;margin:1.2em 0 .3em}small{color:#888}";

/// The page of a preview: a heading and the first values.
pub(super) fn preview_page(registry: &Registry, entity: &EntityAnswer, language: Language) -> String {
    document(title(registry, entity), &entity_card(registry, entity, language), language)
}

/// The whole page of an entity.
pub(super) fn entity_page(registry: &Registry, entity: &EntityAnswer, language: Language) -> String {
    let label = |chinese: &'static str, english: &'static str| match language {
        Language::Chinese => chinese,
        Language::English => english,
    };
    let mut body = heading(registry, entity, language);
    let rows = lines(registry, entity, language).into_iter().map(|line| {
        let records = format!("<small>{}</small>", escaped(&line.from.join(", ")));
        [escaped(line.name), escaped(line.value), records].to_vec()
    });
    body.push_str(&table(rows));
    let named = |field: &str| registry.field_label(model_idx(registry, entity), field, language).to_owned();
    let lost =
        entity.conflicts.iter().flat_map(|conflict| conflict.values.iter().map(|value| (&conflict.field, value)));
    let lost = lost.map(|(field, value)| {
        let records = format!("<small>{}</small>", escaped(&value.from.join(", ")));
        [escaped(&named(field)), escaped(&value.value), records].to_vec()
    });
    section(&mut body, label("冲突值", "Values that lost"), lost.collect());
    let related = entity.relations.iter().map(|relation| {
        let kind = format!("{} {}", relation.kind, if relation.direction == "out" { "→" } else { "←" });
        [escaped(&kind), escaped(&relation.name), format!("<small>{}</small>", escaped(&relation.entity))].to_vec()
    });
    section(&mut body, label("相关主体", "Related entities"), related.collect());
    let records = entity.records.iter().map(|record| {
        let matched = format!("<small>{} {:.3}</small>", escaped(&record.match_key), record.match_probability);
        [escaped(&record.source), escaped(&record.record_id), matched].to_vec()
    });
    section(&mut body, label("来源记录", "Records"), records.collect());
    document(title(registry, entity), &body, language)
}

/// An entity in a few lines, without a page around them.
///
/// It is shown to whoever passes over a cell, so that numbers that identify a person, and identifiers of which nothing is
/// known, are left out.
pub(super) fn entity_card(registry: &Registry, entity: &EntityAnswer, language: Language) -> String {
    let mut shown: Vec<Vec<String>> = Vec::new();
    let is_shown = |line: &&Line<'_>| !matches!(line.kind, FieldKind::Identifier | FieldKind::PersonId);
    for line in lines(registry, entity, language).iter().filter(is_shown) {
        // Several values of a field share a line.
        match shown.last_mut() {
            Some(last) if last[0] == escaped(line.name) => last[1].push_str(&format!("；{}", escaped(line.value))),
            _ => shown.push(vec![escaped(line.name), escaped(line.value)]),
        }
    }
    shown.truncate(N_PREVIEW_LINES_MAX);
    format!("{}{}", heading(registry, entity, language), table(shown))
}

/// A property or a type in a few lines.
pub(super) fn term_card(term: &Term) -> String {
    format!("<h1>{}</h1><p>{} · {}</p>", escaped(&term.name), escaped(&term.id), escaped(&term.description))
}

/// A golden value for a person.
struct Line<'a> {
    kind: FieldKind,
    name: &'a str,
    value: &'a str,
    from: &'a [String],
}

/// Golden values in the order of the schema.
fn lines<'a>(registry: &'a Registry, entity: &'a EntityAnswer, language: Language) -> Vec<Line<'a>> {
    let model_idx = model_idx(registry, entity);
    let fields = registry.models[model_idx].schema.fields.iter();
    let of_field = fields.filter_map(|field| Some((field, entity.values.get(&field.name)?)));
    let lines = of_field.flat_map(|(field, values)| {
        let (kind, name) = (field.kind, registry.field_label(model_idx, &field.name, language));
        values.iter().map(move |value| Line { kind, name, value: &value.value, from: &value.from })
    });
    lines.collect()
}

fn model_idx(registry: &Registry, entity: &EntityAnswer) -> usize {
    registry.models.iter().position(|model| model.schema.kind == entity.kind).unwrap_or(0)
}

/// The name: the first value of the first field that has one.
fn title<'a>(registry: &Registry, entity: &'a EntityAnswer) -> &'a str {
    let mut fields = registry.models[model_idx(registry, entity)].schema.fields.iter();
    let values = fields.find_map(|field| entity.values.get(&field.name));
    values.and_then(|values| values.first()).map_or(&entity.id, |value| &value.value)
}

fn heading(registry: &Registry, entity: &EntityAnswer, language: Language) -> String {
    let kind = registry.kind(model_idx(registry, entity), language);
    let n_records = match language {
        Language::Chinese => format!("{} 条来源记录", entity.records.len()),
        Language::English => format!("{} records", entity.records.len()),
    };
    let (name, kind, id) = (escaped(title(registry, entity)), escaped(&kind.name), escaped(&entity.id));
    format!("<h1>{name}</h1><p>{kind} · {id} · {n_records}</p>")
}

fn section(body: &mut String, heading: &str, rows: Vec<Vec<String>>) {
    if !rows.is_empty() {
        body.push_str(&format!("<h2>{}</h2>{}", escaped(heading), table(rows)));
    }
}

/// A table whose cells are HTML; the first of each row heads it.
fn table(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut html = String::from("<table>");
    for row in rows {
        let mut cells = row.into_iter();
        let head = cells.next().unwrap_or_default();
        html.push_str(&format!("<tr><th scope=\"row\">{head}</th>"));
        cells.for_each(|cell| html.push_str(&format!("<td>{cell}</td>")));
        html.push_str("</tr>");
    }
    html.push_str("</table>");
    html
}

fn document(title: &str, body: &str, language: Language) -> String {
    let (tag, title) = (language.tag(), escaped(title));
    format!(
        "<!DOCTYPE html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>{STYLE}</style></head><body>{body}</body></html>"
    )
}

#[cfg(test)]
mod tests;
