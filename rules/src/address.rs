//! Which division, road, building and room does a written address mean, and when do two mean the same place?
//!
//! Elements follow GA/T 2000.32-2014; the parser reads a folded text once from left to right ([`parse`]), fills in what
//! the writer left out where the tables leave no choice, and marks what was filled in. [`compare()`] then goes from
//! coarse to fine and stops at the first contradiction.
//!
//! [`describe()`] shows each part where it stands in the delivered text; [`place_code()`] reads the codes of buildings and
//! rooms.
//!
//! It deliberately knows no roads and no buildings: what is not a division is read by its form alone, so that a new
//! road needs no release. It does not geocode, and it never invents a building code.

mod assign;
mod building;
mod compare;
mod describe;
mod head;
mod key;
mod number;
mod pack;
mod place;
mod place_code;
mod rooms;
mod scan;
#[cfg(test)]
mod tests;
mod trace;
mod vector;
mod word;

use crate::date::Date;
use crate::division::{self, Division, DivisionThen, FunctionalArea};
use crate::text::{FoldSteps, Keep, cut, fold_keeping};
use std::borrow::Cow;

pub use building::BuildingPlace;
pub use compare::{AddressAgreement, AddressLevel, compare};
pub use describe::{AddressDescription, PartDescription, describe};
pub use place_code::{PlaceCode, PlaceCodeKind, PlaceCodeScheme, place_code};
pub use scan::AddressPart;
pub use vector::{
    AddressReading, AddressVector, COMMON_MEASURES, COMPARED_PARTS, CommonMeasure, ComparedPart, MEASURE_MAX,
    PartLevel, SIDE_MEASURES, SideMeasure,
};

/// Longest text that is read, in bytes; what is longer is no address, and its beginning is kept.
const N_BYTES_MAX: usize = 2_000;

/// The parts that an [`Address`] stores, in the order of [`Address::spans`].
const STORED: [AddressPart; 10] = [
    AddressPart::Street,
    AddressPart::Community,
    AddressPart::Group,
    AddressPart::Road,
    AddressPart::Number,
    AddressPart::Estate,
    AddressPart::Block,
    AddressPart::Unit,
    AddressPart::Room,
    AddressPart::Landmark,
];

/// What the parser concluded instead of read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inferred {
    /// The division, or part of it, is the default of the source.
    pub division: bool,
    /// The county follows from the 街道, the 社区 or the functional area.
    pub county: bool,
    /// The floor follows from the number of the room.
    pub floor: bool,
}

#[derive(Clone, Copy, Default)]
struct Span {
    start: u16,
    len: u16,
}

/// An address taken apart: one text and where its parts lie in it.
#[derive(Clone)]
pub struct Address {
    /// The folded text, then the normal forms that do not occur in it.
    text: Box<str>,
    norm_len: u16,
    spans: [Span; STORED.len()],
    rooms: Span,
    division: Option<Division>,
    division_written: Option<Division>,
    street_code: u32,
    /// Where the table of functional areas holds the one that is named.
    functional_area: Option<u16>,
    floor: Option<i16>,
    mezzanine: bool,
    inferred: Inferred,
    ambiguous: bool,
    hosted: bool,
    approximate: bool,
    steps: FoldSteps,
}

/// Takes an address apart; `default` is the division that the source speaks of when it names none.
///
/// ```
/// use minglu_rules::address;
/// let address = address::parse("广东省深圳市南山区粤海街道科技园社区科苑路15号科兴科学园A栋3单元15层1501", None);
/// assert_eq!(address.canonical(), "440305|粤海街道|科技园社区|科苑路|15|科兴科学园|A|3|15|1501");
/// ```
pub fn parse(text: &str, default: Option<Division>) -> Address {
    let folded = Folded::new(text);
    pack::pack(&scan::scan(&folded.norm, default), folded.hosted, folded.steps)
}

/// A text before it is taken apart.
struct Folded<'t> {
    /// The text as delivered, cut to a length that an address can have.
    raw: &'t str,
    /// The same, byte for byte, but with signs between runs that a space kept apart.
    separated: Cow<'t, str>,
    norm: String,
    steps: FoldSteps,
    hosted: bool,
}

impl Folded<'_> {
    fn new(text: &str) -> Folded<'_> {
        let raw = cut(text, N_BYTES_MAX);
        let mut norm = String::with_capacity(raw.len() + 24);
        let separated = separate_runs(raw);
        let steps = fold_keeping(&separated, Keep::Address, &mut norm);
        let hosted = scan::mentions_hosting(&norm);
        Folded { raw, separated, norm, steps, hosted }
    }
}

