//! Which person or building does a record speak of?
//!
//! A row about an enterprise names its legal representative and its address. [`derive()`] makes of them a row of another
//! kind, under the same record id, which then goes through the same line as any delivered row. What is derived of which
//! fields stands in the schema ([`crate::schema::Derive`]); nothing is concluded that the row does not say.

use crate::model::{FieldIdx, FieldValue, Record, Seen, SourceRecord, Value};
use crate::schema::{Aspect, Derive, Schema, aspect_keys};

/// A derivation whose field names have been looked up in the schema of the derived kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    derive: Derive,
    fields: Vec<Filled>,
}

#[derive(Debug, Clone, PartialEq)]
struct Filled {
    to: FieldIdx,
    from: Vec<FieldIdx>,
    /// It holds a code of the derived entity itself.
    names_subject: bool,
}

/// Looks the fields of a derivation up; the error names the field that the derived kind does not have.
///
/// ```
/// use minglu_rules::{derive::plan, schema::Schema};
/// let (enterprise, person) = (Schema::shipped("enterprise").unwrap(), Schema::shipped("person").unwrap());
/// let of_legal_rep = &enterprise.derives[0]; // 法定代表人
/// assert!(plan(of_legal_rep, &person).is_ok());
/// assert!(plan(of_legal_rep, &enterprise).unwrap_err().contains("kind 'enterprise' has no field"));
/// ```
pub fn plan(derive: &Derive, target: &Schema) -> Result<Plan, String> {
    let fields = derive.fields.iter().map(|(name, from)| {
        let to = target.field(name).ok_or_else(|| {
            let known: Vec<&str> = target.fields.iter().map(|field| field.name.as_str()).collect();
            let known = known.join(", ");
            format!("derive '{}': kind '{}' has no field '{name}'; it has: {known}", derive.name, target.kind)
        })?;
        Ok(Filled { to, from: from.clone(), names_subject: target.law.codes.contains(&to) })
    });
    Ok(Plan { derive: derive.clone(), fields: fields.collect::<Result<_, String>>()? })
}

/// The row that a record gives rise to; none where it does not name the other entity well enough.
///
/// Where a record names several (two people in one cell), the first is taken; a code is taken with it only if there are as
/// many codes as names, because otherwise nobody can say whose it is.
///
/// ```
/// # use minglu_rules::{derive::{derive, plan}, model::*, normalize::*, schema::Schema};
/// # let (enterprise, person) = (Schema::shipped("enterprise").unwrap(), Schema::shipped("person").unwrap());
/// # let field = |name: &str| enterprise.field(name).unwrap();
/// let row = SourceRecord {
///     key: RecordKey { source: SourceIdx(0), id: "1".into() },
///     updated_at: None,
///     values: vec![(field("name"), "深圳市明鹭数据科技有限公司".into()), (field("legal_rep"), "陈思远".into())],
/// };
/// let (record, _) = normalize(&row, &enterprise, &Jurisdiction::default());
/// let plan = plan(&enterprise.derives[0], &person).unwrap();
/// let derived = derive(&record, &plan).unwrap();
/// assert_eq!(&*derived.key.id, "1");
/// assert_eq!(derived.values.len(), 2); // 姓名与任职单位
/// ```
pub fn derive(record: &Record, plan: &Plan) -> Option<SourceRecord> {
    let from = plan.derive.from.fields.first()?;
    let named: Vec<&FieldValue> = delivered(record, std::slice::from_ref(from)).collect();
    let first = named.first()?;
    if !has_aspect(record.seen(first), plan.derive.from.aspect) {
        return None;
    }
    let mut values = Vec::with_capacity(plan.fields.len());
    for filled in &plan.fields {
        let found: Vec<&FieldValue> = delivered(record, &filled.from).collect();
        let n_taken = match () {
            _ if filled.from.contains(from) => 1,
            _ if named.len() == 1 => found.len(),
            _ if filled.names_subject => usize::from(found.len() == named.len()),
            _ => found.len(),
        };
        values.extend(found.iter().take(n_taken).map(|value| (filled.to, record.raw(value).to_string())));
    }
    let updated_at = record.updated_at.map(|date| date.to_string());
    Some(SourceRecord { key: record.key.clone(), updated_at, values })
}

/// Whether the place that a record names as its own hosts the registrations of others.
///
/// ```
/// # use minglu_rules::{derive::is_hosted, model::*, normalize::*, schema::Schema};
/// # let schema = Schema::shipped("enterprise").unwrap();
/// # let address = schema.field("address").unwrap();
/// let row = SourceRecord {
///     key: RecordKey { source: SourceIdx(0), id: "1".into() },
///     updated_at: None,
///     values: vec![(address, "前湾一路1号A栋201室（入驻深圳市前海商务秘书有限公司）".into())],
/// };
/// let (record, _) = normalize(&row, &schema, &Jurisdiction::default());
/// let of_address = schema.derives.iter().find(|derive| derive.name == "address").unwrap();
/// assert!(is_hosted(&record, of_address));
/// ```
pub fn is_hosted(record: &Record, derive: &Derive) -> bool {
    let first = delivered(record, &derive.from.fields).next();
    first.is_some_and(|value| matches!(&value.value, Value::Address(located) if located.address.hosted()))
}

/// Whether a value has an aspect. An address that hosts registrations has no keys, because it links nobody; it names its
/// building all the same.
fn has_aspect(seen: Seen<'_>, aspect: Aspect) -> bool {
    match (seen.value, aspect) {
        (Value::Address(located), Aspect::Building) => !located.address.keys().is_empty(),
        _ => !aspect_keys(seen, aspect).as_slice().is_empty(),
    }
}

/// The first value of each delivered one: a cell with two telephone numbers was delivered once.
fn delivered<'a>(record: &'a Record, fields: &'a [FieldIdx]) -> impl Iterator<Item = &'a FieldValue> {
    let mut last = None;
    record.values.iter().filter(move |value| {
        let is_new = fields.contains(&value.field) && last != Some(value.raw_start);
        if is_new {
            last = Some(value.raw_start);
        }
        is_new
    })
}

#[cfg(test)]
mod tests;
