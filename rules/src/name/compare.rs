//! How alike are two names, and does one name the other's branch or head office?
//!
//! The similarity weighs the parts by how much they tell enterprises of one city apart; the weights and caps were set
//! by hand from the registration rules (a trade name is unique per authority and industry, regions and forms are
//! shared by thousands). It is a guard and a feature, not a decision: equal names still need other evidence.

use rapidfuzz::distance::jaro_winkler;
use serde::Serialize;

use super::form::Compatibility;
use super::{Branch, EnterpriseName, NameNotes};
use crate::text::FoldSteps;

const TRADE_NAME_WEIGHT: f64 = 0.55;
const INDUSTRY_WEIGHT: f64 = 0.20;
const FORM_WEIGHT: f64 = 0.10;
const REGION_WEIGHT: f64 = 0.15;

/// A part that one of the names omits speaks neither for nor against.
const UNSTATED: f64 = 0.5;

/// Names that are equal once traditional characters are simplified: several of them share one simplified character.
const SIMPLIFIED: f64 = 0.99;

/// Trade names this short that differ in any character are different names (鹏程, 鹏城), whatever Jaro-Winkler says.
const N_SHORT_TRADE_CHARS_MAX: usize = 3;
const SHORT_TRADE_NAMES_DIFFER_MAX: f64 = 0.6;

/// Sister branches, or a branch and its parent.
const BRANCHES_DIFFER_MAX: f64 = 0.5;

/// How one name stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NameRelation {
    /// The first names a branch of the second.
    BranchOf,
    /// The second names a branch of the first.
    ParentOf,
    /// The first is the head office establishment (本部) of the second.
    HeadOfficeOf,
    /// The second is the head office establishment of the first.
    HasHeadOffice,
    /// Both name branches of one parent.
    SisterOf,
}

/// How alike two names are, from 0 to 1; symmetric, and 1 for equal names.
///
/// ```
/// use minglu_rules::name::{parse, similarity};
/// let alike = |a: &str, b: &str| similarity(&parse(a), &parse(b));
/// assert!(alike("深圳市明鹭数据科技有限公司", "明鹭数据科技（深圳）有限公司") > 0.99);
/// assert!(alike("深圳市鹏程贸易有限公司", "深圳市鹏城贸易有限公司") <= 0.6);
/// assert!(alike("深圳市明鹭数据科技有限公司", "广州市大榕树餐饮店") < 0.3);
/// ```
pub fn similarity(a: &EnterpriseName, b: &EnterpriseName) -> f64 {
    if a.norm() == b.norm() {
        let is_simplified = |name: &EnterpriseName| name.fold_steps().contains(FoldSteps::SIMPLIFIED);
        return if is_simplified(a) == is_simplified(b) { 1.0 } else { SIMPLIFIED };
    }
    let (trade_a, trade_b) = distinctive(a, b);
    let sum = TRADE_NAME_WEIGHT * jaro_winkler::similarity(trade_a.chars(), trade_b.chars())
        + INDUSTRY_WEIGHT * industry_similarity(a.industry(), b.industry())
        + FORM_WEIGHT * form_compatibility(a, b)
        + REGION_WEIGHT * region_compatibility(a, b);
    sum.min(trade_name_cap(trade_a, trade_b)).min(branch_cap(a.branch(), b.branch()))
}

