//! The program: reads its arguments, runs one command, ends with an exit code.

use std::process::ExitCode;

use clap::Parser;
use minglu::cli::Arguments;
use minglu::commands;
use tracing_subscriber::EnvFilter;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // What goes wrong inside the service is told here and nowhere else; RUST_LOG chooses how much.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match commands::run(arguments.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("minglu: {error}");
            ExitCode::from(2)
        }
    }
}
