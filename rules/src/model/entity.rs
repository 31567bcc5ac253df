//! What is an enterprise, once its records are known, and how does it stand to others?

use crate::date::Date;
use crate::model::{EntityId, FieldIdx, RecordIdx};

/// A golden entity: the chosen values of a cluster, each with the records that say so.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldenEntity {
    /// Derived from the anchor.
    pub id: EntityId,
    /// Records, in anchor order; the first one is the anchor.
    pub members: Vec<Member>,
    /// The chosen values, by field.
    pub values: Vec<GoldenValue>,
    /// Fields on which records disagree (冲突).
    pub conflicts: Vec<Conflict>,
    /// Fields that an entity of this kind is expected to have, and no record gives (缺失).
    pub missing: Vec<FieldIdx>,
}

/// A record in an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The record.
    pub record: RecordIdx,
    /// Probability of the strongest link that holds the record in the entity; 1 for the only record.
    pub match_probability: f64,
    /// The comparisons that agree on that link, `+name +phone`; empty for the only record.
    pub match_key: String,
    /// Its codes are somebody else's: it left the group of its code, and supplies none to the entity.
    pub disowns_codes: bool,
}

/// A golden value and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldenValue {
    /// The field.
    pub field: FieldIdx,
    /// As delivered by the best record that has it.
    pub value: String,
    /// The records that say the same, in anchor order; the value is written as the first of them writes it.
    pub from: Vec<RecordIdx>,
    /// The source's own date of the value, where one is known.
    pub valid_from: Option<Date>,
    /// The rule that chose it: `only`, `valid`, `rank`, `recency`, `support` or `order`.
    pub rule: &'static str,
    /// The anchor's own record lacks the field: the value is new to the register (新增).
    pub new: bool,
}

/// The values that lost on a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The field.
    pub field: FieldIdx,
    /// Each losing value, and the records that say it.
    pub values: Vec<(String, Vec<RecordIdx>)>,
}

/// Two entities that belong together but are not one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// The entity that the relation is said of (the branch).
    pub from: EntityId,
    /// What it is to the other.
    pub kind: RelationKind,
    /// The other entity (the parent).
    pub to: EntityId,
    /// The record that says so.
    pub evidence: RecordIdx,
}

/// How one entity stands to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKind {
    /// 分支机构 of a legal unit.
    BranchOf,
    /// 本部: the head-office establishment of a legal unit.
    HeadOfficeOf,
    /// What a schema calls it, `LEGAL_REP_OF`.
    Named(Box<str>),
}

impl RelationKind {
    /// The name of the relation in exports and answers.
    ///
    /// ```
    /// assert_eq!(minglu_rules::model::RelationKind::BranchOf.as_str(), "BRANCH_OF");
    /// ```
    pub fn as_str(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::BranchOf => "BRANCH_OF",
            Self::HeadOfficeOf => "HQ_ESTABLISHMENT_OF",
        }
    }
}
