//! Under which keys is a record found?
//!
//! A blocking key is a hash of what one rule takes out of a record, with the position of the rule in its highest bits, so that
//! sorting keys sorts by rule. Keys are stable: the same record and schema give the same keys on every machine.
//! Counting and forming blocks is `minglu-index`'s business.

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::law;
use crate::model::Record;
use crate::schema::{Aspect, BlockingRule, N_BLOCKING_RULES_MAX, Schema, keys_of};

/// Bits of a key that hold the position of its rule.
const RULE_BITS: u32 = 6;

/// Keys of one rule for one record; a record with very many values is found under the first ones.
pub const N_KEYS_PER_RULE_MAX: usize = 16;

/// Rare text keys of a record that other records have too.
pub const N_TOKENS_SHARED_MAX: usize = 5;

/// Text keys of a record that nobody else had when the model was frozen: a newcomer may share them.
pub const N_TOKENS_UNSEEN_MAX: usize = 2;

/// The position of the rule that made a key.
///
/// ```
/// assert_eq!(minglu_rules::blocking::rule_of(3 << 58), 3); // 第四条规则
/// ```
pub fn rule_of(key: u64) -> usize {
    (key >> (u64::BITS - RULE_BITS)) as usize
}

/// A key of the rule at a position, made of any hash.
///
/// ```
/// use minglu_rules::blocking::{key_of_rule, rule_of};
/// assert_eq!(rule_of(key_of_rule(3, 12_345)), 3); // 第四条规则
/// ```
pub fn key_of_rule(rule: usize, hash: u64) -> u64 {
    (rule as u64) << (u64::BITS - RULE_BITS) | hash >> RULE_BITS
}

/// The key under which the records of a valid organization code are found; its rule is past the last one a schema can have.
///
/// ```
/// use minglu_rules::{blocking, schema::Schema};
/// let rule = blocking::rule_of(blocking::identity_key(7)); // 同一统一社会信用代码
/// assert!(rule >= Schema::shipped("enterprise").unwrap().blocking.len());
/// ```
pub fn identity_key(org: u64) -> u64 {
    key_of_rule(N_BLOCKING_RULES_MAX, org)
}

/// Whether a rule looks at text keys, which have to be counted first.
pub fn uses_tokens(rule: &BlockingRule) -> bool {
    rule.parts.iter().any(|part| part.aspect == Aspect::Tokens)
}