/// Whether one name is that of a branch, a parent, a sister branch or a head office of the other.
///
/// ```
/// use minglu_rules::name::{NameRelation, parse, relation};
/// let (parent, branch) = (parse("明鹭科技（深圳）有限公司"), parse("深圳明鹭科技有限公司龙岗分公司"));
/// assert_eq!(relation(&branch, &parent), Some(NameRelation::BranchOf));
/// assert_eq!(relation(&parent, &branch), Some(NameRelation::ParentOf));
/// assert_eq!(relation(&parent, &parent), None);
/// ```
pub fn relation(a: &EnterpriseName, b: &EnterpriseName) -> Option<NameRelation> {
    if a.canonical() == b.canonical() {
        let is_head_office = |name: &EnterpriseName| name.notes().contains(NameNotes::HEAD_OFFICE);
        return match (is_head_office(a), is_head_office(b)) {
            (true, false) => Some(NameRelation::HeadOfficeOf),
            (false, true) => Some(NameRelation::HasHeadOffice),
            _ => None,
        };
    }
    match (a.branch(), b.branch()) {
        (Some(branch), _) if is_bearer_of(b, branch.parent) => Some(NameRelation::BranchOf),
        (_, Some(branch)) if is_bearer_of(a, branch.parent) => Some(NameRelation::ParentOf),
        (Some(branch_a), Some(branch_b)) if is_bearer_of(&super::parse(branch_a.parent), branch_b.parent) => {
            Some(NameRelation::SisterOf)
        }
        _ => None,
    }
}

/// Whether `name` is the parent's name, its form and the place of its region left open.
fn is_bearer_of(name: &EnterpriseName, parent: &str) -> bool {
    let parent = super::parse(parent);
    let is_branch =
        |name: &EnterpriseName| name.branch().map(|branch| (branch.descriptor.to_owned(), branch.kind.to_owned()));
    is_branch(name) == is_branch(&parent) && name.bearer() == parent.bearer()
}

/// The trade names, or trade names with industries where a name has no trade name (北京机床厂).
fn distinctive<'a>(a: &'a EnterpriseName, b: &'a EnterpriseName) -> (&'a str, &'a str) {
    if a.trade_name().is_empty() || b.trade_name().is_empty() {
        (a.core(), b.core())
    } else {
        (a.trade_name(), b.trade_name())
    }
}

/// Jaccard similarity of character bigrams.
fn industry_similarity(a: &str, b: &str) -> f64 {
    if a == b {
        return 1.0;
    }
    if a.is_empty() || b.is_empty() {
        return UNSTATED;
    }
    let bigrams = |text: &str| {
        let mut bigrams: Vec<(char, char)> = text.chars().zip(text.chars().skip(1)).collect();
        bigrams.sort_unstable();
        bigrams.dedup();
        bigrams
    };
    let (a, b) = (bigrams(a), bigrams(b));
    let n_shared = a.iter().filter(|bigram| b.binary_search(bigram).is_ok()).count();
    n_shared as f64 / (a.len() + b.len() - n_shared).max(1) as f64
}

fn form_compatibility(a: &EnterpriseName, b: &EnterpriseName) -> f64 {
    match a.form().compatibility(b.form()) {
        Compatibility::Equal => 1.0,
        Compatibility::Possible => UNSTATED,
        Compatibility::None => 0.0,
    }
}

fn region_compatibility(a: &EnterpriseName, b: &EnterpriseName) -> f64 {
    match (a.region(), b.region()) {
        (Some(a), Some(b)) if a.contains(b) || b.contains(a) => 1.0,
        (Some(a), Some(b)) if a.city().is_some() && a.city() == b.city() => UNSTATED,
        (Some(_), Some(_)) => 0.0,
        _ => UNSTATED,
    }
}

fn trade_name_cap(a: &str, b: &str) -> f64 {
    let is_short = |text: &str| text.chars().nth(N_SHORT_TRADE_CHARS_MAX).is_none();
    if a != b && is_short(a) && is_short(b) { SHORT_TRADE_NAMES_DIFFER_MAX } else { 1.0 }
}

fn branch_cap(a: Option<Branch<'_>>, b: Option<Branch<'_>>) -> f64 {
    let tail = |branch: Branch<'_>| (branch.descriptor.replace('第', ""), branch.kind.to_owned());
    if a.map(tail) == b.map(tail) { 1.0 } else { BRANCHES_DIFFER_MAX }
}

#[cfg(test)]
mod tests;
