//! What does a number mean, after what was read before it?
//!
//! `15号` behind a road is its door, behind a lane or an estate a building; a bare `1501` inside a building is a room;
//! `18-3-502` is block, unit and room. Normal forms follow addresses.md 4.3.

use super::number::{Counter, Number};
use super::scan::{AddressPart, Scan};
use super::word::{ESTATE_TAILS, ends_with_any};

/// Longest run of digits that is still a room; longer ones are post codes and telephone numbers.
const N_ROOM_DIGITS_MAX: usize = 5;

/// Highest floor that a room number can imply; above it the number is no room of that kind.
const FLOOR_MAX: i16 = 130;

/// Whether a bare number is an element here, and not a part of a name (T3商务区, SOHO).
pub(super) fn is_number_here(scan: &Scan<'_>, number: &Number<'_>) -> bool {
    let n_letters = number.written.bytes().filter(u8::is_ascii_alphabetic).count();
    if number.counter != Counter::Bare {
        return n_letters <= 3 || number.written.len() - n_letters >= 2;
    }
    let after = &scan.text[scan.pos + number.len..];
    let is_last = after.chars().next().is_none_or(|c| "(),./-".contains(c));
    let n_digits = number.written.len() - n_letters;
    if n_digits == 0 {
        // A letter before a separator names a block: B-1203 is one run, so this is `B` alone.
        return false;
    }
    let after_road = scan.elements.last().is_some_and(|e| matches!(e.part, AddressPart::Road | AddressPart::Segment));
    let directly = after_road && scan.elements.last().is_some_and(|e| e.span.end == scan.pos);
    is_last || directly || (is_inside(scan) && n_digits >= 3 && n_letters <= 2)
}

fn is_inside(scan: &Scan<'_>) -> bool {
    scan.has(AddressPart::Block) || scan.has(AddressPart::Unit) || scan.has(AddressPart::Floor)
}

/// Adds the number to the elements under the part that it is here.
///
/// `branch` is the mark before a door number (甲92号), if there is one.
pub(super) fn assign(scan: &mut Scan<'_>, number: &Number<'_>, branch: &str) {
    let value = match number.chinese {
        Some(value) => format!("{branch}{value}"),
        None => format!("{branch}{}", number.written),
    };
    match number.counter {
        Counter::Door => assign_door(scan, number, value),
        Counter::Lane => push(scan, AddressPart::Number, number, value + "弄"),
        Counter::Block => push(scan, AddressPart::Block, number, block_of(&value)),
        // 35层01-08单元: on a floor, a unit is an office.
        Counter::Unit if scan.floor.is_some() || number.written.len() > 3 => assign_room(scan, number, &value),
        Counter::Unit => push(scan, AddressPart::Unit, number, short(&value)),
        Counter::Floor => assign_floor(scan, number, &value),
        Counter::Room => assign_room(scan, number, &value),
        Counter::Group => push(scan, AddressPart::Group, number, short(&value)),
        Counter::Phase => {}
        Counter::Bare => assign_bare(scan, number, &value),
    }
}

fn push(scan: &mut Scan<'_>, part: AddressPart, number: &Number<'_>, value: String) {
    if scan.in_list && scan.has(part) {
        return;
    }
    scan.push(part, scan.pos..scan.pos + number.len, Some(value));
}

fn assign_door(scan: &mut Scan<'_>, number: &Number<'_>, value: String) {
    let has_lane = scan.elements.iter().any(|e| e.part == AddressPart::Number);
    let n_digits = value.bytes().filter(u8::is_ascii_digit).count();
    if is_inside(scan) {
        let part = if n_digits >= 3 || scan.has(AddressPart::Unit) { AddressPart::Room } else { AddressPart::Unit };
        return push(scan, part, number, short(&value));
    }
    if !has_lane && !scan.has(AddressPart::Road) {
        scan.name_to_road();
    }
    let after_estate = scan.last().is_some_and(|e| {
        e.part == AddressPart::Estate
            && ends_with_any(&scan.text[e.span.clone()], ESTATE_TAILS)
            && e.span.end == scan.pos
    });
    match (has_lane, after_estate) {
        (true, _) => push(scan, AddressPart::Block, number, block_of(&value)),
        (false, true) if !scan.has(AddressPart::Road) => push(scan, AddressPart::Block, number, block_of(&value)),
        _ => push(scan, AddressPart::Number, number, door_of(&value)),
    }
}

