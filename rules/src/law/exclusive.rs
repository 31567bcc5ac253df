//! Which comparisons part two records, whatever else agrees?
//!
//! A schema marks a comparison `exclusive` where agreement is a condition and no matter of weight: two passports of one
//! country, Jr and Sr, a person and a company. Its last level parts; a missing value parts nothing. Because a cluster has many
//! records, each is held against each: a record without the value does not smuggle two others together.

use crate::compare::compare_one;
use crate::frozen::FrozenModel;
use crate::model::{ComparisonVector, Finding, Record};
use crate::schema::{Comparison, Schema};

/// Whether a schema has exclusive comparisons.
///
/// ```
/// use minglu_rules::{law, schema::Schema};
/// assert!(!law::has_exclusive(&Schema::shipped("enterprise").unwrap())); // 企业以代码为准
/// ```
pub fn has_exclusive(schema: &Schema) -> bool {
    schema.comparisons.iter().any(|comparison| comparison.exclusive)
}

/// Whether findings part two records.
///
/// ```
/// # use minglu_rules::{law, model::Finding, schema::Schema};
/// let mut schema = Schema::shipped("enterprise").unwrap();
/// schema.comparisons[0].exclusive = true; // 名称不同即不同
/// let last = schema.comparisons[0].levels.len() as u8 - 1;
/// let mut vector = vec![Finding::MISSING; schema.comparisons.len()];
/// assert!(!law::excludes(&vector, &schema));
/// vector[0].level = Some(last);
/// assert!(law::excludes(&vector, &schema));
/// ```
pub fn excludes(vector: &ComparisonVector, schema: &Schema) -> bool {
    vector.iter().zip(&schema.comparisons).any(|(finding, comparison)| parts(finding, comparison))
}

/// Whether two records are parted, looking at exclusive comparisons alone.
///
/// ```
/// # use minglu_rules::{frozen::FrozenModel, law, model::*, normalize::*, schema::Schema};
/// # let mut schema = Schema::shipped("enterprise").unwrap();
/// # let person = schema.field("legal_rep").unwrap();
/// # let record = |id: &str, text: &str| normalize(&SourceRecord { key: RecordKey { source: SourceIdx(0), id: id.into() },
/// #     updated_at: None, values: vec![(person, text.into())] }, &Schema::shipped("enterprise").unwrap(), &Jurisdiction::default()).0;
/// let comparison = schema.comparisons.iter_mut().find(|comparison| comparison.name == "person").unwrap();
/// comparison.exclusive = true;
/// let model = FrozenModel::count(schema, &[]);
/// assert!(law::are_excluded(&record("1", "王伟"), &record("2", "李娜"), &model));
/// ```
pub fn are_excluded(a: &Record, b: &Record, model: &FrozenModel) -> bool {
    let exclusive = model.schema.comparisons.iter().filter(|comparison| comparison.exclusive);
    exclusive.into_iter().any(|comparison| parts(&compare_one(a, b, comparison, model), comparison))
}

fn parts(finding: &Finding, comparison: &Comparison) -> bool {
    comparison.exclusive && finding.level.is_some_and(|level| usize::from(level) + 1 == comparison.levels.len())
}
