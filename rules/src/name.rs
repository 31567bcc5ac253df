//! What are the parts of an enterprise's name, and do two names speak of one enterprise?
//!
//! [`parse`] reads a name as the law composes it, 行政区划 + 字号 + 行业或经营特点 + 组织形式 (企业名称登记管理规定,
//! State Council order 734, 2020), and takes off what stands behind it: the tail of a branch (…龙岗第一分公司) and the
//! annotations that departments add (本部, 已注销, 曾用名). It is total: shop signs, English names and nonsense come
//! out with fewer parts and less [`confidence`](EnterpriseName::confidence). The words are data: `rules/data/name`.
//!
//! [`similarity`] and [`relation`] compare two parsed names. They deliberately decide nothing: in one city two firms
//! may carry one name in different trades, so a verdict needs codes, addresses or people beside it. Names of persons
//! and of products are not read here.

mod anatomy;
mod branch;
mod compare;
mod describe;
mod fit;
mod flags;
mod form;
mod generic;
mod industry;
mod lexicon;
mod note;
mod order;
mod region;
mod short;
mod steps;
mod trade;

use crate::division::Division;
use crate::text::{self, FoldSteps};
use anatomy::{Anatomy, PartEnds};
use branch::BranchSplit;

pub use compare::{NameRelation, relation, similarity};
pub use describe::{BranchParts, NameParts};
pub use fit::{NamePart, ShortName, parts, short_fit};
pub use form::LegalForm;
pub use note::NameNotes;
pub use short::{is_short_of, short_name_core};
pub use steps::NameSteps;

/// Names are cut here; the longest registered names have some 100 characters, which is 300 bytes.
const N_NAME_BYTES_MAX: usize = 1_000;

/// A parsed name: one text with the spans of its parts.
///
/// The parts of a branch are those of the enterprise it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct EnterpriseName {
    /// The normalized name, the canonical name if it differs, the former name if there is one; in this order.
    text: Box<str>,
    region: Option<Division>,
    norm_len: u16,
    canonical_start: u16,
    canonical_len: u16,
    /// Counted from `canonical_start`.
    ends: PartEnds,
    /// End of the parent and start of the kind in the normalized name; 0 if it is no branch.
    parent_len: u16,
    kind_start: u16,
    notes: NameNotes,
    steps: NameSteps,
    fold_steps: FoldSteps,
    form: LegalForm,
}

/// The parts of a branch's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch<'a> {
    /// The normalized name of the nearest parent, which may be a branch itself.
    pub parent: &'a str,
    /// What tells the branch from its sisters: 龙岗第1; may be empty.
    pub descriptor: &'a str,
    /// 分公司, 支行, 营业部.
    pub kind: &'a str,
}

/// Parses the name of an enterprise.
///
/// ```
/// use minglu_rules::name::{self, LegalForm};
/// let name = name::parse("明鷺數據科技（深圳）有限公司");
/// assert_eq!(name.norm(), "明鹭数据科技(深圳)有限公司");
/// assert_eq!(name.canonical(), "深圳明鹭数据科技有限公司");
/// assert_eq!((name.trade_name(), name.industry()), ("明鹭", "数据科技"));
/// assert_eq!(name.region().unwrap().code(), "440300");
/// assert_eq!(name.form(), LegalForm::Limited);
/// ```
pub fn parse(text: &str) -> EnterpriseName {
    let mut steps = NameSteps::NONE;
    let mut norm = String::with_capacity(text.len());
    let fold_steps = text::fold_into(cut(text), &mut norm);
    norm.truncate(cut(&norm).len());
    if norm.len() < text.len() && cut(text).len() < text.len() {
        steps |= NameSteps::CUT;
    }
    let (notes, former_name) = note::strip(&mut norm);
    if !notes.is_empty() {
        steps |= NameSteps::ANNOTATIONS_STRIPPED;
    }
    if branch::write_ordinals(&mut norm) {
        steps |= NameSteps::ORDINALS_WRITTEN;
    }
    let split = branch::split(&norm);
    let root_len = split.map_or(norm.len(), |split| branch::root_len(&norm, split));
    let mut anatomy = anatomy::dissect(&norm[..root_len]);
    anatomy.notes |= notes;
    anatomy.text.push_str(&norm[root_len..]);
    assemble(norm, split, anatomy, former_name, (steps, fold_steps))
}

