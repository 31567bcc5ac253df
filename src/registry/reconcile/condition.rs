//! Does an entity meet a condition?
//!
//! Conditions look at golden values, those that data extension returns, and never at what lost. A property that an entity
//! does not have, known or unknown, has no values: `any` and `all` fail on it and `none` holds.

use minglu_graph::store::value::StoredEntity;
use minglu_index::tokenize::canonical_code;
use minglu_rules::model::{FieldIdx, Seen, Value};
use minglu_rules::schema::{FieldKind, Schema};

use super::super::Registry;
use super::super::property::{Language, meaning};

/// Something that is known of the entity sought.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    /// What it speaks of.
    pub(crate) target: Target,
    /// The values.
    pub(crate) values: Vec<String>,
    /// Entities that do not meet it are no candidates.
    pub(crate) required: bool,
    /// How many of the values must be met.
    pub(crate) quantifier: Quantifier,
    /// When a value is met.
    pub(crate) qualifier: Qualifier,
}

/// What a condition speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// The name; or a code or an id, if the text is one.
    Name,
    /// The id.
    Id,
    /// A field of the schema.
    Property(String),
}

/// How many of a condition's values must be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Quantifier {
    /// At least one.
    #[default]
    Any,
    /// Each.
    All,
    /// No one.
    None,
}

/// When a value is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
pub(crate) enum Qualifier {
    /// Letter for letter.
    ExactMatch,
    /// Once spelling does not matter.
    #[default]
    CloseMatch,
    /// The value stands at the beginning.
    StartsWith,
    /// The value stands anywhere.
    Contains,
    /// Numbers and days from it on.
    AtLeast,
    /// Numbers and days up to it.
    AtMost,
}

/// The qualifiers by name, with labels in Chinese and English; the last two are for what can be put in order.
const QUALIFIERS: [(&str, &str, &str); 6] = [
    ("ExactMatch", "完全相同", "letter for letter"),
    ("CloseMatch", "规范化后相同", "the same once spelling does not matter"),
    ("StartsWith", "以此开头", "begins with it"),
    ("Contains", "包含", "contains it"),
    ("AtLeast", "不小于、不早于", "from it on"),
    ("AtMost", "不大于、不晚于", "up to it"),
];

impl Condition {
    /// A condition on the name that only weighs.
    pub(crate) fn name(text: String) -> Condition {
        Condition {
            target: Target::Name,
            values: vec![text],
            required: false,
            quantifier: Quantifier::Any,
            qualifier: Qualifier::CloseMatch,
        }
    }

    /// Texts that may be an id or a code of the entity.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let may_be = self.quantifier != Quantifier::None && !matches!(self.target, Target::Property(_));
        self.values.iter().filter(move |_| may_be).map(|value| value.trim())
    }

    /// Texts that may be its name.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.texts().filter(|_| self.target == Target::Name)
    }
}

impl Registry {
    /// The qualifiers of a property, each with its label.
    pub(crate) fn qualifiers(&self, property: &str, language: Language) -> Vec<(&'static str, &'static str)> {
        let n_qualifiers = if self.is_ordered(property) { QUALIFIERS.len() } else { QUALIFIERS.len() - 2 };
        let labeled = |(id, chinese, english): &(&'static str, &'static str, &'static str)| match language {
            Language::Chinese => (*id, *chinese),
            Language::English => (*id, *english),
        };
        QUALIFIERS[..n_qualifiers].iter().map(labeled).collect()
    }

    /// An entity meets a condition.
    pub(super) fn holds(&self, condition: &Condition, entity: (&str, &StoredEntity)) -> bool {
        let mut met = condition.values.iter().map(|value| self.is_met(condition, value, entity));
        match condition.quantifier {
            Quantifier::Any => met.any(|met| met),
            Quantifier::All => met.all(|met| met),
            Quantifier::None => !met.any(|met| met),
        }
    }

