//! What does a telephone field say, and why is something in it not a number?
//!
//! It explains where [`parse`] only collects; nothing is repaired.

use serde::Serialize;

use super::{N_PHONES_MAX, Phone, area, parse, plan};
use crate::text::{Keep, fold_keeping};

/// What a telephone field says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhoneReading {
    /// The complete numbers, in the order of the text.
    pub phones: Vec<Phone>,
    /// What is odd about the rest.
    pub problems: Vec<PhoneProblem>,
}

/// What is odd about a telephone field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneProblem {
    /// Nothing is there.
    Empty,
    /// Digits are masked with `*`.
    Masked,
    /// A number of the city, and no area code to complete it.
    AreaCodeMissing,
    /// It begins like a long-distance number, but no city has or had this area code.
    AreaCodeUnknown,
    /// No complete number.
    NoNumber,
    /// More numbers than one field should hold; the rest is left out.
    TooMany,
}

/// Digits of a long-distance number, area code included.
const LONG_DISTANCE_LEN: std::ops::RangeInclusive<usize> = 10..=12;

/// Reads a telephone field and says what is odd about it.
///
/// ```
/// use minglu_rules::phone::{PhoneProblem, read};
/// assert_eq!(read("电话：82601234", None).problems, [PhoneProblem::AreaCodeMissing]);
/// assert_eq!(read("138****8000", None).problems, [PhoneProblem::Masked]);
/// assert!(read("0755-82601234", None).problems.is_empty());
/// ```
pub fn read(text: &str, area_code: Option<&str>) -> PhoneReading {
    let phones = parse(text, area_code);
    let mut problems = Vec::new();
    if phones.len() == N_PHONES_MAX {
        problems.push(PhoneProblem::TooMany);
    }
    if phones.is_empty() {
        problems.push(why_none(text));
    }
    PhoneReading { phones, problems }
}

fn why_none(text: &str) -> PhoneProblem {
    let mut folded = String::with_capacity(text.len());
    fold_keeping(text, Keep::Phone, &mut folded);
    if folded.trim().is_empty() {
        return PhoneProblem::Empty;
    }
    if folded.contains('*') {
        return PhoneProblem::Masked;
    }
    let runs = folded.split(|char: char| !char.is_ascii_digit() && char != '-').map(|run| run.replace('-', ""));
    let runs: Vec<String> = runs.filter(|run| !run.is_empty()).collect();
    if runs.iter().any(|run| plan::is_subscriber(run)) {
        return PhoneProblem::AreaCodeMissing;
    }
    let is_far = |run: &String| run.starts_with('0') && LONG_DISTANCE_LEN.contains(&run.len()) && !area::is_known(run);
    if runs.iter().any(is_far) { PhoneProblem::AreaCodeUnknown } else { PhoneProblem::NoNumber }
}
