//! Where does a unit sit, and in how many ways is that written?
//!
//! A *site* is a numbered plot on a road: an office tower, a factory park, a housing estate or a row of village houses.
//! Road and number of two sites never agree. Hosting addresses seat hundreds of firms in one room. It deliberately has
//! no coordinates, and writes no building codes (their structure is not public).

use rand_pcg::Pcg64Mcg;

use super::lexicon::{LEXICON, Street};
use super::random::{Stream, below, chance, pick, stream};

/// Premises: one room, or all that is known of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) street_idx: usize,
    pub(super) community: &'static str,
    pub(super) road: String,
    pub(super) number: u64,
    pub(super) kind: SiteKind,
    /// 科兴科学园; empty for village houses.
    pub(super) estate: String,
    /// 1 is block A in towers, block 1 elsewhere; 0 if the site has only one.
    pub(super) block: u64,
    pub(super) floor: u64,
    pub(super) door: u64,
    /// The firm that hosts the address, if it is one.
    pub(super) host: Option<String>,
}

/// What is built on a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SiteKind {
    Tower,
    Park,
    Estate,
    Village,
}

impl Address {
    pub(super) fn street(&self) -> &'static Street {
        &LEXICON.streets[self.street_idx]
    }
}

/// Legal units for each site.
const UNITS_PER_SITE: u64 = 9;
const N_SITES_MIN: u64 = 500;
/// House numbers of the streets of a district are interleaved, since its main roads cross all of them: at most 14.
const NUMBER_STEP: u64 = 14;
/// Firms seated at hosting addresses (集群注册), and how many share one.
const HOSTED: f64 = 0.07;
const UNITS_PER_HOST: u64 = 5_000;
/// Every 16th site is a large one, where this share of the firms sits.
const LARGE_SITE_STEP: u64 = 16;
const AT_LARGE_SITE: f64 = 0.3;

/// Somewhere in the city, for a firm; `n_legal_units` sets how many sites there are.
pub(super) fn premises(seed: u64, n_legal_units: u64, rng: &mut Pcg64Mcg) -> Address {
    let n_sites = n_sites(n_legal_units);
    if chance(rng, HOSTED) {
        return hosting(seed, below(rng, 1 + n_legal_units / UNITS_PER_HOST), n_sites);
    }
    let mut site_number = below(rng, n_sites);
    if chance(rng, AT_LARGE_SITE) {
        site_number -= site_number % LARGE_SITE_STEP;
    }
    room(rng, site(seed, site_number, n_sites))
}

/// Somewhere in one street: where a civic unit or a branch named after the street sits.
pub(super) fn premises_in(seed: u64, n_legal_units: u64, rng: &mut Pcg64Mcg, street_idx: usize) -> Address {
    let n_sites = n_sites(n_legal_units);
    let first = first_site(street_idx, n_sites);
    let n = (first_site(street_idx + 1, n_sites) - first).max(1);
    let site_number = (first + below(rng, n)).min(n_sites - 1);
    room(rng, site(seed, site_number, n_sites))
}

/// A shop on the ground floor, for an individual business.
pub(super) fn shop(seed: u64, n_legal_units: u64, rng: &mut Pcg64Mcg) -> Address {
    let n_sites = n_sites(n_legal_units);
    let site_number = below(rng, n_sites);
    let mut address = room(rng, site(seed, site_number, n_sites));
    if address.kind != SiteKind::Tower {
        address.floor = 1;
        address.door = 1 + below(rng, 40);
    }
    address
}

fn n_sites(n_legal_units: u64) -> u64 {
    (n_legal_units / UNITS_PER_SITE).max(N_SITES_MIN)
}

/// Sites are dealt to the streets in order, by weight.
fn first_site(street_idx: usize, n_sites: u64) -> u64 {
    let sums = &LEXICON.street_sums;
    let before = if street_idx == 0 { 0 } else { sums[street_idx - 1] };
    before * n_sites / sums.last().copied().unwrap_or(1)
}

pub(super) fn site(seed: u64, number: u64, n_sites: u64) -> Address {
    let sums = &LEXICON.street_sums;
    let total = sums.last().copied().unwrap_or(1);
    let street_idx = sums.partition_point(|sum| sum * n_sites / total <= number).min(sums.len() - 1);
    let street = &LEXICON.streets[street_idx];
    let local = number - first_site(street_idx, n_sites);
    let mut rng = stream(seed, Stream::Site, number);
    let n_roads = street.roads.len() as u64;
    let community = *pick(&mut rng, &street.communities);
    let kind = match below(&mut rng, 100) {
        0..38 => SiteKind::Tower,
        38..66 => SiteKind::Park,
        66..88 => SiteKind::Estate,
        _ => SiteKind::Village,
    };
    let estate = match kind {
        SiteKind::Tower => pick(&mut rng, &LEXICON.offices).to_string(),
        SiteKind::Park => park(&mut rng, community),
        SiteKind::Estate => pick(&mut rng, &LEXICON.homes).to_string(),
        SiteKind::Village => String::new(),
    };
    Address {
        street_idx,
        community,
        road: street.roads[(local % n_roads) as usize].clone(),
        number: 1 + street.ordinal + local / n_roads * NUMBER_STEP,
        kind,
        estate,
        block: 0,
        floor: 1,
        door: 1,
        host: None,
    }
}

