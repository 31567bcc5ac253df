//! What of a value is looked at?
//!
//! An [`Aspect`] turns a value into keys (for blocking, equality and frequency) or into text (for similarity).
//! It decides nothing: which aspects matter is written in the schema.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use super::{Extract, FieldKind};
use crate::model::{Record, Seen, Value};
use crate::name;
use crate::words::Selection;

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
    /// What a valid code names: an organization, a person, a building.
    Subject,
    /// Characters that stand where an organization code should, right or wrong.
    Guess,
    /// Room of an address that hosts nobody else.
    Room,
    /// Building.
    Building,
    /// County, or city where there is none.
    County,
    /// Door: county, road, number and block together.
    Door,
    /// The whole parsed address.
    Place,
    /// Words of a name or a postal address, in any order.
    Words,
    /// Given names, where a comma tells them; else all words.
    Given,
    /// Which bearer of a name: 1 for Sr and I, 2 for Jr and II.
    Generation,
    /// Sounds of the words of a name.
    Sounds,
    /// House number and street of a postal address.
    House,
    /// Postcode of a postal address.
    Postcode,
    /// Letters and digits alone.
    Plain,
    /// Digits alone, without zeros in front.
    Digits,
    /// The last seven digits, as long as the shortest local telephone numbers.
    Tail,
    /// The mail address in a text.
    Email,
    /// Year of a date.
    Year,
    /// Rare text keys of the record.
    Tokens,
}

/// Words of a schema file, with what they mean.
const ASPECTS: [(&str, Aspect); 31] = [
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
    ("subject", Aspect::Subject),
    ("guess", Aspect::Guess),
    ("room", Aspect::Room),
    ("building", Aspect::Building),
    ("county", Aspect::County),
    ("door", Aspect::Door),
    ("place", Aspect::Place),
    ("words", Aspect::Words),
    ("given", Aspect::Given),
    ("generation", Aspect::Generation),
    ("sounds", Aspect::Sounds),
    ("house", Aspect::House),
    ("postcode", Aspect::Postcode),
    ("plain", Aspect::Plain),
    ("digits", Aspect::Digits),
    ("tail", Aspect::Tail),
    ("email", Aspect::Email),
    ("year", Aspect::Year),
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

    /// The word for it in a schema file.
    ///
    /// ```
    /// assert_eq!(minglu_rules::schema::Aspect::Trade.word(), "trade"); // 字号
    /// ```
    pub fn word(self) -> &'static str {
        ASPECTS.iter().find(|(_, aspect)| *aspect == self).map_or("", |(word, _)| word)
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
            FieldKind::PartyName | FieldKind::PostalAddress => Aspect::Words,
            _ => Aspect::Text,
        }
    }

    /// Whether the aspect is one text, of which a beginning can be taken.
    pub(super) fn is_text(self) -> bool {
        use Aspect::*;
        !matches!(self, Room | Building | Door | House | Sounds | Tokens)
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
            Subject => matches!(kind, FieldKind::Code | FieldKind::PersonId | FieldKind::BuildingCode),
            Room | Building | County | Door | Place => kind == FieldKind::Address,
            Words => matches!(kind, FieldKind::PartyName | FieldKind::PostalAddress),
            Given | Generation | Sounds => kind == FieldKind::PartyName,
            House | Postcode => kind == FieldKind::PostalAddress,
            Plain | Digits | Tail => matches!(kind, FieldKind::Text | FieldKind::Identifier),
            Email => matches!(kind, FieldKind::Text | FieldKind::Identifier),
            Year => kind == FieldKind::Date,
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
        (Aspect::Room, Value::Address(located)) if located.room_key != 0 => keys.push(located.room_key),
        (Aspect::Building, Value::Address(located)) => {
            located.building_keys.into_iter().filter(|key| *key != 0).for_each(|key| keys.push(key));
        }
        (Aspect::Door, Value::Address(located)) => {
            located.address.door_key().into_iter().for_each(|key| keys.push(key));
        }
        (Aspect::Words, Value::PartyName(name)) => name.words.bag().into_iter().for_each(|key| keys.push(key)),
        (Aspect::Words, Value::PostalAddress(address)) => {
            address.words.bag().into_iter().for_each(|key| keys.push(key));
        }
        (Aspect::Sounds, Value::PartyName(name)) => name.words.sounds().for_each(|key| keys.push(key)),
        (Aspect::House, Value::PostalAddress(address)) => address.house().into_iter().for_each(|key| keys.push(key)),
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
        (Value::Code(code), Aspect::Org | Aspect::Subject) => return code.org.as_ref().map(|org| org.as_str().into()),
        (Value::Code(code), Aspect::Guess) => return code.org_guess().map(Cow::from),
        (Value::Identity(identity), Aspect::Text) => (&*identity.text).into(),
        (Value::Identity(identity), Aspect::Subject) => return identity.subject().map(Cow::from),
        (Value::Address(located), Aspect::Place | Aspect::Text) => located.address.norm().into(),
        (Value::Address(located), Aspect::County) => {
            return located.address.division().map(|place| place.code().into());
        }
        (Value::Phone(phone), Aspect::Text) => (&*phone.e164).into(),
        (Value::Date(date), Aspect::Text) => date.to_string().into(),
        (Value::Number(number), Aspect::Text) => number.to_string().into(),
        (Value::Date(date), Aspect::Year) => date.year().to_string().into(),
        (Value::PartyName(name), Aspect::Text) => name.words.text().into(),
        (Value::PartyName(name), Aspect::Words) => name.words.sorted().into(),
        (Value::PartyName(name), Aspect::Given) => name.given().text().into(),
        (Value::PartyName(name), Aspect::Generation) => return name.generation.map(|number| number.to_string().into()),
        (Value::PostalAddress(address), Aspect::Text) => address.words.text().into(),
        (Value::PostalAddress(address), Aspect::Words) => address.words.sorted().into(),
        (Value::PostalAddress(address), Aspect::Postcode) => return address.postcode().map(Cow::from),
        (Value::Text(folded), Aspect::Plain | Aspect::Digits | Aspect::Tail) => {
            return reduced(folded.as_deref().map_or(seen.raw, |folded| folded), aspect).map(Cow::from);
        }
        (Value::Text(_), Aspect::Email) => return mail_address(seen.raw).map(Cow::from),
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
        if let Some(n_chars) = extract.n_chars {
            let text = text(record.seen(value), extract.aspect);
            let key = text.map(|text| xxh3_64(first_chars(&text, n_chars).as_bytes()));
            out.extend(key.filter(|key| !out.contains(key)));
            continue;
        }
        for &key in keys(record.seen(value), extract.aspect).as_slice() {
            if !out.contains(&key) {
                out.push(key);
            }
        }
    }
}

