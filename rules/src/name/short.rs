//! Is a short name (简称) short for this full name, and what in it is only a stock exchange's mark?
//!
//! A Chinese short name keeps characters of the full one in order: 华能国际 of 华能国际电力股份有限公司, 深物业 of
//! 深圳市物业发展(集团)股份有限公司. Many full names contain the characters of a short one by chance, so a yes is
//! a hint for comparing further, never evidence by itself. Names that a firm lists under after a change of business
//! share no character with its full name and are not found.

use super::EnterpriseName;
use crate::text;

/// Marks before a short name: special treatment, unfinished share reform, first day, ex dividend, ex rights.
/// Rules of the Shanghai and Shenzhen exchanges on 证券简称; longest first.
const MARKS_BEFORE: &[&str] = &["S*ST", "SST", "*ST", "ST", "PT", "XD", "XR", "DR", "N", "C", "S", "G", "退市"];

/// Marks behind: classes of shares; -W weighted votes, -U no profit yet, -D depositary; 退: being delisted.
const MARKS_BEHIND: &[&str] =
    &["-UW", "-WD", "-SW", "-SWR", "-W", "-U", "-D", "-S", "-B", "-R", "(退市)", "退", "A", "B", "H"];

/// A share of this many characters with the full name is the least that is not chance.
const N_SHORT_CHARS_MIN: usize = 2;

/// The short name of a listed company without the exchange's marks.
///
/// A Latin mark counts only beside a Chinese character, so that TCL科技 and GQY视讯 stay whole.
///
/// ```
/// use minglu_rules::name::short_name_core;
/// assert_eq!(short_name_core("*ST国华"), "国华");
/// assert_eq!(short_name_core("万科Ａ"), "万科");
/// assert_eq!(short_name_core("百济神州-U"), "百济神州");
/// assert_eq!(short_name_core("TCL科技"), "TCL科技");
/// ```
pub fn short_name_core(short_name: &str) -> &str {
    let mut core = short_name.trim();
    while let Some(shorter) = without_mark_before(core).or_else(|| without_mark_behind(core)) {
        core = shorter.trim();
    }
    core
}

/// Whether `short_name` abbreviates the full name: its characters in order, the first of them starting a part.
///
/// ```
/// use minglu_rules::name::{is_short_of, parse};
/// let full = parse("华能国际电力股份有限公司");
/// assert!(is_short_of("华能国际", &full) && is_short_of("*ST华能", &full));
/// assert!(!is_short_of("国电电力", &full));
/// assert!(is_short_of("上汽集团", &parse("上海汽车集团股份有限公司")));
/// ```
pub fn is_short_of(short_name: &str, full: &EnterpriseName) -> bool {
    let short = text::fold(short_name_core(short_name));
    if short.chars().nth(N_SHORT_CHARS_MIN - 1).is_none() {
        return false;
    }
    let canonical = full.canonical();
    let body = &canonical[..usize::from(full.ends.form)];
    let starts = [0, full.ends.region, full.ends.national].map(usize::from);
    starts.into_iter().any(|start| is_abbreviation(&short, &body[start..])) && has_trade_name(&short, full)
}

/// The characters in order, the first at the start.
fn is_abbreviation(short: &str, body: &str) -> bool {
    let mut left = body.chars();
    let mut letters = short.chars();
    let first = letters.next();
    left.next() == first && letters.all(|letter| left.any(|char| char == letter))
}

/// The trade name carries the identity: its first character or two others must be there, if there is one.
fn has_trade_name(short: &str, full: &EnterpriseName) -> bool {
    let trade_name = if full.trade_name().is_empty() { full.industry() } else { full.trade_name() };
    let n_shared = trade_name.chars().filter(|char| short.contains(*char)).count();
    n_shared >= N_SHORT_CHARS_MIN || trade_name.chars().next().is_some_and(|first| short.contains(first))
}

fn without_mark_before(name: &str) -> Option<&str> {
    let mark = MARKS_BEFORE.iter().find_map(|mark| strip_width_blind(name.chars(), mark.chars()))?;
    let rest = &name[name.len() - mark.as_str().len()..];
    let is_beside_chinese = rest.trim_start().chars().next().is_some_and(is_chinese);
    (is_beside_chinese && rest.trim().chars().nth(N_SHORT_CHARS_MIN - 1).is_some()).then_some(rest)
}

fn without_mark_behind(name: &str) -> Option<&str> {
    let rest = MARKS_BEHIND.iter().find_map(|mark| {
        let left = strip_width_blind(name.chars().rev(), mark.chars().rev())?;
        let n_bytes = left.map(char::len_utf8).sum::<usize>();
        Some(&name[..n_bytes])
    })?;
    let is_beside_chinese = rest.trim_end().chars().next_back().is_some_and(is_chinese);
    (is_beside_chinese && rest.trim().chars().nth(N_SHORT_CHARS_MIN - 1).is_some()).then_some(rest)
}

/// What is left of `text` after `mark`, full-width letters counting as their ASCII forms.
fn strip_width_blind<I: Iterator<Item = char>>(mut text: I, mark: impl Iterator<Item = char>) -> Option<I> {
    for expected in mark {
        let found = text.next()?;
        if narrow(found) != expected {
            return None;
        }
    }
    Some(text)
}

/// The ASCII form of a full-width character, in upper case.
fn narrow(char: char) -> char {
    const FULL_WIDTH_OFFSET: u32 = 0xFF01 - 0x21;
    match char {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(char) - FULL_WIDTH_OFFSET).unwrap_or(char),
        _ => char,
    }
}

fn is_chinese(char: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&char)
}

#[cfg(test)]
mod tests;
