//! What of a value is looked at?
//!
//! An [`Aspect`] turns a value into keys (for blocking, equality and frequency) or into text (for similarity).
//! It decides nothing: which aspects matter is written in the schema.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use super::{Extract, FieldKind};
use crate::model::{Record, Seen, Value};
use crate::name;

/// A view of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// The folded text of any value.
    Text,
    /// Host name of a web address.
    Domain,
    /// Whole name.
    Norm,
    /// Whole name with a bracketed region in front.
    Canonical,
    /// Trade name and industry.
    Core,
    /// Trade name (字号).
    Trade,
    /// Industry words.
    Industry,
    /// Organizational form.
    Form,
    /// Class of the form: company, group, individual and others; none where a name has no form.
    Class,
    /// Region of a name.
    Region,
    /// Name without stock-exchange markers.
    Short,
    /// Valid organization code.
    Org,
    /// Characters that stand where an organization code should, right or wrong.
    Guess,
    /// Room of an address that hosts nobody else.
    Room,
    /// Building.
    Building,
    /// County, or city where there is none.
    County,
    /// The whole parsed address.
    Place,
    /// Rare text keys of the record.
    Tokens,
}

/// Words of a schema file, with what they mean.
const ASPECTS: [(&str, Aspect); 18] = [
    ("text", Aspect::Text),
    ("domain", Aspect::Domain),
    ("norm", Aspect::Norm),
    ("canonical", Aspect::Canonical),
    ("core", Aspect::Core),
    ("trade", Aspect::Trade),
    ("industry", Aspect::Industry),
    ("form", Aspect::Form),
    ("class", Aspect::Class),
    ("region", Aspect::Region),
    ("short", Aspect::Short),
    ("org", Aspect::Org),
    ("guess", Aspect::Guess),
    ("room", Aspect::Room),
    ("building", Aspect::Building),
    ("county", Aspect::County),
    ("place", Aspect::Place),
    ("tokens", Aspect::Tokens),
];

impl Aspect {
    /// The aspect of this name.
    ///
    /// ```
    /// use minglu_rules::schema::Aspect;
    /// assert_eq!(Aspect::named("trade"), Some(Aspect::Trade)); // 字号
    /// assert_eq!(Aspect::named("字号"), None);
    /// ```
    pub fn named(word: &str) -> Option<Aspect> {
        ASPECTS.iter().find(|(name, _)| *name == word).map(|(_, aspect)| *aspect)
    }

    /// All words, for error messages.
    ///
    /// ```
    /// assert!(minglu_rules::schema::Aspect::words().any(|word| word == "norm"));
    /// ```
    pub fn words() -> impl Iterator<Item = &'static str> {
        ASPECTS.iter().map(|(word, _)| *word)
    }

    /// The aspect that tells whether two values of a kind are the same value.
    ///
    /// ```
    /// use minglu_rules::schema::{Aspect, FieldKind};
    /// assert_eq!(Aspect::of_kind(FieldKind::EnterpriseName), Aspect::Norm);
    /// ```
    pub fn of_kind(kind: FieldKind) -> Aspect {
        match kind {
            FieldKind::EnterpriseName => Aspect::Norm,
            FieldKind::Address => Aspect::Place,
            _ => Aspect::Text,
        }
    }

    /// Whether values of a kind have the aspect.
    pub(super) fn fits(self, kind: FieldKind) -> bool {
        use Aspect::*;
        match self {
            Text => true,
            Domain => matches!(kind, FieldKind::Text | FieldKind::Identifier),
            Norm | Canonical | Core | Trade | Industry | Form | Class | Region | Short => {
                kind == FieldKind::EnterpriseName
            }
            Org | Guess => kind == FieldKind::Code,
            Room | Building | County | Place => kind == FieldKind::Address,
            Tokens => false,
        }
    }
}

/// Keys of one value; four, because an address can be written by its road and by its estate, with and without block.
pub(crate) type Keys = ArrayOf4;

