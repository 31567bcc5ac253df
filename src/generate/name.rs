//! What is a unit called, so that the law is kept and the names are still hard to tell apart?
//!
//! A registered name is 行政区划 + 字号 + 行业 + 组织形式 (国务院令第734号), unique for its authority. Uniqueness comes
//! without a memory: every legal unit holds a *slot*, a permutation gives each slot a trade name, and all users of one
//! trade name draw their trades from one deck of cards. Trade names are used in five bands, a staircase under Zipf's
//! law. A user who draws a trade already taken lengthens the trade name (鑫盛达 for 鑫盛), as applicants do.
//! Individual businesses need no such care: their names repeat, as the law lets them. Variants in other departments'
//! files are the business of `dirt`.

use rand_pcg::Pcg64Mcg;

use super::lexicon::{Family, LEXICON, Stall, Trade};
use super::random::{Stream, below, chance, hash, permute, pick, pick_by_weight, stream};

/// A name in its parts; [`Name::text`] puts them together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Name {
    /// 深圳市, 深圳市南山区, or nothing.
    pub(super) region: String,
    pub(super) trade_name: String,
    pub(super) trade: String,
    /// 有限公司, or nothing.
    pub(super) form: String,
    /// 明鹭科技（深圳）有限公司 instead of 深圳市明鹭科技有限公司.
    pub(super) region_in_brackets: bool,
    /// What follows the form: 南山分公司.
    pub(super) tail: String,
}

impl Name {
    /// The name as registered, with full-width brackets.
    pub(super) fn text(&self) -> String {
        let Name { region, trade_name, trade, form, tail, .. } = self;
        if !self.region_in_brackets || region.is_empty() {
            return format!("{region}{trade_name}{trade}{form}{tail}");
        }
        let region = region.trim_end_matches('市');
        format!("{trade_name}{trade}（{region}）{form}{tail}")
    }
}

/// Share of the slots, in a thousand, and which trade names they use. The first two bands hold the names everybody
/// wants, the last one trade names of one firm or a few.
const BANDS: [(u64, Band); 5] = [
    (25, Band::Popular { start: 0, end: 60 }),
    (55, Band::Popular { start: 60, end: usize::MAX }),
    (100, Band::Composed { n_characters: 45 }),
    (200, Band::Brands),
    (620, Band::Composed { n_characters: usize::MAX }),
];

#[derive(Debug, Clone, Copy)]
enum Band {
    Popular { start: usize, end: usize },
    Composed { n_characters: usize },
    Brands,
}

/// The trade name and the trade of a slot below `n_slots`; no two slots have both in common.
pub(super) fn trade_of_slot(seed: u64, slot: u64, n_slots: u64) -> (String, &'static Trade) {
    let place = permute(hash(seed, Stream::NameSlot, 0), slot, n_slots);
    let mut end_per_mille = 0;
    for (band_idx, (share, band)) in BANDS.into_iter().enumerate() {
        let start = n_slots * end_per_mille / 1_000;
        end_per_mille += share;
        if place < n_slots * end_per_mille / 1_000 {
            return trade_in_band(seed, (band_idx as u64, band), place - start);
        }
    }
    unreachable_band(seed, place)
}

/// The shares sum to a thousand, so this answers only if somebody edits them badly; the names stay lawful.
fn unreachable_band(seed: u64, place: u64) -> (String, &'static Trade) {
    trade_in_band(seed, (BANDS.len() as u64, Band::Brands), place)
}

fn trade_in_band(seed: u64, (band_idx, band): (u64, Band), place: u64) -> (String, &'static Trade) {
    let n_names = match band {
        Band::Popular { start, end } => end.min(LEXICON.popular.len()) - start,
        Band::Composed { n_characters } => n_pairs(n_characters),
        Band::Brands => LEXICON.brands.len(),
    } as u64;
    let (name_idx, user) = ((place % n_names) as usize, place / n_names);
    let mut name = match band {
        Band::Popular { start, .. } => LEXICON.popular[start + name_idx].to_owned(),
        Band::Composed { n_characters } => composed(name_idx, n_characters),
        Band::Brands => LEXICON.brands[name_idx].to_owned(),
    };
    let (trade, n_takers) = draw(hash(seed, Stream::TradeDeck, (band_idx << 32) | name_idx as u64), user);
    extend(&mut name, n_takers);
    (name, trade)
}

