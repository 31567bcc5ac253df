//! What do the lists of registration types say, in the shape that is quick to ask?
//!
//! Parsed once, on first use. It holds no rule of reading; what a code or a name means is decided in
//! `registration.rs`.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::{Owner, RegistrationList, RegistrationType, folded};

static STATISTICS_2023_TSV: &str = include_str!("../../data/registration/statistics-2023.tsv");
static STATISTICS_2011_TSV: &str = include_str!("../../data/registration/statistics-2011.tsv");
static MARKET_TSV: &str = include_str!("../../data/registration/market-types.tsv");
static CLASSES_TSV: &str = include_str!("../../data/registration/market-classes.tsv");

struct Tables {
    types: Vec<RegistrationType>,
    by_code: HashMap<&'static str, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

/// Every type of every list.
pub(super) fn all() -> &'static [RegistrationType] {
    &tables().types
}

/// The types of this code, in any list.
pub(super) fn of_code(code: &str) -> Vec<RegistrationType> {
    listed(tables().by_code.get(code))
}

/// The types of this folded name, in any list.
pub(super) fn of_name(folded: &str) -> Vec<RegistrationType> {
    listed(tables().by_name.get(folded))
}

fn listed(positions: Option<&Vec<usize>>) -> Vec<RegistrationType> {
    positions.into_iter().flatten().map(|position| all()[*position]).collect()
}

fn tables() -> &'static Tables {
    static TABLES: LazyLock<Tables> = LazyLock::new(parse);
    &TABLES
}

fn parse() -> Tables {
    let mut tables = Tables { types: vec![], by_code: HashMap::new(), by_name: HashMap::new() };
    for line in STATISTICS_2023_TSV.lines().skip(1) {
        let mut columns = line.split('\t');
        let (Some(code), Some(name), owner) = (columns.next(), columns.next(), columns.next()) else { continue };
        let list = RegistrationList::Statistics2023;
        let own = Some(code);
        let found = RegistrationType {
            list,
            code,
            name,
            owner: owner_of(owner),
            class: None,
            statistics_2011: None,
            statistics_2023: own,
        };
        tables.add(found, columns.next().unwrap_or_default());
    }
    for line in STATISTICS_2011_TSV.lines().skip(1) {
        let mut columns = line.split('\t');
        let (Some(code), Some(name), owner) = (columns.next(), columns.next(), columns.next()) else { continue };
        let list = RegistrationList::Statistics2011;
        let heir = columns.next().filter(|heir| !heir.is_empty());
        let own = Some(code);
        let found = RegistrationType {
            list,
            code,
            name,
            owner: owner_of(owner),
            class: None,
            statistics_2011: own,
            statistics_2023: heir,
        };
        tables.add(found, "");
    }
    let classes: HashMap<&str, &'static str> =
        CLASSES_TSV.lines().skip(1).filter_map(|line| line.split_once('\t')).collect();
    for line in MARKET_TSV.lines().skip(1) {
        let mut columns = line.split('\t');
        let (Some(code), Some(name), Some(class)) = (columns.next(), columns.next(), columns.next()) else { continue };
        let mut code_of = || columns.next().filter(|code| !code.is_empty());
        let (statistics_2011, statistics_2023) = (code_of(), code_of());
        let class = classes.get(class).copied();
        let list = RegistrationList::Market;
        let owner = market_owner(code);
        tables.add(RegistrationType { list, code, name, owner, class, statistics_2011, statistics_2023 }, "");
    }
    tables
}

impl Tables {
    fn add(&mut self, found: RegistrationType, other_names: &str) {
        let position = self.types.len();
        self.by_code.entry(found.code).or_default().push(position);
        for name in [found.name].into_iter().chain(other_names.split('|')).filter(|name| !name.is_empty()) {
            let same = self.by_name.entry(folded(name)).or_default();
            // 有限责任公司 stands under domestic and foreign codes; the words alone mean a domestic one.
            let is_foreign_twin = found.list == RegistrationList::Market
                && found.owner != Owner::Domestic
                && same.iter().any(|known| self.types[*known].owner == Owner::Domestic);
            if !is_foreign_twin {
                same.push(position);
            }
        }
        self.types.push(found);
    }
}

fn owner_of(word: Option<&str>) -> Owner {
    match word {
        Some("domestic") => Owner::Domestic,
        Some("hong_kong_macao_taiwan") => Owner::HongKongMacaoTaiwan,
        Some("foreign") => Owner::Foreign,
        Some("cooperative") => Owner::Cooperative,
        Some("individual") => Owner::Individual,
        _ => Owner::Other,
    }
}

/// The market regulator's codes are grouped by owner: 5 and 7 foreign, 6 from Hong Kong, Macao and Taiwan.
fn market_owner(code: &str) -> Owner {
    match code.as_bytes() {
        b"9100" | b"9200" | b"7500" => Owner::Cooperative,
        b"9500" => Owner::Individual,
        b"7400" => Owner::Domestic,
        [b'5' | b'7', ..] => Owner::Foreign,
        [b'0', b'2' | b'3', ..] => Owner::Foreign,
        [b'6', b'9', ..] => Owner::Foreign,
        [b'6', ..] => Owner::HongKongMacaoTaiwan,
        [b'8', ..] | [b'9', ..] => Owner::Other,
        _ => Owner::Domestic,
    }
}
