//! How well does a short name (简称) fit a full one, among a million that hold its characters?
//!
//! [`is_short_of`](super::is_short_of) says whether one name can be short for another; this says how much was left out to
//! get there. A short name keeps the beginnings of words in order (武钢股份 of 武汉钢铁股份有限公司), may leave out the region
//! and words of the trade, hardly ever the trade name, and is borne by joint-stock companies before firms and shops. The
//! costs follow that order of the parts; they rank and decide nothing. Full names are given as characters with their
//! parts, as an index keeps them.

use super::{LegalForm, parse};

/// The part of a full name that a character belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NamePart {
    /// Not known, or the words of the industry.
    #[default]
    Industry,
    /// 深圳市; also the name of a group before that of its member: 明鹭集团 in 明鹭集团白鸥制药股份有限公司.
    Region,
    /// 中国, where a region would stand.
    National,
    /// The first two characters of the trade name.
    TradeName,
    /// The other characters of a long trade name.
    TradeTail,
    /// 股份有限公司.
    Form,
    /// What follows the name of a parent: 龙岗分公司.
    Rest,
}

/// All parts, by their numbers.
const PARTS: [NamePart; 7] = [
    NamePart::Industry,
    NamePart::Region,
    NamePart::National,
    NamePart::TradeName,
    NamePart::TradeTail,
    NamePart::Form,
    NamePart::Rest,
];

impl NamePart {
    /// The part with this number; numbers beyond the last are the industry.
    ///
    /// ```
    /// use minglu_rules::name::{NamePart, parts};
    /// assert!(parts("深圳市明鹭科技有限公司").iter().all(|part| NamePart::of_number(*part as u8) == *part));
    /// ```
    pub fn of_number(number: u8) -> NamePart {
        PARTS.get(usize::from(number)).copied().unwrap_or_default()
    }
}

/// A short name as a query has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShortName {
    /// Its characters, folded, without marks.
    pub letters: Vec<char>,
    /// It carried a mark of an exchange: ST, A.
    pub is_marked: bool,
}

/// What leaving out a character of a part costs. A region is left out nearly always, a trade name hardly ever.
fn skip_cost(part: NamePart) -> f64 {
    match part {
        NamePart::Region => 0.04,
        NamePart::National => 0.15,
        NamePart::TradeName => 0.5,
        NamePart::TradeTail => 0.1,
        NamePart::Industry => 0.07,
        NamePart::Form => 0.0,
        NamePart::Rest => 0.3,
    }
}

/// A character that begins no word was kept.
const INSIDE_WORD_COST: f64 = 0.4;
/// Each place where something between two kept characters was left out.
const GAP_COST: f64 = 0.08;
/// A character of the short name stands nowhere.
const STRANGE_COST: f64 = 1.2;
/// 粤 for 广东.
const REGION_SIGN_COST: f64 = 0.05;
/// Borne by a firm that is no joint-stock company, and by a shop.
const GROUP_COST: f64 = 0.05;
const COMPANY_COST: f64 = 0.45;
const SHOP_COST: f64 = 0.7;
/// How much more that counts under a mark of an exchange, which only joint-stock companies have.
const MARKED_FACTOR: f64 = 2.0;
/// Turns costs into a number from 0 to 1.
const FALL: f64 = 0.35;

/// Characters of a short name that are looked at.
const SHORT_CHARS_MAX: usize = 24;
/// Characters of a full name that are looked at.
const FULL_CHARS_MAX: usize = 64;

