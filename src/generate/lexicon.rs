//! Which words does the city speak?
//!
//! The tables of `data/`, parsed once; `data/README.md` names their sources and licences. It deliberately draws nothing.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What a kind of company does, as its name says it.
#[derive(Debug)]
pub(super) struct Trade {
    /// The words in the name: 电子商务.
    pub(super) words: &'static str,
    /// Number of these words; a word may stand for several industries.
    pub(super) words_idx: usize,
    pub(super) family: Family,
    /// Section letter and GB/T 4754-2017 class: F5193.
    pub(super) industry_code: &'static str,
    pub(super) industry_name: &'static str,
}

/// Which legal forms a trade is carried on in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Company,
    Maker,
    Investment,
    NonProfit,
}

/// What an individual business does: the last words of its name.
#[derive(Debug)]
pub(super) struct Stall {
    pub(super) words: &'static str,
    pub(super) industry_code: &'static str,
    pub(super) industry_name: &'static str,
}

/// A street 街道 and what lies in it.
#[derive(Debug)]
pub(super) struct Street {
    /// Nine digits.
    pub(super) code: &'static str,
    pub(super) district: &'static str,
    pub(super) name: &'static str,
    /// Position among the streets of its district.
    pub(super) ordinal: u64,
    pub(super) communities: Vec<&'static str>,
    /// Main roads of the district, then side roads named after the communities; never empty.
    pub(super) roads: Vec<String>,
}

/// All tables.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub(super) trades: Vec<Trade>,
    /// Every trade as often as its share of the city's firms asks for; see `name`.
    pub(super) deck: Vec<usize>,
    pub(super) stalls: Vec<Stall>,
    pub(super) stall_sums: Vec<u64>,
    pub(super) popular: Vec<&'static str>,
    pub(super) opening: Vec<char>,
    pub(super) closing: Vec<char>,
    pub(super) brands: Vec<&'static str>,
    pub(super) extensions: Vec<char>,
    /// Two-character trade names of the popular list, which composed ones must not repeat.
    pub(super) taken: HashSet<&'static str>,
    pub(super) streets: Vec<Street>,
    pub(super) street_sums: Vec<u64>,
    pub(super) offices: Vec<&'static str>,
    pub(super) homes: Vec<&'static str>,
    pub(super) surnames: Vec<&'static str>,
    pub(super) surname_sums: Vec<u64>,
    /// Single given names, then first and second characters of double ones.
    pub(super) given: Vec<Vec<char>>,
    pub(super) birthplaces: Vec<&'static str>,
    pub(super) look_alikes: HashMap<char, Vec<char>>,
    pub(super) traditional: HashMap<char, char>,
}

/// The tables, parsed on first use.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(load);

fn load() -> Lexicon {
    let (trades, deck) = trades();
    let (streets, street_sums) = streets();
    let (stalls, stall_sums) = stalls();
    let popular = words(include_str!("data/trade_names.txt"));
    let mut characters = lines(include_str!("data/trade_characters.txt")).map(|line| line.chars().collect::<Vec<_>>());
    let (offices, homes) = include_str!("data/estates.txt").split_once("\n\n").unwrap_or_default();
    let (surnames, weights): (Vec<_>, Vec<_>) =
        rows(include_str!("data/surnames.tsv")).map(|row| (row[0], number(row[1]))).unzip();
    Lexicon {
        trades,
        deck,
        stalls,
        stall_sums,
        opening: characters.next().unwrap_or_default(),
        closing: characters.next().unwrap_or_default(),
        brands: words(include_str!("data/brands.txt")),
        extensions: lines(include_str!("data/extensions.txt")).flat_map(str::chars).collect(),
        taken: popular.iter().copied().collect(),
        popular,
        streets,
        street_sums,
        offices: words(offices),
        homes: words(homes),
        surnames,
        surname_sums: running_sums(weights),
        given: lines(include_str!("data/given_names.txt")).map(|line| line.chars().collect()).collect(),
        birthplaces: words(include_str!("data/birthplaces.txt")),
        look_alikes: lines(include_str!("data/look_alikes.txt")).filter_map(first_and_rest).collect(),
        traditional: words(include_str!("data/traditional.txt"))
            .into_iter()
            .filter_map(|pair| first_and_rest(pair).map(|(simplified, forms)| (simplified, forms[0])))
            .collect(),
    }
}

