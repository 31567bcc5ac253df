//! How is text written so that two departments' spellings of the same words become the same bytes?
//!
//! [`fold`] unifies *writing*, never *meaning*: width and compatibility forms (Unicode NFKC, UAX #15), brackets,
//! spaces and punctuation, traditional characters (OpenCC's tables) and the case of Latin letters. It knows nothing
//! of names, addresses or codes; those parsers choose with [`Keep`] which punctuation still carries meaning for them.
//! Chinese numerals are only *read* here ([`chinese_number`]): whether 三一 is a number or a trade name is for the
//! caller to say.
//!
//! Folding is total and idempotent, and reports what it did as [`FoldSteps`].

mod numeral;
mod simplify;
mod steps;
mod table;

pub(crate) use numeral::is_numeral;
pub use numeral::{chinese_number, ordinal_to_digits};
pub use steps::FoldSteps;

use std::borrow::Cow;

use table::{Entry, Table};
use unicode_normalization::UnicodeNormalization;

/// Which punctuation survives folding; letters and digits always do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Names: `()`, `&` and the middle dot `·`.
    Name,
    /// Addresses: as names, and `-`, `#`, `,`, `.`, `/`.
    Address,
    /// Telephone numbers: `()`, `-`, `#`, `,`, `/`, `+`, `*` and the space.
    Phone,
    /// Codes: only `*`, which masks a digit and must not vanish.
    Code,
}

/// Folding a folded text changes nothing; a text that needs more passes than this has not been found.
const N_PASSES_MAX: usize = 4;

/// The beginning of a text that has at most so many bytes, cut between two characters.
///
/// ```
/// assert_eq!(minglu_rules::text::cut("名录", 5), "名");
/// ```
pub fn cut(text: &str, n_bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(n_bytes_max)]
}

/// A text for showing it within a line: line ends and other control characters are written as escapes.
///
/// ```
/// assert_eq!(minglu_rules::text::one_line("明鹭\n数据"), "明鹭\\n数据");
/// ```
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 1);
    for char in text.chars() {
        if char.is_control() { line.extend(char.escape_debug()) } else { line.push(char) }
    }
    Cow::Owned(line)
}

/// Returns the folded form of a name.
///
/// ```
/// use minglu_rules::text::fold;
/// assert_eq!(fold("明鷺數據　科技（深圳）有限公司"), "明鹭数据科技(深圳)有限公司");
/// assert_eq!(fold("深圳乾元〔ｇｒｏｕｐ〕"), "深圳乾元(GROUP)");
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Appends the folded form of a name to `out` and returns what was changed.
///
/// ```
/// use minglu_rules::text::fold_into;
/// let mut out = String::new();
/// let steps = fold_into("瀋陽【第一】机床厂", &mut out);
/// assert_eq!(out, "沈阳(第一)机床厂");
/// assert_eq!(steps.to_string(), "brackets+simplified");
/// ```
pub fn fold_into(text: &str, out: &mut String) -> FoldSteps {
    fold_keeping(text, Keep::Name, out)
}

/// Appends the folded form of `text` to `out`, keeping the punctuation that `keep` names.
///
/// ```
/// use minglu_rules::text::{Keep, fold_keeping};
/// let mut out = String::new();
/// fold_keeping("科苑路１５号，Ａ座—３０１＃", Keep::Address, &mut out);
/// assert_eq!(out, "科苑路15号,A座-301#");
/// ```
pub fn fold_keeping(text: &str, keep: Keep, out: &mut String) -> FoldSteps {
    let table = table::get();
    let start = out.len();
    // From the cheapest to the most general; nearly all text is done by the first.
    for attempt in [fold_characters, fold_phrases] {
        if let Some(steps) = attempt(text, keep, table, out) {
            return steps;
        }
        out.truncate(start);
    }
    fold_strings(text, keep, table, out)
}

/// Folds character by character; `None` if the folding of some character depends on its neighbors.
fn fold_characters(text: &str, keep: Keep, table: &Table, out: &mut String) -> Option<FoldSteps> {
    let mut steps = FoldSteps::NONE;
    // Unchanged characters are copied in runs, because most text needs no folding at all.
    let mut run_start = 0;
    for (idx, char) in text.char_indices() {
        let entry = table.entry(char);
        if entry.is_unchanged(char, keep) {
            continue;
        }
        if entry.needs_context() {
            return None;
        }
        out.push_str(&text[run_start..idx]);
        run_start = idx + char.len_utf8();
        steps |= push_folded(char, entry, keep, out);
    }
    out.push_str(&text[run_start..]);
    Some(steps)
}

fn push_folded(char: char, entry: Entry, keep: Keep, out: &mut String) -> FoldSteps {
    if !entry.is_kept(keep) {
        return entry.deletion();
    }
    out.push(entry.target());
    if entry.target() == char { FoldSteps::NONE } else { entry.steps() }
}

/// Folds character by character, then phrases; `None` if some character needs more than that.
fn fold_phrases(text: &str, keep: Keep, table: &Table, out: &mut String) -> Option<FoldSteps> {
    let mut steps = FoldSteps::NONE;
    let mut clean = String::with_capacity(text.len());
    for char in text.chars() {
        let entry = table.entry(char);
        if entry.needs_strings() {
            return None;
        }
        steps |= push_clean(char, entry, keep, &mut clean);
    }
    out.push_str(&simplify_fully(clean, &mut steps));
    Some(steps)
}

/// Folds whole strings until nothing changes: deleting a character can bring two together that then compose.
fn fold_strings(text: &str, keep: Keep, table: &Table, out: &mut String) -> FoldSteps {
    let mut steps = FoldSteps::NONE;
    let mut current = text.to_owned();
    for _ in 0..N_PASSES_MAX {
        let narrow: String = current.nfkc().collect();
        let upper: String = narrow.chars().flat_map(char::to_uppercase).nfkc().collect();
        steps.set_if(FoldSteps::WIDTH, narrow != current);
        steps.set_if(FoldSteps::UPPER_CASE, upper != narrow);
        let mut clean = String::with_capacity(upper.len());
        for char in upper.chars() {
            steps |= push_clean(char, table.entry(char), keep, &mut clean);
        }
        let next = simplify_fully(clean, &mut steps);
        if next == current {
            break;
        }
        current = next;
    }
    out.push_str(&current);
    steps
}

/// As [`push_folded`], but leaves traditional characters alone, because phrases are looked up in clean text.
fn push_clean(char: char, entry: Entry, keep: Keep, out: &mut String) -> FoldSteps {
    if !entry.is_traditional() {
        return push_folded(char, entry, keep, out);
    }
    out.push(char);
    FoldSteps::NONE
}

/// Simplifies until nothing changes, because one phrase's outcome may be another's beginning.
fn simplify_fully(clean: String, steps: &mut FoldSteps) -> String {
    let mut current = clean;
    for _ in 0..N_PASSES_MAX {
        let next = simplify::with_phrases(&current);
        if next == current {
            break;
        }
        *steps |= FoldSteps::SIMPLIFIED;
        current = next;
    }
    current
}

#[cfg(test)]
mod tests;
