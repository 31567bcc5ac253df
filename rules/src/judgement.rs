//! What did named people say of two records, and what follows from it?
//!
//! Judgements are lines that are only ever appended: one says `same`, `different`, `unsure` or `recoded` of a pair of records,
//! another undoes the last one. This module finds which judgement of a pair is in force, and rules on the records of one
//! kind. What a ruling does to clusters is [`crate::law`]'s business; how lines are written is the program's.

mod recoding;
mod rulings;

pub use recoding::Recodings;
pub use rulings::{Different, Rulings};

use std::collections::BTreeMap;

/// A record as its delivery names it; it may not exist yet, or no longer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordName {
    /// Name of the source.
    pub source: String,
    /// The id of the record there.
    pub record_id: String,
}

/// What a person says of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// One entity, unless the law forbids it.
    Same,
    /// Two entities, whatever speaks for one.
    Different,
    /// Nobody can tell; nothing follows.
    Unsure,
    /// One entity, whose code was replaced by another: 换码.
    Recoded,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Verdict; 4] = [Self::Same, Self::Different, Self::Unsure, Self::Recoded];

    /// Its word in files and answers.
    ///
    /// ```
    /// use minglu_rules::judgement::Verdict;
    /// assert_eq!(Verdict::Recoded.as_str(), "recoded"); // 换码
    /// assert_eq!(Verdict::ALL.map(Verdict::as_str).map(Verdict::named), Verdict::ALL.map(Some));
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unsure => "unsure",
            Self::Recoded => "recoded",
        }
    }

    /// The verdict of a word.
    ///
    /// ```
    /// use minglu_rules::judgement::Verdict;
    /// assert_eq!(Verdict::named("different"), Some(Verdict::Different)); // 不是同一主体
    /// assert_eq!(Verdict::named("maybe"), None);
    /// ```
    pub fn named(word: &str) -> Option<Verdict> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == word)
    }
}

/// What a named person said of two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// One record.
    pub a: RecordName,
    /// The other.
    pub b: RecordName,
    /// What was said.
    pub verdict: Verdict,
    /// Who said it.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// For which reason.
    pub why: String,
    /// Hash of what the first record contained at the time, where it is known.
    pub hash_a: Option<u64>,
    /// The same of the second record.
    pub hash_b: Option<u64>,
}

impl Judgement {
    /// The two records, the lower name first.
    ///
    /// ```
    /// use minglu_rules::judgement::{Judgement, RecordName, Verdict};
    /// let name = |source: &str| RecordName { source: source.into(), record_id: "1".into() };
    /// let (a, b, by, at, why) = (name("tax"), name("market"), "王敏".into(), "2026-03-02T09:30:00Z".into(), "换领新证".into());
    /// let judgement = Judgement { a, b, verdict: Verdict::Recoded, by, at, why, hash_a: None, hash_b: None };
    /// assert_eq!(judgement.pair(), (&name("market"), &name("tax")));
    /// ```
    pub fn pair(&self) -> (&RecordName, &RecordName) {
        in_order(&self.a, &self.b)
    }
}

/// The last judgement of a pair that still stands is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// One record.
    pub a: RecordName,
    /// The other.
    pub b: RecordName,
    /// Who took it back.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// For which reason.
    pub why: String,
}

/// A line of the book of judgements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Somebody judged.
    Judged(Judgement),
    /// Somebody took a judgement back.
    Undone(Undo),
}

impl Line {
    /// The two records, the lower name first.
    ///
    /// ```
    /// use minglu_rules::judgement::{Line, RecordName, Undo};
    /// let name = |source: &str| RecordName { source: source.into(), record_id: "1".into() };
    /// let (a, b, by) = (name("tax"), name("market"), "王敏".to_string());
    /// let line = Line::Undone(Undo { a, b, by, at: "2026-03-02T09:30:00Z".into(), why: "看错了".into() });
    /// assert_eq!(line.pair(), (&name("market"), &name("tax")));
    /// ```
    pub fn pair(&self) -> (&RecordName, &RecordName) {
        match self {
            Self::Judged(judgement) => judgement.pair(),
            Self::Undone(undo) => in_order(&undo.a, &undo.b),
        }
    }
}

/// The judgements in force, one for each pair at most, sorted by pair: of each its last one that was not undone.
///
/// An undo takes back the last judgement of the pair that still stands, so that two of them take back the last two; where
/// none stands it does nothing. Only the order of lines of one pair matters. A record judged against itself is left out.
///
/// ```
/// use minglu_rules::judgement::{Judgement, Line, RecordName, Undo, Verdict, active};
/// let name = |source: &str| RecordName { source: source.into(), record_id: "1".into() };
/// let (by, at, why) = ("王敏".to_string(), "2026-03-02T09:30:00Z".to_string(), "已电话核实".to_string());
/// let judged = |verdict| Line::Judged(Judgement { a: name("market"), b: name("tax"), verdict, by: by.clone(), at: at.clone(),
///     why: why.clone(), hash_a: None, hash_b: None });
/// let undo = Line::Undone(Undo { a: name("tax"), b: name("market"), by: by.clone(), at: at.clone(), why: why.clone() });
/// let found = active([judged(Verdict::Same), judged(Verdict::Different), undo]);
/// assert_eq!(found.iter().map(|judgement| judgement.verdict).collect::<Vec<_>>(), [Verdict::Same]);
/// ```
pub fn active(lines: impl IntoIterator<Item = Line>) -> Vec<Judgement> {
    let mut standing: BTreeMap<(RecordName, RecordName), Vec<Judgement>> = BTreeMap::new();
    for line in lines {
        let (a, b) = line.pair();
        if a == b {
            continue;
        }
        let of_pair = standing.entry((a.clone(), b.clone())).or_default();
        match line {
            Line::Judged(judgement) => of_pair.push(judgement),
            Line::Undone(_) => drop(of_pair.pop()),
        }
    }
    standing.into_values().filter_map(|mut of_pair| of_pair.pop()).collect()
}

fn in_order<'a>(a: &'a RecordName, b: &'a RecordName) -> (&'a RecordName, &'a RecordName) {
    if b < a { (b, a) } else { (a, b) }
}

#[cfg(test)]
mod tests;
