//! Which words make a postal address in Latin letters, and which house does it name?
//!
//! Reads addresses of any country as words with a few marks: the house number with the first word of its street, and the
//! postcode. It knows no places and no country's order of parts; Chinese addresses are read by [`crate::address`], which
//! knows both.

use std::sync::LazyLock;

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::words::{Token, Words, sound, tokens};

/// An address as words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostalAddress {
    /// Its words, kinds of street and points of the compass in their short forms.
    pub words: Words,
    /// Key of house number and street; 0 where there is none.
    house: u64,
    /// The postcode, without spaces; empty where there is none.
    postcode: Box<str>,
}

/// Longest house number, in characters: 12396, 12A, 1602B.
const HOUSE_NUMBER_LEN_MAX: usize = 6;
/// From so many digits on a number that stands apart from a street is taken for a postcode.
const POSTCODE_DIGITS_MIN: usize = 4;
/// The United States write nine digits, of which five are the office.
const ZIP_PLUS_FOUR_LEN: usize = 9;
/// Characters of the second half of a British or Canadian postcode.
const INWARD_LEN: usize = 3;
/// Digits of a ZIP code.
const ZIP_LEN: usize = 5;

/// Reads an address; total.
///
/// ```
/// use minglu_rules::postal::parse;
/// let (a, b) = (parse("1304 Poppy Hills Drive, Blacklick, OH 43004"), parse("1304 POPPY HILLS DR, 43004-1234"));
/// assert!(a.house().is_some() && a.house() == b.house());
/// assert_eq!(a.postcode(), Some("43004"));
/// assert_eq!(parse("Ansbacher Straße 23").house(), parse("23 Ansbacher Street").house());
/// assert_eq!(parse("深圳市").house(), None); // 没有门牌号
/// ```
pub fn parse(text: &str) -> PostalAddress {
    let mut words = Vec::new();
    for token in tokens(text) {
        push_words(token, &mut words);
    }
    let segments: Vec<&[Part]> = words.chunk_by(|a, b| a.token.segment == b.token.segment).collect();
    let house = find_house(&segments);
    let postcode = find_postcode(&words, house.map(|house| house.number_at)).unwrap_or_default().into();
    let mut tokens: Vec<Token> = Vec::with_capacity(words.len());
    for part in &words {
        // A line of the address often repeats the town that has a column of its own.
        if !tokens.iter().any(|known| known.letters == part.token.letters) {
            tokens.push(part.token.clone());
        }
    }
    PostalAddress { words: Words::from_tokens(&tokens), house: house.map_or(0, |house| house.key), postcode }
}

impl PostalAddress {
    /// Key of the house number with the sound of its street; the same for 100 Hughes Way and 100 Hughs Plaza.
    pub fn house(&self) -> Option<u64> {
        (self.house != 0).then_some(self.house)
    }

    /// The postcode, without spaces; of ZIP+4 the first five digits.
    ///
    /// ```
    /// use minglu_rules::postal::parse;
    /// assert_eq!(parse("705 Sheppard Ave, Toronto, M1S 1T4").postcode(), Some("M1S1T4"));
    /// assert_eq!(parse("深圳市南山区, 518000").postcode(), Some("518000")); // 邮政编码
    /// ```
    pub fn postcode(&self) -> Option<&str> {
        (!self.postcode.is_empty()).then_some(&self.postcode)
    }
}

/// What a word does in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Street,
    Direction,
    Unit,
    Number,
    /// Names something, or is a number.
    Other,
}

struct Part {
    token: Token,
    task: Task,
}

impl Part {
    fn is_number(&self) -> bool {
        let letters = &self.token.letters;
        letters.starts_with(|first: char| first.is_ascii_digit()) && !is_ordinal(letters)
    }
}

/// Adds the word of a token in its short form; a German street is parted from its kind, signs of numbers are left out.
fn push_words(token: Token, words: &mut Vec<Part>) {
    let listed = TASKS.get(token.letters.as_str());
    if let Some((Task::Number, _)) = listed {
        return;
    }
    if let Some((task, short)) = listed {
        words.push(Part { token: Token { letters: short.clone(), ..token }, task: *task });
        return;
    }
    let glued = GLUED_STREETS.iter().find_map(|kind| token.letters.strip_suffix(kind));
    match glued.filter(|name| name.len() >= GLUED_NAME_LEN_MIN) {
        Some(name) => {
            let name = Token { letters: name.into(), ..token.clone() };
            words.push(Part { token: name, task: Task::Other });
            words.push(Part { token: Token { letters: "ST".into(), ..token }, task: Task::Street });
        }
        None => words.push(Part { token, task: Task::Other }),
    }
}

/// Words for a street that German and Dutch write at the end of its name.
const GLUED_STREETS: [&str; 3] = ["STRASSE", "STRAAT", "STR"];
/// Shortest name of a street before such a word.
const GLUED_NAME_LEN_MIN: usize = 4;

#[derive(Clone, Copy)]
struct House<'a> {
    key: u64,
    number_at: &'a Token,
}

