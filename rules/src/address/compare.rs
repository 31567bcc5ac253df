//! How far do two addresses agree before they contradict each other?
//!
//! From the city down to the room (docs/methods/addresses.md): a level that one side lacks is skipped, the first contradiction
//! stops. An equal door makes the estate's name optional, because half of all writers leave it out. It deliberately
//! weighs nothing: how much an equal room proves depends on how many firms sit in it.

use super::key::road_with_digits;
use super::{Address, rooms};
use crate::division::DivisionLevel;
use serde::Serialize;

/// How finely a place is told, or two agree; finer is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressLevel {
    /// Not even a city.
    Nothing,
    /// 市, or the province where no city is told.
    City,
    /// 区, 县.
    County,
    /// 街道, 镇.
    Street,
    /// 社区, 村.
    Community,
    /// 路.
    Road,
    /// The door number or the named estate.
    Estate,
    /// 栋.
    Building,
    /// 层.
    Floor,
    /// 室.
    Room,
}

impl AddressLevel {
    /// The similarity of two addresses that agree down to this level (docs/methods/addresses.md).
    ///
    /// ```
    /// use minglu_rules::address::AddressLevel;
    /// assert_eq!(AddressLevel::Room.similarity(), 1.0);
    /// ```
    pub fn similarity(self) -> f64 {
        match self {
            AddressLevel::Nothing | AddressLevel::City | AddressLevel::County => 0.0,
            AddressLevel::Street | AddressLevel::Community => 0.3,
            AddressLevel::Road => 0.5,
            AddressLevel::Estate => 0.7,
            AddressLevel::Building => 0.85,
            AddressLevel::Floor => 0.95,
            AddressLevel::Room => 1.0,
        }
    }
}

/// The result of [`compare`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AddressAgreement {
    /// The finest level at which both agree, above any contradiction.
    pub level: AddressLevel,
    /// The level at which they contradict each other.
    pub conflict: Option<AddressLevel>,
    /// The score of `level` on the scale of docs/methods/addresses.md.
    pub similarity: f64,
}

/// Compares two addresses from coarse to fine; symmetric, and an address agrees with itself at its own level.
///
/// ```
/// use minglu_rules::address::{self, AddressLevel};
/// let a = address::parse("广东省深圳市南山区粤海街道科苑路15号科兴科学园A栋3单元15层1501", None);
/// let b = address::parse("深圳市南山区科苑路15号科兴科学园A座1501室", None);
/// let c = address::parse("深圳市南山区科苑路15号科兴科学园B座1501室", None);
/// assert_eq!(address::compare(&a, &b).level, AddressLevel::Room);
/// let other_block = address::compare(&a, &c);
/// assert_eq!((other_block.level, other_block.conflict), (AddressLevel::Estate, Some(AddressLevel::Building)));
/// ```
pub fn compare(a: &Address, b: &Address) -> AddressAgreement {
    let mut walk = Walk { level: AddressLevel::Nothing, conflict: None };
    // An error here is the contradiction that ended the walk; it is in `walk` already.
    let _ = walk.down(a, b);
    AddressAgreement { level: walk.level, conflict: walk.conflict, similarity: walk.level.similarity() }
}

struct Walk {
    level: AddressLevel,
    conflict: Option<AddressLevel>,
}

/// The walk has met a contradiction.
struct Stop;

/// What two values of one level say.
#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    Equal,
    Different,
    Missing,
}

impl Walk {
    fn down(&mut self, a: &Address, b: &Address) -> Result<(), Stop> {
        self.divisions(a, b)?;
        self.step(AddressLevel::Street, verdict(a.street(), b.street(), |x, y| x == y))?;
        let community = self.step(AddressLevel::Community, verdict(a.community(), b.community(), same_community))?;
        let road = self.step(AddressLevel::Road, verdict(a.road(), b.road(), same_road))?;
        let roadless = a.road().is_none() && b.road().is_none();
        // A number counts on a common road, or in a common village.
        let numbered = road == Verdict::Equal || (roadless && community == Verdict::Equal);
        let number = match numbered {
            true => self.step(AddressLevel::Estate, verdict(a.road_no(), b.road_no(), |x, y| x == y))?,
            false => Verdict::Missing,
        };
        let estate = match number {
            Verdict::Equal => Verdict::Equal,
            _ => self.step(AddressLevel::Estate, verdict(a.estate(), b.estate(), same_estate))?,
        };
        if estate != Verdict::Equal {
            return Ok(());
        }
        self.inside(a, b)
    }

