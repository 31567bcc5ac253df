//! Which records of other kinds does a record give rise to?
//!
//! An enterprise's row names its legal representative and its address: a person and a building. `[[derive]]` says which
//! fields of the row make such a record; making it is [`crate::derive`]'s business.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::load::{Names, SchemaError, wrong_value};
use super::{Aspect, Extract};
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
    pub(super) fn into_derive(self, names: &Names<'_>) -> Result<Derive, SchemaError> {
        let place = format!("derive '{}'", self.from);
        let from = names.extract(&place, &self.from)?;
        let one = from.fields.len() == 1 && from.aspect != Aspect::Tokens;
        let Some((name, _)) = self.from.trim().split_once(' ').filter(|_| one) else {
            return Err(wrong_value(
                place,
                "'from' must be one field and an aspect, as in \"address building\"".into(),
            ));
        };
        let pooled = |list: &String| {
            let list: Vec<String> = list.split('|').map(|name| name.trim().to_string()).collect();
            names.all(&place, &list)
        };
        let fields: Vec<(String, Vec<FieldIdx>)> =
            self.fields.iter().map(|(target, list)| Ok((target.clone(), pooled(list)?))).collect::<Result<_, _>>()?;
        if !fields.iter().any(|(_, sources)| sources.contains(&from.fields[0])) {
            return Err(wrong_value(place.clone(), format!("'fields' must use '{name}', which the record is made of")));
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
