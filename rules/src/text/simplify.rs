//! Which simplified character stands for a traditional one? OpenCC's tables, phrases before characters.
//!
//! Two departures from OpenCC, both for the sake of names. 乾 stays 乾 unless a phrase says that it is the 干 of 餅乾:
//! 乾元 is a trade name, 干元 is nothing. And a phrase whose characters are all simplified already is left out: it
//! would change simplified text (坏子 → 坯子), which is what nearly every record is. It does not convert between
//! regional words (軟體 / 软件).

use std::sync::LazyLock;

use hashbrown::{HashMap, HashSet};

const CHARACTERS: &str = include_str!("../../data/opencc/TSCharacters.txt");
const PHRASES: &str = include_str!("../../data/opencc/TSPhrases.txt");
const DRY_PHRASES: &str = include_str!("../../data/opencc/DryPhrases.txt");

/// Characters of which OpenCC's first candidate is wrong in names more often than right.
const EXEMPT: [char; 1] = ['乾'];

struct Tables {
    characters: HashMap<char, char>,
    /// Phrases by their first character, the longest first.
    phrases: HashMap<char, Vec<(&'static str, &'static str)>>,
    /// Characters without which no phrase that differs from the character table can match.
    witnesses: HashSet<char>,
}

/// The simplified form of a traditional character; `None` if it stays as it is.
pub(super) fn character(char: char) -> Option<char> {
    tables().characters.get(&char).copied()
}

/// Whether a phrase around `char` may say otherwise than [`character`].
pub(super) fn is_witness(char: char) -> bool {
    tables().witnesses.contains(&char)
}

/// Simplifies clean text: at each place the longest phrase, else the character.
pub(super) fn with_phrases(text: &str) -> String {
    let tables = tables();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let phrases = tables.phrases.get(&char).map_or(&[][..], Vec::as_slice);
        let (consumed, simplified) = match phrases.iter().find(|(from, _)| rest.starts_with(from)) {
            Some((from, to)) => {
                out.push_str(to);
                (from.len(), None)
            }
            None => (char.len_utf8(), Some(character(char).unwrap_or(char))),
        };
        out.extend(simplified);
        rest = &rest[consumed..];
    }
    out
}

fn tables() -> &'static Tables {
    static TABLES: LazyLock<Tables> = LazyLock::new(build);
    &TABLES
}

fn build() -> Tables {
    let opencc: HashMap<char, char> = entries(CHARACTERS)
        .filter_map(|(from, to)| Some((from.chars().next()?, to.chars().next()?)))
        .filter(|(from, to)| from != to)
        .collect();
    let changes = |text: &str| text.chars().any(|char| opencc.contains_key(&char));

    let mut characters = opencc.clone();
    characters.retain(|from, _| !EXEMPT.contains(from));
    // 薴 → 苧 → 苎: folding must be final after one look, so chains are closed here.
    for to in characters.values_mut() {
        *to = opencc.get(to).copied().unwrap_or(*to);
    }

    let mut phrases: HashMap<char, Vec<(&str, &str)>> = HashMap::new();
    let mut witnesses = HashSet::new();
    for (from, to) in entries(PHRASES).chain(entries(DRY_PHRASES)).filter(|(from, _)| changes(from)) {
        // The outcome is a phrase as well, or a second folding would take 吴育昇 apart.
        for key in [from, to] {
            if let Some(first) = key.chars().next() {
                phrases.entry(first).or_default().push((key, to));
            }
            witnesses.extend(witness(key, to, &characters, &opencc));
        }
    }
    for list in phrases.values_mut() {
        list.sort_unstable_by_key(|(from, to)| (std::cmp::Reverse(from.len()), *from, *to));
        list.dedup_by_key(|(from, _)| *from);
    }
    Tables { characters, phrases, witnesses }
}

/// A traditional character of `key`, if the phrase says otherwise than the characters; best the one it changes.
fn witness(key: &str, to: &str, characters: &HashMap<char, char>, opencc: &HashMap<char, char>) -> Option<char> {
    let differs = |(from, to): &(char, char)| characters.get(from).unwrap_or(from) != to;
    let (pivot, _) = key.chars().zip(to.chars()).find(differs)?;
    if opencc.contains_key(&pivot) { Some(pivot) } else { key.chars().find(|char| opencc.contains_key(char)) }
}

/// Lines of `key<TAB>value value…`; the first value is OpenCC's preference.
fn entries(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(from, to)| Some((from, to.split_whitespace().next()?)))
}

/// Every character that some traditional one is simplified to.
#[cfg(test)]
pub(super) fn all_simplified() -> HashSet<char> {
    tables().characters.values().copied().collect()
}