    fn divisions(&mut self, a: &Address, b: &Address) -> Result<(), Stop> {
        let (Some(x), Some(y)) = (a.division(), b.division()) else { return Ok(()) };
        if x.province() != y.province() {
            return self.step(AddressLevel::City, Verdict::Different).map(drop);
        }
        let city_of = |division: crate::division::Division| division.city().or(division.county());
        self.step(AddressLevel::City, verdict(city_of(x), city_of(y), |x, y| x == y))?;
        let county_of =
            |division: crate::division::Division| Some(division).filter(|d| d.level() == DivisionLevel::County);
        self.step(AddressLevel::County, verdict(county_of(x), county_of(y), |x, y| x == y)).map(drop)
    }

    fn inside(&mut self, a: &Address, b: &Address) -> Result<(), Stop> {
        self.step(AddressLevel::Building, blocks(a, b))?;
        if verdict(a.unit(), b.unit(), |x, y| x == y) == Verdict::Different {
            return self.step(AddressLevel::Room, Verdict::Different).map(drop);
        }
        let floor_of = |address: &Address| address.floor().map(|floor| (floor, address.mezzanine()));
        let floor = verdict(floor_of(a), floor_of(b), |x, y| x == y);
        let is_guess = a.inferred().floor || b.inferred().floor;
        if floor != Verdict::Different || !is_guess {
            self.step(AddressLevel::Floor, floor)?;
        }
        self.step(AddressLevel::Room, same_rooms(a, b)).map(drop)
    }

    fn step(&mut self, level: AddressLevel, verdict: Verdict) -> Result<Verdict, Stop> {
        match verdict {
            Verdict::Equal => self.level = level,
            Verdict::Different => {
                self.conflict = Some(level);
                return Err(Stop);
            }
            Verdict::Missing => {}
        }
        Ok(verdict)
    }
}

fn verdict<T: Copy>(a: Option<T>, b: Option<T>, same: impl Fn(T, T) -> bool) -> Verdict {
    match (a, b) {
        (Some(a), Some(b)) if same(a, b) => Verdict::Equal,
        (Some(_), Some(_)) => Verdict::Different,
        _ => Verdict::Missing,
    }
}

/// Of an ambiguous block (3-B) either half alone is no contradiction, and no agreement.
fn blocks(a: &Address, b: &Address) -> Verdict {
    let is_half = |whole: &Address, half: &Address| {
        let (whole_block, half) = (whole.block().unwrap_or_default(), half.block().unwrap_or_default());
        whole.ambiguous() && whole_block.split('-').any(|block| block == half)
    };
    match verdict(a.block(), b.block(), |x, y| x == y) {
        Verdict::Different if is_half(a, b) || is_half(b, a) => Verdict::Missing,
        verdict => verdict,
    }
}

/// The first rooms must be equal; lists that overlap are no contradiction.
fn same_rooms(a: &Address, b: &Address) -> Verdict {
    match verdict(a.room(), b.room(), |x, y| x == y) {
        Verdict::Different if rooms::overlap(a.rooms(), b.rooms()) => Verdict::Missing,
        verdict => verdict,
    }
}

/// 前湾一路 is the 前湾1路 of another writer.
fn same_road(a: &str, b: &str) -> bool {
    a == b || road_with_digits(a) == road_with_digits(b)
}

/// 科技园社区 is the 科技园 of another writer.
fn same_community(a: &str, b: &str) -> bool {
    let stem = |name: &'_ str| {
        name.len() - ["社区", "村"].iter().find(|tail| name.ends_with(**tail)).map_or(0, |tail| tail.len())
    };
    a[..stem(a)] == b[..stem(b)]
}

/// 科兴科学园 and 粤海科兴科学园区 are one estate: one name holds the other, and that is long enough to tell.
fn same_estate(a: &str, b: &str) -> bool {
    /// Two characters (大厦, 中心) are in too many names; three tell.
    const N_BYTES_TELLING: usize = 9;
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    a == b || (short.len() >= N_BYTES_TELLING && long.contains(short))
}
