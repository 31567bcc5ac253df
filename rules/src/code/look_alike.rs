//! Which characters does a reader, human or machine, take for each other?
//!
//! Only shapes, only the characters of credit codes. A repair made from this table is a suggestion; it never replaces
//! what was delivered.

/// Letters that no credit code contains, and what they were read from.
const OUTSIDE: [(u8, u8); 5] = [(b'I', b'1'), (b'O', b'0'), (b'Z', b'2'), (b'S', b'5'), (b'V', b'U')];

/// Characters of one shape; each may stand for any other of its group.
const SHAPES: [&[u8]; 6] = [b"0DQ", b"1L7", b"2Z", b"5S", b"8B", b"UVY"];

/// The character that a letter outside the alphabet stands for; any other character itself.
pub(super) fn outside_alphabet(char: u8) -> u8 {
    OUTSIDE.iter().find(|(from, _)| *from == char).map_or(char, |(_, to)| *to)
}

/// The other characters of the same shape.
pub(super) fn of(char: u8) -> impl Iterator<Item = u8> {
    let group = SHAPES.iter().find(|group| group.contains(&char)).copied().unwrap_or_default();
    group.iter().copied().filter(move |other| *other != char)
}
