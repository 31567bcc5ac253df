//! Which words end a road, an estate, a community, and which say "near"?
//!
//! Tables only, after GA/T 2000.32-2014 and what real address lists write. How they are applied is in `scan.rs`.

/// Ends of estate names: what stands on a plot of its own. Longest first where one ends with another.
pub(super) const ESTATE_TAILS: &[&str] = &[
    "花园",
    "小区",
    "大厦",
    "广场",
    "中心",
    "公寓",
    "宿舍",
    "工业区",
    "工业园",
    "工业城",
    "科技园",
    "产业园",
    "园区",
    "基地",
    "新村",
    "家园",
    "商场",
    "市场",
    "公馆",
    "大楼",
    "商城",
    "写字楼",
    "办公楼",
    "综合楼",
    "商务楼",
    "科技楼",
    "别墅",
    "名园",
    "名苑",
    "雅苑",
    "花苑",
    "嘉园",
    "佳苑",
    "豪庭",
    "华庭",
    "名邸",
    "山庄",
    "度假村",
    "学校",
    "大学",
    "医院",
    "酒店",
    "宾馆",
    "厂区",
    "物流园",
    "软件园",
    "创业园",
    "科学园",
    "生态园",
    "园",
    "苑",
    "庭",
    "府",
    "邸",
    "轩",
    "阁",
    "城",
    "座",
    "厂",
    "湾",
    "居",
    "楼",
    "坊",
    "里",
    "庄",
    "寓",
];

/// Estates that are one building, so that a room in them needs no block.
pub(super) const BUILDING_TAILS: &[&str] =
    &["大厦", "大楼", "写字楼", "办公楼", "综合楼", "商务楼", "科技楼", "公寓", "酒店", "宾馆", "商厦", "饭店", "中心"];

/// Areas larger than an estate; what follows is read as a name of its own.
pub(super) const AREA_TAILS: &[&str] = &[
    "开发区",
    "工业区",
    "工业园区",
    "工业园",
    "科技园区",
    "科技园",
    "产业园区",
    "产业园",
    "高新区",
    "保税区",
    "示范区",
    "软件园",
    "物流园区",
    "物流园",
    "商务区",
    "自贸区",
    "新区",
    "片区",
    "集中区",
    "管理区",
    "合作区",
    "高新园",
    "园区",
    "试验区",
    "经济区",
    "集聚区",
    "工业小区",
    "度假区",
];

/// Parts of a zone that are written after it: 科技园北区, 高新区中区.
pub(super) const AREA_PARTS: &[&str] =
    &["东区", "西区", "南区", "北区", "中区", "东片", "西片", "南片", "北片", "东诚片"];

/// Villages in name only: these are estates.
pub(super) const NOT_A_VILLAGE: &[&str] =
    &["新村", "度假村", "农村", "公社村", "一村", "二村", "三村", "四村", "五村", "六村", "七村", "八村"];

/// What follows the name of a village or a quarter when its committee is meant.
pub(super) const COMMITTEES: &[&str] = &["居民委员会", "村民委员会", "民委员会", "居委会", "村委会", "委会"];

/// Words that place an address near something; what they qualify is never below the road.
pub(super) const ASSISTS: &[&str] = &[
    "交叉口",
    "交汇处",
    "交界处",
    "交接处",
    "相交处",
    "交汇",
    "附近",
    "旁边",
    "对面",
    "斜对面",
    "隔壁",
    "路口",
    "往东",
    "往西",
    "往南",
    "往北",
    "向东",
    "向西",
    "向南",
    "向北",
    "以东",
    "以西",
    "以南",
    "以北",
    "东侧",
    "西侧",
    "南侧",
    "北侧",
    "东南角",
    "西南角",
    "东北角",
    "西北角",
    "东面",
    "西面",
    "南面",
    "北面",
    "旁",
];

/// Words of an address that only hosts registrations (docs/methods/addresses.md).
pub(super) const HOSTING: &[&str] = &[
    "入驻",
    "托管",
    "集群",
    "秘书",
    "孵化",
    "众创空间",
    "工位",
    "卡位",
    "住所申报",
    "一址多照",
    "一照多址",
    "虚拟地址",
];

