//! On which level does each field of two records agree?
//!
//! Comparing only finds; how much a level weighs is [`crate::score`]'s business. Symmetric, and total.

use rapidfuzz::distance::{jaro_winkler, osa};

use crate::address::{self, AddressAgreement, AddressLevel};
use crate::frozen::FrozenModel;
use crate::model::{ComparisonVector, FieldIdx, Finding, Record, Seen, Value};
use crate::schema::{Aspect, CaseIdx, Chance, Comparison, Condition, aspect_keys, aspect_text, aspect_words};
use crate::words::{Selection, are_alike, are_homophones, contain, look_alike, overlap};

/// Values of each record that one comparison looks at; a record with more is compared by its first ones. The bound is one
/// for each side and not one for their pairs, so that it cuts the same values whichever record comes first.
pub const N_VALUES_COMPARED_MAX: usize = 16;

/// Compares two records under a model.
///
/// ```
/// # use minglu_rules::{compare::compare, frozen::FrozenModel, model::*, normalize::*, schema::Schema};
/// # let schema = Schema::shipped("enterprise").unwrap();
/// # let name = schema.field("name").unwrap();
/// # let record = |id: &str, text: &str| normalize(&SourceRecord { key: RecordKey { source: SourceIdx(0), id: id.into() },
/// #     updated_at: None, values: vec![(name, text.into())] }, &schema, &Jurisdiction::default()).0;
/// # let model = FrozenModel::count(schema.clone(), &[]);
/// let (a, b) = (record("1", "深圳市明鹭数据科技有限公司"), record("2", "深圳市明鷺數據科技有限公司"));
/// let name = compare(&a, &b, &model)[0]; // the same name, once traditional characters are folded
/// assert_eq!(model.schema.comparisons[0].levels[usize::from(name.level.unwrap())].label, "norm equal");
/// ```
pub fn compare(a: &Record, b: &Record, model: &FrozenModel) -> ComparisonVector {
    let mut cases = Cases::default();
    let look = |comparison: &Comparison| {
        let finding = compare_one(a, b, comparison, model, cases);
        let level = finding.level.and_then(|level| comparison.levels.get(level as usize));
        cases.add(level.and_then(|level| level.case));
        finding
    };
    model.schema.comparisons.iter().map(look).collect()
}

/// What earlier comparisons found out about a pair.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cases(u64);

impl Cases {
    fn add(&mut self, case: Option<CaseIdx>) {
        self.0 |= case.map_or(0, |case| 1 << case.0);
    }

    fn allow(self, given: Option<CaseIdx>) -> bool {
        given.is_none_or(|case| self.0 & (1 << case.0) != 0)
    }
}

/// The best level over all pairs of values of one comparison.
pub(crate) fn compare_one(
    a: &Record,
    b: &Record,
    comparison: &Comparison,
    model: &FrozenModel,
    cases: Cases,
) -> Finding {
    let against = if comparison.against.is_empty() { &comparison.fields } else { &comparison.against };
    let mut best = Finding::MISSING;
    let mut look = |left: &[FieldIdx], right: &[FieldIdx]| {
        for (i, va) in present(a, left, comparison.present) {
            for (j, vb) in present(b, right, comparison.present) {
                if best.level == Some(0) {
                    return;
                }
                let level = level_of(va, vb, comparison, (best.level, cases));
                if best.level.is_none_or(|found| level < found) {
                    best = Finding { level: Some(level), values: (i, j), n_sharers: 1 };
                }
            }
        }
    };
    look(&comparison.fields, against);
    if !comparison.against.is_empty() {
        look(against, &comparison.fields);
    }
    weigh_sharers(a, b, comparison, model, best)
}

/// Looks up how common the agreeing value is; a value of too many entities is no evidence.
fn weigh_sharers(a: &Record, b: &Record, comparison: &Comparison, model: &FrozenModel, mut found: Finding) -> Finding {
    let Some(level) = found.level.and_then(|level| comparison.levels.get(level as usize)) else { return found };
    if let Chance::Shared { of, n_sharers_max, .. } = level.u
        && let Some(table) = model.table(comparison, of)
    {
        let (va, vb) = (&a.values[found.values.0 as usize], &b.values[found.values.1 as usize]);
        let count = |seen: Seen<'_>| {
            aspect_keys(seen, of).as_slice().iter().map(|key| table.n_sharers(*key)).min().unwrap_or(1)
        };
        found.n_sharers = count(a.seen(va)).max(count(b.seen(vb)));
        if n_sharers_max.is_some_and(|most| found.n_sharers > most) {
            return Finding { level: None, ..found };
        }
    }
    found
}