fn n_pairs(n_characters: usize) -> usize {
    n_characters.min(LEXICON.opening.len()) * n_characters.min(LEXICON.closing.len())
}

/// A trade name of two characters. One that an earlier band uses gets 联创 behind it, which no other name ends with.
fn composed(name_idx: usize, n_characters: usize) -> String {
    let width = n_characters.min(LEXICON.closing.len());
    let (opening, closing) = (name_idx / width, name_idx % width);
    let mut name = String::from_iter([LEXICON.opening[opening], LEXICON.closing[closing]]);
    let in_smaller_band = n_characters == usize::MAX && opening.max(closing) < 45;
    if in_smaller_band || LEXICON.taken.contains(name.as_str()) {
        name.push_str(if n_characters == usize::MAX { "联创" } else { "联合创" });
    }
    name
}

/// The trade that the `user`-th firm of a trade name draws, and how many earlier ones drew the same words.
/// The cards are walked with a stride coprime to the deck, so that every card comes once before any comes again.
fn draw(key: u64, user: u64) -> (&'static Trade, u64) {
    let n_cards = LEXICON.deck.len() as u64;
    let stride = (key % n_cards..).find(|&stride| coprime(stride, n_cards)).unwrap_or(1);
    let card = |user: u64| &LEXICON.trades[LEXICON.deck[((key >> 32) + stride * user).rem_euclid(n_cards) as usize]];
    let trade = card(user);
    let n_takers = (0..user).filter(|&earlier| card(earlier).words_idx == trade.words_idx).count() as u64;
    (trade, n_takers)
}

fn coprime(a: u64, b: u64) -> bool {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a == 1
}

/// Makes the `n_takers`-th wish for a taken name free again; 0 leaves it as it is.
fn extend(name: &mut String, n_takers: u64) {
    let n = LEXICON.extensions.len() as u64;
    let mut left = n_takers;
    while left > 0 {
        left -= 1;
        name.push(LEXICON.extensions[(left % n) as usize]);
        left /= n;
    }
}

/// What kind of legal unit a name belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LegalForm {
    LimitedCompany,
    JointStock,
    Group,
    Partnership,
    SoleProprietor,
    NonProfit,
    Government,
    Cooperative,
    Branch,
    Individual,
}

impl LegalForm {
    /// As market regulation writes it.
    pub(super) fn label(self) -> &'static str {
        match self {
            LegalForm::LimitedCompany => "有限责任公司",
            LegalForm::JointStock => "股份有限公司",
            LegalForm::Group => "有限责任公司(集团母公司)",
            LegalForm::Partnership => "有限合伙企业",
            LegalForm::SoleProprietor => "个人独资企业",
            LegalForm::NonProfit => "民办非企业单位",
            LegalForm::Government => "机关",
            LegalForm::Cooperative => "股份合作制",
            LegalForm::Branch => "分公司",
            LegalForm::Individual => "个体工商户",
        }
    }
}

