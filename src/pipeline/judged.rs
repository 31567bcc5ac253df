//! What do judgements of people mean for the records of one kind?
//!
//! Names are looked up among the records; which judgement means what is decided in `minglu_rules::judgement`.

use minglu_rules::judgement::{Judgement, RecordName, Rulings};
use minglu_rules::law::Standing;
use minglu_rules::model::{Record, Source};

use super::train::position;

/// Rules on records, which are sorted by key; codes that people made one become one in their standings.
pub(super) fn rule(
    judgements: &[Judgement],
    records: &[Record],
    standings: &mut [Standing],
    sources: &[Source],
) -> Rulings {
    let rulings = Rulings::new(judgements, |RecordName { source, record_id }| {
        let record = position((source, record_id), records, sources)?;
        Some((record, standings[record.at()].org))
    });
    if !rulings.codes.is_empty() {
        standings.iter_mut().for_each(|standing| standing.recode(&rulings.codes));
    }
    rulings
}
