//! Relations, and the keys by which entities find each other.

use super::{Findings, Records};
use crate::StoreError;
use crate::store::scan::RelationKeyEntry;
use crate::store::value::StoredRelationKey;
use crate::store::{RelationEnd, Store};

/// Checks relations and relation keys.
pub(super) fn check(store: &Store, records: &Records, findings: &mut Findings) -> Result<(), StoreError> {
    for item in store.scan_relation_ends()? {
        let (entity, end) = item?;
        let (from, to) = if end.outgoing { (&entity, &end.other) } else { (&end.other, &entity) };
        let name = || format!("relation {from} {} {to}", end.kind);
        // Seen from one of its entities it is there; so the other one is asked.
        let mirrored = RelationEnd { outgoing: !end.outgoing, other: entity.clone(), ..end.clone() };
        let evidence = store.relation_evidence(&end.other, &mirrored)?;
        findings
            .note_unless(evidence == Some(end.evidence), || format!("{}: {} does not say the same", name(), end.other));
        findings.note_unless(store.entity(&entity)?.is_some(), || format!("{}: an end is missing", name()));
        findings.note_unless(!end.outgoing || records.is_live(end.evidence), || {
            format!("{}: there is no record {}", name(), end.evidence)
        });
    }
    check_relation_keys(store, findings)
}

/// Lists and entries say the same.
fn check_relation_keys(store: &Store, findings: &mut Findings) -> Result<(), StoreError> {
    for item in store.scan_relation_keys()? {
        match item? {
            RelationKeyEntry::List(id, keys) => {
                let Some(entity) = store.entity(&id)? else {
                    findings.note(|| format!("relation keys of {id}: there is no such entity"));
                    continue;
                };
                for key in keys {
                    let is_there = store.has_relation_key((entity.model_idx, &id), key)?;
                    findings
                        .note_unless(is_there, || format!("relation keys of {id}: {} does not lead to it", name(key)));
                }
            }
            RelationKeyEntry::Key(model_idx, key, id) => {
                let is_listed = store.relation_keys(&id)?.is_some_and(|keys| keys.contains(&key));
                findings.note_unless(is_listed, || format!("relation key {}: {id} does not have it", name(key)));
                let is_of_kind = store.entity(&id)?.is_some_and(|entity| entity.model_idx == model_idx);
                findings
                    .note_unless(is_of_kind, || format!("relation key {}: there is no {id} of its kind", name(key)));
            }
        }
    }
    Ok(())
}

fn name(StoredRelationKey { table, hash, seeks }: StoredRelationKey) -> String {
    format!("{table}/{hash:016x}/{}", if seeks { "seeks" } else { "offers" })
}
