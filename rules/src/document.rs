//! Where in a TOML file is a mistake, and which word was meant?
//!
//! A file is read with serde, so its keys and types are those of a Rust struct; what this module adds is that *all* mistakes
//! are reported at once, each with line, column, key and the nearest valid word, in one line that says what to do. It knows
//! neither schemas nor configurations: what their values mean is checked by their readers, which name the place of a mistake
//! as a person would say it (`comparison 'name', level 2, when`) and let [`Document::mistake`] find its line.

use std::fmt;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue, Deserializer};

use crate::text::one_line;

mod message;

pub use message::{did_you_mean, nearest};

/// Mistakes of one file that are reported; a file with more has another problem than its mistakes.
pub const N_MISTAKES_MAX: usize = 50;

/// One mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The key, as a path from the top of the file: `block 'phone', on`. Empty for text that is not TOML.
    pub key: String,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mistake { line, column, key, what } = self;
        let colon = if key.is_empty() { "" } else { ": " };
        write!(f, "{line}:{column}: {key}{colon}{what}")
    }
}

/// A value that does not make sense to whoever reads the file, before its line is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongValue {
    /// Its place, for [`Document::mistake`]: `comparison 'name', level 2, when`.
    pub place: String,
    /// What is wrong and what to do.
    pub what: String,
}

/// All mistakes of a file, in the order of its lines; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.in_file(""))]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistakes {
    /// One line for each mistake, each beginning with the name of the file. Line ends within what the file says are escaped.
    ///
    /// ```
    /// use minglu_rules::schema::Schema;
    /// let mistakes = Schema::read("kind = 人员").unwrap_err(); // 引号缺失
    /// assert!(mistakes.in_file("person.toml").starts_with("person.toml:1:8: "));
    /// ```
    pub fn in_file(&self, file: &str) -> String {
        let colon = if file.is_empty() { "" } else { ":" };
        let lines: Vec<String> =
            self.0.iter().map(|mistake| one_line(&format!("{file}{colon}{mistake}")).into_owned()).collect();
        lines.join("\n")
    }

    /// The mistakes sorted by place, each once; `Err` if there are any.
    fn check(mut mistakes: Vec<Mistake>) -> Result<(), Mistakes> {
        mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
        mistakes.dedup();
        mistakes.truncate(N_MISTAKES_MAX);
        if mistakes.is_empty() { Ok(()) } else { Err(Mistakes(mistakes)) }
    }
}

/// A text that is TOML, with the place of everything in it.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

/// Reads a text into a value of keys and types; the document finds the places of mistakes in what the values mean.
///
/// ```
/// use minglu_rules::document;
/// #[derive(serde::Deserialize, Debug)]
/// #[serde(deny_unknown_fields)]
/// struct Shop { name: String, rooms: u32 }
/// let mistakes = document::read::<Shop>("name = 8\nroms = 2").unwrap_err();
/// assert_eq!(mistakes.in_file("shop.toml"), "\
/// shop.toml:1:8: name: 8 is a number; write a text in quotes
/// shop.toml:2:1: roms: unknown key 'roms'; did you mean 'rooms'? one of: name, rooms");
/// let (shop, document) = document::read::<Shop>("name = '茶馆'\nrooms = 0").unwrap();
/// let mistake = document.mistake("rooms", format!("{} is too few", shop.rooms));
/// assert_eq!(mistake.to_string(), "2:9: rooms: 0 is too few");
/// ```
pub fn read<T: DeserializeOwned>(text: &str) -> Result<(T, Document<'_>), Mistakes> {
    let root = DeTable::parse(text).map_err(|error| Mistakes(vec![syntax(text, &error)]))?;
    let document = Document { text, root };
    let mut rest = document.root.clone();
    let mut mistakes = Vec::new();
    let mut removed: Vec<(Range<usize>, String)> = Vec::new();
    // A mistake is taken out and the rest is read again, because serde stops at the first.
    while mistakes.len() < N_MISTAKES_MAX {
        let error = match T::deserialize(Deserializer::from(rest.clone())) {
            Ok(value) if mistakes.is_empty() => return Ok((value, document)),
            Ok(_) => break,
            Err(error) => error,
        };
        let span = error.span().unwrap_or_default();
        let (what, missing) = message::of(&error, &text[clamp(text, &span)]);
        // A key that was taken out, or was taken for another, is missing because of that; its table goes next, silently.
        let is_consequence = missing.is_some_and(|key| {
            let is_cause = |gone: &str| gone == key || nearest(gone, [key.as_str()].into_iter()).is_some();
            removed.iter().any(|(table, gone)| *table == span && is_cause(gone))
        });
        if !is_consequence {
            mistakes.push(document.at_span(&span, what));
        }
        if !take_out(rest.get_mut(), 0..0, &span, &mut removed) {
            break;
        }
    }
    Mistakes::check(mistakes)?;
    // Only taking things out made it readable without a mistake being named: name the last one there was.
    Err(Mistakes(vec![Mistake { line: 1, column: 1, key: String::new(), what: "the file cannot be read".into() }]))
}

