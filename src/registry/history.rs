//! What was known before, and what changed since?
//!
//! Versions of entities and records by the sequence that made them, what became of an entity that is no more, and the feed of
//! changes. Current relations and memberships have no earlier versions here.

use std::collections::BTreeSet;

use minglu_graph::store::value::{StoredChange, StoredEntity, StoredRecord, StoredVersion};
use serde::Serialize;
use utoipa::ToSchema;

use super::moment::{AsOf, told};
use super::{EntityAnswer, RecordAnswer, Registry, entity_answer};
use crate::config::DERIVED_MARK;
use crate::error::Result;
use crate::living::{AffectedEntity, affected};

/// Heirs of heirs that are followed; each step is a merge in the past.
const N_HEIRS_FOLLOWED_MAX: usize = 1000;

/// Versions of an entity or a record that are told, the latest ones.
pub const N_VERSIONS_MAX: usize = 1000;

/// Sequences that are read for one answer of the feed; those that changed no entity give no line.
const N_SEQUENCES_PER_ANSWER_MAX: usize = 10_000;

/// Sequences that are read at a time.
const N_SEQUENCES_PER_STEP: usize = 100;

/// Where an entity is.
#[derive(Debug)]
pub(crate) enum Whereabouts {
    /// It was there.
    Here(Box<StoredEntity>),
    /// Its records are in this one.
    Moved(String),
    /// Its records were deleted.
    Gone,
    /// There was none.
    Unknown,
}

/// How an entity became what it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HistoryAnswer {
    /// Entity id.
    pub id: String,
    /// Kind of entity.
    pub kind: String,
    /// Sequence number that the answer reflects.
    pub seq: u64,
    /// Versions that there are; the latest thousand are listed.
    pub n_versions: usize,
    /// Versions, the earliest first.
    pub versions: Vec<VersionAnswer>,
}

/// A version of an entity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionAnswer {
    /// Sequence number of the change that made it.
    pub seq: u64,
    /// When that was.
    pub at: String,
    /// build, records or judgement.
    pub cause: String,
    /// created, changed or gone.
    pub fate: String,
    /// Fields whose golden values changed.
    pub fields_changed: Vec<String>,
    /// Entities that its records were in before.
    pub from: Vec<String>,
    /// Entities that its records went to.
    pub to: Vec<String>,
    /// Records that it has.
    pub n_records: usize,
    /// Golden values of the field that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
}

/// An earlier version of a record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EarlierAnswer {
    /// Sequence number of the change that brought it.
    pub seq: u64,
    /// When that was.
    pub at: String,
    /// It was deleted then.
    pub is_deleted: bool,
}

/// A line of the feed of changes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangeLine {
    /// Sequence number of the change.
    pub seq: u64,
    /// When it was.
    pub at: String,
    /// Entity id.
    pub id: String,
    /// Kind of entity.
    pub kind: String,
    /// created, changed or gone.
    pub fate: String,
    /// Fields whose golden values changed.
    pub fields_changed: Vec<String>,
    /// Entities that its records were in before.
    pub from: Vec<String>,
    /// Entities that its records are in now; of one that is gone, the nearest heir first.
    pub to: Vec<String>,
}

impl Registry {
    /// The sequence that was the last one then; none before the register was built.
    pub(crate) fn sequence_as_of(&self, as_of: AsOf) -> Result<Option<u64>> {
        let state = self.store.state();
        let at_ms = match as_of {
            AsOf::Sequence(sequence) => return Ok((sequence >= state.built).then_some(sequence)),
            AsOf::Moment(at_ms) => at_ms,
        };
        // Times rise with sequences as far as the clock of the machine does.
        let (mut before, mut after) = (state.built, state.sequence + 1);
        while before < after {
            let middle = before + (after - before) / 2;
            let change = self.store.change(middle)?;
            let is_later = change.is_some_and(|change| i64::try_from(change.at_ms).unwrap_or(i64::MAX) > at_ms);
            if is_later { after = middle } else { before = middle + 1 }
        }
        Ok((before > state.built).then(|| before - 1))
    }

    /// Where an entity was as of a sequence; of one that was no more, the nearest heir that was there.
    pub(crate) fn whereabouts(&self, id: &str, sequence: u64) -> Result<Whereabouts> {
        let (mut next, mut seen, mut was_there) = (vec![id.to_string()], BTreeSet::new(), false);
        while let Some(asked) = next.pop() {
            if seen.len() == N_HEIRS_FOLLOWED_MAX || !seen.insert(asked.clone()) {
                continue;
            }
            match self.version_at(&asked, sequence)? {
                Some(StoredVersion::Entity(entity)) if asked == id => return Ok(Whereabouts::Here(Box::new(entity))),
                Some(StoredVersion::Entity(_)) => return Ok(Whereabouts::Moved(asked)),
                Some(StoredVersion::Gone(heirs)) => {
                    was_there = true;
                    next.extend(heirs.into_iter().rev());
                }
                None => {}
            }
        }
        Ok(if was_there { Whereabouts::Gone } else { Whereabouts::Unknown })
    }

    fn version_at(&self, id: &str, sequence: u64) -> Result<Option<StoredVersion>> {
        if sequence >= self.store.state().sequence
            && let Some(entity) = self.store.entity(id)?
        {
            return Ok(Some(StoredVersion::Entity(entity)));
        }
        Ok(self.store.entity_at(id, sequence)?)
    }

    /// An earlier version of an entity as it is told; relations are those of now and left out.
    pub(crate) fn earlier_answer(&self, id: &str, stored: &StoredEntity, sequence: u64) -> EntityAnswer {
        entity_answer(id, stored, &self.models[stored.model_idx as usize], sequence, Vec::new())
    }