fn assign_floor(scan: &mut Scan<'_>, number: &Number<'_>, value: &str) {
    let first = value.split(['-', ',', '/']).next().unwrap_or_default();
    let (below, digits) = match first.strip_prefix('B') {
        Some(digits) => (true, digits),
        None => (number.below_ground, first.trim_end_matches('F')),
    };
    let letters = digits.trim_end_matches(|c: char| c.is_ascii_digit());
    if !letters.is_empty() && !scan.has(AddressPart::Block) {
        // A3楼 and A楼 are blocks, not floors.
        return push(scan, AddressPart::Block, number, block_of(value));
    }
    let Ok(level) = digits[letters.len()..].parse::<i16>() else { return };
    if scan.floor.is_none() && level <= FLOOR_MAX {
        scan.floor = Some(if below { -level } else { level });
        push(scan, AddressPart::Floor, number, scan.floor.unwrap_or(level).to_string());
    }
}

fn assign_room(scan: &mut Scan<'_>, number: &Number<'_>, value: &str) {
    let parts: Vec<&str> = value.split('-').collect();
    let in_building = is_inside(scan);
    match parts.as_slice() {
        // 6F-615 is a floor and its room; a block 6F would be a building of its own.
        [floor, room] if floor.strip_suffix('F').is_some_and(is_digits) => {
            scan.floor = scan.floor.or_else(|| floor.trim_end_matches('F').parse().ok());
            push_split(scan, number, &[(AddressPart::Floor, floor), (AddressPart::Room, room)]);
        }
        [block, unit, room] => push_split(
            scan,
            number,
            &[(AddressPart::Block, block), (AddressPart::Unit, unit), (AddressPart::Room, room)],
        ),
        [block, room] if (!in_building || !is_digits(block)) && is_split(block, room) => {
            push_split(scan, number, &[(AddressPart::Block, block), (AddressPart::Room, room)]);
        }
        [unit, room] if !scan.has(AddressPart::Unit) && unit.len() <= 2 && is_split(unit, room) && is_digits(unit) => {
            push_split(scan, number, &[(AddressPart::Unit, unit), (AddressPart::Room, room)]);
        }
        [single] if !scan.has(AddressPart::Block) && split_letter(single).is_some() => {
            let (block, room) = split_letter(single).unwrap_or((single, ""));
            push_split(scan, number, &[(AddressPart::Block, block), (AddressPart::Room, room)]);
        }
        _ => push(scan, AddressPart::Room, number, room_of(value)),
    }
}

fn assign_bare(scan: &mut Scan<'_>, number: &Number<'_>, value: &str) {
    let after_road = scan
        .last()
        .is_some_and(|e| matches!(e.part, AddressPart::Road | AddressPart::Segment | AddressPart::Community));
    let directly = scan.last().is_some_and(|e| e.span.end == scan.pos);
    let after_estate = scan.last().is_some_and(|e| e.part == AddressPart::Estate);
    let n_dashes = value.bytes().filter(|b| *b == b'-').count();
    if after_road && directly && !scan.has(AddressPart::Number) && n_dashes < 2 {
        return push(scan, AddressPart::Number, number, door_of(value));
    }
    if let Some(digits) = value.strip_suffix('F').filter(|digits| is_digits(digits)) {
        return assign_floor(scan, number, digits);
    }
    if value.len() > N_ROOM_DIGITS_MAX && is_digits(value) {
        return;
    }
    if after_estate && directly && value.len() <= 2 {
        return push(scan, AddressPart::Block, number, block_of(value));
    }
    let within = is_inside(scan)
        || scan.has(AddressPart::Estate)
        || scan.has(AddressPart::Number)
        || scan.has(AddressPart::Landmark);
    if within {
        assign_room(scan, number, value);
    } else if scan.has(AddressPart::Zone) || scan.has(AddressPart::Community) {
        push(scan, AddressPart::Number, number, door_of(value));
    }
}

