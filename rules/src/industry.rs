//! Which economic activity does a code or a name mean? The industrial classification 国民经济行业分类 GB/T 4754-2017.
//!
//! Four levels: section 门类 (a letter), division 大类 (two digits), group 中类 (three), class 小类 (four). Departments
//! write codes with and without the letter, names, or both; [`read`] understands them all and says what is odd. It
//! deliberately does not guess an activity from an enterprise's name, nor translate codes of the editions of 2002 and
//! 2011: those are only suspected. Table and sources: `rules/data/industry/README.md`.

mod reading;
mod strata;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Serialize, Serializer};

pub use reading::{IndustryProblem, IndustryReading, NameMatch, NamedIndustry, named, read};
pub use strata::{EntryFamily, EntryMeasure, EntryRule, Sector};

/// How far down the classification a code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IndustryLevel {
    /// 门类, a letter.
    Section,
    /// 大类, two digits.
    Division,
    /// 中类, three digits.
    Group,
    /// 小类, four digits.
    Class,
}

/// A section, division, group or class of GB/T 4754-2017.
///
/// It is a row of the table, which is why the field is private and [`of_code`] the way in. Its order is the standard's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Industry(u16);

impl Industry {
    /// The code as the standard prints it: a letter for a section, two to four digits for the rest.
    ///
    /// ```
    /// use minglu_rules::industry;
    /// assert_eq!(industry::named("应用软件开发").unwrap().industry.code(), "6513");
    /// ```
    pub fn code(self) -> &'static str {
        table::row(self).code
    }

    /// The code with the letter of its section in front, as the market regulator writes it.
    ///
    /// ```
    /// use minglu_rules::industry;
    /// assert_eq!(industry::of_code("6513").unwrap().full_code(), "I6513");
    /// assert_eq!(industry::of_code("I").unwrap().full_code(), "I");
    /// ```
    pub fn full_code(self) -> String {
        match self.level() {
            IndustryLevel::Section => self.code().to_owned(),
            _ => [self.section().code(), self.code()].concat(),
        }
    }

    /// The official name.
    ///
    /// ```
    /// use minglu_rules::industry;
    /// assert_eq!(industry::of_code("I").unwrap().name(), "信息传输、软件和信息技术服务业");
    /// ```
    pub fn name(self) -> &'static str {
        table::row(self).name
    }

    /// Section, division, group or class.
    ///
    /// ```
    /// use minglu_rules::industry::{self, IndustryLevel};
    /// assert_eq!(industry::of_code("011").unwrap().level(), IndustryLevel::Group); // 谷物种植
    /// ```
    pub fn level(self) -> IndustryLevel {
        match self.code().len() {
            1 => IndustryLevel::Section,
            2 => IndustryLevel::Division,
            3 => IndustryLevel::Group,
            _ => IndustryLevel::Class,
        }
    }

    /// The section that it is or lies in.
    ///
    /// ```
    /// use minglu_rules::industry;
    /// assert_eq!(industry::of_code("0111").unwrap().section().name(), "农、林、牧、渔业");
    /// ```
    pub fn section(self) -> Industry {
        table::row(self).section
    }

    /// The division that it is or lies in; none for a section.
    ///
    /// ```
    /// use minglu_rules::industry;
    /// assert_eq!(industry::of_code("0111").unwrap().division().unwrap().name(), "农业");
    /// ```
    pub fn division(self) -> Option<Industry> {
        self.at(IndustryLevel::Division)
    }

    /// The group that it is or lies in; none above.
    ///
    /// ```
    /// use minglu_rules::industry;
    /// assert_eq!(industry::of_code("0111").unwrap().group().unwrap().name(), "谷物种植");
    /// ```
    pub fn group(self) -> Option<Industry> {
        self.at(IndustryLevel::Group)
    }

    /// The class itself; none for what stands above classes.
    ///
    /// ```
    /// use minglu_rules::industry;
    /// assert_eq!(industry::of_code("0111").unwrap().class().unwrap().name(), "稻谷种植");
    /// assert_eq!(industry::of_code("011").unwrap().class(), None);
    /// ```
    pub fn class(self) -> Option<Industry> {
        self.at(IndustryLevel::Class)
    }

    /// What it stands under; none for a section.
    ///
    /// ```
    /// use minglu_rules::industry;
    /// assert_eq!(industry::of_code("65").unwrap().parent(), industry::of_code("I")); // 软件和信息技术服务业
    /// ```
    pub fn parent(self) -> Option<Industry> {
        match self.level() {
            IndustryLevel::Section => None,
            IndustryLevel::Division => Some(self.section()),
            IndustryLevel::Group => self.division(),
            IndustryLevel::Class => self.group(),
        }
    }

    /// Whether `other` is this industry or a part of it.
    ///
    /// ```
    /// use minglu_rules::industry;
    /// let (section, class) = (industry::of_code("I").unwrap(), industry::of_code("6513").unwrap());
    /// assert!(section.contains(class) && !class.contains(section)); // 应用软件开发
    /// ```
    pub fn contains(self, other: Industry) -> bool {
        match self.level() {
            IndustryLevel::Section => other.section() == self,
            level => other.level() >= level && other.code().starts_with(self.code()),
        }
    }

    fn at(self, level: IndustryLevel) -> Option<Industry> {
        let n_digits = match level {
            IndustryLevel::Section => return Some(self.section()),
            IndustryLevel::Division => 2,
            IndustryLevel::Group => 3,
            IndustryLevel::Class => 4,
        };
        self.code().get(..n_digits).and_then(table::of_digits)
    }
}

impl fmt::Display for Industry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full_code())
    }
}

impl fmt::Debug for Industry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Industry({self} {})", self.name())
    }
}

impl Serialize for Industry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The industry of an exact code, with or without the letter of its section; anything less is for [`read`].
///
/// ```
/// use minglu_rules::industry;
/// assert_eq!(industry::of_code("I6513").unwrap().name(), "应用软件开发");
/// assert_eq!(industry::of_code("6510"), None); // 软件开发 has been divided since 2017
/// assert_eq!(industry::of_code("A6513"), None); // not 农、林、牧、渔业
/// ```
pub fn of_code(code: &str) -> Option<Industry> {
    match code.as_bytes().first() {
        Some(b'A'..=b'T') if code.len() == 1 => table::of_section(code.as_bytes()[0]),
        Some(b'A'..=b'T') => {
            let (letter, digits) = code.split_at(1);
            table::of_digits(digits).filter(|industry| industry.section().code() == letter)
        }
        _ => table::of_digits(code),
    }
}

/// Every industry of a level, in the order of the standard.
///
/// ```
/// use minglu_rules::industry::{self, IndustryLevel};
/// assert_eq!(industry::all(IndustryLevel::Section).count(), 20); // 二十个门类
/// ```
pub fn all(level: IndustryLevel) -> impl Iterator<Item = Industry> {
    table::all().filter(move |industry| industry.level() == level)
}
