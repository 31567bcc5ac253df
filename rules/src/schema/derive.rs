//! Which records of other kinds does a record give rise to?
//!
//! An enterprise's row names its legal representative and its address: a person and a building. `[[derive]]` says which
//! fields of the row make such a record; making it is [`crate::derive`]'s business.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::load::Names;
use super::{Aspect, Extract};
use crate::document::WrongValue;
use crate::model::FieldIdx;

/// How records of another kind follow from records of this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Derive {
    /// The field that names the other entity, which gives the derived source its name, and the aspect it must have.
    pub from: Extract,
    /// Name of that field.
    pub name: String,
    /// The kind of the derived records.
    pub kind: String,
    /// Fields of the derived record, each with the fields that fill it.
    pub fields: Vec<(String, Vec<FieldIdx>)>,
    /// What this entity is to the derived one, `LOCATED_IN`.
    pub outgoing: Option<String>,
    /// The same, where the address hosts registrations: such a place says little of where somebody works.
    pub outgoing_hosted: Option<String>,
    /// What the derived entity is to this one, `LEGAL_REP_OF`.
    pub incoming: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeriveEntry {
    from: String,
    kind: String,
    fields: BTreeMap<String, String>,
    outgoing: Option<String>,
    outgoing_hosted: Option<String>,
    incoming: Option<String>,
}

impl DeriveEntry {
    pub(super) fn into_derive(self, position: usize, names: &Names<'_>) -> Result<Derive, WrongValue> {
        let place = |key: &str| format!("derive {}, {key}", position + 1);
        let wrong = |key: &str, what: String| WrongValue { place: place(key), what };
        let from = names.extract(&place("from"), &self.from)?;
        let one = from.fields.len() == 1 && from.aspect != Aspect::Tokens;
        let Some((name, _)) = self.from.trim().split_once(' ').filter(|_| one) else {
            let what = format!("'{}' is not one field and an aspect, as in 'address building'", self.from);
            return Err(wrong("from", what));
        };
        let mut fields = Vec::with_capacity(self.fields.len());
        for (target, list) in &self.fields {
            let place = place(&format!("fields, {target}"));
            let sources: Result<Vec<FieldIdx>, WrongValue> =
                list.split('|').map(|name| names.one(&place, name.trim())).collect();
            fields.push((target.clone(), sources?));
        }
        if !fields.iter().any(|(_, sources)| sources.contains(&from.fields[0])) {
            return Err(wrong("fields", format!("no field is filled by '{name}', of which the record is made")));
        }
        Ok(Derive {
            name: name.into(),
            from,
            kind: self.kind,
            fields,
            outgoing: self.outgoing,
            outgoing_hosted: self.outgoing_hosted,
            incoming: self.incoming,
        })
    }
}
