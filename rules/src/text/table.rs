//! What becomes of one character? A direct table of the Basic Multilingual Plane, built once.
//!
//! It judges characters alone. A character whose folding depends on its neighbors (combining marks, phrases of
//! traditional characters, forms that expand to several characters) is only marked as needing context.

use std::iter::once;
use std::sync::LazyLock;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::{FoldSteps, Keep, simplify};

/// Size of the Basic Multilingual Plane, which holds all but the rarest Chinese characters.
const PLANE_LEN: usize = 0x1_0000;

/// The table: one entry per character.
pub(super) struct Table(Box<[Entry; PLANE_LEN]>);

/// What becomes of one character, packed: target 21 bits, keep 4, steps 6, context 1.
#[derive(Clone, Copy)]
pub(super) struct Entry(u32);

const TARGET: u32 = (1 << 21) - 1;
const KEEP_SHIFT: u32 = 21;
const STEPS_SHIFT: u32 = 25;
const STEPS_MASK: u32 = 0b11_1111;
const CONTEXT: u32 = 1 << 31;

const KEEP_ALL: u32 = 0b1111;
const KEEP_NONE: u32 = 0;

/// Characters of many shapes and the one shape they fold to, after NFKC.
const UNIFIED: [(&str, char, FoldSteps); 8] = [
    ("〔【[{〖〘〚「『《〈«‹<⟨⦅❨❪❲❴⁅", '(', FoldSteps::BRACKETS),
    ("〕】]}〗〙〛」』》〉»›>⟩⦆❩❫❳❵⁆", ')', FoldSteps::BRACKETS),
    // Kana and Latin middle dots, bullets and the dot operator all stand between the parts of a foreign name.
    ("・•‧⋅∙●", '·', FoldSteps::PUNCTUATION),
    // A tilde or a long dash means the same range of rooms as a hyphen.
    ("‐‑‒–—―−⁃~〜﹘⸺", '-', FoldSteps::PUNCTUATION),
    ("、;", ',', FoldSteps::PUNCTUATION),
    ("\\⁄∕", '/', FoldSteps::PUNCTUATION),
    ("♯", '#', FoldSteps::PUNCTUATION),
    // A drawn circle is typed for the zero of 二○○八.
    ("○◯", '〇', FoldSteps::PUNCTUATION),
];

/// Punctuation that carries meaning, and for whom.
const KEPT: [(&str, u32); 7] = [
    ("()", keep_bit(Keep::Name) | keep_bit(Keep::Address) | keep_bit(Keep::Phone)),
    ("&·", keep_bit(Keep::Name) | keep_bit(Keep::Address)),
    ("-#,/", keep_bit(Keep::Address) | keep_bit(Keep::Phone)),
    (".", keep_bit(Keep::Address)),
    ("+", keep_bit(Keep::Phone)),
    (" ", keep_bit(Keep::Phone)),
    ("*", keep_bit(Keep::Phone) | keep_bit(Keep::Code)),
];

/// The table, built on first use in a few milliseconds.
pub(super) fn get() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(build);
    &TABLE
}

impl Table {
    /// The entry of `char`; beyond the plane it is computed, because those characters are rare.
    pub(super) fn entry(&self, char: char) -> Entry {
        match self.0.get(char as usize) {
            Some(entry) => *entry,
            None => classify(char),
        }
    }
}

impl Entry {
    /// Whether `char`, whose entry this is, is copied as it is: one comparison, for the common case.
    pub(super) fn is_unchanged(self, char: char, keep: Keep) -> bool {
        let bit = keep_bit(keep) << KEEP_SHIFT;
        self.0 & (TARGET | CONTEXT | bit) == char as u32 | bit
    }

    pub(super) fn needs_context(self) -> bool {
        self.0 & CONTEXT != 0
    }

    /// Whether its folding depends on more than phrases: on composition, or it expands to several characters.
    pub(super) fn needs_strings(self) -> bool {
        self.needs_context() && !self.is_traditional()
            || self.steps().contains(FoldSteps::WIDTH) && self.is_traditional()
    }