/// Keeps two runs of letters and digits apart that only a space separates (`A栋 12 305`), and what a line separates.
///
/// Folding would join them to another number. The result is as long as the text, so that places in it stay true.
fn separate_runs(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut whole = Cow::Borrowed(text);
    for (idx, byte) in bytes.iter().enumerate() {
        let separates = match byte {
            b'_' | b'|' => true,
            b' ' | b'\t' => {
                let before = idx.checked_sub(1).map_or(b' ', |before| bytes[before]);
                let after = bytes.get(idx + 1).copied().unwrap_or(b' ');
                let is_number = before.is_ascii_digit() || after.is_ascii_digit();
                is_number && before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric()
            }
            _ => false,
        };
        if separates {
            whole.to_mut().replace_range(idx..=idx, "-");
        }
    }
    whole
}

impl Address {
    /// The folded text that was read.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert_eq!(address::parse("科苑路１５号　Ａ座", None).norm(), "科苑路15号A座");
    /// ```
    pub fn norm(&self) -> &str {
        &self.text[..usize::from(self.norm_len)]
    }

    /// The lowest division of today: as written, completed by the street or by the default.
    ///
    /// ```
    /// # use minglu_rules::{address, division};
    /// let address = address::parse("宝安区龙华街道梅龙路1号", division::named("深圳市"));
    /// assert_eq!(address.division().unwrap().name(), "龙华区");
    /// assert_eq!(address.division_written().unwrap().name(), "宝安区");
    /// ```
    pub fn division(&self) -> Option<Division> {
        self.division
    }

    /// The lowest division that the text itself names, which may be out of date.
    ///
    /// ```
    /// # use minglu_rules::{address, division};
    /// assert_eq!(address::parse("科苑路15号", division::named("深圳市")).division_written(), None);
    /// ```
    pub fn division_written(&self) -> Option<Division> {
        self.division_written
    }

    /// The nine-digit code of the street, where the table knows it.
    ///
    /// ```
    /// # use minglu_rules::{address, division};
    /// assert_eq!(address::parse("粤海街办科苑路", division::named("深圳市")).street_code(), Some(440305007));
    /// ```
    pub fn street_code(&self) -> Option<u32> {
        Some(self.street_code).filter(|code| *code != 0)
    }

    /// 街道, 镇 or 乡, by its official name where the table knows it.
    ///
    /// ```
    /// # use minglu_rules::{address, division};
    /// assert_eq!(address::parse("粤海街办科苑路", division::named("深圳市")).street(), Some("粤海街道"));
    /// ```
    pub fn street(&self) -> Option<&str> {
        self.part(AddressPart::Street)
    }

    /// 社区 or 村, without its committee.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert_eq!(address::parse("济源市承留镇小寨村村委会", None).community(), Some("小寨村"));
    /// ```
    pub fn community(&self) -> Option<&str> {
        self.part(AddressPart::Community)
    }

    /// The road, with its section (芙蓉中路二段).
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert_eq!(address::parse("长沙市雨花区芙蓉中路二段16号", None).road(), Some("芙蓉中路二段"));
    /// ```
    pub fn road(&self) -> Option<&str> {
        self.part(AddressPart::Road)
    }

    /// The door number on the road; a lane keeps its 弄.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert_eq!(address::parse("成都市科园南二路二号", None).road_no(), Some("2"));
    /// assert_eq!(address::parse("上海市绥德路2弄3号", None).road_no(), Some("2弄"));
    /// ```
    pub fn road_no(&self) -> Option<&str> {
        self.part(AddressPart::Number)
    }

    /// The named plot or building: 小区, 园, 大厦.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert_eq!(address::parse("南山区科苑路15号科兴科学园A座", None).estate(), Some("科兴科学园"));
    /// ```
    pub fn estate(&self) -> Option<&str> {
        self.part(AddressPart::Estate)
    }

    /// 栋, 座, 幢 and 号楼 alike; a block in a block is joined by a dash.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert_eq!(address::parse("和成世纪名园3号楼B座", None).block(), Some("3-B"));
    /// ```
    pub fn block(&self) -> Option<&str> {
        self.part(AddressPart::Block)
    }

    /// 单元.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert_eq!(address::parse("下城区五里塘苑37-6-1163", None).unit(), Some("6"));
    /// ```
    pub fn unit(&self) -> Option<&str> {
        self.part(AddressPart::Unit)
    }

    /// The floor, counted downward below ground; inferred from the room where it is not written.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert_eq!(address::parse("海岸城负一层", None).floor(), Some(-1));
    /// assert_eq!(address::parse("科兴科学园A座1501", None).floor(), Some(15));
    /// ```
    pub fn floor(&self) -> Option<i16> {
        self.floor
    }

