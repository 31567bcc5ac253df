//! What does a finished register answer?
//!
//! The read side: store, search index and models behind `search`, `resolve`, `reconcile`, `entity`, `record` and `why`. It answers
//! with types of its own that the service and the commands print; what a match is, `minglu-rules` decides.

mod answer;
mod history;
mod judged;
mod moment;
mod order;
mod property;
mod reconcile;
mod resolve;
mod together;
mod why;

pub(crate) use answer::entity_answer;
pub use answer::{
    ConflictAnswer, EntityAnswer, EvidenceLine, JudgementAnswer, LosingValue, MemberAnswer, RecordAnswer,
    RelationAnswer, TogetherAnswer, ValueAnswer, WhyAnswer,
};
pub(crate) use history::Whereabouts;
pub use history::{ChangeLine, EarlierAnswer, HistoryAnswer, N_VERSIONS_MAX, VersionAnswer};
pub(crate) use moment::AsOf;
pub(crate) use property::{Form, Golden};
pub use property::{Language, Term};
pub(crate) use reconcile::{Condition, Qualifier, Quantifier, ReconcileQuery, Reconciled, Target};
pub(crate) use resolve::blocking_keys;
pub use resolve::{
    Candidate, N_CANDIDATES_DEFAULT, N_CANDIDATES_MAX, N_RECORDS_COMPARED_MAX, OneOrMany, Query, QueryError, Verdict,
};
pub(crate) use together::profile_evidence;
pub(crate) use why::evidence_lines;

use std::path::Path;
use std::sync::Arc;

use minglu_graph::store::value::{StoredHeader, StoredRecord, StoredSource};
use minglu_graph::store::{Store, convert, directory};
use minglu_index::search::{SearchAnswer, SearchIndex, SearchQuery};
use minglu_rules::frozen::FrozenModel;
use minglu_rules::law::{self, Standing};
use minglu_rules::model::{Record, SourceIdx};
use minglu_rules::schema::Labels;

use self::judged::StoredRulings;
use crate::config::{Config, DERIVED_MARK, Format};
use crate::error::{Error, Result};
use crate::ingest::{self, Columns, DerivedSources};
use crate::pipeline::{INDEX_DIR, STORE_DIR};

/// An opened register as it was at one moment.
pub struct Registry {
    /// Records, entities, links.
    pub store: Store,
    /// Search over entities.
    pub index: SearchIndex,
    /// The configuration it was built with.
    pub config: Arc<Config>,
    /// One model for each kind, in the order of the configuration.
    pub models: Arc<Vec<FrozenModel>>,
    /// What people call each kind and its fields, in the same order.
    labels: Arc<Vec<Labels>>,
    /// Where the columns of each layout are.
    columns: Arc<Vec<Columns>>,
    /// What people judged.
    rulings: Arc<StoredRulings>,
}

impl Registry {
    /// Opens the current register of a data directory.
    pub fn open(data: &Path) -> Result<Registry> {
        let dir = directory::current(data)?;
        let store = Store::open(&dir.join(STORE_DIR))?;
        let index = SearchIndex::open(&dir.join(INDEX_DIR))?;
        let (config, models, columns) = restore(&store)?;
        Registry::of(store, index, (Arc::new(config), Arc::new(models), columns))
    }

    /// A register whose parts are open already.
    pub(crate) fn of(
        store: Store,
        index: SearchIndex,
        (config, models, columns): (Arc<Config>, Arc<Vec<FrozenModel>>, Vec<Columns>),
    ) -> Result<Registry> {
        let labels = store
            .catalog()
            .models
            .iter()
            .map(|model| Labels::read(&model.schema))
            .collect::<std::result::Result<_, _>>();
        let labels = labels.map_err(|error| Error::usage(format!("stored schema: {error}")))?;
        let rulings = StoredRulings::find(&store, (&config, &columns), &models)?;
        let (labels, columns, rulings) = (Arc::new(labels), Arc::new(columns), Arc::new(rulings));
        Ok(Registry { store, index, config, models, labels, columns, rulings })
    }

