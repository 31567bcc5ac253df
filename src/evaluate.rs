//! How good is a register, or a membership file, against a truth file, and where does it err?
//!
//! Reads files and the store; the figures are computed by [`minglu_rules::evaluate`]. Beside them stand two baselines on the
//! same records (equal code only, equal name only), so that an easy test set is seen to be easy. In detail: what other
//! thresholds would have done, what each blocking rule finds, the worst errors with their evidence, and a second register
//! beside the first. How it looks is the business of `text` and [`html`].

mod against;
mod blocking;
mod curve;
mod examine;
mod figure;
pub mod html;
mod level;
mod merged;
mod missed;
mod pair;
mod text;
mod truth;

pub use against::{Against, Disputed, OtherKind};
pub use blocking::{BlockReport, RuleFigures};
pub use figure::CandidateRecall;
pub use level::{ComparisonWeights, LevelWeight};
pub use merged::FalseMerges;
pub use missed::MissedPairs;
pub use pair::{FieldText, PairReport, RecordReport};
pub use truth::{Assignment, read_assignment};

use std::path::{Path, PathBuf};

use minglu_rules::evaluate::{Bin, CurvePoint, Evaluation, Rates, evaluate};
use serde::Serialize;

use crate::error::Result;
use examine::{Examination, ExaminedKind};
use truth::Truth;

/// Figures of an evaluation.
#[derive(Debug, Clone, Serialize)]
pub struct EvaluationReport {
    /// Of the clusters.
    #[serde(flatten)]
    pub evaluation: Evaluation,
    /// Of the candidates, where a register was evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<CandidateRecall>,
    /// Clusters that hold two different valid organization codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_entities_with_two_codes: Option<u64>,
    /// Simpler methods on the same records: name and rates.
    pub baselines: Vec<(String, Rates)>,
    /// Each kind of entity in detail, where that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<KindReport>,
    /// A second register, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Box<Against>>,
}

/// One kind of entity in detail.
#[derive(Debug, Clone, Serialize)]
pub struct KindReport {
    /// The kind.
    pub kind: String,
    /// Version of the model that judged.
    pub model: String,
    /// Records of the kind.
    pub n_records: u64,
    /// From this match weight on two records are linked, in bits; none where only codes link.
    pub match_weight_min: Option<f64>,
    /// From this match weight on a person should look, in bits.
    pub review_weight_min: Option<f64>,
    /// What other thresholds would have done, ascending.
    pub curve: Vec<CurvePoint>,
    /// Links that weight decides, by match weight.
    pub histogram: Vec<Bin>,
    /// Blocking, rule by rule; an equal code comes last.
    pub blocking: Vec<RuleFigures>,
    /// Links between different true entities.
    pub false_merges: FalseMerges,
    /// True pairs that are not in one cluster, by where they were lost.
    pub missed: Vec<MissedPairs>,
    /// log2 of the prior odds.
    pub prior: f64,
    /// What each level of each comparison weighs.
    pub comparisons: Vec<ComparisonWeights>,
}

/// Errors of each sort that one evaluation lists; whoever wants all pairs exports the memberships.
pub const N_ERRORS_MAX: u32 = 10_000;

/// What is wanted of a detailed evaluation.
#[derive(Debug, Clone)]
pub struct DetailOptions {
    /// Only this kind of entity.
    pub kind: Option<String>,
    /// Errors listed of each sort.
    pub n_errors: usize,
    /// A second register on the same records.
    pub against: Option<PathBuf>,
}

/// Evaluates a membership file.
pub fn of_membership(membership: &Assignment, truth: &Assignment) -> EvaluationReport {
    EvaluationReport {
        evaluation: evaluate(&truth::judge(membership, truth)),
        candidates: None,
        n_entities_with_two_codes: None,
        baselines: Vec::new(),
        kinds: Vec::new(),
        against: None,
    }
}

/// Evaluates a register, recomputing its candidates from the record log; `kind` looks at one kind of entity only.
pub fn of_register(data: &Path, truth: &Assignment, kind: Option<&str>) -> Result<EvaluationReport> {
    Ok(figure::figures(&Examination::begin(data, &Truth::new(truth), kind)?))
}

/// Evaluates a register with its curve, its blocking and its worst errors, and a second one beside it if asked for.
pub fn in_detail(data: &Path, truth: &Assignment, options: &DetailOptions) -> Result<EvaluationReport> {
    let truth = Truth::new(truth);
    match &options.against {
        Some(other) => against::compare((data, other), &truth, options),
        None => detailed(&Examination::begin(data, &truth, options.kind.as_deref())?, options.n_errors),
    }
}

/// Everything about one register.
fn detailed(examination: &Examination<'_>, n_errors: usize) -> Result<EvaluationReport> {
    let mut report = figure::figures(examination);
    // Of a kind that the truth does not know nothing can be said.
    let known = examination.kinds.iter().filter(|kind| kind.truths.iter().any(Option::is_some));
    for kind in known {
        report.kinds.push(kind_report(examination, kind, n_errors)?);
    }
    Ok(report)
}

fn kind_report(examination: &Examination<'_>, kind: &ExaminedKind, n_errors: usize) -> Result<KindReport> {
    let model = &kind.resolved.model;
    let lost = missed::gather(kind, n_errors, None);
    let weighed = curve::weighed_links(kind);
    let (accept, review) = kind.thresholds.match_weights();
    let finite = |weight: f64| weight.is_finite().then_some(weight);
    Ok(KindReport {
        kind: model.schema.kind.clone(),
        model: model.version(),
        n_records: kind.resolved.records.len() as u64,
        match_weight_min: finite(accept),
        review_weight_min: finite(review),
        curve: curve::curve(kind, &weighed),
        histogram: curve::histogram_of(&weighed),
        blocking: blocking::rule_figures(kind, &examination.sources, &lost),
        false_merges: merged::report(examination, kind, n_errors)?,
        missed: missed::report(examination, kind, &lost)?,
        prior: minglu_rules::score::prior_weight(model),
        comparisons: level::comparisons(model),
    })
}
