//! What did the parser read, part by part, and how sure is it?
//!
//! The view behind `minglu normalize address`, for people who want to see why. It deliberately holds no more than the
//! address and its text: nothing is looked up.

use super::scan::{AddressPart, Element};
use super::trace::Trace;
use super::word::{ESTATE_TAILS, ends_with_any};
use super::{Address, AddressLevel, Folded, Inferred, pack, scan};
use crate::division::{Division, FunctionalArea};
use serde::Serialize;
use std::ops::Range;

/// One part as it was written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartDescription {
    /// What the part is.
    pub part: AddressPart,
    /// The part as it was delivered.
    pub text: String,
    /// Where it begins in the delivered text, in characters.
    pub start: usize,
    /// Where it ends, in characters; the character there is no part of it.
    pub end: usize,
    /// The same in bytes, for callers that hold the text.
    #[serde(skip)]
    pub bytes: Range<usize>,
    /// The normal form, where it differs from the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// How sure it is that the part is of this kind, from 0 to 1.
    pub confidence: f64,
}

/// An address with everything that the parser found out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AddressDescription {
    /// The folded text.
    pub norm: String,
    /// The normal form.
    pub canonical: String,
    /// The division of today.
    pub division: Option<Division>,
    /// Its full name.
    pub division_name: Option<String>,
    /// The division as written, if it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division_written: Option<Division>,
    /// The nine-digit code of the street.
    pub street_code: Option<u32>,
    /// The development zone or new area that is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub functional_area: Option<FunctionalArea>,
    /// All rooms, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<String>,
    /// The finest level told.
    pub level: AddressLevel,
    /// Whether registrations are hosted there.
    pub hosted: bool,
    /// The key of the building, in hexadecimal digits.
    pub building_key: Option<String>,
    /// The key of the room, in hexadecimal digits.
    pub room_key: Option<String>,
    /// The parts in the order of the text.
    pub parts: Vec<PartDescription>,
    /// What was done or concluded on the way.
    pub steps: Vec<String>,
    /// How complete the address is, from 0 to 1.
    pub confidence: f64,
}

/// What the confidence loses for each thing that is missing or uncertain. A choice of this design.
const LOSSES: [f64; 5] = [0.3, 0.2, 0.3, 0.1, 0.1];

/// Takes an address apart and tells part by part what stands where in the text as delivered.
///
/// ```
/// # use minglu_rules::{address, division};
/// let description = address::describe("科苑路１５号 A座1501", division::named("深圳市"));
/// let number = &description.parts[1];
/// assert_eq!((number.text.as_str(), number.start, number.end), ("１５号", 3, 6));
/// assert_eq!(description.steps, ["width", "spaces", "default_division", "floor_inferred"]);
/// ```
pub fn describe(text: &str, default: Option<Division>) -> AddressDescription {
    let folded = Folded::new(text);
    let scan = scan::scan(&folded.norm, default);
    let address = pack::pack(&scan, folded.hosted, folded.steps);
    let trace = Trace::new(&folded.separated, &folded.norm);
    let parts = describe_parts(scan.elements, &trace, folded.raw);
    AddressDescription {
        canonical: address.canonical(),
        division: address.division(),
        division_name: address.division().map(Division::full_name),
        division_written: address.division_written().filter(|written| Some(*written) != address.division()),
        street_code: address.street_code(),
        functional_area: address.functional_area(),
        rooms: address
            .rooms()
            .map(str::to_owned)
            .filter(|_| address.rooms().any(|room| Some(room) != address.room()))
            .collect(),
        level: address.level(),
        hosted: address.hosted(),
        building_key: address.building_key().map(|key| format!("{key:016x}")),
        room_key: address.room_key().map(|key| format!("{key:016x}")),
        parts,
        steps: address.steps(),
        confidence: address.confidence(),
        norm: folded.norm.clone(),
    }
}

/// How sure a part is: looked up, named by a word that counts or ends it, or only by where it stands. A choice of this design.
fn confidence_of(part: AddressPart, text: &str) -> f64 {
    const BY_TABLE: f64 = 1.0;
    const BY_WORD: f64 = 0.9;
    const BY_PLACE: f64 = 0.7;
    const UNKNOWN: f64 = 0.5;
    match part {
        AddressPart::Province | AddressPart::City | AddressPart::County | AddressPart::Repeated => BY_TABLE,
        AddressPart::Landmark | AddressPart::Hamlet => UNKNOWN,
        AddressPart::Estate if !ends_with_any(text, ESTATE_TAILS) => BY_PLACE,
        _ if text.ends_with(|c: char| c.is_ascii_alphanumeric()) => BY_PLACE,
        _ => BY_WORD,
    }
}

/// The parts in the order of the text, each with its place in the delivered text.
fn describe_parts(mut elements: Vec<Element>, trace: &Trace<'_>, raw: &str) -> Vec<PartDescription> {
    elements.sort_by_key(|element| element.span.start);
    let (mut n_chars, mut counted) = (0, 0);
    // Parts stand in order, so that the characters of the text are counted only once.
    let mut chars_until = |byte: usize| {
        n_chars += raw.get(counted..byte).map_or(0, |piece| piece.chars().count());
        counted = counted.max(byte);
        n_chars
    };
    let describe = |element: Element| {
        let bytes = trace.raw_span(element.span);
        let text = raw[bytes.clone()].to_owned();
        let value = element.value.filter(|value| *value != text);
        let (start, end) = (chars_until(bytes.start), chars_until(bytes.end));
        let confidence = confidence_of(element.part, &text);
        PartDescription { part: element.part, text, start, end, bytes, value, confidence }
    };
    elements.into_iter().map(describe).collect()
}

impl Address {
    fn steps(&self) -> Vec<String> {
        let Inferred { division, county, floor } = self.inferred();
        let folded = self.steps.to_string();
        let folded = folded.split('+').filter(|step| !step.is_empty()).map(str::to_owned);
        let conclusions = [
            (division, "default_division"),
            (county, "county_inferred"),
            (floor, "floor_inferred"),
            (self.ambiguous(), "ambiguous"),
            (self.approximate(), "approximate"),
            (self.hosted(), "hosted"),
        ];
        let concluded = conclusions.into_iter().filter(|(applies, _)| *applies).map(|(_, name)| name.to_owned());
        folded.chain(concluded).collect()
    }

    fn confidence(&self) -> f64 {
        let city = self.division().and_then(Division::city);
        let county = self.division().and_then(Division::county);
        let weaknesses = [
            city.is_none() && county.is_none(),
            county.is_none() && self.street().is_none(),
            self.level() < AddressLevel::Road,
            self.landmark().is_some(),
            self.approximate(),
        ];
        let lost: f64 = weaknesses.iter().zip(LOSSES).filter(|(weak, _)| **weak).map(|(_, loss)| loss).sum();
        ((1.0 - lost) * 100.0).round() / 100.0
    }
}