/// A list of at most four keys, on the stack.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ArrayOf4 {
    keys: [u64; 4],
    n: u8,
}

impl ArrayOf4 {
    /// The keys.
    pub(crate) fn as_slice(&self) -> &[u64] {
        &self.keys[..self.n as usize]
    }

    fn push(&mut self, key: u64) {
        if (self.n as usize) < self.keys.len() && !self.as_slice().contains(&key) {
            self.keys[self.n as usize] = key;
            self.n += 1;
        }
    }

    fn push_text(&mut self, text: &str) {
        if !text.is_empty() {
            self.push(xxh3_64(text.as_bytes()));
        }
    }
}

/// The keys of a value under an aspect; none where it lacks the aspect.
pub(crate) fn keys(seen: Seen<'_>, aspect: Aspect) -> Keys {
    let mut keys = Keys::default();
    match (aspect, seen.value) {
        (Aspect::Room, Value::Address(located)) => located.room_key.into_iter().for_each(|key| keys.push(key)),
        (Aspect::Building, Value::Address(located)) => {
            located.building_keys.into_iter().filter(|key| *key != 0).for_each(|key| keys.push(key));
        }
        _ => {
            if let Some(text) = text(seen, aspect) {
                keys.push_text(&text);
            }
        }
    }
    keys
}

/// The text of a value under an aspect.
pub(crate) fn text(seen: Seen<'_>, aspect: Aspect) -> Option<Cow<'_, str>> {
    let text: Cow<'_, str> = match (seen.value, aspect) {
        (Value::EnterpriseName(parsed), aspect) => match aspect {
            Aspect::Norm | Aspect::Text => parsed.norm().into(),
            Aspect::Canonical => parsed.canonical().into(),
            Aspect::Core => parsed.core().into(),
            Aspect::Trade => parsed.trade_name().into(),
            Aspect::Industry => parsed.industry().into(),
            Aspect::Form => parsed.form_text().into(),
            Aspect::Class => parsed.form().class().unwrap_or_default().into(),
            Aspect::Short => name::short_name_core(parsed.norm()).into(),
            Aspect::Region => return parsed.region().map(|region| region.code().into()),
            _ => return None,
        },
        (Value::Code(code), Aspect::Text) => (&*code.text).into(),
        (Value::Code(code), Aspect::Org) => return code.org.as_ref().map(|org| org.as_str().into()),
        (Value::Code(code), Aspect::Guess) => return code.org_guess().map(Cow::from),
        (Value::Address(located), Aspect::Place | Aspect::Text) => located.address.norm().into(),
        (Value::Address(located), Aspect::County) => {
            return located.address.division().map(|place| place.code().into());
        }
        (Value::Phone(phone), Aspect::Text) => (&*phone.e164).into(),
        (Value::Date(date), Aspect::Text) => date.to_string().into(),
        (Value::Number(number), Aspect::Text) => number.to_string().into(),
        (Value::Text(folded), Aspect::Text) => folded.as_deref().map_or(seen.raw, |folded| folded).into(),
        (Value::Text(folded), Aspect::Domain) => domain(folded.as_deref().map_or(seen.raw, |folded| folded)).into(),
        _ => return None,
    };
    if text.is_empty() { None } else { Some(text) }
}

/// All keys of a record under an extract.
pub(crate) fn keys_of(record: &Record, extract: &Extract, out: &mut Vec<u64>) {
    if extract.aspect == Aspect::Tokens {
        out.extend_from_slice(&record.tokens);
        return;
    }
    for value in record.values.iter().filter(|value| extract.fields.contains(&value.field)) {
        for &key in keys(record.seen(value), extract.aspect).as_slice() {
            if !out.contains(&key) {
                out.push(key);
            }
        }
    }
}

/// The host of a web address, without scheme, `www.` and path.
fn domain(text: &str) -> &str {
    let rest = text.split_once("//").map_or(text, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let host = host.strip_prefix("WWW.").or_else(|| host.strip_prefix("www.")).unwrap_or(host);
    if host.contains('.') { host } else { "" }
}
