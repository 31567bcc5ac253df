//! How do tests make a city, a register and a run of the program?
//!
//! Everything lies in temporary directories that are removed with their handle. Nothing here asserts more than that the
//! tools themselves work.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use minglu::config::Config;
use minglu::export::{FileFormat, Subject, export};
use minglu::generate::{CityOptions, city};
use minglu::pipeline::{self, BuildReport};
use minglu::progress::Quiet;
use minglu::registry::Registry;
use tempfile::TempDir;

/// Delivered files in `city`, a register in `data`.
pub(crate) struct Workshop {
    dir: TempDir,
}

impl Workshop {
    /// A simulated city; the same size and seed give the same bytes.
    pub(crate) fn city(n_legal_units: u64, seed: u64) -> Workshop {
        let workshop = Workshop::empty();
        let options = CityOptions { n_legal_units, seed, out: workshop.dir.path().join("city") };
        city(&options, &mut |_| ()).expect("a city is written");
        workshop
    }

    /// The hand-written sample.
    pub(crate) fn tiny() -> Workshop {
        let workshop = Workshop::of_files(&[]);
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data-samples/tiny");
        for file in ["minglu.toml", "market.csv", "tax.tsv", "social.jsonl", "statistics.csv"] {
            std::fs::copy(sample.join(file), workshop.file(file)).expect("the sample is complete");
        }
        std::fs::copy(sample.join("truth.csv"), workshop.file("truth_entities.csv")).expect("the sample has its truth");
        workshop
    }

    /// No files yet.
    pub(crate) fn empty() -> Workshop {
        Workshop { dir: tempfile::tempdir().expect("there is room for a temporary directory") }
    }

    /// Files of a test's own, by name.
    pub(crate) fn of_files(files: &[(&str, &str)]) -> Workshop {
        let workshop = Workshop::empty();
        std::fs::create_dir(workshop.dir.path().join("city")).expect("makes a directory");
        files.iter().for_each(|(name, text)| std::fs::write(workshop.file(name), text).expect("writes"));
        workshop
    }

    /// A delivered file.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join("city").join(name)
    }

    /// Replaces text in a delivered file, which must be there.
    #[track_caller]
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.file(file)).expect("reads");
        assert!(text.contains(from), "{file} has no '{from}'");
        std::fs::write(self.file(file), text.replace(from, to)).expect("writes");
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.file("minglu.toml")
    }

    pub(crate) fn truth(&self) -> PathBuf {
        self.file("truth_entities.csv")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A path for a result.
    pub(crate) fn out(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Builds the register through the library.
    pub(crate) fn build(&self) -> BuildReport {
        let config = Config::read(&self.config()).expect("the configuration is right");
        pipeline::build(&config, &self.data(), &Quiet).expect("a register is built")
    }

    pub(crate) fn registry(&self) -> Registry {
        Registry::open(&self.data()).expect("a register opens")
    }

    /// The bytes of an export.
    pub(crate) fn export(&self, subject: Subject, format: FileFormat) -> Vec<u8> {
        let path = self.out("export");
        export(&self.registry(), subject, format, None, &path).expect("exports");
        std::fs::read(path).expect("reads")
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program starts")
    }

    /// The program with paths filled in: `{config}`, `{data}`, `{truth}`, `{out}` stand for files of this workshop.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_minglu"));
        for argument in arguments {
            let places = [
                ("{config}", self.config()),
                ("{data}", self.data()),
                ("{truth}", self.truth()),
                ("{out}", self.out("out")),
            ];
            let filled = places
                .iter()
                .fold(argument.to_string(), |text, (name, path)| text.replace(name, &path.to_string_lossy()));
            command.arg(filled);
        }
        command
    }
}

/// Runs the program with text on its standard input.
pub(crate) fn run_with_input(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_minglu"));
    let command = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input is piped");
    let input = input.to_owned();
    // Written by another thread: the program answers while it still reads.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer does not panic").expect("the program reads all");
    output
}

/// Standard output as text.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the program prints UTF-8")
}

/// Standard error as text.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("the program prints UTF-8")
}
