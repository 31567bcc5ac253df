//! Which words stand for each other, and which do not name? Short forms of given names, abbreviations, titles, legal forms.
//!
//! Reads `rules/data/words/variants.txt` and `roles.txt` once. The lists are facts of usage, no probabilities.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::letters::data_lines;

/// What a word does in a name, if it does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Mr, Dr.
    Title,
    /// Inc, GmbH.
    Form,
    /// And, the.
    Link,
    /// Sr 1, Jr 2: which bearer of a name.
    Generation(u8),
}

/// The groups of words that a word belongs to, sorted.
pub(super) fn groups(word: &str) -> &'static [u16] {
    GROUPS.get(word).map_or(&[], |groups| groups)
}

/// What a word does, if it is listed.
pub(crate) fn role(word: &str) -> Option<Role> {
    ROLES.get(word).copied()
}

static GROUPS: LazyLock<HashMap<String, Vec<u16>>> = LazyLock::new(|| {
    let mut groups: HashMap<String, Vec<u16>> = HashMap::new();
    for (group, line) in data_lines(include_str!("../../data/words/variants.txt")).enumerate() {
        for word in line.split_whitespace() {
            groups.entry(word.to_ascii_uppercase()).or_default().push(group as u16);
        }
    }
    groups
});

static ROLES: LazyLock<HashMap<String, Role>> = LazyLock::new(|| {
    let mut roles = HashMap::new();
    for line in data_lines(include_str!("../../data/words/roles.txt")) {
        let mut words = line.split_whitespace();
        let what = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        match (what, &rest[..]) {
            ("generation", [word, number]) => {
                let number = number.parse().unwrap_or_default();
                roles.insert(word.to_ascii_uppercase(), Role::Generation(number));
            }
            ("title", words) => roles.extend(words.iter().map(|word| (word.to_ascii_uppercase(), Role::Title))),
            ("form", words) => roles.extend(words.iter().map(|word| (word.to_ascii_uppercase(), Role::Form))),
            (_, words) => roles.extend(words.iter().map(|word| (word.to_ascii_uppercase(), Role::Link))),
        }
    }
    roles
});
