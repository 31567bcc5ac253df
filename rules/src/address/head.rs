//! Which divisions, zones and streets stand at the head of an address?
//!
//! The only part of the parser that looks names up. A head may repeat itself (广东深圳市广东省深圳市), name an area that is
//! no division (前海), or begin only behind a note. It deliberately accepts a county without its city only where the
//! default or the table leaves no choice.

use super::scan::{AddressPart, Element, Scan};
use crate::division::{self, Division, DivisionLevel, FunctionalPrefix};
use std::ops::Range;

/// How many divisions may be repeated at the head: 广东深圳市广东省深圳市南山区.
const N_HEADS_MAX: usize = 6;

/// How many streets may be named: the same one twice, or an old one and a new one.
const N_STREETS_MAX: usize = 3;

/// Words between divisions that name none: what tables and programs print for an empty column.
const HEAD_FILLERS: &[&str] = &["中国", "市辖区", "NULL"];

/// Longest name of a province or city that is looked for behind other text, in characters.
const N_DIVISION_CHARS_MAX: usize = 4;

impl Scan<'_> {
    pub(super) fn read_head(&mut self, default: Option<Division>) {
        for _ in 0..N_HEADS_MAX {
            self.skip_separators();
            if !self.read_divisions(default)
                && !self.read_own_name()
                && !self.read_zone(default)
                && !self.read_street(default)
                && !self.read_unknown_county()
            {
                break;
            }
        }
        self.mark_repeated();
        match (self.division, default) {
            (None, Some(default)) => (self.division, self.division_inferred) = (Some(default), true),
            (Some(found), Some(default)) if found.contains(default) && found != default && found.city().is_none() => {
                // A province alone is completed by the default inside it.
                (self.division, self.division_inferred) = (Some(default), true);
            }
            _ => {}
        }
    }

    /// Of several chains of divisions the most complete counts, of equally complete ones the last; so for streets.
    ///
    /// 台州台州市 is written by machines that join columns, and the last is the one that the rest goes on from.
    fn mark_repeated(&mut self) {
        let completeness = |chain: &Range<usize>, elements: &[Element]| {
            let n_bytes: usize = elements[chain.clone()].iter().map(|element| element.span.len()).sum();
            (chain.len(), n_bytes)
        };
        let chains = self.chains.iter().filter(|chain| chain.end <= self.elements.len());
        let best = chains.max_by_key(|chain| completeness(chain, &self.elements)).cloned().unwrap_or(0..0);
        for part in [AddressPart::Province, AddressPart::City, AddressPart::County, AddressPart::Street] {
            let of_part = self.elements.iter().enumerate().filter(|(_, element)| element.part == part);
            let rank = |(idx, element): &(usize, &Element)| {
                let n_bytes = if part == AddressPart::Street { element.span.len() } else { 0 };
                (best.contains(idx), n_bytes, *idx)
            };
            let Some((kept, _)) = of_part.max_by_key(rank) else { continue };
            for (idx, element) in self.elements.iter_mut().enumerate() {
                if element.part == part && idx != kept {
                    element.part = AddressPart::Repeated;
                }
            }
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
            next.is_some_and(|next| {
                let is_head = next.full_form && next.division.level() != DivisionLevel::County;
                is_head && !is_firm(&self.text[*start + next.len..])
            })
        });
        let Some(start) = start else { return false };
        let before = self.division;
        self.pos = start;
        self.flush_name(false);
        self.division = None;
        self.read_head(None);
        // What is repeated behind a street tells less than what was told before it.
        if let (Some(before), Some(after)) = (before, self.division)
            && after.contains(before)
        {
            self.division = Some(before);
        }
        true
    }

    pub(super) fn skip_separators(&mut self) {
        let mut skipped = self.rest();
        loop {
            let shorter = skipped.trim_start_matches([',', '.', '/', '-', '#', '&']);
            let shorter = HEAD_FILLERS.iter().find_map(|filler| shorter.strip_prefix(filler)).unwrap_or(shorter);
            if shorter.len() == skipped.len() {
                break;
            }
            skipped = shorter;
        }
        self.advance(self.rest().len() - skipped.len());
    }

    fn read_divisions(&mut self, default: Option<Division>) -> bool {
        if self.division.is_some() && !self.is_division_continued() && !self.is_division_repeated() {
            return false;
        }
        let start = self.pos;
        let mut from = start;
        let mut lowest = None;
        let n_before = self.elements.len();
        for link in division::links(self.rest(), self.division.or(default)) {
            let part = match link.division.level() {
                // A municipality is a city as well, and stands where other addresses have theirs.
                DivisionLevel::Province if link.division.city().is_some() => AddressPart::City,
                DivisionLevel::Province => AddressPart::Province,
                DivisionLevel::City => AddressPart::City,
                DivisionLevel::County => AddressPart::County,
            };
            self.push(part, from..start + link.len, None);
            from = start + link.len;
            lowest = Some(link.division);
        }
        let Some(lowest) = lowest else { return false };
        self.chains.push(n_before..self.elements.len());
        self.division = match self.division {
            Some(before) if lowest.contains(before) => Some(before),
            _ => Some(lowest),
        };
        self.advance(from - start);
        true
    }

    /// Whether a separator parted the chain: 浙江-台州-温岭市.
    fn is_division_continued(&self) -> bool {
        let is_parted = self.text[..self.pos].ends_with(['-', ',', '.', '/']);
        let next = || division::links(self.rest(), self.division).next();
        let is_below = |next: Division| self.division.is_some_and(|found| found != next && found.contains(next));
        is_parted && next().is_some_and(|next| is_below(next.division))
    }

    /// The short name of a division that was read before, in front of a road or street: 黄岩区黄岩横街.
    fn read_own_name(&mut self) -> bool {
        let own = self.division.filter(|_| !self.elements.is_empty());
        let Some(len) = own.and_then(|own| division::own_name_len(self.rest(), own)) else { return false };
        self.push(AddressPart::Repeated, self.pos..self.pos + len, None);
        self.advance(len);
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
        let Some(FunctionalPrefix { area, len, position }) = division::functional_area(self.rest(), city) else {
            return false;
        };
        self.functional_area.get_or_insert(position);
        self.push(AddressPart::Zone, self.pos..self.pos + len, None);
        if let (Some(county), true) = (area.county, city.level() != DivisionLevel::County && city.contains(area.city)) {
            self.division = Some(county);
            self.division_inferred = true;
        }
        self.advance(len);
        true
    }

    /// A county that several cities have, with none of them told, or a name of that form that no table has (义务市):
    /// it is set apart, so that no road swallows it.
    fn read_unknown_county(&mut self) -> bool {
        if self.has(AddressPart::County) || self.has(AddressPart::Street) {
            return false;
        }
        let len = division::county_name_len(self.rest()).or_else(|| self.unknown_county_len());
        let Some(len) = len else { return false };
        let is_city = self.rest()[..len].ends_with('市') && self.division.and_then(Division::city).is_none();
        let part = if is_city && !self.has(AddressPart::City) { AddressPart::City } else { AddressPart::County };
        self.push(part, self.pos..self.pos + len, None);
        self.advance(len);
        true
    }

    /// Bytes of two or three characters with 市 or 县, when a street follows them.
    fn unknown_county_len(&self) -> Option<usize> {
        let rest = self.rest();
        let mut chars = rest.char_indices().skip(2).take(2);
        let end = chars.find(|(_, c)| matches!(c, '市' | '县')).map(|(idx, c)| idx + c.len_utf8())?;
        let after = &rest[end..];
        let street_len = division::street_name_len(after).or_else(|| town_len(after))?;
        (street_len > 0).then_some(end)
    }

    fn read_street(&mut self, default: Option<Division>) -> bool {
        if self.street_code != 0 || self.has(AddressPart::Street) {
            return self.read_repeated_street();
        }
        let Some(scope) = self.division.or(default) else { return self.read_distant_street() };
        let rest = self.rest();
        let in_county = division::street(rest, scope);
        let in_split = || division::street(rest, scope.city()?).filter(|street| was_split_off(scope, street.county));
        let by_stem = || {
            let in_county = division::street_by_stem(rest, scope);
            let in_split = || division::street_by_stem(rest, scope.city()?).filter(|s| was_split_off(scope, s.county));
            in_county.or_else(in_split).or_else(|| division::street_before_road(rest, Some(scope)))
        };
        let Some(street) = in_county.or_else(in_split).or_else(by_stem) else { return self.read_distant_street() };
        self.push(AddressPart::Street, self.pos..self.pos + street.len, None);
        self.street_code = street.code;
        self.advance(street.len);
        true
    }

    /// A street of another place than the one known: its name ends where the table says, but means no division here.
    fn read_distant_street(&mut self) -> bool {
        let rest = self.rest();
        let by_stem = || match self.division {
            None => division::street_before_road(rest, None).map(|street| street.len),
            Some(_) => None,
        };
        let Some(len) = division::street_name_len(rest).or_else(by_stem) else { return false };
        self.push(AddressPart::Street, self.pos..self.pos + len, None);
        self.advance(len);
        true
    }

    /// A second name of a street: 莘塍莘塍街道, 临平镇星桥街道.
    fn read_repeated_street(&mut self) -> bool {
        let Some(len) = division::street_name_len(self.rest()) else { return false };
        let n_streets = self.elements.iter().filter(|element| element.part == AddressPart::Street).count();
        if n_streets > N_STREETS_MAX {
            return false;
        }
        self.push(AddressPart::Street, self.pos..self.pos + len, None);
        self.advance(len);
        true
    }
}

/// Whether the text goes on as the name of a firm, which begins with a division as well.
fn is_firm(text: &str) -> bool {
    let name = text.split([',', '.', '(', ')']).next().unwrap_or_default();
    ["公司", "厂", "店", "集团"].iter().any(|tail| name.ends_with(tail))
}

/// Bytes of a town's name at the start of the text, by its tail alone.
fn town_len(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1).take(4);
    let (idx, c) = chars.find(|(_, c)| matches!(c, '镇' | '乡'))?;
    (!text[idx + c.len_utf8()..].starts_with(['路', '街', '村', '中'])).then_some(idx + c.len_utf8())
}

/// Whether a county was part of the written one, which lost it since: 宝安区龙华街道 lies in 龙华区 today.
fn was_split_off(written: Division, county: Division) -> bool {
    written.level() == DivisionLevel::County && division::current(written.number()).contains(&county)
}
