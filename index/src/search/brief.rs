//! Is a query a short name, and how well does it fit a value?
//!
//! A short name has no legal form: 武钢股份, 深物业, *ST国华. Edit distance says little of it, because most of the full name is
//! missing; what counts is what was left out, and that is said by [`minglu_rules::name::short_fit`]. A query with a
//! legal form is not looked at here, nor an address or a code.

use minglu_rules::name::{self, LegalForm, NamePart, ShortName, short_fit, short_name_core};

use crate::schema::{code_point, part};
use crate::tokenize::canonical;

/// Letters of a text beyond which it is a name without its form rather than a short one.
const BRIEF_CHARS_MAX: usize = 16;
/// Letters up to which 集团 or 股份 ends a short name, and up to which any other form does: 永辉超市, 深圳机场, 平安银行.
const WITH_GROUP_CHARS_MAX: usize = 6;
const WITH_FORM_CHARS_MAX: usize = 4;
/// Fewest letters: a single character is in everything.
const BRIEF_CHARS_MIN: usize = 2;

/// A query that is a short name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Brief(ShortName);

impl Brief {
    /// Reads a query; none if it is no short name.
    pub(super) fn of(text: &str) -> Option<Brief> {
        let core = short_name_core(text);
        let letters: Vec<char> = canonical(core).chars().collect();
        let has_chinese = letters.iter().any(|letter| ('\u{3400}'..='\u{9fff}').contains(letter));
        let is_short = (BRIEF_CHARS_MIN..=BRIEF_CHARS_MAX).contains(&letters.len());
        if !has_chinese || !is_short || has_form(core, letters.len()) {
            return None;
        }
        Some(Brief(ShortName { letters, is_marked: core.len() < text.trim().len() }))
    }

    /// The text without marks.
    pub(super) fn text(&self) -> String {
        self.0.letters.iter().collect()
    }

    /// How well the short name fits a value of packed letters; `scratch` is room to work in.
    pub(super) fn fit(&self, packed: &[u64], scratch: &mut Vec<(char, NamePart)>) -> f32 {
        scratch.clear();
        let letters =
            packed.iter().filter_map(|&packed| Some((char::from_u32(code_point(packed) as u32)?, part(packed))));
        scratch.extend(letters);
        short_fit(&self.0, scratch) as f32
    }
}

/// Whether a text ends with a legal form that makes it a full name.
fn has_form(text: &str, n_letters: usize) -> bool {
    match name::parse(text).form() {
        LegalForm::Unknown => false,
        LegalForm::Group | LegalForm::JointStock => n_letters > WITH_GROUP_CHARS_MAX,
        _ => n_letters > WITH_FORM_CHARS_MAX,
    }
}

#[cfg(test)]
mod tests;
