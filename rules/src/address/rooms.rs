//! Which rooms do a list and a range name, and do two of them overlap?
//!
//! 101-105, 101、102 and 301-302、305 name several rooms. The first is the key (docs/methods/addresses.md), the others are kept so
//! that a record of one of them is not taken for a contradiction. Ranges are deliberately kept as they are written: which
//! numbers between two ends exist is for the building to say.

use super::assign::{is_digits, room_of};

/// Fewest digits of a room's number; 15-01 is one room on floor 15, 101-105 are five.
const N_DIGITS_MIN: usize = 3;

/// Longest list that is kept, in bytes; what is longer keeps its beginning.
const N_BYTES_MAX: usize = 200;

const JOINTS: [char; 5] = [',', '/', '~', '至', '和'];

/// The first room of a text that names several; none if it names one.
pub(super) fn first(list: &str) -> Option<&str> {
    let member = list.split(JOINTS).next()?;
    match ends_of_range(member) {
        Some((first, _)) => Some(first),
        None => (member.len() < list.len() && !member.is_empty()).then_some(member),
    }
}

/// The list in its normal form: members parted by commas, ranges by a dash (`301-302,305`).
pub(super) fn normal(list: &str) -> String {
    let mut normal = String::new();
    let through = list.contains(['至', '~']);
    for member in list.split(JOINTS).filter(|member| !member.is_empty()) {
        if normal.len() + member.len() > N_BYTES_MAX {
            break;
        }
        if !normal.is_empty() {
            normal.push(if through { '-' } else { ',' });
        }
        match ends_of_range(member) {
            Some((first, last)) => normal.push_str(&format!("{}-{}", room_of(first), room_of(last))),
            None => normal.push_str(&room_of(member)),
        }
    }
    normal
}

/// The list without the letter of the block before each room: `A101,A102` in block A is `101,102`.
pub(super) fn without_block(list: &str, block: &str) -> String {
    let strip = |room: &str| room.strip_prefix(block).unwrap_or(room).to_owned();
    let members = list.split(',').map(|member| member.split('-').map(strip).collect::<Vec<_>>().join("-"));
    members.collect::<Vec<_>>().join(",")
}

/// Whether two lists have a room in common, as far as their text tells.
pub(super) fn overlap<'a>(a: impl Iterator<Item = &'a str> + Clone, b: impl Iterator<Item = &'a str> + Clone) -> bool {
    a.clone().any(|x| b.clone().any(|y| holds(x, y) || holds(y, x)))
}

/// Whether a member of a list is the room, or a range that an end of the other lies in.
fn holds(member: &str, room: &str) -> bool {
    let Some((first, last)) = member.split_once('-') else { return member == room };
    let ends = [room.split('-').next(), room.split('-').next_back()];
    ends.into_iter().flatten().any(|end| {
        let (letters, first_no) = number_of(first);
        let (same, last_no) = number_of(last);
        let (its, no) = number_of(end);
        letters == same
            && its == letters
            && first_no.zip(last_no).zip(no).is_some_and(|((a, b), n)| (a..=b).contains(&n))
    })
}

/// The letters before a room's number and the number.
fn number_of(room: &str) -> (&str, Option<u32>) {
    let digits = room.trim_start_matches(|c: char| !c.is_ascii_digit());
    (&room[..room.len() - digits.len()], digits.parse().ok())
}

fn ends_of_range(member: &str) -> Option<(&str, &str)> {
    let (first, last) = member.split_once('-')?;
    let bare = |end: &'_ str| end.len() - end.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let (first_no, last_no) = (&first[bare(first)..], &last[bare(last)..]);
    // Zero-padded numbers of one length compare as text.
    let is_long = first_no.len() >= N_DIGITS_MIN && first_no.len() == last_no.len() && first_no < last_no;
    let is_range = is_digits(first_no) && is_digits(last_no) && is_long;
    (is_range && (last.len() == last_no.len() || first[..bare(first)] == last[..bare(last)])).then_some((first, last))
}
