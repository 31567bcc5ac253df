//! What did the service promise, and did it keep it? The client of the reliability scripts.
//!
//! `run` writes and reads over HTTP and keeps a log of what was acknowledged, outside of the register under test; `check`
//! holds a register, opened again, against that log; `ready` waits until a service answers. It starts and kills nothing:
//! that is the business of the scripts beside it.

mod check;
mod city;
mod ledger;
mod run;
mod watch;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use city::City;
use ledger::Ledger;
use wire::Wire;

/// An error ends the program with its text in one line.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Writes to a register, logs what was acknowledged, and checks it.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Wait until the service is ready; print the seconds that took
    Ready(ReadyArguments),
    /// Write, read and measure
    Run(RunArguments),
    /// Print what searches, resolutions and reads answer, to be compared
    Answers(AnswersArguments),
    /// Hold a register against the log: exit code 1 if a promise was broken
    Check(CheckArguments),
}

#[derive(Args)]
struct ReadyArguments {
    /// Where the service is: http://127.0.0.1:PORT
    #[arg(long)]
    base: String,
    /// How long to wait
    #[arg(long, default_value_t = 60.0)]
    seconds: f64,
    /// Stop waiting when this process is gone
    #[arg(long)]
    pid: Option<u32>,
}

#[derive(Args)]
struct AnswersArguments {
    /// Where the service is: http://127.0.0.1:PORT
    #[arg(long)]
    base: String,
    /// The city whose register it is
    #[arg(long)]
    city: PathBuf,
    /// How many searches, and as many of the others
    #[arg(long, default_value_t = 100)]
    count: u64,
}

/// What both commands that read the log need.
#[derive(Args)]
struct Place {
    /// Where the service is: http://127.0.0.1:PORT
    #[arg(long)]
    base: String,
    /// The city whose register it is, as `minglu generate city` wrote it
    #[arg(long)]
    city: PathBuf,
    /// Where the log is, or shall be
    #[arg(long)]
    log: PathBuf,
}

#[derive(Args)]
struct RunArguments {
    #[command(flatten)]
    place: Place,
    /// The same seed sends the same requests
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Writers of one record a request
    #[arg(long, default_value_t = 3)]
    singles: usize,
    /// Writers of batches
    #[arg(long, default_value_t = 1)]
    batches: usize,
    /// Records in a batch
    #[arg(long, default_value_t = 100)]
    batch_size: usize,
    /// Shares of changed, new and deleted records among the changes
    #[arg(long, default_value = "80,12,8")]
    shares: Shares,
    /// Replay every n-th acknowledged request under its Idempotency-Key; 0 is never
    #[arg(long, default_value_t = 50)]
    replay: u64,
    /// Search and read records at the same time; every answer must be 200
    #[arg(long)]
    search: bool,
    /// Rename units and measure when a search finds the new name
    #[arg(long)]
    lag: bool,
    /// Stop at the first answer 507
    #[arg(long)]
    until_full: bool,
}

#[derive(Args)]
struct CheckArguments {
    #[command(flatten)]
    place: Place,
    /// Check all records ever written, and not only those since the last check
    #[arg(long)]
    all: bool,
    /// Send the last acknowledged request of each writer again: the answer must be the first one, and change nothing
    #[arg(long)]
    replay: bool,
}

/// How many of a hundred, or whatever they sum up to, are changed, new and deleted.
#[derive(Clone, Copy)]
struct Shares {
    changed: u32,
    new: u32,
    deleted: u32,
}

impl std::str::FromStr for Shares {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let numbers: Vec<u32> = text.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        match numbers[..] {
            [changed, new, deleted] if changed > 0 => Ok(Self { changed, new, deleted }),
            _ => Err("three whole numbers with commas, the first above 0: 80,12,8".to_owned()),
        }
    }
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Ready(arguments) => ready(&arguments),
        Command::Answers(arguments) => answers(&arguments),
        Command::Run(arguments) => run(&arguments),
        Command::Check(arguments) => check(&arguments),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("hammer: {error}");
            ExitCode::from(2)
        }
    }
}

fn ready(arguments: &ReadyArguments) -> Result<bool> {
    let seconds = Wire::new(&arguments.base).wait(Duration::from_secs_f64(arguments.seconds), arguments.pid)?;
    println!("{seconds:.3}");
    Ok(true)
}

fn answers(arguments: &AnswersArguments) -> Result<bool> {
    let city = City::read(&arguments.city)?;
    watch::print_answers(&city, &Wire::new(&arguments.base), arguments.count)?;
    Ok(true)
}

fn run(arguments: &RunArguments) -> Result<bool> {
    let city = City::read(&arguments.place.city)?;
    let wire = Wire::new(&arguments.place.base);
    let ledger = Ledger::open(&arguments.place.log, wire.position().ok())?;
    run::run(&city, &wire, &ledger, arguments)
}

fn check(arguments: &CheckArguments) -> Result<bool> {
    let city = City::read(&arguments.place.city)?;
    let wire = Wire::new(&arguments.place.base);
    let ledger = Ledger::open(&arguments.place.log, None)?;
    check::check(&city, &wire, ledger, arguments)
}
