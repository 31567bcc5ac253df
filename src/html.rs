//! How does a text stay a text within HTML?
//!
//! Every text that somebody else wrote goes through here before it stands in a page: those of the service, and reports. How
//! pages are made is for those who make them.

/// A text that stays one within HTML, in an element or an attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            // Control characters and what is no character at all are not allowed in HTML.
            char if char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}') => html.push(' '),
            char => html.push(char),
        }
    }
    html
}
