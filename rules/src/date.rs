//! Which day is it? One calendar day, without time of day or zone, as departments write it.
//!
//! Days are counted from 1970-01-01 in the proleptic Gregorian calendar; the conversion is Howard Hinnant's
//! (*chrono-Compatible Low-Level Date Algorithms*, 2013). What is not a real date is `None`, never a nearby one. There
//! is no clock here: today is always an argument.

mod ordered;

pub use ordered::{DateOrder, parse_ordered};

use std::fmt;

use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use crate::text::chinese_number;

/// The earliest year that is read: no registered unit and no living person is older.
pub const YEAR_MIN: i32 = 1800;
/// The latest year that is read: 9999-12-31 is written for "without end".
pub const YEAR_MAX: i32 = 9999;

/// A calendar day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl Date {
    /// Before every day: the beginning of what has none.
    pub const MIN: Date = Date(i32::MIN);
    /// After every day: the end of what has none.
    pub const MAX: Date = Date(i32::MAX);

    /// Returns the day of a year, month and day of the month, if there is such a day.
    ///
    /// ```
    /// use minglu_rules::date::Date;
    /// assert_eq!(Date::from_civil(1970, 1, 2), Some(Date(1)));
    /// assert_eq!(Date::from_civil(2023, 2, 29), None);
    /// ```
    pub fn from_civil(year: i32, month: u32, day: u32) -> Option<Date> {
        let is_real = (YEAR_MIN..=YEAR_MAX).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day);
        is_real.then(|| Date(days_from_civil(year, month as i32, day as i32)))
    }

    /// Returns year, month and day of the month.
    ///
    /// ```
    /// use minglu_rules::date::Date;
    /// assert_eq!(Date(0).civil(), (1970, 1, 1));
    /// ```
    pub fn civil(self) -> (i32, u32, u32) {
        civil_from_days(i64::from(self.0))
    }

    /// The date with day and month exchanged, if there is such a day.
    ///
    /// ```
    /// use minglu_rules::date::parse;
    /// let date = parse("1978年12月11日").unwrap();
    /// assert_eq!(date.swapped(), parse("1978-11-12"));
    /// assert_eq!(parse("1978-12-20").unwrap().swapped(), None);
    /// ```
    pub fn swapped(self) -> Option<Date> {
        let (year, month, day) = self.civil();
        Date::from_civil(year, day, month)
    }

    /// Returns the year.
    ///
    /// ```
    /// use minglu_rules::date::parse;
    /// assert_eq!(parse("1998年11月11日").map(|date| date.year()), Some(1998));
    /// ```
    pub fn year(self) -> i32 {
        self.civil().0
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The day that a spreadsheet calls 0, or the day before its first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epoch {
    /// Day 1 is 1900-01-01, and a 29 February 1900, which never was, is day 60 (ECMA-376 part 1, 18.17.4.1).
    Of1900,
    /// Day 0 is 1904-01-01, as spreadsheets of the first Macintoshes counted.
    Of1904,
}

/// The day that a spreadsheet keeps as a number.
///
/// ```
/// use minglu_rules::date::{Epoch, of_serial};
/// let day = |serial| of_serial(serial, Epoch::Of1900).map(|date| date.to_string());
/// assert_eq!(day(45413).as_deref(), Some("2024-05-01"));
/// assert_eq!((day(59).as_deref(), day(60), day(61).as_deref()), (Some("1900-02-28"), None, Some("1900-03-01")));
/// ```
pub fn of_serial(serial: i64, epoch: Epoch) -> Option<Date> {
    let days = match (epoch, serial) {
        (Epoch::Of1900, 1..=59) => serial - DAYS_FROM_1900 + 1,
        (Epoch::Of1900, 61..) => serial - DAYS_FROM_1900,
        (Epoch::Of1904, 0..) => serial - DAYS_FROM_1904,
        _ => return None,
    };
    let date = Date(i32::try_from(days).ok()?);
    (date.year() <= YEAR_MAX).then_some(date)
}

/// From 1899-12-30, which day 61 and all later ones are counted from, to 1970-01-01.
const DAYS_FROM_1900: i64 = 25_569;
/// From 1904-01-01 to 1970-01-01.
const DAYS_FROM_1904: i64 = 24_107;

/// Reads a date as departments write it; a time of day after it is ignored, a month alone is its first day. Five digits are
/// the number of a day that a spreadsheet has lost the format of: 10000 is 1927-05-18, 99999 is 2173-10-13.
///
/// ```
/// use minglu_rules::date::parse;
/// for text in ["2020-01-02", "2020/1/2 0:00", "20200102", "2020年1月2日", "2020.1.2 08:30", "二〇二〇年一月二日", "43832"] {
///     assert_eq!(parse(text).map(|date| date.to_string()).as_deref(), Some("2020-01-02"));
/// }
/// assert_eq!(parse("2020-02-30"), None);
/// ```
pub fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.is_ascii() {
        return parse_narrow(text);
    }
    let narrow: String = text.nfkc().take(N_CHARS_MAX).collect();
    parse_narrow(narrow.trim())
}

