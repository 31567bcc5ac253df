//! What do the answers about a few pairs say of the many that look the same?
//!
//! People label what is in doubt, so the share of matches among labelled pairs is that of no other pairs, and neither m, u
//! nor the prior may be read off them. But which pairs somebody picked among those of one pattern depends on nothing that
//! comparing found: there a label is a fair witness. The model's own probability is weighed against the labels of the
//! pattern, and each label speaks for a bounded number of pairs. What is labelled is itself no longer in question: that is
//! the caller's part.

use hashbrown::HashMap;

use super::Sample;
use super::patterns::Pattern;

/// Pairs of its pattern that a label speaks for, at most: a person may have seen what no comparison sees.
const N_PAIRS_PER_LABEL: f64 = 20.0;

/// So many labels the model's own probability is worth, even of a pattern of few pairs.
const N_LABELS_OF_MODEL: f64 = 2.0;

/// What labels say of a pattern.
struct Answer {
    n_same: f64,
    n: f64,
    /// So many labels the model is worth here.
    n_model: f64,
}

/// Labels by pattern.
pub(super) struct Answers<'a>(HashMap<&'a Pattern, Answer>);

impl<'a> Answers<'a> {
    pub(super) fn of(sample: &'a Sample) -> Self {
        let (same, different) = (sample.same.sorted(), sample.different.sorted());
        let mut answers: HashMap<&Pattern, Answer> = HashMap::new();
        let labels = same.iter().map(|entry| (entry, 1.0)).chain(different.iter().map(|entry| (entry, 0.0)));
        for ((pattern, n), share) in labels {
            let n_pairs = sample.candidates.n_of(pattern) as f64;
            let n_model = (n_pairs / N_PAIRS_PER_LABEL).max(N_LABELS_OF_MODEL);
            let answer = answers.entry(pattern).or_insert(Answer { n_same: 0.0, n: 0.0, n_model });
            answer.n_same += share * n;
            answer.n += n;
        }
        Self(answers)
    }

    /// The probability that an unlabelled pair matches, of which the model says `p`.
    pub(super) fn weigh(&self, pattern: &Pattern, p: f64) -> f64 {
        match self.0.get(pattern) {
            Some(Answer { n_same, n, n_model }) => (n_model * p + n_same) / (n_model + n),
            None => p,
        }
    }
}
