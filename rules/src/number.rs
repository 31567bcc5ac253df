//! Which number is it? As people and spreadsheets write amounts: `1,234.50`, `１２３`, `3.5万元`, `￥100`, `45%`.
//!
//! Only what has one reading is read. `1,2` is none, because the comma could part groups or decimals; words around a number,
//! 约 or 余, make it none as well. Chinese numerals are not read. The unit of a field is the schema's business: 3.5万 is
//! 35,000 of whatever the field counts.

use unicode_normalization::UnicodeNormalization;

/// Reads a number.
///
/// ```
/// use minglu_rules::number::parse;
/// assert_eq!(parse("1,234.50"), Some(1234.5));
/// assert_eq!(parse("３.５万元"), Some(35_000.0));
/// assert_eq!(parse("￥1.2亿"), Some(120_000_000.0));
/// assert_eq!(parse("45%"), Some(0.45));
/// assert_eq!(parse("(1,000)"), Some(-1000.0)); // as accountants write
/// assert_eq!(parse("约100"), None);
/// ```
pub fn parse(text: &str) -> Option<f64> {
    let text: String = text.trim().nfkc().take(N_CHARS_MAX).filter(|char| !char.is_whitespace()).collect();
    let (text, sign) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inside) => (inside, -1.0),
        None => (text.as_str(), 1.0),
    };
    let (text, sign) = signed(text, sign);
    let (text, sign) = signed(without_prefix(text), sign);
    let (text, scale) = scaled(without_suffix(text));
    let number: f64 = ungrouped(text)?.parse().ok()?;
    Some(sign * number * scale).filter(|number| number.is_finite())
}

/// The longest amount with its unit has some thirty.
const N_CHARS_MAX: usize = 64;

/// Names of money before a number, width and compatibility forms unified.
const PREFIXES: [&str; 8] = ["人民币", "RMB", "CNY", "HK$", "US$", "¥", "$", "€"];

/// Names of money behind a number.
const SUFFIXES: [&str; 12] =
    ["人民币", "美元", "港元", "港币", "欧元", "日元", "RMB", "CNY", "USD", "元整", "元", "圆"];

/// What multiplies the number before it.
const SCALES: [(&str, f64); 9] = [
    ("万亿", 1e12),
    ("百万", 1e6),
    ("千万", 1e7),
    ("亿", 1e8),
    ("万", 1e4),
    ("千", 1e3),
    ("百", 1e2),
    ("%", 1e-2),
    ("‰", 1e-3),
];

fn signed(text: &str, sign: f64) -> (&str, f64) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (rest, -sign),
        None => (text.strip_prefix('+').unwrap_or(text), sign),
    }
}

fn without_prefix(text: &str) -> &str {
    PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text)
}

/// 3万元人民币 has two.
fn without_suffix(text: &str) -> &str {
    let once = |text| SUFFIXES.iter().find_map(|suffix| str::strip_suffix(text, suffix)).unwrap_or(text);
    once(once(text))
}

fn scaled(text: &str) -> (&str, f64) {
    let found = SCALES.iter().find_map(|(word, scale)| text.strip_suffix(word).map(|rest| (rest, *scale)));
    found.unwrap_or((text, 1.0))
}

/// A number without the commas between its groups of three digits, or of four, as 万 counts.
fn ungrouped(text: &str) -> Option<String> {
    let is_number =
        text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'+' | b'-' | b'E' | b'e'));
    if !is_number || !text.starts_with(|char: char| char.is_ascii_digit() || char == '.') {
        return None;
    }
    let (whole, rest) = text.split_at(text.find(['.', 'E', 'e']).unwrap_or(text.len()));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let lengths: Vec<usize> = groups.map(str::len).collect();
    let is_grouped =
        |n_digits: usize| lengths.iter().all(|length| *length == n_digits) && (1..=n_digits).contains(&first.len());
    let is_right = lengths.is_empty() || is_grouped(3) || is_grouped(4);
    (is_right && !rest.contains(',')).then(|| text.replace(',', ""))
}

#[cfg(test)]
mod tests;
