//! Which value of each field is golden, and who says so?
//!
//! Survivorship looks at one cluster. Values that mean the same are one candidate; candidates are ordered by the field's
//! rule, then by the remaining criteria. Losers are kept as conflicts, gaps are reported; nothing is invented or mixed.

use std::cmp::{Ordering, Reverse};

use crate::date::Date;
use crate::model::{
    Conflict, EntityId, FieldIdx, GoldenEntity, GoldenValue, Member, Record, RecordIdx, Seen, Source, Value,
};
use crate::schema::{Aspect, FieldSpec, Schema, Survivorship, aspect_text};

/// Values of one field that mean the same.
struct Candidate<'a> {
    meaning: String,
    value: &'a str,
    valid: bool,
    rank: u32,
    latest: Option<Date>,
    /// Only records tell it whose codes are somebody else's.
    is_strange: bool,
    from: Vec<RecordIdx>,
}

/// Makes the golden entity of a cluster; `members` are in anchor order.
///
/// ```
/// # use minglu_rules::{model::*, normalize::*, schema::Schema, survive::survive};
/// # let schema = Schema::shipped("enterprise").unwrap();
/// # let name = schema.field("name").unwrap();
/// # let record = |source, text: &str| normalize(&SourceRecord { key: RecordKey { source: SourceIdx(source), id: "1".into() },
/// #     updated_at: None, values: vec![(name, text.into())] }, &schema, &Jurisdiction::default()).0;
/// # let source = |name: &str, rank| Source { name: name.into(), rank, unique: false };
/// let records = [record(0, "深圳市明鹭数据科技有限公司"), record(1, "明鹭数据科技")];
/// let sources = [source("market", 1), source("tax", 2)];
/// let member = |record| Member { record: RecordIdx(record), match_probability: 1.0, match_key: String::new(), disowns_codes: false };
/// let entity = survive(vec![member(0), member(1)], &|idx| &records[idx.at()], &schema, &sources);
/// assert_eq!(entity.values[0].value, "深圳市明鹭数据科技有限公司"); // the market regulator ranks first
/// assert_eq!(entity.conflicts[0].values[0].0, "明鹭数据科技");
/// ```
pub fn survive<'a>(
    members: Vec<Member>,
    record: &dyn Fn(RecordIdx) -> &'a Record,
    schema: &Schema,
    sources: &[Source],
) -> GoldenEntity {
    let anchor = members.first().map(|member| record(member.record));
    let id = match anchor {
        Some(anchor) => {
            EntityId::of_anchor(schema.id_prefix, &sources[anchor.key.source.0 as usize].name, &anchor.key.id)
        }
        None => EntityId::from_text(""),
    };
    let mut entity = GoldenEntity { id, members, values: vec![], conflicts: vec![], missing: vec![] };
    for (position, spec) in schema.fields.iter().enumerate() {
        let field = FieldIdx(position as u8);
        let mut candidates = candidates(&entity.members, field, record, schema, sources);
        candidates.sort_by(|a, b| order(a, b, spec.survive).0);
        let (strange, candidates): (Vec<_>, Vec<_>) =
            candidates.into_iter().partition(|candidate| candidate.is_strange);
        let told = |loser: &Candidate<'_>| (loser.value.to_string(), loser.from.clone());
        if candidates.is_empty() {
            if !strange.is_empty() {
                entity.conflicts.push(Conflict { field, values: strange.iter().map(told).collect() });
            }
            if spec.expected {
                entity.missing.push(field);
            }
            continue;
        }
        let new = anchor.is_some_and(|anchor| anchor.values_of(field).next().is_none());
        let rule = match candidates.get(1) {
            Some(second) => order(&candidates[0], second, spec.survive).1,
            None => "only",
        };
        let n_golden = if spec.many { candidates.len() } else { 1 };
        let losers: Vec<(String, Vec<RecordIdx>)> = candidates[n_golden..].iter().chain(&strange).map(told).collect();
        for winner in candidates.into_iter().take(n_golden) {
            let Candidate { value, latest, from, .. } = winner;
            entity.values.push(GoldenValue { field, value: value.to_string(), from, valid_from: latest, rule, new });
        }
        if !losers.is_empty() {
            entity.conflicts.push(Conflict { field, values: losers });
        }
    }
    entity
}

/// Groups the values of a field by meaning; each candidate is written as its first record writes it.
fn candidates<'a>(
    members: &[Member],
    field: FieldIdx,
    record: &dyn Fn(RecordIdx) -> &'a Record,
    schema: &Schema,
    sources: &[Source],
) -> Vec<Candidate<'a>> {
    let aspect = Aspect::of_kind(schema.spec(field).kind);
    let mut candidates: Vec<Candidate<'a>> = Vec::new();
    let is_code = schema.law.codes.contains(&field);
    for member in members {
        let from = record(member.record);
        let is_strange = is_code && member.disowns_codes;
        for value in from.values_of(field) {
            // A credit code and the organization code inside it are one value.
            let seen = from.seen(value);
            let Some(meaning) = aspect_text(seen, Aspect::Org).or_else(|| aspect_text(seen, aspect)) else { continue };
            let position = candidates.iter().position(|known| known.meaning == meaning).unwrap_or_else(|| {
                candidates.push(Candidate {
                    value: shown(seen, schema.spec(field)),
                    valid: is_valid(&value.value),
                    rank: sources[from.key.source.0 as usize].rank,
                    latest: None,
                    is_strange: true,
                    from: vec![],
                    meaning: meaning.into_owned(),
                });
                candidates.len() - 1
            });
            let candidate = &mut candidates[position];
            candidate.is_strange &= is_strange;
            candidate.latest = candidate.latest.max(from.updated_at);
            if candidate.from.last() != Some(&member.record) {
                candidate.from.push(member.record);
            }
        }
    }
    candidates
}

/// A value as its entity shows it: as delivered, but a category of a vocabulary by its term.
fn shown<'a>(seen: Seen<'a>, spec: &FieldSpec) -> &'a str {
    match seen.value {
        Value::Text(Some(term)) if spec.vocabulary.is_some() => term,
        _ => seen.raw,
    }
}

/// Whether a value may stand for its subject; what has no check is taken as it is.
fn is_valid(value: &Value) -> bool {
    match value {
        Value::Code(code) => code.valid,
        Value::Identity(identity) => identity.subject().is_some(),
        _ => true,
    }
}

/// Which candidate goes first, and by which criterion; a valid code always goes before an invalid one.
fn order(a: &Candidate<'_>, b: &Candidate<'_>, rule: Survivorship) -> (Ordering, &'static str) {
    let valid = (b.valid.cmp(&a.valid), "valid");
    let rank = (a.rank.cmp(&b.rank), "rank");
    let recency = (Reverse(a.latest).cmp(&Reverse(b.latest)), "recency");
    let support = (b.from.len().cmp(&a.from.len()), "support");
    let order = (a.from.cmp(&b.from).then_with(|| a.meaning.cmp(&b.meaning)), "order");
    let criteria = match rule {
        Survivorship::Rank => [valid, rank, recency, support, order],
        Survivorship::Recency => [valid, recency, rank, support, order],
        Survivorship::Support => [valid, support, rank, recency, order],
    };
    let decisive = criteria.into_iter().find(|(ordering, _)| *ordering != Ordering::Equal);
    decisive.unwrap_or((Ordering::Equal, "order"))
}

#[cfg(test)]
mod tests;
