//! Which texts do the cells of a workbook share?
//!
//! They are kept in blocks, each of some texts one behind the other: a workbook has as many texts as it has cells, so one
//! allocation for each would be too many, and one for all would stand in memory twice whenever it grows.

use std::io::{self, Read, Seek};

use quick_xml::events::Event;

use super::package::Package;
use super::xml::{N_EVENT_BYTES_MAX, Xml, damaged};

/// Bytes of all shared texts: names and addresses of a million units. They are in memory while the sheet is read.
pub const N_SHARED_BYTES_MAX: usize = 128 << 20;

/// Shared texts, which cost four bytes each even where they are empty: eight for each row of the longest sheet.
pub const N_SHARED_STRINGS_MAX: usize = 8 << 20;

/// Bytes of a block, and how many are enough for it to be full: the last text seldom makes it grow.
const N_BLOCK_BYTES: usize = 1 << 20;
const N_FULL_BLOCK_BYTES: usize = N_BLOCK_BYTES - (64 << 10);

/// Texts of a block.
const N_BLOCK_STRINGS: usize = 64 << 10;

/// Bytes of the unpacked part, tags and all: a text seldom has fewer bytes than its tags.
const N_PART_BYTES_MAX: u64 = 4 << 30;

/// The shared texts of a workbook.
#[derive(Debug, Default)]
pub(super) struct SharedStrings {
    blocks: Vec<Block>,
    n_bytes: usize,
    n_strings: usize,
}

/// Some texts.
#[derive(Debug)]
struct Block {
    /// Position of the first one.
    first: usize,
    text: String,
    ends: Vec<u32>,
}

impl SharedStrings {
    /// Reads them, if the workbook has any.
    pub(super) fn read<R: Read + Seek>(package: &mut Package<R>, part: Option<&str>) -> io::Result<Self> {
        let mut strings = Self::default();
        let Some(part) = part else { return Ok(strings) };
        package.check(part, N_PART_BYTES_MAX)?;
        let Some(part) = package.part(part, N_PART_BYTES_MAX)? else { return Ok(strings) };
        let mut xml = Xml::new(part);
        loop {
            match xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "si" => {
                    strings.push(|text| xml.read_text("si", text, N_EVENT_BYTES_MAX))?;
                }
                Event::Empty(tag) if tag.local_name().as_ref() == "si" => strings.push(|_| Ok(true))?,
                Event::Eof => return Ok(strings),
                _ => {}
            }
        }
    }

    /// Appends a text that a function writes; it says whether it is whole.
    fn push(&mut self, write: impl FnOnce(&mut String) -> io::Result<bool>) -> io::Result<()> {
        let is_full = |block: &Block| block.text.len() >= N_FULL_BLOCK_BYTES || block.ends.len() >= N_BLOCK_STRINGS;
        if self.blocks.last().is_none_or(is_full) {
            let text = String::with_capacity(N_BLOCK_BYTES);
            self.blocks.push(Block { first: self.n_strings, text, ends: Vec::new() });
        }
        let Some(block) = self.blocks.last_mut() else { return Ok(()) };
        let start = block.text.len();
        if !write(&mut block.text)? {
            return Err(damaged(&format!("a text is longer than {N_EVENT_BYTES_MAX} bytes")));
        }
        block.ends.push(block.text.len() as u32);
        self.n_bytes += block.text.len() - start;
        self.n_strings += 1;
        if self.n_bytes > N_SHARED_BYTES_MAX || self.n_strings > N_SHARED_STRINGS_MAX {
            let (n_mib, n_max) = (N_SHARED_BYTES_MAX >> 20, N_SHARED_STRINGS_MAX);
            let text = format!("its shared texts are more than {n_mib} MiB or {n_max} pieces; deliver it as .csv");
            return Err(io::Error::other(text));
        }
        Ok(())
    }

    /// A text by its position.
    pub(super) fn get(&self, position: usize) -> Option<&str> {
        let n_begun = self.blocks.partition_point(|block| block.first <= position);
        let block = self.blocks.get(n_begun.checked_sub(1)?)?;
        let at = position - block.first;
        let start = if at == 0 { 0 } else { *block.ends.get(at - 1)? };
        block.text.get(start as usize..*block.ends.get(at)? as usize)
    }
}
