//! Which texts do the cells of a workbook share?
//!
//! They are kept one behind the other in one string, because a workbook has as many as it has cells with text.

use std::io::{self, Read, Seek};

use quick_xml::events::Event;

use super::package::Package;
use super::xml::{N_EVENT_BYTES_MAX, Xml, damaged};

/// Bytes of all shared texts: some four million addresses.
pub const N_SHARED_BYTES_MAX: usize = 256 << 20;

/// Shared texts, which cost four bytes each even where they are empty.
pub const N_SHARED_STRINGS_MAX: usize = 16 << 20;

/// Bytes of the packed part, tags and all: a text seldom has fewer bytes than its tags.
const N_PART_BYTES_MAX: u64 = 4 << 30;

/// The shared texts of a workbook.
#[derive(Debug, Default)]
pub(super) struct SharedStrings {
    text: String,
    ends: Vec<u32>,
}

impl SharedStrings {
    /// Reads them, if the workbook has any.
    pub(super) fn read<R: Read + Seek>(package: &mut Package<R>, part: Option<&str>) -> io::Result<Self> {
        let mut strings = Self::default();
        let Some(part) = part else { return Ok(strings) };
        let Some(part) = package.part(part, N_PART_BYTES_MAX)? else { return Ok(strings) };
        let mut xml = Xml::new(part);
        loop {
            match xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "si" => {
                    if !xml.read_text("si", &mut strings.text, N_EVENT_BYTES_MAX)? {
                        return Err(damaged(&format!("a text is longer than {N_EVENT_BYTES_MAX} bytes")));
                    }
                }
                Event::Empty(tag) if tag.local_name().as_ref() == "si" => {}
                Event::Eof => return Ok(strings),
                _ => continue,
            }
            strings.ends.push(strings.text.len() as u32);
            if strings.text.len() > N_SHARED_BYTES_MAX || strings.ends.len() > N_SHARED_STRINGS_MAX {
                let (n_mib, n_max) = (N_SHARED_BYTES_MAX >> 20, N_SHARED_STRINGS_MAX);
                let text = format!("its shared texts are more than {n_mib} MiB or {n_max} pieces; deliver it as .csv");
                return Err(io::Error::other(text));
            }
        }
    }

    /// A text by its position.
    pub(super) fn get(&self, position: usize) -> Option<&str> {
        let start = if position == 0 { 0 } else { *self.ends.get(position - 1)? };
        self.text.get(start as usize..*self.ends.get(position)? as usize)
    }
}
