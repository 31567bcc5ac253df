//! How good is a register, or a membership file, against a truth file?
//!
//! Reads files and the store; the figures are computed by [`minglu_rules::evaluate`]. Beside them stand two baselines on the
//! same records (equal code only, equal name only), so that an easy test set is seen to be easy.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU64;
use std::path::Path;

use minglu_index::block::BlockTable;
use minglu_index::candidate::are_candidates;
use minglu_rules::evaluate::{Evaluation, Judged, Rates, evaluate};
use minglu_rules::model::{FieldIdx, Record, RecordIdx, Value};
use minglu_rules::schema::{FieldKind, Schema};
use rayon::prelude::*;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::pipeline::Resolved;
use crate::verify::{StoredKind, recompute};

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
}

/// How many true pairs blocking leaves to be found.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CandidateRecall {
    /// Share of true pairs that are themselves candidates within the caps.
    pub direct: f64,
    /// Share of true pairs that candidates connect, directly or through other records of the same entity.
    pub connected: f64,
}

/// Keys of records and what they are assigned to.
pub type Assignment = BTreeMap<(String, String), String>;

/// Reads `source,record_id,COLUMN` from a CSV file.
pub fn read_assignment(path: &Path, column: &str) -> Result<Assignment> {
    let wrong = |what: String| Error::usage(format!("{}: {what}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let place = |name: &str| {
        let names: Vec<&str> = header.iter().collect();
        let found = header.iter().position(|known| known.trim_start_matches('\u{feff}') == name);
        found.ok_or_else(|| wrong(format!("no column '{name}'; the file has: {}", names.join(", "))))
    };
    let (source, id, value) = (place("source")?, place("record_id")?, place(column)?);
    let mut assignment = Assignment::new();
    for row in reader.records() {
        let row = row.map_err(|error| wrong(error.to_string()))?;
        let cell = |position: usize| row.get(position).unwrap_or_default().to_string();
        assignment.insert((cell(source), cell(id)), cell(value));
    }
    Ok(assignment)
}

/// Evaluates a membership file.
pub fn of_membership(membership: &Assignment, truth: &Assignment) -> EvaluationReport {
    EvaluationReport {
        evaluation: evaluate(&judge(membership, truth)),
        candidates: None,
        n_entities_with_two_codes: None,
        baselines: Vec::new(),
    }
}

/// Evaluates a register, recomputing its candidates from the record log; `kind` looks at one kind of entity only.
pub fn of_register(data: &Path, truth: &Assignment, kind: Option<&str>) -> Result<EvaluationReport> {
    let (stored, kinds) = recompute(data)?;
    let sources: Vec<String> = stored.catalog().sources.iter().map(|source| source.name.clone()).collect();
    let is_asked = |stored: &StoredKind| kind.is_none_or(|kind| stored.resolved.model.schema.kind == kind);
    let (mut kinds, others): (Vec<_>, Vec<_>) = kinds.into_iter().partition(is_asked);
    if let Some(kind) = kind.filter(|_| kinds.is_empty()) {
        return Err(Error::usage(format!("this register has no kind '{kind}'")));
    }
    let mut truth = truth.clone();
    for record in others.iter().flat_map(|other| &other.resolved.records) {
        truth.remove(&(sources[record.key.source.0 as usize].clone(), record.key.id.to_string()));
    }
    let truth = &truth;
    let mut membership = Assignment::new();
    for item in stored.scan_membership()? {
        let (key, entity) = item?;
        membership.insert(key, entity);
    }
    let truths = Truths::new(truth);
    let mut candidates = Counts::default();
    let (mut by_code, mut by_name) = (Assignment::new(), Assignment::new());
    let mut n_with_two_codes = 0;
    for StoredKind { resolved, .. } in &mut kinds {
        resolved.blocks.index_keys(resolved.records.len(), &resolved.model.schema);
        let of_record = truths.of_records(&resolved.records, &sources);
        candidates.add(&resolved.blocks, resolved, &of_record);
        n_with_two_codes += n_entities_with_two_codes(resolved, &membership, &sources);
        for (position, record) in resolved.records.iter().enumerate() {
            let key = (sources[record.key.source.0 as usize].clone(), record.key.id.to_string());
            let alone = format!("record {position}");
            let code = resolved.standings[position].org.map(|org| org.to_string());
            by_code.insert(key.clone(), code.unwrap_or_else(|| alone.clone()));
            by_name.insert(key, norm_name(record, &resolved.model.schema).unwrap_or(alone));
        }
    }
    let baseline =
        |name: &str, assignment: &Assignment| (name.to_string(), evaluate(&judge(assignment, truth)).pairwise);
    Ok(EvaluationReport {
        evaluation: evaluate(&judge(&membership, truth)),
        candidates: Some(candidates.recall()),
        n_entities_with_two_codes: Some(n_with_two_codes),
        baselines: vec![baseline("equal valid code only", &by_code), baseline("equal normalized name only", &by_name)],
    })
}

/// Numbers true entities and clusters.
fn judge(membership: &Assignment, truth: &Assignment) -> Vec<Judged> {
    let (mut truths, mut clusters) = (BTreeMap::new(), BTreeMap::new());
    fn number<'a>(known: &mut BTreeMap<&'a str, u32>, name: &'a str) -> u32 {
        let next = known.len() as u32;
        *known.entry(name).or_insert(next)
    }
    let judged = truth.iter().map(|(key, entity)| Judged {
        truth: number(&mut truths, entity),
        cluster: membership.get(key).map(|cluster| number(&mut clusters, cluster)),
    });
    judged.collect()
}

