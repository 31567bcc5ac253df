//! What kinds of entity do the rows of a file tell of, and what do they derive?
//!
//! A file holds rows of one kind (`kind`), or a column says of each row what it is (`kind_column` with the map `kinds`).
//! Derived kinds are those that the schema of a delivered kind derives and the configuration asks for (`derive`).

use std::collections::{BTreeMap, BTreeSet};

use minglu_rules::derive;
use minglu_rules::schema::Schema;
use serde::Deserialize;

use super::load::{MappingEntry, SourceEntry};
use super::{Derivation, Kind, Target};
use crate::error::{Error, Result};

/// A value of the map `kinds`: the kind, or a table with fields of its own.
#[derive(Deserialize, Clone)]
#[serde(untagged)]
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
#[serde(untagged)]
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

/// The kinds that a source names, as it names them.
pub(super) fn references(source: &SourceEntry) -> impl Iterator<Item = &str> {
    source.kind.as_deref().into_iter().chain(source.kinds.values().map(KindEntry::kind))
}

/// Reads the schema of a kind.
pub(super) fn read_kind(reference: &str, schema_text: &dyn Fn(&str) -> Result<String>) -> Result<Kind> {
    let text = schema_text(reference)?;
    let schema = Schema::read(&text).map_err(|error| Error::usage(format!("{reference}: {error}")))?;
    Ok(Kind { reference: reference.into(), text, schema })
}

/// Adds the kinds that are derived of those at hand, and says how; one step deep, because a derived record names nobody
/// but itself.
pub(super) fn derivations(
    kinds: &mut Vec<Kind>,
    wanted: &[&DeriveEntry],
    place: &str,
    schema_text: &dyn Fn(&str) -> Result<String>,
) -> Result<Vec<Derivation>> {
    let mut derivations = Vec::new();
    let mut known = BTreeSet::new();
    for kind_idx in 0..kinds.len() {
        for (rule_idx, rule) in kinds[kind_idx].schema.derives.clone().into_iter().enumerate() {
            known.insert(rule.kind.clone());
            if !wanted.iter().any(|entry| entry.wants(&rule.kind)) {
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
    for entry in wanted {
        let DeriveEntry::Kinds(names) = entry else { continue };
        if let Some(name) = names.iter().find(|name| !known.contains(*name)) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let known = if known.is_empty() { "nothing".into() } else { known.join(", ") };
            return Err(Error::usage(format!("{place}: derive: no kind '{name}' is derived; schemas derive {known}")));
        }
    }
    Ok(derivations)
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
pub(super) fn targets(source: &SourceEntry, kinds: &[Kind], wrong: &dyn Fn(String) -> Error) -> Result<Vec<Target>> {
    let one = |value: &str, kind: &str, own: Option<&BTreeMap<String, MappingEntry>>| {
        let kind_idx = kinds.iter().position(|known| known.reference == kind);
        let kind_idx = kind_idx.expect("every kind that a source names was loaded");
        let schema = &kinds[kind_idx].schema;
        let mut fields = Vec::new();
        for (name, mapping) in own.into_iter().flatten() {
            let field = schema.field(name).ok_or_else(|| wrong(unknown_field(name, &[schema])))?;
            fields.push((field, mapping.clone().into_mapping()));
        }
        for (name, mapping) in &source.fields {
            let field = schema.field(name).filter(|field| !fields.iter().any(|(known, _)| known == field));
            fields.extend(field.map(|field| (field, mapping.clone().into_mapping())));
        }
        if fields.is_empty() {
            return Err(wrong("no [source.fields]: say which columns give which fields".into()));
        }
        fields.sort_by_key(|(field, _)| *field);
        Ok(Target { value: value.into(), kind_idx, fields })
    };
    let targets: Vec<Target> = match (&source.kind, &source.kind_column) {
        (Some(kind), None) if source.kinds.is_empty() => vec![one("", kind, None)?],
        (None, Some(_)) if !source.kinds.is_empty() => source
            .kinds
            .iter()
            .map(|(value, entry)| match entry {
                KindEntry::Name(kind) => one(value, kind, None),
                KindEntry::Table(table) => one(value, &table.kind, Some(&table.fields)),
            })
            .collect::<Result<_>>()?,
        _ => return Err(wrong("give either 'kind', or 'kind_column' with the map 'kinds'".into())),
    };
    // A field of the section fills whatever kind has it, so that it is a mistake only if none does.
    let schemas: Vec<&Schema> = targets.iter().map(|target| &kinds[target.kind_idx].schema).collect();
    match source.fields.keys().find(|name| schemas.iter().all(|schema| schema.field(name).is_none())) {
        Some(name) => Err(wrong(unknown_field(name, &schemas))),
        None => Ok(targets),
    }
}

fn unknown_field(name: &str, schemas: &[&Schema]) -> String {
    let of = |schema: &&Schema| {
        let known: Vec<&str> = schema.fields.iter().map(|field| field.name.as_str()).collect();
        format!("kind '{}' has: {}", schema.kind, known.join(", "))
    };
    let known: Vec<String> = schemas.iter().map(of).collect();
    format!("unknown field '{name}'; {}", known.join("; "))
}
