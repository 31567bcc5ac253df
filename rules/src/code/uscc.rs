//! Which subject is this? The unified social credit code 统一社会信用代码 of GB 32100-2015.
//!
//! Registration authority, category, six digits of division, nine of organization code (GB 11714) and a check
//! character. A valid code passes both checks. An unknown category is a warning and no error: the lists grow. The
//! division is that of the first registration, and the category too; neither says what or where the unit is today.

use std::fmt;

use serde::{Serialize, Serializer};

use super::org_code::{self, OrgCode};
use super::{look_alike, normalize};

mod authority;

/// Length of a credit code, in characters.
pub const LEN: usize = 18;

/// A credit code that passes both checks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc([u8; LEN]);

/// Everything that can be said about a text that stands where a credit code should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsccReport {
    /// The text without spaces, hyphens and full-width characters, in capital letters.
    pub text: String,
    /// Length, alphabet, authority and division are as the standard says.
    pub syntax: bool,
    /// The check character at position 18 is right.
    pub check18: bool,
    /// The check character of the organization code, at position 17, is right.
    pub check_org: bool,
    /// The registration authority, position 1.
    pub authority: Option<&'static str>,
    /// The category of the organization under its authority, position 2; `None` if not listed.
    pub category: Option<&'static str>,
    /// The division of the first registration authority, positions 3–8.
    pub division: Option<u32>,
    /// The organization code, positions 9–17, if its check is right.
    pub org_code: Option<OrgCode>,
    /// The only valid code that look-alike characters explain; never to be used without a person's word.
    pub suggestion: Option<Uscc>,
}

const BODY_LEN: usize = LEN - 1;
/// GB 32100-2015, table 4: the characters in the order of their values; I, O, S, V and Z are left out.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// GB 32100-2015, annex A: `3^(i−1) mod 31`.
const WEIGHTS: [u32; BODY_LEN] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const MODULUS: u32 = ALPHABET.len() as u32;
/// Value of a byte that is not in the alphabet.
const NO_VALUE: u8 = u8::MAX;
/// The alphabet turned round: value of each byte.
const VALUES: [u8; 256] = values();

impl Uscc {
    /// Reads a credit code; `None` unless both checks pass.
    ///
    /// ```
    /// use minglu_rules::code::uscc::Uscc;
    /// assert!(Uscc::parse("91350100 M000100Y-43").is_some()); // The standard's worked example.
    /// assert!(Uscc::parse("91320621MA1MRHG207").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Uscc> {
        Uscc::from_bytes(normalize(text).as_bytes())
    }

    /// Returns the eighteen characters.
    ///
    /// ```
    /// use minglu_rules::code::uscc::Uscc;
    /// let uscc = Uscc::parse("91110000600037341l").expect("valid");
    /// assert_eq!(uscc.as_str(), "91110000600037341L");
    /// ```
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only the alphabet passes the check")
    }

    /// Returns the organization code, positions 9–17.
    ///
    /// ```
    /// use minglu_rules::code::uscc::Uscc;
    /// let uscc = Uscc::parse("91110000600037341L").expect("valid");
    /// assert_eq!(uscc.org_code().to_string(), "600037341");
    /// ```
    pub fn org_code(&self) -> OrgCode {
        OrgCode::from_bytes(&self.0[8..17]).expect("it was checked when the code was read")
    }

    /// Returns the division of the first registration authority, positions 3–8.
    ///
    /// ```
    /// use minglu_rules::code::uscc::Uscc;
    /// assert_eq!(Uscc::parse("91440305MA5ABCD195").expect("valid").division(), 440305);
    /// ```
    pub fn division(&self) -> u32 {
        self.as_str()[2..8].parse().expect("six digits fit")
    }

    /// Reads normalized bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Uscc> {
        let code: [u8; LEN] = bytes.try_into().ok()?;
        let is_valid = has_syntax(&code) && passes(&code) && OrgCode::from_bytes(&code[8..17]).is_some();
        is_valid.then_some(Uscc(code))
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uscc({self})")
    }
}

