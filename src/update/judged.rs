//! What did people judge, and whom does it concern?
//!
//! Judgements name records; which of them are there, and of which kind, may change with every delivery. A judgement whose
//! record is not there lies dormant until it comes back. What judgements mean is `minglu_rules::judgement`'s business.

use std::num::NonZeroU64;

use hashbrown::{HashMap, HashSet};
use minglu_graph::store::draft::Draft;
use minglu_rules::judgement::{Judgement, Line, Recodings, RecordName, Rulings, Verdict, active};
use minglu_rules::model::RecordIdx;

use super::{Loaded, Pair, Shared, Update};
use crate::error::Result;

/// Everything that people judged, in the order in which they did.
#[derive(Clone, Default)]
pub(crate) struct Judged {
    pub(super) lines: Vec<Line>,
    active: Vec<Judgement>,
    /// Positions in `active` by record.
    by_record: HashMap<RecordName, Vec<usize>>,
}

impl Judged {
    pub(super) fn new(lines: Vec<Line>) -> Self {
        let active = active(lines.iter().cloned());
        let mut by_record: HashMap<RecordName, Vec<usize>> = HashMap::new();
        for (position, judgement) in active.iter().enumerate() {
            for name in [&judgement.a, &judgement.b] {
                by_record.entry(name.clone()).or_default().push(position);
            }
        }
        Self { lines, active, by_record }
    }

    pub(super) fn of(&self, name: &RecordName) -> impl Iterator<Item = &Judgement> {
        let positions = self.by_record.get(name).map_or(&[][..], Vec::as_slice);
        positions.iter().map(|position| &self.active[*position])
    }
}

/// What judgements say of the pairs of one kind.
#[derive(Default)]
pub(super) struct JudgedPairs {
    pub(super) same: HashSet<Pair>,
    pub(super) different: HashSet<Pair>,
}

impl Update<'_> {
    /// The name of a record.
    pub(super) fn name(&self, loaded: &Loaded) -> RecordName {
        let source = &self.ground.sources[loaded.record.key.source.0 as usize].name;
        RecordName { source: source.clone(), record_id: loaded.record.key.id.to_string() }
    }

    /// The live record of a name, if it is of this kind.
    fn named(&self, name: &RecordName) -> Result<Option<Shared>> {
        let stored = self.draft.record(&name.source, &name.record_id)?;
        let is_here = |stored: &minglu_graph::store::value::StoredRecord| {
            !stored.is_deleted && stored.model_idx as usize == self.model_idx
        };
        stored.filter(is_here).map(|stored| self.load(stored.ordinal)).transpose()
    }

    /// Finds out which codes people made one, now that records have changed.
    pub(super) fn recode(&mut self) -> Result<()> {
        let recoded = self.judged.active.iter().filter(|judgement| judgement.verdict == Verdict::Recoded);
        let mut pairs: Vec<(NonZeroU64, NonZeroU64)> = Vec::new();
        for judgement in recoded {
            if let (Some(a), Some(b)) = (self.named(&judgement.a)?, self.named(&judgement.b)?) {
                pairs.extend(a.standing.org.zip(b.standing.org));
            }
        }
        self.recodings = Recodings::new(pairs);
        Ok(())
    }

    /// Codes whose class is another one than before.
    pub(super) fn recoded_otherwise(&self) -> HashSet<NonZeroU64> {
        let before = self.memory.recodings(self.model_idx);
        match before == &self.recodings {
            true => HashSet::new(),
            false => before.codes().chain(self.recodings.codes()).collect(),
        }
    }

    /// All codes that stand under the same as one of them.
    pub(super) fn class_of(&self, code: NonZeroU64) -> Vec<NonZeroU64> {
        let smallest = self.recodings.of(code);
        let mut class: Vec<NonZeroU64> =
            self.recodings.codes().filter(|other| self.recodings.of(*other) == smallest).chain([code]).collect();
        class.sort_unstable();
        class.dedup();
        class
    }

    /// Live records of this kind whose judgements changed.
    pub(super) fn rejudged(&self) -> Result<Vec<Shared>> {
        let mut found = Vec::new();
        for name in self.rejudged {
            found.extend(self.named(name)?);
        }
        Ok(found)
    }

    /// What judgements say of pairs that one of some records is in.
    pub(super) fn judged_pairs(&self, records: impl Iterator<Item = u32>) -> Result<JudgedPairs> {
        let mut pairs = JudgedPairs::default();
        if self.judged.active.is_empty() {
            return Ok(pairs);
        }
        for ordinal in records {
            let loaded = self.load(ordinal)?;
            let own = self.name(&loaded);
            for judgement in self.judged.of(&own) {
                let other = if judgement.a == own { &judgement.b } else { &judgement.a };
                let Some(other) = self.named(other)? else { continue };
                let pair = Self::in_order(&loaded, &other);
                match judgement.verdict {
                    Verdict::Same | Verdict::Recoded => drop(pairs.same.replace(pair)),
                    Verdict::Different => drop(pairs.different.replace(pair)),
                    Verdict::Unsure => {}
                }
            }
        }
        Ok(pairs)
    }

    /// What judgements say of a few records among each other.
    pub(super) fn rulings(&self, records: &[Shared]) -> Rulings {
        if self.judged.active.is_empty() {
            return Rulings::default();
        }
        let names: HashMap<RecordName, RecordIdx> =
            records.iter().zip((0..).map(RecordIdx)).map(|(loaded, at)| (self.name(loaded), at)).collect();
        let concerned: HashSet<usize> =
            names.keys().filter_map(|name| self.judged.by_record.get(name)).flatten().copied().collect();
        Rulings::new(concerned.into_iter().map(|position| &self.judged.active[position]), |name| {
            let at = *names.get(name)?;
            Some((at, records[at.at()].standing.org))
        })
    }
}

/// Puts the lines of a store into order.
pub(super) fn read(lines: &[String]) -> Result<Judged> {
    let lines = lines.iter().map(|line| crate::judgements::parse(line)).collect::<std::result::Result<Vec<_>, _>>();
    let lines = lines.map_err(|what| crate::error::Error::usage(format!("stored judgement: {what}")))?;
    Ok(Judged::new(lines))
}

/// Keeps a judgement with the draft.
pub(super) fn keep(draft: &mut Draft, number: usize, line: &Line) -> Result<()> {
    Ok(draft.put_judgement(number as u64, &crate::judgements::write(line))?)
}
