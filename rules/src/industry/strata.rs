//! To which sector does an industry belong, and which of the 四上 lists may its units enter?
//!
//! 三次产业划分规定 (2018 revision) and the entry lines 纳统标准 of the 四上 units, both by code alone. It decides
//! nothing about a unit: revenue, qualifications and the month of entry are for those who have them.

use std::sync::LazyLock;

use serde::Serialize;

use super::{Industry, IndustryLevel, all, of_code};

static STRATA_TSV: &str = include_str!("../../data/industry/strata.tsv");

/// 三次产业: which part of the economy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sector {
    /// 第一产业.
    Primary,
    /// 第二产业.
    Secondary,
    /// 第三产业.
    Tertiary,
}

/// One of the lists of units that report directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryFamily {
    /// 规模以上工业.
    Industry,
    /// 有资质的建筑业.
    Construction,
    /// 限额以上批发业.
    Wholesale,
    /// 限额以上零售业.
    Retail,
    /// 限额以上住宿业.
    Accommodation,
    /// 限额以上餐饮业.
    Catering,
    /// 房地产开发经营业.
    RealEstate,
    /// 规模以上服务业.
    Services,
    /// None of them: 农业, 金融业, 公共管理, 国际组织.
    Outside,
}

/// What is held against the entry line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryMeasure {
    /// 主营业务收入.
    MainRevenue,
    /// 营业收入.
    Revenue,
    /// A qualification for general or specialized contracting; any amount.
    Qualification,
    /// Development activity; any amount.
    Activity,
    /// These units do not enter.
    Nothing,
}

/// How a unit of an industry enters a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct EntryRule {
    /// The list.
    pub family: EntryFamily,
    /// What counts.
    pub measure: EntryMeasure,
    /// From this yearly amount on, in 万元; none where no amount is asked for.
    pub threshold: Option<u32>,
}

impl Industry {
    /// The sector 三次产业; none for a section whose divisions belong to several.
    ///
    /// ```
    /// use minglu_rules::industry::{self, Sector};
    /// let sector = |code| industry::of_code(code).unwrap().sector();
    /// assert_eq!(sector("0111"), Some(Sector::Primary)); // 稻谷种植
    /// assert_eq!(sector("0511"), Some(Sector::Tertiary)); // 种子种苗培育活动 is a service
    /// assert_eq!(sector("A"), None); // has both
    /// ```
    pub fn sector(self) -> Option<Sector> {
        let Some(division) = self.division() else {
            return agreed(self, Industry::sector);
        };
        Some(match (division.section().code(), division.code()) {
            (_, "05" | "11" | "43") => Sector::Tertiary,
            ("A", _) => Sector::Primary,
            ("B" | "C" | "D" | "E", _) => Sector::Secondary,
            _ => Sector::Tertiary,
        })
    }

    /// How its units enter one of the 四上 lists; none for a code so coarse that several rules apply.
    ///
    /// ```
    /// use minglu_rules::industry::{self, EntryFamily};
    /// let rule = industry::of_code("5211").unwrap().entry_rule().unwrap(); // 百货零售
    /// assert_eq!((rule.family, rule.threshold), (EntryFamily::Retail, Some(500)));
    /// assert_eq!(industry::of_code("Q").unwrap().entry_rule(), None); // 卫生 2000, 社会工作 500
    /// ```
    pub fn entry_rule(self) -> Option<EntryRule> {
        let rules = entry_rules();
        let of = |industry: Industry| rules.iter().find(|(code, _)| *code == industry).map(|(_, rule)| *rule);
        let above = [self.group(), self.division(), Some(self.section())];
        above.into_iter().flatten().find_map(of).or_else(|| agreed(self, Industry::entry_rule))
    }
}

/// What every industry of the next level says, if they say the same.
fn agreed<T: PartialEq>(industry: Industry, of: impl Fn(Industry) -> Option<T>) -> Option<T> {
    let next = match industry.level() {
        IndustryLevel::Section => IndustryLevel::Division,
        IndustryLevel::Division => IndustryLevel::Group,
        IndustryLevel::Group | IndustryLevel::Class => return None,
    };
    let mut answers = all(next).filter(|part| industry.contains(*part)).map(of);
    let first = answers.next()??;
    answers.all(|answer| answer.as_ref() == Some(&first)).then_some(first)
}

fn entry_rules() -> &'static [(Industry, EntryRule)] {
    static RULES: LazyLock<Vec<(Industry, EntryRule)>> =
        LazyLock::new(|| STRATA_TSV.lines().skip(1).filter_map(rules_of).flatten().collect());
    &RULES
}

fn rules_of(line: &'static str) -> Option<impl Iterator<Item = (Industry, EntryRule)>> {
    let mut columns = line.split('\t');
    let (codes, family, measure) = (columns.next()?, columns.next()?, columns.next()?);
    let family = match family {
        "industry" => EntryFamily::Industry,
        "construction" => EntryFamily::Construction,
        "wholesale" => EntryFamily::Wholesale,
        "retail" => EntryFamily::Retail,
        "accommodation" => EntryFamily::Accommodation,
        "catering" => EntryFamily::Catering,
        "real_estate" => EntryFamily::RealEstate,
        "services" => EntryFamily::Services,
        _ => EntryFamily::Outside,
    };
    let measure = match measure {
        "main_revenue" => EntryMeasure::MainRevenue,
        "revenue" => EntryMeasure::Revenue,
        "qualification" => EntryMeasure::Qualification,
        "activity" => EntryMeasure::Activity,
        _ => EntryMeasure::Nothing,
    };
    let rule = EntryRule { family, measure, threshold: columns.next().and_then(|amount| amount.parse().ok()) };
    Some(codes.split(' ').filter_map(of_code).map(move |industry| (industry, rule)))
}
