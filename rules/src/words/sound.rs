//! How does a word sound? Its consonants in a few classes, as far as clerks confuse their spellings.
//!
//! In the manner of Metaphone (Philips 1990): vowels count only at the beginning, and all alike; letters that many
//! languages of Latin script write for one sound fall together. Coarser than any one language needs, so equal sound is never
//! enough: [`super::agree`] asks for similar letters besides.

/// Consonants that are kept; more do not tell words apart.
const N_CONSONANTS_MAX: usize = 8;

/// The sound of a word of capital letters A–Z, one byte a consonant; 0 for words with a digit and for single letters.
///
/// ```
/// use minglu_rules::words::sound;
/// assert_eq!(sound("SARAH"), sound("ZARA"));
/// assert_eq!(sound("GEOFFREY"), sound("JEFFREY"));
/// assert_ne!(sound("WANG"), sound("ZHANG")); // 王、张
/// assert_eq!(sound("3RD"), 0);
/// ```
pub fn sound(word: &str) -> u64 {
    let letters = word.as_bytes();
    if letters.len() < 2 || letters.iter().any(u8::is_ascii_digit) {
        return 0;
    }
    let mut classes = Classes::default();
    let mut at = silent_beginning(letters);
    while at < letters.len() {
        at += classes.take(letters, at);
    }
    classes.packed
}

/// Letters at the beginning that are not heard: KN, GN, PN, WR.
fn silent_beginning(letters: &[u8]) -> usize {
    usize::from(matches!(letters, [b'K' | b'G' | b'P', b'N', ..] | [b'W', b'R', ..]))
}

#[derive(Default)]
struct Classes {
    packed: u64,
    n: usize,
}

impl Classes {
    fn push(&mut self, class: u8) {
        if self.n < N_CONSONANTS_MAX {
            self.packed = self.packed << 8 | u64::from(class);
            self.n += 1;
        }
    }

    /// Adds the sound at a position; returns how many letters made it.
    fn take(&mut self, letters: &[u8], at: usize) -> usize {
        let next = letters.get(at + 1).copied().unwrap_or_default();
        let third = letters.get(at + 2).copied().unwrap_or_default();
        let before_front_vowel = matches!(next, b'E' | b'I' | b'Y');
        let (class, n_letters) = match (letters[at], next) {
            (b'A' | b'E' | b'I' | b'O' | b'U' | b'Y', _) => (if self.n == 0 && at == 0 { b'A' } else { 0 }, 1),
            (b'H' | b'W', _) => (if at == 0 { letters[at] } else { 0 }, 1),
            (b'S', b'C') if third == b'H' => (b'X', 3),
            (b'T', b'C') if third == b'H' => (b'X', 3),
            (b'C', b'H') if third == b'R' => (b'K', 2),
            (b'C' | b'S', b'H') => (b'X', 2),
            (b'P', b'H') => (b'F', 2),
            (b'Z', b'H') => (b'J', 2),
            (b'C', b'K') | (b'K', b'H') => (b'K', 2),
            (b'G', b'H') => (if at == 0 { b'K' } else { 0 }, 2),
            (b'C', _) => (if before_front_vowel { b'S' } else { b'K' }, 1),
            (b'G', _) => (if before_front_vowel { b'J' } else { b'K' }, 1),
            (b'X', _) if at > 0 => {
                self.push(b'K');
                (b'S', 1)
            }
            (b'B' | b'P', _) => (b'P', 1),
            (b'F' | b'V', _) => (b'F', 1),
            (b'D' | b'T', _) => (b'T', 1),
            (b'K' | b'Q', _) => (b'K', 1),
            (b'S' | b'X' | b'Z', _) => (b'S', 1),
            (letter, _) => (letter, 1),
        };
        if class != 0 {
            self.push(class);
        }
        // A doubled letter is one sound; equal sounds with a vowel between them are two.
        let doubled = n_letters == 1 && next == letters[at];
        n_letters + usize::from(doubled)
    }
}