impl Serialize for Uscc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl UsccReport {
    /// Returns whether the text is a valid credit code.
    ///
    /// ```
    /// use minglu_rules::code::uscc::inspect;
    /// assert!(inspect("91350100M000100Y43").is_valid());
    /// ```
    pub fn is_valid(&self) -> bool {
        self.syntax && self.check18 && self.org_code.is_some()
    }
}

/// Says everything that can be said about a text that should be a credit code.
///
/// ```
/// use minglu_rules::code::uscc::inspect;
/// let report = inspect("9135010OM000100Y43"); // The letter O for the digit 0.
/// assert!(!report.syntax);
/// assert_eq!(report.suggestion.map(|uscc| uscc.to_string()).as_deref(), Some("91350100M000100Y43"));
/// assert_eq!(inspect("11341602003165775Y").category, Some("机关"));
/// ```
pub fn inspect(text: &str) -> UsccReport {
    let text = normalize(text);
    let code: Option<&[u8; LEN]> = text.as_bytes().try_into().ok();
    let code = code.filter(|code| has_syntax(code));
    let org_bytes = code.map(|code| &code[8..17]);
    let mut report = UsccReport {
        syntax: code.is_some(),
        check18: code.is_some_and(passes),
        check_org: org_bytes.is_some_and(org_code::passes),
        authority: code.and_then(|code| authority::name(code[0])),
        category: code.and_then(|code| authority::category(code[0], code[1])),
        division: code.and_then(|_| text[2..8].parse().ok()),
        org_code: org_bytes.and_then(OrgCode::from_bytes),
        suggestion: None,
        text,
    };
    if !report.is_valid() {
        report.suggestion = suggestion(&report.text);
    }
    report
}

/// Returns the check character of seventeen characters, `None` if one is not in the alphabet.
///
/// ```
/// use minglu_rules::code::uscc::check_char;
/// assert_eq!(check_char(b"91350100M000100Y4"), Some(b'3'));
/// ```
pub fn check_char(body: &[u8; BODY_LEN]) -> Option<u8> {
    let mut sum = 0;
    for (char, weight) in body.iter().zip(WEIGHTS) {
        sum += value(*char)? * weight;
    }
    ALPHABET.get(((MODULUS - sum % MODULUS) % MODULUS) as usize).copied()
}

/// The one valid code that look-alike characters explain: letters outside the alphabet, and at most one other.
pub(super) fn suggestion(text: &str) -> Option<Uscc> {
    let mut code: [u8; LEN] = text.as_bytes().try_into().ok()?;
    for char in &mut code {
        *char = look_alike::outside_alphabet(*char);
    }
    let mut candidates = Vec::from_iter(Uscc::from_bytes(&code));
    for idx in 0..LEN {
        let original = code[idx];
        for replacement in look_alike::of(original) {
            code[idx] = replacement;
            candidates.extend(Uscc::from_bytes(&code));
        }
        code[idx] = original;
    }
    match candidates[..] {
        [only] => Some(only),
        _ => None,
    }
}

fn has_syntax(code: &[u8; LEN]) -> bool {
    authority::name(code[0]).is_some()
        && code[2..8].iter().all(u8::is_ascii_digit)
        && code.iter().all(|char| value(*char).is_some())
}

fn passes(code: &[u8; LEN]) -> bool {
    code.first_chunk().and_then(check_char) == Some(code[BODY_LEN])
}

fn value(char: u8) -> Option<u32> {
    let value = VALUES[usize::from(char)];
    (value != NO_VALUE).then_some(u32::from(value))
}

const fn values() -> [u8; 256] {
    let mut values = [NO_VALUE; 256];
    let mut idx = 0;
    while idx < ALPHABET.len() {
        values[ALPHABET[idx] as usize] = idx as u8;
        idx += 1;
    }
    values
}
