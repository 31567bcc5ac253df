//! Where do the four legal parts of a name lie: 行政区划 + 字号 + 行业或经营特点 + 组织形式?
//!
//! The order is that of 企业名称登记管理规定 (State Council order 734, 2020), art. 6. A region in brackets behind the
//! trade name, as foreign-invested firms write it, is moved to the front, so that both spellings have one *canonical*
//! text in which every part is one span. Branches and annotations have been taken off before (`branch.rs`, `note.rs`).

use super::form::{self, LegalForm};
use super::industry::{self, MayTakeAll};
use super::note::{NameNotes, last_bracket, last_bracket_start};
use super::trade::{self, Follows};
use super::{order, region};
use crate::division::Division;

/// A name without branch and annotations, put in legal order and cut into its parts.
#[derive(Debug)]
pub(super) struct Anatomy {
    /// The canonical text.
    pub(super) text: String,
    /// The ends of the parts in `text`, which follow one another.
    pub(super) ends: PartEnds,
    pub(super) region: Option<Division>,
    pub(super) form: LegalForm,
    /// What the name itself says: group, national, international.
    pub(super) notes: NameNotes,
}

/// Ends of the parts in bytes; the first part starts at 0, what follows the last is a bracket that nobody understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PartEnds {
    pub(super) region: u16,
    /// 中国, which stands where a region would.
    pub(super) national: u16,
    pub(super) trade_name: u16,
    pub(super) industry: u16,
    pub(super) form: u16,
}

/// Words in the place of a region that name no division.
const NATIONAL_WORDS: &[&str] = &["中国", "全国"];

const GROUP_WORD: &str = "集团";
const GROUP_IN_BRACKETS: &str = "(集团)";
const INTERNATIONAL_WORD: &str = "国际";

/// Cuts a name into its parts.
pub(super) fn dissect(name: &str) -> Anatomy {
    let SplitForm { body, text: form_text, form, after } = split_form(name);
    let joined = if is_bracket(after) { None } else { order::joined(body, after) };
    let (body, after) = joined.as_deref().map_or((body, after), |joined| (joined, ""));
    let mut brackets = take_brackets(body, after);
    let (region_len, front_region) = region::at_start(brackets.rest.as_deref().unwrap_or(body));
    if front_region.is_none() && brackets.region.is_none() {
        brackets.take_bare_region(body, form);
    }
    let rest = brackets.rest.as_deref().unwrap_or(body);
    let national_len = national_len(&rest[region_len..]);
    let start = region_len + national_len;
    let is_placed = start > 0 || brackets.region.is_some() || !brackets.national.is_empty();
    let trade_len = trade_name_len(&rest[start..], is_placed, form);

    let mut text = String::with_capacity(name.len());
    let mut ends = PartEnds::default();
    let mut push = |part: &str| {
        text.push_str(part);
        text.len() as u16
    };
    push(&rest[..region_len]);
    ends.region = push(brackets.region.map_or("", |(written, _)| written));
    push(&rest[region_len..start]);
    ends.national = push(brackets.national);
    ends.trade_name = push(&rest[start..start + trade_len]);
    ends.industry = push(&rest[start + trade_len..]);
    push(if brackets.notes.contains(NameNotes::GROUP) { GROUP_IN_BRACKETS } else { "" });
    ends.form = push(form_text);
    push(if brackets.takes_after { "" } else { after });

    let mut notes = brackets.notes;
    if national_len > 0 {
        notes |= NameNotes::NATIONAL;
    }
    let form = if brackets.notes.contains(NameNotes::GROUP) { group_form(form) } else { form };
    if form == LegalForm::Group || name.contains(GROUP_WORD) {
        notes |= NameNotes::GROUP;
    }
    Anatomy { text, ends, region: region::lower(front_region, brackets.region.map(|(_, region)| region)), form, notes }
}

/// Bytes of the trade name at the start of what stands between region and form: what the industry leaves.
fn trade_name_len(text: &str, is_placed: bool, form: LegalForm) -> usize {
    let may_take_all = if is_placed { MayTakeAll::Yes } else { MayTakeAll::No };
    let industry_len = industry::len_at_end(text, may_take_all);
    let left = &text[..text.len() - industry_len];
    // A bare brand has nothing beside it that could show where it ends; offices are called by what they do.
    let is_bare = industry_len == 0 && !is_placed && form == LegalForm::Unknown;
    let follows = if industry_len > 0 { Follows::Industry } else { Follows::Form };
    if is_bare || form == LegalForm::Government { left.len() } else { trade::len_at_start(left, follows) }
}

