//! Which entities are related by what they share?
//!
//! The rules are data (`[[relation]]` of the schema): what must agree, and of which class the two are. A value that many
//! entities share relates nobody. It deliberately says *may*: whether one became the other is for a person to check.

use std::borrow::Borrow;

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::model::{EntityId, Record, RecordIdx, Relation, RelationKind};
use crate::schema::{Aspect, RelationRule, Schema, aspect_text, keys_of};

/// Combinations of values that one record may have under a rule; further ones are left out.
const N_KEYS_MAX: usize = 16;

/// Entities that share a key: position in the clusters, and the record that has it.
type Sharers = Vec<(usize, RecordIdx)>;

/// The relations of all rules, unsorted.
pub(super) fn relations<R: Borrow<Record>>(
    clusters: &[(EntityId, Vec<RecordIdx>)],
    records: &[R],
    schema: &Schema,
) -> Vec<Relation> {
    schema.relations.iter().flat_map(|rule| of_rule(clusters, records, schema, rule)).collect()
}

/// The keys of an entity under a rule, and whether it is the one that the relation is said of.
pub(super) fn keys_of_entity(members: &[&Record], schema: &Schema, rule: &RelationRule) -> (Vec<u64>, bool) {
    let is_of = |class: &str| members.iter().any(|member| has_class(member, schema, class));
    let (is_from, is_to) = (is_of(&rule.from), is_of(&rule.to));
    let members = members.iter().filter(|_| is_from != is_to);
    (members.flat_map(|member| keys(member, rule)).collect(), is_from)
}

fn of_rule<R: Borrow<Record>>(
    clusters: &[(EntityId, Vec<RecordIdx>)],
    records: &[R],
    schema: &Schema,
    rule: &RelationRule,
) -> Vec<Relation> {
    // Few entities are of the first class and share all parts with one of the second: the first are listed, then met.
    let mut sharers: HashMap<u64, (Sharers, Sharers)> = HashMap::new();
    for (position, (_, members)) in clusters.iter().enumerate() {
        let is_of = |class: &str| members.iter().any(|member| has_class(records[member.at()].borrow(), schema, class));
        let (is_from, is_to) = (is_of(&rule.from), is_of(&rule.to));
        for member in members.iter().filter(|_| is_from != is_to) {
            for key in keys(records[member.at()].borrow(), rule) {
                let (from, to) = sharers.entry(key).or_default();
                let side = if is_from { from } else { to };
                if side.len() <= rule.n_entities_max && !side.iter().any(|(known, _)| *known == position) {
                    side.push((position, *member));
                }
            }
        }
    }
    let few = |(from, to): &&(Sharers, Sharers)| from.len() + to.len() <= rule.n_entities_max;
    let pairs = sharers.values().filter(few).flat_map(|(from, to)| from.iter().map(move |from| (from, to)));
    let relation = |(from, evidence): (usize, RecordIdx), to: usize| Relation {
        from: clusters[from].0.clone(),
        kind: RelationKind::Named(rule.kind.as_str().into()),
        to: clusters[to].0.clone(),
        evidence,
    };
    pairs.flat_map(|(from, to)| to.iter().map(move |(to, _)| relation(*from, *to))).collect()
}

/// Whether a name of the record is of the class.
fn has_class(record: &Record, schema: &Schema, class: &str) -> bool {
    let mut names = record.values.iter().filter(|value| schema.law.names.contains(&value.field));
    names.any(|value| aspect_text(record.seen(value), Aspect::Class).is_some_and(|found| found == class))
}

/// One key for each combination of the parts' keys.
fn keys(record: &Record, rule: &RelationRule) -> Vec<u64> {
    let mut combined = vec![0_u64];
    for part in &rule.on {
        let mut found = Vec::new();
        keys_of(record, part, &mut found);
        let join = |key: &u64| found.iter().map(move |other| (*key, *other)).collect::<Vec<_>>();
        let pairs = combined.iter().flat_map(join).take(N_KEYS_MAX);
        combined = pairs.map(|(key, other)| xxh3_64(&[key.to_le_bytes(), other.to_le_bytes()].concat())).collect();
    }
    combined
}
