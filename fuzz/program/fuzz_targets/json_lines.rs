//! `minglu::fuzz::json_lines` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| minglu::fuzz::json_lines(data));
