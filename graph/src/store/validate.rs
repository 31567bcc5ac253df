//! Do all families of a register agree with each other?
//!
//! Walks every family: each record has an entity that names it, each ordinal a record, each link and relation two ends, and
//! the counts are those of the catalog. Whether the entities are the *right* ones is for `minglu verify`, which computes
//! them again from the record log.

use super::Store;
use crate::StoreError;

/// Disagreements are listed up to this number.
pub const N_FINDINGS_MAX: usize = 100;

/// Lists what does not agree; empty for a sound register.
pub fn validate(store: &Store) -> Result<Vec<String>, StoreError> {
    let mut findings = Vec::new();
    let (mut n_records, mut n_members, mut n_entities) = (0_u64, 0_u64, 0_u64);
    for item in store.scan_records()? {
        let ((source, id), record) = item?;
        n_records += 1;
        if store.record_key(record.ordinal)? != Some((source.clone(), id.clone())) {
            note(&mut findings, || format!("record {source}:{id}: its ordinal {} names another one", record.ordinal));
        }
        if store.entity_of(&source, &id)?.is_none() {
            note(&mut findings, || format!("record {source}:{id} has no entity"));
        }
    }
    for item in store.scan_entities()? {
        let (entity_id, entity) = item?;
        n_entities += 1;
        n_members += entity.members.len() as u64;
        for member in &entity.members {
            let named = store.record_key(member.ordinal)?;
            if named.as_ref().is_none_or(|(source, id)| (source, id) != (&member.source, &member.record_id)) {
                note(&mut findings, || format!("entity {entity_id}: ordinal {} names another record", member.ordinal));
            }
            let found = store.entity_of(&member.source, &member.record_id)?;
            if found.as_deref() != Some(entity_id.as_str()) {
                note(&mut findings, || {
                    format!("entity {entity_id}: record {}:{} is elsewhere", member.source, member.record_id)
                });
            }
        }
    }
    for item in store.scan_links()? {
        let ((a, b), _) = item?;
        for end in [a, b] {
            if store.record_key(end)?.is_none() {
                note(&mut findings, || format!("link {a}–{b}: there is no record {end}"));
            }
        }
    }
    for item in store.scan_relations()? {
        let (from, end) = item?;
        if store.entity(&from)?.is_none() || store.entity(&end.other)?.is_none() {
            note(&mut findings, || format!("relation {from} {} {}: an end is missing", end.kind, end.other));
        }
    }
    let state = store.state();
    let counts = [("records", n_records, state.n_records), ("members", n_members, state.n_records)];
    for (what, found, expected) in counts.into_iter().chain([("entities", n_entities, state.n_entities)]) {
        if found != expected {
            note(&mut findings, || format!("{found} {what}, the catalog says {expected}"));
        }
    }
    Ok(findings)
}

fn note(findings: &mut Vec<String>, text: impl FnOnce() -> String) {
    if findings.len() < N_FINDINGS_MAX {
        findings.push(text());
    }
}
