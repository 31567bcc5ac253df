//! What must hold for a level?
//!
//! A condition is written as `aspect predicate [number]`, as in `trade similar 0.9` or `place agrees room`.

use super::{Aspect, FieldKind};
use crate::address::AddressLevel;
use crate::document::did_you_mean;

/// A test on two values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Condition {
    /// They share a key of the aspect.
    Equal(Aspect),
    /// Both have the aspect, and share no key of it.
    Differ(Aspect),
    /// They share a key, or at least one lacks the aspect.
    Compatible(Aspect),
    /// Jaro–Winkler similarity of the texts is at least this.
    Similar(Aspect, f64),
    /// At most so many insertions, deletions, substitutions and swaps of neighbors part the texts.
    Edits(Aspect, usize),
    /// Equal but for at most so many Chinese characters, each read like the other: 胡, 湖.
    Homophone(Aspect, usize),
    /// Equal but for at most so many Chinese characters, each shaped like the other: 未, 末.
    Lookalike(Aspect, usize),
    /// One text shortens the other: its characters stand in it in order, and the other is longer.
    Abbreviates(Aspect),
    /// The addresses agree at this level at least, and neither is a hosting address where the level is a room.
    Agrees(AddressLevel),
    /// The addresses agree down to this level, whatever they say about what is finer.
    Shares(AddressLevel),
    /// Both names are such as several shops of one city bear: 便民商店.
    Generic,
    /// Dates differ by at most so many days.
    Within(i32),
    /// One date is the other with day and month exchanged, and they are not equal.
    Swapped,
    /// The words of one, at least so many, all stand in the other.
    Contain(Aspect, usize),
    /// Every word of one, which has at least so many, is like a word of the other.
    Alike(Aspect, usize),
    /// At least this share of the words of both stands in both.
    Overlap(Aspect, f64),
    /// One text ends with the other, which has at least so many characters.
    Ends(Aspect, usize),
    /// Both begin with the same characters, so many of them.
    Begins(Aspect, usize),
}

/// Words for address levels.
const LEVELS: [(&str, AddressLevel); 6] = [
    ("room", AddressLevel::Room),
    ("floor", AddressLevel::Floor),
    ("building", AddressLevel::Building),
    ("estate", AddressLevel::Estate),
    ("road", AddressLevel::Road),
    ("community", AddressLevel::Community),
];

impl Condition {
    /// Reads one condition; the error says what was expected.
    ///
    /// ```
    /// use minglu_rules::schema::{Aspect, Condition};
    /// assert_eq!(Condition::read("trade equal"), Ok(Condition::Equal(Aspect::Trade))); // 字号相同
    /// assert!(Condition::read("字号 equal").unwrap_err().contains("aspect"));
    /// ```
    pub fn read(text: &str) -> Result<Condition, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (word, predicate, argument) = match words[..] {
            [word, predicate] => (word, predicate, None),
            [word, predicate, argument] => (word, predicate, Some(argument)),
            _ => return Err(format!("'{text}' is not of the form 'aspect predicate [number]'")),
        };
        let aspect = Aspect::named(word).ok_or_else(|| did_you_mean("aspect", word, Aspect::words()))?;
        match predicate {
            "equal" => Ok(Condition::Equal(aspect)),
            "differ" => Ok(Condition::Differ(aspect)),
            "compatible" => Ok(Condition::Compatible(aspect)),
            "abbreviates" => Ok(Condition::Abbreviates(aspect)),
            "similar" => Ok(Condition::Similar(aspect, number(text, argument)?)),
            "edits" => Ok(Condition::Edits(aspect, number(text, argument)? as usize)),
            "homophone" => Ok(Condition::Homophone(aspect, number_or_one(text, argument)?)),
            "lookalike" => Ok(Condition::Lookalike(aspect, number_or_one(text, argument)?)),
            "within" => Ok(Condition::Within(number(text, argument)? as i32)),
            "swapped" => Ok(Condition::Swapped),
            "contain" => Ok(Condition::Contain(aspect, number_or_one(text, argument)?)),
            "alike" => Ok(Condition::Alike(aspect, number_or_one(text, argument)?)),
            "overlap" => Ok(Condition::Overlap(aspect, number(text, argument)?)),
            "begins" => Ok(Condition::Begins(aspect, number(text, argument)? as usize)),
            "ends" => Ok(Condition::Ends(aspect, number(text, argument)? as usize)),
            "generic" => Ok(Condition::Generic),
            "agrees" | "shares" => {
                let level = argument.unwrap_or_default();
                let found = LEVELS.iter().find(|(name, _)| *name == level);
                let (_, level) =
                    found.ok_or_else(|| did_you_mean("level", level, LEVELS.iter().map(|(name, _)| *name)))?;
                Ok(if predicate == "agrees" { Condition::Agrees(*level) } else { Condition::Shares(*level) })
            }
            _ => Err(did_you_mean("predicate", predicate, PREDICATES.into_iter())),
        }
    }

    /// The aspect that is looked at.
    ///
    /// ```
    /// use minglu_rules::schema::{Aspect, Condition};
    /// assert_eq!(Condition::read("core equal").unwrap().aspect(), Aspect::Core); // 字号加行业
    /// ```
    pub fn aspect(self) -> Aspect {
        match self {
            Self::Equal(aspect)
            | Self::Differ(aspect)
            | Self::Compatible(aspect)
            | Self::Similar(aspect, _)
            | Self::Edits(aspect, _)
            | Self::Homophone(aspect, _)
            | Self::Lookalike(aspect, _)
            | Self::Abbreviates(aspect)
            | Self::Contain(aspect, _)
            | Self::Alike(aspect, _)
            | Self::Overlap(aspect, _)
            | Self::Begins(aspect, _)
            | Self::Ends(aspect, _) => aspect,
            Self::Agrees(_) | Self::Shares(_) => Aspect::Place,
            Self::Generic => Aspect::Norm,
            Self::Within(_) | Self::Swapped => Aspect::Text,
        }
    }

    /// Whether the condition can hold for values of a kind.
    pub(super) fn fits(self, kind: FieldKind) -> bool {
        let can_hold = match self {
            Self::Contain(aspect, _) | Self::Alike(aspect, _) | Self::Overlap(aspect, _) => {
                matches!(aspect, Aspect::Words | Aspect::Given)
            }
            Self::Within(_) | Self::Swapped => kind == FieldKind::Date,
            _ => true,
        };
        can_hold && self.aspect().fits(kind)
    }
}

/// Words for predicates.
const PREDICATES: [&str; 18] = [
    "equal",
    "differ",
    "compatible",
    "similar",
    "edits",
    "homophone",
    "lookalike",
    "abbreviates",
    "agrees",
    "shares",
    "generic",
    "within",
    "swapped",
    "contain",
    "alike",
    "overlap",
    "begins",
    "ends",
];

fn number_or_one(text: &str, argument: Option<&str>) -> Result<usize, String> {
    if argument.is_none() { Ok(1) } else { Ok(number(text, argument)? as usize) }
}

fn number(text: &str, argument: Option<&str>) -> Result<f64, String> {
    let number = argument.and_then(|argument| argument.parse::<f64>().ok()).filter(|number| number.is_finite());
    number.ok_or_else(|| format!("'{text}' needs a number at its end"))
}
