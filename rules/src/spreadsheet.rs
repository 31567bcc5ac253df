//! What has a spreadsheet done to this value?
//!
//! Departments keep registers in spreadsheets, and their traces reach every format: a CSV file that a spreadsheet wrote has
//! them too. Guards that keep a code from becoming a number are taken off; what is an error, or a number that lost its
//! digits, is recognized, so that it is never compared. Nothing is repaired here: lost digits are lost.

/// Takes off what a spreadsheet puts around a text so that it stays one: a leading apostrophe, or `="…"`.
///
/// ```
/// use minglu_rules::spreadsheet::unguard;
/// assert_eq!(unguard("'91440300708461136T"), "91440300708461136T");
/// assert_eq!(unguard("=\"0755\""), "0755");
/// assert_eq!(unguard("明鹭"), "明鹭");
/// ```
pub fn unguard(text: &str) -> &str {
    let text = text.trim();
    let formula = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    if let Some(text) = formula.filter(|text| !text.contains('"')) {
        return text.trim();
    }
    match text.strip_prefix('\'') {
        // Between two apostrophes they are quotes, and somebody meant them.
        Some(rest) if !rest.is_empty() && !rest.ends_with('\'') => rest.trim(),
        _ => text,
    }
}

/// Whether a spreadsheet shows this instead of a value: an error, a column that is too narrow, a formula that nobody has
/// calculated.
///
/// ```
/// use minglu_rules::spreadsheet::is_error;
/// assert!(is_error("#N/A") && is_error("#REF!") && is_error("########") && is_error("=VLOOKUP(A2,名录!A:B,2,0)"));
/// assert!(!is_error("#1栋") && !is_error(""));
/// ```
pub fn is_error(text: &str) -> bool {
    let text = text.trim();
    if text.starts_with('=') {
        return text.len() > 1;
    }
    let Some(word) = text.strip_prefix('#') else { return false };
    ERRORS.iter().any(|error| word.eq_ignore_ascii_case(error))
        || word.len() + 1 >= N_HASHES_MIN && word.bytes().all(|byte| byte == b'#')
}

/// Errors of spreadsheets, without their `#` (ECMA-376 part 1, 18.17.3, and those that Microsoft added since).
const ERRORS: [&str; 15] = [
    "N/A",
    "REF!",
    "VALUE!",
    "DIV/0!",
    "NAME?",
    "NULL!",
    "NUM!",
    "SPILL!",
    "CALC!",
    "FIELD!",
    "BLOCKED!",
    "CONNECT!",
    "UNKNOWN!",
    "BUSY!",
    "GETTING_DATA",
];

/// Fewer could be somebody's way of saying "number".
const N_HASHES_MIN: usize = 3;

/// Whether this is a number with an exponent: a code that was typed into a spreadsheet as a number, and lost its last
/// digits. No code has a point or a plus.
///
/// ```
/// use minglu_rules::spreadsheet::is_rounded;
/// assert!(is_rounded("9.14403E+17") && is_rounded("4.403011E+14") && is_rounded("1E+17") && is_rounded("9.14403e17"));
/// assert!(!is_rounded("91440300708461136T") && !is_rounded("12345E678"));
/// ```
pub fn is_rounded(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.trim().split_once(['E', 'e']) else { return false };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let n_marks = usize::from(mantissa.contains('.')) + usize::from(exponent.starts_with('+'));
    n_marks > 0
        && whole.len() == 1
        && is_digits(whole)
        && is_digits(fraction)
        && is_digits(exponent.trim_start_matches('+'))
}

/// A code without the `.0` that it got in a column of floating numbers.
///
/// ```
/// use minglu_rules::spreadsheet::without_zero_fraction;
/// assert_eq!(without_zero_fraction("13800138000.0"), "13800138000");
/// assert_eq!(without_zero_fraction("1.0"), "1.0"); // could be a version, a chapter, a building
/// ```
pub fn without_zero_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, fraction))
            if whole.len() >= N_CODE_DIGITS_MIN
                && whole.bytes().all(|byte| byte.is_ascii_digit())
                && !fraction.is_empty()
                && fraction.bytes().all(|byte| byte == b'0') =>
        {
            whole
        }
        _ => text,
    }
}

/// The shortest number that can only be a code or a telephone.
const N_CODE_DIGITS_MIN: usize = 5;

#[cfg(test)]
mod tests;
