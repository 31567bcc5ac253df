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
    /// A person judged that they are one.
    Judged,
    /// They carry the same valid organization code.
    Identity,
    /// They share a key of the blocking rule at this position of the schema.
    Block(u8),
    /// Their clusters share a blocking key of what they say together; the two are the anchors of the clusters.
    Profile,
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

/// The records of two clusters that were compared as wholes; each in anchor order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// The cluster of the pair's lower record.
    pub a: Vec<RecordIdx>,
    /// The cluster of the other one.
    pub b: Vec<RecordIdx>,
}

/// An accepted pair, or one that waits for review, with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The scored pair.
    pub scored: ScoredPair,
    /// Match or review.
    pub decision: Decision,
    /// The clusters whose profiles decided: of a link of origin [`Origin::Profile`], and of one that they spoke against.
    pub sides: Option<Box<Sides>>,
}

impl Link {
    /// Whether it was accepted for what clusters say together.
    ///
    /// ```
    /// use minglu_rules::model::{CandidatePair, Decision, Link, Origin, RecordIdx, ScoredPair};
    /// let pair = CandidatePair { a: RecordIdx(0), b: RecordIdx(1), origin: Origin::Block(0) }; // 名称相同
    /// let scored = ScoredPair { pair, vector: vec![], match_weight: 9.0 };
    /// assert!(!Link { scored, decision: Decision::Match, sides: None }.is_of_clusters());
    /// ```
    pub fn is_of_clusters(&self) -> bool {
        self.scored.pair.origin == Origin::Profile && self.decision == Decision::Match
    }
}
