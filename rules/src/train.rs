//! What do m, u and the prior come out as when nobody labels anything?
//!
//! Fellegi–Sunter with expectation maximization (Winkler 1988; Jaro 1989): u is read off pairs drawn at random, of which
//! nearly none match; m and the prior follow by EM over the candidate pairs of all blocking rules together. Because u is
//! *not* learned from candidates, it does not matter that blocking chose them: the posterior of a pair is right however it was
//! found, and pairs outside all blocks count as no matches. Records of an equal valid code are known matches. What a
//! level says of rare and common values follows from their frequencies (Winkler 2000) and is no parameter here.
//!
//! Comparisons on codes that are law keep the numbers of the schema: the law decides about them, so pairs that it joined
//! would prove nothing. Levels that are only looked at in a case (`given`) keep their u, because random pairs are seldom in one.

mod patterns;

pub use patterns::Patterns;

use crate::frozen::FrozenModel;
use crate::schema::{Chance, Comparison, ComparisonLevel, Schema, Trained, TrainedComparison, TrainedLevel};
use crate::score::match_probability;
use patterns::{Found, Pattern};

/// Pairs of one kind of entity, by what comparing them found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    /// Pairs drawn at random.
    pub random: Patterns,
    /// Candidate pairs of which nothing is known.
    pub candidates: Patterns,
    /// Candidate pairs that are known to match.
    pub matches: Patterns,
    /// All pairs of records that may match: those within a source that lists every entity once may not.
    pub n_pairs: f64,
    /// Records.
    pub n_records: f64,
}

/// What training found, and how it got there.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// The numbers.
    pub trained: Trained,
    /// The rounds of expectation maximization.
    pub rounds: Vec<Round>,
    /// Whether the last round changed less than [`CHANGE_MAX`]; else [`N_ROUNDS_MAX`] were not enough.
    pub has_converged: bool,
    /// Pairs drawn at random.
    pub n_random: u64,
    /// Candidate pairs of which nothing was known.
    pub n_candidates: u64,
    /// Candidate pairs that were known to match.
    pub n_known: u64,
}

/// One round of expectation maximization.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Round {
    /// Expected matches among all candidates.
    pub n_matches: f64,
    /// Largest change of an m, or of the prior as a share of itself.
    pub change: f64,
}

/// Rounds after which training stops.
pub const N_ROUNDS_MAX: usize = 200;

/// A round that changes no probability by more than this was the last.
pub const CHANGE_MAX: f64 = 1e-4;

/// So many pairs the m of a schema is worth that a person estimated, and that of one who left it open.
const N_PAIRS_OF_ESTIMATE: f64 = 20.0;
const N_PAIRS_OF_GUESS: f64 = 1.0;

/// Fewer random pairs than this on a level tell only a bound for its u: three pairs more (the rule of three).
const N_RANDOM_MIN: f64 = 10.0;
const N_RANDOM_UNSEEN: f64 = 3.0;

/// Learns the numbers of a model's schema from a sample. The same sample gives the same bytes.
///
/// ```
/// use minglu_rules::{frozen::FrozenModel, schema::Schema, train::{Sample, train}};
/// let model = FrozenModel::empty(Schema::shipped("enterprise").unwrap(), 1000);
/// let training = train(&model, &Sample { n_pairs: 499_500.0, ..Sample::default() }); // 没有样本，参数不变
/// assert!(training.has_converged);
/// assert_eq!(training.trained.comparisons[0].levels[1].m, model.schema.comparisons[0].levels[1].m);
/// ```
pub fn train(model: &FrozenModel, sample: &Sample) -> Training {
    let n_entities = f64::from(model.n_entities);
    let mut numbers = Numbers::of(&model.schema, n_entities);
    let (random, candidates) = (sample.random.sorted(), sample.candidates.sorted());
    let known = sample.matches.sorted();
    let mut rounds: Vec<Round> = Vec::new();
    let mut has_converged = false;
    while rounds.len() < N_ROUNDS_MAX && !has_converged {
        let mut sums = Sums::new(&model.schema);
        for (pattern, n) in &candidates {
            let p = numbers.probability(pattern);
            sums.matches.add(pattern, p * n, &model.schema);
        }
        known.iter().for_each(|(pattern, n)| sums.matches.add(pattern, *n, &model.schema));
        for (pattern, n) in &random {
            let p = numbers.probability(pattern);
            sums.others.add(pattern, (1.0 - p) * n, &model.schema);
        }
        let next = numbers.next(&model.schema, &sums, sample);
        let change = next.change_from(&numbers);
        rounds.push(Round { n_matches: sums.matches.n, change });
        has_converged = change < CHANGE_MAX;
        numbers = next;
    }
    Training {
        trained: numbers.into_trained(&model.schema, n_entities),
        rounds,
        has_converged,
        n_random: sample.random.n(),
        n_candidates: sample.candidates.n(),
        n_known: sample.matches.n(),
    }
}

