//! How do true values get dirty, and how often did they?
//!
//! Each kind of dirt is counted where it is applied. The functions take a clean text and give a dirty one; which rate
//! applies is in `profile`. It deliberately knows no departments and no units.

use rand_pcg::Pcg64Mcg;

use super::lexicon::LEXICON;
use super::name::Name;
use super::random::{below, chance};

/// What can be wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dirt {
    CodeMissing,
    CodeOrganisation,
    CodeOldTaxNumber,
    CodeIdentityNumber,
    CodeOfUnrelatedFirm,
    CodeOfParent,
    CodeWrongCharacter,
    CodeLookAlike,
    CodeSpelling,
    NameFormer,
    NameAbbreviated,
    NameWithoutRegion,
    NameWithoutForm,
    NameBracketed,
    NameTraditional,
    NameHalfWidth,
    NameTypo,
    NameAnnotated,
    AddressFormer,
    AddressOperating,
    AddressMissing,
    AddressOldDistrict,
    AddressFullWidth,
    PhoneFormer,
    PhoneMissing,
    PhoneOfContact,
    PhoneSpelling,
    LegalRepFormer,
    LegalRepMissing,
    StatusStale,
    SeveralUnitNumbers,
}

impl Dirt {
    /// All kinds, in the order of declaration.
    pub(super) const ALL: [Dirt; 31] = [
        Dirt::CodeMissing,
        Dirt::CodeOrganisation,
        Dirt::CodeOldTaxNumber,
        Dirt::CodeIdentityNumber,
        Dirt::CodeOfUnrelatedFirm,
        Dirt::CodeOfParent,
        Dirt::CodeWrongCharacter,
        Dirt::CodeLookAlike,
        Dirt::CodeSpelling,
        Dirt::NameFormer,
        Dirt::NameAbbreviated,
        Dirt::NameWithoutRegion,
        Dirt::NameWithoutForm,
        Dirt::NameBracketed,
        Dirt::NameTraditional,
        Dirt::NameHalfWidth,
        Dirt::NameTypo,
        Dirt::NameAnnotated,
        Dirt::AddressFormer,
        Dirt::AddressOperating,
        Dirt::AddressMissing,
        Dirt::AddressOldDistrict,
        Dirt::AddressFullWidth,
        Dirt::PhoneFormer,
        Dirt::PhoneMissing,
        Dirt::PhoneOfContact,
        Dirt::PhoneSpelling,
        Dirt::LegalRepFormer,
        Dirt::LegalRepMissing,
        Dirt::StatusStale,
        Dirt::SeveralUnitNumbers,
    ];

    /// For the report.
    pub(super) fn label(self) -> &'static str {
        match self {
            Dirt::CodeMissing => "code missing",
            Dirt::CodeOrganisation => "code: organisation code only",
            Dirt::CodeOldTaxNumber => "code: 15-digit tax number",
            Dirt::CodeIdentityNumber => "code: 20-digit tax number from the owner's identity number",
            Dirt::CodeOfUnrelatedFirm => "code of an unrelated firm",
            Dirt::CodeOfParent => "branch under its parent's code",
            Dirt::CodeWrongCharacter => "code: one wrong character",
            Dirt::CodeLookAlike => "code: O for 0 or I for 1",
            Dirt::CodeSpelling => "code: spaces, hyphens, lower case or full width",
            Dirt::NameFormer => "former name",
            Dirt::NameAbbreviated => "name abbreviated",
            Dirt::NameWithoutRegion => "name without region",
            Dirt::NameWithoutForm => "name without legal form",
            Dirt::NameBracketed => "name with its region moved into brackets",
            Dirt::NameTraditional => "name in traditional characters",
            Dirt::NameHalfWidth => "name with half-width brackets or spaces",
            Dirt::NameTypo => "name with one wrong character",
            Dirt::NameAnnotated => "name annotated",
            Dirt::AddressFormer => "former address",
            Dirt::AddressOperating => "operating instead of registered address",
            Dirt::AddressMissing => "address missing",
            Dirt::AddressOldDistrict => "address in a former district",
            Dirt::AddressFullWidth => "address with full-width digits",
            Dirt::PhoneFormer => "former phone",
            Dirt::PhoneMissing => "phone missing",
            Dirt::PhoneOfContact => "phone of some other contact",
            Dirt::PhoneSpelling => "phone with spaces or country code",
            Dirt::LegalRepFormer => "former legal representative",
            Dirt::LegalRepMissing => "legal representative missing",
            Dirt::StatusStale => "stale status",
            Dirt::SeveralUnitNumbers => "further unit number of one firm",
        }
    }
}

