//! Why was a true pair missed?
//!
//! One reason for each pair, the first that holds in the order of the line read backwards: what was cut, what the law
//! forbids, what was never compared, what weighed too little. It is the reason of the pair by itself: other pairs of the
//! same two clusters may have been missed for others.

use crate::law::Veto;
use crate::model::Decision;

/// Where on the line a true pair was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// Its link was accepted, but the component was cut between its records.
    Cut,
    /// The law keeps the two records apart, or left them to a person.
    Vetoed,
    /// They share a blocking key, whose block is above the cap of its rule or is a star of which neither is the first.
    SkippedByCap,
    /// They share no blocking key at all.
    NoSharedKey,
    /// They were compared, and wait for a person.
    Review,
    /// They were compared, and weighed less than what a person should see.
    BelowReview,
    /// One of the records is not in the register.
    NoRecord,
}

/// What is known of a true pair that is not in one cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissedFacts {
    /// What the weight says of the pair.
    pub decision: Decision,
    /// The link was accepted, by weight or by an equal code.
    pub accepted: bool,
    /// What the law says against the pair.
    pub veto: Option<Veto>,
    /// They share a key within its cap.
    pub is_candidate: bool,
    /// They share a key at all.
    pub shares_key: bool,
}

impl Missed {
    /// All reasons, in the order in which they are reported.
    pub const ALL: [Missed; 7] = [
        Self::Cut,
        Self::Vetoed,
        Self::SkippedByCap,
        Self::NoSharedKey,
        Self::Review,
        Self::BelowReview,
        Self::NoRecord,
    ];

    /// The name of the reason in reports.
    ///
    /// ```
    /// assert_eq!(minglu_rules::evaluate::Missed::SkippedByCap.as_str(), "skipped_by_cap"); // 块过大，被跳过
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Vetoed => "vetoed",
            Self::SkippedByCap => "skipped_by_cap",
            Self::NoSharedKey => "no_shared_key",
            Self::Review => "review",
            Self::BelowReview => "below_review",
            Self::NoRecord => "no_record",
        }
    }
}

/// Where a true pair was lost, both of whose records are in the register.
///
/// ```
/// use minglu_rules::{evaluate::{Missed, MissedFacts, missed}, law::Veto, model::Decision};
/// let facts = MissedFacts {
///     decision: Decision::Match,
///     accepted: false,
///     veto: Some(Veto::DifferentRoles), // 分公司与法人单位
///     is_candidate: true,
///     shares_key: true,
/// };
/// assert_eq!(missed(&facts), Missed::Vetoed);
/// assert_eq!(missed(&MissedFacts { veto: None, is_candidate: false, ..facts }), Missed::SkippedByCap);
/// ```
pub fn missed(facts: &MissedFacts) -> Missed {
    match facts {
        MissedFacts { accepted: true, .. } => Missed::Cut,
        MissedFacts { veto: Some(_), .. } => Missed::Vetoed,
        MissedFacts { is_candidate: false, shares_key: true, .. } => Missed::SkippedByCap,
        MissedFacts { is_candidate: false, .. } => Missed::NoSharedKey,
        MissedFacts { decision: Decision::NonMatch, .. } => Missed::BelowReview,
        MissedFacts { .. } => Missed::Review,
    }
}

#[cfg(test)]
mod tests;
