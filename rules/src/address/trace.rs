//! Where in the delivered text did a piece of the folded text stand?
//!
//! Folding replaces, deletes and composes characters. Nearly always it works character by character, so the two texts
//! are walked side by side, folding one character at a time; where neighbors decided together (a combining mark, a
//! traditional phrase) the walk resynchronizes at the next character that fits. It deliberately stays outside folding,
//! because only those who look at the result need it.

use crate::text::{Keep, fold_keeping};
use std::ops::Range;

/// For each byte of the folded text the bytes of the delivered text that it came from.
pub(super) struct Trace<'t> {
    raw: &'t str,
    /// Empty where both texts are the same.
    origins: Vec<Range<u32>>,
}

impl<'t> Trace<'t> {
    /// Walks both texts; `raw` is as delivered, `norm` its folded form.
    pub(super) fn new(raw: &'t str, norm: &str) -> Trace<'t> {
        let origins = if raw == norm { Vec::new() } else { align(raw, norm) };
        Trace { raw, origins }
    }

    /// The bytes of the delivered text that a span of the folded text came from, on character boundaries.
    pub(super) fn raw_span(&self, span: Range<usize>) -> Range<usize> {
        if self.origins.is_empty() {
            let end = span.end.min(self.raw.len());
            return span.start.min(end)..end;
        }
        if span.is_empty() {
            let start = self.origins.get(span.start).map_or(self.raw.len(), |origin| origin.start as usize);
            return start..start;
        }
        let at = |idx: usize| self.origins.get(idx).or(self.origins.last()).cloned().unwrap_or(0..0);
        let (start, end) = (at(span.start).start as usize, at(span.end - 1).end as usize);
        start.min(end)..end
    }
}

fn align(raw: &str, norm: &str) -> Vec<Range<u32>> {
    let mut origins: Vec<Range<u32>> = Vec::with_capacity(norm.len());
    let mut folded = String::with_capacity(8);
    let mut chars = raw.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let end = start + c.len_utf8();
        let rest = &norm[origins.len()..];
        fold_one(c, &mut folded);
        let taken = if rest.starts_with(&folded) {
            folded.len()
        } else {
            let next_fits = chars.peek().is_some_and(|(_, next)| {
                fold_one(*next, &mut folded);
                !folded.is_empty() && rest.starts_with(&folded)
            });
            // Either the character was swallowed by its neighbor, or it became one other character.
            if next_fits { 0 } else { rest.chars().next().map_or(0, char::len_utf8) }
        };
        origins.extend(std::iter::repeat_n(start as u32..end as u32, taken));
    }
    let last = raw.len() as u32;
    origins.resize(norm.len(), last..last);
    origins
}

fn fold_one(c: char, out: &mut String) {
    out.clear();
    fold_keeping(c.encode_utf8(&mut [0; 4]), Keep::Address, out);
}

#[cfg(test)]
mod tests;
