//! What kinds of entity do the rows of a file tell of, and what do they derive?
//!
//! A file holds rows of one kind (`kind`), or a column says of each row what it is (`kind_column` with the map `kinds`).
//! Derived kinds are those that the schema of a delivered kind derives and the configuration asks for (`derive`).

use std::collections::{BTreeMap, BTreeSet};

use minglu_rules::derive;
use minglu_rules::document::{WrongValue, did_you_mean};
use minglu_rules::schema::Schema;
use serde::Deserialize;

use super::load::{MappingEntry, SourceEntry};
use super::{Derivation, Kind, Target};
use crate::error::{Error, Result};

/// A value of the map `kinds`: the kind, or a table with fields of its own.
#[derive(Deserialize, Clone)]
#[serde(untagged, expecting = "write a kind or { kind = \"\", fields = { .. } }")]
pub(super) enum KindEntry {
    Name(String),
    Table(KindTable),
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct KindTable {
    kind: String,
    #[serde(default)]
    fields: BTreeMap<String, MappingEntry>,
}

impl KindEntry {
    fn kind(&self) -> &str {
        match self {
            Self::Name(kind) => kind,
            Self::Table(table) => &table.kind,
        }
    }
}

/// `derive = true`, `derive = false`, `derive = ["person"]`.
#[derive(Deserialize, Clone)]
#[serde(untagged, expecting = "write true, false or a list of kinds")]
pub(super) enum DeriveEntry {
    All(bool),
    Kinds(Vec<String>),
}

impl DeriveEntry {
    fn wants(&self, kind: &str) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Kinds(kinds) => kinds.iter().any(|known| known == kind),
        }
    }
}

/// The kinds that sources name, sorted, each with the place where it is named first.
pub(super) fn references(sources: &[SourceEntry]) -> BTreeMap<&str, String> {
    let mut references = BTreeMap::new();
    for (position, source) in sources.iter().enumerate() {
        let place = |key: &str| format!("source {}, {key}", position + 1);
        if let Some(kind) = &source.kind {
            references.entry(kind.as_str()).or_insert_with(|| place("kind"));
        }
        for (value, entry) in &source.kinds {
            references.entry(entry.kind()).or_insert_with(|| place(&format!("kinds, {value}")));
        }
    }
    references
}

/// Reads the schema of a kind.
pub(super) fn read_kind(reference: &str, schema_text: &dyn Fn(&str) -> Result<String>) -> Result<Kind> {
    let text = schema_text(reference)?;
    let schema = Schema::read(&text).map_err(|mistakes| Error::usage(mistakes.in_file(reference)))?;
    Ok(Kind { reference: reference.into(), text, schema })
}

/// What the register and its sources ask to be derived, each with its place.
pub(super) fn wanted(sources: &[SourceEntry], of_register: Option<&DeriveEntry>) -> Vec<(String, DeriveEntry)> {
    let of_source = |(position, source): (usize, &SourceEntry)| {
        Some((format!("source {}, derive", position + 1), source.derive.clone()?))
    };
    let of_register = of_register.map(|entry| ("register, derive".to_string(), entry.clone()));
    of_register.into_iter().chain(sources.iter().enumerate().filter_map(of_source)).collect()
}

/// Adds the kinds that are derived of those at hand, and says how; one step deep, because a derived record names nobody
/// but itself.
pub(super) fn derivations(
    kinds: &mut Vec<Kind>,
    wanted: &[(String, DeriveEntry)],
    schema_text: &dyn Fn(&str) -> Result<String>,
) -> Result<Vec<Derivation>> {
    let mut derivations = Vec::new();
    for kind_idx in 0..kinds.len() {
        for (rule_idx, rule) in kinds[kind_idx].schema.derives.clone().into_iter().enumerate() {
            if !wanted.iter().any(|(_, entry)| entry.wants(&rule.kind)) {
                continue;
            }
            let to_kind_idx = match kinds.iter().position(|kind| kind.schema.kind == rule.kind) {
                Some(position) => position,
                None => {
                    kinds.push(read_kind(&rule.kind, schema_text)?);
                    kinds.len() - 1
                }
            };
            let plan = derive::plan(&rule, &kinds[to_kind_idx].schema)
                .map_err(|what| Error::usage(format!("{}: {what}", kinds[kind_idx].reference)))?;
            derivations.push(Derivation { kind_idx, rule_idx, to_kind_idx, plan });
        }
    }
    Ok(derivations)
}