fn first_chars(text: &str, n_chars: u8) -> &str {
    text.char_indices().nth(usize::from(n_chars)).map_or(text, |(end, _)| &text[..end])
}

/// The words of a value under an aspect that has words.
pub(crate) fn words(seen: Seen<'_>, aspect: Aspect) -> Option<Selection<'_>> {
    let words = match (seen.value, aspect) {
        (Value::PartyName(name), Aspect::Words) => name.words.all(),
        (Value::PartyName(name), Aspect::Given) => name.given(),
        (Value::PostalAddress(address), Aspect::Words) => address.words.all(),
        _ => return None,
    };
    (!words.words.is_empty()).then_some(words)
}

/// Digits of the shortest local telephone numbers (North America, Hong Kong's and Shanghai's have eight).
const TAIL_LEN: usize = 7;

/// Letters and digits of a folded text, digits alone, or the last of them; none where too few are left.
fn reduced(text: &str, aspect: Aspect) -> Option<String> {
    if aspect == Aspect::Plain {
        let plain: String = text.chars().filter(|char| char.is_alphanumeric()).collect();
        return (!plain.is_empty()).then_some(plain);
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    match aspect {
        Aspect::Tail => digits.len().checked_sub(TAIL_LEN).map(|start| digits[start..].into()),
        _ => (!digits.is_empty()).then(|| digits.into()),
    }
}

/// The mail address in a text such as `"Jay Jones" <jay@jones.com>`, in small letters.
fn mail_address(text: &str) -> Option<String> {
    let is_part = |char: char| char.is_alphanumeric() || "._%+-".contains(char);
    let at = text.find('@')?;
    let (before, after) = (&text[..at], &text[at + 1..]);
    let start = before
        .rfind(|char| !is_part(char))
        .map_or(0, |gap| gap + before[gap..].chars().next().map_or(1, char::len_utf8));
    let end = after.find(|char| !is_part(char)).unwrap_or(after.len());
    let (user, host) = (&before[start..], after[..end].trim_end_matches('.'));
    (!user.is_empty() && host.contains('.')).then(|| [user, "@", host].concat().to_lowercase())
}

/// The host of a web address, without scheme, `www.` and path.
fn domain(text: &str) -> &str {
    let rest = text.split_once("//").map_or(text, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let host = host.strip_prefix("WWW.").or_else(|| host.strip_prefix("www.")).unwrap_or(host);
    if host.contains('.') { host } else { "" }
}
