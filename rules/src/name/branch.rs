//! Is this the name of a branch, and where does the name of its parent end?
//!
//! A branch is named `所从属企业全名 + [行业] + [地名或字号] + 分公司 | 分厂 | 分店` (企业名称登记管理规定, art. 13).
//! Strong kinds (分公司, 支行) say so by themselves; weak ones (店, 中心) only right behind a complete parent or with
//! an ordinal, because a 店 is usually nobody's branch. The kinds are `rules/data/name/branch.txt`. It deliberately
//! does not guess a parent that is not written out: 中国银行深圳分行 is split at 银行, 麦当劳南山分店 is not split.

use std::sync::LazyLock;

use super::form;
use super::lexicon::{Lexicon, data_lines};
use crate::{division, text};

/// Where a branch's name comes apart, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BranchSplit {
    /// The end of the parent's name; 0 if the name does not say where that is.
    pub(super) parent_len: usize,
    /// The start of the kind; the descriptor lies between.
    pub(super) kind_start: usize,
    /// A 驻…办事处: an outpost rather than a shop.
    pub(super) is_resident: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    Strong,
    Weak,
}

/// A branch of a branch of a branch is the deepest seen; deeper nesting is read as one descriptor.
const N_LEVELS_MAX: usize = 4;

/// What ends a parent that can have branches of any kind.
const COMPANY_ENDS: &[&str] = &["公司", "银行", "分行", "支行", "事务所", "合伙)", "联社", "信用社"];

/// What ends a parent that has branches of strong kinds only: a 医院 has a 分院, but the 中心 of a 大学 is its own unit.
const INSTITUTION_ENDS: &[&str] = &["协会", "学会", "商会", "大学", "学院", "医院", "学校", "幼儿园", "合作社", "集团"];

const RESIDENT_MARK: char = '驻';
const RESIDENT_KINDS: &[&str] = &["办事处", "代表处", "联络处"];
const ORDINAL_MARK: char = '第';

/// Chains number their shops whatever the parent is called: 海底捞第3店.
const SHOP_KIND: &str = "店";

static KINDS: LazyLock<Lexicon<Strength>> = LazyLock::new(|| {
    let lines = data_lines(include_str!("../../data/name/branch.txt"));
    Lexicon::new(lines.flat_map(|line| {
        let (word, kinds) = line.split_once(' ').unwrap_or((line, ""));
        let strength = if word == "strong" { Strength::Strong } else { Strength::Weak };
        kinds.split_whitespace().map(move |kind| (kind, strength))
    }))
});

/// Splits the name of a branch at the end of its nearest parent.
pub(super) fn split(name: &str) -> Option<BranchSplit> {
    let (kind_len, strength) = KINDS.longest(name)?;
    let kind_start = name.len() - kind_len;
    let head = &name[..kind_start];
    if let Some(split) = resident(name, kind_start) {
        return Some(split);
    }
    let parent_len = match strength {
        Strength::Strong => last_end(head, COMPANY_ENDS).or_else(|| last_end(head, INSTITUTION_ENDS)),
        Strength::Weak => last_end(head, COMPANY_ENDS),
    };
    match (parent_len.or_else(|| parent_before_ordinal(name, kind_start, strength)), strength) {
        (Some(parent_len), _) => Some(BranchSplit { parent_len, kind_start, is_resident: false }),
        (None, Strength::Strong) => Some(BranchSplit { parent_len: 0, kind_start, is_resident: false }),
        (None, Strength::Weak) => None,
    }
}

/// Follows the parents up to the name that is no branch: bytes of that name, or of what stands before the kind.
pub(super) fn root_len(name: &str, split: BranchSplit) -> usize {
    let mut len = if split.parent_len == 0 { split.kind_start } else { split.parent_len };
    for _ in 1..N_LEVELS_MAX {
        match self::split(&name[..len]) {
            Some(above) if above.parent_len > 0 => len = above.parent_len,
            _ => break,
        }
    }
    len
}

/// Writes the ordinals of the descriptor with Arabic digits: 龙岗第一分公司, 龙岗一分公司.
pub(super) fn write_ordinals(name: &mut String) -> bool {
    let Some(split) = split(name) else { return false };
    let root = if split.parent_len == 0 { split.kind_start } else { root_len(name, split) };
    let tail = text::ordinal_to_digits(&name[root..]);
    let tail = last_numeral_to_digits(&tail, name.len() - split.kind_start);
    if tail == name[root..] {
        return false;
    }
    name.truncate(root);
    name.push_str(&tail);
    true
}

/// A numeral right before the kind counts branches even without 第.
fn last_numeral_to_digits(tail: &str, kind_len: usize) -> String {
    let descriptor = &tail[..tail.len() - kind_len];
    let numeral = descriptor
        .char_indices()
        .rev()
        .map_while(|(idx, _)| Some((idx, text::chinese_number(&descriptor[idx..])?)))
        .filter(|(idx, (_, len))| idx + len == descriptor.len())
        .last();
    // 第十二十: an ordinal that is no number stays whole, or its end would be written and then its beginning.
    let is_rest_of_ordinal = |idx: usize| {
        let before = descriptor[..idx].trim_end_matches(text::is_numeral);
        before.len() < idx && before.ends_with(ORDINAL_MARK)
    };
    match numeral.filter(|(idx, _)| !is_rest_of_ordinal(*idx)) {
        Some((idx, (value, _))) => format!("{}{value}{}", &descriptor[..idx], &tail[descriptor.len()..]),
        None => tail.to_owned(),
    }
}

fn last_end(head: &str, ends: &[&str]) -> Option<usize> {
    ends.iter().filter_map(|end| head.rfind(end).map(|idx| idx + end.len())).max()
}

/// 老王小吃店第2分店: what stands before the ordinal is the parent, if it is more than a region.
fn parent_before_ordinal(name: &str, kind_start: usize, strength: Strength) -> Option<usize> {
    let (head, kind) = name.split_at(kind_start);
    let parent_len = head.rfind(ORDINAL_MARK)?;
    let (parent, ordinal) = (&head[..parent_len], &head[parent_len + ORDINAL_MARK.len_utf8()..]);
    let is_number = ordinal.bytes().all(|byte| byte.is_ascii_digit())
        || text::chinese_number(ordinal).is_some_and(|(_, len)| len == ordinal.len());
    let is_named = match strength {
        Strength::Strong => division::prefix(parent).is_none_or(|region| region.len < parent.len()),
        Strength::Weak => form::at_end(parent).is_some() || kind == SHOP_KIND,
    };
    (is_number && is_named && !ordinal.is_empty() && parent.chars().nth(1).is_some()).then_some(parent_len)
}

/// 湖南省人民政府驻深圳办事处.
fn resident(name: &str, kind_start: usize) -> Option<BranchSplit> {
    let parent_len = name[..kind_start].rfind(RESIDENT_MARK)?;
    let is_outpost = RESIDENT_KINDS.contains(&&name[kind_start..]);
    (is_outpost && name[..parent_len].chars().nth(1).is_some()).then_some(BranchSplit {
        parent_len,
        kind_start,
        is_resident: true,
    })
}

#[cfg(test)]
mod tests;
