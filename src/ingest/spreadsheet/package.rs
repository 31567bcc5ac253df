//! Which parts does a workbook's zip file have, and how are they unpacked without unpacking a bomb?
//!
//! Only what ECMA-376 part 2 allows is read: stored and deflated entries of one file (APPNOTE 6.3.9, with zip64). The
//! directory says where a part begins; how many bytes come out of it is counted while it is read, and a declared size is
//! never believed. Parts that nobody asks for are never unpacked, so that a zip file in a zip file costs nothing.

use std::io::{self, Read, Seek, SeekFrom, Take};

use flate2::read::DeflateDecoder;

use crate::ingest::gzip::check_ratio;

/// Parts of a workbook; real ones have some dozens.
pub const N_PARTS_MAX: usize = 10_000;

/// Bytes of an unpacked sheet: a full one of a million rows and thirty columns has some 2 GiB.
pub const N_SHEET_BYTES_MAX: u64 = 16 << 30;

/// Bytes of an unpacked list of sheets or styles; real ones have some hundred KiB.
pub const N_SMALL_PART_BYTES_MAX: u64 = 16 << 20;

/// Bytes of the directory: [`N_PARTS_MAX`] entries with long names.
const N_DIRECTORY_BYTES_MAX: u64 = 8 << 20;

/// The end of the directory stands in the last bytes: 22, and a comment of at most 65,535.
const N_TAIL_BYTES: u64 = 22 + 65_535;

/// A zip file whose directory was read.
pub(super) struct Package<R> {
    input: R,
    n_bytes: u64,
    parts: Vec<Part>,
}

struct Part {
    /// In small letters, with `/`.
    name: String,
    is_deflated: bool,
    is_encrypted: bool,
    n_packed: u64,
    offset: u64,
}

impl<R: Read + Seek> Package<R> {
    /// Reads the directory of a zip file.
    pub(super) fn open(mut input: R) -> io::Result<Self> {
        let n_bytes = input.seek(SeekFrom::End(0))?;
        refuse_others(&mut input)?;
        let n_tail = n_bytes.min(N_TAIL_BYTES);
        let tail = bytes_at(&mut input, n_bytes - n_tail, n_tail)?;
        let end =
            tail.windows(4).rposition(|window| window == b"PK\x05\x06").ok_or_else(|| damaged("its end is missing"))?;
        let (n_parts, n_directory, offset) = match number_at(&tail, end + 10, 2)? {
            0xffff => end_of_zip64(&mut input, &tail, end)?,
            n_parts => match number_at(&tail, end + 16, 4)? {
                0xffff_ffff => end_of_zip64(&mut input, &tail, end)?,
                offset => (n_parts, number_at(&tail, end + 12, 4)?, offset),
            },
        };
        if n_parts > N_PARTS_MAX as u64 || n_directory > N_DIRECTORY_BYTES_MAX {
            let text = format!("the workbook has {n_parts} parts, more than {N_PARTS_MAX}; save it again without them");
            return Err(io::Error::other(text));
        }
        let directory = bytes_at(&mut input, offset, n_directory)?;
        let mut parts = Vec::new();
        let mut at = 0;
        while parts.len() < n_parts as usize {
            let (part, n_bytes) = Part::read(directory.get(at..).unwrap_or_default())?;
            parts.push(part);
            at += n_bytes;
        }
        Ok(Self { input, n_bytes, parts })
    }

    /// Bytes of the file.
    pub(super) fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// A part to be read, or none where there is no such part.
    pub(super) fn part(&mut self, name: &str, n_bytes_max: u64) -> io::Result<Option<PartReader<&mut R>>> {
        let name = name.to_ascii_lowercase();
        let Some(part) = self.parts.iter().find(|part| part.name == name) else { return Ok(None) };
        part.open(&mut self.input, n_bytes_max).map(Some)
    }

    /// Unpacks a part to nowhere, so that a bomb is known before what it holds is looked at.
    pub(super) fn check(&mut self, name: &str, n_bytes_max: u64) -> io::Result<()> {
        match self.part(name, n_bytes_max)? {
            Some(mut part) => io::copy(&mut part, &mut io::sink()).map(|_| ()),
            None => Ok(()),
        }
    }

    /// A part to be read, the last one.
    pub(super) fn into_part(mut self, name: &str, n_bytes_max: u64) -> io::Result<PartReader<R>> {
        let name = name.to_ascii_lowercase();
        let position = self.parts.iter().position(|part| part.name == name);
        let position = position.ok_or_else(|| damaged(&format!("its part '{name}' is missing")))?;
        self.parts.swap_remove(position).open(self.input, n_bytes_max)
    }
}

impl Part {
    /// Reads an entry of the directory and says how long it is.
    fn read(bytes: &[u8]) -> io::Result<(Part, usize)> {
        if !bytes.starts_with(b"PK\x01\x02") {
            return Err(damaged("its directory is cut off"));
        }
        let (flags, method) = (number_at(bytes, 8, 2)?, number_at(bytes, 10, 2)?);
        let lengths = [number_at(bytes, 28, 2)?, number_at(bytes, 30, 2)?, number_at(bytes, 32, 2)?];
        let [n_name, n_extra, n_comment] = lengths.map(|length| length as usize);
        let name = bytes.get(46..46 + n_name).ok_or_else(|| damaged("its directory is cut off"))?;
        let extra = bytes.get(46 + n_name..46 + n_name + n_extra).unwrap_or_default();
        let sizes = [number_at(bytes, 24, 4)?, number_at(bytes, 20, 4)?, number_at(bytes, 42, 4)?];
        let [_, n_packed, offset] = with_zip64(sizes, extra)?;
        let name = String::from_utf8_lossy(name).replace('\\', "/").to_ascii_lowercase();
        let is_deflated = match method {
            0 => false,
            8 => true,
            _ => return Err(damaged(&format!("its part '{name}' is packed by method {method}"))),
        };
        let part = Part { name, is_deflated, is_encrypted: flags & 1 == 1, n_packed, offset };
        Ok((part, 46 + n_name + n_extra + n_comment))
    }

