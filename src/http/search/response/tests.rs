//! Is a highlighted name still the name?

use proptest::prelude::*;

use super::*;

fn check(text: &str, ranges: &[(usize, usize)], expect: &[(&str, bool)]) {
    let ranges: Vec<Range<usize>> = ranges.iter().map(|(start, end)| *start..*end).collect();
    let expect: Vec<Piece> =
        expect.iter().map(|(text, matched)| Piece { text: (*text).into(), matched: *matched }).collect();
    assert_eq!(pieces(text, &ranges), expect, "{text} {ranges:?}");
}

#[test]
fn marks_the_middle() {
    check("深圳腾讯公司", &[(6, 12)], &[("深圳", false), ("腾讯", true), ("公司", false)]);
}

#[test]
fn marks_the_ends() {
    check("深圳腾讯", &[(0, 3), (9, 12)], &[("深", true), ("圳腾", false), ("讯", true)]);
}

#[test]
fn marks_nothing() {
    check("深圳", &[], &[("深圳", false)]);
    check("", &[], &[]);
}

proptest! {
    #[test]
    fn pieces_make_the_text(text in "\\PC{0,20}", marks in proptest::collection::vec(any::<bool>(), 20)) {
        let chars = text.char_indices().zip(marks).filter(|(_, marked)| *marked);
        let ranges: Vec<Range<usize>> = chars.map(|((start, char), _)| start..start + char.len_utf8()).collect();
        let joined: String = pieces(&text, &ranges).into_iter().map(|piece| piece.text).collect();
        prop_assert_eq!(joined, text);
    }
}
