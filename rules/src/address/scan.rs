//! Where in a folded address does each element stand?
//!
//! One pass from left to right: first the chain of divisions and the street, then names that end in a known tail (路,
//! 社区, 村) and numbers. It deliberately repairs nothing and looks nothing up below the street; what the elements mean
//! together is decided in `assign.rs` (numbers) and in `address.rs` (the whole).

use super::number;
use super::word::{DOOR_BRANCHES, ESTATE_TAILS, FILLERS, HOSTING, ends_with_any, starting};
use crate::division::{self, Division};
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
    /// 北段, 二段, 5巷: a part of a road with numbers of its own.
    Segment,
    /// A second road: the one that crosses, or a smaller one inside a quarter.
    CrossRoad,
    /// A name without a tail before a door number: a hamlet, or a road whose tail was left out.
    Hamlet,
    /// 门牌号.
    Number,
    /// The door in a lane, a section or on a second road (二段16号, 5巷3号).
    LaneNumber,
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
    /// A division or street that is written again elsewhere in the address.
    Repeated,
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
    /// Which elements are the chains of divisions that were read.
    pub(super) chains: Vec<Range<usize>>,
    pub(super) division: Option<Division>,
    pub(super) street_code: u32,
    /// Where the table of functional areas holds the one that was read.
    pub(super) functional_area: Option<u16>,
    /// The default was used for the division, in whole or in part.
    pub(super) division_inferred: bool,
    pub(super) floor: Option<i16>,
    /// The floor is a 夹层, between this one and the next.
    pub(super) mezzanine: bool,
    /// All rooms of a list or range, parted by commas; empty where one room or none is told.
    pub(super) rooms: String,
    pub(super) pos: usize,
    /// Where the name begins that has been read but not yet been given a kind.
    pub(super) word_start: usize,
    /// The last separator was a comma, so that a second number of a kind belongs to a list.
    pub(super) in_list: bool,
}

/// How many elements are kept; the longest real address has half as many.
const N_ELEMENTS_MAX: usize = 40;

/// Longest name that is a phase or quarter alone (B区), in characters; a longer one is an estate with its quarter.
const N_PHASE_CHARS_MAX: usize = 3;

/// Reads all elements of a folded text.
pub(super) fn scan(text: &str, default: Option<Division>) -> Scan<'_> {
    let mut scan = Scan {
        text,
        elements: Vec::with_capacity(12),
        chains: Vec::new(),
        division: None,
        street_code: 0,
        functional_area: None,
        division_inferred: false,
        floor: None,
        mezzanine: false,
        rooms: String::new(),
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

fn is_hosting_lead(c: char) -> bool {
    matches!(c, '入' | '托' | '集' | '秘' | '孵' | '众' | '工' | '卡' | '住' | '一' | '虚')
}

impl<'t> Scan<'t> {
    /// Whether an element of this kind was read.
    pub(super) fn has(&self, part: AddressPart) -> bool {
        self.elements.iter().any(|element| element.part == part)
    }

    /// Whether a door was read.
    pub(super) fn has_door(&self) -> bool {
        self.has(AddressPart::Number) || self.has(AddressPart::LaneNumber)
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

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.pos..]
    }

    /// The name that has been read but not yet been given a kind.
    pub(super) fn word(&self) -> &'t str {
        &self.text[self.word_start..self.pos]
    }

    pub(super) fn advance(&mut self, n_bytes: usize) {
        self.pos += n_bytes;
        self.word_start = self.pos;
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
            '-' if self.is_joint() => self.read_separator(c),
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
            '裙' | '夹' | '首' => self.read_special_floor(c),
            _ => false,
        }
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
        let is_remark = mentions_hosting(inner)
            || ["附近", "门", "口", "站"].iter().any(|tail| inner.ends_with(tail))
            || inner.contains("公司");
        !is_remark
            && inner.bytes().any(|b| b.is_ascii_digit())
            && !self.has(AddressPart::Room)
            && !self.has(AddressPart::Block)
    }

    fn read_separator(&mut self, c: char) -> bool {
        self.flush_name(false);
        self.in_list = c == ',';
        self.advance(c.len_utf8());
        if self.in_list && self.has_door() && self.is_second_address() {
            self.advance(self.rest().len());
        }
        true
    }

    /// Whether a dash here joins two elements, and is not the sign of a floor below ground (-1层).
    fn is_joint(&self) -> bool {
        let after = &self.rest()[1..];
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let is_sign = digits == 1 && after[digits..].starts_with(['层', '楼', 'F']) && after.as_bytes()[0] <= b'4';
        !is_sign
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
        let is_inner = self.word() == "附" || self.word() == "之";
        if is_inner && self.has_door() && !self.has(AddressPart::Block) {
            self.word_start = self.pos;
            super::assign::assign_inner_door(self, &number);
            self.advance(number.len);
            return true;
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

    /// 裙楼 is a block of its own unless one is named, 夹层 lies above the floor before it, 首层 is the first.
    fn read_special_floor(&mut self, c: char) -> bool {
        let rest = self.rest();
        let (word, part) = match c {
            '裙' => (starting(rest, &["裙楼", "裙房"]), AddressPart::Block),
            '夹' => (starting(rest, &["夹层"]), AddressPart::Floor),
            _ => (starting(rest, &["首层", "首楼"]), AddressPart::Floor),
        };
        let Some(word) = word else { return false };
        self.flush_name(true);
        match c {
            '裙' if self.has(AddressPart::Block) => {}
            '裙' => self.push(part, self.pos..self.pos + word.len(), Some("裙楼".to_owned())),
            '夹' => {
                self.mezzanine = true;
                self.push(part, self.pos..self.pos + word.len(), Some("M".to_owned()));
            }
            _ if self.floor.is_none() => {
                self.floor = Some(1);
                self.push(part, self.pos..self.pos + word.len(), Some("1".to_owned()));
            }
            _ => {}
        }
        self.advance(word.len());
        true
    }

    /// Gives the pending name a kind: an estate by its tail, or because something inside it follows.
    pub(super) fn flush_name(&mut self, is_before_inner: bool) {
        let start = self.word_start;
        let after_road = self.last().is_some_and(|e| is_road(e.part) && e.span.end == start);
        let joints: &[char] = if after_road { &['-', '#', '与', '和', '、'] } else { &['-', '#'] };
        let begun = self.word().trim_start_matches(joints);
        let start = start + self.word().len() - begun.len();
        let word = strip_fillers(begun.trim_end_matches(joints));
        self.word_start = self.pos;
        if word.is_empty() {
            return;
        }
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

/// Whether the part is a road of its own name.
pub(super) fn is_road(part: AddressPart) -> bool {
    matches!(part, AddressPart::Road | AddressPart::CrossRoad)
}

/// Whether an ordinal counts floors or blocks (第三层) and does not name something (第三工业区).
fn is_counted_ordinal(rest: &str) -> bool {
    use number::Counter::{Block, Door, Floor, Unit};
    number::read(rest).is_some_and(|number| matches!(number.counter, Block | Door | Floor | Unit))
}

fn strip_fillers(word: &str) -> &str {
    FILLERS.iter().find(|filler| word == **filler).map_or(word, |_| "")
}
