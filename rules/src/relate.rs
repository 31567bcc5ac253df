//! Which entities belong together without being one?
//!
//! A branch is related to its parent, a head-office establishment to its legal unit: by the parent's code where the record
//! gives one, else by the parent's name as it stands in the branch's own, form and place of the region left open. Other
//! relations follow from what two entities share, by rules of the schema: an individual business and a company of one
//! owner in one room (个转企). An ambiguous name relates nothing. [`relate_derived`] relates entities of different kinds: a
//! person to the enterprise whose row named them. Ownership is a relation of a later stage.

mod derived;
mod key;
mod shared;

pub use derived::{Derived, relate_derived};
pub use key::{RelationKey, n_sharers_told, relation_keys};

use std::borrow::Borrow;

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::law::{self, Role};
use crate::model::{EntityId, Record, RecordIdx, Relation, RelationKind, Value};
use crate::name::{self, EnterpriseName};
use crate::schema::{FieldKind, Schema};

/// Relations of all branches and head-office establishments, and those of the schema's rules, sorted.
///
/// `clusters` are entity ids with their records. Codes of parents are read from the field `parent_code`, names from
/// `parent_name`, where the schema has them.
///
/// ```
/// # use minglu_rules::{model::*, normalize::*, relate::relate, schema::Schema};
/// # let schema = Schema::shipped("enterprise").unwrap();
/// # let name = schema.field("name").unwrap();
/// # let record = |id: &str, text: &str| normalize(&SourceRecord { key: RecordKey { source: SourceIdx(0), id: id.into() },
/// #     updated_at: None, values: vec![(name, text.into())] }, &schema, &Jurisdiction::default()).0;
/// let records = [record("1", "深圳市明鹭数据科技有限公司"), record("2", "深圳市明鹭数据科技有限公司龙岗分公司")];
/// let clusters = [("E1", 0), ("E2", 1)].map(|(id, i)| (EntityId::from_text(id), vec![RecordIdx(i)]));
/// let relations = relate(&clusters, &records, &schema);
/// assert_eq!((relations.len(), &relations[0].kind), (1, &RelationKind::BranchOf));
/// ```
pub fn relate<R: Borrow<Record>>(
    clusters: &[(EntityId, Vec<RecordIdx>)],
    records: &[R],
    schema: &Schema,
) -> Vec<Relation> {
    if schema.law.names.is_empty() && schema.relations.is_empty() {
        return Vec::new();
    }
    let parents = Parents::gather(clusters, records, schema);
    let mut relations = shared::relations(clusters, records, schema);
    for (position, (id, members)) in clusters.iter().enumerate() {
        for &member in members {
            let child = records[member.at()].borrow();
            let kind = match law::standing(child, schema, false).role {
                Role::Branch(_) => RelationKind::BranchOf,
                Role::HeadOffice => RelationKind::HeadOfficeOf,
                Role::Unit | Role::Unknown => continue,
            };
            if let Some(parent) = parents.of(child, schema).filter(|parent| *parent != position) {
                let to = clusters[parent].0.clone();
                relations.push(Relation { from: id.clone(), kind, to, evidence: member });
            }
        }
    }
    relations.sort();
    relations.dedup_by(|b, a| (&a.from, &a.kind, &a.to) == (&b.from, &b.kind, &b.to));
    relations
}

/// Marks a name that several entities bear.
const AMBIGUOUS: usize = usize::MAX;

/// Entities that can be parents, by code and by name.
struct Parents {
    by_org: HashMap<u64, usize>,
    by_name: HashMap<u64, usize>,
    /// By what stays of a name when its form and the place of its region are left open.
    by_bearer: HashMap<u64, usize>,
}

impl Parents {
    fn gather<R: Borrow<Record>>(clusters: &[(EntityId, Vec<RecordIdx>)], records: &[R], schema: &Schema) -> Self {
        let mut parents = Self { by_org: HashMap::new(), by_name: HashMap::new(), by_bearer: HashMap::new() };
        for (position, (_, members)) in clusters.iter().enumerate() {
            for member in members {
                let record = records[member.at()].borrow();
                let standing = law::standing(record, schema, false);
                if standing.role != Role::Unit {
                    continue;
                }
                if let Some(org) = standing.org {
                    note(&mut parents.by_org, org.get(), position);
                }
                for name in law::names(record, schema) {
                    note(&mut parents.by_name, xxh3_64(name.canonical().as_bytes()), position);
                    note(&mut parents.by_bearer, xxh3_64(name.bearer().as_bytes()), position);
                }
            }
        }
        parents
    }

    fn of(&self, child: &Record, schema: &Schema) -> Option<usize> {
        let known = |position: &&usize| **position != AMBIGUOUS;
        let mut found = None;
        visit_parents(child, schema, |parent| {
            let position = match parent {
                Parent::Org(org) => self.by_org.get(&org),
                Parent::Name(name) => self.named(name),
            };
            found = position.filter(known).copied();
            found.is_none()
        });
        found
    }

    /// The entity of a name: by the name itself, else by its bearer. A name that several bear is not looked for further.
    fn named(&self, name: &EnterpriseName) -> Option<&usize> {
        let by_name = self.by_name.get(&xxh3_64(name.canonical().as_bytes()));
        by_name.or_else(|| self.by_bearer.get(&xxh3_64(name.bearer().as_bytes())))
    }
}

/// A way in which a record tells of its parent.
enum Parent<'a> {
    /// The key of its organization code.
    Org(u64),
    /// A name.
    Name(&'a EnterpriseName),
}

/// Visits what a record tells of its parent, the surest first, for as long as `visit` says so.
fn visit_parents(child: &Record, schema: &Schema, mut visit: impl FnMut(Parent<'_>) -> bool) {
    for value in child.values.iter() {
        let spec = schema.spec(value.field);
        let goes_on = match (&value.value, spec.kind) {
            (Value::Code(code), FieldKind::Code) if spec.name == "parent_code" => {
                code.org.as_ref().is_none_or(|org| visit(Parent::Org(xxh3_64(org.as_str().as_bytes()))))
            }
            (Value::EnterpriseName(name), _) if spec.name == "parent_name" => visit(Parent::Name(name)),
            _ => true,
        };
        if !goes_on {
            return;
        }
    }
    for name in law::names(child, schema) {
        let parent = name.branch().map_or_else(|| name.norm().into(), |branch| branch.parent.to_string());
        if !visit(Parent::Name(&name::parse(&parent))) {
            return;
        }
    }
}

fn note(map: &mut HashMap<u64, usize>, key: u64, position: usize) {
    map.entry(key)
        .and_modify(|known| {
            if *known != position {
                *known = AMBIGUOUS
            }
        })
        .or_insert(position);
}

#[cfg(test)]
mod tests;
