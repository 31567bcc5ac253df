//! What did people judge of the records of this register?
//!
//! The judgements in force that the register was built under, and the codes that they made one. Judgements of two records
//! are told with the evidence; what follows from them was decided when the register was made.

use std::num::NonZeroU64;

use minglu_graph::store::Store;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::judgement::{Judgement, Recodings, RecordName, Verdict};
use minglu_rules::law;
use minglu_rules::model::Record;

use super::{JudgementAnswer, Registry, normalized};
use crate::config::Config;
use crate::error::Result;
use crate::ingest::Columns;
use crate::judgements;

/// The judgements that a register keeps.
pub(super) struct StoredRulings {
    /// Those in force, sorted by pair.
    active: Vec<Judgement>,
    /// Codes that became one, by kind.
    codes: Vec<Recodings>,
    /// Judgements that made codes one: the kind, a code of the class, and the position.
    recoded: Vec<(usize, NonZeroU64, usize)>,
}

impl StoredRulings {
    /// Reads them; records whose codes became one are looked up.
    pub(super) fn find(store: &Store, of: (&Config, &[Columns]), models: &[FrozenModel]) -> Result<Self> {
        let active = judgements::restore(&store.judgements()?)?;
        let code = |name: &RecordName| -> Result<Option<(usize, NonZeroU64)>> {
            let key = (name.source.as_str(), name.record_id.as_str());
            let Some(stored) = store.record(key.0, key.1)? else { return Ok(None) };
            let model_idx = stored.model_idx as usize;
            let record = normalized(store, of, key, &stored)?;
            Ok(own_code(&record, &models[model_idx]).map(|code| (model_idx, code)))
        };
        let (mut recoded, mut pairs) = (Vec::new(), vec![Vec::new(); models.len()]);
        for (position, judgement) in active.iter().enumerate().filter(|(_, found)| found.verdict == Verdict::Recoded) {
            if let (Some((model_idx, a)), Some((other_idx, b))) = (code(&judgement.a)?, code(&judgement.b)?)
                && model_idx == other_idx
            {
                recoded.push((model_idx, a, position));
                pairs[model_idx].push((a, b));
            }
        }
        Ok(Self { active, codes: pairs.into_iter().map(Recodings::new).collect(), recoded })
    }

    /// Whether a change of records can change what was judged of codes.
    pub(super) fn depend_on_records(&self) -> bool {
        self.active.iter().any(|judgement| judgement.verdict == Verdict::Recoded)
    }

    /// Codes of a kind that became one.
    pub(super) fn codes(&self, model_idx: usize) -> &Recodings {
        &self.codes[model_idx]
    }

    /// The judgement in force of two records, each given as (source, id).
    pub(super) fn of<'a>(&'a self, a: (&str, &str), b: (&str, &str)) -> Option<&'a Judgement> {
        let pair = (a.min(b), a.max(b));
        let key = |name: &'a RecordName| (name.source.as_str(), name.record_id.as_str());
        let found = self.active.binary_search_by(|judgement| {
            let (a, b) = judgement.pair();
            (key(a), key(b)).cmp(&pair)
        });
        found.ok().map(|position| &self.active[position])
    }
}

impl Registry {
    /// The judgement of two records, and those that made their codes one.
    pub(super) fn judgements_of(
        &self,
        (a, b): ((&str, &str), (&str, &str)),
        (record_a, record_b): (&Record, &Record),
        model_idx: usize,
    ) -> Vec<JudgementAnswer> {
        let own = self.rulings.of(a, b);
        let (model, codes) = (&self.models[model_idx], self.rulings.codes(model_idx));
        let class = match (own_code(record_a, model), own_code(record_b, model)) {
            (Some(a), Some(b)) if a != b && codes.of(a) == codes.of(b) => Some(codes.of(a)),
            _ => None,
        };
        let recoded = self
            .rulings
            .recoded
            .iter()
            .filter(|(kind, code, _)| *kind == model_idx && class.is_some_and(|class| codes.of(*code) == class));
        let recoded = recoded.map(|(_, _, position)| &self.rulings.active[*position]);
        let others = recoded.filter(|judgement| own.is_none_or(|own| own != *judgement));
        own.into_iter().chain(others).map(answer).collect()
    }
}

/// The code that a record carries, before any became another.
fn own_code(record: &Record, model: &FrozenModel) -> Option<NonZeroU64> {
    law::standing(record, &model.schema, false).org
}

fn answer(judgement: &Judgement) -> JudgementAnswer {
    let name = |name: &RecordName| format!("{}:{}", name.source, name.record_id);
    JudgementAnswer {
        a: name(&judgement.a),
        b: name(&judgement.b),
        verdict: judgement.verdict.as_str().into(),
        by: judgement.by.clone(),
        at: judgement.at.clone(),
        why: judgement.why.clone(),
    }
}
