//! How is a parsed name shown to people and written as JSON (`minglu normalize name`)?
//!
//! This is a view for explanation; stored features keep [`EnterpriseName`] itself.

use super::{EnterpriseName, LegalForm, NameNotes, NameSteps};
use crate::text::FoldSteps;
use serde::Serialize;

/// All parts of a name, for output.
#[derive(Clone, Debug, Serialize)]
pub struct NameParts<'a> {
    /// The normalized name.
    pub norm: &'a str,
    /// The normalized name in legal order.
    pub canonical: &'a str,
    /// Six digits of the lowest division stated.
    pub region_code: Option<String>,
    /// 行政区划 as written.
    pub region: &'a str,
    /// 字号.
    pub trade_name: &'a str,
    /// 行业或经营特点.
    pub industry: &'a str,
    /// The group of the form.
    pub form: LegalForm,
    /// 组织形式 as written.
    pub form_text: &'a str,
    /// Present for branches that name their parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<BranchParts<'a>>,
    /// What else the name says.
    pub notes: NameNotes,
    /// The former name given in an annotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub former_name: Option<&'a str>,
    /// From 0 to 1.
    pub confidence: f32,
    /// What folding changed.
    pub fold_steps: FoldSteps,
    /// What the parser did.
    pub steps: NameSteps,
}

/// The parts of a branch's name, for output.
#[derive(Clone, Debug, Serialize)]
pub struct BranchParts<'a> {
    /// The normalized name of the parent.
    pub parent: &'a str,
    /// What tells it from its sisters.
    pub descriptor: &'a str,
    /// 分公司, 支行, 营业部.
    pub kind: &'a str,
}

impl EnterpriseName {
    /// Lists all parts, with the confidence and the steps that led to them.
    ///
    /// ```
    /// use minglu_rules::name;
    /// let name = name::parse("明鹭数据科技（深圳）有限公司");
    /// let json = serde_json::to_value(name.describe()).unwrap();
    /// assert_eq!((&json["trade_name"], &json["region_code"], &json["form"]), (&"明鹭".into(), &"440300".into(), &"limited".into()));
    /// ```
    pub fn describe(&self) -> NameParts<'_> {
        NameParts {
            norm: self.norm(),
            canonical: self.canonical(),
            region_code: self.region().map(|region| region.code()),
            region: self.region_text(),
            trade_name: self.trade_name(),
            industry: self.industry(),
            form: self.form(),
            form_text: self.form_text(),
            branch: self.branch().map(|branch| BranchParts {
                parent: branch.parent,
                descriptor: branch.descriptor,
                kind: branch.kind,
            }),
            notes: self.notes(),
            former_name: self.former_name(),
            confidence: self.confidence(),
            fold_steps: self.fold_steps(),
            steps: self.steps(),
        }
    }
}