/// Values of some fields that have an aspect, with their positions in the record.
fn present<'a>(record: &'a Record, fields: &'a [FieldIdx], aspect: Aspect) -> impl Iterator<Item = (u8, Seen<'a>)> {
    let present = record.values.iter().enumerate().filter_map(move |(position, value)| {
        let seen = fields.contains(&value.field).then(|| record.seen(value))?;
        (aspect == Aspect::Text || has(seen, aspect)).then_some((position as u8, seen))
    });
    present.take(N_VALUES_COMPARED_MAX)
}

fn has(seen: Seen<'_>, aspect: Aspect) -> bool {
    match aspect {
        Aspect::Words | Aspect::Given => aspect_words(seen, aspect).is_some(),
        Aspect::Room | Aspect::Building | Aspect::Door | Aspect::House | Aspect::Sounds => {
            !aspect_keys(seen, aspect).as_slice().is_empty()
        }
        // An address that hosts registrations is evidence neither for one entity nor for two.
        Aspect::Place => !is_hosted(seen) && aspect_text(seen, aspect).is_some(),
        _ => aspect_text(seen, aspect).is_some(),
    }
}

/// The first level whose conditions all hold; levels that are no better than `known` are not looked at.
fn level_of(a: Seen<'_>, b: Seen<'_>, comparison: &Comparison, (known, cases): (Option<u8>, Cases)) -> u8 {
    let mut known_pair = KnownPair::default();
    let n_worth = known.map_or(comparison.levels.len(), usize::from);
    for (position, level) in comparison.levels[..n_worth].iter().enumerate() {
        if cases.allow(level.given) && level.conditions.iter().all(|condition| holds(*condition, a, b, &mut known_pair))
        {
            return position as u8;
        }
    }
    n_worth as u8
}

/// What earlier conditions found out about two values, so that later ones need not look again.
#[derive(Default)]
struct KnownPair {
    /// How two addresses agree.
    agreement: Option<AddressAgreement>,
    /// Share of the words under an aspect.
    overlap: Option<(Aspect, f64)>,
}

/// Whether a condition holds for two values.
fn holds(condition: Condition, a: Seen<'_>, b: Seen<'_>, known: &mut KnownPair) -> bool {
    match condition {
        // A hosting address is shared by strangers, however equally it is written.
        Condition::Equal(Aspect::Place) => {
            share_key(a, b, Aspect::Place) == Some(true) && !(is_hosted(a) || is_hosted(b))
        }
        Condition::Equal(aspect) => share_key(a, b, aspect) == Some(true),
        Condition::Differ(aspect) => share_key(a, b, aspect) == Some(false),
        Condition::Compatible(Aspect::Region) => regions_compatible(a, b),
        Condition::Compatible(Aspect::Place) => match (a.value, b.value) {
            (Value::Address(a), Value::Address(b)) => {
                let found = known.agreement.get_or_insert_with(|| address::compare(&a.address, &b.address));
                found.conflict.is_none_or(|level| level > AddressLevel::Building)
            }
            _ => false,
        },
        Condition::Compatible(aspect) => share_key(a, b, aspect) != Some(false),
        Condition::Similar(aspect, min) => both_texts(a, b, aspect).is_some_and(|(a, b)| are_similar(&a, &b, min)),
        Condition::Edits(aspect, max) => both_texts(a, b, aspect).is_some_and(|(a, b)| few_edits(&a, &b, max)),
        Condition::Homophone(aspect, max) => both_texts(a, b, aspect).is_some_and(|(a, b)| are_homophones(&a, &b, max)),
        Condition::Lookalike(aspect, max) => both_texts(a, b, aspect).is_some_and(|(a, b)| look_alike(&a, &b, max)),
        Condition::Abbreviates(aspect) => {
            both_texts(a, b, aspect).is_some_and(|(a, b)| abbreviates(&a, &b) || abbreviates(&b, &a))
        }
        Condition::Agrees(level) => match (a.value, b.value) {
            (Value::Address(a), Value::Address(b)) => {
                let found = known.agreement.get_or_insert_with(|| address::compare(&a.address, &b.address));
                let hosted = a.address.hosted() || b.address.hosted();
                found.conflict.is_none() && found.level >= level && !(hosted && level > AddressLevel::Building)
            }
            _ => false,
        },
        Condition::Shares(level) => match (a.value, b.value) {
            (Value::Address(a), Value::Address(b)) => {
                let found = known.agreement.get_or_insert_with(|| address::compare(&a.address, &b.address));
                found.level >= level && !(a.address.hosted() || b.address.hosted())
            }
            _ => false,
        },
        Condition::Generic => match (a.value, b.value) {
            (Value::EnterpriseName(a), Value::EnterpriseName(b)) => a.is_generic() && b.is_generic(),
            _ => false,
        },
        Condition::Within(days_max) => match (a.value, b.value) {
            (Value::Date(a), Value::Date(b)) => a.0.abs_diff(b.0) <= days_max.unsigned_abs(),
            _ => false,
        },
        Condition::Swapped => match (a.value, b.value) {
            (Value::Date(a), Value::Date(b)) => a != b && a.swapped() == Some(*b),
            _ => false,
        },
        Condition::Contain(aspect, n_min) => both_words(a, b, aspect).is_some_and(|(a, b)| contain(a, b, n_min)),
        Condition::Alike(aspect, n_min) => both_words(a, b, aspect).is_some_and(|(a, b)| are_alike(a, b, n_min)),
        Condition::Overlap(aspect, min) => both_words(a, b, aspect).is_some_and(|(a, b)| {
            let found = known.overlap.filter(|(of, _)| *of == aspect).map_or_else(|| overlap(a, b), |(_, found)| found);
            known.overlap = Some((aspect, found));
            found >= min
        }),
        Condition::Begins(aspect, n) => both_texts(a, b, aspect).is_some_and(|(a, b)| begin_alike(&a, &b, n)),
        Condition::Ends(aspect, n_min) => both_texts(a, b, aspect).is_some_and(|(a, b)| ends(&a, &b, n_min)),
    }
}

