//! Which number stands here, and what does it count: a door, a block, a unit, a floor or a room?
//!
//! A number is a run of letters and digits with inner dashes, or a Chinese numeral before a word that counts. It
//! deliberately knows nothing of what was read before; what a bare number means is decided in `assign.rs`.

use super::word::{Words, continues_as_road, starting};
use crate::text::chinese_number;

/// What the word after a number says that it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counter {
    /// 号, 号院.
    Door,
    /// 弄: a lane whose doors are buildings.
    Lane,
    /// 栋, 幢, 座, 号楼.
    Block,
    /// 单元, 梯.
    Unit,
    /// 层, 楼.
    Floor,
    /// 室, 房, 铺, 工位.
    Room,
    /// 期, 区: a part of an estate's name.
    Phase,
    /// 组, 队: a group of villagers.
    Group,
    /// Nothing: the number stands alone.
    Bare,
}

/// A number and the word that it stands before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number<'t> {
    /// The letters and digits; for a Chinese numeral the bytes it was written in.
    pub(super) written: &'t str,
    /// `written` with the further members of its list or range.
    pub(super) list: &'t str,
    /// The value of a Chinese numeral.
    pub(super) chinese: Option<u32>,
    /// Whether it counts downward: 负一层, 地下一层.
    pub(super) below_ground: bool,
    pub(super) counter: Counter,
    /// Bytes of the whole, counter included.
    pub(super) len: usize,
}

/// Words that count, longest first, because one may start with another.
const COUNTERS: Words<Counter> = Words::new(&[
    ("村民小组", Counter::Group),
    ("号大院", Counter::Door),
    ("号厂房", Counter::Block),
    ("号仓库", Counter::Block),
    ("号商铺", Counter::Room),
    ("号门面", Counter::Room),
    ("号铺位", Counter::Room),
    ("号档口", Counter::Room),
    ("号摊位", Counter::Room),
    ("号柜台", Counter::Room),
    ("号卡位", Counter::Room),
    ("号工位", Counter::Room),
    ("#厂房", Counter::Block),
    ("号院", Counter::Door),
    ("号楼", Counter::Block),
    ("号库", Counter::Block),
    ("号馆", Counter::Block),
    ("号栋", Counter::Block),
    ("号幢", Counter::Block),
    ("号房", Counter::Room),
    ("号铺", Counter::Room),
    ("号室", Counter::Room),
    ("号档", Counter::Room),
    ("支弄", Counter::Lane),
    ("#楼", Counter::Block),
    ("单元", Counter::Unit),
    ("楼层", Counter::Floor),
    ("房间", Counter::Room),
    ("铺位", Counter::Room),
    ("档口", Counter::Room),
    ("摊位", Counter::Room),
    ("柜台", Counter::Room),
    ("商铺", Counter::Room),
    ("卡位", Counter::Room),
    ("工位", Counter::Room),
    ("单位", Counter::Room),
    ("小组", Counter::Group),
    ("号", Counter::Door),
    ("弄", Counter::Lane),
    ("#", Counter::Block),
    ("栋", Counter::Block),
    ("排", Counter::Block),
    ("幢", Counter::Block),
    ("座", Counter::Block),
    ("馆", Counter::Block),
    ("梯", Counter::Unit),
    ("门", Counter::Unit),
    ("层", Counter::Floor),
    ("楼", Counter::Floor),
    ("室", Counter::Room),
    ("房", Counter::Room),
    ("铺", Counter::Room),
    ("期", Counter::Phase),
    ("区", Counter::Phase),
    ("组", Counter::Group),
    ("队", Counter::Group),
    ("社", Counter::Group),
]);

/// Words after a number that make it the name of something else: 7号线, 3号桥, 50米, 104国道.
const NAMES: Words<()> = Words::new(&[
    ("号线", ()),
    ("号桥", ()),
    ("号公路", ()),
    ("号路", ()),
    ("号大街", ()),
    ("号街", ()),
    ("号大道", ()),
    ("号地", ()),
    ("号井", ()),
    ("号矿", ()),
    ("米", ()),
    ("公里", ()),
    ("千米", ()),
    ("KM", ()),
    ("国道", ()),
    ("省道", ()),
    ("县道", ()),
    ("大街", ()),
    ("大道", ()),
    ("路", ()),
    ("街", ()),
    ("巷", ()),
    ("社区", ()),
    ("纬路", ()),
    ("经路", ()),
    ("号门", ()),
    ("号国道", ()),
    ("号岗", ()),
    ("弄口", ()),
    ("楼村", ()),
    ("房产", ()),
    ("铺路", ()),
    ("门诊", ()),
    ("门口", ()),
    ("房地产", ()),
    ("座谈", ()),
    ("区块", ()),
]);