/// Gives each part of a dashed run its own span, so that the elements still lie on the text.
fn push_split(scan: &mut Scan<'_>, number: &Number<'_>, parts: &[(AddressPart, &str)]) {
    let written = &scan.text[scan.pos..scan.pos + number.len];
    let mut from = 0;
    for (idx, (part, value)) in parts.iter().enumerate() {
        let at = written[from..].find(value).map_or(from, |found| from + found);
        let is_last = idx + 1 == parts.len();
        let end = if is_last { number.len } else { at + value.len() };
        let normal = match part {
            AddressPart::Block => block_of(value),
            AddressPart::Room => room_of(value),
            _ => short(value),
        };
        scan.push(*part, scan.pos + at..scan.pos + end, Some(normal));
        from = at + value.len();
    }
}

/// Whether `12-1503` is block and room, and not the range `101-105` or the room `15-03`.
fn is_split(first: &str, second: &str) -> bool {
    let (n_first, n_second) = (first.len(), second.bytes().filter(u8::is_ascii_digit).count());
    let is_range = n_first == n_second && first.as_bytes().first() == second.as_bytes().first();
    let is_told = if is_digits(first) { n_second >= 3 && n_first <= n_second } else { n_second >= 2 };
    is_told && !is_range && n_first <= 3
}

/// `A1501` is room 1501 of block A, where no block was named.
fn split_letter(run: &str) -> Option<(&str, &str)> {
    let digits = run.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let n_letters = run.len() - digits.len();
    (n_letters == 1 && is_digits(digits) && (3..=4).contains(&digits.len())).then(|| run.split_at(1))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A1, A-1, A01 and 01 are written A1, A1, A1 and 1.
fn block_of(value: &str) -> String {
    let (letters, rest) = value.split_at(value.bytes().take_while(u8::is_ascii_alphabetic).count());
    let rest = rest.trim_start_matches('-');
    // 外滩SOHOC座: a long run of letters ends a name, the last one is the block.
    let letters = match letters.len() {
        0..=2 => letters,
        _ if rest.is_empty() => &letters[letters.len() - 1..],
        _ => "",
    };
    format!("{letters}{}", short(rest)).to_ascii_uppercase()
}

fn door_of(value: &str) -> String {
    short(value.trim_matches(['-', '.', '/']))
}

/// The first room of a list or range, in capitals, without dashes: 15-01 is 1501.
fn room_of(value: &str) -> String {
    let value = value.split([',', '/', '~']).next().unwrap_or_default();
    let parts: Vec<&str> = value.split('-').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [first, second]
            if is_digits(first) && is_digits(second) && first.len() >= second.len() && second.len() >= 3 =>
        {
            (*first).to_owned()
        }
        [single] if is_digits(single) => short(single),
        _ => parts.concat().to_ascii_uppercase(),
    }
}

/// Without leading zeros.
fn short(value: &str) -> String {
    let trimmed = value.trim_start_matches('0');
    if trimmed.is_empty() && !value.is_empty() { "0".to_owned() } else { trimmed.to_owned() }
}

/// The floor that a room number implies: 1501 is on 15, 305 on 3.
pub(super) fn floor_of_room(room: &str) -> Option<i16> {
    let digits = room.trim_start_matches(|c: char| c.is_ascii_uppercase());
    if !is_digits(digits) || !(3..=4).contains(&digits.len()) {
        return None;
    }
    digits[..digits.len() - 2].parse().ok().filter(|floor| (1..=FLOOR_MAX).contains(floor))
}
