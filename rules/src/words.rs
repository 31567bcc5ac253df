//! Of which words does a text consist, in Latin letters, and when are two words the same word?
//!
//! For names and addresses of people and organizations in any script: letters are folded to A–Z (Unicode NFKC and
//! canonical decomposition, UAX #15; `rules/data/words/letters.txt` for other alphabets, pinyin for Chinese characters),
//! and words are told apart. What a word does in a name or an address is for [`crate::party`] and [`crate::postal`] to
//! say. Chinese names of enterprises are not read here: they have no words, and [`crate::name`] knows their parts.

mod agree;
mod confuse;
mod letters;
mod pairing;
mod sound;
mod variant;

pub use agree::{are_alike, contain, overlap};
pub use confuse::{are_homophones, look_alike};
pub use sound::sound;

pub(crate) use letters::{Token, homophone, tokens};
pub(crate) use pairing::{Pairing, pair};
pub(crate) use variant::{Role, role};

use xxhash_rust::xxh3::xxh3_64;

/// Words of one text; a longer one is a list of something else.
pub const N_WORDS_MAX: usize = 24;

/// Letters of one word; the rest of a longer one is left out.
pub const N_LETTERS_MAX: usize = 48;

/// The words of a text, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// All words, parted by spaces.
    text: Box<str>,
    words: Box<[Word]>,
    /// Hash of the words in alphabetic order; 0 where there are none.
    bag: u64,
}

/// One word with what comparisons ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    start: u16,
    n_letters: u8,
    /// Its script leaves vowels out.
    consonantal: bool,
    /// The Chinese character or Hangul syllable that it is the reading of; others share the reading.
    character: Option<char>,
    /// Its consonants by sound; 0 where it has none.
    sound: u64,
    /// Groups of words that may stand for each other, sorted.
    variants: &'static [u16],
}

/// Some words of a text: bit `i` of the mask is word `i`.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'a> {
    /// The text.
    pub words: &'a Words,
    /// Which of its words.
    pub mask: u32,
}

impl Words {
    /// The words of any text.
    ///
    /// ```
    /// use minglu_rules::words::Words;
    /// assert_eq!(Words::of("Müller-Lüdenscheid").text(), "MULLER LUDENSCHEID");
    /// assert_eq!(Words::of("王秀英").text(), "WANG XIU YING"); // 汉字按读音
    /// assert_eq!(Words::of("Александр").text(), "ALEKSANDR");
    /// ```
    pub fn of(text: &str) -> Words {
        Words::from_tokens(&tokens(text))
    }

    /// Keeps the words of tokens, which are A–Z and 0–9.
    pub(crate) fn from_tokens(tokens: &[Token]) -> Words {
        let mut text = String::new();
        let mut words = Vec::with_capacity(tokens.len().min(N_WORDS_MAX));
        for token in tokens.iter().take(N_WORDS_MAX) {
            let letters = &token.letters[..token.letters.len().min(N_LETTERS_MAX)];
            if letters.is_empty() {
                continue;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            words.push(Word {
                start: text.len() as u16,
                n_letters: letters.len() as u8,
                consonantal: token.consonantal,
                character: token.character,
                sound: sound(letters),
                variants: variant::groups(letters),
            });
            text.push_str(letters);
        }
        let mut words = Words { text: text.into(), words: words.into(), bag: 0 };
        if !words.is_empty() {
            words.bag = xxh3_64(words.sorted().as_bytes());
        }
        words
    }

    /// The words in their order, parted by spaces.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The words in alphabetic order, parted by spaces: two texts of the same words are equal.
    ///
    /// ```
    /// use minglu_rules::words::Words;
    /// assert_eq!(Words::of("Wang Jie").sorted(), Words::of("王杰").sorted());
    /// assert_eq!(Words::of("Smith, Bob").sorted(), "BOB SMITH"); // 姓名次序不同
    /// ```
    pub fn sorted(&self) -> String {
        let mut words: Vec<&str> = self.text.split(' ').collect();
        words.sort_unstable();
        words.join(" ")
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// All words.
    ///
    /// ```
    /// use minglu_rules::words::Words;
    /// assert_eq!(Words::of("王杰").all().iter().count(), 2);
    /// ```
    pub fn all(&self) -> Selection<'_> {
        Selection { words: self, mask: u32::MAX }
    }

    /// Hash of the words in alphabetic order; none without words.
    pub(crate) fn bag(&self) -> Option<u64> {
        (self.bag != 0).then_some(self.bag)
    }

    /// Sounds of the words, the longest first, each once.
    pub(crate) fn sounds(&self) -> impl Iterator<Item = u64> {
        let mut words: Vec<&Word> = self.words.iter().filter(|word| word.sound != 0).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.n_letters));
        words.into_iter().map(|word| word.sound)
    }

    /// Whether a word is the reading of a character.
    pub(crate) fn has_characters(&self) -> bool {
        self.words.iter().any(|word| word.character.is_some())
    }

    fn letters(&self, word: &Word) -> &str {
        &self.text[word.start as usize..][..word.n_letters as usize]
    }
}

impl<'a> Selection<'a> {
    /// The selected words, in their order.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        self.selected().map(move |word| self.words.letters(word))
    }

    /// The selected words in their order, parted by spaces.
    ///
    /// ```
    /// use minglu_rules::words::{Selection, Words};
    /// let words = Words::of("张秀英"); // 姓与名
    /// assert_eq!(Selection { words: &words, mask: 0b110 }.text(), "XIU YING");
    /// ```
    pub fn text(self) -> String {
        self.iter().collect::<Vec<_>>().join(" ")
    }

    fn selected(self) -> impl Iterator<Item = &'a Word> {
        let Selection { words, mask } = self;
        words.words.iter().enumerate().filter(move |(idx, _)| mask >> idx & 1 == 1).map(|(_, word)| word)
    }
}

#[cfg(test)]
mod tests;
