//! What does a number mean, after what was read before it?
//!
//! `15号` behind a road is its door, behind a lane or an estate a building; a bare `1501` inside a building is a room;
//! `18-3-502` is block, unit and room. Normal forms follow docs/methods/addresses.md.

use super::number::{Counter, Number};
use super::rooms;
use super::scan::{AddressPart, Scan, is_road};
use super::word::{ESTATE_TAILS, ends_with_any, starting};

/// Longest run of digits that is still a room; longer ones are post codes and telephone numbers.
const N_ROOM_DIGITS_MAX: usize = 5;

/// Longest bare number behind a door that is a part of it (9号-7, 15号B3) and no room.
const N_INNER_DOOR_CHARS_MAX: usize = 2;

/// Most doors that one range names; a larger second number is a house of its own.
const N_DOORS_MAX: u32 = 40;

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
    let after_road = scan.last().is_some_and(|e| is_road(e.part) || e.part == AddressPart::Segment);
    let directly = after_road && scan.last().is_some_and(|e| e.span.end == scan.pos);
    is_last || directly || (is_inside(scan) && n_digits >= 3 && n_letters <= 2) || is_run_of_an_estate(scan, number)
}

/// Whether a dashed run (12-7-434) or a room's number stands behind an estate or a door, whatever follows it.
fn is_run_of_an_estate(scan: &Scan<'_>, number: &Number<'_>) -> bool {
    let has_name = ends_with_any(scan.word(), ESTATE_TAILS) || scan.word().ends_with(['区', '期']);
    let behind = has_name || scan.last().is_some_and(|e| e.part >= AddressPart::Number && e.part <= AddressPart::Room);
    let is_dashed =
        number.written.split('-').filter(|part| part.starts_with(|c: char| c.is_ascii_digit())).count() >= 2;
    let is_room = has_name && is_digits(number.written) && (3..=N_ROOM_DIGITS_MAX).contains(&number.written.len());
    let is_measure = starting(&scan.text[scan.pos + number.len..], MEASURES).is_some();
    behind && !is_measure && (is_dashed || is_room)
}

/// Words that make the number before them a measure or a name.
const MEASURES: &[&str] = &["米", "元", "平", "年", "路", "街", "线", "大道", "酒", "创", "社", "团", "文"];

fn is_inside(scan: &Scan<'_>) -> bool {
    scan.has(AddressPart::Block) || scan.has(AddressPart::Unit) || scan.has(AddressPart::Floor)
}

/// Adds the number to the elements under the part that it is here.
///
/// `branch` is the mark before a door number (甲92号), if there is one.
pub(super) fn assign(scan: &mut Scan<'_>, number: &Number<'_>, branch: &str) {
    let mut value = String::with_capacity(branch.len() + number.written.len() + "弄".len());
    value.push_str(branch);
    match number.chinese {
        Some(chinese) => value.push_str(&chinese.to_string()),
        None => value.push_str(number.written),
    }
    match number.counter {
        Counter::Door => assign_door(scan, number, value),
        Counter::Lane if scan.has_door() => push(scan, AddressPart::LaneNumber, number, value + "弄"),
        Counter::Lane => push(scan, AddressPart::Number, number, value + "弄"),
        Counter::Block => push(scan, AddressPart::Block, number, block_of(&value)),
        // 35层01-08单元: on a floor, a unit is an office.
        Counter::Unit if scan.floor.is_some() || number.written.len() > 3 => assign_room(scan, number, &value),
        Counter::Unit => push(scan, AddressPart::Unit, number, short(&value).to_owned()),
        Counter::Floor => assign_floor(scan, number, &value),
        Counter::Room => assign_room(scan, number, &value),
        Counter::Group => push(scan, AddressPart::Group, number, short(&value).to_owned()),
        Counter::Phase => {}
        Counter::Bare => assign_bare(scan, number, &value),
    }
}

/// Adds the number of a door inside a door: 15号附3 and 15号之3 are written 15-3 elsewhere.
pub(super) fn assign_inner_door(scan: &mut Scan<'_>, number: &Number<'_>) {
    let value = number.chinese.map_or(number.written.to_owned(), |value| value.to_string());
    push(scan, AddressPart::Block, number, block_of(&value));
}

fn push(scan: &mut Scan<'_>, part: AddressPart, number: &Number<'_>, value: String) {
    if scan.in_list && scan.has(part) {
        return;
    }
    scan.push(part, scan.pos..scan.pos + number.len, Some(value));
}

