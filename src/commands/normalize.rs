//! `minglu normalize`: lines in, JSON lines out.

use std::io::{BufRead, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use minglu_rules::division::{self, Division};
use minglu_rules::{address, code, name, phone};

use crate::cli::Normalize;
use crate::error::{Error, Result};

/// Reads standard input line by line and prints what each line means.
pub(super) fn normalize(what: Normalize, place: Option<&str>, area_code: Option<String>) -> Result<ExitCode> {
    let place = place.map(find_division).transpose()?;
    let input = std::io::stdin().lock();
    let mut output = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    for line in input.split(b'\n') {
        let line = line.map_err(Error::io(Path::new("standard input")))?;
        let line = String::from_utf8_lossy(&line);
        let written = write_one(what, line.trim_end_matches('\r'), place, area_code.as_deref(), &mut output);
        match written.and_then(|()| writeln!(output)) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
            written => written.map_err(Error::io(Path::new("standard output")))?,
        }
    }
    output.flush().map_err(Error::io(Path::new("standard output")))?;
    Ok(ExitCode::SUCCESS)
}

fn find_division(text: &str) -> Result<Division> {
    let found = text.parse().ok().and_then(division::of_code).or_else(|| division::named(text));
    found.ok_or_else(|| Error::usage(format!("--division '{text}' is neither a six-digit code nor a name")))
}

fn write_one(
    what: Normalize,
    line: &str,
    place: Option<Division>,
    area_code: Option<&str>,
    output: &mut impl Write,
) -> std::io::Result<()> {
    let written = match what {
        Normalize::Name => serde_json::to_writer(output, &name::parse(line).describe()),
        Normalize::Address => serde_json::to_writer(output, &address::describe(line, place)),
        Normalize::Uscc => serde_json::to_writer(output, &code::subject(line)),
        Normalize::Phone => serde_json::to_writer(output, &phone::parse(line, area_code)),
    };
    written.map_err(std::io::Error::from)
}
