//! How do values become bytes, and how is damage noticed?
//!
//! The one file that names bincode. A value is `[format byte][crc32 of the rest, little endian][bincode, standard
//! configuration]`. Bincode is not self-describing, hence the format byte; see docs/decisions for the way out.

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
pub(crate) use bincode::{Decode, Encode};

use crate::StoreError;

/// Version of the layout of all stored values; a change needs a new number and a sample of the old data in the tests.
pub(crate) const FORMAT: u8 = 3;

/// Bytes of one value; a longer one is not ours.
const N_BYTES_MAX: usize = 1 << 30;

/// Bytes in front of the payload.
const HEADER_LEN: usize = 5;

const CONFIGURATION: Configuration<LittleEndian, Varint, Limit<N_BYTES_MAX>> =
    bincode::config::standard().with_limit::<N_BYTES_MAX>();

/// Bytes of a payload up to which decoding is held to [`N_SMALL_MEMORY_MAX`]; nearly all values are that small.
const N_SMALL_BYTES_MAX: usize = 1 << 16;

/// Memory that decoding a small payload may claim, so that a few bytes that promise a million elements claim none of
/// them. The widest thing for its bytes is an empty text, one byte stored and 24 in memory.
const N_SMALL_MEMORY_MAX: usize = N_SMALL_BYTES_MAX * 32;

/// A type that can be stored and read back.
pub(crate) trait Stored: Encode + Decode<()> {}

impl<T: Encode + Decode<()>> Stored for T {}

/// Encodes a value into `out`, replacing what is there.
pub(crate) fn encode_into(value: &impl Stored, out: &mut Vec<u8>) -> Result<(), StoreError> {
    out.clear();
    out.extend_from_slice(&[0; HEADER_LEN]);
    let written = bincode::encode_into_std_write(value, out, CONFIGURATION);
    written.map_err(|error| StoreError::Corrupted { what: "value to be written".into(), why: error.to_string() })?;
    let checksum = crc32fast::hash(&out[HEADER_LEN..]);
    out[0] = FORMAT;
    out[1..HEADER_LEN].copy_from_slice(&checksum.to_le_bytes());
    Ok(())
}

/// Decodes a value; `what` names it in the error.
pub(crate) fn decode<T: Stored>(bytes: &[u8], what: &str) -> Result<T, StoreError> {
    let corrupted = |why: String| StoreError::Corrupted { what: what.into(), why };
    let Some((header, payload)) = bytes.split_at_checked(HEADER_LEN) else {
        return Err(corrupted(format!("{} bytes are too few", bytes.len())));
    };
    if header[0] != FORMAT {
        return Err(StoreError::Format { found: header[0], expected: FORMAT });
    }
    let stored = u32::from_le_bytes([header[1], header[2], header[3], header[4]]);
    let checksum = crc32fast::hash(payload);
    if stored != checksum {
        return Err(corrupted(format!("checksum {checksum:08x}, expected {stored:08x}")));
    }
    let decoded = if payload.len() <= N_SMALL_BYTES_MAX {
        bincode::decode_from_slice(payload, CONFIGURATION.with_limit::<N_SMALL_MEMORY_MAX>())
    } else {
        bincode::decode_from_slice(payload, CONFIGURATION)
    };
    let (value, n_read) = decoded.map_err(|error| corrupted(error.to_string()))?;
    if n_read != payload.len() {
        return Err(corrupted(format!("{} bytes too many", payload.len() - n_read)));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    //! Round trips, and damage.

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_promise_of_many_elements_claims_no_memory() {
        // A length of 2^26 elements, and not one of them.
        let payload = [&[252][..], &(1_u32 << 26).to_le_bytes()].concat();
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&crc32fast::hash(&payload).to_le_bytes());
        bytes.extend_from_slice(&payload);
        let error = decode::<Vec<u64>>(&bytes, "test").expect_err("there are no elements").to_string();
        assert!(error.contains("LimitExceeded"), "{error}");
    }

    #[test]
    fn the_widest_small_value_is_read() {
        let value = vec![String::new(); N_SMALL_BYTES_MAX - 3];
        let mut bytes = Vec::new();
        encode_into(&value, &mut bytes).expect("written");
        assert_eq!(decode::<Vec<String>>(&bytes, "test").expect("read"), value);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(text in ".*", number: u64, list: Vec<Option<String>>) {
            let value = (text, number, list);
            let mut bytes = Vec::new();
            encode_into(&value, &mut bytes).expect("small values are written");
            prop_assert_eq!(decode::<(String, u64, Vec<Option<String>>)>(&bytes, "test").expect("read"), value);
        }

        #[test]
        fn a_flipped_bit_is_noticed(text in ".+", at: prop::sample::Index, bit in 0_u32..8) {
            let mut bytes = Vec::new();
            encode_into(&text, &mut bytes).expect("small values are written");
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(decode::<String>(&bytes, "test").is_err());
        }

        #[test]
        fn foreign_bytes_never_panic(bytes: Vec<u8>) {
            let _ = decode::<(String, Vec<u64>)>(&bytes, "test");
        }
    }
}
