//! How are valid codes made?
//!
//! GB 32100-2015 credit codes, GB 11714-1997 organisation codes, 15-digit registration numbers (GS 15-2006 with the check
//! of GB/T 17710), GB 11643-1999 identity numbers. Bodies come from permutations, so no two units share one. It
//! deliberately judges no codes: that is `minglu_rules::code`.

use super::day::Day;
use super::lexicon::LEXICON;
use super::random::{Stream, hash, permute};

/// The 31 characters of GB 32100 in the order of their values: no I, O, S, V, Z.
const CREDIT_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Five free characters after a three-character prefix: the space organisation codes are drawn from.
pub(super) const N_ORG_CODES: u64 = 31 * 31 * 31 * 31 * 31;
/// Eight digits of codes given out before credit codes existed.
const N_OLD_ORG_CODES: u64 = 100_000_000;
/// Branches take the first digits 0, 2, 3 of a registration number's sequence, legal units 1, individuals 6.
const N_SEQUENCE_NUMBERS: u64 = 10_000_000;
/// Born 1948 to 2004.
const BIRTH_FIRST_DAY: i64 = -8_036;
const N_BIRTH_DAYS: u64 = 20_800;
const N_BIRTHS_PER_DAY: u64 = 900;

/// The 9-character organisation code of the unit with this ordinal.
pub(super) fn org_code(seed: u64, ordinal: u64, established: Day) -> String {
    let key = hash(seed, Stream::OrgCode, 0);
    let mut code = if established < Day::CREDIT_CODES {
        format!("{:08}", permute(key, ordinal, N_OLD_ORG_CODES))
    } else {
        let prefix = if established.year() < 2022 { "MA5" } else { "MAC" };
        let mut code = String::from(prefix);
        let mut number = permute(key, ordinal, N_ORG_CODES);
        for _ in 0..5 {
            code.push(CREDIT_ALPHABET[(number % 31) as usize] as char);
            number /= 31;
        }
        code
    };
    code.push(org_check_char(&code));
    code
}

/// The 18-character credit code: authority and category, division of the authority, organisation code, check.
pub(super) fn credit_code(authority: &str, division: &str, org_code: &str) -> String {
    let mut code = format!("{authority}{division}{org_code}");
    code.push(credit_check_char(&code));
    code
}

/// The 15-digit registration number; `series` is the first digit of the sequence.
pub(super) fn registration_number(seed: u64, division: &str, series: u64, ordinal: u64) -> String {
    let sequence = permute(hash(seed, Stream::RegistrationNumber, 0), ordinal % N_SEQUENCE_NUMBERS, N_SEQUENCE_NUMBERS);
    let body = format!("{division}{series}{sequence:07}");
    let mut remainder = 10;
    for digit in body.bytes() {
        let sum = match (u32::from(digit - b'0') + remainder) % 10 {
            0 => 10,
            sum => sum,
        };
        remainder = sum * 2 % 11;
    }
    format!("{body}{}", (11 - remainder) % 10)
}

/// The 18-character identity number of the person with this number.
pub(super) fn identity_number(seed: u64, person: u64) -> String {
    let n_places = LEXICON.birthplaces.len() as u64;
    let number = permute(hash(seed, Stream::IdNumber, 0), person, n_places * N_BIRTH_DAYS * N_BIRTHS_PER_DAY);
    let place = LEXICON.birthplaces[(number % n_places) as usize];
    let born = Day(BIRTH_FIRST_DAY + (number / n_places % N_BIRTH_DAYS) as i64);
    let sequence = number / n_places / N_BIRTH_DAYS;
    let mut code = format!("{place}{}{sequence:03}", born.compact());
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = code.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    code.push(b"10X98765432"[(sum % 11) as usize] as char);
    code
}

/// Check character of the first 17 characters of a credit code (GB 32100-2015, annex A).
pub(super) fn credit_check_char(body: &str) -> char {
    let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let value = |byte| CREDIT_ALPHABET.iter().position(|&known| known == byte).unwrap_or(0);
    let sum: usize = body.bytes().zip(weights).map(|(byte, weight)| value(byte) * weight).sum();
    CREDIT_ALPHABET[(31 - sum % 31) % 31] as char
}

/// Check character of the first 8 characters of an organisation code (GB 11714-1997).
pub(super) fn org_check_char(body: &str) -> char {
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let value = |byte: u8| (byte as char).to_digit(36).unwrap_or(0);
    let sum: u32 = body.bytes().zip(weights).map(|(byte, weight)| value(byte) * weight).sum();
    b"0123456789X0"[(11 - sum % 11) as usize] as char
}
