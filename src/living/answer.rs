//! What does a request learn of what it changed?
//!
//! Of a write that several requests share, each is told its own lines and the entities that hold or held one of its records,
//! with those that these came from or went to.

use std::collections::{BTreeSet, HashSet};

use minglu_graph::store::Store;
use minglu_graph::store::draft::Draft;
use minglu_graph::store::value::{ChangedEntity, Fate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::request::{Request, section_of};
use crate::error::Result;
use crate::registry::Registry;
use crate::update::Outcome;

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct WriteAnswer {
    /// Sequence number under which the change can be read; if nothing changed, that of the register.
    pub seq: u64,
    /// Lines that were put or deleted, whether or not that changed anything.
    pub accepted: u64,
    /// Of these, lines that say what the register said already.
    pub unchanged: u64,
    /// Lines that could not be used.
    pub rejected: Vec<RejectedLine>,
    /// Entities that came, changed or went with the records of the request.
    pub entities: Vec<AffectedEntity>,
}

/// A line that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct RejectedLine {
    /// Its number, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// An entity that came, changed or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AffectedEntity {
    /// Entity id.
    pub id: String,
    /// Kind of entity.
    pub kind: String,
    /// created, changed or gone.
    pub fate: String,
    /// Fields whose golden values changed.
    pub fields: Vec<String>,
    /// Entities that its records were in before.
    pub from: Vec<String>,
    /// Entities that its records are in now; of one that is gone, the nearest heir first.
    pub to: Vec<String>,
}

/// An entity that was affected, in words.
pub(crate) fn affected(registry: &Registry, changed: &ChangedEntity) -> AffectedEntity {
    let schema = &registry.models[changed.model_idx as usize].schema;
    let field = |position: &u8| schema.fields[*position as usize].name.clone();
    AffectedEntity {
        id: changed.id.clone(),
        kind: schema.kind.clone(),
        fate: match changed.fate {
            Fate::Created => "created",
            Fate::Changed => "changed",
            Fate::Gone => "gone",
        }
        .into(),
        fields: changed.fields.iter().map(field).collect(),
        from: changed.from.clone(),
        to: changed.to.clone(),
    }
}

/// The answers to the requests of a write, in their order; `registry` is the register before it.
pub(super) fn answers<'a>(
    registry: &Registry,
    requests: impl Iterator<Item = &'a Request>,
    (draft, outcome): (&Draft, &Outcome),
) -> Result<Vec<WriteAnswer>> {
    let unchanged: HashSet<usize> = outcome.unchanged.iter().copied().collect();
    let mut first = 0;
    let mut answers = Vec::new();
    for request in requests {
        let positions = first..first + request.changes.len();
        let mut rejected = request.rejected.clone();
        let of_request = outcome.rejected.iter().filter(|(position, _)| positions.contains(position));
        rejected.extend(of_request.map(|(position, reason)| RejectedLine {
            line: request.lines.get(position - first).copied().unwrap_or_default(),
            reason: reason.clone(),
        }));
        let n_refused = rejected.len() - request.rejected.len();
        rejected.sort_unstable();
        answers.push(WriteAnswer {
            seq: outcome.seq,
            accepted: (request.changes.len() - n_refused) as u64,
            unchanged: positions.filter(|position| unchanged.contains(position)).count() as u64,
            rejected,
            entities: entities_of(registry, request, (draft, outcome))?,
        });
        first += request.changes.len();
    }
    Ok(answers)
}

/// The entities that the records of a request are or were in, and those that are tied to them by what happened.
fn entities_of(
    registry: &Registry,
    request: &Request,
    (draft, outcome): (&Draft, &Outcome),
) -> Result<Vec<AffectedEntity>> {
    if outcome.entities.is_empty() {
        return Ok(Vec::new());
    }
    let mut own: BTreeSet<String> = BTreeSet::new();
    let mut add = |source: &str, id: &str, before: &Store| -> Result<()> {
        own.extend(before.entity_of(source, id)?);
        own.extend(draft.entity_of(source, id)?);
        Ok(())
    };
    for (source, id) in request.keys() {
        add(source, id, &registry.store)?;
        for derived in derived_of(registry, source) {
            add(&derived, id, &registry.store)?;
        }
    }
    let is_own = |id: &String| own.contains(id);
    let is_told = |changed: &&ChangedEntity| {
        is_own(&changed.id) || changed.from.iter().any(is_own) || changed.to.iter().any(is_own)
    };
    Ok(outcome.entities.iter().filter(is_told).map(|changed| affected(registry, changed)).collect())
}

/// Names of the sources that are derived of a source.
pub(super) fn derived_of(registry: &Registry, source: &str) -> Vec<String> {
    let Some(section_idx) = section_of(registry, source) else { return Vec::new() };
    let config = &registry.config;
    let derivations = config.sections[section_idx].derivations.iter();
    derivations.map(|idx| config.derived_name(&config.derivations[*idx], source)).collect()
}
