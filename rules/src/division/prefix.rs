//! Which divisions stand at the start of a text, and where do they end?
//!
//! The chain is province? city? county?, each in its full, short or former form. A short form is accepted only where
//! nothing else can be meant; what follows it must not make it a road, a lake or a market. It deliberately does not
//! look past the first word that is no division, and reads no 街道 (see `street.rs`).

use super::table::{NameEntry, NameForm, city_key, tables};
use super::{Division, DivisionLevel, of_code};

/// The chain of divisions at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DivisionPrefix {
    /// The lowest division of the chain.
    pub division: Division,
    /// Bytes of the text that the chain takes.
    pub len: usize,
    /// Whether every link was written in full, suffix included.
    pub full_form: bool,
}

/// Words that turn the short form before them into a road, a water, a village or a building: 深圳湾, 上海大厦.
const PLACE_HEADS: &[&str] = &[
    "路", "街", "道", "大道", "大街", "巷", "弄", "湾", "桥", "门", "村", "镇", "乡", "湖", "大厦", "大学", "学院",
    "广场", "花园", "公园", "机场", "小区", "新村", "公路", "高速", "市场", "庄", "寨", "屯", "坊", "胡同", "里弄",
    "花苑", "家园",
];

/// Words that make the short form of a county the name of an area.
const AREA_HEADS: &[&str] = &["新区", "开发区", "高新区", "经济", "工业"];

/// Words that, right after even a full name, show that the name was the start of a road name: 沛县路.
const ROAD_HEADS: &[&str] = &["路", "街", "大道", "大街", "巷", "公路"];

/// What may stand between a division and 路 in a road name: 南京东路, 天津一路.
const ROAD_INFIXES: &str = "东西南北中一二三四五六七八九十";

/// Fewest characters of a road's own name, where the name before it may as well be its first half.
const N_ROAD_CHARS_MIN: usize = 2;

/// How far the tail of the next name may be, in characters.
const N_FOLLOWING_CHARS_MAX: usize = 8;

/// The tokens that tables print between a municipality and its counties.
const FILLERS: &[&str] = &["市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划", "直辖县级"];

/// The longest chain of divisions at the start of a folded text.
///
/// ```
/// use minglu_rules::division;
/// let found = division::prefix("广东省深圳市南山区科苑路15号").unwrap();
/// assert_eq!((found.division.name(), found.len, found.full_form), ("南山区", "广东省深圳市南山区".len(), true));
/// assert_eq!(division::prefix("深圳深圳湾科技园").unwrap().len, "深圳".len());
/// assert_eq!(division::prefix("南京路步行街"), None);
/// assert_eq!(division::prefix("朝阳区建国路"), None); // which city's?
/// ```
pub fn prefix(text: &str) -> Option<DivisionPrefix> {
    prefix_within(text, None)
}

/// Like [`prefix`], for a text that is known to speak of `scope`: its counties need no city before them.
///
/// ```
/// use minglu_rules::division;
/// let beijing = division::named("北京市");
/// assert_eq!(division::prefix_within("朝阳区建国路", beijing).unwrap().division.code(), "110105");
/// ```
pub fn prefix_within(text: &str, scope: Option<Division>) -> Option<DivisionPrefix> {
    let mut found = None;
    for link in links(text, scope) {
        let full_form = found.is_none_or(|above: DivisionPrefix| above.full_form) && link.full_form;
        found = Some(DivisionPrefix { full_form, ..link });
    }
    found
}

/// The chain link by link, highest first; `len` counts from the start of the text to the end of the link.
pub(crate) fn links(text: &str, scope: Option<Division>) -> impl Iterator<Item = DivisionPrefix> {
    let (mut above, mut pos) = (None, 0);
    std::iter::from_fn(move || {
        if above.is_some_and(|above: Division| above.level() == DivisionLevel::County) {
            return None;
        }
        let rest = &text[pos..];
        let filler_len = FILLERS.iter().find(|filler| rest.starts_with(**filler)).map_or(0, |filler| filler.len());
        let (entry, division) = next_link(&rest[filler_len..], above, scope)?;
        pos += filler_len + entry.name.len();
        pos += if entry.form == NameForm::Short { wrong_suffix_len(division, &text[pos..]) } else { 0 };
        above = Some(division);
        Some(DivisionPrefix { division, len: pos, full_form: entry.form != NameForm::Short })
    })
}

