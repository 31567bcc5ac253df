//! How is a number of a spreadsheet written as text?
//!
//! A spreadsheet keeps numbers with fifteen digits. A code of eighteen that was typed as a number has lost its last digits
//! for good; it is written with an exponent, as the spreadsheet shows it, so that nobody takes it for a code.

use minglu_rules::date::{self, Epoch};

use super::style::NumberStyle;

/// Digits that a spreadsheet keeps of a number.
const N_DIGITS_KEPT: usize = 15;

/// From here on a number has more digits than are kept.
const ROUNDED_MIN: f64 = 1e15;

/// Seconds of a day.
const SECONDS_PER_DAY: f64 = 86_400.0;

/// The text of a number cell; what is no number stays as it is.
pub(super) fn text_of(written: &str, style: NumberStyle, epoch: Epoch) -> String {
    let written = written.trim();
    let Some(number) = written.parse::<f64>().ok().filter(|number| number.is_finite()) else {
        return written.to_string();
    };
    match style {
        NumberStyle::Date => date_text(number, epoch).unwrap_or_else(|| plain(written, number)),
        NumberStyle::Padded(n_digits) if (0.0..ROUNDED_MIN).contains(&number) && number.fract() == 0.0 => {
            format!("{number:0n_digits$}")
        }
        NumberStyle::Padded(_) | NumberStyle::Plain => plain(written, number),
    }
}

/// A day, with the time where there is one, or a time alone.
fn date_text(number: f64, epoch: Epoch) -> Option<String> {
    let mut days = number.floor();
    let mut seconds = ((number - days) * SECONDS_PER_DAY).round() as u32;
    if f64::from(seconds) >= SECONDS_PER_DAY {
        (days, seconds) = (days + 1.0, 0);
    }
    let time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if days == 0.0 && seconds > 0 {
        return Some(time);
    }
    let day = date::of_serial(days as i64, epoch)?;
    Some(if seconds == 0 { day.to_string() } else { format!("{day} {time}") })
}

fn plain(written: &str, number: f64) -> String {
    let digits = written.trim_start_matches(['-', '+']);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        // Programs other than spreadsheets write all digits of a long number.
        let is_rounded = digits.len() > N_DIGITS_KEPT && digits[N_DIGITS_KEPT..].bytes().all(|byte| byte == b'0');
        return if is_rounded { with_exponent(number) } else { written.to_string() };
    }
    if number.abs() >= ROUNDED_MIN {
        return with_exponent(number);
    }
    // 0.1 + 0.2 is shown as 0.3.
    let rounded: f64 = format!("{number:.*e}", N_DIGITS_KEPT - 1).parse().unwrap_or(number);
    format!("{rounded}")
}

fn with_exponent(number: f64) -> String {
    format!("{number:.*E}", N_DIGITS_KEPT - 1).replace('E', "E+").replace("E+-", "E-")
}
