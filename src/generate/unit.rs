//! What is true of a unit, from its founding to the day the files were delivered?
//!
//! Legal units, their branches and individual businesses, each drawn from its own number: name, codes, people, premises,
//! phones, and what of these changed when. Shares follow the 4th economic census (2018) and Fujian 2019 for branches;
//! where nothing is published the constant says so. It deliberately knows no departments: who wrote what down, and
//! when, is the business of `department`.

use rand_pcg::Pcg64Mcg;

use super::codes;
use super::day::Day;
use super::lexicon::LEXICON;
use super::name::{self, LegalForm, Name};
use super::person::{Person, landline, person};
use super::place::{self, Address};
use super::random::{Stream, below, chance, hash, permute, pick, stream};

/// All there is to know before anything is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct City {
    pub(super) seed: u64,
    pub(super) n_legal_units: u64,
}

/// A unit as it is, with what it was before.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// Its label in the truth: L legal unit, B branch, I individual business.
    pub(super) entity: String,
    /// Unlike any other unit's; record numbers are derived from it.
    pub(super) ordinal: u64,
    pub(super) name: Name,
    pub(super) former_name: Option<Past<Name>>,
    pub(super) form: LegalForm,
    pub(super) uscc: String,
    pub(super) org_code: String,
    pub(super) registration_number: String,
    pub(super) industry_code: &'static str,
    pub(super) industry_name: &'static str,
    pub(super) established: Day,
    pub(super) cancelled: Option<Day>,
    /// In ten thousand yuan.
    pub(super) capital: u64,
    pub(super) address: Address,
    pub(super) former_address: Option<Past<Address>>,
    /// Where it works, if not where it is registered; departments other than the registrar write this one down.
    pub(super) operating_address: Option<Address>,
    pub(super) legal_rep: Person,
    pub(super) former_legal_rep: Option<Past<Person>>,
    /// Its own, or its bookkeeping agent's.
    pub(super) mobile: String,
    pub(super) former_mobile: Option<Past<String>>,
    pub(super) landline: Option<(String, Option<String>)>,
}

/// What was true until a day.
#[derive(Debug, Clone)]
pub(super) struct Past<T> {
    pub(super) value: T,
    pub(super) until: Day,
}

/// What somebody knows who last asked on `day`.
pub(super) fn known_on<'a, T>(current: &'a T, former: &'a Option<Past<T>>, day: Day) -> &'a T {
    match former {
        Some(past) if day < past.until => &past.value,
        _ => current,
    }
}

/// Individual businesses for each legal unit: a modern city has fewer than the census average of 2.9.
const N_INDIVIDUALS_PER_UNIT: f64 = 0.5;
/// Legal units with more than one establishment (Fujian 2019: 19 939 of 941 290).
const HAS_BRANCHES: f64 = 0.021;
/// How many branches those have: 5.2 on average, which gives 1.13 establishments a unit (census 2018).
const N_BRANCHES: [u64; 12] = [1, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 8];
pub(super) const N_BRANCHES_MAX: u64 = 8;
/// Shops that carry the sign of a chain, and how many share one; not published.
const IN_CHAIN: f64 = 0.09;
const SHOPS_PER_CHAIN: u64 = 10;
/// One unit in so many is a civic one, until all exist.
const UNITS_PER_CIVIC: u64 = 120;
/// One unit of each group of eight may have had another name; then 0.7 of them did: 8.75 %, not published.
const RENAME_GROUP: u64 = 8;
const RENAMED_IN_GROUP: f64 = 0.7;
/// Not published, chosen so that every department has stale values.
const MOVED: f64 = 0.20;
const NEW_LEGAL_REP: f64 = 0.12;
const NEW_MOBILE: f64 = 0.18;
const CANCELLED: f64 = 0.14;
/// Firms whose number on file is their bookkeeping agent's, and how many share an agent.
const HAS_AGENT: f64 = 0.12;
const UNITS_PER_AGENT: u64 = 2_500;
const HAS_LANDLINE: f64 = 0.35;
/// Firms that work elsewhere than they are registered: most of those at hosting addresses, some of the others.
const ELSEWHERE: f64 = 0.12;
const HOSTED_ELSEWHERE: f64 = 0.75;
/// Odd units that belong to the owner of the unit before them, and what their names add to its trade.
const SIBLING: f64 = 0.10;
const SIBLING_TRADES: [&str; 6] = ["销售", "技术服务", "工程服务", "产业发展", "分销", "售后服务"];
/// Firms whose legal representative heads several, and how many firms share the circle of such people.
const SERIAL_OWNER: f64 = 0.18;
const UNITS_PER_SERIAL_OWNER: u64 = 25;

