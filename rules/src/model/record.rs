//! What does a department's row become?

use crate::address::Address;
use crate::code::SubjectCode;
use crate::date::Date;
use crate::model::{Identity, RecordKey};
use crate::name::EnterpriseName;
use crate::party::PartyName;
use crate::phone::Phone;
use crate::postal::PostalAddress;

/// Position of a field in its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldIdx(pub u8);

/// A delivering department, as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name that stands in every line of provenance.
    pub name: String,
    /// Trust: 1 is the most trusted.
    pub rank: u32,
    /// No two records of this source are the same entity.
    pub unique: bool,
}

/// A row as received, with its columns already mapped to the fields of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRecord {
    /// Source and record id.
    pub key: RecordKey,
    /// The source's own date of the row, as written.
    pub updated_at: Option<String>,
    /// Values by field; a field may occur several times, and empty values are left out.
    pub values: Vec<(FieldIdx, String)>,
}

/// A normalized record: what comparisons, blocking and survivorship read.
#[derive(Debug, Clone)]
pub struct Record {
    /// Source and record id.
    pub key: RecordKey,
    /// The source's own date of the row: recency in survivorship is never the time of arrival.
    pub updated_at: Option<Date>,
    /// All values as delivered, one after the other; [`Record::raw`] points into it.
    pub text: Box<str>,
    /// Values in the order of the schema's fields, then of delivery.
    pub values: Box<[FieldValue]>,
    /// Rare text keys of the name under the frozen model, sorted; filled in by the index.
    pub tokens: Box<[u64]>,
}

/// One value of a record.
#[derive(Debug, Clone)]
pub struct FieldValue {
    /// What the value means.
    pub value: Value,
    /// Where the value as delivered begins in [`Record::text`], in bytes.
    pub raw_start: u32,
    /// Bytes of the value as delivered.
    pub raw_len: u16,
    /// The field of the schema.
    pub field: FieldIdx,
}

/// A register holds some ten values a record, so that every byte of one is felt.
const _: () = assert!(size_of::<FieldValue>() == 24);

/// A normalized value, by the kind of its field.
#[derive(Debug, Clone)]
pub enum Value {
    /// A code of a legal subject, a taxpayer or a registration.
    Code(Box<SubjectCode>),
    /// A parsed name of an enterprise.
    EnterpriseName(Box<EnterpriseName>),
    /// A parsed address.
    Address(Box<Located>),
    /// Words of a name in any script.
    PartyName(Box<PartyName>),
    /// Words of an address in Latin letters.
    PostalAddress(Box<PostalAddress>),
    /// A telephone number.
    Phone(Box<Phone>),
    /// A calendar day.
    Date(Date),
    /// A number, in the unit of the schema.
    Number(f64),
    /// A number that names a person or a building.
    Identity(Box<Identity>),
    /// Person names, categories, identifiers, free text: the folded text, where folding changes anything. It seldom does,
    /// and the second box keeps this variant as small as the others.
    Text(Option<Box<Box<str>>>),
}

/// A value together with how it was delivered: what aspects are taken from.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// As delivered.
    pub raw: &'a str,
    /// What it means.
    pub value: &'a Value,
}

/// An address with its keys, which blocking, frequencies and comparisons all ask for.
#[derive(Debug, Clone)]
pub struct Located {
    /// The address.
    pub address: Address,
    /// Keys of its building, the strongest first; 0 where there are fewer.
    pub building_keys: [u64; N_BUILDING_KEYS_MAX],
    /// Key of its room; 0 where it names none.
    pub room_key: u64,
}

/// Every record has one or more of them, and an allocator gives the next step above 128 bytes a quarter more.
const _: () = assert!(size_of::<Located>() <= 128);

/// Ways of writing a building: by road, by estate, by village.
pub const N_BUILDING_KEYS_MAX: usize = 3;

impl Located {
    /// Computes the keys of an address once; one that hosts registrations has none, because it links nobody.
    ///
    /// ```
    /// use minglu_rules::{address, model::Located};
    /// let located = Located::new(address::parse("深圳市南山区科苑路15号科兴科学园A座1501室", None));
    /// assert_eq!(Some(located.room_key), located.address.room_key());
    /// ```
    pub fn new(address: Address) -> Self {
        let mut building_keys = [0; N_BUILDING_KEYS_MAX];
        for (slot, key) in building_keys.iter_mut().zip(address.keys()) {
            *slot = key;
        }
        if address.hosted() {
            return Self { address, building_keys: [0; N_BUILDING_KEYS_MAX], room_key: 0 };
        }
        let room_key = address.room_key().unwrap_or_default();
        Self { address, building_keys, room_key }
    }
}

impl Record {
    /// The values of one field, in the order of delivery.
    ///
    /// ```
    /// # use minglu_rules::{normalize, schema::Schema, model::*};
    /// # let schema = Schema::shipped("enterprise").unwrap();
    /// let phone = schema.field("phone").unwrap();
    /// let row = SourceRecord {
    ///     key: RecordKey { source: SourceIdx(0), id: "1".into() },
    ///     updated_at: None,
    ///     values: vec![(phone, "13800138000".into())],
    /// };
    /// let (record, _) = normalize::normalize(&row, &schema, &normalize::Jurisdiction::default());
    /// assert_eq!(record.values_of(phone).count(), 1);
    /// ```
    pub fn values_of(&self, field: FieldIdx) -> impl Iterator<Item = &FieldValue> {
        self.values.iter().filter(move |value| value.field == field)
    }

    /// A value with how it was delivered.
    pub fn seen<'a>(&'a self, value: &'a FieldValue) -> Seen<'a> {
        Seen { raw: self.raw(value), value: &value.value }
    }

    /// A value as it was delivered.
    pub fn raw(&self, value: &FieldValue) -> &str {
        let start = value.raw_start as usize;
        self.text.get(start..start + usize::from(value.raw_len)).unwrap_or_default()
    }
}
