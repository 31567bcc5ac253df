//! What do the records of a cluster say together?
//!
//! The short name stands in one record and the telephone in another: two clusters can agree where no two of their
//! records do. A profile is the set union of their values, written as a record of its own, so that it is compared
//! like any other. Which clusters are worth comparing is the index's business.

use hashbrown::HashSet;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::frozen::FrozenModel;
use crate::model::{ComparisonVector, FieldIdx, FieldValue, Record, RecordIdx, RecordKey, SourceIdx};
use crate::schema::{Aspect, Comparison, Schema, aspect_text};
use crate::score::{self, Evidence, prior_weight};

/// Records that a profile looks at: the first ones, which come from the most trusted sources.
pub const N_RECORDS_MAX: usize = 200;

/// Different values that a profile keeps of one field, again the first ones.
pub const N_VALUES_PER_FIELD_MAX: usize = 8;

/// Values that a profile keeps in all: findings name a value by its position, in one byte.
pub const N_VALUES_MAX: usize = 255;

/// A record of a cluster.
#[derive(Debug, Clone, Copy)]
pub struct Witness<'a> {
    /// Its position among all records.
    pub idx: RecordIdx,
    /// What it says.
    pub record: &'a Record,
    /// It left the group of its code, which therefore is somebody else's.
    pub disowns_codes: bool,
}

/// The union of what the records of a cluster say.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The values as those of one record, under the key of the anchor; it has no text keys.
    pub record: Record,
    /// For each value, the first record that says it.
    pub origins: Vec<RecordIdx>,
}

impl Profile {
    /// Unites the values of records, which are given in anchor order.
    ///
    /// ```
    /// # use minglu_rules::{model::*, normalize::*, profile::{Profile, Witness}, schema::Schema};
    /// # let schema = Schema::shipped("enterprise").unwrap();
    /// # let record = |id: &str, field: &str, text: &str| normalize(&SourceRecord {
    /// #     key: RecordKey { source: SourceIdx(0), id: id.into() }, updated_at: None,
    /// #     values: vec![(schema.field(field).unwrap(), text.into())] }, &schema, &Jurisdiction::default()).0;
    /// let records = [record("1", "short_name", "明鹭科技"), record("2", "phone", "13800138000")];
    /// let witness = |n: u32| Witness { idx: RecordIdx(n), record: &records[n as usize], disowns_codes: false };
    /// let profile = Profile::of([witness(0), witness(1)], &schema);
    /// assert_eq!((profile.record.values.len(), profile.origins[1]), (2, RecordIdx(1)));
    /// ```
    pub fn of<'a>(witnesses: impl IntoIterator<Item = Witness<'a>>, schema: &Schema) -> Profile {
        let mut said: Vec<(&FieldValue, Witness<'_>)> = Vec::new();
        let (mut known, mut key) = (HashSet::new(), None);
        for witness in witnesses.into_iter().take(N_RECORDS_MAX) {
            key = key.or_else(|| Some(witness.record.key.clone()));
            for value in &witness.record.values {
                let is_disowned = witness.disowns_codes && schema.law.codes.contains(&value.field);
                if !is_disowned && known.insert(meaning(witness.record, value)) {
                    said.push((value, witness));
                }
            }
        }
        // Stable: the values of a field stay in anchor order.
        said.sort_by_key(|(value, _)| value.field);
        let of_field = said.chunk_by(|a, b| a.0.field == b.0.field);
        let kept = of_field.flat_map(|values| values.iter().take(N_VALUES_PER_FIELD_MAX)).take(N_VALUES_MAX);
        let (mut text, mut values, mut origins) = (String::new(), Vec::new(), Vec::new());
        for (value, witness) in kept {
            values.push(FieldValue { raw_start: text.len() as u32, ..(*value).clone() });
            text.push_str(witness.record.raw(value));
            origins.push(witness.idx);
        }
        let key = key.unwrap_or_else(|| RecordKey { source: SourceIdx(0), id: "".into() });
        let (text, values) = (text.into(), values.into());
        Profile { record: Record { key, updated_at: None, text, values, tokens: Box::default() }, origins }
    }
}

