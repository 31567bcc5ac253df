//! What did the parser read, part by part, and how sure is it?
//!
//! The view behind `minglu normalize address`, for people who want to see why. It deliberately holds no more than the
//! address and its text: nothing is looked up.

use super::scan::{self, AddressPart};
use super::{Address, AddressLevel, Inferred};
use crate::division::Division;
use serde::Serialize;

/// One part as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartDescription {
    /// What the part is.
    pub part: AddressPart,
    /// The folded text of the part.
    pub text: String,
    /// First byte of the part in the folded text.
    pub start: usize,
    /// The normal form, where it differs from the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
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

/// What the confidence loses for each thing that is missing or uncertain. [design, addresses.md 4.3 gives no figures]
const LOSSES: [f64; 5] = [0.3, 0.2, 0.3, 0.1, 0.1];

impl Address {
    /// Describes the address part by part.
    ///
    /// ```
    /// # use minglu_rules::{address, division};
    /// let description = address::parse("科苑路15号A座1501", division::named("深圳市")).describe();
    /// assert_eq!(description.parts[0].text, "科苑路");
    /// assert_eq!(description.steps, ["default_division", "floor_inferred"]);
    /// ```
    pub fn describe(&self) -> AddressDescription {
        let scan = scan::scan(self.norm(), self.division_written().or(self.division()));
        let parts = scan.elements.iter().map(|element| PartDescription {
            part: element.part,
            text: scan.text[element.span.clone()].to_owned(),
            start: element.span.start,
            value: element.value.clone(),
        });
        AddressDescription {
            norm: self.norm().to_owned(),
            canonical: self.canonical(),
            division: self.division(),
            division_name: self.division().map(Division::full_name),
            division_written: self.division_written().filter(|written| Some(*written) != self.division()),
            street_code: self.street_code(),
            level: self.level(),
            hosted: self.hosted(),
            building_key: self.building_key().map(|key| format!("{key:016x}")),
            room_key: self.room_key().map(|key| format!("{key:016x}")),
            parts: parts.collect(),
            steps: self.steps(),
            confidence: self.confidence(),
        }
    }

    fn steps(&self) -> Vec<String> {
        let Inferred { division, county, floor } = self.inferred();
        let folded = self.steps.to_string();
        let folded = folded.split('+').filter(|step| !step.is_empty()).map(str::to_owned);
        let conclusions = [
            (division, "default_division"),
            (county, "county_inferred"),
            (floor, "floor_inferred"),
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
