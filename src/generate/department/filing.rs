//! What does a clerk know and write about a unit on one day?
//!
//! The values that all departments share, with the dirt of this one. It deliberately knows no columns.

use rand_pcg::Pcg64Mcg;

use super::super::codes;
use super::super::day::Day;
use super::super::dirt::{self, Counts, Dirt};
use super::super::name::LegalForm;
use super::super::person::person;
use super::super::place::{self, AddressStyle};
use super::super::profile::Profile;
use super::super::random::{below, chance};
use super::super::unit::{CONTACTS, City, Past, Unit, known_on, legal_unit};
use super::Subject;

/// Who files: the registrar hears of every change on the day, the others when they next ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Desk {
    Registrar,
    Other,
}

/// Values as written.
#[derive(Debug, Clone)]
pub(super) struct Filing {
    /// The department's own date of the record.
    pub(super) day: Day,
    pub(super) name: String,
    /// Only the registrar lists them.
    pub(super) former_names: Vec<String>,
    pub(super) code: Code,
    pub(super) address: WrittenAddress,
    pub(super) mobile: String,
    /// 82601234 and 801.
    pub(super) landline: Option<(String, Option<String>)>,
    pub(super) legal_rep: String,
    pub(super) is_cancelled: bool,
    /// Who the legal representative is, and which building the address means; empty where nothing was written.
    pub(super) true_person: String,
    pub(super) true_building: String,
}

/// The code as delivered, by what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Code {
    Missing,
    /// Eighteen characters, meant to be a credit code.
    Credit(String),
    /// Nine characters, meant to be an organisation code.
    Organisation(String),
    /// A tax number of fifteen or twenty digits.
    Tax(String),
}

impl Code {
    /// The code in one column, whatever it is.
    pub(super) fn text(&self) -> String {
        match self {
            Code::Missing => String::new(),
            Code::Credit(text) | Code::Organisation(text) | Code::Tax(text) => text.clone(),
        }
    }
}

/// An address in the parts that some departments keep apart; empty where nothing was written.
#[derive(Debug, Clone, Default)]
pub(super) struct WrittenAddress {
    pub(super) city: &'static str,
    pub(super) district: &'static str,
    pub(super) street: &'static str,
    pub(super) rest: String,
}

impl WrittenAddress {
    /// In one column.
    pub(super) fn text(&self) -> String {
        format!("{}{}{}{}", self.city, self.district, self.street, self.rest)
    }
}

/// The draws and the tally of one record.
type Draws<'a> = (&'a mut Pcg64Mcg, &'a mut Counts);

/// Writes a record about the subject.
pub(super) fn filing(
    city: City,
    (profile, desk): (&Profile, Desk),
    subject: &Subject,
    (rng, counts): Draws<'_>,
) -> Filing {
    let unit = subject.unit;
    let day = match desk {
        Desk::Registrar => last_change(unit),
        Desk::Other => asked_on(rng, profile, unit),
    };
    let is_cancelled = unit.cancelled.is_some_and(|cancelled| cancelled <= day);
    let mobile = if counts.roll(rng, Dirt::PhoneOfContact, profile.phone_of_contact) {
        person(city.seed, CONTACTS + unit.ordinal * 4 + below(rng, 4)).mobile
    } else {
        note_if_past(counts, Dirt::PhoneFormer, &unit.former_mobile, day);
        known_on(&unit.mobile, &unit.former_mobile, day).clone()
    };
    let legal_rep = known_on(&unit.legal_rep, &unit.former_legal_rep, day);
    note_if_past(counts, Dirt::LegalRepFormer, &unit.former_legal_rep, day);
    let no_phone = counts.roll(rng, Dirt::PhoneMissing, profile.phone_missing);
    let phone = |rng: &mut Pcg64Mcg, counts: &mut Counts, number: String| match no_phone {
        true => String::new(),
        false => respelled_phone(rng, counts, profile, number),
    };
    let name = written_name(profile, subject, day, (rng, counts));
    let code = written_code(city, profile, subject, (rng, counts));
    let (address, true_building) = written_address((profile, desk), unit, day, (rng, counts));
    let mobile = phone(rng, counts, mobile);
    let legal_rep = Some(legal_rep).filter(|_| !counts.roll(rng, Dirt::LegalRepMissing, profile.legal_rep_missing));
    Filing {
        day,
        name,
        former_names: former_names(unit, desk),
        code,
        address,
        mobile,
        landline: unit.landline.clone().filter(|_| !no_phone),
        true_person: legal_rep.map(|person| format!("N{}", person.number)).unwrap_or_default(),
        true_building,
        legal_rep: legal_rep.map(|person| person.name.clone()).unwrap_or_default(),
        is_cancelled: is_cancelled && !counts.roll(rng, Dirt::StatusStale, profile.status_stale),
    }
}