fn assemble(
    norm: String,
    split: Option<BranchSplit>,
    anatomy: Anatomy,
    former_name: Option<String>,
    (mut steps, fold_steps): (NameSteps, FoldSteps),
) -> EnterpriseName {
    let form = match split {
        Some(split) if split.is_resident => LegalForm::ResidentOffice,
        Some(_) => LegalForm::Branch,
        None => anatomy.form,
    };
    steps |= if split.is_some() { NameSteps::BRANCH_SPLIT } else { NameSteps::NONE };
    let (norm_len, canonical_len) = (norm.len() as u16, anatomy.text.len() as u16);
    let mut text = norm;
    let canonical_start = if anatomy.text == text {
        0
    } else {
        steps |= NameSteps::REORDERED;
        text.push_str(&anatomy.text);
        norm_len
    };
    text.push_str(former_name.as_deref().unwrap_or_default());
    EnterpriseName {
        text: text.into_boxed_str(),
        region: anatomy.region,
        norm_len,
        canonical_start,
        canonical_len,
        ends: anatomy.ends,
        parent_len: split.map_or(0, |split| split.parent_len as u16),
        kind_start: split.map_or(0, |split| split.kind_start as u16),
        notes: anatomy.notes,
        steps,
        fold_steps,
        form,
    }
}

/// The text up to the longest length that names are read to.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(N_NAME_BYTES_MAX)]
}

impl EnterpriseName {
    /// The normalized name: folded, without annotations, ordinals of a branch in Arabic digits.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("明鹭科技 有限公司第一分公司(筹)").norm(), "明鹭科技有限公司第1分公司");
    /// ```
    pub fn norm(&self) -> &str {
        &self.text[..usize::from(self.norm_len)]
    }

    /// The normalized name in legal order: a region, 中国 or 集团 in brackets moved to its place.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("明鹭（中国）投资有限公司").canonical(), "中国明鹭投资有限公司");
    /// assert_eq!(name::parse("明鹭（集团）科技有限公司").canonical(), "明鹭科技(集团)有限公司");
    /// ```
    pub fn canonical(&self) -> &str {
        let start = usize::from(self.canonical_start);
        &self.text[start..start + usize::from(self.canonical_len)]
    }

    /// The lowest division that the name states.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("深圳市福田明鹭贸易有限公司").region().unwrap().name(), "福田区");
    /// assert_eq!(name::parse("三一重工股份有限公司").region(), None);
    /// ```
    pub fn region(&self) -> Option<Division> {
        self.region
    }

    /// The region as written (行政区划), towns included; empty if there is none.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("明鹭科技（深圳）有限公司").region_text(), "深圳");
    /// ```
    pub fn region_text(&self) -> &str {
        self.part(0, self.ends.region)
    }

    /// The trade name (字号); empty if the name has only a region and an industry.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("深圳市南山区老王小吃店").trade_name(), "老王");
    /// assert_eq!(name::parse("北京机床厂").trade_name(), "");
    /// ```
    pub fn trade_name(&self) -> &str {
        self.part(self.ends.national, self.ends.trade_name)
    }

    /// The words of the industry (行业或经营特点); empty if there are none.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("三一重工股份有限公司").industry(), "重工");
    /// ```
    pub fn industry(&self) -> &str {
        self.part(self.ends.trade_name, self.ends.industry)
    }

    /// Trade name and industry, the part that tells enterprises of one city apart.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("明鹭（中国）投资有限公司").core(), "明鹭投资");
    /// ```
    pub fn core(&self) -> &str {
        self.part(self.ends.national, self.ends.industry)
    }

    /// The group of its organisational form; that of a branch is [`LegalForm::Branch`].
    ///
    /// ```
    /// use minglu_rules::name::{self, LegalForm};
    /// assert_eq!(name::parse("深圳市明鹭集团股份有限公司").form(), LegalForm::Group);
    /// assert_eq!(name::parse("明鹭科技有限公司龙岗分公司").form(), LegalForm::Branch);
    /// ```
    pub fn form(&self) -> LegalForm {
        self.form
    }

    /// The organisational form as written (组织形式); of a branch, its kind.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("福田明鹭投资合伙企业（有限合伙）").form_text(), "合伙企业(有限合伙)");
    /// assert_eq!(name::parse("明鹭科技有限公司龙岗分公司").form_text(), "分公司");
    /// ```
    pub fn form_text(&self) -> &str {
        match self.kind_start {
            0 => self.part(self.ends.industry, self.ends.form),
            kind_start => &self.norm()[usize::from(kind_start)..],
        }
    }

