//! How is what a TOML reader complains about said to a person?
//!
//! Serde speaks of Rust types; here its messages become sentences about keys, numbers and texts. A message of a form
//! that is not known here is passed on as it is.

/// Words listed in a message; more are cut, with a sign of it.
const N_WORDS_MAX: usize = 40;

/// A complaint of serde's in words for users, and the key that is missing where that is the complaint.
pub(super) fn of(error: &toml::de::Error, written: &str) -> (String, Option<String>) {
    let message = error.message();
    if let Some(key) = quoted(message, "missing field ") {
        return (format!("the key '{key}' is missing"), Some(key.into()));
    }
    if let Some(key) = quoted(message, "unknown field ") {
        return (unknown("key", key, message), None);
    }
    if let Some(word) = quoted(message, "unknown variant ") {
        return (unknown("word", word, message), None);
    }
    let said = of_type(message, written).unwrap_or_else(|| message.replace('\n', "; "));
    (said, None)
}

/// A complaint about text that is not TOML.
pub(super) fn of_syntax(error: &toml::de::Error) -> String {
    match error.message() {
        "duplicate key" => "this key is given twice; keep one of the two".into(),
        message => format!("not TOML: {}", message.replace('\n', "; ")),
    }
}

/// `unknown KIND 'WORD'`, with the words that serde expected.
fn unknown(kind: &str, word: &str, message: &str) -> String {
    let expected = message.split_once("expected ").map_or("", |(_, expected)| expected);
    let words: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    did_you_mean(kind, word, words.into_iter())
}

/// `invalid type: string "a", expected f64` and the like.
fn of_type(message: &str, written: &str) -> Option<String> {
    let (found, expected) = match message.strip_prefix("invalid type: ").or(message.strip_prefix("invalid value: ")) {
        Some(rest) => rest.rsplit_once(", expected ")?,
        None => return None,
    };
    let wanted = match expected {
        "a string" | "path string" | "string or map" => "a text in quotes",
        "f64" => "a number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0",
        "i32" | "i64" => "a whole number",
        "a boolean" => "true or false",
        "a sequence" => "a list in [ ]",
        "a character" => "a single character in quotes",
        "a map" => "a table in { }",
        _ if expected.starts_with("struct ") => "a table in { }",
        // A reader may say in full sentences what it wants.
        _ => expected,
    };
    let shown = written.lines().next().unwrap_or_default().chars().take(40).collect::<String>();
    let what = match found.split([' ', '`']).next()? {
        "string" => "a text",
        "integer" | "floating" => "a number",
        "boolean" => "true or false",
        "map" => "a table",
        "sequence" => "a list",
        "datetime" => "a date",
        _ => return None,
    };
    Some(format!("{shown} is {what}; write {wanted}"))
}

/// The word in backquotes behind an opening.
fn quoted<'m>(message: &'m str, opening: &str) -> Option<&'m str> {
    message.strip_prefix(opening)?.split('`').nth(1)
}

/// Says that a word is unknown, which one was probably meant, and which ones there are.
///
/// ```
/// use minglu_rules::document::did_you_mean;
/// let columns = ["企业名称", "住所"];
/// assert_eq!(did_you_mean("column", "企业名", columns.into_iter()), "unknown column '企业名'; did you mean '企业名称'? one of: 企业名称, 住所");
/// assert_eq!(did_you_mean("column", "x", [].into_iter()), "unknown column 'x'; there are none");
/// ```
pub fn did_you_mean<'a>(what: &str, word: &str, words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    if words.is_empty() {
        return format!("unknown {what} '{word}'; there are none");
    }
    let meant = nearest(word, words.iter().copied()).map_or(String::new(), |near| format!("did you mean '{near}'? "));
    let more = if words.len() > N_WORDS_MAX { ", …" } else { "" };
    let listed = words[..words.len().min(N_WORDS_MAX)].join(", ");
    format!("unknown {what} '{word}'; {meant}one of: {listed}{more}")
}

/// The word that was probably meant: one that contains the other, or the nearest by insertions, deletions, substitutions
/// and swaps of neighbors (Damerau 1964, optimal string alignment), if at most half of the characters are wrong.
///
/// ```
/// use minglu_rules::document::nearest;
/// assert_eq!(nearest("nrom", ["norm", "core"].into_iter()), Some("norm"));
/// assert_eq!(nearest("联系电话", ["电话", "地址"].into_iter()), Some("电话"));
/// assert_eq!(nearest("zzz", ["norm", "core"].into_iter()), None);
/// ```
pub fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    let n_chars = folded.chars().count();
    let ranked = words.filter(|known| !known.is_empty()).filter_map(|known| {
        let other = fold(known);
        let distance = rapidfuzz::distance::osa::distance(folded.chars(), other.chars());
        let contains =
            n_chars >= 2 && (other.contains(&folded) || other.chars().count() >= 2 && folded.contains(&other));
        (contains || 2 * distance <= n_chars.max(2))
            .then_some((if contains { distance.min(1) } else { distance }, known))
    });
    ranked.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// Case and the choice of `-` or `_` are no difference worth counting.
fn fold(word: &str) -> String {
    word.to_lowercase().replace(['-', '_', ' '], "")
}
