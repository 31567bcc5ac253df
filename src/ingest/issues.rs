//! Where do values go that could not be read?
//!
//! Into a CSV file beside the result, each with file, line, field, value and reason. The record stays and so does the
//! value as it was delivered; the list is for the department that can mend it. It waits in a temporary file, because a
//! bad delivery has as many issues as rows.

use std::fs::File;
use std::io::{BufWriter, Seek};
use std::path::Path;

use minglu_rules::normalize::Issue;

use crate::error::{Error, Result};

/// The issues of a delivery, in the order of files and lines.
#[derive(Debug, Default)]
pub struct IssueLog {
    waiting: Option<csv::Writer<BufWriter<File>>>,
}

/// Where an issue was found.
#[derive(Debug, Clone, Copy)]
pub struct IssuePlace<'a> {
    /// The delivered file.
    pub file: &'a Path,
    /// Line on which the row begins.
    pub line: u64,
    /// The record.
    pub record_id: &'a str,
    /// Name of the field.
    pub field: &'a str,
}

/// Columns of the list.
const HEADER: [&str; 7] = ["file", "line", "record_id", "field", "issue", "value", "reason"];

/// Bytes of a value that are listed.
const N_VALUE_BYTES_LISTED: usize = 1024;

impl IssueLog {
    /// Appends an issue.
    pub fn push(&mut self, place: IssuePlace<'_>, issue: &Issue) -> Result<()> {
        let writer = match &mut self.waiting {
            Some(writer) => writer,
            None => {
                let file = tempfile::tempfile().map_err(Error::io(Path::new("temporary file for issues")))?;
                self.waiting.insert(csv::Writer::from_writer(BufWriter::new(file)))
            }
        };
        let (file, line) = (place.file.display().to_string(), place.line.to_string());
        let value = minglu_rules::text::cut(&issue.value, N_VALUE_BYTES_LISTED);
        let reason = issue.kind.reason();
        let row = [&file, &line, place.record_id, place.field, issue.kind.as_str(), value, reason];
        writer.write_record(row).map_err(|error| Error::io(place.file)(std::io::Error::other(error)))
    }

    /// Writes the list, with its header even where it is empty.
    pub fn write(self, path: &Path) -> Result<()> {
        let mut out = File::create(path).map_err(Error::io(path))?;
        let mut header = csv::Writer::from_writer(&mut out);
        header.write_record(HEADER).map_err(|error| Error::io(path)(std::io::Error::other(error)))?;
        header.flush().map_err(Error::io(path))?;
        drop(header);
        let Some(waiting) = self.waiting else { return Ok(()) };
        let buffered =
            waiting.into_inner().map_err(|error| Error::io(path)(std::io::Error::other(error.to_string())))?;
        let mut file = buffered.into_inner().map_err(|error| Error::io(path)(error.into_error()))?;
        file.rewind().map_err(Error::io(path))?;
        std::io::copy(&mut file, &mut out).map(|_| ()).map_err(Error::io(path))
    }
}