    /// The same register after a change of its records.
    pub(crate) fn with_store(&self, store: Store) -> Result<Registry> {
        let mut columns = self.columns.clone();
        if store.catalog().headers.len() != columns.len() {
            let headers = store.catalog().headers.iter();
            columns = Arc::new(headers.map(|header| columns_of(&self.config, header)).collect::<Result<_>>()?);
        }
        let mut rulings = self.rulings.clone();
        if rulings.depend_on_records() {
            rulings = Arc::new(StoredRulings::find(&store, (&self.config, &columns), &self.models)?);
        }
        let (index, labels) = (self.index.clone(), self.labels.clone());
        Ok(Registry {
            store,
            index,
            config: self.config.clone(),
            models: self.models.clone(),
            labels,
            columns,
            rulings,
        })
    }

    /// The same register with a search index that knows more of it.
    pub(crate) fn with_index(&self, index: SearchIndex) -> Registry {
        Registry {
            store: self.store.clone(),
            index,
            config: self.config.clone(),
            models: self.models.clone(),
            labels: self.labels.clone(),
            columns: self.columns.clone(),
            rulings: self.rulings.clone(),
        }
    }

    /// Fuzzy search; industry and status may be written in any way that their vocabulary understands.
    pub fn search(&self, query: &SearchQuery<'_>) -> Result<SearchAnswer> {
        let industry = query.industry.and_then(|text| self.term("industry", text));
        let status = query.status.and_then(|text| self.term("status", text));
        let query = SearchQuery {
            industry: industry.as_deref().or(query.industry),
            status: status.as_deref().or(query.status),
            ..*query
        };
        Ok(self.index.search(&query)?)
    }

    /// The term of a text in the vocabulary of a field; none where the field has no vocabulary, or it no such term.
    fn term(&self, field: &str, text: &str) -> Option<String> {
        let schemas = self.models.iter().map(|model| &model.schema);
        let specs = schemas.filter_map(|schema| Some(schema.spec(schema.field(field)?)));
        specs.filter_map(|spec| spec.vocabulary).find_map(|vocabulary| vocabulary.term(text))
    }

    /// A stored record and its normalized form.
    pub fn record(&self, source: &str, id: &str) -> Result<Option<(StoredRecord, Record)>> {
        let Some(mut stored) = self.store.record(source, id)? else { return Ok(None) };
        let record = self.normalized(source, id, &stored)?;
        // A derived record was delivered with its parent.
        if let Some((parent, _)) = source.split_once(DERIVED_MARK)
            && let Some(parent) = self.store.record(parent, id)?
        {
            stored.raw = parent.raw;
        }
        Ok(Some((stored, record)))
    }

    /// The record of an ordinal.
    pub(crate) fn record_of(&self, ordinal: u32) -> Result<Option<Record>> {
        let Some((source, id)) = self.store.record_key(ordinal)? else { return Ok(None) };
        Ok(self.record(&source, &id)?.map(|(_, record)| record))
    }

    /// The kind of a record.
    pub fn kind_of(&self, source: &str, id: &str) -> Result<Option<&str>> {
        let sources = &self.store.catalog().sources;
        let mut named = sources.iter().filter(|known| known.name == source).map(|known| known.model_idx as usize);
        let model_idx = match (named.next(), named.next()) {
            (Some(only), None) => Some(only),
            // A file of several kinds: the record says of which it is.
            _ => self.store.record(source, id)?.map(|record| record.model_idx as usize),
        };
        Ok(model_idx.map(|model_idx| self.models[model_idx].schema.kind.as_str()))
    }

    /// Position of the model of a source.
    pub(crate) fn model_idx(&self, source: SourceIdx) -> usize {
        self.store.catalog().sources[source.0 as usize].model_idx as usize
    }

