//! Which of the records that carry one code belong to it?
//!
//! An equal valid code is a grouping: linear in the records, without pairs. Another firm's code on a form is the most
//! damaging error there is, so each record is held against the group's profile before it is believed.

use super::{Role, Veto, names, standing};
use crate::model::{Record, RecordIdx};
use crate::name::{self, EnterpriseName};
use crate::schema::Schema;

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
    let mut profile: Vec<(&EnterpriseName, RecordIdx)> = Vec::new();
    let mut profile_role = Role::Unknown;
    let Some(&(seed, _)) = group.first() else { return (kept, left) };
    for (position, &(idx, record)) in group.iter().enumerate() {
        let role = standing(record, schema, false).role;
        let own: Vec<&EnterpriseName> = names(record, schema).filter(|name| !name.norm().is_empty()).collect();
        let (similarity, nearest) = nearest(&own, &profile).unwrap_or((1.0, seed));
        let why = match super::veto_of_roles(profile_role, role) {
            Some(why) => Some(why),
            None if similarity < schema.law.name_similarity_min => Some(Veto::UnrelatedName),
            None => None,
        };
        if let Some(why) = why {
            left.push(Leaver { record: idx, why, nearest, similarity });
            continue;
        }
        if profile_role == Role::Unknown {
            profile_role = role;
        }
        for name in own {
            let known = profile.iter().any(|(known, _)| known.norm() == name.norm());
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

/// The greatest similarity of any own name to any name of the profile; `None` where there is nothing to compare.
fn nearest(own: &[&EnterpriseName], profile: &[(&EnterpriseName, RecordIdx)]) -> Option<(f64, RecordIdx)> {
    let mut best: Option<(f64, RecordIdx)> = None;
    for name in own {
        for (known, holder) in profile {
            let similarity = if name.norm() == known.norm() { 1.0 } else { name::similarity(name, known) };
            if best.is_none_or(|(greatest, _)| similarity > greatest) {
                best = Some((similarity, *holder));
            }
        }
    }
    best
}
