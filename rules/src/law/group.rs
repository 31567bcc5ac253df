//! Which of the records that carry one code belong to it?
//!
//! An equal valid code is a grouping: linear in the records, without pairs. Another firm's code on a form is the most
//! damaging error there is, so each record is held against the group's profile before it is believed.

use std::borrow::Cow;

use super::{Role, Standing, Veto, standing};
use crate::address::BuildingPlace;
use crate::model::{Record, RecordIdx, Value};
use crate::name::{self, EnterpriseName};
use crate::schema::{Aspect, Schema, aspect_text};

/// Names that a profile keeps; a unit with more former names than this is compared with the first ones.
pub const N_PROFILE_NAMES_MAX: usize = 32;

/// A record that carries the code of a group and does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leaver {
    /// The record.
    pub record: RecordIdx,
    /// Why it left.
    pub why: Veto,
    /// The record of the group whose name is nearest.
    pub nearest: RecordIdx,
    /// Similarity of that name.
    pub similarity: f64,
}

/// A kept record and the one that holds it: the earlier record of nearest name.
pub type Kept = (RecordIdx, RecordIdx);

/// Parts the records of one code, given in anchor order, into those that belong to it and those that leave.
///
/// The first record founds the profile, because it comes from the most trusted source. A record without a name has
/// nothing that speaks against it. The result is a function of the set of records.
///
/// ```
/// # use minglu_rules::{law, model::*, normalize::*, schema::Schema};
/// # let schema = Schema::shipped("enterprise").unwrap();
/// # let name = schema.field("name").unwrap();
/// # let record = |id: &str, text: &str| normalize(&SourceRecord { key: RecordKey { source: SourceIdx(0), id: id.into() },
/// #     updated_at: None, values: vec![(name, text.into())] }, &schema, &Jurisdiction::default()).0;
/// let records = [record("1", "深圳市明鹭数据科技有限公司"), record("2", "广州宏达五金厂")];
/// let group: Vec<_> = records.iter().enumerate().map(|(i, record)| (RecordIdx(i as u32), record)).collect();
/// let (kept, left) = law::split_group(&group, &schema);
/// assert_eq!((kept.len(), left[0].why), (0, law::Veto::UnrelatedName));
/// ```
pub fn split_group(group: &[(RecordIdx, &Record)], schema: &Schema) -> (Vec<Kept>, Vec<Leaver>) {
    let (mut kept, mut left) = (Vec::new(), Vec::new());
    let mut profile: Vec<(LawName<'_>, RecordIdx)> = Vec::new();
    let (mut profile_role, mut profile_place) = (Role::Unknown, BuildingPlace::default());
    let Some(&(seed, _)) = group.first() else { return (kept, left) };
    for (position, &(idx, record)) in group.iter().enumerate() {
        let Standing { role, place, .. } = standing(record, schema, false);
        let own: Vec<LawName<'_>> = names(record, schema).filter(|name| !name.text().is_empty()).collect();
        let (similarity, nearest) = nearest(&own, &profile).unwrap_or((1.0, seed));
        let why = match super::veto_of_roles(profile_role, role) {
            Some(why) => Some(why),
            None if profile_place.contradicts(place) => Some(Veto::DifferentPlaces),
            None if similarity < schema.law.name_similarity_min => Some(Veto::UnrelatedName),
            None => None,
        };
        if let Some(why) = why {
            left.push(Leaver { record: idx, why, nearest, similarity });
            continue;
        }
        profile_role = profile_role.or(role);
        profile_place = profile_place.or(place);
        for name in own {
            let known = profile.iter().any(|(known, _)| known.text() == name.text());
            if !known && profile.len() < N_PROFILE_NAMES_MAX {
                profile.push((name, idx));
            }
        }
        if position > 0 {
            kept.push((idx, nearest));
        }
    }
    (kept, left)
}

/// A name that the law looks at.
enum LawName<'a> {
    Enterprise(&'a EnterpriseName),
    Person(Cow<'a, str>),
}

impl LawName<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Enterprise(name) => name.norm(),
            Self::Person(text) => text,
        }
    }

    fn similarity(&self, other: &Self) -> f64 {
        match (self, other) {
            _ if self.text() == other.text() => 1.0,
            (Self::Enterprise(a), Self::Enterprise(b)) => name::similarity(a, b),
            // Characters that stay, of the longer name: 王小明 and 王晓明 share two of three, 王伟 and 李娜 nothing.
            _ => rapidfuzz::distance::osa::normalized_similarity(self.text().chars(), other.text().chars()),
        }
    }
}

fn names<'a>(record: &'a Record, schema: &'a Schema) -> impl Iterator<Item = LawName<'a>> {
    let values = record.values.iter().filter(|value| schema.law.names.contains(&value.field));
    values.filter_map(|value| match &value.value {
        Value::EnterpriseName(name) => Some(LawName::Enterprise(name)),
        _ => aspect_text(record.seen(value), Aspect::Text).map(LawName::Person),
    })
}

/// The greatest similarity of any own name to any name of the profile; `None` where there is nothing to compare.
fn nearest(own: &[LawName<'_>], profile: &[(LawName<'_>, RecordIdx)]) -> Option<(f64, RecordIdx)> {
    let mut best: Option<(f64, RecordIdx)> = None;
    for name in own {
        for (known, holder) in profile {
            let similarity = name.similarity(known);
            if best.is_none_or(|(greatest, _)| similarity > greatest) {
                best = Some((similarity, *holder));
            }
        }
    }
    best
}