/// The name at the start of `rest` that continues the chain below `above`.
fn next_link(rest: &str, above: Option<Division>, scope: Option<Division>) -> Option<(&'static NameEntry, Division)> {
    tables().names_at(rest).iter().filter(|entry| rest.starts_with(entry.name)).find_map(|entry| {
        let after = &rest[entry.name.len()..];
        (is_known(entry, after, above, scope) && stands_alone(entry, after))
            .then(|| Some((entry, of_code(entry.code)?)))
            .flatten()
    })
}

/// Whether the entry can only mean this division, given what was read before and what the text is known to speak of.
fn is_known(entry: &NameEntry, after: &str, above: Option<Division>, scope: Option<Division>) -> bool {
    let county = entry.level == DivisionLevel::County;
    match above {
        Some(above) => {
            let within = above.level() < entry.level && above.contains(Division::at(entry.code));
            within && (!county || above.city().is_some() || is_unique(entry, Some(above)))
        }
        None if !county => entry.form == NameForm::Full || !is_also_a_county(entry) || is_in(entry, scope),
        None if entry.form == NameForm::Short => entry.famous || is_told_by_what_follows(entry, after, scope),
        None => is_in_city(entry, scope) || is_unique(entry, None),
    }
}

/// Whether the short name of a county without its city can be read: one of its streets follows, or a road where the
/// city is known.
fn is_told_by_what_follows(entry: &NameEntry, after: &str, scope: Option<Division>) -> bool {
    let county = Division::at(entry.code);
    let has_street = || {
        let of_city = || super::street(after, county.city()?);
        super::street(after, county).or_else(of_city).is_some()
    };
    match is_in_city(entry, scope) {
        true => has_street() || is_followed_by_road(after),
        false => {
            has_only_bearer(entry) && (has_street() || (is_county_level_city(entry) && is_followed_by_road(after)))
        }
    }
}

/// Whether no other division has this name in any form.
fn has_only_bearer(entry: &NameEntry) -> bool {
    !tables().names_at(entry.name).iter().any(|other| other.name == entry.name && other.code != entry.code)
}

fn is_county_level_city(entry: &NameEntry) -> bool {
    of_code(entry.code).map_or("", Division::name).ends_with('市')
}

/// Whether a county-level name stands for one division only, among those of `above`.
///
/// Short forms of counties collide with too many words; only county-level cities (义乌) are read from them.
fn is_unique(entry: &NameEntry, above: Option<Division>) -> bool {
    let alike = |other: &&NameEntry| {
        other.name == entry.name
            && other.code != entry.code
            && above.is_none_or(|above| above.contains(Division::at(other.code)))
    };
    (entry.form != NameForm::Short || is_county_level_city(entry))
        && !tables().names_at(entry.name).iter().any(|e| alike(&e))
}

/// Whether a short city name is also the short name of a county elsewhere, as 朝阳 is.
fn is_also_a_county(entry: &NameEntry) -> bool {
    entry.level == DivisionLevel::City
        && tables().names_at(entry.name).iter().any(|other| {
            other.name == entry.name
                && other.level == DivisionLevel::County
                && city_key(other.code) != city_key(entry.code)
        })
}

/// Whether what follows leaves the name a division: a road or a lake does not, the next division does (唐山市路南区).
fn stands_alone(entry: &NameEntry, after: &str) -> bool {
    let is_place = match entry.form {
        NameForm::Short => is_place(after) || is_cut(entry, after) || is_area(entry, after),
        // No road is named 深圳市路: what follows begins another name.
        _ if entry.level < DivisionLevel::County => false,
        _ => ROAD_HEADS.iter().any(|head| after.starts_with(head)) && !after.starts_with("街道"),
    };
    !is_place || continues(entry, after)
}

/// Whether the short form is the full form cut before its suffix, which was rejected before.
fn is_cut(entry: &NameEntry, after: &str) -> bool {
    let full = of_code(entry.code).map_or("", Division::name);
    full.strip_prefix(entry.name).is_some_and(|suffix| after.starts_with(suffix))
}

/// Whether the name of a county begins that of an area: 坪山新区 is older than 坪山区.
fn is_area(entry: &NameEntry, after: &str) -> bool {
    entry.level == DivisionLevel::County && AREA_HEADS.iter().any(|head| after.starts_with(head))
}

/// Bytes of a suffix that is written though the name has another: 广西省, 浦东区.
fn wrong_suffix_len(division: Division, after: &str) -> usize {
    match division.level() {
        DivisionLevel::Province if after.starts_with('省') => "省".len(),
        DivisionLevel::County if after.starts_with('区') && division.name().ends_with("新区") => "区".len(),
        _ => 0,
    }
}

