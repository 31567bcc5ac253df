//! Which province, city and county does a code or a text name, and which did it name before?
//!
//! Divisions are those of GB/T 2260 as they stand in 2026, down to the county; townships and 街道 carry the nine-digit
//! codes of 《统计用区划代码和城乡划分代码编制规则》(国统字〔2009〕91号) of 2023. Tables, sources and licences:
//! `rules/data/division/README.md`.
//!
//! It deliberately does not guess: a county that several cities have (朝阳区, 鼓楼区) is named only inside its city, and
//! a short form is never read out of a road (南京路) or a place (深圳湾). A development zone is no division; it is a
//! [`FunctionalArea`] that lies in one. Roads, communities and buildings belong to [`crate::address`].

mod community;
mod functional;
mod history;
mod prefix;
mod street;
mod table;
#[cfg(test)]
mod tests;

use serde::{Serialize, Serializer};
use std::fmt;
use std::num::NonZeroU32;

pub use community::county_of_community;
pub(crate) use functional::functional_area_at;
pub use functional::{FunctionalArea, FunctionalPrefix, functional_area};
pub use history::{DivisionThen, Former, current, ever_existed, lookup, then, today, was};
pub use prefix::{DivisionPrefix, prefix, prefix_within};
pub(crate) use prefix::{county_name_len, links, may_start, own_name_len, short_county};
pub use street::{Street, street};
pub(crate) use street::{of_street, place_by_stem, street_before_road, street_by_stem, street_name, street_name_len};

/// How far down the tree a division stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DivisionLevel {
    /// 省, 自治区, 直辖市, 特别行政区.
    Province,
    /// 地级市, 地区, 自治州, 盟.
    City,
    /// 市辖区, 县, 县级市, 旗.
    County,
}

/// A division that exists today: its six-digit code of GB/T 2260.
///
/// The code is always one of the table, which is why the field is private and [`of_code`] the way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Division(NonZeroU32);

/// Names and addresses hold it where there may be none.
const _: () = assert!(size_of::<Option<Division>>() == 4);

impl Division {
    /// The division of a code of the tables; no division has the code 0.
    fn at(code: u32) -> Division {
        Division(NonZeroU32::new(code).unwrap_or(NonZeroU32::MIN))
    }

    /// The six digits.
    ///
    /// ```
    /// use minglu_rules::division;
    /// assert_eq!(division::named("深圳市").unwrap().code(), "440300");
    /// ```
    pub fn code(self) -> String {
        self.number().to_string()
    }

    /// The six digits as a number, the cheap form for keys.
    ///
    /// ```
    /// # use minglu_rules::division;
    /// assert_eq!(division::named("深圳市").unwrap().number(), 440300);
    /// ```
    pub fn number(self) -> u32 {
        self.0.get()
    }

    /// Province, city or county.
    ///
    /// ```
    /// use minglu_rules::division::{self, DivisionLevel};
    /// assert_eq!(division::named("北京市").unwrap().level(), DivisionLevel::Province);
    /// ```
    pub fn level(self) -> DivisionLevel {
        match self.number() {
            code if code % 10_000 == 0 => DivisionLevel::Province,
            code if code % 100 == 0 => DivisionLevel::City,
            _ => DivisionLevel::County,
        }
    }

    /// The province that the division is or lies in.
    ///
    /// ```
    /// # use minglu_rules::division;
    /// assert_eq!(division::named("深圳市").unwrap().province().name(), "广东省");
    /// ```
    pub fn province(self) -> Division {
        Division::at(self.number() / 10_000 * 10_000)
    }

    /// The city that the division is or lies in; a municipality (北京, 上海, 天津, 重庆) is its own city.
    ///
    /// A county-level city directly under its province (仙桃市) has none.
    ///
    /// ```
    /// # use minglu_rules::division;
    /// assert_eq!(division::of_code(440305).unwrap().city().unwrap().name(), "深圳市");
    /// assert_eq!(division::of_code(310115).unwrap().city().unwrap().name(), "上海市");
    /// assert_eq!(division::named("仙桃市").unwrap().city(), None);
    /// ```
    pub fn city(self) -> Option<Division> {
        if table::is_municipality(self.number()) {
            return Some(self.province());
        }
        of_code(self.number() / 100 * 100).filter(|city| city.level() == DivisionLevel::City)
    }