/// The numbers of one round.
struct Numbers {
    prior: f64,
    n_entities: f64,
    /// By comparison and level: m, and u for a value that is not shared.
    levels: Vec<Vec<(f64, Chance)>>,
}

impl Numbers {
    fn of(schema: &Schema, n_entities: f64) -> Self {
        let prior = (schema.matches_per_record / n_entities).min(0.5);
        let numbers =
            |comparison: &Comparison| comparison.levels.iter().map(|level| (level.m, level.u.clone())).collect();
        Self { prior, n_entities, levels: schema.comparisons.iter().map(numbers).collect() }
    }

    /// The probability that a pair of this pattern matches.
    fn probability(&self, pattern: &Pattern) -> f64 {
        let prior = (self.prior / (1.0 - self.prior)).log2();
        let weight = |(levels, found): (&Vec<(f64, Chance)>, Option<Found>)| {
            let Found { level, n_sharers } = found?;
            let (m, u) = levels.get(level)?;
            Some((m / u.of(n_sharers, self.n_entities)).log2())
        };
        let weights = self.levels.iter().zip(pattern.found()).filter_map(weight);
        match_probability(prior + weights.sum::<f64>())
    }

    /// Maximization: what the expected matches and the others make likely.
    fn next(&self, schema: &Schema, sums: &Sums, sample: &Sample) -> Self {
        // Where one entity is counted once whatever its records, its own ones are no sharers.
        let is_counted_once = schema.repeated || sample.n_records == 0.0;
        let n_own = if is_counted_once { 0.0 } else { 2.0 * sums.matches.n_within_source / sample.n_records };
        let of_comparison = |(position, comparison): (usize, &Comparison)| {
            let known = &self.levels[position];
            let is_law = comparison.fields.iter().any(|field| schema.law.codes.contains(field));
            let of_level = |(at, level): (usize, &ComparisonLevel)| {
                let (m, u) = &known[at];
                if is_law {
                    return (*m, u.clone());
                }
                let m = next_m(sums.matches.rate(position, at), level);
                (m, next_u(sums.others.rate(position, at), level, n_own * m))
            };
            comparison.levels.iter().enumerate().map(of_level).collect()
        };
        // Half a match at least: a prior of nothing could not be left again.
        let has_matches = sample.n_pairs > 0.0 && sums.matches.n > 0.0;
        let prior = if has_matches { sums.matches.n.max(0.5) / sample.n_pairs } else { self.prior };
        let levels = schema.comparisons.iter().enumerate().map(of_comparison).collect();
        Self { prior: prior.min(0.5), n_entities: self.n_entities, levels }
    }

    fn change_from(&self, before: &Self) -> f64 {
        let pairs = self.levels.iter().flatten().zip(before.levels.iter().flatten());
        let of_levels = pairs.map(|((m, _), (known, _))| (m - known).abs()).fold(0.0, f64::max);
        of_levels.max((self.prior / before.prior - 1.0).abs())
    }

