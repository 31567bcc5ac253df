//! Encodings: what is detected, that nothing is replaced, and that every text comes through.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(sample: &[u8], encoding: Option<Encoding>, n_mark_bytes: usize) {
    assert_eq!(detect(sample), Detected { encoding, n_mark_bytes }, "{sample:?}");
}

fn utf16(text: &str, encoding: Encoding) -> Vec<u8> {
    let bytes = |unit: u16| if encoding == Encoding::Utf16Be { unit.to_be_bytes() } else { unit.to_le_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

fn gb18030(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

const TEXT: &str = "编号,企业名称\n1,深圳市明鹭数据科技有限公司\n2,深圳市鹏程物流有限公司\n";

#[test]
fn detection() {
    check(b"", None, 0);
    check(b"id,name\n1,x\n", None, 0);
    check(TEXT.as_bytes(), Some(Encoding::Utf8), 0);
    check(&gb18030(TEXT), Some(Encoding::Gb18030), 0);
    check(&utf16(TEXT, Encoding::Utf16Le), Some(Encoding::Utf16Le), 0);
    check(&utf16(TEXT, Encoding::Utf16Be), Some(Encoding::Utf16Be), 0);
}

#[test]
fn zeros_alone_do_not_make_utf16() {
    // Cells of one digit and one zero, as a program writes that ends its strings with one: every second byte is zero.
    check(b"i\0d\0\n1\0,\n2\0,\n3\0,\n4\0,\n", None, 0);
    check(&b"1\0".repeat(40), Some(Encoding::Utf16Le), 0);
    check(&b"\x001".repeat(40), Some(Encoding::Utf16Be), 0);
}

#[test]
fn a_character_may_have_the_byte_of_a_line_end() {
    // 上 is U+4E0A.
    let text = format!("上海市,编号\n{TEXT}");
    check(&utf16(&text, Encoding::Utf16Le), Some(Encoding::Utf16Le), 0);
    check(&utf16(&text, Encoding::Utf16Be), Some(Encoding::Utf16Be), 0);
}

#[test]
fn byte_order_marks() {
    check(b"\xef\xbb\xbfid", Some(Encoding::Utf8), 3);
    check(b"\xff\xfei\0", Some(Encoding::Utf16Le), 2);
    check(b"\xfe\xff\0i", Some(Encoding::Utf16Be), 2);
    check(b"\x84\x31\x95\x33id", Some(Encoding::Gb18030), 4);
}

#[test]
fn a_few_stray_bytes_do_not_change_the_encoding_of_a_file() {
    check(&[TEXT.as_bytes(), b"3,\xff\xfe\x80,\n", TEXT.as_bytes()].concat(), Some(Encoding::Utf8), 0);
    check(&[&gb18030(TEXT), b"3,\xff,\n".as_slice()].concat(), Some(Encoding::Gb18030), 0);
    check(&[TEXT.as_bytes(), b"3,\0,\n"].concat(), Some(Encoding::Utf8), 0);
}

#[test]
fn a_stray_zero_does_not_make_a_short_file_utf_16() {
    check(b"id,name,phone\n\0\n", None, 0);
    check("编号,名称\n1,明\0\n".as_bytes(), Some(Encoding::Utf8), 0);
    for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
        check(&utf16("id,name\n1,x\n", encoding), Some(encoding), 0);
        // The bytes of these two characters are those of ASCII as well.
        check(&utf16("企业\n", encoding), Some(encoding), 0);
    }
}

#[test]
fn a_sample_that_ends_inside_a_character() {
    let cut = &TEXT.as_bytes()[..TEXT.len() - 2];
    check(cut, Some(Encoding::Utf8), 0);
}

#[test]
fn bytes_without_meaning_are_found() {
    let check = |bytes: &[u8], encoding, at| assert_eq!(decode(bytes, encoding), Err(at), "{bytes:?}");
    check(b"ab\xffcd", Encoding::Utf8, 2);
    check(b"ab\xffcd", Encoding::Gb18030, 2);
    check(b"\xb1\xe0\xba", Encoding::Gb18030, 2);
    check(b"\xb1\xe0\x81\x30\x81", Encoding::Gb18030, 2);
    check(b"\xb1\xe0\xff\xff", Encoding::Gb18030, 2);
}

#[test]
fn characters_of_four_bytes() {
    // 㐀 of extension A and 𠀀 of extension B, as GB 18030-2022 has them.
    assert_eq!(decode(b"\x81\x39\xee\x39\x95\x32\x82\x36", Encoding::Gb18030).as_deref(), Ok("㐀𠀀"));
}

fn read_utf16(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    let mut out = Vec::new();
    Utf16Reader::new(bytes, encoding).read_to_end(&mut out).expect("memory does not fail");
    out
}

#[test]
fn lone_surrogates_are_no_text() {
    let lone = [b"a\0".as_slice(), b"\x00\xd8", b"b\0", b"\x00\xdc", b"\x00\xd8"].concat();
    let read = read_utf16(&lone, Encoding::Utf16Le);
    assert_eq!(read, b"a\xed\xa0\x80b\xed\xb0\x80\xed\xa0\x80");
    assert_eq!(decode(&read, Encoding::Utf16Le), Err(1));
    assert_eq!(read_utf16(b"a\0b", Encoding::Utf16Le), b"a\xff");
    assert_eq!(read_utf16(b"a", Encoding::Utf16Be), b"\xff");
}

proptest! {
    #[test]
    fn every_text_comes_through(text in any::<String>()) {
        let written = gb18030(&text);
        prop_assert_eq!(decode(&written, Encoding::Gb18030), Ok(text.as_str().into()));
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            let read = read_utf16(&utf16(&text, encoding), encoding);
            prop_assert_eq!(decode(&read, encoding), Ok(text.as_str().into()));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused_inside(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        detect(&bytes);
        for encoding in [Encoding::Utf8, Encoding::Gb18030] {
            if let Err(at) = decode(&bytes, encoding) {
                prop_assert!(at < bytes.len());
                prop_assert!(decode(&bytes[..at], encoding).is_ok(), "what stands before is text");
            }
            decode_lossy(&bytes, encoding);
        }
    }
}
