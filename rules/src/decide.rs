//! Match, review or no match?

use crate::law::{self, Veto};
use crate::model::{Decision, Finding};
use crate::schema::Schema;
use crate::score::match_weight_of;

/// The two thresholds between the three outcomes, on the match probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// From here on two records are one entity.
    pub match_probability_min: f64,
    /// From here on a person should look.
    pub review_probability_min: f64,
}

/// Wrong merges cost more than missed ones, and what lies between is worth a look: 0.95 and 0.50.
impl Default for Thresholds {
    fn default() -> Self {
        Self { match_probability_min: 0.95, review_probability_min: 0.50 }
    }
}

impl Thresholds {
    /// The thresholds as match weights: (match, review).
    ///
    /// ```
    /// let (accept, review) = minglu_rules::decide::Thresholds::default().match_weights();
    /// assert!(accept > 4.2 && accept < 4.3 && review == 0.0);
    /// ```
    pub fn match_weights(&self) -> (f64, f64) {
        (match_weight_of(self.match_probability_min), match_weight_of(self.review_probability_min))
    }

    /// The outcome for a match weight.
    ///
    /// ```
    /// use minglu_rules::{decide::Thresholds, model::Decision};
    /// assert_eq!(Thresholds::default().decide(2.0), Decision::Review); // 待人工复核
    /// ```
    pub fn decide(&self, match_weight: f64) -> Decision {
        let (accept, review) = self.match_weights();
        if match_weight >= accept {
            Decision::Match
        } else if match_weight >= review {
            Decision::Review
        } else {
            Decision::NonMatch
        }
    }

    /// Whether a match weight says "two" as surely as the threshold of a match says "one".
    ///
    /// ```
    /// use minglu_rules::decide::Thresholds;
    /// let thresholds = Thresholds::default();
    /// assert!(thresholds.is_surely_two(-5.0) && !thresholds.is_surely_two(-3.0)); // 概率低于 0.05
    /// ```
    pub fn is_surely_two(&self, match_weight: f64) -> bool {
        match_weight < -self.match_weights().0
    }

    /// The outcome for a pair without an equal code: what rests on one coincidence is left to a person, whatever it weighs,
    /// with the reason.
    ///
    /// ```
    /// use minglu_rules::{decide::Thresholds, law::Veto, model::{Decision, Finding}, schema::Schema};
    /// let schema = Schema::shipped("person").unwrap();
    /// let nothing = vec![Finding::MISSING; schema.comparisons.len()]; // 无论权重多高
    /// let outcome = Thresholds::default().decide_pair(40.0, &nothing, &schema);
    /// assert_eq!(outcome, (Decision::Review, Some(Veto::MissingAgreement)));
    /// ```
    pub fn decide_pair(&self, match_weight: f64, vector: &[Finding], schema: &Schema) -> (Decision, Option<Veto>) {
        let decision = self.decide(match_weight);
        let why = law::lacks_independence(vector, schema).filter(|_| decision != Decision::NonMatch);
        (if why.is_some() { Decision::Review } else { decision }, why)
    }
}

#[cfg(test)]
mod tests;
