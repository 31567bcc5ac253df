//! What do the elements mean together, and how are they kept in little space?
//!
//! Chooses one road, one estate and one number where several were read, lets the street correct the county, and packs
//! all into one text with spans. It deliberately reads nothing anew.

use super::scan::{AddressPart, Element, Scan, is_road};
use super::word::{COMMITTEES, ESTATE_TAILS, ends_with_any};
use super::{Address, Inferred, STORED, Span, assign};
use crate::division::{self, DivisionLevel};
use crate::text::{FoldSteps, chinese_number};
use std::borrow::Cow;
use std::ops::Range;

/// Decides what the elements mean together and packs them.
pub(super) fn pack(scan: &Scan<'_>, hosted: bool, steps: FoldSteps) -> Address {
    let approximate = is_approximate(&scan.elements);
    let mut packer = Packer::new(scan.text);
    let written = scan.elements.iter().any(|e| e.part <= AddressPart::County);
    let mut address = Address {
        text: Box::default(),
        norm_len: packer.norm_len,
        spans: [Span::default(); STORED.len()],
        rooms: Span::default(),
        functional_area: scan.functional_area,
        mezzanine: scan.mezzanine && !approximate,
        ambiguous: scan.elements.iter().filter(|e| e.part == AddressPart::Block).count() > 1 && !approximate,
        division: scan.division,
        division_written: scan.division.filter(|_| written),
        street_code: scan.street_code,
        floor: scan.floor.filter(|_| !approximate),
        inferred: Inferred {
            division: scan.division_inferred && !written,
            county: scan.division_inferred && written,
            floor: false,
        },
        hosted,
        approximate,
        steps,
    };
    let street = street_of(&mut address, &scan.text[span_of(scan, AddressPart::Street)]);
    address.spans[0] = packer.append(street);
    address.spans[1] = packer.within(community_span(scan));
    complete_county(&mut address, &scan.text[community_span(scan)]);
    address.spans[3] = packer.within(road_span(scan));
    address.spans[9] = packer.within(span_of(scan, AddressPart::Landmark));
    if !approximate {
        address.spans[2] = packer.append(value_of(scan, AddressPart::Group));
        address.spans[4] = packer.append(&door_of(scan));
        address.spans[5] = packer.append_estate(&scan.text[estate_span(scan)], estate_span(scan));
        address.spans[6] = packer.append_joined(scan, AddressPart::Block);
        address.spans[7] = packer.append(value_of(scan, AddressPart::Unit));
        address.spans[8] = packer.append(value_of(scan, AddressPart::Room));
        address.rooms = packer.append(&scan.rooms);
    }
    address.text = packer.text.into_boxed_str();
    if address.floor.is_none() {
        address.floor = address.room().and_then(assign::floor_of_room);
        address.inferred.floor = address.floor.is_some();
    }
    address
}

/// Whether a direction stands behind every number, so that the place is only somewhere near.
fn is_approximate(elements: &[Element]) -> bool {
    let last_direction = elements.iter().rposition(|e| e.part == AddressPart::Direction);
    let last_inner =
        elements.iter().rposition(|e| (AddressPart::Number..=AddressPart::Room).contains(&e.part) && e.value.is_some());
    last_direction.is_some_and(|direction| last_inner.is_none_or(|inner| inner < direction))
}

/// The street's official name; its county completes or corrects the division.
fn street_of<'s>(address: &mut Address, written: &'s str) -> &'s str {
    let Some(county) = division::of_street(address.street_code) else { return written };
    if county.level() == DivisionLevel::County && address.division != Some(county) {
        address.inferred.county = true;
        address.division = Some(county);
    }
    division::street_name(address.street_code).unwrap_or(written)
}

/// The county of the community, where neither the text nor the street tells one.
fn complete_county(address: &mut Address, community: &str) {
    let Some(city) = address.division.filter(|division| division.level() != DivisionLevel::County) else { return };
    if let Some(county) = division::county_of_community(community, city).filter(|county| city.contains(*county)) {
        address.inferred.county = true;
        address.division = Some(county);
    }
}

fn span_of(scan: &Scan<'_>, part: AddressPart) -> Range<usize> {
    scan.elements.iter().find(|e| e.part == part).map_or(0..0, |e| e.span.clone())
}

fn value_of<'s>(scan: &'s Scan<'_>, part: AddressPart) -> &'s str {
    scan.elements.iter().find(|e| e.part == part).and_then(|e| e.value.as_deref()).unwrap_or_default()
}