    /// The division itself when it is a county.
    ///
    /// ```
    /// # use minglu_rules::division;
    /// assert_eq!(division::of_code(440305).unwrap().county().unwrap().name(), "南山区");
    /// assert_eq!(division::named("东莞市").unwrap().county(), None);
    /// ```
    pub fn county(self) -> Option<Division> {
        Some(self).filter(|division| division.level() == DivisionLevel::County)
    }

    /// The next division above; none above a province.
    ///
    /// ```
    /// # use minglu_rules::division;
    /// assert_eq!(division::of_code(440305).unwrap().parent(), division::named("深圳市"));
    /// assert_eq!(division::named("仙桃市").unwrap().parent(), division::named("湖北省"));
    /// ```
    pub fn parent(self) -> Option<Division> {
        match self.level() {
            DivisionLevel::Province => None,
            DivisionLevel::City => Some(self.province()),
            DivisionLevel::County => Some(self.city().unwrap_or(self.province())),
        }
    }

    /// The official name of this division alone.
    ///
    /// ```
    /// # use minglu_rules::division;
    /// assert_eq!(division::of_code(440305).unwrap().name(), "南山区");
    /// ```
    pub fn name(self) -> &'static str {
        table::tables().row_of(self.number()).map_or("", |row| row.name)
    }

    /// The official names from the province down.
    ///
    /// ```
    /// # use minglu_rules::division;
    /// assert_eq!(division::of_code(440305).unwrap().full_name(), "广东省深圳市南山区");
    /// ```
    pub fn full_name(self) -> String {
        self.parent().map_or(String::new(), Division::full_name) + self.name()
    }

    /// Whether `other` is this division or lies in it.
    ///
    /// ```
    /// # use minglu_rules::division;
    /// let (city, county) = (division::named("深圳市").unwrap(), division::of_code(440305).unwrap());
    /// assert!(city.contains(county) && city.contains(city) && !county.contains(city));
    /// ```
    pub fn contains(self, other: Division) -> bool {
        match self.level() {
            DivisionLevel::Province => self.number() / 10_000 == other.number() / 10_000,
            DivisionLevel::City => self.number() / 100 == other.number() / 100,
            DivisionLevel::County => self == other,
        }
    }
}

impl fmt::Display for Division {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl Serialize for Division {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.code())
    }
}

/// The division that carries this code today.
///
/// ```
/// use minglu_rules::division;
/// assert_eq!(division::of_code(440309).unwrap().name(), "龙华区");
/// assert_eq!(division::of_code(440321), None); // 宝安县, abolished in 1992
/// ```
pub fn of_code(code: u32) -> Option<Division> {
    table::tables().row_of(code).map(|row| Division::at(row.code))
}

/// The one division that the whole text names, with its suffix or without; none if several could be meant.
///
/// ```
/// use minglu_rules::division;
/// assert_eq!(division::named("广东").unwrap().name(), "广东省");
/// assert_eq!(division::named("义乌市").unwrap().full_name(), "浙江省金华市义乌市");
/// assert_eq!(division::named("朝阳区"), None); // 北京 and 长春 both have one
/// ```
pub fn named(text: &str) -> Option<Division> {
    let tables = table::tables();
    let of_form = |form| {
        let mut found = tables.names_at(text).iter().filter(|entry| entry.name == text && entry.form == form);
        let highest = found.next()?;
        // A province outranks a city of the same short name (吉林); two equals are ambiguous.
        let rival = found.find(|entry| entry.level >= highest.level);
        match rival {
            Some(rival) if rival.level == highest.level || highest.level != DivisionLevel::Province => None,
            _ => Some(Division::at(highest.code)),
        }
    };
    of_form(table::NameForm::Full)
        .or_else(|| of_form(table::NameForm::Short))
        .or_else(|| of_form(table::NameForm::Former))
}