/// Kinds that are asked for and that no schema derives.
pub(super) fn not_derived(kinds: &[Kind], wanted: &[(String, DeriveEntry)]) -> Vec<WrongValue> {
    let known: BTreeSet<&str> =
        kinds.iter().flat_map(|kind| &kind.schema.derives).map(|rule| rule.kind.as_str()).collect();
    let mut wrong = Vec::new();
    for (place, entry) in wanted {
        let DeriveEntry::Kinds(names) = entry else { continue };
        for (position, name) in names.iter().enumerate().filter(|(_, name)| !known.contains(name.as_str())) {
            let what = match known.is_empty() {
                true => format!("no schema of this configuration derives anything, nor '{name}'"),
                false => did_you_mean("derived kind", name, known.iter().copied()),
            };
            wrong.push(WrongValue { place: format!("{place} {}", position + 1), what });
        }
    }
    wrong
}

/// Which derivations apply to the rows of a section.
pub(super) fn derivations_of(
    entry: Option<&DeriveEntry>,
    targets: &[Target],
    (kinds, derivations): (&[Kind], &[Derivation]),
) -> Vec<usize> {
    let applies = |derivation: &Derivation| {
        let kind = &kinds[derivation.kind_idx].schema.derives[derivation.rule_idx].kind;
        let has_rows = targets.iter().any(|target| target.kind_idx == derivation.kind_idx);
        has_rows && entry.is_some_and(|entry| entry.wants(kind))
    };
    (0..derivations.len()).filter(|position| applies(&derivations[*position])).collect()
}

/// What the rows of a source become: one target, or one for each value of its kind column.
pub(super) fn targets(
    source: &SourceEntry,
    kinds: &[Kind],
    place: &str,
) -> std::result::Result<Vec<Target>, WrongValue> {
    let wrong = |what: &str| WrongValue { place: place.into(), what: what.into() };
    let targets: Vec<Target> = match (&source.kind, &source.kind_column) {
        (Some(kind), None) if source.kinds.is_empty() => vec![target(source, kinds, ("", kind, None), place)?],
        (None, Some(_)) if !source.kinds.is_empty() => source
            .kinds
            .iter()
            .map(|(value, entry)| match entry {
                KindEntry::Name(kind) => target(source, kinds, (value, kind, None), place),
                KindEntry::Table(table) => target(source, kinds, (value, &table.kind, Some(&table.fields)), place),
            })
            .collect::<std::result::Result<_, _>>()?,
        _ => return Err(wrong("give either 'kind', or 'kind_column' with the map 'kinds'")),
    };
    // A field of the section fills whatever kind has it, so that it is a mistake only if none does.
    let schemas: Vec<&Schema> = targets.iter().map(|target| &kinds[target.kind_idx].schema).collect();
    match source.fields.keys().find(|name| schemas.iter().all(|schema| schema.field(name).is_none())) {
        Some(name) => Err(unknown_field(&format!("{place}, fields, {name}"), name, &schemas)),
        None if targets.iter().any(|target| target.fields.is_empty()) => {
            Err(wrong("no [source.fields]: say which columns give which fields"))
        }
        None => Ok(targets),
    }
}

/// A value of the kind column, the kind, and fields of its own.
type Choice<'a> = (&'a str, &'a str, Option<&'a BTreeMap<String, MappingEntry>>);

fn target(
    source: &SourceEntry,
    kinds: &[Kind],
    (value, kind, own): Choice<'_>,
    place: &str,
) -> std::result::Result<Target, WrongValue> {
    let kind_idx = kinds.iter().position(|known| known.reference == kind);
    let kind_idx = kind_idx.expect("every kind that a source names was loaded");
    let schema = &kinds[kind_idx].schema;
    let mut fields = Vec::new();
    for (name, mapping) in own.into_iter().flatten() {
        let place = || format!("{place}, kinds, {value}, fields, {name}");
        let field = schema.field(name).ok_or_else(|| unknown_field(&place(), name, &[schema]))?;
        fields.push((field, mapping.clone().into_mapping()));
    }
    for (name, mapping) in &source.fields {
        let field = schema.field(name).filter(|field| !fields.iter().any(|(known, _)| known == field));
        fields.extend(field.map(|field| (field, mapping.clone().into_mapping())));
    }
    fields.sort_by_key(|(field, _)| *field);
    Ok(Target { value: value.into(), kind_idx, fields })
}

fn unknown_field(place: &str, name: &str, schemas: &[&Schema]) -> WrongValue {
    let known = schemas.iter().flat_map(|schema| schema.fields.iter().map(|field| field.name.as_str()));
    WrongValue { place: place.into(), what: did_you_mean("field", name, known) }
}
