//! Which records follow from the delivered ones?
//!
//! An enterprise's row names a person and a building; where the configuration asks for it, they become records of their
//! own, under a source named after both (`market#legal_rep`) and the id of the row. They are made of accepted records
//! only, so read = accepted + quarantined stays a count of rows. Their row is that of their parent and is not kept twice.

use hashbrown::HashMap;
use minglu_graph::store::write::Received;
use minglu_rules::derive::derive;
use minglu_rules::model::{Record, RecordKey, SourceIdx, SourceRecord};
use minglu_rules::normalize;
use rayon::prelude::*;

use super::{Accepted, Delivery};
use crate::config::{Config, Derivation};

/// Positions of derived sources, by the position of the derivation and of the source that it reads.
#[derive(Debug, Clone, Default)]
pub struct DerivedSources(HashMap<(usize, SourceIdx), SourceIdx>);

impl DerivedSources {
    /// Finds derived sources among all sources, given as name, kind and section.
    pub fn find<'a>(config: &Config, sources: impl Iterator<Item = (&'a str, usize, usize)>) -> Self {
        let sources: Vec<(&str, usize, usize)> = sources.collect();
        let by_name: HashMap<(&str, usize), usize> =
            sources.iter().enumerate().map(|(position, (name, kind_idx, _))| ((*name, *kind_idx), position)).collect();
        let mut found = HashMap::new();
        for (position, (name, kind_idx, section_idx)) in sources.iter().enumerate() {
            for &derivation_idx in &config.sections[*section_idx].derivations {
                let derivation = &config.derivations[derivation_idx];
                let derived = config.derived_name(derivation, name);
                let derived = by_name.get(&(derived.as_str(), derivation.to_kind_idx));
                if let Some(derived) = derived.filter(|_| derivation.kind_idx == *kind_idx) {
                    found.insert((derivation_idx, SourceIdx(position as u16)), SourceIdx(*derived as u16));
                }
            }
        }
        Self(found)
    }

    /// The source of what a derivation makes of the records of a source.
    pub fn get(&self, derivation_idx: usize, source: SourceIdx) -> Option<SourceIdx> {
        self.0.get(&(derivation_idx, source)).copied()
    }

    /// The derivation that a derived source comes of, and the source that it reads.
    pub fn origin(&self, derived: SourceIdx) -> Option<(usize, SourceIdx)> {
        self.0.iter().find(|(_, source)| **source == derived).map(|(origin, _)| *origin)
    }
}

/// The record that one record gives rise to.
pub fn derive_one(config: &Config, derivation: &Derivation, parent: &Record, source: SourceIdx) -> Option<Record> {
    let row = derive(parent, &derivation.plan)?;
    let row = SourceRecord { key: RecordKey { source, ..row.key }, ..row };
    let schema = &config.kinds[derivation.to_kind_idx].schema;
    Some(normalize::normalize(&row, schema, &config.jurisdiction).0)
}

/// All records that the records of a kind give rise to, each with the position of its parent.
pub fn derive_all(
    config: &Config,
    derivation_idx: usize,
    parents: &[Record],
    sources: &DerivedSources,
) -> Vec<(usize, Record)> {
    let derivation = &config.derivations[derivation_idx];
    let one = |(position, parent): (usize, &Record)| {
        let source = sources.get(derivation_idx, parent.key.source)?;
        Some((position, derive_one(config, derivation, parent, source)?))
    };
    parents.par_iter().enumerate().with_min_len(256).filter_map(one).collect()
}

impl Delivery {
    /// The sources of derived records.
    pub fn derived_sources(&self, config: &Config) -> DerivedSources {
        let named = self.sources.iter().zip(&self.source_places);
        DerivedSources::find(config, named.map(|(source, place)| (source.name.as_str(), place.0, place.1)))
    }
}

/// Adds derived records to a delivery.
pub(super) fn add(config: &Config, delivery: &mut Delivery) {
    if config.derivations.is_empty() {
        return;
    }
    let sources = delivery.derived_sources(config);
    let mut derived: Vec<Vec<(Record, Received)>> = config.kinds.iter().map(|_| Vec::new()).collect();
    for (derivation_idx, derivation) in config.derivations.iter().enumerate() {
        let parents = &delivery.kinds[derivation.kind_idx];
        let received = |position: usize| Received { offset: 0, len: 0, ..parents.received[position] };
        let made = derive_all(config, derivation_idx, &parents.records, &sources);
        derived[derivation.to_kind_idx].extend(made.into_iter().map(|(position, record)| (record, received(position))));
    }
    for (kind, derived) in delivery.kinds.iter_mut().zip(derived).filter(|(_, derived)| !derived.is_empty()) {
        let Accepted { records, received } = std::mem::take(kind);
        let mut all: Vec<(Record, Received)> = records.into_iter().zip(received).chain(derived).collect();
        all.par_sort_by(|a, b| a.0.key.cmp(&b.0.key));
        (kind.records, kind.received) = all.into_iter().unzip();
    }
}
