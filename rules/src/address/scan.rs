//! Where in a folded address does each element stand?
//!
//! One pass from left to right: first the chain of divisions and the street, then names that end in a known tail (路,
//! 社区, 村) and numbers. It deliberately repairs nothing and looks nothing up below the street; what the elements mean
//! together is decided in `assign.rs` (numbers) and in `address.rs` (the whole).

use super::number;
use super::word::{
    AREA_PARTS, AREA_TAILS, ASSISTS, COMMITTEES, DOOR_BRANCHES, ESTATE_TAILS, FILLERS, HOSTING, NOT_A_VILLAGE,
    NOT_AFTER_ROAD, continues_as_road, continues_as_road_within, ends_with, ends_with_any, starting,
};
use crate::division::{self, Division, DivisionLevel};
use serde::Serialize;
use std::ops::Range;

/// The kinds of element that an address is made of, coarse to fine (GA/T 2000.32-2014).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressPart {
    /// 省.
    Province,
    /// 市.
    City,
    /// 区, 县.
    County,
    /// 开发区, 新区 and other areas that are no division.
    Zone,
    /// 街道, 镇, 乡.
    Street,
    /// 社区, 村.
    Community,
    /// 组, 队.
    Group,
    /// 路, 街, 巷.
    Road,
    /// 北段, 二段: a part of a road with numbers of its own.
    Segment,
    /// 门牌号.
    Number,
    /// 小区, 大厦, 园.
    Estate,
    /// 栋, 座, 号楼.
    Block,
    /// 单元.
    Unit,
    /// 层.
    Floor,
    /// 室.
    Room,
    /// A name that is no part of the address proper, a firm's for instance.
    Landmark,
    /// 附近, 对面, 交叉口.
    Direction,
    /// What stands in brackets.
    Note,
}

/// One element: where it stands in the folded text and, for a number, what it is after normalization.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) part: AddressPart,
    pub(super) span: Range<usize>,
    pub(super) value: Option<String>,
}

/// The state of the pass, and its result.
pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
    pub(super) elements: Vec<Element>,
    pub(super) division: Option<Division>,
    pub(super) street_code: u32,
    /// The default was used for the division, in whole or in part.
    pub(super) division_inferred: bool,
    pub(super) floor: Option<i16>,
    pub(super) pos: usize,
    word_start: usize,
    /// The last separator was a comma, so that a second number of a kind belongs to a list.
    pub(super) in_list: bool,
}

/// How many elements are kept; the longest real address has half as many.
const N_ELEMENTS_MAX: usize = 40;

/// How many divisions may be repeated at the head: 广东深圳市广东省深圳市南山区.
const N_HEADS_MAX: usize = 6;

/// Longest name of a province or city that is looked for behind other text, in characters.
const N_DIVISION_CHARS_MAX: usize = 4;

/// Longest name that is a phase or quarter alone (B区), in characters; a longer one is an estate with its quarter.
const N_PHASE_CHARS_MAX: usize = 3;

/// Longest name that serves as a road without a tail, in characters.
const N_HAMLET_CHARS_MAX: usize = 4;

/// Longest name of a township that is read by its tail alone, in characters.
const N_TOWN_CHARS_MAX: usize = 6;

/// Reads all elements of a folded text.
pub(super) fn scan(text: &str, default: Option<Division>) -> Scan<'_> {
    let mut scan = Scan {
        text,
        elements: Vec::with_capacity(12),
        division: None,
        street_code: 0,
        division_inferred: false,
        floor: None,
        pos: 0,
        word_start: 0,
        in_list: false,
    };
    scan.read_head(default);
    scan.read_body();
    scan
}

/// Whether the text tells that the address only hosts registrations.
pub(super) fn mentions_hosting(text: &str) -> bool {
    // One look at each character: most addresses hold none of these first characters.
    text.char_indices().any(|(idx, c)| is_hosting_lead(c) && starting(&text[idx..], HOSTING).is_some())
}