/// Whether the Jaro–Winkler similarity of two texts is at least this; of plain letters the bytes are the characters.
fn are_similar(a: &str, b: &str, min: f64) -> bool {
    let least = jaro_winkler::Args::default().score_cutoff(min);
    let found = match a.is_ascii() && b.is_ascii() {
        true => jaro_winkler::similarity_with_args(a.bytes(), b.bytes(), &least),
        false => jaro_winkler::similarity_with_args(a.chars(), b.chars(), &least),
    };
    found.is_some_and(|found| found >= min)
}

/// Whether at most so many edits part two texts.
fn few_edits(a: &str, b: &str, max: usize) -> bool {
    a.chars().count().abs_diff(b.chars().count()) <= max
        && osa::distance_with_args(a.chars(), b.chars(), &osa::Args::default().score_cutoff(max)).is_some()
}

/// Whether two texts have so many characters at least, and the first of them are the same.
fn begin_alike(a: &str, b: &str, n_chars: usize) -> bool {
    let (mut a, mut b) = (a.chars(), b.chars());
    (0..n_chars).all(|_| a.next().is_some_and(|char| b.next() == Some(char)))
}

/// Whether one text ends with the other, which has at least so many characters.
fn ends(a: &str, b: &str, n_chars_min: usize) -> bool {
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    longer.ends_with(shorter) && shorter.chars().count() >= n_chars_min
}

fn both_words<'a>(a: Seen<'a>, b: Seen<'a>, aspect: Aspect) -> Option<(Selection<'a>, Selection<'a>)> {
    Some((aspect_words(a, aspect)?, aspect_words(b, aspect)?))
}

fn is_hosted(seen: Seen<'_>) -> bool {
    matches!(seen.value, Value::Address(located) if located.address.hosted())
}

/// Whether two values share a key of an aspect; `None` where one has none.
fn share_key(a: Seen<'_>, b: Seen<'_>, aspect: Aspect) -> Option<bool> {
    // The words have a key at hand, where their text would have to be sorted.
    if aspect != Aspect::Words
        && let (Some(a), Some(b)) = (aspect_text(a, aspect), aspect_text(b, aspect))
    {
        return Some(a == b);
    }
    let (a, b) = (aspect_keys(a, aspect), aspect_keys(b, aspect));
    let (a, b) = (a.as_slice(), b.as_slice());
    if a.is_empty() || b.is_empty() { None } else { Some(a.iter().any(|key| b.contains(key))) }
}

fn regions_compatible(a: Seen<'_>, b: Seen<'_>) -> bool {
    let (Value::EnterpriseName(a), Value::EnterpriseName(b)) = (a.value, b.value) else { return false };
    match (a.region(), b.region()) {
        (Some(a), Some(b)) => a.contains(b) || b.contains(a),
        _ => true,
    }
}

type BothTexts<'a> = (std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>);

fn both_texts<'a>(a: Seen<'a>, b: Seen<'a>, aspect: Aspect) -> Option<BothTexts<'a>> {
    Some((aspect_text(a, aspect)?, aspect_text(b, aspect)?))
}

/// Fewest characters of an abbreviation: one character would shorten almost anything.
const ABBREVIATION_CHARS_MIN: usize = 2;

/// Whether the characters of `short` stand in `long` in the same order, the first one among the first characters.
fn abbreviates(short: &str, long: &str) -> bool {
    let (n_short, n_long) = (short.chars().count(), long.chars().count());
    if n_short < ABBREVIATION_CHARS_MIN || n_short >= n_long {
        return false;
    }
    let mut rest = long.chars();
    short.chars().all(|wanted| rest.any(|found| found == wanted))
}

#[cfg(test)]
mod tests;
