//! What do the shipped division tables say, in the shape that is quick to ask?
//!
//! Parsed once, on first use, from the files of `rules/data/division`. It deliberately holds no rule of reading: which
//! name is accepted where is decided in `prefix.rs` and `street.rs`.

use super::DivisionLevel;
use hashbrown::HashMap;
use std::sync::LazyLock;

static DIVISIONS_TSV: &str = include_str!("../../data/division/divisions.tsv");
static STREETS_TSV: &str = include_str!("../../data/division/streets.tsv");

/// Provinces that are cities as well: 北京 天津 上海 重庆 香港 澳门.
const MUNICIPALITIES: [u32; 6] = [11, 12, 31, 50, 81, 82];

/// One division of today.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) code: u32,
    pub(super) name: &'static str,
}

/// In which form a text names a division.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum NameForm {
    /// The official name.
    Full,
    /// Without 省, 市, 区, 县 or the people of an autonomous division.
    Short,
    /// A name it carried before (宝安县).
    Former,
}

/// One name under which a division may stand in a text.
#[derive(Clone, Copy)]
pub(super) struct NameEntry {
    pub(super) name: &'static str,
    pub(super) code: u32,
    pub(super) level: DivisionLevel,
    pub(super) form: NameForm,
    /// A county-level city that is written in its short form even without a province (昆山).
    pub(super) famous: bool,
}

/// One township or 街道.
#[derive(Clone, Copy)]
pub(super) struct StreetEntry {
    pub(super) name: &'static str,
    pub(super) code: u32,
}

/// The parsed tables.
pub(super) struct Tables {
    rows: Vec<Row>,
    names: Lexicon<NameEntry>,
    streets: Lexicon<StreetEntry>,
    /// The same by the name alone.
    streets_anywhere: Lexicon<StreetEntry>,
    street_names: HashMap<u32, &'static str>,
}

/// Entries by a key made of the first two characters, longest name first.
type Lexicon<Entry> = HashMap<u64, Box<[Entry]>>;

impl Tables {
    /// The row of a code, if it exists today.
    pub(super) fn row_of(&self, code: u32) -> Option<Row> {
        self.rows.binary_search_by_key(&code, |row| row.code).ok().map(|idx| self.rows[idx])
    }

    /// All names that begin like the text, longest first, then from the province down.
    pub(super) fn names_at(&self, text: &str) -> &[NameEntry] {
        first_two(text).and_then(|key| self.names.get(&key)).map_or(&[], |entries| entries)
    }

    /// Whether the table holds a county of this city.
    pub(super) fn has_counties(&self, city: super::Division) -> bool {
        let next = self.rows.partition_point(|row| row.code <= city.number());
        self.rows.get(next).is_some_and(|row| city.contains(super::Division::at(row.code)))
    }

    /// The official name of a nine-digit code.
    pub(super) fn street_name(&self, code: u32) -> Option<&'static str> {
        self.street_names.get(&code).copied()
    }

    /// All streets that begin like the text, in whichever city, longest first.
    pub(super) fn streets_anywhere(&self, text: &str) -> &[StreetEntry] {
        first_two(text).and_then(|key| self.streets_anywhere.get(&key)).map_or(&[], |entries| entries)
    }

    /// All streets of one city (see [`city_key`]) that begin like the text, longest first.
    pub(super) fn streets_at(&self, text: &str, city: u32) -> &[StreetEntry] {
        first_two(text).and_then(|key| self.streets.get(&(key ^ u64::from(city)))).map_or(&[], |entries| entries)
    }
}

/// The tables, parsed on first use.
pub(super) fn tables() -> &'static Tables {
    static TABLES: LazyLock<Tables> = LazyLock::new(parse);
    &TABLES
}

/// Whether the code lies in a province that is a city at the same time.
pub(super) fn is_municipality(code: u32) -> bool {
    MUNICIPALITIES.contains(&(code / 10_000))
}

/// The number that stands for the city of a code in the street lexicon; municipalities have one for all counties.
pub(super) fn city_key(code: u32) -> u32 {
    if is_municipality(code) { code / 10_000 * 100 } else { code / 100 }
}

/// The first two characters as one number, if both are of the three-byte kind that Chinese names are made of.
pub(super) fn first_two(text: &str) -> Option<u64> {
    match text.as_bytes() {
        [a @ 0xE0..=0xEF, b, c, d @ 0xE0..=0xEF, e, f, ..] => {
            // Shifted so that a city number of 16 bits can be mixed in below without collision.
            Some(u64::from_be_bytes([*a, *b, *c, *d, *e, *f, 0, 0]))
        }
        _ => None,
    }
}

fn parse() -> Tables {
    let (rows, names) = parse_divisions();
    let streets = parse_streets();
    let street_names = streets.iter().map(|entry| (entry.code, entry.name)).collect();
    let street_key = |entry: &StreetEntry| Some(first_two(entry.name)? ^ u64::from(city_key(entry.code / 1_000)));
    let streets_anywhere = index(streets.clone(), |entry| first_two(entry.name));
    let (names, streets) = (index(names, |entry| first_two(entry.name)), index(streets, street_key));
    Tables { rows, names, streets, streets_anywhere, street_names }
}

fn parse_divisions() -> (Vec<Row>, Vec<NameEntry>) {
    let (mut rows, mut names) = (Vec::new(), Vec::new());
    for line in DIVISIONS_TSV.lines() {
        let mut columns = line.split('\t');
        let mut column = || columns.next().unwrap_or_default();
        let (code, name, short, former, famous) = (column(), column(), column(), column(), column());
        let Ok(code) = code.parse() else { continue };
        rows.push(Row { code, name });
        let entry = |name, form| NameEntry { name, code, level: level_of(code), form, famous: famous == "1" };
        names.push(entry(name, NameForm::Full));
        names.extend(short.split(',').filter(|name| !name.is_empty()).map(|name| entry(name, NameForm::Short)));
        names.extend(former.split(',').filter(|name| !name.is_empty()).map(|name| entry(name, NameForm::Former)));
    }
    names.sort_by_key(|entry| (usize::MAX - entry.name.len(), entry.level, entry.form, entry.code));
    (rows, names)
}

fn parse_streets() -> Vec<StreetEntry> {
    let mut streets = Vec::new();
    for line in STREETS_TSV.lines() {
        let Some((group, list)) = line.split_once('\t') else { continue };
        let Ok(group) = group.parse::<u32>() else { continue };
        for street in list.split(',') {
            let Some((code, name)) = street.split_at_checked(3) else { continue };
            let Ok(code) = code.parse::<u32>() else { continue };
            streets.push(StreetEntry { name, code: group * 1_000 + code });
        }
    }
    streets.sort_by_key(|entry| (usize::MAX - entry.name.len(), entry.code));
    streets
}

fn index<Entry>(entries: Vec<Entry>, key: impl Fn(&Entry) -> Option<u64>) -> Lexicon<Entry> {
    let mut lists: HashMap<u64, Vec<Entry>> = HashMap::new();
    for entry in entries {
        if let Some(key) = key(&entry) {
            lists.entry(key).or_default().push(entry);
        }
    }
    lists.into_iter().map(|(key, list)| (key, list.into_boxed_slice())).collect()
}

fn level_of(code: u32) -> DivisionLevel {
    super::Division::at(code).level()
}