/// Words between a block and its floor or room that say nothing.
pub(super) const FILLERS: &[&str] = &[
    "厂房", "整栋", "整层", "部分", "裙房", "裙楼", "办公", "宿舍", "商业", "主楼", "内", "第", "自编", "之", "的",
    "房屋", "商铺", "房间", "门面", "铺", "店面", "商位", "单元", "铺位", "档口", "摊位", "房号", "室", "车间", "全部",
    "塔楼", "塔",
];

/// Heads of a road name's last word.
pub(super) const ROAD_TAILS: &[&str] =
    &["大道", "大街", "路", "街", "巷", "公路", "道", "支路", "国道", "省道", "县道"];

/// How many characters may stand between a road's name and its tail: 科技南十二路 has three.
const N_ROAD_INFIXES_MAX: usize = 3;

/// Whether the text goes on as a road whose name has begun before: 南大街, 一路, 路.
pub(super) fn continues_as_road(rest: &str) -> bool {
    continues_as_road_within(rest, N_ROAD_INFIXES_MAX)
}

/// Like [`continues_as_road`], with at most so many characters before the tail.
pub(super) fn continues_as_road_within(rest: &str, n_infixes_max: usize) -> bool {
    let mut tail = rest;
    for _ in 0..n_infixes_max {
        match tail.chars().next() {
            Some(c) if is_road_infix(c) => tail = &tail[c.len_utf8()..],
            _ => break,
        }
    }
    starting(tail, ROAD_TAILS).is_some() && !tail.starts_with("街道") && !tail.starts_with("街坊")
}

pub(super) fn is_road_infix(c: char) -> bool {
    matches!(c, '东' | '西' | '南' | '北' | '中' | '前' | '后' | '内' | '外' | '支' | '横' | '0'..='9')
        || matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// Words with the set of their first characters, so that nearly every text is rejected by one look.
pub(super) struct Words<Meaning: 'static> {
    words: &'static [(&'static str, Meaning)],
    leads: u128,
}

impl<Meaning: Copy> Words<Meaning> {
    /// Prepares a table; where one word starts with another, the longer one must come first.
    pub(super) const fn new(words: &'static [(&'static str, Meaning)]) -> Words<Meaning> {
        let (mut leads, mut idx) = (0, 0);
        while idx < words.len() {
            leads |= 1 << slot(lead(words[idx].0));
            idx += 1;
        }
        Words { words, leads }
    }

    /// The first word that the text starts with, and what it means.
    pub(super) fn at_start(&self, text: &str) -> Option<(&'static str, Meaning)> {
        let lead = lead(text);
        if self.leads & (1 << slot(lead)) == 0 {
            return None;
        }
        self.words.iter().find(|(word, _)| self::lead(word) == lead && text.starts_with(word)).copied()
    }
}

/// One of 128 places for a first character: the low bits of its last two bytes.
const fn slot(lead: u32) -> u32 {
    (lead & 0x3F) | ((lead >> 2) & 0x40)
}

/// The first of `words` that the text starts with.
pub(super) fn starting<'w>(rest: &str, words: &[&'w str]) -> Option<&'w str> {
    let lead = lead(rest);
    // Comparing whole words calls into the C library; the first character rejects nearly all of them.
    words.iter().find(|word| self::lead(word) == lead && rest.starts_with(**word)).copied()
}

/// The first character as a number, quickly.
#[inline]
pub(super) const fn lead(text: &str) -> u32 {
    match *text.as_bytes() {
        [a, b, c, ..] if a >= 0x80 => u32::from_be_bytes([0, a, b, c]),
        [a, ..] => a as u32,
        [] => 0,
    }
}

/// Whether the text ends with one of `tails` and is not that word alone.
pub(super) fn ends_with_any(word: &str, tails: &[&str]) -> bool {
    tails.iter().any(|tail| word.len() > tail.len() && ends_with(word, tail))
}

/// Whether the word ends with the tail, quickly.
#[inline]
pub(super) fn ends_with(word: &str, tail: &str) -> bool {
    word.as_bytes().last() == tail.as_bytes().last() && word.ends_with(tail)
}

/// Words that show that a road's tail was none: 上街镇, 体育馆路街道, 科苑路小区.
pub(super) const NOT_AFTER_ROAD: &[&str] =
    &["镇", "乡", "村", "街道", "社区", "小区", "桥", "灯", "线", "坊", "区", "公交", "口村", "大厦", "派出所"];

/// Marks before a door number that make it another door: 甲92号 is not 92号.
pub(super) const DOOR_BRANCHES: &[&str] = &["甲", "乙", "丙", "丁", "附", "临"];
