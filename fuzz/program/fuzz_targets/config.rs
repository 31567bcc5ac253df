//! `minglu::fuzz::config` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| minglu::fuzz::config(data));