    /// The room; of a list or range the first.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert_eq!(address::parse("科兴科学园A-1501", None).room(), Some("1501"));
    /// assert_eq!(address::parse("科兴科学园A座101、102室", None).room(), Some("101"));
    /// ```
    pub fn room(&self) -> Option<&str> {
        self.part(AddressPart::Room)
    }

    /// All rooms of a list or range, the ends of a range joined by a dash; one room is a list of one.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// let rooms = |text| address::parse(text, None).rooms().map(str::to_owned).collect::<Vec<_>>();
    /// assert_eq!(rooms("科兴科学园A座301-302、305"), ["301-302", "305"]);
    /// assert_eq!(rooms("科兴科学园A座1501室"), ["1501"]);
    /// assert!(rooms("科兴科学园A座").is_empty());
    /// ```
    pub fn rooms(&self) -> impl Iterator<Item = &str> + Clone {
        let Span { start, len } = self.rooms;
        let (start, len) = (usize::from(start), usize::from(len));
        let list = if len > 0 { &self.text[start..start + len] } else { self.room().unwrap_or_default() };
        list.split(',').filter(|room| !room.is_empty())
    }

    /// Whether the text can be read in two ways: 3号楼B座 is block B of building 3, or a second name of it.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert!(address::parse("和成世纪名园3号楼B座负一层", None).ambiguous());
    /// ```
    pub fn ambiguous(&self) -> bool {
        self.ambiguous
    }

    /// The development zone or new area that the text names, which is no division (前海, 大鹏新区).
    ///
    /// ```
    /// # use minglu_rules::address;
    /// let area = address::parse("深圳市前海深港合作区前湾一路1号", None).functional_area().unwrap();
    /// assert_eq!((area.name, area.statistics_code), ("前海深港现代服务业合作区", Some(440_305_400)));
    /// ```
    pub fn functional_area(&self) -> Option<FunctionalArea> {
        self.functional_area.and_then(division::functional_area_at)
    }

    /// The code and name under which the place stood on a day; [`Address::division`] tells those of today.
    ///
    /// ```
    /// # use minglu_rules::{address, date};
    /// let address = address::parse("深圳市宝安区龙华街道梅龙路1号", None);
    /// let then = address.division_at(date::parse("2010-05-01").unwrap()).unwrap();
    /// assert_eq!((then.code, address.division().unwrap().number()), (440306, 440309));
    /// ```
    pub fn division_at(&self, day: Date) -> Option<DivisionThen> {
        division::then(self.division?, day)
    }

    /// Whether the floor is a 夹层, between [`Address::floor`] and the next one.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert!(address::parse("海岸城1层夹层", None).mezzanine());
    /// ```
    pub fn mezzanine(&self) -> bool {
        self.mezzanine
    }

    /// A name in the address that is no part of it: a firm, a shop.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert_eq!(address::parse("闻川路1722号金乐染织有限公司", None).landmark(), Some("金乐染织有限公司"));
    /// ```
    pub fn landmark(&self) -> Option<&str> {
        self.part(AddressPart::Landmark)
    }

    /// Whether the text says that registrations are hosted there (入驻, 托管, 集群); such an address proves little.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert!(address::parse("前湾一路1号A栋201室(入驻深圳市前海商务秘书有限公司)", None).hosted());
    /// ```
    pub fn hosted(&self) -> bool {
        self.hosted
    }

    /// Whether the text only says near what the place is (附近, 对面, 交叉口).
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert!(address::parse("福田区华强北路与振兴路交叉口西南角", None).approximate());
    /// ```
    pub fn approximate(&self) -> bool {
        self.approximate
    }

    /// What was concluded instead of read.
    ///
    /// ```
    /// # use minglu_rules::address;
    /// assert!(address::parse("科兴科学园A座1501", None).inferred().floor);
    /// ```
    pub fn inferred(&self) -> Inferred {
        self.inferred
    }

    /// The finest level that the address tells.
    ///
    /// ```
    /// use minglu_rules::address::{self, AddressLevel};
    /// assert_eq!(address::parse("深圳市南山区科苑路", None).level(), AddressLevel::Road);
    /// assert_eq!(address::parse("", None).level(), AddressLevel::Nothing);
    /// ```
    pub fn level(&self) -> AddressLevel {
        compare(self, self).level
    }

    fn part(&self, part: AddressPart) -> Option<&str> {
        let idx = STORED.iter().position(|stored| *stored == part)?;
        let Span { start, len } = self.spans[idx];
        let (start, len) = (usize::from(start), usize::from(len));
        (len > 0).then(|| &self.text[start..start + len])
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.canonical())
    }
}
