//! What does the model know about the whole population?
//!
//! Term frequencies and the number of entities, counted once and then frozen: scoring never reads live data, and a value
//! that the model has not seen counts as rare. Retraining makes a new version. It holds no judgement of any pair.
//!
//! The count of a value is the *largest count within one source*: a department lists a unit about once, so this
//! estimates how many entities share the value, where a plain count would also count one unit in five departments. Where
//! a source may repeat an entity (a person's posts, a building's tenants), records that by law are one count once.

use std::num::NonZeroU64;

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::law;
use crate::model::{FieldIdx, Record};
use crate::schema::{Aspect, Chance, Comparison, Schema, aspect_keys, aspect_text};

/// A schema with its counts: everything that scoring needs.
#[derive(Debug, Clone, PartialEq)]
pub struct FrozenModel {
    /// Fields, rules, levels.
    pub schema: Schema,
    /// Estimated number of entities: the size of the largest source.
    pub n_entities: u32,
    /// Counts of values by comparison fields and aspect; only values of two or more entities are kept.
    pub terms: Vec<TermTable>,
    /// Records that have a text key, for keys of two or more records.
    pub n_records_by_token: HashMap<u64, u32>,
}

/// How many entities share each value of some fields.
#[derive(Debug, Clone, PartialEq)]
pub struct TermTable {
    /// The fields, pooled.
    pub fields: Vec<FieldIdx>,
    /// What of them is counted.
    pub aspect: Aspect,
    /// Key of the value → entities that share it; values of one entity are left out.
    pub n_sharers: HashMap<u64, u32>,
}

impl TermTable {
    /// How many entities share the value of this key; a value that was not seen counts as rare.
    ///
    /// ```
    /// # use minglu_rules::{frozen::TermTable, schema::Aspect};
    /// let table = TermTable { fields: vec![], aspect: Aspect::Text, n_sharers: [(7, 40)].into_iter().collect() };
    /// assert_eq!((table.n_sharers(7), table.n_sharers(8)), (40, 1)); // 王伟 and a rare name
    /// ```
    pub fn n_sharers(&self, key: u64) -> u32 {
        self.n_sharers.get(&key).copied().unwrap_or(1)
    }

    /// Counts the records, which are sorted by source, into this table.
    ///
    /// ```
    /// # use minglu_rules::{frozen::FrozenModel, schema::Schema};
    /// let mut model = FrozenModel::empty(Schema::shipped("enterprise").unwrap(), 1);
    /// let schema = model.schema.clone();
    /// model.terms[0].count(&[], &schema); // 尚无记录
    /// assert!(model.terms[0].n_sharers.is_empty());
    /// ```
    pub fn count(&mut self, records: &[Record], schema: &Schema) {
        self.n_sharers = match schema.repeated {
            false => count_terms(records, &self.fields, self.aspect),
            true => count_repeated(records, self, schema),
        };
    }
}

/// Estimates the number of entities in records that are sorted by source: the size of the largest source, where records
/// that by law are one count once if the schema says that sources repeat entities.
///
/// ```
/// # use minglu_rules::{frozen::n_entities, schema::Schema};
/// let schema = Schema::shipped("person").unwrap(); // 一人多职
/// assert_eq!(n_entities(&[], &schema), 1); // never 0, because it divides
/// ```
pub fn n_entities(records: &[Record], schema: &Schema) -> u32 {
    let n_of_source = |records: &[Record]| {
        if !schema.repeated {
            return records.len();
        }
        let mut entities: Vec<u64> =
            (0..).zip(records).filter_map(|(position, record)| stand_in(record, position, schema, false)).collect();
        entities.sort_unstable();
        entities.dedup();
        entities.len()
    };
    let by_source = records.chunk_by(|a, b| a.key.source == b.key.source);
    by_source.map(n_of_source).max().unwrap_or(0).max(1) as u32
}

/// What stands for a record's entity while entities are not known: what its code names, else its door, else (where that
/// may tell people apart) its name, else the record itself. `None` where the kind lives by doors and the record has none.
fn stand_in(record: &Record, position: u64, schema: &Schema, by_name: bool) -> Option<u64> {
    let standing = law::standing(record, schema, false);
    if let Some(subject) = standing.org.map(NonZeroU64::get).or_else(|| standing.place.key()) {
        return Some(subject);
    }
    if !schema.law.places.is_empty() {
        return None;
    }
    let mut names = record.values.iter().filter(|value| by_name && schema.law.names.contains(&value.field));
    let name = names.find_map(|value| aspect_text(record.seen(value), Aspect::Text));
    Some(xxh3_64(name.map_or_else(|| position.to_string(), |name| name.into_owned()).as_bytes()))
}

impl FrozenModel {
    /// Counts the records and freezes what was found. Text keys are counted by the index and added afterwards.
    ///
    /// ```
    /// use minglu_rules::{frozen::FrozenModel, schema::Schema};
    /// let model = FrozenModel::count(Schema::shipped("enterprise").unwrap(), &[]); // an empty register
    /// assert_eq!(model.n_entities, 1);
    /// ```
    pub fn count(schema: Schema, records: &[Record]) -> FrozenModel {
        let n_entities = n_entities(records, &schema);
        let mut model = FrozenModel::empty(schema, n_entities);
        for table in &mut model.terms {
            table.count(records, &model.schema);
        }
        model
    }

