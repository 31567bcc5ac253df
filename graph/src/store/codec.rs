//! How do values become bytes, and how is damage noticed?
//!
//! The one file that names bincode. A value is `[format byte][crc32 of the rest, little endian][bincode, standard
//! configuration]`. Bincode is not self-describing, hence the format byte; see docs/decisions for the way out.

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
pub(crate) use bincode::{Decode, Encode};

use crate::StoreError;

/// Version of the layout of all stored values; a change needs a new number and a sample of the old data in the tests.
pub(crate) const FORMAT: u8 = 1;

/// Bytes of one value; a longer one is not ours.
const N_BYTES_MAX: usize = 1 << 30;

/// Bytes in front of the payload.
const HEADER_LEN: usize = 5;

const CONFIGURATION: Configuration<LittleEndian, Varint, Limit<N_BYTES_MAX>> =
    bincode::config::standard().with_limit::<N_BYTES_MAX>();

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
    let (value, n_read) =
        bincode::decode_from_slice(payload, CONFIGURATION).map_err(|error| corrupted(error.to_string()))?;
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
