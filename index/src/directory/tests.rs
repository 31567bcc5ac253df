//! What the checksum of the list of segments notices, and what it leaves alone.

use super::*;

const LIST: &[u8] = br#"{"segments":[],"opstamp":7}"#;

#[test]
fn a_list_comes_back_as_it_was_written() {
    assert_eq!(unsealed(sealed(LIST)).unwrap(), LIST);
    assert_eq!(unsealed(LIST.to_vec()).unwrap(), LIST);
    assert_eq!(unsealed(sealed(b"[]")).unwrap(), b"[]");
}

#[test]
fn others_read_a_sealed_list_as_json() {
    let value: serde_json::Value = serde_json::from_slice(&sealed(LIST)).unwrap();
    assert_eq!(value["opstamp"], 7);
}

/// Every bit: the list is refused, or read as it was; a checksum that is no longer known as one leaves a list that is
/// whole or no JSON.
#[test]
fn no_damaged_bit_changes_what_is_read() {
    let sealed = sealed(LIST);
    let whole: serde_json::Value = serde_json::from_slice(LIST).unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut damaged = sealed.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let Some(Ok(read)) = unsealed(damaged).map(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes)) else {
            continue;
        };
        assert_eq!((&read["segments"], &read["opstamp"]), (&whole["segments"], &whole["opstamp"]), "bit {bit}");
    }
}

#[test]
fn a_panic_becomes_an_error() {
    let error = guarded::<()>(|| {
        let bytes: Vec<u8> = Vec::new();
        Err(IndexError::Damaged { file: bytes[std::hint::black_box(3)].to_string() })
    });
    assert!(matches!(error, Err(IndexError::Contradiction { reason }) if reason.contains("out of bounds")));
}

#[test]
fn the_engine_alone_reads_what_was_written_with_a_checksum() {
    let dir = tempfile::tempdir().unwrap();
    crate::write::build(dir.path(), std::iter::empty(), 1, 7, 0).unwrap();
    assert!(std::fs::read_to_string(dir.path().join(META_NAME)).unwrap().starts_with(CHECK_BEGIN));
    let metas = Index::open_in_dir(dir.path()).unwrap().load_metas().unwrap();
    assert!(metas.payload.unwrap().contains("\"sequence\":7"));
}
