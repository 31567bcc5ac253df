//! By what do entities find each other for a relation?
//!
//! What an entity offers to others and what it seeks, as keys: a relation of an entity is a function of the entities that
//! share a key with it, so that a change of one is felt by those and by nobody else.

use xxhash_rust::xxh3::xxh3_64;

use super::{Parent, shared, visit_parents};
use crate::law::{self, Role};
use crate::model::Record;
use crate::schema::Schema;

/// Tables before those of the schema's rules: codes, names, bearers of names.
const TABLE_ORG: u8 = 0;
const TABLE_NAME: u8 = 1;
const TABLE_BEARER: u8 = 2;
const TABLE_FIRST_RULE: u8 = 3;

/// A key that entities share for a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationKey {
    /// Which kind of key.
    pub table: u8,
    /// The key.
    pub hash: u64,
    /// It seeks others by it; else others find it.
    pub seeks: bool,
}

/// Entities under a key that have to be known, of those that offer and of those that seek: with more, there is no relation.
///
/// ```
/// # use minglu_rules::{relate::{RelationKey, n_sharers_told}, schema::Schema};
/// let schema = Schema::shipped("enterprise").unwrap();
/// let by_code = RelationKey { table: 0, hash: 7, seeks: false }; // 上级单位的代码
/// assert_eq!(n_sharers_told(by_code, &schema), 2); // two are as ambiguous as many
/// ```
pub fn n_sharers_told(key: RelationKey, schema: &Schema) -> usize {
    let rule = key.table.checked_sub(TABLE_FIRST_RULE).and_then(|rule| schema.relations.get(usize::from(rule)));
    rule.map_or(2, |rule| rule.n_entities_max + 1)
}

/// What an entity of these records offers and seeks, sorted, each once.
///
/// ```
/// # use minglu_rules::{model::*, normalize::*, relate::relation_keys, schema::Schema};
/// # let schema = Schema::shipped("enterprise").unwrap();
/// # let name = schema.field("name").unwrap();
/// # let record = |id: &str, text: &str| normalize(&SourceRecord { key: RecordKey { source: SourceIdx(0), id: id.into() },
/// #     updated_at: None, values: vec![(name, text.into())] }, &schema, &Jurisdiction::default()).0;
/// let (unit, branch) = (record("1", "深圳市明鹭数据科技有限公司"), record("2", "深圳市明鹭数据科技有限公司龙岗分公司"));
/// let (offered, sought) = (relation_keys(&[&unit], &schema), relation_keys(&[&branch], &schema));
/// assert!(offered.iter().any(|key| sought.iter().any(|other| other.hash == key.hash && other.seeks)));
/// ```
pub fn relation_keys(members: &[&Record], schema: &Schema) -> Vec<RelationKey> {
    let mut keys = Vec::new();
    if !schema.law.names.is_empty() {
        members.iter().for_each(|record| add_parent_keys(record, schema, &mut keys));
    }
    for (position, rule) in (TABLE_FIRST_RULE..).zip(&schema.relations) {
        let (hashes, seeks) = shared::keys_of_entity(members, schema, rule);
        keys.extend(hashes.into_iter().map(|hash| RelationKey { table: position, hash, seeks }));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn add_parent_keys(record: &Record, schema: &Schema, keys: &mut Vec<RelationKey>) {
    let standing = law::standing(record, schema, false);
    match standing.role {
        Role::Unknown => {}
        Role::Unit => {
            let offer = |table: u8, hash: u64| RelationKey { table, hash, seeks: false };
            keys.extend(standing.org.map(|org| offer(TABLE_ORG, org.get())));
            for name in law::names(record, schema) {
                keys.push(offer(TABLE_NAME, xxh3_64(name.canonical().as_bytes())));
                keys.push(offer(TABLE_BEARER, xxh3_64(name.bearer().as_bytes())));
            }
        }
        Role::Branch(_) | Role::HeadOffice => visit_parents(record, schema, |parent| {
            let seek = |table: u8, hash: u64| RelationKey { table, hash, seeks: true };
            match parent {
                Parent::Org(org) => keys.push(seek(TABLE_ORG, org)),
                Parent::Name(name) => {
                    keys.push(seek(TABLE_NAME, xxh3_64(name.canonical().as_bytes())));
                    keys.push(seek(TABLE_BEARER, xxh3_64(name.bearer().as_bytes())));
                }
            }
            true
        }),
    }
}