fn assign_door(scan: &mut Scan<'_>, number: &Number<'_>, value: String) {
    let has_lane = scan.has_door();
    let n_digits = value.bytes().filter(u8::is_ascii_digit).count();
    let after_road = scan.last().is_some_and(|e| is_road(e.part) || e.part == AddressPart::Segment);
    let is_run = value.contains('-') || value.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_inside(scan) {
        let is_room = n_digits >= 3 || scan.has(AddressPart::Unit) || scan.has(AddressPart::Floor);
        let part = if is_room { AddressPart::Room } else { AddressPart::Unit };
        return push(scan, part, number, short(&value).to_owned());
    }
    if is_run && !after_road && scan.has(AddressPart::Estate) {
        return assign_room(scan, number, &value);
    }
    if !has_lane && !scan.has(AddressPart::Road) {
        scan.name_to_hamlet();
    }
    let after_estate = scan.last().is_some_and(|e| {
        e.part == AddressPart::Estate
            && ends_with_any(&scan.text[e.span.clone()], ESTATE_TAILS)
            && e.span.end == scan.pos
    });
    match (has_lane, after_estate) {
        (true, _) => push(scan, AddressPart::Block, number, block_of(&value)),
        // 国际商贸城1257号 is a stall: no quarter has a thousand buildings.
        (false, true) if n_digits > 3 => push(scan, AddressPart::Room, number, short(&value).to_owned()),
        (false, true) => push(scan, AddressPart::Block, number, block_of(&value)),
        _ => push_door(scan, number, &value),
    }
}

/// A door with what is joined to it: 161-4号 is the fourth of door 161, 161-163号 three doors.
fn push_door(scan: &mut Scan<'_>, number: &Number<'_>, value: &str) {
    match value.split_once('-') {
        Some((door, inner)) if is_digits(door) && is_digits(inner) && !is_range(door, inner) => {
            push_split(scan, number, &[(door_part(scan), door), (AddressPart::Block, inner)]);
        }
        _ => push(scan, door_part(scan), number, door_of(value)),
    }
}

/// A door counts on what it stands behind: the road itself, or a part of it.
fn door_part(scan: &Scan<'_>) -> AddressPart {
    match scan.last().map(|e| e.part) {
        Some(AddressPart::Segment | AddressPart::CrossRoad) => AddressPart::LaneNumber,
        _ => AddressPart::Number,
    }
}

/// Whether two numbers are the ends of a short range of doors.
fn is_range(first: &str, last: &str) -> bool {
    let (first, last) = (first.parse::<u32>(), last.parse::<u32>());
    first.is_ok_and(|first| last.is_ok_and(|last| (first + 1..=first.saturating_add(N_DOORS_MAX)).contains(&last)))
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
    let list = if number.chinese.is_some() { "" } else { number.list };
    let is_block_and_room = |first: &str| {
        // Outside a building 109-434 are its number and the room, 101-105 still a range.
        !is_inside(scan) && list.split_once('-').is_some_and(|(_, last)| last.as_bytes()[..1] != first.as_bytes()[..1])
    };
    if let Some(first) = rooms::first(list).filter(|first| !is_block_and_room(first)) {
        return assign_rooms(scan, number, first);
    }
    let parts: Vec<&str> = value.split('-').collect();
    let in_building = is_inside(scan);
    let is_bare = number.counter == Counter::Bare;
    let is_split_off = scan.has(AddressPart::Block) || scan.has(AddressPart::Floor);
    match parts.as_slice() {
        // 6F-615 is a floor and its room; a block 6F would be a building of its own.
        [floor, room] if floor.strip_suffix('F').is_some_and(is_digits) => {
            scan.floor = scan.floor.or_else(|| floor.trim_end_matches('F').parse().ok());
            push_split(scan, number, &[(AddressPart::Floor, floor), (AddressPart::Room, room)]);
        }
        [block, unit, floor, room] => push_split(
            scan,
            number,
            &[
                (AddressPart::Block, block),
                (AddressPart::Unit, unit),
                (AddressPart::Floor, floor),
                (AddressPart::Room, room),
            ],
        ),
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
        [block, unit] if !in_building && is_digits(unit) && block.len() <= 4 && unit.len() <= 2 && is_bare => {
            push_split(scan, number, &[(AddressPart::Block, block), (AddressPart::Unit, unit)]);
        }
        [single] if !is_split_off && split_letter(single).is_some() => {
            let (block, room) = split_letter(single).unwrap_or((single, ""));
            push_split(scan, number, &[(AddressPart::Block, block), (AddressPart::Room, room)]);
        }
        _ => push(scan, AddressPart::Room, number, room_of(value)),
    }
}

