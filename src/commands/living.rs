//! `serve`, `ingest`, `delete`: who has the register and changes it.

use std::path::Path;
use std::process::ExitCode;

use minglu_graph::store::Durability;

use super::{note, print, to_json};
use crate::cli::{Delete, Ingest, Serve};
use crate::error::Result;
use crate::http::{self, ServeOptions};
use crate::living::{Delivered, Living, delete, deliver};
use crate::progress;
use crate::registry::Registry;

/// Rejected rows that are shown on the terminal.
const N_REJECTED_SHOWN_MAX: usize = 20;

/// Serves a register.
pub(super) fn run_serve(arguments: Serve) -> Result<ExitCode> {
    let Serve { data, listen, public_url, read_only, unsafe_no_sync } = arguments;
    let options = ServeOptions { listen, public_url };
    let ready = |address| note(&format!("serving http://{address}"));
    if read_only {
        http::serve(Registry::open(&data)?, options, ready)?;
        return Ok(ExitCode::SUCCESS);
    }
    let durability = if unsafe_no_sync { Durability::Unsynced } else { Durability::Synced };
    if unsafe_no_sync {
        note("warning: acknowledged changes may be lost");
    }
    http::serve(Living::open(&data, durability)?, options, ready)?;
    Ok(ExitCode::SUCCESS)
}

/// Serves a register that was just built.
pub(super) fn serve_built(data: &Path, options: ServeOptions) -> Result<ExitCode> {
    let living = Living::open(data, Durability::Synced)?;
    http::serve(living, options, |address| note(&format!("serving http://{address}")))?;
    Ok(ExitCode::SUCCESS)
}

/// Puts the records of files into a register.
pub(super) fn run_ingest(arguments: &Ingest) -> Result<ExitCode> {
    let living = Living::open(&arguments.data, Durability::Synced)?;
    let progress = progress::for_terminal();
    let mut files = Vec::new();
    for file in &arguments.files {
        progress.start(&format!("ingest {}", file.display()), None);
        let delivered = deliver(&living, &arguments.source, file, &mut |n_rows| progress.set(n_rows));
        progress.finish();
        let delivered = delivered?;
        tell(&delivered);
        files.push(delivered);
    }
    if arguments.json {
        print(&to_json(&files)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    for Delivered { file, n_read, n_accepted, n_unchanged, n_rejected, n_entities, seq, .. } in &files {
        print(&format!(
            "{file}: {n_read} rows = {n_accepted} accepted ({n_unchanged} unchanged) + {n_rejected} rejected; {n_entities} entities affected; sequence {seq}"
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Deletes a record of a register.
pub(super) fn run_delete(arguments: &Delete) -> Result<ExitCode> {
    let living = Living::open(&arguments.data, Durability::Synced)?;
    let answer = delete(&living, &arguments.source, &arguments.record_id)?;
    print(&to_json(&answer)?)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(delivered: &Delivered) {
    for rejected in delivered.rejected.iter().take(N_REJECTED_SHOWN_MAX) {
        note(&format!("{}:{}: {}", delivered.file, rejected.line, rejected.reason));
    }
    let n_more = delivered.n_rejected.saturating_sub(N_REJECTED_SHOWN_MAX as u64);
    if n_more > 0 {
        note(&format!("{}: {n_more} more rows could not be used; --json lists them", delivered.file));
    }
}