/// The door, with the lane inside a lane (100弄5支弄 is written 100弄5弄).
fn door_of(scan: &Scan<'_>) -> String {
    let mut doors = scan.elements.iter().filter(|e| is_door(e.part)).filter_map(|e| e.value.as_deref());
    let first = doors.next().unwrap_or_default().to_owned();
    match doors.next().filter(|second| first.ends_with('弄') && second.ends_with('弄')) {
        Some(second) => first + second,
        None => first,
    }
}

fn is_door(part: AddressPart) -> bool {
    matches!(part, AddressPart::Number | AddressPart::LaneNumber)
}

fn community_span(scan: &Scan<'_>) -> Range<usize> {
    let span = span_of(scan, AddressPart::Community);
    let name = &scan.text[span.clone()];
    let committee =
        COMMITTEES.iter().find(|tail| name.len() > tail.len() && name.ends_with(*tail)).map_or(0, |t| t.len());
    span.start..span.end - committee
}

/// The road that the number stands on, with its section; of roads without a number the first.
fn road_span(scan: &Scan<'_>) -> Range<usize> {
    let elements = &scan.elements;
    let is_road = |e: &Element| is_road(e.part);
    let number = elements.iter().position(|e| is_door(e.part));
    let before = &elements[..number.unwrap_or(0)];
    let hamlet = || before.iter().rposition(|e| e.part == AddressPart::Hamlet);
    let idx = match number {
        Some(_) => before.iter().rposition(is_road).or_else(hamlet),
        None => elements.iter().position(is_road),
    };
    let Some(idx) = idx else { return 0..0 };
    let span = elements[idx].span.clone();
    match elements.get(idx + 1) {
        Some(next) if next.part == AddressPart::Segment => span.start..next.span.end,
        _ => span,
    }
}

/// The estate nearest before the block or room; a zone serves where a building is told but no estate.
fn estate_span(scan: &Scan<'_>) -> Range<usize> {
    let elements = &scan.elements;
    let inner = elements.iter().position(|e| (AddressPart::Block..=AddressPart::Room).contains(&e.part));
    let before = &elements[..inner.unwrap_or(elements.len())];
    let estate = before.iter().rfind(|e| e.part == AddressPart::Estate);
    let is_estate = |name: &str| ends_with_any(name, ESTATE_TAILS);
    let zone = || {
        before.iter().rfind(|e| e.part == AddressPart::Zone && inner.is_some() && is_estate(&scan.text[e.span.clone()]))
    };
    estate
        .or_else(|| elements.iter().rfind(|e| e.part == AddressPart::Estate))
        .or_else(zone)
        .map_or(0..0, |e| e.span.clone())
}

/// Collects the one text that all spans lie in.
struct Packer {
    text: String,
    norm_len: u16,
}

impl Packer {
    fn new(norm: &str) -> Packer {
        let mut text = String::with_capacity(norm.len() + 40);
        text.push_str(norm);
        Packer { norm_len: narrow(norm.len()), text }
    }

    fn within(&self, span: Range<usize>) -> Span {
        Span { start: narrow(span.start), len: narrow(span.len()) }
    }

    fn append(&mut self, value: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(value);
        self.within(start..start + value.len())
    }

    /// The estate's name; its phase and quarter with Arabic digits (壹海城二区, 壹海城2区).
    fn append_estate(&mut self, name: &str, span: Range<usize>) -> Span {
        match with_digits(name) {
            Cow::Borrowed(_) => self.within(span),
            Cow::Owned(name) => self.append(&name),
        }
    }

    fn append_joined(&mut self, scan: &Scan<'_>, part: AddressPart) -> Span {
        let start = self.text.len();
        for value in scan.elements.iter().filter(|e| e.part == part).filter_map(|e| e.value.as_deref()) {
            if self.text.len() > start {
                self.text.push('-');
            }
            self.text.push_str(value);
        }
        self.within(start..self.text.len())
    }
}

/// Chinese numerals before 区 and 期 as digits.
fn with_digits(name: &str) -> Cow<'_, str> {
    let mut whole = Cow::Borrowed(name);
    for (idx, c) in name.char_indices().rev() {
        let before = &name[..idx];
        let start = match c {
            '区' | '期' => before.trim_end_matches(|c| "一二三四五六七八九十".contains(c)).len(),
            _ => continue,
        };
        if let Some((value, len)) = chinese_number(&name[start..]).filter(|(_, len)| start + len == idx) {
            whole.to_mut().replace_range(start..start + len, &value.to_string());
        }
    }
    whole
}

/// Lengths stay below four times `N_BYTES_MAX`, which fits; a longer one is cut rather than wrapped.
fn narrow(value: usize) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}