    fn into_trained(self, schema: &Schema, n_entities: f64) -> Trained {
        let comparisons = schema.comparisons.iter().zip(self.levels).map(|(comparison, levels)| {
            let level = |(level, (m, u)): (&ComparisonLevel, (f64, Chance))| {
                let (u, own) = match u {
                    Chance::Fixed(u) => (Some(u), 0.0),
                    Chance::Shared { own, .. } => (None, own),
                };
                TrainedLevel { when: level.label.clone(), m, u, own }
            };
            let levels = comparison.levels.iter().zip(levels).map(level).collect();
            TrainedComparison { name: comparison.name.clone(), levels }
        });
        let matches_per_record = self.prior / (1.0 - self.prior) * n_entities;
        Trained { kind: schema.kind.clone(), matches_per_record, comparisons: comparisons.collect(), shared: vec![] }
    }
}

/// The share of matches on a level, with the schema's m as so many further pairs.
fn next_m((on_level, exposed): (f64, f64), level: &ComparisonLevel) -> f64 {
    let n_prior = if level.is_guess { N_PAIRS_OF_GUESS } else { N_PAIRS_OF_ESTIMATE };
    ((on_level + n_prior * level.m) / (exposed + n_prior)).min(1.0)
}

/// The share of other pairs on a level. Few of them only bound it, and an estimate within the bounds is better.
fn next_u((on_level, exposed): (f64, f64), level: &ComparisonLevel, own: f64) -> Chance {
    let known = match level.u {
        Chance::Fixed(known) => known,
        Chance::Shared { others, of, n_sharers_max, .. } => return Chance::Shared { others, own, of, n_sharers_max },
    };
    if level.given.is_some() || exposed < N_RANDOM_MIN {
        return level.u.clone();
    }
    if on_level >= N_RANDOM_MIN {
        return Chance::Fixed((on_level / exposed).min(1.0));
    }
    let most = (on_level + N_RANDOM_UNSEEN) / exposed;
    let u = if level.is_guess {
        (on_level + 0.5) / (exposed + 1.0)
    } else {
        known.clamp(on_level / N_RANDOM_UNSEEN / exposed, most)
    };
    Chance::Fixed(u.clamp(f64::MIN_POSITIVE, 1.0))
}

/// Pairs by level, weighted.
struct Sums {
    matches: LevelSums,
    others: LevelSums,
}

impl Sums {
    fn new(schema: &Schema) -> Self {
        Self { matches: LevelSums::new(schema), others: LevelSums::new(schema) }
    }
}

struct LevelSums {
    /// All pairs.
    n: f64,
    /// Pairs within a source.
    n_within_source: f64,
    /// By comparison and level: pairs on it, and pairs that could have been.
    levels: Vec<Vec<(f64, f64)>>,
}

impl LevelSums {
    fn new(schema: &Schema) -> Self {
        let levels = schema.comparisons.iter().map(|comparison| vec![(0.0, 0.0); comparison.levels.len()]);
        Self { n: 0.0, n_within_source: 0.0, levels: levels.collect() }
    }

    fn add(&mut self, pattern: &Pattern, n: f64, schema: &Schema) {
        self.n += n;
        self.n_within_source += if pattern.is_within_source { n } else { 0.0 };
        let mut cases = 0_u64;
        for ((sums, comparison), found) in self.levels.iter_mut().zip(&schema.comparisons).zip(pattern.found()) {
            let Some(found) = found.map(|found| found.level).filter(|level| *level < sums.len()) else { continue };
            for (at, sum) in sums.iter_mut().enumerate() {
                sum.0 += if at == found { n } else { 0.0 };
                sum.1 += if is_open(comparison, at, cases) { n } else { 0.0 };
            }
            cases |= comparison.levels[found].case.map_or(0, |case| 1 << case.0);
        }
    }

    fn rate(&self, comparison: usize, level: usize) -> (f64, f64) {
        self.levels[comparison][level]
    }
}

/// Whether a pair in these cases could be on a level: its case holds, and no earlier level takes its place in one that does.
fn is_open(comparison: &Comparison, at: usize, cases: u64) -> bool {
    let holds = |level: &ComparisonLevel| level.given.is_some_and(|case| cases & (1 << case.0) != 0);
    let level = &comparison.levels[at];
    let is_replaced =
        || comparison.levels[..at].iter().any(|other| holds(other) && other.conditions == level.conditions);
    if level.given.is_some() { holds(level) } else { !is_replaced() }
}

#[cfg(test)]
mod tests;
