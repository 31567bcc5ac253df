//! Which characters do the bytes of a text file mean?
//!
//! Detection is deterministic and looks, in this order, at
//!
//! 1. a byte order mark (UTF-8, UTF-16, GB18030);
//! 2. zero bytes: in UTF-16 every digit, comma and line end has one, always on the same side of its pair;
//! 3. whether what is not ASCII is well-formed UTF-8, or at least mostly, so that a few stray bytes spoil their rows and
//!    not the file;
//! 4. otherwise the file is GB18030 (GB 18030-2022), of which GBK and GB 2312 are parts.
//!
//! Rows are decoded one by one. A row with a byte that means nothing is refused with the position of that byte; nothing
//! is ever replaced in silence. Big5 and other encodings are not guessed: they have to be converted.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{DecoderResult, GB18030};

use crate::config::Encoding;

/// Bytes from the start of a file that detection looks at. Where they are all ASCII, the first batch of rows that is not
/// decides.
pub const N_SAMPLE_BYTES: usize = 256 << 10;

/// Without a byte order mark, one unit in so many must have a zero byte for the file to be UTF-16: a row has commas and a
/// line end, so real files have far more, and a stray zero in other files is far less.
const UTF16_UNITS_PER_ZERO_MAX: usize = 16;

/// The same where the bytes are well-formed UTF-8 as they stand, zeros and all: seldom true of Chinese in UTF-16, so that
/// the file is UTF-16 only if it is mostly Latin, and otherwise one of few rows with a stray zero.
const UTF16_UNITS_PER_ZERO_IN_UTF8_MAX: usize = 4;

/// So many times as many zeros on the one side of the pairs as on the other.
const UTF16_SIDES_RATIO_MIN: usize = 8;

/// What the start of a file tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detected {
    /// The encoding; none where all is ASCII.
    pub encoding: Option<Encoding>,
    /// Bytes of the byte order mark.
    pub n_mark_bytes: usize,
}

/// Detects the encoding of a file from its first bytes.
pub fn detect(sample: &[u8]) -> Detected {
    const MARKS: [(&[u8], Encoding); 4] = [
        (b"\xef\xbb\xbf", Encoding::Utf8),
        (b"\xff\xfe", Encoding::Utf16Le),
        (b"\xfe\xff", Encoding::Utf16Be),
        (b"\x84\x31\x95\x33", Encoding::Gb18030),
    ];
    match MARKS.iter().find(|(mark, _)| sample.starts_with(mark)) {
        Some((mark, encoding)) => Detected { encoding: Some(*encoding), n_mark_bytes: mark.len() },
        None => Detected { encoding: of_zeros(sample).or_else(|| of_bytes(sample)), n_mark_bytes: 0 },
    }
}

/// Bytes of the byte order mark of an encoding that the user has named.
pub fn mark_of(encoding: Encoding, sample: &[u8]) -> usize {
    let detected = detect(sample);
    if detected.encoding == Some(encoding) { detected.n_mark_bytes } else { 0 }
}

/// UTF-8 or GB18030, as text without zero bytes tells; none where it is ASCII.
pub fn of_bytes(sample: &[u8]) -> Option<Encoding> {
    if sample.is_ascii() {
        return None;
    }
    // A sample may end inside a character; its last line is left out unless it is the only one.
    let n_whole = sample.iter().rposition(|byte| *byte == b'\n').map_or(sample.len(), |position| position + 1);
    let (mut n_valid, mut n_invalid) = (0_usize, 0_usize);
    for chunk in sample[..n_whole].utf8_chunks() {
        n_valid += chunk.valid().chars().filter(|char| !char.is_ascii()).count();
        n_invalid += chunk.invalid().len();
    }
    // Chinese in GB18030 is seldom well-formed UTF-8: one character in seven, by the ranges of lead and trail bytes.
    Some(if n_valid >= n_invalid { Encoding::Utf8 } else { Encoding::Gb18030 })
}

