//! What does search know of an entity?
//!
//! The golden name first, then every other way in which its records write names, codes, addresses and people; spellings that
//! mean the same are indexed once.

use minglu_graph::store::value::{StoredEntity, StoredValue};
use minglu_index::write::EntityDoc;
use minglu_rules::model::{EntityId, FieldIdx, GoldenEntity, GoldenValue, Member, Record, RecordIdx, Seen, Value};
use minglu_rules::schema::{FieldKind, Schema};

/// Makes the search document of an entity.
pub(crate) fn document<'a>(
    entity: &GoldenEntity,
    record: &dyn Fn(RecordIdx) -> &'a Record,
    schema: &Schema,
) -> EntityDoc {
    let mut doc = EntityDoc { id: entity.id.to_string(), kind: schema.kind.clone(), ..EntityDoc::default() };
    let golden = |name: &str| {
        let field = schema.field(name)?;
        entity.values.iter().find(|value| value.field == field).map(|value| value.value.clone())
    };
    doc.names.extend(golden("name").or_else(|| entity.values.first().map(|value| value.value.clone())));
    doc.industry = golden("industry").unwrap_or_default();
    doc.status = golden("status").unwrap_or_default();
    let mut listed = Listed { meanings: Vec::new(), display: doc.names.first().cloned().unwrap_or_default() };
    for member in &entity.members {
        add_record(record(member.record), schema, &mut listed, &mut doc);
    }
    doc.district = district(entity, record, schema.field("address")).unwrap_or_default();
    doc
}

/// Makes the search document of a stored entity of these records, which are its members in their order.
pub(crate) fn stored_document((id, stored): (&str, &StoredEntity), records: &[Record], schema: &Schema) -> EntityDoc {
    let member = |idx: usize| Member {
        record: RecordIdx(idx as u32),
        match_probability: 1.0,
        match_key: String::new(),
        disowns_codes: false,
    };
    let value = |value: &StoredValue| GoldenValue {
        field: FieldIdx(value.field),
        value: value.value.clone(),
        from: value.from.iter().map(|idx| RecordIdx(*idx)).collect(),
        valid_from: None,
        rule: "",
        new: value.new,
    };
    let entity = GoldenEntity {
        id: EntityId::from_text(id),
        members: (0..records.len()).map(member).collect(),
        values: stored.values.iter().map(value).collect(),
        conflicts: Vec::new(),
        missing: Vec::new(),
    };
    document(&entity, &|idx| &records[idx.at()], schema)
}

/// Meanings that are in the document already.
struct Listed {
    meanings: Vec<(FieldKind, u64)>,
    display: String,
}

fn add_record(record: &Record, schema: &Schema, listed: &mut Listed, doc: &mut EntityDoc) {
    for value in record.values.iter() {
        let spec = schema.spec(value.field);
        // What a record says of a parent or an employer is not about the entity itself.
        if spec.foreign {
            continue;
        }
        let list = match spec.kind {
            FieldKind::EnterpriseName | FieldKind::PartyName => &mut doc.names,
            FieldKind::Code | FieldKind::BuildingCode => &mut doc.codes,
            FieldKind::Address | FieldKind::PostalAddress => &mut doc.addresses,
            FieldKind::PersonName => &mut doc.people,
            _ => continue,
        };
        let raw = record.raw(value);
        let meaning = (spec.kind, meaning(record.seen(value)));
        if !listed.meanings.contains(&meaning) {
            listed.meanings.push(meaning);
            if raw != listed.display {
                list.push(raw.to_string());
            }
        }
    }
}

/// A hash that is equal for spellings that need not be indexed twice.
fn meaning(seen: Seen<'_>) -> u64 {
    let text = match seen.value {
        Value::EnterpriseName(name) => name.norm(),
        Value::Address(located) if located.building_keys[0] != 0 => return located.building_keys[0],
        Value::Address(located) => located.address.norm(),
        Value::PartyName(name) => name.words.text(),
        Value::PostalAddress(address) => address.words.text(),
        Value::Code(code) => &code.text,
        Value::Identity(identity) => &identity.text,
        Value::Text(folded) => folded.as_deref().map_or(seen.raw, |folded| folded),
        Value::Phone(_) | Value::Date(_) | Value::Number(_) => "",
    };
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

/// The county of the golden address, else its city, by name.
fn district<'a>(
    entity: &GoldenEntity,
    record: &dyn Fn(RecordIdx) -> &'a Record,
    field: Option<FieldIdx>,
) -> Option<String> {
    let golden = entity.values.iter().find(|value| Some(value.field) == field)?;
    let from: &RecordIdx = golden.from.first()?;
    let record = record(*from);
    let written = record.values_of(golden.field).find(|value| record.raw(value) == golden.value)?;
    match &written.value {
        Value::Address(located) => located.address.division().map(|division| division.name().to_string()),
        _ => None,
    }
}