/// Several rooms: the first counts, all are kept. A letter before all of them is their block.
fn assign_rooms(scan: &mut Scan<'_>, number: &Number<'_>, first: &str) {
    if scan.has(AddressPart::Room) {
        return;
    }
    let all = rooms::normal(number.list);
    match split_letter(first).filter(|_| !scan.has(AddressPart::Block)) {
        Some((block, room)) => {
            scan.rooms = rooms::without_block(&all, block);
            push_split(scan, number, &[(AddressPart::Block, block), (AddressPart::Room, room)]);
        }
        None => {
            scan.rooms = all;
            push(scan, AddressPart::Room, number, room_of(first));
        }
    }
}

fn assign_bare(scan: &mut Scan<'_>, number: &Number<'_>, value: &str) {
    let after_road =
        scan.last().is_some_and(|e| is_road(e.part) || matches!(e.part, AddressPart::Segment | AddressPart::Community));
    let directly = scan.last().is_some_and(|e| e.span.end == scan.pos);
    let after_estate = scan.last().is_some_and(|e| e.part == AddressPart::Estate);
    let n_dashes = value.bytes().filter(|b| *b == b'-').count();
    if after_road && directly && !scan.has_door() && n_dashes < 2 {
        return push_door(scan, number, value);
    }
    if after_road && directly && !scan.has_door() {
        return assign_door_and_rooms(scan, number, value);
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
    let after_door = scan.last().is_some_and(|e| e.part == AddressPart::Number);
    if after_door && value.len() <= N_INNER_DOOR_CHARS_MAX && n_dashes == 0 {
        return push(scan, AddressPart::Block, number, block_of(value));
    }
    let within = is_inside(scan) || scan.has(AddressPart::Estate) || scan.has_door() || scan.has(AddressPart::Landmark);
    if within {
        assign_room(scan, number, value);
    } else if scan.has(AddressPart::Zone) || scan.has(AddressPart::Community) {
        push(scan, AddressPart::Number, number, door_of(value));
    }
}

/// A run of three or four behind a road begins with its door: 将军路1326-11-6-434.
fn assign_door_and_rooms(scan: &mut Scan<'_>, number: &Number<'_>, value: &str) {
    let parts: Vec<&str> = value.split('-').collect();
    match parts.as_slice() {
        [door, block, unit, room] => push_split(
            scan,
            number,
            &[
                (door_part(scan), door),
                (AddressPart::Block, block),
                (AddressPart::Unit, unit),
                (AddressPart::Room, room),
            ],
        ),
        [door, block, room] => {
            push_split(scan, number, &[(door_part(scan), door), (AddressPart::Block, block), (AddressPart::Room, room)])
        }
        _ => assign_room(scan, number, value),
    }
}

/// Gives each part of a dashed run its own span, so that the elements still lie on the text.
fn push_split(scan: &mut Scan<'_>, number: &Number<'_>, parts: &[(AddressPart, &str)]) {
    let written = &scan.text[scan.pos..scan.pos + number.len];
    let mut from = 0;
    for (idx, (part, value)) in parts.iter().enumerate() {
        let at = written[from..].find(value).map_or(from, |found| from + found);
        // A value that was made and not found, as of Chinese numerals, may be longer than what is left of the text.
        let until = written.floor_char_boundary(at + value.len());
        let is_last = idx + 1 == parts.len();
        let end = if is_last { number.len } else { until };
        let normal = match part {
            AddressPart::Block => block_of(value),
            AddressPart::Room => room_of(value),
            AddressPart::Number | AddressPart::LaneNumber => door_of(value),
            _ => short(value).to_owned(),
        };
        scan.push(*part, scan.pos + at..scan.pos + end, Some(normal));
        from = until;
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

pub(super) fn is_digits(text: &str) -> bool {
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
    let mut block = [letters, short(rest)].concat();
    block.make_ascii_uppercase();
    block
}

fn door_of(value: &str) -> String {
    short(value.trim_matches(['-', '.', '/'])).to_owned()
}

/// A room in capitals, without dashes: 15-01 is 1501.
pub(super) fn room_of(value: &str) -> String {
    let parts: Vec<&str> = value.split('-').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [single] if is_digits(single) => short(single).to_owned(),
        _ => parts.concat().to_ascii_uppercase(),
    }
}

/// Without leading zeros.
fn short(value: &str) -> &str {
    let trimmed = value.trim_start_matches('0');
    if trimmed.is_empty() && !value.is_empty() { "0" } else { trimmed }
}

/// The floor that a room number implies: 1501 is on 15, 305 on 3.
pub(super) fn floor_of_room(room: &str) -> Option<i16> {
    let digits = room.trim_start_matches(|c: char| c.is_ascii_uppercase());
    if !is_digits(digits) || !(3..=4).contains(&digits.len()) {
        return None;
    }
    digits[..digits.len() - 2].parse().ok().filter(|floor| (1..=FLOOR_MAX).contains(floor))
}
