//! What differs between enterprises, persons, buildings and a user's own table?
//!
//! A [`Schema`] is data: fields, blocking rules, comparisons with ordered levels, the law, survivorship. The shipped
//! ones (`rules/schemas/*.toml`) are read by the same reader as a user's; no code knows a schema by name.
//! It does not hold anything learned: counts and frequencies are in [`crate::frozen`].

mod aspect;
mod condition;
mod derive;
mod label;
mod load;
mod relation;
mod trained;
mod vocabulary;

pub use aspect::Aspect;
pub(crate) use aspect::{keys as aspect_keys, keys_of, text as aspect_text, words as aspect_words};
pub use condition::Condition;
pub use derive::Derive;
pub use label::Labels;
pub(crate) use load::N_BLOCKING_RULES_MAX;
pub use trained::{SharedValue, Trained, TrainedComparison, TrainedLevel};
pub use vocabulary::Vocabulary;

use crate::address::AddressLevel;
use crate::date::DateOrder;
use crate::model::FieldIdx;

/// A kind of entity and how its records are resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// Name of the kind, `enterprise`.
    pub kind: String,
    /// First letter of entity ids.
    pub id_prefix: char,
    /// Expected number of true matches of a record among the entities; the prior odds are this divided by their number.
    pub matches_per_record: f64,
    /// One source may hold an entity in many records, as a person's posts: sharers are then counted by identity.
    pub repeated: bool,
    /// The fields, in the order of the file.
    pub fields: Vec<FieldSpec>,
    /// What no evidence overrides.
    pub law: Law,
    /// Rules that propose pairs.
    pub blocking: Vec<BlockingRule>,
    /// Comparisons, one contribution to the match weight each.
    pub comparisons: Vec<Comparison>,
    /// Names of the groups of independent evidence; levels refer to them by position.
    pub groups: Vec<String>,
    /// Records of other kinds that a record of this kind gives rise to.
    pub derives: Vec<Derive>,
    /// Names of the cases that levels establish.
    pub cases: Vec<String>,
    /// Rules that relate entities of this kind by what they share.
    pub relations: Vec<RelationRule>,
    /// Values that training found to be shared too widely.
    pub shared: Vec<SharedValue>,
}

/// A field of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    /// Name in files and answers.
    pub name: String,
    /// How its values are read.
    pub kind: FieldKind,
    /// Which value wins.
    pub survive: Survivorship,
    /// Every entity should have it: its absence is reported.
    pub expected: bool,
    /// An entity may well have several values, so that different ones are no conflict.
    pub many: bool,
    /// The list of terms that a category is read into.
    pub vocabulary: Option<Vocabulary>,
    /// It tells of another entity (a parent, an employer) and is not searched as this one's.
    pub foreign: bool,
    /// What an address says below this level is left out.
    pub down_to: Option<AddressLevel>,
    /// How a date is read whose year stands last; without it such a date is not read.
    pub order: Option<DateOrder>,
    /// Where a former name goes that stands in an annotation of the value.
    pub former_to: Option<FieldIdx>,
}

/// How the values of a field are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// Codes of legal subjects, taxpayers, registrations.
    Code,
    /// Names with region, trade name, industry and form.
    EnterpriseName,
    /// Names of people.
    PersonName,
    /// Names of people and organizations in any script, as words.
    PartyName,
    /// Addresses.
    Address,
    /// Addresses in Latin letters, as words.
    PostalAddress,
    /// Telephone numbers.
    Phone,
    /// Calendar days.
    Date,
    /// Decimal numbers.
    Number,
    /// Words of a closed list.
    Category,
    /// Free text.
    Text,
    /// Opaque identifiers.
    Identifier,
    /// Identity numbers of people.
    PersonId,
    /// Unified codes of buildings and of rooms, which name their building.
    BuildingCode,
}

impl FieldKind {
    /// The word for it in a schema file.
    ///
    /// ```
    /// use minglu_rules::schema::FieldKind;
    /// assert_eq!(FieldKind::EnterpriseName.word(), "enterprise-name"); // 企业名称
    /// ```
    pub fn word(self) -> String {
        let word = toml::Value::try_from(self).ok();
        word.as_ref().and_then(toml::Value::as_str).unwrap_or_default().into()
    }
}

/// Which of several values of a field becomes golden; ties fall to the next of rank, recency, support, order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Survivorship {
    /// The most trusted source.
    #[default]
    Rank,
    /// The latest by the source's own date.
    Recency,
    /// The one that most records give.
    Support,
}

/// Conditions that no match weight overrides.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Law {
    /// Fields whose valid codes name the subject: equal ones group, different ones part.
    pub codes: Vec<FieldIdx>,
    /// Name fields that tell branches and head offices from legal units, and unrelated names from related ones.
    pub names: Vec<FieldIdx>,
    /// Address fields that say where the entity stands: different counties, doors or blocks part.
    pub places: Vec<FieldIdx>,
    /// Groups of evidence that must agree in every match, as bits; an equal code does without.
    pub required: u64,
    /// Groups that must agree besides the required ones, so that no single coincidence makes a match.
    pub n_independent_min: u32,
    /// Days on which the entity came into being.
    pub begins: Vec<FieldIdx>,
    /// Days on which it ceased to be.
    pub ends: Vec<FieldIdx>,
    /// Below this similarity two names under one code are unrelated.
    pub name_similarity_min: f64,
    /// Records in one entity, unless they share a code.
    pub n_records_max: usize,
}

