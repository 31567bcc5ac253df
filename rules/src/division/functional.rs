//! In which development zone or new area does a text lie?
//!
//! 前海, 大鹏新区, 深汕特别合作区 and the zones to which the statistics bureau gives county-like codes (71–79) have no
//! code of GB/T 2260. They are an attribute beside the division. It deliberately does not draw their borders: a zone
//! tells its city, and its county only where it lies in one.

use super::table::first_two;
use super::{Division, of_code};
use hashbrown::HashMap;
use serde::Serialize;
use std::sync::LazyLock;

static STATISTICS_TSV: &str = include_str!("../../data/division/functional.tsv");
static SHENZHEN_TSV: &str = include_str!("../../data/division/shenzhen.tsv");

/// A development zone, new area or co-operation area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FunctionalArea {
    /// The official name.
    pub name: &'static str,
    /// The city that administers it.
    pub city: Division,
    /// The county that it lies in, where it lies in one.
    pub county: Option<Division>,
    /// The code that statistics use in place of a county (six digits) or a street (nine), where there is one.
    pub statistics_code: Option<u32>,
}

/// A functional area found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionalPrefix {
    /// The area.
    pub area: FunctionalArea,
    /// Bytes of the text that the name takes.
    pub len: usize,
    /// Where the table holds the area, the short form that addresses keep.
    pub(crate) position: u16,
}

struct Entry {
    name: &'static str,
    position: u16,
}

struct Areas {
    areas: Vec<FunctionalArea>,
    names: HashMap<u64, Vec<Entry>>,
}

/// The functional area of `city` at the start of a folded text.
///
/// ```
/// use minglu_rules::division;
/// let shenzhen = division::named("深圳市").unwrap();
/// let found = division::functional_area("前海深港合作区前湾一路1号", shenzhen).unwrap();
/// assert_eq!((found.area.county.unwrap().name(), found.len), ("南山区", "前海深港合作区".len()));
/// assert_eq!(found.area.statistics_code, Some(440_305_400));
/// ```
pub fn functional_area(text: &str, city: Division) -> Option<FunctionalPrefix> {
    let scope = city.city().unwrap_or(city);
    let entries = areas().names.get(&first_two(text)?)?.iter().filter(|entry| text.starts_with(entry.name));
    let mut found = entries.filter_map(|entry| Some((entry, functional_area_at(entry.position)?)));
    let (entry, area) = found.find(|(_, area)| scope.contains(area.city))?;
    Some(FunctionalPrefix { area, len: entry.name.len(), position: entry.position })
}

/// The functional area at a position of the table.
pub(crate) fn functional_area_at(position: u16) -> Option<FunctionalArea> {
    areas().areas.get(usize::from(position)).copied()
}

fn areas() -> &'static Areas {
    static AREAS: LazyLock<Areas> = LazyLock::new(|| {
        let mut found = Areas { areas: Vec::new(), names: HashMap::new() };
        for line in SHENZHEN_TSV.lines().chain(STATISTICS_TSV.lines()) {
            let columns: Vec<&'static str> = line.split('\t').collect();
            let Some(area) = area_of(&columns) else { continue };
            let position = found.areas.len() as u16;
            found.areas.push(area);
            let aliases = columns.get(3).copied().unwrap_or_default().split(',').filter(|alias| !alias.is_empty());
            for name in std::iter::once(area.name).chain(aliases) {
                if let Some(key) = first_two(name) {
                    found.names.entry(key).or_default().push(Entry { name, position });
                }
            }
        }
        found.names.values_mut().for_each(|list| list.sort_by_key(|entry| usize::MAX - entry.name.len()));
        found
    });
    &AREAS
}

/// The columns are code or county, city, name, other names, statistics code.
fn area_of(columns: &[&'static str]) -> Option<FunctionalArea> {
    let [code, city, name, rest @ ..] = columns else { return None };
    let code = code.parse().ok()?;
    let county = of_code(code);
    let statistics_code = match county {
        Some(_) => rest.get(1).and_then(|code| code.parse().ok()),
        None => Some(code),
    };
    Some(FunctionalArea { name, city: of_code(city.parse().ok()?)?, county, statistics_code })
}