/// Two spellings of one value are one value.
fn meaning(record: &Record, value: &FieldValue) -> u64 {
    let seen = record.seen(value);
    let text = aspect_text(seen, Aspect::Text);
    xxh3_64_with_seed(text.as_deref().unwrap_or(seen.raw).as_bytes(), u64::from(value.field.0))
}

/// What each comparison of two profiles contributed, in the order of the schema.
///
/// Where a side has several values, chance has several tries to agree: with `n` pairs of values the chance of an agreement is
/// up to `n` times as great (Boole's inequality), so that it weighs log2 of `n` bits less, though never against.
/// Disagreement weighs in full, since not even the best of the pairs agrees.
///
/// ```
/// # use minglu_rules::{compare::compare, frozen::FrozenModel, model::*, normalize::*, profile, schema::Schema};
/// # let model = FrozenModel::empty(Schema::shipped("enterprise").unwrap(), 1 << 20);
/// # let phone = model.schema.field("phone").unwrap();
/// # let record = |numbers: &[&str]| normalize(&SourceRecord { key: RecordKey { source: SourceIdx(0), id: "1".into() },
/// #     updated_at: None, values: numbers.iter().map(|number| (phone, number.to_string())).collect() },
/// #     &model.schema, &Jurisdiction::default()).0;
/// # let weight = |a: &Record, b: &Record| profile::match_weight(a, b, &compare(a, b, &model), &model);
/// let (one, four) = (record(&["13800138000"]), record(&["13800138000", "13800138001", "13800138002", "13800138003"]));
/// assert_eq!(weight(&one, &one) - weight(&one, &four), 2.0); // 四个电话, 多了三次碰巧的机会
/// ```
pub fn explain(a: &Record, b: &Record, vector: &ComparisonVector, model: &FrozenModel) -> Vec<Evidence> {
    let mut lines = score::explain(vector, model);
    for (line, comparison) in lines.iter_mut().zip(&model.schema.comparisons) {
        let weight = line.weight + line.term_frequency_adjustment;
        let n_pairs = n_pairs(a, b, comparison);
        if weight > 0.0 && n_pairs > 1.0 {
            line.term_frequency_adjustment -= n_pairs.log2().min(weight);
        }
    }
    lines
}

/// Pairs of values that a comparison chooses from. Fields that are held against others are held both ways by any two
/// records, which is one try.
fn n_pairs(a: &Record, b: &Record, comparison: &Comparison) -> f64 {
    let n = |record: &Record, fields: &[FieldIdx]| -> f64 {
        fields.iter().map(|field| record.values_of(*field).count()).sum::<usize>() as f64
    };
    let (fields, against) = (&comparison.fields, &comparison.against);
    match against.is_empty() {
        true => n(a, fields) * n(b, fields),
        false => (n(a, fields) * n(b, against) + n(a, against) * n(b, fields)) / 2.0,
    }
}

/// The match weight of two profiles, in bits: the prior and all lines of [`explain`].
///
/// ```
/// # use minglu_rules::{frozen::FrozenModel, model::*, profile::*, schema::Schema, score::prior_weight};
/// let model = FrozenModel::empty(Schema::shipped("enterprise").unwrap(), 1000);
/// let nobody = Profile::of([], &model.schema).record; // 无记录
/// let vector = vec![Finding::MISSING; model.schema.comparisons.len()];
/// assert_eq!(match_weight(&nobody, &nobody, &vector, &model), prior_weight(&model));
/// ```
pub fn match_weight(a: &Record, b: &Record, vector: &ComparisonVector, model: &FrozenModel) -> f64 {
    let lines = explain(a, b, vector, model);
    lines.iter().fold(prior_weight(model), |sum, line| sum + line.weight + line.term_frequency_adjustment)
}

#[cfg(test)]
mod tests;
