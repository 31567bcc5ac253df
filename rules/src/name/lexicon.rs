//! Which words of a list end a text?
//!
//! Names are read from the right (the form comes last, the industry before it), so the lists are tries over reversed
//! words. A lookup walks back one character at a time and stops at the first that continues no word.

use hashbrown::HashMap;

/// A set of words, each with a value, that is searched from the end of a text.
pub(super) struct Lexicon<V> {
    /// The node reached from a node by a character.
    edges: HashMap<(u32, char), u32>,
    /// By node: the value of the word that ends there.
    values: Vec<Option<V>>,
}

impl<V: Copy> Lexicon<V> {
    pub(super) fn new(words: impl Iterator<Item = (&'static str, V)>) -> Lexicon<V> {
        let mut lexicon = Lexicon { edges: HashMap::new(), values: vec![None] };
        for (word, value) in words {
            lexicon.insert(word, value);
        }
        lexicon
    }

    fn insert(&mut self, word: &str, value: V) {
        let mut node = 0;
        for char in word.chars().rev() {
            let n_nodes = self.values.len() as u32;
            node = *self.edges.entry((node, char)).or_insert(n_nodes);
            if node == n_nodes {
                self.values.push(None);
            }
        }
        self.values[node as usize] = Some(value);
    }

    /// The words at the end of a text, given its characters from the last to the first; the shortest word first.
    pub(super) fn words_back<I: Iterator<Item = char>>(&self, chars_back: I) -> WordsBack<'_, V, I> {
        WordsBack { lexicon: self, chars_back, node: 0, len: 0, n_chars: 0 }
    }

    /// The longest word at the end of `text`, unless it is the whole text: its bytes and its value.
    pub(super) fn longest(&self, text: &str) -> Option<(usize, V)> {
        let longest = self.words_back(text.chars().rev()).last()?;
        (longest.len < text.len()).then_some((longest.len, longest.value))
    }
}

/// A word found at the end of a text.
pub(super) struct Word<V> {
    /// Bytes of the word.
    pub(super) len: usize,
    pub(super) n_chars: usize,
    pub(super) value: V,
}

/// The iterator behind [`Lexicon::words_back`].
pub(super) struct WordsBack<'a, V, I> {
    lexicon: &'a Lexicon<V>,
    chars_back: I,
    node: u32,
    len: usize,
    n_chars: usize,
}

impl<V: Copy, I: Iterator<Item = char>> Iterator for WordsBack<'_, V, I> {
    type Item = Word<V>;

    fn next(&mut self) -> Option<Word<V>> {
        loop {
            let char = self.chars_back.next()?;
            self.node = *self.lexicon.edges.get(&(self.node, char))?;
            self.len += char.len_utf8();
            self.n_chars += 1;
            if let Some(value) = self.lexicon.values[self.node as usize] {
                return Some(Word { len: self.len, n_chars: self.n_chars, value });
            }
        }
    }
}

/// The lines of a data file that are neither empty nor a `#` comment.
pub(super) fn data_lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}
