//! How are sources, records and entities named, and in which order do they stand?

use std::fmt;

use xxhash_rust::xxh3::xxh3_128;

/// Position of a source in the list of sources, which is sorted by (rank, name).
///
/// Hence the order of `SourceIdx` is the order of trust: the lower, the more trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceIdx(pub u16);

/// Position of a record in the list of records, which is sorted by [`RecordKey`].
///
/// Because the list is sorted, the lowest index of a cluster is its anchor, whatever the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordIdx(pub u32);

impl RecordIdx {
    /// The position as an array index.
    ///
    /// ```
    /// assert_eq!(minglu_rules::model::RecordIdx(7).at(), 7);
    /// ```
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// What identifies a record: its source and the id that the source gave it.
///
/// The derived order is the *anchor order*: source rank, source name, record id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    /// The source.
    pub source: SourceIdx,
    /// The source's own id of the record, as delivered.
    pub id: Box<str>,
}

/// Letters of an entity id: Crockford's base 32, which leaves out I, L, O and U.
const ID_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters of an entity id after its prefix; 16 × 5 = 80 bits make a collision among 100 million ids unlikely (4e-9).
const ID_LEN: usize = 16;

/// The name of an entity: a prefix for its kind and 16 characters derived from the key of its anchor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(Box<str>);

impl EntityId {
    /// Derives the id from the anchor's key, so that it is a function of membership alone.
    ///
    /// ```
    /// use minglu_rules::model::EntityId;
    /// let id = EntityId::of_anchor('E', "市场监管", "440301100000016");
    /// assert_eq!(id.as_str().len(), 17);
    /// assert_eq!(id, EntityId::of_anchor('E', "市场监管", "440301100000016"));
    /// ```
    pub fn of_anchor(prefix: char, source: &str, record_id: &str) -> Self {
        let hash = xxh3_128(format!("{source}\0{record_id}").as_bytes());
        let mut text = String::with_capacity(1 + ID_LEN);
        text.push(prefix);
        for position in 0..ID_LEN {
            let digit = (hash >> (5 * position)) & 31;
            text.push(ID_ALPHABET[digit as usize] as char);
        }
        Self(text.into())
    }

    /// Takes an id from outside as it is; whether such an entity exists only the store knows.
    ///
    /// ```
    /// assert_eq!(minglu_rules::model::EntityId::from_text("E0").as_str(), "E0");
    /// ```
    pub fn from_text(text: &str) -> Self {
        Self(text.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
