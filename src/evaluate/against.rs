//! Which of two registers is right where they disagree?
//!
//! Two registers of the same records under different models, schemas or thresholds, held against one truth. They are
//! computed one after the other, so that only one is in memory; what the other says of a pair is asked of its store.

use std::path::Path;

use minglu_graph::store::{Store, directory};
use minglu_rules::evaluate::{CurvePoint, Disagreement, Evaluation, Missed, Twice, disagreement};
use minglu_rules::model::RecordIdx;
use serde::Serialize;

use super::examine::{Examination, ExaminedKind, stored_by_row};
use super::truth::Truth;
use super::{CandidateRecall, DetailOptions, EvaluationReport, PairReport, curve, detailed, figure, merged, missed};
use crate::error::Result;
use crate::pipeline::STORE_DIR;
use crate::registry::{Registry, WhyAnswer};

/// A second register beside the first.
#[derive(Debug, Clone, Serialize)]
pub struct Against {
    /// Figures of the second register.
    #[serde(flatten)]
    pub evaluation: Evaluation,
    /// Its candidates.
    pub candidates: Option<CandidateRecall>,
    /// Its clusters that hold two different valid organization codes.
    pub n_entities_with_two_codes: Option<u64>,
    /// Its kinds.
    pub kinds: Vec<OtherKind>,
    /// Pairs of which only one of the two is right.
    pub disagreement: Disagreement,
    /// What the first has right and the second wrong, the worst first.
    pub first_right: Vec<Disputed>,
    /// What the second has right and the first wrong, the worst first.
    pub second_right: Vec<Disputed>,
}

/// A kind of the second register.
#[derive(Debug, Clone, Serialize)]
pub struct OtherKind {
    /// The kind.
    pub kind: String,
    /// Version of its model.
    pub model: String,
    /// What other thresholds would have done.
    pub curve: Vec<CurvePoint>,
}

/// A pair of which only one register is right.
#[derive(Debug, Clone, Serialize)]
pub struct Disputed {
    /// The kind of entity.
    pub kind: String,
    /// Where the wrong register lost the pair; none where it merged what is not one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<Missed>,
    /// The pair as the wrong register sees it.
    pub wrong: PairReport,
    /// The pair as the right one sees it; none where it does not know both records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<WhyAnswer>,
}

/// Evaluates two registers against one truth.
pub(super) fn compare(
    (data, other): (&Path, &Path),
    truth: &Truth<'_>,
    options: &DetailOptions,
) -> Result<EvaluationReport> {
    let kind = options.kind.as_deref();
    let there = stored_by_row(&Store::open(&directory::current(other)?.join(STORE_DIR))?, truth)?;
    let first = Examination::begin(data, truth, kind)?;
    let mut report = detailed(&first, options.n_errors)?;
    let mut second_right = disputes(&first, &there, options.n_errors)?;
    let rows: Vec<Twice> = first
        .rows
        .iter()
        .map(|(row, stored)| Twice { truth: truth.entities[*row], first: *stored, second: there[*row] })
        .collect();
    let mut here = vec![None; truth.entities.len()];
    first.rows.iter().for_each(|(row, stored)| here[*row] = *stored);
    drop(first);
    let second = Examination::begin(other, truth, kind)?;
    let figures = figure::figures(&second);
    let kinds = second.kinds.iter().map(other_kind).collect();
    let mut first_right = disputes(&second, &here, options.n_errors)?;
    drop(second);
    explain(data, &mut first_right)?;
    explain(other, &mut second_right)?;
    report.against = Some(Box::new(Against {
        evaluation: figures.evaluation,
        candidates: figures.candidates,
        n_entities_with_two_codes: figures.n_entities_with_two_codes,
        kinds,
        disagreement: disagreement(&rows),
        first_right,
        second_right,
    }));
    Ok(report)
}

fn other_kind(kind: &ExaminedKind) -> OtherKind {
    let model = &kind.resolved.model;
    let curve = curve::curve(kind, &curve::weighed_links(kind));
    OtherKind { kind: model.schema.kind.clone(), model: model.version(), curve }
}

/// What a register has wrong and another right, whose clusters are given by row: the heaviest of each sort.
fn disputes(examination: &Examination<'_>, there: &[Option<u32>], n_errors: usize) -> Result<Vec<Disputed>> {
    let mut disputed = Vec::new();
    for kind in &examination.kinds {
        let name = || kind.resolved.model.schema.kind.clone();
        let cluster = |record: RecordIdx| there[kind.row_of[record.at()]? as usize];
        let is_apart = |a: RecordIdx, b: RecordIdx| cluster(a).is_none() || cluster(a) != cluster(b);
        for wrong in merged::worst(examination, kind, n_errors, &is_apart)? {
            disputed.push(Disputed { kind: name(), missed: None, wrong, right: None });
        }
        let lost = missed::gather(kind, n_errors, Some(&cluster));
        for (why, wrong) in missed::worst(examination, kind, lost)? {
            disputed.push(Disputed { kind: name(), missed: Some(why), wrong, right: None });
        }
    }
    // A false merge is worse than a missed pair; within each the heavier the worse.
    disputed.sort_by(|x, y| {
        let heavier = y.wrong.match_weight.total_cmp(&x.wrong.match_weight);
        x.missed.is_some().cmp(&y.missed.is_some()).then(heavier)
    });
    Ok(disputed)
}

/// Asks the register that is right what it says of each pair.
fn explain(data: &Path, disputed: &mut [Disputed]) -> Result<()> {
    if disputed.is_empty() {
        return Ok(());
    }
    let registry = Registry::open(data)?;
    for pair in disputed {
        let (a, b) = (&pair.wrong.a, &pair.wrong.b);
        pair.right = registry.why((&a.source, &a.record_id), (&b.source, &b.record_id))?;
    }
    Ok(())
}
