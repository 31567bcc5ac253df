//! On what does a change stand: configuration, models, sources?
//!
//! All of it is frozen; only a source that nobody has named before makes a new ground.

use std::sync::Arc;

use minglu_graph::store::draft::Draft;
use minglu_graph::store::value::{Catalog, StoredRecord, StoredSource};
use minglu_index::tokenize;
use minglu_rules::blocking;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::law;
use minglu_rules::model::{Record, Source, SourceIdx};

use super::{Loaded, Shared};
use crate::config::{Config, DERIVED_MARK};
use crate::error::{Error, Result};
use crate::ingest::{self, Columns, DerivedSources};

/// What every change of a register stands on.
pub(crate) struct Ground {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) config: Arc<Config>,
    pub(crate) models: Arc<Vec<FrozenModel>>,
    pub(crate) columns: Vec<Columns>,
    /// In the order of the catalog.
    pub(crate) sources: Vec<Source>,
    pub(crate) derived: DerivedSources,
}

impl Ground {
    pub(super) fn new(
        catalog: Arc<Catalog>,
        (config, models): (Arc<Config>, Arc<Vec<FrozenModel>>),
        columns: Vec<Columns>,
    ) -> Self {
        let source =
            |source: &StoredSource| Source { name: source.name.clone(), rank: source.rank, unique: source.unique };
        let sources = catalog.sources.iter().map(source).collect();
        let named = catalog.sources.iter();
        let named = named.map(|source| (source.name.as_str(), source.model_idx as usize, source.section_idx as usize));
        let derived = DerivedSources::find(&config, named);
        Self { config, models, columns, sources, derived, catalog }
    }

    /// The position of a source of a kind.
    pub(super) fn source_idx(&self, name: &str, model_idx: usize) -> Option<SourceIdx> {
        let is_it = |source: &StoredSource| source.name == name && source.model_idx as usize == model_idx;
        self.catalog.sources.iter().position(is_it).map(|position| SourceIdx(position as u16))
    }

    /// Makes a record ready to be compared.
    pub(super) fn ready(&self, ordinal: u32, mut record: Record) -> Shared {
        let source = &self.catalog.sources[record.key.source.0 as usize];
        let model = &self.models[source.model_idx as usize];
        let standing = law::standing(&record, &model.schema, source.unique);
        if model.schema.blocking.iter().any(blocking::uses_tokens) {
            let (mut words, mut of_text) = (Vec::new(), Vec::new());
            for text in blocking::token_texts(&record, &model.schema) {
                tokenize::text_keys(text, &mut of_text);
                words.append(&mut of_text);
            }
            words.sort_unstable();
            words.dedup();
            record.tokens = blocking::rarest(&words, &model.n_records_by_token);
        }
        let keys = blocking::keys(&record, &model.schema);
        record.tokens = Box::default();
        Loaded { ordinal, record, standing, keys }.into()
    }

    /// Loads a stored record.
    pub(super) fn load(&self, draft: &Draft, ordinal: u32) -> Result<Shared> {
        let missing = || Error::usage(format!("the register names a record {ordinal} that it has not; verify it"));
        let (source, id) = draft.record_key(ordinal)?.ok_or_else(missing)?;
        let stored = draft.record(&source, &id)?.ok_or_else(missing)?;
        Ok(self.ready(ordinal, self.normalized(draft, (&source, &id), &stored)?))
    }

    /// A stored record, normalized as when it was delivered.
    pub(super) fn normalized(
        &self,
        draft: &Draft,
        (source, id): (&str, &str),
        stored: &StoredRecord,
    ) -> Result<Record> {
        let wrong = |why: &str| Error::usage(format!("record {source}:{id}: {why}"));
        let model_idx = stored.model_idx as usize;
        let source_idx = self.source_idx(source, model_idx).ok_or_else(|| wrong("unknown source"))?;
        if let Some((parent_source, _)) = source.split_once(DERIVED_MARK) {
            let parent = draft.record(parent_source, id)?.ok_or_else(|| wrong("no parent"))?;
            let parent = self.normalized(draft, (parent_source, id), &parent)?;
            let origin = self.derived.origin(source_idx);
            let record = origin.and_then(|(derivation_idx, _)| {
                ingest::derive_one(&self.config, &self.config.derivations[derivation_idx], &parent, source_idx)
            });
            return record.ok_or_else(|| wrong("its parent derives nothing"));
        }
        let header_idx = stored.header_idx as usize;
        let section_idx = self.catalog.headers[header_idx].section_idx as usize;
        let columns = &self.columns[header_idx];
        ingest::reread(&self.config, section_idx, columns, (source_idx, id), &stored.raw).map_err(|why| wrong(&why))
    }
}
