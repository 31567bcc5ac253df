//! What is a person or a building to the enterprise whose row named it?
//!
//! The row itself is the evidence. Several rows that say the same give one relation, with the row of the most trusted
//! source.

use crate::derive::is_hosted;
use crate::model::{EntityId, Record, RecordIdx, Relation, RelationKind};
use crate::schema::Derive;

/// A record, its entity, and the entity of the record that was derived from it.
#[derive(Debug, Clone, Copy)]
pub struct Derived<'a> {
    /// Position of the record that was delivered.
    pub evidence: RecordIdx,
    /// The record.
    pub record: &'a Record,
    /// Its entity.
    pub entity: &'a EntityId,
    /// The entity of the derived record.
    pub derived: &'a EntityId,
}

/// The relations of one derivation, sorted, each once.
///
/// ```
/// # use minglu_rules::{model::*, normalize::*, relate::{Derived, relate_derived}, schema::Schema};
/// # let schema = Schema::shipped("enterprise").unwrap();
/// # let row = SourceRecord { key: RecordKey { source: SourceIdx(0), id: "1".into() }, updated_at: None,
/// #     values: vec![(schema.field("legal_rep").unwrap(), "陈思远".into())] };
/// let (record, _) = normalize(&row, &schema, &Jurisdiction::default());
/// let (firm, person) = (EntityId::from_text("E1"), EntityId::from_text("P1"));
/// let named = Derived { evidence: RecordIdx(0), record: &record, entity: &firm, derived: &person };
/// let relations = relate_derived(&schema.derives[0], [named, named].into_iter());
/// assert_eq!((relations.len(), relations[0].kind.as_str()), (1, "LEGAL_REP_OF"));
/// assert_eq!((&relations[0].from, &relations[0].to), (&person, &firm));
/// ```
pub fn relate_derived<'a>(derive: &Derive, named: impl Iterator<Item = Derived<'a>>) -> Vec<Relation> {
    let mut relations = Vec::new();
    for Derived { evidence, record, entity, derived } in named {
        let hosting = derive.outgoing_hosted.as_ref().filter(|_| is_hosted(record, derive));
        let mut say = |from: &EntityId, name: &str, to: &EntityId| {
            let kind = RelationKind::Named(name.into());
            relations.push(Relation { from: from.clone(), kind, to: to.clone(), evidence });
        };
        if let Some(name) = hosting.or(derive.outgoing.as_ref()) {
            say(entity, name, derived);
        }
        if let Some(name) = &derive.incoming {
            say(derived, name, entity);
        }
    }
    relations.sort();
    relations.dedup_by(|b, a| (&a.from, &a.kind, &a.to) == (&b.from, &b.kind, &b.to));
    relations
}
