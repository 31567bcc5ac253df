//! Which township or 街道 stands at the start of a text, and in which county does it lie?
//!
//! Nine-digit codes of the statistics bureau, 2023. It deliberately reads names inside one city only: 城关镇 exists
//! two hundred times.

use super::table::{NameForm, StreetEntry, city_key, tables};
use super::{Division, DivisionLevel, of_code};

/// A township-level division found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Street {
    /// The nine-digit code.
    pub code: u32,
    /// The official name.
    pub name: &'static str,
    /// The county that it lies in today; the city where there is no county (东莞市).
    pub county: Division,
    /// Bytes of the text that the name takes, 办事处 included.
    pub len: usize,
}

/// What people add to or write in place of 街道, longest first.
const OFFICES: &[&str] = &["街道办事处", "办事处", "街道办", "街办", "街道"];

/// Tails that people leave out.
const STEM_TAILS: &[&str] = &["街道", "镇", "乡"];

/// The street at the start of a folded text, inside a county or a city; none if two counties of the city have it.
///
/// ```
/// use minglu_rules::division;
/// let shenzhen = division::named("深圳市").unwrap();
/// let street = division::street("粤海街道科技园社区", shenzhen).unwrap();
/// assert_eq!((street.name, street.county.name(), street.code), ("粤海街道", "南山区", 440305007));
/// assert_eq!(division::street("粤海街道办事处", shenzhen).unwrap().len, "粤海街道办事处".len());
/// assert_eq!(division::street("科苑路15号", shenzhen), None);
/// ```
pub fn street(text: &str, county_or_city: Division) -> Option<Street> {
    if county_or_city.level() == DivisionLevel::Province && county_or_city.city().is_none() {
        return None;
    }
    let mut found: Option<Street> = None;
    for entry in tables().streets_at(text, city_key(county_or_city.number())) {
        let Some(len) = len_in(entry, text) else { continue };
        let Some(county) = county_of(entry.code / 1_000) else { continue };
        if !county_or_city.contains(county) && !county.contains(county_or_city) {
            continue;
        }
        match found {
            Some(better) if better.len > len => {}
            Some(rival) if rival.len == len && rival.county != county => return None,
            _ => found = Some(Street { code: entry.code, name: entry.name, county, len }),
        }
    }
    found
}

/// The street whose name stands there without 镇 or 街道, in a known county and before another name (柳市大兴东路).
pub(crate) fn street_by_stem(text: &str, county: Division) -> Option<Street> {
    let knows_county = county.level() == DivisionLevel::County || !super::prefix::has_counties(county);
    let mut entries = tables().streets_at(text, city_key(county.number())).iter().filter(|_| knows_county);
    entries.find_map(|entry| {
        let stem = STEM_TAILS.iter().find_map(|tail| entry.name.strip_suffix(tail))?;
        let after = text.strip_prefix(stem)?;
        let inside = county_of(entry.code / 1_000).filter(|inside| county.contains(*inside))?;
        let is_plain = stem.len() >= 6
            && !stem.ends_with(['路', '街', '巷'])
            && !after.starts_with(['山', '河', '岭', '峰'])
            && !county.name().starts_with(stem)
            && super::prefix::is_followed_by_name(after);
        is_plain.then_some(Street { code: entry.code, name: entry.name, county: inside, len: stem.len() })
    })
}

/// The street whose name stands there without 镇 or 街道 before a road, where one street only can be meant.
///
/// With nothing known the name must be the only one in the country, else the only one in the province or city.
pub(crate) fn street_before_road(text: &str, scope: Option<Division>) -> Option<Street> {
    let mut found: Option<Street> = None;
    for entry in tables().streets_anywhere(text) {
        let Some(stem) = STEM_TAILS.iter().find_map(|tail| entry.name.strip_suffix(tail)) else { continue };
        // 桃园路与304县道 are two roads, though there is a 桃园路街道.
        if stem.len() < 6 || !text.starts_with(stem) || stem.ends_with(['路', '街', '巷']) {
            continue;
        }
        let Some(county) = county_of(entry.code / 1_000) else { continue };
        if scope.is_some_and(|scope| !scope.contains(county) && !county.contains(scope)) {
            continue;
        }
        match found {
            Some(longer) if longer.len > stem.len() => {}
            Some(rival) if rival.len == stem.len() && rival.code != entry.code => return None,
            _ => found = Some(Street { code: entry.code, name: entry.name, county, len: stem.len() }),
        }
    }
    found.filter(|street| super::prefix::is_followed_by_road(&text[street.len..]))
}

/// Bytes of the full name of a street at the start of the text, whichever street of that name it is.
pub(crate) fn street_name_len(text: &str) -> Option<usize> {
    let has_tail = |entry: &&StreetEntry| STEM_TAILS.iter().any(|tail| entry.name.ends_with(tail));
    tables().streets_anywhere(text).iter().filter(has_tail).filter_map(|entry| len_in(entry, text)).max()
}

/// The street or former county whose name stands there without its ending, as names of enterprises shorten it: 葛沽.
///
/// The caller says what may follow; here nothing but the tables speaks.
pub(crate) fn place_by_stem(text: &str, above: Division) -> Option<(usize, Division)> {
    let former = tables().names_at(text).iter().find_map(|entry| {
        let stem = entry.name.strip_suffix(['区', '县', '市']).filter(|_| entry.form == NameForm::Former)?;
        let within = of_code(entry.code).filter(|division| above.contains(*division))?;
        (is_telling(stem) && text.starts_with(stem)).then_some((stem.len(), within))
    });
    let street = || {
        tables().streets_at(text, city_key(above.number())).iter().find_map(|entry| {
            let stem = STEM_TAILS.iter().find_map(|tail| entry.name.strip_suffix(tail))?;
            let county = county_of(entry.code / 1_000).filter(|county| above.contains(*county))?;
            let is_own = above.name().starts_with(stem) || county.name().starts_with(stem);
            (is_telling(stem) && text.starts_with(stem) && !is_own).then_some((stem.len(), county))
        })
    };
    former.or_else(street)
}

/// Whether a name without its ending is long enough to be one: two characters.
fn is_telling(stem: &str) -> bool {
    stem.len() >= 6
}

/// The division that a street code lies in today; none for a code that the table does not have.
pub(crate) fn of_street(code: u32) -> Option<Division> {
    (code != 0).then(|| county_of(code / 1_000)).flatten()
}

/// The official name of a street code.
pub(crate) fn street_name(code: u32) -> Option<&'static str> {
    tables().street_name(code)
}

/// How many bytes the entry takes at the start of the text, also when 街道 is written 办事处 or 街办.
fn len_in(entry: &StreetEntry, text: &str) -> Option<usize> {
    if let Some(stem) = entry.name.strip_suffix("街道") {
        let rest = text.strip_prefix(stem)?;
        return OFFICES.iter().find(|office| rest.starts_with(**office)).map(|office| stem.len() + office.len());
    }
    text.starts_with(entry.name).then_some(entry.name.len())
}

/// The county of a street code: by its own prefix, by what the county became, or the city.
fn county_of(code: u32) -> Option<Division> {
    of_code(code)
        .or_else(|| super::history::successor(code))
        .or_else(|| of_code(code / 100 * 100))
        .or_else(|| of_code(code / 10_000 * 10_000))
}