/// A date with a time and a zone has about 30 characters; what follows cannot change the date.
const N_CHARS_MAX: usize = 64;

fn parse_narrow(text: &str) -> Option<Date> {
    parse_compact(text).or_else(|| parse_separated(text))
}

/// Digits of the number of a day; fewer could be anything, six are a month.
const N_SERIAL_DIGITS: usize = 5;
/// The first number of five digits; 00045 is none.
const SERIAL_MIN: i64 = 10_000;

/// `20200102`, `202001`, `20200102083000` or `43832`.
fn parse_compact(text: &str) -> Option<Date> {
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(n_digits);
    // A column with gaps becomes one of floating numbers in many programs.
    let rest = rest.strip_prefix('.').map_or(rest, |fraction| fraction.trim_start_matches('0'));
    if n_digits == N_SERIAL_DIGITS && rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits
            .parse()
            .ok()
            .filter(|serial| *serial >= SERIAL_MIN)
            .and_then(|day| of_serial(day, Epoch::Of1900));
    }
    if !matches!(n_digits, 6 | 8 | 12 | 14) || !is_time_of_day(rest) {
        return None;
    }
    let year = digits[..4].parse().ok()?;
    let month = digits[4..6].parse().ok()?;
    let day = digits.get(6..8).map_or(Some(1), |day| day.parse().ok())?;
    Date::from_civil(year, month, day)
}

/// `2020-1-2`, `2020年1月2日` and the like.
fn parse_separated(text: &str) -> Option<Date> {
    let (year, rest) = number(text, 4)?;
    // 98-11-11 could be any century, so a year has four digits.
    if year < 1_000 {
        return None;
    }
    let rest = separator(rest, "-/.年")?;
    let (month, rest) = number(rest, 2)?;
    let Some((day, rest)) = separator(rest, "-/.月").and_then(|rest| number(rest, 2)) else {
        let rest = rest.trim_start().trim_start_matches('月');
        return if is_time_of_day(rest) { Date::from_civil(year as i32, month, 1) } else { None };
    };
    let is_ended = rest.trim_start().starts_with(['日', '号']) || is_time_of_day(rest);
    if is_ended { Date::from_civil(year as i32, month, day) } else { None }
}

/// A number of at most `n_digits_max` Arabic digits, or a Chinese numeral.
fn number(text: &str, n_digits_max: usize) -> Option<(u32, &str)> {
    let text = text.trim_start();
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if n_digits == 0 {
        return chinese_number(text).map(|(value, n_bytes)| (value, &text[n_bytes..]));
    }
    let (digits, rest) = text.split_at(n_digits);
    if n_digits > n_digits_max { None } else { Some((digits.parse().ok()?, rest)) }
}

fn separator<'a>(text: &'a str, separators: &str) -> Option<&'a str> {
    let mut chars = text.trim_start().chars();
    let first = chars.next()?;
    separators.contains(first).then_some(chars.as_str())
}

/// Nothing, or something set apart by a space or ISO 8601's `T`.
fn is_time_of_day(text: &str) -> bool {
    text.is_empty() || text.starts_with(|char: char| char == 'T' || char.is_whitespace())
}

fn days_in(year: i32, month: u32) -> u32 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const DAYS_PER_ERA: i32 = 146_097;
/// From 0000-03-01, where the algorithm's years begin, to 1970-01-01.
const DAYS_TO_1970: i32 = 719_468;

fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970
}

fn civil_from_days(days: i64) -> (i32, u32, u32) {
    let days = days + i64::from(DAYS_TO_1970);
    let era = days.div_euclid(i64::from(DAYS_PER_ERA));
    let day_of_era = days.rem_euclid(i64::from(DAYS_PER_ERA));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u32, day as u32)
}

#[cfg(test)]
mod tests;
