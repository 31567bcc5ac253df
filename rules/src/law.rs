//! What does no evidence override?
//!
//! Codes are law: two different valid organization codes are never in one entity, nor are a branch and its parent, nor a
//! head-office establishment and its legal unit, nor two doors, nor two records of a source that lists every entity once, nor
//! a unit that ended and one that began later, nor whatever a person judged different; and where a schema says so, no single coincidence makes a match. This module
//! says where a record stands before the law, which records of an equal code belong together, and how a component
//! that breaks the law is cut. It weighs no evidence: that is [`crate::score`].

mod cut;
mod exclusive;
mod group;
mod independence;
mod together;

pub use cut::{Cut, Limits, Objection, Tie, TieKind, cut};
pub use exclusive::{are_excluded, excludes, has_exclusive};
pub use group::{Kept, Leaver, N_PROFILE_NAMES_MAX, split_group};
pub use independence::lacks_independence;
pub use together::Together;

use std::num::NonZeroU64;

use xxhash_rust::xxh3::xxh3_64;

use crate::address::BuildingPlace;
use crate::code::CodeKind;
use crate::date::Date;
use crate::judgement::Recodings;
use crate::model::{ComparisonVector, FieldIdx, FieldValue, Finding, Record, SourceIdx, Value};
use crate::name::{self, EnterpriseName, LegalForm, NameNotes};
use crate::normalize::names_two;
use crate::schema::{Aspect, Schema, aspect_text};

/// Where a record stands before the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Key of what its valid code names, an organization or a person; none where it has none, or two different ones.
    pub org: Option<NonZeroU64>,
    /// It carries valid codes of two different subjects, or names two enterprises in one cell, and therefore supplies none.
    pub disputed: bool,
    /// What part of an enterprise it names.
    pub role: Role,
    /// Where it stands, if places tell its kind apart.
    pub place: BuildingPlace,
    /// The source, where that lists every entity at most once.
    pub unique_source: Option<SourceIdx>,
    /// The latest day that is given for its beginning; [`Date::MIN`] where none is.
    pub begins: Date,
    /// The earliest day that is given for its end; [`Date::MAX`] where none is.
    pub ends: Date,
}

/// There is one a record for as long as a register is made.
const _: () = assert!(size_of::<Standing>() == 48);

/// What part of an enterprise a record names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Role {
    /// No name tells.
    #[default]
    Unknown,
    /// A legal unit or an individual business.
    Unit,
    /// A branch; the key of its descriptor tells it from other branches of the parent, [`UNTOLD_BRANCH`] is any of them.
    Branch(u32),
    /// 本部: the head-office establishment of a legal unit.
    HeadOffice,
}

impl Role {
    /// The one of two compatible roles that says more; what it forbids only grows.
    ///
    /// ```
    /// use minglu_rules::law::{Role, UNTOLD_BRANCH};
    /// assert_eq!(Role::Branch(UNTOLD_BRANCH).or(Role::Branch(7)), Role::Branch(7)); // 龙岗分公司
    /// assert_eq!(Role::Branch(UNTOLD_BRANCH).or(Role::Unknown), Role::Branch(UNTOLD_BRANCH));
    /// ```
    pub fn or(self, other: Role) -> Role {
        match (self, other) {
            (Role::Unknown, known) | (known, Role::Unknown) => known,
            (Role::Branch(UNTOLD_BRANCH), Role::Branch(_)) => other,
            _ => self,
        }
    }
}

/// A branch whose name does not say where the parent's name ends: 明鹭数据龙岗分公司.
pub const UNTOLD_BRANCH: u32 = 0;

/// Why two records cannot be one entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Veto {
    /// A person judged that two of the records are two entities.
    JudgedDifferent,
    /// Valid codes of two different subjects.
    DifferentCodes,
    /// A branch, a head-office establishment and a legal unit are three things.
    DifferentRoles,
    /// Two branches of one parent.
    DifferentBranches,
    /// Another county, another number of a road, another block.
    DifferentPlaces,
    /// One ended before the other began: a name that was used again.
    DisjointLives,
    /// Both stand in a source that lists every entity once.
    UniqueSource,
    /// An exclusive comparison of the schema finds no agreement.
    Exclusive,
    /// What the clusters say together speaks against the one tie.
    WeakBridge,
    /// Together the clusters have more records than an entity may have.
    TooLarge,
    /// Under one code, the name is unrelated to the others: probably somebody else's code on the form.
    UnrelatedName,
    /// They do not agree on what every match without an equal code must agree on.
    MissingAgreement,
    /// They agree on the strength of too few independent facts: one coincidence would explain it.
    DependentEvidence,
}

impl Veto {
    /// The name of the reason in reports and answers.
    ///
    /// ```
    /// assert_eq!(minglu_rules::law::Veto::DifferentCodes.as_str(), "different_codes");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::JudgedDifferent => "judged_different",
            Self::DifferentCodes => "different_codes",
            Self::DifferentRoles => "different_roles",
            Self::DifferentBranches => "different_branches",
            Self::DifferentPlaces => "different_places",
            Self::DisjointLives => "disjoint_lives",
            Self::UniqueSource => "unique_source",
            Self::Exclusive => "exclusive",
            Self::WeakBridge => "weak_bridge",
            Self::TooLarge => "too_large",
            Self::UnrelatedName => "unrelated_name",
            Self::MissingAgreement => "missing_agreement",
            Self::DependentEvidence => "dependent_evidence",
        }
    }
}

