//! What is stored under each key?
//!
//! The layout of stored values, format 3. They are what the store hands out; what leaves the process is made from them
//! by the service and is not these types. Ordinals number the records of a register: a build numbers them in anchor order, a
//! record that comes later has the next number, and one that comes back has its old number.

use super::codec::{Decode, Encode};

/// Everything about a register that is not about one record.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Catalog {
    /// The configuration as written by the user; its meaning is the program's business.
    pub config: String,
    /// Sources, sorted by (kind, rank, name).
    pub sources: Vec<StoredSource>,
    /// Layouts of delivered rows; a record refers to one by position. The first ones are those of the files of the build.
    pub headers: Vec<StoredHeader>,
    /// One model for each kind of entity, in the order of kinds.
    pub models: Vec<StoredModel>,
    /// The closing report of the build, as JSON.
    pub report: String,
}

/// What every change of a register moves on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub struct State {
    /// Sequence number of the last change.
    pub sequence: u64,
    /// Records in the register.
    pub n_records: u64,
    /// Entities in the register.
    pub n_entities: u64,
    /// The ordinal that the next new record gets.
    pub next_ordinal: u32,
    /// Sequence number of the build.
    pub built: u64,
}

/// How the rows of a delivery are laid out.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct StoredHeader {
    /// Position of the section in the configuration.
    pub section_idx: u32,
    /// Rows are JSON objects by column, whatever the format of the section's file.
    pub is_json: bool,
    /// Names of the columns; none where rows name them themselves.
    pub columns: Vec<String>,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct StoredSource {
    /// Name.
    pub name: String,
    /// Trust, 1 is best.
    pub rank: u32,
    /// Lists every entity once.
    pub unique: bool,
    /// Position of its kind's model in the catalog.
    pub model_idx: u32,
    /// Position of its section in the configuration.
    pub section_idx: u32,
}

/// A frozen model.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct StoredModel {
    /// The schema file.
    pub schema: String,
    /// Version of the model.
    pub version: String,
    /// Estimated number of entities.
    pub n_entities: u32,
    /// Term tables, in the order in which the model counts them: sorted (key, sharers).
    pub terms: Vec<Vec<(u64, u32)>>,
    /// Sorted (text key, records).
    pub tokens: Vec<(u64, u32)>,
}

/// A record as received.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct StoredRecord {
    /// Sequence number of the change that brought it.
    pub sequence: u64,
    /// Number of the record.
    pub ordinal: u32,
    /// Position of its kind's model in the catalog.
    pub model_idx: u32,
    /// Position of the layout of its row in the catalog.
    pub header_idx: u32,
    /// Line in the delivered file; 0 where it came alone.
    pub line: u64,
    /// It was deleted: this is its tombstone, and the row is empty.
    pub is_deleted: bool,
    /// The row, byte for byte, without its line end.
    pub raw: String,
}

/// A golden entity.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct StoredEntity {
    /// Sequence number of the change that made this version.
    pub since: u64,
    /// Position of its kind's model in the catalog.
    pub model_idx: u32,
    /// Records in anchor order.
    pub members: Vec<StoredMember>,
    /// Golden values.
    pub values: Vec<StoredValue>,
    /// Losing values.
    pub conflicts: Vec<StoredConflict>,
    /// Fields that are expected and missing.
    pub missing: Vec<u8>,
}

/// A record of an entity.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct StoredMember {
    /// Number of the record.
    pub ordinal: u32,
    /// Name of its source.
    pub source: String,
    /// Its id there.
    pub record_id: String,
    /// Probability of the strongest link that holds it.
    pub match_probability: f64,
    /// What agrees on that link.
    pub match_key: String,
}

/// A golden value; `from` are positions in the entity's members.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct StoredValue {
    /// Field of the schema.
    pub field: u8,
    /// As delivered.
    pub value: String,
    /// Members that say so.
    pub from: Vec<u32>,
    /// Days since 1970-01-01.
    pub valid_from: Option<i32>,
    /// The rule that chose it.
    pub rule: String,
    /// New to the register: the anchor lacks it.
    pub new: bool,
}

/// The losing values of a field, each with positions in the entity's members.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct StoredConflict {
    /// Field of the schema.
    pub field: u8,
    /// Values and who says them.
    pub values: Vec<(String, Vec<u32>)>,
}

/// A link or a pair for review.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct StoredLink {
    /// Match weight in bits.
    pub match_weight: f64,
    /// Whether the pair was accepted; otherwise it waits for review.
    pub accepted: bool,
    /// Why the pair was looked at: 0 equal code, 254 a person judged that they are one, 255 what clusters say together,
    /// 1 + position of the blocking rule otherwise.
    pub origin: u8,
    /// Why an accepted pair is not one entity, or why it left its code's group; empty otherwise.
    pub veto: String,
    /// Findings by comparison: level + 1 (0 is missing), positions of the values, sharers.
    pub findings: Vec<(u8, u8, u8, u32)>,
    /// Ordinals of the records of both clusters, where what these say together decided.
    pub sides: Option<(Vec<u32>, Vec<u32>)>,
}

/// A relation, as seen from one of its entities.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct StoredRelation {
    /// The record that says so.
    pub evidence: u32,
}

/// An entity as it was until a later change.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum StoredVersion {
    /// It was this.
    Entity(StoredEntity),
    /// It was no more; whoever asks is sent to its heirs, the nearest first.
    Gone(Vec<String>),
}

/// What one sequence number changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct StoredChange {
    /// Milliseconds since 1970-01-01 UTC, by the clock of the machine.
    pub at_ms: u64,
    /// What brought it: `build`, `records`, `judgement`.
    pub cause: String,
    /// Records that were put or deleted.
    pub records: Vec<ChangedRecord>,
    /// Entities that came, changed or went, sorted by id.
    pub entities: Vec<ChangedEntity>,
}

/// A record that was put or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ChangedRecord {
    /// Name of its source.
    pub source: String,
    /// Its id there.
    pub record_id: String,
    /// It was deleted.
    pub is_deleted: bool,
}

/// An entity that came, changed or went.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ChangedEntity {
    /// Its id.
    pub id: String,
    /// Position of its kind's model in the catalog.
    pub model_idx: u32,
    /// What became of it.
    pub fate: Fate,
    /// Fields whose golden values changed.
    pub fields: Vec<u8>,
    /// Entities that its records were in before, and it was not.
    pub from: Vec<String>,
    /// Entities that its records are in now, and it is not; of one that is gone, the nearest first.
    pub to: Vec<String>,
}

/// What became of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Fate {
    /// It is new.
    Created,
    /// Its records or values changed.
    Changed,
    /// It is no more.
    Gone,
}

/// What an entity offers to others or seeks with them, so that relations are found again when either changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct StoredRelationKey {
    /// Which kind of key.
    pub table: u8,
    /// The key.
    pub hash: u64,
    /// It seeks others by it; else others find it.
    pub seeks: bool,
}
