//! Tests of pages.

use proptest::prelude::*;

use super::*;

#[test]
fn texts_stay_texts() {
    let check = |text: &str, html: &str| assert_eq!(escaped(text), html);
    check("明鹭 & 子", "明鹭 &amp; 子");
    check("<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
    check("\" onload=\"", "&quot; onload=&quot;");
    check("a\u{0}b\nc", "a b c");
}

#[test]
fn a_page_needs_nothing_else() {
    let page = document("标题", "<p>正文</p>", Language::Chinese);
    for word in ["src=", "href=", "url(", "<script", "@import"] {
        assert!(!page.contains(word), "{word}");
    }
}

proptest! {
    #[test]
    fn no_text_leaves_its_element(text in any::<String>()) {
        let html = escaped(&text);
        prop_assert!(!html.contains(['<', '>', '"', '\'']));
    }
}
