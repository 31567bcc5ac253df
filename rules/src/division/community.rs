//! In which county does a community lie?
//!
//! Communities (社区, 村) of the cities that the table covers, from the statistics codes of 2023. Asked only where an
//! address tells no county. It deliberately answers only where one county of the city has the name.

use super::table::city_key;
use super::{Division, of_code};
use hashbrown::HashMap;
use std::sync::LazyLock;

static COMMUNITIES_TSV: &str = include_str!("../../data/division/communities.tsv");

/// Tails without which a community is known as well.
const TAILS: &[&str] = &["社区", "村"];

/// The one county of the city that has a community of this name; its 社区 or 村 may be left out.
///
/// ```
/// use minglu_rules::division;
/// let shenzhen = division::named("深圳市").unwrap();
/// assert_eq!(division::county_of_community("鹭湖社区", shenzhen).unwrap().name(), "龙华区");
/// assert_eq!(division::county_of_community("无名社区", shenzhen), None);
/// ```
pub fn county_of_community(name: &str, city: Division) -> Option<Division> {
    let counties = communities().get(&(city_key(city.number()), stem(name)))?;
    match counties.as_slice() {
        [only] => of_code(*only),
        _ => None,
    }
}

fn stem(name: &str) -> &str {
    TAILS.iter().find_map(|tail| name.strip_suffix(tail)).filter(|stem| !stem.is_empty()).unwrap_or(name)
}

/// Counties by city and name.
type Communities = HashMap<(u32, &'static str), Vec<u32>>;

fn communities() -> &'static Communities {
    static COMMUNITIES: LazyLock<Communities> = LazyLock::new(|| {
        let mut found = Communities::new();
        for line in COMMUNITIES_TSV.lines() {
            let Some((county, names)) = line.split_once('\t') else { continue };
            let Ok(county) = county.parse() else { continue };
            for name in names.split(',') {
                let counties = found.entry((city_key(county), name)).or_default();
                if !counties.contains(&county) {
                    counties.push(county);
                }
            }
        }
        found
    });
    &COMMUNITIES
}
