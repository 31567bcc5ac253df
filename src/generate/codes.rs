//! How are valid codes made?
//!
//! GB 32100-2015 credit codes, GB 11714-1997 organisation codes, 15-digit registration numbers (GS 15-2006 with the check
//! of GB/T 17710), GB 11643-1999 identity numbers. Bodies come from permutations, so no two units share one. Check
//! characters are those of `minglu_rules::code`; it deliberately judges no codes.

use minglu_rules::code::{org_code, person_id, reg_no, uscc};

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
    let body = if established < Day::CREDIT_CODES {
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
    with_check(body, org_code::check_char)
}

/// The 18-character credit code: authority and category, division of the authority, organisation code, check.
pub(super) fn uscc(authority: &str, division: &str, org_code: &str) -> String {
    with_check(format!("{authority}{division}{org_code}"), uscc::check_char)
}

/// The 15-digit registration number; `series` is the first digit of the sequence.
pub(super) fn registration_number(seed: u64, division: &str, series: u64, ordinal: u64) -> String {
    let sequence = permute(hash(seed, Stream::RegistrationNumber, 0), ordinal % N_SEQUENCE_NUMBERS, N_SEQUENCE_NUMBERS);
    with_check(format!("{division}{series}{sequence:07}"), reg_no::check_digit)
}

/// The 18-character identity number of the person with this number.
pub(super) fn identity_number(seed: u64, person: u64) -> String {
    let n_places = LEXICON.birthplaces.len() as u64;
    let number = permute(hash(seed, Stream::IdNumber, 0), person, n_places * N_BIRTH_DAYS * N_BIRTHS_PER_DAY);
    let place = LEXICON.birthplaces[(number % n_places) as usize];
    let born = Day(BIRTH_FIRST_DAY + (number / n_places % N_BIRTH_DAYS) as i64);
    let sequence = number / n_places / N_BIRTH_DAYS;
    with_check(format!("{place}{}{sequence:03}", born.compact()), person_id::check_char)
}

/// The body with its check character behind it; bodies made here are always of the right length and alphabet.
fn with_check<const N: usize>(mut body: String, check: fn(&[u8; N]) -> Option<u8>) -> String {
    let check = <&[u8; N]>::try_from(body.as_bytes()).ok().and_then(check).expect("bodies made here are well-formed");
    body.push(check as char);
    body
}
