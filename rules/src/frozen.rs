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
use crate::schema::{Aspect, Chance, Comparison, Schema, SharedValue, aspect_keys, aspect_text};

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
        model.add_shared();
        model
    }

    /// Adds what training found to be shared too widely, so that a small delivery knows the agents of a large one.
    ///
    /// ```
    /// # use minglu_rules::{frozen::FrozenModel, schema::{Aspect, Schema, SharedValue}};
    /// let mut schema = Schema::shipped("enterprise").unwrap();
    /// let agent = "+8675526712345".to_string(); // 代理记账公司的电话
    /// schema.shared.push(SharedValue { comparison: "phone".into(), value: agent, n_sharers: 943 });
    /// let model = FrozenModel::count(schema, &[]);
    /// let phone = model.schema.comparisons.iter().find(|comparison| comparison.name == "phone").unwrap();
    /// assert_eq!(model.table(phone, Aspect::Text).unwrap().n_sharers.len(), 1);
    /// ```
    pub fn add_shared(&mut self) {
        for SharedValue { comparison, value, n_sharers } in &self.schema.shared {
            let Some(comparison) = self.schema.comparisons.iter().find(|known| known.name == *comparison) else {
                continue;
            };
            let is_capped = |table: &&mut TermTable| {
                table.fields == comparison.fields && capped_aspects(comparison).any(|aspect| aspect == table.aspect)
            };
            for table in self.terms.iter_mut().filter(is_capped) {
                let known = table.n_sharers.entry(xxh3_64(value.as_bytes())).or_insert(*n_sharers);
                *known = (*known).max(*n_sharers);
            }
        }
    }

    /// The values of the records that more entities share than a level allows, the most shared first.
    ///
    /// ```
    /// # use minglu_rules::{frozen::FrozenModel, schema::Schema};
    /// let model = FrozenModel::count(Schema::shipped("enterprise").unwrap(), &[]);
    /// assert!(model.shared_too_widely(&[]).is_empty()); // 尚无记录
    /// ```
    pub fn shared_too_widely(&self, records: &[Record]) -> Vec<SharedValue> {
        let mut found = Vec::new();
        for comparison in &self.schema.comparisons {
            for (aspect, most) in comparison.levels.iter().filter_map(|level| cap(&level.u)) {
                let Some(table) = self.table(comparison, aspect) else { continue };
                let mut values: HashMap<String, u32> = HashMap::new();
                for record in records {
                    for value in record.values.iter().filter(|value| comparison.fields.contains(&value.field)) {
                        let Some(text) = aspect_text(record.seen(value), aspect) else { continue };
                        let n_sharers = table.n_sharers(xxh3_64(text.as_bytes()));
                        if n_sharers > most && !values.contains_key(&*text) {
                            values.insert(text.into_owned(), n_sharers);
                        }
                    }
                }
                let comparison = &comparison.name;
                let shared = |(value, n_sharers)| SharedValue { comparison: comparison.clone(), value, n_sharers };
                found.extend(values.into_iter().map(shared));
            }
        }
        found.sort_by(|a, b| {
            b.n_sharers.cmp(&a.n_sharers).then_with(|| (&a.comparison, &a.value).cmp(&(&b.comparison, &b.value)))
        });
        found.dedup();
        found.truncate(N_SHARED_MAX);
        found
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

/// Values that a model file lists as shared too widely; the file stays one that a person can read.
const N_SHARED_MAX: usize = 2_000;

fn capped_aspects(comparison: &Comparison) -> impl Iterator<Item = Aspect> + '_ {
    comparison.levels.iter().filter_map(|level| cap(&level.u)).map(|(aspect, _)| aspect)
}

fn cap(chance: &Chance) -> Option<(Aspect, u32)> {
    match chance {
        Chance::Shared { of, n_sharers_max, .. } => Some((*of, (*n_sharers_max)?)),
        Chance::Fixed(_) => None,
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