    /// Where a record stands before the law.
    pub(crate) fn standing(&self, record: &Record) -> Standing {
        let source = &self.store.catalog().sources[record.key.source.0 as usize];
        let model_idx = source.model_idx as usize;
        let mut standing = law::standing(record, &self.models[model_idx].schema, source.unique);
        standing.recode(self.rulings.codes(model_idx));
        standing
    }

    /// Where a stored record stands, and whether it left the group of its code, so that its codes are somebody else's.
    pub(crate) fn standing_of(&self, record: &Record, ordinal: u32) -> Result<(Standing, bool)> {
        let mut standing = self.standing(record);
        let has_left = standing.org.is_some() && self.store.has_left(ordinal)?;
        if has_left {
            standing.disown();
        }
        Ok((standing, has_left))
    }

    fn normalized(&self, source: &str, id: &str, stored: &StoredRecord) -> Result<Record> {
        normalized(&self.store, (&self.config, &self.columns), (source, id), stored)
    }
}

/// The configuration, models and columns that a store was built with.
pub(crate) fn restore(store: &Store) -> Result<(Config, Vec<FrozenModel>, Vec<Columns>)> {
    let catalog = store.catalog();
    let schemas: Vec<&str> = catalog.models.iter().map(|model| model.schema.as_str()).collect();
    let config = Config::restore(&catalog.config, &schemas)?;
    let models = catalog.models.iter().map(convert::load_model).collect::<std::result::Result<Vec<_>, _>>();
    let models = models.map_err(|error| Error::usage(format!("stored schema: {error}")))?;
    let columns = catalog.headers.iter().map(|header| columns_of(&config, header)).collect::<Result<_>>()?;
    Ok((config, models, columns))
}

/// Where the columns of a layout are.
pub(crate) fn columns_of(config: &Config, header: &StoredHeader) -> Result<Columns> {
    let section = &config.sections[header.section_idx as usize];
    let format = if header.is_json { Format::JsonLines } else { section.format };
    Columns::find_in(section, format, &header.columns)
}

/// A stored record, normalized as when it was delivered.
pub(crate) fn normalized(
    store: &Store,
    (config, columns): (&Config, &[Columns]),
    (source, id): (&str, &str),
    stored: &StoredRecord,
) -> Result<Record> {
    let place = || format!("record {source}:{id}");
    let model_idx = stored.model_idx as usize;
    let is_it = |known: &StoredSource| known.name == source && known.model_idx as usize == model_idx;
    let source_idx = store.catalog().sources.iter().position(is_it);
    let source_idx = SourceIdx(source_idx.ok_or_else(|| Error::usage(format!("{}: unknown source", place())))? as u16);
    if let Some((parent_source, _)) = source.split_once(DERIVED_MARK) {
        let parent = store.record(parent_source, id)?.ok_or_else(|| Error::usage(format!("{}: no parent", place())))?;
        let parent = normalized(store, (config, columns), (parent_source, id), &parent)?;
        let origin = derived_sources(config, store).origin(source_idx);
        let record = origin.and_then(|(derivation_idx, _)| {
            ingest::derive_one(config, &config.derivations[derivation_idx], &parent, source_idx)
        });
        return record.ok_or_else(|| Error::usage(format!("{}: its parent derives nothing", place())));
    }
    let header_idx = stored.header_idx as usize;
    let section_idx = store.catalog().headers[header_idx].section_idx as usize;
    ingest::reread(config, section_idx, &columns[header_idx], (source_idx, id), &stored.raw)
        .map_err(|reason| Error::usage(format!("{}: {reason}", place())))
}

/// The sources of derived records in a store.
pub(crate) fn derived_sources(config: &Config, store: &Store) -> DerivedSources {
    let places = store.catalog().sources.iter();
    let named = places.map(|source| (source.name.as_str(), source.model_idx as usize, source.section_idx as usize));
    DerivedSources::find(config, named)
}
