//! What of an address is there to compare?
//!
//! [`Address`] keeps one road and one estate, for keys; here every name counts, in the order of the text. It deliberately
//! decides nothing: which of the names matters is for the comparison to find out.

use super::cover::{Pairs, sounds_of};
use super::names::{body_of, place_name};
use crate::address::key::road_with_digits;
use crate::address::scan::{self, AddressPart, Element, Scan};
use crate::address::{Address, Folded, pack};
use crate::division::Division;

/// An address taken apart for [`AddressVector`](super::AddressVector), to be made once and compared often.
#[derive(Clone, Debug)]
pub struct AddressReading {
    pub(super) address: Address,
    /// Names and numbers, each with its part, in the order of the text.
    pub(super) parts: Vec<(AddressPart, String)>,
    /// The text behind divisions and street, with numerals and words of one meaning written alike.
    pub(super) body: Vec<char>,
    /// The whole text, written alike.
    pub(super) whole: Vec<char>,
    /// The body by its sounds.
    pub(super) sounds: Vec<char>,
    pub(super) body_pairs: Pairs,
    pub(super) whole_pairs: Pairs,
    pub(super) sound_pairs: Pairs,
}

impl AddressReading {
    /// Reads an address; `default` as for [`parse`](crate::address::parse).
    ///
    /// ```
    /// use minglu_rules::address::AddressReading;
    /// let reading = AddressReading::new("文昌路18号(近人民公园)宏达中心", None);
    /// assert_eq!(reading.names().collect::<Vec<_>>(), ["近人民公园", "宏达中心"]);
    /// ```
    pub fn new(text: &str, default: Option<Division>) -> AddressReading {
        let folded = Folded::new(text);
        let scan = scan::scan(&folded.norm, default);
        let address = pack::pack(&scan, folded.hosted, folded.steps);
        let (parts, body) = parts_of(&scan);
        let (whole, sounds) = (body_of(&folded.norm), sounds_of(&body));
        AddressReading {
            address,
            parts,
            body_pairs: Pairs::of(&body),
            whole_pairs: Pairs::of(&whole),
            sound_pairs: Pairs::of(&sounds),
            body,
            whole,
            sounds,
        }
    }

    /// The address itself.
    ///
    /// ```
    /// use minglu_rules::address::AddressReading;
    /// assert_eq!(AddressReading::new("文昌路18号", None).address().road(), Some("文昌路"));
    /// ```
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The names of estates, zones, villages, shops and remarks, in the order of the text.
    ///
    /// ```
    /// use minglu_rules::address::AddressReading;
    /// let reading = AddressReading::new("科苑路15号科兴科学园A座阿宝小店", None);
    /// assert_eq!(reading.names().collect::<Vec<_>>(), ["科兴科学园", "阿宝小店"]);
    /// ```
    pub fn names(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.parts.iter().filter(|(part, _)| is_name(*part)).map(|(_, name)| name.as_str())
    }

    pub(super) fn last_name(&self) -> Option<&str> {
        self.names().next_back()
    }

    /// The last part that is not a repetition.
    pub(super) fn last_part(&self) -> Option<AddressPart> {
        self.parts.iter().rev().map(|(part, _)| *part).find(|part| *part != AddressPart::Repeated)
    }

    /// Gates in brackets: (东门).
    pub(super) fn gates(&self) -> impl Iterator<Item = &str> + Clone {
        self.of(AddressPart::Note).filter(|note| note.ends_with('门'))
    }

    /// Whether the name stands anywhere in the text.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.mentions_chars(&name.chars().collect::<Vec<_>>())
    }

    pub(super) fn mentions_chars(&self, name: &[char]) -> bool {
        !name.is_empty() && self.whole.windows(name.len()).any(|run| run == name)
    }

    pub(super) fn of(&self, part: AddressPart) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.parts.iter().filter(move |(other, _)| *other == part).map(|(_, value)| value.as_str())
    }

    pub(super) fn roads(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        let is_road = |part: AddressPart| matches!(part, AddressPart::Road | AddressPart::CrossRoad);
        self.parts.iter().filter(move |(part, _)| is_road(*part)).map(|(_, value)| value.as_str())
    }

    pub(super) fn numbers(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        let is_number =
            |part: AddressPart| matches!(part, AddressPart::Number | AddressPart::LaneNumber | AddressPart::Block);
        self.parts.iter().filter(move |(part, _)| is_number(*part)).map(|(_, value)| value.as_str())
    }
}

fn is_name(part: AddressPart) -> bool {
    matches!(
        part,
        AddressPart::Estate
            | AddressPart::Zone
            | AddressPart::Landmark
            | AddressPart::Hamlet
            | AddressPart::Community
            | AddressPart::Note
    )
}

fn parts_of(scan: &Scan<'_>) -> (Vec<(AddressPart, String)>, Vec<char>) {
    let mut elements: Vec<&Element> = scan.elements.iter().collect();
    elements.sort_by_key(|element| element.span.start);
    let mut parts: Vec<(AddressPart, String)> = Vec::with_capacity(elements.len());
    let mut outside = String::with_capacity(scan.text.len());
    let mut from = 0;
    for element in elements {
        let text = &scan.text[element.span.clone()];
        if element.part <= AddressPart::Street && element.part != AddressPart::Zone
            || matches!(element.part, AddressPart::Repeated | AddressPart::Direction)
        {
            outside.push_str(scan.text.get(from..element.span.start).unwrap_or_default());
            from = from.max(element.span.end);
        }
        let value = match element.part {
            AddressPart::Road | AddressPart::CrossRoad | AddressPart::Segment => road_with_digits(text).into_owned(),
            AddressPart::Note => text.trim_matches(['(', ')']).to_owned(),
            part if is_name(part) => place_name(text),
            _ => element.value.clone().unwrap_or_else(|| text.to_owned()),
        };
        if !value.is_empty() {
            parts.push((element.part, value));
        }
    }
    outside.push_str(scan.text.get(from..).unwrap_or_default());
    (parts, body_of(&outside))
}
