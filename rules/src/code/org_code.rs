//! Which organization is this? The nine-character organization code 组织机构代码 of GB 11714-1997.
//!
//! Eight characters and a check character; since 2015 they are positions 9–17 of the credit code, which is why two
//! subject codes are compared here first. A head-office establishment without a code of its own is reported as the
//! legal unit's first eight characters and `B`; that is a name for another unit, not an organization code. Whether a
//! code was ever issued is not known here.

use std::fmt;

use serde::{Serialize, Serializer};

use super::normalize;

/// Length of an organization code, in characters.
pub const LEN: usize = 9;

/// An organization code whose check character is right and which may be exchanged between systems.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgCode([u8; LEN]);

const BODY_LEN: usize = LEN - 1;
/// GB 11714-1997, table 1.
const WEIGHTS: [u32; BODY_LEN] = [3, 7, 9, 10, 5, 8, 4, 2];
const MODULUS: u32 = 11;
/// `C9 = 11 − (Σ mod 11)`, indexed by the remainder: 11 is written 0 and 10 is written X.
const CHECK_CHARS: [u8; MODULUS as usize] = *b"0X987654321";
/// PDY00001–PDY99999 are for use inside one system only.
const PRIVATE_ZONE: &[u8] = b"PDY";
/// Last character of a head-office establishment's code (third economic census, notes on indicators).
const HEAD_OFFICE_MARK: u8 = b'B';

impl OrgCode {
    /// Reads an organization code; `None` if its check character is wrong, or if it can be no one's.
    ///
    /// Codes of the private zone and bodies of one repeated character (the placeholder 000000000 passes the check)
    /// are refused.
    ///
    /// ```
    /// use minglu_rules::code::org_code::OrgCode;
    /// assert_eq!(OrgCode::parse("MA1MRHG2-0").map(|code| code.to_string()).as_deref(), Some("MA1MRHG20"));
    /// assert_eq!(OrgCode::parse("MA1MRHG21"), None);
    /// ```
    pub fn parse(text: &str) -> Option<OrgCode> {
        OrgCode::from_bytes(normalize(text).as_bytes())
    }

    /// Returns the code without the hyphen.
    ///
    /// ```
    /// use minglu_rules::code::org_code::OrgCode;
    /// assert_eq!(OrgCode::parse("d2143569-x").expect("the standard's example").as_str(), "D2143569X");
    /// ```
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only ASCII passes the check")
    }

    /// Reads normalized bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<OrgCode> {
        let code: [u8; LEN] = bytes.try_into().ok()?;
        let is_placeholder = code[..BODY_LEN].iter().all(|char| *char == code[0]);
        (passes(bytes) && !is_placeholder && !code.starts_with(PRIVATE_ZONE)).then_some(OrgCode(code))
    }
}

impl fmt::Display for OrgCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for OrgCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrgCode({self})")
    }
}

impl Serialize for OrgCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Returns the check character of an eight-character body, `None` if a character is not `[0-9A-Z]`.
///
/// ```
/// use minglu_rules::code::org_code::check_char;
/// assert_eq!(check_char(b"D2143569"), Some(b'X'));
/// assert_eq!(check_char("深圳aa".as_bytes().try_into().expect("eight bytes")), None);
/// ```
pub fn check_char(body: &[u8; BODY_LEN]) -> Option<u8> {
    let mut sum = 0;
    for (char, weight) in body.iter().zip(WEIGHTS) {
        sum += value(*char)? * weight;
    }
    CHECK_CHARS.get((sum % MODULUS) as usize).copied()
}

/// Returns the legal unit of which a text names the head-office establishment 本部.
///
/// ```
/// use minglu_rules::code::org_code::{OrgCode, head_office_of};
/// assert_eq!(head_office_of("MA5ABCD1B"), OrgCode::parse("MA5ABCD19"));
/// assert_eq!(head_office_of("MA5ABCD19"), None);
/// ```
pub fn head_office_of(text: &str) -> Option<OrgCode> {
    let mut code: [u8; LEN] = normalize(text).as_bytes().try_into().ok()?;
    if code[BODY_LEN] != HEAD_OFFICE_MARK {
        return None;
    }
    code[BODY_LEN] = check_char(code.first_chunk()?)?;
    OrgCode::from_bytes(&code)
}

/// Whether normalized bytes have the right length and check character.
pub(super) fn passes(bytes: &[u8]) -> bool {
    bytes.len() == LEN && bytes.first_chunk().and_then(check_char) == bytes.last().copied()
}

fn value(char: u8) -> Option<u32> {
    char::from(char).is_ascii_uppercase().then(|| u32::from(char - b'A') + 10).or(char::from(char).to_digit(10))
}
