//! What are the nouns of the line?
//!
//! One type for each noun of `SourceRecord → Record → CandidatePair → ComparisonVector → ScoredPair → Link → Cluster →
//! GoldenEntity → Relation`. Plain data with public fields; what happens between them stands in the other modules.
//! Nothing here is a stored or published format: those are private to the store and the service.

mod entity;
mod id;
mod identity;
mod pair;
mod record;

pub use entity::{Conflict, GoldenEntity, GoldenValue, Member, Relation, RelationKind};
pub use id::{EntityId, RecordIdx, RecordKey, SourceIdx};
pub use identity::Identity;
pub use pair::{CandidatePair, ComparisonVector, Decision, Finding, Link, Origin, ScoredPair, Sides};
pub use record::{FieldIdx, FieldValue, Located, N_BUILDING_KEYS_MAX, Record, Seen, Source, SourceRecord, Value};