fn trades() -> (Vec<Trade>, Vec<usize>) {
    let mut seen: Vec<&str> = Vec::new();
    let (mut trades, mut deck) = (Vec::new(), Vec::new());
    for row in rows(include_str!("data/trades.tsv")) {
        let words_idx = seen.iter().position(|&words| words == row[0]).unwrap_or_else(|| {
            seen.push(row[0]);
            seen.len() - 1
        });
        let family = match row[1] {
            "maker" => Family::Maker,
            "invest" => Family::Investment,
            "npo" => Family::NonProfit,
            _ => Family::Company,
        };
        deck.extend((0..number(row[4])).map(|_| trades.len()));
        trades.push(Trade { words: row[0], words_idx, family, industry_code: row[2], industry_name: row[3] });
    }
    (trades, deck)
}

fn stalls() -> (Vec<Stall>, Vec<u64>) {
    let (stalls, weights): (Vec<_>, Vec<_>) = rows(include_str!("data/stalls.tsv"))
        .map(|row| (Stall { words: row[0], industry_code: row[1], industry_name: row[2] }, number(row[3])))
        .unzip();
    (stalls, running_sums(weights))
}

fn streets() -> (Vec<Street>, Vec<u64>) {
    let roads: HashMap<_, Vec<_>> = rows(include_str!("data/roads.tsv")).map(|row| (row[0], words(row[1]))).collect();
    let mut n_streets: HashMap<&str, u64> = HashMap::new();
    let (streets, weights): (Vec<_>, Vec<_>) = rows(include_str!("data/streets.tsv"))
        .map(|row| {
            let next = n_streets.entry(row[1]).or_default();
            let ordinal = *next;
            *next += 1;
            let communities = words(row[4]);
            let roads = roads_of_street(roads.get(row[1]).map_or(&[], Vec::as_slice), &communities);
            let street = Street { code: row[0], district: row[1], name: row[2], ordinal, communities, roads };
            (street, number(row[3]))
        })
        .unzip();
    (streets, running_sums(weights))
}

fn roads_of_street(main_roads: &[&str], communities: &[&str]) -> Vec<String> {
    const ENDINGS: [&str; 10] = ["路", "一路", "二路", "大道", "街", "三路", "东路", "西路", "巷", "四路"];
    const N_ROADS: usize = 40;
    let side_roads = ENDINGS.iter().flat_map(|ending| communities.iter().map(move |stem| format!("{stem}{ending}")));
    let mut roads: Vec<String> = Vec::new();
    for road in main_roads.iter().map(|road| (*road).to_owned()).chain(side_roads) {
        // A community may share its name with a main road: 新湖路 is one road.
        if roads.len() < N_ROADS && !roads.contains(&road) {
            roads.push(road);
        }
    }
    roads
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// Tab-separated rows, padded so that a short row reads as empty cells.
fn rows(text: &'static str) -> impl Iterator<Item = [&'static str; 5]> {
    lines(text).map(|line| {
        let mut cells = line.split('\t');
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    })
}

fn words(text: &'static str) -> Vec<&'static str> {
    lines(text).flat_map(str::split_whitespace).collect()
}

fn number(cell: &str) -> u64 {
    cell.parse().unwrap_or(0)
}

fn running_sums(weights: Vec<u64>) -> Vec<u64> {
    let add = |sum: &mut u64, weight| {
        *sum += weight;
        Some(*sum)
    };
    weights.into_iter().scan(0, add).collect()
}

fn first_and_rest(line: &str) -> Option<(char, Vec<char>)> {
    let mut chars = line.chars();
    let first = chars.next()?;
    let rest: Vec<char> = chars.collect();
    (!rest.is_empty()).then_some((first, rest))
}