/// All blocking keys of a record, sorted, each once.
///
/// ```
/// # use minglu_rules::{blocking, model::*, normalize::*, schema::Schema};
/// # let schema = Schema::shipped("enterprise").unwrap();
/// # let name = schema.field("name").unwrap();
/// # let record = |id: &str, text: &str| normalize(&SourceRecord { key: RecordKey { source: SourceIdx(0), id: id.into() },
/// #     updated_at: None, values: vec![(name, text.into())] }, &schema, &Jurisdiction::default()).0;
/// let (a, b) = (record("1", "深圳市明鹭数据科技有限公司"), record("2", "明鹭数据科技（深圳）有限公司"));
/// let keys = blocking::keys(&a, &schema);
/// assert!(blocking::keys(&b, &schema).iter().any(|key| keys.contains(key))); // 名称去括号后相同
/// ```
pub fn keys(record: &Record, schema: &Schema) -> Vec<u64> {
    let mut keys = Vec::with_capacity(16);
    let mut parts: Vec<u64> = Vec::new();
    for (position, rule) in schema.blocking.iter().enumerate() {
        let mut of_rule = vec![position as u64];
        for part in &rule.parts {
            parts.clear();
            keys_of(record, part, &mut parts);
            of_rule = combine(&of_rule, &parts);
        }
        keys.extend(of_rule.iter().map(|key| key_of_rule(position, *key)));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The keys that records have together and none of them alone: of each rule with several parts, every combination of what
/// any of them has. Sorted, each once; some that one record has may be among them.
///
/// ```
/// # use minglu_rules::{blocking, model::*, normalize::*, schema::Schema};
/// # let schema = Schema::shipped("enterprise").unwrap();
/// # let record = |id: &str, field: &str, text: &str| normalize(&SourceRecord { key: RecordKey { source: SourceIdx(0), id: id.into() },
/// #     updated_at: None, values: vec![(schema.field(field).unwrap(), text.into())] }, &schema, &Jurisdiction::default()).0;
/// let (name, person) = (record("1", "name", "深圳市明鹭数据科技有限公司"), record("2", "legal_rep", "王小明"));
/// assert!(!blocking::combined_keys(&[&name, &person], &schema).is_empty()); // 名称 + 法定代表人
/// assert!(blocking::combined_keys(&[&name, &name], &schema).is_empty());
/// ```
pub fn combined_keys(members: &[&Record], schema: &Schema) -> Vec<u64> {
    let mut keys = Vec::new();
    for (position, rule) in schema.blocking.iter().enumerate().filter(|(_, rule)| rule.parts.len() > 1 && !rule.star) {
        let mut of_rule = vec![position as u64];
        // Whether some record has by itself all that the others have.
        let mut has_all = vec![true; members.len()];
        for part in &rule.parts {
            let of_member = |member: &&Record| {
                let mut parts = Vec::new();
                keys_of(member, part, &mut parts);
                parts
            };
            let parts: Vec<Vec<u64>> = members.iter().map(of_member).collect();
            let mut union = parts.concat();
            union.sort_unstable();
            union.dedup();
            has_all.iter_mut().zip(&parts).for_each(|(has_all, parts)| *has_all &= parts.len() == union.len());
            of_rule = combine(&of_rule, &union);
        }
        if !has_all.contains(&true) {
            keys.extend(of_rule.iter().map(|key| key_of_rule(position, *key)));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Every combination of a key so far with a key of the next part.
fn combine(so_far: &[u64], next: &[u64]) -> Vec<u64> {
    let pairs = so_far.iter().flat_map(|seed| next.iter().map(move |key| (seed, key)));
    pairs.map(|(seed, key)| xxh3_64_with_seed(&key.to_le_bytes(), *seed)).take(N_KEYS_PER_RULE_MAX).collect()
}

/// The texts whose words and grams count as text keys: names from the region to the industry, without their forms.
pub fn token_texts<'a>(record: &'a Record, schema: &'a Schema) -> impl Iterator<Item = &'a str> {
    law::names(record, schema).map(|name| name.norm().strip_suffix(name.form_text()).unwrap_or_else(|| name.norm()))
}

/// The rarest of a record's text keys under the frozen counts, sorted.
///
/// Never a choice among records: which keys are rare is a property of the model.
///
/// ```
/// # use hashbrown::HashMap;
/// let counts: HashMap<u64, u32> = [(1, 9000), (2, 3), (3, 40)].into_iter().collect(); // 科技, 明鹭, 数据
/// assert_eq!(minglu_rules::blocking::rarest(&[1, 2, 3, 4], &counts).len(), 4);
/// ```
pub fn rarest(keys: &[u64], n_records_by_token: &HashMap<u64, u32>) -> Box<[u64]> {
    let mut shared: Vec<(u32, u64)> = Vec::with_capacity(keys.len());
    let mut chosen: Vec<u64> = Vec::with_capacity(N_TOKENS_SHARED_MAX + N_TOKENS_UNSEEN_MAX);
    for key in keys {
        match n_records_by_token.get(key) {
            Some(count) => shared.push((*count, *key)),
            None if chosen.len() < N_TOKENS_UNSEEN_MAX => chosen.push(*key),
            None => {}
        }
    }
    shared.sort_unstable();
    chosen.extend(shared.iter().take(N_TOKENS_SHARED_MAX).map(|(_, key)| *key));
    chosen.sort_unstable();
    chosen.into()
}

#[cfg(test)]
mod tests;