    /// Whether a simplified character or phrase may stand for it.
    pub(super) fn is_traditional(self) -> bool {
        self.steps().contains(FoldSteps::SIMPLIFIED)
    }

    pub(super) fn is_kept(self, keep: Keep) -> bool {
        self.0 & (keep_bit(keep) << KEEP_SHIFT) != 0
    }

    pub(super) fn target(self) -> char {
        char::from_u32(self.0 & TARGET).expect("targets are stored from a char")
    }

    /// The steps that lead from the character to its target.
    pub(super) fn steps(self) -> FoldSteps {
        FoldSteps::from_bits((self.0 >> STEPS_SHIFT & STEPS_MASK) as u8)
    }

    /// The step to report when the character is deleted.
    pub(super) fn deletion(self) -> FoldSteps {
        if self.steps().contains(FoldSteps::SPACES) { FoldSteps::SPACES } else { FoldSteps::PUNCTUATION }
    }

    fn new(target: char, keep: u32, steps: FoldSteps) -> Entry {
        Entry(target as u32 | keep << KEEP_SHIFT | u32::from(steps.bits()) << STEPS_SHIFT)
    }

    fn in_context(self) -> Entry {
        Entry(self.0 | CONTEXT)
    }
}

fn build() -> Table {
    let entry = |code: usize| char::from_u32(code as u32).map_or(Entry(CONTEXT), classify);
    let entries: Box<[Entry]> = (0..PLANE_LEN).map(entry).collect();
    Table(entries.try_into().ok().expect("the iterator yields one entry per code point of the plane"))
}

fn classify(char: char) -> Entry {
    if char.is_whitespace() {
        return Entry::new(' ', keep_of(' '), FoldSteps::SPACES);
    }
    if is_invisible(char) {
        return Entry::new(char, KEEP_NONE, FoldSteps::SPACES);
    }
    let Some((folded, mut steps)) = fold_alone(char) else {
        return Entry::new(char, keep_of(char), FoldSteps::NONE).in_context();
    };
    let mut target = folded;
    if let Some((shape, step)) = unified(folded) {
        target = shape;
        steps |= step;
    } else if let Some(simplified) = simplify::character(folded) {
        target = simplified;
        steps |= FoldSteps::SIMPLIFIED;
    }
    if simplify::is_witness(folded) {
        steps |= FoldSteps::SIMPLIFIED;
        return Entry::new(target, keep_of(target), steps).in_context();
    }
    Entry::new(target, keep_of(target), steps)
}

fn unified(char: char) -> Option<(char, FoldSteps)> {
    // No letter or digit is unified; asking first spares most of the plane the search.
    if char.is_alphanumeric() {
        return None;
    }
    UNIFIED.iter().find(|(from, _, _)| from.contains(char)).map(|(_, shape, step)| (*shape, *step))
}

/// NFKC and capital letter of one character, if that is one character again and cannot combine with its neighbors.
fn fold_alone(char: char) -> Option<(char, FoldSteps)> {
    let narrow = single(once(char).nfkc())?;
    let upper = single(narrow.to_uppercase().nfkc())?;
    let combines = canonical_combining_class(upper) != 0 || is_nfkc_quick(once(upper)) != IsNormalized::Yes;
    if combines {
        return None;
    }
    let mut steps = FoldSteps::NONE;
    steps.set_if(FoldSteps::WIDTH, narrow != char);
    steps.set_if(FoldSteps::UPPER_CASE, upper != narrow);
    Some((upper, steps))
}

fn single(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

fn keep_of(target: char) -> u32 {
    if target.is_alphanumeric() || is_private_use(target) {
        return KEEP_ALL;
    }
    KEPT.iter().find(|(chars, _)| chars.contains(target)).map_or(KEEP_NONE, |(_, keep)| *keep)
}

const fn keep_bit(keep: Keep) -> u32 {
    1 << keep as u32
}

/// Old GB18030 systems put rare characters of personal names here, so they are letters to us.
fn is_private_use(char: char) -> bool {
    matches!(char, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}')
}

/// Controls, zero-width and bidirectional marks, soft hyphen, variation selectors and the byte-order mark.
fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}