/// Whether a county was part of the written one, which lost it since: 宝安区龙华街道 lies in 龙华区 today.
fn was_split_off(written: Division, county: Division) -> bool {
    written.level() == DivisionLevel::County && division::current(written.number()).contains(&county)
}

fn is_segment_mark(c: char) -> bool {
    matches!(c, '东' | '西' | '南' | '北' | '中' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

fn is_hosting_lead(c: char) -> bool {
    matches!(c, '入' | '托' | '集' | '秘' | '孵' | '众' | '工' | '卡' | '住' | '一' | '虚')
}

impl<'t> Scan<'t> {
    /// Whether an element of this kind was read.
    pub(super) fn has(&self, part: AddressPart) -> bool {
        self.elements.iter().any(|element| element.part == part)
    }

    /// A short name directly before a door number serves as its road: hamlets and lanes without a tail (桥北868号).
    pub(super) fn name_to_road(&mut self) {
        let pos = self.pos;
        let text = self.text;
        let name = self.elements.last_mut().filter(|e| e.part == AddressPart::Landmark && e.span.end == pos);
        if let Some(name) = name.filter(|e| text[e.span.clone()].chars().count() <= N_HAMLET_CHARS_MAX) {
            name.part = AddressPart::Road;
        }
    }

    /// The last element, if nothing stands between it and the position.
    pub(super) fn last(&self) -> Option<&Element> {
        self.elements.last()
    }

    pub(super) fn push(&mut self, part: AddressPart, span: Range<usize>, value: Option<String>) {
        if self.elements.len() < N_ELEMENTS_MAX {
            self.elements.push(Element { part, span, value });
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.pos..]
    }

    /// The name that has been read but not yet been given a kind.
    fn word(&self) -> &'t str {
        &self.text[self.word_start..self.pos]
    }

    fn advance(&mut self, n_bytes: usize) {
        self.pos += n_bytes;
        self.word_start = self.pos;
    }

    fn read_head(&mut self, default: Option<Division>) {
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

    fn skip_separators(&mut self) {
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
        let next = division::links(self.rest(), self.division).next();
        next.is_some_and(|next| {
            let related =
                self.division.is_some_and(|found| found.contains(next.division) || next.division.contains(found));
            next.full_form && (related || next.division.level() != DivisionLevel::County)
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

    fn read_body(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            if !self.read_at(c) {
                self.pos += c.len_utf8();
            }
        }
        self.flush_name(false);
    }

    /// Reads what begins or ends at this character; `false` if it is just one more of a name.
    fn read_at(&mut self, c: char) -> bool {
        match c {
            '(' | ')' => self.read_bracket(c),
            ',' | '.' | '/' | '&' => self.read_separator(c),
            '0'..='9' | 'A'..='Z' | 'a'..='z' | '#' | '-' | '负' => self.read_number(),
            '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '壹' | '贰' | '叁' => {
                self.read_number()
            }
            '路' | '街' | '道' | '巷' | '弄' | '同' | '线' => self.read_road(c),
            '村' | '区' | '会' | '嘎' => self.read_community(c) || self.read_area(c),
            '园' | '城' => self.read_area(c),
            '镇' | '乡' => self.read_town(c),
            '省' | '市' => self.read_divisions_anew(),
            '东' | '西' | '南' | '北' | '中' | '主' if self.read_sided_block(c) => true,
            '附' | '交' | '对' | '旁' | '隔' | '往' | '向' | '以' | '东' | '西' | '南' | '北' | '斜' => {
                self.read_assist()
            }
            '地' => self.read_number(),
            _ => false,
        }
    }

    /// Divisions behind a name: what stood before was a note, and the address begins here (得力集团浙江省宁波市…).
    fn read_divisions_anew(&mut self) -> bool {
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

    fn read_bracket(&mut self, c: char) -> bool {
        self.flush_name(false);
        let inner = &self.rest()[1..];
        let close = inner.find(')');
        let is_note = match close {
            Some(close) => !self.is_address_in_brackets(&inner[..close]),
            None => false,
        };
        let len = if c == '(' && is_note { close.map_or(1, |close| close + 2) } else { 1 };
        if len > 1 {
            self.push(AddressPart::Note, self.pos..self.pos + len, None);
        }
        self.advance(len);
        true
    }

    /// Takeaway platforms write the house in brackets (【碧玉江南10-20-1】); a remark has no number or speaks of places near.
    fn is_address_in_brackets(&self, inner: &str) -> bool {
        let is_remark = mentions_hosting(inner) || inner.ends_with("附近") || inner.contains("公司");
        !is_remark
            && inner.bytes().any(|b| b.is_ascii_digit())
            && !self.has(AddressPart::Room)
            && !self.has(AddressPart::Block)
    }

    fn read_separator(&mut self, c: char) -> bool {
        self.flush_name(false);
        self.in_list = c == ',';
        self.advance(c.len_utf8());
        if self.in_list && self.has(AddressPart::Number) && self.is_second_address() {
            self.advance(self.rest().len());
        }
        true
    }

    /// Whether a list of addresses goes on with the next one, which is not read.
    fn is_second_address(&self) -> bool {
        division::links(self.rest(), None).next().is_some_and(|next| next.full_form)
    }

    fn read_number(&mut self) -> bool {
        let rest = self.rest();
        if self.word().ends_with('第') && !is_counted_ordinal(rest) {
            self.pos += rest.chars().next().map_or(0, char::len_utf8);
            return true;
        }
        let read = number::read(rest).filter(|number| super::assign::is_number_here(self, number));
        let Some(number) = read else {
            // Latin words and digits inside a name are taken whole, else their tail would be read as a number.
            self.pos += number::run_len(rest).max(rest.chars().next().map_or(0, char::len_utf8));
            return true;
        };
        if number.counter == number::Counter::Phase {
            return self.read_phase(number.len);
        }
        let branch = starting(self.word(), DOOR_BRANCHES).filter(|branch| branch.len() == self.word().len());
        if branch.is_some() {
            self.word_start = self.pos;
        }
        self.flush_name(number.counter != number::Counter::Door && number.counter != number::Counter::Lane);
        super::assign::assign(self, &number, branch.unwrap_or_default());
        self.in_list = false;
        self.advance(number.len);
        true
    }

    /// 二期 and 四区 belong to the name before them; 71区 before a name is an area of its own.
    fn read_phase(&mut self, len: usize) -> bool {
        let is_area =
            self.word().is_empty() && self.text[self.pos + len..].chars().next().is_some_and(|c| c as u32 > 0x2E80);
        if is_area {
            self.push(AddressPart::Zone, self.pos..self.pos + len, None);
            self.advance(len);
        } else {
            self.pos += len;
        }
        true
    }

    fn read_road(&mut self, c: char) -> bool {
        let end = self.pos + c.len_utf8();
        let after = &self.text[end..];
        if c == '街' && (after.starts_with('道') || after.starts_with("办")) {
            return self.read_town(c);
        }
        let after_road = self.last().is_some_and(|e| e.part == AddressPart::Road && e.span.end == self.word_start);
        if let (true, Some(joint)) = (after_road, starting(self.word(), &["与", "和", "至"])) {
            self.word_start += joint.len();
        }
        let word = self.word();
        if word.is_empty() || word == "大" || !ends_road(c, word, after) {
            return false;
        }
        // 望和南路5巷 is one road: the lane has no name of its own.
        let is_lane = after_road && (c == '巷' || c == '弄') && word.len() <= 12;
        let part = if is_lane { AddressPart::Segment } else { AddressPart::Road };
        self.push(part, self.word_start..end, None);
        self.advance(c.len_utf8());
        self.read_segment();
        true
    }

    /// What belongs to a road behind its tail: 北段, 二段, and the direction before a number (五和大道南118号).
    fn read_segment(&mut self) {
        let rest = self.rest();
        let head = rest.trim_start_matches(is_segment_mark);
        let head_len = rest.len() - head.len();
        if rest.starts_with('段') {
            self.push(AddressPart::Segment, self.pos..self.pos + "段".len(), None);
            return self.advance("段".len());
        }
        if head_len == 0 || head_len > 6 {
            return;
        }
        if head.starts_with('段') {
            self.push(AddressPart::Segment, self.pos..self.pos + head_len + "段".len(), None);
            self.advance(head_len + "段".len());
        } else if head_len == 3 && "东西南北中".contains(&rest[..3]) && head.starts_with(|c: char| c.is_ascii_digit())
        {
            if let Some(road) = self.elements.last_mut() {
                road.span.end += head_len;
            }
            self.advance(head_len);
        }
    }

    fn read_community(&mut self, c: char) -> bool {
        let end = self.pos + c.len_utf8();
        let word = &self.text[self.word_start..end];
        let after = &self.text[end..];
        if self.has(AddressPart::Number) || self.has(AddressPart::Block) || word.chars().count() < 2 {
            return false;
        }
        let committee = starting(after, COMMITTEES).unwrap_or("");
        let is_community = match c {
            '区' => word.ends_with("社区"),
            '会' => ["居委会", "村委会", "委员会"].iter().any(|tail| word.ends_with(tail)) && !word.contains("管"),
            '嘎' => after.starts_with('查'),
            _ => {
                !ends_with_any(word, NOT_A_VILLAGE)
                    && !continues_as_road(after)
                    && !after.starts_with(['镇', '乡', '庄'])
            }
        };
        if !is_community || (c == '村' && word.chars().count() > N_TOWN_CHARS_MAX) {
            return false;
        }
        let tail = if c == '嘎' { "查" } else { committee };
        if c == '村' && after.starts_with("民组") {
            let group = self.text[self.word_start..self.pos].to_owned();
            self.push(AddressPart::Group, self.word_start..end + "民组".len(), Some(group));
            self.advance(c.len_utf8() + "民组".len());
            return true;
        }
        self.push(AddressPart::Community, self.word_start..end + tail.len(), None);
        self.advance(c.len_utf8() + tail.len());
        true
    }

    /// Cuts a name behind 工业区, 科技园 and the like, when another name follows.
    fn read_area(&mut self, c: char) -> bool {
        let mut end = self.pos + c.len_utf8();
        let word = &self.text[self.word_start..end];
        if !AREA_TAILS.iter().any(|tail| ends_with(word, tail)) || self.text[end..].starts_with('区') {
            return false;
        }
        end += starting(&self.text[end..], AREA_PARTS).map_or(0, str::len);
        let after = &self.text[end..];
        let is_name = after.chars().next().is_some_and(|c| c as u32 > 0x2E80) && number::read(after).is_none();
        if !is_name
            || continues_as_road(after)
            || starting(after, ASSISTS).is_some()
            || after.starts_with("社区")
            || after.starts_with("管")
        {
            return false;
        }
        self.push(AddressPart::Zone, self.word_start..end, None);
        self.advance(end - self.pos);
        true
    }

    fn read_town(&mut self, c: char) -> bool {
        let end = self.pos + c.len_utf8() + if c == '街' { self.office_len() } else { 0 };
        let after = &self.text[end..];
        let n_chars = self.word().chars().count();
        let is_first =
            !self.has(AddressPart::Street) && !self.has(AddressPart::Road) && !self.has(AddressPart::Community);
        let is_road = c != '街' && continues_as_road_within(after, 1);
        if !is_first
            || n_chars == 0
            || n_chars > N_TOWN_CHARS_MAX
            || is_road
            || after.starts_with(['村', '中', '区', '街'])
        {
            return false;
        }
        self.push(AddressPart::Street, self.word_start..end, None);
        self.advance(end - self.pos);
        true
    }

    fn office_len(&self) -> usize {
        let after = &self.rest()["街".len()..];
        starting(after, &["道办事处", "办事处", "道办", "道", "办"]).map_or(0, str::len)
    }

    fn read_assist(&mut self) -> bool {
        let Some(assist) = starting(self.rest(), ASSISTS) else { return false };
        if assist.starts_with(['往', '向']) && self.elements.is_empty() {
            return false;
        }
        // 东面 or 南侧 may begin a name (北面街); a side is one only at an end.
        let after = &self.rest()[assist.len()..];
        if continues_as_road(after) && !after.starts_with(['一', '二']) {
            return false;
        }
        self.flush_name(false);
        self.push(AddressPart::Direction, self.pos..self.pos + assist.len(), None);
        self.advance(assist.len());
        true
    }

    /// 东座, 北栋: a block that is named by its side.
    fn read_sided_block(&mut self, c: char) -> bool {
        let end = self.pos + c.len_utf8() + "座".len();
        let after = &self.rest()[c.len_utf8()..];
        let is_end = self.text.get(end..).is_some_and(|beyond| !beyond.starts_with(['大', '小']));
        if !after.starts_with(['座', '栋', '幢']) || !is_end {
            return false;
        }
        self.flush_name(true);
        self.push(AddressPart::Block, self.pos..end, Some(c.to_string()));
        self.advance(end - self.pos);
        true
    }

    /// Gives the pending name a kind: an estate by its tail, or because something inside it follows.
    fn flush_name(&mut self, is_before_inner: bool) {
        let start = self.word_start;
        let after_road = self.last().is_some_and(|e| e.part == AddressPart::Road && e.span.end == start);
        let joints: &[char] = if after_road { &['-', '#', '与', '和', '、'] } else { &['-', '#'] };
        let word = strip_fillers(self.word().trim_matches(joints));
        self.word_start = self.pos;
        if word.is_empty() {
            return;
        }
        let start = start + self.text[start..self.pos].find(word).unwrap_or(0);
        let inside = self.has(AddressPart::Block) || self.has(AddressPart::Floor) || self.has(AddressPart::Room);
        let is_phase = word.ends_with(['区', '期']) && word.chars().nth(N_PHASE_CHARS_MAX).is_some();
        let has_tail = is_phase || ends_with_any(word, ESTATE_TAILS);
        let is_estate = match inside {
            true => has_tail && !self.has(AddressPart::Estate),
            false => word.chars().nth(1).is_some() && (is_before_inner || has_tail),
        };
        let part = if is_estate { AddressPart::Estate } else { AddressPart::Landmark };
        self.push(part, start..start + word.len(), None);
    }
}

/// Whether an ordinal counts floors or blocks (第三层) and does not name something (第三工业区).
fn is_counted_ordinal(rest: &str) -> bool {
    use number::Counter::{Block, Door, Floor, Unit};
    number::read(rest).is_some_and(|number| matches!(number.counter, Block | Door | Floor | Unit))
}

fn ends_road(c: char, word: &str, after: &str) -> bool {
    let next_is_number = after.is_empty() || after.starts_with(|c: char| c.is_ascii_digit() || c == '(');
    match c {
        '路' | '街' => starting(after, NOT_AFTER_ROAD).is_none(),
        '道' => {
            word.ends_with(['大', '国', '省', '县', '乡', '干', '步'])
                || (next_is_number && !word.ends_with(['通', '街', '味']))
        }
        '同' => word.ends_with('胡'),
        '线' => next_is_number && !word.ends_with(['号', '产', '在']),
        '弄' => true,
        _ => !after.starts_with('子'),
    }
}

fn strip_fillers(word: &str) -> &str {
    FILLERS.iter().find(|filler| word == **filler).map_or(word, |_| "")
}