/// The first segment with a number and a name for it.
fn find_house<'a>(segments: &[&'a [Part]]) -> Option<House<'a>> {
    for (position, segment) in segments.iter().enumerate() {
        let has_street = segment.iter().any(|part| part.task == Task::Street);
        let Some((at, number)) = number_of(segment, position == 0 || has_street) else { continue };
        let street = street_of(&segment[at + 1..]).or_else(|| street_of(&segment[..at]));
        // A number alone belongs to the street in the segment beside it: 12, Rue Pasteur; Main Street, 12.
        let beside = || {
            let neighbors =
                [segments.get(position + 1), position.checked_sub(1).and_then(|before| segments.get(before))];
            neighbors.into_iter().flatten().find_map(|neighbor| street_of(neighbor))
        };
        let street = if segment.len() == 1 { beside() } else { street };
        if let Some(street) = street {
            return Some(House { key: house_key(number, street), number_at: number });
        }
    }
    None
}

/// The house number of a segment: a number that follows no unit and is no postcode.
fn number_of(segment: &[Part], may_be_long: bool) -> Option<(usize, &Token)> {
    let mut after_unit = false;
    for (at, part) in segment.iter().enumerate() {
        let letters = &part.token.letters;
        let is_postcode = letters.len() >= POSTCODE_DIGITS_MIN && !may_be_long;
        if part.is_number() && !after_unit && !is_postcode && letters.len() <= HOUSE_NUMBER_LEN_MAX {
            return Some((at, &part.token));
        }
        after_unit = part.task == Task::Unit;
    }
    None
}

/// The first word of some that names a street; a kind of street where nothing else does.
fn street_of(parts: &[Part]) -> Option<&str> {
    let mut kind = None;
    let mut before = None;
    for part in parts {
        let is_named = match before {
            Some(Task::Unit) => false,
            // Street 128.
            Some(Task::Street) => part.task == Task::Other,
            _ => part.task == Task::Other && !part.is_number(),
        };
        if is_named {
            return Some(&part.token.letters);
        }
        if part.task == Task::Street {
            kind = kind.or(Some(part.token.letters.as_str()));
        }
        before = Some(part.task);
    }
    kind
}

fn house_key(number: &Token, street: &str) -> u64 {
    let sound = sound(street);
    let of_number = xxh3_64_with_seed(number.letters.as_bytes(), 0);
    if sound != 0 {
        xxh3_64_with_seed(&sound.to_le_bytes(), of_number)
    } else {
        xxh3_64_with_seed(street.as_bytes(), of_number)
    }
}

/// 3RD, 15TH: numbered streets.
fn is_ordinal(word: &str) -> bool {
    let digits = word.trim_end_matches(|char: char| char.is_ascii_alphabetic());
    digits.len() < word.len() && ["ST", "ND", "RD", "TH"].contains(&&word[digits.len()..])
}

/// The last postcode: digits alone, or two groups as in the United Kingdom and Canada.
fn find_postcode(words: &[Part], house_number: Option<&Token>) -> Option<String> {
    let is_house = |part: &Part| house_number.is_some_and(|number| std::ptr::eq(number, &part.token));
    for at in (0..words.len()).rev().filter(|at| !is_house(&words[*at])) {
        let word = words[at].token.letters.as_str();
        if let Some(outward) = at.checked_sub(1).map(|before| words[before].token.letters.as_str())
            && is_outward(outward)
            && is_inward(word)
        {
            return Some([outward, word].concat());
        }
        if word.len() > INWARD_LEN
            && is_outward(&word[..word.len() - INWARD_LEN])
            && is_inward(&word[word.len() - INWARD_LEN..])
        {
            return Some(word.into());
        }
        let is_digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        if word.len() >= POSTCODE_DIGITS_MIN && is_digits(word) {
            let zip = at.checked_sub(1).map(|before| &words[before]).filter(|zip| {
                // 43004-1234: the four digits behind a ZIP code are a part of the town.
                word.len() == ZIP_PLUS_FOUR_LEN - ZIP_LEN && zip.token.letters.len() == ZIP_LEN && !is_house(zip)
            });
            let zip = zip.map(|zip| zip.token.letters.as_str()).filter(|zip| is_digits(zip));
            let cut = if word.len() == ZIP_PLUS_FOUR_LEN { &word[..ZIP_LEN] } else { word };
            return Some(zip.unwrap_or(cut).into());
        }
    }
    None
}

/// SW1A, LE11, M1S: letters, a digit, perhaps more.
fn is_outward(word: &str) -> bool {
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    (2..=4).contains(&word.len()) && has_digit && word.starts_with(|first: char| first.is_ascii_uppercase())
}

/// 1UU, 1T4: a digit, then letters or a letter and a digit.
fn is_inward(word: &str) -> bool {
    matches!(word.as_bytes(), [b'0'..=b'9', b'A'..=b'Z', b'A'..=b'Z' | b'0'..=b'9'])
}

static TASKS: LazyLock<HashMap<String, (Task, String)>> = LazyLock::new(|| {
    let lines = include_str!("../data/words/address.txt").lines().map(str::trim);
    let mut tasks = HashMap::new();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split_whitespace().map(str::to_ascii_uppercase);
        let task = match words.next().unwrap_or_default().as_str() {
            "STREET" => Task::Street,
            "DIRECTION" => Task::Direction,
            "UNIT" => Task::Unit,
            _ => Task::Number,
        };
        let words: Vec<String> = words.collect();
        let short = words.first().cloned().unwrap_or_default();
        for word in words {
            tasks.entry(word).or_insert_with(|| (task, short.clone()));
        }
    }
    tasks
});

#[cfg(test)]
mod tests;