/// The truth by record, with numbers for its entities.
struct Truths<'a> {
    truth: &'a Assignment,
    numbers: BTreeMap<&'a str, u32>,
}

impl<'a> Truths<'a> {
    fn new(truth: &'a Assignment) -> Self {
        let mut numbers = BTreeMap::new();
        for entity in truth.values() {
            let next = numbers.len() as u32;
            numbers.entry(entity.as_str()).or_insert(next);
        }
        Self { truth, numbers }
    }

    fn of_records(&self, records: &[Record], sources: &[String]) -> Vec<Option<u32>> {
        let of_record = |record: &Record| {
            let key = (sources[record.key.source.0 as usize].clone(), record.key.id.to_string());
            self.truth.get(&key).and_then(|entity| self.numbers.get(entity.as_str()).copied())
        };
        records.par_iter().map(of_record).collect()
    }
}

/// Pairs counted while the kinds are gone through.
#[derive(Default)]
struct Counts {
    n_true: u64,
    n_direct: u64,
    n_connected: u64,
}

/// True entities with more records than this are sampled by their first ones; no real unit has as many.
const N_RECORDS_PER_TRUTH_MAX: usize = 2000;

impl Counts {
    fn add(&mut self, blocks: &BlockTable, resolved: &Resolved, truths: &[Option<u32>]) {
        let mut by_truth: BTreeMap<u32, Vec<RecordIdx>> = BTreeMap::new();
        for (position, truth) in truths.iter().enumerate() {
            if let Some(truth) = truth {
                by_truth.entry(*truth).or_default().push(RecordIdx(position as u32));
            }
        }
        let org = |record: RecordIdx| resolved.standings[record.at()].org;
        let counts: Vec<(u64, u64, u64)> = by_truth
            .par_iter()
            .map(|(_, records)| {
                let records = &records[..records.len().min(N_RECORDS_PER_TRUTH_MAX)];
                let mut component: Vec<usize> = (0..records.len()).collect();
                let mut n_direct = 0;
                for (i, &a) in records.iter().enumerate() {
                    for (j, &b) in records.iter().enumerate().skip(i + 1) {
                        if (org(a).is_some() && org(a) == org(b)) || are_candidates(blocks, a, b) {
                            n_direct += 1;
                            let (old, new) = (component[j], component[i]);
                            component.iter_mut().filter(|label| **label == old).for_each(|label| *label = new);
                        }
                    }
                }
                let n = records.len() as u64;
                component.sort_unstable();
                let connected = component.chunk_by(|a, b| a == b).map(|run| (run.len() * (run.len() - 1) / 2) as u64);
                (n * (n - 1) / 2, n_direct, connected.sum())
            })
            .collect();
        for (n_true, n_direct, n_connected) in counts {
            self.n_true += n_true;
            self.n_direct += n_direct;
            self.n_connected += n_connected;
        }
    }

    fn recall(&self) -> CandidateRecall {
        let share = |part: u64| if self.n_true == 0 { 1.0 } else { part as f64 / self.n_true as f64 };
        CandidateRecall { direct: share(self.n_direct), connected: share(self.n_connected) }
    }
}

fn n_entities_with_two_codes(resolved: &Resolved, membership: &Assignment, sources: &[String]) -> u64 {
    let mut codes: BTreeMap<&str, (NonZeroU64, bool)> = BTreeMap::new();
    for (record, standing) in resolved.records.iter().zip(&resolved.standings) {
        let key = (sources[record.key.source.0 as usize].clone(), record.key.id.to_string());
        if let (Some(entity), Some(org)) = (membership.get(&key), standing.org) {
            let known = codes.entry(entity).or_insert((org, false));
            known.1 |= known.0 != org;
        }
    }
    codes.values().filter(|(_, two)| *two).count() as u64
}

/// The first value of the field that names entities of the kind: a name the law looks at, else a name of any kind.
fn norm_name(record: &Record, schema: &Schema) -> Option<String> {
    let is_name = |kind: FieldKind| matches!(kind, FieldKind::EnterpriseName | FieldKind::PersonName);
    let by_kind =
        || schema.fields.iter().position(|field| is_name(field.kind)).map(|position| FieldIdx(position as u8));
    let value = record.values_of(schema.law.names.first().copied().or_else(by_kind)?).next()?;
    match &value.value {
        Value::EnterpriseName(name) => Some(name.norm().to_string()),
        Value::Text(folded) => Some(folded.as_deref().map_or(record.raw(value), |folded| folded).to_string()),
        _ => None,
    }
    .filter(|norm| !norm.is_empty())
}

impl fmt::Display for EvaluationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.evaluation;
        writeln!(
            f,
            "records {} (missing {}), clusters {}, true entities {}, true pairs {}, largest cluster {}",
            found.n_records,
            found.n_missing,
            found.n_clusters,
            found.n_entities,
            found.n_true_pairs,
            found.n_records_largest
        )?;
        for (name, rates) in [("pairwise", found.pairwise), ("B-cubed", found.b_cubed), ("exact clusters", found.exact)]
        {
            writeln!(f, "{name:<28} P {:.5}  R {:.5}  F1 {:.5}", rates.precision, rates.recall, rates.f1)?;
        }
        for (name, rates) in &self.baselines {
            writeln!(f, "{name:<28} P {:.5}  R {:.5}  F1 {:.5}  (baseline)", rates.precision, rates.recall, rates.f1)?;
        }
        if let Some(recall) = self.candidates {
            writeln!(f, "candidate recall             direct {:.5}  connected {:.5}", recall.direct, recall.connected)?;
        }
        if let Some(n) = self.n_entities_with_two_codes {
            writeln!(f, "entities with two valid organization codes: {n}")?;
        }
        Ok(())
    }
}
