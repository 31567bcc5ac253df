//! What do m, u and the prior come out as, without labels or with a few?
//!
//! Fellegi–Sunter with expectation maximization (Winkler 1988; Jaro 1989): u is read off pairs drawn at random, of which
//! nearly none match; m and the prior follow by EM over the candidate pairs of all blocking rules together. Because u is
//! *not* learned from candidates, it does not matter that blocking chose them: the posterior of a pair is right however it was
//! found, and pairs outside all blocks count as no matches. Records of an equal valid code are known matches. What a
//! level says of rare and common values follows from their frequencies (Winkler 2000); what is learned beside them is how many
//! *other* entities have a value that nobody was seen to share. Where a blocking rule proposes every pair that shares it, the
//! expected non-matches among those pairs bound that number.
//!
//! Comparisons on codes that are law keep the numbers of the schema: the law decides about them, so pairs that it joined
//! would prove nothing. Levels that are only looked at in a case (`given`) keep their u, because random pairs are seldom in one.

mod labels;
mod patterns;

pub use patterns::Patterns;

use crate::frozen::FrozenModel;
use crate::schema::{
    Aspect, BlockingRule, Chance, Comparison, ComparisonLevel, Condition, Schema, Trained, TrainedComparison,
    TrainedLevel,
};
use crate::score::match_probability;
use labels::Answers;
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
    /// Candidate pairs that a person called the same.
    pub same: Patterns,
    /// Candidate pairs that a person called different.
    pub different: Patterns,
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
    /// Candidate pairs that a person called the same.
    pub n_same: u64,
    /// Candidate pairs that a person called different.
    pub n_different: u64,
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

/// At least this share of the pairs that agree on a value which nobody else was seen to share is taken for chance, however
/// sure of them the other fields are: else a field could prove itself, and training would end where everything matches.
const DOUBT_MIN: f64 = 0.02;

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
    let (known, same, different) = (sample.matches.sorted(), sample.same.sorted(), sample.different.sorted());
    let answers = Answers::of(sample);
    let mut rounds: Vec<Round> = Vec::new();
    let mut has_converged = false;
    while rounds.len() < N_ROUNDS_MAX && !has_converged {
        let mut sums = Sums::new(&model.schema);
        for (pattern, n) in &candidates {
            let p = answers.weigh(pattern, numbers.probability(pattern));
            sums.matches.add(pattern, p * n, &model.schema);
            numbers.add_unshared(pattern, (1.0 - p).max(DOUBT_MIN) * n, &mut sums.unshared);
        }
        known.iter().chain(&same).for_each(|(pattern, n)| sums.matches.add(pattern, *n, &model.schema));
        different.iter().for_each(|(pattern, n)| numbers.add_unshared(pattern, *n, &mut sums.unshared));
        for (pattern, n) in &random {
            let p = answers.weigh(pattern, numbers.probability(pattern));
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
        n_same: sample.same.n(),
        n_different: sample.different.n(),
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

    /// Counts a pair of non-matches on levels whose value nobody else was seen to share.
    fn add_unshared(&self, pattern: &Pattern, n: f64, unshared: &mut [Vec<f64>]) {
        for ((levels, found), sums) in self.levels.iter().zip(pattern.found()).zip(unshared) {
            let Some(Found { level, n_sharers }) = found else { continue };
            if let Some((_, Chance::Shared { own, .. })) = levels.get(level)
                && n_sharers - 1.0 - own < 0.5
            {
                sums[level] += n;
            }
        }
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
                let u = next_u(sums.others.rate(position, at), level, n_own * m);
                match is_covered(comparison, level, schema) {
                    true => (m, next_others(u, sums.unshared[position][at], self.n_entities, sample)),
                    false => (m, u),
                }
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
                let (u, own, others) = match u {
                    Chance::Fixed(u) => (Some(u), 0.0, None),
                    Chance::Shared { own, others, .. } => (None, own, Some(others)),
                };
                TrainedLevel { when: level.label.clone(), m, u, own, others }
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

/// Whether every pair on a level is a candidate: a rule proposes all that share what the level wants equal.
fn is_covered(comparison: &Comparison, level: &ComparisonLevel, schema: &Schema) -> bool {
    let fields = || comparison.fields.iter().chain(&comparison.against);
    let is_wanted = |aspect: Aspect| level.conditions.contains(&Condition::Equal(aspect));
    let proposes = |rule: &BlockingRule| match &rule.parts[..] {
        [part] => part.n_chars.is_none() && is_wanted(part.aspect) && fields().all(|field| part.fields.contains(field)),
        _ => false,
    };
    level.given.is_none() && schema.blocking.iter().any(proposes)
}

/// No more other entities per record than make the pairs on the level that are taken for chance. Half a pair more, because
/// none that was seen is not none that there is.
fn next_others(u: Chance, n_unshared: f64, n_entities: f64, sample: &Sample) -> Chance {
    match u {
        Chance::Shared { others, own, of, n_sharers_max } if sample.n_records > 0.0 => {
            let most = 2.0 * (n_unshared + 0.5) * n_entities / (sample.n_records * sample.n_records);
            let others = others.min(most);
            Chance::Shared { others, own, of, n_sharers_max }
        }
        known => known,
    }
}

/// Pairs by level, weighted.
struct Sums {
    matches: LevelSums,
    others: LevelSums,
    /// By comparison and level: candidates that agree by chance on a value that nobody else shares.
    unshared: Vec<Vec<f64>>,
}

impl Sums {
    fn new(schema: &Schema) -> Self {
        let unshared = schema.comparisons.iter().map(|comparison| vec![0.0; comparison.levels.len()]).collect();
        Self { matches: LevelSums::new(schema), others: LevelSums::new(schema), unshared }
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
            // On a level of a case, a pair never came to the levels of all cases.
            let is_free = comparison.levels[found].given.is_none();
            for (at, sum) in sums.iter_mut().enumerate() {
                sum.0 += if at == found { n } else { 0.0 };
                let is_open = comparison.levels[at].given.map_or(is_free, |case| cases & (1 << case.0) != 0);
                sum.1 += if is_open { n } else { 0.0 };
            }
            cases |= comparison.levels[found].case.map_or(0, |case| 1 << case.0);
        }
    }

    fn rate(&self, comparison: usize, level: usize) -> (f64, f64) {
        self.levels[comparison][level]
    }
}

#[cfg(test)]
mod tests;
