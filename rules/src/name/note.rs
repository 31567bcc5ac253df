//! What do departments write behind a name that is no part of it, and what does it say about the unit?
//!
//! Annotations are stripped from the end only, brackets included; what they say is kept as [`NameNotes`] or as the
//! former name. A bracket that is not in the tables here is left alone: it may be the very thing that tells two
//! units apart.

use super::flags::flag_set;

flag_set! {
    /// What a name says about its unit besides the four legal parts.
    ///
    /// ```
    /// use minglu_rules::name::{self, NameNotes};
    /// let notes = name::parse("深圳市明鹭集团有限公司(本部)").notes();
    /// assert!(notes.contains(NameNotes::HEAD_OFFICE) && notes.contains(NameNotes::GROUP));
    /// ```
    NameNotes, read by "notes" {
        /// 本部: the establishment of the unit's own head office.
        HEAD_OFFICE = 0, "head_office";
        /// 筹: still being founded.
        PREPARING = 1, "preparing";
        /// 已注销.
        CANCELLED = 2, "cancelled";
        /// 吊销: the license was revoked.
        REVOKED = 3, "revoked";
        /// 迁出: moved to another authority.
        MOVED_OUT = 4, "moved_out";
        /// 个体工商户.
        INDIVIDUAL_BUSINESS = 5, "individual_business";
        /// 集团 in the name.
        GROUP = 6, "group";
        /// 中国 or 全国 in the place of a region.
        NATIONAL = 7, "national";
        /// (国际).
        INTERNATIONAL = 8, "international";
        /// 曾用名: a former name was given.
        FORMER_NAME = 9, "former_name";
        /// 简称, 又名: another name was given.
        OTHER_NAME = 10, "other_name";
        /// 分支机构: declared a branch by its annotation.
        BRANCH = 11, "branch";
    }
}

/// Annotations in brackets.
const NOTES: &[(&str, NameNotes)] = &[
    ("本部", NameNotes::HEAD_OFFICE),
    ("总部", NameNotes::HEAD_OFFICE),
    ("筹", NameNotes::PREPARING),
    ("筹建", NameNotes::PREPARING),
    ("筹备", NameNotes::PREPARING),
    ("筹建中", NameNotes::PREPARING),
    ("注销", NameNotes::CANCELLED),
    ("已注销", NameNotes::CANCELLED),
    ("吊销", NameNotes::REVOKED),
    ("已吊销", NameNotes::REVOKED),
    ("吊销未注销", NameNotes::REVOKED),
    ("迁出", NameNotes::MOVED_OUT),
    ("已迁出", NameNotes::MOVED_OUT),
    ("个体工商户", NameNotes::INDIVIDUAL_BUSINESS),
    ("个体户", NameNotes::INDIVIDUAL_BUSINESS),
    ("个体", NameNotes::INDIVIDUAL_BUSINESS),
    ("分支机构", NameNotes::BRANCH),
];

/// The same without brackets, where no other reading is possible.
const BARE_NOTES: &[(&str, NameNotes)] = &[
    ("公司本部", NameNotes::HEAD_OFFICE),
    ("公司总部", NameNotes::HEAD_OFFICE),
    ("公司已注销", NameNotes::CANCELLED),
    ("公司已吊销", NameNotes::REVOKED),
    ("公司已迁出", NameNotes::MOVED_OUT),
];

/// What a bare note stands behind, and keeps.
const BARE_NOTE_ANCHOR: &str = "公司";

/// Words that introduce a former name.
const FORMER_MARKS: &[&str] = &["曾用名称", "曾用名", "原名称", "原名", "旧名", "更名前", "变更前", "原"];

/// Words that introduce a name used beside the registered one.
const OTHER_MARKS: &[&str] = &["以下简称", "简称", "又名", "别名", "第二名称"];

/// Strips the annotations from the end of a folded name; returns what they said and the former name.
pub(super) fn strip(name: &mut String) -> (NameNotes, Option<String>) {
    let (mut notes, mut former_name) = (NameNotes::NONE, None);
    while let Some((len_left, note, mark_len)) = last_annotation(name) {
        notes |= note;
        if note == NameNotes::FORMER_NAME {
            former_name = name.get(len_left + 1 + mark_len..name.len() - 1).map(str::to_owned);
        }
        name.truncate(len_left);
    }
    (notes, former_name)
}

/// The annotation that ends the name: the bytes it leaves, what it says, and the length of its introducing word.
fn last_annotation(name: &str) -> Option<(usize, NameNotes, usize)> {
    let Some(open) = last_bracket(name) else {
        let (word, note) = BARE_NOTES.iter().find(|(word, _)| name.ends_with(word))?;
        let len_left = name.len() - word.len() + BARE_NOTE_ANCHOR.len();
        return Some((len_left, *note, 0));
    };
    let inner = &name[open + 1..name.len() - 1];
    let found = |marks: &[&str]| marks.iter().find(|mark| inner.starts_with(**mark)).map(|mark| mark.len());
    if inner.is_empty() {
        // Brackets that were emptied on the way say nothing.
        Some((open, NameNotes::NONE, 0))
    } else if let Some((_, note)) = NOTES.iter().find(|(word, _)| *word == inner) {
        Some((open, *note, 0))
    } else if let Some(len) = found(FORMER_MARKS) {
        Some((open, NameNotes::FORMER_NAME, len))
    } else {
        found(OTHER_MARKS).map(|len| (open, NameNotes::OTHER_NAME, len))
    }
}

/// Where the bracket opens that closes at the end of the text, if something stands before it.
pub(super) fn last_bracket(text: &str) -> Option<usize> {
    last_bracket_start(text).filter(|idx| *idx > 0)
}

/// Where the bracket opens that closes at the end of the text.
pub(super) fn last_bracket_start(text: &str) -> Option<usize> {
    if !text.ends_with(')') {
        return None;
    }
    let mut depth = 0;
    for (idx, byte) in text.bytes().enumerate().rev() {
        depth += match byte {
            b')' => 1,
            b'(' => -1,
            _ => 0,
        };
        if depth == 0 {
            return Some(idx);
        }
    }
    None
}

#[cfg(test)]
mod tests;
