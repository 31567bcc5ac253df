//! Which organisational form (组织形式) ends a name?
//!
//! The groups are those that a register keeps apart, not the legal types of GB/T 12402: 厂, 店, 中心 are used by sole
//! proprietors (个人独资) and individual businesses (个体工商户) alike, so a name alone cannot say which it is. The
//! spellings are `rules/data/name/form.txt`.

use std::sync::LazyLock;

use super::industry;
use super::lexicon::{Lexicon, data_lines};
use serde::Serialize;

/// The group of organisational forms that a name ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalForm {
    /// 有限责任公司, 有限公司.
    Limited,
    /// 股份有限公司.
    JointStock,
    /// 集团有限公司, (集团)股份有限公司, 集团.
    Group,
    /// 总公司, 公司, 总厂: enterprises under the law of 1988, and names cut short; also 银行 without a legal form.
    StateOrOtherCompany,
    /// 股份合作公司, 股份经济合作社.
    StockCooperative,
    /// 合伙企业(有限合伙).
    LimitedPartnership,
    /// 合伙企业(普通合伙), (特殊普通合伙).
    GeneralPartnership,
    /// 厂, 店, 部, 行, 中心: sole proprietors and individual businesses.
    Sole,
    /// 农民专业合作社, 信用社, 供销合作社.
    FarmerCooperative,
    /// 律师事务所, 会计师事务所.
    Professional,
    /// 分公司, 支行, 营业部 of a parent.
    Branch,
    /// 协会, 学校, 医院, 研究院.
    NonProfit,
    /// 局, 委员会, 街道办事处.
    Government,
    /// 驻…办事处.
    ResidentOffice,
    /// No form was found.
    Unknown,
}

/// How far two forms speak for one unit: equal, of one family, or of different families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compatibility {
    Equal,
    Possible,
    None,
}

impl LegalForm {
    /// The word that stands for the group in files and in JSON.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("三一重工股份有限公司").form().word(), "joint_stock");
    /// ```
    pub fn word(self) -> &'static str {
        GROUPS.iter().find(|(_, form)| *form == self).map_or("unknown", |(word, _)| word)
    }

    /// The class of unit that a form belongs to; none where a name has no form.
    ///
    /// 有限公司 and 股份有限公司 are one class, because a company keeps its code when it is turned into the other (股改).
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("三一重工股份有限公司").form().class(), Some("company"));
    /// assert_eq!(name::parse("深圳市南山区老王小吃店").form().class(), Some("individual"));
    /// assert_eq!(name::parse("阿里巴巴").form().class(), None);
    /// ```
    pub fn class(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::Limited | Self::JointStock | Self::StateOrOtherCompany => Some("company"),
            Self::Sole => Some("individual"),
            other => Some(other.word()),
        }
    }

    /// A company can become another kind of company (股改, 集团) and an individual business a company's namesake; a
    /// department that omits the form says nothing against any.
    pub(super) fn compatibility(self, other: LegalForm) -> Compatibility {
        if self == other {
            Compatibility::Equal
        } else if self == LegalForm::Unknown || other == LegalForm::Unknown || self.family() == other.family() {
            Compatibility::Possible
        } else {
            Compatibility::None
        }
    }

    fn family(self) -> u8 {
        use LegalForm::*;
        match self {
            Limited | JointStock | Group | StateOrOtherCompany => 0,
            StockCooperative | FarmerCooperative => 1,
            LimitedPartnership | GeneralPartnership | Professional => 2,
            Sole => 3,
            Branch | ResidentOffice => 4,
            NonProfit | Government => 5,
            Unknown => 6,
        }
    }
}

/// The words of `form.txt`.
const GROUPS: [(&str, LegalForm); 14] = [
    ("limited", LegalForm::Limited),
    ("joint_stock", LegalForm::JointStock),
    ("group", LegalForm::Group),
    ("state_or_other_company", LegalForm::StateOrOtherCompany),
    ("stock_cooperative", LegalForm::StockCooperative),
    ("limited_partnership", LegalForm::LimitedPartnership),
    ("general_partnership", LegalForm::GeneralPartnership),
    ("sole", LegalForm::Sole),
    ("farmer_cooperative", LegalForm::FarmerCooperative),
    ("professional", LegalForm::Professional),
    ("branch", LegalForm::Branch),
    ("non_profit", LegalForm::NonProfit),
    ("government", LegalForm::Government),
    ("resident_office", LegalForm::ResidentOffice),
];

static FORMS: LazyLock<Lexicon<LegalForm>> = LazyLock::new(|| {
    let lines = data_lines(include_str!("../../data/name/form.txt"));
    Lexicon::new(lines.flat_map(|line| {
        let (group, spellings) = line.split_once(' ').unwrap_or((line, ""));
        let form = GROUPS.iter().find(|(word, _)| *word == group).map_or(LegalForm::Unknown, |(_, form)| *form);
        spellings.split_whitespace().map(move |spelling| (spelling, form))
    }))
});

/// The longest form that ends `text`, unless it is the whole text: its bytes and its group.
///
/// A shop's form is shorter where its first character ends a word of the industry (化工 + 厂), and a partnership in
/// brackets takes the shop's form before it along: 厂(普通合伙).
pub(super) fn at_end(text: &str) -> Option<(usize, LegalForm)> {
    let (len, form) = FORMS.longest(text)?;
    match form {
        LegalForm::Sole => Some((shop_len(text, len), form)),
        LegalForm::LimitedPartnership | LegalForm::GeneralPartnership if text[text.len() - len..].starts_with('(') => {
            let shop = FORMS.longest(&text[..text.len() - len]).filter(|(_, form)| *form == LegalForm::Sole);
            Some((len + shop.map_or(0, |(len, _)| len), form))
        }
        _ => Some((len, form)),
    }
}

/// Whether the whole text is nothing but a shop's form: 小卖部.
pub(super) fn is_shop(text: &str) -> bool {
    FORMS.words_back(text.chars().rev()).any(|word| word.len == text.len() && word.value == LegalForm::Sole)
}

/// Bytes of the shop's form at the end of `text`, whose longest spelling has `longest` bytes.
fn shop_len(text: &str, longest: usize) -> usize {
    let shorter = FORMS.words_back(text.chars().rev()).filter(|word| word.len < longest);
    let spans = |len: &usize| industry::ends_with_longer(&text[..text.len() - len], longest - len);
    shorter.map(|word| word.len).filter(spans).last().unwrap_or(longest)
}

#[cfg(test)]
mod tests;
