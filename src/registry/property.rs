//! What can be asked of an entity, what is it called, and what is the answer?
//!
//! Kinds of entity and their fields with labels in two languages, and golden values as programs take them: days as days,
//! numbers as numbers. All of it comes from the schemas of the register; no field and no kind is known by name here.

use minglu_graph::store::value::StoredEntity;
use minglu_rules::model::{FieldIdx, Record, RecordKey, Seen, SourceIdx, SourceRecord, Value};
use minglu_rules::normalize;
use minglu_rules::schema::{FieldKind, FieldSpec};

use super::Registry;
use crate::error::Result;

/// A language in which labels are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 中文
    Chinese,
    /// English
    English,
}

/// A kind of entity or a property, for a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Name in the schema.
    pub id: String,
    /// Label in the language asked for.
    pub name: String,
    /// Label in the other language, and how values are read.
    pub description: String,
}

/// A golden value as programs take it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Golden {
    /// A text, as delivered.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Any other number.
    Number(f64),
    /// A day, as `2020-01-31`.
    Day(String),
}

/// How the values of a property are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Days and numbers as such, where they can be read.
    Typed,
    /// As delivered.
    Written,
}

/// Whole numbers up to here are exact in a double.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

impl Language {
    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Chinese => "zh",
            Language::English => "en",
        }
    }

    fn other(self) -> Language {
        match self {
            Language::Chinese => Language::English,
            Language::English => Language::Chinese,
        }
    }
}

impl Registry {
    /// The kinds of entity in the register, in the order of the configuration.
    pub fn kinds(&self, language: Language) -> Vec<Term> {
        (0..self.models.len()).map(|model_idx| self.kind(model_idx, language)).collect()
    }

    /// The kind of a model.
    pub(crate) fn kind(&self, model_idx: usize, language: Language) -> Term {
        let (id, labels) = (&self.models[model_idx].schema.kind, &self.labels[model_idx]);
        let label = |language: Language| labels.kind(language.tag()).unwrap_or(id);
        Term { id: id.clone(), name: label(language).into(), description: label(language.other()).into() }
    }

    /// The properties of a kind, or of all kinds; one that several kinds have stands once.
    pub fn properties(&self, kind: Option<&str>, language: Language) -> Vec<Term> {
        let mut properties: Vec<Term> = Vec::new();
        for (model_idx, model) in self.models.iter().enumerate() {
            if kind.is_some_and(|kind| kind != model.schema.kind) {
                continue;
            }
            for field in &model.schema.fields {
                if properties.iter().all(|known| known.id != field.name) {
                    properties.push(self.property(model_idx, field, language));
                }
            }
        }
        properties
    }

    /// Values of a property can be put in order: days and numbers.
    pub(crate) fn is_ordered(&self, property: &str) -> bool {
        let kinds = self.models.iter().filter_map(|model| Some(model.schema.spec(model.schema.field(property)?).kind));
        kinds.into_iter().any(|kind| matches!(kind, FieldKind::Date | FieldKind::Number))
    }

    /// The label of a field.
    pub(crate) fn field_label<'a>(&'a self, model_idx: usize, field: &'a str, language: Language) -> &'a str {
        self.labels[model_idx].field(language.tag(), field).unwrap_or(field)
    }

    /// The label of a comparison: that of the first field it compares.
    pub(crate) fn comparison_label<'a>(&'a self, model_idx: usize, name: &'a str, language: Language) -> &'a str {
        let schema = &self.models[model_idx].schema;
        let compared = schema.comparisons.iter().find(|comparison| comparison.name == name);
        let field = compared.and_then(|comparison| comparison.fields.first()).map(|field| &schema.spec(*field).name);
        field.map_or(name, |field| self.field_label(model_idx, field, language))
    }

    fn property(&self, model_idx: usize, field: &FieldSpec, language: Language) -> Term {
        let id = &field.name;
        let label = |language: Language| self.field_label(model_idx, id, language);
        let description = format!("{} · {}", label(language.other()), kind_label(field.kind, language));
        Term { id: id.clone(), name: label(language).into(), description }
    }

    /// The golden values of a property; none if the entity is of a kind without it.
    pub(crate) fn golden_values(&self, entity: &StoredEntity, property: &str, form: Form) -> Vec<Golden> {
        let model_idx = entity.model_idx as usize;
        let Some(field) = self.models[model_idx].schema.field(property) else { return Vec::new() };
        let values = entity.values.iter().filter(|value| value.field == field.0);
        values.map(|value| self.golden(model_idx, field, &value.value, form)).collect()
    }