/// A name at its form.
struct SplitForm<'a> {
    body: &'a str,
    text: &'a str,
    form: LegalForm,
    /// What stands behind the form: a bracket, or something that does not belong there.
    after: &'a str,
}

/// Body, form, and what stands behind the form: 明鹭 + 有限公司 + (深圳).
fn split_form(name: &str) -> SplitForm<'_> {
    if let Some((len, form)) = form::at_end(name) {
        let start = name.len() - len;
        return SplitForm { body: &name[..start], text: &name[start..], form, after: "" };
    }
    let bracketed =
        last_bracket(name).and_then(|open| form::at_end(&name[..open]).map(|(len, form)| (open - len, open, form)));
    match bracketed.or_else(|| order::form_inside(name)) {
        Some((start, end, form)) => {
            SplitForm { body: &name[..start], text: &name[start..end], form, after: &name[end..] }
        }
        None => SplitForm { body: name, text: "", form: LegalForm::Unknown, after: "" },
    }
}

/// Nothing, or one bracket.
fn is_bracket(after: &str) -> bool {
    after.is_empty() || last_bracket_start(after) == Some(0)
}

/// What the brackets of a name say, and the name without those that were understood.
#[derive(Default)]
struct Brackets<'a> {
    region: Option<(&'a str, Division)>,
    national: &'a str,
    notes: NameNotes,
    /// The body without the brackets; none if nothing was taken out.
    rest: Option<String>,
    /// The bracket behind the form was understood.
    takes_after: bool,
}

fn take_brackets<'a>(body: &'a str, after: &'a str) -> Brackets<'a> {
    let mut brackets = Brackets::default();
    brackets.takes_after = !after.is_empty() && is_bracket(after) && brackets.understand(&after[1..after.len() - 1]);
    // Most names have no bracket, and need no copy.
    if !body.contains('(') {
        return brackets;
    }
    let (mut rest, mut pos) = (String::new(), 0);
    while let Some(open) = body[pos..].find('(').map(|idx| pos + idx) {
        let Some(close) = body[open..].find(')').map(|idx| open + idx) else { break };
        if brackets.understand(&body[open + 1..close]) {
            rest.push_str(&body[pos..open]);
        } else {
            rest.push_str(&body[pos..=close]);
        }
        pos = close + 1;
    }
    rest.push_str(&body[pos..]);
    if rest.is_empty() && !body.is_empty() {
        // A name that is nothing but brackets has nothing that they could be moved to.
        return Brackets::default();
    }
    brackets.rest = Some(rest).filter(|rest| rest.len() < body.len());
    brackets
}

impl<'a> Brackets<'a> {
    /// Takes out a region that lost its brackets.
    fn take_bare_region(&mut self, body: &'a str, form: LegalForm) {
        if self.rest.is_some() {
            return;
        }
        if let Some((range, division)) = order::region_inside(body, form) {
            self.rest = Some([&body[..range.start], &body[range.end..]].concat());
            self.region = Some((&body[range], division));
        }
    }

    /// Whether the bracket says something that belongs elsewhere in the legal order.
    fn understand(&mut self, inner: &'a str) -> bool {
        if inner == GROUP_WORD {
            self.notes |= NameNotes::GROUP;
            return true;
        }
        if inner == INTERNATIONAL_WORD {
            self.notes |= NameNotes::INTERNATIONAL;
            return true;
        }
        if NATIONAL_WORDS.contains(&inner) && self.national.is_empty() {
            self.national = inner;
            self.notes |= NameNotes::NATIONAL;
            return true;
        }
        if self.region.is_some() {
            return false;
        }
        self.region = region::named(inner).map(|region| (inner, region));
        self.region.is_some()
    }
}

/// What a company with (集团) in its name is.
fn group_form(form: LegalForm) -> LegalForm {
    match form {
        LegalForm::Limited | LegalForm::JointStock | LegalForm::StateOrOtherCompany | LegalForm::Unknown => {
            LegalForm::Group
        }
        other => other,
    }
}

fn national_len(rest: &str) -> usize {
    let word = NATIONAL_WORDS.iter().find(|word| rest.starts_with(**word));
    word.filter(|word| rest[word.len()..].chars().nth(1).is_some()).map_or(0, |word| word.len())
}

#[cfg(test)]
mod tests;
