//! Unpacking: one or several members, damage, and bombs.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory does not fail");
    encoder.finish().expect("memory does not fail")
}

fn unpack(bytes: &[u8], n_bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    Unpacked::new(bytes, n_bytes_max).read_to_end(&mut out).map(|_| out)
}

#[test]
fn members_follow_one_another() {
    let both = [pack("明鹭".as_bytes()), pack(b",1\n")].concat();
    assert_eq!(unpack(&both, 100).expect("it is whole"), "明鹭,1\n".as_bytes());
}

#[test]
fn damage_says_where() {
    let whole = pack(&b"0123456789".repeat(1000));
    let error = unpack(&whole[..whole.len() - 8], u64::MAX).expect_err("its end is missing").to_string();
    assert!(error.contains("damaged or cut off after 10000 unpacked bytes"), "{error}");
    assert!(unpack(b"id,name\n", 100).is_err());
}

#[test]
fn a_bomb_is_refused_after_what_is_free() {
    let bomb = pack(&vec![0; N_FREE_BYTES as usize + (1 << 20)]);
    let mut unpacked = Unpacked::new(bomb.as_slice(), u64::MAX);
    let error = io::copy(&mut unpacked, &mut io::sink()).expect_err("it packs 1000 to 1").to_string();
    assert!(error.contains("decompression bomb"), "{error}");
    assert!(unpacked.n_unpacked < N_FREE_BYTES + (1 << 20));
}

#[test]
fn too_much_is_too_much() {
    let error = unpack(&pack(&[7; 100]), 99).expect_err("one byte too many").to_string();
    assert!(error.contains("deliver it in parts"), "{error}");
    assert!(unpack(&pack(&[7; 100]), 100).is_ok());
}
