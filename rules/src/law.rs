//! What does no evidence override?
//!
//! Codes are law: two different valid organization codes are never in one entity, nor are a branch and its parent, nor a
//! head-office establishment and its legal unit, nor two records of a source that lists every entity once. This module
//! says where a record stands before the law, which records of an equal code belong together, and how a component
//! that breaks the law is cut. It weighs no evidence: that is [`crate::score`].

mod cut;
mod exclusive;
mod group;

pub use cut::{Cut, Exclusion, Tie, cut};
pub use exclusive::{are_excluded, excludes, has_exclusive};
pub use group::{Kept, Leaver, N_PROFILE_NAMES_MAX, split_group};

use xxhash_rust::xxh3::xxh3_64;

use crate::code::CodeKind;
use crate::model::{ComparisonVector, Finding, Record, SourceIdx, Value};
use crate::name::{self, EnterpriseName, NameNotes};
use crate::schema::Schema;

/// Where a record stands before the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Key of its valid organization code; none where it has none, or two different ones.
    pub org: Option<u64>,
    /// It carries two different valid organization codes, and therefore supplies none.
    pub disputed: bool,
    /// What part of an enterprise it names.
    pub role: Role,
    /// The source, where that lists every entity at most once.
    pub unique_source: Option<SourceIdx>,
}

/// What part of an enterprise a record names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Role {
    /// No name tells.
    #[default]
    Unknown,
    /// A legal unit or an individual business.
    Unit,
    /// A branch; the key of its descriptor tells it from other branches of the parent.
    Branch(u64),
    /// 本部: the head-office establishment of a legal unit.
    HeadOffice,
}

/// Why two records cannot be one entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Veto {
    /// Two different valid organization codes.
    DifferentCodes,
    /// A branch, a head-office establishment and a legal unit are three things.
    DifferentRoles,
    /// Two branches of one parent.
    DifferentBranches,
    /// Both stand in a source that lists every entity once.
    UniqueSource,
    /// An exclusive comparison of the schema finds no agreement.
    Exclusive,
    /// Together the clusters have more records than an entity may have.
    TooLarge,
    /// Under one code, the name is unrelated to the others: probably somebody else's code on the form.
    UnrelatedName,
}

impl Veto {
    /// The name of the reason in reports and answers.
    ///
    /// ```
    /// assert_eq!(minglu_rules::law::Veto::DifferentCodes.as_str(), "different_codes");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DifferentCodes => "different_codes",
            Self::DifferentRoles => "different_roles",
            Self::DifferentBranches => "different_branches",
            Self::UniqueSource => "unique_source",
            Self::Exclusive => "exclusive",
            Self::TooLarge => "too_large",
            Self::UnrelatedName => "unrelated_name",
        }
    }
}

/// Says where a record stands; `unique` tells whether its source lists every entity at most once.
///
/// ```
/// # use minglu_rules::{law, model::*, normalize::*, schema::Schema};
/// # let schema = Schema::shipped("enterprise").unwrap();
/// # let name = schema.field("name").unwrap();
/// let row = SourceRecord {
///     key: RecordKey { source: SourceIdx(0), id: "1".into() },
///     updated_at: None,
///     values: vec![(name, "深圳市明鹭数据科技有限公司龙岗第一分公司".into())],
/// };
/// let (record, _) = normalize(&row, &schema, &Jurisdiction::default());
/// assert!(matches!(law::standing(&record, &schema, false).role, law::Role::Branch(_)));
/// ```
pub fn standing(record: &Record, schema: &Schema, unique: bool) -> Standing {
    let mut standing = Standing { unique_source: unique.then_some(record.key.source), ..Standing::default() };
    let mut head_office_code = false;
    for value in record.values.iter().filter(|value| schema.law.codes.contains(&value.field)) {
        let Value::Code(code) = &value.value else { continue };
        head_office_code |= code.kind == CodeKind::HeadOffice;
        let Some(org) = code.org.as_ref().map(|org| xxh3_64(org.as_str().as_bytes())) else { continue };
        standing.disputed |= standing.org.is_some_and(|known| known != org);
        standing.org = Some(org);
    }
    if standing.disputed {
        standing.org = None;
    }
    let named = names(record, schema).map(role).find(|role| *role != Role::Unknown).unwrap_or_default();
    standing.role = if head_office_code { Role::HeadOffice } else { named };
    standing
}

