//! `minglu::fuzz::parquet` under libFuzzer.
//!
//! The parquet crate panics on some damage and the reader makes errors of it, so that a panic is a finding only where it
//! escapes the target. libFuzzer's own hook would end the process at the first: one that is silent takes its place, and an
//! input whose panic escapes is read once more with the standard one, which says what happened.
#![no_main]

use std::panic::{catch_unwind, set_hook, take_hook};

libfuzzer_sys::fuzz_target!(
    init: set_hook(Box::new(|_| ())),
    |data: &[u8]| {
        if catch_unwind(|| minglu::fuzz::parquet(data)).is_err() {
            drop(take_hook());
            minglu::fuzz::parquet(data);
        }
    }
);
