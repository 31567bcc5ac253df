//! In which order do stored things lie?
//!
//! Keys preserve order: scanning a family yields records by (source, id), pairs by (a, b), relations by entity.

/// Parts a source from a record id; neither may contain it, and it sorts before every other byte.
const SEPARATOR: u8 = 0;

/// Key of a record: source, zero byte, id.
pub(crate) fn record(source: &str, id: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(source.len() + id.len() + 1);
    key.extend_from_slice(source.as_bytes());
    key.push(SEPARATOR);
    key.extend_from_slice(id.as_bytes());
    key
}

/// Source and id of a record key.
pub(crate) fn parse_record(key: &[u8]) -> Option<(&str, &str)> {
    let text = std::str::from_utf8(key).ok()?;
    text.split_once(SEPARATOR as char)
}

/// Key of an ordinal.
pub(crate) fn ordinal(ordinal: u32) -> [u8; 4] {
    ordinal.to_be_bytes()
}

/// Key of a pair of ordinals.
pub(crate) fn pair(a: u32, b: u32) -> [u8; 8] {
    (u64::from(a) << 32 | u64::from(b)).to_be_bytes()
}

/// The ordinals of a pair key.
pub(crate) fn parse_pair(key: &[u8]) -> Option<(u32, u32)> {
    let pair = u64::from_be_bytes(key.try_into().ok()?);
    Some(((pair >> 32) as u32, pair as u32))
}

/// Bytes of the key of a block.
pub(crate) const BLOCK_LEN: usize = 12;

/// Key of a block: position of the kind's model, blocking key.
pub(crate) fn block(model_idx: u32, blocking_key: u64) -> [u8; BLOCK_LEN] {
    let mut key = [0; BLOCK_LEN];
    key[..4].copy_from_slice(&model_idx.to_be_bytes());
    key[4..].copy_from_slice(&blocking_key.to_be_bytes());
    key
}

/// Model position and blocking key of a block key.
pub(crate) fn parse_block(key: &[u8]) -> Option<(u32, u64)> {
    let (model_idx, blocking_key) = key.split_at_checked(4)?;
    Some((u32::from_be_bytes(model_idx.try_into().ok()?), u64::from_be_bytes(blocking_key.try_into().ok()?)))
}

/// Key of a record in a block: model, blocking key, ordinal.
pub(crate) fn in_block(model_idx: u32, blocking_key: u64, ordinal: u32) -> [u8; 16] {
    let mut key = [0; 16];
    key[..BLOCK_LEN].copy_from_slice(&block(model_idx, blocking_key));
    key[BLOCK_LEN..].copy_from_slice(&ordinal.to_be_bytes());
    key
}

/// Key of a record in the block of a star: model, blocking key, then what sorts records in anchor order.
pub(crate) fn in_star(model_idx: u32, blocking_key: u64, anchor: &[u8]) -> Vec<u8> {
    [&block(model_idx, blocking_key), anchor].concat()
}

/// Sorts records of a kind in anchor order: rank, source, zero byte, id.
pub fn anchor(rank: u32, source: &str, id: &str) -> Vec<u8> {
    [&rank.to_be_bytes()[..], &record(source, id)].concat()
}

/// What follows the block in a key of the family of blocks.
pub(crate) fn after_block(key: &[u8]) -> &[u8] {
    key.get(BLOCK_LEN..).unwrap_or_default()
}

/// An ordinal at the end of a key.
pub(crate) fn last_ordinal(key: &[u8]) -> Option<u32> {
    let (_, last) = key.split_last_chunk::<4>()?;
    Some(u32::from_be_bytes(*last))
}

/// Key of a version: what it is of, zero byte, sequence.
pub(crate) fn version(of: &[u8], sequence: u64) -> Vec<u8> {
    [of, &[SEPARATOR], &sequence.to_be_bytes()].concat()
}

/// What a version key is of, and its sequence.
pub(crate) fn parse_version(key: &[u8]) -> Option<(&[u8], u64)> {
    let (of, sequence) = key.split_last_chunk::<8>()?;
    let (separator, of) = of.split_last()?;
    (*separator == SEPARATOR).then_some((of, u64::from_be_bytes(*sequence)))
}

/// Key of an entity among those that have a relation key.
pub(crate) fn relation_key(model_idx: u32, table: u8, hash: u64, seeks: bool, entity: &str) -> Vec<u8> {
    [&relation_keys(model_idx, table, hash, seeks)[..], entity.as_bytes()].concat()
}

