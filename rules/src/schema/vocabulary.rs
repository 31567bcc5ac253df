//! Under which one word do the spellings of a category stand?
//!
//! Departments write a category by code, by name, by both, by a code of another list. A field with a vocabulary is read
//! into the one term of a list that is shipped, so that values of two departments agree where they mean the same. What
//! the list does not have stays as it was written.

use crate::{industry, registration};

/// A list of terms that is shipped with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
pub enum Vocabulary {
    /// 国民经济行业分类 GB/T 4754-2017: the code with its section, `I6513`.
    #[serde(rename = "gbt4754")]
    Industry,
    /// 登记注册统计类别 of 2023: the code, `112`.
    #[serde(rename = "registration-type")]
    RegistrationType,
    /// 运营状态: the Chinese word, 存续.
    #[serde(rename = "status")]
    Status,
}

impl Vocabulary {
    /// The term that a text means; none if the list has it not, or if it could mean several.
    ///
    /// ```
    /// use minglu_rules::schema::Vocabulary;
    /// for text in ["I6513", "6513", "应用软件开发", "6513 应用软件开发"] {
    ///     assert_eq!(Vocabulary::Industry.term(text).as_deref(), Some("I6513"));
    /// }
    /// assert_eq!(Vocabulary::Status.term("在营（开业）企业").as_deref(), Some("存续"));
    /// assert_eq!(Vocabulary::RegistrationType.term("173 私营有限责任公司").as_deref(), Some("112"));
    /// ```
    pub fn term(self, text: &str) -> Option<String> {
        match self {
            Self::Industry => industry::read(text).industry.map(industry::Industry::full_code),
            Self::RegistrationType => registration::read(text).statistics.map(|found| found.code.to_owned()),
            Self::Status => registration::read_state(text).map(|state| state.name().to_owned()),
        }
    }

    /// Whether the list has the text at all, though it may stand for several terms: a 有限责任公司 of 2011 became one of three
    /// types.
    ///
    /// ```
    /// use minglu_rules::schema::Vocabulary;
    /// let list = Vocabulary::RegistrationType;
    /// assert!(list.term("有限责任公司").is_none() && list.knows("有限责任公司"));
    /// assert!(!list.knows("明鹭"));
    /// ```
    pub fn knows(self, text: &str) -> bool {
        match self {
            Self::RegistrationType => !registration::read(text).candidates.is_empty(),
            Self::Industry | Self::Status => self.term(text).is_some(),
        }
    }
}
