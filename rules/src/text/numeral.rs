//! Which number does a Chinese numeral write? 十二 is 12, 一百零五 is 105, 三〇二 is 302.
//!
//! It reads numerals, it does not decide that something is one: 三一, 七匹狼 and 百货 are names. Only
//! [`ordinal_to_digits`] rewrites text, and only after 第. Large units end at 万: nothing in a register counts in 亿.

use std::borrow::Cow;

/// Value of each digit character, everyday and banker's forms; traditional ones are folded before.
const DIGITS: [(char, u32); 24] = [
    ('零', 0),
    ('〇', 0),
    ('一', 1),
    ('二', 2),
    ('两', 2),
    ('三', 3),
    ('四', 4),
    ('五', 5),
    ('六', 6),
    ('七', 7),
    ('八', 8),
    ('九', 9),
    ('壹', 1),
    ('贰', 2),
    ('叁', 3),
    ('肆', 4),
    ('伍', 5),
    ('陆', 6),
    ('柒', 7),
    ('捌', 8),
    ('玖', 9),
    ('幺', 1),
    ('弌', 1),
    ('弍', 2),
];

/// Value of each unit character.
const UNITS: [(char, u32); 7] =
    [('十', 10), ('拾', 10), ('百', 100), ('佰', 100), ('千', 1_000), ('仟', 1_000), ('万', 10_000)];

/// Tens that are one character.
const TENS: [(char, u32); 2] = [('廿', 20), ('卅', 30)];

/// Longest numeral read, in characters: 九千九百九十九万九千九百九十九 has 15.
const N_CHARS_MAX: usize = 16;

/// What may follow a number that ends in 百, 千 or 万; else the unit begins the next word (第一百货, 第一万科).
const COUNTERS: &str = "分支店号部期届次名批条所幼小中家个厂连队组村社区楼层座栋室";

#[derive(Clone, Copy, PartialEq)]
enum Numeral {
    Digit(u32),
    Unit(u32),
    Tens(u32),
}

/// Reads the Chinese numeral at the start of a text: its value and the bytes it takes.
///
/// ```
/// use minglu_rules::text::chinese_number;
/// assert_eq!(chinese_number("二十三号楼"), Some((23, 9)));
/// assert_eq!(chinese_number("三〇二室"), Some((302, 9)));
/// assert_eq!(chinese_number("深南大道"), None);
/// ```
pub fn chinese_number(text: &str) -> Option<(u32, usize)> {
    let mut numerals = [Numeral::Digit(0); N_CHARS_MAX];
    let mut n_numerals = 0;
    let mut n_bytes = 0;
    for char in text.chars() {
        let Some(numeral) = numeral(char) else { break };
        *numerals.get_mut(n_numerals)? = numeral;
        n_numerals += 1;
        n_bytes += char.len_utf8();
    }
    let numerals = &numerals[..n_numerals];
    let is_positional = numerals.iter().all(|numeral| matches!(numeral, Numeral::Digit(_)));
    let value = if is_positional { positional(numerals) } else { structured(numerals) };
    value.map(|value| (value, n_bytes))
}

/// Writes Chinese ordinals with Arabic digits, and nothing else: 第一分公司 becomes 第1分公司.
///
/// ```
/// use minglu_rules::text::ordinal_to_digits;
/// assert_eq!(ordinal_to_digits("三一重工第十二分公司"), "三一重工第12分公司");
/// assert_eq!(ordinal_to_digits("上海第一百货"), "上海第1百货");
/// ```
pub fn ordinal_to_digits(text: &str) -> Cow<'_, str> {
    const MARK: &str = "第";
    if !text.contains(MARK) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(MARK) {
        out.push_str(before);
        out.push_str(MARK);
        rest = match ordinal(after) {
            Some((value, n_bytes)) => {
                out.push_str(&value.to_string());
                &after[n_bytes..]
            }
            None => after,
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// A numeral after 第, less a last unit that belongs to the next word.
fn ordinal(text: &str) -> Option<(u32, usize)> {
    let (value, n_bytes) = chinese_number(text)?;
    let last = text[..n_bytes].chars().next_back()?;
    let next = text[n_bytes..].chars().next();
    let is_large = matches!(numeral(last), Some(Numeral::Unit(unit)) if unit > 10);
    let is_counted = next.is_none_or(|next| COUNTERS.contains(next));
    if !is_large || is_counted {
        return Some((value, n_bytes));
    }
    chinese_number_within(&text[..n_bytes - last.len_utf8()])
}

/// A text that must be a numeral from end to end.
fn chinese_number_within(text: &str) -> Option<(u32, usize)> {
    chinese_number(text).filter(|(_, n_bytes)| *n_bytes == text.len())
}

/// Whether a character is a Chinese digit or unit.
pub(crate) fn is_numeral(char: char) -> bool {
    numeral(char).is_some()
}

fn numeral(char: char) -> Option<Numeral> {
    let value = |table: &[(char, u32)]| table.iter().find(|(key, _)| *key == char).map(|(_, value)| *value);
    // All numerals are beyond ASCII, where most characters of a code or a room number lie.
    if char.is_ascii() {
        return None;
    }
    value(&DIGITS)
        .map(Numeral::Digit)
        .or_else(|| value(&UNITS).map(Numeral::Unit))
        .or_else(|| value(&TENS).map(Numeral::Tens))
}

/// Digits read one by one, as a room or a year is: 三〇二.
fn positional(numerals: &[Numeral]) -> Option<u32> {
    let mut value: Option<u32> = None;
    for numeral in numerals {
        let Numeral::Digit(digit) = numeral else { return None };
        value = Some(value.unwrap_or(0).checked_mul(10)?.checked_add(*digit)?);
    }
    value
}

/// Digits with units, as a quantity is spoken: 一百零五. Units must fall from left to right within each 万.
fn structured(numerals: &[Numeral]) -> Option<u32> {
    let mut total = 0;
    let mut section = 0;
    let mut digit: Option<u32> = None;
    let mut unit_before = u32::MAX;
    let mut after_zero = false;
    for numeral in numerals {
        match *numeral {
            Numeral::Digit(0) if digit.is_none() => after_zero = true,
            Numeral::Digit(_) if digit.is_some() => return None,
            Numeral::Digit(value) => digit = Some(value),
            Numeral::Tens(value) if digit.is_none() && unit_before > 10 => {
                section += value;
                (unit_before, after_zero) = (10, false);
            }
            Numeral::Unit(10_000) if total == 0 && section + digit.unwrap_or(0) > 0 => {
                total = (section + digit.take().unwrap_or(0)) * 10_000;
                (section, unit_before, after_zero) = (0, 10_000, false);
            }
            Numeral::Unit(unit) if unit < unit_before => {
                // 十二 leaves out the one before ten; no other unit may stand alone.
                section += digit.take().or((unit == 10).then_some(1))? * unit;
                (unit_before, after_zero) = (unit, false);
            }
            _ => return None,
        }
    }
    // 一百二 is 120: a last digit without 零 counts in the next smaller unit.
    let last_unit = if after_zero || unit_before <= 10 || unit_before == u32::MAX { 1 } else { unit_before / 10 };
    Some(total + section + digit.unwrap_or(0) * last_unit)
}
