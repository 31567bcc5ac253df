//! As what is a unit registered, and does it still operate? Registration types and operating states.
//!
//! Three code lists are in use side by side: the statistical types of 2023 (国统字〔2023〕14号), those of 2011
//! (国统字〔2011〕86号), and the market regulator's types of four digits. [`read`] understands the codes and names of
//! all three and brings them to the one of 2023. It deliberately does not guess: 310 alone is a limited company of 2023
//! and a joint venture of 2011, and stays open. Tables and sources: `rules/data/registration/README.md`.

mod state;
mod table;
#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::text::{Keep, fold_keeping};

pub use state::{OperatingState, read_state};

/// A list of registration types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum RegistrationList {
    /// 登记注册统计类别 of 2023, three digits.
    #[serde(rename = "statistics-2023")]
    Statistics2023,
    /// 企业登记注册类型 of 2011, three digits.
    #[serde(rename = "statistics-2011")]
    Statistics2011,
    /// 市场主体类型 of the market regulator, four digits.
    #[serde(rename = "market")]
    Market,
}

/// Whose unit it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// 内资.
    Domestic,
    /// 港澳台投资.
    HongKongMacaoTaiwan,
    /// 外商投资, and units of foreign enterprises.
    Foreign,
    /// 农民专业合作社.
    Cooperative,
    /// 个体工商户.
    Individual,
    /// 其他.
    Other,
}

/// One type of one list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct RegistrationType {
    /// The list.
    pub list: RegistrationList,
    /// The code in that list.
    pub code: &'static str,
    /// The name in that list.
    pub name: &'static str,
    /// Whose unit it is.
    pub owner: Owner,
    /// The class 企业大类 of the market regulator: 公司, 分公司, 个人独资企业.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<&'static str>,
    /// The code of 2011 that it corresponds to, if to one alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics_2011: Option<&'static str>,
    /// The code of 2023 that it corresponds to, if to one alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics_2023: Option<&'static str>,
}

/// What a field that should name a registration type says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegistrationReading {
    /// The type of 2023, if one is meant beyond doubt.
    pub statistics: Option<RegistrationType>,
    /// Whose unit it is, if all that could be meant agree.
    pub owner: Option<Owner>,
    /// Every type that the field could mean.
    pub candidates: Vec<RegistrationType>,
    /// What is odd.
    pub problems: Vec<RegistrationProblem>,
}

/// What is odd about a field that should name a registration type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationProblem {
    /// Nothing is there.
    Empty,
    /// No list has this code or name.
    Unknown,
    /// Two lists use the code for different things: say the list, or write the name.
    AmbiguousCode,
    /// The name is that of another type.
    NameDiffers,
    /// It is known, but no single type of 2023 corresponds to it.
    NoSingleHeir,
}

/// A field longer than this is no type but a description.
const N_BYTES_MAX: usize = 256;

/// Reads a field that names a registration type by code, name or both.
///
/// ```
/// use minglu_rules::registration::{self, Owner};
/// let code = |text| registration::read(text).statistics.map(|found| found.code);
/// assert_eq!(code("有限责任公司（自然人投资或控股）"), Some("112")); // 私营有限责任公司
/// assert_eq!(code("1130"), Some("112"));
/// assert_eq!(code("173 私营有限责任公司"), Some("112"));
/// assert_eq!(code("310"), None); // 外商投资有限责任公司 of 2023, 中外合资经营企业 of 2011
/// assert_eq!(registration::read("310").owner, Some(Owner::Foreign));
/// ```
pub fn read(text: &str) -> RegistrationReading {
    let folded = folded(text);
    let n_digits = folded.bytes().take_while(u8::is_ascii_digit).count();
    let (code, name) = folded.split_at(n_digits);
    let (by_code, by_name) = (table::of_code(code), table::of_name(name));
    let mut problems = Vec::new();
    let both: Vec<RegistrationType> = by_code.iter().filter(|found| by_name.contains(found)).copied().collect();
    let candidates = if !both.is_empty() {
        both
    } else if !code.is_empty() && !by_code.is_empty() {
        problems.extend((!name.is_empty()).then_some(RegistrationProblem::NameDiffers));
        by_code
    } else {
        by_name
    };
    if folded.is_empty() {
        problems.push(RegistrationProblem::Empty);
    } else if candidates.is_empty() {
        problems.push(RegistrationProblem::Unknown);
    }
    let heirs = distinct(candidates.iter().map(|found| found.statistics_2023));
    let statistics = match heirs[..] {
        [Some(heir)] => of_code(RegistrationList::Statistics2023, heir),
        _ => None,
    };
    if statistics.is_none() && !candidates.is_empty() {
        let is_ambiguous = candidates.len() > 1 && !code.is_empty() && name.is_empty();
        let heirless = RegistrationProblem::NoSingleHeir;
        problems.push(if is_ambiguous { RegistrationProblem::AmbiguousCode } else { heirless });
    }
    let owner = match distinct(candidates.iter().map(|found| found.owner))[..] {
        [owner] => Some(owner),
        _ => None,
    };
    RegistrationReading { statistics, owner, candidates, problems }
}

/// The type of a code in one list.
///
/// ```
/// use minglu_rules::registration::{self, RegistrationList};
/// let found = registration::of_code(RegistrationList::Market, "1130").unwrap();
/// assert_eq!(found.name, "有限责任公司(自然人投资或控股)");
/// assert_eq!(found.statistics_2011, Some("173"));
/// ```
pub fn of_code(list: RegistrationList, code: &str) -> Option<RegistrationType> {
    table::of_code(code).into_iter().find(|found| found.list == list)
}

/// Every type of a list, in the order of the list.
///
/// ```
/// use minglu_rules::registration::{self, RegistrationList};
/// assert!(registration::all(RegistrationList::Statistics2023).any(|found| found.name == "个体工商户"));
/// ```
pub fn all(list: RegistrationList) -> impl Iterator<Item = RegistrationType> {
    table::all().iter().filter(move |found| found.list == list).copied()
}

/// A text without spaces, punctuation and brackets, and with one order of Hong Kong, Macao and Taiwan.
fn folded(text: &str) -> String {
    let mut folded = String::new();
    fold_keeping(crate::text::cut(text, N_BYTES_MAX), Keep::Code, &mut folded);
    if folded.contains("台港澳") { folded.replace("台港澳", "港澳台") } else { folded }
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut distinct: Vec<T> = Vec::new();
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    distinct
}
