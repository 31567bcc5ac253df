//! Records, their ordinals, memberships and entities.

use super::{Findings, Records, Slot};
use crate::StoreError;
use crate::store::value::StoredRecord;
use crate::store::{SourceAndId, Store};

/// Checks records and entities; returns what each ordinal stands for.
pub(super) fn check(store: &Store, findings: &mut Findings) -> Result<Records, StoreError> {
    let records = check_log(store, findings)?;
    check_ordinals(store, &records, findings)?;
    check_memberships(store, findings)?;
    check_entities(store, &records, findings)?;
    Ok(records)
}

fn check_log(store: &Store, findings: &mut Findings) -> Result<Records, StoreError> {
    let mut records = Records::default();
    let mut n_records = 0_u64;
    for item in store.scan_records_and_tombstones()? {
        let ((source, id), record) = item?;
        n_records += u64::from(!record.is_deleted);
        let named = store.record_key(record.ordinal)?;
        let is_named = named.as_ref().is_some_and(|named| (&named.0, &named.1) == (&source, &id));
        findings.note_unless(is_named, || {
            format!("record {source}:{id}: its ordinal {} names another one", record.ordinal)
        });
        check_places(store, (&source, &id), &record, findings);
        // A record that its ordinal does not name stands for nothing; so an ordinal has one record, and is no larger than
        // there are ordinals.
        if is_named {
            let at = record.ordinal as usize;
            if records.0.len() <= at {
                records.0.resize(at + 1, Slot::Nobody);
            }
            records.0[at] = if record.is_deleted { Slot::Deleted } else { Slot::Live(record.model_idx) };
        }
    }
    let expected = store.state().n_records;
    findings.note_unless(n_records == expected, || format!("{n_records} records, the state says {expected}"));
    Ok(records)
}

/// What a record refers to in the catalog and the state is there.
fn check_places(store: &Store, (source, id): (&str, &str), record: &StoredRecord, findings: &mut Findings) {
    let (catalog, state) = (store.catalog(), store.state());
    let is_known = catalog.sources.iter().any(|known| known.name == source && known.model_idx == record.model_idx);
    findings.note_unless(is_known, || format!("record {source}:{id}: no source of that name has its kind"));
    findings.note_unless((record.header_idx as usize) < catalog.headers.len(), || {
        format!("record {source}:{id}: there is no layout {}", record.header_idx)
    });
    findings.note_unless(record.sequence <= state.sequence, || {
        format!("record {source}:{id}: sequence {} is past the last one, {}", record.sequence, state.sequence)
    });
    findings.note_unless(record.ordinal < state.next_ordinal, || {
        format!("record {source}:{id}: ordinal {} is past the last one, {}", record.ordinal, state.next_ordinal)
    });
}

fn check_ordinals(store: &Store, records: &Records, findings: &mut Findings) -> Result<(), StoreError> {
    for item in store.scan_ordinals()? {
        let (ordinal, (source, id)) = item?;
        findings.note_unless(records.slot(ordinal) != Slot::Nobody, || {
            format!("ordinal {ordinal}: record {source}:{id} has another one, or there is none")
        });
    }
    Ok(())
}

/// Walks records and memberships side by side: both lie in the order of record keys.
fn check_memberships(store: &Store, findings: &mut Findings) -> Result<(), StoreError> {
    let mut live = store.scan_records()?;
    let mut next = live.next().transpose()?;
    for item in store.scan_membership()? {
        let (key, entity) = item?;
        while let Some((other, _)) = next.take_if(|(other, _)| order(other) < order(&key)) {
            note_alone(&other, findings);
            next = live.next().transpose()?;
        }
        if next.take_if(|(other, _)| *other == key).is_some() {
            next = live.next().transpose()?;
        } else {
            findings
                .note(|| format!("{}:{} is said to be of entity {entity}, and there is no such record", key.0, key.1));
        }
    }
    while let Some((key, _)) = next {
        note_alone(&key, findings);
        next = live.next().transpose()?;
    }
    Ok(())
}

fn order((source, id): &SourceAndId) -> (&str, &str) {
    (source, id)
}

fn note_alone((source, id): &SourceAndId, findings: &mut Findings) {
    findings.note(|| format!("record {source}:{id} has no entity"));
}

fn check_entities(store: &Store, records: &Records, findings: &mut Findings) -> Result<(), StoreError> {
    let (mut n_members, mut n_entities) = (0_u64, 0_u64);
    for item in store.scan_entities()? {
        let (entity_id, entity) = item?;
        n_entities += 1;
        n_members += entity.members.len() as u64;
        findings.note_unless(!entity.members.is_empty(), || format!("entity {entity_id} has no records"));
        findings.note_unless(entity.since <= store.state().sequence, || {
            format!("entity {entity_id}: sequence {} is past the last one", entity.since)
        });
        for member in &entity.members {
            let named = store.record_key(member.ordinal)?;
            if named.as_ref().is_none_or(|(source, id)| (source, id) != (&member.source, &member.record_id)) {
                findings.note(|| format!("entity {entity_id}: ordinal {} names another record", member.ordinal));
            } else if records.slot(member.ordinal) != Slot::Live(entity.model_idx) {
                findings.note(|| {
                    format!("entity {entity_id}: record {}:{} is not of its kind", member.source, member.record_id)
                });
            }
            let found = store.entity_of(&member.source, &member.record_id)?;
            findings.note_unless(found.as_deref() == Some(entity_id.as_str()), || {
                format!("entity {entity_id}: record {}:{} is elsewhere", member.source, member.record_id)
            });
        }
    }
    let state = store.state();
    let counts = [("members", n_members, state.n_records), ("entities", n_entities, state.n_entities)];
    for (what, found, expected) in counts {
        findings.note_unless(found == expected, || format!("{found} {what}, the state says {expected}"));
    }
    Ok(())
}
