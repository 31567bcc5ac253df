//! What do people call a kind of entity and its fields, in their language?
//!
//! Labels stand in the schema file (`[[label]]`) and nowhere in a [`Schema`](super::Schema): no decision reads them, so a better word in
//! a menu must not make another model. A field without a label is called by its name. Languages are BCP 47 tags.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::document::{self, Mistakes};

/// The labels of one schema file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    entries: Vec<LabelEntry>,
}

/// What one language calls the kind and its fields.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelEntry {
    /// BCP 47 tag of the language: `zh`, `en`.
    pub(super) language: String,
    /// The kind of entity.
    kind: Option<String>,
    /// Labels by name of the field.
    #[serde(default)]
    pub(super) fields: BTreeMap<String, String>,
}

/// The part of a schema file that is read here.
#[derive(Deserialize)]
struct Labelled {
    #[serde(default, rename = "label")]
    labels: Vec<LabelEntry>,
}

impl Labels {
    /// Reads the labels of a schema file.
    ///
    /// ```
    /// use minglu_rules::schema::{Labels, Schema};
    /// let labels = Labels::read(Schema::shipped_text("enterprise").unwrap()).unwrap();
    /// assert_eq!(labels.kind("zh"), Some("企业"));
    /// assert_eq!(labels.field("zh", "uscc"), Some("统一社会信用代码"));
    /// assert_eq!(labels.field("en", "uscc"), Some("unified social credit code"));
    /// assert_eq!(labels.field("fr", "uscc"), None);
    /// ```
    pub fn read(text: &str) -> Result<Labels, Mistakes> {
        let (labelled, _) = document::read::<Labelled>(text)?;
        Ok(Labels { entries: labelled.labels })
    }

    /// What a language calls the kind of entity.
    ///
    /// ```
    /// use minglu_rules::schema::Labels;
    /// let labels = Labels::read("[[label]]\nlanguage = 'zh'\nkind = '店铺'").unwrap();
    /// assert_eq!(labels.kind("zh"), Some("店铺"));
    /// ```
    pub fn kind(&self, language: &str) -> Option<&str> {
        self.of(language)?.kind.as_deref()
    }

    /// What a language calls a field.
    ///
    /// ```
    /// use minglu_rules::schema::Labels;
    /// let labels = Labels::read("[[label]]\nlanguage = 'zh'\nfields = { name = '名称' }").unwrap();
    /// assert_eq!(labels.field("zh", "name"), Some("名称"));
    /// assert_eq!(labels.field("zh", "phone"), None);
    /// ```
    pub fn field(&self, language: &str, field: &str) -> Option<&str> {
        self.of(language)?.fields.get(field).map(String::as_str)
    }

    fn of(&self, language: &str) -> Option<&LabelEntry> {
        self.entries.iter().find(|entry| entry.language == language)
    }
}
