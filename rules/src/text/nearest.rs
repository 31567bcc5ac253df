//! Which known word was probably meant?

use rapidfuzz::distance::osa;

/// The known word that takes the fewest edits to reach, swaps of neighbours counting one (Damerau 1964); the first of
/// equally near ones, and none where nearly every character would have to change.
///
/// ```
/// use minglu_rules::text::nearest;
/// assert_eq!(nearest("企业名", ["注册号", "企业名称"].into_iter()), Some("企业名称"));
/// assert_eq!(nearest("adress", ["name", "address"].into_iter()), Some("address"));
/// assert_eq!(nearest("电话", ["注册号", "企业名称"].into_iter()), None);
/// ```
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |known: &str| osa::distance(word.chars(), known.chars());
    let (n_edits, nearest) = known.map(|known| (distance(known), known)).min_by_key(|(n_edits, _)| *n_edits)?;
    let n_chars = word.chars().count().max(nearest.chars().count());
    (n_edits < n_chars).then_some(nearest)
}
