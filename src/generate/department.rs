//! What did each department write down, and when?
//!
//! A department files a unit on a day of its own, and knows what was true then; so its old names, addresses and people
//! follow from its dates. [`filing`] makes the dirty values all departments have in common, one module per department
//! lays them out in its columns, headings and formats. It deliberately reads nothing back: mapping columns to fields is
//! what the `minglu.toml` beside the files is for.

mod filing;
mod market;
mod social;
mod statistics;
mod tax;

use std::ops::Range;

use super::dirt::{Counts, Dirt};
use super::name::LegalForm;
use super::profile::{self, Profile};
use super::random::{Stream, chance, stream};
use super::unit::{self, City, Unit};
use filing::Filing;

/// A department: its name, its columns, its rates, and how it writes a row.
pub(super) struct Department {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    profile: &'static Profile,
    /// Its own record number, then all cells in the order of the columns.
    row: fn(City, &Subject, &Filing) -> (String, Vec<String>),
}

/// All departments, in the order of trust.
pub(super) const DEPARTMENTS: [Department; 4] = [
    Department { name: "market", columns: &market::COLUMNS, profile: &profile::MARKET, row: market::row },
    Department { name: "tax", columns: &tax::COLUMNS, profile: &profile::TAX, row: tax::row },
    Department { name: "social", columns: &social::COLUMNS, profile: &profile::SOCIAL, row: social::row },
    Department {
        name: "statistics",
        columns: &statistics::COLUMNS,
        profile: &profile::STATISTICS,
        row: statistics::row,
    },
];
const MARKET: usize = 0;
const STATISTICS: usize = 3;

/// What a record is about.
pub(super) struct Subject<'a> {
    pub(super) unit: &'a Unit,
    /// The legal unit of a branch or of a head office.
    pub(super) parent: Option<&'a Unit>,
    /// The (本部) establishment of `unit`, not the unit itself.
    pub(super) is_head_office: bool,
    /// 0, or more for further numbers of one unit.
    pub(super) copy: u64,
}

/// Files of truth, in the order of [`Batch::truths`].
pub(super) const TRUTHS: [&str; N_TRUTHS] = ["truth_entities", "truth_persons", "truth_buildings"];
const N_TRUTHS: usize = 3;

/// Rows of some units: text ready to be written, and counts.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) rows: [String; DEPARTMENTS.len()],
    /// Of enterprises, of their legal representatives, of the buildings of their addresses.
    pub(super) truths: [String; N_TRUTHS],
    pub(super) n_truths: [u64; N_TRUTHS],
    pub(super) n_rows: [u64; DEPARTMENTS.len()],
    pub(super) n_entities: u64,
    pub(super) dirt: Counts,
}

impl Batch {
    pub(super) fn add_counts(&mut self, other: &Batch) {
        for (sum, n) in self.n_rows.iter_mut().zip(other.n_rows) {
            *sum += n;
        }
        for (sum, n) in self.n_truths.iter_mut().zip(other.n_truths) {
            *sum += n;
        }
        self.n_entities += other.n_entities;
        self.dirt.add(&other.dirt);
    }
}

/// Everything on file about these units: numbers of legal units first, then of individual businesses.
pub(super) fn batch(city: City, units: Range<u64>) -> Batch {
    let mut batch = Batch::default();
    for number in units {
        if number >= city.n_legal_units {
            let unit = unit::individual(city, number - city.n_legal_units);
            file_everywhere(city, &unit, None, &mut batch);
            continue;
        }
        let unit = unit::legal_unit(city, number);
        let branches = unit::branches(city, number, &unit);
        file_everywhere(city, &unit, None, &mut batch);
        for branch in &branches {
            file_everywhere(city, branch, Some(&unit), &mut batch);
        }
        if !branches.is_empty() {
            file_head_office(city, &unit, &mut batch);
        }
    }
    batch
}

fn file_everywhere(city: City, unit: &Unit, parent: Option<&Unit>, batch: &mut Batch) {
    let n_before: u64 = batch.n_rows.iter().sum();
    for (department_idx, Department { profile, .. }) in DEPARTMENTS.iter().enumerate() {
        let mut rng = stream(city.seed, Stream::Shuffle, unit.ordinal * 8 + department_idx as u64);
        if !chance(&mut rng, on_file(profile, unit.form)) {
            continue;
        }
        file(city, department_idx, Subject { unit, parent, is_head_office: false, copy: 0 }, batch);
        if batch.dirt.roll(&mut rng, Dirt::SeveralUnitNumbers, profile.several_numbers) {
            file(city, department_idx, Subject { unit, parent, is_head_office: false, copy: 1 }, batch);
        }
    }
    batch.n_entities += u64::from(batch.n_rows.iter().sum::<u64>() > n_before);
}

fn on_file(profile: &Profile, form: LegalForm) -> f64 {
    match form {
        LegalForm::Individual => profile.has_individual,
        LegalForm::Branch => profile.has_branch,
        LegalForm::NonProfit | LegalForm::Government => profile.has_civic,
        _ => profile.has_company,
    }
}

/// Head offices are establishments of their own, and only the census asks for them.
fn file_head_office(city: City, unit: &Unit, batch: &mut Batch) {
    const ON_FILE: f64 = 0.8;
    let mut rng = stream(city.seed, Stream::Shuffle, unit.ordinal * 8 + 7);
    if chance(&mut rng, ON_FILE) {
        file(city, STATISTICS, Subject { unit, parent: Some(unit), is_head_office: true, copy: 0 }, batch);
        batch.n_entities += 1;
    }
}

fn file(city: City, department_idx: usize, subject: Subject, batch: &mut Batch) {
    let Department { name, profile, row, .. } = &DEPARTMENTS[department_idx];
    let place = if department_idx == MARKET { filing::Desk::Registrar } else { filing::Desk::Other };
    let key =
        subject.unit.ordinal * 16 + department_idx as u64 * 4 + subject.copy * 2 + u64::from(subject.is_head_office);
    let mut rng = stream(city.seed, Stream::Filing, key);
    let filing = filing::filing(city, (profile, place), &subject, (&mut rng, &mut batch.dirt));
    let (record_id, cells) = row(city, &subject, &filing);
    push_row(&mut batch.rows[department_idx], &cells);
    let entity = match subject.is_head_office {
        true => subject.unit.entity.replacen('L', "H", 1),
        false => subject.unit.entity.clone(),
    };
    let of_derived = |field: &str| format!("{name}#{field}");
    let truths = [
        ((*name).to_owned(), entity),
        (of_derived("legal_rep"), filing.true_person),
        (of_derived("address"), filing.true_building),
    ];
    for (truth_idx, (source, entity)) in truths.into_iter().enumerate().filter(|(_, (_, entity))| !entity.is_empty()) {
        push_row(&mut batch.truths[truth_idx], &[source, record_id.clone(), entity]);
        batch.n_truths[truth_idx] += 1;
    }
    batch.n_rows[department_idx] += 1;
}

/// One line of CSV (RFC 4180, but ended by LF).
fn push_row(text: &mut String, cells: &[String]) {
    for (idx, cell) in cells.iter().enumerate() {
        if idx > 0 {
            text.push(',');
        }
        if cell.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n')) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push('\n');
}