    /// A model that has counted nothing yet: its tables are there to be [counted](TermTable::count), one by one.
    ///
    /// ```
    /// use minglu_rules::{frozen::FrozenModel, schema::Schema};
    /// let model = FrozenModel::empty(Schema::shipped("enterprise").unwrap(), 330_000); // 一座城市的单位数
    /// assert!(model.terms.iter().all(|table| table.n_sharers.is_empty()));
    /// ```
    pub fn empty(schema: Schema, n_entities: u32) -> FrozenModel {
        let mut terms: Vec<TermTable> = Vec::new();
        for comparison in &schema.comparisons {
            for aspect in counted_aspects(comparison) {
                let known = terms.iter().any(|table| table.aspect == aspect && table.fields == comparison.fields);
                if !known {
                    terms.push(TermTable { fields: comparison.fields.clone(), aspect, n_sharers: HashMap::new() });
                }
            }
        }
        FrozenModel { schema, n_entities, terms, n_records_by_token: HashMap::new() }
    }

    /// The table that counts an aspect of the fields of a comparison.
    ///
    /// ```
    /// # use minglu_rules::{frozen::FrozenModel, schema::{Aspect, Schema}};
    /// let model = FrozenModel::count(Schema::shipped("enterprise").unwrap(), &[]);
    /// let name = &model.schema.comparisons[0];
    /// assert!(model.table(name, Aspect::Norm).is_some()); // 全称
    /// ```
    pub fn table(&self, comparison: &Comparison, aspect: Aspect) -> Option<&TermTable> {
        self.terms.iter().find(|table| table.aspect == aspect && table.fields == comparison.fields)
    }

    /// A short name for exactly this model: equal models have equal versions on every machine.
    ///
    /// ```
    /// # use minglu_rules::{frozen::FrozenModel, schema::Schema};
    /// let model = FrozenModel::count(Schema::shipped("enterprise").unwrap(), &[]);
    /// assert!(model.version().starts_with("enterprise-")); // 企业
    /// ```
    pub fn version(&self) -> String {
        let mut bytes = format!("{:?}\0{}\0", self.schema, self.n_entities).into_bytes();
        let tables = self.terms.iter().map(|table| &table.n_sharers).chain([&self.n_records_by_token]);
        for table in tables {
            let mut entries: Vec<(u64, u32)> = table.iter().map(|(key, count)| (*key, *count)).collect();
            entries.sort_unstable();
            for (key, count) in entries {
                bytes.extend_from_slice(&key.to_le_bytes());
                bytes.extend_from_slice(&count.to_le_bytes());
            }
            bytes.push(0);
        }
        format!("{}-{:016x}", self.schema.kind, xxh3_64(&bytes))
    }
}

fn counted_aspects(comparison: &Comparison) -> impl Iterator<Item = Aspect> + '_ {
    comparison.levels.iter().filter_map(|level| match level.u {
        Chance::Shared { of, .. } => Some(of),
        Chance::Fixed(_) => None,
    })
}

fn count_terms(records: &[Record], fields: &[FieldIdx], aspect: Aspect) -> HashMap<u64, u32> {
    let mut largest: HashMap<u64, u32> = HashMap::new();
    let mut keys = Vec::new();
    let mut of_record = Vec::new();
    for of_source in records.chunk_by(|a, b| a.key.source == b.key.source) {
        keys.clear();
        for record in of_source {
            of_record.clear();
            for value in record.values.iter().filter(|value| fields.contains(&value.field)) {
                of_record.extend_from_slice(aspect_keys(record.seen(value), aspect).as_slice());
            }
            of_record.sort_unstable();
            of_record.dedup();
            keys.extend_from_slice(&of_record);
        }
        keys.sort_unstable();
        for run in keys.chunk_by(|a, b| a == b).filter(|run| run.len() > 1) {
            let count = largest.entry(run[0]).or_insert(0);
            *count = (*count).max(run.len() as u32);
        }
    }
    largest
}

/// Counts different entities instead of records; how common a name is cannot be told by names.
fn count_repeated(records: &[Record], table: &TermTable, schema: &Schema) -> HashMap<u64, u32> {
    let by_name = !table.fields.iter().any(|field| schema.law.names.contains(field));
    let mut largest: HashMap<u64, u32> = HashMap::new();
    let mut pairs: Vec<(u64, u64)> = Vec::new();
    for of_source in records.chunk_by(|a, b| a.key.source == b.key.source) {
        pairs.clear();
        for (position, record) in (0..).zip(of_source) {
            let Some(entity) = stand_in(record, position, schema, by_name) else { continue };
            for value in record.values.iter().filter(|value| table.fields.contains(&value.field)) {
                let keys = aspect_keys(record.seen(value), table.aspect);
                pairs.extend(keys.as_slice().iter().map(|key| (*key, entity)));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        for run in pairs.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
            let count = largest.entry(run[0].0).or_insert(0);
            *count = (*count).max(run.len() as u32);
        }
    }
    largest
}

#[cfg(test)]
mod tests;
