//! Which day is meant by a date whose year stands last, or whose month is a word?
//!
//! 12/11/1978 is a day of November in most countries and of December in the United States, so that the order is an argument.
//! Where it makes no day, the other one is meant: nobody else has a thirteenth month. Whether two dates may be the same
//! day with day and month exchanged is a condition of the schema, `text swapped`, and no guess of this file.

use super::{Date, YEAR_MIN};

/// How the parts of a date stand whose year comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 12/31/1978, as in the United States.
    MonthFirst,
    /// 31/12/1978, as nearly everywhere else.
    DayFirst,
}

/// Years of two digits below this are of this century, as spreadsheets have it: 29 is 2029, 30 is 1930.
const TWO_DIGIT_YEARS_NEW: i32 = 30;

/// The first letters of the months in English and in most languages of Latin script.
const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// Reads a date of three parts whose year comes last, one whose month is an English word, or a year alone (its first day).
///
/// ```
/// use minglu_rules::date::{DateOrder::*, parse, parse_ordered};
/// assert_eq!(parse_ordered("12/11/1978", MonthFirst), parse("1978-12-11"));
/// assert_eq!(parse_ordered("12/11/1978", DayFirst), parse("1978-11-12"));
/// assert_eq!(parse_ordered("20.8.91", MonthFirst), parse("1991年8月20日"));
/// assert_eq!(parse_ordered("24-May-11", DayFirst), parse("2011-05-24"));
/// assert_eq!(parse_ordered("March 1, 1970", DayFirst), parse("1970-03-01"));
/// assert_eq!(parse_ordered("1970", DayFirst), parse("1970-01-01"));
/// assert_eq!(parse_ordered("31/31/1970", DayFirst), None);
/// ```
pub fn parse_ordered(text: &str, order: DateOrder) -> Option<Date> {
    let mut parts =
        text.split(|char: char| char.is_whitespace() || "/-.,".contains(char)).filter(|part| !part.is_empty());
    let (first, second, third) = (parts.next()?, parts.next(), parts.next());
    let (Some(second), Some(third)) = (second, third) else {
        let alone = second.is_none().then(|| year(first)).flatten()?;
        return Date::from_civil(alone, 1, 1).filter(|_| first.len() == 4);
    };
    // A time of day may follow.
    if parts.next().is_some_and(|rest| !rest.contains(':')) {
        return None;
    }
    if let Some(month) = month(second) {
        return dated(first, month, third).or_else(|| dated(third, month, first));
    }
    if let Some(month) = month(first) {
        return dated(second, month, third);
    }
    let (a, b) = (number(first)?, number(second)?);
    let year = year(third)?;
    let (month, day) = if order == DateOrder::MonthFirst { (a, b) } else { (b, a) };
    Date::from_civil(year, month, day).or_else(|| Date::from_civil(year, day, month))
}

/// A day, a month and a year that are known to be those.
fn dated(day: &str, month: u32, of_year: &str) -> Option<Date> {
    let day = day.trim_end_matches(|char: char| char.is_ascii_alphabetic());
    Date::from_civil(year(of_year)?, month, number(day)?)
}

/// A day or a month.
fn number(text: &str) -> Option<u32> {
    let is_short = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_short { text.parse().ok() } else { None }
}

/// A year of two or four digits.
fn year(text: &str) -> Option<i32> {
    let number: i32 = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()?;
    match text.len() {
        2 if number < TWO_DIGIT_YEARS_NEW => Some(2000 + number),
        2 => Some(1900 + number),
        4 => Some(number).filter(|year| *year >= YEAR_MIN),
        _ => None,
    }
}

/// A month by its English name or its first three letters.
fn month(text: &str) -> Option<u32> {
    let start = text.get(..3)?.to_ascii_uppercase();
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let position = MONTHS.iter().position(|month| *month == start).filter(|_| is_word)?;
    Some(position as u32 + 1)
}

#[cfg(test)]
mod tests;
