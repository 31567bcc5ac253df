//! Which part of a Rust file is code? Comments, strings and character literals are taken out.
//!
//! A scanner for a tidy house, not a lexer: nested block comments and byte literals of odd shapes are beyond it.

/// Code with the contents of comments, strings and character literals taken out, line by line.
pub(super) fn without_literals(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let n_bytes = literal_len(rest);
        if n_bytes == 0 {
            code.push(char);
            rest = &rest[char.len_utf8()..];
        } else {
            code.extend(rest[..n_bytes].chars().filter(|char| *char == '\n'));
            rest = &rest[n_bytes..];
        }
    }
    code
}

/// Bytes of the comment or literal at the start of `text`, 0 if there is none.
fn literal_len(text: &str) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return text.find("*/").map_or(text.len(), |idx| idx + 2);
    }
    if text.starts_with("r\"") || text.starts_with("r#") {
        let n_hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
        let end = format!("\"{}", "#".repeat(n_hashes));
        let start = n_hashes + 2;
        let is_raw = text.as_bytes().get(start - 1) == Some(&b'"');
        return if is_raw { text[start..].find(&end).map_or(text.len(), |idx| start + idx + end.len()) } else { 0 };
    }
    if text.starts_with('"') {
        return quoted_len(text, '"').unwrap_or(text.len());
    }
    // `'a` alone is a lifetime; a character literal closes after one character or escape.
    let char_len = quoted_len(text, '\'').filter(|_| text.starts_with('\''));
    char_len.filter(|n_bytes| text[..*n_bytes].chars().count() == 3 || text.starts_with("'\\")).unwrap_or(0)
}

/// Bytes up to and with the closing quote, escapes skipped.
fn quoted_len(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (idx, char) in text.char_indices().skip(1) {
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if char == quote => return Some(idx + char.len_utf8()),
            _ => {}
        }
    }
    None
}

#[test]
fn literals_are_taken_out() {
    let check = |text: &str, expect: &str| assert_eq!(without_literals(text), expect, "{text}");
    check("let 名 = 1; // 名", "let 名 = 1; ");
    check("f(\"名\\\"名\", '名', '\\n')", "f(, , )");
    check("fn f<'a>(x: &'a str) -> &'a str", "fn f<'a>(x: &'a str) -> &'a str");
    check("r#\"名\"名\"# + r\"名\"", " + ");
    check("/* 名\n名 */ x", "\n x");
}