fn last_change(unit: &Unit) -> Day {
    let changes = [
        unit.former_name.as_ref().map(|past| past.until),
        unit.former_address.as_ref().map(|past| past.until),
        unit.former_legal_rep.as_ref().map(|past| past.until),
        unit.former_mobile.as_ref().map(|past| past.until),
        unit.cancelled,
    ];
    changes.into_iter().flatten().fold(unit.established, Ord::max)
}

/// Recent days are likelier: the smaller of two draws. Nobody asks a unit that is gone for a quarter.
fn asked_on(rng: &mut Pcg64Mcg, profile: &Profile, unit: &Unit) -> Day {
    const AFTER_CANCELLATION_DAYS: i64 = 90;
    let lag = below(rng, profile.lag_days_max).min(below(rng, profile.lag_days_max));
    let asked = Day(Day::DELIVERED.0 - lag as i64).max(unit.established);
    match unit.cancelled {
        Some(cancelled) => asked.min(Day(cancelled.0 + AFTER_CANCELLATION_DAYS)).min(Day::DELIVERED),
        None => asked,
    }
}

fn note_if_past<T>(counts: &mut Counts, kind: Dirt, former: &Option<Past<T>>, day: Day) {
    if former.as_ref().is_some_and(|past| day < past.until) {
        counts.note(kind);
    }
}

fn former_names(unit: &Unit, desk: Desk) -> Vec<String> {
    match (&unit.former_name, desk) {
        (Some(past), Desk::Registrar) => vec![past.value.text()],
        _ => Vec::new(),
    }
}

fn written_name(profile: &Profile, subject: &Subject, day: Day, (rng, counts): Draws<'_>) -> String {
    let unit = subject.unit;
    let mut name = known_on(&unit.name, &unit.former_name, day).clone();
    note_if_past(counts, Dirt::NameFormer, &unit.former_name, day);
    if !name.region.is_empty() && counts.roll(rng, Dirt::NameWithoutRegion, profile.name_without_region) {
        name.region.clear();
    } else if name.region == "深圳市" && counts.roll(rng, Dirt::NameBracketed, profile.name_bracketed) {
        name.region_in_brackets = !name.region_in_brackets;
    }
    if !name.form.is_empty() && counts.roll(rng, Dirt::NameWithoutForm, profile.name_without_form) {
        name.form.clear();
    }
    let mut text = match counts.roll(rng, Dirt::NameAbbreviated, profile.name_abbreviated) {
        true => dirt::abbreviated(rng, &name),
        false => name.text(),
    };
    if counts.roll(rng, Dirt::NameTraditional, profile.name_traditional) {
        text = dirt::traditional(&text);
    }
    if chance(rng, profile.name_typo)
        && let Some(wrong) = dirt::typo(rng, &text)
    {
        counts.note(Dirt::NameTypo);
        text = wrong;
    }
    text += annotation(profile, subject, (rng, counts));
    if text.contains('（') && counts.roll(rng, Dirt::NameHalfWidth, profile.name_half_width) {
        text = text.replace('（', "(").replace('）', ")");
    }
    text
}