/// Bytes of the full name of a county at the start of the text, whichever county it is.
pub(crate) fn county_name_len(text: &str) -> Option<usize> {
    let mut entries = tables().names_at(text).iter().filter(|entry| entry.level == DivisionLevel::County);
    let entry = entries.find(|entry| entry.form == NameForm::Full && text.starts_with(entry.name))?;
    stands_alone(entry, &text[entry.name.len()..]).then_some(entry.name.len())
}

/// Whether any division's name begins like the text; if not, none stands at its start.
pub(crate) fn may_start(text: &str) -> bool {
    !tables().names_at(text).is_empty()
}

/// The county whose short name is the whole text, if no other of `scope` has it.
pub(crate) fn short_county(text: &str, scope: Option<Division>) -> Option<Division> {
    let is_it = |entry: &&NameEntry| {
        let within = scope.is_none_or(|scope| scope.contains(Division::at(entry.code)));
        entry.name == text && entry.level == DivisionLevel::County && within
    };
    let mut entries = tables().names_at(text).iter().filter(is_it);
    let (entry, rival) = (entries.next()?, entries.next());
    rival.is_none().then(|| of_code(entry.code)).flatten()
}

fn continues(entry: &NameEntry, after: &str) -> bool {
    if entry.level == DivisionLevel::County && super::street(after, Division::at(entry.code)).is_some() {
        return true;
    }
    let below =
        |next: &&NameEntry| next.level > entry.level && Division::at(entry.code).contains(Division::at(next.code));
    tables().names_at(after).iter().filter(|next| after.starts_with(next.name)).any(|next| below(&next))
}

/// Whether a name with a tail of its own follows shortly, so that what stands before it is not its first half.
pub(super) fn is_followed_by_name(after: &str) -> bool {
    if is_place(after) {
        return false;
    }
    let mut head = after.chars().take(N_FOLLOWING_CHARS_MAX);
    head.next().is_some_and(|c| c as u32 > 0x2E80) && head.skip(1).any(|c| "路街道巷村区园".contains(c))
}

/// Whether a road or village with a name of its own follows shortly (新大路 behind 北仑, and not 大道 behind 宝安).
pub(super) fn is_followed_by_road(after: &str) -> bool {
    is_road_of(after, N_ROAD_CHARS_MIN)
}

fn is_road_of(after: &str, n_chars_min: usize) -> bool {
    if is_place(after) {
        return false;
    }
    let mut tail = after.char_indices().take(N_FOLLOWING_CHARS_MAX).enumerate();
    let tail = tail.find(|(n_before, (_, c))| *n_before > 0 && "路街道巷村区园镇乡城厂".contains(*c));
    tail.is_some_and(|(n_before, (idx, c))| {
        let beyond = &after[idx + c.len_utf8()..];
        let is_road =
            n_before >= n_chars_min && "路街道巷".contains(c) && !beyond.starts_with(['道', '口', '小', '社']);
        is_road || (c == '村' && !after.starts_with(['新', '中', '农']))
    })
}

/// Bytes of the name, in any form, that the division or one above it has and that the text starts with.
pub(crate) fn own_name_len(text: &str, division: Division) -> Option<usize> {
    let mut entries = tables().names_at(text).iter().filter(|entry| text.starts_with(entry.name));
    let entry = entries.find(|entry| Division::at(entry.code).contains(division))?;
    let after = &text[entry.name.len()..];
    let is_own = match entry.form {
        NameForm::Short => is_road_of(after, 1) || super::street(after, division).is_some(),
        _ => stands_alone(entry, after),
    };
    is_own.then_some(entry.name.len())
}

/// Whether a city is divided into counties (东莞 is not).
pub(super) fn has_counties(city: Division) -> bool {
    tables().has_counties(city)
}

fn is_place(after: &str) -> bool {
    let first = after.as_bytes().get(..3);
    if PLACE_HEADS.iter().any(|head| head.as_bytes().get(..3) == first && after.starts_with(head)) {
        return true;
    }
    let road = after.trim_start_matches(|c| ROAD_INFIXES.contains(c));
    road.len() < after.len() && ROAD_HEADS.iter().chain(&["道"]).any(|head| road.starts_with(head))
}

fn is_in(entry: &NameEntry, scope: Option<Division>) -> bool {
    scope.is_some_and(|scope| scope.contains(Division::at(entry.code)) || Division::at(entry.code).contains(scope))
}

fn is_in_city(entry: &NameEntry, scope: Option<Division>) -> bool {
    scope.and_then(Division::city).is_some_and(|city| city.contains(Division::at(entry.code)))
}