/// People are numbered apart: of unit n, number n; then former people, serial owners, agents, contacts.
const FORMER_PEOPLE: u64 = 40_000_000;
/// One bookkeeper or clerk for each of four departments.
pub(super) const CONTACTS: u64 = 200_000_000;
const SERIAL_OWNERS: u64 = 120_000_000;
const AGENTS: u64 = 130_000_000;

impl City {
    pub(super) fn n_individuals(self) -> u64 {
        (self.n_legal_units as f64 * N_INDIVIDUALS_PER_UNIT) as u64
    }

    fn rng(self, ordinal: u64) -> Pcg64Mcg {
        stream(self.seed, Stream::Unit, ordinal)
    }
}

/// The legal unit with this number below `n_legal_units`.
pub(super) fn legal_unit(city: City, number: u64) -> Unit {
    let mut rng = city.rng(number);
    let established = founding_day(&mut rng);
    let civic = civic(city, number);
    let (name, form, address, industry) = match civic {
        Some((name, form, street_idx)) => {
            let address = place::premises_in(city.seed, city.n_legal_units, &mut rng, street_idx);
            let government = ("S9221", "综合事务管理机构");
            let industry =
                if form == LegalForm::Government { government } else { ("L7215", "农村集体经济组织管理") };
            (name, form, address, industry)
        }
        None => {
            let address = place::premises(city.seed, city.n_legal_units, &mut rng);
            let drawn = name::trade_of_slot(city.seed, number, n_name_slots(city));
            let industry = (drawn.1.industry_code, drawn.1.industry_name);
            let (name, form) = name::legal_name(&mut rng, drawn, address.street().district);
            (name, form, address, industry)
        }
    };
    let mut unit = finish(city, &mut rng, Seat { ordinal: number, name, form, address, industry, established });
    unit.entity = format!("L{number:07}");
    if is_sibling(city, number, form) {
        return sibling(unit, &legal_unit(city, number - 1), &mut rng);
    }
    unit.former_name = former_name(city, number, &unit, &mut rng).filter(|_| may_change(form));
    unit
}

/// Odd units may be a further firm of the owner of the unit before them.
fn is_sibling(city: City, number: u64, form: LegalForm) -> bool {
    let mut rng = stream(city.seed, Stream::Sibling, number);
    number % 2 == 1 && form == LegalForm::LimitedCompany && chance(&mut rng, SIBLING)
}

/// The same owner, phone, building and trade name as `elder`, but another firm: what is hardest to keep apart.
fn sibling(unit: Unit, elder: &Unit, rng: &mut Pcg64Mcg) -> Unit {
    const SAME_ROOM: f64 = 0.4;
    if !matches!(elder.form, LegalForm::LimitedCompany | LegalForm::JointStock | LegalForm::Group) {
        return unit;
    }
    let door = if chance(rng, SAME_ROOM) { elder.address.door } else { elder.address.door + 1 };
    // Nobody holds the elder's trade name and trade, and no trade of the deck ends so: the name is free.
    let trade = format!("{}{}", elder.name.trade, pick(rng, &SIBLING_TRADES));
    Unit {
        name: Name { trade_name: elder.name.trade_name.clone(), trade, ..unit.name },
        address: Address { door, ..elder.address.clone() },
        legal_rep: elder.legal_rep.clone(),
        mobile: elder.mobile.clone(),
        operating_address: None,
        former_name: None,
        former_address: None,
        former_legal_rep: None,
        former_mobile: None,
        ..unit
    }
}

/// The branches of the legal unit with this number; nearly always none.
pub(super) fn branches(city: City, number: u64, parent: &Unit) -> Vec<Unit> {
    let mut rng = stream(city.seed, Stream::Shuffle, number);
    if !has_branches(parent.form) || !chance(&mut rng, HAS_BRANCHES) {
        return Vec::new();
    }
    let n_branches = N_BRANCHES[below(&mut rng, N_BRANCHES.len() as u64) as usize];
    let by_number = chance(&mut rng, 0.3);
    let first_street = below(&mut rng, LEXICON.streets.len() as u64);
    (0..n_branches).map(|k| branch(city, (number, parent), k, (by_number, first_street))).collect()
}