    /// The versions of an entity, or those that changed a field; none if there never was one.
    pub fn history(&self, id: &str, field: Option<&str>) -> Result<Option<HistoryAnswer>> {
        let versions = self.store.entity_versions(id)?;
        let model_idx = versions.iter().find_map(|(_, version)| match version {
            StoredVersion::Entity(entity) => Some(entity.model_idx),
            StoredVersion::Gone(_) => None,
        });
        let Some(model_idx) = model_idx else { return Ok(None) };
        let schema = &self.models[model_idx as usize].schema;
        let field_idx = field.map(|name| schema.field(name).map(|field| field.0));
        let (mut told, mut values_before) = (Vec::new(), None);
        for (sequence, version) in versions {
            let values = field_idx.map(|field_idx| values_of(&version, field_idx));
            if field_idx.is_some() && values == values_before {
                continue;
            }
            values_before.clone_from(&values);
            told.push((sequence, version, values));
        }
        let n_versions = told.len();
        let last = told.into_iter().skip(n_versions.saturating_sub(N_VERSIONS_MAX));
        let versions = last.map(|(sequence, version, values)| self.version(id, (sequence, &version), values));
        let versions = versions.collect::<Result<_>>()?;
        let (id, kind, seq) = (id.into(), schema.kind.clone(), self.store.state().sequence);
        Ok(Some(HistoryAnswer { id, kind, seq, n_versions, versions }))
    }

    fn version(
        &self,
        id: &str,
        (seq, version): (u64, &StoredVersion),
        values: Option<Vec<String>>,
    ) -> Result<VersionAnswer> {
        let change = self.store.change(seq)?.unwrap_or_default();
        let known = change.entities.iter().find(|changed| changed.id == id).map(|changed| affected(self, changed));
        let (n_records, fate, fields) = match version {
            StoredVersion::Gone(_) => (0, "gone", Vec::new()),
            StoredVersion::Entity(entity) => {
                let schema = &self.models[entity.model_idx as usize].schema;
                let fields: BTreeSet<u8> = entity.values.iter().map(|value| value.field).collect();
                let name = |position: &u8| schema.fields[*position as usize].name.clone();
                (entity.members.len(), "created", fields.iter().map(name).collect())
            }
        };
        let told_of = known.unwrap_or_else(|| AffectedEntity {
            id: id.into(),
            kind: String::new(),
            fate: fate.into(),
            fields,
            from: Vec::new(),
            to: Vec::new(),
        });
        let AffectedEntity { fate, fields: fields_changed, from, to, .. } = told_of;
        let (at, cause) = (told(change.at_ms), change.cause);
        Ok(VersionAnswer { seq, at, cause, fate, fields_changed, from, to, n_records, values })
    }

    /// A record as of a sequence; none if it was not there. Of what is derived only the current version is known.
    pub fn record_as_of(&self, source: &str, id: &str, sequence: u64) -> Result<Option<RecordAnswer>> {
        if source.contains(DERIVED_MARK) {
            return Ok(None);
        }
        let mut versions = self.store.earlier_records(source, id)?;
        versions.extend(self.store.record_or_tombstone(source, id)?);
        let found = versions.into_iter().take_while(|version| version.sequence <= sequence).last();
        let Some(stored) = found.filter(|version| !version.is_deleted) else { return Ok(None) };
        let record = self.normalized(source, id, &stored)?;
        Ok(Some(self.record_told((source, id), stored, &record)))
    }

    /// Earlier versions of a record, the earliest first.
    pub(super) fn earlier_versions(&self, source: &str, id: &str) -> Result<Vec<EarlierAnswer>> {
        let versions = self.store.earlier_records(source, id)?;
        let n_skipped = versions.len().saturating_sub(N_VERSIONS_MAX);
        let tell = |version: StoredRecord| {
            let (seq, is_deleted) = (version.sequence, version.is_deleted);
            let at = told(self.store.change(seq)?.unwrap_or_default().at_ms);
            Ok(EarlierAnswer { seq, at, is_deleted })
        };
        versions.into_iter().skip(n_skipped).map(tell).collect()
    }

    /// Lines of the feed after a sequence, as many as are wanted and then to the end of their sequence; and the sequence to
    /// go on after.
    pub fn changes(&self, after: u64, n_lines_wanted: usize) -> Result<(Vec<ChangeLine>, u64)> {
        let (mut after, mut lines, mut n_sequences) = (after, Vec::new(), 0);
        while n_sequences < N_SEQUENCES_PER_ANSWER_MAX {
            let changes = self.store.changes_after(after, N_SEQUENCES_PER_STEP)?;
            if changes.is_empty() {
                break;
            }
            n_sequences += changes.len();
            for (seq, change) in changes {
                after = seq;
                lines.extend(self.lines(seq, &change));
                if lines.len() >= n_lines_wanted {
                    return Ok((lines, after));
                }
            }
        }
        Ok((lines, after))
    }

    fn lines<'a>(&'a self, seq: u64, change: &'a StoredChange) -> impl Iterator<Item = ChangeLine> + 'a {
        let at = told(change.at_ms);
        change.entities.iter().map(move |changed| {
            let AffectedEntity { id, kind, fate, fields: fields_changed, from, to } = affected(self, changed);
            ChangeLine { seq, at: at.clone(), id, kind, fate, fields_changed, from, to }
        })
    }
}

fn values_of(version: &StoredVersion, field_idx: Option<u8>) -> Vec<String> {
    match version {
        StoredVersion::Gone(_) => Vec::new(),
        StoredVersion::Entity(entity) => {
            let of_field = entity.values.iter().filter(|value| Some(value.field) == field_idx);
            of_field.map(|value| value.value.clone()).collect()
        }
    }
}
