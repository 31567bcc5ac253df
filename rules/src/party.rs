//! Which words name a person or an organization, in any script and any order?
//!
//! Titles, legal forms and connecting words are left out; a generation (Jr, III) is kept apart, because it tells two bearers of
//! one name from each other. Given names are known only where a comma says so: `Last, First`. Nothing here guesses which
//! word is the family name, and Chinese enterprises are read by [`crate::name`].

mod form;
mod same;

use crate::words::{Role, Selection, Token, Words, role, tokens};

pub use form::FormKind;
pub use same::{Bearer, SAME_MIN, is_same, likeness};

/// The name of a person or an organization.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartyName {
    /// The words that name.
    pub words: Words,
    /// Which of them are given names: those behind the first comma; all where there is none.
    given: u32,
    /// Which bearer of the name: 1 for Sr and I, 2 for Jr and II.
    pub generation: Option<u8>,
    /// The kind of its legal form, where one was left out whose kind is known.
    pub form: Option<FormKind>,
    /// The words that stood in brackets.
    pub comment: Words,
}

/// A short legal form is left out only behind so many words: Sa and As are surnames too.
const N_WORDS_BEFORE_SHORT_FORM: usize = 2;

/// Legal forms of at most so many letters are short.
const SHORT_FORM_LETTERS_MAX: usize = 2;

/// Reads a name; total, and without words where the text has no readable letter.
///
/// ```
/// use minglu_rules::party::parse;
/// let name = parse("Dobbins Jr., David");
/// assert_eq!((name.words.text(), name.given().text().as_str(), name.generation), ("DOBBINS DAVID", "DAVID", Some(2)));
/// assert_eq!(parse("Universal Exports & Co., Ltd.").words.text(), "UNIVERSAL EXPORTS");
/// assert_eq!(parse("王秀英").words.text(), "WANG XIU YING"); // 与护照上的拼音可比
/// ```
pub fn parse(text: &str) -> PartyName {
    let mut tokens = tokens(text);
    // What stands in brackets comments a name: a place, a pet name, a former name.
    let mut comment = Words::default();
    if tokens.iter().any(|token| !token.bracketed) {
        let bracketed: Vec<Token> = tokens.extract_if(.., |token| token.bracketed).collect();
        comment = Words::from_tokens(&bracketed);
    }
    let mut segments: Vec<Vec<Token>> =
        tokens.chunk_by(|a, b| a.segment == b.segment).map(|segment| segment.to_vec()).collect();
    let generation = take_generation(&mut segments);
    segments.iter_mut().for_each(take_titles);
    let form = take_forms(&mut segments);
    let n_left: usize = segments.iter().flatten().filter(|token| !is_link(token)).count();
    if n_left > 0 {
        segments.iter_mut().for_each(|segment| segment.retain(|token| !is_link(token)));
    }
    segments.retain(|segment| !segment.is_empty());
    let n_family = if segments.len() > 1 { segments[0].len() } else { 0 };
    let words = Words::from_tokens(&segments.concat());
    let given = u32::MAX.checked_shl(n_family as u32).unwrap_or(0);
    PartyName { given: if given_is_empty(&words, given) { u32::MAX } else { given }, words, generation, form, comment }
}

impl PartyName {
    /// The given names; all words where no comma tells them from the family name.
    ///
    /// ```
    /// use minglu_rules::party::parse;
    /// assert_eq!(parse("Wang, Xiu Ying").given().text(), "XIU YING"); // 秀英
    /// assert_eq!(parse("Xiu Ying Wang").given().text(), "XIU YING WANG");
    /// ```
    pub fn given(&self) -> Selection<'_> {
        Selection { words: &self.words, mask: self.given }
    }
}

fn given_is_empty(words: &Words, given: u32) -> bool {
    Selection { words, mask: given }.iter().next().is_none()
}

/// Takes the word that tells generations from the end of a segment.
fn take_generation(segments: &mut [Vec<Token>]) -> Option<u8> {
    for (position, segment) in segments.iter_mut().enumerate() {
        let Some(Role::Generation(number)) = segment.last().and_then(|last| role(&last.letters)) else { continue };
        if segment.len() > 1 || position > 0 {
            segment.pop();
            return Some(number);
        }
    }
    None
}

/// Takes titles from the beginning of a segment.
fn take_titles(segment: &mut Vec<Token>) {
    let n_titles = segment.iter().take_while(|token| role(&token.letters) == Some(Role::Title)).count();
    if n_titles < segment.len() {
        segment.drain(..n_titles);
    }
}

/// Takes legal forms from both ends of the whole name; returns the kind of one.
fn take_forms(segments: &mut [Vec<Token>]) -> Option<FormKind> {
    if matches!(segments, [only] if form::is_form(only)) {
        return None;
    }
    let mut kind = segments.first_mut().and_then(form::take_first);
    loop {
        let n_words: usize = segments.iter().map(Vec::len).sum();
        let Some(last) = segments.iter_mut().rev().find(|segment| !segment.is_empty()) else { return kind };
        let n_kept_min = usize::from(last.len() == n_words);
        if let Some(found) = form::take_last(last, n_kept_min) {
            kind = Some(found);
            continue;
        }
        let is_form = |token: &Token| match role(&token.letters) {
            Some(Role::Form) if token.letters.len() <= SHORT_FORM_LETTERS_MAX => n_words > N_WORDS_BEFORE_SHORT_FORM,
            Some(Role::Form) => n_words > 1,
            _ => false,
        };
        if !last.last().is_some_and(is_form) {
            return kind;
        }
        kind = last.pop().and_then(|word| form::kind_of(&word.letters)).or(kind);
    }
}

fn is_link(token: &Token) -> bool {
    role(&token.letters) == Some(Role::Link)
}

#[cfg(test)]
mod tests;