fn branch(city: City, (number, parent): (u64, &Unit), k: u64, (by_number, first_street): (bool, u64)) -> Unit {
    const ORDINALS: [&str; N_BRANCHES_MAX as usize] = ["一", "二", "三", "四", "五", "六", "七", "八"];
    let n_units = city.n_legal_units + city.n_individuals();
    let ordinal = n_units + number * N_BRANCHES_MAX + k;
    let mut rng = city.rng(ordinal);
    // Seven is coprime to the number of streets, so that no parent has two branches named after one street.
    let street_idx = ((first_street + 7 * k) % LEXICON.streets.len() as u64) as usize;
    let address = place::premises_in(city.seed, city.n_legal_units, &mut rng, street_idx);
    let stem = address.street().name.trim_end_matches("街道");
    let tail = if by_number { format!("第{}分公司", ORDINALS[k as usize]) } else { format!("{stem}分公司") };
    let name = Name { tail, ..parent.name.clone() };
    let age = Day::DELIVERED.0 - parent.established.0;
    let established = Day(parent.established.0 + below(&mut rng, age.max(1) as u64) as i64);
    let industry = (parent.industry_code, parent.industry_name);
    let seat = Seat { ordinal, name, form: LegalForm::Branch, address, industry, established };
    let mut unit = finish(city, &mut rng, seat);
    unit.entity = format!("B{number:07}-{}", k + 1);
    // A branch changes its name on the day its parent does, unless it is younger.
    unit.former_name = parent
        .former_name
        .as_ref()
        .filter(|past| past.until > established)
        .map(|past| Past { value: Name { tail: unit.name.tail.clone(), ..past.value.clone() }, until: past.until });
    unit
}

/// The individual business with this number below `n_individuals`.
pub(super) fn individual(city: City, number: u64) -> Unit {
    let ordinal = city.n_legal_units + number;
    let mut rng = city.rng(ordinal);
    let established = founding_day(&mut rng);
    let address = place::shop(city.seed, city.n_legal_units, &mut rng);
    let owner = person(city.seed, ordinal);
    let (name, stall) = if chance(&mut rng, IN_CHAIN) {
        let n_chains = 1 + (city.n_individuals() as f64 * IN_CHAIN) as u64 / SHOPS_PER_CHAIN;
        name::chain(city.seed, below(&mut rng, n_chains))
    } else {
        let stall = name::stall(&mut rng);
        let street = address.street();
        (name::individual_name(&mut rng, (street.district, street.name), &owner.name, stall), stall)
    };
    let industry = (stall.industry_code, stall.industry_name);
    let seat = Seat { ordinal, name, form: LegalForm::Individual, address, industry, established };
    let mut unit = finish(city, &mut rng, seat);
    unit.entity = format!("I{number:07}");
    // A shop changes hands by closing and opening again.
    (unit.legal_rep, unit.former_legal_rep) = (owner, None);
    unit
}

/// What is drawn before the rest of a unit follows.
struct Seat {
    ordinal: u64,
    name: Name,
    form: LegalForm,
    address: Address,
    industry: (&'static str, &'static str),
    established: Day,
}

fn finish(city: City, rng: &mut Pcg64Mcg, seat: Seat) -> Unit {
    let City { seed, n_legal_units } = city;
    let Seat { ordinal, name, form, address, industry, established } = seat;
    let org_code = codes::org_code(seed, ordinal, established);
    let division = registration_division(rng, &address, established);
    let legal_rep = match form {
        LegalForm::Individual | LegalForm::Branch => person(seed, ordinal),
        _ if chance(rng, SERIAL_OWNER) => {
            person(seed, SERIAL_OWNERS + below(rng, 1 + n_legal_units / UNITS_PER_SERIAL_OWNER))
        }
        _ => person(seed, ordinal),
    };
    let agent = chance(rng, HAS_AGENT).then(|| AGENTS + below(rng, 1 + n_legal_units / UNITS_PER_AGENT));
    let mobile = agent.map_or_else(|| legal_rep.mobile.clone(), |agent| person(seed, agent).mobile);
    let former_person = person(seed, FORMER_PEOPLE + ordinal);
    let former_mobile = past(rng, NEW_MOBILE, established, || former_person.mobile.clone());
    let former_legal_rep = past(rng, NEW_LEGAL_REP, established, || former_person);
    let elsewhere = if address.host.is_some() { HOSTED_ELSEWHERE } else { ELSEWHERE };
    let operates_elsewhere = chance(rng, elsewhere) && may_change(form) && form != LegalForm::Individual;
    let operating_address = operates_elsewhere.then(|| place::premises(seed, n_legal_units, rng));
    let move_day = past(rng, MOVED, established, || ()).filter(|_| may_change(form));
    let former_address = move_day.map(|past| {
        let value = match form {
            LegalForm::Individual => place::shop(seed, n_legal_units, rng),
            _ => place::premises(seed, n_legal_units, rng),
        };
        Past { value, until: past.until }
    });
    Unit {
        entity: String::new(),
        ordinal,
        uscc: codes::uscc(authority(form), &division, &org_code),
        registration_number: registration_number(city, form, ordinal, &division),
        org_code,
        industry_code: industry.0,
        industry_name: industry.1,
        cancelled: past(rng, CANCELLED, established, || ()).map(|past| past.until),
        capital: capital(rng, form),
        landline: chance(rng, HAS_LANDLINE).then(|| landline(seed, ordinal)),
        name,
        former_name: None,
        form,
        established,
        address,
        former_address,
        operating_address,
        legal_rep,
        former_legal_rep,
        mobile,
        former_mobile,
    }
}

