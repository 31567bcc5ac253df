//! What is known of two records?

use crate::model::RecordIdx;

/// Two records that a blocking rule or an equal code brought together; `a` stands before `b`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CandidatePair {
    /// The record that is lower in anchor order.
    pub a: RecordIdx,
    /// The other one.
    pub b: RecordIdx,
    /// Why they are compared.
    pub origin: Origin,
}

/// Why two records were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// They carry the same valid organization code.
    Identity,
    /// They share a key of the blocking rule at this position of the schema.
    Block(u8),
    /// A person or program asked.
    Asked,
}

/// What one comparison found: its level, and the values that reached it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// Position of the level in the comparison; `None` where one side has no value, which is no evidence at all.
    pub level: Option<u8>,
    /// Position in `Record::values` of the value of `a` and of `b`.
    pub values: (u8, u8),
    /// How many entities are known to share the value that agrees; 1 where that was not asked.
    pub n_sharers: u32,
}

impl Finding {
    /// Nothing to compare.
    pub const MISSING: Finding = Finding { level: None, values: (0, 0), n_sharers: 1 };
}

/// The findings of all comparisons of a schema, in its order.
pub type ComparisonVector = Vec<Finding>;

/// A compared pair with its match weight.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredPair {
    /// The pair.
    pub pair: CandidatePair,
    /// What was found.
    pub vector: ComparisonVector,
    /// Sum of the prior and of all evidence, in bits (log2 of the odds).
    pub match_weight: f64,
}

/// The outcome for a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// One entity.
    Match,
    /// A person should look.
    Review,
    /// Two entities.
    NonMatch,
}

/// An accepted pair, or one that waits for review, with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The scored pair.
    pub scored: ScoredPair,
    /// Match or review.
    pub decision: Decision,
}
