//! How many pairs show which findings?
//!
//! Millions of pairs show some thousand different vectors, so that training counts vectors and not pairs. Sharers are
//! kept in quarter octaves: 40 and 45 bearers of a name are one count here.

use hashbrown::HashMap;

use crate::model::Finding;

/// Steps in which the number of sharers doubles.
const N_STEPS_PER_OCTAVE: f64 = 4.0;

/// Levels of a comparison; a schema has no more.
const N_LEVELS: u16 = 64;

/// The findings of a pair, and whether both records are of one source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Pattern {
    codes: Box<[u16]>,
    pub(super) is_within_source: bool,
}

/// What one comparison found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub(super) level: usize,
    pub(super) n_sharers: f64,
}

impl Pattern {
    fn of(vector: &[Finding], is_within_source: bool) -> Self {
        let code = |finding: &Finding| {
            let step = (f64::from(finding.n_sharers.max(1)).log2() * N_STEPS_PER_OCTAVE).round() as u16;
            finding.level.map_or(0, |level| 1 + u16::from(level) % N_LEVELS + step * N_LEVELS)
        };
        Self { codes: vector.iter().map(code).collect(), is_within_source }
    }

    /// What each comparison found; none where a value is missing.
    pub(super) fn found(&self) -> impl Iterator<Item = Option<Found>> + '_ {
        self.codes.iter().map(|code| {
            let code = code.checked_sub(1)?;
            let n_sharers = (f64::from(code / N_LEVELS) / N_STEPS_PER_OCTAVE).exp2();
            Some(Found { level: usize::from(code % N_LEVELS), n_sharers })
        })
    }
}

/// Numbers of pairs by their findings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patterns {
    counts: HashMap<Pattern, u64>,
}

impl Patterns {
    /// Counts a pair; `is_within_source` tells whether both records are of one source.
    ///
    /// ```
    /// use minglu_rules::{model::Finding, train::Patterns};
    /// let mut patterns = Patterns::default();
    /// patterns.add(&[Finding::MISSING], false); // 双方均无此项
    /// assert_eq!(patterns.n(), 1);
    /// ```
    pub fn add(&mut self, vector: &[Finding], is_within_source: bool) {
        *self.counts.entry(Pattern::of(vector, is_within_source)).or_insert(0) += 1;
    }

    /// Adds the pairs of another part of the sample; the order of parts does not matter.
    pub fn merge(mut self, other: Patterns) -> Patterns {
        for (pattern, n) in other.counts {
            *self.counts.entry(pattern).or_insert(0) += n;
        }
        self
    }

    /// Pairs in all.
    pub fn n(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Pairs of a pattern.
    pub(super) fn n_of(&self, pattern: &Pattern) -> u64 {
        self.counts.get(pattern).copied().unwrap_or_default()
    }

    /// Patterns in a fixed order, so that sums of floating point numbers are the same each time.
    pub(super) fn sorted(&self) -> Vec<(&Pattern, f64)> {
        let mut sorted: Vec<_> = self.counts.iter().map(|(pattern, n)| (pattern, *n as f64)).collect();
        sorted.sort_unstable_by(|a, b| a.0.cmp(b.0));
        sorted
    }
}
