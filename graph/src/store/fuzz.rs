//! What holds of every stored value and key, whatever bytes lie there?
//!
//! One function a fuzz target: bytes are decoded as each stored type, as they are and behind a header that fits, so that
//! the decoder itself is reached and not only its checksum. `fuzz/graph` runs these functions under libFuzzer; the tests here
//! replay the inputs that it kept in `tests/corpus`.

use super::codec::{self, Stored};
use super::value::*;
use super::{convert, key};
use crate::StoreError;

/// A fuzz target: its name, which is also that of its corpus, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets of this crate.
pub const TARGETS: [Target; 2] = [("codec", codec), ("key", key)];

/// Stored values: damage is an error, and what is decoded is encoded and decoded to the same. The first byte picks the type.
pub fn codec(data: &[u8]) {
    let Some((&kind, payload)) = data.split_first() else { return };
    match kind % 11 {
        0 => drop(check::<Catalog>(payload)),
        1 => {
            if let Some(model) = check::<StoredModel>(payload) {
                // A stored schema may be one that this program refuses; that is an error like any other.
                let _ = convert::load_model(&model);
            }
        }
        2 => drop(check::<StoredRecord>(payload)),
        3 => drop(check::<StoredEntity>(payload)),
        4 => {
            if let Some(link) = check::<StoredLink>(payload) {
                assert_eq!(convert::load_findings(&link).len(), link.findings.len());
            }
        }
        5 => drop(check::<StoredRelation>(payload)),
        6 => drop(check::<Vec<u32>>(payload)),
        8 => drop(check::<State>(payload)),
        9 => drop(check::<StoredVersion>(payload)),
        10 => drop(check::<StoredChange>(payload)),
        _ => drop(check::<String>(payload)),
    }
}

/// Decodes bytes as they are and behind a header; what is decoded survives another round.
fn check<T: Stored>(payload: &[u8]) -> Option<T> {
    let _: Result<T, StoreError> = codec::decode(payload, "input");
    let mut framed = vec![codec::FORMAT];
    framed.extend_from_slice(&crc32fast::hash(payload).to_le_bytes());
    framed.extend_from_slice(payload);
    let value: T = codec::decode(&framed, "input").ok()?;
    // Numbers of variable length can be written longer than they need be, and not-a-number is not equal to itself: so
    // the bytes of the first round are compared with those of the second.
    let (mut first, mut second) = (Vec::new(), Vec::new());
    codec::encode_into(&value, &mut first).expect("what was decoded is encoded");
    assert!(first.len() <= framed.len(), "{} bytes became {}", framed.len(), first.len());
    let again: T = codec::decode(&first, "first round").expect("what was encoded is decoded");
    codec::encode_into(&again, &mut second).expect("what was decoded is encoded");
    assert_eq!(first, second);
    Some(value)
}

/// Keys: what a key is taken apart into makes the same key.
pub fn key(data: &[u8]) {
    if let Some((source, id)) = key::parse_record(data) {
        assert_eq!(key::record(source, id), data);
    }
    if let Some((a, b)) = key::parse_pair(data) {
        assert_eq!(key::pair(a, b), data);
    }
    if let Some((model_idx, blocking_key)) = key::parse_block(data) {
        assert_eq!(key::block(model_idx, blocking_key), data);
    }
    if let (Some((model_idx, blocking_key)), Some(ordinal)) =
        (key::parse_block(&data[..data.len().min(12)]), key::last_ordinal(data))
        && data.len() == 16
    {
        assert_eq!(key::in_block(model_idx, blocking_key, ordinal), data);
    }
    if let Some((entity, outgoing, kind, other)) = key::parse_relation(data) {
        let again = key::relation(entity, outgoing, kind, other);
        assert_eq!(key::parse_relation(&again), Some((entity, outgoing, kind, other)));
    }
}

#[cfg(test)]
mod tests;