    fn open<R: Read + Seek>(&self, mut input: R, n_bytes_max: u64) -> io::Result<PartReader<R>> {
        if self.is_encrypted {
            return Err(io::Error::other("the workbook is protected by a password; save it without one"));
        }
        // The name and extra field of the local header may differ in length from the directory's.
        let header = bytes_at(&mut input, self.offset, 30)?;
        let n_before = 30 + number_at(&header, 26, 2)? + number_at(&header, 28, 2)?;
        if !header.starts_with(b"PK\x03\x04") {
            return Err(damaged(&format!("its part '{}' is not where the directory says", self.name)));
        }
        input.seek(SeekFrom::Start(self.offset + n_before))?;
        let packed = input.take(self.n_packed);
        let unpack =
            if self.is_deflated { Unpack::Deflated(DeflateDecoder::new(packed)) } else { Unpack::Stored(packed) };
        Ok(PartReader { unpack, name: self.name.clone(), n_unpacked: 0, n_bytes_max })
    }
}

/// A part, unpacked as it is read.
pub(super) struct PartReader<R: Read> {
    unpack: Unpack<R>,
    name: String,
    n_unpacked: u64,
    n_bytes_max: u64,
}

enum Unpack<R: Read> {
    Stored(Take<R>),
    Deflated(DeflateDecoder<Take<R>>),
}

impl<R: Read> Read for PartReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = match &mut self.unpack {
            Unpack::Stored(input) => input.read(buffer)?,
            Unpack::Deflated(decoder) => {
                let damaged = |error| damaged(&format!("its part '{}' cannot be unpacked: {error}", self.name));
                let n = decoder.read(buffer).map_err(damaged)?;
                check_ratio(decoder.total_out(), decoder.total_in())?;
                n
            }
        };
        self.n_unpacked += n as u64;
        if self.n_unpacked > self.n_bytes_max {
            let (name, n_max) = (&self.name, self.n_bytes_max >> 20);
            return Err(io::Error::other(format!(
                "'{name}' in it unpacks to more than {n_max} MiB; deliver it as .csv"
            )));
        }
        Ok(n)
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the workbook is damaged: {what}; save it again as .xlsx"))
}

/// Tells by its first bytes that a file is no zip file.
fn refuse_others<R: Read + Seek>(input: &mut R) -> io::Result<()> {
    const OLD: &str = "this is an Excel file of before 2007 or protected by a password; save it as .xlsx without one";
    input.rewind()?;
    let mut start = Vec::new();
    input.by_ref().take(4).read_to_end(&mut start)?;
    match start.as_slice() {
        b"\xd0\xcf\x11\xe0" => Err(io::Error::other(OLD)),
        b"PK\x03\x04" => Ok(()),
        _ => Err(io::Error::other("this is not an .xlsx file; if it is a text, name it .csv")),
    }
}

/// Number of parts, bytes and offset of the directory of a zip64 file.
fn end_of_zip64<R: Read + Seek>(input: &mut R, tail: &[u8], end: usize) -> io::Result<(u64, u64, u64)> {
    let locator = end.checked_sub(20).and_then(|at| tail.get(at..end)).unwrap_or_default();
    if !locator.starts_with(b"PK\x06\x07") {
        return Err(damaged("its end is missing"));
    }
    let record = bytes_at(input, number_at(locator, 8, 8)?, 56)?;
    Ok((number_at(&record, 32, 8)?, number_at(&record, 40, 8)?, number_at(&record, 48, 8)?))
}

/// Sizes of an entry, those that do not fit taken from its zip64 field, where they stand in this order.
fn with_zip64(mut sizes: [u64; 3], extra: &[u8]) -> io::Result<[u64; 3]> {
    let mut fields = extra;
    while fields.len() >= 4 {
        let (id, n_bytes) = (number_at(fields, 0, 2)?, number_at(fields, 2, 2)? as usize);
        let field = fields.get(4..4 + n_bytes).unwrap_or_default();
        if id == 1 {
            let mut at = 0;
            for size in sizes.iter_mut().filter(|size| **size == 0xffff_ffff) {
                *size = number_at(field, at, 8)?;
                at += 8;
            }
        }
        fields = fields.get(4 + n_bytes..).unwrap_or_default();
    }
    Ok(sizes)
}

/// Exactly so many bytes from a place of the file.
fn bytes_at<R: Read + Seek>(input: &mut R, offset: u64, n_bytes: u64) -> io::Result<Vec<u8>> {
    input.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    input.by_ref().take(n_bytes).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == n_bytes { Ok(bytes) } else { Err(damaged("it is cut off")) }
}

/// A little-endian number of up to eight bytes.
fn number_at(bytes: &[u8], at: usize, n_bytes: usize) -> io::Result<u64> {
    let digits = bytes.get(at..at + n_bytes).ok_or_else(|| damaged("it is cut off"))?;
    Ok(digits.iter().rev().fold(0, |number, digit| number << 8 | u64::from(*digit)))
}
