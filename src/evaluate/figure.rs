//! What are the figures of a register in a few lines?
//!
//! Clusters as stored against the truth, how many true pairs blocking leaves to be found, and two simpler methods on the
//! same records. No lists and no other thresholds.

use std::num::NonZeroU64;

use hashbrown::HashMap;
use minglu_index::candidate::are_candidates;
use minglu_rules::evaluate::{Rates, count_pairs, evaluate};
use minglu_rules::model::{FieldIdx, Record, RecordIdx, Value};
use minglu_rules::schema::{FieldKind, Schema};
use rayon::prelude::*;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::EvaluationReport;
use super::examine::{Examination, ExaminedKind};

/// How many true pairs blocking leaves to be found.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CandidateRecall {
    /// Share of true pairs that are themselves candidates within the caps.
    pub direct: f64,
    /// Share of true pairs that candidates connect, directly or through other records of the same entity.
    pub connected: f64,
}

/// The figures of a register.
pub(super) fn figures(examination: &Examination<'_>) -> EvaluationReport {
    let kinds = &examination.kinds;
    let baselines = vec![
        ("equal valid code only".to_string(), baseline(examination, &key_of_code)),
        ("equal normalized name only".to_string(), baseline(examination, &key_of_name)),
    ];
    EvaluationReport {
        evaluation: evaluate(&examination.judged()),
        candidates: Some(candidate_recall(kinds)),
        n_entities_with_two_codes: Some(kinds.iter().map(n_entities_with_two_codes).sum()),
        baselines,
        kinds: Vec::new(),
        against: None,
    }
}

/// The rates of clusters that have equal keys; a record without a key is alone.
fn baseline(examination: &Examination<'_>, key: &dyn Fn(&ExaminedKind, usize) -> Option<u64>) -> Rates {
    let mut numbers: HashMap<u64, u32> = HashMap::new();
    let mut by_row = vec![None; examination.truth.entities.len()];
    let mut n_clusters = 0;
    for kind in &examination.kinds {
        for (position, row) in kind.row_of.iter().enumerate() {
            let Some(row) = row else { continue };
            let mut next = || {
                n_clusters += 1;
                n_clusters
            };
            let number = match key(kind, position) {
                Some(key) => *numbers.entry(key).or_insert_with(next),
                None => next(),
            };
            by_row[*row as usize] = Some(number);
        }
    }
    let judged = examination.judge(&|position| by_row[examination.rows[position].0]);
    count_pairs(&judged).rates()
}

fn key_of_code(kind: &ExaminedKind, position: usize) -> Option<u64> {
    kind.carried[position].map(NonZeroU64::get)
}

fn key_of_name(kind: &ExaminedKind, position: usize) -> Option<u64> {
    let name = norm_name(&kind.resolved.records[position], &kind.resolved.model.schema)?;
    Some(xxh3_64(name.as_bytes()))
}

/// The first value of the field that names entities of the kind: a name the law looks at, else a name of any kind.
pub(super) fn norm_name(record: &Record, schema: &Schema) -> Option<String> {
    let value = record.values_of(name_field(schema)?).next()?;
    match &value.value {
        Value::EnterpriseName(name) => Some(name.norm().to_string()),
        Value::Text(folded) => Some(folded.as_deref().map_or(record.raw(value), |folded| folded).to_string()),
        _ => None,
    }
    .filter(|norm| !norm.is_empty())
}

/// The field that names entities of a kind.
fn name_field(schema: &Schema) -> Option<FieldIdx> {
    let is_name = |kind: FieldKind| matches!(kind, FieldKind::EnterpriseName | FieldKind::PersonName);
    let by_kind =
        || schema.fields.iter().position(|field| is_name(field.kind)).map(|position| FieldIdx(position as u8));
    schema.law.names.first().copied().or_else(by_kind)
}

fn candidate_recall(kinds: &[ExaminedKind]) -> CandidateRecall {
    let entities = kinds.par_iter().flat_map(|kind| kind.by_truth.par_iter().map(move |records| (kind, records)));
    let count = |(kind, records): (&ExaminedKind, &Vec<RecordIdx>)| count_candidates(kind, records);
    let add = |a: [u64; 3], b: [u64; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
    let [n_true, n_direct, n_connected] = entities.map(count).reduce(|| [0; 3], add);
    let share = |part: u64| if n_true == 0 { 1.0 } else { part as f64 / n_true as f64 };
    CandidateRecall { direct: share(n_direct), connected: share(n_connected) }
}

/// Pairs of a true entity: all, those that are candidates, and those that candidates connect.
fn count_candidates(kind: &ExaminedKind, records: &[RecordIdx]) -> [u64; 3] {
    let mut component: Vec<usize> = (0..records.len()).collect();
    let mut n_direct = 0;
    for (i, &a) in records.iter().enumerate() {
        for (j, &b) in records.iter().enumerate().skip(i + 1) {
            if kind.shares_code(a, b) || are_candidates(&kind.resolved.blocks, a, b) {
                n_direct += 1;
                let (old, new) = (component[j], component[i]);
                component.iter_mut().filter(|label| **label == old).for_each(|label| *label = new);
            }
        }
    }
    let n_pairs = |n: usize| (n * (n - 1) / 2) as u64;
    component.sort_unstable();
    let connected = component.chunk_by(|a, b| a == b).map(|run| n_pairs(run.len()));
    [n_pairs(records.len()), n_direct, connected.sum()]
}

fn n_entities_with_two_codes(kind: &ExaminedKind) -> u64 {
    let mut codes: HashMap<u32, (NonZeroU64, bool)> = HashMap::new();
    for (stored, standing) in kind.stored.iter().zip(&kind.resolved.standings) {
        if let (Some(entity), Some(org)) = (stored, standing.org) {
            let known = codes.entry(*entity).or_insert((org, false));
            known.1 |= known.0 != org;
        }
    }
    codes.values().filter(|(_, two)| *two).count() as u64
}