impl Default for Standing {
    /// A record that says nothing.
    fn default() -> Self {
        Self {
            org: None,
            disputed: false,
            role: Role::Unknown,
            place: BuildingPlace::default(),
            unique_source: None,
            begins: Date::MIN,
            ends: Date::MAX,
        }
    }
}

impl Standing {
    /// The code of a record that left its group is somebody else's: the record supplies none.
    ///
    /// ```
    /// # use std::num::NonZeroU64;
    /// # use minglu_rules::law::Standing;
    /// let mut branch = Standing { org: NonZeroU64::new(7), ..Standing::default() }; // 分公司填了总公司的代码
    /// branch.disown();
    /// assert_eq!(branch.org, None);
    /// ```
    pub fn disown(&mut self) {
        self.org = None;
    }

    /// Where a person judged that its code became another, it stands under the one that speaks for both.
    ///
    /// ```
    /// # use std::num::NonZeroU64;
    /// # use minglu_rules::{judgement::Recodings, law::Standing};
    /// let [old, new] = [9, 7].map(|code| NonZeroU64::new(code).unwrap()); // 换码前后
    /// let mut standing = Standing { org: Some(old), ..Standing::default() };
    /// standing.recode(&Recodings::new([(old, new)]));
    /// assert_eq!(standing.org, Some(new));
    /// ```
    pub fn recode(&mut self, codes: &Recodings) {
        self.org = self.org.map(|org| codes.of(org));
    }

    /// Days that contradict each other say nothing.
    fn forget_impossible_life(&mut self) {
        if self.ends < self.begins {
            (self.begins, self.ends) = (Date::MIN, Date::MAX);
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
    standing.begins = dates(record, &schema.law.begins).max().unwrap_or(Date::MIN);
    standing.ends = dates(record, &schema.law.ends).min().unwrap_or(Date::MAX);
    standing.forget_impossible_life();
    let mut head_office_code = false;
    for value in record.values.iter().filter(|value| schema.law.codes.contains(&value.field)) {
        if let Value::Code(code) = &value.value {
            head_office_code |= code.kind == CodeKind::HeadOffice;
        }
        let subject = aspect_text(record.seen(value), Aspect::Subject);
        let Some(org) = subject.and_then(|subject| NonZeroU64::new(xxh3_64(subject.as_bytes()))) else { continue };
        standing.disputed |= standing.org.is_some_and(|known| known != org);
        standing.org = Some(org);
    }
    let named_twice = |value: &FieldValue| schema.law.names.contains(&value.field) && names_two(record.raw(value));
    standing.disputed |= record.values.iter().any(named_twice);
    if standing.disputed {
        standing.org = None;
    }
    let named = names(record, schema).map(role).find(|role| *role != Role::Unknown).unwrap_or_default();
    standing.role = if head_office_code { Role::HeadOffice } else { named };
    standing.place = place(record, schema);
    standing
}

/// Where a record stands: the first address that names a door, completed by the others as far as they agree.
fn place(record: &Record, schema: &Schema) -> BuildingPlace {
    if schema.law.places.is_empty() {
        return BuildingPlace::default();
    }
    let addresses = record.values.iter().filter(|value| schema.law.places.contains(&value.field));
    addresses.fold(BuildingPlace::default(), |known, value| match &value.value {
        Value::Address(located) => {
            let place = located.address.building_place();
            if known.contradicts(place) { known } else { known.or(place) }
        }
        _ => known,
    })
}

/// The days in some fields of a record.
fn dates(record: &Record, fields: &[FieldIdx]) -> impl Iterator<Item = Date> {
    let values = record.values.iter().filter(|value| fields.contains(&value.field));
    values.filter_map(|value| match value.value {
        Value::Date(date) => Some(date),
        _ => None,
    })
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
        Role::Branch((xxh3_64(branch.descriptor.as_bytes()) as u32).max(UNTOLD_BRANCH + 1))
    } else if name.form() == LegalForm::Branch {
        Role::Branch(UNTOLD_BRANCH)
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
/// use std::num::NonZeroU64;
///
/// use minglu_rules::law::{Role, Standing, Veto, veto};
/// let company = Standing { org: NonZeroU64::new(1), role: Role::Unit, ..Standing::default() };
/// let other = Standing { org: NonZeroU64::new(2), ..company };
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
    if a.place.contradicts(b.place) {
        return Some(Veto::DifferentPlaces);
    }
    veto_of_roles(a.role, b.role).or_else(|| veto_of_lives(a, b))
}

/// An entity that ended cannot begin later. An equal code says that one of the days is wrong.
fn veto_of_lives(a: &Standing, b: &Standing) -> Option<Veto> {
    let same_code = a.org.is_some() && a.org == b.org;
    (!same_code && (a.ends < b.begins || b.ends < a.begins)).then_some(Veto::DisjointLives)
}

fn veto_of_roles(a: Role, b: Role) -> Option<Veto> {
    match (a, b) {
        (Role::Unknown, _) | (_, Role::Unknown) => None,
        (Role::Branch(UNTOLD_BRANCH), Role::Branch(_)) | (Role::Branch(_), Role::Branch(UNTOLD_BRANCH)) => None,
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
