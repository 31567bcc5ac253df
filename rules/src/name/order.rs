//! Where are the parts of a name that does not keep the legal order?
//!
//! Brackets get lost on the way, so that a region stands bare between trade name and form (明鹭科技深圳有限公司), and
//! exports turn names inside out, so that something stands behind the form (深圳有限公司明鹭科技). Both are read only
//! where every other reading would be worse. It deliberately leaves names of shops alone: 老北京 is no place there.

use super::form::{self, LegalForm};
use super::industry::{self, N_TRADE_CHARS_MIN};
use super::region;
use crate::division::Division;

/// Trade names before a bare region are short; longer ones are sentences in which a city may stand.
const N_TRADE_CHARS_MAX: usize = 4;

/// What before a city makes it a style: 老北京, 新上海.
const STYLES: &str = "老新大小正";

/// A shop names a region inside its name only in full: 天津市西青区.
const FULL_ENDS: [char; 4] = ['省', '市', '区', '县'];

/// What ends a company's name, wherever it stands.
const COMPANY_END: &str = "公司";

/// A region between the other parts of a company's name: its bytes, and the division.
///
/// Before it there is a trade name, with its industry or without; behind it an industry if there was none before.
pub(super) fn region_inside(rest: &str, form: LegalForm) -> Option<(std::ops::Range<usize>, Division)> {
    let is_company = match form {
        LegalForm::Limited | LegalForm::JointStock | LegalForm::Group | LegalForm::StateOrOtherCompany => true,
        LegalForm::Sole => false,
        _ => return None,
    };
    rest.char_indices().map(|(idx, _)| idx).skip(N_TRADE_CHARS_MIN).find_map(|start| {
        let (before, from) = rest.split_at(start);
        let (len, division) = region::bare(from)?;
        if !is_company && !from[..len].ends_with(FULL_ENDS) {
            return None;
        }
        let is_style = before.ends_with(|char| STYLES.contains(char));
        let n_trade_bytes = before.len() - industry::len_at_end(before, industry::MayTakeAll::No);
        let n_trade_chars = before[..n_trade_bytes].chars().count();
        let after = &from[len..];
        let has_industry = !after.is_empty() && industry::is_chain(after);
        let is_inside = has_industry || after.is_empty();
        (is_inside && !is_style && n_trade_chars <= N_TRADE_CHARS_MAX).then_some((start..start + len, division))
    })
}

/// Where the last company form inside `name` starts and ends, and its group, if something stands behind it.
pub(super) fn form_inside(name: &str) -> Option<(usize, usize, LegalForm)> {
    let end = name.rfind(COMPANY_END)? + COMPANY_END.len();
    let (len, form) = form::at_end(&name[..end])?;
    let is_company = matches!(form, LegalForm::Limited | LegalForm::JointStock | LegalForm::Group);
    (is_company && end < name.len()).then_some((end - len, end, form))
}

/// A name's body that consists of what stood before and behind its form, the trade name first: 东旭 + 钛业.
///
/// None where what stands before names somebody by itself; the rest is then an addition that nobody understood.
pub(super) fn joined(before: &str, behind: &str) -> Option<String> {
    let region_len = match region::named(before) {
        Some(_) => before.len(),
        None => region::at_start(before).0,
    };
    let head = &before[region_len..];
    if !industry::is_chain(head) {
        return None;
    }
    let mut body = before[..region_len].to_owned();
    // 深圳有限公司科技明鹭: the industry came first here.
    let cut = behind.char_indices().map(|(idx, _)| idx).rfind(|idx| {
        let has_trade_name = behind[*idx..].chars().nth(N_TRADE_CHARS_MIN - 1).is_some();
        *idx > 0 && has_trade_name && industry::is_chain(&behind[..*idx])
    });
    let ends_with_industry = industry::len_at_end(behind, industry::MayTakeAll::No) > 0;
    let (industry, trade_name) = behind.split_at(cut.filter(|_| !ends_with_industry).unwrap_or(0));
    body.extend([trade_name, head, industry]);
    Some(body)
}

#[cfg(test)]
mod tests;