/// With this probability, something was otherwise until a day of the unit's life.
fn past<T>(rng: &mut Pcg64Mcg, probability: f64, established: Day, value: impl FnOnce() -> T) -> Option<Past<T>> {
    let life_days = (Day::DELIVERED.0 - established.0).max(1) as u64;
    let until = Day(established.0 + 1 + below(rng, life_days) as i64);
    chance(rng, probability).then(|| Past { value: value(), until })
}

/// Half of the firms of a growing city are younger than five years: the latest of two draws.
fn founding_day(rng: &mut Pcg64Mcg) -> Day {
    let n_days = (Day::DELIVERED.0 - Day::FIRST.0) as u64;
    let latest = (0..4).map(|_| below(rng, n_days)).max().unwrap_or(0);
    Day(Day::FIRST.0 + latest as i64)
}

fn civic(city: City, number: u64) -> Option<(Name, LegalForm, usize)> {
    let n_civic = name::n_civic();
    let civic_idx = number / UNITS_PER_CIVIC;
    if !number.is_multiple_of(UNITS_PER_CIVIC) || civic_idx >= n_civic {
        return None;
    }
    name::civic_name(permute(hash(city.seed, Stream::Shuffle, u64::MAX), civic_idx, n_civic))
}

/// Civic units and associations keep their names and stay where they are.
fn may_change(form: LegalForm) -> bool {
    !matches!(form, LegalForm::Government | LegalForm::Cooperative | LegalForm::NonProfit)
}

fn has_branches(form: LegalForm) -> bool {
    matches!(form, LegalForm::LimitedCompany | LegalForm::JointStock | LegalForm::Group)
}

/// Former names hold slots of their own behind the current ones, one for each group.
fn n_name_slots(city: City) -> u64 {
    city.n_legal_units + city.n_legal_units.div_ceil(RENAME_GROUP)
}

fn former_name(city: City, number: u64, unit: &Unit, rng: &mut Pcg64Mcg) -> Option<Past<Name>> {
    let group = number / RENAME_GROUP;
    let chosen = hash(city.seed, Stream::Rename, group) % RENAME_GROUP == number % RENAME_GROUP;
    let renamed = past(rng, RENAMED_IN_GROUP, unit.established, || ()).filter(|_| chosen)?;
    let slot = city.n_legal_units + group;
    let (trade_name, trade) = name::trade_of_slot(city.seed, slot, n_name_slots(city));
    let value = Name { trade_name, trade: trade.words.to_owned(), ..unit.name.clone() };
    Some(Past { value, until: renamed.until })
}

/// The first two characters of the credit code: who registers, and what.
fn authority(form: LegalForm) -> &'static str {
    match form {
        LegalForm::Government => "11",
        LegalForm::NonProfit => "52",
        LegalForm::Individual => "92",
        _ => "91",
    }
}

/// The authority's division when the unit registered: the city's for most, or the district's as it was then. 龙华 and
/// 坪山 exist since 2016, 光明 since 2018 (国函〔2018〕25号); before, they were parts of 宝安 and 龙岗.
fn registration_division(rng: &mut Pcg64Mcg, address: &Address, established: Day) -> String {
    const BY_CITY: f64 = 0.7;
    let by_city = chance(rng, BY_CITY);
    let district = &address.street().code[..6];
    match (district, established.year()) {
        _ if by_city => "440300",
        ("440309", ..2016) | ("440311", ..2018) => "440306",
        ("440310", ..2016) => "440307",
        _ => district,
    }
    .to_owned()
}

fn registration_number(city: City, form: LegalForm, ordinal: u64, division: &str) -> String {
    let n_units = city.n_legal_units + city.n_individuals();
    let series = match form {
        LegalForm::Individual => 6,
        LegalForm::Branch => [0, 2, 3][((ordinal - n_units) / 10_000_000 % 3) as usize],
        _ => 1,
    };
    let sequence = if form == LegalForm::Branch { ordinal - n_units } else { ordinal };
    codes::registration_number(city.seed, division, series, sequence)
}

/// Round sums, most of them small.
fn capital(rng: &mut Pcg64Mcg, form: LegalForm) -> u64 {
    const COMPANY: [u64; 12] = [10, 50, 50, 100, 100, 100, 200, 300, 500, 500, 1_000, 1_000];
    const LARGE: [u64; 6] = [3_000, 5_000, 5_000, 10_000, 20_000, 50_000];
    match form {
        LegalForm::Branch | LegalForm::Government => 0,
        LegalForm::Individual => [1, 2, 3, 5, 5, 10][below(rng, 6) as usize],
        LegalForm::JointStock | LegalForm::Group => LARGE[below(rng, 6) as usize],
        _ => COMPANY[below(rng, 12) as usize],
    }
}
