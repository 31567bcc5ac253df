//! The program: reads its arguments, runs one command, ends with an exit code.

use std::process::ExitCode;

use clap::Parser;
use minglu::cli::Arguments;
use minglu::commands;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match commands::run(arguments.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("minglu: {error}");
            ExitCode::from(2)
        }
    }
}
