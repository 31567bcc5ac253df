//! Which divisions, zones and streets stand at the head of an address?
//!
//! The only part of the parser that looks names up. A head may repeat itself (广东深圳市广东省深圳市), name an area that is
//! no division (前海), or begin only behind a note. It deliberately accepts a county without its city only where the
//! default or the table leaves no choice.

use super::scan::{AddressPart, Scan};
use crate::division::{self, Division, DivisionLevel};

/// How many divisions may be repeated at the head: 广东深圳市广东省深圳市南山区.
const N_HEADS_MAX: usize = 6;

/// Longest name of a province or city that is looked for behind other text, in characters.
const N_DIVISION_CHARS_MAX: usize = 4;

impl Scan<'_> {
    pub(super) fn read_head(&mut self, default: Option<Division>) {
        for _ in 0..N_HEADS_MAX {
            self.skip_separators();
            if !self.read_divisions(default)
                && !self.read_zone(default)
                && !self.read_street(default)
                && !self.read_unknown_county()
            {
                break;
            }
        }
        match (self.division, default) {
            (None, Some(default)) => (self.division, self.division_inferred) = (Some(default), true),
            (Some(found), Some(default)) if found.contains(default) && found != default && found.city().is_none() => {
                // A province alone is completed by the default inside it.
                (self.division, self.division_inferred) = (Some(default), true);
            }
            _ => {}
        }
    }

    /// Divisions behind a name: what stood before was a note, and the address begins here (得力集团浙江省宁波市…).
    pub(super) fn read_divisions_anew(&mut self) -> bool {
        if self.has(AddressPart::Road) {
            return false;
        }
        let starts = self.word().char_indices().rev().take(N_DIVISION_CHARS_MAX).map(|(idx, _)| self.word_start + idx);
        let start = starts.into_iter().find(|start| {
            let next = division::links(&self.text[*start..], None).next();
            next.is_some_and(|next| next.full_form && next.division.level() != DivisionLevel::County)
        });
        let Some(start) = start else { return false };
        self.pos = start;
        self.flush_name(false);
        self.division = None;
        self.read_head(None);
        true
    }

    pub(super) fn skip_separators(&mut self) {
        let skipped = self.rest().trim_start_matches([',', '.', '/', '-', '#', '&']);
        let skipped = skipped.strip_prefix("中国").unwrap_or(skipped);
        self.advance(self.rest().len() - skipped.len());
    }

    fn read_divisions(&mut self, default: Option<Division>) -> bool {
        if self.division.is_some() && !self.is_division_repeated() {
            return false;
        }
        let start = self.pos;
        let mut from = start;
        let mut lowest = None;
        for link in division::links(self.rest(), self.division.or(default)) {
            let part = match link.division.level() {
                DivisionLevel::Province => AddressPart::Province,
                DivisionLevel::City => AddressPart::City,
                DivisionLevel::County => AddressPart::County,
            };
            self.push(part, from..start + link.len, None);
            from = start + link.len;
            lowest = Some(link.division);
        }
        let Some(lowest) = lowest else { return false };
        self.division = match self.division {
            Some(before) if lowest.contains(before) => Some(before),
            _ => Some(lowest),
        };
        self.advance(from - start);
        true
    }

    /// Whether the divisions begin anew (广东深圳市广东省深圳市) or go on; anything else is a name that looks like one.
    fn is_division_repeated(&self) -> bool {
        let (mut n_links, mut len) = (0, 0);
        let mut full_form = true;
        let mut lowest = None;
        for link in division::links(self.rest(), self.division) {
            (n_links, len) = (n_links + 1, link.len);
            full_form &= link.full_form;
            lowest = Some(link.division);
        }
        lowest.is_some_and(|lowest| {
            let related = self.division.is_some_and(|found| found.contains(lowest) || lowest.contains(found));
            // A short form alone begins a name more often than it repeats (浙江理工大学).
            let doubled = self.rest().get(len..).is_some_and(|after| after.starts_with(&self.rest()[..len]));
            (full_form || n_links > 1 || doubled) && (related || n_links > 1 || lowest.level() != DivisionLevel::County)
        })
    }

    fn read_zone(&mut self, default: Option<Division>) -> bool {
        let Some(city) = self.division.or(default) else { return false };
        let Some(area) = division::functional_area(self.rest(), city) else { return false };
        self.push(AddressPart::Zone, self.pos..self.pos + area.len, None);
        if let (Some(county), true) = (area.county, city.level() != DivisionLevel::County && city.contains(area.city)) {
            self.division = Some(county);
            self.division_inferred = true;
        }
        self.advance(area.len);
        true
    }

    /// A county that several cities have, with none of them told: its name is set apart, so that no road swallows it.
    fn read_unknown_county(&mut self) -> bool {
        if self.has(AddressPart::County) || self.has(AddressPart::Street) {
            return false;
        }
        let Some(len) = division::county_name_len(self.rest()) else { return false };
        self.push(AddressPart::County, self.pos..self.pos + len, None);
        self.advance(len);
        true
    }

    fn read_street(&mut self, default: Option<Division>) -> bool {
        let Some(scope) = self.division.or(default) else { return false };
        if self.street_code != 0 {
            return false;
        }
        let in_county = division::street(self.rest(), scope);
        let in_split =
            || division::street(self.rest(), scope.city()?).filter(|street| was_split_off(scope, street.county));
        let street = in_county.or_else(in_split).or_else(|| division::street_by_stem(self.rest(), scope));
        let Some(street) = street else { return false };
        self.push(AddressPart::Street, self.pos..self.pos + street.len, None);
        self.street_code = street.code;
        self.advance(street.len);
        true
    }
}

/// Whether a county was part of the written one, which lost it since: 宝安区龙华街道 lies in 龙华区 today.
fn was_split_off(written: Division, county: Division) -> bool {
    written.level() == DivisionLevel::County && division::current(written.number()).contains(&county)
}
