//! Which named place ends here: a road, a community, an area, a township, a side?
//!
//! Names are read by their tails alone (`word.rs`), so each rule looks at what follows as well: 科技园 ends no name in
//! 科技园路, 上街 no road in 上街镇. It deliberately gives no kind to a name without a tail; `scan.rs` does.

use super::number;
use super::scan::{AddressPart, Scan, is_road};
use super::word::{
    AREA_PARTS, AREA_TAILS, ASSISTS, COMMITTEES, ESTATE_TAILS, NOT_A_VILLAGE, NOT_AFTER_ROAD, continues_as_road,
    continues_as_road_within, ends_with, ends_with_any, is_road_infix, starting,
};
use crate::text::chinese_number;

/// Longest name of a township that is read by its tail alone, in characters.
const N_TOWN_CHARS_MAX: usize = 6;

/// Longest name that serves as a road without a tail, in characters.
const N_HAMLET_CHARS_MAX: usize = 5;

/// Shortest tail behind which a road's own name may begin, in bytes: two characters, because 城 and 园 end in too many.
const N_BYTES_SPLITTING: usize = 6;

/// Shortest text before a road's tail that can be a quarter and a road, in bytes: one character, a tail, and two more.
const N_BYTES_SPLIT_MIN: usize = 15;

impl Scan<'_> {
    pub(super) fn read_road(&mut self, c: char) -> bool {
        let end = self.pos + c.len_utf8();
        let after = &self.text[end..];
        if c == '街' && (after.starts_with('道') || after.starts_with("办")) {
            return self.read_town(c);
        }
        let after_road = self.last().is_some_and(|e| is_road(e.part) && e.span.end == self.word_start);
        if let (true, Some(joint)) = (after_road, starting(self.word(), &["与", "和", "至"])) {
            self.word_start += joint.len();
        }
        let word = self.word();
        if word.is_empty() || word == "大" || !ends_road(c, word, after) {
            return false;
        }
        if c == '街' && self.has(AddressPart::Floor) && is_numeral(word) {
            // Inside a market an aisle has a number and is called 街.
            self.push(AddressPart::Unit, self.word_start..end, Some(word.to_owned()));
            self.advance(c.len_utf8());
            return true;
        }
        // 望和南路5巷 is one road: the lane has no name of its own.
        let is_lane = after_road && (c == '巷' || c == '弄') && word.len() <= 12;
        let part = match (is_lane, self.has(AddressPart::Road)) {
            (true, _) => AddressPart::Segment,
            (false, true) => AddressPart::CrossRoad,
            (false, false) => AddressPart::Road,
        };
        let start = self.split_name_before_road();
        self.push(part, start..end, None);
        self.advance(c.len_utf8());
        self.read_segment();
        true
    }

    /// Where the name of the road begins that ends here; a quarter before it (鸿顺家园|高田王街) is set apart.
    fn split_name_before_road(&mut self) -> usize {
        let word = self.word();
        if word.len() < N_BYTES_SPLIT_MIN {
            return self.word_start;
        }
        let ends_name = |name: &str| {
            let mut tails = ESTATE_TAILS.iter().chain(AREA_TAILS).filter(|tail| tail.len() >= N_BYTES_SPLITTING);
            tails.any(|tail| name.len() > tail.len() && ends_with(name, tail))
        };
        let ends = word.char_indices().rev().map(|(idx, _)| idx);
        let Some(end) = ends.into_iter().find(|end| ends_name(&word[..*end])) else { return self.word_start };
        // 广场北路 and 科技园二路 are named after the place; their own part is too little for a name.
        let own = &word[end..];
        if own.chars().nth(1).is_none() || own.chars().all(is_road_infix) {
            return self.word_start;
        }
        let is_area = ends_with_any(&word[..end], AREA_TAILS);
        let part = if is_area { AddressPart::Zone } else { AddressPart::Estate };
        self.push(part, self.word_start..self.word_start + end, None);
        self.word_start += end;
        self.word_start
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
        } else if head_len == 3
            && "东西南北中".contains(&rest[..3])
            && head.starts_with(|c: char| c.is_ascii_digit())
            && distance_len(rest).is_none()
        {
            if let Some(road) = self.elements.last_mut() {
                road.span.end += head_len;
            }
            self.advance(head_len);
        }
    }

    pub(super) fn read_community(&mut self, c: char) -> bool {
        let end = self.pos + c.len_utf8();
        let word = &self.text[self.word_start..end];
        let after = &self.text[end..];
        if self.has_door() || self.has(AddressPart::Block) || word.chars().count() < 2 {
            return false;
        }
        let committee = starting(after, &["村民委员会", "村委会"]).or(starting(after, COMMITTEES)).unwrap_or("");
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
        if !is_community || word == "农村" || (c == '村' && word.chars().count() > N_TOWN_CHARS_MAX) {
            return false;
        }
        let tail = if c == '嘎' { "查" } else { committee };
        if c == '村' && after.starts_with("民组") {
            let group = self.text[self.word_start..self.pos].to_owned();
            self.push(AddressPart::Group, self.word_start..end + "民组".len(), Some(group));
            self.advance(c.len_utf8() + "民组".len());
            return true;
        }
        // 小寨村村委会 is the village and its committee, 小寨村委会 one word.
        let is_apart = c == '村' && starting(after, &["村委会", "村民委员会"]).is_some();
        let len = c.len_utf8() + if is_apart { 0 } else { tail.len() };
        self.push(AddressPart::Community, self.word_start..self.pos + len, None);
        self.advance(len);
        if is_apart {
            self.push(AddressPart::Landmark, self.pos..self.pos + tail.len(), None);
            self.advance(tail.len());
        }
        true
    }

    /// Cuts a name behind 工业区, 科技园 and the like, when another name follows.
    pub(super) fn read_area(&mut self, c: char) -> bool {
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

    pub(super) fn read_town(&mut self, c: char) -> bool {
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

    pub(super) fn read_assist(&mut self) -> bool {
        if let Some(len) = distance_len(self.rest()) {
            self.flush_name(false);
            self.push(AddressPart::Direction, self.pos..self.pos + len, None);
            self.advance(len);
            return true;
        }
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

    /// A short name directly before a door number is a hamlet or a lane without a tail (桥北868号).
    pub(super) fn name_to_hamlet(&mut self) {
        let pos = self.pos;
        let text = self.text;
        let is_quarter = |name: &str| name.ends_with(['里', '坊', '庄']);
        let name = self.elements.last_mut().filter(|e| {
            let is_name =
                e.part == AddressPart::Landmark || (e.part == AddressPart::Estate && is_quarter(&text[e.span.clone()]));
            is_name && e.span.end == pos
        });
        if let Some(name) = name.filter(|e| text[e.span.clone()].chars().count() <= N_HAMLET_CHARS_MAX) {
            name.part = AddressPart::Hamlet;
        }
    }
}

/// Bytes of a way to go at the start of the text: 东北150米, 往南约200米, 北行1.5公里路西.
fn distance_len(text: &str) -> Option<usize> {
    const WAYS: &[&str] = &["方向", "直行", "直走", "行", "走", "约", "大约"];
    let mut rest = text.trim_start_matches(['往', '向']);
    let way = rest.trim_start_matches(['东', '西', '南', '北']);
    if !(3..=6).contains(&(rest.len() - way.len())) {
        return None;
    }
    rest = way;
    while let Some(word) = starting(rest, WAYS) {
        rest = &rest[word.len()..];
    }
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let measure = starting(unit, &["米", "公里", "千米", "KM"]).filter(|_| unit.len() < rest.len())?;
    rest = &unit[measure.len()..];
    // 路西 tells the side of the road, but 路南街 names a street.
    let side = starting(rest, &["路东", "路西", "路南", "路北"]).filter(|side| !continues_as_road(&rest[side.len()..]));
    Some(text.len() - rest.len() + side.map_or(0, str::len))
}

fn is_numeral(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit()) || chinese_number(word).is_some_and(|(_, len)| len == word.len())
}

/// What makes another word of 街 than a street.
const STREET_WORDS: [char; 6] = ['道', '坊', '区', '口', '办', '角'];

fn ends_road(c: char, word: &str, after: &str) -> bool {
    let next_is_number = after.is_empty() || after.starts_with(|c: char| c.is_ascii_digit() || c == '(');
    match c {
        '路' if word.ends_with('铁') => false,
        // 马路街 is a street; in 中山路街道 and 曹杨路街坊 the road ends.
        '路' if after.strip_prefix('街').is_some_and(|beyond| !beyond.starts_with(STREET_WORDS)) => false,
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

fn is_segment_mark(c: char) -> bool {
    matches!(c, '东' | '西' | '南' | '北' | '中' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}
