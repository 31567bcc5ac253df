//! `minglu::fuzz::parquet` under libFuzzer.
//!
//! The parquet crate panics on some damage and the reader makes errors of it, so that a panic is a finding only where it
//! escapes the target. libFuzzer's own hook would end the process at the first: another one takes its place, which says
//! nothing, but keeps what was said last.
#![no_main]

use std::panic::{catch_unwind, set_hook};
use std::sync::Mutex;

static LAST: Mutex<String> = Mutex::new(String::new());

libfuzzer_sys::fuzz_target!(
    init: set_hook(Box::new(|panic| *LAST.lock().expect("nobody panics here") = panic.to_string())),
    |data: &[u8]| {
        if catch_unwind(|| minglu::fuzz::parquet(data)).is_err() {
            eprintln!("{}", LAST.lock().expect("nobody panics here"));
            std::process::abort();
        }
    }
);