/// What the keys of all entities with a relation key begin with.
pub(crate) fn relation_keys(model_idx: u32, table: u8, hash: u64, seeks: bool) -> [u8; 15] {
    let mut key = [0; 15];
    key[0] = b'k';
    key[1..5].copy_from_slice(&model_idx.to_be_bytes());
    key[5] = table;
    key[6..14].copy_from_slice(&hash.to_be_bytes());
    key[14] = u8::from(seeks);
    key
}

/// Key of the list of an entity's relation keys.
pub(crate) fn relation_keys_of(entity: &str) -> Vec<u8> {
    [b"e", entity.as_bytes()].concat()
}

/// Position of the model, (table, hash, whether it seeks) and entity of a relation key.
pub(crate) fn parse_relation_key(key: &[u8]) -> Option<(u32, (u8, u64, bool), &str)> {
    let (model_idx, rest) = key.strip_prefix(b"k")?.split_first_chunk::<4>()?;
    let (&table, rest) = rest.split_first()?;
    let (hash, rest) = rest.split_first_chunk::<8>()?;
    let (&seeks, entity) = rest.split_first()?;
    let entity = std::str::from_utf8(entity).ok()?;
    (seeks < 2).then_some((u32::from_be_bytes(*model_idx), (table, u64::from_be_bytes(*hash), seeks == 1), entity))
}

/// The entity of a relation key.
pub(crate) fn relation_key_entity(key: &[u8]) -> Option<&str> {
    std::str::from_utf8(key.get(15..)?).ok()
}

/// Key of a relation, seen from one of its entities: entity, zero byte, `>` or `<`, kind, zero byte, the other one.
pub(crate) fn relation(entity: &str, outgoing: bool, kind: &str, other: &str) -> Vec<u8> {
    let direction = if outgoing { '>' } else { '<' };
    format!("{entity}\0{direction}{kind}\0{other}").into_bytes()
}

/// Entity, direction, kind and other entity of a relation key.
pub(crate) fn parse_relation(key: &[u8]) -> Option<(&str, bool, &str, &str)> {
    let text = std::str::from_utf8(key).ok()?;
    let mut parts = text.split(SEPARATOR as char);
    let (entity, kind, other) = (parts.next()?, parts.next()?, parts.next()?);
    let outgoing = kind.starts_with('>');
    Some((entity, outgoing, kind.get(1..)?, other))
}

/// What all relation keys of an entity begin with.
pub(crate) fn relations_of(entity: &str) -> Vec<u8> {
    format!("{entity}\0").into_bytes()
}

#[cfg(test)]
mod tests {
    //! Round trips and order.

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn records_round_trip(source in "[^\0]{1,8}", id in "[^\0]{0,12}") {
            let key = record(&source, &id);
            prop_assert_eq!(parse_record(&key), Some((source.as_str(), id.as_str())));
        }

        #[test]
        fn record_keys_sort_by_source_then_id(a in ("[^\0]{1,4}", "[^\0]{0,6}"), b in ("[^\0]{1,4}", "[^\0]{0,6}")) {
            prop_assert_eq!(record(&a.0, &a.1).cmp(&record(&b.0, &b.1)), a.cmp(&b));
        }

        #[test]
        fn versions_round_trip_and_sort(of: Vec<u8>, sequences: (u64, u64)) {
            let key = version(&of, sequences.0);
            prop_assert_eq!(parse_version(&key), Some((of.as_slice(), sequences.0)));
            let order = version(&of, sequences.0).cmp(&version(&of, sequences.1));
            prop_assert_eq!(order, sequences.0.cmp(&sequences.1));
        }

        #[test]
        fn relation_keys_round_trip(model_idx: u32, table: u8, hash: u64, seeks: bool, entity in "[^\0]{1,8}") {
            let key = relation_key(model_idx, table, hash, seeks, &entity);
            prop_assert_eq!(parse_relation_key(&key), Some((model_idx, (table, hash, seeks), entity.as_str())));
        }

        #[test]
        fn pairs_round_trip_and_sort(a: (u32, u32), b: (u32, u32)) {
            prop_assert_eq!(parse_pair(&pair(a.0, a.1)), Some(a));
            prop_assert_eq!(pair(a.0, a.1).cmp(&pair(b.0, b.1)), a.cmp(&b));
        }
    }
}
