//! In which order are the candidates of a query named?
//!
//! The verdict first, then the evidence. Evidence knows a few levels of likeness; where nothing but names was asked, search
//! tells finer which name was meant, and its score comes before the weight. No verdict is changed here.

use std::collections::BTreeMap;

use minglu_rules::model::Record;
use minglu_rules::schema::{FieldKind, Schema};

use super::Candidate;

/// Sorts candidates, the best first; `scores` are those of the entities that search found.
pub(super) fn sort(candidates: &mut [Candidate], scores: &BTreeMap<String, f32>, names_only: bool) {
    let score = |candidate: &Candidate| scores.get(&candidate.entity).copied().unwrap_or_default();
    candidates.sort_by(|a, b| {
        let by_weight = b.match_weight.total_cmp(&a.match_weight);
        let by_score = score(b).total_cmp(&score(a));
        let finer = if names_only { by_score.then(by_weight) } else { by_weight.then(by_score) };
        a.verdict.cmp(&b.verdict).then(finer).then_with(|| a.entity.cmp(&b.entity))
    });
}

/// Whether a query holds names of enterprises and nothing else.
pub(super) fn has_names_only(record: &Record, schema: &Schema) -> bool {
    record.values.iter().all(|value| schema.spec(value.field).kind == FieldKind::EnterpriseName)
}