/// One-character names of provinces and of cities that use one, with the beginning of their names (国家标准 GB/T 2260
/// knows letters only; these are the signs of usage, as on number plates).
const REGION_SIGNS: &[(char, &str)] = &[
    ('京', "北京"),
    ('津', "天津"),
    ('冀', "河北"),
    ('晋', "山西"),
    ('蒙', "内蒙"),
    ('辽', "辽宁"),
    ('吉', "吉林"),
    ('黑', "黑龙"),
    ('龙', "黑龙"),
    ('沪', "上海"),
    ('申', "上海"),
    ('苏', "江苏"),
    ('浙', "浙江"),
    ('皖', "安徽"),
    ('闽', "福建"),
    ('赣', "江西"),
    ('鲁', "山东"),
    ('豫', "河南"),
    ('鄂', "湖北"),
    ('湘', "湖南"),
    ('粤', "广东"),
    ('桂', "广西"),
    ('琼', "海南"),
    ('渝', "重庆"),
    ('川', "四川"),
    ('蜀', "四川"),
    ('黔', "贵州"),
    ('滇', "云南"),
    ('秦', "陕西"),
    ('陕', "陕西"),
    ('陇', "甘肃"),
    ('穗', "广州"),
    ('甬', "宁波"),
    ('蓉', "成都"),
    ('榕', "福州"),
];

/// The part of every character of a name that is folded and has no brackets left.
///
/// ```
/// use minglu_rules::name::{NamePart, parts};
/// let found = parts("深圳市明鹭科技有限公司");
/// assert_eq!(found[..3], [NamePart::Region; 3]);
/// assert_eq!(found[3..5], [NamePart::TradeName; 2]);
/// assert_eq!(found[5..], [NamePart::Industry, NamePart::Industry, NamePart::Form, NamePart::Form, NamePart::Form, NamePart::Form]);
/// ```
pub fn parts(text: &str) -> Vec<NamePart> {
    if let Some((parent, member)) = split_parent(text) {
        return std::iter::repeat_n(NamePart::Region, parent.chars().count()).chain(parts(member)).collect();
    }
    let name = parse(text);
    let canonical = name.canonical();
    // Where parsing moved something, its spans are those of another text.
    if !text.starts_with(canonical) {
        return vec![NamePart::default(); text.chars().count()];
    }
    let ends = [name.ends.region, name.ends.national, name.ends.trade_name, name.ends.industry, name.ends.form];
    let kinds = [NamePart::Region, NamePart::National, NamePart::TradeName, NamePart::Industry, NamePart::Form];
    let part_at = |at: usize| {
        let found = ends.iter().position(|&end| at < usize::from(end));
        found.map_or(NamePart::Rest, |position| kinds[position])
    };
    let mut found: Vec<NamePart> = text.char_indices().map(|(at, _)| part_at(at)).collect();
    let trade_name = found.iter_mut().filter(|part| **part == NamePart::TradeName);
    trade_name.skip(TRADE_HEAD_CHARS).for_each(|part| *part = NamePart::TradeTail);
    found
}

/// Characters of a trade name that are kept even where a longer one is cut.
const TRADE_HEAD_CHARS: usize = 2;

/// The name of a group and the name of its member behind it, if the text has both.
fn split_parent(text: &str) -> Option<(&str, &str)> {
    const GROUP: &str = "集团";
    let at = text.find(GROUP)? + GROUP.len();
    let (parent, member) = text.split_at(at);
    let name = parse(member);
    let is_member = name.form() != LegalForm::Unknown && !name.core().is_empty() && !is_form_only(member);
    is_member.then_some((parent, member))
}

/// Whether nothing stands before the form: 股份有限公司, 控股有限公司.
fn is_form_only(text: &str) -> bool {
    ["股份", "有限", "控股", "公司", "总公司"].iter().any(|word| text.starts_with(word))
}

/// How well a short name fits a full one: 1 where nothing but a form was left out, near 0 where nothing agrees.
///
/// Both texts are folded.
///
/// ```
/// use minglu_rules::name::{ShortName, parts, short_fit};
/// let fit = |short: &str, full: &str| {
///     let short = ShortName { letters: short.chars().collect(), is_marked: false };
///     let full: Vec<_> = full.chars().zip(parts(full)).collect();
///     short_fit(&short, &full)
/// };
/// assert!(fit("明鹭科技", "新疆明鹭科技股份有限公司") > fit("明鹭科技", "明鹭科技茶叶店"));
/// assert!(fit("粤明鹭", "广东明鹭股份有限公司") > fit("粤明鹭", "深圳市明鹭股份有限公司"));
/// assert!(fit("武钢股份", "武汉钢铁股份有限公司") > fit("武钢股份", "深圳市武钢店"));
/// ```
pub fn short_fit(short: &ShortName, full: &[(char, NamePart)]) -> f64 {
    let factor = if short.is_marked { MARKED_FACTOR } else { 1.0 };
    let short = &short.letters[..short.letters.len().min(SHORT_CHARS_MAX)];
    if short.is_empty() || full.is_empty() {
        return 0.0;
    }
    1.0 / (1.0 + FALL * (alignment_cost(short, full) + factor * bearer_cost(full)))
}