/// How often each kind was applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts([u64; Dirt::ALL.len()]);

impl Counts {
    pub(super) fn of(&self, kind: Dirt) -> u64 {
        self.0[kind as usize]
    }

    pub(super) fn note(&mut self, kind: Dirt) {
        self.0[kind as usize] += 1;
    }

    /// With this probability the kind applies, and is counted.
    pub(super) fn roll(&mut self, rng: &mut Pcg64Mcg, kind: Dirt, probability: f64) -> bool {
        let applies = chance(rng, probability);
        if applies {
            self.note(kind);
        }
        applies
    }

    pub(super) fn add(&mut self, other: &Counts) {
        for (sum, n) in self.0.iter_mut().zip(other.0) {
            *sum += n;
        }
    }
}

/// One character of a code replaced by another, so that it is surely wrong.
pub(super) fn wrong_character(rng: &mut Pcg64Mcg, code: &str) -> String {
    let position = below(rng, code.chars().count() as u64) as usize;
    let step = 1 + below(rng, 8) as u32;
    let turn = |char: char| match char.to_digit(10) {
        Some(digit) => char::from_digit((digit + step) % 10, 10).unwrap_or('0'),
        None if char == 'X' => 'Y',
        None => 'X',
    };
    code.chars().enumerate().map(|(idx, char)| if idx == position { turn(char) } else { char }).collect()
}

/// Digits read as letters: O for 0, I for 1; all of them, as optical readers do. `None` if there are none.
pub(super) fn look_alike_code(code: &str) -> Option<String> {
    let read = code.replace('0', "O").replacen('1', "I", 1);
    (read != code).then_some(read)
}

/// The same code in other writing, which folding undoes.
pub(super) fn respelled_code(rng: &mut Pcg64Mcg, code: &str) -> String {
    match below(rng, 4) {
        0 => code.to_lowercase(),
        1 => full_width(code),
        2 if code.len() == 9 => format!("{}-{}", &code[..8], &code[8..]),
        2 => format!(" {code}"),
        _ => code.chars().enumerate().fold(String::new(), |mut text, (idx, char)| {
            if idx > 0 && idx % 6 == 0 {
                text.push(' ');
            }
            text.push(char);
            text
        }),
    }
}

/// The code of the head-office establishment: its unit's first eight characters and B (三经普 指标解释).
pub(super) fn head_office_code(org_code: &str) -> String {
    let body: String = org_code.chars().take(8).collect();
    body + "B"
}

/// How one calls the firm on the phone: 深圳鑫盛电子, or 鑫盛公司.
pub(super) fn abbreviated(rng: &mut Pcg64Mcg, name: &Name) -> String {
    const TRADE_NAME_ONLY: f64 = 0.25;
    if name.tail.is_empty() && !name.form.is_empty() && chance(rng, TRADE_NAME_ONLY) {
        return format!("{}公司", name.trade_name);
    }
    let region = name.region.strip_suffix('市').filter(|_| !name.region.contains('区')).unwrap_or_default();
    format!("{region}{}{}{}", name.trade_name, name.trade, name.tail)
}

/// A character outside the region mistaken for one that looks or sounds alike; `None` if none does.
pub(super) fn typo(rng: &mut Pcg64Mcg, text: &str) -> Option<String> {
    const REGION_CHARS: usize = 3;
    let chars: Vec<char> = text.chars().collect();
    let n = chars.len().saturating_sub(REGION_CHARS);
    let first = below(rng, n as u64) as usize;
    let position =
        (0..n).map(|k| REGION_CHARS + (first + k) % n).find(|&p| LEXICON.look_alikes.contains_key(&chars[p]))?;
    let wrong = LEXICON.look_alikes[&chars[position]][0];
    Some(chars.iter().enumerate().map(|(idx, &char)| if idx == position { wrong } else { char }).collect())
}

/// Every character in its traditional form.
pub(super) fn traditional(text: &str) -> String {
    text.chars().map(|char| LEXICON.traditional.get(&char).copied().unwrap_or(char)).collect()
}

/// ASCII letters and digits as wide as Chinese characters.
pub(super) fn full_width(text: &str) -> String {
    let widen = |char: char| match char {
        '0'..='9' | 'A'..='Z' | 'a'..='z' => char::from_u32(char as u32 + 0xFEE0).unwrap_or(char),
        char => char,
    };
    text.chars().map(widen).collect()
}