fn park(rng: &mut Pcg64Mcg, community: &str) -> String {
    match below(rng, 3) {
        0 => format!("{community}{}工业区", pick(rng, &["", "第一", "第二", "第三"])),
        1 => format!("{}{}", pick(rng, &LEXICON.popular), pick(rng, &["工业园", "科技园", "产业园", "创新园"])),
        _ => format!("{}{}", pick(rng, &LEXICON.brands), pick(rng, &["工业园", "科技园", "智造园"])),
    }
}

fn room(rng: &mut Pcg64Mcg, site: Address) -> Address {
    let (n_blocks, n_floors, n_doors) = match site.kind {
        SiteKind::Tower => (3, 36, 18),
        SiteKind::Park => (9, 6, 8),
        SiteKind::Estate => (12, 28, 6),
        SiteKind::Village => (0, 7, 4),
    };
    // Two towers in three stand alone; parks and estates always have blocks.
    let is_alone = below(&mut stream(0, Stream::Site, site.number), 3) > 0;
    let alone = site.kind == SiteKind::Tower && is_alone;
    let block = if alone || n_blocks == 0 { 0 } else { 1 + below(rng, n_blocks) };
    Address { block, floor: 1 + below(rng, n_floors), door: 1 + below(rng, n_doors), ..site }
}

/// The room of a secretary firm; the same for everybody it hosts.
fn hosting(seed: u64, host: u64, n_sites: u64) -> Address {
    let mut rng = stream(seed, Stream::Host, host);
    let site = site(seed, below(&mut rng, n_sites), n_sites);
    let name = format!(
        "深圳市{}{}",
        pick(&mut rng, &LEXICON.popular),
        pick(&mut rng, &["商务秘书有限公司", "企业服务有限公司", "众创空间管理有限公司"])
    );
    Address { host: Some(name), ..room(&mut rng, site) }
}

/// How somebody writes addresses: drawn once for each row.
#[derive(Debug, Clone, Copy)]
pub(super) struct AddressStyle {
    pub(super) community: bool,
    pub(super) road: bool,
    pub(super) estate: bool,
    pub(super) block_words: usize,
    pub(super) room_words: u64,
    pub(super) host: bool,
}

impl AddressStyle {
    /// The address standard: everything, in the standard's words.
    pub(super) const FULL: AddressStyle =
        AddressStyle { community: true, road: true, estate: true, block_words: 0, room_words: 0, host: true };

    /// Somebody else's habits. A site is always told by its road and number or by its estate.
    pub(super) fn draw(rng: &mut Pcg64Mcg) -> AddressStyle {
        let (road, estate) = match below(rng, 100) {
            0..74 => (true, true),
            74..88 => (true, false),
            _ => (false, true),
        };
        let community = chance(rng, 0.25);
        let block_words = below(rng, BLOCK_WORDS.len() as u64) as usize;
        AddressStyle { community, road, estate, block_words, room_words: below(rng, 8), host: chance(rng, 0.7) }
    }
}

/// The name of a building in the truth: no two sites of a district have one road and number.
pub(super) fn building(address: &Address) -> String {
    format!("{}{}{}-{}", address.street().district, address.road, address.number, address.block)
}

/// Words for a building of a site: 栋 is the standard's.
const BLOCK_WORDS: [&str; 6] = ["栋", "座", "幢", "号楼", "#", "栋"];

/// What follows the street: 科技园社区科苑路15号科兴科学园A栋15层1501.
pub(super) fn below_street(address: &Address, style: AddressStyle) -> String {
    let mut text = String::new();
    if style.community {
        text += address.community;
        text += "社区";
    }
    if style.road || address.estate.is_empty() {
        text += &format!("{}{}号", address.road, address.number);
    }
    if style.estate {
        text += &address.estate;
    }
    if address.block > 0 {
        text += &block(address, style.block_words);
    }
    text += &door(address, style.room_words);
    match &address.host {
        Some(host) if style.host => text + &format!("（入驻{host}）"),
        _ => text,
    }
}

fn block(address: &Address, words: usize) -> String {
    let lettered = matches!(address.kind, SiteKind::Tower);
    let letter = (b'A' + (address.block as u8 - 1) % 26) as char;
    // Lettered buildings are never 号楼 or #.
    match (lettered, BLOCK_WORDS[words]) {
        (true, "号楼" | "#") => format!("{letter}座"),
        (true, words) => format!("{letter}{words}"),
        (false, words) => format!("{}{words}", address.block),
    }
}

fn door(address: &Address, style: u64) -> String {
    let Address { floor, door, .. } = address;
    match style {
        0 => format!("{floor}层{floor}{door:02}"),
        1 => format!("{floor}{door:02}"),
        2 => format!("{floor}{door:02}房"),
        3 => format!("{floor}楼{floor}{door:02}室"),
        4 => format!("{floor}F-{floor}{door:02}"),
        5 => format!("{floor}{door:02}单元"),
        _ => format!("{floor}{door:02}室"),
    }
}