impl Document<'_> {
    /// A mistake at a place, which is a path of keys parted by `, `; an item of a list is named by its `name` or its number,
    /// from 1: `block 'phone', on 2`, `law, codes`. A place that does not exist is that of the nearest thing around it.
    ///
    /// ```
    /// use minglu_rules::document;
    /// let (_, document) = document::read::<toml::Table>("[[shop]]\nname = '茶馆'\nrooms = 0").unwrap();
    /// assert_eq!(document.mistake("shop '茶馆', rooms", "too few").to_string(), "3:9: shop '茶馆', rooms: too few");
    /// ```
    pub fn mistake(&self, place: &str, what: impl Into<String>) -> Mistake {
        let (line, column) = position(self.text, self.find(place).start);
        Mistake { line, column, key: place.into(), what: what.into() }
    }

    /// `Err` with all wrong values and their lines, if there are any.
    ///
    /// ```
    /// use minglu_rules::document::{self, WrongValue};
    /// let (_, document) = document::read::<toml::Table>("rank = 0 # 排名").unwrap();
    /// let wrong = WrongValue { place: "rank".into(), what: "1 is best".into() };
    /// assert_eq!(document.check(vec![wrong]).unwrap_err().in_file("minglu.toml"), "minglu.toml:1:8: rank: 1 is best");
    /// assert!(document.check(vec![]).is_ok());
    /// ```
    pub fn check(&self, wrong: Vec<WrongValue>) -> Result<(), Mistakes> {
        Mistakes::check(wrong.into_iter().map(|wrong| self.mistake(&wrong.place, wrong.what)).collect())
    }

    /// Where the value at a place stands in the text.
    fn find(&self, place: &str) -> Range<usize> {
        let mut found = 0..0;
        let mut table = Some(self.root.get_ref());
        let mut rest = place;
        while let Some(inside) = table.take()
            && !rest.is_empty()
        {
            let Some((key, value)) = longest_key(inside, rest) else { break };
            rest = &rest[key.get_ref().len()..];
            let mut value = value;
            found = value.span();
            if let (Some(list), Some(after)) = (value.get_ref().as_array(), rest.strip_prefix([' '])) {
                let Some((item, n_bytes)) = item(list, after) else { break };
                (value, rest) = (item, &after[n_bytes..]);
                found = value.span();
            }
            rest = rest.strip_prefix(", ").or(rest.strip_prefix('.')).unwrap_or_default();
            table = value.get_ref().as_table();
        }
        found
    }

    /// A mistake that serde found: its key is the path to what stands at the span.
    fn at_span(&self, span: &Range<usize>, what: String) -> Mistake {
        let mut path = Vec::new();
        path_to(self.root.get_ref(), span, &mut path);
        let (line, column) = position(self.text, span.start);
        Mistake { line, column, key: path.join(", "), what }
    }
}

/// The entry whose key stands at the beginning of a place: `levels` is also found as `level`.
fn longest_key<'d, 't>(table: &'d DeTable<'t>, place: &str) -> Option<(Spanned<&'d str>, &'d Spanned<DeValue<'t>>)> {
    let word = place.split([' ', ',', '.']).next().unwrap_or_default();
    let (key, value) = table.iter().find(|(key, _)| is_named(key.get_ref(), word))?;
    // What was read of the place is the word, which may be shorter than the key.
    let word = if word.len() < key.get_ref().len() { &key.get_ref()[..word.len()] } else { key.get_ref() };
    Some((Spanned::new(key.span(), word), value))
}

/// Whether a place calls a key by this word: by its own, or by its singular.
fn is_named(key: &str, word: &str) -> bool {
    key == word || key.strip_suffix('s') == Some(word)
}