/// The number at the start of a folded text.
///
/// A Chinese numeral is a number only before a word that counts; elsewhere it belongs to a name (一纬路).
pub(super) fn read(rest: &str) -> Option<Number<'_>> {
    let sign_len = below_ground_len(rest);
    let after_sign = &rest[sign_len..];
    let hash_len = usize::from(after_sign.starts_with('#'));
    let body = &after_sign[hash_len..];
    let run_len = run_len(body);
    let (written, chinese) = match run_len {
        0 => {
            let (value, len) = chinese_number(body)?;
            (&body[..len], Some(value))
        }
        _ => (&body[..run_len], None),
    };
    let list_len = if run_len > 0 { list_len(&body[..run_len], &body[run_len..]) } else { 0 };
    let after = &body[written.len() + list_len..];
    let mut counter = counter_of(after);
    if hash_len == 1 && counter.0 == Counter::Bare {
        counter.0 = Counter::Room;
    }
    let counts = counter.0 != Counter::Bare;
    if (chinese.is_some() && !counts)
        || (sign_len > 0 && counter.0 != Counter::Floor)
        || NAMES.at_start(after).is_some()
    {
        return None;
    }
    let len = sign_len + hash_len + written.len() + list_len + counter.1;
    let list = &body[..written.len() + list_len];
    Some(Number { written, list, chinese, below_ground: sign_len > 0, counter: counter.0, len })
}

fn counter_of(after: &str) -> (Counter, usize) {
    let Some((word, counter)) = COUNTERS.at_start(after) else { return (Counter::Bare, 0) };
    let beyond = &after[word.len()..];
    // 3楼2单元 and 3号楼 count buildings, 3楼 alone counts floors.
    let is_block = word == "楼" && read_ahead(beyond);
    match counter {
        Counter::Phase if continues_as_road(beyond) => (Counter::Bare, 0),
        _ => (if is_block { Counter::Block } else { counter }, word.len() - kind_of_room_len(word)),
    }
}

/// Bytes of the word behind the counter that only says what kind of room it is: 3号商铺 is room 3.
fn kind_of_room_len(word: &str) -> usize {
    let kind = ["商铺", "房间", "门面"].iter().find(|kind| word.len() > kind.len() && word.ends_with(**kind));
    kind.map_or(0, |kind| kind.len())
}

/// Whether a unit follows: `2单元` or `二单元`.
pub(super) fn read_ahead(rest: &str) -> bool {
    let len = match run_len(rest) {
        0 => chinese_number(rest).map_or(0, |(_, len)| len),
        len => len,
    };
    len > 0 && rest[len..].starts_with("单元")
}

/// Bytes of the letters, digits and inner dashes at the start of the text.
pub(super) fn run_len(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut len = 0;
    let mut end = 0;
    while let Some(byte) = bytes.get(len) {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => end = len + 1,
            b'-' | b'/' | b'.' if end == len && len > 0 => {}
            _ => break,
        }
        len += 1;
    }
    end
}

/// Bytes of the further members of a list or range: `,102` in `101,102室`, `至501` in `101至501`.
fn list_len(first: &str, rest: &str) -> usize {
    let mut len = 0;
    while let Some(joint) = starting(&rest[len..], &[",", "至", "~", "和"]) {
        let member = run_len(&rest[len + joint.len()..]);
        let beyond = &rest[len + joint.len() + member..];
        // A member with a counter of its own ends the list, unless the first has none and takes it.
        let run = &rest[len + joint.len()..len + joint.len() + member];
        // N5,2011 are a block and a room, not two of a kind.
        let last = |run: &'_ str| run.rsplit('-').next().map_or(0, str::len);
        let is_alike = leads_with_letter(run) == leads_with_letter(first) && last(run).abs_diff(last(first)) <= 1;
        if member == 0 || !is_alike || (len == 0 && joint == "," && beyond.starts_with('号')) {
            break;
        }
        len += joint.len() + member;
    }
    len
}

fn leads_with_letter(run: &str) -> bool {
    run.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn below_ground_len(rest: &str) -> usize {
    starting(rest, &["地下室", "地下", "负", "-"]).filter(|word| *word != "地下室").map_or(0, str::len)
}
