//! What does each command do?
//!
//! One function a command: it calls the library and prints. Results go to standard output, progress and notes to standard
//! error; exit codes are 0 done, 1 the answer is no, 2 bad use or input.

mod evaluation;
mod living;
mod normalize;
mod resolve;
mod show;
mod train;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::{Command, Demo, Generate};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::http::ServeOptions;
use crate::pipeline::Linked;
use crate::registry::Registry;
use crate::{check, evaluate, export, generate, ingest, pipeline, progress, verify};

/// The answer is no: verification found differences, an evaluation missed its floor.
const EXIT_NO: u8 = 1;

/// Runs a command.
pub fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Demo(demo) => run_demo(&demo),
        Command::Init { dir } => init(&dir),
        Command::Check { config } => {
            print(&check::check(&config)?.to_string())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Build { config, data, json } => build(&config, &data, json),
        Command::Link { config, out, train, labels, seed } => link(&config, &out, train.then_some((seed, labels))),
        Command::Train { config, out, labels, seed } => train::train(&config, &out, labels, seed),
        Command::Serve(arguments) => living::run_serve(arguments),
        Command::Ingest(arguments) => living::run_ingest(&arguments),
        Command::Delete(arguments) => living::run_delete(&arguments),
        Command::Evaluate(arguments) => evaluation::evaluate(&arguments),
        Command::Resolve(arguments) => resolve::resolve(&arguments),
        Command::Search { data, query, limit, json } => show::search(&data, &query, limit, json),
        Command::Normalize(arguments) => normalize::normalize(&arguments),
        Command::Explain { data, first, second, json } => show::explain(&data, &first, second.as_deref(), json),
        Command::Export { data, subject, format, kind, out } => {
            let registry = Registry::open(&data)?;
            let n_rows = export::export(&registry, subject, format, kind.as_deref(), &out)?;
            let sequence = registry.store.state().sequence;
            note(&format!("{n_rows} rows in {}, as of sequence {sequence}", out.display()));
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify { data } => run_verification(&data),
        Command::Generate(Generate::City { legal_units, seed, out }) => {
            let report = generate_city(legal_units, seed, &out)?;
            print(&report)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The configuration that `init` writes.
const EXAMPLE_CONFIG: &str = include_str!("commands/minglu.toml");

fn init(dir: &Path) -> Result<ExitCode> {
    std::fs::create_dir_all(dir).map_err(Error::io(dir))?;
    let path = dir.join("minglu.toml");
    if path.exists() {
        return Err(Error::usage(format!("{}: already there; remove it or choose another directory", path.display())));
    }
    std::fs::write(&path, EXAMPLE_CONFIG).map_err(Error::io(&path))?;
    note(&format!("{} written; put your files beside it, then: minglu build --config {0} --data data", path.display()));
    Ok(ExitCode::SUCCESS)
}

fn build(config: &Path, data: &Path, json: bool) -> Result<ExitCode> {
    let config = Config::read(config)?;
    note_guesses(&config);
    let report = pipeline::build(&config, data, &*progress::for_terminal())?;
    print(&if json { to_json(&report)? } else { report.to_string() })?;
    let n_quarantined: u64 = report.files.iter().map(|file| file.n_quarantined).sum();
    if n_quarantined > 0 {
        let dir = minglu_graph::store::directory::current(data)?;
        note(&format!("{n_quarantined} rows could not be used: {}", dir.join(pipeline::QUARANTINE_FILE).display()));
    }
    let n_issues: u64 = report.issues.values().sum();
    if n_issues > 0 {
        let dir = minglu_graph::store::directory::current(data)?;
        note(&format!("{n_issues} values could not be read: {}", dir.join(pipeline::ISSUES_FILE).display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn link(config: &Path, out: &Path, train_with: Option<(u64, Option<PathBuf>)>) -> Result<ExitCode> {
    let config = Config::read(config)?;
    let lesson = train_with.map(|(seed, labels)| train::lesson(&config, labels, seed)).transpose()?;
    if lesson.is_none() {
        note_guesses(&config);
    }
    let Linked { mut delivery, kinds, stages, label_uses, unknown } =
        pipeline::link(&config, lesson.as_ref(), &*progress::for_terminal())?;
    if let Some(lesson) = &lesson {
        train::note_labels(&lesson.labels, &unknown);
        label_uses.iter().for_each(|label_use| note(&label_use.to_string()));
    }
    ingest::write_quarantine(&beside(out, pipeline::QUARANTINE_FILE), &config, &delivery.quarantined)?;
    std::mem::take(&mut delivery.issues).write(&beside(out, pipeline::ISSUES_FILE))?;
    for file in &delivery.counts {
        let (read, accepted) = (file.n_read, file.n_accepted);
        note(&format!("{} · {read} = {accepted} ({}) + {}", file.file, file.n_duplicates, file.n_quarantined));
        file.warnings.iter().for_each(|warning| note(&format!("  warning: {warning}")));
    }
    let n_rows = pipeline::write_membership(&delivery, &kinds, out)?;
    for stage in stages {
        note(&format!("{:>7.2} s  {}", stage.seconds, stage.stage));
    }
    let (n_quarantined, n_issues) = (delivery.quarantined.len(), delivery.n_issues.values().sum::<u64>());
    note(&format!("{n_rows} records in {}, {n_quarantined} quarantined, {n_issues} issues", out.display()));
    Ok(ExitCode::SUCCESS)
}

/// Says which kinds are weighed by guesses, because neither their schema nor a model gives numbers.
fn note_guesses(config: &Config) {
    for kind in config.kinds.iter().filter(|kind| kind.schema.n_guesses() > 0) {
        let (name, n_levels) = (&kind.schema.kind, kind.schema.n_guesses());
        note(&format!("warning: kind '{name}': m or u of {n_levels} levels are guessed; 'minglu train' learns them"));
    }
}

/// The path of a list beside a result: its name with the list's behind it.
fn beside(out: &Path, list: &str) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".");
    name.push(list);
    name.into()
}

fn run_demo(demo: &Demo) -> Result<ExitCode> {
    let temporary = tempfile::tempdir().map_err(Error::io(Path::new("temporary directory")))?;
    let dir = demo.dir.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    let (city, data) = (dir.join("city"), dir.join("data"));
    note(&format!("generating a city of {} legal units in {}", demo.legal_units, city.display()));
    print(&generate_city(demo.legal_units, demo.seed, &city)?)?;
    build(&city.join("minglu.toml"), &data, false)?;
    let truth = evaluate::read_assignment(&city.join("truth_entities.csv"), "entity")?;
    print(&evaluate::of_register(&data, &truth, None)?.to_string())?;
    living::serve_built(&data, ServeOptions { listen: demo.listen, public_url: None })
}

fn generate_city(legal_units: u64, seed: u64, out: &Path) -> Result<String> {
    let options = generate::CityOptions { n_legal_units: legal_units, seed, out: out.to_path_buf() };
    let progress = progress::for_terminal();
    progress.start("generate", None);
    let report = generate::city(&options, &mut |n_done| progress.set(n_done))?;
    progress.finish();
    let mut text = String::from("rows\n");
    for (file, n_rows) in &report.files {
        text.push_str(&format!("  {n_rows:>9}  {file}\n"));
    }
    text.push_str(&format!("  {:>9}  true entities\n", report.n_entities));
    text.push_str("dirt, in records\n");
    for (kind, n_records) in &report.dirt {
        text.push_str(&format!("  {n_records:>9}  {kind}\n"));
    }
    Ok(text)
}

fn run_verification(data: &Path) -> Result<ExitCode> {
    let differences = verify::verify(data)?;
    for difference in &differences {
        print(difference)?;
    }
    if differences.is_empty() {
        note("the register follows from its records");
        return Ok(ExitCode::SUCCESS);
    }
    note(&format!("{} differences; build again from the delivered files", differences.len()));
    Ok(ExitCode::from(EXIT_NO))
}

/// Pretty JSON.
fn to_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|error| Error::usage(error.to_string()))
}

/// A result, on standard output; a closed pipe ends the program quietly.
fn print(text: &str) -> Result<()> {
    let written = writeln!(std::io::stdout().lock(), "{}", text.trim_end());
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        written => written.map_err(Error::io(Path::new("standard output"))),
    }
}

/// A note for the person at the terminal, on standard error.
fn note(text: &str) {
    eprintln!("{text}");
}