/// The item that the rest of a place begins with, by name or number, and the bytes that this takes.
fn item<'d, 't>(list: &'d [Spanned<DeValue<'t>>], rest: &str) -> Option<(&'d Spanned<DeValue<'t>>, usize)> {
    for candidate in list {
        if let Some(name) = name_of(candidate.get_ref()) {
            let quoted = format!("'{name}'");
            if rest.starts_with(&quoted) {
                return Some((candidate, quoted.len()));
            }
        }
    }
    let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number: usize = rest[..n_digits].parse().ok()?;
    Some((list.get(number.checked_sub(1)?)?, n_digits))
}

fn name_of<'d>(value: &'d DeValue<'_>) -> Option<&'d str> {
    value.as_table()?.get("name")?.get_ref().as_str()
}

/// Collects the path to the key or value at a span; whether it was found.
fn path_to(table: &DeTable<'_>, span: &Range<usize>, path: &mut Vec<String>) -> bool {
    for (key, value) in table {
        let name = key.get_ref().to_string();
        if is_entry_at(key, value, span) {
            path.push(name);
            return true;
        }
        let found = match value.get_ref() {
            DeValue::Table(inside) => {
                path.push(name);
                path_to(inside, span, path)
            }
            DeValue::Array(list) => path_into_list(&name, list, span, path),
            _ => continue,
        };
        if found {
            return true;
        }
        if matches!(value.get_ref(), DeValue::Table(_)) {
            path.pop();
        }
    }
    false
}

/// Whether a span is that of a key or its value. A list of tables stands where its first table stands, and then it is that
/// table that is meant.
fn is_entry_at(key: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
    let is_item = || value.get_ref().as_array().is_some_and(|list| list.iter().any(|item| item.span() == *span));
    key.span() == *span || value.span() == *span && !is_item()
}

fn path_into_list(key: &str, list: &[Spanned<DeValue<'_>>], span: &Range<usize>, path: &mut Vec<String>) -> bool {
    for (position, candidate) in list.iter().enumerate() {
        // A list of tables is spoken of in the singular: level 2.
        let singular = key.strip_suffix('s').filter(|_| candidate.get_ref().is_table()).unwrap_or(key);
        path.push(match name_of(candidate.get_ref()) {
            Some(name) => format!("{singular} '{name}'"),
            None => format!("{singular} {}", position + 1),
        });
        let inside = candidate.get_ref().as_table();
        if candidate.span() == *span || inside.is_some_and(|inside| path_to(inside, span, path)) {
            return true;
        }
        path.pop();
    }
    false
}

/// Removes the entry or item at a span; notes removed keys with the span of their table. Whether there was one.
fn take_out(
    table: &mut DeTable<'_>,
    own_span: Range<usize>,
    span: &Range<usize>,
    removed: &mut Vec<(Range<usize>, String)>,
) -> bool {
    let hit = table.iter().find(|(key, value)| is_entry_at(key, value, span));
    if let Some(key) = hit.map(|(key, _)| key.clone()) {
        table.remove(&key);
        removed.push((own_span, key.get_ref().to_string()));
        return true;
    }
    table.iter_mut().any(|(_, value)| {
        let value_span = value.span();
        match value.get_mut() {
            DeValue::Table(inside) => take_out(inside, value_span, span, removed),
            DeValue::Array(list) => take_out_of_list(list, span, removed),
            _ => false,
        }
    })
}

fn take_out_of_list(list: &mut DeArray<'_>, span: &Range<usize>, removed: &mut Vec<(Range<usize>, String)>) -> bool {
    if list.iter().any(|item| item.span() == *span) {
        *list = list.iter().filter(|item| item.span() != *span).cloned().collect();
        return true;
    }
    list.iter_mut().any(|item| {
        let item_span = item.span();
        match item.get_mut() {
            DeValue::Table(inside) => take_out(inside, item_span, span, removed),
            _ => false,
        }
    })
}

fn syntax(text: &str, error: &toml::de::Error) -> Mistake {
    let (line, column) = position(text, error.span().unwrap_or_default().start);
    Mistake { line, column, key: String::new(), what: message::of_syntax(error) }
}

/// Line and column of a byte, both from 1; the column counts characters.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at)];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|char| *char != '\n').count() + 1;
    (line, column)
}

/// A span within a text, at the borders of characters.
fn clamp(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.floor_char_boundary(span.end).max(start)
}

#[cfg(test)]
mod tests;