    /// An entity has what a `none` condition that is not required would rather not see.
    pub(super) fn opposes(&self, condition: &Condition, entity: (&str, &StoredEntity)) -> bool {
        condition.quantifier == Quantifier::None && !self.holds(condition, entity)
    }

    /// A condition gives one of an entity's codes as the value of that property.
    pub(super) fn gives_code(&self, condition: &Condition, entity: &StoredEntity) -> bool {
        let Target::Property(property) = &condition.target else { return false };
        let schema = &self.models[entity.model_idx as usize].schema;
        let field = schema.field(property).filter(|field| schema.spec(*field).kind == FieldKind::Code);
        let codes = entity.values.iter().filter(|golden| Some(FieldIdx(golden.field)) == field);
        condition.quantifier != Quantifier::None
            && codes.into_iter().any(|golden| {
                condition.values.iter().any(|value| canonical_code(value) == canonical_code(&golden.value))
            })
    }

    fn is_met(&self, condition: &Condition, value: &str, (id, entity): (&str, &StoredEntity)) -> bool {
        let model_idx = entity.model_idx as usize;
        let schema = &self.models[model_idx].schema;
        let fields = match &condition.target {
            Target::Id => return names_entity(value.trim(), (id, entity)),
            Target::Name if names_entity(value.trim(), (id, entity)) => return true,
            Target::Name => name_fields(schema),
            Target::Property(property) => schema.field(property).into_iter().collect(),
        };
        let values = entity.values.iter().filter(|golden| fields.contains(&FieldIdx(golden.field)));
        values.into_iter().any(|golden| {
            let (field, place) = (FieldIdx(golden.field), (model_idx, condition.qualifier));
            self.is_same(place, field, (value.trim(), golden.value.trim()))
        })
    }

    /// Two values of a field are the same, as far as a qualifier asks.
    fn is_same(
        &self,
        (model_idx, qualifier): (usize, Qualifier),
        field: FieldIdx,
        (asked, golden): (&str, &str),
    ) -> bool {
        if qualifier == Qualifier::ExactMatch {
            return asked == golden;
        }
        let (asked, golden) = (self.read_value(model_idx, field, asked), self.read_value(model_idx, field, golden));
        asked.values.iter().any(|one| {
            let asked = Seen { raw: asked.raw(one), value: &one.value };
            golden.values.iter().any(|other| {
                let golden = Seen { raw: golden.raw(other), value: &other.value };
                match qualifier {
                    Qualifier::ExactMatch | Qualifier::CloseMatch => meaning(asked) == meaning(golden),
                    Qualifier::StartsWith => meaning(golden).starts_with(&meaning(asked)),
                    Qualifier::Contains => meaning(golden).contains(&meaning(asked)),
                    Qualifier::AtLeast => {
                        measure(golden.value) >= measure(asked.value) && measure(asked.value).is_some()
                    }
                    Qualifier::AtMost => {
                        measure(golden.value).is_some() && measure(golden.value) <= measure(asked.value)
                    }
                }
            })
        })
    }
}

/// A text is the id or the key of a record of an entity.
pub(super) fn names_entity(text: &str, (id, entity): (&str, &StoredEntity)) -> bool {
    let of_record = |(source, id): (&str, &str)| {
        entity.members.iter().any(|member| member.source == source && member.record_id == id)
    };
    id == text || text.split_once(':').is_some_and(of_record)
}

/// The fields in which an entity's names stand: those that are compared with its name.
fn name_fields(schema: &Schema) -> Vec<FieldIdx> {
    let name = FieldIdx(0);
    let compared = schema.comparisons.iter().find(|comparison| comparison.fields.contains(&name));
    compared.map_or_else(|| vec![name], |comparison| comparison.fields.clone())
}

/// The place of a number or a day on its scale.
fn measure(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Date(day) => Some(f64::from(day.0)),
        _ => None,
    }
}