    fn golden(&self, model_idx: usize, field: FieldIdx, raw: &str, form: Form) -> Golden {
        let kind = self.models[model_idx].schema.spec(field).kind;
        if form == Form::Written || !matches!(kind, FieldKind::Date | FieldKind::Number) {
            return Golden::Text(raw.into());
        }
        match self.read_value(model_idx, field, raw).values.first().map(|value| &value.value) {
            Some(Value::Date(day)) => Golden::Day(day.to_string()),
            Some(Value::Number(number)) if number.fract() == 0.0 && number.abs() < WHOLE_MAX => {
                Golden::Whole(*number as i64)
            }
            Some(Value::Number(number)) if number.is_finite() => Golden::Number(*number),
            _ => Golden::Text(raw.into()),
        }
    }

    /// A value of a field, normalized as if a record had delivered it.
    pub(crate) fn read_value(&self, model_idx: usize, field: FieldIdx, raw: &str) -> Record {
        let key = RecordKey { source: SourceIdx(u16::MAX), id: "?".into() };
        let row = SourceRecord { key, updated_at: None, values: vec![(field, raw.into())] };
        normalize::normalize(&row, &self.models[model_idx].schema, &self.config.jurisdiction).0
    }

    /// A line that tells namesakes apart: what the search index shows of an entity.
    pub(crate) fn description(&self, entity: &StoredEntity) -> String {
        let schema = &self.models[entity.model_idx as usize].schema;
        let first = |kind: FieldKind| {
            let of_kind = |field: u8| schema.fields.get(field as usize).is_some_and(|spec| spec.kind == kind);
            // The first value of an entity is its name.
            entity.values.iter().skip(1).find(|value| of_kind(value.field)).map(|value| value.value.as_str())
        };
        let parts = [FieldKind::Code, FieldKind::Address, FieldKind::PersonName, FieldKind::Date].map(first);
        parts.into_iter().flatten().collect::<Vec<&str>>().join(" · ")
    }

    /// The name of an entity: the best value of the first field of its schema that has one.
    pub(crate) fn name_of(&self, entity: &StoredEntity) -> String {
        entity.values.first().map(|value| value.value.clone()).unwrap_or_default()
    }

    /// The entity that a text names: by its id, or by one of its records as `source:record id`.
    pub(crate) fn entity_named(&self, text: &str) -> Result<Option<String>> {
        // Keys of the store part source and id by a zero byte.
        if text.is_empty() || text.contains('\0') {
            return Ok(None);
        }
        if self.store.entity(text)?.is_some() {
            return Ok(Some(text.into()));
        }
        let Some((source, id)) = text.split_once(':') else { return Ok(None) };
        Ok(self.store.entity_of(source, id)?)
    }
}

/// What a value means, as a text that is equal where the meaning is.
pub(crate) fn meaning(seen: Seen<'_>) -> String {
    match seen.value {
        Value::EnterpriseName(name) => name.norm().to_string(),
        Value::Address(located) => located.address.norm().to_string(),
        Value::PartyName(name) => name.words.text().to_string(),
        Value::PostalAddress(address) => address.words.text().to_string(),
        Value::Code(code) => code.text.to_string(),
        Value::Phone(phone) => phone.e164.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(folded) => folded.as_deref().map_or(seen.raw, |folded| folded).to_string(),
    }
}

/// How the values of a field are read, for people.
fn kind_label(kind: FieldKind, language: Language) -> &'static str {
    let (chinese, english) = match kind {
        FieldKind::Code => ("编码", "code"),
        FieldKind::EnterpriseName => ("单位名称", "name of a unit"),
        FieldKind::PersonName => ("姓名", "name of a person"),
        FieldKind::PartyName => ("名称或姓名", "name of a person or an organization"),
        FieldKind::Address => ("地址", "address"),
        FieldKind::PostalAddress => ("邮政地址", "postal address"),
        FieldKind::Phone => ("电话", "telephone"),
        FieldKind::Date => ("日期", "day"),
        FieldKind::Number => ("数值", "number"),
        FieldKind::Category => ("类别", "category"),
        FieldKind::Text => ("文本", "text"),
        FieldKind::Identifier => ("标识", "identifier"),
    };
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}
