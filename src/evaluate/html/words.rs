//! In which words does a report speak?
//!
//! Chinese, English, or both beside each other. Names of fields, comparisons and rules are those of the schema and are not
//! translated.

use minglu_rules::evaluate::Missed;

/// The language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// 中文 and English beside each other.
    Both,
    /// 中文
    Chinese,
    /// English
    English,
}

impl Words {
    /// BCP 47 tag of the page.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Words::Both | Words::Chinese => "zh-CN",
            Words::English => "en",
        }
    }

    /// A few words, as plain text.
    pub(super) fn say(self, chinese: &str, english: &str) -> String {
        match self {
            Words::Both => format!("{chinese} {english}"),
            Words::Chinese => chinese.to_string(),
            Words::English => english.to_string(),
        }
    }

    /// A paragraph of fixed text; in both languages, two.
    pub(super) fn explain(self, chinese: &str, english: &str) -> String {
        let paragraph = |tag: &str, text: &str| format!("<p class=\"note\" lang=\"{tag}\">{text}</p>");
        match self {
            Words::Both => paragraph("zh-CN", chinese) + &paragraph("en", english),
            Words::Chinese => paragraph("zh-CN", chinese),
            Words::English => paragraph("en", english),
        }
    }

    /// Where a true pair was lost.
    pub(super) fn missed(self, missed: Missed) -> String {
        match missed {
            Missed::Cut => self.say("已链接，但聚类被切分", "linked, but the component was cut"),
            Missed::Vetoed => self.say("规则不许合并", "kept apart by the law"),
            Missed::SkippedByCap => self.say("所在的块过大而被跳过", "their block was skipped by its cap"),
            Missed::NoSharedKey => self.say("没有共同的分块键", "no shared blocking key"),
            Missed::Review => self.say("留待人工复核", "left for review"),
            Missed::BelowReview => self.say("权重低于复核阈值", "weighed less than the review threshold"),
            Missed::NoRecord => self.say("库中缺少记录", "a record is not in the register"),
        }
    }

    /// What the law says, by its name in reports.
    pub(super) fn law(self, veto: &str) -> String {
        let chinese = match veto {
            "different_codes" => "有效代码不同",
            "different_roles" => "法人、本部与分支之别",
            "different_branches" => "同一主体的不同分支",
            "different_places" => "地点不同",
            "disjoint_lives" => "存续期不相交",
            "unique_source" => "来源声明每个主体只列一次",
            "exclusive" => "排他项不一致",
            "weak_bridge" => "合并来看互相矛盾",
            "too_large" => "聚类过大",
            "unrelated_name" => "代码相同而名称无关",
            "missing_agreement" => "缺少必须一致的证据",
            "dependent_evidence" => "独立证据不足",
            _ => veto,
        };
        self.say(chinese, &veto.replace('_', " "))
    }

    /// A level that is none: nothing was compared.
    pub(super) fn level(self, level: &str) -> String {
        match level {
            "missing" => self.say("缺失", "missing"),
            "shared too widely" => self.say("共享者过多", "shared too widely"),
            level => level.to_string(),
        }
    }
}
