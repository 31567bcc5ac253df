//! In which development zone or new area does a text lie?
//!
//! 前海, 大鹏新区, 深汕特别合作区 and the zones to which the statistics bureau gives county-like codes (71–79) have no
//! code of GB/T 2260. They are an attribute beside the division. It deliberately does not draw their borders: a zone
//! tells its city, and its county only where it lies in one.

use super::table::first_two;
use super::{Division, of_code};
use hashbrown::HashMap;
use std::sync::LazyLock;

static STATISTICS_TSV: &str = include_str!("../../data/division/functional.tsv");
static SHENZHEN_TSV: &str = include_str!("../../data/division/shenzhen.tsv");

/// A functional area found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionalArea {
    /// The name in the table.
    pub name: &'static str,
    /// The city that administers it.
    pub city: Division,
    /// The county that it lies in, where it lies in one.
    pub county: Option<Division>,
    /// The six-digit code that statistics use in place of a county, where there is one.
    pub statistics_code: Option<u32>,
    /// Bytes of the text that the name takes.
    pub len: usize,
}

struct Entry {
    name: &'static str,
    official: &'static str,
    code: u32,
    city: u32,
}

/// The functional area of `city` at the start of a folded text.
///
/// ```
/// use minglu_rules::division;
/// let shenzhen = division::named("深圳市").unwrap();
/// let area = division::functional_area("前海深港合作区前湾一路1号", shenzhen).unwrap();
/// assert_eq!((area.county.unwrap().name(), area.len), ("南山区", "前海深港合作区".len()));
/// ```
pub fn functional_area(text: &str, city: Division) -> Option<FunctionalArea> {
    let entries = areas().get(&first_two(text)?)?;
    let scope = city.city().unwrap_or(city);
    entries
        .iter()
        .filter(|entry| text.starts_with(entry.name))
        .filter_map(|entry| Some((entry, of_code(entry.city)?)))
        .find(|(_, of)| scope.contains(*of))
        .map(|(entry, of)| FunctionalArea {
            name: entry.official,
            city: of,
            county: of_code(entry.code),
            statistics_code: Some(entry.code).filter(|code| of_code(*code).is_none()),
            len: entry.name.len(),
        })
}

fn areas() -> &'static HashMap<u64, Vec<Entry>> {
    static AREAS: LazyLock<HashMap<u64, Vec<Entry>>> = LazyLock::new(|| {
        let mut areas: HashMap<u64, Vec<Entry>> = HashMap::new();
        for entry in SHENZHEN_TSV.lines().chain(STATISTICS_TSV.lines()).flat_map(entries_of) {
            if let Some(key) = first_two(entry.name) {
                areas.entry(key).or_default().push(entry);
            }
        }
        areas.values_mut().for_each(|list| list.sort_by_key(|entry| usize::MAX - entry.name.len()));
        areas
    });
    &AREAS
}

fn entries_of(line: &'static str) -> Vec<Entry> {
    let columns: Vec<&'static str> = line.split('\t').collect();
    let [code, city, official, aliases @ ..] = columns.as_slice() else { return Vec::new() };
    let (Ok(code), Ok(city)) = (code.parse(), city.parse()) else { return Vec::new() };
    let aliases = aliases.first().copied().unwrap_or_default().split(',').filter(|alias| !alias.is_empty());
    std::iter::once(*official).chain(aliases).map(|name| Entry { name, official, code, city }).collect()
}
