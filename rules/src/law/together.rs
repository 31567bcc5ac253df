//! What does the law have to know of records that are one cluster?
//!
//! What a cluster forbids only grows with its records, so that a veto, once given, stays. Which records come together is
//! [`super::cut()`]'s business.

use super::{Standing, Veto, veto};
use crate::model::SourceIdx;

/// Where records that are together stand before the law.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Together {
    standing: Standing,
    unique_sources: Vec<SourceIdx>,
    n_records: usize,
}

impl Together {
    /// Puts records together, in the order given.
    ///
    /// ```
    /// use std::num::NonZeroU64;
    /// use minglu_rules::law::{Standing, Together, Veto};
    /// let coded = |code| Standing { org: NonZeroU64::new(code), ..Standing::default() }; // 统一社会信用代码
    /// let two = Together::of([Standing::default(), coded(7)]);
    /// assert_eq!(two.veto(&Together::of([coded(8)]), 200), Some(Veto::DifferentCodes));
    /// ```
    pub fn of(standings: impl IntoIterator<Item = Standing>) -> Self {
        let alone = |standing: Standing| Self {
            standing: Standing { unique_source: None, ..standing },
            unique_sources: standing.unique_source.into_iter().collect(),
            n_records: 1,
        };
        let mut standings = standings.into_iter().map(alone);
        let mut together = standings.next().unwrap_or_default();
        standings.for_each(|one| together.absorb(one));
        together
    }

    /// Why two clusters cannot be one; equal codes are exempt from the greatest number of records.
    ///
    /// ```
    /// use minglu_rules::law::{Standing, Together, Veto};
    /// let one = Together::of([Standing::default()]);
    /// assert_eq!(one.veto(&one, 2), None);
    /// assert_eq!(one.veto(&one, 1), Some(Veto::TooLarge)); // 超出上限
    /// ```
    pub fn veto(&self, other: &Together, n_records_max: usize) -> Option<Veto> {
        if let Some(why) = veto(&self.standing, &other.standing) {
            return Some(why);
        }
        if self.unique_sources.iter().any(|source| other.unique_sources.contains(source)) {
            return Some(Veto::UniqueSource);
        }
        let same_code = self.standing.org.is_some() && self.standing.org == other.standing.org;
        (self.n_records + other.n_records > n_records_max && !same_code).then_some(Veto::TooLarge)
    }

    /// Records in it.
    pub(super) fn n_records(&self) -> usize {
        self.n_records
    }

    /// Adds the records of another cluster.
    pub(super) fn absorb(&mut self, other: Together) {
        let standing = &mut self.standing;
        standing.org = standing.org.or(other.standing.org);
        standing.place = standing.place.or(other.standing.place);
        standing.role = standing.role.or(other.standing.role);
        standing.begins = standing.begins.max(other.standing.begins);
        standing.ends = standing.ends.min(other.standing.ends);
        // Records of one code may give days that contradict each other.
        standing.forget_impossible_life();
        self.unique_sources.extend(other.unique_sources);
        self.n_records += other.n_records;
    }
}
