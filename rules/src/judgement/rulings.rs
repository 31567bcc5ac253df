//! What do the judgements in force say of the records of one kind?
//!
//! Names become positions of records, and verdicts become what the law asks for: ties, pairs that are parted, and codes that
//! stand for others. A judgement of a record that is not there lies dormant.

use std::num::NonZeroU64;

use super::{Judgement, Recodings, RecordName, Verdict};
use crate::model::RecordIdx;

/// What people ruled on the records of one kind; empty by default, which costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rulings {
    /// Pairs that are the same, the lower record first, sorted; those that were recoded among them.
    pub same: Vec<(RecordIdx, RecordIdx)>,
    /// Codes that became one unit's.
    pub codes: Recodings,
    /// Judgements whose two records are both there, whatever they say.
    pub n_found: usize,
    /// Each pair both ways, sorted, so that the partners of a record stand together.
    different: Vec<(RecordIdx, RecordIdx)>,
}

impl Rulings {
    /// Rules on records: a function finds a record of the kind by its name, with the code that it carries if that is valid
    /// and undisputed. The order of judgements does not matter.
    ///
    /// ```
    /// use std::num::NonZeroU64;
    /// use minglu_rules::judgement::{Judgement, RecordName, Rulings, Verdict};
    /// use minglu_rules::model::RecordIdx;
    /// let name = |id: &str| RecordName { source: "market".into(), record_id: id.into() };
    /// let judgement = |a, b, verdict| Judgement { a: name(a), b: name(b), verdict, by: "王敏".into(),
    ///     at: "2026-03-02T09:30:00Z".into(), why: "换领新证".into(), hash_a: None, hash_b: None };
    /// let active = [judgement("1", "0", Verdict::Recoded), judgement("1", "2", Verdict::Different)];
    /// let code = |code| NonZeroU64::new(code);
    /// let rulings = Rulings::new(&active, |name| {
    ///     let position = name.record_id.parse().ok().filter(|position| *position < 2)?; // "2" 已删除
    ///     Some((RecordIdx(position), code(u64::from(position) + 7)))
    /// });
    /// assert_eq!(rulings.same, [(RecordIdx(0), RecordIdx(1))]);
    /// assert_eq!(code(8).map(|code| rulings.codes.of(code)), code(7));
    /// assert_eq!(rulings.n_found, 1);
    /// ```
    pub fn new<'a>(
        active: impl IntoIterator<Item = &'a Judgement>,
        find: impl Fn(&RecordName) -> Option<(RecordIdx, Option<NonZeroU64>)>,
    ) -> Self {
        let (mut rulings, mut codes) = (Self::default(), Vec::new());
        for judgement in active {
            let (Some((a, code_a)), Some((b, code_b))) = (find(&judgement.a), find(&judgement.b)) else { continue };
            rulings.n_found += 1;
            match judgement.verdict {
                Verdict::Different => rulings.different.extend([(a, b), (b, a)]),
                Verdict::Same => rulings.same.push((a.min(b), a.max(b))),
                Verdict::Recoded => {
                    rulings.same.push((a.min(b), a.max(b)));
                    codes.extend(code_a.zip(code_b));
                }
                Verdict::Unsure => {}
            }
        }
        rulings.same.sort_unstable();
        rulings.different.sort_unstable();
        rulings.codes = Recodings::new(codes);
        rulings
    }

    /// The pairs that are different.
    ///
    /// ```
    /// use minglu_rules::{judgement::Rulings, model::RecordIdx};
    /// assert!(!Rulings::default().different().parts(RecordIdx(0), RecordIdx(1))); // 无人裁决
    /// ```
    pub fn different(&self) -> Different<'_> {
        Different { pairs: &self.different }
    }
}

/// Pairs of records that people judged different.
#[derive(Debug, Clone, Copy, Default)]
pub struct Different<'a> {
    /// Each pair both ways, sorted.
    pairs: &'a [(RecordIdx, RecordIdx)],
}

impl<'a> Different<'a> {
    /// Whether nobody judged two records different.
    ///
    /// ```
    /// assert!(minglu_rules::judgement::Different::default().is_empty()); // 无人裁决
    /// ```
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The records that a record is not, in order.
    ///
    /// ```
    /// use minglu_rules::{judgement::Different, model::RecordIdx};
    /// assert_eq!(Different::default().partners(RecordIdx(0)).count(), 0); // 无人裁决
    /// ```
    pub fn partners(&self, record: RecordIdx) -> impl Iterator<Item = RecordIdx> + use<'a> {
        let start = self.pairs.partition_point(|(a, _)| *a < record);
        self.pairs[start..].iter().take_while(move |(a, _)| *a == record).map(|(_, b)| *b)
    }

    /// Whether two records were judged different.
    ///
    /// ```
    /// # use minglu_rules::{judgement::*, model::RecordIdx};
    /// # let name = |id: &str| RecordName { source: "market".into(), record_id: id.into() };
    /// # let (by, at, why) = ("王敏".into(), "2026-03-02T09:30:00Z".into(), "两家店, 同名同址".into());
    /// let verdict = Verdict::Different; // 两家店, 同名同址
    /// # let judgement = Judgement { a: name("3"), b: name("5"), verdict, by, at, why, hash_a: None, hash_b: None };
    /// let rulings = Rulings::new([&judgement], |name| Some((RecordIdx(name.record_id.parse().ok()?), None)));
    /// assert!(rulings.different().parts(RecordIdx(3), RecordIdx(5)));
    /// assert!(rulings.different().part(&[RecordIdx(1), RecordIdx(3)], &[RecordIdx(2), RecordIdx(5)]));
    /// ```
    pub fn parts(&self, a: RecordIdx, b: RecordIdx) -> bool {
        self.pairs.binary_search(&(a, b)).is_ok()
    }

    /// Whether any record of one cluster was judged different from any of another; both in anchor order.
    ///
    /// ```
    /// use minglu_rules::{judgement::Different, model::RecordIdx};
    /// assert!(!Different::default().part(&[RecordIdx(0)], &[RecordIdx(1)])); // 无人裁决
    /// ```
    pub fn part(&self, a: &[RecordIdx], b: &[RecordIdx]) -> bool {
        let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
        let is_parted = |record: &RecordIdx| self.partners(*record).any(|partner| many.binary_search(&partner).is_ok());
        !self.is_empty() && few.iter().any(is_parted)
    }
}