/// The least cost of getting the short name by leaving characters out of the full one.
fn alignment_cost(short: &[char], full: &[(char, NamePart)]) -> f64 {
    let full = &full[..full.len().min(FULL_CHARS_MAX)];
    let n = full.len();
    // skipped[j]: what leaving out everything before j costs.
    let mut skipped = [0.0; FULL_CHARS_MAX + 1];
    for (j, &(_, part)) in full.iter().enumerate() {
        skipped[j + 1] = skipped[j] + skip_cost(part);
    }
    let jumps = jumps(full);
    // row[j]: least cost where the last character kept is j - 1; row[0] where none was.
    let mut row = [f64::INFINITY; FULL_CHARS_MAX + 1];
    row[0] = 0.0;
    for (position, &wanted) in short.iter().enumerate() {
        let mut next = row.map(|cost| cost + STRANGE_COST);
        // The least of row[p] - skipped[p] over all p before the neighbor.
        let mut before = f64::INFINITY;
        for j in 0..n {
            let sign_cost = match full[j].0 == wanted {
                true => 0.0,
                false if position == 0 && is_sign_of(wanted, &full[j..]) => REGION_SIGN_COST,
                false => f64::INFINITY,
            };
            if sign_cost < f64::INFINITY {
                // row[j] is the neighbor's, and at the beginning that of nothing left out.
                let gap = if position > 0 { GAP_COST } else { 0.0 };
                let kept = row[j].min(before + skipped[j] + jumps[j] + gap);
                next[j + 1] = next[j + 1].min(sign_cost + kept);
            }
            before = before.min(row[j] - skipped[j]);
        }
        row = next;
    }
    let ends = (0..=n).map(|kept| row[kept] + skipped[n] - skipped[kept]);
    ends.fold(f64::INFINITY, f64::min)
}

/// What beginning anew at each character costs: nothing at the first of a part, nor at every second one behind it where
/// words have two characters.
fn jumps(full: &[(char, NamePart)]) -> [f64; FULL_CHARS_MAX] {
    let mut start = 0;
    let mut jumps = [0.0; FULL_CHARS_MAX];
    for (j, &(_, part)) in full.iter().enumerate() {
        if j == 0 || full[j - 1].1 != part {
            start = j;
        }
        let has_words = !matches!(part, NamePart::TradeName | NamePart::TradeTail);
        let is_head = j == start || (has_words && (j - start) % 2 == 0);
        jumps[j] = if is_head { 0.0 } else { INSIDE_WORD_COST };
    }
    jumps
}

fn is_sign_of(sign: char, rest: &[(char, NamePart)]) -> bool {
    rest[0].1 == NamePart::Region
        && REGION_SIGNS.iter().any(|(known, region)| {
            *known == sign
                && region.chars().enumerate().all(|(k, char)| rest.get(k).is_some_and(|found| found.0 == char))
        })
}

/// What bears short names: joint-stock companies before groups, firms and shops.
fn bearer_cost(full: &[(char, NamePart)]) -> f64 {
    let has =
        |wanted: [char; 2]| full.windows(2).any(|pair| pair[0].1 == NamePart::Form && [pair[0].0, pair[1].0] == wanted);
    match () {
        _ if has(['合', '作']) => SHOP_COST,
        _ if has(['股', '份']) => 0.0,
        _ if has(['集', '团']) => GROUP_COST,
        _ if has(['公', '司']) => COMPANY_COST,
        _ => SHOP_COST,
    }
}

#[cfg(test)]
mod tests;
