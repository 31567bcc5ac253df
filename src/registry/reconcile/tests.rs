//! Tests of what is told from a text alone; the rest needs a register and is in tests/http/reconcile.

use minglu_index::tokenize::canonical_code;

use super::*;

#[test]
fn codes_are_told_from_names() {
    let check = |text: &str, is_code: bool| assert_eq!(looks_like_a_code(&canonical_code(text)), is_code, "{text}");
    check("91440300MA5F000181", true);
    check("91440300MA5F00018X", true);
    check(" 9144 0300 ma5f 0001 81 ", true);
    check("440301103097413", true);
    check("深圳市远帆信息技术有限公司", false);
    check("Longer2008", false);
    check("3721", false);
    check("HUAWEITECHNOLOGIES", false);
    check("", false);
}
