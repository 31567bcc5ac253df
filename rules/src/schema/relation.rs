//! Which entities does a schema relate by what they share?
//!
//! `[[relation]]` says what two entities must agree on and of which class each is; finding them is
//! [`crate::relate`]'s business.

use serde::Deserialize;

use super::RelationRule;
use super::load::Names;
use crate::document::WrongValue;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelationEntry {
    kind: String,
    from: String,
    to: String,
    on: Vec<String>,
    n_entities_max: usize,
}

impl RelationEntry {
    pub(super) fn into_rule(self, position: usize, names: &Names<'_>) -> Result<RelationRule, WrongValue> {
        let place = |key: &str| format!("relation {}, {key}", position + 1);
        let wrong = |key: &str, what: String| Err(WrongValue { place: place(key), what });
        let is_word =
            |word: &str| !word.is_empty() && word.chars().all(|char| char.is_ascii_uppercase() || char == '_');
        if !is_word(&self.kind) {
            return wrong("kind", format!("'{}' is not a word of capital letters, as in 'MAY_HAVE_BECOME'", self.kind));
        }
        if self.on.is_empty() {
            return wrong("on", "the list is empty; name at least one field and aspect".into());
        }
        if self.n_entities_max < 2 {
            return wrong("n_entities_max", format!("{} is too few; a relation has 2 entities", self.n_entities_max));
        }
        let parts = self.on.iter().enumerate();
        let on = parts.map(|(part, text)| names.extract(&place(&format!("on {}", part + 1)), text));
        let on = on.collect::<Result<_, _>>()?;
        Ok(RelationRule { kind: self.kind, from: self.from, to: self.to, on, n_entities_max: self.n_entities_max })
    }
}