/// The parsed names that the law looks at.
pub(crate) fn names<'a>(record: &'a Record, schema: &'a Schema) -> impl Iterator<Item = &'a EnterpriseName> {
    record.values.iter().filter(|value| schema.law.names.contains(&value.field)).filter_map(|value| {
        match &value.value {
            Value::EnterpriseName(name) => Some(&**name),
            _ => None,
        }
    })
}

fn role(name: &EnterpriseName) -> Role {
    if name.norm().is_empty() {
        Role::Unknown
    } else if name.notes().contains(NameNotes::HEAD_OFFICE) {
        Role::HeadOffice
    } else if let Some(branch) = name.branch() {
        Role::Branch(xxh3_64(branch.descriptor.as_bytes()))
    } else {
        Role::Unit
    }
}

/// Whether the names of two records say that one is a part of the other: branch and parent, head office and unit.
///
/// ```
/// # use minglu_rules::{law, model::*, normalize::*, schema::Schema};
/// # let schema = Schema::shipped("enterprise").unwrap();
/// # let name = schema.field("name").unwrap();
/// # let record = |id: &str, text: &str| normalize(&SourceRecord { key: RecordKey { source: SourceIdx(0), id: id.into() },
/// #     updated_at: None, values: vec![(name, text.into())] }, &schema, &Jurisdiction::default()).0;
/// let (parent, branch) = (record("1", "深圳市明鹭数据科技有限公司"), record("2", "深圳市明鹭数据科技有限公司龙岗分公司"));
/// assert!(law::names_are_related(&branch, &parent, &schema));
/// ```
pub fn names_are_related(a: &Record, b: &Record, schema: &Schema) -> bool {
    names(a, schema).any(|a| names(b, schema).any(|b| name::relation(a, b).is_some()))
}

/// Why two records cannot be one entity, judged by the two alone.
///
/// ```
/// use minglu_rules::law::{Role, Standing, Veto, veto};
/// let company = Standing { org: Some(1), role: Role::Unit, ..Standing::default() };
/// let other = Standing { org: Some(2), ..company };
/// let branch = Standing { org: None, role: Role::Branch(7), ..company }; // 龙岗第一分公司
/// assert_eq!(veto(&company, &other), Some(Veto::DifferentCodes));
/// assert_eq!(veto(&company, &branch), Some(Veto::DifferentRoles));
/// ```
pub fn veto(a: &Standing, b: &Standing) -> Option<Veto> {
    if let (Some(a), Some(b)) = (a.org, b.org)
        && a != b
    {
        return Some(Veto::DifferentCodes);
    }
    if a.unique_source.is_some() && a.unique_source == b.unique_source {
        return Some(Veto::UniqueSource);
    }
    veto_of_roles(a.role, b.role)
}

fn veto_of_roles(a: Role, b: Role) -> Option<Veto> {
    match (a, b) {
        (Role::Unknown, _) | (_, Role::Unknown) => None,
        (Role::Branch(a), Role::Branch(b)) => (a != b).then_some(Veto::DifferentBranches),
        _ => (a != b).then_some(Veto::DifferentRoles),
    }
}

/// Takes codes out of the evidence: a record that left its code's group is not believed to own the code.
///
/// ```
/// # use minglu_rules::{law, model::Finding, schema::Schema};
/// let schema = Schema::shipped("enterprise").unwrap();
/// let mut vector = vec![Finding { level: Some(0), values: (0, 0), n_sharers: 1 }; schema.comparisons.len()];
/// law::silence_codes(&mut vector, &schema); // 代码可能是代理机构误填
/// assert_eq!(vector.iter().filter(|finding| finding.level.is_none()).count(), 1);
/// ```
pub fn silence_codes(vector: &mut ComparisonVector, schema: &Schema) {
    for (finding, comparison) in vector.iter_mut().zip(&schema.comparisons) {
        if comparison.fields.iter().all(|field| schema.law.codes.contains(field)) {
            *finding = Finding::MISSING;
        }
    }
}

#[cfg(test)]
mod tests;