/// The name of a legal unit that carries on this trade.
pub(super) fn legal_name(
    rng: &mut Pcg64Mcg,
    (trade_name, trade): (String, &'static Trade),
    district: &str,
) -> (Name, LegalForm) {
    let (form, words) = legal_form(rng, trade.family);
    let region = match (form, below(rng, 100)) {
        (LegalForm::NonProfit, _) => format!("深圳市{district}"),
        (_, 0..87) => "深圳市".to_owned(),
        (_, 87..92) => "深圳".to_owned(),
        (_, 92..96) => "广东".to_owned(),
        _ => String::new(),
    };
    let region_in_brackets = form == LegalForm::LimitedCompany && chance(rng, BRACKETED);
    let name = Name {
        region,
        trade_name,
        trade: trade.words.to_owned(),
        form: words.to_owned(),
        region_in_brackets,
        tail: String::new(),
    };
    (name, form)
}

/// Companies that put the city in brackets before the form.
const BRACKETED: f64 = 0.09;

/// Rough shares of legal forms among a city's new firms.
fn legal_form(rng: &mut Pcg64Mcg, family: Family) -> (LegalForm, &'static str) {
    let company = (LegalForm::LimitedCompany, "有限公司");
    match (family, below(rng, 1_000)) {
        (Family::NonProfit, _) => (LegalForm::NonProfit, ""),
        (Family::Investment, 0..550) => (LegalForm::Partnership, "合伙企业（有限合伙）"),
        (Family::Maker, 0..160) => (LegalForm::SoleProprietor, "厂"),
        (Family::Company, 0..12) => (LegalForm::SoleProprietor, "商行"),
        (Family::Company, 12..24) => (LegalForm::SoleProprietor, "经营部"),
        (_, 970..976) => (LegalForm::JointStock, "股份有限公司"),
        (_, 976..983) => (LegalForm::Group, "集团有限公司"),
        (_, 983..) => (LegalForm::LimitedCompany, "有限责任公司"),
        _ => company,
    }
}

/// The name of an individual business; `owner` may lend their own.
pub(super) fn individual_name(
    rng: &mut Pcg64Mcg,
    (district, street): (&str, &str),
    owner: &str,
    stall: &Stall,
) -> Name {
    let street = street.trim_end_matches("街道");
    let region = match below(rng, 100) {
        0..50 => format!("深圳市{district}"),
        50..80 => format!("深圳市{district}{street}"),
        80..90 => "深圳市".to_owned(),
        _ => String::new(),
    };
    let trade_name = match below(rng, 100) {
        0..14 => owner.to_owned(),
        14..22 => format!("{}{}", pick(rng, &["老", "小", "阿"]), owner.chars().next().unwrap_or('王')),
        22..40 => pick(rng, &LEXICON.popular).to_string(),
        40..50 => pick(rng, &LEXICON.brands).to_string(),
        50..56 => pick(rng, &GENERIC).to_string(),
        _ => String::from_iter([pick(rng, &LEXICON.opening), pick(rng, &LEXICON.closing)]),
    };
    Name { region, trade_name, trade: stall.words.to_owned(), ..Name::default() }
}

/// Words on thousands of shop signs; they tell nobody apart.
const GENERIC: [&str; 12] =
    ["便民", "好又来", "家家乐", "惠民", "天天", "万家", "百姓", "美味", "兴旺", "顺心", "平价", "街坊"];

/// The shop sign of a chain: the same for every owner, wherever the shop is.
pub(super) fn chain(seed: u64, chain_idx: u64) -> (Name, &'static Stall) {
    let mut rng = stream(seed, Stream::Chain, chain_idx);
    let stall = stall(&mut rng);
    let trade_name = pick(&mut rng, &LEXICON.brands).to_string();
    (Name { trade_name, trade: stall.words.to_owned(), ..Name::default() }, stall)
}

/// The trade of an individual business.
pub(super) fn stall(rng: &mut Pcg64Mcg) -> &'static Stall {
    &LEXICON.stalls[pick_by_weight(rng, &LEXICON.stall_sums)]
}

/// Street offices, residents' committees and the cooperatives of former villages: they exist once each.
pub(super) fn n_civic() -> u64 {
    LEXICON.streets.iter().map(|street| 1 + 2 * street.communities.len() as u64).sum()
}

/// The civic unit with this number below [`n_civic`], with the index of its street.
pub(super) fn civic_name(number: u64) -> Option<(Name, LegalForm, usize)> {
    let mut left = number as usize;
    for (street_idx, street) in LEXICON.streets.iter().enumerate() {
        let n_communities = street.communities.len();
        if left > 2 * n_communities {
            left -= 1 + 2 * n_communities;
            continue;
        }
        let region = format!("深圳市{}", street.district);
        let named = |trade_name: String, form: &str| Name { region, trade_name, form: form.into(), ..Name::default() };
        let community = |idx: usize| format!("{}{}", street.name, street.communities[idx]);
        let (name, form) = match left {
            0 => (named(street.name.to_owned(), "办事处"), LegalForm::Government),
            left if left <= n_communities => (named(community(left - 1), "社区居民委员会"), LegalForm::Government),
            left => {
                let short = community(left - 1 - n_communities).replacen("街道", "", 1);
                (named(short, "股份合作公司"), LegalForm::Cooperative)
            }
        };
        return Some((name, form, street_idx));
    }
    None
}
