//! Which industry does a field name: by code, by name, by both?
//!
//! A code is believed before a name, an exact name before a code that needs interpretation. What does not fit is
//! reported with its reason. It deliberately accepts no word inside a longer text: 软件开发及销售 names no class.

use std::sync::LazyLock;

use serde::Serialize;

use super::table::{of_digits, of_name, of_section, of_stem};
use super::{Industry, IndustryLevel, of_code};
use crate::text::{Keep, fold_keeping};

static EDITIONS_TSV: &str = include_str!("../../data/industry/editions.tsv");

/// What a field that should name an industry says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IndustryReading {
    /// The industry, if one is meant beyond doubt.
    pub industry: Option<Industry>,
    /// From 0 to 1.
    pub confidence: f64,
    /// What was odd, in the order of discovery.
    pub problems: Vec<IndustryProblem>,
}

/// What is odd about a field that should name an industry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IndustryProblem {
    /// Nothing is there.
    Empty,
    /// No edition has this division.
    UnknownCode,
    /// GB/T 4754-2017 has no such code, but an earlier edition has or may have: translate it at the source.
    EarlierEdition,
    /// A group or division is written with zeros to four digits, as some systems do; in 2011 it may have been a class.
    PaddedCode,
    /// The first zero is missing, as spreadsheets drop it.
    LostZero,
    /// The letter is not that of the section.
    SectionDiffers,
    /// The name is that of another industry.
    NameDiffers,
    /// No industry has this name.
    UnknownName,
    /// The source says that there is no industry (0000 无行业).
    NoIndustry,
}

/// How a name was recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NameMatch {
    /// The official name, whatever its punctuation.
    Exact,
    /// The official name but for its last word: 餐饮 for 餐饮业.
    Stem,
}

/// An industry found by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NamedIndustry {
    /// The industry.
    pub industry: Industry,
    /// How its name was recognized.
    pub matched: NameMatch,
}

/// Confidence in a stem: it is unique, but not what the standard prints.
const CONFIDENCE_STEM: f64 = 0.8;
/// Confidence in a name alone: names of earlier editions are the same words with other borders.
const CONFIDENCE_NAME: f64 = 0.95;
/// Confidence in a code that needed interpretation and stands alone.
const CONFIDENCE_INTERPRETED: f64 = 0.8;
/// Confidence where code and name say different things.
const CONFIDENCE_TORN: f64 = 0.5;
/// What stands for "no industry" in the market regulator's list.
const NO_INDUSTRY: &str = "0000";
/// What parts the levels of a path (制造业>食品制造业); none of it occurs in a name.
const PATH_SEPARATORS: [char; 9] = ['>', '＞', '›', '»', '/', '／', '|', '｜', '→'];
/// Last words that may be left out, longest first.
const ENDINGS: [&str; 3] = ["服务业", "服务", "业"];
/// What is left of a name must say something.
const STEM_CHARS_MIN: usize = 2;

/// Reads a field that names an industry by code, name or both.
///
/// ```
/// use minglu_rules::industry::{self, IndustryProblem};
/// let code = |text| industry::read(text).industry.map(|industry| industry.full_code());
/// assert_eq!(code("I6513 应用软件开发").as_deref(), Some("I6513"));
/// assert_eq!(code("应用软件开发").as_deref(), Some("I6513"));
/// assert_eq!(code("６５１３").as_deref(), Some("I6513"));
/// assert_eq!(code("信息传输、软件和信息技术服务业>软件开发").as_deref(), Some("I651"));
/// let old = industry::read("6592"); // 呼叫中心 of 2011
/// assert_eq!(old.industry, None);
/// assert!(old.problems.contains(&IndustryProblem::EarlierEdition));
/// ```
pub fn read(text: &str) -> IndustryReading {
    let mut problems = Vec::new();
    let last = text.rsplit(PATH_SEPARATORS).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let folded = folded(last);
    if folded.is_empty() {
        return IndustryReading { industry: None, confidence: 0.0, problems: vec![IndustryProblem::Empty] };
    }
    let (code, name) = split(&folded);
    let by_code = read_code(code, &mut problems);
    let is_interpreted = !problems.is_empty();
    let by_name = of_folded_name(name);
    if !name.is_empty() && by_name.is_none() && !problems.contains(&IndustryProblem::NoIndustry) {
        problems.push(IndustryProblem::UnknownName);
    }
    let (industry, confidence) = match (by_code, by_name) {
        (None, None) => (None, 0.0),
        (None, Some(found)) => (Some(found.industry), confidence_in(found.matched)),
        (Some(code), None) => (Some(code), if is_interpreted { CONFIDENCE_INTERPRETED } else { 1.0 }),
        (Some(code), Some(found)) if code.contains(found.industry) || found.industry.contains(code) => {
            (Some(code), 1.0)
        }
        (Some(code), Some(found)) => {
            problems.push(IndustryProblem::NameDiffers);
            let is_name_better = is_interpreted && found.matched == NameMatch::Exact;
            (Some(if is_name_better { found.industry } else { code }), CONFIDENCE_TORN)
        }
    };
    IndustryReading { industry, confidence, problems }
}

/// The industry of a name, whatever its punctuation, with or without its last word (业, 服务).
///
/// A name that a line of single children shares (0610 under 061) is that of the finest.
///
/// ```
/// use minglu_rules::industry::{self, NameMatch};
/// let found = industry::named("餐饮").unwrap();
/// assert_eq!((found.industry.code(), found.matched), ("62", NameMatch::Stem));
/// assert_eq!(industry::named("軟件開發").unwrap().industry.code(), "651");
/// assert_eq!(industry::named("软件开发及销售"), None);
/// ```
pub fn named(text: &str) -> Option<NamedIndustry> {
    of_folded_name(&folded(text))
}

