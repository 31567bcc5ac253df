//! How does a text of any script become words of A–Z and 0–9?
//!
//! Reads `rules/data/words/letters.txt` and `pinyin.txt` once. It is a reading aid for comparing, no standard's
//! transliteration: what two clerks write for one foreign name differs more than any table.

use std::sync::LazyLock;

use hashbrown::HashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

use crate::text;

/// A word of a text, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Token {
    /// Its letters and digits, A–Z and 0–9.
    pub(crate) letters: String,
    /// How many commas stand before it.
    pub(crate) segment: u16,
    /// It stands in brackets.
    pub(crate) bracketed: bool,
    /// Its script leaves vowels out.
    pub(crate) consonantal: bool,
    /// The Chinese character, simplified, or the Hangul syllable that it is the reading of.
    pub(crate) character: Option<char>,
}

/// Words of a text; more are not looked at.
const N_TOKENS_MAX: usize = 64;

/// Characters of a text; more are not looked at.
const N_CHARS_MAX: usize = 1024;

/// The words of a text.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader::default();
    let chars: Vec<char> = text.nfkc().take(N_CHARS_MAX).collect();
    for (at, char) in chars.iter().enumerate() {
        if reader.tokens.len() >= N_TOKENS_MAX {
            break;
        }
        // P.O. and I.B.M. are one word each, J.Smith is two.
        let next_is_initial = || {
            chars.get(at + 1).is_some_and(char::is_ascii_alphabetic)
                && !chars.get(at + 2).is_some_and(|after| after.is_alphanumeric())
        };
        let after_initial =
            at > 0 && chars[at - 1].is_ascii_alphabetic() && (at < 2 || !chars[at - 2].is_alphanumeric());
        if *char == '.' && after_initial && next_is_initial() {
            continue;
        }
        reader.read(*char);
    }
    reader.end_word();
    reader.tokens
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    current: Token,
    segment: u16,
    n_open_brackets: u16,
}

impl Reader {
    fn read(&mut self, char: char) {
        match char {
            _ if char.is_ascii_alphanumeric() => self.current.letters.push(char.to_ascii_uppercase()),
            // An apostrophe parts no words: O'Hare, D’Esquire. Nor does the mark of a long vowel.
            '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | 'ʹ' | 'ʻ' | 'ー' => {}
            ',' | '、' | ';' | '\n' => {
                self.end_word();
                self.segment += 1;
            }
            '(' | '[' | '{' => {
                self.end_word();
                self.n_open_brackets += 1;
            }
            ')' | ']' | '}' => {
                self.end_word();
                self.n_open_brackets = self.n_open_brackets.saturating_sub(1);
            }
            _ if char.is_ascii() => self.end_word(),
            _ => self.read_foreign(char),
        }
    }

    fn read_foreign(&mut self, char: char) {
        if let Some(syllable) = syllable_of(char) {
            self.end_word();
            self.current.letters.push_str(&syllable);
            self.current.character = text::fold(char.encode_utf8(&mut [0; 4])).chars().next();
            self.end_word();
        } else if canonical_combining_class(char) != 0 {
            // Accents, points and viramas change no letter.
        } else if !self.push_letter(char) {
            let mut found = false;
            decompose_canonical(char, |part| {
                if part.is_ascii_alphanumeric() {
                    self.current.letters.push(part.to_ascii_uppercase());
                    found = true;
                } else {
                    found |= self.push_letter(part);
                }
            });
            if !found {
                self.end_word();
            }
        }
    }

    /// Whether the character is a letter of the table.
    fn push_letter(&mut self, char: char) -> bool {
        // Katakana lies one block above Hiragana, in the same order.
        let char = match char {
            'ァ'..='ヴ' => char::from_u32(char as u32 - 0x60).unwrap_or(char),
            _ => char.to_lowercase().next().unwrap_or(char),
        };
        let Some(letter) = LETTERS.get(&char) else { return false };
        self.current.letters.push_str(&letter.latin);
        self.current.consonantal |= letter.consonantal;
        true
    }

    fn end_word(&mut self) {
        let token = std::mem::take(&mut self.current);
        if !token.letters.is_empty() {
            self.tokens.push(Token { segment: self.segment, bracketed: self.n_open_brackets > 0, ..token });
        }
    }
}

/// The reading of a character that is a syllable: Chinese or Hangul.
fn syllable_of(char: char) -> Option<String> {
    match char {
        '가'..='힣' => Some(hangul(char)),
        '\u{3400}'..='\u{9fff}' => {
            let pinyin = PINYIN.get(&char).copied().or_else(|| {
                // The table has simplified characters.
                let folded = text::fold(char.encode_utf8(&mut [0; 4]));
                PINYIN.get(&folded.chars().next()?).copied()
            });
            pinyin.map(str::to_ascii_uppercase)
        }
        _ => None,
    }
}

/// Letters of a Hangul syllable by the Revised Romanization of 2000: first consonant, vowel, last consonant.
const INITIALS: [&str; 19] =
    ["G", "KK", "N", "D", "TT", "R", "M", "B", "PP", "S", "SS", "", "J", "JJ", "CH", "K", "T", "P", "H"];
const VOWELS: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WO", "WE", "WI", "YU", "EU",
    "UI", "I",
];
const FINALS: [&str; 28] = [
    "", "K", "K", "K", "N", "N", "N", "T", "L", "K", "M", "L", "L", "L", "P", "L", "M", "P", "P", "T", "T", "NG", "T",
    "T", "K", "T", "P", "T",
];

fn hangul(char: char) -> String {
    let position = char as usize - '가' as usize;
    let (initial, vowel, last) = (position / (21 * 28), position / 28 % 21, position % 28);
    [INITIALS[initial], VOWELS[vowel], FINALS[last]].concat()
}

/// What is written for a letter.
struct Letter {
    latin: String,
    consonantal: bool,
}

static LETTERS: LazyLock<HashMap<char, Letter>> = LazyLock::new(|| {
    let mut letters = HashMap::new();
    for line in data_lines(include_str!("../../data/words/letters.txt")) {
        let Some((latin, chars)) = line.split_once(' ') else { continue };
        let consonantal = latin.starts_with('*');
        let latin = latin.trim_start_matches('*').trim_start_matches('-').to_ascii_uppercase();
        for char in chars.chars() {
            letters.entry(char).or_insert_with(|| Letter { latin: latin.clone(), consonantal });
        }
    }
    letters
});

static PINYIN: LazyLock<HashMap<char, &'static str>> = LazyLock::new(|| {
    syllables().flat_map(|(syllable, chars)| chars.chars().map(move |char| (char, syllable))).collect()
});

/// Syllables without tones, each with the characters that are mostly read so.
pub(super) fn syllables() -> impl Iterator<Item = (&'static str, &'static str)> {
    data_lines(include_str!("../../data/words/pinyin.txt")).filter_map(|line| line.split_once(' '))
}

/// One character for all that are read alike, whatever their tone; itself for a character without a reading.
pub(crate) fn homophone(char: char) -> char {
    HOMOPHONES.get(&char).copied().unwrap_or(char)
}

static HOMOPHONES: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let of_syllable = |(_, chars): (&str, &'static str)| {
        let first = chars.chars().next();
        chars.chars().filter_map(move |char| Some((char, first?)))
    };
    syllables().flat_map(of_syllable).collect()
});

/// Lines of a data file without comments and empty ones.
pub(super) fn data_lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}
