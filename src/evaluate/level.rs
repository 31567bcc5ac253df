//! What does each level of each comparison weigh?
//!
//! m and u as the model has them, and log2(m/u) for a value that nobody else has. What training made of them, and how often a
//! level was found, is not asked here.

use minglu_rules::frozen::FrozenModel;
use minglu_rules::model::Finding;
use minglu_rules::schema::Chance;
use minglu_rules::score::explain;
use serde::Serialize;

/// A comparison with the weights of its levels.
#[derive(Debug, Clone, Serialize)]
pub struct ComparisonWeights {
    /// The comparison.
    pub comparison: String,
    /// Its levels, in the order of the schema.
    pub levels: Vec<LevelWeight>,
}

/// The weight of a level.
#[derive(Debug, Clone, Serialize)]
pub struct LevelWeight {
    /// The condition as written in the schema.
    pub level: String,
    /// The case that an earlier comparison must have found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// Probability of the level among true pairs.
    pub m: f64,
    /// Probability among other pairs; for a value that nobody else has, where sharers count.
    pub u: f64,
    /// The more entities share the value, the higher is u.
    pub counts_sharers: bool,
    /// log2(m/u), in bits.
    pub weight: f64,
}

/// The weights of all comparisons of a model.
pub(super) fn comparisons(model: &FrozenModel) -> Vec<ComparisonWeights> {
    let comparisons = model.schema.comparisons.iter().enumerate();
    let weights = comparisons.map(|(position, comparison)| ComparisonWeights {
        comparison: comparison.name.clone(),
        levels: (0..comparison.levels.len()).map(|level| level_weight(model, position, level)).collect(),
    });
    weights.collect()
}

fn level_weight(model: &FrozenModel, comparison: usize, level_idx: usize) -> LevelWeight {
    let schema = &model.schema;
    let level = &schema.comparisons[comparison].levels[level_idx];
    let mut vector = vec![Finding::MISSING; schema.comparisons.len()];
    vector[comparison].level = Some(level_idx as u8);
    // Whatever scoring does with m and u is asked of scoring itself.
    let weight = explain(&vector, model)[comparison].weight;
    LevelWeight {
        level: level.label.clone(),
        given: level.given.and_then(|case| schema.cases.get(case.0 as usize).cloned()),
        m: level.m,
        u: level.m / weight.exp2(),
        counts_sharers: matches!(level.u, Chance::Shared { .. }),
        weight,
    }
}