/// What clerks add to a name: that it is a head office, is gone, or is an individual's.
fn annotation(profile: &Profile, subject: &Subject, (rng, counts): Draws<'_>) -> &'static str {
    const NOTES_CANCELLATION: f64 = 0.06;
    const NOTES_INDIVIDUAL: f64 = 0.03;
    let unit = subject.unit;
    if subject.is_head_office {
        return "（本部）";
    }
    if profile.lag_days_max == 0 {
        return "";
    }
    if unit.cancelled.is_some() && counts.roll(rng, Dirt::NameAnnotated, NOTES_CANCELLATION) {
        return "（已注销）";
    }
    if unit.form == LegalForm::Individual && counts.roll(rng, Dirt::NameAnnotated, NOTES_INDIVIDUAL) {
        return "（个体工商户）";
    }
    ""
}

fn written_code(city: City, profile: &Profile, subject: &Subject, (rng, counts): Draws<'_>) -> Code {
    let unit = subject.unit;
    if subject.is_head_office {
        return Code::Organisation(dirt::head_office_code(&unit.org_code));
    }
    if counts.roll(rng, Dirt::CodeMissing, profile.code_missing) {
        return Code::Missing;
    }
    let other = below(rng, city.n_legal_units);
    if other != unit.ordinal && counts.roll(rng, Dirt::CodeOfUnrelatedFirm, profile.code_of_unrelated_firm) {
        return Code::Credit(legal_unit(city, other).uscc);
    }
    if let Some(parent) = subject.parent
        && counts.roll(rng, Dirt::CodeOfParent, profile.code_of_parent)
    {
        return Code::Credit(parent.uscc.clone());
    }
    let has_old_tax_number = unit.established < Day::CREDIT_CODES && profile.code_old_tax_number > 0.0;
    if has_old_tax_number && counts.roll(rng, Dirt::CodeOldTaxNumber, profile.code_old_tax_number) {
        return Code::Tax(old_tax_number(city, unit, counts));
    }
    if counts.roll(rng, Dirt::CodeOrganisation, profile.code_organisation) {
        return Code::Organisation(miswritten(profile, unit.org_code.clone(), (rng, counts)));
    }
    Code::Credit(miswritten(profile, unit.uscc.clone(), (rng, counts)))
}

/// Division and organisation code; of an individual business, the owner's identity number and 00.
fn old_tax_number(city: City, unit: &Unit, counts: &mut Counts) -> String {
    if unit.form == LegalForm::Individual {
        counts.note(Dirt::CodeIdentityNumber);
        return format!("{}00", codes::identity_number(city.seed, unit.legal_rep.number));
    }
    let division: String = unit.uscc.chars().skip(2).take(6).collect();
    format!("{division}{}", unit.org_code)
}

fn miswritten(profile: &Profile, code: String, (rng, counts): Draws<'_>) -> String {
    if counts.roll(rng, Dirt::CodeWrongCharacter, profile.code_wrong_character) {
        return dirt::wrong_character(rng, &code);
    }
    if chance(rng, profile.code_look_alike)
        && let Some(read) = dirt::look_alike_code(&code)
    {
        counts.note(Dirt::CodeLookAlike);
        return read;
    }
    if counts.roll(rng, Dirt::CodeSpelling, profile.code_spelling) {
        return dirt::respelled_code(rng, &code);
    }
    code
}

fn written_address(
    (profile, desk): (&Profile, Desk),
    unit: &Unit,
    day: Day,
    (rng, counts): Draws<'_>,
) -> (WrittenAddress, String) {
    let address = match (&unit.operating_address, desk) {
        (Some(operating), Desk::Other) => {
            counts.note(Dirt::AddressOperating);
            operating
        }
        _ => {
            note_if_past(counts, Dirt::AddressFormer, &unit.former_address, day);
            known_on(&unit.address, &unit.former_address, day)
        }
    };
    if counts.roll(rng, Dirt::AddressMissing, profile.address_missing) {
        return (WrittenAddress::default(), String::new());
    }
    let style = match desk {
        Desk::Registrar if chance(rng, 0.7) => AddressStyle { community: chance(rng, 0.5), ..AddressStyle::FULL },
        _ => AddressStyle::draw(rng),
    };
    let mut rest = place::below_street(address, style);
    if counts.roll(rng, Dirt::AddressFullWidth, profile.address_full_width) {
        rest = dirt::full_width(&rest);
    }
    let street = address.street();
    let district = match former_district(street.district) {
        Some(former) if counts.roll(rng, Dirt::AddressOldDistrict, profile.address_old_district) => former,
        _ => street.district,
    };
    let city = if chance(rng, 0.25) { "广东省深圳市" } else { "深圳市" };
    let written = WrittenAddress {
        city: if chance(rng, profile.says_city) { city } else { "" },
        district: if chance(rng, profile.says_district) { district } else { "" },
        street: if chance(rng, profile.says_street) { street.name } else { "" },
        rest,
    };
    (written, place::building(address))
}

/// What a young district was part of (国函〔2016〕169号, 国函〔2018〕25号).
fn former_district(district: &str) -> Option<&'static str> {
    match district {
        "龙华区" | "光明区" => Some("宝安区"),
        "坪山区" => Some("龙岗区"),
        _ => None,
    }
}

fn respelled_phone(rng: &mut Pcg64Mcg, counts: &mut Counts, profile: &Profile, number: String) -> String {
    if !counts.roll(rng, Dirt::PhoneSpelling, profile.phone_spelling) {
        return number;
    }
    match below(rng, 4) {
        0 => format!("{} {} {}", &number[..3], &number[3..7], &number[7..]),
        1 => format!("{}-{}-{}", &number[..3], &number[3..7], &number[7..]),
        2 => format!("86-{number}"),
        _ => format!("+86{number}"),
    }
}