fn of_folded_name(name: &str) -> Option<NamedIndustry> {
    let exact = of_name(name).map(|industry| NamedIndustry { industry, matched: NameMatch::Exact });
    let by_stem = || of_stem(stem(name)).map(|industry| NamedIndustry { industry, matched: NameMatch::Stem });
    exact.or_else(by_stem)
}

fn confidence_in(matched: NameMatch) -> f64 {
    match matched {
        NameMatch::Exact => CONFIDENCE_NAME,
        NameMatch::Stem => CONFIDENCE_STEM,
    }
}

/// A text without punctuation and spaces, and with one word for "and".
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_keeping(text, Keep::Code, &mut folded);
    if folded.contains(['及', '与']) { folded.replace(['及', '与'], "和") } else { folded }
}

/// A folded name without its last word, if enough is left.
pub(super) fn stem(name: &str) -> &str {
    let shortened = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
    shortened.filter(|stem| stem.chars().count() >= STEM_CHARS_MIN).unwrap_or(name)
}

/// The code at the start or the end of a folded text, and what is left of it.
fn split(folded: &str) -> (&str, &str) {
    let n_letters = folded.bytes().take_while(u8::is_ascii_uppercase).count().min(1);
    let n_digits = folded[n_letters..].bytes().take_while(u8::is_ascii_digit).count();
    let is_code = n_digits > 0 || folded.len() == n_letters || !folded[n_letters..].starts_with(|c: char| c.is_ascii());
    if n_letters + n_digits > 0 && is_code {
        return folded.split_at(n_letters + n_digits);
    }
    let n_last_digits = folded.bytes().rev().take_while(u8::is_ascii_digit).count();
    let mut start = folded.len() - n_last_digits;
    start -= folded[..start]
        .bytes()
        .next_back()
        .filter(|_| n_last_digits > 0)
        .map_or(0, |byte| usize::from(byte.is_ascii_uppercase()));
    let (name, code) = folded.split_at(start);
    (code, name)
}

fn read_code(code: &str, problems: &mut Vec<IndustryProblem>) -> Option<Industry> {
    let letter = code.bytes().next().filter(u8::is_ascii_uppercase);
    let digits = code.trim_start_matches(|char: char| char.is_ascii_uppercase());
    if let Some(exact) = of_code(code) {
        return Some(exact);
    }
    if code.is_empty() {
        return None;
    }
    if digits == NO_INDUSTRY {
        problems.push(IndustryProblem::NoIndustry);
        return None;
    }
    let Some(letter) = letter else { return interpreted(digits, problems) };
    let own_division = digits.get(..2).and_then(of_digits);
    if own_division.is_some_and(|division| Some(division.section()) == of_section(letter)) {
        return interpreted(digits, problems);
    }
    // A111 is 0111 from a spreadsheet: its section says that the first zero is missing.
    let padded = ["0", digits].concat();
    if let Some(found) = of_digits(&padded).filter(|found| Some(found.section()) == of_section(letter)) {
        problems.push(IndustryProblem::LostZero);
        return Some(found);
    }
    if stood_in_section_before(letter, digits) {
        problems.push(IndustryProblem::EarlierEdition);
        return None;
    }
    problems.push(if own_division.is_some() { IndustryProblem::SectionDiffers } else { IndustryProblem::UnknownCode });
    of_digits(digits)
}

/// Digits that are no code of 2017 but of a shape that tells what was meant.
fn interpreted(digits: &str, problems: &mut Vec<IndustryProblem>) -> Option<Industry> {
    let division = digits.get(..2).and_then(of_digits);
    let is_class_shaped = digits.len() == 4;
    let group = digits.strip_suffix('0').filter(|_| is_class_shaped).and_then(of_digits);
    let whole_division = digits.strip_suffix("00").filter(|_| is_class_shaped).and_then(of_digits);
    if let Some(found) = whole_division.or(group) {
        problems.push(IndustryProblem::PaddedCode);
        return Some(found);
    }
    if digits.len() == 1 {
        problems.push(IndustryProblem::LostZero);
        return of_digits(&["0", digits].concat());
    }
    let is_old = division.is_some() && digits.len() <= 4;
    problems.push(if is_old { IndustryProblem::EarlierEdition } else { IndustryProblem::UnknownCode });
    None
}

/// Whether the division stood in this section in 2002 or 2011.
fn stood_in_section_before(letter: u8, digits: &str) -> bool {
    static EDITIONS: LazyLock<Vec<(u8, u32, u32)>> = LazyLock::new(|| {
        let row = |line: &str| {
            let mut columns = line.split('\t').skip(1);
            let letter = columns.next()?.bytes().next()?;
            Some((letter, columns.next()?.parse().ok()?, columns.next()?.parse().ok()?))
        };
        EDITIONS_TSV.lines().skip(1).filter_map(row).collect()
    });
    let division = digits.get(..2).and_then(|division| division.parse::<u32>().ok());
    division.is_some_and(|division| {
        EDITIONS.iter().any(|(section, first, last)| *section == letter && (*first..=*last).contains(&division))
    })
}

impl IndustryReading {
    /// The level of the industry that was found.
    ///
    /// ```
    /// use minglu_rules::industry::{self, IndustryLevel};
    /// assert_eq!(industry::read("餐饮业").level(), Some(IndustryLevel::Division));
    /// ```
    pub fn level(&self) -> Option<IndustryLevel> {
        self.industry.map(Industry::level)
    }
}
