//! Where does a legal form stand in the words of a name, and of which kind is it?
//!
//! Reads `rules/data/words/forms.txt` once: spellings of legal forms in many languages, each with its kind. A form stands
//! behind the name or before it (OOO Ромашка, Limited Liability Company Romashka). Forms of one word that are also
//! ordinary words or surnames are taken by [`super::parse`] from its own short list only.

use std::sync::LazyLock;

use hashbrown::HashMap;

use crate::words::{Role, Token, role, tokens};

/// The kinds of legal form that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FormKind {
    /// Limited liability: Ltd, GmbH, OOO.
    Limited,
    /// Capital in shares: PLC, AG, S.A., OAO.
    Shares,
    /// Limited partnership: LP, KG.
    LimitedPartnership,
    /// Other partnership: OHG, LLP.
    Partnership,
    /// Cooperative.
    Cooperative,
    /// Without profit: e.V., ASBL, АНО.
    NonProfit,
}

/// Letters of a form of one word that is taken though no list of short forms has it.
const SINGLE_LETTERS_MIN: usize = 4;

struct Form {
    words: Vec<String>,
    kind: FormKind,
}

/// Forms by their first word, the longest first.
static FORMS: LazyLock<HashMap<String, Vec<Form>>> = LazyLock::new(|| {
    let mut forms: HashMap<String, Vec<Form>> = HashMap::new();
    for line in include_str!("../../data/words/forms.txt").lines().filter(|line| !line.starts_with('#')) {
        let Some((kind, spelling)) = line.split_once('\t') else { continue };
        let kind = match kind {
            "llc" => FormKind::Limited,
            "jsc" => FormKind::Shares,
            "lp" => FormKind::LimitedPartnership,
            "llp" | "gp" => FormKind::Partnership,
            "coop" => FormKind::Cooperative,
            _ => FormKind::NonProfit,
        };
        let words: Vec<String> = tokens(spelling).into_iter().map(|token| token.letters).collect();
        if let Some(first) = words.first().cloned() {
            forms.entry(first).or_default().push(Form { words, kind });
        }
    }
    forms.values_mut().for_each(|forms| forms.sort_by_key(|form| std::cmp::Reverse(form.words.len())));
    forms
});

/// Whether the words are a form and nothing else, of two words or more.
pub(super) fn is_form(words: &[Token]) -> bool {
    words.len() > 1 && find(words).is_some()
}

/// Takes a form from the end of the words, of which `n_kept_min` stay; returns its kind.
pub(super) fn take_last(words: &mut Vec<Token>, n_kept_min: usize) -> Option<FormKind> {
    let found = (n_kept_min..words.len()).find_map(|start| Some((start, find(&words[start..])?)));
    let (start, kind) = found?;
    words.truncate(start);
    Some(kind)
}

/// Takes a form from the beginning of the words, of one word only if it stands in the short list too; returns its kind.
pub(super) fn take_first(words: &mut Vec<Token>) -> Option<FormKind> {
    let is_sure = |end: usize| end > 1 || is_known(&words[0].letters);
    let (n_words, kind) =
        (1..words.len()).rev().find_map(|end| Some((end, find(&words[..end])?)).filter(|_| is_sure(end)))?;
    words.drain(..n_words);
    Some(kind)
}

/// The kind of a form of one word, if it is listed.
pub(super) fn kind_of(word: &str) -> Option<FormKind> {
    FORMS.get(word)?.iter().find(|form| form.words.len() == 1).map(|form| form.kind)
}

/// The kind of form that these words are, all of them.
fn find(words: &[Token]) -> Option<FormKind> {
    let forms = FORMS.get(words.first()?.letters.as_str())?;
    let is_same =
        |form: &&Form| form.words.len() == words.len() && form.words.iter().zip(words).all(|(a, b)| *a == b.letters);
    let form = forms.iter().find(is_same)?;
    let letters = &words[0].letters;
    // Shorter ones are told from a surname only where they stand behind a long name: see the caller.
    let is_sure = words.len() > 1 || letters.len() >= SINGLE_LETTERS_MIN || is_known(letters);
    is_sure.then_some(form.kind)
}

/// Whether a word of three letters or more stands in the short list of forms.
fn is_known(word: &str) -> bool {
    role(word) == Some(Role::Form) && word.len() > 2
}

#[cfg(test)]
mod tests;
