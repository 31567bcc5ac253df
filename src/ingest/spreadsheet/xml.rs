//! How is XML of strangers read without trusting it?
//!
//! As a stream of events, each within [`N_EVENT_BYTES_MAX`]. A document type definition is refused, because it is the only
//! place where entities can be defined that expand to more than they are; references to anything but XML's own five
//! entities and to characters are errors. Nesting is not remembered, so that its depth costs nothing.

use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Bytes of one element's tag or of one piece of text. A cell of a spreadsheet has at most 32,767 characters.
pub const N_EVENT_BYTES_MAX: usize = 1 << 20;

/// Bytes that are read together.
const N_BUFFER_BYTES: usize = 64 << 10;

/// XML that is read event by event.
pub(super) struct Xml<R: Read> {
    reader: Reader<Guard<BufReader<R>>>,
    buffer: Vec<u8>,
}

impl<R: Read> Xml<R> {
    /// Begins to read a part.
    pub(super) fn new(input: R) -> Self {
        let input = BufReader::with_capacity(N_BUFFER_BYTES, input);
        let mut reader = Reader::from_reader(Guard { input, n_left: N_EVENT_BYTES_MAX });
        reader.config_mut().check_end_names = false;
        Self { reader, buffer: Vec::new() }
    }

    /// The next event.
    pub(super) fn next(&mut self) -> io::Result<Event<'_>> {
        self.buffer.clear();
        self.reader.get_mut().n_left = N_EVENT_BYTES_MAX;
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::DocType(_)) => Err(io::Error::other(
                "the workbook defines entities, as only an attack on its reader does; save it again as .xlsx",
            )),
            Ok(event) => Ok(event),
            Err(quick_xml::Error::Io(error)) => Err(io::Error::new(error.kind(), error.to_string())),
            Err(error) => Err(damaged(&error.to_string())),
        }
    }

    /// Appends the text up to the end of the element that has just begun, phonetic hints left out, within a bound;
    /// false where there was more.
    pub(super) fn read_text(&mut self, element: &str, out: &mut String, n_bytes_max: usize) -> io::Result<bool> {
        let (start, mut is_whole, mut is_phonetic) = (out.len(), true, false);
        loop {
            let event = self.next()?;
            let piece = match &event {
                Event::End(end) if end.local_name().as_ref() == element => return Ok(is_whole),
                Event::Start(tag) if tag.local_name().as_ref() == "rPh" => {
                    is_phonetic = true;
                    continue;
                }
                Event::End(tag) if tag.local_name().as_ref() == "rPh" => {
                    is_phonetic = false;
                    continue;
                }
                Event::Eof => return Err(damaged("it is cut off")),
                Event::Text(text) => text.borrow().into_inner(),
                Event::CData(text) => text.borrow().into_inner(),
                Event::GeneralRef(reference) => resolve(reference)?.into(),
                _ => continue,
            };
            is_whole &= out.len() - start + piece.len() <= n_bytes_max;
            if is_whole && !is_phonetic {
                out.push_str(&piece);
            }
        }
    }
}

/// The value of an attribute, references resolved.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|found| found.key.local_name().as_ref() == name)?;
    Some(unescape(&found.value).map_or_else(|_| found.value.to_string(), |value| value.into_owned()))
}

fn resolve(reference: &BytesRef<'_>) -> io::Result<String> {
    if let Some(char) = reference.resolve_char_ref().map_err(|error| damaged(&error.to_string()))? {
        return Ok(char.to_string());
    }
    let known = resolve_xml_entity(reference);
    known.map(String::from).ok_or_else(|| damaged(&format!("unknown entity '{}'", reference.escape_debug())))
}

/// An error about XML that is none.
pub(super) fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the workbook is damaged: {what}; save it again as .xlsx"))
}

/// Lets so many bytes pass until it is told of the next event.
struct Guard<R> {
    input: R,
    n_left: usize,
}

impl<R: BufRead> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buffer)?;
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Guard<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let n_left = self.n_left;
        let available = self.input.fill_buf()?;
        if n_left == 0 && !available.is_empty() {
            return Err(damaged(&format!("a tag or text is longer than {N_EVENT_BYTES_MAX} bytes")));
        }
        Ok(&available[..available.len().min(n_left)])
    }

    fn consume(&mut self, n: usize) {
        self.n_left -= n.min(self.n_left);
        self.input.consume(n);
    }
}
