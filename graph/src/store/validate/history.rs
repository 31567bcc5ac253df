//! What was known before: versions, changes, judgements, receipts.

use super::Findings;
use crate::StoreError;
use crate::store::Store;
use crate::store::value::StoredVersion;

/// Checks what a register remembers.
pub(super) fn check(store: &Store, findings: &mut Findings) -> Result<(), StoreError> {
    check_versions(store, findings)?;
    check_earlier_records(store, findings)?;
    check_changes(store, findings)?;
    let mut expected = 1;
    for item in store.scan_judgements()? {
        let (number, _) = item?;
        findings.note_unless(number == expected, || format!("judgement {expected} is missing before {number}"));
        expected = number.saturating_add(1);
    }
    for item in store.scan_receipts()? {
        let (key, (_, sequence, _)) = item?;
        findings.note_unless(sequence <= store.state().sequence, || {
            format!("receipt {key}: sequence {sequence} is past the last one")
        });
    }
    Ok(())
}

fn check_versions(store: &Store, findings: &mut Findings) -> Result<(), StoreError> {
    for item in store.scan_versions()? {
        let (id, sequence, version) = item?;
        let name = || format!("version {sequence} of {id}");
        findings.note_unless(sequence <= store.state().sequence, || format!("{} is past the last sequence", name()));
        if let StoredVersion::Entity(entity) = version {
            findings.note_unless(entity.since == sequence, || format!("{} says that it is {}", name(), entity.since));
        }
        let current = store.entity(&id)?;
        findings.note_unless(current.is_none_or(|current| current.since > sequence), || {
            format!("{} is not before the current one", name())
        });
    }
    Ok(())
}

fn check_earlier_records(store: &Store, findings: &mut Findings) -> Result<(), StoreError> {
    for item in store.scan_earlier_records()? {
        let ((source, id), sequence, earlier) = item?;
        let name = || format!("version {sequence} of record {source}:{id}");
        findings
            .note_unless(earlier.sequence == sequence, || format!("{} says that it is {}", name(), earlier.sequence));
        match store.record_or_tombstone(&source, &id)? {
            None => findings.note(|| format!("{}: there is no such record", name())),
            Some(current) => {
                findings
                    .note_unless(current.sequence > sequence, || format!("{} is not before the current one", name()));
                findings
                    .note_unless(current.ordinal == earlier.ordinal, || format!("{}: it had another ordinal", name()));
            }
        }
    }
    Ok(())
}

/// Every sequence since the build has a change.
fn check_changes(store: &Store, findings: &mut Findings) -> Result<(), StoreError> {
    let state = store.state();
    let mut expected = state.built;
    for item in store.scan_changes()? {
        let (sequence, _) = item?;
        findings.note_unless(sequence == expected, || format!("change {expected} is missing before {sequence}"));
        expected = sequence.saturating_add(1);
    }
    findings.note_unless(expected == state.sequence.saturating_add(1), || {
        format!("changes end before {expected}, the state says {}", state.sequence)
    });
    Ok(())
}
