//! Under which number was it registered? The 15-digit business registration number 工商注册号 (GS 15-2006).
//!
//! Six digits of the first registration authority, eight of sequence, one check digit by MOD 11,10 (GB/T 17710,
//! ISO/IEC 7064). Numbers were reissued, so an equal number needs a similar name before it links. The 13-digit numbers
//! before 2007 have no check digit and are not read here.

use std::fmt;

use serde::{Serialize, Serializer};

use super::normalize;

/// Length of a registration number, in digits.
pub const LEN: usize = 15;

/// A registration number whose check digit is right.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegNo([u8; LEN]);

/// What the first digit of the sequence says about the registered unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RegNoHolder {
    /// 内资企业, 0–3.
    DomesticEnterprise,
    /// 外资企业, 4–5.
    ForeignInvestedEnterprise,
    /// 个体工商户, 6–9.
    IndividualBusiness,
}

const BODY_LEN: usize = LEN - 1;
const DIVISION_LEN: usize = 6;

impl RegNo {
    /// Reads a registration number; `None` if the check digit is wrong or every digit is the same.
    ///
    /// ```
    /// use minglu_rules::code::reg_no::RegNo;
    /// assert!(RegNo::parse("440301100000016").is_some());
    /// assert!(RegNo::parse("110108000000017").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<RegNo> {
        RegNo::from_bytes(normalize(text).as_bytes())
    }

    /// Returns the fifteen digits.
    ///
    /// ```
    /// use minglu_rules::code::reg_no::RegNo;
    /// assert_eq!(RegNo::parse("440301 1000 00016").expect("valid").as_str(), "440301100000016");
    /// ```
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only digits pass the check")
    }

    /// Returns the division of the first registration authority; 100000 is the state administration.
    ///
    /// ```
    /// use minglu_rules::code::reg_no::RegNo;
    /// assert_eq!(RegNo::parse("440301100000016").expect("valid").division(), 440301);
    /// ```
    pub fn division(&self) -> u32 {
        self.as_str()[..DIVISION_LEN].parse().expect("six digits fit")
    }

    /// Returns the kind of unit that the number was issued to.
    ///
    /// ```
    /// use minglu_rules::code::reg_no::{RegNo, RegNoHolder};
    /// let number = RegNo::parse("440301600000012").expect("valid");
    /// assert_eq!(number.holder(), RegNoHolder::IndividualBusiness);
    /// ```
    pub fn holder(&self) -> RegNoHolder {
        match self.0[DIVISION_LEN] {
            ..=b'3' => RegNoHolder::DomesticEnterprise,
            b'4' | b'5' => RegNoHolder::ForeignInvestedEnterprise,
            b'6'.. => RegNoHolder::IndividualBusiness,
        }
    }

    /// Reads normalized bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<RegNo> {
        let number: [u8; LEN] = bytes.try_into().ok()?;
        let check = check_digit(number.first_chunk()?)?;
        let is_placeholder = number.iter().all(|digit| *digit == number[0]);
        (number[BODY_LEN] == check && !is_placeholder).then_some(RegNo(number))
    }
}

impl fmt::Display for RegNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RegNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegNo({self})")
    }
}

impl Serialize for RegNo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Returns the check digit of fourteen digits, `None` if one is not a digit.
///
/// ```
/// use minglu_rules::code::reg_no::check_digit;
/// assert_eq!(check_digit(b"11010800000001"), Some(b'6'));
/// ```
pub fn check_digit(body: &[u8; BODY_LEN]) -> Option<u8> {
    let mut product = 10;
    for char in body {
        let digit = char::from(*char).to_digit(10)?;
        let sum = match (digit + product) % 10 {
            0 => 10,
            sum => sum,
        };
        product = sum * 2 % 11;
    }
    char::from_digit((11 - product) % 10, 10).map(|digit| digit as u8)
}
