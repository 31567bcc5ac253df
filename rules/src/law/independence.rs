//! Does the evidence of a pair rest on more than one coincidence?
//!
//! Two people of one name are not one person because they also share a phone, however rare the name: the phone may be an
//! agent's. A schema puts its levels of agreement into groups of independent evidence and demands that a match agree on
//! the required groups and on so many others. This looks at levels only; how much they weigh is [`crate::score`]'s business.

use super::Veto;
use crate::model::Finding;
use crate::schema::Schema;

/// Why a pair without an equal code must not be accepted however much its evidence weighs; symmetric in the records.
///
/// ```
/// use minglu_rules::{law::{Veto, lacks_independence}, model::Finding, schema::Schema};
/// let schema = Schema::shipped("person").unwrap();
/// let agree_on = |names: &[&str]| -> Vec<Finding> {
///     let found = |name: &String| Finding { level: names.contains(&name.as_str()).then_some(0), ..Finding::MISSING };
///     schema.comparisons.iter().map(|comparison| found(&comparison.name)).collect()
/// };
/// assert_eq!(lacks_independence(&agree_on(&["phone", "employer code"]), &schema), Some(Veto::MissingAgreement));
/// assert_eq!(lacks_independence(&agree_on(&["name", "phone"]), &schema), Some(Veto::DependentEvidence)); // 同名同号
/// assert_eq!(lacks_independence(&agree_on(&["name", "phone", "employer code"]), &schema), None);
/// ```
pub fn lacks_independence(vector: &[Finding], schema: &Schema) -> Option<Veto> {
    let law = &schema.law;
    if law.required == 0 && law.n_independent_min == 0 {
        return None;
    }
    let mut agreed = 0_u64;
    for (finding, comparison) in vector.iter().zip(&schema.comparisons) {
        let level = finding.level.and_then(|level| comparison.levels.get(usize::from(level)));
        if let Some(group) = level.and_then(|level| level.group) {
            agreed |= 1 << group;
        }
    }
    if agreed & law.required != law.required {
        return Some(Veto::MissingAgreement);
    }
    ((agreed & !law.required).count_ones() < law.n_independent_min).then_some(Veto::DependentEvidence)
}

#[cfg(test)]
mod tests;
