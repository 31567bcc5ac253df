//! Which names do several shops of one city bear?
//!
//! A name is unique only within its authority and trade (个体工商户名称登记管理办法, art. 6), and people leave the county
//! out: 便民商店 stands in every street. Such a name is no evidence that two records are one shop. It deliberately
//! counts nothing: how often a name occurs in the records at hand is the frozen model's business.

use std::sync::LazyLock;

use hashbrown::HashSet;

use super::lexicon::data_lines;
use super::{EnterpriseName, LegalForm, NameNotes, form};

/// Everyday trade names of shops.
static WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| data_lines(include_str!("../../data/name/generic.txt")).flat_map(str::split_whitespace).collect());

/// What people call a neighbor: 老王, 小李, 阿珍; with one character behind it, and 王记, 李家 with one before.
const CALLS_BEFORE: [char; 4] = ['老', '小', '阿', '大'];
const CALLS_BEHIND: [char; 4] = ['记', '家', '氏', '姐'];

pub(super) fn is_generic(name: &EnterpriseName) -> bool {
    if form::is_shop(name.norm()) {
        return true;
    }
    let is_shop = name.form() == LegalForm::Sole || name.notes().contains(NameNotes::INDIVIDUAL_BUSINESS);
    is_shop && name.region_text().is_empty() && is_everyday(name.trade_name())
}

fn is_everyday(trade_name: &str) -> bool {
    let mut chars = trade_name.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (None, ..) => true,
        (Some(first), Some(second), None) if CALLS_BEFORE.contains(&first) || CALLS_BEHIND.contains(&second) => true,
        _ => WORDS.contains(trade_name),
    }
}