    /// The parts of a branch's name, if it is one and names its parent.
    ///
    /// ```
    /// use minglu_rules::name;
    /// let name = name::parse("深圳市明鹭数据科技有限公司龙岗第一分公司");
    /// let branch = name.branch().unwrap();
    /// assert_eq!((branch.parent, branch.descriptor, branch.kind), ("深圳市明鹭数据科技有限公司", "龙岗第1", "分公司"));
    /// assert_eq!(name::parse("深圳市南山区老王小吃店").branch(), None);
    /// ```
    pub fn branch(&self) -> Option<Branch<'_>> {
        let (parent_len, kind_start) = (usize::from(self.parent_len), usize::from(self.kind_start));
        let norm = self.norm();
        (parent_len > 0).then(|| Branch {
            parent: &norm[..parent_len],
            descriptor: &norm[parent_len..kind_start],
            kind: &norm[kind_start..],
        })
    }

    /// What the name says about its unit besides the legal parts.
    ///
    /// ```
    /// use minglu_rules::name::{self, NameNotes};
    /// assert!(name::parse("明鹭科技有限公司(已注销)").notes().contains(NameNotes::CANCELLED));
    /// ```
    pub fn notes(&self) -> NameNotes {
        self.notes
    }

    /// The former name given in an annotation.
    ///
    /// ```
    /// use minglu_rules::name;
    /// let name = name::parse("深圳市明鹭科技有限公司（曾用名：深圳市白鹭科技有限公司）");
    /// assert_eq!(name.former_name(), Some("深圳市白鹭科技有限公司"));
    /// ```
    pub fn former_name(&self) -> Option<&str> {
        let start = usize::from(self.canonical_start) + usize::from(self.canonical_len);
        Some(&self.text[start.max(usize::from(self.norm_len))..]).filter(|name| !name.is_empty())
    }

    /// Whether several shops of one city bear the name: a shop's form, no region, and nothing else or an everyday word.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert!(name::parse("便民商店").is_generic() && name::parse("老王小吃店").is_generic());
    /// assert!(!name::parse("深圳市南山区便民商店").is_generic() && !name::parse("海底捞火锅店").is_generic());
    /// ```
    pub fn is_generic(&self) -> bool {
        generic::is_generic(self)
    }

    /// What stays of the name when its form is left open and its region is a code: the bearer, however it is written.
    ///
    /// 深圳市明鹭科技有限公司, 明鹭科技（深圳）有限公司 and 深圳明鹭科技股份有限公司 have one bearer. Two firms can share
    /// it, so it relates only where it is borne once.
    ///
    /// ```
    /// use minglu_rules::name::parse;
    /// assert_eq!(parse("深圳市明鹭科技有限公司").bearer(), parse("明鹭科技（深圳）股份有限公司").bearer());
    /// assert_ne!(parse("深圳市明鹭科技有限公司").bearer(), parse("上海明鹭科技有限公司").bearer());
    /// ```
    pub fn bearer(&self) -> String {
        let rest = &self.canonical()[usize::from(self.ends.region)..];
        let body = rest.strip_suffix("公司").map_or(rest, |rest| {
            let liability = ["股份有限责任", "股份有限", "有限责任", "股份", "有限"];
            liability.iter().find_map(|word| rest.strip_suffix(word)).unwrap_or(rest)
        });
        format!("{}{body}", self.region.map_or(0, Division::number))
    }

    /// How sure the parts are: 1 less a penalty for each that is missing or odd.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("深圳市明鹭数据科技有限公司").confidence(), 1.0);
    /// assert!(name::parse("明鹭").confidence() < 0.5);
    /// ```
    pub fn confidence(&self) -> f32 {
        /// A trade name outside these lengths is rarely one.
        const N_TRADE_CHARS: std::ops::RangeInclusive<usize> = 2..=8;
        let odd_trade_name = !N_TRADE_CHARS.contains(&self.trade_name().chars().count());
        let penalties = [
            (0.25, self.form == LegalForm::Unknown),
            (0.20, self.ends.national == 0),
            (0.30, odd_trade_name),
            (0.15, self.industry().is_empty()),
        ];
        1.0 - penalties.iter().filter(|(_, applies)| *applies).map(|(penalty, _)| penalty).sum::<f32>()
    }

    /// What was done to the text as received, beside folding.
    ///
    /// ```
    /// use minglu_rules::name;
    /// let name = name::parse("明鹭科技（深圳）有限公司(本部)");
    /// assert!(name.steps().names().eq(["annotations-stripped", "reordered"]));
    /// ```
    pub fn steps(&self) -> NameSteps {
        self.steps
    }

    /// What folding changed.
    ///
    /// ```
    /// use minglu_rules::name;
    /// assert_eq!(name::parse("明鷺科技").fold_steps().to_string(), "simplified");
    /// ```
    pub fn fold_steps(&self) -> FoldSteps {
        self.fold_steps
    }

    /// A part of the canonical name, by its bytes.
    fn part(&self, start: u16, end: u16) -> &str {
        &self.canonical()[usize::from(start)..usize::from(end)]
    }
}

#[cfg(test)]
mod tests;