fn of_zeros(sample: &[u8]) -> Option<Encoding> {
    let (mut n_first, mut n_second) = (0, 0);
    for pair in sample.chunks_exact(2) {
        n_first += usize::from(pair[0] == 0);
        n_second += usize::from(pair[1] == 0);
    }
    if n_first == n_second {
        return None;
    }
    // A sample may end inside a character.
    let is_utf8 = std::str::from_utf8(sample).map_or_else(|error| error.error_len().is_none(), |_| true);
    let n_units_max = if is_utf8 { UTF16_UNITS_PER_ZERO_IN_UTF8_MAX } else { UTF16_UNITS_PER_ZERO_MAX };
    let is_many =
        |zeros: usize, others: usize| zeros * n_units_max >= sample.len() / 2 && zeros > others * UTF16_SIDES_RATIO_MIN;
    if is_many(n_second, n_first) && lines_end_in(sample, 0) {
        Some(Encoding::Utf16Le)
    } else if is_many(n_first, n_second) && lines_end_in(sample, 1) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Whether the first line ends as in UTF-16 whose low bytes stand at places of this parity; true where no line ends.
///
/// A byte of a line end is either the low byte of one or that of a character like 上 (U+4E0A). In a file of another encoding
/// the first one is neither, however many zeros its values have.
fn lines_end_in(sample: &[u8], parity: usize) -> bool {
    let mut ends = sample.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).peekable();
    if ends.peek().is_none() {
        return true;
    }
    for at in ends {
        match sample.get(at ^ 1) {
            Some(0) if at % 2 == parity => return true,
            Some(0x4e..=0x9f) if at % 2 == parity => {}
            _ => return false,
        }
    }
    false
}

/// The text of a row, or the position of the first byte that means nothing, from 0. UTF-16 has become UTF-8 before.
pub fn decode(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, usize> {
    if encoding != Encoding::Gb18030 {
        return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| error.valid_up_to());
    }
    GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| first_malformed(bytes))
}

/// The text of a row for showing it; what means nothing is replaced.
pub fn decode_lossy(bytes: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Gb18030 => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn first_malformed(bytes: &[u8]) -> usize {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut out = vec![0; decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0)];
    match decoder.decode_to_utf8_without_replacement(bytes, &mut out, true) {
        (DecoderResult::Malformed(n_bytes, n_after), n_read, _) => {
            n_read.saturating_sub(usize::from(n_bytes) + usize::from(n_after))
        }
        (_, n_read, _) => n_read,
    }
}

/// UTF-16 as UTF-8.
///
/// A surrogate without its partner becomes the three bytes that it would have in UTF-8, and an odd last byte becomes
/// `FF`. Neither is well-formed, so that the row they stand in is refused, and only that.
pub struct Utf16Reader<R> {
    input: R,
    is_big_endian: bool,
    raw: Vec<u8>,
    high: Option<u16>,
    out: Vec<u8>,
    n_taken: usize,
}

/// Bytes of UTF-16 that are converted together.
const N_UTF16_BYTES: usize = 64 << 10;

impl<R: Read> Utf16Reader<R> {
    /// Reads UTF-16 from after its byte order mark; any other encoding is read as little-endian.
    pub fn new(input: R, encoding: Encoding) -> Self {
        let is_big_endian = encoding == Encoding::Utf16Be;
        Self { input, is_big_endian, raw: Vec::new(), high: None, out: Vec::new(), n_taken: 0 }
    }

    /// Converts the next bytes; afterwards nothing is left to take only at the end of the input.
    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.n_taken = 0;
        while self.out.is_empty() {
            let n_read = self.input.by_ref().take(N_UTF16_BYTES as u64).read_to_end(&mut self.raw)?;
            if n_read == 0 {
                self.end();
                break;
            }
            let raw = std::mem::take(&mut self.raw);
            let pairs = raw.chunks_exact(2);
            self.raw.extend_from_slice(pairs.remainder());
            for pair in pairs {
                let pair = [pair[0], pair[1]];
                self.push(if self.is_big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
            }
        }
        Ok(())
    }

    fn end(&mut self) {
        if let Some(lone) = self.high.take() {
            self.push_lone(lone);
        }
        if self.raw.pop().is_some() {
            self.out.push(0xff);
        }
    }

    fn push(&mut self, unit: u16) {
        if let Some(high) = self.high.take() {
            if let Some(Ok(char)) = char::decode_utf16([high, unit]).next() {
                self.push_char(char);
                return;
            }
            self.push_lone(high);
        }
        match char::from_u32(u32::from(unit)) {
            Some(char) => self.push_char(char),
            None if unit < 0xdc00 => self.high = Some(unit),
            None => self.push_lone(unit),
        }
    }

    fn push_char(&mut self, char: char) {
        self.out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn push_lone(&mut self, unit: u16) {
        self.out.extend([0xe0 | (unit >> 12) as u8, 0x80 | (unit >> 6 & 0x3f) as u8, 0x80 | (unit & 0x3f) as u8]);
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.n_taken == self.out.len() {
            self.refill()?;
        }
        let n = buffer.len().min(self.out.len() - self.n_taken);
        buffer[..n].copy_from_slice(&self.out[self.n_taken..self.n_taken + n]);
        self.n_taken += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests;
