//! Which field, aspect, group or case does a word of a schema file name?
//!
//! The error says which word stands nearest to one that nothing bears.

use super::{check, keep};
use crate::document::{WrongValue, did_you_mean};
use crate::model::FieldIdx;
use crate::schema::{Aspect, CaseIdx, Extract, FieldKind, FieldSpec};

/// Finds fields by name.
#[derive(Clone, Copy)]
pub(in crate::schema) struct Names<'a> {
    pub(super) fields: &'a [FieldSpec],
    pub(super) groups: &'a [String],
    pub(super) cases: &'a [String],
    /// So many of the cases were established by earlier comparisons.
    pub(super) n_cases_known: usize,
}

impl Names<'_> {
    /// A name that blocking rules can write: `a|b norm` parts fields at `|` and the aspect at the last space.
    pub(super) fn check_name(&self, position: usize, name: &str) -> Result<(), WrongValue> {
        let place = || format!("field {}, name", position + 1);
        check(!name.contains(['|', ' ', '\t', '\n', ',']), place, || {
            format!("'{name}' contains a space, ',' or '|', which part names elsewhere; write it without")
        })
    }

    pub(super) fn group(&self, place: &str, name: &str) -> Result<u8, WrongValue> {
        let position = self.groups.iter().position(|group| group == name);
        position.map(|position| position as u8).ok_or_else(|| WrongValue {
            place: place.into(),
            what: did_you_mean("group", name, self.groups.iter().map(String::as_str)),
        })
    }

    /// The position of a case among the first so many.
    pub(super) fn case(&self, place: &str, name: &str, n_known: usize) -> Result<CaseIdx, WrongValue> {
        let known = &self.cases[..n_known.min(self.cases.len())];
        let position = known.iter().position(|case| case == name).ok_or_else(|| WrongValue {
            place: place.into(),
            what: did_you_mean("case of an earlier comparison", name, known.iter().map(String::as_str)),
        })?;
        Ok(CaseIdx(position as u8))
    }

    pub(in crate::schema) fn one(&self, place: &str, name: &str) -> Result<FieldIdx, WrongValue> {
        let position = self.fields.iter().position(|field| field.name == name);
        position.map(|position| FieldIdx(position as u8)).ok_or_else(|| WrongValue {
            place: place.into(),
            what: did_you_mean("field", name, self.fields.iter().map(|field| field.name.as_str())),
        })
    }

    pub(super) fn kind(&self, field: FieldIdx) -> FieldKind {
        self.fields[field.0 as usize].kind
    }

    /// Fields that all are of one kind: of the given one, or of that of the first.
    pub(super) fn of_one_kind(
        &self,
        place: &str,
        names: &[String],
        kind: Option<FieldKind>,
    ) -> Result<(Vec<FieldIdx>, FieldKind), WrongValue> {
        let mut found = Vec::with_capacity(names.len());
        let mut kind = kind;
        for (position, name) in names.iter().enumerate() {
            let place = format!("{place} {}", position + 1);
            let field = self.one(&place, name)?;
            let (own, wanted) = (self.kind(field), *kind.get_or_insert(self.kind(field)));
            check(
                own == wanted,
                || place,
                || {
                    format!(
                        "'{name}' is of kind {}, not {}; only fields of one kind are compared",
                        own.word(),
                        wanted.word()
                    )
                },
            )?;
            found.push(field);
        }
        let kind =
            kind.ok_or_else(|| WrongValue { place: place.into(), what: "the list is empty; name a field".into() })?;
        Ok((found, kind))
    }

    pub(super) fn of_kind(
        &self,
        place: &str,
        names: &[String],
        kinds: &[FieldKind],
        wrong: &mut Vec<WrongValue>,
    ) -> Vec<FieldIdx> {
        let wanted = kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(" or ");
        let one = |(position, name): (usize, &String)| {
            let place = format!("{place} {}", position + 1);
            let field = self.one(&place, name)?;
            let own = self.kind(field);
            let what = || format!("'{name}' is of kind {}; the law wants fields of kind {wanted} here", own.word());
            check(kinds.contains(&own), || place, what)?;
            Ok(field)
        };
        names.iter().enumerate().filter_map(|entry| keep(wrong, one(entry))).collect()
    }

    /// Reads `name|former_name norm`, `name text 4` or `tokens`.
    pub(in crate::schema) fn extract(&self, place: &str, text: &str) -> Result<Extract, WrongValue> {
        if text.trim() == "tokens" {
            return Ok(Extract { fields: vec![], aspect: Aspect::Tokens, n_chars: None });
        }
        let (text, n_chars) = match text.trim().rsplit_once(' ') {
            Some((rest, number)) if number.starts_with(|char: char| char.is_ascii_digit()) => {
                let n_chars = number.parse::<u8>().ok().filter(|n_chars| *n_chars > 0);
                let what = || format!("'{number}' is not a number of characters from 1 to 255");
                (rest, Some(n_chars.ok_or_else(|| WrongValue { place: place.into(), what: what() })?))
            }
            _ => (text, None),
        };
        let (list, word) = text.trim().rsplit_once(' ').ok_or_else(|| WrongValue {
            place: place.into(),
            what: format!("'{text}' has no aspect; write 'field aspect', 'field|field aspect' or 'tokens'"),
        })?;
        let fields = list.split('|').map(|name| self.one(place, name.trim())).collect::<Result<Vec<_>, _>>()?;
        let mut found = Err(WrongValue { place: place.into(), what: "names no field".into() });
        for field in &fields {
            found = Ok(aspect(place, word, self.kind(*field))?);
        }
        let aspect = found?;
        check(
            n_chars.is_none() || aspect.is_text(),
            || place.into(),
            || format!("'{word}' is no text that could be cut; leave the number out"),
        )?;
        Ok(Extract { aspect, fields, n_chars })
    }
}

pub(super) fn aspect(place: &str, word: &str, kind: FieldKind) -> Result<Aspect, WrongValue> {
    let wrong = |what| WrongValue { place: place.into(), what };
    let aspect = Aspect::named(word).ok_or_else(|| wrong(did_you_mean("aspect", word, Aspect::words())))?;
    check(aspect.fits(kind), || place.into(), || does_not_fit(word, kind))?;
    Ok(aspect)
}

pub(super) fn does_not_fit(word: &str, kind: FieldKind) -> String {
    let fitting: Vec<&str> = Aspect::words().filter(|word| Aspect::named(word).is_some_and(|a| a.fits(kind))).collect();
    format!("a field of kind {} has no aspect '{word}'; it has: {}", kind.word(), fitting.join(", "))
}