/// Records that agree on all parts are candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockingRule {
    /// Name in reports.
    pub name: String,
    /// What must agree.
    pub parts: Vec<Extract>,
    /// Records in a block; a larger block is skipped and reported.
    pub n_records_max: usize,
    /// The key says by itself what the entity is: each record is compared with the first one of its block only, which is
    /// linear and needs no cap.
    pub star: bool,
    /// Who agrees on it is so surely one entity that training takes the pair for a known match; links are weighed as ever.
    pub known: bool,
}

/// Something to take out of a record: an aspect of some fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Extract {
    /// The fields; empty for aspects of the whole record.
    pub fields: Vec<FieldIdx>,
    /// What of their values.
    pub aspect: Aspect,
    /// Only so many characters of its beginning.
    pub n_chars: Option<u8>,
}

/// Entities that agree on all parts, and of which one is of the first class and one of the second, are related.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationRule {
    /// What the first is to the second, `MAY_HAVE_BECOME`.
    pub kind: String,
    /// Class of the entity that the relation is said of, a value of the aspect `class`.
    pub from: String,
    /// Class of the other.
    pub to: String,
    /// What must agree.
    pub on: Vec<Extract>,
    /// Entities that may agree on it; where more do, nobody is related.
    pub n_entities_max: usize,
}

/// Compares some fields of two records and finds one level.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Name in explanations.
    pub name: String,
    /// Fields whose values are compared, each with each.
    pub fields: Vec<FieldIdx>,
    /// Fields of the other record, where they are not the same.
    pub against: Vec<FieldIdx>,
    /// A value counts as present only if it has this aspect.
    pub present: Aspect,
    /// Its last level parts: records that reach no better one are never one entity, nor are their clusters.
    pub exclusive: bool,
    /// Levels; the first one that holds for a pair of values is theirs, the best one over all pairs is the finding.
    pub levels: Vec<ComparisonLevel>,
}

/// One step of agreement.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonLevel {
    /// The condition as written, for explanations.
    pub label: String,
    /// All must hold; none for the last level, which always does.
    pub conditions: Vec<Condition>,
    /// The level counts only where an earlier comparison found this case.
    pub given: Option<CaseIdx>,
    /// What reaching the level says about the pair, for later comparisons.
    pub case: Option<CaseIdx>,
    /// Probability of the level among true matches.
    pub m: f64,
    /// Probability among non-matches.
    pub u: Chance,
    /// The file gives no m or no u: what stands here is only where training begins.
    pub is_guess: bool,
    /// Position of the group of independent evidence that the level belongs to.
    pub group: Option<u8>,
}

/// Position of a case among those of its schema.
///
/// Evidence is not independent: two firms of one trade name in two industries are sisters, and sisters share rooms and
/// people. A level can establish such a case, and levels of later comparisons can have their own m and u in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseIdx(pub u8);

/// How likely is it that two different entities reach a level by chance?
#[derive(Debug, Clone, PartialEq)]
pub enum Chance {
    /// The same for all values.
    Fixed(f64),
    /// (sharers − 1 − own + others) / entities, without falling below others / entities: the more entities share the value, the less it says.
    Shared {
        /// Expected number of other entities with a value that is seen once.
        others: f64,
        /// Expected number of sharers that are further records of the same entity in one source; training finds it.
        own: f64,
        /// The aspect whose frequency counts.
        of: Aspect,
        /// A value of more entities than this is no evidence at all.
        n_sharers_max: Option<u32>,
    },
}

impl Schema {
    /// The field of this name.
    ///
    /// ```
    /// let schema = minglu_rules::schema::Schema::shipped("enterprise").unwrap();
    /// assert!(schema.field("uscc").is_some());
    /// assert!(schema.field("企业名称").is_none());
    /// ```
    pub fn field(&self, name: &str) -> Option<FieldIdx> {
        self.fields.iter().position(|field| field.name == name).map(|position| FieldIdx(position as u8))
    }

    /// Levels of which the file leaves m or u open: until a model is trained they are guessed.
    ///
    /// ```
    /// use minglu_rules::schema::Schema;
    /// assert_eq!(Schema::shipped("enterprise").unwrap().n_guesses(), 0); // 企业模式的权重均已给出
    /// ```
    pub fn n_guesses(&self) -> usize {
        self.comparisons.iter().flat_map(|comparison| &comparison.levels).filter(|level| level.is_guess).count()
    }

    /// The specification of a field.
    pub fn spec(&self, field: FieldIdx) -> &FieldSpec {
        &self.fields[field.0 as usize]
    }
}

#[cfg(test)]
mod tests;
